"""Counts calls of items, and switches items off.

The code of a function is exchanged, not the function: so whoever imported it by name sees the exchange, and a function that is on
costs nothing more.
"""

from __future__ import annotations

import builtins
import importlib
import inspect
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FunctionType
from typing import Any

from tools.census.items import Item

HOOK = "__census__"
"""The name in `builtins` that counted functions call."""


@dataclass(slots=True)
class Tally:
    """What an item did.

    Attributes:
        calls: How often it was called.
        hits: Calls that returned true, changed their input, or found something.
        added: Calls of a step that returned something, but nothing of its input.
        kept: Calls of a step that returned a part of its input.
    """

    calls: int = 0
    hits: int = 0
    added: int = 0
    kept: int = 0

    def add(self, other: Tally) -> None:
        """Add the numbers of another one."""
        self.calls += other.calls
        self.hits += other.hits
        self.added += other.added
        self.kept += other.kept


@dataclass(slots=True)
class Seen:
    """Items as bits of a number: those that returned true, changed or found something; those that did not; steps that added something."""

    hits: int = 0
    others: int = 0
    added: int = 0

    def bits(self, item: Item, tally: Tally) -> int:
        """Return the bits that say whether an item did what it seldom does."""
        if item.kind == "predicate":
            return self.others if 2 * tally.hits > tally.calls else self.hits
        return self.hits if item.kind == "finder" or is_step(item, tally) else self.added


@dataclass(slots=True)
class _Place:
    """A function that can be exchanged."""

    function: FunctionType
    code: CodeType
    original: Callable[..., Any]


@dataclass(slots=True)
class Switches:
    """The functions of some items.

    Attributes:
        items: All items; a number is not among the functions.
        tallies: What each did while it was counted, by its number.
        seen: Reset it to know which items did something since.
    """

    items: Sequence[Item]
    tallies: list[Tally] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)
    _places: dict[int, _Place] = field(default_factory=dict)
    _caches: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tallies = [Tally() for _ in self.items]
        for number, item in enumerate(self.items):
            place = None if item.kind == "number" else _find(item)
            if place is not None:
                self._places[number] = place
        modules = {item.name.partition(":")[0] for item in self.items}
        for name in sorted(modules):
            for value in vars(importlib.import_module(name)).values():
                if hasattr(value, "cache_clear") and inspect.signature(value).parameters:
                    self._caches.append(value)

    def clear(self) -> None:
        """Forget what functions with a cache returned."""
        for cache in self._caches:
            cache.cache_clear()

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count calls meanwhile."""
        setattr(builtins, HOOK, self._called)
        try:
            for number, place in self._places.items():
                place.function.__code__ = _code(f"{HOOK}({number}, a, k)")
            yield
        finally:
            self._restore(self._places)
            delattr(builtins, HOOK)

    @contextmanager
    def off(self, how: Mapping[int, str]) -> Iterator[None]:
        """Switch items off meanwhile.

        Args:
            how: The code of what an item returns, by its number: see `off_code`.
        """
        known = [number for number in how if number in self._places]
        try:
            for number in known:
                self._places[number].function.__code__ = _code(how[number])
            self.clear()
            yield
        finally:
            self._restore(known)
            self.clear()

    def _restore(self, numbers: Collection[int]) -> None:
        for number in numbers:
            self._places[number].function.__code__ = self._places[number].code

    def _called(self, number: int, a: tuple[Any, ...], k: dict[str, Any]) -> Any:
        item, tally, original = self.items[number], self.tallies[number], self._places[number].original
        tally.calls += 1
        if item.kind == "step":
            added = tally.added
            result, hit = _step(item, tally, original, a, k)
            self.seen.added |= (tally.added > added) << number
        else:
            result = original(*a, **k)
            if isinstance(result, Iterator):
                found = list(result)
                result, hit = iter(found), bool(found)
            else:
                hit = result is not None if item.empty == "None" else bool(result)
        if hit:
            tally.hits += 1
            self.seen.hits |= 1 << number
        else:
            self.seen.others |= 1 << number
        return result


def _step(
    item: Item, tally: Tally, original: Callable[..., Any], a: tuple[Any, ...], k: dict[str, Any]
) -> tuple[Any, bool]:
    """Call a step; return its result, and whether it changed its input."""
    arguments = list(a)
    value = arguments[item.place] if item.place < len(a) else k[item.parameter]
    if isinstance(value, Iterator):
        value = list(value)
        if item.place < len(a):
            arguments[item.place] = value
        else:
            k[item.parameter] = value
    before = _listed(value)
    result = original(*arguments, **k)
    if isinstance(result, Iterator):
        result = list(result)
        after = result
        result = iter(result)
    else:
        after = _listed(result)
    if after and before:
        shared = any(one in before for one in after)
        tally.kept += shared
        tally.added += not shared
    elif after:
        tally.added += 1
    return result, before != after


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, Collection) else [value]


def off_code(item: Item, tally: Tally) -> str:
    """Return the code of what an item returns when it is off: what it mostly returns, its input, or nothing."""
    if item.kind == "predicate":
        return str(2 * tally.hits > tally.calls)
    if is_step(item, tally):
        take = f"(a[{item.place}] if len(a) > {item.place} else k[{item.parameter!r}])"
        return item.same.replace("value", take)
    return item.empty or "None"


def is_step(item: Item, tally: Tally) -> bool:
    """Return whether an item gives on what it takes: one that only adds to it is a finder."""
    return item.kind == "step" and (tally.kept > 0 or not tally.added or not item.empty)


def minority(item: Item, tally: Tally) -> int:
    """Return how often an item did what it seldom does, changed its input, or found something."""
    if item.kind == "predicate":
        return min(tally.hits, tally.calls - tally.hits)
    return tally.hits if item.kind == "finder" or is_step(item, tally) else tally.added


def _code(expression: str) -> CodeType:
    space: dict[str, Any] = {}
    exec(f"def off(*a, **k):\n    return {expression}\n", space)
    code: CodeType = space["off"].__code__
    return code


def _find(item: Item) -> _Place | None:
    """Return the function of an item; None if it cannot be exchanged."""
    module, _, path = item.name.partition(":")
    found: Any = importlib.import_module(module)
    for name in path.split("."):
        found = inspect.getattr_static(found, name)
    for attribute in ("__func__", "fget", "func", "__wrapped__"):
        found = getattr(found, attribute, None) or found
    if not isinstance(found, FunctionType) or found.__code__.co_freevars:
        return None
    original = FunctionType(
        found.__code__, found.__globals__, found.__name__, found.__defaults__, found.__closure__
    )
    original.__kwdefaults__ = found.__kwdefaults__
    return _Place(found, found.__code__, original)


@contextmanager
def number_set(item: Item, factor: float) -> Iterator[None]:
    """Multiply a number meanwhile, in each module that has it under its name."""
    module, _, name = item.name.partition(":")
    value = getattr(importlib.import_module(module), name)
    new = type(value)(value * factor)
    holders = [
        other
        for key, other in sys.modules.items()
        if key.split(".")[0] == module.split(".")[0] and vars(other).get(name) == value
    ]
    try:
        for holder in holders:
            setattr(holder, name, new)
        yield
    finally:
        for holder in holders:
            setattr(holder, name, value)
