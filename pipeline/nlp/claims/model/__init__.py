"""The learned layer of the claims."""
