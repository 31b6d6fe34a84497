"""How many independent voices say something: the articles that report or deny a statement, joined where one may have it from another.

It counts these articles only and says nothing of truth: ten articles of one agency are one origin, and so is one article that is wrong.
Each article has marks, and two articles with a mark in common are of one origin. So the work grows with the articles, not with their pairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from policy_news.core.data_files import RULES_DIR
from policy_news.core.grouping import grouped
from policy_news.nlp.passages import cut_passages
from policy_news.nlp.relations.statements import told_schema
from policy_news.nlp.text_reuse import Codes, Numbers, connect, hash_text, plain_words
from policy_news.rules.rule_files import read_rule_file
from policy_news.rules.rule_models import Strict
from policy_news.tables.chunks import Chunk, plain_values
from policy_news.tables.outlets import UNKNOWN, outlet_of
from policy_news.tables.schema import TABLES, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

REASONS = ("copy", "verbatim", "agency", "publisher")
"""Why two articles are of one origin, the surest first. A mark is a hash whose last two bits are the place of its reason here."""
_COPY, _VERBATIM, _AGENCY, _PUBLISHER = range(len(REASONS))
_REASON = np.uint64(len(REASONS) - 1)
SAID, DENIED = "said", "denied"
"""What an article does with a statement."""
LEAST = 18
"""Words of a sentence that two articles do not write alike by accident."""
CREDIT = 200
"""Characters at both ends of an article in which an agency is credited."""
WRITTEN = frozenset({"paragraph", "list_item", "caption"})
"""Kinds of section that the writers of an article wrote."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "documents": ("doc_id", "url", "path", "author", "published", "text"),
    "sections": ("doc_id", "start", "end", "kind"),
    "claims": ("claim_id", "source_entity_id", "kept"),
    "claim_links": ("claim_id", "other_claim_id", "relation"),
}
"""Tables and columns that notes are taken from."""
_LATE = np.iinfo(np.int64).max
_QUOTED = re.compile(r"[“\"][^”\"\n]{0,2000}[”\"]")


class House(Strict):
    """A publisher or an agency.

    Attributes:
        hosts: Of the addresses of its outlets.
        names: By which an agency is credited.
    """

    id: str
    hosts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class HouseFile(Strict):
    """The file `verify/publishers.yml`."""

    publishers: tuple[House, ...]
    agencies: tuple[House, ...]


@dataclass(frozen=True, slots=True)
class VoiceNotes:
    """What the origins of some documents are found by.

    Attributes:
        documents: Id, day (0 for none) and marks of each.
        sources: The entity that each kept claim has as its source.
        denials: Claims that deny others, with these.
    """

    documents: pa.Table
    sources: pa.Table
    denials: pa.Table

    @property
    def tables(self) -> tuple[pa.Table, ...]:
        """All of them, in order."""
        return self.documents, self.sources, self.denials

    @classmethod
    def joined(cls, pieces: Iterable[VoiceNotes]) -> VoiceNotes:
        """Return notes of several documents as one."""
        import pyarrow as pa

        empty = tuple(schema.empty_table() for schema in note_schemas())
        columns = zip(empty, *(one.tables for one in pieces), strict=True)
        return cls(*(pa.concat_tables(own).combine_chunks() for own in columns))


def note_schemas() -> tuple[pa.Schema, ...]:
    """Return the columns of the tables of notes."""
    import pyarrow as pa

    text = pa.string()
    columns = (
        (("doc_id", text), ("day", pa.int64()), ("marks", pa.list_(pa.uint64()))),
        (("claim_id", text), ("source", text)),
        (("claim_id", text), ("other_claim_id", text)),
    )
    return tuple(map(pa.schema, columns))


def note_voices(chunk: Chunk) -> VoiceNotes:
    """Return the notes of a chunk, which has at least the columns `COLUMNS`."""
    import pyarrow as pa

    sections = [row for row in _rows(chunk, "sections") if row["kind"] in WRITTEN]
    written = grouped((row["doc_id"], (row["start"], row["end"])) for row in sections)
    documents = [
        {
            "doc_id": row["doc_id"],
            "day": row["published"].toordinal() if row["published"] else 0,
            "marks": sorted(set(_marks(row, written.get(row["doc_id"], ())))),
        }
        for row in _rows(chunk, "documents")
    ]
    sources = [
        {"claim_id": row["claim_id"], "source": row["source_entity_id"]}
        for row in _rows(chunk, "claims")
        if row["kept"] and row["source_entity_id"]
    ]
    denials = [row for row in _rows(chunk, "claim_links") if row.pop("relation") == "denies"]
    found = (documents, sources, denials)
    return VoiceNotes(*map(pa.Table.from_pylist, found, note_schemas()))


def _rows(chunk: Chunk, name: str) -> Iterator[dict[str, Any]]:
    columns = COLUMNS[name]
    values = (plain_values(chunk[name][column]) for column in columns)
    return (dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True))


@cache
def _houses() -> tuple[Mapping[str, tuple[int, str]], Mapping[str, str], re.Pattern[str]]:
    """Return reason and id by host, agencies by name, and how agencies are credited."""
    read = read_rule_file(RULES_DIR / "verify" / "publishers.yml", HouseFile)
    hosts = {
        host: (reason, one.id)
        for reason, houses in ((_PUBLISHER, read.publishers), (_AGENCY, read.agencies))
        for one in houses
        for host in one.hosts
    }
    agencies = {name: one.id for one in read.agencies for name in one.names}
    names = "|".join(map(re.escape, sorted(agencies, key=len, reverse=True)))
    # `LONDON (Reuters) -`, `Source: AFP`, `By Jo Bell, Associated Press`, `(NAN)` at the end.
    credit = re.compile(
        rf"\((?P<a>{names})\)|(?i:source|credit|reporting by|by)[^\n.]{{0,40}}?\b(?P<b>{names})\b|^\W*(?P<c>{names})\W*$",
        re.MULTILINE,
    )
    return hosts, agencies, credit


def _marks(row: Mapping[str, Any], written: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Yield what makes an article one origin with others that have it."""
    hosts, agencies, credit = _houses()
    text = row["text"]
    for first, last in written:
        paragraph = text[first:last]
        for start, end in cut_passages(paragraph):
            words = plain_words(_QUOTED.sub(" ", paragraph[start:end]))
            if len(words) >= LEAST:
                yield _mark(_VERBATIM, " ".join(words))
    ends = f"By {row['author'] or ''}\n{text[:CREDIT]}\n{text[-CREDIT:]}"
    for match in credit.finditer(ends):
        yield _mark(_AGENCY, agencies[str(match["a"] or match["b"] or match["c"])])
    outlet = outlet_of(row["url"], row["path"])
    if outlet != UNKNOWN:
        yield _mark(*hosts.get(outlet, (_PUBLISHER, outlet)))


def _mark(reason: int, value: str) -> int:
    return hash_text(value) & ~int(_REASON) | reason


def find_origins(notes: Sequence[VoiceNotes], told: Sequence[pa.Table], groups: pa.Table) -> pa.Table:
    """Return the table of origins: a row for each article that says or denies a statement, of statements that several say or deny.

    Args:
        notes: Of all documents.
        told: The statements of the claims that earlier ones report, as `Statements.find` returns them.
        groups: The table of near-identical documents.
    """
    import pyarrow as pa

    schema = arrow_schema(TABLES["origins"])
    every = VoiceNotes.joined(notes)
    claims = _told_by(every.denials, told)
    sets, documents = (_number(claims[name]) for name in ("set", "doc_id"))
    _, rows, reports = np.unique(sets * len(claims) + documents, return_index=True, return_inverse=True)
    several = np.bincount(sets[rows])[sets[rows]] > 1
    if not several.any():
        return schema.empty_table()
    chosen = claims.take(pa.array(rows[several])).combine_chunks()
    ids = chosen["doc_id"].combine_chunks()
    first, reasons = _Reports.read(sets[rows][several], ids, every.documents, groups).join()
    places = np.where(several, np.cumsum(several) - 1, -1)[reports]
    columns = [
        pa.array(reasons),
        ids.take(pa.array(first)),
        _sources(places, claims["claim_id"], every.sources, len(ids)),
    ]
    for name, column in zip(("reason", "origin_id", "sources"), columns, strict=True):
        chosen = chosen.append_column(name, column)
    order = [(name, "ascending") for name in TABLES["origins"].order]
    return chosen.select(schema.names).sort_by(order).cast(schema)


def _number(column: pa.ChunkedArray) -> Numbers:
    """Return a number for each value of a column, the same for the same."""
    numbers: Numbers = column.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    return numbers


def _told_by(denials: pa.Table, told: Sequence[pa.Table]) -> pa.Table:
    """Return the claims that say or deny statements: statement, stance, document and claim; `set` is of statement and stance."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def statement_of(claims: pa.ChunkedArray) -> pa.ChunkedArray:
        return pc.coalesce(every["statement_id"].take(pc.index_in(claims, value_set=known)), claims)

    every = pa.concat_tables([told_schema().empty_table(), *told]).combine_chunks()
    known = every["claim_id"].combine_chunks()
    heads = pc.unique(every["statement_id"])
    said = pa.concat_tables([every, pa.table([heads, heads], every.schema)])
    # Whoever repeats a denial denies the same.
    pairs = {
        "denied": statement_of(denials["other_claim_id"]),
        "statement_id": statement_of(denials["claim_id"]),
    }
    denied = pa.table(pairs).group_by([*pairs], use_threads=False).aggregate([])
    denied = denied.join(said, "statement_id", use_threads=False)
    claims = pc.coalesce(denied["claim_id"], denied["statement_id"])
    stances = pa.array([SAID] * len(said) + [DENIED] * len(denied), pa.string())
    rows = pa.concat_tables([said, pa.table([claims, denied["denied"]], said.schema)]).combine_chunks()
    return (
        rows.append_column("stance", stances)
        .append_column("doc_id", pc.replace_substring_regex(rows["claim_id"], "#[^#]*$", ""))
        .append_column("set", pc.binary_join_element_wise(rows["statement_id"], stances, "\0"))
    )


def _sources(places: Numbers, claims: pa.ChunkedArray, sources: pa.Table, count: int) -> pa.ListArray:
    """Return the sources that the claims of each report name, each once.

    Args:
        places: The report of each claim; -1 for none.
        claims: Their ids.
        count: Number of reports.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    names = sources["source"].take(pc.index_in(claims, value_set=sources["claim_id"].combine_chunks()))
    told = np.flatnonzero((places >= 0) & names.is_valid().to_numpy())
    table = pa.table({"report": places[told], "name": names.take(pa.array(told))})
    once = table.group_by(["report", "name"], use_threads=False).aggregate([])
    once = once.sort_by([("report", "ascending"), ("name", "ascending")])
    offsets = once["report"].to_numpy().searchsorted(np.arange(count + 1))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), once["name"].combine_chunks())


@dataclass(frozen=True, slots=True)
class _Reports:
    """Articles of one set after the other.

    Attributes:
        sets: The number of the set of each.
        ages: The place of each by day and id, among all documents, which ascend by id.
        rows: A row for each mark of each.
        marks: These marks.
    """

    sets: Numbers
    ages: Numbers
    rows: Numbers
    marks: Codes

    @classmethod
    def read(cls, sets: Numbers, ids: pa.Array, documents: pa.Table, groups: pa.Table) -> _Reports:
        """Read the marks of articles, with the groups of copies that they are in."""
        import pyarrow.compute as pc

        known = documents["doc_id"].combine_chunks()
        places = pc.index_in(ids, value_set=known)
        days = documents["day"].to_numpy()
        ages = np.empty(len(known), np.int64)
        ages[np.argsort(np.where(days == 0, _LATE, days), kind="stable")] = np.arange(len(known))
        lists = documents["marks"].combine_chunks().take(places)
        rows = np.repeat(np.arange(len(ids)), np.diff(lists.offsets.to_numpy()))
        group = groups["group_id"].take(pc.index_in(ids, value_set=groups["doc_id"].combine_chunks()))
        copied = np.flatnonzero(group.is_valid().to_numpy())
        leaders = pc.index_in(group.drop_null(), value_set=known).to_numpy().astype(np.uint64)
        marks = np.concatenate([lists.flatten().to_numpy(), leaders * np.uint64(len(REASONS))])
        return cls(sets, ages[places.to_numpy()], np.concatenate([rows, copied]), marks)

    def join(self) -> tuple[Numbers, pa.Array]:
        """Return for each article the earliest of its origin, and why it is of that origin; None for the earliest."""
        import pyarrow as pa

        order = np.lexsort((self.rows, self.marks, self.sets[self.rows]))
        rows, marks = self.rows[order], self.marks[order]
        alike = (marks[1:] == marks[:-1]) & (self.sets[rows[1:]] == self.sets[rows[:-1]])
        one, other = rows[:-1][alike], rows[1:][alike]
        surest = np.full(len(self.sets), len(REASONS))
        for side in (one, other):
            np.minimum.at(surest, side, (marks[1:][alike] & _REASON).astype(np.int64))
        roots = connect(len(self.sets), one, other)
        eldest = np.lexsort((self.ages, roots))
        first = eldest[roots[eldest].searchsorted(roots)]
        own = np.arange(len(first)) == first
        return first, pa.array(REASONS).take(pa.array(surest, mask=own))
