"""What became of each decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from pipeline.decisions.model import (
    ClaimDecision,
    ClaimParts,
    DateDecision,
    DocumentDone,
    EntityEdit,
    EntityMerge,
    EntitySplit,
    LinkDecision,
    MentionDecision,
)
from pipeline.decisions.reading import Numbered

State = Literal["applied", "held", "lost", "conflict"]
"""`applied`: it changed rows; `held`: the rows already agree with it; `lost`: its place or entity is gone; `conflict`: another
decision contradicts it, and neither is applied."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one decision.

    Attributes:
        line: Its line in the file.
        id: Its id.
        do: Its kind.
        place: What it is about, in words.
        note: Why it is not applied; empty if it is.
    """

    line: int
    id: str
    do: str
    state: State
    place: str
    note: str = ""


@dataclass(slots=True)
class Tally:
    """Collects the outcomes; a decision with two outcomes keeps the worse one."""

    _states: dict[str, Outcome] = field(default_factory=dict)

    def tell(self, one: Numbered, state: State, note: str = "") -> None:
        """Record what became of a decision.

        Args:
            one: The decision.
            state: Its outcome.
            note: Why it is not applied.
        """
        own = Outcome(one.line, one.decision.id, one.decision.do, state, place_of(one), note)
        known = self._states.get(own.id)
        if known is None or _RANK[state] > _RANK[known.state]:
            self._states[own.id] = own

    def conflict(self, ones: Iterable[Numbered], about: str) -> None:
        """Record that decisions contradict each other; each note names the lines of the others."""
        group = list(ones)
        for one in group:
            others = sorted({other.line for other in group} - {one.line})
            named = " and ".join(f"line {line}" for line in others)
            self.tell(one, "conflict", f"contradicts {named}: {about}")

    def outcomes(self) -> list[Outcome]:
        """Return all outcomes, in order of the lines."""
        return sorted(self._states.values(), key=lambda outcome: outcome.line)


_RANK: dict[State, int] = {"held": 0, "applied": 1, "lost": 2, "conflict": 3}


def place_of(one: Numbered) -> str:
    """Describe what a decision is about: document and words, or an entity."""
    decision = one.decision
    if isinstance(decision, MentionDecision | DateDecision):
        return f"{decision.doc.id}: '{decision.target.exact}'"
    if isinstance(decision, ClaimDecision):
        return f"{decision.doc.id}: claim '{_words(decision.claim)}'"
    if isinstance(decision, DocumentDone):
        return decision.doc.id
    if isinstance(decision, EntityMerge):
        return " + ".join([*(entity.id for entity in decision.entities), decision.into.id])
    if isinstance(decision, LinkDecision):
        return f"{decision.claim.doc.id}: link from claim '{_words(decision.claim.claim)}'"
    if isinstance(decision, EntitySplit | EntityEdit):
        return decision.entity.id
    return ""


def _words(claim: ClaimParts) -> str:
    return (claim.cue or claim.content[0]).exact
