"""Reads W3C Web Annotations: an edited export of ours, or tags that people set with another tool."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.core.errors import GoldError
from pipeline.outputs.formats.gold import Claim, Document, Entity, Expression, GoldSet, Spans
from pipeline.tables.labels import CLAIMS, TIMEXES

Json = Mapping[str, Any]
HINT = "Give JSON-LD with annotations that have a TextQuoteSelector or a TextPositionSelector."


@dataclass(slots=True)
class _Found:
    """What the annotations of one document say."""

    entities: list[Entity] = field(default_factory=list)
    dates: list[Expression] = field(default_factory=list)
    contents: dict[str, tuple[Spans, str]] = field(default_factory=dict)
    parts: dict[str, dict[str, Spans]] = field(default_factory=lambda: defaultdict(dict))


def read_web_annotations(path: Path) -> GoldSet:
    """Read annotations; each document is named by the source of their targets.

    Raises:
        GoldError: It is no JSON-LD with annotations.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GoldError(f"{path}: cannot be read as JSON: {error}", HINT) from error
    documents: defaultdict[str, _Found] = defaultdict(_Found)
    notes: list[str] = []
    items = list(_items(data))
    if not items:
        raise GoldError(f"{path}: holds no annotations", HINT)
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
    targets = item.get("target")
    listed = targets if isinstance(targets, list) else [targets]
    places = [_place(target) for target in listed if isinstance(target, dict)]
    spans = [place for place in places if place is not None]
    source = next((str(target.get("source")) for target in listed if isinstance(target, dict)), "")
    if not spans or not source:
        notes.append(f"annotation {item.get('id', '?')}: it has no offsets")
        return
    bodies = item.get("body") or []
    bodies = bodies if isinstance(bodies, list) else [bodies]
    found, name = documents[source], str(item.get("id", ""))
    tags = [
        str(body.get("value")) for body in bodies if isinstance(body, dict) and body.get("value") is not None
    ]
    linked = [
        str(body.get("source"))
        for body in bodies
        if isinstance(body, dict) and body.get("purpose") == "linking"
    ]
    pairs = tuple((start, end) for start, end, _ in spans)
    if linked and tags and tags[0] in ("source", "cue"):
        found.parts[linked[0]][tags[0]] = pairs
    elif item.get("motivation") == "classifying" and tags and tags[0] in CLAIMS:
        found.contents[name] = (pairs, tags[0])
    elif tags and tags[0] in TIMEXES:
        value = tags[1] if len(tags) > 1 else ""
        found.dates += [Expression(start, end, tags[0], value) for start, end, _ in spans]
    elif tags:
        found.entities += [Entity(start, end, tags[0], words) for start, end, words in spans]
    else:
        notes.append(f"annotation {name or '?'}: it has no tag")


def _place(target: Json) -> tuple[int, int, str | None] | None:
    """Offsets, and the words that are to stand there."""
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
    whole = bool(
        found.contents
    )  # an export has claims; tags of another tool say nothing of what is not tagged
    return Document(
        name,
        None,
        entities=tuple(found.entities),
        claims=tuple(claims) if whole else None,
        dates=tuple(found.dates) if whole else None,
    )
