"""Pairs of claims that may report one statement, found by what they share: never all pairs, and bounded whatever the corpus is."""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from pipeline.nlp.relations.facts import ClaimFacts, rows_of

NEAR = 1
"""Days within which a paraphrase may be of one occasion."""
LATE = 30
"""Days within which a long quotation may be of one occasion."""
QUOTED_ROW = 4
"""Words in a row of a quotation that make a key."""
MOST = 8
"""Claims with one key that each is compared with: the ones before it."""
SMALL = 64
"""Claims of one speaker in a span of days that are compared each with each; in larger groups only those that share a rare word."""
RARE_WORDS = 3
"""Words of a claim that it is found by in a large group, the rarest there."""
Key = tuple[str | int, ...]


def find_candidates(claims: Sequence[ClaimFacts]) -> list[tuple[int, int]]:
    """Pairs of numbers of claims, the smaller first, ascending."""
    pairs: set[tuple[int, int]] = set()
    quoted: defaultdict[int, list[int]] = defaultdict(list)
    spoken: defaultdict[Key, list[int]] = defaultdict(list)
    for number, claim in enumerate(claims):
        for code in quote_keys(claim):
            own = quoted[code]
            pairs.update((other, number) for other in own[-MOST:])
            own.append(number)
        for key in speaker_keys(claim):
            spoken[key].append(number)
        claim.forget()
    for own in spoken.values():
        pairs.update(pairs_within(own, claims))
        for number in own:
            claims[number].forget()
    return sorted(pairs)


def quote_keys(claim: ClaimFacts) -> set[int]:
    """Words in a row of quotations with a span of days, or without where the day is unknown, as one number."""
    rows = (
        " ".join(row).encode("utf-8", "surrogatepass")
        for words in claim.quoted
        for row in rows_of(words, QUOTED_ROW)
    )
    codes = {zlib.crc32(row) for row in rows}
    if claim.day is None:
        return codes
    span = claim.day.toordinal() // LATE
    return {code + (near << 32) for code in codes for near in (span, span + 1)}


def speaker_keys(claim: ClaimFacts) -> set[Key]:
    """The last name of a person, or the thing that speaks, with a span of days."""
    if claim.day is None or (claim.speaker is None and not claim.source):
        return set()
    who = claim.speaker or claim.source
    if claim.person and claim.name:
        who = claim.name.lower().split()[-1]
    day = claim.day.toordinal()
    return {(who, day // (2 * NEAR)), (who, (day + NEAR) // (2 * NEAR))}


def pairs_within(group: Sequence[int], claims: Sequence[ClaimFacts]) -> Iterator[tuple[int, int]]:
    """Pairs of the claims of one speaker in a span of days, given by their numbers, ascending."""
    if len(group) <= SMALL:
        yield from ((one, other) for place, other in enumerate(group) for one in group[:place])
        return
    counts = Counter(stem for number in group for stem in claims[number].stems)
    known: defaultdict[str, list[int]] = defaultdict(list)
    for number in group:
        rare = sorted(claims[number].stems, key=lambda stem: (counts[stem], stem))
        for stem in rare[:RARE_WORDS]:
            own = known[stem]
            yield from ((other, number) for other in own[-MOST:])
            own.append(number)
