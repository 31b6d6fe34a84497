"""Which decisions are about which rows of a document, and which ones a new decision replaces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from policy_news.decisions.anchor import Place, look_for_quote
from policy_news.decisions.decision_format import ClaimDecision, MentionDecision, Quote
from policy_news.decisions.decisions_file import Numbered
from policy_news.decisions.rows import Rows

K = TypeVar("K")
ClaimPlace = tuple[str, Place]
"""`cue` or `content`, and where it begins and ends: identifies a claim."""


@dataclass(frozen=True, slots=True)
class LiveDecisions:
    """The live decisions of one document by what they are about."""

    mentions: Mapping[Place, tuple[Numbered, ...]] = field(default_factory=dict)
    claims: Mapping[ClaimPlace, tuple[Numbered, ...]] = field(default_factory=dict)
    all: tuple[Numbered, ...] = ()


def find_standing(rows: Rows, ones: Sequence[Numbered]) -> LiveDecisions:
    """Find the places of the decisions of a document."""
    mentions: defaultdict[Place, list[Numbered]] = defaultdict(list)
    claims: defaultdict[ClaimPlace, list[Numbered]] = defaultdict(list)
    for one in ones:
        decision = one.decision
        if isinstance(decision, MentionDecision):
            for place in _places(rows, decision.doc.sha256, (decision.target, decision.to)):
                mentions[place].append(one)
        elif isinstance(decision, ClaimDecision):
            for claim_place in _claim_places(rows, decision):
                claims[claim_place].append(one)
    return LiveDecisions(_frozen(mentions), _frozen(claims), tuple(ones))


def _frozen(groups: Mapping[K, list[Numbered]]) -> dict[K, tuple[Numbered, ...]]:
    return {place: tuple(group) for place, group in groups.items()}


def _places(rows: Rows, sha256: str, quotes: Iterable[Quote | None]) -> list[Place]:
    places = []
    for quote in filter(None, quotes):
        place = look_for_quote(rows.text, quote, same=rows.sha256 == sha256)
        if place is not None and place not in places:
            places.append(place)
    return places


def _claim_places(rows: Rows, decision: ClaimDecision) -> list[ClaimPlace]:
    """Return places of the claim as it was and as it is to be."""
    parts, change = decision.claim, decision.set
    cues: list[Quote | None] = [parts.cue, change.cue if change else None]
    if not any(cues):
        contents = [parts.content[0], *(change.content[:1] if change else ())]
        return [("content", place) for place in _places(rows, decision.doc.sha256, contents)]
    return [("cue", place) for place in _places(rows, decision.doc.sha256, cues)]
