"""The statements that a change bears on: the same as if all claims were gone through.

A claim is compared with those that share a key with it, so only claims that share one with a changed claim may be in another
statement than before, and those that are joined to them. Statements are made anew for each such set of claims that pairs join.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from pipeline.nlp.relations.candidates import MOST, SMALL, pairs_within, share_headline
from pipeline.nlp.relations.corpus import compare_claims, judge_pair, told_pairs
from pipeline.nlp.relations.facts import ClaimFacts
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.nlp.relations.statements import Same, group
from pipeline.run.claim_views import Codes, Difference, Ref, View, claim_at, claims_of

Pair = tuple[Ref, Ref]
Numbers = npt.NDArray[np.int64]
_BITS = 32
_MASK = (1 << _BITS) - 1


class ChangedStatements:
    """Works them out.

    Args:
        difference: What changed.
        rules: The rule data.

    Attributes:
        compared: Pairs of claims that were compared.
    """

    def __init__(self, difference: Difference, rules: RelationRules) -> None:
        self._difference = difference
        self._rules = rules
        self._scores: dict[Pair, float] = {}
        self._small: dict[tuple[View, int], frozenset[Ref]] = {}
        self._within: dict[tuple[View, int], Numbers] = {}
        self._headlines: dict[Ref, list[Pair]] = {}
        self._candidates: dict[Ref, list[Pair]] = {}

    @property
    def compared(self) -> int:
        """Pairs of claims that were compared."""
        return len(self._scores)

    def find(self) -> dict[Ref, str]:
        """The claims of now that may be in another statement than before, each with its statement."""
        view = self._difference.after
        found: set[Ref] = set()
        pairs: dict[Pair, float] = {}
        said: set[Pair] = set()
        front = self._seeds()
        while front:
            found |= front
            self._load(view, front)
            joined = [pair for ref in front for pair in self._joined(view, ref)]
            pairs |= {pair: self._score(pair) for pair in joined}
            said |= {pair for ref in front for pair in self._said(ref) if ref in pair}
            front = {ref for pair in (*joined, *said) for ref in pair} - found
        return self._grouped(sorted(found, key=view.order), pairs, said)

    def _grouped(self, refs: Sequence[Ref], pairs: Mapping[Pair, float], said: set[Pair]) -> dict[Ref, str]:
        numbers = {ref: number for number, ref in enumerate(refs)}
        same = [Same(numbers[one], numbers[other], score) for (one, other), score in pairs.items()]
        same += [Same(numbers[one], numbers[other], 1.0) for one, other in said]

        def judge(one: int, other: int) -> float:
            pair = refs[min(one, other)], refs[max(one, other)]
            if pair in said:
                return 1.0
            return judge_pair(claim_at(pair[0]), claim_at(pair[1]), self._score(pair), self._rules)

        claims = [claim_at(ref) for ref in refs]
        return {refs[n]: claims[first].claim_id for n, first in group(claims, same, judge).items()}

    def _seeds(self) -> set[Ref]:
        """Claims such that each set of joined claims that is not as it was holds one of them."""
        found = set(self._difference.new_claims)
        keys: set[int] = set()
        for view, claims in self._difference.sides():
            self._load(view, claims)
            for ref in claims:
                keys.update(view.keys(ref)["speakers"])
            found.update(chain.from_iterable(self._parted(view, claims)))
        for view in (self._difference.before, self._difference.after):
            view.load("speakers", keys)
        for key in keys:
            found.update(chain.from_iterable(self._regrouped(key)))
        return found | self._left()

    def _left(self) -> set[Ref]:
        """Claims that a claim which is gone was joined to."""
        before, moved = self._difference.before, self._difference.moved
        pairs = [
            pair
            for ref in self._difference.gone_claims
            for pair in (*self._joined(before, ref), *self._said(ref))
        ]
        return {one for ref in chain.from_iterable(pairs) if (one := moved(ref)) is not None}

    def _parted(self, view: View, claims: Sequence[Ref]) -> Iterator[Pair]:
        """Pairs around changed claims that a quotation may join, or join no more, for their sake."""
        changed = {view.code(ref) for ref in claims}
        for key in {key for ref in claims for key in view.keys(ref)["words"]}:
            near = _parted_by(view.codes("words", key), changed)
            yield from self._joining((view.ref(one), view.ref(other)) for one, other in near)

    def _regrouped(self, key: int) -> Iterator[Pair]:
        """Pairs of a large group of one speaker that are compared in one view only."""
        views = (self._difference.before, self._difference.after)
        if max(len(view.codes("speakers", key)) for view in views) <= SMALL:
            return
        numbers: dict[Ref, int] = {}
        before, after = (self._numbered(view, key, numbers) for view in views)
        refs = list(numbers)
        for code in np.setxor1d(before, after).tolist():
            one, other = refs[code >> _BITS], refs[code & _MASK]
            if self._score((one, other)) > 0:
                yield one, other

    def _numbered(self, view: View, key: int, numbers: dict[Ref, int]) -> Codes:
        """The pairs of a group, each as one number, by numbers of the claims as they stand now; one that is gone is in none."""
        places = []
        for ref in map(self._difference.moved, view.listed("speakers", key)):
            places.append(-1 if ref is None else numbers.setdefault(ref, len(numbers)))
        pairs = np.array(places, np.int64)[self._pairs(view, key)]
        pairs = pairs[(pairs >= 0).all(1)]
        codes: Codes = (pairs[:, 0] << _BITS) | pairs[:, 1]
        return codes

    def _joining(self, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """Those of one statement, as they stand now."""
        for first, second in pairs:
            one, other = self._difference.moved(first), self._difference.moved(second)
            if one and other and self._score((one, other)) > 0:
                yield one, other

    def _load(self, view: View, refs: Iterable[Ref]) -> None:
        keys = [view.keys(ref) for ref in refs]
        for name in ("words", "speakers"):
            view.load(name, (key for own in keys for key in own[name]))

    def _joined(self, view: View, ref: Ref) -> list[Pair]:
        """The pairs of a claim that are of one statement."""
        pairs = [
            (one, ref) if view.order(one) < view.order(ref) else (ref, one) for one in self._near(view, ref)
        ]
        return [pair for pair in pairs if self._score(pair) > 0]

    def _near(self, view: View, ref: Ref) -> set[Ref]:
        """The claims that one is compared with."""
        found: set[Ref] = set()
        code = view.code(ref)
        for key in view.keys(ref)["words"]:
            codes = view.codes("words", key)
            place = int(codes.searchsorted(code))
            found.update(map(view.ref, codes[max(place - MOST, 0) : place + MOST + 1].tolist()))
        for key in view.keys(ref)["speakers"]:
            found.update(self._group(view, key, ref))
        found.update(one for pair in self._around_headline(ref) if ref in pair for one in pair)
        return found - {ref}

    def _around_headline(self, ref: Ref) -> list[Pair]:
        """Pairs of a claim of the headline and one of the text, in the document of a claim."""
        return _within_document(ref, self._candidates, share_headline)

    def _group(self, view: View, key: int, ref: Ref) -> Collection[Ref]:
        """The claims of a speaker in a span of days that one of them is compared with."""
        own = view.listed("speakers", key)
        if len(own) <= SMALL:
            return self._small.setdefault((view, key), frozenset(own))
        pairs, place = self._pairs(view, key), int(view.codes("speakers", key).searchsorted(view.code(ref)))
        near = (pairs[pairs[:, 0] == place, 1], pairs[pairs[:, 1] == place, 0])
        return [own[one] for one in np.concatenate(near).tolist()]

    def _pairs(self, view: View, key: int) -> Numbers:
        """Pairs of the claims of a speaker, by their places in the list of the key."""
        if (view, key) not in self._within:
            stems = [file.stems_of(number) for file, number in view.listed("speakers", key)]
            self._within[view, key] = pairs_within(stems)
        return self._within[view, key]

    def _said(self, ref: Ref) -> list[Pair]:
        """Pairs of a headline and the claim of the text that says the same, in the document of a claim."""
        return [pair for pair in _within_document(ref, self._headlines, told_pairs) if ref in pair]

    def _score(self, pair: Pair) -> float:
        if pair not in self._scores:
            self._scores[pair] = compare_claims(claim_at(pair[0]), claim_at(pair[1]), self._rules)
        return self._scores[pair]


def _within_document(
    ref: Ref,
    known: dict[Ref, list[Pair]],
    find: Callable[[Sequence[ClaimFacts]], Iterable[tuple[int, int]]],
) -> list[Pair]:
    """Pairs among the claims of a claim's document, found once for each document and kept in `known`."""
    file, number = ref
    document = file, file.document_of(number)
    if document not in known:
        own = claims_of(document)
        numbered = find([claim_at(one) for one in own])
        known[document] = [(own[one], own[other]) for one, other in numbered]
    return known[document]


def _parted_by(codes: Codes, changed: Collection[int]) -> Iterator[tuple[int, int]]:
    """Pairs of those that did not change, of a list in order, between which some changed and that are near enough without these."""
    if len(codes) < 3:  # as most are: one that changed, and the two that it may part
        return
    own = np.array([code in changed for code in codes.tolist()], bool)
    others = codes[~own]
    # Between the same two others all changed claims part the same pairs.
    for place in np.unique(others.searchsorted(codes[own])).tolist():
        left = others[max(place - MOST, 0) : place][::-1].tolist()
        right = others[place : place + MOST].tolist()
        yield from ((one, other) for i, one in enumerate(left) for other in right[: MOST - i])
