"""What one copy of an article has that another lacks: the words of both are aligned where both can be read.

The alignment begins with rows of words that both have, and goes on from each along words that are the same or masked: masks keep the number of words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import partial
from itertools import pairwise, starmap, takewhile
from typing import NamedTuple

from policy_news.nlp.relations.copies import IN_A_ROW
from policy_news.nlp.text_reuse import Word, read_words

Span = tuple[int, int]
LEAST = 20
"""Words that must be the same in two copies, and words by which one goes on longer than the other."""
SHARED, STRANGE = 0.25, 0.2
"""Of the visible words of the copy that has less: share that must be the same, and share that may be missing where the other can be read."""
_MASKED = re.compile(r"[^\s\-–—/\"“”‘’'()\[\],.;:!?]+(?:['’.,:][^\s\-–—/\"“”‘’'()\[\],.;:!?]+)*")


class Missing(NamedTuple):
    """Words that a copy has and a text lacks.

    Attributes:
        place: Where they are missing in the raw text.
        there: Where they are in the raw text of the copy.
        words: How many.
    """

    place: Span
    there: Span
    words: int


def read_tokens(text: str, masks: Sequence[Span], skipped: Sequence[Span] = ()) -> list[Word]:
    """Return the words of a text in order; those that are masked are empty.

    Args:
        masks: Its masked spans, in order.
        skipped: Spans whose words are left out, in order.
    """
    tokens, at = [], 0
    for start, end in [*masks, (len(text), len(text))]:
        tokens += [Word(word.word, at + word.start, at + word.end) for word in read_words(text[at:start])]
        tokens += [Word("", match.start(), match.end()) for match in _MASKED.finditer(text, start, end)]
        at = end
    starts, ends = [start for start, _ in skipped], [0, *(end for _, end in skipped)]
    return [token for token in tokens if ends[bisect_right(starts, token.start)] <= token.start]


def find_missing(one: Sequence[Word], other: Sequence[Word]) -> tuple[list[Missing], list[Missing]] | None:
    """Return what each of two texts lacks that the other has; None if they are not copies of one article.

    Args:
        one: Words of a text, as `read_tokens` returns them.
    """
    same = list(_same(one, other))
    visible = [sum(bool(token.word) for token in tokens) for tokens in (one, other)]
    if len(same) < max(LEAST, SHARED * min(visible)):
        return None
    gaps = [
        (one[first[0] + 1 : last[0]], other[first[1] + 1 : last[1]])
        for first, last in pairwise([(-1, -1), *same, (len(one), len(other))])
    ]
    turned = [(right, left) for left, right in gaps]
    if all(
        sum(starmap(_strange, both)) > STRANGE * count
        for both, count in zip((gaps, turned), visible, strict=True)
    ):
        return None
    return list(_missing(gaps, one[-1].end)), list(_missing(turned, other[-1].end))


def _same(one: Sequence[Word], other: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield the places of visible words that both have, ascending in both."""
    matcher = SequenceMatcher(None, _rows(one, 0), _rows(other, 1), autojunk=False)
    starts = [(a, b) for a, b, size in matcher.get_matching_blocks() if size]
    last = -1, -1
    for (a, b), (end_a, end_b) in pairwise([*starts, (len(one), len(other))]):
        before = takewhile(
            partial(_fits, one, other),
            zip(range(a - 1, last[0], -1), range(b - 1, last[1], -1), strict=False),
        )
        after = takewhile(partial(_fits, one, other), zip(range(a, end_a), range(b, end_b), strict=False))
        for i, j in [*list(before)[::-1], *after]:
            if one[i].word and other[j].word and i > last[0] and j > last[1]:
                yield i, j
                last = i, j


def _rows(tokens: Sequence[Word], side: int) -> list[tuple[object, ...]]:
    """Return the words in a row from each on; one with masked words is like no other."""
    words = [token.word or (side, place) for place, token in enumerate(tokens)]
    return [tuple(words[i : i + IN_A_ROW]) for i in range(len(words) - IN_A_ROW + 1)]


def _fits(one: Sequence[Word], other: Sequence[Word], places: tuple[int, int]) -> bool:
    """Return whether two words are the same, as far as both can be read."""
    left, right = one[places[0]].word, other[places[1]].word
    return left == right or not left or not right


def _lacking(own: Sequence[Word], there: Sequence[Word]) -> int:
    """Return how many visible words stand there that the own text lacks; a text with as many words has them in the same places."""
    if len(own) == len(there):
        return sum(not one.word and bool(other.word) for one, other in zip(own, there, strict=True))
    return (_visible(there) - _visible(own)).total()


def _strange(own: Sequence[Word], there: Sequence[Word]) -> int:
    """Return how many visible words of the own text are others there, where they can be read."""
    if len(own) == len(there):
        pairs = zip(own, there, strict=True)
        return sum(bool(one.word and other.word) and one.word != other.word for one, other in pairs)
    return max((_visible(own) - _visible(there)).total() - sum(not token.word for token in there), 0)


def _visible(tokens: Sequence[Word]) -> Counter[str]:
    return Counter(token.word for token in tokens if token.word)


def _missing(gaps: Sequence[tuple[Sequence[Word], Sequence[Word]]], end: int) -> Iterator[Missing]:
    for number, (own, there) in enumerate(gaps, 1):
        words, has_masks = _lacking(own, there), any(not token.word for token in own)
        is_longer = number == len(gaps) and len(own) < 2 and len(there) >= LEAST  # a cut word may end it
        if words and (has_masks or is_longer):
            place = (own[0].start, own[-1].end) if own else (end, end)
            yield Missing(place, (there[0].start, there[-1].end), words)
