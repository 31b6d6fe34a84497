"""Who a description is that names nobody: `one of the oldest charities` where the next sentence begins with `The Hensfield Trust`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.tables.labels import ORGANISED

SENTENCES = 2
"""Sentences behind the description in which the name stands."""
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
_PAPER = re.compile(r"\b[Tt]he (?:call|letter|measure|motion|petition|proposal|report|resolution|statement|vote)\b")
_ARTICLE = re.compile(r"(?:The )?")


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
    """The body that opens one of the next sentences, or is the only one beside what it adopted."""
    stops = [stop.end() for stop in _STOP.finditer(text, place) if stop[0] != "\n"]
    for start, end in zip(stops[:SENTENCES], stops[1:], strict=False):
        own = [one for one in mentions if start <= one["start"] < end and one["label"] in ORGANISED]
        opening = start + len(text[start:end]) - len(text[start:end].lstrip())
        first = _ARTICLE.match(text, opening)
        for one in own:
            if first is not None and one["start"] in (opening, first.end()):
                return one["entity_id"]
        if len({one["entity_id"] for one in own}) == 1 and _PAPER.search(text, start, end):
            return own[0]["entity_id"]
    return None
