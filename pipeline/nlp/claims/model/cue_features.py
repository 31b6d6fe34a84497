"""What the cue model sees of a token: itself, its neighbours, its place in the tree, quotation marks, the rules."""

from __future__ import annotations

import numpy as np

from pipeline.nlp.claims.model.table import SLOTS, Codes, Column, Feature, Flags, Ints, Table, bucket, mix_all

NEAR_QUOTE = 8
"""Most tokens from a word to a quotation that is near."""
_LEMMA_SLOTS = (
    "nsubj",
    "nsubjpass",
    "dobj",
    "xcomp",
    "prep",
    "aux",
    "prt",
    "acomp",
    "attr",
    "mark",
    "poss",
    "det",
    "advmod",
    "acl",
    "ccomp",
)
_TAG_SLOTS = ("nsubj", "dobj", "ccomp", "xcomp", "acl", "prep", "aux", "advcl", "conj")
_PAIR_SLOTS = ("nsubj", "dobj", "xcomp", "prep", "acomp", "attr", "prt", "aux")


class CueFeatures:
    """Collects the feature columns of the tokens `index`; `share` is the bin of every token of the doc."""

    def __init__(self, table: Table, share: Ints, index: Ints) -> None:
        self.table, self.share, self.index = table, share, index
        self.lemma, self.tag, self.dep, self.own_share = (
            table.lemma[index],
            table.tag[index],
            table.dep[index],
            share[index],
        )
        self.features: list[Feature] = []
        self.names: list[str] = []

    def glance(self) -> Codes:
        """The few features by which most words are seen to be no cue, one row a token."""
        self._own()
        self._ruled()
        return mix_all(self.features)

    def rows(self) -> Codes:
        """All features, one row a token."""
        self._own()
        self._around()
        self._above()
        self._below()
        self._quoted()
        self._ruled()
        return mix_all(self.features)

    def _add(self, name: str, *columns: Column) -> None:
        """Add a feature. Its running number salts its codes, so the order of these calls is part of the weights."""
        self.features.append((len(self.features), columns))
        self.names.append(name)

    def _own(self) -> None:
        t, i = self.table, self.index
        self._add("own: lower", t.lower[i])
        self._add("own: lemma", self.lemma)
        self._add("own: tag", self.tag)
        self._add("own: dep", self.dep)
        self._add("own: suffix", t.suffix[i])
        self._add("own: shape", t.shape[i])
        self._add("own: own_share", self.own_share)
        self._add("own: lemma & tag", self.lemma, self.tag)
        self._add("own: lemma & dep", self.lemma, self.dep)
        self._add("own: own_share & tag & dep", self.own_share, self.tag, self.dep)

    def _around(self) -> None:
        t, i = self.table, self.index
        steps = {offset: t.step(i, offset) for offset in (-1, 1, -2, 2, -3, 3)}
        tags = {offset: t.tag[near] for offset, near in steps.items()}
        for offset, near in steps.items():
            lemma = t.lemma[near]
            self._add(f"around: {offset} lemma", lemma)
            self._add(f"around: {offset} tag", tags[offset])
            self._add(f"around: {offset} share", self.share[near])
            if abs(offset) == 1:
                self._add(f"around: {offset} lower", t.lower[near])
                self._add(f"around: {offset} own lemma & lemma", self.lemma, lemma)
            if abs(offset) <= 2:
                self._add(f"around: {offset} dep & is dependent", t.dep[near], t.head[near] == i)
        self._add("around: tags[-1] & tag & tags[1]", tags[-1], self.tag, tags[1])
        self._add("around: tags[1] & tags[2]", tags[1], tags[2])

    def _above(self) -> None:
        t, i = self.table, self.index
        head = t.head[i]
        upper = t.head[head]
        self._add("above: lemma[head] & dep", t.lemma[head], self.dep)
        self._add("above: tag[head] & dep & head < i", t.tag[head], self.dep, head < i)
        self._add("above: share[head] & dep", self.share[head], self.dep)
        self._add("above: lemma & lemma[head]", self.lemma, t.lemma[head])
        self._add("above: lemma[upper] & dep[head] & dep", t.lemma[upper], t.dep[head], self.dep)
        self._add("above: share[upper] & dep[head] & dep", self.share[upper], t.dep[head], self.dep)
        current, found, steps = i, np.full_like(i, -1), np.zeros_like(i)
        last = i.copy()
        for step in range(1, 8):
            above = t.head[current]
            new = (found < 0) & (above != current) & (self.share[above] >= 5)
            found, steps, last = (
                np.where(new, above, found),
                np.where(new, step, steps),
                np.where(new, current, last),
            )
            current = above
        self._add("above: lemma[found] & dep[last]", t.lemma[found], t.dep[last])
        self._add(
            "above: share[found] & dep[last] & bucket(steps, 1, 2, 3, 5)",
            self.share[found],
            t.dep[last],
            bucket(steps, 1, 2, 3, 5),
        )
        self._add("above: dep[last] & found < i & found >= 0", t.dep[last], found < i, found >= 0)
        self._add(
            "above: dep[line[i, 0]] & bucket(depth, 1, 2, 3, 4, 6)",
            t.dep[t.line[i, 0]],
            bucket(t.depth[i], 1, 2, 3, 4, 6),
        )

    def _below(self) -> None:
        t, i = self.table, self.index
        present = np.zeros_like(i)
        for number, label in enumerate(SLOTS):
            present |= (t.slots[label][i] >= 0).astype(np.int64) << number
        self._add("below: present", present)
        few = present & int(
            sum(
                1 << SLOTS.index(label)
                for label in ("nsubj", "dobj", "ccomp", "xcomp", "auxpass", "prep", "acl")
            )
        )
        self._add("below: few & lemma", few, self.lemma)
        self._add("below: few & own_share", few, self.own_share)
        for label in _LEMMA_SLOTS:
            self._add(f"below: lemma of {label}", t.lemma[t.slots[label][i]])
        for label in _TAG_SLOTS:
            self._add(f"below: tag of {label} & is after", t.tag[t.slots[label][i]], t.slots[label][i] > i)
        for label in _PAIR_SLOTS:
            self._add(f"below: lemma & lemma of {label}", self.lemma, t.lemma[t.slots[label][i]])
        for label in ("ccomp", "xcomp", "acl"):
            clause = t.slots[label][i]
            self._add(
                f"below: {label} lower[left[clause]] & tag[clause]", t.lower[t.left[clause]], t.tag[clause]
            )
            self._add(
                f"below: {label} lemma & lower[mark[clause]] & clause >= 0",
                self.lemma,
                t.lower[t.slots["mark"][clause]],
                clause >= 0,
            )
        subject = np.where(t.slots["nsubj"][i] >= 0, t.slots["nsubj"][i], t.slots["poss"][i])
        self._add("below: shape[subject] & tag[subject]", t.shape[subject], t.tag[subject])
        self._add("below: share[subject] & tag[subject]", self.share[subject], t.tag[subject])
        target = t.slots["prep"][i]
        self._add(
            "below: lemma & lower[target] & tag[step(target, 1)]",
            self.lemma,
            t.lower[target],
            t.tag[t.step(target, 1)],
        )

    def _quoted(self) -> None:
        t, i = self.table, self.index
        inside = t.quote[i] >= 0
        near_before, near_after = (bucket(far, 1, 2, 4, 6) for far in _far_from_quoted(t, i))
        anywhere = _any_in_sentence(t, t.quote >= 0)[i]
        self._add("quoted: inside & near_before & near_after", inside, near_before, near_after)
        self._add("quoted: inside & lemma & anywhere", inside, self.lemma, anywhere)
        self._add("quoted: inside & anywhere & own_share", inside, anywhere, self.own_share)
        self._add(
            "quoted: lemma & near_before > 0 & near_after > 0", self.lemma, near_before > 0, near_after > 0
        )
        strong = (self.share >= 7) & (t.quote < 0)
        self._add(
            "quoted: inside & bucket(_count_in_sentence(t, strong), 1, 2, 3) & own_share",
            inside,
            bucket(_count_in_sentence(t, strong)[i], 1, 2, 3),
            self.own_share,
        )
        self._add("quoted: headline & tag & own_share", t.headline[i], self.tag, self.own_share)
        self._add(
            "quoted: bucket(section, 1, 2) & bucket(i - sent, 1, 2, 4, 8)",
            bucket(t.section[i], 1, 2),
            bucket(i - t.sent[i], 1, 2, 4, 8),
        )

    def _ruled(self) -> None:
        t, i = self.table, self.index
        rule, inside = t.rule[i], t.inside[i]
        self._add("ruled: rule", rule)
        self._add("ruled: rule & lemma", rule, self.lemma)
        self._add("ruled: rule & inside >= 0 & own_share", rule, inside >= 0, self.own_share)
        self._add("ruled: lemma[inside] & inside >= 0", t.lemma[inside], inside >= 0)
        self._add("ruled: share[inside] & dep & rule > 0", self.share[inside], self.dep, rule > 0)
        self._add("ruled: rule[head] & dep", t.rule[t.head[i]], self.dep)


def _far_from_quoted(table: Table, index: Ints) -> tuple[Ints, Ints]:
    """How far before and after tokens the next quoted one of their section stands, 0 if it is not near."""
    places = np.arange(table.size + 1)
    quoted = table.quote >= 0
    before = np.append(-1, np.maximum.accumulate(np.where(quoted, places, -1)))[index]
    after = np.minimum.accumulate(np.where(quoted, places, table.size)[::-1])[::-1][index + 1]
    near = [
        (np.abs(place - index), table.section[place] == table.section[index]) for place in (before, after)
    ]
    far = [np.where(together & (steps <= NEAR_QUOTE), steps, 0) for steps, together in near]
    return far[0], far[1]


def _count_in_sentence(table: Table, flags: Flags) -> Ints:
    """For each token, how many tokens of its sentence are flagged."""
    total = np.concatenate([[0], np.cumsum(flags[: table.size])])
    count = np.zeros(table.size + 1, dtype=np.int64)
    count[: table.size] = total[table.sent_end[: table.size]] - total[table.sent[: table.size]]
    return count


def _any_in_sentence(table: Table, flags: Flags) -> Flags:
    return _count_in_sentence(table, flags) > 0
