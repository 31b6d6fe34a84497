"""Runs in this process, and what they gave."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from policy_news.core.settings import AnnotateSettings, Settings
from policy_news.run.runner import run_all
from policy_news.tables.schema import TABLES
from tests.conftest import MODEL


@contextmanager
def running(work: Callable[[], None], end: threading.Event) -> Iterator[None]:
    """Do something in a thread meanwhile, which ends when the event is set."""
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


IN_PARTS = {"single_file_documents": 1, "part_documents": 2}
"""Settings that cut tables into parts of few documents."""


def make_settings(**changes: Any) -> Settings:
    """Those of the tests, with changes by group."""
    annotate = {"model": str(MODEL), **changes.pop("annotate", {})}
    return Settings(annotate=AnnotateSettings(**annotate), **changes)


def run_local(raw: Path, out: Path, settings: Settings | None = None) -> bool:
    """Run all stages in this process."""
    return run_all(raw, out, settings or make_settings())


def table_sums(out: Path) -> dict[str, str]:
    """The sum of each of the tables, which must all be there; of a table in parts that of its files."""
    return {name: _sum(out / f"{name}.parquet") for name in sorted(TABLES)}


def _sum(path: Path) -> str:
    if not path.is_dir():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    sums = [hashlib.sha256(part.read_bytes()).hexdigest() for part in sorted(path.iterdir())]
    return hashlib.sha256("\n".join(sums).encode()).hexdigest()
