"""What masks words unless the settings say otherwise; `text/masking.py` finds the masked runs."""

CHARACTERS = "*█▇"
"""Characters that print a masked word, by default."""
BLOCKS = frozenset("█▇▆▅▄▃▂▁▀■▓▒░")
"""Characters that occur in text only to hide words."""
WORDS = ("[redacted]", "[REDACTED]")
"""Literal marks of masked text, by default."""
PLACEHOLDER = ";"
"""What the model reads in place of a masked run, by default."""
