"""Whom the opening of an article only describes, and its title names: `Guild Accuses Port`, then `The state's oldest union accused the port`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.nlp.relations.facts import ClaimFacts

FIRST_CLAIMS = 3
"""Claims of the text among which the one stands that the title repeats."""
PRONOUNS = frozenset({"he", "i", "it", "she", "that", "they", "this", "we", "which", "who", "you"})
"""Sources that describe nobody."""


def name_leads(claims: Sequence[ClaimFacts]) -> list[ClaimFacts]:
    """The claims of a document; who is only described in the opening is the speaker whom the title names.

    Args:
        claims: The claims of a document.
    """
    text = sorted((claim for claim in claims if not claim.headline), key=lambda claim: claim.place)
    named = {
        lead.source: title
        for title in claims
        if title.headline and title.speaker is not None and not title.person
        for lead in text[:FIRST_CLAIMS]
        if _repeats(title, lead)
    }
    return [_named(claim, named) for claim in claims]


def _repeats(title: ClaimFacts, lead: ClaimFacts) -> bool:
    """Whether a claim says what the title says, with the same cue, of a speaker without a name."""
    unnamed = lead.speaker is None and bool(lead.source) and lead.source not in PRONOUNS
    return unnamed and title.cue_lemma == lead.cue_lemma and bool(title.stems & lead.stems)


def _named(claim: ClaimFacts, named: Mapping[str, ClaimFacts]) -> ClaimFacts:
    title = named.get(claim.source)
    if title is None or claim.speaker is not None:
        return claim
    return replace(claim, speaker=title.speaker, name=title.name)
