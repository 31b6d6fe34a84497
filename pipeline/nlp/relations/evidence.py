"""What speaks for it that two claims report one statement, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np

from pipeline.nlp.relations.facts import MEANT, STEM, ClaimFacts, longest_row
from pipeline.nlp.relations.meaning import RAREST, Floats, Ints, Meaning
from pipeline.nlp.relations.pointing import QUOTES
from pipeline.nlp.relations.speakers import Match

RELATED = 0.4
"""How alike two words are at least that mean alike: most words of one field are so much alike."""
TOPIC = 0.5
"""How much each further claim of the document that has a word takes from what the word tells."""
PHRASE = 5
"""Words of a quotation that is a catchword at most."""
FAR = 10
"""Sections that are as far apart as any."""
OPENING = 2
"""Sections with which an article opens."""
NEXT = 40
"""Characters between two claims of which the one follows the other."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a content for a comparison of meanings.

    Attributes:
        stems: Each word once, cut, in order.
        rows: Their rows in the vectors.
        weights: How much each says.
        spread: How many claims of the document have each.
        told: How much each tells beside what its document is about, for a claim of another document.
    """

    stems: tuple[str, ...]
    rows: Ints
    weights: Floats
    spread: Floats
    told: Floats

    @classmethod
    def of(cls, claim: ClaimFacts, meaning: Meaning) -> Words:
        """The words of a claim."""
        words = sorted(claim.words)
        found = meaning.weigh(words)
        stems = tuple(word[:STEM] for word in words)
        known = dict(zip(sorted(claim.stems), claim.spread, strict=False))
        weights = np.array([weight for _, weight in found], dtype=np.float32)
        spread = np.array([known.get(stem, 1) for stem in stems], dtype=np.float32)
        rows = np.array([row for row, _ in found], dtype=np.int32)
        return cls(stems, rows, weights, spread, _beside_topic(weights, spread, np.float32(1)))


def words_of(claim: ClaimFacts, meaning: Meaning) -> Words:
    """The words of a claim, kept until it forgets what was worked out."""
    found: Words | None = claim.__dict__.get(MEANT)
    if found is None:
        found = claim.__dict__[MEANT] = Words.of(claim, meaning)
    return found


def cover(one: Words, other: Words, meaning: Meaning, *, together: bool = False) -> tuple[float, float]:
    """How much of the meaning of each content the other has, 0 to 1.

    Words that many claims of the document have count less, and words that are but of one field not at all.

    Args:
        one: Words of the one content.
        other: Words of the other.
        meaning: Tells how alike two words are.
        together: Whether both are of one document.

    Returns:
        The share of the one that the other covers, and the reverse.
    """
    if not one.stems or not other.stems:
        return 0.0, 0.0
    alike = (meaning.alike(one.rows, other.rows) - RELATED) / (1 - RELATED)
    np.maximum(alike, 0, out=alike)  # at most `ALIKE`, so below 1
    known = {stem: place for place, stem in enumerate(other.stems)}
    for place, stem in enumerate(one.stems):
        if stem in known:
            alike[place, known[stem]] = 1.0
    first, second = _told(one, other, together=together), _told(other, one, together=together)
    return (
        round(float(alike.max(1) @ first) / float(first.sum()), 4),
        round(float(alike.max(0) @ second) / float(second.sum()), 4),
    )


def _told(one: Words, other: Words, *, together: bool) -> Floats:
    """How much each word tells of what a claim says, beside what its document is about."""
    if not together:
        return one.told
    own = np.array([1 + (stem in other.stems) for stem in one.stems], dtype=np.float32)
    return _beside_topic(one.weights, one.spread, own)


def _beside_topic(weights: Floats, spread: Floats, own: Floats | np.float32) -> Floats:
    told: Floats = weights / (1 + TOPIC * np.maximum(spread - own, 0))
    return told


def _telling(one: Words, other: Words, *, together: bool) -> float:
    """How much the words tell that two claims share and few other claims of their documents have."""
    weights = dict(zip(one.stems, one.weights.tolist(), strict=True))
    spread = dict(zip(one.stems, one.spread.tolist(), strict=True))
    known = dict(
        zip(other.stems, zip(other.weights.tolist(), other.spread.tolist(), strict=True), strict=True)
    )
    total = 0.0
    for stem in sorted(weights.keys() & known.keys()):
        weight, more = known[stem]
        others = max(spread[stem] + (0 if together else more) - 2, 0)
        total += weight / RAREST / (1 + TOPIC * others)
    return round(log(1 + total), 4)


def weigh_pair(
    one: ClaimFacts,
    other: ClaimFacts,
    match: Match,
    meaning: Meaning,
    *,
    together: bool,
) -> list[float]:
    """The numbers of a pair, in the order of `EVIDENCE`.

    Args:
        one: A claim.
        other: Another.
        match: How their speakers fit.
        meaning: The word vectors.
        together: Whether both are of one document.
    """
    words = words_of(one, meaning), words_of(other, meaning)
    first, second = cover(*words, meaning, together=together)
    short, long = sorted((len(words[0].stems), len(words[1].stems)))
    days = 0 if one.day is None or other.day is None else abs((one.day - other.day).days)
    return [
        1.0,
        float(match == "alike"),
        len(one.stems & other.stems) / max(short, 1),
        float(bool(one.quoted) and bool(other.quoted)),
        float(together),
        float(together and one.headline != other.headline),
        float(one.claim_type == other.claim_type),
        float(one.claim_type == other.claim_type == "call"),
        float(one.denied != other.denied),
        float(one.polarity != other.polarity),
        *_weigh_facts(one, other),
        log(1 + short),
        log((1 + long) / (1 + short)),
        float(days > 0),
        *_weigh_cues(one, other),
        min(first, second),
        max(first, second),
        _telling(*words, together=together),
        log(1 + len(longest_row(one.said, other))),
        float(_has_catchword(one, other) or _has_catchword(other, one)),
        float(one.content.startswith(QUOTES) != other.content.startswith(QUOTES)),
        *_weigh_places(one, other, together=together),
    ]


def _weigh_facts(one: ClaimFacts, other: ClaimFacts) -> tuple[float, float, float]:
    """Whether numbers are shared, whether all of them differ, whether all names differ."""
    numbers = bool(one.numbers & other.numbers)
    differ = bool(one.numbers and other.numbers) and not numbers
    return (
        float(numbers),
        float(differ),
        float(bool(one.names and other.names) and not one.names & other.names),
    )


def _weigh_cues(one: ClaimFacts, other: ClaimFacts) -> tuple[float, float]:
    """Whether both have one cue that says more than `said`; whether both have one cue."""
    equal = one.cue_lemma == other.cue_lemma
    return float(equal and one.cue_lemma not in ("say", "tell", "")), float(equal)


def _has_catchword(one: ClaimFacts, other: ClaimFacts) -> bool:
    """Whether a claim quotes a few words of which the other has one that means something."""
    words = {word[:STEM] for row in one.quoted if len(row) <= PHRASE for word in row}
    return not words.isdisjoint(one.stems & other.stems)


def _weigh_places(one: ClaimFacts, other: ClaimFacts, *, together: bool) -> tuple[float, float, float]:
    """How far apart claims of one document are, whether one follows the other; whether those of two open their articles."""
    if not together:
        return 0.0, 0.0, float(max(one.section, other.section) <= OPENING)
    gap = max(one.place, other.place) - min(one.end, other.end)
    return min(abs(one.section - other.section), FAR) / FAR, float(gap <= NEXT), 0.0
