"""Turns what a person does on a page into decisions. Of two about one thing the later stands, so none takes back an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from policy_news.core.errors import ArgumentError
from policy_news.decisions.anchor import Place
from policy_news.decisions.decision_format import (
    ClaimDecision,
    ClaimParts,
    Decision,
    DocumentFields,
    Witness,
    given_entity,
)
from policy_news.decisions.decisions_file import Numbered
from policy_news.decisions.entity_decisions import is_of_document
from policy_news.decisions.making import Maker, QuotedDocument, entity_ref
from policy_news.decisions.rows import Rows
from policy_news.review.standing import ClaimPlace, LiveDecisions
from policy_news.rules.rule_models import WIKIDATA
from policy_news.tables.labels import CLAIMS, ENTITIES
from policy_news.tables.schema import ClaimRow

Short = Annotated[str, Field(max_length=2_000)]


class Asking(BaseModel):
    """The body of a request."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _OfRow(Asking):
    """A request about a row of a document; `seen` are the decisions about it that the page showed."""

    doc: Short
    sha256: Short
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
    source: Span | None = None
    no_source: bool = False
    source_entity: Short | None = None
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


class EntityAsked(Asking):
    """A request about an entity."""

    action: Literal["rename", "kb", "merge", "split"]
    entity: Short
    value: Short | None = None
    into: Short | None = None
    docs: tuple[Short, ...] = ()


class StaleError(Exception):
    """What the page showed is out of date: someone else has decided meanwhile."""


Asked = MentionAsked | ClaimAsked


def decide(asked: Asked, rows: Rows, standing: LiveDecisions, maker: Maker, known: set[str]) -> Decision:
    """Make the decision that a person asks for."""
    if asked.sha256 != rows.sha256:
        raise StaleError
    source = QuotedDocument(rows.doc_id, rows.sha256, rows.text)
    if isinstance(asked, ClaimAsked):
        if asked.type is not None and asked.type not in CLAIMS:
            raise ArgumentError(f"{asked.type}: there is no such type of claim")
        change = _change(asked, rows, source)
        if asked.action == "add":
            content = _about_new_claim(asked, rows, change)
        else:
            content = _about_claim(asked, rows, standing, source.parts, change)
    else:
        if asked.label is not None and asked.label not in ENTITIES | known:
            raise ArgumentError(f"{asked.label}: there is no such label")
        content = _about_mention(asked, rows, standing, source)
    do = f"{asked.kind}.{content.pop('action', asked.action)}"
    return maker.make(do, doc=source.ref, **content)


def _place(rows: Rows, span: Span) -> Place:
    if rows.text[span.start : span.end] != span.exact:
        raise StaleError
    return span.start, span.end


def _check_seen(seen: Sequence[str], live: Sequence[Numbered]) -> None:
    if set(seen) != {one.decision.id for one in live}:
        raise StaleError


def _about_mention(
    asked: MentionAsked, rows: Rows, standing: LiveDecisions, source: QuotedDocument
) -> dict[str, Any]:
    """Return the keys of a decision about a mention."""
    place = _place(rows, asked.span)
    live = standing.mentions.get(place, ())
    _check_seen(asked.seen, live)
    target = {"target": source.quote(*place)}
    if asked.action == "add":
        _check_new(asked, rows, place)
        return {**target, "label": asked.label}
    row = next((row for row in rows.mentions if (row.start, row.end) == place), None)
    if row is None:
        raise StaleError
    label = asked.label or row.label
    if asked.action == "reject":
        return {**target, "was": row.label}
    if asked.action == "assign":
        return {**target, "label": row.label, "entity": asked.entity}
    if asked.action == "move":
        return {**target, "label": label, **_moved(asked, rows, live, source)}
    action = "accept" if label == row.label and asked.action == "accept" else "relabel"
    return {"action": action, **target, "label": label, "was": row.label}


def _moved(
    asked: MentionAsked, rows: Rows, live: Sequence[Numbered], source: QuotedDocument
) -> dict[str, Any]:
    """Return where a mention goes, with the entity that it was given before."""
    if asked.to is None:
        raise ArgumentError("select the words to move it to")
    given = [own for one in live if (own := given_entity(one.decision))]
    return {"to": source.quote(*_place(rows, asked.to)), "entity": given[-1] if given else None}


def _check_new(asked: MentionAsked, rows: Rows, place: Place) -> None:
    """Refuse words that can be no mention."""
    if asked.label is None:
        raise ArgumentError("a new mention needs a label")
    if any(start < place[1] and place[0] < end for start, end in rows.gaps):
        raise ArgumentError("the words hold masked text")
    if rows.section_of(*place) is None or asked.span.exact != asked.span.exact.strip():
        raise ArgumentError("select words of one paragraph, without the space around them")


def claim_place(row: ClaimRow) -> ClaimPlace | None:
    """Return the place by which decisions identify a claim."""
    return next(((part, row.places[part][0]) for part in ("cue", "content") if part in row.places), None)


def _about_claim(
    asked: ClaimAsked,
    rows: Rows,
    standing: LiveDecisions,
    parts: Callable[[ClaimRow], ClaimParts],
    change: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the keys of a decision about a claim."""
    row = next((row for row in rows.claims if row.claim_id == asked.claim), None)
    place = claim_place(row) if row else None
    if row is None or place is None:
        raise StaleError
    live = standing.claims.get(place, ())
    _check_seen(asked.seen, live)
    own = [one.decision.claim for one in live if isinstance(one.decision, ClaimDecision)]
    claim = {"claim": own[0] if own else parts(row)}  # as it was before decisions
    if asked.action == "accept" and own:
        raise ArgumentError("it was decided about already")
    if asked.action == "change" and not change:
        raise ArgumentError("nothing is to be changed")
    return {**claim, "set": change} if asked.action == "change" else claim


def _about_new_claim(asked: ClaimAsked, rows: Rows, change: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of a decision about a claim that was missed."""
    if not asked.content:
        raise ArgumentError("select the words of its content first")
    if any(rows.section_of(*_place(rows, span)) is None for span in asked.content):
        raise ArgumentError("select words of one paragraph")
    return {"claim": {name: value for name, value in change.items() if name in ClaimParts.model_fields}}


def _change(asked: ClaimAsked, rows: Rows, source: QuotedDocument) -> dict[str, Any]:
    given = {name: getattr(asked, name) for name in ("type", "negated", "source_entity")}
    change: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if asked.source is not None:
        change["source"] = source.quote(*_place(rows, asked.source))
    elif asked.no_source:
        change["source"] = None
    if asked.content:
        change["content"] = source.quotes(sorted(_place(rows, span) for span in asked.content))
    return change


def with_meant(decision: Decision, refer: Callable[[str], list[Witness]]) -> Decision:
    """Return a decision with mentions of the entity that it gives, if the id of that holds the name of a document."""
    given = given_entity(decision)
    if given is None or not is_of_document(given):
        return decision
    return decision.model_copy(update={"meant": entity_ref(given, None, refer(given)).witnesses})


def decide_document(asked: DocumentAsked, now: Mapping[str, Any], rows: Rows, maker: Maker) -> Decision:
    """Make the decision that corrects title, author, publication day or language of a document."""
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
    return maker.make(
        "document.change", doc=QuotedDocument(rows.doc_id, rows.sha256, rows.text).ref, set=change
    )


def decide_entity(
    asked: EntityAsked,
    maker: Maker,
    refer: Callable[[str, Sequence[str]], list[Witness]],
    names: Callable[[str], str | None],
) -> Decision:
    """Make the decision about an entity that a person asks for."""
    name = names(asked.entity)
    if name is None:
        raise ArgumentError(f"{asked.entity}: there is no such entity")
    own, value = entity_ref(asked.entity, name, refer(asked.entity, ())), (asked.value or "").strip() or None
    if asked.action == "rename":
        return maker.make("entity.name", entity=own, value=value)
    if asked.action == "kb":
        if value and not WIKIDATA.fullmatch(value):
            raise ArgumentError(f"{value}: is no Wikidata id, such as Q42")
        return maker.make("entity.kb", entity=own, value=value)
    if asked.action == "merge":
        other = names(asked.into or "")
        if other is None or asked.into == asked.entity:
            raise ArgumentError(f"{asked.into}: there is no such other entity")
        into = entity_ref(str(asked.into), other, refer(str(asked.into), ()))
        return maker.make("entity.merge", entities=(own,), into=into)
    mentions = refer(asked.entity, asked.docs) if asked.docs else []
    if not mentions or not asked.into:
        raise ArgumentError("choose documents and give the other entity an id")
    return maker.make("entity.split", entity=own, mentions=mentions, into=asked.into)
