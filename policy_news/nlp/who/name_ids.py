"""A mention as entity linking reads it, and the id that its name gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policy_news.rules.name_forms import slug, without_legal_form
from policy_news.tables.labels import ORGANISED, PLACES

Identity = Literal["certain", "likely", "open"]
MARK = "@"
"""Between the name and what the document adds to it."""
OPEN = "-in-"
"""Between the name and the document, in the id of a thing that nobody knows."""


@dataclass(frozen=True, slots=True)
class NameLink:
    """Id of a mention, and why. An id that ends in `MARK` or `OPEN` goes on with what stands for the document."""

    entity: str
    identity: Identity
    reason: str


@dataclass(frozen=True, slots=True)
class NameMention:
    """A mention as entity linking reads it.

    Attributes:
        entry: Id of the rule data or of the user's lists, the one that it has on the day; or empty.
        rule: Id of the rule that found it, or empty.
        office: Office held on the day, or that a title stands for; or None.
        is_headline: It is in a title or heading, which may call a thing by a short name first.
        is_apart: Its legal form tells it from its parent: `Reinhold Technik Inc.`, the unit of `Reinhold Technik AG`.
    """

    start: int
    end: int
    text: str
    label: str
    entry: str
    rule: str = ""
    office: str | None = None
    is_headline: bool = False
    is_apart: bool = False

    @property
    def group(self) -> str:
        """The kind of thing, which an id begins with."""
        return group_of(self.label)

    @property
    def own_id(self) -> str:
        """The id that the name gives."""
        return f"org-{slug(self.text)}" if self.is_apart else own_id(self.group, self.text)


def group_of(label: str) -> str:
    """Return the kind of thing of a label, which an id begins with."""
    if label in PLACES:
        return "place"
    return "org" if label in ORGANISED else label.lower()


def own_id(group: str, text: str) -> str:
    """Return the id of a thing that no list has; `and` and `&` are one."""
    name = without_legal_form(text) if group == "org" else text
    form = slug(name.replace("&", " and ")) if group == "org" else slug(name)
    return f"{group}-{form.replace('-and-', '-') if group == 'org' else form}" if form else f"{group}-sign"
