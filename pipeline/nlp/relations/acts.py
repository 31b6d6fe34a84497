"""Acts told without their words, and the words behind them: `downplayed the charges. "They name nobody here," she said`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.nlp.relations.facts import ClaimFacts
from pipeline.nlp.relations.speakers import is_collective, match_speakers

QUOTES = ('"', "“", "‘")
"""Marks with which the words begin."""
AT_ONCE = 4
"""Characters between an act and its words: the stop and the end of a paragraph."""
ACTS = frozenset({"allegation", "denial", "opinion"})
"""Types of claims that tell what somebody did in speaking."""
TELLING = frozenset(
    {"allege", "be", "believe", "claim", "describe", "expect", "fear", "feel", "hope", "know", "predict", "suspect", "think", "want",
     "wonder", "worry"}
)  # fmt: skip
"""Cues behind which it stands what was said or thought: the next words are of something else, or more of it."""
GOING_ON = frozenset({"add", "conclude", "continue"})
"""Cues of what is said besides."""


def join_acts(claims: Sequence[ClaimFacts]) -> Iterator[ClaimFacts]:
    """The claims of a document, in order, each act with the claim that has its words.

    Args:
        claims: All claims of a document, in order.
    """
    for one, other in pairwise(claims):
        yield replace(one, words_in=other.claim_id) if _has_words(one, other) else one
    yield from claims[-1:]


def _has_words(act: ClaimFacts, words: ClaimFacts) -> bool:
    """Whether a quotation right behind an act is how its speaker did it."""
    if not 0 <= words.place - act.end <= AT_ONCE or act.headline or words.headline:
        return False
    return _is_act(act) and _are_words(words) and _is_one_voice(act, words)


def _is_act(claim: ClaimFacts) -> bool:
    """Whether a claim tells an act and no words: not `hoping that`, nor what has a quotation of its own."""
    words = claim.cue.split()
    finite = words and not words[-1].endswith("ing") and "had" not in words
    bare = claim.claim_type in ACTS and claim.cue_lemma not in TELLING
    return bool(finite) and bare and not claim.negated and not claim.quoted


def _are_words(claim: ClaimFacts) -> bool:
    besides = claim.cue_lemma in GOING_ON or "also" in f"{claim.between} {claim.cue}".split()
    return claim.content.startswith(QUOTES) and not besides


def _is_one_voice(act: ClaimFacts, words: ClaimFacts) -> bool:
    match = match_speakers(act, words)
    # `The ministry rejected the report`, and its spokesman says how.
    return match == "same" or (match == "alike" and words.person and not is_collective(act))
