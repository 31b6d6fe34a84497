"""Who wrote what speaks in a claim: `the letter urged` is of the union where `the union sent a letter` stands before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.tables.labels import ORGANISED, PEOPLE

REACH = 700
"""Characters before a claim in which the text says who wrote it."""
BESIDE = 30
"""Characters from who writes to the word that says so."""
_PAPER = r"(?:letter|memo|memorandum|missive|petition|report|resolution|statement|complaint|lawsuit|op-ed)"
_SENT = frozenset({"letter", "memo", "memorandum", "statement"})
"""What `the missive` may be."""
_WORDING = frozenset({"language", "original", "text", "wording"})
"""What the last paper before is called as well."""
_SOURCE = re.compile(rf"(?:the|this|that) (?P<paper>{_PAPER}|{'|'.join(sorted(_WORDING))})", re.IGNORECASE)
_PAPERS = re.compile(rf"\b{_PAPER}\b", re.IGNORECASE)
_BY = re.compile(r" (?:written |signed )?(?:by|from) (?P<article>(?:the |a )?)")
_WRITING = re.compile(
    r"\b(?:adopted|circulated|drafted|filed|fired off|issued|passed|penned|posted|published|released|sent|signed|wrote)\b"
)
_IN = re.compile(r"\b[Ii]n (?:an?|its|his|her|their|the) [^,.;\n]*\Z")
_STOPS = re.compile(r"(?<!\b[DMS][rst])(?<!\b(?:Gov|Mrs|Rep|Sen))[.!?][”\"’)]*\s|\n")
_ARTICLE = re.compile(r"(?:the |a |an )?", re.IGNORECASE)
_OWN = re.compile(rf"(?:['’]s|['’])? (?:\w+ )?{_PAPER}", re.IGNORECASE)
_FROM = re.compile(rf"(?:the|a|an) (?:\w+ )?{_PAPER} (?:by|from|of) (?:the )?", re.IGNORECASE)
SPEAKING = frozenset(PEOPLE) | frozenset(ORGANISED)
"""Labels of who may speak in a paper."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote a paper.

    Attributes:
        entity: The entity; None where the text has only words for it.
        words: These words.
    """

    entity: str | None
    words: str


Named = tuple[int, int, Writer]


def find_writers(
    text: str, rows: Sequence[Mapping[str, Any]], mentions: Sequence[Mapping[str, Any]]
) -> dict[str, Writer]:
    """Who wrote the letter or statement which is the source of a claim, by the claim's id.

    Args:
        text: The raw text.
        rows: The claims of the document.
        mentions: Its mentions.
    """
    found: dict[str, Writer] = {}
    for row in rows:
        source = row["source_text"]
        if not source or row["source_entity_id"]:
            continue
        match = _SOURCE.fullmatch(source)
        writer = _inside(row, mentions)
        if writer is not None:
            found[row["claim_id"]] = writer
        elif match is not None:
            writer = _writer(text, row["source_start"], match["paper"].lower(), rows, mentions)
            if writer is not None:
                found[row["claim_id"]] = writer
    return found


def _inside(row: Mapping[str, Any], mentions: Sequence[Mapping[str, Any]]) -> Writer | None:
    """Whom a source names beside the paper: `the ACLU's lawsuit`, `a statement from the guild`."""
    start, source = row["source_start"], row["source_text"]
    named = [
        one
        for one in mentions
        if start <= one["start"] and one["end"] <= row["source_end"] and one["label"] in SPEAKING
    ]
    if len(named) != 1:
        return None
    before, behind = source[: named[0]["start"] - start], source[named[0]["end"] - start :]
    paper = _OWN.fullmatch(behind) if _ARTICLE.fullmatch(before) else _FROM.fullmatch(before) and not behind
    return Writer(named[0]["entity_id"], "") if paper else None


def _writer(
    text: str,
    place: int,
    paper: str,
    rows: Sequence[Mapping[str, Any]],
    mentions: Sequence[Mapping[str, Any]],
) -> Writer | None:
    """Who wrote the last paper that is named before a place: of that name, or of any where the word is `missive`."""
    for match in reversed(list(_PAPERS.finditer(text, max(place - REACH, 0), place))):
        word = match[0].lower()
        if paper in _WORDING:
            paper = word
        if word != paper and not (paper == "missive" and word in _SENT):
            continue
        start = max((stop.end() for stop in _STOPS.finditer(text, 0, match.start())), default=0)
        stop = _STOPS.search(text, match.end())
        end = stop.start() + 1 if stop else len(text)
        named = list(_named(start, end, rows, mentions))
        writer = (
            _behind(text, match.end(), named)
            or _before(text, start, match.start(), named)
            or _speaker(text, start, match.start(), end, rows)
        )
        if writer is not None:
            return writer
    return None


def _named(
    start: int, end: int, rows: Sequence[Mapping[str, Any]], mentions: Sequence[Mapping[str, Any]]
) -> Iterator[Named]:
    """People and bodies in a sentence, and the sources of its claims."""
    for row in mentions:
        if start <= row["start"] < end and (row["label"] in PEOPLE or row["label"] in ORGANISED):
            yield row["start"], row["end"], Writer(row["entity_id"], "")
    for row in rows:
        if row["source_text"] and row["source_start"] is not None and start <= row["source_start"] < end:
            own = Writer(row["source_entity_id"], row["source_text"])
            yield row["source_start"], row["source_end"], own


def _behind(text: str, end: int, named: Sequence[Named]) -> Writer | None:
    """`A letter from the union`."""
    by = _BY.match(text, end)
    if by is None:
        return None
    return next((one for start, _, one in named if start in (by.start("article"), by.end())), None)


def _before(text: str, start: int, end: int, named: Sequence[Named]) -> Writer | None:
    """`The union fired off a letter`."""
    verb = next(reversed(list(_WRITING.finditer(text, start, end))), None)
    if verb is None:
        return None
    near = [one for one in named if 0 <= verb.start() - one[1] <= BESIDE]
    return max(near, default=(0, 0, None), key=lambda one: (one[1], one[2].entity is not None))[2]


def _speaker(text: str, start: int, paper: int, end: int, rows: Sequence[Mapping[str, Any]]) -> Writer | None:
    """`In a letter, the union said`."""
    if not _IN.search(text, start, paper):
        return None
    speakers = {
        row["source_entity_id"]
        for row in rows
        if row["cue_start"] is not None and start <= row["cue_start"] < end
    }
    speaker = speakers.pop() if len(speakers) == 1 else None
    return Writer(speaker, "") if speaker else None
