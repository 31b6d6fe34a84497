"""The hook of a run: takes rows of documents, and later entities, and returns them with the decisions applied.

A document without decisions passes through untouched, and so does everything if there are no decisions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from policy_news.core.faults import Fault, spared
from policy_news.core.settings import MaskSettings
from policy_news.decisions.anchor import LostError, look_for_quote
from policy_news.decisions.appearances import appear_anew, join_appearances
from policy_news.decisions.claim_decisions import apply_claims, follow_mentions
from policy_news.decisions.decision_format import (
    ClaimDecision,
    Decision,
    DocumentDone,
    DocumentRef,
    EntityRef,
    EntitySplit,
    FormerDecision,
    MentionDecision,
    OfDocument,
    OfWhole,
    Witness,
    give_entity,
    given_entity,
    quote_of,
)
from policy_news.decisions.decisions_file import DecisionFile, Numbered
from policy_news.decisions.documents import Documents
from policy_news.decisions.entity_decisions import (
    EntitiesOfRun,
    EntityPlan,
    edit_entities,
    made_ids,
    make_plan,
)
from policy_news.decisions.mention_decisions import apply_mentions
from policy_news.decisions.rows import METHOD, Rows
from policy_news.decisions.told import FAULT, DecisionOutcome, OutcomeTally
from policy_news.nlp.who.facts import NO_FACTS, Facts
from policy_news.tables.chunks import DOCUMENT_TABLES, Chunk, join_chunks, split_chunk
from policy_news.tables.schema import TABLES, EntityAliasRow, EntityRow, arrow_schema
from policy_news.text.masking import compile_patterns

if TYPE_CHECKING:
    import pyarrow as pa

SURVEYED: Mapping[str, tuple[str, ...]] = {
    "documents": ("doc_id", "sha256"),
    "mentions": ("doc_id", "entity_id"),
}
"""Tables and columns of all documents that must be known before the first document: ids and hashes to find documents, and
the entities that exist."""
FORMER = "this version decides about no dates and no links between claims"
KEPT_DOCUMENTS = 4_096
"""Documents whose decided rows are kept for the second time they are asked for: some 20 KB each."""
Survey = Callable[[], Iterable[Chunk]]
Fetch = Callable[[str], Chunk | None]
"""Returns all rows of one document, before decisions."""


class RowsOfRun:
    """What decisions ask of the rows of a run before the first document is decided.

    Args:
        survey: Returns the columns of `SURVEYED`, chunk by chunk; called only if there are decisions.
        fetch: Returns the rows of one document; called only for entities.
        facts: Facts of the rule data about entities, to link new mentions.
    """

    def __init__(
        self,
        survey: Survey = lambda: (),
        fetch: Fetch = lambda doc_id: None,
        mask: MaskSettings = MaskSettings(),  # noqa: B008 - frozen
        facts: Facts = NO_FACTS,
    ) -> None:
        self.survey = survey
        self.fetch = fetch
        self.facts = facts
        self._patterns = compile_patterns(mask)
        self._known: tuple[dict[str, str], set[str]] | None = None
        self._entities: dict[tuple[str, Witness], str | None] = {}

    def known(self) -> tuple[Mapping[str, str], set[str]]:
        """Return the hashes of the documents, and the entities that exist."""
        if self._known is None:
            hashes: dict[str, str] = {}
            entities: set[str] = set()
            for part in self.survey():
                ids, own = (part["documents"][name].to_pylist() for name in SURVEYED["documents"])
                hashes.update(zip(ids, own, strict=True))
                entities.update(part["mentions"]["entity_id"].cast("string").unique().to_pylist())
            self._known = hashes, entities
        return self._known

    def open(self, chunk: Chunk) -> Rows:
        """Open a chunk of one document."""
        return Rows(chunk, self._patterns, self.facts)

    def entity_at(self, doc_id: str, witness: Witness) -> str | None:
        """Return the entity of the mention that a witness quotes, in the document that it is in now; None if it is gone."""
        key = doc_id, witness
        if key not in self._entities:
            chunk = self.fetch(doc_id)
            self._entities[key] = self._entity_in(self.open(chunk), witness) if chunk else None
        return self._entities[key]

    def _entity_in(self, rows: Rows, witness: Witness) -> str | None:
        place = look_for_quote(rows.text, witness.quote, same=rows.sha256 == witness.doc.sha256)
        return next((row.entity_id for row in rows.mentions if (row.start, row.end) == place), None)


class Decided:
    """The decisions of one run, and what became of them."""

    def __init__(self, file: DecisionFile, run: RowsOfRun | None = None) -> None:
        self.file = file
        self._run = run or RowsOfRun()
        self._tally = OutcomeTally(file)
        self._documents = Documents({}, file)
        self._plan = EntityPlan()
        self._by_doc: defaultdict[str, list[Numbered]] = defaultdict(list)
        self._splits: defaultdict[str, list[Numbered]] = defaultdict(list)
        self._kept: dict[tuple[str, ...], Chunk] = {}
        self._room = KEPT_DOCUMENTS
        if file.live:
            self._prepare()

    def __bool__(self) -> bool:
        return bool(self.file.live)

    # The rows

    def rows(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """Apply decisions to rows of documents."""
        return (self.decide(chunk) for chunk in chunks)

    def decide(self, chunk: Chunk) -> Chunk:
        """Apply decisions to the rows of a chunk."""
        if not self.file.live:
            return chunk
        ids = _document_ids(chunk)
        concerned = {doc_id for doc_id in ids if doc_id in self._by_doc or doc_id in self._splits}
        if not concerned:
            return self._renamed(chunk)
        decided = self._renamed(join_chunks(list(self._decided_parts(chunk, ids, concerned))))
        if len(ids) <= self._room:
            self._room -= len(ids)
            self._kept[ids] = decided
        return decided

    def recall(self, chunk: Chunk) -> Chunk | None:
        """Return what was decided of the same rows before.

        A run needs them twice, once to relate the claims and once to write them, and deciding is what costs.
        """
        return self._kept.get(_document_ids(chunk)) if self._kept else None

    def entities(self, rows: Sequence[EntityRow]) -> list[EntityRow]:
        """Give the entities of decided rows the names and Wikidata ids of decisions."""
        return edit_entities(rows, self._plan, self._tally)

    def aliases(self, rows: Iterable[EntityAliasRow]) -> list[EntityAliasRow]:
        """Return other ids of entities, including those of merges."""
        merged = self._plan.merged
        if not merged:
            return list(rows)
        found = {(merged.get(row.entity_id, row.entity_id), row.alias_id): row.reason for row in rows}
        found |= {(into, own): METHOD for own, into in merged.items()}
        return [
            EntityAliasRow(entity, alias, reason)
            for (entity, alias), reason in sorted(found.items())
            if entity != alias
        ]

    # What became of the decisions

    def outcomes(self) -> list[DecisionOutcome]:
        """Return what became of each decision, after all rows have passed."""
        return self._tally.outcomes()

    def outcome_of(self, own: str) -> DecisionOutcome | None:
        """Return what became of one decision, by its id; None if the rows that it is about have not passed."""
        return self._tally.get(own)

    def of_document(self, doc_id: str) -> list[Numbered]:
        """Return the live decisions about the rows of a document."""
        return list(self._by_doc.get(doc_id, ()))

    def documents(self) -> list[str]:
        """Return the documents that decisions are about, in order."""
        return sorted({*self._by_doc, *self._splits})

    def locate(self, doc: DocumentRef) -> str:
        """Find the current id of the document of a decision."""
        return self._documents.find(doc)

    def told_of(self, doc_id: str) -> list[str]:
        """Return the decisions about a document, as texts that differ if the decisions do."""
        return [repr(one.decision) for own in (self._by_doc, self._splits) for one in own.get(doc_id, ())]

    @property
    def merged(self) -> Mapping[str, str]:
        """The id that each merged entity has now."""
        return self._plan.merged

    def names(self) -> dict[str, str]:
        """Return the names that decisions give, by entity."""
        named = ((entity, cells.get("name")) for entity, cells in self._plan.edits.items())
        return {entity: said[0][0] for entity, said in named if said and said[0][0]}

    # File each decision under its document

    def _prepare(self) -> None:
        hashes, ids = self._run.known()
        live = self.file.live
        self._documents = Documents(hashes, self.file)
        self._twins = self._find_edited()
        entities = EntitiesOfRun(ids, self._run.facts.rows, made_ids(live), self._entity_of)
        self._plan = make_plan(live, entities, self._tally)
        for one in live:
            with self._tally.losing(one):
                self._file_away(one, entities)
        self._lose_speakers()

    def _file_away(self, one: Numbered, entities: EntitiesOfRun) -> None:
        decision = one.decision
        if isinstance(decision, FormerDecision):
            raise LostError(FORMER)
        if isinstance(decision, OfWhole):
            self._file_whole(one, decision)
            return
        given = given_entity(decision)
        if given is not None:
            now = entities.given(given, getattr(decision, "meant", ()))
            decision = give_entity(decision, now)
        if isinstance(decision, OfDocument):
            found = self.locate(decision.doc)
            self._require_alone(decision, found)
            self._by_doc[found].append(replace(one, decision=decision))
        elif isinstance(decision, EntitySplit):
            self._file_split(
                one, decision, entities.require(decision.entity) if decision.docs else decision.entity.id
            )

    def _file_whole(self, one: Numbered, decision: OfWhole) -> None:
        if self._documents.hashes[self.locate(decision.doc)] == decision.doc.sha256:
            self._tally.tell(one, "applied")
        elif isinstance(decision, DocumentDone):
            self._tally.tell(one, "held", "the document changed since")
        else:
            raise LostError("the document changed since")

    def _file_split(self, one: Numbered, decision: EntitySplit, own: str) -> None:
        """File a split: it gives another entity to the mentions that it names, or to all in the documents that it names."""
        found = 0
        whole = decision.model_copy(update={"entity": EntityRef(id=own)})
        parts: list[tuple[DocumentRef, Decision]] = [(doc, whole) for doc in decision.docs]
        for witness in decision.mentions:
            assigned = MentionDecision.model_construct(
                id=decision.id, do="mention.assign", by=decision.by, when=decision.when,
                doc=witness.doc, target=witness.quote, entity=decision.into,
            )  # fmt: skip
            parts.append((witness.doc, assigned))
        for doc, part in parts:
            with suppress(LostError):
                where = (
                    self._locate_whole(doc, decision.entity.witnesses) if part is whole else self.locate(doc)
                )
                self._splits[where].append(replace(one, decision=part))
                found += 1
        if found < len(parts):
            raise LostError(f"{len(parts) - found} of its documents are not there any more")

    def _locate_whole(self, doc: DocumentRef, witnesses: Sequence[Witness]) -> str:
        """Find a document about all of which somebody decided; if its text changed, it must show a mention that was quoted."""
        found = self.locate(doc)
        same = doc.sha256 in ("", self._documents.hashes[found])
        if same or any(one.doc == doc and self._run.entity_at(found, one) for one in witnesses):
            return found
        raise LostError("nothing shows that it is the same article")

    def _find_edited(self) -> dict[str, str]:
        """Return the texts of documents with decisions whose texts all changed since, if there are several."""
        found = set[str]()
        for one in self.file.live:
            if isinstance(one.decision, OfDocument):
                doc = one.decision.doc
                with suppress(LostError):
                    now = self.locate(doc)
                    found |= {now} if self._documents.hashes[now] != doc.sha256 else set()
        chunks = {doc_id: self._run.fetch(doc_id) for doc_id in sorted(found)} if len(found) > 1 else {}
        return {doc_id: str(chunk["documents"]["text"][0]) for doc_id, chunk in chunks.items() if chunk}

    def _require_alone(self, decision: OfDocument, found: str) -> None:
        """Refuse a decision about an edited document whose words another edited document has in the same context."""
        quote = quote_of(decision)
        for other, text in self._twins.items() if found in self._twins else ():
            if other != found and quote.exact in text and look_for_quote(text, quote, same=False):
                raise LostError(f"the document changed, and the words may be those of {other}")

    def _entity_of(self, witness: Witness) -> str | None:
        with suppress(LostError):
            return self._run.entity_at(self.locate(witness.doc), witness)
        return None

    # No claim has a source that no mention is of

    def _lose_speakers(self) -> None:
        """Lose the decisions whose source of a claim is an entity that no mention is of: no table has it."""
        filed = [(doc_id, one) for doc_id, ones in self._by_doc.items() for one in ones]
        wanted = {speaker for _, one in filed if (speaker := _speaker_of(one)) is not None}
        if not wanted:
            return
        mentioned = self._find_mentioned({self.merged.get(own, own) for own in wanted})
        for doc_id, one in filed:
            speaker = _speaker_of(one)
            if speaker is not None and self.merged.get(speaker, speaker) not in mentioned:
                self._tally.tell(one, "lost", f"no mention is of an entity {speaker}: give it one first")
                self._by_doc[doc_id].remove(one)

    def _find_mentioned(self, wanted: set[str]) -> set[str]:
        """Return which entities a mention is of after decisions. Documents are only decided for those that are nowhere else."""
        own = wanted | {one for one, into in self.merged.items() if into in wanted}
        found = set[str]()
        homes = {doc_id for doc_id in self.documents() if self._may_give(doc_id, own)}
        for part in self._run.survey():
            for doc_id, entity in _pairs(part["mentions"], own):
                if doc_id in self._by_doc or doc_id in self._splits:
                    homes.add(doc_id)
                else:
                    found.add(self.merged.get(entity, entity))
        for doc_id in sorted(homes):
            found |= set() if wanted <= found else self._mentioned_in(doc_id)
        return found

    def _mentioned_in(self, doc_id: str) -> set[str]:
        chunk = self._run.fetch(doc_id)
        if chunk is None:
            return set()
        rows = self._run.open(chunk)
        self._decide_mentions(rows)
        return {self.merged.get(row.entity_id, row.entity_id) for row in rows.mentions}

    def _may_give(self, doc_id: str, wanted: set[str]) -> bool:
        """Return whether a decision about a document gives a mention to one of some entities."""
        ones = [*self._by_doc.get(doc_id, ()), *self._splits.get(doc_id, ())]
        return any(given_entity(one.decision) in wanted for one in ones if _speaker_of(one) is None)

    # Decide

    def _decided_parts(self, chunk: Chunk, ids: Sequence[str], concerned: set[str]) -> Iterator[Chunk]:
        """Cut a chunk into parts, with each document that has decisions in a part of its own."""
        cuts = [
            doc_id
            for before, doc_id in zip(["", *ids], ids, strict=False)
            if doc_id in concerned or before in concerned
        ]
        for part in split_chunk(chunk, cuts):
            if part["documents"].num_rows and part["documents"]["doc_id"][0].as_py() in concerned:
                yield self._spared_document(part)
            else:
                yield part

    def _spared_document(self, chunk: Chunk) -> Chunk:
        """Return the rows of a document with its decisions; without them if a fault of ours comes between."""
        faults = list[Fault]()
        (doc_id,) = _document_ids(chunk)
        with spared(faults, doc_id):
            return self._decided_document(chunk)
        for one in (*self._by_doc.get(doc_id, ()), *self._splits.get(doc_id, ())):
            self._tally.tell(one, "lost", f"{FAULT}: {faults[0][1]!r}")
        return chunk

    def _decided_document(self, chunk: Chunk) -> Chunk:
        rows = self._run.open(chunk)
        self._decide_mentions(rows)  # first: the sources of claims refer to them
        claims = [one for one in self._by_doc.get(rows.doc_id, ()) if isinstance(one.decision, ClaimDecision)]
        if claims:
            apply_claims(rows, claims, self._tally)
        return rows.chunk()

    def _decide_mentions(self, rows: Rows) -> None:
        own = self._by_doc.get(rows.doc_id, ())
        ones = [one for one in own if isinstance(one.decision, MentionDecision)]
        ones += self._splits.get(rows.doc_id, ())
        before = rows.mentions if ones else []
        if ones and apply_mentions(rows, ones, self._tally):
            follow_mentions(rows, before)
            appear_anew(rows)

    def _renamed(self, chunk: Chunk) -> Chunk:
        """Write merged entities under one id."""
        if not self._plan.merged:
            return chunk
        columns = (("mentions", "entity_id"), ("claims", "source_entity_id"), ("appearances", "entity_id"))
        renamed = {name: self._renamed_column(chunk[name], name, column) for name, column in columns}
        if renamed["appearances"] is not chunk["appearances"]:
            renamed["appearances"] = join_appearances(renamed["appearances"])
        return {name: renamed.get(name, chunk[name]) for name in DOCUMENT_TABLES}

    def _renamed_column(self, table: pa.Table, name: str, column: str) -> pa.Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        old = pa.array(list(self._plan.merged), pa.string())
        values = table[column].cast(pa.string())
        if not pc.any(pc.is_in(values, value_set=old)).as_py():
            return table
        new = [self._plan.merged.get(value, value) for value in values.to_pylist()]
        field = arrow_schema(TABLES[name]).field(column)
        return table.set_column(table.schema.get_field_index(column), field, pa.array(new, field.type))


def _pairs(mentions: pa.Table, wanted: set[str]) -> Iterator[tuple[str, str]]:
    """Yield document and entity of the mentions of some entities."""
    import pyarrow as pa
    import pyarrow.compute as pc

    entities = mentions["entity_id"].cast(pa.string())
    own = mentions.filter(pc.is_in(entities, value_set=pa.array(sorted(wanted), pa.string())))
    columns = (own[name].cast(pa.string()).to_pylist() for name in SURVEYED["mentions"])
    yield from zip(*columns, strict=True)


def _speaker_of(one: Numbered) -> str | None:
    """Return the entity that a decision names as the source of a claim."""
    return given_entity(one.decision) if isinstance(one.decision, ClaimDecision) else None


def _document_ids(chunk: Chunk) -> tuple[str, ...]:
    return tuple(chunk["documents"]["doc_id"].to_pylist())
