"""The attributes that documents give the bearers of a full name, and which contradict: two persons, not one."""

from __future__ import annotations

from dataclasses import dataclass

from policy_news.core.single import only
from policy_news.nlp.who.people import Person
from policy_news.nlp.who.words import OTHER_LINES, line_of_work, usual_title

SERVING = frozenset({"staff"})
"""Work for somebody else, which tells nothing of one's own: a priest or a general may speak for another."""
_PUBLIC = dict.fromkeys(("state", "politics", "law", "force"), "public")
"""Lines of work between which people of the news move."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a document says of the bearer of a full name; attributes that contradict each other are of two persons.

    Attributes:
        gender: By honorific or kin, or empty.
        initial: Of the middle name, or empty.
        country: Of the person's people, else of the document; or empty.
    """

    gender: str = ""
    initial: str = ""
    country: str = ""
    lines: frozenset[str] = frozenset()

    @classmethod
    def of(cls, person: Person, country: str | None) -> Attributes:
        """Return the attributes of a person."""
        initials = {name.middle[0][:1] for name in person.names if name.middle}
        lines = {line_of_work(title) for title in person.titles if usual_title(title)} - SERVING
        own = (only(person.countries) or country or "").lower()
        return cls(only(person.genders) or "", only(initials) or "", own.partition("-")[0], frozenset(lines))

    def written(self) -> str:
        """Write them in the form that ids have."""
        parts = (self.gender, self.initial, self.country, "+".join(sorted(self.lines)))
        if not any(parts):
            return ""
        return ".".join(parts)

    @classmethod
    def read(cls, text: str) -> Attributes:
        """Read them back from an id."""
        if not text:
            return cls()
        gender, initial, country, lines = text.split(".")
        return cls(gender, initial, country, frozenset(filter(None, lines.split("+"))))

    def contradicts(self, other: Attributes) -> bool:
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

    def is_other_than(self, other: Attributes) -> bool:
        """Return whether two bearers of a name that many have differ in anything: by gender or initial, or in their work."""
        own, others = self.public_lines, other.public_lines
        apart = own and others and own.isdisjoint(others)
        return self._is_other_by_name(other) or bool(apart)

    @property
    def public_lines(self) -> frozenset[str]:
        """The lines of work, those of public life as one."""
        return frozenset(_PUBLIC.get(line, line) for line in self.lines)

    def _is_other_by_name(self, other: Attributes) -> bool:
        pairs = ((self.gender, other.gender), (self.initial, other.initial))
        return any(one and another and one != another for one, another in pairs)
