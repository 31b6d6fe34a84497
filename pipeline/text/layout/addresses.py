"""Finds the address that a text gives of itself: `Source: https://...` as a line by itself."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HEAD = 2
"""A bare address counts among so many first lines: one further down may be anything that the text links to."""
_LINE = re.compile(
    r"(?i)(?P<label>(?:source|url|link|permalink|canonical|original(?:ly published(?: at| on)?)?|published at"
    r"|retrieved from|web address)\s*:?\s*)?<?(?P<url>https?://[^\s<>\"']{4,2000})>?"
)


def find_url(text: str) -> str | None:
    """The address of a text, or None where it gives none, or more than one that could be meant.

    A labelled line counts anywhere, a bare address only in the first lines. What is masked in part is no address.
    """
    if "://" not in text:
        return None
    labelled: set[str] = set()
    bare: set[str] = set()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines):
        match = _LINE.fullmatch(line)
        if match is None or not _is_address(match["url"]):
            continue
        if match["label"]:
            labelled.add(match["url"])
        elif number < _HEAD:
            bare.add(match["url"])
    found = labelled or bare
    return found.pop() if len(found) == 1 else None


def _is_address(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return "." in host and "*" not in url and "█" not in url and "▇" not in url
