"""What speaks for it that two claims report one statement, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np

from pipeline.nlp.relations.facts import MEANT, STEM, ClaimFacts
from pipeline.nlp.relations.meaning import Floats, Ints, Meaning
from pipeline.nlp.relations.speakers import Match


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a content for a comparison of meanings.

    Attributes:
        stems: Each word once, cut, in order.
        rows: Their rows in the vectors.
        weights: How much each says.
    """

    stems: tuple[str, ...]
    rows: Ints
    weights: Floats

    @classmethod
    def of(cls, claim: ClaimFacts, meaning: Meaning) -> Words:
        """The words of a claim."""
        words = sorted(claim.words)
        found = meaning.weigh(words)
        return cls(
            tuple(word[:STEM] for word in words),
            np.array([row for row, _ in found], dtype=np.int32),
            np.array([weight for _, weight in found], dtype=np.float32),
        )


def words_of(claim: ClaimFacts, meaning: Meaning) -> Words:
    """The words of a claim, kept until it forgets what was worked out."""
    found: Words | None = claim.__dict__.get(MEANT)
    if found is None:
        found = claim.__dict__[MEANT] = Words.of(claim, meaning)
    return found


def cover(one: Words, other: Words, meaning: Meaning) -> tuple[float, float]:
    """How much of the meaning of each content the other has, 0 to 1.

    Args:
        one: Words of the one content.
        other: Words of the other.
        meaning: Tells how alike two words are.

    Returns:
        The share of the one that the other covers, and the reverse.
    """
    if not one.stems or not other.stems:
        return 0.0, 0.0
    alike = meaning.alike(one.rows, other.rows)
    known = {stem: place for place, stem in enumerate(other.stems)}
    for place, stem in enumerate(one.stems):
        if stem in known:
            alike[place, known[stem]] = 1.0
    first = float(alike.max(1) @ one.weights) / float(one.weights.sum())
    second = float(alike.max(0) @ other.weights) / float(other.weights.sum())
    return round(first, 4), round(second, 4)


def weigh_pair(
    one: ClaimFacts,
    other: ClaimFacts,
    match: Match,
    quoted: int,
    meaning: Meaning,
    *,
    together: bool,
) -> list[float]:
    """The numbers of a pair, in the order of `EVIDENCE`.

    Args:
        one: A claim.
        other: Another.
        match: How their speakers fit.
        quoted: Words of a quotation in a row that both have.
        meaning: The word vectors.
        together: Whether both are of one document.
    """
    words = words_of(one, meaning), words_of(other, meaning)
    first, second = cover(*words, meaning)
    short, long = sorted((len(words[0].stems), len(words[1].stems)))
    shared = len(one.stems & other.stems)
    mean = (first + second) / 2
    numbers = one.numbers, other.numbers
    names = len(one.names & other.names)
    near = together and abs(one.section - other.section) <= 1
    days = 0 if one.day is None or other.day is None else abs((one.day - other.day).days)
    return [
        1.0,
        float(match == "alike"),
        mean,
        min(first, second),
        max(first, second),
        log(1 + shared),
        shared / max(short, 1),
        log(1 + quoted),
        float(bool(one.quoted) and bool(other.quoted)),
        float(together),
        float(near),
        float(one.headline or other.headline),
        float(together and one.headline != other.headline),
        float(one.claim_type == other.claim_type),
        float(one.claim_type == other.claim_type == "call"),
        float(one.denied != other.denied),
        float(one.polarity != other.polarity),
        float(bool(numbers[0] & numbers[1])),
        float(bool(numbers[0] and numbers[1]) and not numbers[0] & numbers[1]),
        log(1 + names),
        float(bool(one.names and other.names) and not names),
        log(1 + short),
        log((1 + long) / (1 + short)),
        float(days > 0),
        mean * together,
        mean * (match != "same"),
        float(one.cue_lemma == other.cue_lemma and one.cue_lemma not in ("say", "tell", "")),
    ]
