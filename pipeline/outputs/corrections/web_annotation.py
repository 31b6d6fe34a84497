"""Reads W3C Web Annotations: an edited export of ours, or tags that people set with another tool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.core.errors import GoldError
from pipeline.core.plain_data import parse_json
from pipeline.outputs.formats.gold import Claim, Document, Entity, Expression, GoldSet, Spans
from pipeline.tables.labels import CLAIMS, TIMEXES

Json = Mapping[str, Any]
_Span = tuple[int, int, str | None]
"""Offsets, and the words that should stand there."""
HINT = "Give JSON-LD with annotations that have a TextQuoteSelector or a TextPositionSelector."


@dataclass(slots=True)
class _Found:
    """Content of the annotations of one document."""

    entities: list[Entity] = field(default_factory=list)
    dates: list[Expression] = field(default_factory=list)
    contents: dict[str, tuple[Spans, str]] = field(default_factory=dict)
    parts: dict[str, dict[str, Spans]] = field(default_factory=lambda: defaultdict(dict))


def read_web_annotations(path: Path) -> GoldSet:
    """Read annotations; each document is named by the source of their targets.

    Raises:
        GoldError: It is not JSON-LD with annotations.
    """
    try:
        data = parse_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GoldError(f"{path}: cannot be read as JSON: {error}", HINT) from error
    documents: defaultdict[str, _Found] = defaultdict(_Found)
    notes: list[str] = []
    items = list(_items(data))
    if not items:
        raise GoldError(f"{path}: does not contain annotations", HINT)
    for item in items:
        _take(item, documents, notes)
    return GoldSet(path, "webannotation", tuple(map(_document, documents, documents.values())), tuple(notes))


def _items(data: Any) -> Iterator[Json]:
    if isinstance(data, list):
        for one in data:
            yield from _items(one)
    elif isinstance(data, dict):
        if data.get("type") == "Annotation":
            yield data
        for key in ("first", "items"):
            yield from _items(data.get(key))


def _take(item: Json, documents: Mapping[str, _Found], notes: list[str]) -> None:
    """Add an annotation to what its document has; note what cannot be used."""
    targets = _objects(item.get("target"))
    spans: list[_Span] = []
    for target in targets:
        place = _place(target)
        if place is not None:
            spans.append(place)
    source = ""
    if targets:
        source = str(targets[0].get("source"))
    if not spans or not source:
        notes.append(f"annotation {item.get('id', '?')}: it has no offsets")
        return
    found = documents[source]  # also without a tag: it shows that the tool had this document
    bodies = _objects(item.get("body"))
    tags = [str(body.get("value")) for body in bodies if body.get("value") is not None]
    if not tags:
        notes.append(f"annotation {item.get('id') or '?'}: it has no tag")
        return
    linked = [str(body.get("source")) for body in bodies if body.get("purpose") == "linking"]
    _add(item, found, spans, tags, linked)


def _add(
    item: Json, found: _Found, spans: Sequence[_Span], tags: Sequence[str], linked: Sequence[str]
) -> None:
    """Add tagged spans: parts of claims by their link, claims by their motivation, and dates and names by the tag."""
    tag = tags[0]
    pairs = tuple((start, end) for start, end, _ in spans)
    if linked and tag in ("source", "cue"):
        found.parts[linked[0]][tag] = pairs
    elif linked:
        return  # a link from one claim to another, tagged with its relation: not a name
    elif item.get("motivation") == "classifying" and tag in CLAIMS:
        found.contents[str(item.get("id", ""))] = (pairs, tag)
    elif tag in TIMEXES:
        value = "".join(tags[1:2])
        found.dates += [Expression(start, end, tag, value) for start, end, _ in spans]
    else:
        found.entities += [Entity(start, end, tag, words) for start, end, words in spans]


def _objects(value: Any) -> list[Json]:
    """Return the objects of a list or of a single value: JSON-LD allows both."""
    if not isinstance(value, list):
        value = [value]
    return [one for one in value if isinstance(one, dict)]


def _place(target: Json) -> _Span | None:
    """Return offsets, and the words that should stand there."""
    selectors = target.get("selector") or []
    if isinstance(selectors, list):
        listed: Sequence[Any] = selectors
    else:
        listed = [selectors]
    words = next(
        (s.get("exact") for s in listed if isinstance(s, dict) and s.get("type") == "TextQuoteSelector"), None
    )
    for selector in listed:
        if isinstance(selector, dict) and selector.get("type") == "TextPositionSelector":
            try:
                return int(selector["start"]), int(selector["end"]), words
            except (KeyError, TypeError, ValueError):
                return None
    return None


def _document(name: str, found: _Found) -> Document:
    claims = []
    for own, (content, kind) in found.contents.items():
        parts = found.parts.get(own, {})
        cue = parts.get("cue", ())
        # A claim without a content stands at its cue.
        claims.append(Claim(parts.get("source", ()), cue, () if content == cue else content, (kind,)))
    # Our own export has claims. Tags of another tool say nothing about what is not tagged.
    whole = bool(found.contents)
    return Document(
        name,
        None,
        entities=tuple(found.entities),
        claims=tuple(claims) if whole else None,
        dates=tuple(found.dates) if whole else None,
    )
