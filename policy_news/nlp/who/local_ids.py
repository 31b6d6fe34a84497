"""The ids that a document alone gives its persons.

| id | who |
| --- | --- |
| that of a list | somebody whom the rule data or the user's lists know |
| `person-kay-oduya@f.gb` | somebody by full name, with what the document says: gender, middle initial, country, line of work |
| `person-john-smith-in-doc-7` | somebody whose full name many bear: of that document until something shows more |
| `person-oduya-in-doc-7` | a short name of nobody known |
"""

from __future__ import annotations

from collections.abc import Container

from policy_news.core.single import only
from policy_news.nlp.who.contradictions import Attributes
from policy_news.nlp.who.members import member_ids
from policy_news.nlp.who.name_ids import MARK
from policy_news.nlp.who.people import Person, short_form
from policy_news.nlp.who.person_names import PersonName
from policy_news.rules.name_forms import slug
from policy_news.rules.word_lists import is_shared_by_some


def person_local_id(person: Person, country: str | None, doc: str, listed: Container[str] = ()) -> str:
    """Return the id of a person in one document.

    Args:
        doc: What stands for the document.
        listed: Ids of the rule data: nobody else may have one.
    """
    if person.entry:
        return person.entry
    if person.is_open:
        known = only(person.genders)
        gender = f"-{known}" if known else ""
        return f"person-{slug(short_form(person.names[0])) or 'sign'}{gender}-in-{doc}"
    name = min(person.names, key=lambda name: (len(name.words), -len(" ".join(name.words)), name.words))
    base = base_id(name)
    is_other = base in listed and base not in member_ids()  # of a member the name says as much as the id
    if person.is_namesake or is_other or (name.is_full and is_shared_by_some(name.given, name.family)):
        return f"{base}-in-{doc}"
    return with_attributes(base, Attributes.of(person, country).written())


def with_attributes(base: str, attributes: str) -> str:
    """Return the id of a name with the attributes that a document gives its bearer, if any."""
    if not attributes:
        return base
    return f"{base}{MARK}{attributes}"


def base_id(name: PersonName) -> str:
    """Return the id by the name alone, without initials."""
    words = short_form(name)
    if name.is_full:
        whole = [word for word in name.words if len(word) > 1] or list(name.words)
        words = " ".join(filter(None, (*whole, name.suffix)))
    return f"person-{slug(words) or 'sign'}"
