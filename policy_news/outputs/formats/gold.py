"""The content of a gold file in any format: documents with entities, claims and dates. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from policy_news.core.errors import GoldError

Spans = tuple[tuple[int, int], ...]

SHOWN = 5
"""Problems of a gold file that are named; the others are counted."""
OFFSETS = (
    "Offsets count Unicode code points of the raw text from 0, line breaks included; the end is exclusive."
)


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """A mention. `text` is the text that the file gives for it, if any."""

    start: int
    end: int
    label: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class GoldAttribution:
    """An attribution; each part in pieces.

    Attributes:
        types: The claim types that are right; empty if the file gives none.
        quote: direct, mixed or indirect; None if the file gives none.
        source_alt: Other spans that are right as the source.
    """

    source: Spans
    cue: Spans
    content: Spans
    types: tuple[str, ...] = ()
    quote: str | None = None
    source_alt: Spans = ()


@dataclass(frozen=True, slots=True)
class Expression:
    """A date or time expression; `type` and `value` are empty if the file gives none."""

    start: int
    end: int
    type: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A document of a gold or of predictions.

    Attributes:
        text: The raw text; None if the file leaves it out.
        published: ISO date or datetime.
        entities: None if the file does not annotate them; likewise claims and dates.
        optional_entities: Spans that may be predicted or not.
        optional_contents: Contents of claims that may be predicted or not.
    """

    name: str
    text: str | None = None
    published: str | None = None
    title: str | None = None
    entities: tuple[GoldEntity, ...] | None = None
    claims: tuple[GoldAttribution, ...] | None = None
    dates: tuple[Expression, ...] | None = None
    optional_entities: Spans = ()
    optional_contents: tuple[Spans, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldSet:
    """All documents of a file, and what of it is not compared, in words."""

    path: Path
    form: str
    documents: tuple[GoldDocument, ...]
    notes: tuple[str, ...] = ()


def check_names(path: Path, documents: Sequence[GoldDocument]) -> None:
    """Check that there are documents, each with a name of its own."""
    if not documents:
        raise GoldError(f"{path}: contains no documents", "A gold file needs at least one document.")
    seen: set[str] = set()
    for document in documents:
        if document.name in seen:
            raise GoldError(
                f"{path}: document '{document.name}' occurs twice", "Give every document a name of its own."
            )
        seen.add(document.name)


def check_offsets(path: Path, documents: Sequence[GoldDocument]) -> None:
    """Check that every span lies in its text and is what the file says it is."""
    problems = list(chain.from_iterable(_problems(document, document.text or "") for document in documents))
    if problems:
        more = f"\n  and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
        raise GoldError(f"{path}: wrong offsets\n  " + "\n  ".join(problems[:SHOWN]) + more, OFFSETS)


def _problems(document: GoldDocument, text: str) -> Iterator[str]:
    for what, start, end, expected in _all_spans(document):
        where = f"document '{document.name}': {what} [{start}, {end})"
        if not 0 <= start < end <= len(text):
            yield (
                f"{where}: the text has {len(text)} characters"
                if start < end
                else f"{where}: is empty or ends before it begins"
            )
        elif expected is not None and text[start:end] != expected:
            near = _nearest(text, expected, start)
            yield f"{where}: the text there is {text[start:end]!r}, not {expected!r}{near}"


def _nearest(text: str, expected: str, start: int) -> str:
    """Say where the expected words are, if they occur."""
    before, after = text.rfind(expected, 0, start + len(expected)), text.find(expected, start)
    places = [place for place in (before, after) if place >= 0]
    return (
        f", which stands at {min(places, key=lambda place: abs(place - start))}"
        if places and expected
        else ""
    )


def _all_spans(document: GoldDocument) -> Iterator[tuple[str, int, int, str | None]]:
    for entity in document.entities or ():
        yield f"entity {entity.label}", entity.start, entity.end, entity.text
    for claim in document.claims or ():
        for part in ("source", "source_alt", "cue", "content"):
            yield from ((f"{part} of a claim", start, end, None) for start, end in getattr(claim, part))
    for date in document.dates or ():
        yield f"date {date.value or date.type}", date.start, date.end, None
    yield from (("optional entity", start, end, None) for start, end in document.optional_entities)
    for content in document.optional_contents:
        yield from (("optional claim", start, end, None) for start, end in content)
