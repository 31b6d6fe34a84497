"""The tables of a finished run, article by article, for reports and exports."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from policy_news.core.grouping import grouped
from policy_news.tables.chunks import to_rows
from policy_news.tables.parquet import read_run, read_table
from policy_news.tables.schema import (
    TABLES,
    AppearanceRow,
    ClaimLinkRow,
    ClaimRow,
    DateRow,
    DocumentRow,
    EntityAliasRow,
    EntityRow,
    FailureRow,
    MentionRow,
    OfficeRow,
    OriginRow,
    SectionRow,
)

if TYPE_CHECKING:
    import pyarrow as pa

R = TypeVar("R")


def find_date(dates: Sequence[DateRow], date_id: str | None) -> DateRow | None:
    """Return the date with an id."""
    if date_id is None:
        return None
    at = bisect_left(dates, int(date_id.rpartition("#d")[2]), key=lambda date: date.start)
    return dates[at] if at < len(dates) and dates[at].date_id == date_id else None


@dataclass(frozen=True, slots=True)
class Article:
    """One document with all its rows, each in the order of its table."""

    document: DocumentRow
    sections: tuple[SectionRow, ...]
    mentions: tuple[MentionRow, ...]
    claims: tuple[ClaimRow, ...]
    """Those that are kept."""
    dates: tuple[DateRow, ...]
    inside: Mapping[str, tuple[MentionRow, ...]]
    """Claim of the run to the mentions inside its content; a claim without any is missing."""

    def mentions_in(self, claim: ClaimRow) -> tuple[MentionRow, ...]:
        """Return the mentions inside the content of a claim."""
        return self.inside.get(claim.claim_id, ())

    def date_of(self, claim: ClaimRow) -> DateRow | None:
        """Return the date expression that dates a claim."""
        return find_date(self.dates, claim.date_id)


@dataclass(frozen=True, slots=True)
class Corpus:
    """All articles of a run in order of their ids, its entities by id, the failures, and `run.json`."""

    articles: tuple[Article, ...]
    entities: Mapping[str, EntityRow]
    failures: tuple[FailureRow, ...]
    run: Mapping[str, Any]
    appearances: Mapping[str, tuple[AppearanceRow, ...]]
    """Entity to its appearances, in order of the documents."""
    aliases: Mapping[str, tuple[EntityAliasRow, ...]]
    """Entity to its other ids."""
    offices: Mapping[str, tuple[OfficeRow, ...]]
    """Entity to the terms of office that the rule data have of it."""
    links: Mapping[str, tuple[ClaimLinkRow, ...]] = field(default_factory=dict)
    """Claim to its links to claims that it is about."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Document to its group of near-identical ones; others are missing."""
    origins: Mapping[str, tuple[OriginRow, ...]] = field(default_factory=dict)
    """Statement to the articles that say or deny it, where several do."""


def read_corpus(out: Path) -> Corpus:
    """Read all tables of a finished run.

    Raises:
        StageError: There is no finished run, or a table is broken.
    """
    run = read_run(out)  # once, so that a run that ends meanwhile does not mix two runs
    return corpus_of({name: read_table(out, name, run) for name in TABLES}, run)


def corpus_of(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Corpus:
    """Return the corpus of tables that were read."""
    rows = {name: to_rows(name, tables[name]) for name in TABLES}
    # Claims below the threshold are in the table only.
    rows["claims"] = [claim for claim in rows["claims"] if claim.kept]
    by_id = {mention.mention_id: mention for mention in rows["mentions"]}
    pairs = grouped((pair.claim_id, by_id[pair.mention_id]) for pair in rows["claim_mentions"])
    inside = {claim: tuple(sorted(own, key=lambda mention: mention.start)) for claim, own in pairs.items()}
    names = ("sections", "mentions", "claims", "dates")
    by_document = {name: _group(rows[name], "doc_id") for name in names}
    return Corpus(
        tuple(
            Article(
                document,
                inside=inside,
                **{name: own.get(document.doc_id, ()) for name, own in by_document.items()},
            )
            for document in rows["documents"]
        ),
        {entity.entity_id: entity for entity in rows["entities"]},
        tuple(rows["failures"]),
        run,
        _group(rows["appearances"], "entity_id"),
        _group(rows["entity_aliases"], "entity_id"),
        _group(rows["offices"], "entity_id"),
        _group(rows["claim_links"], "claim_id"),
        {row.doc_id: row.group_id for row in rows["document_groups"]},
        _group(rows["origins"], "statement_id"),
    )


def _group(rows: Iterable[R], column: str) -> dict[str, tuple[R, ...]]:
    """Return the rows by the value of a column."""
    groups = grouped((getattr(row, column), row) for row in rows)
    return {key: tuple(members) for key, members in groups.items()}
