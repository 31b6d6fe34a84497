"""Entities: matches, counts and differences of a document. Pure.

Measures: `strict` (same start, end and label), `span` (same start and end), `partial` (same label, a shared character) and
`any` (a shared character). In the last two each side is matched once, equal spans first, then by shared characters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from policy_news.evaluation.counts import Counts, count_matches, split_matches
from policy_news.evaluation.differences import Difference, Result, unmatched
from policy_news.evaluation.label_maps import IGNORE, Comparison, Target
from policy_news.evaluation.name_trimming import trim
from policy_news.evaluation.overlaps import Rated, find_overlaps, has_same_span, pair_best, spans_of
from policy_news.evaluation.pairing import Pair
from policy_news.outputs.formats.gold import GoldEntity

MEASURES = ("strict", "span", "partial", "any")
MISSED, NOTHING = "(missed)", "(none)"


@dataclass(frozen=True, slots=True)
class ComparedMention:
    """An entity as it is compared.

    Attributes:
        labels: The labels that count as right; the first is its own.
        written: Its label before the label maps.
    """

    start: int
    end: int
    labels: Target
    written: str


def compare_entities(pair: Pair, labels: Comparison, *, trimmed: bool) -> Result:
    """Compare the entities of a document.

    Args:
        pair: The document in gold standard and predictions.
        labels: What each label of both sides counts as.
        trimmed: Compare spans without articles, honorifics and outer punctuation.
    """
    gold: list[ComparedMention] = []
    free: list[ComparedMention] = []
    for mention in _mentions(pair.text, pair.gold.entities or (), labels.gold, trimmed):
        if mention.labels[0] == IGNORE:
            free.append(mention)
        else:
            gold.append(mention)
    optional = set(pair.gold.optional_entities)
    predicted = _mentions(pair.text, pair.predicted.entities or (), labels.pred, trimmed)
    predicted = [mention for mention in predicted if (mention.start, mention.end) not in optional]
    # Predictions that only match what may be predicted or not are left out before anything is counted. One
    # that also matches a gold item stays: it is right.
    hit = set(match(gold, predicted).values())
    ignored = {j for _, j, _ in find_overlaps(free, predicted)} - hit
    predicted = [one for j, one in enumerate(predicted) if j not in ignored]
    loose = match(gold, predicted)
    counts = _count(gold, predicted, loose)
    pairs, missed, extra = split_matches(gold, predicted, loose)
    confusion = Counter((one.written, other.written) for one, other in pairs)
    confusion.update((one.written, MISSED) for one in missed)
    confusion.update((NOTHING, one.written) for one in extra)
    differences = [
        *_differences(pair.gold.name, pairs),
        *unmatched("entities", pair.gold.name, (missed, extra), lambda one: one.written, spans_of),
    ]
    return Result(counts, confusion, tuple(differences))


def _mentions(
    text: str, entities: Sequence[GoldEntity], table: Mapping[str, Target], trimmed: bool
) -> list[ComparedMention]:
    """Return the entities that are compared, each span and label once."""
    made: dict[tuple[int, int, str], ComparedMention] = {}
    for one in entities:
        labels = table.get(one.label)
        if labels is None:
            continue
        start, end = one.start, one.end
        if trimmed:
            start, end = trim(text, start, end)
        made.setdefault((start, end, labels[0]), ComparedMention(start, end, labels, one.label))
    return list(made.values())


def match(
    gold: Sequence[ComparedMention], predicted: Sequence[ComparedMention], *, same_label: bool = False
) -> dict[int, int]:
    """Pair gold items with predictions: equal spans first, then by characters shared, then by label.

    Args:
        same_label: Pair only items of the same label.

    Returns:
        Position of the gold item to that of its prediction, each at most once.
    """

    def rated() -> Iterator[Rated]:
        for i, j, shared in find_overlaps(gold, predicted):
            agrees = predicted[j].labels[0] in gold[i].labels
            if agrees or not same_label:
                yield not has_same_span(gold[i], predicted[j]), -shared, not agrees, i, j

    return pair_best(rated())


def _count(
    gold: Sequence[ComparedMention], predicted: Sequence[ComparedMention], loose: Mapping[int, int]
) -> Counts:
    alike = match(gold, predicted, same_label=True)

    def exact(matched: Mapping[int, int]) -> dict[int, int]:
        return {i: j for i, j in matched.items() if has_same_span(gold[i], predicted[j])}

    matches = {"strict": exact(alike), "span": exact(loose), "partial": alike, "any": loose}
    counts = Counts()
    for measure, matched in matches.items():
        # A match counts under the label of the gold, so that precision and recall of a label have the same numerator.
        right = {measure: lambda one, other: True}
        count_matches(counts, *split_matches(gold, predicted, matched), right, lambda one: one.labels[0])
    return counts


def _differences(name: str, pairs: Iterable[tuple[ComparedMention, ComparedMention]]) -> Iterator[Difference]:
    for one, other in pairs:
        is_wrong = {"boundary": not has_same_span(one, other), "label": other.labels[0] not in one.labels}
        kind = " and ".join(part for part, wrong in is_wrong.items() if wrong)
        if kind:
            spans = spans_of(one), spans_of(other)
            yield Difference("entities", kind, name, one.written, other.written, *spans)
