"""Finds the predicted document of each gold document, by name or by text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from policy_news.core.errors import GoldError
from policy_news.evaluation.predictions import Predictions
from policy_news.outputs.formats.gold import SHOWN, GoldDocument, GoldSet, check_offsets

CONTEXT = 20


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
    """Pair each gold document with the predicted one of its name, else the one of its text."""
    names = {document.name: document for document in predictions.documents}
    texts: dict[str | None, GoldDocument] = {}
    for document in predictions.documents:
        texts.setdefault(document.text, document)  # the first of several alike
    pairs: list[Pair] = []
    unknown: list[str] = []
    for document in gold.documents:
        found = _find(document, names, texts)
        reason = predictions.failed.get(document.name)
        if reason is None and predictions.complete:
            reason = "no predictions for it"
        if found is not None:
            pairs.append(Pair(_with_text(gold.path, document, found), found))
        elif reason is not None and document.text is not None:
            # Compared with nothing, so that all of its gold counts as missed: to fail is an error too.
            nothing = GoldDocument(document.name, document.text, entities=(), claims=(), dates=())
            pairs.append(Pair(document, nothing, reason))
        else:
            unknown.append(document.name)
    if unknown:
        raise _unknown(gold.path, unknown, predictions.source)
    check_offsets(gold.path, [pair.gold for pair in pairs])
    return pairs


def _find(
    gold: GoldDocument, names: Mapping[str, GoldDocument], texts: Mapping[str | None, GoldDocument]
) -> GoldDocument | None:
    named = names.get(gold.name) or names.get(str(PurePosixPath(gold.name or ".").with_suffix("")))
    if gold.text is None or (named and named.text in (None, gold.text)):
        return named
    # Names that are mere numbers say little: the text decides, and a name alone only where no text fits.
    return texts.get(gold.text) or named


def _with_text(path: Path, gold: GoldDocument, found: GoldDocument) -> GoldDocument:
    if gold.text is None:
        return replace(gold, text=found.text)
    if found.text not in (None, gold.text):
        raise GoldError(
            f"{path}: document '{gold.name}': {_difference(gold.text, found.text or '')}",
            "Offsets are only comparable in the same text.",
        )
    return gold


def _difference(gold: str, other: str) -> str:
    pairs = enumerate(zip(gold, other, strict=False))
    at = next((i for i, (left, right) in pairs if left != right), min(len(gold), len(other)))
    here, there = (text[max(0, at - CONTEXT) : at + CONTEXT] for text in (gold, other))
    return f"its text is not that of the predictions: from offset {at}, {here!r} and {there!r}"


def _unknown(path: Path, unknown: Sequence[str], source: str) -> GoldError:
    named = ", ".join(f"'{name}'" for name in unknown[:SHOWN])
    if len(unknown) > SHOWN:
        named += f" and {len(unknown) - SHOWN} more"
    return GoldError(
        f"{path}: {source} does not know {named}, by name or by text", "Run the pipeline on these texts."
    )
