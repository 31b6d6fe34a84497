"""Finds the address that a text gives for itself: `Source: https://...` on a line of its own."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from policy_news.core.single import only
from policy_news.text.masking import with_asterisks

_HEAD = 2
"""Number of first lines in which a bare address counts; one further down may be any link of the text."""
_LINE = re.compile(
    r"(?i)(?P<label>(?:source|url|link|permalink|canonical|original(?:ly published(?: at| on)?)?|published at"
    r"|retrieved from|web address)\s*:?\s*)?<?(?P<url>https?://[^\s<>\"']{4,2000})>?"
)


def find_url(text: str) -> str | None:
    """Return the address of a text; None if it does not give one, or several.

    A labelled line counts anywhere, a bare address only in the first lines. A partly masked address does not count.
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
    return only(found)


def _is_address(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return "." in host and "*" not in with_asterisks(url)
