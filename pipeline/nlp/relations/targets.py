"""Whom a call or an accusation is against, by the words of its content: `four guards` of `accused | four guards of beating an inmate`."""

from __future__ import annotations

import re

from pipeline.nlp.relations.facts import STEM, ClaimFacts

_TARGET = re.compile(r"(?P<words>[^“”\"‘,;:]{1,80}?)(?:['’]s)? (?:for|of|over|to)\b")
_TYPES = frozenset({"allegation", "call"})
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
    found = _TARGET.match(claim.content) if claim.claim_type in _TYPES else None
    noun = found["words"].split()[-1] if found else ""
    return "" if noun.lower() in _PRONOUNS else noun
