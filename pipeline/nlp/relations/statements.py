"""Claims that report one statement: a comparison of each two that may, then groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.nlp.relations.candidates import LATE, NEAR, QUOTED_ROW
from pipeline.nlp.relations.facts import IN_A_ROW, ClaimFacts
from pipeline.nlp.relations.speakers import Match, is_collective, match_speakers

SURE = 0.95
"""Score of a pair of which hardly anybody would doubt that it is one statement."""
FAR = 4
"""Days within which a short quotation may be of one occasion."""
SUMMED = 0.75
"""Share of the words of a headline's claim that its report in the text has, whoever is said to speak."""
LONG = 12
"""Words of a quotation in a row that are hardly said twice: they need no day."""


@dataclass(frozen=True, slots=True)
class Same:
    """Two claims of one statement.

    Attributes:
        one: Number of the earlier claim.
        other: Number of the later claim.
        score: How sure that is.
    """

    one: int
    other: int
    score: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """What the contents of two claims share.

    Attributes:
        words: Number of words, a name in other words being one.
        share: Their share of the words of the shorter one.
    """

    words: int
    share: float

    @classmethod
    def of(cls, one: ClaimFacts, other: ClaimFacts) -> Overlap:
        """The overlap of two contents."""
        words = len(one.stems & other.stems)
        # `the FTC` and `the Federal Trade Commission`: a name that no word of it gives away.
        words = max(words, min(words + 1, len(one.names & other.names)))
        return cls(words, words / max(min(len(one.stems), len(other.stems)), 1))


def compare(one: ClaimFacts, other: ClaimFacts, common: frozenset[str], *, together: bool) -> float:
    """How sure it is that two claims report one statement; 0 for not at all.

    Args:
        one: A claim.
        other: Another.
        common: Words that are shared by chance.
        together: Both stand in one document.
    """
    match, overlap = match_speakers(one, other), Overlap.of(one, other)
    if together and one.headline != other.headline and overlap.share >= SUMMED and overlap.words >= 4:
        return overlap.share
    days = None if one.day is None or other.day is None else abs((one.day - other.day).days)
    quoted = _quoted_in_common(one, other, match, common)
    if match == "other":
        # A body and who speaks for it.
        spoken = one.person != other.person and quoted >= 2 * QUOTED_ROW and days is not None and days <= NEAR
        return 0.8 if spoken else 0.0
    if quoted >= LONG and (days or 0) <= LATE:
        return SURE
    if days is None and not together:
        return 0.0
    if not together and (days or 0) <= NEAR and _is_copied(one, other):
        return SURE
    if (quoted >= QUOTED_ROW and (days or 0) <= FAR) or (quoted and (days or 0) <= NEAR):
        return (SURE if quoted >= 2 * QUOTED_ROW else 0.9) if match == "same" else 0.8
    if (days or 0) > NEAR or match == "unknown":
        return 0.0
    return _paraphrase(one, other, match, overlap, together=together)


def _is_copied(one: ClaimFacts, other: ClaimFacts) -> bool:
    """Two articles have the same words of source, cue and content, as prints of one report do."""
    return bool(one.said) and (one.source, one.cue, one.said) == (other.source, other.cue, other.said)


def _quoted_in_common(one: ClaimFacts, other: ClaimFacts, match: Match, common: frozenset[str]) -> int:
    """Words in a row of a quotation that the other claim has too; 0 where they say too little."""
    best = 0
    for first, second in ((one, other), (other, one)):
        for words in first.quoted:
            if len(words) < IN_A_ROW or not first.quoted_rows.isdisjoint(second.said_rows):
                best = max(best, _telling(words, first, second, common, sure=match == "same"))
    return best


def _telling(
    quotation: tuple[str, ...], claim: ClaimFacts, other: ClaimFacts, common: frozenset[str], *, sure: bool
) -> int:
    """Length of the longest stretch of a quotation of a claim in another one, if it says enough."""
    row = longest_row(quotation, other)
    said = [word for word in row if word not in common and word not in claim.capitals and len(word) > 2]
    if len(row) == len(quotation) and sure:
        # One or two quoted words may be what a claim is about, and need not be what it says.
        weight = sum(2 if len(word) >= RARE else 1 for word in said)
        bulk = 5 * weight >= 2 * len(claim.words)
        return len(row) if said and (len(row) >= QUOTED_ROW or bulk) else 0
    enough = len(row) >= 2 * QUOTED_ROW or 3 * len(row) > min(len(quotation), len(other.said))
    return len(row) if len(row) >= QUOTED_ROW and len(said) >= 2 and enough else 0


RARE = 10
"""Letters of a word that is said seldom enough to tell as much as two."""


def longest_row(quotation: Sequence[str], other: ClaimFacts) -> Sequence[str]:
    """The longest stretch of words of a quotation that another claim has too, the first of several."""
    if f" {' '.join(quotation)} " in other.spoken:
        return quotation
    best, end = 0, 0
    lengths: dict[int, int] = {}
    for place, word in enumerate(quotation):
        lengths = {j: lengths.get(j - 1, 0) + 1 for j in other.places.get(word, ())}
        longest = max(lengths.values(), default=0)
        if longest > best:
            best, end = longest, place + 1
    return quotation[end - best : end]


def _paraphrase(
    one: ClaimFacts, other: ClaimFacts, match: Match, overlap: Overlap, *, together: bool
) -> float:
    """Whether the words of two contents are alike enough: more is asked where less is known of the speaker."""
    if not together and (is_collective(one) or is_collective(other)):
        return 0.0
    sure = match == "same"
    if sure and one.quoted and other.quoted and overlap.share >= 0.5 and overlap.words >= 5:
        return overlap.share
    if one.denied != other.denied or one.polarity != other.polarity:
        return 0.0
    if not sure:
        return overlap.share if overlap.share >= 0.6 and overlap.words >= 4 else 0.0
    beside = together and abs(one.section - other.section) <= 1 and bool(one.quoted) != bool(other.quoted)
    summed = (
        beside
        or one.headline != other.headline
        or overlap.share >= 0.8
        or one.claim_type == other.claim_type == "call"
    )
    return overlap.share if overlap.share >= 0.6 and overlap.words >= (2 if summed else 3) else 0.0


Judge = Callable[[int, int], float]
WITNESSES = 3
"""Members of a group that are asked whether another group fits."""


def group(claims: Sequence[ClaimFacts], same: Iterable[Same], judge: Judge) -> Mapping[int, int]:
    """The number of the earliest claim of each claim's statement.

    Pairs join the groups that they are of, the surest first; but a claim that holds two statements must not make one of them, so at least half
    of some members must fit each other too.

    Args:
        claims: All claims.
        same: Pairs of one statement.
        judge: Tells how sure it is that two claims, by their numbers, report one statement.
    """
    groups = {number: [number] for number in range(len(claims))}
    for pair in sorted(same, key=lambda pair: (-pair.score, pair.one, pair.other)):
        short, long = sorted((groups[pair.one], groups[pair.other]), key=lambda own: (len(own), own[0]))
        if short is not long and _fit(short, long, judge, pair.score):
            long += short
            groups |= dict.fromkeys(short, long)
    firsts = {id(own): min(own, key=lambda number: _age(claims[number])) for own in groups.values()}
    return {number: firsts[id(own)] for number, own in groups.items()}


def _fit(one: Sequence[int], other: Sequence[int], judge: Judge, score: float) -> bool:
    """Whether more than half of the pairs of witnesses fit; half is enough where the pair that joins them is sure."""
    pairs = [(a, b) for a in one[:WITNESSES] for b in other[:WITNESSES]]
    fitting = sum(judge(*pair) > 0 for pair in pairs)
    return 2 * fitting > len(pairs) or (score >= SURE and 2 * fitting == len(pairs))


def _age(claim: ClaimFacts) -> tuple[dt.date, str]:
    return claim.day or dt.date.max, claim.claim_id
