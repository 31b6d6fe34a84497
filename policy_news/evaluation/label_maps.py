"""Decides which labels are compared, and as what: those of gold and predictions may differ. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from policy_news.core.errors import ArgumentError
from policy_news.core.messages import first_misfit, unread
from policy_news.tables.labels import ENTITIES, PLACES

IGNORE = "IGNORE"
"""Target of a gold label whose spans may be predicted or not."""
Target = tuple[str, ...]
"""A label, and others that also count as right."""
HINT = "Write PER=PERSON,LOC=GPE|LOC,MISC=IGNORE,ODD= (nothing after the sign leaves the label out)."


_Table = dict[str, str | tuple[str, ...] | None]


class _MapFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    gold: _Table | None = None
    pred: _Table | None = None


@dataclass(frozen=True, slots=True)
class LabelMap:
    """What each label counts as; None to compare a side as it is. A label that is missing from a table is left out."""

    gold: Mapping[str, Target] | None = None
    pred: Mapping[str, Target] | None = None


UNMAPPED = LabelMap()


def read_label_map(file: Path | None = None, gold: str | None = None, pred: str | None = None) -> LabelMap:
    """Read a label map.

    Args:
        file: YAML file with the keys `gold` and `pred`.
        gold: Map of the gold labels, as `A=B,C=D`; wins over the file.
        pred: Map of the predicted labels, in the same form.

    Raises:
        ArgumentError: One of them is wrong.
    """
    given = _read_file(file) if file else _MapFile()
    sides = (
        _parse(inline) if inline else table for inline, table in ((gold, given.gold), (pred, given.pred))
    )
    return LabelMap(*(None if table is None else _frozen(table) for table in sides))


def _read_file(path: Path) -> _MapFile:
    try:
        return _MapFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, RecursionError, yaml.YAMLError) as error:
        raise ArgumentError(unread(path, error, "YAML"), "Give --map an existing file.") from error
    except ValidationError as error:
        raise ArgumentError(
            f"{path}: {first_misfit(error)}", "It has the keys gold and pred, each from label to label."
        ) from error


def _parse(inline: str) -> _Table:
    table: _Table = {}
    for part in inline.split(","):
        label, sign, target = (word.strip() for word in part.partition("="))
        if not label or not sign:
            raise ArgumentError(f"label map: '{part}' is not a pair of labels", HINT)
        table[label] = tuple(word.strip() for word in target.split("|")) if target else None
    return table


def _frozen(table: Mapping[str, str | tuple[str, ...] | None]) -> Mapping[str, Target]:
    targets: dict[str, Target] = {}
    for label, target in table.items():
        if isinstance(target, str):
            target = (target,)
        if target:
            targets[label] = target
    return MappingProxyType(targets)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What each label of both sides counts as; a label without an entry is not compared."""

    gold: Mapping[str, Target]
    pred: Mapping[str, Target]
    notes: tuple[str, ...]


def decide_labels(
    gold: Counter[str], pred: Counter[str], given: LabelMap, only: Iterable[str] = ()
) -> Comparison:
    """Decide what each label of both sides counts as.

    Without maps the labels of the gold standard are compared, and all kinds of places are one if it knows only `GPE`.

    Args:
        gold: The labels of the gold standard with their numbers.
        only: The only labels to compare, after the maps.

    Returns:
        The labels of both sides that are compared, and what is not compared, in words.

    Raises:
        ArgumentError: One of `only` is not a label of either side.
    """
    if given.gold is None:
        wanted: Mapping[str, Target] = _unmapped(gold)
    else:
        wanted = given.gold
    targets = {target for name in gold for target in wanted.get(name, ())}
    folded: list[str] = []
    # What is expected depends on whether the user mapped the predictions: labels that no map names are
    # the pipeline's own, and a gold standard without them says nothing about them.
    if given.pred is None:
        folded = _folded_places(targets)
        # Each label as it is, but places fold into the one that the gold standard knows.
        offered: Mapping[str, Target] = _unmapped(pred) | dict.fromkeys(folded, ("GPE",))
        expected = set(targets)
    else:
        offered = given.pred
        expected = targets | {target[0] for target in offered.values()}
    _check_known(only, targets.union(ENTITIES, *offered.values()))
    compared = set(only) or expected
    left = _keep(wanted, compared | {IGNORE})
    right = _keep(offered, compared)
    notes = [*_left_out("gold", gold, left), *_left_out("predicted", pred, right), *_ignored(gold, left)]
    notes += _folded_note(folded, pred)
    notes += _never_predicted((targets - {IGNORE}) & compared, right)
    return Comparison(left, right, tuple(notes))


def _unmapped(labels: Iterable[str]) -> dict[str, Target]:
    """Map each label to itself."""
    return {label: (label,) for label in labels}


def _folded_places(targets: Collection[str]) -> list[str]:
    """Return the labels of places that count as GPE, if that is the only place label of the gold standard."""
    if PLACES.intersection(targets) != {"GPE"}:
        return []
    return sorted(PLACES - {"GPE"})


def _keep(table: Mapping[str, Target], wanted: Collection[str]) -> dict[str, Target]:
    return {label: target for label, target in table.items() if target[0] in wanted}


def _folded_note(folded: Iterable[str], pred: Collection[str]) -> list[str]:
    names = [label for label in folded if label in pred]
    if not names:
        return []
    return [f"predicted {', '.join(names)} counted as GPE, the only place label of the gold"]


def _never_predicted(labels: Iterable[str], pred: Mapping[str, Target]) -> list[str]:
    offered = set().union(*pred.values())
    missing = sorted(label for label in labels if label not in offered)
    if not missing:
        return []
    hint = "if the pipeline names them otherwise, map them with --gold-map or --pred-map"
    return [f"never predicted: {', '.join(missing)}; {hint}"]


def _check_known(only: Iterable[str], known: Collection[str]) -> None:
    unknown = sorted(set(only) - set(known))
    if unknown:
        raise ArgumentError(
            f"--labels: neither gold nor pipeline knows {', '.join(unknown)}",
            f"Labels are {', '.join(sorted(known))}.",
        )


def _left_out(side: str, labels: Counter[str], kept: Mapping[str, Target]) -> list[str]:
    lost = [f"{label} ({count})" for label, count in sorted(labels.items()) if label not in kept]
    if not lost:
        return []
    return [f"{side} labels not compared: {', '.join(lost)}"]


def _ignored(labels: Counter[str], kept: Mapping[str, Target]) -> list[str]:
    ordered = sorted(labels.items())
    free = [f"{label} ({count})" for label, count in ordered if kept.get(label, ("",))[0] == IGNORE]
    if not free:
        return []
    return [f"gold labels that may be predicted or not: {', '.join(free)}"]
