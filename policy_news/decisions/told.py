"""What became of each decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from policy_news.core.faults import SERIOUS
from policy_news.core.messages import cut_line
from policy_news.decisions.anchor import LostError
from policy_news.decisions.decision_format import (
    ClaimDecision,
    EntityEdit,
    EntityMerge,
    EntitySplit,
    MentionDecision,
    OfWhole,
)
from policy_news.decisions.decisions_file import DecisionFile, Numbered

T = TypeVar("T")
State = Literal["applied", "held", "replaced", "lost"]
"""`applied`: it changed rows; `held`: the rows already agree with it; `replaced`: a later decision about the same cell says something
else; `lost`: its place or entity is gone."""
FAULT = "a fault of the program, please report it"
"""Note on a decision that could not be applied for no reason of its own."""
PRESENT = "present"
"""The cell that says whether there is such a row."""
MAX_NOTE = 1_000
"""Characters of a note: it may name what somebody wrote into the file."""
FAILED: frozenset[State] = frozenset({"lost"})
"""Outcomes that a person should look at."""
_RANK: dict[State, int] = {"held": 0, "applied": 1, "replaced": 2, "lost": 3}


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """What became of one decision."""

    line: int
    id: str
    do: str
    state: State
    place: str
    note: str = ""


class OutcomeTally:
    """Collects the outcomes; a decision with two outcomes keeps the worse one."""

    def __init__(self, file: DecisionFile) -> None:
        self._ones = {one.decision.id: one for one in file.live}
        self._states: dict[str, DecisionOutcome] = {}

    def tell(self, one: Numbered, state: State, note: str = "") -> None:
        """Record what became of a decision, or of a part of it."""
        one = self._ones[one.decision.id]
        note = cut_line(note, MAX_NOTE)
        own = DecisionOutcome(one.line, one.decision.id, one.decision.do, state, place_of(one), note)
        known = self._states.get(own.id)
        if known is None or _RANK[state] > _RANK[known.state]:
            self._states[own.id] = own

    def tell_each(self, ones: Iterable[Numbered], state: State, note: str = "") -> None:
        """Record what became of several decisions."""
        for one in ones:
            self.tell(one, state, note)

    @contextmanager
    def losing(self, one: Numbered) -> Iterator[None]:
        """Record a decision as lost if its place is, or if a fault of ours comes between."""
        try:
            yield
        except LostError as error:
            self.tell(one, "lost", error.reason)
        except SERIOUS:
            raise
        except Exception as error:  # it costs this decision, not the others
            self.tell(one, "lost", f"{FAULT}: {error!r}")

    def keep_latest(self, ones: Sequence[tuple[T, Numbered]], what: str = "it") -> list[tuple[T, Numbered]]:
        """Return the latest of decisions about one cell, with those that agree with it; record the others.

        Args:
            ones: What each says, and the decision.
            what: What of the earlier ones is replaced, in words.
        """
        latest, stands = max(ones, key=lambda item: moment(item[1]))
        kept = [item for item in ones if item[0] == latest]
        for said, one in ones:
            if said != latest:
                self.tell(one, "replaced", f"line {stands.line} replaces {what}")
        return kept

    def settle(
        self, cells: Mapping[str, Sequence[tuple[Any, Numbered]]]
    ) -> tuple[dict[str, Any], list[Numbered]]:
        """Return what the latest decisions about each cell say, by column, and these decisions, the latest first."""
        kept = {
            column: self.keep_latest(
                said, "it" if column == PRESENT else f"its {column.removeprefix('claim_')}"
            )
            for column, said in cells.items()
            if said
        }
        ones = {one.decision.id: one for said in kept.values() for _, one in said}
        return {column: said[0][0] for column, said in kept.items()}, sorted(
            ones.values(), key=moment, reverse=True
        )

    def get(self, own: str) -> DecisionOutcome | None:
        """Return the outcome of a decision, by its id; None if it is not known yet."""
        return self._states.get(own)

    def outcomes(self) -> list[DecisionOutcome]:
        """Return all outcomes, in order of the lines."""
        return sorted(self._states.values(), key=lambda outcome: outcome.line)


def moment(one: Numbered) -> tuple[dt.datetime, int]:
    """Return the time of a decision, then its line, to sort by; a time without a zone is taken for UTC."""
    when = one.decision.when
    if when.tzinfo is None:
        when = when.replace(tzinfo=dt.UTC)
    return when, one.line


def place_of(one: Numbered) -> str:
    """Describe what a decision is about: document and words, or an entity."""
    decision = one.decision
    if isinstance(decision, MentionDecision):
        return f"{decision.doc.id}: '{decision.target.exact}'"
    if isinstance(decision, ClaimDecision):
        return f"{decision.doc.id}: claim '{decision.claim.head.exact}'"
    if isinstance(decision, OfWhole):
        return decision.doc.id
    if isinstance(decision, EntityMerge):
        return " + ".join([*(entity.id for entity in decision.entities), decision.into.id])
    if isinstance(decision, EntitySplit | EntityEdit):
        return decision.entity.id
    return ""
