"""Prepares what the page of a document shows, as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.decisions.anchor import Place
from pipeline.decisions.model import ClaimDecision, Decision, MentionDecision
from pipeline.decisions.reading import Numbered
from pipeline.decisions.rows import Rows
from pipeline.decisions.told import Outcome, place_of
from pipeline.outputs.report.segments import Mark, cut_segments, cut_stretches, mark_claim, marks_near
from pipeline.outputs.report.views import clean, clean_parts, label_words, plain_words, show_date, tags_after
from pipeline.review.actions import claim_place
from pipeline.review.links import LinkView
from pipeline.review.standing import Standing
from pipeline.tables.claim_words import Part, claim_parts
from pipeline.tables.corpus import find_date
from pipeline.tables.periods import say_value


@dataclass(frozen=True, slots=True)
class PieceView:
    """A span of the text.

    Attributes:
        start: Offset of its first character.
        classes: CSS classes.
        keys: Keys of the items that it is part of.
    """

    start: int
    text: str
    classes: str
    keys: str
    tags: tuple[str, ...]
    masked: int


@dataclass(frozen=True, slots=True)
class SectionPieces:
    """A section of the text."""

    kind: str
    label: str
    pieces: tuple[PieceView, ...]


@dataclass(frozen=True, slots=True)
class ItemView:
    """A mention, claim or date that can be decided upon.

    Attributes:
        key: Its name on the page: `m`, `c` or `d` and a number.
        at: Offset by which items are sorted.
        decisions: Ids of the live decisions about it, separated by spaces.
    """

    key: str
    kind: str
    at: int
    start: int | None
    end: int | None
    exact: str
    label: str
    entity: str
    entity_name: str
    method: str
    score: float | None
    decisions: str
    claim_id: str = ""
    parts: tuple[Part, ...] = ()
    type: str = ""
    negated: bool = False
    value: str = ""
    about: str = ""
    links: tuple[LinkView, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision in the list below the text."""

    id: str
    line: int
    do: str
    doc: str
    place: str
    by: str
    when: str
    why: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the page of a document shows of its rows."""

    sections: tuple[SectionPieces, ...]
    items: tuple[ItemView, ...]


def view_page(
    rows: Rows,
    standing: Standing,
    gaps: Sequence[Place],
    names: Mapping[str, str],
    links: Mapping[str, Sequence[LinkView]],
) -> Page:
    """Prepare the page of a document.

    Args:
        rows: Its rows, with decisions applied.
        standing: The live decisions about it.
        gaps: Masked spans.
        names: Names of entities, by id.
        links: Links of its claims, by claim.
    """
    items = sorted(
        [
            *_mention_items(rows, standing, names),
            *_claim_items(rows, standing, names, links),
            *_date_items(rows, standing),
        ],
        key=lambda item: (item.at, item.kind),
    )
    return Page(tuple(_sections(rows, gaps)), tuple(items))


def _mention_items(rows: Rows, standing: Standing, names: Mapping[str, str]) -> Iterator[ItemView]:
    for number, row in enumerate(rows.mentions, 1):
        live = standing.mentions.get((row.start, row.end), ())
        yield ItemView(
            f"m{number}",
            "mention",
            row.start,
            row.start,
            row.end,
            row.text,
            row.label,
            row.entity_id,
            clean(names.get(row.entity_id, row.text)),
            row.method,
            getattr(row, "score", None),
            _ids(live),
        )


def _claim_items(
    rows: Rows, standing: Standing, names: Mapping[str, str], links: Mapping[str, Sequence[LinkView]]
) -> Iterator[ItemView]:
    for number, row in enumerate(rows.claims, 1):
        place = claim_place(row)
        if place:
            live = standing.claims.get(place, ())
        else:
            live = ()
        yield ItemView(
            f"c{number}",
            "claim",
            place[1][0] if place else 0,
            None,
            None,
            "",
            row.claim_type,
            row.source_entity_id or "",
            clean(names.get(row.source_entity_id or "", "")),
            row.method,
            row.score,
            _ids(live),
            claim_id=row.claim_id,
            parts=clean_parts(claim_parts(rows.text, row, names.get(row.source_entity_id or "", ""))),
            type=row.claim_type,
            negated=row.negated,
            value=getattr(row, "polarity", "") or "",
            about=show_date(row, find_date(rows.dates, row.date_id)) or "",
            links=tuple(links.get(row.claim_id, ())),
        )


def _date_items(rows: Rows, standing: Standing) -> Iterator[ItemView]:
    for number, row in enumerate(rows.dates, 1):
        live = standing.dates.get((row.start, row.end), ())
        yield ItemView(
            f"d{number}",
            "date",
            row.start,
            row.start,
            row.end,
            row.text,
            row.timex_type,
            "",
            "",
            "",
            None,
            _ids(live),
            value=clean(say_value(row)),
        )


def _ids(live: Sequence[Numbered]) -> str:
    return " ".join(one.decision.id for one in live)


def _marks(rows: Rows, gaps: Sequence[Place]) -> Iterator[Mark]:
    for number, mention in enumerate(rows.mentions, 1):
        yield Mark(mention.start, mention.end, "mention", number, mention.label)
    for number, date in enumerate(rows.dates, 1):
        yield Mark(date.start, date.end, "date", number, say_value(date))
    for number, claim in enumerate(rows.claims, 1):
        yield from mark_claim(number, claim)
    for number, gap in enumerate(gaps):
        yield Mark(*gap, "gap", number)


def _sections(rows: Rows, gaps: Sequence[Place]) -> Iterator[SectionPieces]:
    stretches = list(cut_stretches(rows.text, rows.sections))
    near = marks_near(_marks(rows, gaps), ((start, end) for start, end, _ in stretches))
    for (start, end, section), marks in zip(stretches, near, strict=True):
        kind, shown = "between", "between sections"
        if section is not None:
            kind, shown = section.kind, plain_words(section.kind)
        yield SectionPieces(kind, shown, _pieces(rows.text, start, end, marks))


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> tuple[PieceView, ...]:
    views = []
    for segment in cut_segments(text, start, end, marks):
        kinds = sorted({mark.kind for mark in segment.marks})
        if "gap" in kinds:
            masked = len(segment.text.split())
        else:
            masked = 0
        classes = [*kinds, *(f"is-{mark.tag.lower()}" for mark in segment.marks if mark.kind == "mention")]
        keys = {f"{_KEYS[mark.kind]}{mark.key}" for mark in segment.marks if mark.kind in _KEYS}
        tags = tags_after(segment)
        views.append(
            PieceView(
                segment.start, clean(segment.text), " ".join(classes), " ".join(sorted(keys)), tags, masked
            )
        )
    return tuple(views)


_KEYS = {"mention": "m", "date": "d", "source": "c", "cue": "c", "content": "c"}


_WORDS = {
    "mention.accept": "Name accepted",
    "mention.reject": "Name rejected",
    "mention.relabel": "Name relabelled",
    "mention.move": "Name moved",
    "mention.add": "Name added",
    "mention.assign": "Entity of the name set",
    "claim.accept": "Claim accepted",
    "claim.reject": "Claim rejected",
    "claim.change": "Claim changed",
    "claim.add": "Claim added",
    "date.accept": "Date accepted",
    "date.reject": "Date rejected",
    "entity.merge": "Entities merged",
    "entity.split": "Entity split",
    "entity.name": "Entity renamed",
    "entity.kb": "Wikidata id set",
    "link.accept": "Link accepted",
    "link.reject": "Link rejected",
    "document.done": "Marked as read",
    "undo": "Undone",
}
"""Text on the page for each kind of decision."""
_PARTS = {"source_entity": "entity of the source", "quote_kind": "kind of quotation"}


def describe(decision: Decision) -> str:
    """Say in words what a decision did: its kind and, of a changed claim, what and how."""
    words = _WORDS[decision.do]
    if isinstance(decision, MentionDecision) and decision.label and decision.do != "mention.assign":
        return f"{words}: {label_words(decision.label)}" if decision.do != "mention.accept" else words
    if isinstance(decision, ClaimDecision) and decision.set is not None:
        parts = [_describe_part(name, value) for name, value in decision.set.given().items()]
        return f"{words}: {', '.join(parts)}"
    return words


def _describe_part(name: str, value: object) -> str:
    if name == "source" and value is None:
        return "no source"
    if name == "negated":
        return "negated" if value else "not negated"
    if isinstance(value, str) and name == "type":
        return f"type {plain_words(value)}"
    return _PARTS.get(name, name)


def view_decision(one: Numbered, outcome: Outcome | None, doc_id: str) -> DecisionView:
    """Return a decision in a list.

    Args:
        one: The decision.
        outcome: What became of it, if known.
        doc_id: The document to open for it; may be empty.
    """
    decision = one.decision
    return DecisionView(
        decision.id,
        one.line,
        describe(decision),
        doc_id,
        clean(place_of(one)),
        clean(decision.by),
        f"{decision.when:%Y-%m-%d %H:%M}",
        clean(decision.why),
        outcome.state if outcome else "",
        clean(outcome.note) if outcome else "",
    )
