"""Turns what a person does on a page into decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from policy_news.core.errors import ArgumentError
from policy_news.decisions.anchor import Place
from policy_news.decisions.decision_format import (
    ClaimDecision,
    ClaimParts,
    Decision,
    DocumentChange,
    DocumentFields,
    DocumentRef,
    EntityEdit,
    EntityMerge,
    EntityRef,
    EntitySplit,
    MentionDecision,
    Quote,
    Witness,
    given_entity,
)
from policy_news.decisions.decisions_file import Numbered
from policy_news.decisions.entity_decisions import marks_in
from policy_news.decisions.making import Maker, QuotedDocument, entity_ref
from policy_news.decisions.rows import Rows
from policy_news.review.standing import ClaimPlace, LiveDecisions
from policy_news.rules.rule_models import WIKIDATA
from policy_news.tables.labels import CLAIMS, ENTITIES
from policy_news.tables.schema import ClaimRow, MentionRow

Short = Annotated[str, Field(max_length=2_000)]


class Asking(BaseModel):
    """The body of a request."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _OfRow(Asking):
    """A request about a row of a document."""

    doc: Short
    sha256: Short
    why: Short = ""
    seen: tuple[Short, ...] = ()


class Span(Asking):
    """A span of the raw text with its words, so that page and server mean the same place."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]
    exact: Annotated[str, Field(min_length=1, max_length=20_000)]


class MentionAsked(_OfRow):
    """A request about a mention, or about words that should be one."""

    kind: Literal["mention"]
    action: Literal["accept", "reject", "relabel", "move", "add", "assign"]
    span: Span
    label: Short | None = None
    to: Span | None = None
    entity: Short | None = None


class ClaimAsked(_OfRow):
    """A request about a claim."""

    kind: Literal["claim"]
    action: Literal["accept", "reject", "change", "add"]
    claim: Short | None = None
    type: Short | None = None
    negated: bool | None = None
    polarity: Literal["asserted", "rejected"] | None = None
    source: Span | None = None
    no_source: bool = False
    source_entity: Short | None = None
    cue: Span | None = None
    content: tuple[Span, ...] = ()


class UndoAsked(Asking):
    """A request to take a decision back; `doc` is the document whose page asks."""

    id: Short
    doc: Short = ""


class DoneAsked(Asking):
    """A request to mark a document as read to its end."""

    doc: Short


class DocumentAsked(Asking):
    """A request to correct what a document says about itself; an empty text says that there is none."""

    doc: Short
    sha256: Short
    title: Short | None = None
    author: Short | None = None
    published: Short | None = None
    language: Short | None = None


class StaleError(Exception):
    """What the page showed is out of date: someone else has decided meanwhile."""


Asked = MentionAsked | ClaimAsked
Make = Callable[..., Decision]
"""Makes a decision about the document: its kind, the decisions that it replaces, the keys of its kind."""


def decide(asked: Asked, rows: Rows, standing: LiveDecisions, maker: Maker, known: set[str]) -> Decision:
    """Make the decision that a person asks for.

    Args:
        known: Labels that the tables have.

    Raises:
        ArgumentError: The request does not fit the document.
        StaleError: The document or the decisions about it have changed since the page was made.
    """
    if asked.sha256 != rows.sha256:
        raise StaleError
    source = QuotedDocument(rows.doc_id, rows.sha256, rows.text)

    def make(do: str, live: Iterable[Numbered] = (), **content: Any) -> Decision:
        replaces = _with_earlier(live)
        if do == "undo":
            return maker.undo(replaces, asked.why)
        return maker.make(do, why=asked.why, replaces=replaces, doc=source.ref, **content)

    if isinstance(asked, ClaimAsked):
        return _decide_claim(asked, rows, standing, make, source)
    if asked.label is not None and asked.label not in ENTITIES | known:
        raise ArgumentError(f"{asked.label}: there is no such label")
    return _decide_mention(asked, rows, standing, make, source)


def _place(rows: Rows, span: Span) -> Place:
    if rows.text[span.start : span.end] != span.exact:
        raise StaleError
    return span.start, span.end


def _check_seen(seen: Sequence[str], live: Sequence[Numbered]) -> None:
    if set(seen) != {one.decision.id for one in live}:
        raise StaleError


def _with_earlier(live: Iterable[Numbered]) -> tuple[str, ...]:
    """Return the ids of decisions and of those that they took back, which would otherwise become live again."""
    ids = (entry for one in live for entry in (one.decision.id, *one.decision.replaces))
    return tuple(dict.fromkeys(ids))


def _decide_mention(
    asked: MentionAsked, rows: Rows, standing: LiveDecisions, make: Make, source: QuotedDocument
) -> Decision:
    place = _place(rows, asked.span)
    live = standing.mentions.get(place, ())
    _check_seen(asked.seen, live)
    row = next((row for row in rows.mentions if (row.start, row.end) == place), None)
    if asked.action == "add":
        return _add_mention(asked, rows, standing, make, source)
    if row is None:
        raise StaleError
    if asked.action == "reject":
        if any(one.decision.do == "mention.add" for one in live):
            return make("undo", live)
        return make("mention.reject", live, target=_origin(live) or source.quote(*place), was=row.label)
    if asked.action == "assign":
        gone = [one for one in live if one.decision.do == "mention.assign"]
        return make("mention.assign", gone, target=source.quote(*place), label=row.label, entity=asked.entity)
    to = _place(rows, asked.to) if asked.to else None
    if asked.action == "move" and to is None:
        raise ArgumentError("select the words to move it to")
    return _edit_mention(asked, row, to, live, make, source)


def _edit_mention(
    asked: MentionAsked,
    row: MentionRow,
    to: Place | None,
    live: Sequence[Numbered],
    make: Make,
    source: QuotedDocument,
) -> Decision:
    """Make the decision that gives a mention another label or place, in place of those that made it what it is."""
    place, label = (row.start, row.end), asked.label or row.label
    kinds = {one.decision.do for one in live}
    others = [one for one in live if one.decision.do != "mention.assign"]
    entity = next((given for one in live if (given := getattr(one.decision, "entity", None))), None)
    if "mention.add" in kinds:
        return make(
            "mention.add",
            live if to else others,
            target=source.quote(*(to or place)),
            label=label,
            entity=entity if to or "mention.assign" not in kinds else None,
        )
    if "mention.move" in kinds or to is not None:
        return make(
            "mention.move",
            live if to else others,
            target=_origin(live) or source.quote(*place),
            to=source.quote(*(to or place)),
            label=label,
            entity=entity if to else None,
        )
    do = "mention.accept" if label == row.label and asked.action == "accept" else "mention.relabel"
    return make(do, others, target=source.quote(*place), label=label, was=row.label)


def _origin(live: Sequence[Numbered]) -> Quote | None:
    """Return where a mention was before somebody moved it."""
    moves = (one.decision for one in live if one.decision.do == "mention.move")
    return next((one.target for one in moves if isinstance(one, MentionDecision)), None)


def _add_mention(
    asked: MentionAsked, rows: Rows, standing: LiveDecisions, make: Make, source: QuotedDocument
) -> Decision:
    place = _place(rows, asked.span)
    if asked.label is None:
        raise ArgumentError("a new mention needs a label")
    for other, live in standing.mentions.items():
        present = [one for one in live if one.decision.do != "mention.reject"]
        if other != place and present and other[0] < place[1] and place[0] < other[1]:
            raise ArgumentError("the words overlap a mention that was decided about: undo that first")
    if any(row.start < place[1] and place[0] < row.end for row in rows.mentions if row.method == "decision"):
        raise ArgumentError("the words overlap a mention that was decided about: undo that first")
    if any(start < place[1] and place[0] < end for start, end in rows.gaps):
        raise ArgumentError("the words hold masked text")
    if rows.section_of(*place) is None or asked.span.exact != asked.span.exact.strip():
        raise ArgumentError("select words of one paragraph, without the space around them")
    live = standing.mentions.get(place, ())
    return make("mention.add", live, target=source.quote(*place), label=asked.label, entity=asked.entity)


def claim_place(row: ClaimRow) -> ClaimPlace | None:
    """Return the place by which decisions identify a claim."""
    return next(((part, row.places[part][0]) for part in ("cue", "content") if part in row.places), None)


def _decide_claim(
    asked: ClaimAsked, rows: Rows, standing: LiveDecisions, make: Make, source: QuotedDocument
) -> Decision:
    if asked.type is not None and asked.type not in CLAIMS:
        raise ArgumentError(f"{asked.type}: there is no such type of claim")
    if asked.action == "add":
        return _add_claim(asked, rows, make, source)
    row = next((row for row in rows.claims if row.claim_id == asked.claim), None)
    place = claim_place(row) if row else None
    if row is None or place is None:
        raise StaleError
    live = standing.claims.get(place, ())
    _check_seen(asked.seen, live)
    return _decide_known_claim(asked, rows, row, live, make, source)


def _decide_known_claim(
    asked: ClaimAsked, rows: Rows, row: ClaimRow, live: Sequence[Numbered], make: Make, source: QuotedDocument
) -> Decision:
    own = [one.decision for one in live if isinstance(one.decision, ClaimDecision)]
    added = next((decision for decision in own if decision.do == "claim.add"), None)
    before = next((decision for decision in own if decision.do != "claim.add"), None)
    parts = before.claim if before else source.parts(row)
    if asked.action == "reject":
        return make("undo", live) if added else make("claim.reject", live, claim=parts)
    if asked.action == "accept":
        if own:
            raise ArgumentError("it was decided about already")
        return make("claim.accept", claim=parts)
    change = _change(asked, rows, source)
    if not change:
        raise ArgumentError("nothing is to be changed")
    if added:
        return make("claim.add", live, claim=_changed_parts(added.claim, change))
    if before and before.set:
        change = {**before.set.given(), **change}
    return make("claim.change", live, claim=parts, set=change)


def _change(asked: ClaimAsked, rows: Rows, source: QuotedDocument) -> dict[str, Any]:
    given = {name: getattr(asked, name) for name in ("type", "negated", "polarity", "source_entity")}
    change: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if asked.source is not None:
        change["source"] = source.quote(*_place(rows, asked.source))
    elif asked.no_source:
        change["source"] = None
    if asked.cue is not None:
        change["cue"] = source.quote(*_place(rows, asked.cue))
    if asked.content:
        change["content"] = source.quotes(sorted(_place(rows, span) for span in asked.content))
    return change


def _changed_parts(parts: ClaimParts, change: dict[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in change.items() if name in ClaimParts.model_fields}
    return {**{name: getattr(parts, name) for name in ClaimParts.model_fields}, **known}


def _add_claim(asked: ClaimAsked, rows: Rows, make: Make, source: QuotedDocument) -> Decision:
    if not asked.content:
        raise ArgumentError("select the words of its content first")
    change = _change(asked, rows, source)
    places = [_place(rows, span) for span in asked.content]
    if any(rows.section_of(*place) is None for place in places):
        raise ArgumentError("select words of one paragraph")
    parts = {name: value for name, value in change.items() if name in ClaimParts.model_fields}
    return make("claim.add", claim=parts)


def with_meant(decision: Decision, refer: Callable[[str], list[Witness]]) -> Decision:
    """Return a decision with mentions of the entity that it gives, if the id of that holds the name of a document.

    Args:
        refer: Returns the witnesses of an entity, by its id.
    """
    given = given_entity(decision)
    if given is None or not marks_in(given):
        return decision
    return decision.model_copy(update={"meant": entity_ref(given, None, refer(given)).witnesses})


def decide_document(
    asked: DocumentAsked, now: Mapping[str, Any], rows: Rows, live: Sequence[Numbered], maker: Maker
) -> Decision:
    """Make the decision that corrects title, author, publication day or language of a document.

    Args:
        now: The values that the page showed, as texts.
        live: Earlier decisions of this kind about it.

    Raises:
        ArgumentError: A value is not one, or nothing is to be changed.
        StaleError: The document has changed since the page was made.
    """
    if asked.sha256 != rows.sha256:
        raise StaleError
    given = {name: getattr(asked, name) for name in DocumentFields.model_fields}
    change = {
        name: text.strip() or None
        for name, text in given.items()
        if text is not None and text.strip() != now[name]
    }
    if not change:
        raise ArgumentError("nothing is to be changed")
    DocumentFields.model_validate(change)  # told by the names of the form, not by those of a decision
    known = [one.decision for one in live if isinstance(one.decision, DocumentChange)]
    earlier = {name: value for decision in known for name, value in decision.set.given().items()}
    ref = QuotedDocument(rows.doc_id, rows.sha256, rows.text).ref
    replaces = _with_earlier(live)
    return maker.make("document.change", doc=ref, set={**earlier, **change}, replaces=replaces)


class EntityAsked(Asking):
    """A request about an entity."""

    action: Literal["rename", "kb", "merge", "split"]
    entity: Short
    value: Short | None = None
    into: Short | None = None
    docs: tuple[Short, ...] = ()
    why: Short = ""


def decide_entity(
    asked: EntityAsked,
    maker: Maker,
    refer: Callable[[str], list[Witness]],
    names: Callable[[str], str | None],
    live: Sequence[Numbered],
) -> Decision:
    """Make the decision about an entity that a person asks for.

    Args:
        refer: Returns the witnesses of an entity, by its id.
        names: Returns the name of an entity, by its id; None if it does not exist.

    Raises:
        ArgumentError: The request does not fit.
    """
    name = names(asked.entity)
    if name is None:
        raise ArgumentError(f"{asked.entity}: there is no such entity")
    witnesses = refer(asked.entity)
    own = entity_ref(asked.entity, name, witnesses)
    if asked.action in ("rename", "kb"):
        return _edit_entity(asked, maker, own, live)
    if asked.action == "merge":
        other = names(asked.into or "")
        if other is None or asked.into == asked.entity:
            raise ArgumentError(f"{asked.into}: there is no such other entity")
        into = entity_ref(str(asked.into), other, refer(str(asked.into)))
        earlier = _earlier(live, "entity.merge", asked.entity)
        return maker.make("entity.merge", why=asked.why, replaces=earlier, entities=(own,), into=into)
    # With a mention in each document, by which it is known again when its text has changed.
    chosen = tuple(witness for witness in witnesses if witness.doc.id in asked.docs)
    return _split_entity(asked, maker, EntityRef(id=asked.entity, name=name, witnesses=chosen), live)


def _edit_entity(asked: EntityAsked, maker: Maker, own: EntityRef, live: Sequence[Numbered]) -> Decision:
    """Make the decision that gives an entity a name or a Wikidata id, or takes it away."""
    do = "entity.name" if asked.action == "rename" else "entity.kb"
    value = (asked.value or "").strip() or None
    if do == "entity.kb" and value and not WIKIDATA.fullmatch(value):
        raise ArgumentError(f"{value}: is no Wikidata id, such as Q42")
    earlier = _earlier(live, do, asked.entity)
    return maker.make(do, why=asked.why, replaces=earlier, entity=own, value=value)


def _split_entity(asked: EntityAsked, maker: Maker, own: EntityRef, live: Sequence[Numbered]) -> Decision:
    """Make the decision that gives another id to an entity in the documents of its witnesses."""
    if not own.witnesses or not asked.into:
        raise ArgumentError("choose documents and give the other entity an id")
    docs = [witness.doc for witness in own.witnesses]
    earlier = _earlier(live, "entity.split", asked.entity, docs)
    return maker.make("entity.split", why=asked.why, replaces=earlier, entity=own, docs=docs, into=asked.into)


def _earlier(
    live: Iterable[Numbered], do: str, entity: str, docs: Sequence[DocumentRef] = ()
) -> tuple[str, ...]:
    """Return the ids of the decisions of a kind about an entity, which a new one replaces."""
    ids = [document.id for document in docs]
    return _with_earlier(
        one for one in live if one.decision.do == do and _about(one.decision) == (entity, ids)
    )


def _about(decision: Decision) -> tuple[str, list[str]]:
    """Return the entity that a decision is about, and its documents if it is about some; a merge of several is about none alone."""
    if isinstance(decision, EntityMerge) and len(decision.entities) == 1:
        return decision.entities[0].id, []
    if isinstance(decision, EntitySplit):
        return decision.entity.id, [document.id for document in decision.docs]
    if isinstance(decision, EntityEdit):
        return decision.entity.id, []
    return "", []
