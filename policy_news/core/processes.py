"""What a process may take: how often it collects garbage, and how many files it holds open."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

NEW_OBJECTS = 100_000
"""New objects after which garbage is collected: work on documents and claims makes many, and few are in cycles."""
MOST_FILES = 65_536
"""As many as are asked for, since each file that is mapped into memory is one; a system that has a lower limit of its own keeps that."""


def collect_seldom() -> None:
    """Collect garbage seldom from now on: in a process that does nothing but such work."""
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Collect garbage seldom for a while."""
    usual = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def hold_many_files() -> None:
    """Raise the limit of open files of this process to what the system allows: a thousand is too few for a large run."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
