"""A plain copy of the parse: lists in place of tokens, read once and then walked many times."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
from spacy.tokens import Doc

from policy_news.core.grouping import grouped
from policy_news.nlp.claims.claim_sections import Spread as Spread
from policy_news.nlp.claims.claim_sections import claim_sections
from policy_news.nlp.claims.misparses import mend
from policy_news.nlp.extensions import find_sections, gap_tokens
from policy_news.nlp.tokens import spell_column

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
_CLAUSES = frozenset({"acl", "advcl", "appos", "ccomp", "conj", "parataxis", "pcomp", "relcl", "xcomp"})
_MARKS = frozenset({"_SP", ",", ".", "``", "''"})
_PERSONS = frozenset({"MINISTER", "PERSON"})
_NUMBERS = ("HEAD", "IDX", "LENGTH", "SENT_START", "SPACY")
_ATTRIBUTES = ("LOWER", "LEMMA", "TAG", "DEP", "ORTH", "SUFFIX", "SHAPE", *_NUMBERS)
_MISREAD = {"hop": "hope", "said": "say"}
"""Lemmas that the lemmatizer finds for forms of another verb (`hopes`, `hoping`) of the news."""
MAX_WORDS = 50_000
"""Words whose form is remembered."""
PHRASE = 6
"""Most tokens of a phrase between two things that belong together: a cue and its colon, a title and a name."""
FEW = 3
"""Fewest words that say something by themselves; fewer in quotation marks are a term."""
MAX_STEPS = 40
"""Longest way up a tree that is walked; a parse of ordinary text is never that deep."""


class Tree:
    """Words, labels and heads of a doc as lists, with the helpers that the constructions share.

    Attributes:
        codes: Columns of spaCy's attributes by name.
        heads: Index of each token's head; a root is its own.
        kids: Indexes of each token's dependents, in order.
        left: First token of each token's subtree.
        right: Last token of each token's subtree.
        sents: First token of the sentence that each token stands in.
        mentions: The entities.
        ents: Number of the entity that a token stands in.
        dates: The tokens of each date, in order.
        dated: Numbers of the dates in the clause of each token, below it (`Tata Steel, which bought Corus in 2007, | warned`: none).
        gaps: Tokens that stand for masked text.
        sections: All sections.
        limits: The sections that may hold claims, each with whether it is a headline.
        spaces: Whether each token is white space.
        text: The text of the doc.
        words: Whether each token holds a letter or digit.
    """

    __slots__ = (
        "codes", "dated", "dates", "deps", "doc", "ends", "ents", "gaps", "heads", "kids", "left", "lemmas", "limits", "lower", "mentions", "right",
        "sections", "sent_ends", "sents", "spaces", "starts", "tags", "text", "words",
    )  # fmt: skip

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.codes = dict(
            zip(_ATTRIBUTES, np.asarray(doc.to_array([*_ATTRIBUTES]), dtype=np.uint64).T, strict=True)
        )
        # Copies, which `mend` may change; other components read the same columns.
        self.lower = [*self._column(doc, "ORTH", lower=True)]
        self.tags, self.deps = [*self._column(doc, "TAG")], [*self._column(doc, "DEP")]
        self.lemmas = [_MISREAD.get(lemma, lemma) for lemma in self._column(doc, "LEMMA", lower=True)]
        self.words = [*map(_is_word, self.lower)]
        self.spaces = [*map(str.isspace, self.lower)]
        steps, starts, lengths, opens, blanks = (self.codes[name].astype(np.int64) for name in _NUMBERS)
        words = zip(self._column(doc, "ORTH"), blanks.tolist(), strict=True)
        self.text = "".join([orth + " " if blank else orth for orth, blank in words])
        self.heads: list[int] = (np.arange(len(doc)) + steps).tolist()
        mend(self.lower, self.tags, self.deps, self.heads)
        self.left, self.right = _edges(self.heads)
        self.starts: list[int] = starts.tolist()
        self.ends: list[int] = (starts + lengths).tolist()
        self.kids = _kids(self.heads)
        self.sents, self.sent_ends = _sentences(
            [n for n, opening in enumerate(opens.tolist()) if opening == 1 or n == 0], len(doc)
        )
        # `doc.ents` is built again at every access.
        self.mentions = tuple(doc.ents)
        self.ents: dict[int, int] = {
            i: n for n, ent in enumerate(self.mentions) for i in range(ent.start, ent.end)
        }
        self.dates = tuple(self.tokens_of(date["start"], date["end"]) for date in doc._.dates or ())
        self.dated = grouped(
            (head, n) for n, span in enumerate(self.dates) for head in self._clause_over(self.top(*span))
        )
        self.gaps = gap_tokens(doc)
        self.sections = find_sections(doc)
        self.limits = claim_sections(doc, self.sections)

    def __len__(self) -> int:
        return len(self.lower)

    def _column(self, doc: Doc, name: str, *, lower: bool = False) -> list[str]:
        return spell_column(doc.vocab, self.codes[name].tobytes(), lower=lower)

    def child(self, index: int, *deps: str) -> int | None:
        """Return the first dependent with one of these labels."""
        return next((kid for kid in self.kids[index] if self.deps[kid] in deps), None)

    def children(self, index: int, *deps: str) -> Iterator[int]:
        """Yield all dependents with one of these labels."""
        return (kid for kid in self.kids[index] if self.deps[kid] in deps)

    def subtree(self, index: int) -> Spread:
        """Return the range that the subtree covers."""
        return self.left[index], self.right[index] + 1

    def inside(self, index: int, top: int) -> bool:
        """Return whether `index` stands in the subtree of `top`."""
        for _ in range(MAX_STEPS):
            if index == top:
                return True
            if self.heads[index] == index:
                return False
            index = self.heads[index]
        return False

    def above(self, index: int) -> Iterator[int]:
        """Yield the heads from the next one up to the root, at most `MAX_STEPS` of them."""
        for _ in range(MAX_STEPS):
            if self.heads[index] == index:
                return
            index = self.heads[index]
            yield index

    def _clause_over(self, index: int) -> Iterator[int]:
        """Yield a token and the heads above it as far as its clause reaches."""
        yield index
        for head in self.above(index):
            if self.deps[index] in _CLAUSES:
                return
            index = head
            yield head

    def top(self, start: int, end: int) -> int:
        """Return the token of a range that governs it: the first whose head stands outside."""
        for index in range(start, end):
            head = self.heads[index]
            if (head == index or not start <= head < end) and self.tags[index] not in _MARKS:
                return index
        return start

    def subject(self, index: int) -> int | None:
        """Return the verb's own subject."""
        subjects = [kid for kid in self.kids[index] if self.deps[kid] in SUBJECTS]
        if len(subjects) == 2 and self.right[subjects[0]] + 1 == self.left[subjects[1]]:
            number = self.ents.get(subjects[1])
            if number is not None and self.mentions[number].label_ in _PERSONS:
                return subjects[1]  # `Its lawmaker Axel Voss denied`: the name after the noun
        return subjects[0] if subjects else None

    def tokens_of(self, start: int, end: int) -> Spread:
        """Return the tokens that a character range touches."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)

    def dates_within(self, start: int, end: int) -> range:
        """Return numbers of the dates that begin in a range."""
        return range(bisect_left(self.dates, (start, 0)), bisect_left(self.dates, (end, 0)))

    def is_word(self, index: int) -> bool:
        """Return whether the token holds a letter or digit."""
        return self.words[index]

    def is_space(self, index: int) -> bool:
        """Return whether the token is white space."""
        return self.spaces[index]


@lru_cache(MAX_WORDS)
def _is_word(word: str) -> bool:
    return word.isalnum() or any(map(str.isalnum, word))


def _kids(heads: list[int]) -> list[list[int]]:
    """Return the dependents of every token; those without any share a list, as so many lists keep the garbage collector busy."""
    none: list[int] = []
    kids = [none] * len(heads)
    for index, head in enumerate(heads):
        if head != index:
            if kids[head] is none:
                kids[head] = [index]
            else:
                kids[head].append(index)
    return kids


def _edges(heads: list[int]) -> tuple[list[int], list[int]]:
    """Return the first and last token of every subtree: once from either end, as spaCy does."""
    left, right = list(range(len(heads))), list(range(len(heads)))
    for order in (range(len(heads)), range(len(heads) - 1, -1, -1)):
        for index in order:
            head = heads[index]
            if left[index] < left[head]:
                left[head] = left[index]
            if right[index] > right[head]:
                right[head] = right[index]
    return left, right


def _sentences(starts: list[int], size: int) -> tuple[list[int], list[int]]:
    """Return the first token and end of the sentence of every token."""
    first: list[int] = []
    last: list[int] = []
    for start, end in zip(starts, [*starts[1:], size], strict=True):
        first += [start] * (end - start)
        last += [end] * (end - start)
    return first, last


def merge(spans: Iterable[Spread]) -> list[Spread]:
    """Return sorted spans with overlapping and touching ones joined."""
    merged: list[Spread] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def subtract(span: Spread, holes: Iterable[Spread]) -> list[Spread]:
    """Return what is left of a span without the holes."""
    left = [span]
    for start, end in holes:
        left = [
            piece for a, b in left for piece in ((a, min(b, start)), (max(a, end), b)) if piece[0] < piece[1]
        ]
    return left


def overlap(one: Iterable[Spread], other: Iterable[Spread]) -> int:
    """Return the number of tokens that two lists of spans share."""
    rest = list(other)
    return sum([min(b, d) - max(a, c) for a, b in one for c, d in rest if a < d and c < b])


def size(spans: Iterable[Spread]) -> int:
    """Return the number of tokens in the spans."""
    return sum(end - start for start, end in spans)
