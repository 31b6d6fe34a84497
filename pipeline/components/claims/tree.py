"""A plain copy of the parse: lists in place of tokens, read once and then walked many times."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from spacy.tokens import Doc

Spread = tuple[int, int]
"""A half-open range of token indexes."""

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
MAX_STEPS = 40
"""Longest way up a tree that is walked; a parse of ordinary text is never that deep."""


class Tree:
    """Words, labels and heads of a doc as lists, with the helpers that the constructions share.

    Attributes:
        heads: Index of each token's head; a root is its own.
        kids: Indexes of each token's dependents, in order.
        left: First token of each token's subtree.
        right: Last token of each token's subtree.
        sents: First token of the sentence that each token stands in.
    """

    __slots__ = ("deps", "doc", "ends", "ents", "heads", "kids", "left", "lemmas", "lower", "right", "sent_ends", "sents", "starts", "tags")

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.lower = [token.lower_ for token in doc]
        self.lemmas = [token.lemma_.lower() for token in doc]
        self.tags = [token.tag_ for token in doc]
        self.deps = [token.dep_ for token in doc]
        self.heads = [token.head.i for token in doc]
        self.left = [token.left_edge.i for token in doc]
        self.right = [token.right_edge.i for token in doc]
        self.starts = [token.idx for token in doc]
        self.ends = [token.idx + len(token) for token in doc]
        self.kids: list[list[int]] = [[] for _ in self.heads]
        for index, head in enumerate(self.heads):
            if head != index:
                self.kids[head].append(index)
        self.sents, self.sent_ends = _sentences(doc)
        self.ents: dict[int, int] = {i: n for n, ent in enumerate(doc.ents) for i in range(ent.start, ent.end)}

    def __len__(self) -> int:
        return len(self.lower)

    def child(self, index: int, *deps: str) -> int | None:
        """The first dependent with one of these labels."""
        return next((kid for kid in self.kids[index] if self.deps[kid] in deps), None)

    def children(self, index: int, *deps: str) -> Iterator[int]:
        """All dependents with one of these labels."""
        return (kid for kid in self.kids[index] if self.deps[kid] in deps)

    def subtree(self, index: int) -> Spread:
        """The range that the subtree covers."""
        return self.left[index], self.right[index] + 1

    def inside(self, index: int, top: int) -> bool:
        """Whether `index` stands in the subtree of `top`."""
        for _ in range(MAX_STEPS):
            if index == top:
                return True
            if self.heads[index] == index:
                return False
            index = self.heads[index]
        return False

    def above(self, index: int) -> Iterator[int]:
        """The heads from the next one up to the root, at most `MAX_STEPS` of them."""
        for _ in range(MAX_STEPS):
            if self.heads[index] == index:
                return
            index = self.heads[index]
            yield index

    def top(self, start: int, end: int) -> int:
        """The token of a range that governs it: the first whose head stands outside."""
        for index in range(start, end):
            head = self.heads[index]
            if (head == index or not start <= head < end) and self.tags[index] not in {"_SP", ",", ".", "``", "''"}:
                return index
        return start

    def subject(self, index: int) -> int | None:
        """The verb's own subject."""
        return self.child(index, *SUBJECTS)

    def tokens_of(self, start: int, end: int) -> Spread:
        """The tokens that a character range touches."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)

    def is_word(self, index: int) -> bool:
        """Whether the token holds a letter or digit."""
        return any(character.isalnum() for character in self.lower[index])

    def is_space(self, index: int) -> bool:
        """Whether the token is white space."""
        return self.lower[index].isspace()


def _sentences(doc: Doc) -> tuple[list[int], list[int]]:
    starts = [token.i for token in doc if token.is_sent_start or token.i == 0]
    first: list[int] = []
    last: list[int] = []
    for start, end in zip(starts, [*starts[1:], len(doc)], strict=True):
        first += [start] * (end - start)
        last += [end] * (end - start)
    return first, last


def merge(spans: Iterable[Spread]) -> list[Spread]:
    """Sorted spans with overlapping and touching ones joined."""
    merged: list[Spread] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def subtract(span: Spread, holes: Iterable[Spread]) -> list[Spread]:
    """What is left of a span without the holes."""
    left = [span]
    for start, end in holes:
        left = [piece for a, b in left for piece in ((a, min(b, start)), (max(a, end), b)) if piece[0] < piece[1]]
    return left


def overlap(one: Iterable[Spread], other: Iterable[Spread]) -> int:
    """Number of tokens that two lists of spans share."""
    rest = list(other)
    return sum(max(0, min(b, d) - max(a, c)) for a, b in one for c, d in rest)


def size(spans: Iterable[Spread]) -> int:
    """Number of tokens in the spans."""
    return sum(end - start for start, end in spans)
