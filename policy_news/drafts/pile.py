"""The documents that a draft is held against: the tables of a finished run and its quotation index."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import chain, pairwise
from operator import itemgetter
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple

from policy_news.core.errors import StageError
from policy_news.core.settings import Settings
from policy_news.drafts.finding import DocumentPlace, DraftFinding
from policy_news.drafts.lexis import keys_of, lemma
from policy_news.drafts.passage_search import Search
from policy_news.drafts.quotation_marks import find_quotes
from policy_news.drafts.quotation_words import normal_words
from policy_news.drafts.slots import Proposition, begins_condition, read_proposition
from policy_news.nlp.passages import HIDDEN, cut_passages, hide
from policy_news.nlp.text_reuse import plain_words
from policy_news.run.finished_run import run_settings
from policy_news.run.quotation_index import read_index
from policy_news.tables.chunks import is_among, plain_values, texts
from policy_news.tables.parquet import read_files, read_run
from policy_news.text.masking import MaskPatterns, find_gaps, patterns_of_run

if TYPE_CHECKING:
    import pyarrow as pa

EXACT = frozenset({"day", "time"})
"""Granularities of dates that name a day."""
KEPT = 500
"""Documents that are kept from one question to the next: whoever asks many would fill the memory."""
_CLAIMS = (
    "doc_id", "kept", "content_spans", "content_text", "claim_id", "source_entity_id", "source_text", "claim_type", "polarity",
    "continues", "score", "cue_lemma", "content_resolved", "reported", "negated",
)  # fmt: skip
Judging = Generator[set[int], None, list[DraftFinding]]
"""Asks for the numbers of the documents that it needs next, and returns what it finds."""
_NAME = re.compile(r"(?:[A-Z][\w&'’-]*\s)+$")
_MEANT = re.compile(r"\[([A-Z][^\]\n]*)\]")
"""A name that stands for a pronoun in `content_resolved`."""
_LONG = 60
_MARKS = re.compile(r"[.;:!?“”\"\n]")
_APART = re.compile(r",\s(?:[A-Z][\w.]*\s){0,2}$")
"""What stands between a title and a name (`the chairman of the council, Mr`)."""
_BEHIND = re.compile(r"\s?,\s([^,.;:“”\"\n]{3,90})")
_MASKED = re.compile(rf"{HIDDEN}+(?:['’,]{HIDDEN}+)*")


def blank(text: str, start: int, end: int, spans: Iterable[tuple[int, int]]) -> str:
    """Return a stretch of a text with blanks for some spans."""
    shown = list(text[start:end])
    for first, last in spans:
        low, high = max(first - start, 0), max(min(last - start, len(shown)), 0)
        shown[low:high] = " " * (high - low)
    return "".join(shown)


@dataclass(frozen=True, slots=True)
class DocumentEntity:
    """An entity of the documents."""

    entity_id: str
    name: str
    aliases: list[str]
    label: str

    @property
    def names(self) -> frozenset[str]:
        """All its names."""
        return frozenset([self.name, *self.aliases])


@dataclass(frozen=True, slots=True)
class DocumentClaim:
    """A claim of a document, as far as a draft is held against it."""

    spans: tuple[tuple[int, int], ...]
    content: str
    claim_id: str
    entity_id: str | None
    source: str | None
    type: str
    polarity: str | None
    continues: str | None
    score: float
    cue: str | None = None
    resolved: str | None = None
    reported: str | None = None
    negated: bool = False

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

    patterns: MaskPatterns
    doc_id: str
    title: str | None
    published: dt.datetime | None
    text: str
    claims: list[DocumentClaim] = field(default_factory=list)
    _read: dict[str, tuple[Proposition, ...]] = field(default_factory=dict)
    _titles: dict[str, list[list[str]]] = field(default_factory=dict)

    @property
    def day(self) -> dt.date | None:
        """The day of publication."""
        return self.published.date() if self.published else None

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
    def vocabulary(self) -> frozenset[str]:
        """The words that can be seen as they are written, each once; also without `'s`."""
        words = frozenset(plain_words(self.shown))
        return words | {word.removesuffix("'s") for word in words}

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
        found = normal_words(self.shown)
        if HIDDEN in self.shown:
            masked = ((HIDDEN, *match.span()) for match in _MASKED.finditer(self.shown))
            found = sorted([*found, *masked], key=lambda one: one[1])
        at = 0
        for word, start, end in found:
            while at < len(quotes) and quotes[at][1] <= start:
                at += 1
            yield Token(word, start, end, at < len(quotes) and quotes[at][0] <= start)

    def read_claim(self, claim: DocumentClaim) -> tuple[Proposition, ...]:
        """Return what each sentence of a claim says, the last with a condition that stands behind its content."""
        found = self._read.get(claim.claim_id)
        if found is None:
            end = claim.spans[-1][1]
            behind = self.shown[
                end : next((last for first, last in self.passages if first <= end <= last), end)
            ]
            more = behind if begins_condition(behind) else ""
            # The name before a content that begins with its verb is who does it.
            start = claim.spans[0][0]
            name = _NAME.search(self.shown, max(start - _LONG, 0), start)
            pieces = [name[0]] if name and self.shown[start : start + 1].islower() else []
            pieces += [self.shown[first:last] for first, last in claim.spans]
            said, rejected = " ".join(pieces) + more, claim.polarity == "rejected"
            spans = cut_passages(said)
            found = tuple(read_proposition(said[first:last], rejected=rejected) for first, last in spans)
            self._read[claim.claim_id] = found
        return found

    def read_around(self, claim: DocumentClaim) -> Proposition:
        """Return what the passage says in which a claim begins, with the names that its pronouns stand for."""
        key = f"around {claim.claim_id}"
        if key not in self._read:
            meant = ". ".join(_MEANT.findall(claim.resolved or ""))
            self._read[key] = (
                read_proposition(f"{self.shown[slice(*self.passages[self.passage_of(claim)])]} {meant}"),
            )
        return self._read[key][0]

    @cached_property
    def beside(self) -> list[str]:
        """The passages without the contents of claims."""
        contents = chain.from_iterable(one.spans for one in self.claims)
        shown = blank(self.shown, 0, len(self.shown), contents)
        return [shown[start:end] for start, end in self.passages]

    @cached_property
    def beside_speaker(self) -> dict[str | None, str]:
        """By the id of a speaker those passages in which a claim of that speaker begins."""
        found: dict[str | None, set[int]] = {}
        for claim in self.claims:
            if claim.entity_id is not None and claim.spans:
                found.setdefault(claim.entity_id, set()).add(self.passage_of(claim))
        return {one: "\n".join(map(self.beside.__getitem__, sorted(own))) for one, own in found.items()}

    @cached_property
    def keys(self) -> frozenset[str | int]:
        """What its words share with others of the same meaning."""
        return frozenset(chain.from_iterable(keys_of(lemma(word)) for word in self.vocabulary))

    def titles_of(self, name: str) -> list[list[str]]:
        """Return the words of what the document calls somebody: right before the name, before a comma, or behind one."""
        if name not in self._titles:
            around = pairwise(f" {self.shown} ".split(name))
            found = chain.from_iterable(_titles_beside(before, behind) for before, behind in around)
            self._titles[name] = [plain_words(one) for one in found]
        return self._titles[name]

    def passage_of(self, claim: DocumentClaim) -> int:
        """Return the number of the passage in which a claim begins."""
        return max(bisect_right(self.passages, claim.spans[0][0], key=itemgetter(0)) - 1, 0)

    def claim_at(self, start: int, end: int) -> DocumentClaim | None:
        """Return the claim whose content has most of what stands between two offsets; of equal ones the shortest."""
        found = [(claim.overlap(start, end), -len(claim.content), claim) for claim in self.claims]
        best = max(found, key=lambda one: one[:2], default=None)
        return best[2] if best and best[0] * 2 >= end - start else None


@dataclass
class Pile:
    """The documents, as tables.

    Attributes:
        read: Yields the files of a table: its name, the columns, and the numbers of the files, None for all.
        read_settings: Returns the settings with which they were annotated.
        out: The folder of the run; None for sources that were read for a draft.
        verifier: Who holds drafts against it, once there is one.
    """

    read: Callable[[str, Sequence[str], Collection[int] | None], Iterable[pa.Table]]
    read_settings: Callable[[], Settings]
    search: Search
    patterns: MaskPatterns
    out: Path | None = None
    _documents: dict[str, PileDocument] = field(default_factory=dict)
    _entities: dict[str, DocumentEntity] = field(default_factory=dict)
    verifier: Any = None
    _lock: RLock = field(default_factory=RLock)

    @cached_property
    def settings(self) -> Settings:
        """The settings with which they were annotated."""
        return self.read_settings()

    def judge(self, judgings: Iterable[Judging]) -> list[DraftFinding]:
        """Return what all find; the documents that they need are read together, since each part of the tables has some."""
        with self._lock:
            if len(self._documents) > KEPT:
                self._documents.clear()
                self._entities.clear()
            return self._judge(judgings)

    def _judge(self, judgings: Iterable[Judging]) -> list[DraftFinding]:
        found, running = list[DraftFinding](), list(judgings)
        while running:
            wanted = set[int]()
            for judging in tuple(running):
                try:
                    wanted |= next(judging)
                except StopIteration as end:
                    found += end.value
                    running.remove(judging)
            self.load(wanted)
        return found

    def load(self, numbers: Iterable[int]) -> None:
        """Read documents by their number in the index, all at once: each part of the tables is read once."""
        new = {number for number in numbers if self.search.ids[number] not in self._documents}
        if not new:
            return
        wanted, parts = {self.search.ids[number] for number in new}, self.search.parts_of(new)
        documents = {
            row[0]: PileDocument(self.patterns, *row)
            for row in self._rows("documents", ("doc_id", "title", "published", "text"), wanted, parts)
        }
        named = set()
        for doc_id, kept, spans, content, *told in self._rows("claims", _CLAIMS, wanted, parts):
            if kept:
                claim = DocumentClaim(
                    tuple((span["start"], span["end"]) for span in spans), content or "", *told
                )
                documents[doc_id].claims.append(claim)
                named.add(claim.entity_id)
        for row in _rows_among(self._names, named - self._entities.keys()):
            self._entities[row[0]] = DocumentEntity(*row)
        # Last: where a table cannot be read, no document stays without its claims.
        self._documents |= documents

    def document(self, number: int) -> PileDocument:
        """Return a document that was loaded."""
        return self._documents[self.search.ids[number]]

    def entity(self, entity_id: str | None) -> DocumentEntity | None:
        """Return an entity that speaks in a document that was loaded."""
        return self._entities.get(entity_id or "")

    def first_piece(self, document: PileDocument, claim: DocumentClaim) -> DocumentClaim:
        """Return the claim in which a quotation begins that a claim goes on with."""
        own = {one.claim_id: one for one in document.claims}
        seen = {claim.claim_id}
        while claim.entity_id is None and claim.source is None and claim.continues in own.keys() - seen:
            claim = own[str(claim.continues)]
            seen.add(claim.claim_id)
        return claim

    def speaker(self, document: PileDocument, claim: DocumentClaim) -> str | None:
        """Return who says a claim: the name of the entity, else the words of the document."""
        first = self.first_piece(document, claim)
        return entity.name if (entity := self.entity(first.entity_id)) else first.source

    def place_of(self, document: PileDocument, claim: DocumentClaim) -> DocumentPlace:
        """Return the content of a claim as a place."""
        return self.place(document, claim.spans[0][0], claim.spans[-1][1], claim)

    def place(
        self, document: PileDocument, start: int, end: int, claim: DocumentClaim | None = None
    ) -> DocumentPlace:
        """Return a place in a document, with who speaks there."""
        claim = claim or document.claim_at(start, end)
        day = document.day.isoformat() if document.day else None
        told = (None, None, day) if claim is None else (self.speaker(document, claim), claim.claim_id, day, claim.reported)  # fmt: skip
        return DocumentPlace(document.doc_id, start, end, document.text[start:end], *told)

    def find_entities(self, names: Collection[str]) -> dict[str, list[str]]:
        """Return the ids of the entities that have one of some names, in any case, by the name in lower case."""
        found: dict[str, list[str]] = {}
        for form, entity_id in _rows_among(self._forms, {name.lower() for name in names}):
            found.setdefault(form, []).append(entity_id)
        return found

    def documents_of(self, entities: Collection[str]) -> dict[str, list[int]]:
        """Return the numbers of the documents in which entities appear."""
        found: dict[str, list[int]] = {}
        for entity_id, doc_id in self._rows("appearances", ("entity_id", "doc_id"), entities):
            found.setdefault(entity_id, []).append(self.search.numbers[doc_id])
        return found

    @cached_property
    def days(self) -> frozenset[dt.date]:
        """The days of all documents, and those that they name."""
        import pyarrow as pa

        columns = [table["published"] for table in self._tables("documents", ["published"])]
        for table in self._tables("dates", ["earliest", "latest", "granularity"]):
            # The last day too: `from 3 to 9 April` names both.
            exact = is_among(table["granularity"], EXACT)
            columns += [table["earliest"].filter(exact), table["latest"].filter(exact)]
        return frozenset(
            day for column in columns for day in column.cast(pa.date32()).unique().to_pylist() if day
        )

    @cached_property
    def _names(self) -> pa.Table:
        """All entities with their names: they are in many small files, each of which has some that a draft needs."""
        import pyarrow as pa

        kinds = [("entity_id", pa.string()), ("name", pa.string()), ("aliases", pa.list_(pa.string()))]
        schema = pa.schema([*kinds, ("label", pa.string())])
        tables = [table.cast(schema) for table in self._tables("entities", schema.names)]
        return pa.concat_tables([schema.empty_table(), *tables]).combine_chunks()

    @cached_property
    def _forms(self) -> pa.Table:
        """All names in lower case, each with its entity."""
        import pyarrow as pa
        import pyarrow.compute as pc

        ids, names, aliases, _labels = self._names.columns
        of_aliases = ids.take(pc.list_parent_indices(aliases))
        forms = pa.chunked_array([*pc.list_flatten(aliases).chunks, *names.chunks], pa.string())
        owners = pa.chunked_array([*of_aliases.chunks, *ids.chunks], pa.string())
        return pa.table({"form": pc.utf8_lower(forms), "entity_id": owners})

    def _rows(
        self, name: str, columns: Sequence[str], among: Collection[str], parts: Collection[int] | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a table whose first column has one of some values, from some of its files."""
        values = texts(among)
        for table in self._tables(name, columns, parts):
            yield from _rows_among(table.select(columns), values)

    def _tables(
        self, name: str, columns: Sequence[str], parts: Collection[int] | None = None
    ) -> Iterable[pa.Table]:
        return self.read(name, columns, parts)

    def only(self, doc_ids: Collection[str]) -> Pile:
        """Return the same without all but some documents."""
        numbers = {self.search.numbers[doc_id] for doc_id in doc_ids if doc_id in self.search.numbers}
        return replace(self, search=self.search.only(numbers))


def _rows_among(table: pa.Table, values: Iterable[str | None]) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a table that have one of some values in the first column."""
    return zip(*map(plain_values, table.filter(is_among(table[0], values)).columns), strict=True)


def open_pile(out: Path, run: Mapping[str, Any] | None = None) -> Pile:
    """Open the tables of a finished run.

    Args:
        run: Its `run.json`, if that was read already.

    Raises:
        StageError: There is no finished run, its tables are of another version, or it has no documents.
    """
    run = read_run(out) if run is None else run
    if not run["counts"]["documents"]:
        raise StageError(f"{out}: the tables have no documents", "There is nothing to hold a draft against.")

    def read(name: str, columns: Sequence[str], parts: Collection[int] | None) -> Iterator[pa.Table]:
        files = read_files(out, run, name, columns, numbers=parts)
        return (table for _, table in files if table is not None)

    search = Search(read_index(out, run))
    return Pile(read, partial(run_settings, out, run), search, patterns_of_run(run), out)


def _titles_beside(before: str, behind: str) -> list[str]:
    """Return what may be a title in what stands before and behind a name; nothing where the name is part of a longer word."""
    if before[-1:].isalnum() or behind[:1].isalnum():
        return []
    phrase, title = _MARKS.split(before[-_LONG:])[-1], _BEHIND.match(behind)
    return [phrase.rpartition(",")[2], _APART.sub("", phrase), *([title[1]] if title else [])]
