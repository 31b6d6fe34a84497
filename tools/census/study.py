"""Switches groups of items off, and halves a group as long as it changes a gold set."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tools.census.bench import MEASURES, STAGES, Bench, Case, f1, rows_changed
from tools.census.switches import Switches, minority, off_code
from tools.time_limit import HangError, limited

SECONDS = 20
"""A document that takes longer with items off counts as broken: a constant can make a loop endless."""
Sums = dict[str, list[list[int]]]
"""For each gold set the numbers of each measure."""


@dataclass(slots=True)
class Result:
    """What changed with a group of items off.

    Attributes:
        documents: Documents in which an item of the group did something.
        rows: Rows that changed in them.
        broken: A document raised an error or took too long.
        is_scored: The comparison of a document with its gold changed.
        deltas: F1 by set and measure, in the order of `MEASURES`, minus that with all items on.
        group: How many items were off together.
        is_whole: All documents were run; else it was clear before.
    """

    documents: int = 0
    rows: int = 0
    broken: bool = False
    is_scored: bool = False
    deltas: dict[str, list[float]] = field(default_factory=dict)
    group: int = 1
    is_whole: bool = True

    def gain(self, sets: Iterable[str]) -> float:
        """Return the sum of what the measures of some sets gain."""
        return sum(sum(self.deltas.get(name, [])) for name in sets)


@dataclass(frozen=True, slots=True)
class _Change:
    """How one document changed."""

    rows: int
    numbers: tuple[tuple[int, ...], ...]
    broken: bool = False


NOTHING = _Change(0, ())


class Study:
    """Measures items.

    Args:
        bench: Documents that were counted.
        switches: The items.
        unread: The gold sets whose errors nobody read when rules were written.
    """

    def __init__(self, bench: Bench, switches: Switches, unread: Iterable[str]) -> None:
        self.bench, self.switches = bench, switches
        self.unread = frozenset(unread)
        self._active = [self._stages_of(case) for case in bench.cases]
        self._known: list[dict[frozenset[int], _Change]] = [{} for _ in bench.cases]
        self._parts = self._cut()
        self._base: Sums = {}
        for case in bench.cases:
            if case.gold_set and case.base:
                sums = self._base.setdefault(case.gold_set, [[0] * 3 for _ in MEASURES])
                _add(sums, case.base.numbers)

    def _cut(self) -> list[list[int]]:
        """Return the documents in parts: of the unread sets, of the read ones, without gold."""
        parts: list[list[int]] = [[], [], []]
        for place, case in enumerate(self.bench.cases):
            parts[0 if case.gold_set in self.unread else 1 if case.gold_set else 2].append(place)
        return parts

    def figures(self) -> dict[str, list[float]]:
        """Return the F1 of each set and measure with all items on."""
        return {name: [f1(numbers) for numbers in sums] for name, sums in self._base.items()}

    def documents(self, number: int) -> int:
        """Return in how many documents an item did something."""
        return sum(number in active for active in self._active)

    def _stages_of(self, case: Case) -> dict[int, set[str]]:
        """Return the items that did something in a document, each with the stages where it did."""
        found: dict[int, set[str]] = {}
        for stage in STAGES:
            seen = case.seen[stage]
            for number, item in enumerate(self.switches.items):
                if seen.bits(item, self.switches.tallies[number]) >> number & 1:
                    found.setdefault(number, set()).add(stage)
        return found

    def examine(self, group: Sequence[int], deadline: float = float("inf")) -> Iterator[tuple[int, Result]]:
        """Measure items, several at once where they change no gold set.

        Args:
            group: Their numbers.
            deadline: Stop at this time, in seconds of `time.monotonic`.

        Returns:
            The results that are there by then.
        """
        if time.monotonic() > deadline:
            return
        result = Result(group=len(group))
        for places in self._parts:
            self.measure(group, places, result)
            if self._is_clear(group, result):
                result.is_whole = places is self._parts[-1]
                break
        if len(group) > 1 and (result.broken or result.is_scored):
            half = len(group) // 2
            yield from self.examine(group[:half], deadline)
            yield from self.examine(group[half:], deadline)
        else:
            yield from ((number, result) for number in group)

    def _is_clear(self, group: Sequence[int], result: Result) -> bool:
        """Return whether no other documents need be run: the group is to be halved, or its item pays."""
        several = len(group) > 1 and result.is_scored
        return result.broken or several or result.gain(self.unread) < 0

    def measure(
        self,
        group: Iterable[int],
        places: Iterable[int],
        result: Result | None = None,
        *,
        all_on: bool = False,
    ) -> Result:
        """Run documents with a group of items off.

        Args:
            group: The numbers of the items.
            places: The documents.
            result: Add to this one.
            all_on: Run each document and each stage, also where no item of the group did anything by itself.
        """
        off = frozenset(group)
        result = result or Result(group=len(off))
        sums: Sums = {}
        for place in places:
            here = off if all_on else off.intersection(self._active[place])
            if not here:
                continue
            result.documents += 1
            change = self._change(place, here, all_on=all_on)
            result.rows += change.rows
            result.broken |= change.broken
            result.is_scored |= any(map(any, change.numbers))
            gold_set = self.bench.cases[place].gold_set
            if gold_set and change.numbers:
                _add(sums.setdefault(gold_set, [[0] * 3 for _ in MEASURES]), change.numbers)
        for name, changed in sums.items():
            base = self._base[name]
            result.deltas[name] = [
                f1([a + b for a, b in zip(old, new, strict=True)]) - f1(old)
                for old, new in zip(base, changed, strict=True)
            ]
        return result

    def _change(self, place: int, off: frozenset[int], *, all_on: bool) -> _Change:
        known = self._known[place]
        if off in known:
            return known[off]
        if any(off < other and change is NOTHING for other, change in known.items()):
            return NOTHING  # what changes nothing together is taken to change nothing alone
        change = known[off] = self._run(place, off, all_on=all_on)
        return change

    def _run(self, place: int, off: frozenset[int], *, all_on: bool) -> _Change:
        case, active = self.bench.cases[place], self._active[place]
        stages = set(STAGES) if all_on else set[str]().union(*(active[number] for number in off))
        how = {number: off_code(self.switches.items[number], self.switches.tallies[number]) for number in off}
        try:
            with self.switches.off(how), limited(SECONDS):
                outcome = self.bench.run(case, sorted(stages))
        except (Exception, HangError):  # an item that something else cannot do without
            return _Change(0, (), broken=True)
        if case.base is None or outcome is case.base:
            return NOTHING
        rows = rows_changed(case.base, outcome)
        numbers = tuple(
            tuple(new - old for new, old in zip(one, other, strict=True))
            for one, other in zip(outcome.numbers, case.base.numbers, strict=True)
        )
        return _Change(rows, numbers) if rows or any(map(any, numbers)) else NOTHING

    def forget(self, number: int) -> None:
        """Forget what was measured of an item alone."""
        for known in self._known:
            known.pop(frozenset([number]), None)

    def verdict(self, number: int, result: Result | None) -> str:
        """Return what is to be thought of an item."""
        item, tally = self.switches.items[number], self.switches.tallies[number]
        if item.kind != "number" and not minority(item, tally):
            return "never fires" if tally.calls else "never called"
        if result is None:
            return "not measured"
        if result.broken or result.gain(self.unread) < 0:
            return "pays"
        return "no gain unread" if result.rows else "changes nothing"


def grouped(numbers: Iterable[int], study: Study, size: int) -> list[list[int]]:
    """Return items in groups, those that do something in few documents first: a group of them costs least."""
    count: Counter[int] = Counter({number: study.documents(number) for number in numbers})
    ordered = sorted(count, key=lambda number: (count[number], number))
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def _add(sums: list[list[int]], numbers: Sequence[Sequence[int]]) -> None:
    for own, more in zip(sums, numbers, strict=True):
        for place, number in enumerate(more):
            own[place] += number
