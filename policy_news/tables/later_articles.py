"""Counts the articles of a run that are later than its rule data."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from policy_news.core.messages import counted

Days = Mapping[dt.date | None, int]
"""Days with the number of articles that were published on each; None is the key of undated ones."""


def count_young(known_to: str | None, published: Days) -> int:
    """Return the number of articles that were published after a day."""
    if not known_to:
        return 0
    day = dt.date.fromisoformat(known_to)
    return sum(count for one, count in published.items() if one is not None and one > day)


def read_published(out: Path, run: Mapping[str, Any]) -> Days:
    """When the articles of a run were published."""
    return Counter(dict(_count_values(out, run, "published", "date32[day]")))


def read_notes(out: Path, run: Mapping[str, Any]) -> Mapping[str, int]:
    """Count each note in the table of documents; one that names something is known by what is before its colon."""
    found: Counter[str] = Counter()
    for notes, count in _count_values(out, run, "notes", "string"):
        for note in (notes or "").split("; "):
            found[note] += count
            if ": " in note:
                found[note.partition(": ")[0]] += count
    return found


def _count_values(out: Path, run: Mapping[str, Any], column: str, form: str) -> Iterator[tuple[Any, int]]:
    """Yield the different values of a column of the documents, in a form, each with how often it occurs."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from policy_news.tables.parquet import read_files

    # Not verified: a run that ends here has written or verified the files, and it only counts.
    files = read_files(out, run, "documents", [column], verify=False)
    columns = [rows[column] for _, rows in files if rows is not None]
    if columns:
        values = pa.chunked_array([chunk for one in columns for chunk in one.chunks], columns[0].type)
        for pair in pc.value_counts(values.cast(form)).to_pylist():
            yield pair["values"], pair["counts"]


def say_undated(published: Days) -> str:
    """Return a line about the articles without a date; empty if all have one."""
    undated, count = published.get(None, 0), sum(published.values())
    if not undated:
        return ""
    return f"{undated} of {counted(count, 'article has', 'articles have')} no date: offices and relative dates in them stay open"


def say_young(run: Mapping[str, Any], published: Days) -> str:
    """Return a line about it; empty if no article is later."""
    known: Mapping[str, str] = run.get("known_to") or {}
    part, whole = (count_young(known.get(end), published) for end in ("oldest", "newest"))
    if not part:
        return ""
    count = sum(published.values())
    articles = f"{part} of {counted(count, 'article is', 'articles are')} younger than"
    if known["oldest"] == known["newest"]:
        return f"{articles} what is known of offices ({known['oldest']})"
    return (
        f"{articles} some of what is known of offices ({known['oldest']}), "
        f"{whole} than all of it ({known['newest']})"
    )
