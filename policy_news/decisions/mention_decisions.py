"""Applies decisions to the mentions of one document.

Each decision states one or two facts: these words are a mention, with this label or of this entity; or they are not. Facts
about one place are joined first, so that the order of the lines does not matter and contradictions show.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from policy_news.core.grouping import grouped
from policy_news.decisions.anchor import LostError, Place, find_quote
from policy_news.decisions.decision_format import MentionDecision
from policy_news.decisions.decisions_file import Numbered
from policy_news.decisions.rows import Rows, decided_columns, make_row
from policy_news.decisions.told import OutcomeTally, State
from policy_news.nlp.who.linking import link_mentions
from policy_news.tables.chunks import Annotated
from policy_news.tables.labels import ENTITIES, NAMED, ORGANISED, PEOPLE, PLACES
from policy_news.tables.schema import MentionRow

GROUPS = (PEOPLE, ORGANISED, PLACES)
"""Labels that name the same kind of thing: a change within a group keeps the entity."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What decisions say about one span of the text.

    Attributes:
        present: Whether it is a mention.
        label: Its label, if a decision is about that.
        fallback: Label for a new row, if no decision is about the label.
        entity: Its entity, if a decision is about that.
        made: Whether a row may be made if there is none.
    """

    place: Place
    present: bool
    ones: tuple[Numbered, ...]
    label: str | None = None
    fallback: str | None = None
    entity: str | None = None
    office: str | None = None
    made: bool = True


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of mentions.

    Attributes:
        moved: The row that replaces an earlier one, or None, by the id of the earlier row.
        was: The entity of an earlier row, by its id.
        new: The rows that decisions made or changed.
    """

    moved: Mapping[str, MentionRow | None]
    was: Mapping[str, str]
    new: tuple[MentionRow, ...]

    def __bool__(self) -> bool:
        return bool(self.moved or self.new)


def mention_facts(rows: Rows, ones: Sequence[Numbered], tally: OutcomeTally) -> list[Fact]:
    """Find the facts of decisions about mentions.

    Args:
        tally: Receives the decisions whose place is lost.
    """
    facts: list[Fact] = []
    for (_, place), group in _group_by_place(rows, ones, tally).items():
        for _, one in tally.keep_latest(group):
            with tally.losing(one):
                facts += _facts_of(rows, place, _decision(one), one)
    return facts


def _group_by_place(
    rows: Rows, ones: Sequence[Numbered], tally: OutcomeTally
) -> Mapping[tuple[str, Place], list[tuple[Any, Numbered]]]:
    """Group decisions of one kind about one place, each with what it says; record those whose place is lost."""
    groups: defaultdict[tuple[str, Place], list[tuple[Any, Numbered]]] = defaultdict(list)
    for one in ones:
        decision = _decision(one)
        # Of an assignment the label only counts if the mention has to be made.
        label = None if decision.do == "mention.assign" else decision.label
        to = decision.to and decision.to.exact, decision.to and decision.to.start
        with tally.losing(one):
            place = find_quote(rows.text, decision.target, same=rows.sha256 == decision.doc.sha256)
            groups[decision.do, place].append(((label, to, decision.entity, decision.office), one))
    return groups


def _decision(one: Numbered) -> MentionDecision:
    assert isinstance(one.decision, MentionDecision)
    return one.decision


def _facts_of(rows: Rows, place: Place, decision: MentionDecision, one: Numbered) -> list[Fact]:
    """Return the facts of one decision; if one of them is lost, so is the decision."""
    gone = Fact(place, False, (one,))
    if decision.do == "mention.reject":
        return [gone]
    if decision.do == "mention.move" and decision.to is not None:
        place = find_quote(rows.text, decision.to, same=rows.sha256 == decision.doc.sha256)
    if decision.do != "mention.assign" and decision.label not in ENTITIES:
        raise LostError(f"there is no label {decision.label}")
    _check_place(rows, place)
    fact = Fact(
        place,
        True,
        (one,),
        label=None if decision.do == "mention.assign" else decision.label,
        fallback=decision.label,
        entity=decision.entity if decision.do in ("mention.assign", "mention.add", "mention.move") else None,
        office=decision.office,
    )
    return [gone, fact] if decision.do == "mention.move" else [fact]


def _check_place(rows: Rows, place: Place) -> None:
    """Refuse a place where a mention cannot be."""
    words = rows.text[slice(*place)]
    if words != words.strip():
        raise LostError("the words begin or end with white space")
    if rows.section_of(*place) is None:
        raise LostError("the words are not within one section")
    if any(start < place[1] and place[0] < end for start, end in rows.gaps):
        raise LostError("the words contain masked text")


def settle_facts(facts: Sequence[Fact], tally: OutcomeTally) -> list[Fact]:
    """Return the facts without those that contradict others, one for each place."""
    groups = grouped((fact.place, fact) for fact in facts)
    bad: set[str] = set()
    for group in groups.values():
        about = _contradiction(group)
        if about:
            bad |= _conflict(group, tally, about)
    present = sorted((place, group) for place, group in groups.items() if group[0].present)
    reach: tuple[Place, list[Fact]] | None = None
    for own in present:
        if reach is not None and own[0][0] < reach[0][1]:
            bad |= _conflict([*reach[1], *own[1]], tally, "their mentions overlap")
        if reach is None or own[0][1] > reach[0][1]:
            reach = own
    settled = (_joined([fact for fact in group if not _ids(fact) & bad]) for group in groups.values())
    return [fact for fact in settled if fact is not None]


def _conflict(group: Sequence[Fact], tally: OutcomeTally, about: str) -> set[str]:
    tally.conflict((one for fact in group for one in fact.ones), about)
    return {own for fact in group for own in _ids(fact)}


def _ids(fact: Fact) -> set[str]:
    return {one.decision.id for one in fact.ones}


def _contradiction(group: Sequence[Fact]) -> str:
    if len({fact.present for fact in group}) > 1:
        return "one says it is a mention, one that it is none"
    for name, what in (("label", "label"), ("entity", "entity"), ("office", "office")):
        values = {getattr(fact, name) for fact in group} - {None}
        if len(values) > 1:
            return f"the {what} is to be {' and '.join(sorted(values))}"
    return ""


def _joined(group: Sequence[Fact]) -> Fact | None:
    if not group:
        return None
    first = group[0]
    for other in group[1:]:
        first = replace(
            first,
            ones=first.ones + other.ones,
            label=first.label or other.label,
            fallback=first.label or other.label or first.fallback,
            entity=first.entity or other.entity,
            office=first.office or other.office,
            made=first.made or other.made,
        )
    return first


def apply_facts(rows: Rows, facts: Sequence[Fact], tally: OutcomeTally) -> Changes:
    """Apply facts that do not contradict each other to the mentions of a document.

    Args:
        rows: The document; its table of mentions is replaced if anything changes.
        facts: At most one for each place.
    """
    before = {(row.start, row.end): row for row in rows.mentions}
    gone = {fact.place for fact in facts if not fact.present and fact.place in before}
    made: dict[Place, MentionRow] = {}
    for fact in facts:
        row = _decided_row(rows, fact, before.get(fact.place)) if fact.present else None
        if row is not None:
            made[fact.place] = row
        state: State = "applied" if row is not None or fact.place in gone else "held"
        if fact.present and row is None:
            state = "lost"
        for one in fact.ones:
            tally.tell(one, state, "the words are no mention any more" if state == "lost" else "")
    # A decided mention displaces all rows that overlap it: the table allows one mention per place.
    kept = {
        place: row
        for place, row in before.items()
        if place not in gone and place not in made and not _overlaps(place, made)
    }
    linked = _link(rows, [*kept.values(), *made.values()])
    moved = {row.mention_id: _successor(row, linked) for place, row in before.items() if place not in kept}
    new = tuple(row for row in linked if (row.start, row.end) in made)
    if moved or new:
        rows.put("mentions", linked)
    was = {row.mention_id: row.entity_id for row in before.values() if row.mention_id in moved}
    return Changes(moved, was, new)


def _overlaps(place: Place, made: Mapping[Place, MentionRow]) -> bool:
    return any(start < place[1] and place[0] < end for start, end in made)


def _successor(row: MentionRow, linked: Sequence[MentionRow]) -> MentionRow | None:
    """Return the row that replaced another one: on the same words, or on some of them."""
    near = [other for other in linked if other.start < row.end and row.start < other.end]
    if len(near) == 1:
        return near[0]
    return None


def _decided_row(rows: Rows, fact: Fact, row: MentionRow | None) -> MentionRow | None:
    label = fact.label or (row.label if row else fact.fallback)
    if label is None or (row is None and not (fact.made and label in ENTITIES)):
        return None
    decided: dict[str, Any] = {**decided_columns(MentionRow), "rule_id": fact.ones[0].decision.id}
    if label not in NAMED:  # only names have an identity
        decided |= {"identity": None, "identity_reason": None}
    if row is None:
        start, end = fact.place
        section = rows.section_of(start, end)
        row = make_row(
            MentionRow,
            mention_id=f"{rows.doc_id}#m{start}",
            doc_id=rows.doc_id,
            section_id=section.section_id if section else "",
            start=start,
            end=end,
            text=rows.text[start:end],
            label=label,
            near_mask=_near_mask(rows, start, end),
        )
    entity = fact.entity or (row.entity_id if _same_kind(row.label, label) else "")
    office, status = _office(row, label, fact.office)
    return replace(row, label=label, entity_id=entity, office_id=office, office_status=status, **decided)


def _near_mask(rows: Rows, start: int, end: int) -> bool:
    """Return whether only white space and punctuation of the same line lie between a span and masked text."""
    before = max((gap[1] for gap in rows.gaps if gap[1] <= start), default=None)
    if before is not None and not _holds_words(rows.text[before:start]):
        return True
    after = min((gap[0] for gap in rows.gaps if gap[0] >= end), default=None)
    return after is not None and not _holds_words(rows.text[end:after])


def _holds_words(text: str) -> bool:
    return any(c.isalnum() or c == "\n" for c in text)


def _office(row: MentionRow, label: str, office: str | None) -> tuple[str | None, str | None]:
    if label not in ("MINISTER", "OFFICE"):
        return None, None
    if office is not None:
        if label == "MINISTER":
            return office, "held"
        return office, None
    if row.label == label:
        return row.office_id, row.office_status
    return None, "unresolved"


def _same_kind(one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in GROUPS)


def _link(rows: Rows, mentions: Sequence[MentionRow]) -> list[MentionRow]:
    """Return the mentions in order, and link those without an entity like any other mention."""
    ordered = sorted(mentions, key=lambda row: row.start)
    if all(row.entity_id for row in ordered):
        return ordered
    annotated = Annotated(
        document=rows.document,
        sections=tuple(rows.sections),
        mentions=tuple(ordered),
        dates=(),
        claims=(),
        claim_mentions=(),
    )
    linked = link_mentions(annotated, rows.facts, rows.gaps).mentions
    # Linking gives the id by the document alone; the corpus may know the entity under another id.
    corpus = {row.local_id: row.entity_id for row in rows.appearances}
    result: list[MentionRow] = []
    for old, new in zip(ordered, linked, strict=True):
        if not old.entity_id:
            old = replace(old, entity_id=corpus.get(new.entity_id, new.entity_id))
        result.append(old)
    return result
