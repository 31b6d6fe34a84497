"""Who a description is that names nobody: `one of the oldest charities` where the next sentence begins with `The Hensfield Trust`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from pipeline.tables.labels import ORGANISED

SENTENCES = 2
"""Sentences behind the description of which one has the name, alone beside what was adopted or at its beginning."""
_BODY = (
    r"(?:associations?|bank|banks|bod(?:y|ies)|charit(?:y|ies)|church|compan(?:y|ies)|firms?|groups?|network|newspapers?|organi[sz]ations?"
    r"|part(?:y|ies)|unions?)"
)
_SOURCE = re.compile(
    r"(?:(?:delegates|leaders|members|officials) (?:at|of|to) )?(?:one of )?(?:the|[\w ]+['’]s?) (?:[\w’'-]+ )*?"
    rf"(?:\w{{2,}}est|leading|main|top) (?:[\w’'-]+ )*?{_BODY}(?: on \w+day)?",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?][”\"’)]*(?:\s|\Z)|\n")
_PAPER = re.compile(
    r"\b[Tt]he (?:call|letter|measure|motion|petition|proposal|report|resolution|statement|vote)\b"
)
_OPENING = re.compile(r"\s*((?:The )?)")


def find_described(
    text: str, rows: Sequence[Mapping[str, Any]], mentions: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """The body that the source of a claim describes and the text names at once, by the claim's id.

    Args:
        text: The raw text.
        rows: The claims of the document.
        mentions: Its mentions, in order.
    """
    found: dict[str, str] = {}
    for row in rows:
        if row["source_text"] and not row["source_entity_id"] and _SOURCE.fullmatch(row["source_text"]):
            named = _named(text, row["source_start"], mentions)
            if named is not None:
                found[row["claim_id"]] = named
    return found


def _named(text: str, place: int, mentions: Sequence[Mapping[str, Any]]) -> str | None:
    """The body that one of the next sentences names."""
    stops = [stop.end() for stop in _STOP.finditer(text, place) if stop[0] != "\n"]
    for start, end in pairwise(stops[: SENTENCES + 1]):
        own = [one for one in mentions if start <= one["start"] < end and one["label"] in ORGANISED]
        named = _opening(text, start, own)
        if named is None and _PAPER.search(text, start, end) and len({one["entity_id"] for one in own}) == 1:
            named = own[0]["entity_id"]
        if named is not None:
            return named
    return None


def _opening(text: str, start: int, own: Sequence[Mapping[str, Any]]) -> str | None:
    """The body with which a sentence begins."""
    first = _OPENING.match(text, start)
    assert first is not None  # it may be empty
    return next((one["entity_id"] for one in own if one["start"] in (first.start(1), first.end())), None)
