"""Scores of pairs of claims that were compared before, so that a document that is added is compared with its neighbours alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.nlp.relations.facts import ClaimFacts

Keys = npt.NDArray[np.uint64]
_MIXED = np.uint64(0x9E3779B97F4A7C15)
TOGETHER = 20_000
"""Pairs after which what was worked out of their claims is dropped."""
_HALF = np.uint64(32)


class Scores:
    """Scores by pairs of claims, known by all that a comparison reads of them.

    Args:
        keys: Keys of the pairs, ascending.
        values: Their scores.

    Attributes:
        compared: Pairs that had to be compared.
    """

    def __init__(self, keys: Keys | None = None, values: npt.NDArray[np.float64] | None = None) -> None:
        self.keys: Keys = np.empty(0, np.uint64) if keys is None else keys
        self.values: npt.NDArray[np.float64] = np.empty(0) if values is None else values
        self.compared = 0

    def of(
        self,
        claims: Sequence[ClaimFacts],
        pairs: Sequence[tuple[int, int]],
        compare: Callable[[int, int], float],
    ) -> list[float]:
        """The scores of pairs; those that are not known are compared, and only those of these pairs are known from then on.

        Args:
            claims: All claims.
            pairs: Numbers of two of them each.
            compare: Gives the score of a pair.
        """
        prints = np.fromiter(map(fingerprint, claims), np.uint64, len(claims))
        numbers = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        keys = _pair_keys(prints, numbers)
        places = np.searchsorted(self.keys, keys)
        inside = places < len(self.keys)
        known = np.zeros(len(keys), dtype=bool)
        known[inside] = self.keys[places[inside]] == keys[inside]
        scores = np.zeros(len(keys))
        scores[known] = self.values[places[known]]
        missing = np.flatnonzero(~known)
        self.compared = len(missing)
        touched: set[int] = set()
        for done, place in enumerate(missing.tolist(), 1):
            scores[place] = compare(*pairs[place])
            touched.update(pairs[place])
            if done % TOGETHER == 0 or done == len(missing):
                for number in touched:
                    claims[number].forget()
                touched.clear()
        self.keys, first = np.unique(keys, return_index=True)
        self.values = scores[first]
        found: list[float] = scores.tolist()
        return found


def fingerprint(claim: ClaimFacts) -> int:
    """A number for all that a comparison reads of a claim, its document included: two claims of one are compared otherwise."""
    document = claim.claim_id.rsplit("#", 1)[0]
    read = (
        document, claim.section, claim.headline, claim.speaker, claim.name, claim.person, claim.source, claim.day and claim.day.toordinal(),
        claim.claim_type, claim.polarity, claim.cue, claim.cue_lemma, claim.cue_at, claim.content, claim.content_at, claim.lemmas, sorted(claim.names),
        claim.described, claim.offices, claim.bodies, claim.spread, claim.place, claim.end,
    )  # fmt: skip
    return int.from_bytes(
        hashlib.blake2b(repr(read).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
    )


def _pair_keys(prints: Keys, numbers: npt.NDArray[np.int64]) -> Keys:
    first, second = prints[numbers[:, 0]], prints[numbers[:, 1]]
    mixed: Keys = (first * _MIXED) ^ (second + (first << _HALF) + (second >> _HALF))
    return mixed
