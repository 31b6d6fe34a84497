"""Models of the rule files: terms, offices, persons."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from policy_news.core.messages import suggest
from policy_news.tables.labels import NO_NAME, TERM_LABELS

EntryId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]

WIKIDATA = re.compile(r"Q[1-9][0-9]*")
"""An id of Wikidata."""
WikidataId = Annotated[str, Field(pattern=f"^{WIKIDATA.pattern}$")]

Name = Annotated[str, Field(min_length=2, max_length=200)]


class Strict(BaseModel):
    """Base of all rule models: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class Dated(Strict):
    """Something that is valid for a time. Both ends are inclusive; null means open."""

    start: dt.date | None = Field(default=None, alias="from")
    end: dt.date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Dated:
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"ends ({self.end}) before it begins ({self.start})")
        return self

    def holds(self, day: dt.date) -> bool:
        """Return whether `day` lies in the term."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T.*)?)?)?")


def iso_day(text: str, *, last: bool = False) -> dt.date:
    """Read an ISO date; of a year or month alone, the first or the last day.

    Raises:
        ValueError: It is not a date.
    """
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is not a date")
    year, month = int(match[1]), int(match[2] or (12 if last else 1))
    return dt.date(year, month, int(match[3] or (calendar.monthrange(year, month)[1] if last else 1)))


Day = Literal["exact", "reshuffle"]
"""Meaning of the days of a row: the person's own, or those of the reshuffle or government, which may be a day or two off."""


class DataSource(Strict):
    """A source that the rows of a file refer to by a short key.

    Attributes:
        title: Its name, with the licence if the data belong to others.
        checked: The day that its data describe.
        day: Meaning of its days.
    """

    title: str
    checked: dt.date
    day: Day | None = None


class Sourced(Strict):
    """A file of facts.

    Attributes:
        source: Source of the rows that do not name one.
        known_to: The last day that the file claims to know. What is open then may have ended since.
        day: Meaning of the days of rows that do not name a source.
    """

    source: str | None = None
    sources: dict[str, DataSource] = Field(default_factory=dict)
    known_to: dt.date | None = None
    day: Day | None = None


class Term(Dated):
    """One real-world entity with the names that stand for it.

    Attributes:
        name: The best known name; the name of the entity in the tables.
        aliases: Other names; matched with exact case like `name`.
        acronyms: All-capital short forms; matched with exact case.
        any_case: Names that are also matched in any case (`foreign ministry`).
        shared: Names, mostly acronyms, that other terms have too, each of which must say so, or that are also words (`IS`).
        near: Lemmas in lower case; near them, a shared name means this entity.
        common: Whether the name is also an ordinary word or another name (`Next`, `Apple`) and so needs context.
        country: ISO 3166-1 alpha-2 code, `EU` or `INT`.
        parent: Id of the term it belongs to.
    """

    id: EntryId
    name: Name
    legal: tuple[Name, ...] = ()
    aliases: tuple[Name, ...] = ()
    acronyms: tuple[Annotated[str, Field(min_length=2, max_length=20)], ...] = ()
    any_case: tuple[Name, ...] = ()
    shared: tuple[Name, ...] = ()
    near: tuple[str, ...] = ()
    common: bool = False
    country: str | None = None
    sector: str | None = None
    parent: EntryId | None = None
    kb_id: WikidataId | None = None
    source: str | None = None

    def names(self) -> Iterator[str]:
        """Yield all names that are matched with exact case."""
        yield from (self.name, *self.legal, *self.aliases, *self.acronyms, *self.shared)


class TermFile(Sourced):
    """A file of terms of one label."""

    label: str
    terms: tuple[Term, ...]

    @field_validator("label")
    @classmethod
    def _is_known(cls, label: str) -> str:
        """Refuse unknown labels: a typing error would make a new one, which nothing downstream expects."""
        if label not in TERM_LABELS and label != NO_NAME:
            meant = suggest(label, TERM_LABELS)
            raise ValueError(
                f"'{label}' is not a label{meant}. Declare new labels in models/rules/labels.toml"
            )
        return label


class Holder(Dated):
    """A person in an office for a time. `from` is required.

    Attributes:
        source: Key of a source of the file, or the source itself; None means the source of the file.
        day: Meaning of the days, if it differs from the source's.
        confidence: `likely` if only one source says so.
    """

    person: Name
    start: dt.date = Field(alias="from")
    source: str | None = None
    day: Day | None = None
    confidence: Literal["likely"] | None = None


class Office(Dated):
    """A ministerial post and who held it.

    Attributes:
        title: The usual title, without article.
        aliases: Other titles of the same post, present or former.
        any_case: Forms that are also matched in any case (`home secretary`).
        head_of_government: Prime minister, executive president, president of the European Commission.
        shared: Whether several people hold it at once (`Minister of State, Home Office`).
        generic: Whether it is a rank or a post in parliament without a portfolio: the least informative of several offices.
        gaps: Whether the post was vacant, or its holder is not recorded, for more than a year at a time.
    """

    id: EntryId
    title: Name
    aliases: tuple[Name, ...] = ()
    any_case: tuple[Name, ...] = ()
    country: str
    department: EntryId | None = None
    head_of_government: bool = False
    shared: bool = False
    generic: bool = False
    gaps: bool = False
    source: str | None = None
    holders: tuple[Holder, ...] = ()


class OfficeFile(Sourced):
    """A file of offices of one government."""

    offices: tuple[Office, ...]


class Post(Dated):
    """A post that is not a ministerial office, such as the chair of a committee."""

    title: Name
    committee: EntryId | None = None


class PersonFacts(Strict):
    """Facts about a person beyond the offices held.

    Attributes:
        name: The same as `person` of the holders.
        aliases: Other names in use (`Lord Cameron`, `Bill Clinton`), without honorific if it can be omitted.
        posts: Dated posts that are not ministerial offices.
    """

    name: Name
    aliases: tuple[Name, ...] = ()
    kb_id: WikidataId | None = None
    posts: tuple[Post, ...] = ()
    source: str | None = None


class PersonFile(Sourced):
    """A file of persons."""

    persons: tuple[PersonFacts, ...]
