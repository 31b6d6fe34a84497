"""The entities of one document: ids for its mentions with the reason, and a row for each thing that appears in it.

The ids are those that the document alone gives, so that they do not depend on others (`local_id`). What they become in the
corpus is decided by `pipeline.nlp.who.corpus`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter

from pipeline.nlp.who.bodies import MARK, clear_country, count_countries, name_bodies
from pipeline.nlp.who.body import Body, Named, group_of
from pipeline.nlp.who.evidence import Sighting, read_sighting
from pipeline.nlp.who.facts import NO_FACTS, Facts
from pipeline.nlp.who.local_ids import Cell, person_local_id
from pipeline.nlp.who.member_links import find_members
from pipeline.nlp.who.owners import people_before
from pipeline.nlp.who.people import Link, Person, group_people
from pipeline.nlp.who.words import PAST, became
from pipeline.rules.names import slug
from pipeline.tables.chunks import Annotated
from pipeline.tables.labels import NAMED, PEOPLE
from pipeline.tables.schema import AppearanceRow, ClaimRow, MentionRow
from pipeline.text.document import HEADLINES
from pipeline.text.masking import with_asterisks

SPREAD = "document."
"""What begins the rule ids of mentions whose entity was carried over from another mention of the document."""
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
    """Give every mention its entity id and the reason, every claim the id of its source's, and list who appears."""
    text, mentions = with_asterisks(annotated.document.text), annotated.mentions
    doc = document_mark(annotated.document.doc_id)
    bodies = [mention for mention in mentions if mention.label not in PEOPLE and mention.label != "OFFICE"]
    read = _read_bodies(annotated, bodies)
    # Bodies and offices first say of which country the document is; persons and shared names are told apart by it.
    countries = count_countries(text, read, [m.office_id for m in mentions if m.office_id], facts)
    named: dict[str, Named] = {}
    for mention, own in zip(bodies, name_bodies(text, read, countries, doc, facts), strict=True):
        named[mention.mention_id] = own
    people = _People.of(
        annotated, clear_country(countries), doc, facts, [own.entity for own in named.values()]
    )
    named |= people.named
    for mention in mentions:
        if mention.label == "OFFICE":
            named[mention.mention_id] = _office(mention, text, facts)
    linked = tuple(_linked(mention, named[mention.mention_id]) for mention in mentions)
    ids = {mention.mention_id: mention.entity_id for mention in linked}
    offices = {mention.entity_id for mention in linked if mention.label == "OFFICE"}
    claims = _with_speakers(annotated.claims, ids, _holders(linked), offices)
    appearances = _appearances(linked, people, clear_country(countries))
    return replace(annotated, mentions=linked, claims=tuple(claims), appearances=tuple(appearances))


def _read_bodies(annotated: Annotated, mentions: Iterable[MentionRow]) -> list[Body]:
    """Return mentions of organisations and places as identity asks for them, each under the id that it has on the day."""
    day = annotated.document.published.date() if annotated.document.published else None
    headlines = _headline_ids(annotated)
    return [
        Body(
            m.start,
            m.end,
            m.text,
            m.label,
            group_of(m.label),
            became(m.entity_id, day) or m.entity_id,
            m.section_id in headlines,
        )
        for m in mentions
    ]


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


def _office(mention: MentionRow, text: str, facts: Facts) -> Named:
    """Return who a title is: the office that it stands for, open if nothing tells the country."""
    own = mention.office_id
    country = people_before(text, mention.start, facts)
    # Not the American one in `the French president`.
    if own and not (country and facts.country(own) not in (None, country)):
        return Named(own, "certain", "office")
    title = f"office-{slug(mention.text) or 'sign'}"
    return Named(title if mention.office_id else mention.entity_id or title, "open", "no-country")


@dataclass(frozen=True, slots=True)
class _People:
    """The persons of a document, by the ids of their mentions."""

    named: Mapping[str, Named]
    by_local_id: Mapping[str, Person]

    @classmethod
    def of(
        cls, annotated: Annotated, country: str | None, doc: str, facts: Facts, bodies: Iterable[str]
    ) -> _People:
        rows = [mention for mention in annotated.mentions if mention.label in PEOPLE]
        sightings = _sightings(annotated, rows)
        persons, links = group_people(sightings)
        links = find_members(annotated.document, persons, links, sightings, country, bodies)
        ids = _told_apart(
            [person_local_id(person, country, doc, facts.rows) for person in persons], doc, facts
        )
        return cls(
            {row.mention_id: _named(link, persons, ids) for row, link in zip(rows, links, strict=True)},
            dict(zip(ids, persons, strict=True)),
        )


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


def _headline_ids(annotated: Annotated) -> set[str]:
    """Return the ids of titles and headings."""
    return {section.section_id for section in annotated.sections if section.kind in HEADLINES}


def _sightings(annotated: Annotated, rows: Iterable[MentionRow]) -> list[Sighting]:
    text = with_asterisks(annotated.document.text)
    headlines = _headline_ids(annotated)
    offices = {m.end: (m.start, m.text) for m in annotated.mentions if m.label == "OFFICE"}
    rows = list(rows)
    ends = [-1, *(row.end for row in rows)]
    return [
        read_sighting(
            text,
            end,
            row.start,
            row.end,
            offices,
            entry=row.entity_id,
            is_spread=(row.rule_id or "").startswith(SPREAD),
            is_headline=row.section_id in headlines,
            office=row.office_id,
        )
        for row, end in zip(rows, ends, strict=False)
    ]


def _appearances(
    mentions: Sequence[MentionRow], people: _People, country: str | None
) -> Iterable[AppearanceRow]:
    groups: dict[str, list[MentionRow]] = {}
    for mention in mentions:
        if mention.label in NAMED:
            groups.setdefault(mention.entity_id, []).append(mention)
    for local_id, own in groups.items():
        surest = min(own, key=lambda m: _SURE.index(m.identity or "open")) if len(own) > 1 else own[0]
        person = people.by_local_id.get(local_id)
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
