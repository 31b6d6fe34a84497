"""Applies decisions to the mentions of one document.

Each decision says something about cells of the table: whether these words are a mention, its label, its entity, its office. Of what
is said about one cell the latest stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from policy_news.core.grouping import grouped
from policy_news.decisions.anchor import LostError, Place, find_quote
from policy_news.decisions.decision_format import EntitySplit, MentionDecision
from policy_news.decisions.decisions_file import Numbered
from policy_news.decisions.rows import Rows, decided_columns, make_row
from policy_news.decisions.told import PRESENT, OutcomeTally, State, moment
from policy_news.nlp.who.linking import link_mentions
from policy_news.tables.chunks import Annotated
from policy_news.tables.labels import ENTITIES, NAMED, ORGANISED, PEOPLE, PLACES
from policy_news.tables.schema import MentionRow

GROUPS = (PEOPLE, ORGANISED, PLACES)
"""Labels that name the same kind of thing: a change within a group keeps the entity."""
Said = dict[str, list[tuple[Any, Numbered]]]
"""What decisions say about one place of the text, by column."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What stands of all that was said about one place."""

    values: Mapping[str, Any]
    ones: Sequence[Numbered]

    @property
    def present(self) -> bool:
        """Whether the words are a mention."""
        return bool(self.values.get(PRESENT, True))


def apply_mentions(rows: Rows, ones: Sequence[Numbered], tally: OutcomeTally) -> bool:
    """Apply decisions to the mentions of a document, and return whether anything changed."""
    wanted = {place: _Wanted(*tally.settle(said)) for place, said in _gather(rows, ones, tally).items()}
    before = {(row.start, row.end): row for row in rows.mentions}
    gone = before.keys() & {place for place, own in wanted.items() if not own.present}
    made = _make_rows(rows, wanted, before, tally)
    for place, own in wanted.items():
        tally.tell_each(own.ones, "applied" if place in made or place in gone else "held")
    if made or gone:
        # A decided mention displaces all rows that overlap it: the table allows one mention per place.
        kept = [row for place, row in before.items() if place not in gone and not _overlapping(place, made)]
        rows.put("mentions", _link(rows, [*kept, *made.values()]))
    return bool(made or gone)


def _gather(rows: Rows, ones: Sequence[Numbered], tally: OutcomeTally) -> dict[Place, Said]:
    """Collect what decisions say about each place; record those whose place is lost."""
    said: list[tuple[Place, str, Any, Numbered]] = []
    for one in ones:
        if isinstance(one.decision, EntitySplit):
            tally.tell(one, "held")  # unless there is a mention of its entity
        with tally.losing(one):
            said += [(*own, one) for own in [*_say(rows, one)]]  # if one place is lost, nothing is said
    moves = grouped((place, (value, one)) for place, column, value, one in said if column == "to")
    # Of two moves of one mention only the later says anything.
    beaten = {one.decision.id for own in moves.values() for _, one in own}
    beaten -= {one.decision.id for own in moves.values() for _, one in tally.keep_latest(own)}
    places: defaultdict[Place, Said] = defaultdict(lambda: defaultdict(list))
    for place, column, value, one in said:
        if one.decision.id not in beaten and column != "to":
            places[place][column].append((value, one))
    return dict(places)


def _say(rows: Rows, one: Numbered) -> Iterator[tuple[Place, str, Any]]:
    """Yield what a decision says: place, column, value."""
    decision = one.decision
    if isinstance(decision, EntitySplit):  # of all mentions in the document
        for row in rows.mentions:
            if row.entity_id == decision.entity.id:
                yield (row.start, row.end), "entity", decision.into
        return
    assert isinstance(decision, MentionDecision)
    same = rows.sha256 == decision.doc.sha256
    place = find_quote(rows.text, decision.target, same=same)
    if decision.do == "mention.reject":
        yield place, PRESENT, False
        return
    if decision.do == "mention.move" and decision.to is not None:
        to = find_quote(rows.text, decision.to, same=same)
        yield place, "to", to
        yield place, PRESENT, False
        place = to
    _check_place(rows, place)
    yield place, PRESENT, True
    if decision.do == "mention.assign":
        # Its label only counts if the mention has to be made.
        yield place, "made", decision.label
    elif decision.label not in ENTITIES:
        raise LostError(f"there is no label {decision.label}")
    else:
        yield place, "label", decision.label
    given = {"entity": decision.entity, "office": decision.office}
    for column, value in given.items():
        if value is not None:
            yield place, column, value


def _check_place(rows: Rows, place: Place) -> None:
    """Refuse a place where a mention cannot be."""
    words = rows.text[slice(*place)]
    if words != words.strip():
        raise LostError("the words begin or end with white space")
    if rows.section_of(*place) is None:
        raise LostError("the words are not within one section")
    if any(start < place[1] and place[0] < end for start, end in rows.gaps):
        raise LostError("the words contain masked text")


def _make_rows(
    rows: Rows, wanted: Mapping[Place, _Wanted], before: Mapping[Place, MentionRow], tally: OutcomeTally
) -> dict[Place, MentionRow]:
    """Return the decided mentions; of two that overlap, the one that was decided later."""
    made: dict[Place, MentionRow] = {}
    present = [(place, own) for place, own in wanted.items() if own.present and own.ones]
    for place, own in sorted(present, key=lambda item: moment(item[1].ones[0]), reverse=True):
        row, other = _decided_row(rows, place, own, before.get(place)), _overlapping(place, made)
        if row is None:
            state: State = "lost"
            note = "the words are no mention any more"
        elif other is not None:
            state, note = "replaced", f"line {wanted[other].ones[0].line} has a mention that overlaps it"
        else:
            made[place] = row
            continue
        tally.tell_each(own.ones, state, note)
    return made


def _overlapping(place: Place, made: Mapping[Place, MentionRow]) -> Place | None:
    return next((two for two in made if two[0] < place[1] and place[0] < two[1]), None)


def _decided_row(rows: Rows, place: Place, wanted: _Wanted, row: MentionRow | None) -> MentionRow | None:
    values = wanted.values
    label = values.get("label") or (row.label if row else values.get("made"))
    if label is None or (row is None and label not in ENTITIES):
        return None
    decided: dict[str, Any] = {**decided_columns(MentionRow), "rule_id": wanted.ones[0].decision.id}
    if label not in NAMED:  # only names have an identity
        decided |= {"identity": None, "identity_reason": None}
    if row is None:
        row = _new_row(rows, place, label)
    entity = values.get("entity") or (row.entity_id if _same_kind(row.label, label) else "")
    office, status = _office(row, label, values.get("office"))
    return replace(row, label=label, entity_id=entity, office_id=office, office_status=status, **decided)


def _new_row(rows: Rows, place: Place, label: str) -> MentionRow:
    start, end = place
    section = rows.section_of(start, end)
    return make_row(
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
        return office, "held" if label == "MINISTER" else None
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
    ids = [corpus.get(new.entity_id, new.entity_id) for new in linked]
    return [
        old if old.entity_id else replace(old, entity_id=own) for old, own in zip(ordered, ids, strict=True)
    ]
