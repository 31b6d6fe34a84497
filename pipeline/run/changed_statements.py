"""The statements that a change bears on: the same as if all claims were gone through.

A claim is compared with those that share a key with it, so only claims that share one with a changed claim may be in another
statement than before, and those that are joined to them. Statements are made anew for each such set of claims that pairs join.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations

from pipeline.nlp.relations.candidates import MOST, SMALL, pairs_within, share_headline
from pipeline.nlp.relations.corpus import compare_claims, headline_pairs
from pipeline.nlp.relations.facts import ClaimFacts
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.nlp.relations.statements import Same, group
from pipeline.run.claim_views import Difference, Ref, View, claim_at, claims_of

Pair = tuple[Ref, Ref]


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
        self._places: dict[tuple[View, int], dict[Ref, int]] = {}
        self._groups: dict[tuple[View, int], Mapping[Ref, set[Ref]]] = {}
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
            return 1.0 if pair in said else self._score(pair)

        claims = [claim_at(ref) for ref in refs]
        return {refs[n]: claims[first].claim_id for n, first in group(claims, same, judge).items()}

    def _seeds(self) -> set[Ref]:
        """Claims such that each set of joined claims that is not as it was holds one of them."""
        found = set(self._difference.new_claims)
        keys: set[int] = set()
        for view, claims in self._difference.sides():
            self._load(view, claims)
            own = set(claims)
            for ref in claims:
                keys.update(view.keys(ref)["speakers"])
                found.update(chain.from_iterable(self._parted(view, ref, own)))
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

    def _parted(self, view: View, ref: Ref, changed: set[Ref]) -> Iterator[Pair]:
        """Pairs around a changed claim that a quotation may join, or join no more, for its sake."""
        for key in view.keys(ref)["words"]:
            own, place = view.listed("words", key), self._place(view, key, ref)
            left = _nearest(own[:place][::-1], changed)
            right = _nearest(own[place + 1 :], changed)
            yield from self._moved_pairs((one, other) for one in left for other in right)

    def _regrouped(self, key: int) -> Iterator[Pair]:
        """Pairs of a large group of one speaker that are compared in one view only."""
        before, after = self._difference.before, self._difference.after
        sizes = [len(view.listed("speakers", key)) for view in (before, after)]
        if max(sizes) <= SMALL:
            return
        pairs = []
        for view in (before, after):
            own = view.listed("speakers", key)
            claims = [claim_at(ref) for ref in own]
            named = ((own[one], own[other]) for one, other in pairs_within(range(len(own)), claims))
            pairs.append(
                {(self._difference.moved(one), self._difference.moved(other)) for one, other in named}
            )
        yield from self._moved_pairs(pairs[0] ^ pairs[1])

    def _moved_pairs(self, pairs: Iterable[tuple[Ref | None, Ref | None]]) -> Iterator[Pair]:
        """Those that are of one statement, as they stand now."""
        for first, second in pairs:
            one = first and self._difference.moved(first)
            other = second and self._difference.moved(second)
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
        for key in view.keys(ref)["words"]:
            own, place = view.listed("words", key), self._place(view, key, ref)
            found.update(own[max(place - MOST, 0) : place + MOST + 1])
        for key in view.keys(ref)["speakers"]:
            found |= self._group(view, key).get(ref, set())
        found.update(one for pair in self._around_headline(ref) if ref in pair for one in pair)
        return found - {ref}

    def _around_headline(self, ref: Ref) -> list[Pair]:
        """Pairs of a claim of the headline and one of the text, in the document of a claim."""
        return _within_document(ref, self._candidates, share_headline)

    def _group(self, view: View, key: int) -> Mapping[Ref, set[Ref]]:
        """Of each claim of a speaker in a span of days, those that it is compared with."""
        if (view, key) not in self._groups:
            own = view.listed("speakers", key)
            found: dict[Ref, set[Ref]] = {ref: set() for ref in own}
            if len(own) <= SMALL:
                pairs: Iterable[tuple[int, int]] = combinations(range(len(own)), 2)
            else:
                pairs = pairs_within(range(len(own)), [claim_at(ref) for ref in own])
            for one, other in pairs:
                found[own[one]].add(own[other])
                found[own[other]].add(own[one])
            self._groups[view, key] = found
        return self._groups[view, key]

    def _said(self, ref: Ref) -> list[Pair]:
        """Pairs of a headline and the claim of the text that says the same, in the document of a claim."""
        return [pair for pair in _within_document(ref, self._headlines, headline_pairs) if ref in pair]

    def _place(self, view: View, key: int, ref: Ref) -> int:
        if (view, key) not in self._places:
            own = view.listed("words", key)
            self._places[view, key] = {one: place for place, one in enumerate(own)}
        return self._places[view, key][ref]

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


def _nearest(refs: Iterable[Ref], changed: set[Ref]) -> list[Ref]:
    """The first ones that did not change."""
    found: list[Ref] = []
    for ref in refs:
        if ref not in changed:
            found.append(ref)
        if len(found) == MOST:
            break
    return found
