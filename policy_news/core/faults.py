"""Faults of ours over one item of many: they cost that item, not the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from policy_news.core.errors import PipelineError

T = TypeVar("T")
R = TypeVar("R")
Fault = tuple[str, Exception]
"""What an item is called, and what was raised over it."""
SERIOUS = (PipelineError, OSError, MemoryError)
"""Errors that say of the whole that it cannot go on: a damaged file, a full disk."""


@contextmanager
def spared(faults: list[Fault], item: str) -> Iterator[None]:
    """Note what is raised over an item, and go on after it."""
    try:
        yield
    except SERIOUS:
        raise
    except Exception as error:  # whatever it is, the other items are well
        faults.append((item, error))


def spare_items(faults: list[Fault], items: Sequence[str], work: Callable[[Sequence[str]], R]) -> R:
    """Return what work over many items at once gives, without those over which it fails.

    Args:
        faults: Receives those.
        items: What they are called.
        work: Works on some of them, in their order; it may be done several times.
    """
    while True:
        try:
            return work(items)
        except SERIOUS:
            raise
        except Exception:
            spoilt = dict(find_spoilt(items, work))
            if not spoilt:  # it fails without any
                raise
            faults += spoilt.items()
            items = [item for item in items if item not in spoilt]


def find_spoilt(items: Sequence[T], work: Callable[[Sequence[T]], object]) -> list[tuple[T, Exception]]:
    """Return the items over which work fails, alone or only after those before them; none if it does not fail over all together.

    Halves are tried, so that one of many items is found in a few tries.
    """
    fault = _fault(work, items) if items else None
    if fault is None or len(items) == 1:
        return [(item, fault) for item in items if fault]
    middle = len(items) // 2
    found = find_spoilt(items[:middle], work) + find_spoilt(items[middle:], work)
    return found or [_find_last(items, work, fault)]


def _find_last(
    items: Sequence[T], work: Callable[[Sequence[T]], object], fault: Exception
) -> tuple[T, Exception]:
    """Return the first item with which work fails over all up to it."""
    low, high = len(items) // 2, len(items)
    while high - low > 1:
        middle = (low + high) // 2
        found = _fault(work, items[:middle])
        low, high, fault = (middle, high, fault) if found is None else (low, middle, found)
    return items[high - 1], fault


def _fault(work: Callable[[Sequence[T]], object], items: Sequence[T]) -> Exception | None:
    try:
        work(items)
    except SERIOUS:
        raise
    except Exception as error:
        return error
    return None
