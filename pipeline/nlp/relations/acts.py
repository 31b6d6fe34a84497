"""Acts told without their words, and the words behind them: `downplayed the charges. "They name nobody here," she said`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.nlp.relations.facts import ClaimFacts
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.nlp.relations.pointing import QUOTES
from pipeline.nlp.relations.speakers import is_collective, match_speakers

AT_ONCE = 4
"""Characters between an act and its words: the stop and the end of a paragraph."""
ACTS = frozenset({"denial", "opinion"})
"""Types of claims that tell how somebody stands to what he speaks of."""
GOING_ON = frozenset({"add", "conclude", "continue"})
"""Cues of what is said besides."""


def join_acts(claims: Sequence[ClaimFacts], rules: RelationRules) -> Iterator[ClaimFacts]:
    """The claims of a document, in order, each act with the claim that has its words.

    Args:
        claims: All claims of a document, in order.
        rules: The rule data.
    """
    for one, other in pairwise(claims):
        act = _is_act(one, rules) and _has_words(one, other)
        yield replace(one, words_in=other.claim_id) if act else one
    yield from claims[-1:]


def _has_words(act: ClaimFacts, words: ClaimFacts) -> bool:
    """Whether a quotation right behind an act is how its speaker did it."""
    near = 0 <= words.place - act.end <= AT_ONCE and not words.headline
    return near and _are_words(words) and _is_one_voice(act, words)


def _is_act(claim: ClaimFacts, rules: RelationRules) -> bool:
    """Whether a claim tells only in what manner somebody spoke: not `warning of`, nor what has a quotation of its own."""
    words = claim.cue.split()
    told = claim.claim_type in ACTS and claim.cue_lemma in rules.manners and not claim.headline
    finite = bool(words) and not words[-1].endswith("ing") and "had" not in words
    return told and finite and not claim.negated and not claim.quoted


def _are_words(claim: ClaimFacts) -> bool:
    besides = claim.cue_lemma in GOING_ON or "also" in f"{claim.between} {claim.cue}".split()
    return claim.content.startswith(QUOTES) and not besides


def _is_one_voice(act: ClaimFacts, words: ClaimFacts) -> bool:
    match = match_speakers(act, words)
    # `The ministry rejected the report`, and its spokesman says how.
    return match == "same" or (match == "alike" and words.person and not is_collective(act))
