"""The encoder: finds claims beside the rules, in the accurate mode."""
