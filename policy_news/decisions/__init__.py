"""Corrections that a person made once: how they are kept, found again in a text, and applied to the rows of a run."""
