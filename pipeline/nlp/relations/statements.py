"""Claims that report one statement: a comparison of each two that may, then groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.nlp.relations.candidates import LATE, NEAR
from pipeline.nlp.relations.evidence import weigh_pair
from pipeline.nlp.relations.facts import QUOTED_ROW, STEM, ClaimFacts, longest_row
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.nlp.relations.remarks import REMARKED
from pipeline.nlp.relations.speakers import Match, is_collective, match_speakers, speak_as_one
from pipeline.nlp.relations.targets import are_of_two

SURE = 0.95
"""Score of a pair of which hardly anybody would doubt that it is one statement."""
FAR = 4
"""Days within which a short quotation may be of one occasion."""
SUMMED = 0.75
"""Share of the words of a headline's claim that its report in the text has, whoever is said to speak."""
SUMMED_WORDS = 4
"""How many these must be at least."""
UNLIKE = 0.02
"""Chance of a pair whose contents share no word."""
LEAST_WORDS = 2
"""Words of a content below which it says too little to be compared: `the charges`."""
FEW_WORDS = 3
"""Words of a content of which one that is shared may be enough: of 275 pairs of longer ones none was found by one word."""
SPOKEN_FOR = 0.8
"""Score of a long quotation within a day, of a body and of who speaks for it."""
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


def compare(one: ClaimFacts, other: ClaimFacts, rules: RelationRules, *, together: bool) -> float:
    """How sure it is that two claims report one statement; 0 for not at all, less where it may be but that alone does not show it.

    Args:
        one: A claim.
        other: Another.
        rules: The rule data.
        together: Whether both are of one document.
    """
    found = compare_surely(one, other, rules, together=together)
    if isinstance(found, float):
        return found
    return rules.weights.chance(weigh_pair(one, other, found, rules.meaning, together=together))


def compare_surely(
    one: ClaimFacts, other: ClaimFacts, rules: RelationRules, *, together: bool
) -> float | Match:
    """How sure it is where days, speakers or quotations decide; else how the speakers fit.

    Args:
        one: The earlier claim.
        other: The later claim.
        rules: What is said of claims, and what makes two alike.
        together: Whether both are of one document.

    Returns:
        The chance, 0 to 1; or the match of the speakers.
    """
    inside = _compare_inside(one, other) if together else None
    if inside is not None:
        return inside
    match = match_speakers(one, other)
    if match == "other" and one.person == other.person:
        return 0.0  # unlike a body and who speaks for it
    quoted = _quoted_in_common(one, other, match, rules)
    days = _days_between(one, other)
    found = _trust(match, quoted, days, together=together)
    if found or match == "other" or not _is_near(one, other, days, together=together):
        return found
    if not together and _is_copied(one, other):
        return SURE
    if match == "unknown" or (match == "alike" and (_count_otherwise(one, other) or are_of_two(one, other))):
        return 0.0
    return match if _say_enough(one, other, together=together) else -UNLIKE


def _count_otherwise(one: ClaimFacts, other: ClaimFacts) -> bool:
    """Whether two contents have numbers, and none in common: two polls are not one."""
    return bool(one.numbers and other.numbers) and not one.numbers & other.numbers


def _is_near(one: ClaimFacts, other: ClaimFacts, days: int | None, *, together: bool) -> bool:
    """Whether two claims may be of one occasion."""
    # A headline has no day of its own: what the text dates to Monday it tells on Tuesday.
    undated = days is None or (together and one.headline != other.headline)
    return together if undated else (days or 0) <= NEAR


def _days_between(one: ClaimFacts, other: ClaimFacts) -> int | None:
    return None if one.day is None or other.day is None else abs((one.day - other.day).days)


def _compare_inside(one: ClaimFacts, other: ClaimFacts) -> float | None:
    """How sure it is of two claims of one document that their places decide of: two of one list, a headline; else None."""
    return 0.0 if one.cue_at == other.cue_at >= 0 else _sums_up(one, other)


def _sums_up(one: ClaimFacts, other: ClaimFacts) -> float | None:
    """How sure it is that one is the headline of the other, whoever is said to speak; 0 where one holds the other."""
    if one.holds(other) or other.holds(one):
        return 0.0
    overlap = Overlap.of(one, other)
    # The headline `Minister denies ...` and a text that denies: fewer words are enough.
    least = SUMMED_WORDS - (one.cue_lemma == other.cue_lemma)
    summed = one.headline != other.headline and overlap.share >= SUMMED and overlap.words >= least
    return overlap.share if summed else None


def _trust(match: Match, quoted: int, days: int | None, *, together: bool) -> float:
    """How sure it is by a quotation that is shared: the longer it is, the more days may be between."""
    if match == "other":
        return SPOKEN_FOR if quoted >= 2 * QUOTED_ROW and days in (0, NEAR) else 0.0
    if quoted >= LONG and (days or 0) <= LATE:
        return SURE
    if days is None and not together:
        return 0.0
    if not quoted or (days or 0) > (FAR if quoted >= QUOTED_ROW else NEAR):
        return 0.0
    if match != "same":
        return 0.8
    return SURE if quoted >= 2 * QUOTED_ROW else 0.9


def _say_enough(one: ClaimFacts, other: ClaimFacts, *, together: bool) -> bool:
    """Whether a paraphrase is worth a look: what many say each for himself is one statement only within a document.

    Vectors alone never make two contents one statement; the look at them takes most of the time.
    """
    short = min(len(one.stems), len(other.stems))
    shared = len(one.stems & other.stems)
    if short < LEAST_WORDS or not shared or (shared == 1 and short > FEW_WORDS):
        return False
    return together or speak_as_one(one, other) or not (is_collective(one) or is_collective(other))


def _is_copied(one: ClaimFacts, other: ClaimFacts) -> bool:
    """Two articles have the same words of source, cue and content, as prints of one report do."""
    return bool(one.said) and (one.source, one.cue, one.said) == (other.source, other.cue, other.said)


def _quoted_in_common(one: ClaimFacts, other: ClaimFacts, match: Match, rules: RelationRules) -> int:
    """Words in a row of a quotation that the other claim has too; 0 where they say too little."""
    best, sure = 0, match == "same"
    for first, second in ((one, other), (other, one)):
        for words in first.quoted:
            if _may_tell(words, first, second, sure=sure):
                best = max(best, _telling(words, first, second, rules, sure=sure))
    return best


def _may_tell(words: tuple[str, ...], claim: ClaimFacts, other: ClaimFacts, *, sure: bool) -> bool:
    """Whether a quotation of a claim is worth a look at the other: a few words say something only as a whole, of one speaker."""
    if len(words) < QUOTED_ROW:
        return sure and f" {' '.join(words)} " in other.spoken
    return not claim.quoted_rows.isdisjoint(other.said_rows)


def _telling(
    quotation: tuple[str, ...], claim: ClaimFacts, other: ClaimFacts, rules: RelationRules, *, sure: bool
) -> int:
    """Length of the longest stretch of a quotation of a claim in another one, if it says enough."""
    row = longest_row(quotation, other)
    said = [word for word in row if word not in rules.common and word not in claim.capitals and len(word) > 2]
    if len(row) == len(quotation) and sure:
        enough = (
            len(row) >= QUOTED_ROW or _is_bulk(said, claim, other) or _is_catchword(said, claim, other, rules)
        )
        return len(row) if said and enough else 0
    enough = len(row) >= 2 * QUOTED_ROW or 3 * len(row) > min(len(quotation), len(other.said))
    return len(row) if len(row) >= QUOTED_ROW and len(said) >= 2 and enough else 0


def _is_bulk(said: Sequence[str], claim: ClaimFacts, other: ClaimFacts) -> bool:
    """Whether quoted words are most of a claim: one or two may be what it is about, and need not be what it says."""
    weight = sum(2 if len(word) >= RARE else 1 for word in said)
    return 5 * weight >= 2 * len(claim.words) and not _is_remarked(claim, other)


def sets_apart(one: ClaimFacts, other: ClaimFacts, rules: RelationRules) -> bool:
    """Whether two claims are of two speakers and quote no words in common: then no statement has both.

    What both quote is one remark: one of the speakers is then taken wrong, as that of a headline often is.
    """
    if match_speakers(one, other) != "other":
        return False
    return not any(
        _is_row(longest_row(words, second), rules)
        for first, second in ((one, other), (other, one))
        for words in first.quoted
    )


def _is_row(words: Sequence[str], rules: RelationRules) -> bool:
    """Whether words in a row say something: two, of which one is not common."""
    return len(words) > 1 and any(word not in rules.common and len(word) > 2 for word in words)


def _is_catchword(said: Sequence[str], claim: ClaimFacts, other: ClaimFacts, rules: RelationRules) -> bool:
    """Rare words that both claims quote, and neither explains: `"phantom voters"` here, and a sentence with them there."""
    if len(said) < 2 or not any(set(said) <= set(words) for words in other.quoted):
        return False
    if _is_remarked(claim, other):
        return False
    more = (claim.stems & other.stems) - {word[:STEM] for word in said}
    return bool(more) or sum(weight for _, weight in rules.meaning.weigh(said)) >= CATCHING


def _is_remarked(one: ClaimFacts, other: ClaimFacts) -> bool:
    """Whether a claim explains what was said before, and quotes it for that: `said that his "phony ferry" remark was a joke`."""
    return bool(REMARKED & (set(one.said) | set(other.said)))


CATCHING = 16.0
"""Weight of quoted words that nobody else says by chance: two rare ones."""
RARE = 10
"""Letters of a word that is said seldom enough to tell as much as two."""


AGREED = 0.45
"""Mean chance of the pairs of witnesses from which two groups are one."""
Judge = Callable[[int, int], float]
WITNESSES = 3
"""Members of a group that are asked whether another group fits."""
ASKED = 50_000
"""Pairs of witnesses of which is kept what they said."""


def group(claims: Sequence[ClaimFacts], same: Iterable[Same], judge: Judge) -> Mapping[int, int]:
    """The number of the earliest claim of each claim's statement.

    Pairs join the groups that they are of, the surest first; but a claim that holds two statements must not make one of them, so some members
    of both must fit each other too. An act goes where its words went.

    Args:
        claims: All claims.
        same: Pairs of one statement.
        judge: Tells how sure it is that two claims, by their numbers, report one statement.
    """
    groups = {number: [number] for number in range(len(claims))}
    asked = lru_cache(ASKED)(judge)  # the witnesses of large groups are asked for each pair between them
    words = {pair: _is_act(claims[pair.one], claims[pair.other]) for pair in same}
    for pair in sorted(words, key=lambda pair: (words[pair], -pair.score, pair.one, pair.other)):
        short, long = sorted((groups[pair.one], groups[pair.other]), key=lambda own: (len(own), own[0]))
        if short is not long and (words[pair] or _fit(short, long, asked)):
            long += short
            groups |= dict.fromkeys(short, long)
    firsts = {id(own): min(own, key=lambda number: _age(claims[number])) for own in groups.values()}
    return {number: firsts[id(own)] for number, own in groups.items()}


def _is_act(one: ClaimFacts, other: ClaimFacts) -> bool:
    return one.words_in == other.claim_id


def _fit(one: Sequence[int], other: Sequence[int], judge: Judge) -> bool:
    """Whether the witnesses fit: those of a group speak for each other, and who cannot be compared says nothing."""
    chances = [abs(judge(a, b)) for a in one[:WITNESSES] for b in other[:WITNESSES]]
    asked = [chance for chance in chances if chance]
    return sum(asked) >= AGREED * max(len(asked), 1)


def _age(claim: ClaimFacts) -> tuple[dt.date, str]:
    return claim.day or dt.date.max, claim.claim_id
