"""Finds the predicted document of each gold document, by name or by text, and moves the gold's offsets to its text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TypeVar

from policy_news.core.errors import GoldError
from policy_news.evaluation.predictions import Predictions
from policy_news.outputs.formats.gold import (
    SHOWN,
    Expression,
    GoldAttribution,
    GoldDocument,
    GoldEntity,
    GoldSet,
    Spans,
    check_offsets,
)

CONTEXT = 20
S = TypeVar("S", GoldEntity, Expression)


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold document and its predictions; `missing` says why there are none."""

    gold: GoldDocument
    predicted: GoldDocument
    missing: str | None = None

    @property
    def text(self) -> str:
        """The text that the offsets of both refer to."""
        return self.gold.text or ""


def pair_documents(gold: GoldSet, predictions: Predictions) -> list[Pair]:
    """Pair each gold document with the predicted one of its name, else the one of its text.

    White space may differ between the two texts; offsets are then moved to the predicted text.

    Raises:
        GoldError: A gold document is unknown to the predictions, its text differs, or its offsets do not fit its text.
    """
    check_offsets(gold.path, [document for document in gold.documents if document.text is not None])
    index = _Index(predictions.documents)
    pairs: list[Pair] = []
    unknown: list[str] = []
    for document in gold.documents:
        found = index.find(document)
        reason = predictions.failed.get(document.name)
        if reason is None and predictions.complete:
            reason = "no predictions for it"
        if found is not None:
            pairs.append(Pair(_brought(gold.path, document, found), found))
        elif reason is not None and document.text is not None:
            # Compared with nothing, so that all of its gold counts as missed: a failed document is an error too.
            nothing = GoldDocument(document.name, document.text, entities=(), claims=(), dates=())
            pairs.append(Pair(document, nothing, reason))
        else:
            unknown.append(document.name)
    if unknown:
        raise _unknown(gold.path, unknown, predictions.source)
    # Again, in the text of the predictions: gold without a text of its own was not checked before.
    check_offsets(gold.path, [pair.gold for pair in pairs])
    return pairs


def _unknown(path: Path, unknown: Sequence[str], source: str) -> GoldError:
    named = ", ".join(f"'{name}'" for name in unknown[:SHOWN])
    if len(unknown) > SHOWN:
        named += f" and {len(unknown) - SHOWN} more"
    return GoldError(
        f"{path}: {source} does not know {named}, by name or by text", "Run the pipeline on these texts."
    )


class _Index:
    """Predicted documents by name, by text, and by text without white space."""

    def __init__(self, documents: Sequence[GoldDocument]) -> None:
        self._names = {document.name: document for document in documents}
        self._texts: dict[str, GoldDocument] = {}
        for document in documents:
            if document.text is not None:
                self._texts.setdefault(_squeeze(document.text), document)  # the first of several alike

    def find(self, gold: GoldDocument) -> GoldDocument | None:
        named = self._names.get(gold.name)
        if named is None and gold.name:
            named = self._names.get(str(PurePosixPath(gold.name).with_suffix("")))
        if gold.text is None:
            return named
        if named and (named.text is None or _squeeze(named.text) == _squeeze(gold.text)):
            return named
        # Names that are mere numbers say little: the text decides, and a name alone only where no text fits.
        return self._texts.get(_squeeze(gold.text)) or named


def _brought(path: Path, gold: GoldDocument, found: GoldDocument) -> GoldDocument:
    """Return the gold document with the text of the predicted one and offsets into it."""
    if found.text is None or gold.text == found.text:
        return gold
    if gold.text is None:
        return replace(gold, text=found.text)
    if _squeeze(gold.text) != _squeeze(found.text):
        raise GoldError(
            f"{path}: document '{gold.name}': {_difference(gold.text, found.text)}",
            "Offsets are only comparable in the same text.",
        )
    return _moved(gold, found.text, _move(gold.text, found.text))


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _difference(gold: str, other: str) -> str:
    pairs = enumerate(zip(gold, other, strict=False))
    at = next((i for i, (left, right) in pairs if left != right), min(len(gold), len(other)))
    here, there = (text[max(0, at - CONTEXT) : at + CONTEXT] for text in (gold, other))
    return f"its text is not that of the predictions: from offset {at}, {here!r} and {there!r}"


def _move(source: str, target: str) -> Callable[[int, int], tuple[int, int]]:
    """Return a function from spans of one text to spans of another that differs only in white space."""
    places = [place for place, character in enumerate(target) if not character.isspace()]
    before = [0]
    for character in source:
        before.append(before[-1] + (not character.isspace()))

    def move(start: int, end: int) -> tuple[int, int]:
        first, last = before[start], before[end] - 1
        if last >= first:
            return (places[first], places[last] + 1)
        return (0, 0)

    return move


def _moved(gold: GoldDocument, text: str, move: Callable[[int, int], tuple[int, int]]) -> GoldDocument:
    def place(own: S) -> S:
        start, end = move(own.start, own.end)
        if isinstance(own, GoldEntity):
            return replace(own, start=start, end=end, text=None)
        return replace(own, start=start, end=end)

    def spans(own: Spans) -> Spans:
        return tuple(move(*span) for span in own)

    def claim(own: GoldAttribution) -> GoldAttribution:
        parts = (spans(own.source), spans(own.cue), spans(own.content))
        return replace(own, source=parts[0], cue=parts[1], content=parts[2], source_alt=spans(own.source_alt))

    moved = replace(
        gold,
        text=text,
        optional_entities=spans(gold.optional_entities),
        optional_contents=tuple(map(spans, gold.optional_contents)),
    )
    # None says that the gold does not annotate a layer; an empty tuple, that there is nothing to find.
    if gold.entities is not None:
        moved = replace(moved, entities=tuple(map(place, gold.entities)))
    if gold.dates is not None:
        moved = replace(moved, dates=tuple(map(place, gold.dates)))
    if gold.claims is not None:
        moved = replace(moved, claims=tuple(map(claim, gold.claims)))
    return moved
