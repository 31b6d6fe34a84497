"""How many articles of a run are younger than what its rule data know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.core.messages import counted


def count_young(known_to: str | None, published: Iterable[dt.datetime | None]) -> int:
    """Number of articles that were published after a day."""
    if not known_to:
        return 0
    day = dt.date.fromisoformat(known_to)
    return sum(one is not None and one.date() > day for one in published)


def read_published(out: Path) -> list[dt.datetime | None]:
    """When the articles of a run were published.

    Raises:
        StageError: There is no finished run.
    """
    from pipeline.tables.parquet import read_column

    return read_column(out, "documents", "published")


def say_young(run: Mapping[str, Any], published: Iterable[dt.datetime | None]) -> str:
    """A line about it; empty where no article is younger.

    Args:
        run: `run.json`.
        published: When the articles were published.
    """
    known: Mapping[str, str] = run.get("known_to") or {}
    days = list(published)
    part, whole = (count_young(known.get(end), days) for end in ("oldest", "newest"))
    if not part:
        return ""
    articles = f"{part} of {counted(len(days), 'article is', 'articles are')} younger than"
    if known["oldest"] == known["newest"]:
        return f"{articles} what is known of offices ({known['oldest']})"
    return (
        f"{articles} some of what is known of offices ({known['oldest']}), "
        f"{whole} than all of it ({known['newest']})"
    )
