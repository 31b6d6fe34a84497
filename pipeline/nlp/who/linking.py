"""The rows of a document with the ids of its entities, and a row for each thing that appears in it.

The ids are those that the document alone gives, so that they do not depend on others (`local_id`). What they become in the
corpus is decided by `pipeline.nlp.who.corpus`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from operator import attrgetter

from pipeline.nlp.who.body import MARK, OPEN, Named
from pipeline.nlp.who.document import Seen, Who, find_who
from pipeline.nlp.who.facts import NO_FACTS, Facts
from pipeline.nlp.who.local_ids import Cell, person_local_id
from pipeline.nlp.who.people import Link, Person
from pipeline.nlp.who.words import PAST
from pipeline.rules.names import slug
from pipeline.tables.chunks import Annotated
from pipeline.tables.labels import NAMED, PEOPLE
from pipeline.tables.schema import AppearanceRow, ClaimRow, MentionRow
from pipeline.text.document import HEADLINES
from pipeline.text.masking import with_asterisks

_COLUMNS = tuple(item.name for item in fields(MentionRow))
_values = attrgetter(*_COLUMNS)
_ENTITY, _OFFICE, _IDENTITY, _REASON = map(
    _COLUMNS.index, ("entity_id", "office_id", "identity", "identity_reason")
)
"""A row of a mention is made again for its id: `dataclasses.replace` costs as much as all that decides the id."""
_CLAIM_COLUMNS = tuple(item.name for item in fields(ClaimRow))
_claim_values = attrgetter(*_CLAIM_COLUMNS)
_SOURCE = _CLAIM_COLUMNS.index("source_entity_id")
_SURE = ("certain", "likely", "open")


def link_mentions(annotated: Annotated, facts: Facts = NO_FACTS) -> Annotated:
    """Link the rows of a document whose mentions have no ids but those of the rule data."""
    headlines = {section.section_id for section in annotated.sections if section.kind in HEADLINES}
    seen = [
        Seen(m.start, m.end, m.label, m.entity_id, m.rule_id or "", m.office_id, m.section_id in headlines)
        for m in annotated.mentions
    ]
    published = annotated.document.published
    who = find_who(annotated.document.text, seen, published.date() if published else None, facts)
    return link_rows(annotated, who, facts)


def link_rows(annotated: Annotated, who: Who, facts: Facts) -> Annotated:
    """Give every mention its entity id and the reason, every claim the id of its source's, and list who appears.

    Args:
        annotated: The rows of a document; of a claim's source the id of the mention is given.
        who: Who and what the mentions are.
        facts: Of the rule data.
    """
    doc = document_mark(annotated.document.doc_id)
    ids = [person_local_id(person, who.country, doc, facts.rows) for person in who.persons]
    ids = _told_apart(ids, doc, facts)
    named = [
        _named(own, who.persons, ids) if isinstance(own, Link) else _in_document(own, doc)
        for own in who.meant
    ]
    linked = tuple(map(_linked, annotated.mentions, named))
    entities = {mention.mention_id: mention.entity_id for mention in linked}
    offices = {mention.entity_id for mention in linked if mention.label == "OFFICE"}
    claims = _with_speakers(annotated.claims, entities, _holders(linked), offices)
    appearances = _appearances(linked, dict(zip(ids, who.persons, strict=True)), who.country)
    return replace(annotated, mentions=linked, claims=tuple(claims), appearances=tuple(appearances))


def _in_document(thing: Named, doc: str) -> Named:
    """Return the id of a thing, with the document in it if nobody else knows the thing."""
    return replace(thing, entity=thing.entity + doc) if thing.entity.endswith((MARK, OPEN)) else thing


def _with_speakers(
    claims: Iterable[ClaimRow], ids: Mapping[str, str], holders: Mapping[str, str], offices: Collection[str]
) -> list[ClaimRow]:
    """The claims with the entity of their source, which so far is the id of its mention; of an office, its one holder in the document."""
    found = []
    for claim in claims:
        if claim.source_entity_id is not None:
            entity = ids.get(claim.source_entity_id)
            speaker = None if _is_former(claim, entity, offices) else holders.get(entity or "", entity)
            values = list(_claim_values(claim))
            values[_SOURCE] = speaker
            claim = ClaimRow(*values)
        found.append(claim)
    return found


def _holders(mentions: Iterable[MentionRow]) -> Mapping[str, str]:
    """Office to the one person of the document who holds it."""
    found: dict[str, set[str]] = {}
    for mention in mentions:
        if mention.label in PEOPLE and mention.office_id:
            found.setdefault(mention.office_id, set()).add(mention.entity_id)
    return {office: next(iter(persons)) for office, persons in found.items() if len(persons) == 1}


def _is_former(claim: ClaimRow, entity: str | None, offices: Collection[str]) -> bool:
    """Return whether the source is somebody without a name who held an office once: `the former defense secretary`."""
    return entity in offices and not PAST.isdisjoint(re.split(r"\W", (claim.source_text or "").lower()))


def document_mark(doc_id: str) -> str:
    """Return what stands for a document in an id: its own id as a slug; two documents never share one."""
    form = slug(doc_id)
    return form if form == doc_id else f"{form}-{hashlib.sha256(doc_id.encode()).hexdigest()[:6]}"


def _linked(mention: MentionRow, named: Named) -> MentionRow:
    known = mention.label in NAMED
    office = mention.office_id
    if mention.label == "OFFICE" and office:
        office = None if named.identity == "open" else named.entity
    values = list(_values(mention))
    values[_OFFICE], values[_ENTITY] = office, named.entity
    values[_IDENTITY] = named.identity if known else None
    values[_REASON] = named.reason if known else None
    return MentionRow(*values)


def _told_apart(ids: Iterable[str], doc: str, facts: Facts) -> list[str]:
    """The ids of the persons of a document; of two with one id that is no list's, or that the corpus would take for one, the second has another."""
    taken = _Taken()
    numbers: Counter[str] = Counter()
    found: list[str] = []
    for own in ids:
        other = own
        if own not in facts.rows and ":" not in own:
            base = own.partition("-in-")[0].partition(MARK)[0]
            while taken.has(other):
                numbers[base] += 1
                other = f"{base}-in-{doc}.{numbers[base] + 1}"
        taken.add(other)
        found.append(other)
    return found


class _Taken:
    """The ids of a document that are taken."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._cells: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, own: str) -> None:
        """Take an id."""
        base, _, cell = own.partition(MARK)
        self._ids.add(own)
        self._cells[base].add(cell)

    def has(self, own: str) -> bool:
        """Return whether an id is taken, or the name of one that what the text says does not tell from it."""
        base, mark, cell = own.partition(MARK)
        if own in self._ids or not mark:
            return own in self._ids
        return any(not Cell.read(cell).contradicts(Cell.read(other)) for other in self._cells[base])


def _named(link: Link, persons: Sequence[Person], ids: Sequence[str]) -> Named:
    local = ids[link.person]
    if "-in-" in local and not persons[link.person].is_open:
        return Named(local, "open", "common-name")
    return Named(local, link.identity, link.reason)


def _appearances(
    mentions: Sequence[MentionRow], people: Mapping[str, Person], country: str | None
) -> Iterable[AppearanceRow]:
    groups: dict[str, list[MentionRow]] = {}
    for mention in mentions:
        if mention.label in NAMED:
            groups.setdefault(mention.entity_id, []).append(mention)
    for local_id, own in groups.items():
        surest = min(own, key=lambda m: _SURE.index(m.identity or "open")) if len(own) > 1 else own[0]
        person = people.get(local_id)
        forms = sorted({" ".join(text.split()) for text in {mention.text for mention in own}})
        yield AppearanceRow(
            appearance_id=f"{own[0].doc_id}#a{own[0].start}",
            doc_id=own[0].doc_id,
            entity_id=local_id,
            local_id=local_id,
            label=_most([mention.label for mention in own]) or own[0].label,
            name=max(forms, key=len),  # the first of several, as they are sorted
            forms=forms,
            n_mentions=sum(mention.counted for mention in own),
            office_id=_most([m.office_id for m in own if m.office_id]),
            role=person.roles[0][:120] if person and person.roles else None,
            gender=person.gender if person else None,
            country=country,
            identity=surest.identity or "open",
            identity_reason=surest.identity_reason or "same-name",
            considered=[],
        )


def _most(values: Sequence[str]) -> str | None:
    """Return the most frequent value, of equally frequent ones the least; mostly there is just one."""
    different = set(values)
    if len(different) < 2:
        return next(iter(different), None)
    return max(sorted(different), key=values.count)
