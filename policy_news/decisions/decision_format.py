"""The format of a decisions file: one decision per line, as JSON. `docs/correcting.md` explains it to users.

A decision names its place by a quotation with its context and by offsets (the TextQuoteSelector and TextPositionSelector of
the W3C Web Annotation Data Model), and its document by id and hash. It never names a row: rows change with every version of
the program, and the words of a text do not.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

VERSION = 1
"""Version of the format; a line of another version is refused."""
UNDO = "undo"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quote(_Part):
    """A place in a text: words, what stood before and after them, and their offsets in the raw text at the time."""

    exact: Annotated[str, Field(min_length=1)]
    prefix: str = ""
    suffix: str = ""
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _fits(self) -> Quote:
        if self.end - self.start != len(self.exact):
            raise ValueError(f"{self.start}-{self.end} is not as long as '{self.exact[:40]}'")
        return self


class DocumentRef(_Part):
    """A document: its id, and the hash that shows whether it is still the same."""

    id: Annotated[str, Field(min_length=1)]
    sha256: str = ""


class Witness(_Part):
    """A mention that shows which entity is meant."""

    doc: DocumentRef
    quote: Quote


class EntityRef(_Part):
    """An entity: its id at the time, and mentions by which to find it if the id has changed."""

    id: Annotated[str, Field(min_length=1)]
    name: str | None = None
    witnesses: tuple[Witness, ...] = ()


class ClaimParts(_Part):
    """A claim as it was in the tables, or as it should be."""

    source: Quote | None = None
    cue: Quote | None = None
    content: tuple[Quote, ...] = ()
    type: str = "statement"
    quote_kind: str = "indirect"
    negated: bool = False
    cue_lemma: str | None = None

    @model_validator(mode="after")
    def _has_a_place(self) -> ClaimParts:
        if self.cue is None and not self.content:
            raise ValueError("a claim needs a cue or a content")
        return self

    @property
    def head(self) -> Quote:
        """The words by which it is known: its cue, else the beginning of its content."""
        return self.cue or self.content[0]


class ClaimChange(_Part):
    """Changes to a claim; only the given keys count."""

    source: Quote | None = None
    source_entity: str | None = None
    cue: Quote | None = None
    content: tuple[Quote, ...] = ()
    type: str | None = None
    quote_kind: str | None = None
    negated: bool | None = None
    polarity: Literal["asserted", "rejected"] | None = None

    def given(self) -> dict[str, Any]:
        """Return the given keys, including a `source` of null, which removes the source."""
        return {name: getattr(self, name) for name in sorted(self.model_fields_set)}


class _Base(_Part):
    """Keys that every decision has; `replaces` names the ids of earlier decisions that are no longer valid."""

    v: Literal[1] = 1
    id: Annotated[str, Field(min_length=4, max_length=64)]
    by: Annotated[str, Field(min_length=1, max_length=200)]
    when: dt.datetime
    why: str = ""
    replaces: tuple[str, ...] = ()


class MentionDecision(_Base):
    """About one mention, or about words that should be one; `meant` shows which entity it gives, if its id alone does not."""

    do: Literal[
        "mention.accept", "mention.reject", "mention.relabel", "mention.move", "mention.add", "mention.assign"
    ]
    doc: DocumentRef
    target: Quote
    label: str | None = None
    to: Quote | None = None
    entity: str | None = None
    office: str | None = None
    was: str | None = None
    meant: tuple[Witness, ...] = ()

    @model_validator(mode="after")
    def _is_complete(self) -> MentionDecision:
        needed = {
            "mention.reject": (),
            "mention.move": ("label", "to"),
            "mention.assign": ("label", "entity"),
        }
        missing = [name for name in needed.get(self.do, ("label",)) if getattr(self, name) is None]
        if missing:
            raise ValueError(f"{self.do} needs {' and '.join(missing)}")
        return self


class ClaimDecision(_Base):
    """About one claim, or about one that is missing."""

    do: Literal["claim.accept", "claim.reject", "claim.change", "claim.add"]
    doc: DocumentRef
    claim: ClaimParts
    set: ClaimChange | None = None
    meant: tuple[Witness, ...] = ()

    @model_validator(mode="after")
    def _is_complete(self) -> ClaimDecision:
        if (self.do == "claim.change") != (self.set is not None and bool(self.set.model_fields_set)):
            raise ValueError("claim.change needs 'set' with a key, and nothing else has it")
        return self


class FormerDecision(_Base):
    """About a date, or a link between claims: version 0.3 made them, and they are read so that they can be reported."""

    model_config = ConfigDict(extra="allow", frozen=True)

    do: Literal["date.accept", "date.reject", "link.accept", "link.reject"]


class EntityMerge(_Base):
    """Several entities are one."""

    do: Literal["entity.merge"]
    entities: Annotated[tuple[EntityRef, ...], Field(min_length=1)]
    into: EntityRef


class EntitySplit(_Base):
    """Some mentions of an entity belong to another one: those given, and all in the given documents."""

    do: Literal["entity.split"]
    entity: EntityRef
    mentions: tuple[Witness, ...] = ()
    docs: tuple[DocumentRef, ...] = ()
    into: Annotated[str, Field(min_length=1)]
    meant: tuple[Witness, ...] = ()

    @model_validator(mode="after")
    def _is_complete(self) -> EntitySplit:
        if not self.mentions and not self.docs:
            raise ValueError("entity.split needs 'mentions' or 'docs'")
        if self.into == self.entity.id:
            raise ValueError("entity.split leads to the entity itself")
        return self


class EntityEdit(_Base):
    """The name of an entity, or its Wikidata id (null: it has none)."""

    do: Literal["entity.name", "entity.kb"]
    entity: EntityRef
    value: str | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> EntityEdit:
        if self.do == "entity.name" and not self.value:
            raise ValueError("entity.name needs a value")
        return self


class DocumentDone(_Base):
    """A person has read the document to its end."""

    do: Literal["document.done"]
    doc: DocumentRef


class DocumentFields(_Part):
    """What is true of a document; only the given keys count, and null says that there is none."""

    title: Annotated[str, Field(min_length=1, max_length=1_000)] | None = None
    author: Annotated[str, Field(min_length=1, max_length=1_000)] | None = None
    published: dt.date | dt.datetime | None = None
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] = "en"

    def given(self) -> dict[str, Any]:
        """Return the given keys."""
        return {name: getattr(self, name) for name in sorted(self.model_fields_set)}


class DocumentChange(_Base):
    """About title, author, publication day or language of a document, which the program read wrongly."""

    do: Literal["document.change"]
    doc: DocumentRef
    set: DocumentFields

    @model_validator(mode="after")
    def _is_complete(self) -> DocumentChange:
        if not self.set.model_fields_set or not self.doc.sha256:
            raise ValueError("document.change needs 'set' with a key, and the hash of the document")
        return self


class Undo(_Base):
    """Takes back the decisions that it replaces."""

    do: Literal["undo"]


OfDocument = MentionDecision | ClaimDecision
OfEntities = EntityMerge | EntitySplit | EntityEdit
OfWhole = DocumentDone | DocumentChange
Decision = OfDocument | OfEntities | OfWhole | FormerDecision | Undo


def entities_of(decision: Decision) -> list[EntityRef]:
    """Return the entities that a decision is about."""
    if isinstance(decision, EntityMerge):
        return [*decision.entities, decision.into]
    return [decision.entity] if isinstance(decision, EntitySplit | EntityEdit) else []


def documents_in(decision: Decision) -> list[DocumentRef]:
    """Return all documents that a decision names: those that it is about, and those that show which entity it means."""
    found = [getattr(decision, "doc", None), *getattr(decision, "docs", ())]
    witnesses = [*getattr(decision, "meant", ()), *getattr(decision, "mentions", ())]
    witnesses += [witness for entity in entities_of(decision) for witness in entity.witnesses]
    return [one for one in (*found, *(witness.doc for witness in witnesses)) if isinstance(one, DocumentRef)]


def given_entity(decision: Decision) -> str | None:
    """Return the id of the entity that a decision gives to a mention, to a claim as its source, or to what it splits."""
    if isinstance(decision, MentionDecision):
        return decision.entity
    if isinstance(decision, ClaimDecision):
        return decision.set.source_entity if decision.set else None
    return decision.into if isinstance(decision, EntitySplit) else None


def give_entity(decision: Decision, own: str) -> Decision:
    """Return a decision that gives an entity by another id."""
    if isinstance(decision, MentionDecision):
        return decision.model_copy(update={"entity": own})
    if isinstance(decision, ClaimDecision) and decision.set:
        return decision.model_copy(update={"set": decision.set.model_copy(update={"source_entity": own})})
    return decision.model_copy(update={"into": own})


def quote_of(decision: OfDocument) -> Quote:
    """Return the words that a decision is about; of a claim its head."""
    return decision.claim.head if isinstance(decision, ClaimDecision) else decision.target


ADAPTER: TypeAdapter[Decision] = TypeAdapter(Annotated[Decision, Field(discriminator="do")])


def dump_line(decision: Decision) -> str:
    """Write the line of a decision, without its line break and without keys that have their default."""
    row = decision.model_dump(mode="json", exclude_defaults=True)
    ordered = {"v": VERSION, "id": decision.id, "do": decision.do, **row}
    # Null has a meaning in these, so that defaults must not be left out.
    if isinstance(decision, ClaimDecision | DocumentChange) and decision.set is not None:
        ordered["set"] = decision.set.model_dump(mode="json", exclude_unset=True)
    if isinstance(decision, EntityEdit):
        ordered["value"] = decision.value
    return json.dumps(ordered, ensure_ascii=False)


def make_id(content: dict[str, Any]) -> str:
    """Make a short id of a decision from its content."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
