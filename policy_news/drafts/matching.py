"""Holds the words of a quotation against a document: where they are, which of them differ, which the document has masked."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from operator import attrgetter

from policy_news.drafts.finding import Difference
from policy_news.drafts.pile import PileDocument, Token
from policy_news.drafts.quotation_words import Words
from policy_news.nlp.passages import HIDDEN
from policy_news.nlp.text_reuse import telling_words

ASIDE = 25
"""Words outside quotation marks that may stand in the middle of a quotation, such as who speaks."""
DROPPED = 3
"""A clause that is left out counts as so many wrong words."""
ISOLATED = 2
"""Words in a row that say nothing where they stand apart from the others."""
OCCURRENCES = 4
"""Places of one document that are looked at."""
_BESIDE = 12


@dataclass(frozen=True, slots=True)
class Change:
    """Words of the draft, and those that stand in their place."""

    draft: tuple[str, ...]
    pile: tuple[str, ...]

    @property
    def cost(self) -> int:
        """How many wrong words it counts as."""
        return max(len(self.draft), min(len(self.pile), DROPPED))

    @property
    def is_telling(self) -> bool:
        """Whether a number or a negation differs."""
        return telling_words(self.draft) != telling_words(self.pile)

    @property
    def operation(self) -> str:
        """As `difflib` calls it."""
        if not self.draft:
            return "delete"
        return "replace" if self.pile else "insert"


@dataclass(frozen=True, slots=True)
class Match:
    """Where a document may have a quotation.

    Attributes:
        document: The document.
        first: Its first word of it.
        last: Its last one.
        blocks: Words that are the same, in rows: first in the quotation, first in the document, how many.
        changes: What differs.
        hidden: Words of the quotation that may be among masked ones.
        size: Words of the quotation.
    """

    document: PileDocument
    first: int
    last: int
    blocks: tuple[tuple[int, int, int], ...]
    changes: tuple[Change, ...] = ()
    hidden: int = 0
    size: int = 0

    @property
    def same(self) -> int:
        """Words that are the same."""
        return sum(size for _, _, size in self.blocks)

    @property
    def runs(self) -> list[tuple[int, int]]:
        """The rows of words in the quotation: first and last-plus-one."""
        return [(start, start + size) for start, _, size in self.blocks]

    @property
    def stretches(self) -> list[tuple[int, int]]:
        """The same as offsets in the raw text."""
        tokens = self.document.tokens
        return [(tokens[first].start, tokens[first + size - 1].end) for _, first, size in self.blocks]

    @property
    def score(self) -> float:
        """Share of the words that are the same, of those that can be seen."""
        wrong = sum(change.cost for change in self.changes) - self._moved()
        return self.same / max(self.same + wrong, 1)

    def _moved(self) -> int:
        """Return words that stand elsewhere in it: each is counted once as missing and once as added."""
        mine = Counter(word for change in self.changes for word in change.draft)
        theirs = Counter(word for change in self.changes for word in change.pile)
        return (mine & theirs).total()

    @property
    def is_exact(self) -> bool:
        """Whether all words are there, and no others."""
        return not self.changes and not self.hidden

    @property
    def span(self) -> tuple[int, int]:
        """Its offsets in the raw text."""
        tokens = self.document.tokens
        return tokens[self.first].start, tokens[self.last].end

    @property
    def is_quoted(self) -> bool:
        """Whether it is a quotation there too."""
        return self.document.tokens[self.first].quoted and self.document.tokens[self.last].quoted

    def differences(self) -> tuple[Difference, ...]:
        """Return what differs, numbers and negations first."""
        ordered = sorted(self.changes, key=lambda change: not change.is_telling)
        return tuple((one.operation, " ".join(one.draft), " ".join(one.pile)) for one in ordered)


def find_exact(quotation: Words, document: PileDocument) -> list[Match]:
    """Return the places of a document that have the words one after the other, but for what the draft shows as left out."""
    bounds = sorted({0, len(quotation.words), *quotation.open_at})
    pieces = [quotation.words[start:end] for start, end in itertools.pairwise(bounds)]
    found: list[Match] = []
    if not document.vocabulary >= set(filter(str.isalpha, quotation.words)) - {"percent"}:
        return found
    at = 0
    while len(found) < OCCURRENCES:
        spans = list(_follow(pieces, document.joined, at))
        if len(spans) != len(pieces) or not spans:
            break
        first = document.joined.count(" ", 0, spans[0][0] + 1) - 1
        last = document.joined.count(" ", 0, spans[-1][1]) - 2
        found.append(Match(document, first, last, ((0, first, last + 1 - first),), size=len(quotation.words)))
        at = spans[0][0] + 1
    return found


def _follow(pieces: Iterable[Sequence[str]], joined: str, at: int) -> Iterator[tuple[int, int]]:
    """Yield where each piece stands, one after the other."""
    for piece in pieces:
        words = f" {' '.join(piece)} "
        start = joined.find(words, at)
        if start < 0:
            return
        at = start + len(words) - 1
        yield start, start + len(words)


def find_near(quotation: Words, document: PileDocument, passage: tuple[int, int]) -> Match | None:
    """Return the place about a passage that has most of the words; None if none are there.

    Args:
        passage: First and last-plus-one offset.
    """
    low, high = _window(document.tokens, passage, len(quotation.words))
    window = document.words[low:high]
    blocks = SequenceMatcher(None, quotation.words, window, autojunk=False).get_matching_blocks()[:-1]
    kept = _together([(one.a, one.b + low, one.size) for one in blocks])
    if not kept:
        return None
    return _Reader(quotation, document, kept).match()


def _window(tokens: Sequence[Token], passage: tuple[int, int], size: int) -> tuple[int, int]:
    first, end = (bisect_left(tokens, offset, key=attrgetter("start")) for offset in passage)
    if first == end:
        return 0, 0
    return max(first - size - _BESIDE, 0), min(end - 1 + 2 * size + 2 * _BESIDE, len(tokens))


def _together(blocks: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return the blocks without few words that stand far from the others."""
    kept = list(blocks)
    for ends in ((0, 1), (-1, -2)):
        while len(kept) > 1 and _is_apart(kept[ends[0]], kept[ends[1]]):
            kept.pop(ends[0])
    return kept


def _is_apart(edge: tuple[int, int, int], inner: tuple[int, int, int]) -> bool:
    first, second = sorted((edge, inner))
    between = second[1] - first[1] - first[2]
    own = second[0] - first[0] - first[2]
    return edge[2] <= ISOLATED and between > own + DROPPED


class _Reader:
    """Reads what stands between and beside the blocks of words that are the same."""

    def __init__(
        self, quotation: Words, document: PileDocument, blocks: Sequence[tuple[int, int, int]]
    ) -> None:
        self._words, self._open = quotation.words, quotation.open_at
        self._document, self._blocks = document, blocks
        self._changes: list[Change] = []
        self._hidden = 0
        self._first = blocks[0][1]
        self._last = blocks[-1][1] + blocks[-1][2] - 1

    def match(self) -> Match:
        """Return the place."""
        self._read_before(self._words[: self._blocks[0][0]])
        for (a, b, size), (after, behind, _) in zip(self._blocks, self._blocks[1:], strict=False):
            self._read_between(a + size, after, b + size, behind)
        end = self._blocks[-1][0] + self._blocks[-1][2]
        self._read_behind(self._words[end:])
        return Match(self._document, self._first, self._last, tuple(self._blocks), tuple(self._changes), self._hidden, len(self._words))  # fmt: skip

    def _read_before(self, words: Sequence[str]) -> None:
        tokens = self._document.tokens[max(self._first - len(words), 0) : self._first]
        kept = self._beside(list(reversed(words)), list(reversed(tokens)))
        self._first -= kept

    def _read_behind(self, words: Sequence[str]) -> None:
        tokens = self._document.tokens[self._last + 1 : self._last + 1 + len(words)]
        self._last += self._beside(words, tokens, is_behind=True)

    def _beside(self, words: Sequence[str], tokens: Sequence[Token], *, is_behind: bool = False) -> int:
        """Read words outside the blocks, from within outwards; returns how many words of the document stand for them."""
        if not words:
            return 0
        masked = sum(token.word == HIDDEN for token in tokens)
        if tokens and tokens[0].word == HIDDEN and masked * 2 >= len(tokens):
            self._hidden += len(words)
            return 0
        told = 0
        while told < len(tokens) and tokens[told].quoted and tokens[told].word != HIDDEN:
            told += 1
        pile = [token.word for token in tokens[:told]]
        if not is_behind:
            words, pile = list(reversed(words)), list(reversed(pile))
        self._changes.append(Change(tuple(words), tuple(pile)))
        return told

    def _read_between(self, start: int, end: int, low: int, high: int) -> None:
        words, tokens = self._words[start:end], self._document.tokens[low:high]
        if not words and not tokens:
            return
        masked = sum(token.word == HIDDEN for token in tokens)
        if masked and len(words) <= masked + 1:
            self._hidden += max(len(words), 1)
            return
        if not words and (self._is_aside(low, high) or start in self._open):
            return
        self._changes.append(Change(words, tuple(token.word for token in tokens if token.word != HIDDEN)))

    def _is_aside(self, low: int, high: int) -> bool:
        """Return whether words stand between two quotations, as who speaks does."""
        tokens = self._document.tokens
        beside = tokens[low - 1].quoted and tokens[high].quoted
        return beside and high - low <= ASIDE and not any(token.quoted for token in tokens[low:high])
