"""Popolo JSON: persons and organizations as entries; memberships as dated posts in the format of `models/rules/persons/`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.errors import RuleError
from pipeline.importers.entries import WIKIDATA, make_entry, parse_day
from pipeline.importers.forms import list_words
from pipeline.importers.tables import open_plain
from pipeline.importers.tally import BrokenRowError, LeftOutError, Tally
from pipeline.own_lists import OwnEntry
from pipeline.rules import Person, Post

MAX_BYTES = 200_000_000
PARTS = ("persons", "organizations", "memberships", "posts")
Item = Mapping[str, Any]


def read_popolo(path: Path, label: str | None, tally: Tally) -> tuple[Iterator[tuple[str, OwnEntry]], Iterator[Person]]:
    """The entries with their places in the file, and the persons with their posts.

    Raises:
        RuleError: The file cannot be read, is too large to be parsed at once, or has neither persons nor organizations.
    """
    data = _load(path)
    return _entries(data, label, tally), _persons(data, tally)


def _load(path: Path) -> dict[str, list[Item]]:
    with open_plain(path) as file:
        text = file.read(MAX_BYTES + 1)
    if len(text) > MAX_BYTES:
        raise RuleError(
            f"{path}: more than {MAX_BYTES // 1_000_000} MB of JSON", "Split it, or import it as CSV, which is read row by row."
        )
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RuleError(f"{path}: no JSON: {error}", "Check --format.") from error
    lists: dict[str, list[Item]] = {
        key: [item for item in value if isinstance(item, dict)]
        for key, value in (data.items() if isinstance(data, dict) else ())
        if key in PARTS and isinstance(value, list)
    }
    if not lists.get("persons") and not lists.get("organizations"):
        raise RuleError(f"{path}: not of this format: no key persons or organizations with a list", "Check --format.")
    return lists


def _entries(data: Mapping[str, list[Item]], label: str | None, tally: Tally) -> Iterator[tuple[str, OwnEntry]]:
    for kind in ("persons", "organizations"):
        for i, item in enumerate(data.get(kind, ()), 1):
            place = f"{kind} {i}"
            try:
                yield place, _entry(item, "PERSON" if kind == "persons" else _label(item, label))
            except BrokenRowError as error:
                tally.break_row(place, str(error))
            except LeftOutError as error:
                tally.left_out[str(error)] += 1


def _entry(item: Item, label: str) -> OwnEntry:
    others = item.get("other_names") or ()
    names = [item.get("name"), *(other.get("name") for other in others if isinstance(other, dict))]
    return make_entry(_text(item.get("id")), [_text(name) for name in names], label, kb_id=_wikidata(item) or "")


def _label(item: Item, label: str | None) -> str:
    return list_words().classifications.get(_text(item.get("classification")).lower()) or label or "ORG"


def _wikidata(item: Item) -> str | None:
    for known in item.get("identifiers") or ():
        if isinstance(known, dict) and known.get("scheme") == "wikidata":
            match = WIKIDATA.fullmatch(_text(known.get("identifier")))
            return match[1] if match else None
    return None


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int) else ""


def _persons(data: Mapping[str, list[Item]], tally: Tally) -> Iterator[Person]:
    """Persons who hold a post beyond plain membership, by name."""
    bodies = {_text(item.get("id")): _text(item.get("name")) for item in data.get("organizations", ())}
    labels = {_text(item.get("id")): _text(item.get("label") or item.get("role")) for item in data.get("posts", ())}
    held: dict[str, list[Post]] = {}
    for i, (person, item) in enumerate(_memberships(data), 1):
        try:
            post = _post(item, bodies, labels)
            if post:
                held.setdefault(person, []).append(post)
        except BrokenRowError as error:
            tally.break_row(f"memberships {i}", str(error))
        except ValidationError as error:
            tally.break_row(f"memberships {i}", error.errors(include_url=False)[0]["msg"])
    for item in sorted(data.get("persons", ()), key=lambda item: _text(item.get("name"))):
        posts = held.get(_text(item.get("id")))
        if posts and len(_text(item.get("name"))) > 1:
            yield Person(name=_text(item["name"]), kb_id=_wikidata(item), posts=_in_order(posts))


def _memberships(data: Mapping[str, list[Item]]) -> Iterator[tuple[str, Item]]:
    """Person id and membership, whether they stand by themselves or within the persons."""
    for item in data.get("memberships", ()):
        yield _text(item.get("person_id")), item
    for person in data.get("persons", ()):
        for item in person.get("memberships") or ():
            if isinstance(item, dict):
                yield _text(person.get("id")), item


def _post(item: Item, bodies: Mapping[str, str], labels: Mapping[str, str]) -> Post | None:
    """The dated post of a membership, or None of a plain member's."""
    title = labels.get(_text(item.get("post_id"))) or _text(item.get("role"))
    body = bodies.get(_text(item.get("organization_id")), "")
    if not title or title.lower() in list_words().plain_roles:
        return None
    start, end = parse_day(_text(item.get("start_date"))), parse_day(_text(item.get("end_date")), last=True)
    return Post.model_validate({"title": f"{title}, {body}" if body else title, "from": start, "to": end})


def _in_order(posts: Sequence[Post]) -> tuple[Post, ...]:
    return tuple(sorted(posts, key=lambda post: (str(post.start or ""), post.title)))
