"""The rows of a document with the ids of its entities, and a row for each thing that appears in it.

The ids are those that the document alone gives, so that they do not depend on others (`local_id`). What they become in the
corpus is decided by `policy_news.nlp.who.cross_document`.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from operator import attrgetter

from policy_news.core.grouping import grouped
from policy_news.nlp.who.contradictions import Attributes
from policy_news.nlp.who.facts import NO_FACTS, Facts
from policy_news.nlp.who.local_ids import person_local_id
from policy_news.nlp.who.name_ids import MARK, OPEN, NameLink
from policy_news.nlp.who.people import Person, PersonLink
from policy_news.nlp.who.within_document import Who, who_in
from policy_news.rules.name_forms import slug
from policy_news.tables.chunks import Annotated
from policy_news.tables.labels import NAMED
from policy_news.tables.schema import AppearanceRow, MentionRow

_COLUMNS = tuple(item.name for item in fields(MentionRow))
_values = attrgetter(*_COLUMNS)
_ENTITY, _OFFICE, _IDENTITY, _REASON = map(
    _COLUMNS.index, ("entity_id", "office_id", "identity", "identity_reason")
)
"""A row of a mention is made again for its id: `dataclasses.replace` costs as much as all that decides the id."""
_SURE = ("certain", "likely", "open")


def link_mentions(
    annotated: Annotated, facts: Facts = NO_FACTS, gaps: Sequence[tuple[int, int]] = ()
) -> Annotated:
    """Link the rows of a document whose mentions have no ids but those of the rule data; `gaps` are the masked spans of its text."""
    doc_id = annotated.document.doc_id
    mentions, appearances = link_rows(doc_id, annotated.mentions, who_in(annotated, facts, gaps), facts)
    return replace(annotated, mentions=mentions, appearances=appearances)


def link_rows(
    doc_id: str, mentions: Sequence[MentionRow], who: Who, facts: Facts
) -> tuple[tuple[MentionRow, ...], tuple[AppearanceRow, ...]]:
    """Give every mention its entity id and the reason, and list who appears."""
    doc = document_mark(doc_id)
    ids = [person_local_id(person, who.country, doc, facts.rows) for person in who.persons]
    ids = _told_apart(ids, doc, facts)
    named = [
        _named(own, who.persons, ids) if isinstance(own, PersonLink) else _in_document(own, doc)
        for own in who.meant
    ]
    linked = tuple(map(_linked, mentions, named))
    persons = dict(zip(ids, who.persons, strict=True))
    return linked, tuple(_appearances(linked, persons, who.country))


def _in_document(thing: NameLink, doc: str) -> NameLink:
    """Return the id of a thing, with the document in it if nobody else knows the thing."""
    return replace(thing, entity=thing.entity + doc) if thing.entity.endswith((MARK, OPEN)) else thing


def document_mark(doc_id: str) -> str:
    """Return what stands for a document in an id: its own id as a slug; two documents never share one."""
    form = slug(doc_id)
    return form if form == doc_id else f"{form}-{hashlib.sha256(doc_id.encode()).hexdigest()[:6]}"


def _linked(mention: MentionRow, named: NameLink) -> MentionRow:
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
    """Return the ids of the persons of a document; a second person with one unlisted id gets another one."""
    taken: defaultdict[str, list[str]] = defaultdict(list)
    numbers: Counter[str] = Counter()
    found: list[str] = []
    for own in ids:
        other = own
        if own not in facts.rows and ":" not in own:
            base = own.partition(OPEN)[0].partition(MARK)[0]
            while _is_taken(other, taken):
                numbers[base] += 1
                other = f"{base}{OPEN}{doc}.{numbers[base] + 1}"
        name, _, attributes = other.partition(MARK)
        taken[name].append(attributes)
        found.append(other)
    return found


def _is_taken(own: str, taken: Mapping[str, Sequence[str]]) -> bool:
    """Return whether an id is taken, or the name of one that what the text says does not tell from it."""
    name, separator, attributes = own.partition(MARK)
    if not separator:
        return "" in taken.get(name, ())
    return any(
        not Attributes.read(attributes).contradicts(Attributes.read(other)) for other in taken.get(name, ())
    )


def _named(link: PersonLink, persons: Sequence[Person], ids: Sequence[str]) -> NameLink:
    local = ids[link.person]
    if OPEN in local and not persons[link.person].is_open:
        return NameLink(local, "open", "common-name")
    return NameLink(local, link.identity, link.reason)


def _appearances(
    mentions: Sequence[MentionRow], people: Mapping[str, Person], country: str | None
) -> Iterable[AppearanceRow]:
    named = [mention for mention in mentions if mention.label in NAMED]
    for local_id, own in grouped((mention.entity_id, mention) for mention in named).items():
        surest = min(own, key=lambda m: _SURE.index(m.identity or "open")) if len(own) > 1 else own[0]
        person = people.get(local_id)
        forms = sorted({" ".join(text.split()) for text in {mention.text for mention in own}})
        yield AppearanceRow(
            appearance_id=f"{own[0].doc_id}#a{own[0].start}",
            doc_id=own[0].doc_id,
            entity_id=local_id,
            local_id=local_id,
            label=_most([mention.label for mention in own]) or own[0].label,
            name=max(
                forms, key=lambda form: (len(form), not form.isupper())
            ),  # the first, as they are sorted
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
