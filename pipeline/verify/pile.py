"""The documents that a draft is held against: the tables of a finished run and its quotation index."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.core.errors import StageError
from pipeline.nlp.passages import HIDDEN, cut_passages, hide
from pipeline.run.quotation_index import read_index
from pipeline.tables.chunks import is_among, plain_values
from pipeline.tables.parquet import read_files, read_run
from pipeline.text.masking import MaskPatterns, find_gaps, patterns_of_run
from pipeline.verify.finding import Place
from pipeline.verify.quotes import find_quotes, normal_words
from pipeline.verify.search import Search

if TYPE_CHECKING:
    import pyarrow as pa

_DOCUMENTS = ("doc_id", "title", "published", "text")
_CLAIMS = (
    "doc_id", "claim_id", "source_entity_id", "source_text", "content_text", "content_spans", "claim_type", "quote_kind", "negated",
    "polarity", "continues", "score", "kept",
)  # fmt: skip
_ENTITIES = ("entity_id", "name", "aliases", "label")
_MASKED = re.compile(rf"{HIDDEN}+(?:['’,]{HIDDEN}+)*")


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity of the documents."""

    entity_id: str
    name: str
    aliases: tuple[str, ...]
    label: str

    @property
    def names(self) -> frozenset[str]:
        """All its names."""
        return frozenset([self.name, *self.aliases])


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of a document, as far as a draft is held against it."""

    claim_id: str
    entity_id: str | None
    source: str | None
    content: str
    spans: tuple[tuple[int, int], ...]
    type: str
    quote: str
    negated: bool
    polarity: str | None
    continues: str | None
    score: float

    def overlap(self, start: int, end: int) -> int:
        """Characters of its content between two offsets."""
        return sum(max(0, min(end, last) - max(start, first)) for first, last in self.spans)


class Token(NamedTuple):
    """A word of a document as it is compared; `HIDDEN` for a masked one."""

    word: str
    start: int
    end: int
    quoted: bool


@dataclass
class PileDocument:
    """A document of the pile."""

    doc_id: str
    title: str | None
    day: dt.date | None
    text: str
    patterns: MaskPatterns
    claims: tuple[Claim, ...] = ()

    @cached_property
    def shown(self) -> str:
        """The text with what is masked hidden."""
        return hide(self.text, find_gaps(self.text, self.patterns))

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its words."""
        return tuple(self._tokens())

    @cached_property
    def words(self) -> list[str]:
        """The same as they are compared."""
        return [token.word for token in self.tokens]

    @cached_property
    def joined(self) -> str:
        """The same in a row, between spaces."""
        return f" {' '.join(self.words)} "

    @cached_property
    def passages(self) -> list[tuple[int, int]]:
        """First and last-plus-one offset of each passage of the index."""
        return list(cut_passages(self.shown))

    def _tokens(self) -> Iterable[Token]:
        quotes, _unclosed = find_quotes(self.shown)
        found = [*normal_words(self.shown), *self._masked()]
        at = 0
        for word, start, end in sorted(found, key=lambda one: one[1]):
            while at < len(quotes) and quotes[at][1] <= start:
                at += 1
            yield Token(word, start, end, at < len(quotes) and quotes[at][0] <= start)

    def _masked(self) -> Iterable[tuple[str, int, int]]:
        """Masked words."""
        return ((HIDDEN, *match.span()) for match in _MASKED.finditer(self.shown))

    def claim_at(self, start: int, end: int) -> Claim | None:
        """Return the claim whose content has most of what stands between two offsets; of equal ones the shortest."""
        found = [(claim.overlap(start, end), -len(claim.content), claim) for claim in self.claims]
        best = max(found, key=lambda one: one[:2], default=None)
        return best[2] if best and best[0] * 2 >= end - start else None


@dataclass
class Pile:
    """The tables of a run.

    Attributes:
        out: Their folder.
        run: Its `run.json`.
    """

    out: Path
    run: Mapping[str, Any]
    search: Search
    patterns: MaskPatterns
    _documents: dict[str, PileDocument] = field(default_factory=dict)
    _entities: dict[str, Entity] = field(default_factory=dict)
    _kept: dict[str, Any] = field(default_factory=dict)

    def kept(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what was made of these documents once, under a name."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def load(self, numbers: Iterable[int]) -> None:
        """Read documents by their number in the index, all at once: each part of the tables is read once."""
        wanted = sorted({self.search.ids[number] for number in numbers} - self._documents.keys())
        if not wanted:
            return
        for row in self._rows("documents", _DOCUMENTS, wanted):
            day = row["published"].date() if row["published"] else None
            self._documents[row["doc_id"]] = PileDocument(
                row["doc_id"], row["title"], day, row["text"], self.patterns
            )
        claims: dict[str, list[Claim]] = {}
        for row in self._rows("claims", _CLAIMS, wanted):
            if row["kept"]:
                claims.setdefault(row["doc_id"], []).append(_claim(row))
        for doc_id, own in claims.items():
            self._documents[doc_id].claims = tuple(own)
        named = {claim.entity_id for own in claims.values() for claim in own if claim.entity_id}
        self._load_entities(named)

    def document(self, number: int) -> PileDocument:
        """Return a document that was loaded."""
        return self._documents[self.search.ids[number]]

    def entity(self, entity_id: str | None) -> Entity | None:
        """Return an entity that speaks in a document that was loaded."""
        return self._entities.get(entity_id or "")

    def first_piece(self, document: PileDocument, claim: Claim) -> Claim:
        """Return the claim in which a quotation begins that a claim goes on with."""
        own = {one.claim_id: one for one in document.claims}
        seen = {claim.claim_id}
        while claim.entity_id is None and claim.source is None and claim.continues in own.keys() - seen:
            claim = own[str(claim.continues)]
            seen.add(claim.claim_id)
        return claim

    def speaker(self, document: PileDocument, claim: Claim) -> str | None:
        """Return who says a claim: the name of the entity, else the words of the document."""
        first = self.first_piece(document, claim)
        entity = self.entity(first.entity_id)
        return entity.name if entity else first.source

    def place(self, document: PileDocument, start: int, end: int) -> Place:
        """Return a place in a document, with who speaks there."""
        return self._place(document, start, end, document.claim_at(start, end))

    def place_of(self, document: PileDocument, claim: Claim) -> Place:
        """Return the content of a claim as a place."""
        return self._place(document, claim.spans[0][0], claim.spans[-1][1], claim)

    def _place(self, document: PileDocument, start: int, end: int, claim: Claim | None) -> Place:
        return Place(
            document.doc_id,
            start,
            end,
            document.text[start:end],
            self.speaker(document, claim) if claim else None,
            claim.claim_id if claim else None,
            document.day.isoformat() if document.day else None,
        )

    def find_entities(self, names: Collection[str]) -> dict[str, list[str]]:
        """Return the ids of the entities that have one of some names, in any case, by the name in lower case."""
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = pa.array(sorted({name.lower() for name in names}), pa.string())
        found: dict[str, list[str]] = {}
        for table in self._tables("entities", ("entity_id", "name", "aliases")):
            aliases = table["aliases"].combine_chunks()
            parents = pc.list_parent_indices(aliases).to_pylist() + list(range(table.num_rows))
            forms = (
                pa.chunked_array([aliases.flatten(), *table["name"].chunks])
                if table.num_rows
                else table["name"]
            )
            lowered = pc.utf8_lower(forms)
            ids = table["entity_id"]
            for at in pc.indices_nonzero(pc.is_in(lowered, value_set=wanted)).to_pylist():
                own = found.setdefault(lowered[at].as_py(), [])
                own.append(ids[parents[at]].as_py())
        return found

    def documents_of(self, entities: Collection[str]) -> dict[str, list[int]]:
        """Return the numbers of the documents in which entities appear."""
        found: dict[str, list[int]] = {}
        for table in self._tables("appearances", ("entity_id", "doc_id")):
            kept = table.filter(is_among(table["entity_id"], entities))
            for entity_id, doc_id in zip(
                plain_values(kept["entity_id"]), plain_values(kept["doc_id"]), strict=True
            ):
                found.setdefault(entity_id, []).append(self.search.numbers[doc_id])
        return found

    def days(self, name: str, column: str, kind: str = "", kinds: Collection[str] = ()) -> set[dt.date]:
        """Return the days in a column of a table.

        Args:
            name: Of the table.
            column: The days, or times.
            kind: A column of labels; all rows count without one.
            kinds: The labels of the rows that count.
        """
        import pyarrow as pa

        found: set[dt.date] = set()
        for table in self._tables(name, [column, *([kind] if kind else [])]):
            kept = table.filter(is_among(table[kind], kinds)) if kind else table
            found.update(day for day in kept[column].cast(pa.date32()).unique().to_pylist() if day)
        return found

    def _rows(self, name: str, columns: Sequence[str], among: Sequence[str]) -> Iterable[dict[str, Any]]:
        """Return the rows of a table whose first column has one of some ascending values."""
        for table in self._tables(name, columns, among):
            kept = table.filter(is_among(table[columns[0]], among))
            values = [plain_values(kept[column]) for column in columns]
            for row in zip(*values, strict=True):
                yield dict(zip(columns, row, strict=True))

    def _tables(self, name: str, columns: Sequence[str], among: Sequence[str] = ()) -> Iterable[pa.Table]:
        for _, table in read_files(self.out, self.run, name, columns, among=among):
            if table is not None:
                yield table

    def _load_entities(self, ids: Collection[str]) -> None:
        wanted = sorted(set(ids) - self._entities.keys())
        if wanted:
            for row in self._rows("entities", _ENTITIES, wanted):
                self._entities[row["entity_id"]] = Entity(
                    row["entity_id"], row["name"], tuple(row["aliases"]), row["label"]
                )


def open_pile(out: Path) -> Pile:
    """Open the tables of a finished run.

    Raises:
        StageError: There is no finished run, its tables are of another version, or it has no documents.
    """
    run = read_run(out)
    if not run["counts"]["documents"]:
        raise StageError(f"{out}: the tables have no documents", "There is nothing to hold a draft against.")
    return Pile(out, run, Search(read_index(out, run)), patterns_of_run(run))


def _claim(row: Mapping[str, Any]) -> Claim:
    return Claim(
        row["claim_id"],
        row["source_entity_id"],
        row["source_text"],
        row["content_text"] or "",
        tuple((span["start"], span["end"]) for span in row["content_spans"]),
        row["claim_type"],
        row["quote_kind"],
        row["negated"],
        row["polarity"],
        row["continues"],
        row["score"],
    )
