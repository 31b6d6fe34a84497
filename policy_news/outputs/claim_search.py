"""Finds claims by words, speaker, subject, type and day: file by file, so that memory stays small."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from policy_news.core.errors import ArgumentError
from policy_news.core.lazy_imports import import_arrow
from policy_news.tables.chunks import is_among
from policy_news.tables.labels import CLAIMS
from policy_news.tables.parquet import read_files
from policy_news.tables.schema import TABLES, arrow_schema

SHOWN = ("claim_date", "source", "claim_type", "reported", "title", "doc_id", "claim_id")
"""Columns of a found claim in CSV."""
NEAR = 5
"""Names that are suggested if nobody has the name that was asked for."""
LIKE = 0.75
"""Similarity of a suggested name, as `difflib` counts it."""
_READ = (
    "claim_id", "doc_id", "claim_date", "claim_type", "polarity", "kept", "source_text", "source_entity_id",
    "reported",
    "reported_spans", "score",
)  # fmt: skip
Read = Callable[..., "Iterator[pa.Table]"]
"""Yields a table of a run, file by file: name, columns, ascending wanted values of the first column."""


@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """What is asked for: a claim must fit all that is given.

    Attributes:
        words: Words of the claim, in any order and case; beginnings of words count.
        by: Name or id of the entity that speaks, or words of the source.
        about: Name or id of an entity in the content.
    """

    words: str = ""
    by: str = ""
    about: str = ""
    claim_type: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def __post_init__(self) -> None:
        if self.claim_type and self.claim_type not in CLAIMS:
            raise ArgumentError(
                f"'{self.claim_type[:40]}' is not a type of claims", f"Types: {', '.join(CLAIMS)}."
            )


@dataclass(frozen=True, slots=True)
class ClaimsFound:
    """The answer to a query.

    Attributes:
        claims: The newest of them, as rows.
        near: Names like one that nobody has.
    """

    found: int
    claims: list[dict[str, Any]]
    near: list[str]


def parse_day(text: str) -> dt.date | None:
    """Return a day; None for an empty text."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ArgumentError(f"'{text[:40]}' is not a day", "Write it as 2024-03-05.") from error


def search_run(out: Path, run: Mapping[str, Any], query: ClaimQuery, limit: int) -> ClaimsFound:
    """Return the kept claims of a run that fit a query, with the names of sources and the titles.

    Raises:
        StageError: A table is missing or damaged.
    """

    def read(name: str, columns: Sequence[str], among: Sequence[str] | None = None) -> Iterator[pa.Table]:
        for _, table in read_files(out, run, name, columns, verify=False, among=among):
            assert table is not None
            yield table

    found, claims = find_claims(read, query, _READ, limit)
    rows = claims.to_pylist()
    names = _column_of(read, "entities", ("entity_id", "name"), {row["source_entity_id"] for row in rows})
    titles = _column_of(read, "documents", ("doc_id", "title"), {row["doc_id"] for row in rows})
    for row in rows:
        row["source"] = names.get(row["source_entity_id"]) or row["source_text"]
        row["title"] = titles.get(row["doc_id"])
        row["claim_date"] = row["claim_date"].isoformat() if row["claim_date"] else None
    asked = [] if found else [query.by, query.about]
    near = [name for one in asked for name in find_near(read, one) if name.lower() != one.lower()]
    return ClaimsFound(found, rows, near)


def find_claims(read: Read, query: ClaimQuery, columns: Sequence[str], limit: int) -> tuple[int, pa.Table]:
    """Return how many kept claims fit a query, and the newest of them.

    Args:
        columns: Columns of the answer; `claim_id` first.
    """
    import_arrow()
    speakers = find_ids(read, query.by) if query.by else frozenset[str]()
    inside = _claims_about(read, find_ids(read, query.about)) if query.about else None
    found, newest = 0, [("claim_date", "descending"), ("claim_id", "ascending")]
    best = arrow_schema(TABLES["claims"]).empty_table().select(["claim_id", "claim_date"])
    for table in read("claims", _asked_columns(query), inside):
        fitting = _fitting(table, query, speakers, inside).select(["claim_id", "claim_date"])
        found += fitting.num_rows
        if fitting.num_rows:
            # Combined, as a slice would keep the whole file.
            best = pa.concat_tables([best, fitting]).sort_by(newest).slice(0, limit).combine_chunks()
    # All columns of these few: reading them of every claim would take most of the time.
    ids = best["claim_id"].to_pylist()
    own = read("claims", columns, sorted(ids))
    rows = pa.concat_tables([table.filter(is_among(table["claim_id"], ids)) for table in own] or [best])
    return found, rows.sort_by(newest)


def _asked_columns(query: ClaimQuery) -> list[str]:
    """Return the columns that tell whether a claim fits, and how new it is."""
    columns = ["claim_id", "claim_date", "kept"]
    columns += ["claim_type"] * bool(query.claim_type) + ["reported"] * bool(query.words)
    return columns + (["source_text", "source_entity_id"] if query.by else [])


def _fitting(
    claims: pa.Table, query: ClaimQuery, speakers: Collection[str], inside: Sequence[str] | None
) -> pa.Table:
    """Return the kept claims of a table that fit."""
    # All conditions on whole columns, then one filter: to copy rows costs more than to look at them.
    asked = [claims["kept"]]
    asked += (has_words(claims["reported"], word) for word in query.words.split())
    if query.claim_type:
        asked.append(is_among(claims["claim_type"], [query.claim_type]))
    if inside is not None:
        asked.append(_is_among_sorted(claims["claim_id"], inside))
    if query.by:
        spoken = is_among(claims["source_entity_id"], speakers)
        asked.append(pc.or_(has_words(claims["source_text"], query.by), spoken))
    if query.since:
        asked.append(pc.greater_equal(claims["claim_date"], query.since))
    if query.until:
        asked.append(pc.less_equal(claims["claim_date"], query.until))
    claims = claims.filter(reduce(pc.and_, asked))
    for word in query.words.split():  # of few rows by now: words that begin with the letters
        begins = map(_word_pattern(word).search, claims["reported"].to_pylist())
        claims = claims.filter(pa.array(map(bool, begins), pa.bool_()))
    return claims


@cache
def _word_pattern(word: str) -> re.Pattern[str]:
    """Return a pattern of a word with the given beginning: `licen` finds `licence`, `ban` not `urban`."""
    border = r"(?<![^\W_])" if word[0].isalnum() else ""
    return re.compile(border + re.escape(word), re.IGNORECASE)


def find_ids(read: Read, name: str) -> frozenset[str]:
    """Return the ids of the entities with a name or alias in any case, and the name, which may be an id."""
    found = {name}
    for table in read("entities", ("entity_id", "name", "aliases")):
        aliases = table["aliases"].combine_chunks()
        owners = table["entity_id"].combine_chunks().take(pc.list_parent_indices(aliases))
        for ids, forms in ((table["entity_id"], table["name"]), (owners, pc.list_flatten(aliases))):
            found.update(ids.filter(pc.equal(pc.utf8_lower(forms), name.lower())).to_pylist())
    return frozenset(found)


def find_near(read: Read, name: str) -> list[str]:
    """Return names of entities that have a name as a part, or are spelled like it."""
    if not name:
        return []
    known: dict[str, int] = {}
    asked = name.lower()
    for table in read("entities", ("name", "n_mentions")):
        forms = pc.utf8_lower(table["name"])
        # A name that is spelled otherwise begins alike, mostly: to compare all of them takes seconds.
        rows = table.filter(pc.or_(pc.match_substring(forms, asked), pc.starts_with(forms, asked[0])))
        known.update(zip(rows["name"].to_pylist(), rows["n_mentions"].to_pylist(), strict=True))
    ranked = sorted(known, key=lambda one: (-known[one], one))
    parts = [one for one in ranked if f" {asked} " in f" {one.lower()} "]
    by_lower = {one.lower(): one for one in reversed(ranked)}
    close = [by_lower[one] for one in get_close_matches(asked, by_lower, NEAR, LIKE)]
    return [*dict.fromkeys([*parts, *close])][:NEAR]


def has_words(column: pa.ChunkedArray, words: str) -> pa.ChunkedArray:
    """Return whether the texts of a column have some words, in any case; a null has none."""
    return pc.fill_null(pc.match_substring(column, words, ignore_case=True), False)


def _is_among_sorted(column: pa.ChunkedArray, values: Sequence[str]) -> pa.ChunkedArray:
    """Return the same as `is_among` for ascending values, of which few are hashed for each file."""
    ends = pc.min_max(column)
    first, last = ends["min"].as_py() or "", ends["max"].as_py() or ""
    return is_among(column, values[bisect_left(values, first) : bisect_right(values, last)])


def _claims_about(read: Read, entities: Collection[str]) -> list[str]:
    """Return the ids of the claims with a mention of some entities in their content, ascending."""
    mentions: list[pa.Array] = []
    claims: list[str] = []
    for table in read("mentions", ("entity_id", "mention_id")):
        mentions.append(table.filter(is_among(table["entity_id"], entities))["mention_id"].combine_chunks())
    wanted = sorted(pa.concat_arrays(mentions).to_pylist())
    for table in read("claim_mentions", ("mention_id", "claim_id"), wanted):
        claims += table.filter(_is_among_sorted(table["mention_id"], wanted))["claim_id"].to_pylist()
    return sorted(set(claims))


def _column_of(
    read: Read, name: str, columns: tuple[str, str], keys: Iterable[str | None]
) -> dict[str, str | None]:
    """Return the values of a column for some keys."""
    wanted = {key for key in keys if key is not None}
    found: dict[str, str | None] = {}
    for table in read(name, columns, sorted(wanted)) if wanted else ():
        rows = table.filter(is_among(table[columns[0]], wanted))
        found.update(zip(*(rows[column].to_pylist() for column in columns), strict=True))
    return found
