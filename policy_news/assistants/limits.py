"""How much the servers for assistants and programs take, and how much they answer at once."""

from __future__ import annotations

PAGE = 20_000
"""Characters of a text in one answer."""
MOST = 50
"""Rows of a list in one answer."""
FIRST = 20
"""Claims in an answer that does not ask for a number."""
LONGEST = 100_000
"""Characters of a draft or source."""
SOURCES = 20
"""Sources that may be given with a draft."""
