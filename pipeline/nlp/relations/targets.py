"""Whom a call or an accusation is against, by the words of its content: `four guards` of `accused | four guards of beating an inmate`."""

from __future__ import annotations

import re

from pipeline.nlp.relations.facts import STEM, ClaimFacts

_WHOM = r"(?P<words>(?:[^\s“”\"‘,;:]+ ){1,5}?)"
_TARGETS = {"allegation": re.compile(rf"{_WHOM}(?:for|of|over)\b"), "call": re.compile(rf"{_WHOM}to\b")}
"""What stands between a cue and what somebody did or should do, by the type of claim."""
_PRONOUNS = frozenset({"her", "him", "it", "me", "someone", "them", "us", "you"})


def are_of_two(one: ClaimFacts, other: ClaimFacts) -> bool:
    """Whether two calls, or two accusations, are against others; not where one names who the other describes."""
    first, second = _target(one), _target(other)
    if not first or not second or first[0].isupper() != second[0].isupper():
        return False
    if first[0].isupper() and one.names & other.names:  # `the IRS`, `the Internal Revenue Service`
        return False
    return first.lower()[:STEM] != second.lower()[:STEM]


def _target(claim: ClaimFacts) -> str:
    """The noun of whom a claim is against; empty for a pronoun and for any other claim."""
    pattern = _TARGETS.get(claim.claim_type)
    found = pattern.match(claim.content) if pattern else None
    noun = found["words"].split()[-1].removesuffix("'s").removesuffix("’s") if found else ""
    return "" if noun.lower() in _PRONOUNS else noun
