"""Who and what the mentions of a document are: its persons, with what the text says of them; its bodies, places and offices by id.

Found once for each document, after its mentions are decided. Claims, rows and tables read the result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from policy_news.nlp.extensions import WhoData, find_sections
from policy_news.nlp.tokens import Tokens
from policy_news.nlp.who.bodies import clear_country, count_countries, name_bodies
from policy_news.nlp.who.evidence import PersonMention, read_person_mention
from policy_news.nlp.who.facts import NO_FACTS, Facts
from policy_news.nlp.who.member_links import find_members
from policy_news.nlp.who.name_ids import NameLink, NameMention
from policy_news.nlp.who.owners import people_before
from policy_news.nlp.who.people import Person, PersonLink, group_people
from policy_news.nlp.who.person_names import PersonName
from policy_news.nlp.who.words import became
from policy_news.rules.name_forms import slug
from policy_news.tables.chunks import Annotated
from policy_news.tables.labels import PEOPLE
from policy_news.text.document import HEADLINES
from policy_news.text.masking import starred, with_asterisks

if TYPE_CHECKING:
    from spacy.tokens import Doc

MASK = "*"
"""What stands for a masked run in the text that is read here."""
_NOBODY = Person()
_FIELDS = tuple(field.name for field in fields(Person))
_parts = attrgetter(*(field.name for field in fields(PersonName)))


@dataclass(frozen=True, slots=True)
class Who:
    """Who and what the mentions of a document are.

    Attributes:
        meant: For each mention the person that it is of, or the id of something else.
        country: What the document is about, or None.
    """

    persons: Sequence[Person]
    meant: Sequence[PersonLink | NameLink]
    country: str | None

    def only(self, numbers: Iterable[int]) -> Who:
        """Return the same for some of the mentions."""
        return Who(self.persons, [self.meant[n] for n in numbers], self.country)

    def written(self) -> WhoData:
        """Return it as plain data."""
        return {
            "persons": [_plain(person) for person in self.persons],
            "meant": [
                [own.person if isinstance(own, PersonLink) else own.entity, own.identity, own.reason]
                for own in self.meant
            ],
            "country": self.country,
        }

    @classmethod
    def read(cls, data: WhoData) -> Who:
        """Return what `written` gave."""
        return cls(
            [_person(own) for own in data["persons"]],
            [PersonLink(*own) if isinstance(own[0], int) else NameLink(*own) for own in data["meant"]],
            data["country"],
        )


def _plain(person: Person) -> dict[str, Any]:
    """Return what is known of a person as plain data."""
    found: dict[str, Any] = {}
    for name in _FIELDS:
        value = getattr(person, name)
        if value != getattr(_NOBODY, name):
            found[name] = sorted(value) if isinstance(value, set) else value
    return found | {"names": list(map(_parts, person.names))}


def _person(data: dict[str, Any]) -> Person:
    """Return the person of `_plain`."""
    known: dict[str, Any] = {
        key: set(value) if isinstance(getattr(_NOBODY, key), set) else value for key, value in data.items()
    }
    known["names"] = [
        PersonName(honorific, tuple(words), given, tuple(middle), family, suffix)
        for honorific, words, given, middle, family, suffix in data["names"]
    ]
    return Person(**known)


def find_who(text: str, mentions: Sequence[NameMention], day: dt.date | None, facts: Facts) -> Who:
    """Find who and what the mentions of a document are.

    Args:
        text: The text, with `*` for what is masked.
        day: When the document was published, or None.
    """
    people, titles, others = list[NameMention](), list[NameMention](), list[NameMention]()
    for mention in mentions:
        kind = people if mention.label in PEOPLE else titles if mention.label == "OFFICE" else others
        kind.append(mention)
    bodies = [replace(body, entry=became(body.entry, day) or body.entry) for body in others]
    # Bodies and offices first say of which country the document is; persons and shared names are told apart by it.
    countries = count_countries(bodies, [mention.office for mention in mentions if mention.office], facts)
    country = clear_country(countries)
    things = name_bodies(text, bodies, countries, facts)
    person_mentions = list(_person_mentions(text, titles, people))
    persons, links = group_people(person_mentions)
    links = find_members(
        text, day, persons, links, person_mentions, country, [thing.entity for thing in things]
    )
    meant: dict[int, PersonLink | NameLink] = {title.start: _office(text, title, facts) for title in titles}
    meant |= {person.start: link for person, link in zip(people, links, strict=True)}
    meant |= {body.start: thing for body, thing in zip(bodies, things, strict=True)}
    return Who(persons, [meant[mention.start] for mention in mentions], country)


def who_of(doc: Doc, facts: Facts = NO_FACTS) -> Who:
    """Return who and what the mentions of a Doc are, as it says itself or as its text tells."""
    if doc._.who is not None:
        return Who.read(doc._.who)
    text = _text_of(doc)
    headlines = [span for span in find_sections(doc) if span.label_ in HEADLINES]
    opening = {i for span in headlines for i in range(span.start, span.end)}
    offices = doc._.mention_offices or {}
    mentions = []
    for ent in doc.ents:
        start, end, rule = ent.start_char, ent.end_char, ent.id_.partition(":")[2]
        office = offices.get(str(ent.start), (None, None))[0]
        own = text[start:end], ent.label_, ent.kb_id_, rule, office
        mentions.append(NameMention(start, end, *own, is_headline=ent.start in opening))
    day = dt.datetime.fromisoformat(doc._.published).date() if doc._.published else None
    return find_who(text, mentions, day, facts)


def who_in(annotated: Annotated, facts: Facts, gaps: Sequence[tuple[int, int]] = ()) -> Who:
    """Return who and what the mentions in the rows of a document are; they have no ids but those of the rule data."""
    titles = {section.section_id for section in annotated.sections if section.kind in HEADLINES}
    mentions = [
        NameMention(
            m.start, m.end, m.text, m.label, m.entity_id, m.rule_id or "", m.office_id, m.section_id in titles
        )
        for m in annotated.mentions
    ]
    published = annotated.document.published
    text = starred(annotated.document.text, gaps)
    return find_who(text, mentions, published.date() if published else None, facts)


def _text_of(doc: Doc) -> str:
    """Return the text of a Doc as the document has it: sections end with a line, masks are masks, headlines keep their capitals."""
    letters = list(with_asterisks(Tokens(doc).whole))
    for section in doc.spans.get("sections", ()):
        if section.start_char and letters[section.start_char - 1] == " ":
            letters[section.start_char - 1] = "\n"
    for gap in doc.spans.get("gaps", ()):
        letters[gap.start_char : gap.end_char] = MASK * (gap.end_char - gap.start_char)
    for i in doc._.lowered or ():
        letters[doc[i].idx] = letters[doc[i].idx].upper()
    return "".join(letters)


def _office(text: str, title: NameMention, facts: Facts) -> NameLink:
    """Return the office that a title stands for; open if nothing tells the country."""
    own = title.office
    country = people_before(text, title.start, facts)
    # Not the American one in `the French president`.
    if own and not (country and facts.country(own) not in (None, country)):
        return NameLink(own, "certain", "office")
    entity = f"office-{slug(title.text) or 'sign'}"
    return NameLink(entity if own else title.entry or entity, "open", "no-country")


def _person_mentions(
    text: str, titles: Iterable[NameMention], people: Iterable[NameMention]
) -> Iterator[PersonMention]:
    """Yield the mentions of persons with what stands around them."""
    offices = {title.end: (title.start, title.text) for title in titles}
    before = -1
    for person in people:
        yield read_person_mention(text, before, person, offices)
        before = person.end
