"""The tables of a finished run, article by article, for reports and exports."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from pipeline.tables.parquet import read_run, read_table
from pipeline.tables.schema import (
    AppearanceRow,
    ClaimLinkRow,
    ClaimMentionRow,
    ClaimRow,
    ContentSpan,
    DateRow,
    DocumentGroupRow,
    DocumentRow,
    EntityAliasRow,
    EntityRow,
    FailureRow,
    MentionRow,
    OfficeRow,
    SectionRow,
    column_name,
)

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
    """Claim to the mentions inside its content; a claim without any is missing."""

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


def read_corpus(out: Path) -> Corpus:
    """Read all tables of a finished run.

    Raises:
        StageError: There is no finished run, or a table is broken.
    """
    run = read_run(out)
    mentions = _read(out, "mentions", MentionRow)
    inside = _group_inside(_read(out, "claim_mentions", ClaimMentionRow), mentions)
    by_document: dict[str, dict[str, tuple[Any, ...]]] = {
        "sections": _group(_read(out, "sections", SectionRow), "doc_id"),
        "mentions": _group(mentions, "doc_id"),
        "claims": _group(_read_claims(out), "doc_id"),
        "dates": _group(_read(out, "dates", DateRow), "doc_id"),
    }
    articles = tuple(
        _article(document, by_document, inside) for document in _read(out, "documents", DocumentRow)
    )
    entities = {entity.entity_id: entity for entity in _read(out, "entities", EntityRow)}
    return Corpus(
        articles,
        entities,
        tuple(_read(out, "failures", FailureRow)),
        run,
        _group(_read(out, "appearances", AppearanceRow), "entity_id"),
        _group(_read(out, "entity_aliases", EntityAliasRow), "entity_id"),
        _group(_read_offices(out), "entity_id"),
        _group(_read(out, "claim_links", ClaimLinkRow), "claim_id"),
        {row.doc_id: row.group_id for row in _read(out, "document_groups", DocumentGroupRow)},
    )


def _article(
    document: DocumentRow,
    by_document: Mapping[str, Mapping[str, tuple[Any, ...]]],
    inside: Mapping[str, tuple[MentionRow, ...]],
) -> Article:
    rows = {name: groups.get(document.doc_id, ()) for name, groups in by_document.items()}
    own = {claim.claim_id: inside[claim.claim_id] for claim in rows["claims"] if claim.claim_id in inside}
    return Article(document, rows["sections"], rows["mentions"], rows["claims"], rows["dates"], own)


def _read(out: Path, name: str, kind: type[R]) -> list[R]:
    return [kind(**row) for row in read_table(out, name).to_pylist()]


def _read_claims(out: Path) -> list[ClaimRow]:
    """Return the claims that are kept; those below the threshold are in the table only."""
    rows = [row for row in read_table(out, "claims").to_pylist() if row["kept"]]
    return [
        ClaimRow(**{**row, "content_spans": [ContentSpan(**span) for span in row["content_spans"]]})
        for row in rows
    ]


def _read_offices(out: Path) -> list[OfficeRow]:
    names = {column_name(item): item.name for item in fields(OfficeRow)}
    rows = read_table(out, "offices").to_pylist()
    return [OfficeRow(**{names[name]: value for name, value in row.items()}) for row in rows]


def _group(rows: Iterable[R], column: str) -> dict[str, tuple[R, ...]]:
    """Return the rows by the value of a column."""
    groups: dict[str, list[R]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, column)].append(row)
    return {key: tuple(members) for key, members in groups.items()}


def _group_inside(
    pairs: Iterable[ClaimMentionRow], mentions: Iterable[MentionRow]
) -> dict[str, tuple[MentionRow, ...]]:
    by_id = {mention.mention_id: mention for mention in mentions}
    groups: dict[str, list[MentionRow]] = defaultdict(list)
    for pair in pairs:
        groups[pair.claim_id].append(by_id[pair.mention_id])
    return {
        claim_id: tuple(sorted(members, key=lambda mention: mention.start))
        for claim_id, members in groups.items()
    }
