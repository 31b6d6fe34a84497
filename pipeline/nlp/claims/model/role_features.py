"""What the role model sees: every token near a cue, described by its place relative to that cue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.model.table import (
    DEPTH,
    Codes,
    Column,
    Feature,
    Ints,
    Shared,
    Table,
    bucket,
    mix,
    mix_all,
)

SENTENCES = 3
"""How many sentences before and after that of the cue are looked at, within the section."""
REACH = 160
"""Most tokens before and after the cue that are looked at."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Cue and token, for all cues of a doc; the tokens of one cue are a sequence.

    Attributes:
        cue: Head of the cue, one row a pair.
        token: The token.
        starts: Marks the first pair of each cue.
    """

    cue: Ints
    token: Ints
    starts: npt.NDArray[np.bool_]


def pair_up(table: Table, cues: Ints) -> Pairs:
    """The pairs of the given cue heads."""
    ranges = [np.arange(*_window(table, int(cue))) for cue in cues]
    if not ranges:
        empty = np.zeros(0, dtype=np.int64)
        return Pairs(empty, empty, np.zeros(0, dtype=bool))
    lengths = np.array([len(part) for part in ranges])
    starts = np.zeros(lengths.sum(), dtype=bool)
    starts[np.cumsum(lengths)[:-1]] = True
    starts[0] = True
    return Pairs(np.repeat(cues, lengths), np.concatenate(ranges), starts)


def _window(table: Table, cue: int) -> tuple[int, int]:
    first, last = table.limits[table.section[cue]]
    start, end = int(table.sent[cue]), int(table.sent_end[cue])
    if table.section[cue] + 1 < len(table.limits) and table.opens_next[table.section[cue]]:
        last = table.limits[table.section[cue] + 1][1]
    if table.continues[table.section[cue]]:
        first = table.limits[table.section[cue] - 1][0]
    for _ in range(SENTENCES):
        start = int(table.sent[start - 1]) if start > first else start
        end = int(table.sent_end[end]) if end < last else end
    return max(first, start, cue - REACH), min(last, end, cue + REACH)


class RoleFeatures:
    """Collects the feature columns of pairs, by how often they change.

    Attributes:
        own: Columns that only the token decides, one row a token.
        steady: Columns that neighbouring tokens mostly share.
        columns: All others.
    """

    def __init__(
        self,
        table: Table,
        share: Ints,
        pairs: Pairs,
        chance: npt.NDArray[np.float32],
        drafts: Sequence[Draft],
    ) -> None:
        self.table, self.share, self.pairs = table, share, pairs
        self.cue, self.token = pairs.cue, pairs.token
        self.chance = chance
        self.own: list[Feature] = []
        self.steady: list[Feature] = []
        self.columns: list[Feature] = []
        self.names: list[str] = []
        self.right = self.token > self.cue
        self.ruled = _ruled(table, pairs, drafts)
        self._path()

    def parts(self) -> tuple[Codes, Shared, Shared]:
        """All features: those of each pair, of each token, and of each stretch of pairs that are alike."""
        tokens, place = np.unique(self.token, return_inverse=True)
        self._own(tokens)
        self._cue()
        self._distance()
        self._paths()
        self._asides()
        self._quotes()
        self._rules()
        firsts, stretch = _stretches(self.steady)
        return (
            mix_all(self.columns),
            Shared(mix_all(self.own), place),
            Shared(mix_all(self.steady, firsts), stretch),
        )

    def rows(self) -> Codes:
        """All features, one row a pair."""
        codes, *shared = self.parts()
        return np.concatenate([codes, *(part.codes[part.row] for part in shared)], axis=1)

    def _add(self, name: str, *columns: Column, to: list[Feature] | None = None) -> None:
        """Add a feature. Its running number salts its codes, so the order of these calls is part of the weights."""
        self.names.append(name)
        number = len(self.own) + len(self.steady) + len(self.columns)
        (self.columns if to is None else to).append((4099 + number, columns))

    def _add_steady(self, name: str, *columns: Column) -> None:
        self._add(name, *columns, to=self.steady)

    def _own(self, tokens: Ints) -> None:
        t, i = self.table, tokens
        self._add("own: lower", t.lower[i], to=self.own)
        self._add("own: tag & dep", t.tag[i], t.dep[i], to=self.own)
        self._add("own: lemma[head] & dep", t.lemma[t.head[i]], t.dep[i], to=self.own)
        self._add("own: share & tag", self.share[i], t.tag[i], to=self.own)
        self._add("own: shape", t.shape[i], to=self.own)
        for offset in (-1, 1, -2, 2):
            near = t.step(i, offset)
            self._add(f"own: {offset} tag[near] & tag", t.tag[near], t.tag[i], to=self.own)
            self._add(f"own: {offset} lower[near]", t.lower[near], to=self.own)
            if abs(offset) == 1:
                beside = t.step(self.token, offset)
                self._add(
                    f"own: {offset} dep[beside] & dep[token] & beside == cue",
                    t.dep[beside],
                    t.dep[self.token],
                    beside == self.cue,
                )

    def _cue(self) -> None:
        t, c = self.table, self.cue
        verb = (t.slots["ccomp"][c] >= 0) * 4 + (t.slots["xcomp"][c] >= 0) * 2 + (t.slots["auxpass"][c] >= 0)
        self.frame = verb + 8 * (t.slots["dobj"][c] >= 0) + 16 * (t.quote[c] >= 0)
        self._add_steady("cue: lemma of cue & right", t.lemma[c], self.right)
        self._add_steady("cue: tag of cue & dep of cue & right", t.tag[c], t.dep[c], self.right)
        self._add_steady("cue: frame & right", self.frame, self.right)

    def _distance(self) -> None:
        t, i, c = self.table, self.token, self.cue
        gap = np.abs(i - c)
        self.far = bucket(gap, 1, 2, 3, 4, 6, 9, 14, 22, 40)
        self.sentence = np.clip(np.sign(t.sent[i] - t.sent[c]) * (1 + (np.abs(i - c) > 40)), -2, 2) + 2
        other = np.zeros(t.size + 1, dtype=np.int64)
        other[: t.size] = self.chance[: t.size] >= 0.4
        total = np.concatenate([[0], np.cumsum(other[: t.size])])
        low, high = np.minimum(i, c), np.maximum(i, c)
        self.between = np.minimum(total[high] - total[np.minimum(low + 1, high)], 2)
        self._add("distance: far & right", self.far, self.right)
        self._add_steady("distance: sentence & right & between", self.sentence, self.right, self.between)
        self._add("distance: between & right & tag", self.between, self.right, t.tag[i])
        self._add("distance: other & i == c & tag", other[i], i == c, t.tag[i])
        sentence_between = np.minimum(total[t.sent_end[i]] - total[t.sent[i]], 2)
        self._add_steady(
            "distance: sentence_between & sentence & right", sentence_between, self.sentence, self.right
        )

    def _path(self) -> None:
        """Where the ways up from token and cue meet, and the next two steps from there down to the token."""
        t, i, c = self.table, self.token, self.cue
        line, own_line = t.line[i], t.line[c]
        alike = (line == own_line) & (line >= 0)
        same = np.where(alike.all(axis=1), DEPTH, alike.argmin(axis=1))
        self.meets = same > 0
        self.up = np.where(self.meets, t.depth[c] + 1 - same, 9)
        self.down = np.where(self.meets, t.depth[i] + 1 - same, 9)
        rows = np.arange(len(i))
        self.first = np.where(same < DEPTH, line[rows, np.minimum(same, DEPTH - 1)], -1)
        self.second = np.where(same < DEPTH - 1, line[rows, np.minimum(same + 1, DEPTH - 1)], -1)
        self.own_first = np.where(same < DEPTH, own_line[rows, np.minimum(same, DEPTH - 1)], -1)
        below = t.aside[line] & (np.arange(DEPTH) >= same[:, None])
        self.aside = np.where(below.any(axis=1), line[rows, below.argmax(axis=1)], -1)
        self.meeting = np.where(self.meets, line[rows, np.maximum(same - 1, 0)], -1)

    def _paths(self) -> None:
        t, i, c = self.table, self.token, self.cue
        up, first, second = np.minimum(self.up, 5), self.first, self.second
        way = mix(1, up, t.dep[first], self.meets)
        self.way = way
        self._add_steady("paths: way & right", way, self.right)
        self._add("paths: way & dep[second]", way, t.dep[second])
        self._add_steady("paths: way & lemma of cue", way, t.lemma[c])
        self._add_steady("paths: way & tag of cue & dep of cue", way, t.tag[c], t.dep[c])
        self._add_steady("paths: way & tag[first] & first > c", way, t.tag[first], first > c)
        self._add("paths: way & np.minimum(down, 5)", way, np.minimum(self.down, 5))
        self._add(
            "paths: way & i == left[first] & i == right[first] & right",
            way,
            i == t.left[first],
            i == t.right[first],
            self.right,
        )
        self._add(
            "paths: way & dep[second] & i == left[second] & i == right[second]",
            way,
            t.dep[second],
            i == t.left[second],
            i == t.right[second],
        )
        self._add("paths: way & dep & tag", way, t.dep[i], t.tag[i])
        self._add_steady("paths: way & frame", way, self.frame)
        self._add_steady(
            "paths: way & lower[left[first]] & tag[first]", way, t.lower[t.left[first]], t.tag[first]
        )
        self._add_steady("paths: way & lemma[first] & lemma of cue", way, t.lemma[first], t.lemma[c])
        self._add_steady(
            "paths: dep[own_first] & tag[meeting] & up & dep[first]",
            t.dep[self.own_first],
            t.tag[self.meeting],
            up,
            t.dep[first],
        )
        self._add_steady("paths: way & between & right", way, self.between, self.right)
        self._add("paths: way & dep[second] & lemma of cue", way, t.dep[second], t.lemma[c])

    def _asides(self) -> None:
        """The topmost phrase behind a comma, between cue and token, that the token or the next one stands in."""
        t, i, c, aside = self.table, self.token, self.cue, self.aside
        opening, quoted = t.lower[t.left[aside]], t.quote[i] >= 0
        following = np.append(aside[1:], -1)
        following[np.append(self.pairs.starts[1:], True)] = -1
        self._add_steady("asides: dep[aside] & opening & right", t.dep[aside], opening, self.right)
        self._add_steady(
            "asides: dep[aside] & tag[aside] & right & quoted", t.dep[aside], t.tag[aside], self.right, quoted
        )
        self._add_steady(
            "asides: dep[aside] & tag[left[aside]] & lemma of cue",
            t.dep[aside],
            t.tag[t.left[aside]],
            t.lemma[c],
        )
        self._add_steady("asides: dep[aside] & way", t.dep[aside], self.way)
        self._add_steady(
            "asides: dep[following] & lower[left[following]] & following != aside",
            t.dep[following],
            t.lower[t.left[following]],
            following != aside,
        )
        self._add_steady(
            "asides: dep[following] & tag[left[following]] & following != aside & right & quoted",
            t.dep[following],
            t.tag[t.left[following]],
            following != aside,
            self.right,
            quoted,
        )

    def _quotes(self) -> None:
        t, i, c = self.table, self.token, self.cue
        own, cues = t.quote[i], t.quote[c]
        inside = (own >= 0) * 2 + (cues >= 0) + 4 * ((own == cues) & (own >= 0))
        self._add_steady("quotes: inside & right & sentence", inside, self.right, self.sentence)
        self._add_steady("quotes: inside & lemma of cue", inside, t.lemma[c])
        self._add_steady("quotes: inside & way", inside, self.way)
        self._add_steady("quotes: inside & between & right", inside, self.between, self.right)
        before, after = t.step(i, -1), t.step(i, 1)
        self._add_steady(
            "quotes: inside & own == quote[before] & own == quote[after] & right",
            inside,
            own == t.quote[before],
            own == t.quote[after],
            self.right,
        )
        self._add("quotes: inside & lower & far", inside, t.lower[i], self.far)
        quoted = np.concatenate([[0], np.cumsum(np.diff(t.quote[: t.size], prepend=-1) != 0)])
        low, high = np.minimum(i, c), np.maximum(i, c)
        self._add_steady(
            "quotes: np.minimum(quoted[high] - quoted[low], 4) & inside & right",
            np.minimum(quoted[high] - quoted[low], 4),
            inside,
            self.right,
        )
        self._add("quotes: headline of cue & right & tag", t.headline[c], self.right, t.tag[i])

    def _rules(self) -> None:
        t, i, c = self.table, self.token, self.cue
        before, after = self.ruled.before, self.ruled.after
        self._add_steady("rules: ruled.role & rule of cue", self.ruled.role, t.rule[c])
        self._add_steady("rules: ruled.role & before & after", self.ruled.role, before, after)
        self._add_steady("rules: ruled.role & way", self.ruled.role, self.way)
        self._add_steady("rules: ruled.role & lemma of cue", self.ruled.role, t.lemma[c])
        self._add_steady(
            "rules: ruled.other & ruled.role & right", self.ruled.other, self.ruled.role, self.right
        )
        self._add("rules: ruled.role & inside_flag(t, i) & dep", self.ruled.role, inside_flag(t, i), t.dep[i])


def _stretches(features: Sequence[Feature]) -> tuple[Ints, Ints]:
    """First row of each stretch of rows in which no column changes, and the number of the stretch of each row."""
    opens = np.ones(len(features[0][1][0]), dtype=bool)
    opens[1:] = False
    for column in {id(column): column for _, columns in features for column in columns}.values():
        opens[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(opens), np.cumsum(opens) - 1


def inside_flag(table: Table, index: Ints) -> Ints:
    """Whether tokens stand in a quotation, as numbers."""
    return (table.quote[index] >= 0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Ruled:
    """Roles by the rules: of the pair's own cue (0 none, 1 source, 2 content, 3 cue, 4 no such claim), its neighbours, other cues."""

    role: Ints
    before: Ints
    after: Ints
    other: Ints


def _ruled(table: Table, pairs: Pairs, drafts: Sequence[Draft]) -> _Ruled:
    size = len(pairs.token)
    role = np.full(size, 4, dtype=np.int64)
    other = np.zeros(table.size + 1, dtype=np.int64)
    for draft in drafts:
        if draft.source is not None:
            other[slice(*draft.source)] |= 1
        for span in draft.content:
            other[slice(*span)] |= 2
    own = {draft.head: draft for draft in drafts if draft.cue is not None}
    edges = np.flatnonzero(pairs.starts)
    for start, end in zip(edges.tolist(), [*edges[1:].tolist(), size], strict=True):
        mine = own.get(int(pairs.cue[start]))
        if mine is not None:
            role[start:end] = 0
            first = int(pairs.token[start])
            parts = [(2, part) for part in mine.content] + [(1, mine.source), (3, mine.cue)]
            for number, part in parts:
                if part is not None:
                    role[start + max(0, part[0] - first) : max(start, min(end, start + part[1] - first))] = (
                        number
                    )
    before, after = np.roll(role, 1), np.roll(role, -1)
    before[pairs.starts] = 5
    if size:
        after[np.append(np.flatnonzero(pairs.starts)[1:] - 1, size - 1)] = 5
    return _Ruled(role, before, after, other[pairs.token])
