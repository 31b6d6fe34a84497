"""Reads Popolo JSON: persons and organizations as entries, memberships as dated posts.

Ministers go into the list; the other posts are written in the format of `models/rules/persons/`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from policy_news.core.errors import RuleError
from policy_news.core.messages import say
from policy_news.rules.importers.contents import BrokenRowError, Contents, ImportCounts, LeftOutError, Request
from policy_news.rules.importers.csv_rows import open_plain
from policy_news.rules.importers.entries import WIKIDATA, make_entry, parse_day
from policy_news.rules.importers.forms import is_ministerial, list_words
from policy_news.rules.own_lists import OwnEntry, OwnHolder
from policy_news.rules.rule_models import PersonFacts, Post

MAX_BYTES = 200_000_000
MAX_TITLE = 150
PARTS = ("persons", "organizations", "memberships", "posts")
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Membership:
    """A membership that names a post.

    Attributes:
        place: Place in the file, for messages.
        body: Name of the organization, or empty.
        ministerial: Whether it is the post of a minister.
    """

    place: str
    person: str
    role: str
    body: str
    ministerial: bool
    start: dt.date | None
    end: dt.date | None


class Popolo:
    """A parsed file; the tally counts what cannot be taken."""

    def __init__(self, data: Mapping[str, list[Item]], tally: ImportCounts) -> None:
        self._data = data
        self._tally = tally

    @cached_property
    def _posts(self) -> list[Membership]:
        return list(_find_posts(self._data, self._tally))

    def entries(self, label: str | None) -> Iterator[tuple[str, OwnEntry]]:
        """Yield persons and organizations with their places in the file."""
        for kind in ("persons", "organizations"):
            for i, item in enumerate(self._data.get(kind, ()), 1):
                place = f"{kind} {i}"
                own_label = _label(item, label) if kind == "organizations" else "PERSON"
                try:
                    yield place, _entry(item, own_label)
                except BrokenRowError as error:
                    self._tally.break_row(place, str(error))
                except LeftOutError as error:
                    self._tally.left_out[str(error)] += 1

    def persons(self) -> Iterator[PersonFacts]:
        """Yield persons with a post that is neither plain membership nor a minister's, by name."""
        held: dict[str, list[Post]] = {}
        for post in self._posts:
            if post.ministerial:
                continue
            title = f"{post.role}, {post.body}" if post.body else post.role
            with self._breaking(post.place):
                row = {"title": title, "from": post.start, "to": post.end}
                held.setdefault(post.person, []).append(Post.model_validate(row))
        for item in sorted(self._data.get("persons", ()), key=lambda item: _text(item.get("name"))):
            posts = held.get(_text(item.get("id")))
            name = _text(item.get("name"))
            if posts and len(name) > 1:
                with self._breaking(f"person {name[:40]}"):
                    yield PersonFacts(name=name, kb_id=_wikidata(item), posts=_in_order(posts))

    def holders(self, list_name: str, country: str) -> Iterator[OwnHolder]:
        """Yield persons in ministerial posts.

        A post without a first day is left out, because it does not say who was minister on a given day.
        """
        names = {_text(item.get("id")): _text(item.get("name")) for item in self._data.get("persons", ())}
        for post in self._posts:
            if not post.ministerial or len(names.get(post.person, "")) < 2:
                continue
            if post.start is None:
                self._tally.left_out["ministerial posts without a first day"] += 1
                continue
            office = ".".join(filter(None, (list_name, _ascii(post.role), _ascii(post.body))))
            row = {
                "entry": post.person,
                "person": names[post.person],
                "office": office,
                "title": post.role,
                "country": country,
            }
            with self._breaking(post.place):
                yield OwnHolder.model_validate({**row, "from": post.start, "to": post.end})

    @contextmanager
    def _breaking(self, place: str) -> Iterator[None]:
        """Count what does not fit the format of rule files."""
        try:
            yield
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            key: str | int = first["loc"][-1] if first["loc"] else "row"
            self._tally.break_row(place, f"{key}: {say(first)}")


def read_popolo_list(request: Request, tally: ImportCounts) -> Contents:
    """Read the entries, persons and office holders of a Popolo file."""
    popolo = read_popolo(request.source, tally)
    country = (request.country or "").upper()
    return Contents(popolo.entries(request.label), popolo.persons(), popolo.holders(request.name, country))


def read_popolo(path: Path, tally: ImportCounts) -> Popolo:
    """Read a file.

    Raises:
        RuleError: The file cannot be read, is too large to be parsed at once, or has neither persons nor organizations.
    """
    return Popolo(_load(path), tally)


def _load(path: Path) -> dict[str, list[Item]]:
    with open_plain(path) as file:
        text = file.read(MAX_BYTES + 1)
    if len(text) > MAX_BYTES:
        raise RuleError(
            f"{path}: more than {MAX_BYTES // 1_000_000} MB of JSON",
            "Split it, or import it as CSV, which is read row by row.",
        )
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RuleError(f"{path}: not JSON: {error}", "Check --format.") from error
    lists: dict[str, list[Item]] = {}
    if isinstance(data, dict):
        for key in PARTS:
            if isinstance(data.get(key), list):
                lists[key] = [item for item in data[key] if isinstance(item, dict)]
    if not lists.get("persons") and not lists.get("organizations"):
        raise RuleError(
            f"{path}: not of this format: no key persons or organizations with a list", "Check --format."
        )
    return lists


def _entry(item: Item, label: str) -> OwnEntry:
    names = [item.get("name"), *(other.get("name") for other in _items(item, "other_names"))]
    return make_entry(
        _text(item.get("id")), [_text(name) for name in names], label, kb_id=_wikidata(item) or ""
    )


def _label(item: Item, label: str | None) -> str:
    return list_words().classifications.get(_text(item.get("classification")).lower()) or label or "ORG"


def _wikidata(item: Item) -> str | None:
    for known in _items(item, "identifiers"):
        if known.get("scheme") == "wikidata":
            match = WIKIDATA.fullmatch(_text(known.get("identifier")))
            if match:
                return match[1]
            return None
    return None


def _items(item: Item, key: str) -> list[Item]:
    """Return the objects of a list; empty if something else stands in its place."""
    value = item.get(key)
    if isinstance(value, list):
        return [one for one in value if isinstance(one, dict)]
    return []


def _text(value: object) -> str:
    if isinstance(value, str | int):
        return str(value).strip()
    return ""


def _find_posts(data: Mapping[str, list[Item]], tally: ImportCounts) -> Iterator[Membership]:
    """Yield the memberships that name a post, without those with wrong dates."""
    bodies = {_text(item.get("id")): item for item in data.get("organizations", ())}
    posts = {_text(item.get("id")): item for item in data.get("posts", ())}
    for i, (person, item) in enumerate(_memberships(data), 1):
        place, post = f"memberships {i}", posts.get(_text(item.get("post_id")), {})
        body = bodies.get(_text(item.get("organization_id")) or _text(post.get("organization_id")), {})
        role = _text(post.get("label") or post.get("role")) or _text(item.get("role"))
        if not role or role.lower() in list_words().plain_roles:
            continue
        try:
            start = parse_day(_text(item.get("start_date")))
            end = parse_day(_text(item.get("end_date")), last=True)
        except BrokenRowError as error:
            tally.break_row(place, str(error))
            continue
        if start and end and end < start:
            tally.break_row(place, f"ends ({end}) before it begins ({start})")
        elif len(role) > MAX_TITLE:
            tally.break_row(place, f"a title of {len(role)} characters")
        else:
            ministerial = is_ministerial(role, _text(body.get("classification")))
            yield Membership(place, person, role, _text(body.get("name")), ministerial, start, end)


def _memberships(data: Mapping[str, list[Item]]) -> Iterator[tuple[str, Item]]:
    """Yield person id and membership, whether memberships are listed separately or within persons."""
    for item in data.get("memberships", ()):
        yield _text(item.get("person_id")), item
    for person in data.get("persons", ()):
        for item in _items(person, "memberships"):
            yield _text(person.get("id")), item


def _in_order(posts: Sequence[Post]) -> tuple[Post, ...]:
    return tuple(sorted(posts, key=lambda post: (str(post.start or ""), post.title)))


def _ascii(text: str) -> str:
    """Write a name as part of an id."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
