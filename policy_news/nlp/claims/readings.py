"""Readings: possible claims, each a cue head with its likely source and content, before any is accepted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

import numpy as np

from policy_news.nlp.claims.overlap_index import Holders
from policy_news.nlp.claims.tree import Spread, size
from policy_news.nlp.encoder.roles import Floats, Ints, decode, spans_of
from policy_news.nlp.encoder.transformer import TINY, Sight

KEEP = 0.7
"""Lowest probability of a cue from which a reading is made."""


@dataclass(frozen=True, slots=True)
class ClaimReading:
    """A possible claim.

    Attributes:
        head: Head of the cue.
        score: Probability that the head is a cue, 0 to 1.
        source: Most likely source, or None.
        content: Content spans, in order; at least one.
        source_sure: Mean probability of the source's labels; of no source at its best token, if there is none.
    """

    head: int
    score: float
    source: Spread | None
    content: tuple[Spread, ...]
    source_sure: float


def read_claims(sight: Sight, known: Set[int]) -> Iterator[ClaimReading]:
    """Yield a reading for each token that is likely the head of a cue and has a content, in order.

    Args:
        known: Tokens of the cues that the rules found. Reading the roles of a cue costs much, and these would add nothing.
    """
    for head in np.flatnonzero(sight.chance >= KEEP).tolist():
        if head in known:
            continue
        tokens, sure = sight.roles(head)
        reading = reading_of(tokens, sure, head, float(sight.chance[head]))
        if reading is not None:
            yield reading


def reading_of(tokens: Ints, sure: Floats, head: int, score: float) -> ClaimReading | None:
    """Return the reading of label probabilities; None if they have no content.

    Args:
        tokens: Tokens that the encoder sees together with the cue, of shape (tokens,).
        sure: Their label probabilities, of shape (tokens, labels).
        head: Head of the cue.
        score: Probability of the cue.
    """
    if not len(tokens):
        return None
    starts = np.arange(len(tokens)) == 0
    sources, contents = spans_of(decode(np.log(sure + TINY), starts), 0)
    if not contents:
        return None
    mass = sure[:, 1] + sure[:, 2]
    best = max(sources, key=lambda span: (_mean(mass, span), -abs(int(tokens[span[0]]) - head)), default=None)
    return ClaimReading(
        head,
        score,
        _span(tokens, best) if best else None,
        tuple(_span(tokens, content) for content in contents),
        _mean(mass, best) if best else 1.0 - float(mass.max()),
    )


def _mean(values: Floats, span: Spread) -> float:
    return float(values[slice(*span)].mean())


def _span(tokens: Ints, places: Spread) -> Spread:
    """Return the tokens of places in a window, in which white space has none."""
    start, end = places
    return int(tokens[start]), int(tokens[end - 1]) + 1


def accept(readings: Sequence[ClaimReading]) -> list[ClaimReading]:
    """Return the better one of readings that share most of their content."""
    accepted: list[ClaimReading] = []
    held = Holders()
    for reading in sorted(readings, key=lambda reading: (-reading.score, reading.head)):
        own = size(reading.content)
        if not any(2 * tokens > own for tokens in held.shared(reading.content).values()):
            accepted.append(reading)
            held.add(reading.content)
    return accepted
