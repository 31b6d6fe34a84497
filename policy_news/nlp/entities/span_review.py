"""Reads every span that may be a name once more, beside what all layers made of it: what is it, or nothing?

A softmax regression over plain features, trained by `tools.training.span_review` on articles with marks. It sees the
decided mentions, so it learns where the layers err: a programme that they call an organisation, a name cut at `and`, a title that
they miss.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import starmap
from operator import attrgetter

from policy_news.core.grouping import grouped
from policy_news.nlp.entities.kind_model import word_class
from policy_news.nlp.entities.linear_model import LinearModel
from policy_news.nlp.entities.mentions import LONGEST, Mention, is_people_alone, tokens_of
from policy_news.nlp.tokens import Tokens
from policy_news.rules.word_lists import is_ordinary
from policy_news.tables.labels import BUILT_IN

LABELS = ("NONE", "COMPANY", "PERSON", "GPE", "ORG", "COMMITTEE", "DEPARTMENT", "OFFICE")
"""What a span may be; `NONE` is none of the rest."""
FOLDED = {"LOC": "GPE", "FAC": "GPE", "MINISTER": "PERSON"}
"""Labels that the review does not tell from another: who is a minister, others decide."""
RULE = "model.review"
"""Rule id of mentions that the review makes."""
STAY = 2.0
"""How much the decision of the layers counts for (log odds) against no name, and against other spans."""
LISTED = 6.0
"""The same for a name that a list has: it is hardly ever cut (`Chancellor` in `Chancellor of the Duchy of Lancaster`)."""
LINKS = frozenset(
    {"of", "and", "for", "the", "on", "&", "to", "in", "de", "la", "al", "del", "da", "von", "bin"}
    | {"-", "'s", "’s"}
)
"""Words inside names: a name may go on after them, or end before them."""
CUTS = LINKS | {",", "/"}
FAR = 3
BUILT_IN_LABELS = frozenset(label.name for label in BUILT_IN)
Place = tuple[int, int]


def review_spans(features: SpanFeatures, model: LinearModel) -> list[Mention]:
    """Return the mentions as the review reads them, in order, without overlaps.

    It adds, drops and cuts again. A span that stays keeps its label: on news of other kinds, the layers know that better.
    """
    # What a user has declared was in no training text.
    held = tokens_of(m for m in features.decided.values() if m.label not in BUILT_IN_LABELS)
    places = [place for place in features.find_spans() if held.isdisjoint(range(*place))]
    totals = model.score_all(starmap(features.describe, places))
    read = [_read(features, place, scores) for place, scores in zip(places, totals, strict=True)]
    chosen = _best(read)
    taken, settled = tokens_of(chosen), {m for m, _ in read}
    unread = (m for m in features.decided.values() if m not in settled)
    others = [m for m in unread if taken.isdisjoint(range(m.start, m.end))]
    return sorted([*chosen, *others], key=attrgetter("start"))


def _read(features: SpanFeatures, place: Place, totals: Sequence[float]) -> tuple[Mention, float]:
    """Return what a span is, by the layers or by the scores, and how much speaks for that (log odds against `NONE`)."""
    own = features.decided.get(place)
    if own is not None and fold(own.label) in LABELS:
        stays = LISTED if own.method == "gazetteer" else STAY
        return own, totals[LABELS.index(fold(own.label))] - totals[0] + stays
    best = max(range(1, len(LABELS)), key=totals.__getitem__)
    return features.as_mention(*place, LABELS[best]), totals[best] - totals[0]


def fold(label: str) -> str:
    """Return the label that the review has for one of the layers."""
    return FOLDED.get(label, label)


def _best(read: Iterable[tuple[Mention, float]]) -> list[Mention]:
    """Return the spans without overlaps whose gains are the largest together (weighted interval scheduling)."""
    spans = sorted((row for row in read if row[1] > 0), key=lambda row: (row[0].end, row[0].start))
    ends = [mention.end for mention, _ in spans]
    total, before = [0.0], [0]
    for i, (mention, gain) in enumerate(spans):
        at = bisect_right(ends, mention.start, 0, i)
        takes = total[at] + gain > total[-1]
        total.append(total[at] + gain if takes else total[-1])
        before.append(at if takes else -1)
    chosen, i = [], len(spans)
    while i:
        if before[i] < 0:
            i -= 1
        else:
            chosen.append(spans[i - 1][0])
            i = before[i]
    return chosen


class SpanFeatures:
    """The spans of a doc that may be names, and their features.

    Args:
        tokens: Of a parsed doc.
        mentions: The decided mentions; none overlap.
        candidates: Of the gazetteer and the grammar.
        seen: Of the statistical model.
    """

    def __init__(
        self,
        tokens: Tokens,
        mentions: Sequence[Mention],
        candidates: Sequence[Mention],
        seen: Sequence[Mention],
    ) -> None:
        self.tokens, self.seen = tokens, seen
        self.decided = {(m.start, m.end): m for m in mentions}
        self._seen = {(m.start, m.end): m.label for m in seen}
        self._candidates = grouped(((item.start, item.end), item) for item in candidates)
        self._decided_at = _by_token(mentions, len(tokens))
        self._seen_at = _by_token(seen, len(tokens))
        self._forms: dict[str, Counter[str]] = defaultdict(Counter)
        self._words: dict[str, set[str]] = defaultdict(set)
        for item in mentions:
            self._forms[tokens.text(item.start, item.end).lower()][fold(item.label)] += 1
            for word in tokens.texts[item.start : item.end]:
                self._words[word].add(fold(item.label))
        self._counts = Counter(tokens.texts)
        self._shapes = [EDGE, *map(_shape, tokens.texts), EDGE]
        words = [EDGE if space else word for word, space in zip(tokens.lower, tokens.spaces, strict=True)]
        self._words_beside = [EDGE, EDGE, *words, EDGE, EDGE]
        labels = [fold(mention.label) if mention else "-" for mention in self._decided_at]
        self._labels_beside = ["-", "-", *labels, "-", "-"]
        self._in_lower = [
            text[:1].isupper() and word in self._counts
            for text, word in zip(tokens.texts, tokens.lower, strict=True)
        ]

    def find_spans(self) -> list[Place]:
        """Return the spans of the layers, runs of capitalised words, and the parts of both; none in a sentence with masked words."""
        spans = {*self.decided, *self._seen, *self._candidates}
        wider = spans.union(_runs(self.tokens))
        spans |= {
            part for place in wider for part in (place, *_parts(self.tokens, *place)) if self._may_be(*part)
        }
        gaps = {start for start, _ in map(self.tokens.sentence_of, self.tokens.gaps)}
        return sorted(
            (start, end)
            for start, end in spans
            if end - start <= LONGEST
            and not is_people_alone(self.tokens.text(start, end))
            and self.tokens.are_together(start, end)
            and not (gaps and self.tokens.sentence_of(start)[0] in gaps)
        )

    def _may_be(self, start: int, end: int) -> bool:
        """Return whether a part begins and ends like a name."""
        texts = self.tokens.texts
        return start < end and _opens(texts[start]) and _opens(texts[end - 1])

    def as_mention(self, start: int, end: int, label: str, rule: str = RULE) -> Mention:
        """Return the mention of a span, with the id of a list that has it under that label; of `rule` where none has it."""
        listed = [m for m in self._candidates.get((start, end), ()) if m.method == "gazetteer"]
        return next((m for m in listed if fold(m.label) == label), Mention(start, end, label, "model", rule))

    def describe(self, start: int, end: int) -> list[str]:
        """Return the features of a span."""
        decided = self.decided.get((start, end))
        found, features = self._of_decision(start, end, decided)
        return [
            *features,
            *self._of_layers(start, end, found),
            *self._of_words(start, end, found),
            *self._of_sides(start, end, found),
            *self._of_document(start, end, found),
        ]

    def _of_decision(self, start: int, end: int, decided: Mention | None) -> tuple[str, list[str]]:
        """Return what was decided of the span: a short name, with which other features are paired, and features."""
        if decided is not None:
            label = fold(decided.label)
            return label, [
                f"F={label}",
                f"F={label}:{decided.method}",
                f"F={label}:{decided.rule}",
                f"F={label}:{bool(decided.entry)}",
            ]
        over = {m.start: m for m in self._decided_at[start:end] if m is not None}
        if not over:
            return "-", ["F=-"]
        relations = [(_relation(m, start, end), m) for m in over.values()]
        found = "~" + "+".join(sorted({f"{how}{fold(m.label)}" for how, m in relations}))
        features = [f"F={found}"]
        for how, m in relations:
            label = fold(m.label)
            features.append(f"Fm={how}:{label}:{m.method}")
            features.append(f"Fd={how}:{label}:{_clip(start - m.start)}:{_clip(end - m.end)}")
        return found, features

    def _of_layers(self, start: int, end: int, found: str) -> list[str]:
        """Return what the statistical model, the lists and the grammar say."""
        seen = self._seen.get((start, end))
        if seen is None:
            over = {m.start: m for m in self._seen_at[start:end] if m is not None}
            seen = "~" + "+".join(sorted({f"{_relation(m, start, end)}{m.label}" for m in over.values()}))
        own = self._candidates.get((start, end), ())
        said = "+".join(sorted({f"{m.method[0]}{m.label}" for m in own}))
        return [
            f"B={seen}",
            f"C={said}",
            f"FB={found}|{seen}",
            f"FC={found}|{said}",
            f"FBC={found}|{seen}|{said}",
            *sorted({f"rule={m.rule}" for m in own if m.method in ("rule", "weak")}),
        ]

    def _of_words(self, start: int, end: int, found: str) -> list[str]:
        tokens, length = self.tokens, end - start
        texts, lower = tokens.texts[start:end], tokens.lower[start:end]
        where = "head" if start in tokens.headlines else "body"
        first, last = lower[0], lower[-1]
        own = self._shapes[start + 1 : end + 1]
        shapes = "".join(sorted({*own})) if length > 1 else own[0]
        opens, closes = word_class(texts[0]), word_class(texts[-1])
        ordinary = all(is_ordinary(word) or not word.isalpha() for word in texts)
        tag, last_tag = tokens.tags[start], tokens.tags[end - 1]
        features = [
            f"where={where}",
            f"F={found}:{where}",
            f"length={min(length, 6)}",
            f"F={found}:length={min(length, 4)}",
            f"w1={first}",
            f"w1={first}:{found}",
            f"wn={last}",
            f"wn={last}:{found}",
            f"shape={shapes}",
            f"shape={shapes}:{found}",
            f"ends={own[0]}:{own[-1]}",
            f"class={opens}:{closes}:{length}",
            f"class1={opens}:{found}",
            f"classn={closes}:{found}",
            f"ordinary={ordinary}:{found}",
            f"ordinary={ordinary}:{where}",
            f"t1={tag}",
            f"tn={last_tag}",
            f"t1n={tag}:{last_tag}:{found}",
            *sorted({f"within={word}" for word in lower[1:-1]}),
        ]
        if length == 1:
            features += [f"only={first}", f"only={tag}:{found}"]
        return features

    def _of_sides(self, start: int, end: int, found: str) -> list[str]:
        tokens = self.tokens
        before_that, before = self._words_beside[start : start + 2]
        after, after_that = self._words_beside[end + 2 : end + 4]
        left_of_that, left = self._labels_beside[start : start + 2]
        right, right_of_that = self._labels_beside[end + 2 : end + 4]
        left_shape = self._shapes[start] if before != EDGE else EDGE
        right_shape = self._shapes[end + 1] if after != EDGE else EDGE
        features = [
            f"l1={before}",
            f"l1={before}:{found}",
            f"l2={before_that} {before}",
            f"r1={after}",
            f"r1={after}:{found}",
            f"r2={after} {after_that}",
            f"ll={left}:{found}",
            f"ll2={left_of_that},{left}",
            f"rl={right}:{found}",
            f"rl2={right},{right_of_that}",
            f"ls={left_shape}:{found}",
            f"rs={right_shape}:{found}",
            f"sides={left_shape}:{right_shape}",
            f"lt={tokens.tags[start - 1] if start else ''}:{found}",
            f"rt={tokens.tags[end] if end < len(tokens) else ''}:{found}",
        ]
        if tokens.sentence_starts[start]:
            features.append(f"opens={found}:{end - start}")
        return features

    def _of_document(self, start: int, end: int, found: str) -> list[str]:
        """Return what the rest of the document makes of the words."""
        tokens, texts = self.tokens, self.tokens.texts[start:end]
        in_lower = min(sum(self._in_lower[start:end]), 2)
        features = [f"lower={in_lower}:{end - start == 1}", f"lower={in_lower}:{found}"]
        forms = self._forms.get(tokens.text(start, end).lower())
        if forms is None:
            features.append(f"form=-:{found}")
        else:
            label, times = max(forms.items(), key=lambda item: (item[1], item[0]))
            features += [f"form={label}:{min(times, FAR)}:{found}", f"form={label}"]
        if end - start == 1:
            features += [f"word={label}:{found}" for label in sorted(self._words.get(texts[0], ()))]
            features.append(f"times={min(self._counts[texts[0]], 4)}:{found}")
        return features


EDGE = "^"
"""What stands beside the first and the last word."""


def _runs(tokens: Tokens) -> Iterator[Place]:
    """Yield runs of capitalised words, over the small words and commas between them."""
    first = last = -1
    for i in tokens.capitals:
        if tokens.spaces[i]:
            continue
        if first >= 0 and i - last <= FAR and CUTS.issuperset(tokens.lower[last + 1 : i]):
            last = i
            continue
        if first >= 0:
            yield first, last + 1
        first = last = i
    if first >= 0:
        yield first, last + 1


def _parts(tokens: Tokens, start: int, end: int) -> Iterator[Place]:
    """Yield what a span is without its first word, without its last, and on both sides of each small word in it."""
    if end - start > 1:
        yield start, end - 1
        yield start + 1, end
    for i in range(start + 1, end - 1):
        if tokens.lower[i] in CUTS:
            yield start, i
            yield i + 1, end


def _by_token(mentions: Iterable[Mention], length: int) -> list[Mention | None]:
    """Return the mention at each token."""
    at: list[Mention | None] = [None] * length
    for mention in mentions:
        for i in range(mention.start, mention.end):
            at[i] = mention
    return at


def _relation(mention: Mention, start: int, end: int) -> str:
    """Return how a span lies to a mention that it overlaps."""
    if mention.start <= start and end <= mention.end:
        return "in"
    return "has" if start <= mention.start and mention.end <= end else "x"


def _clip(distance: int) -> int:
    return max(-FAR, min(FAR, distance))


def _opens(text: str) -> bool:
    return text[:1].isupper() or text[:1].isdigit()


@lru_cache(maxsize=50_000)
def _shape(text: str) -> str:
    if any(map(str.isdigit, text)):
        return "9"
    if text.isupper():
        return "XX" if len(text) > 1 else "X"
    if text[:1].isupper():
        return "Xx" if text[1:].islower() else "XxX"
    return "x" if text.isalpha() else "p"
