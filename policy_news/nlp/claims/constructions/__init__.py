"""The rule layer of the claims."""
