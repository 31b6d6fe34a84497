"""Who and what the mentions of a document are: its persons, with what the text says of them; its bodies, places and offices by id.

Found once for each document, after its mentions are decided. Claims, rows and tables read the result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any

from spacy.tokens import Doc

from pipeline.nlp.extensions import WhoData, find_sections
from pipeline.nlp.who.bodies import clear_country, count_countries, name_bodies
from pipeline.nlp.who.body import Body, Named, group_of
from pipeline.nlp.who.evidence import Sighting, read_sighting
from pipeline.nlp.who.facts import NO_FACTS, Facts
from pipeline.nlp.who.member_links import find_members
from pipeline.nlp.who.names import PersonName
from pipeline.nlp.who.owners import people_before
from pipeline.nlp.who.people import Link, Person, group_people
from pipeline.nlp.who.words import became
from pipeline.rules.names import slug
from pipeline.tables.labels import PEOPLE
from pipeline.text.document import HEADLINES

MASK = "*"
"""What stands for a masked run in the text that is read here."""
_NOBODY = Person()


@dataclass(frozen=True, slots=True)
class Seen:
    """A mention.

    Attributes:
        start: First character.
        end: One past the last.
        label: Its label.
        entry: Id of the rule data or of the user's lists; or empty.
        rule: Id of the rule that found it, or empty.
        office: Office held on the day, or that a title stands for; or None.
        is_headline: It stands in a title or heading.
    """

    start: int
    end: int
    label: str
    entry: str
    rule: str
    office: str | None
    is_headline: bool


@dataclass(frozen=True, slots=True)
class Who:
    """Who and what the mentions of a document are.

    Attributes:
        persons: The persons.
        meant: For each mention the person that it is of, or the id of something else.
        country: What the document is about, or None.
    """

    persons: Sequence[Person]
    meant: Sequence[Link | Named]
    country: str | None

    def only(self, numbers: Iterable[int]) -> Who:
        """Return the same for some of the mentions."""
        return Who(self.persons, [self.meant[n] for n in numbers], self.country)

    def written(self) -> WhoData:
        """Return it as plain data."""
        return {
            "persons": [_plain(person) for person in self.persons],
            "meant": [list(astuple(own)) for own in self.meant],
            "country": self.country,
        }

    @classmethod
    def read(cls, data: WhoData) -> Who:
        """Return what `written` gave."""
        return cls(
            [_person(own) for own in data["persons"]],
            [Link(*own) if isinstance(own[0], int) else Named(*own) for own in data["meant"]],
            data["country"],
        )


def _plain(person: Person) -> dict[str, Any]:
    """Return what is known of a person as plain data."""
    found: dict[str, Any] = {}
    for field in fields(person):
        value = getattr(person, field.name)
        if value != getattr(_NOBODY, field.name):
            found[field.name] = sorted(value) if isinstance(value, set) else value
    return found | {"names": [astuple(name) for name in person.names]}


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


def find_who(text: str, seen: Sequence[Seen], day: dt.date | None, facts: Facts) -> Who:
    """Find who and what the mentions of a document are.

    Args:
        text: The text, with `*` for what is masked.
        seen: Its mentions in order.
        day: When the document was published, or None.
        facts: Of the rule data.
    """
    people = [mention for mention in seen if mention.label in PEOPLE]
    bodies = [_body(text, m, day) for m in seen if m.label not in PEOPLE and m.label != "OFFICE"]
    # Bodies and offices first say of which country the document is; persons and shared names are told apart by it.
    countries = count_countries(text, bodies, [mention.office for mention in seen if mention.office], facts)
    country = clear_country(countries)
    things = name_bodies(text, bodies, countries, facts)
    sightings = list(_sightings(text, seen, people))
    persons, links = group_people(sightings)
    links = find_members(text, day, persons, links, sightings, country, [thing.entity for thing in things])
    thing, link = iter(things), iter(links)
    meant: list[Link | Named] = []
    for mention in seen:
        if mention.label == "OFFICE":
            meant.append(_office(text, mention, facts))
        else:
            meant.append(next(link) if mention.label in PEOPLE else next(thing))
    return Who(persons, meant, country)


def who_of(doc: Doc, facts: Facts = NO_FACTS) -> Who:
    """Return who and what the mentions of a Doc are, as it says itself or as its text tells.

    Args:
        doc: The Doc, with mentions.
        facts: Of the rule data.
    """
    if doc._.who is not None:
        return Who.read(doc._.who)
    headlines = [span for span in find_sections(doc) if span.label_ in HEADLINES]
    opening = {i for span in headlines for i in range(span.start, span.end)}
    offices = doc._.mention_offices or {}
    seen = [
        Seen(
            ent.start_char,
            ent.end_char,
            ent.label_,
            ent.kb_id_,
            ent.id_.partition(":")[2],
            offices.get(str(ent.start), (None, None))[0],
            ent.start in opening,
        )
        for ent in doc.ents
    ]
    day = dt.datetime.fromisoformat(doc._.published).date() if doc._.published else None
    return find_who(_text_of(doc), seen, day, facts)


def _text_of(doc: Doc) -> str:
    """Return the text of a Doc as the document has it: sections end with a line, masks are masks, headlines keep their capitals."""
    letters = list(doc.text)
    for section in doc.spans.get("sections", ()):
        if section.start_char and letters[section.start_char - 1] == " ":
            letters[section.start_char - 1] = "\n"
    for gap in doc.spans.get("gaps", ()):
        letters[gap.start_char : gap.end_char] = MASK * (gap.end_char - gap.start_char)
    for i in doc._.lowered or ():
        letters[doc[i].idx] = letters[doc[i].idx].upper()
    return "".join(letters)


def _body(text: str, mention: Seen, day: dt.date | None) -> Body:
    """Return a mention of an organisation or a place under the id that it has on the day."""
    return Body(
        mention.start,
        mention.end,
        text[mention.start : mention.end],
        mention.label,
        group_of(mention.label),
        became(mention.entry, day) or mention.entry,
        mention.is_headline,
    )


def _office(text: str, mention: Seen, facts: Facts) -> Named:
    """Return the office that a title stands for; open if nothing tells the country."""
    own = mention.office
    country = people_before(text, mention.start, facts)
    # Not the American one in `the French president`.
    if own and not (country and facts.country(own) not in (None, country)):
        return Named(own, "certain", "office")
    title = f"office-{slug(text[mention.start : mention.end]) or 'sign'}"
    return Named(title if own else mention.entry or title, "open", "no-country")


def _sightings(text: str, seen: Iterable[Seen], people: Iterable[Seen]) -> Iterator[Sighting]:
    """Yield the mentions of persons with what stands around them."""
    titles = {m.end: (m.start, text[m.start : m.end]) for m in seen if m.label == "OFFICE"}
    before = -1
    for mention in people:
        yield read_sighting(
            text,
            before,
            mention.start,
            mention.end,
            titles,
            entry=mention.entry,
            # Carried over from another mention of the document.
            is_spread=mention.rule.startswith("document."),
            is_headline=mention.is_headline,
            office=mention.office,
        )
        before = mention.end
