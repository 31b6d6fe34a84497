"""How far a run is: one call a step, whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Say = Callable[[str], None]
"""Told what each stage did, a line each."""


class Progress(Protocol):
    """Told of a stage's progress."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note that `done` of `total` documents (of `write` and `resolve`: shards) of a stage are done."""


def silent(stage: str, done: int, total: int) -> None:
    """Show nothing."""
