"""One run of the stages, as each of them is told of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from policy_news.core.settings import Settings

if TYPE_CHECKING:
    from policy_news.checks.checked import Checked
    from policy_news.checks.expectations_file import ExpectationFile
    from policy_news.decisions.decided import Decided
    from policy_news.run.engines.local import Engine
    from policy_news.run.raw_files import Listing

Say = Callable[[str], None]
"""Told what each stage did, a line each."""


class Progress(Protocol):
    """Told of a stage's progress."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note that `done` of `total` documents (of `write` and `resolve`: shards) of a stage are done."""


def silent(stage: str, done: int, total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Job:
    """What a stage gets, and returns with what it adds.

    Attributes:
        engine: What runs the shards and the parts; this process if None.
        say: Told what each stage did.
        progress: Told how far each stage is.
        expected: What the tables must hold, if anything.
        baseline: Folder of an earlier run to compare with.
        known: Hashes of files that passed their check before the run; None to check all.
        digest: Hash of what the run is made from; empty where a stage runs alone.
        listing: The raw folder as it was when `digest` was taken.
        is_new: Whether the stages made new tables.
        counts: Numbers of rows that `write` wrote, by table.
        checked: What `check` found; None if nothing had to be checked.
        begun: When the work began, of `time.monotonic`.
    """

    raw: Path
    out: Path
    settings: Settings
    engine: Engine | None = None
    say: Say = lambda text: None
    progress: Progress = silent
    expected: ExpectationFile | None = None
    baseline: Path | None = None
    known: Collection[str] | None = None
    digest: str = ""
    listing: Listing | None = None
    is_new: bool = False
    decided: Decided | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    checked: Checked | None = None
    begun: float = field(default_factory=time.monotonic)


Stage: TypeAlias = Callable[[Job], Job]
