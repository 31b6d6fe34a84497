"""The ids that a document alone gives its persons, and what keeps two of one name apart in the corpus (`Cell`).

| id | who |
| --- | --- |
| that of a list | somebody whom the rule data or the user's lists know |
| `person-kay-oduya@f.gb` | somebody by full name, with what the document says: gender, middle initial, country, line of work |
| `person-john-smith-in-doc-7` | somebody whose full name many bear: of that document until something shows more |
| `person-oduya-in-doc-7` | a short name of nobody known |
"""

from __future__ import annotations

from collections.abc import Collection, Container
from dataclasses import dataclass

from pipeline.nlp.who.body import MARK
from pipeline.nlp.who.members import member_ids
from pipeline.nlp.who.names import PersonName
from pipeline.nlp.who.people import Person, short_form
from pipeline.nlp.who.words import OTHER_LINES, line_of_work, usual_title
from pipeline.rules.names import slug
from pipeline.rules.word_lists import is_shared_by_some


def person_local_id(person: Person, country: str | None, doc: str, listed: Container[str] = ()) -> str:
    """Return the id of a person in one document.

    Args:
        person: The person.
        country: What the document is about.
        doc: What stands for the document.
        listed: Ids of the rule data: nobody else may have one.
    """
    if person.entry:
        return person.entry
    if person.is_open:
        gender = ""
        if len(person.genders) == 1:
            gender = f"-{next(iter(person.genders))}"
        return f"person-{slug(short_form(person.names[0])) or 'sign'}{gender}-in-{doc}"
    name = min(person.names, key=lambda name: (len(name.words), -len(" ".join(name.words)), name.words))
    base = base_id(name)
    is_other = base in listed and base not in member_ids()  # of a member the name says as much as the id
    if person.is_namesake or is_other or (name.is_full and is_shared_by_some(name.given, name.family)):
        return f"{base}-in-{doc}"
    return in_cell(base, Cell.of(person, country).written())


def in_cell(base: str, cell: str) -> str:
    """Return the id of a name with what a document says of its bearer, if it says anything."""
    if not cell:
        return base
    return f"{base}{MARK}{cell}"


def base_id(name: PersonName) -> str:
    """Return the id by the name alone, without initials."""
    words = short_form(name)
    if name.is_full:
        whole = [word for word in name.words if len(word) > 1] or list(name.words)
        words = " ".join(filter(None, (*whole, name.suffix)))
    return f"person-{slug(words) or 'sign'}"


def _only(values: Collection[str]) -> str:
    """Return the one value; empty where there is none, or where several contradict each other."""
    if len(values) != 1:
        return ""
    return next(iter(values))


@dataclass(frozen=True, slots=True)
class Cell:
    """What a document says of the bearer of a full name; two cells that contradict each other are two persons.

    Attributes:
        gender: By honorific or kin, or empty.
        initial: Of the middle name, or empty.
        country: Of the person's people, else of the document; or empty.
        lines: Lines of work.
    """

    gender: str = ""
    initial: str = ""
    country: str = ""
    lines: frozenset[str] = frozenset()

    @classmethod
    def of(cls, person: Person, country: str | None) -> Cell:
        """Return what a document says of a person."""
        initials = {name.middle[0][:1] for name in person.names if name.middle}
        lines = {line_of_work(title) for title in person.titles if usual_title(title)} - SERVING
        own = (_only(person.countries) or country or "").lower()
        return cls(_only(person.genders), _only(initials), own.partition("-")[0], frozenset(lines))

    def written(self) -> str:
        """As it stands in an id."""
        parts = (self.gender, self.initial, self.country, "+".join(sorted(self.lines)))
        if not any(parts):
            return ""
        return ".".join(parts)

    @classmethod
    def read(cls, text: str) -> Cell:
        """Back from an id."""
        if not text:
            return cls()
        gender, initial, country, lines = text.split(".")
        return cls(gender, initial, country, frozenset(filter(None, lines.split("+"))))

    def contradicts(self, other: Cell) -> bool:
        """Return whether one person cannot be both: by gender or initial, or in another country in another line of work.

        Nobody plays for a club while in office, so there the country is nothing.
        """
        if self._is_other_by_name(other):
            return True
        if not self.lines or not other.lines or not self.lines.isdisjoint(other.lines):
            return False
        if (self.lines <= OTHER_LINES) != (other.lines <= OTHER_LINES):
            return True
        return bool(self.country and other.country and self.country != other.country)

    def is_other_than(self, other: Cell) -> bool:
        """Return whether two bearers of a name that many have differ in anything: by gender or initial, or in their work."""
        own, others = self.public_lines, other.public_lines
        apart = own and others and own.isdisjoint(others)
        return self._is_other_by_name(other) or bool(apart)

    @property
    def public_lines(self) -> frozenset[str]:
        """The lines of work, those of public life as one."""
        return frozenset(_PUBLIC.get(line, line) for line in self.lines)

    def _is_other_by_name(self, other: Cell) -> bool:
        pairs = ((self.gender, other.gender), (self.initial, other.initial))
        return any(one and another and one != another for one, another in pairs)


SERVING = frozenset({"staff"})
"""Work for somebody else, not a line of one's own: a priest or a general may speak for another."""
_PUBLIC = dict.fromkeys(("state", "politics", "law", "force"), "public")
"""Lines of work between which people of the news move."""
