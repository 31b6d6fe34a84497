"""How often the garbage collector goes through the objects of a process."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEW_OBJECTS = 100_000
"""New objects after which it does: work on documents and claims makes many, and few are in cycles."""


def collect_seldom() -> None:
    """Let it do so seldom from now on: in a process that does nothing but such work."""
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Yield the same for a while."""
    usual = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*usual)
