"""The hook of a run: takes rows of documents, and later entities, and returns them with the decisions applied.

A document without decisions passes through untouched, and so does everything if there are no decisions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from policy_news.core.faults import Fault, spared
from policy_news.core.settings import MaskSettings
from policy_news.decisions.anchor import LostError, Place, find_quote, look_for_quote
from policy_news.decisions.appearances import appear_anew, join_appearances
from policy_news.decisions.claim_decisions import apply_claims, follow_mentions
from policy_news.decisions.decision_format import (
    ClaimDecision,
    DocumentDone,
    DocumentRef,
    EntityMerge,
    EntitySplit,
    FormerDecision,
    MentionDecision,
    OfDocument,
    OfEntities,
    OfWhole,
    Witness,
    documents_of,
    entities_of,
    give_entity,
    given_entity,
    quote_of,
    witnesses_of,
)
from policy_news.decisions.decisions_file import DecisionFile, Numbered
from policy_news.decisions.documents import Documents
from policy_news.decisions.entity_decisions import (
    EntitiesOfRun,
    EntityPlan,
    edit_entities,
    make_plan,
    marks_in,
)
from policy_news.decisions.mention_decisions import Fact, apply_facts, mention_facts, settle_facts
from policy_news.decisions.rows import METHOD, Rows
from policy_news.decisions.told import FAULT, DecisionOutcome, OutcomeTally
from policy_news.nlp.who.facts import NO_FACTS, Facts
from policy_news.nlp.who.linking import document_mark
from policy_news.tables.chunks import DOCUMENT_TABLES, Chunk, join_chunks, split_chunk
from policy_news.tables.schema import TABLES, EntityAliasRow, EntityRow, MentionRow, arrow_schema
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


@dataclass(frozen=True, slots=True)
class _Surveyed:
    """What is known of all documents before the first one is decided.

    Attributes:
        entities: The entities that exist.
        homes: The documents that mention each wanted entity.
    """

    hashes: Mapping[str, str]
    entities: set[str]
    homes: Mapping[str, set[str]]


class Decided:
    """The decisions of one run, and what became of them.

    Args:
        survey: Returns the columns of `SURVEYED`, chunk by chunk; called once, and only if there are decisions.
        fetch: Returns the rows of one document; called only for entities whose id has disappeared.
        facts: Facts of the rule data about entities, to link new mentions.
    """

    def __init__(
        self,
        file: DecisionFile,
        survey: Survey = lambda: (),
        fetch: Fetch = lambda doc_id: None,
        mask: MaskSettings = MaskSettings(),  # noqa: B008 - frozen
        facts: Facts = NO_FACTS,
    ) -> None:
        self.file = file
        self._fetch = fetch
        self._facts = facts
        self._patterns = compile_patterns(mask) if file.live else None
        self._tally = OutcomeTally()
        self._documents = Documents({}, file)
        self._twins: Mapping[str, str] = {}
        self._plan = EntityPlan()
        self._by_doc: defaultdict[str, list[Numbered]] = defaultdict(list)
        self._whole: defaultdict[str, list[tuple[Numbered, str, str]]] = defaultdict(list)
        self._split: defaultdict[str, list[tuple[Numbered, Witness, str]]] = defaultdict(list)
        self._gone: set[str] = set()
        self._speakers: set[str] = set()
        self._homes: Mapping[str, set[str]] = {}
        self._kept: dict[tuple[str, ...], Chunk] = {}
        self._room = KEPT_DOCUMENTS
        if file.live:
            self._prepare(survey)

    def __bool__(self) -> bool:
        return bool(self.file.live)

    def follow(self, file: DecisionFile) -> bool:
        """Take a file that differs from the last one in a few decisions about documents.

        Returns:
            Whether it could be done; if not, nothing has changed, and the decisions must be prepared again.
        """
        # By identity: a line that was edited, or moved, is another decision.
        old, now = (set(map(id, one.live)) for one in (self.file, file))
        gone = [one for one in self.file.live if id(one) not in now]
        new = [one for one in file.live if id(one) not in old]
        if not self.file.live or not all(map(self._is_simple, [*gone, *new])):
            return False
        self.file = file
        self._kept.clear()
        for doc_id in {_document_of(one).id for one in [*gone, *new]}:
            kept = [one for one in self._by_doc.pop(doc_id, ()) if id(one) in now]
            self._file_again([*kept, *(one for one in new if _document_of(one).id == doc_id)])
        for own in {one.decision.id for one in gone} - {one.decision.id for one in new}:
            self._tally.forget(own)
        if any(isinstance(one.decision, MentionDecision) for one in [*gone, *new]):
            self._find_gone()
        return True

    def _file_again(self, ones: Sequence[Numbered]) -> None:
        """File decisions about one document, as if nothing were known of what became of them."""
        for one in sorted(ones, key=lambda one: one.line):
            self._tally.forget(one.decision.id)
            self._file_away(one, _document_of(one))

    def _is_simple(self, one: Numbered) -> bool:
        """Return whether a decision is about the rows of one document, as it is now, and about no entity elsewhere."""
        if not isinstance(one.decision, OfDocument | OfWhole):
            return False
        document = _document_of(one)
        is_same = self._documents.hashes.get(document.id) == document.sha256
        return is_same and _speaker_of(one) is None and not marks_in(given_entity(one.decision) or "")

    def outcomes(self) -> list[DecisionOutcome]:
        """Return what became of each decision, after all rows have passed."""
        return self._tally.outcomes()

    def outcome_of(self, own: str) -> DecisionOutcome | None:
        """Return what became of one decision, by its id; None if the rows that it is about have not passed."""
        return self._tally.get(own)

    def rows(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """Apply decisions to rows of documents."""
        return (self.decide(chunk) for chunk in chunks)

    def decide(self, chunk: Chunk) -> Chunk:
        """Apply decisions to the rows of a chunk.

        Returns:
            The rows as decided; the very same chunk if no decision is about it.
        """
        if not self.file.live:
            return chunk
        ids = _document_ids(chunk)
        concerned = {doc_id for doc_id in ids if self._concerns(doc_id)}
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

        Returns:
            The rows as decided; None if no decision is about them, or too much was decided to keep it.
        """
        if not self._kept:
            return None
        return self._kept.get(_document_ids(chunk))

    def open(self, chunk: Chunk) -> Rows:
        """Open a chunk of one document."""
        return Rows(chunk, self._patterns or compile_patterns(MaskSettings()), self._facts)

    def of_document(self, doc_id: str) -> list[Numbered]:
        """Return the live decisions about the rows of a document."""
        return list(self._by_doc.get(doc_id, ()))

    def documents(self) -> list[str]:
        """Return the documents that decisions are about, in order."""
        return sorted({*self._by_doc, *self._whole, *self._split})

    def locate(self, doc: DocumentRef) -> str:
        """Find the current id of the document of a decision.

        Raises:
            LostError: There is none.
        """
        return self._documents.find(doc)

    def told_of(self, doc_id: str) -> list[str]:
        """Return the decisions about a document, as texts that differ if the decisions do."""
        ones = [f"{one.decision!r} {_speaker_of(one) in self._gone}" for one in self._by_doc.get(doc_id, ())]
        ones += [f"{entity} {one.decision!r}" for one, entity, _ in self._whole.get(doc_id, ())]
        return ones + [f"{witness!r} {into}" for _, witness, into in self._split.get(doc_id, ())]

    @property
    def merged(self) -> Mapping[str, str]:
        """The id that each merged entity has now."""
        return self._plan.merged

    def names(self) -> dict[str, str]:
        """Return the names that decisions give, by entity."""
        names: dict[str, str] = {}
        for entity, edits in self._plan.edits.items():
            for column, value, _ in edits:
                if column == "name" and value:
                    names[self._plan.merged.get(entity, entity)] = value
        return names

    def entities(self, rows: Sequence[EntityRow]) -> list[EntityRow]:
        """Give the entities of decided rows the names and Wikidata ids of decisions."""
        if self._plan.edits:
            return edit_entities(rows, self._plan, self._tally)
        return list(rows)

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

    def _prepare(self, survey: Survey) -> None:
        speakers = {speaker for one in self.file.live if (speaker := _speaker_of(one)) is not None}
        wanted = speakers | _merged_ids(self.file.live) if speakers else speakers
        surveyed = _read_survey(survey(), wanted)
        self._documents = Documents(surveyed.hashes, self.file)
        self._twins = self._find_edited()
        entities = EntitiesOfRun(surveyed.entities, _marks(surveyed, self.file), self._entity_of)
        live = [one for one in map(partial(self._followed, entities), self.file.live) if one]
        self._file_all(live)
        self._plan = make_plan(
            [one for one in live if isinstance(one.decision, OfEntities)], entities, self._tally
        )
        for one, entity in self._plan.splits:
            self._plan_split(one, entity)
        self._speakers = {speaker for one in live if (speaker := _speaker_of(one)) is not None}
        needed = (
            {*self._speakers, *self._plan.merged, *self._plan.merged.values()} if self._speakers else set()
        )
        again = not needed <= wanted  # they have other ids than at the time of the decisions
        self._homes = _read_survey(survey(), needed).homes if again else surveyed.homes
        self._find_gone()

    def _followed(self, entities: EntitiesOfRun, one: Numbered) -> Numbered | None:
        """Return a decision with the id that the entity has now which it gives; None if nothing shows which that is."""
        given = given_entity(one.decision)
        if given is None or not entities.is_of_document(given):
            return one
        with self._tally.losing(one):
            now = entities.current(given, getattr(one.decision, "meant", ())) or self._beside(given, one)
            if now is None or now not in entities.ids:
                raise LostError(f"{given} is called by a document, and nothing shows that it is the same")
            return replace(one, decision=give_entity(one.decision, now)) if now != given else one
        return None

    def _beside(self, given: str, one: Numbered) -> str | None:
        """Return the id that an entity of the document of a decision has now."""
        for doc in documents_of(one.decision):
            mark = document_mark(doc.id)
            if mark in marks_in(given) and doc.sha256:
                now = self.locate(doc)
                if self._documents.hashes[now] == doc.sha256:
                    before, found, after = given.rpartition(mark)
                    return f"{before}{document_mark(now)}{after}" if found else None
        return None

    def _find_edited(self) -> dict[str, str]:
        """Return the texts of documents with decisions whose texts all changed since, if there are several."""
        found = set[str]()
        for one in self.file.live:
            for doc in documents_of(one.decision) if isinstance(one.decision, OfDocument) else ():
                with suppress(LostError):
                    now = self.locate(doc)
                    found |= {now} if self._documents.hashes[now] != doc.sha256 else set()
        chunks = {doc_id: self._fetch(doc_id) for doc_id in sorted(found)} if len(found) > 1 else {}
        return {doc_id: str(chunk["documents"]["text"][0]) for doc_id, chunk in chunks.items() if chunk}

    def _require_alone(self, one: Numbered, found: str) -> None:
        """Refuse a decision about an edited document whose words another edited document has in the same context.

        Raises:
            LostError: One has: the two may have exchanged their names too.
        """
        if found not in self._twins or not isinstance(one.decision, OfDocument):
            return
        quote = quote_of(one.decision)
        for other, text in self._twins.items():
            if other != found and quote.exact in text and look_for_quote(text, quote, same=False):
                raise LostError(f"the document changed, and the words may be those of {other}")

    def _find_gone(self) -> None:
        """Find the speakers that no mention is of any more."""
        self._gone = {one for one in self._speakers if not self._is_mentioned(one)}

    def _file_all(self, live: Iterable[Numbered]) -> None:
        """File each decision about a document under that document."""
        for one in live:
            if isinstance(one.decision, OfDocument | OfWhole):
                self._file_away(one, one.decision.doc)
            elif isinstance(one.decision, FormerDecision):
                self._tally.tell(one, "lost", FORMER)

    def _is_mentioned(self, entity: str) -> bool:
        """Return whether a mention of an entity is left, or made, by decisions: no table has an entity without one."""
        merged = self._plan.merged
        into = merged.get(entity, entity)
        for own in {entity, into, *(one for one, other in merged.items() if other == into)}:
            docs = self._homes.get(own, set())
            if any(not self._changes_mentions(doc_id) for doc_id in docs):
                return True
            docs = docs | {doc_id for doc_id in self.documents() if self._may_give(doc_id, own)}
            if any(own in self._mentioned_in(doc_id) for doc_id in sorted(docs)):
                return True
        return False

    def _changes_mentions(self, doc_id: str) -> bool:
        ones = self._by_doc.get(doc_id, ())
        if any(isinstance(one.decision, MentionDecision) for one in ones):
            return True
        return doc_id in self._whole or doc_id in self._split

    def _may_give(self, doc_id: str, entity: str) -> bool:
        """Return whether a decision about a document gives a mention to an entity."""
        given = [getattr(one.decision, "entity", None) for one in self._by_doc.get(doc_id, ())]
        given += [into for splits in (self._whole, self._split) for _, _, into in splits.get(doc_id, ())]
        return entity in given

    def _mentioned_in(self, doc_id: str) -> set[str]:
        chunk = self._fetch(doc_id)
        if chunk is None:
            return set()
        rows = self.open(chunk)
        self._decide_mentions(rows)
        return {row.entity_id for row in rows.mentions}

    def _file_away(self, one: Numbered, doc: DocumentRef) -> None:
        with self._tally.losing(one):
            found = self.locate(doc)
            self._require_alone(one, found)
            if not isinstance(one.decision, OfWhole):
                self._by_doc[found].append(one)
            elif self._documents.hashes[found] == doc.sha256:
                self._tally.tell(one, "applied")
            elif isinstance(one.decision, DocumentDone):
                self._tally.tell(one, "held", "the document changed since")
            else:
                raise LostError("the document changed since")

    def _plan_split(self, one: Numbered, entity: str) -> None:
        decision = one.decision
        assert isinstance(decision, EntitySplit)
        found = 0
        for ref in decision.docs:
            with suppress(LostError):
                doc = self._locate_whole(ref, decision.entity.witnesses)
                self._whole[doc].append((one, entity, decision.into))
                found += 1
        for witness in decision.mentions:
            with suppress(LostError):
                self._split[self.locate(witness.doc)].append((one, witness, decision.into))
                found += 1
        lost = len(decision.docs) + len(decision.mentions) - found
        if lost:
            self._tally.tell(one, "lost", f"{lost} of its documents are not there any more")

    def _locate_whole(self, doc: DocumentRef, witnesses: Sequence[Witness]) -> str:
        """Find a document about all of which somebody decided; if its text changed, it must show a mention that was quoted."""
        found = self.locate(doc)
        if doc.sha256 in ("", self._documents.hashes[found]):
            return found
        if any(witness.doc == doc and self._mention_of(witness) for witness in witnesses):
            return found
        raise LostError("nothing shows that it is the same article")

    def _concerns(self, doc_id: str) -> bool:
        return any(doc_id in ones for ones in (self._by_doc, self._whole, self._split))

    def _entity_of(self, witness: Witness) -> str | None:
        row = self._mention_of(witness)
        return row.entity_id if row else None

    def _mention_of(self, witness: Witness) -> MentionRow | None:
        chunk = None
        with suppress(LostError):
            chunk = self._fetch(self.locate(witness.doc))
        if chunk is None:
            return None
        rows = self.open(chunk)
        place = look_for_quote(rows.text, witness.quote, same=rows.sha256 == witness.doc.sha256)
        return next((row for row in rows.mentions if (row.start, row.end) == place), None)

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
        filed = (self._by_doc, self._whole, self._split)
        ones = [one for own in filed for one in own.get(doc_id, ())]
        for one in ones:
            decision = one if isinstance(one, Numbered) else one[0]
            self._tally.tell(decision, "lost", f"{FAULT}: {faults[0][1]!r}")
        return chunk

    def _decided_document(self, chunk: Chunk) -> Chunk:
        rows = self.open(chunk)
        ones = self._by_doc.get(rows.doc_id, [])
        # Mentions first: the sources of claims refer to them.
        self._decide_mentions(rows)
        claims = [one for one in ones if isinstance(one.decision, ClaimDecision) and self._has_speaker(one)]
        if claims:
            apply_claims(rows, claims, self._tally)
        return rows.chunk()

    def _has_speaker(self, one: Numbered) -> bool:
        """Return whether the entity that a decision names as the source of a claim is in the tables."""
        speaker = _speaker_of(one)
        if speaker not in self._gone:
            return True
        self._tally.tell(one, "lost", f"no mention is of an entity {speaker}: give it one first")
        return False

    def _decide_mentions(self, rows: Rows) -> None:
        ones = self._by_doc.get(rows.doc_id, ())
        ones = [one for one in ones if isinstance(one.decision, MentionDecision)]
        facts = mention_facts(rows, ones, self._tally)
        facts += self._split_facts(rows)
        if facts:
            settled = settle_facts(facts, self._tally)
            changes = apply_facts(rows, settled, self._tally)
            follow_mentions(rows, changes)
            if changes:
                appear_anew(rows)

    def _split_facts(self, rows: Rows) -> Iterator[Fact]:
        """Yield what splits say about single mentions. A split of a whole document yields to one of a single mention."""
        places: defaultdict[Place, list[tuple[str, Numbered]]] = defaultdict(list)
        for one, witness, into in self._split.get(rows.doc_id, ()):
            with self._tally.losing(one):
                place = find_quote(rows.text, witness.quote, same=rows.sha256 == witness.doc.sha256)
                places[place].append((into, one))
        named = {*places}
        for one, entity, into in self._whole.get(rows.doc_id, ()):
            own = {(row.start, row.end) for row in rows.mentions if row.entity_id == entity}
            if not own:
                self._tally.tell(one, "held")
            for place in sorted(own - named):
                places[place].append((into, one))
        for place, ones in places.items():
            for into, one in self._tally.keep_latest(ones):
                yield Fact(place, True, (one,), entity=into, made=False)

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


def _document_of(one: Numbered) -> DocumentRef:
    """Return the one document that a decision is about."""
    (document,) = documents_of(one.decision)
    return document


def _read_survey(parts: Iterable[Chunk], wanted: set[str]) -> _Surveyed:
    """Read the columns of `SURVEYED`, and find the documents that mention wanted entities."""
    all_hashes: dict[str, str] = {}
    known: set[str] = set()
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for part in parts:
        ids, hashes = (part["documents"][name].to_pylist() for name in SURVEYED["documents"])
        all_hashes.update(zip(ids, hashes, strict=True))
        own = part["mentions"]["entity_id"].cast("string").unique().to_pylist()
        known.update(own)
        if not wanted.isdisjoint(own):
            _note_homes(part["mentions"], wanted, homes)
    return _Surveyed(all_hashes, known, homes)


def _note_homes(mentions: pa.Table, wanted: set[str], homes: dict[str, set[str]]) -> None:
    """Note the documents of a chunk that mention wanted entities."""
    doc_ids, entities = (mentions[name].to_pylist() for name in SURVEYED["mentions"])
    for doc_id, entity in zip(doc_ids, entities, strict=True):
        if entity in wanted:
            homes[entity].add(doc_id)


def _marks(surveyed: _Surveyed, file: DecisionFile) -> set[str]:
    """Return what stands for documents in ids; nothing if no decision has an id with such a thing."""
    named = [ref.id for one in file.live for ref in entities_of(one.decision)]
    given = filter(None, (given_entity(one.decision) for one in file.live))
    if not any(marks_in(own) for own in (*named, *given)):
        return set()
    earlier = {
        doc.id for one in file.live for doc in (*documents_of(one.decision), *witnesses_of(one.decision))
    }
    return {document_mark(doc_id) for doc_id in {*surveyed.hashes, *earlier}}


def _speaker_of(one: Numbered) -> str | None:
    """Return the entity that a decision names as the source of a claim."""
    decision = one.decision
    if isinstance(decision, ClaimDecision) and decision.set is not None:
        return decision.set.source_entity
    return None


def _merged_ids(ones: Iterable[Numbered]) -> set[str]:
    """Return the ids of the entities that decisions merge."""
    merges = (one.decision for one in ones if isinstance(one.decision, EntityMerge))
    return {entity.id for merge in merges for entity in entities_of(merge)}


def _document_ids(chunk: Chunk) -> tuple[str, ...]:
    return tuple(chunk["documents"]["doc_id"].to_pylist())


NOTHING = Decided(DecisionFile())
"""No decisions."""
