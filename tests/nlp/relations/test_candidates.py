"""Pairs of claims of one speaker, found by arrays: those that a plain definition gives."""

from __future__ import annotations

import random
from collections import Counter, defaultdict

import numpy as np
import pytest

from pipeline.nlp.relations import candidates
from pipeline.nlp.relations.candidates import MOST, RARE_WORDS, pairs_within


def plain_pairs(stems: list[list[int]]) -> set[tuple[int, int]]:
    """Each claim with the last ones before it that share one of its rarest stems."""
    counts = Counter(code for own in stems for code in own)
    known: defaultdict[int, list[int]] = defaultdict(list)
    pairs: set[tuple[int, int]] = set()
    for number, own in enumerate(stems):
        for code in sorted(own, key=lambda code: (counts[code], code))[:RARE_WORDS]:
            pairs.update((other, number) for other in known[code][-MOST:])
            known[code].append(number)
    return pairs


@pytest.mark.parametrize("seed", range(8))
def test_a_large_group_is_paired_by_rare_stems(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "SMALL", 5)
    rng = random.Random(seed)
    stems = [sorted(rng.sample(range(12), rng.randrange(7))) for _ in range(40)]
    found = pairs_within([np.array(own, np.uint64) for own in stems])
    assert set(map(tuple, found.tolist())) == plain_pairs(stems)


def test_a_small_group_is_paired_each_with_each() -> None:
    assert pairs_within([np.empty(0, np.uint64)] * 3).tolist() == [[0, 1], [0, 2], [1, 2]]
