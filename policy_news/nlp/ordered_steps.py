"""Steps in an order that is checked: each says what it reads, writes, needs, gives and ends."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from operator import attrgetter
from typing import Any, Generic, TypeVar

State = TypeVar("State")
Facts = frozenset[str]
ENDS = "not "


T = TypeVar("T")


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


@dataclass(frozen=True, slots=True)
class Step:
    """One step: gives fields of the state the value of a function.

    A fact is a name for what a step leaves behind in the fields, and another one relies on.

    Attributes:
        writes: The fields, separated by commas; of several, the function returns a tuple.
        function: Returns their value.
        reads: Fields that it takes as arguments, in order, separated by commas; or parts of them: `lexicon.patterns`.
        facts: `facts that must hold -> facts that hold from then on, not a fact that does so no more`.
        only: The step is left out where this field is empty.
    """

    writes: str
    function: Callable[..., Any]
    reads: str
    facts: str = ""
    only: str = ""

    def run(self, state: object) -> None:
        """Read, call and write."""
        if self.only and not getattr(state, self.only):
            return
        value, names = (
            self.function(*(attrgetter(name)(state) for name in _words(self.reads))),
            _words(self.writes),
        )
        for name, part in zip(names, value if len(names) > 1 else (value,), strict=True):
            setattr(state, name, part)

    def check(self, written: Collection[str], facts: Collection[str]) -> None:
        """Require that the step may run where some fields are written and some facts hold.

        Raises:
            ValueError: It may not.
        """
        inspect.signature(self.function).bind(*_words(self.reads))
        fields_read = [name.partition(".")[0] for name in _words(f"{self.reads}, {self.only}")]
        missing = [
            *(name for name in fields_read if name not in written),
            *sorted(self.rule[0].difference(facts)),
        ]
        if missing:
            name = getattr(self.function, "__name__", self.writes)
            raise ValueError(f"the step {name} needs what no step before it gives: {', '.join(missing)}")

    @property
    def rule(self) -> tuple[Facts, Facts, Facts]:
        """The facts that must hold, that hold from then on, and that hold no more."""
        needs, _, results = self.facts.partition("->")
        ends = {fact for fact in _words(results) if fact.startswith(ENDS)}
        gives = frozenset(_words(results)) - ends
        return frozenset(_words(needs)), gives, frozenset(fact.removeprefix(ENDS) for fact in ends)


class OrderedSteps(Generic[State]):
    """Runs steps one by one.

    Args:
        state: Class of the state. Its arguments are written before the first step.
        steps: In their order.

    Raises:
        ValueError: A step reads or needs what no step before it gives, or no step needs a fact that one gives.
    """

    def __init__(self, state: type[State], steps: Sequence[Step]) -> None:
        self.state, self.steps = state, tuple(steps)
        self.check(self.steps)
        told = {fact for step in steps for fact in step.rule[1]}
        spare = told.difference(*(step.rule[0] for step in steps))
        if spare:
            raise ValueError(f"no step needs what another one gives: {', '.join(sorted(spare))}")

    def check(self, steps: Iterable[Step]) -> None:
        """Require that each step may run after those before it.

        Raises:
            ValueError: One may not.
        """
        own: tuple[Any, ...] = fields(self.state)  # type: ignore[arg-type]
        written, facts = {item.name for item in own if item.init}, Facts()
        for step in steps:
            step.check(written, facts)
            written.update(_words(step.writes))
            _, gives, ends = step.rule
            facts = (facts | gives) - ends

    def run(self, state: State) -> State:
        """Run all steps on a state, and return it."""
        for step in self.steps:
            step.run(state)
        return state


def each(function: Callable[..., T | None]) -> Callable[..., list[T]]:
    """Return a function of a doc and a list that calls one on the doc and each item, and drops what gives None."""

    @wraps(function)
    def called(doc: Any, items: Iterable[Any], *others: Any) -> list[T]:
        return [done for item in items if (done := function(doc, item, *others)) is not None]

    return called


def adding(find: Callable[..., Iterable[T]]) -> Callable[..., list[T]]:
    """Return a function of a doc and a list that adds to the list what one finds."""

    @wraps(find)
    def added(doc: Any, items: Iterable[T]) -> list[T]:
        items = [*items]
        return [*items, *find(doc, items)]

    return added
