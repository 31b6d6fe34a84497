"""The remark that an article is about, and its speaker's word on what he meant: `said that his "phony ferry" remark was a joke`."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.nlp.relations.facts import ClaimFacts, read_quotations
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.nlp.relations.readings import Link, Reading, short
from pipeline.nlp.relations.speakers import match_speakers

REMARKED = frozenset(
    {"comment", "comments", "phrase", "referred", "referring", "remark", "remarks", "term", "word", "words"}
)
"""Words by which a speaker explains what was said before."""
CATCHWORD = 8
"""Words of a quotation by which a remark is known at most."""
Row = tuple[str, ...]


def explains(claim: ClaimFacts, rules: RelationRules) -> bool:
    """Whether a claim tells what its speaker meant by what he said: `was talking about`, `spoke of a "phony ferry"`.

    Args:
        claim: A claim.
        rules: The rule data.
    """
    return any(f" {words} " in claim.spoken for words in rules.meanings)


def find_remark(readings: Sequence[Reading], rules: RelationRules) -> ClaimFacts | None:
    """The claim that an article calls a remark and quotes: it has the words by which the others name it.

    Args:
        readings: The claims of a document, in order.
        rules: The rule data.
    """
    known = {
        row
        for one in readings
        if not REMARKED.isdisjoint(one.claim.said) or explains(one.claim, rules)
        for row in catchwords(one.claim, rules)
    }
    return next((one.claim for one in readings if _makes(one.claim, known, rules)), None)


def catchwords(claim: ClaimFacts, rules: RelationRules) -> list[Row]:
    """The short quotations of a claim that say something, with those of `when he spoke of`."""
    return [
        row
        for row in read_quotations(claim.content, len(claim.content))
        if 1 < len(row) <= CATCHWORD and any(word not in rules.common and len(word) > 3 for word in row)
    ]


def _makes(claim: ClaimFacts, known: set[Row], rules: RelationRules) -> bool:
    """Whether a claim is the remark itself rather than a word on it."""
    if claim.headline or explains(claim, rules) or not REMARKED.isdisjoint(claim.said):
        return False
    return any(f" {' '.join(row)} " in claim.spoken for row in known)


def find_own(reading: Reading, readings: Sequence[Reading], rules: RelationRules) -> Link | None:
    """What somebody said, and explains in a claim.

    Args:
        reading: A claim.
        readings: All claims of its document, in order.
        rules: The rule data.
    """
    claim = reading.claim
    if claim.headline or not explains(claim, rules):
        return None
    rows = catchwords(claim, rules)
    for one in sorted(readings, key=lambda one: (one.place > reading.place, abs(one.place - reading.place))):
        other = one.claim
        if (
            other is claim
            or match_speakers(claim, other) != "same"
            or other.headline
            or explains(other, rules)
        ):
            continue
        if any(f" {' '.join(row)} " in other.spoken for row in rows):
            return Link(claim, other, "answers", "own", f"tells what was meant by '{short(other)}'")
    return None
