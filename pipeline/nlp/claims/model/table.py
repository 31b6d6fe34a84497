"""A doc as integer arrays: the input of the learned layer. Everything is computed for all tokens at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.nlp.claims.constructions.quotes import QuoteIndex
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.tree import Tree
from pipeline.nlp.tokens import DASHES

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]
Column = npt.NDArray[Any]
Feature = tuple[int, tuple[Column, ...]]
"""Salt and columns of a feature."""

_ASIDES = frozenset({"acl", "advcl", "appos", "conj", "npadvmod", "parataxis", "prep", "relcl"})
_PAUSES = frozenset({",", ";", "(", "-", "--", "–", "—"})
_GAP_CODE = 7
DEPTH = 14
"""Levels of the tree that paths are read from; what is deeper counts as that deep."""
SLOTS = (
    "nsubj", "nsubjpass", "dobj", "ccomp", "xcomp", "prep", "aux", "auxpass", "neg", "mark", "poss", "acl", "advcl", "agent",
    "prt", "attr", "acomp", "advmod", "det", "conj", "relcl", "oprd", "parataxis", "dative",
)  # fmt: skip
"""Labels of dependents that a token is described by."""
KINDS = (
    "", "clause", "infinitive", "order", "object", "quote", "passive", "noun", "according", "silence", "headline", "colon",
    "going_on", "signature",
)  # fmt: skip
"""Constructions of the rule layer by number; a preposition as kind counts as `object`."""


class Shared(NamedTuple):
    """Feature codes that items share, and the row of them that is each item's."""

    codes: Codes
    row: Ints


class Table:
    """Arrays over the tokens of a doc; index -1 is a sentinel with code 0.

    Attributes:
        lower, lemma, tag, dep, suffix, shape: Codes of the words and labels, stable across machines.
        head: Index of the head; a root is its own.
        line: Ancestors from the root down, one row a token, `DEPTH` levels, -1 below the token.
        depth: Level of the token, at most `DEPTH - 1`.
        slots: For each label of `SLOTS`, the first such dependent of each token, or -1.
        section: Number of the section, -1 outside all that may hold claims.
        quote: Number of the quotation that the token stands in, -1 outside.
        rule: Number (in `KINDS`) of the rule construction that the token is the head of.
        inside: Head of the cue whose content, by the rules, the token stands in, or -1.
        gap: Whether the token stands for masked text.
        aside: Whether a comma or dash sets off what hangs on the token.
    """

    def __init__(self, tree: Tree, quotes: QuoteIndex, drafts: Sequence[Draft], gaps: frozenset[int]) -> None:
        codes = (
            _with_sentinel(_fold(tree.codes[name]))
            for name in ("LOWER", "LEMMA", "TAG", "DEP", "SUFFIX", "SHAPE")
        )
        self.lower, self.lemma, self.tag, self.dep, self.suffix, self.shape = codes
        classes = {tag: int.from_bytes(tag[:2].encode(), "big") for tag in set(tree.tags)}
        self.tag_class = _with_sentinel(np.array([classes[tag] for tag in tree.tags], dtype=np.uint32))
        size = len(tree)
        self.size = size
        self.head = np.array([*tree.heads, -1], dtype=np.int64)
        self.sent = np.array([*tree.sents, -1], dtype=np.int64)
        self.sent_end = np.array([*tree.sent_ends, -1], dtype=np.int64)
        self.left = np.array([*tree.left, -1], dtype=np.int64)
        self.right = np.array([*tree.right, -1], dtype=np.int64)
        self.line, self.depth = _lines(self.head, size)
        self.slots = _slots(tree)
        self.section, self.headline, self.limits = _sections(tree)
        self.quote = np.full(size + 1, -1, dtype=np.int64)
        for number, quotation in enumerate(quotes.all):
            self.quote[quotation.start : quotation.end] = number
        self.gap = np.zeros(size + 1, dtype=bool)
        self.gap[list(gaps)] = True
        for column in (self.lower, self.lemma, self.tag, self.shape, self.suffix):
            column[self.gap] = _GAP_CODE
        self.rule, self.inside = _rules(drafts, size)
        self.opens_next = [_last_word(tree, limit) == ":" for limit in self.limits]
        self.continues = [
            number > 0 and _first_word(tree, limit) in DASHES for number, limit in enumerate(self.limits)
        ]
        self.aside = np.array(
            [*(dep in _ASIDES and _is_set_off(tree, i) for i, dep in enumerate(tree.deps)), False]
        )
        self.space = np.array([*tree.spaces, True])

    def step(self, index: Ints, offset: int) -> Ints:
        """The tokens `offset` further on in the same section, else -1."""
        moved = index + offset
        moved = np.where((moved < 0) | (moved >= self.size), -1, moved)
        return np.where(self.section[moved] == self.section[index], moved, -1)


def _last_word(tree: Tree, limit: tuple[int, int]) -> str:
    return next((tree.lower[i] for i in range(limit[1] - 1, limit[0] - 1, -1) if not tree.is_space(i)), "")


def _first_word(tree: Tree, limit: tuple[int, int]) -> str:
    return next((tree.lower[i] for i in range(*limit) if not tree.is_space(i)), "")


def _is_set_off(tree: Tree, index: int) -> bool:
    """Whether the phrase of a token stands behind a comma or dash, or behind `, and`."""
    before = tree.left[index] - 1
    if before > 0 and tree.tags[before] == "CC":
        before -= 1
    return before >= 0 and tree.lower[before] in _PAUSES


def _fold(codes: npt.NDArray[np.uint64]) -> Codes:
    return (codes ^ (codes >> np.uint64(32))).astype(np.uint32)


def _with_sentinel(column: Codes) -> Codes:
    return np.append(column, np.uint32(0))


def _lines(head: Ints, size: int) -> tuple[Ints, Ints]:
    """Ancestor table and depth of every token; levels below `DEPTH` fold into the last one."""
    depth = np.zeros(size + 1, dtype=np.int64)
    current = np.arange(size)
    for _ in range(DEPTH - 1):
        above = head[current]
        depth[:size] += above != current
        current = above
    line = np.full((size + 1, DEPTH), -1, dtype=np.int64)
    rows = current = np.arange(size)
    for _ in range(DEPTH):
        line[rows, depth[current]] = current
        current = head[current]
    return line, depth


def _slots(tree: Tree) -> dict[str, Ints]:
    slots = {label: np.full(len(tree) + 1, -1, dtype=np.int64) for label in SLOTS}
    for index in range(len(tree) - 1, -1, -1):
        slot = slots.get(tree.deps[index])
        if slot is not None:
            slot[tree.heads[index]] = index
    return slots


def _sections(tree: Tree) -> tuple[Ints, npt.NDArray[np.bool_], list[tuple[int, int]]]:
    section = np.full(len(tree) + 1, -1, dtype=np.int64)
    headline = np.zeros(len(tree) + 1, dtype=bool)
    limits = []
    for number, ((start, end), is_headline) in enumerate(tree.limits):
        section[start:end] = number
        headline[start:end] = is_headline
        limits.append((start, end))
    return section, headline, limits


def _rules(drafts: Sequence[Draft], size: int) -> tuple[Ints, Ints]:
    rule = np.zeros(size + 1, dtype=np.int64)
    inside = np.full(size + 1, -1, dtype=np.int64)
    for draft in reversed(drafts):
        rule[draft.head] = KINDS.index(draft.kind) if draft.kind in KINDS else KINDS.index("object")
        if draft.cue is None:
            continue
        for start, end in draft.content:
            inside[start:end] = draft.head
    return rule, inside


def mix(salt: int, *columns: Column) -> Codes:
    """One code for a combination of columns; `salt` keeps the combinations of different features apart."""
    return mix_all([(salt, columns)])[:, 0]


def mix_all(features: Sequence[Feature], rows: Ints | slice = slice(None)) -> Codes:
    """The codes of features, one column each, at some rows. Features of as many columns are mixed together, as the arrays are short."""
    columns = {id(column): column for _, own in features for column in own}
    places = {key: place for place, key in enumerate(columns)}
    values = np.empty((len(columns), len(features[0][1][0][rows])), dtype=np.uint32)
    for value, column in zip(values, columns.values(), strict=True):
        value[:] = column[rows]
    codes = np.empty((len(features), values.shape[1]), dtype=np.uint32)
    for width in sorted({len(own) for _, own in features}):
        numbers = [number for number, (_, own) in enumerate(features) if len(own) == width]
        salts = np.array([features[number][0] for number in numbers], dtype=np.uint64) * np.uint64(
            0x9E3779B1
        ) + np.uint64(0x7F4A7C15)
        code = np.repeat((salts & np.uint64(0xFFFFFFFF)).astype(np.uint32)[:, None], values.shape[1], axis=1)
        for place in range(width):
            code ^= values[[places[id(features[number][1][place])] for number in numbers]]
            _stir(code)
        codes[numbers] = code
    return codes.T


def _stir(code: Codes) -> None:
    code *= np.uint32(0x85EBCA6B)
    code ^= code >> np.uint32(13)
    code *= np.uint32(0xC2B2AE35)
    code ^= code >> np.uint32(16)


def bucket(values: Ints, *edges: int) -> Ints:
    """Number of the edges that each value reaches."""
    return np.searchsorted(np.array(edges), values, side="right").astype(np.int64)
