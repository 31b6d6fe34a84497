"""Ligatures as letters: two or three letters as one character are a matter of the font, and nobody types them."""

from __future__ import annotations

import unicodedata

LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
"""For `str.translate`."""
