"""Claims that react to another one in their sentence: `Amid calls for him to go, she said`, `demanded an apology after he said`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.nlp.relations.facts import ClaimFacts, split_words
from pipeline.nlp.relations.lexicon import Relation, RelationRules
from pipeline.nlp.relations.readings import SAYING, Link, Reading, gap, short
from pipeline.nlp.relations.speakers import match_speakers

NEAR_CLAIMS = 4
"""Claims before and behind one that may stand in its sentence."""
AHEAD = 60
"""Characters between a clause that opens a sentence and the claim that reacts to it."""
LEADING = 5
"""Words that may stand before what leads to a claim at the opening of a sentence, and words that lead."""
REACTING = frozenset({"allegation", "call", "denial", "opinion"})
"""Types of claims that are rather a reaction than news of their own."""
_STOPS = re.compile(
    r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSen)(?<!\bRep)(?<!\bGov)(?<!\bGen)(?<!\bSt)(?<!\b[A-Z])[.!?][”\"’)]*\s+|\n"
)


def sentence_of(text: str, place: int) -> int:
    """The first character of the sentence that a place is in.

    Args:
        text: The raw text.
        place: A character of it.
    """
    start = text.rfind("\n", 0, place) + 1
    return max((stop.end() for stop in _STOPS.finditer(text, start, place)), default=start)


def words_before(text: str, sentence: int, place: int) -> str:
    """The last words of a sentence before a place, in lower case with single spaces."""
    return " ".join(split_words(text[sentence:place])[-2 * LEADING :])


def find_wake(reading: Reading, readings: Sequence[Reading], rules: RelationRules) -> Link | None:
    """What a claim reacts to in its own sentence.

    Args:
        reading: A claim.
        readings: All claims of its document, in order.
        rules: The rule data.
    """
    if reading.claim.headline or reading.claim.claim_type in ("non_response", "question"):
        return None
    return _ahead(reading, readings, rules) or _behind(reading, readings, rules)


def _ahead(reading: Reading, readings: Sequence[Reading], rules: RelationRules) -> Link | None:
    """`In response to accusations that A, the firm said B`."""
    claim = reading.claim
    for one in reversed(readings[max(reading.place - NEAR_CLAIMS, 0) : reading.place]):
        other = one.claim
        if one.sentence != reading.sentence or other.place >= claim.place:
            return None
        leads = one.before.removeprefix("but ").removeprefix("and ") in rules.wakes
        if leads and gap(claim, other) <= AHEAD and _may_react(claim, other):
            return _link(claim, other, one.before, despite="despite" in one.before)
        if not claim.holds(other) and not other.holds(claim):
            return None  # another claim stands between
    return None


def _behind(reading: Reading, readings: Sequence[Reading], rules: RelationRules) -> Link | None:
    """`Demanded that he quit after a paper reported that`."""
    claim = reading.claim
    if claim.claim_type not in REACTING and reading.reaction is None:
        return None
    before = readings[max(reading.place - NEAR_CLAIMS, 0) : reading.place]
    if any(one.claim.holds(claim) for one in before):
        return None  # `hit out at what he called`: who hits out reacts
    for one in readings[reading.place + 1 : reading.place + 1 + NEAR_CLAIMS]:
        if one.sentence != reading.sentence:
            return None
        if one.before.endswith(" after") and _may_react(claim, one.claim):
            return _link(claim, one.claim, "after", despite=False)
    return None


def _may_react(claim: ClaimFacts, other: ClaimFacts) -> bool:
    if other.claim_type in ("non_response", "question") or other.headline:
        return False
    return match_speakers(claim, other) != "same" and (not claim.source or claim.source != other.source)


def _link(claim: ClaimFacts, other: ClaimFacts, words: str, *, despite: bool) -> Link:
    charged = other.claim_type in ("allegation", "statement") and claim.denied and words != "after"
    charged = charged and claim.claim_type in SAYING
    denies = claim.claim_type == "denial" or despite or charged
    relation: Relation = "denies" if denies else "answers"
    reason = f"'{words}' what is said in the same sentence: '{short(other)}'"
    return Link(claim, other, relation, "wake", reason)
