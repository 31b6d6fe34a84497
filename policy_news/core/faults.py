"""Faults of ours over one item of many: they cost that item, not the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from policy_news.core.errors import PipelineError

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
