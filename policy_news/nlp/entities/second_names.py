"""Decides names between two readers: the layers, and the encoder of the accurate mode.

A logistic regression over every span that one of them takes for a name, with each label that one gives it. Facts stay as the layers
have them: names with an id of the lists, ministers, offices, committees, departments, and names of a user's own labels.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from policy_news.nlp.encoder.roles import NAMES, Floats
from policy_news.nlp.entities.full_names import is_built_as_person
from policy_news.nlp.entities.linear_model import LinearModel
from policy_news.nlp.entities.mention_scores import GROUPS
from policy_news.nlp.entities.mentions import LONGEST, Mention, is_people_alone, tokens_of
from policy_news.nlp.entities.span_review import RULE as REVIEWED
from policy_news.nlp.entities.span_review import SpanFeatures, fold
from policy_news.nlp.entities.spelled_names import RULE as DEFINED
from policy_news.nlp.tokens import Tokens
from policy_news.rules.word_lists import is_ordinary

OPEN = ("COMPANY", "ORG", "PERSON", "GPE")
"""Labels that are decided here."""
RULE = "model.encoder"
"""Rule id of mentions that only the encoder found."""
LEAST = 0.5
FLOOR = -8.0
"""Lowest log probability that counts: below it all are alike."""
MOST = 3
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class NameCandidate:
    """A span with one label that a reader gives it.

    Attributes:
        mention: What becomes of it.
        label: One of `OPEN`.
        values: Its features, by their names.
    """

    mention: Mention
    label: str
    values: Mapping[str, float]


def decide_names(
    tokens: Tokens, mentions: Sequence[Mention], candidates: Iterable[NameCandidate], model: LinearModel
) -> tuple[list[Mention], dict[int, float]]:
    """Decide which spans are names: the likeliest first, none that overlaps one that is taken.

    Args:
        mentions: What the layers decided.
        candidates: Spans that they or the encoder take for names.
        model: The weights.

    Returns:
        The mentions, in order, and the probability of each that was decided here, by its end.
    """
    chances: dict[int, float] = {}
    chosen = [mention for mention in mentions if not is_open(mention)]
    taken = tokens_of(chosen)
    ranked = [(chance_of(model, own.values), own) for own in candidates]
    for chance, own in sorted(
        ranked, key=lambda row: (-row[0], row[1].mention.start, row[1].mention.end, row[1].label)
    ):
        places = range(own.mention.start, own.mention.end)
        if chance < LEAST:
            break
        if taken.isdisjoint(places):
            chosen.append(own.mention)
            chances[own.mention.end] = chance
            taken.update(places)
    # The layers know the whole document and the names of the world: where the encoder sees nothing, a person stays, and a name with
    # the short form that the text defines.
    left = [m for m in mentions if taken.isdisjoint(range(m.start, m.end))]
    defined = {tokens.text(m.start, m.end) for m in mentions if _is_acronym(tokens, m)}
    chosen += [
        m for m in left if m.label == "PERSON" or m.rule == DEFINED or tokens.text(m.start, m.end) in defined
    ]
    return sorted(chosen, key=attrgetter("start")), chances


def _is_acronym(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a mention is an acronym in brackets."""
    before, after = tokens.texts[max(mention.start - 1, 0)], tokens.texts[min(mention.end, len(tokens) - 1)]
    return (before, after) == ("(", ")") and tokens.text(mention.start, mention.end).isupper()


def chance_of(model: LinearModel, values: Mapping[str, float]) -> float:
    """Return the probability that a candidate is a name with its label."""
    total = float(model.weights[len(model.rows), 0])
    for name, value in values.items():
        row = model.rows.get(name)
        if row is not None:
            total += value * float(model.weights[row, 0])
    return float(1 / (1 + np.exp(-total)))


def is_open(mention: Mention) -> bool:
    """Return whether the encoder has a say about a mention."""
    return not mention.entry and mention.label != "MINISTER" and fold(mention.label) in OPEN


def find_candidates(spans: SpanFeatures, mentions: Sequence[Mention], names: Floats) -> list[NameCandidate]:
    """Return the spans that a reader takes for a name, each with each label that one gives it, and their features.

    Args:
        spans: What the layers saw.
        mentions: What they decided.
        names: What the encoder sees (`Sight.names`), of shape (tokens, classes).
    """
    return [*_Readers(spans, mentions, names).candidates()]


def read_spans(names: Floats) -> Iterator[Mention]:
    """Yield the spans that the encoder labels, in order.

    A person goes on where the next word is another person's first one: no text has two names of people without a word or sign between,
    and a surname that mostly stands alone (`Ted Cruz` beside many `Cruz`) is read as if it began one.

    Args:
        names: Log probabilities of the classes, of shape (tokens, classes).
    """
    classes = names.argmax(axis=1)
    start, label = 0, ""
    for i, own in enumerate([*classes.tolist(), 0]):
        name = NAMES[(own - 1) // 2] if own else ""
        if fold(name) == fold(label) == "PERSON":
            continue
        if label and (own % 2 or name != label):
            yield Mention(start, i, label, "model", RULE)
            label = ""
        if own and not label:
            start, label = i, name


class _Readers:
    """What both read in one doc."""

    def __init__(self, spans: SpanFeatures, mentions: Sequence[Mention], names: Floats) -> None:
        self._spans, self._tokens = spans, spans.tokens
        self._names = np.maximum(names, FLOOR)
        self._decided = {(m.start, m.end): m for m in mentions}
        self._fixed = tokens_of(m for m in mentions if not is_open(m))
        read = [m for m in read_spans(names) if self._may_be(m)]
        self._read = {(m.start, m.end): fold(m.label) for m in read}
        self._seen = {(m.start, m.end): m.label for m in spans.seen}
        self._decided_at, self._read_at, self._seen_at = map(tokens_of, (mentions, read, spans.seen))
        self._forms: dict[str, Counter[str]] = defaultdict(Counter)
        for mention in mentions:
            self._forms[self._text(mention.start, mention.end)][f"R{fold(mention.label)}"] += 1
        for mention in read:
            self._forms[self._text(mention.start, mention.end)][f"E{fold(mention.label)}"] += 1
        self._longer = _words_of_longer(self._tokens, mentions), _words_of_longer(self._tokens, read)

    def _text(self, start: int, end: int) -> str:
        return self._tokens.text(start, end).lower()

    def _may_be(self, mention: Mention) -> bool:
        start, end = mention.start, mention.end
        return (
            end - start <= LONGEST
            and self._tokens.are_together(start, end)
            and self._tokens.gaps.isdisjoint(range(start, end))
            and not is_people_alone(self._tokens.text(start, end))
        )

    def candidates(self) -> Iterator[NameCandidate]:
        for place in sorted({*self._decided, *self._read}):
            if not self._fixed.isdisjoint(range(*place)):
                continue
            own, read = self._decided.get(place), self._read.get(place)
            labels = {fold(own.label)} if own else set()
            if read in OPEN:
                labels.add(read)
            for label in sorted(labels):
                mention = own
                if mention is None or fold(mention.label) != label:
                    mention = self._spans.as_mention(*place, label, RULE)
                yield NameCandidate(mention, label, self._describe(place, label, own, read))

    def _describe(self, place: Place, label: str, own: Mention | None, read: str | None) -> dict[str, float]:
        start, end = place
        layers = _relation(place, fold(own.label) if own else None, label, self._decided_at)
        encoder = _relation(place, read, label, self._read_at)
        seen = self._seen.get(place)
        base = _relation(place, GROUPS.get(seen, "other") if seen else None, GROUPS[label], self._seen_at)
        inside = self._inside(place, label)
        others = max(self._inside(place, other) for other in OPEN if other != label)
        none = float(self._names[start:end, 0].mean())
        after = self._continues(end, label)
        method = ("review" if own.rule == REVIEWED else own.method) if own and layers == "same" else layers
        values = {
            f"label {label}": 1.0,
            f"layers {layers}": 1.0,
            f"layers {method}": 1.0,
            f"layers {layers} {label}": 1.0,
            f"encoder {encoder}": 1.0,
            f"encoder {encoder} {label}": 1.0,
            f"both {layers} {encoder}": 1.0,
            f"base {base}": 1.0,
            f"base {base} {layers}": 1.0,
            f"in {label}": inside / 4,
            f"in {layers}": inside / 4,
            f"margin {layers}": (inside - max(others, none)) / 4,
            f"margin {method}": (inside - max(others, none)) / 4,
            "other": (inside - others) / 4,
            "none": none / 4,
            "ends": after / 4,
        }
        values |= self._elsewhere(place, label, layers, encoder)
        return values | dict.fromkeys(self._of_words(place, label, layers), 1.0)

    def _elsewhere(self, place: Place, label: str, layers: str, encoder: str) -> dict[str, float]:
        """Return how often each reader has the same words elsewhere, and the layers with other labels."""
        forms = self._forms[self._text(*place)]
        against = sum(forms[f"R{other}"] for other in OPEN if other != label) - (layers == "label")
        counts = {
            "layers elsewhere": forms[f"R{label}"] - (layers == "same"),
            "encoder elsewhere": forms[f"E{label}"] - (encoder == "same"),
            "layers against": max(against, 0),
        }
        return {name: float(np.log1p(count)) for name, count in counts.items()}

    def _of_words(self, place: Place, label: str, layers: str) -> Iterator[str]:
        """Yield features of the words and where they are; most are paired with what the layers say."""
        start, end = place
        words = self._tokens.texts[start:end]
        paired = [f"words {min(end - start, MOST)}"]
        if end - start == 1:
            paired += self._of_longer(words[0], label)
            if is_ordinary(words[0]):
                yield "ordinary"
        if all(map(str.isupper, words)):
            paired.append("capitals")
        if start in self._tokens.headlines:
            paired.append("headline")
        for name in paired:
            yield name
            yield f"{name} {layers}"
        if is_built_as_person(words):
            yield f"built as person {label}"

    def _of_longer(self, word: str, label: str) -> Iterator[str]:
        """Yield whether each reader has longer names with the word, and one of them with the label."""
        for reader, longer in zip(("layers", "encoder"), self._longer, strict=True):
            if word in longer:
                yield f"longer {reader} {'same' if label in longer[word] else 'other'}"

    def _inside(self, place: Place, label: str) -> float:
        """Return the mean log probability of the words of a name with a label."""
        first, *rest = range(*place)
        total = self._log(first, label, 1) + sum(self._log(i, label, 2) for i in rest)
        return total / (place[1] - place[0])

    def _continues(self, end: int, label: str) -> float:
        """Return the log probability that a name does not go on at a token."""
        if end >= len(self._tokens):
            return 0.0
        on = min(float(np.exp(self._log(end, label, 2))), 1.0)
        return max(float(np.log(1 - on + 1e-9)), FLOOR)

    def _log(self, i: int, label: str, part: int) -> float:
        own = float(self._names[i, 2 * NAMES.index(label) + part])
        if label == "PERSON":
            return float(np.logaddexp(own, self._names[i, 2 * NAMES.index("MINISTER") + part]))
        return own


def _words_of_longer(tokens: Tokens, mentions: Sequence[Mention]) -> Mapping[str, set[str]]:
    """Return the labels of the names of several words that have each word."""
    found: dict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        if mention.end - mention.start > 1:
            for word in tokens.texts[mention.start : mention.end]:
                found[word].add(fold(mention.label))
    return found


def _relation(place: Place, own: str | None, label: str, covered: set[int]) -> str:
    """Return what a reader says of a candidate: `same`, another `label`, another span `over` it, or `nothing`."""
    if own is not None:
        return "same" if own == label else "label"
    return "nothing" if covered.isdisjoint(range(*place)) else "over"
