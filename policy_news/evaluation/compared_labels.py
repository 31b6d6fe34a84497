"""Decides which labels are compared, and as what: those of gold and pipeline may differ. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from policy_news.core.errors import ArgumentError
from policy_news.tables.labels import ENTITIES, PLACES

IGNORE = "IGNORE"
"""Target of a gold label whose spans may be predicted or not."""
Target = tuple[str, ...]
"""A label, and others that also count as right."""
HINT = "Write PER=PERSON|MINISTER,LOC=GPE|LOC,MISC=IGNORE,ODD= (nothing after the sign leaves the label out)."


@dataclass(frozen=True, slots=True)
class Comparison:
    """What each label of both sides counts as; a label without an entry is not compared."""

    gold: Mapping[str, Target]
    pred: Mapping[str, Target]
    notes: tuple[str, ...]


def parse_label_map(inline: str) -> dict[str, Target]:
    """Read a map of gold labels, e.g. `PER=PERSON|MINISTER,MISC=IGNORE`."""
    table: dict[str, Target] = {}
    for part in inline.split(","):
        label, sign, target = (word.strip() for word in part.partition("="))
        if not label or not sign:
            raise ArgumentError(f"--gold-map: '{part}' is not a pair of labels", HINT)
        if target:
            table[label] = tuple(word.strip() for word in target.split("|"))
    return table


def decide_labels(
    gold: Counter[str],
    pred: Counter[str],
    given: Mapping[str, Target] | None = None,
    only: Iterable[str] = (),
) -> Comparison:
    """Decide what each label of both sides counts as.

    Without a map the labels of the gold standard are compared as they are. All kinds of places are one if it
    knows only `GPE`.

    Args:
        gold: The labels of the gold standard with their numbers.
        pred: Those of the predictions.
        given: A map of the gold labels.
        only: The only labels to compare, after the map.

    Returns:
        The labels of both sides that are compared, and what is not compared, in words.
    """
    wanted = {label: (label,) for label in gold} if given is None else given
    targets = {target for label in gold for target in wanted.get(label, ())}
    offered = {label: (label,) for label in pred}
    folded: list[str] = []
    if PLACES & targets == {"GPE"}:
        folded = sorted(PLACES - {"GPE"})
        offered |= dict.fromkeys(folded, ("GPE",))
    _check_known(only, targets.union(ENTITIES, *offered.values()))
    left = _keep(wanted, (set(only) or targets) | {IGNORE})
    compared = set(only).union(*left.values())
    right = _keep(offered, compared)
    notes = [*_left_out("gold", gold, left), *_left_out("predicted", pred, right)]
    named = [label for label in folded if label in pred]
    if named:
        notes.append(f"predicted {', '.join(named)} counted as GPE, the only place label of the gold")
    never = sorted(compared - {IGNORE} - set().union(*right.values()))
    if never:
        notes.append(
            f"never predicted: {', '.join(never)}; if the pipeline names them otherwise, use --gold-map"
        )
    return Comparison(left, right, tuple(notes))


def _keep(table: Mapping[str, Target], wanted: Collection[str]) -> dict[str, Target]:
    return {label: target for label, target in table.items() if target[0] in wanted}


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
