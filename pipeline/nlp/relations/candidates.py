"""Pairs of claims that may report one statement, found by what they share: never all pairs, and bounded whatever the corpus is."""

from __future__ import annotations

import datetime as dt
import zlib
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.nlp.relations.facts import QUOTED_ROW, STEM, ClaimFacts, rows_of
from pipeline.nlp.relations.groups import read_group
from pipeline.nlp.relations.meaning import Meaning
from pipeline.nlp.relations.speakers import initials_of, named_words
from pipeline.nlp.relations.voices import read_voice

if TYPE_CHECKING:
    import numpy.typing as npt

    Codes = npt.NDArray[np.uint64]
    Numbers = npt.NDArray[np.int64]

NEAR = 1
"""Days within which a paraphrase may be of one occasion."""
LATE = 30
"""Days within which a long quotation may be of one occasion."""
MOST = 8
"""Claims with one key that each is compared with: the ones before it."""
SMALL = 64
"""Claims of one speaker in a span of days that are compared each with each; in larger groups only those that share a rare word."""
RARE_WORDS = 3
"""Words of a claim that it is found by in a large group, the rarest there."""
Key = tuple[str | int, ...]


def find_candidates(claims: Sequence[ClaimFacts], meaning: Meaning) -> list[tuple[int, int]]:
    """Pairs of numbers of claims, the smaller first, ascending.

    Args:
        claims: All claims.
        meaning: Tells how rare words are.
    """
    pairs = _share_words(claims, meaning)
    spoken: defaultdict[Key, list[int]] = defaultdict(list)
    for number, claim in enumerate(claims):
        for key in speaker_keys(claim):
            spoken[key].append(number)
    for own in spoken.values():
        if len(own) <= SMALL:  # as most are
            pairs.update(combinations(own, 2))
            continue
        found = pairs_within([stem_codes(claims[number]) for number in own])
        pairs.update((own[one], own[other]) for one, other in found.tolist())
        for number in own:
            claims[number].forget()
    return sorted(pairs | share_headline(claims))


def _share_words(claims: Sequence[ClaimFacts], meaning: Meaning) -> set[tuple[int, int]]:
    """Claims that share words of a quotation, or rare words."""
    pairs: set[tuple[int, int]] = set()
    known: defaultdict[int, list[int]] = defaultdict(list)
    for number, claim in enumerate(claims):
        for code in word_keys(claim, meaning):
            own = known[code]
            pairs.update((other, number) for other in own[-MOST:])
            own.append(number)
        claim.forget()
    return pairs


def share_headline(claims: Sequence[ClaimFacts]) -> set[tuple[int, int]]:
    """The claims of a headline with those of its article."""
    pairs: set[tuple[int, int]] = set()
    headlines: defaultdict[str, list[int]] = defaultdict(list)
    for number, claim in enumerate(claims):
        if claim.headline:
            headlines[claim.document].append(number)
        else:
            pairs.update((other, number) for other in headlines[claim.document][-MOST:])
    return pairs


def word_keys(claim: ClaimFacts, meaning: Meaning) -> set[int]:
    """What stands for the words of a claim: of its quotations, and its rarest ones."""
    return quote_keys(claim) | _rare_keys(claim, meaning)


def _rare_keys(claim: ClaimFacts, meaning: Meaning) -> set[int]:
    """Each two of the rarest words with a span of days, as one number: whoever is said to speak."""
    if claim.day is None:
        return set()
    words = sorted(claim.words)
    weights = dict(zip(words, meaning.weigh(words), strict=True))
    rare = sorted(words, key=lambda word: (-weights[word][1], word))[:RARE_WORDS]
    stems = sorted({word[:STEM] for word in rare})
    codes = {
        zlib.crc32(f"{one} {other}".encode("utf-8", "surrogatepass")) for one, other in combinations(stems, 2)
    }
    return {code + (near << 32) for code in codes for near in _spans(claim.day)}


def _spans(day: dt.date) -> tuple[int, int]:
    """Two numbers, of which days that are near each other share one; none that stands for a longer span."""
    number = day.toordinal()
    return -(number // (2 * NEAR)), -((number + NEAR) // (2 * NEAR))


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
    """The last name of a person and the offices beside it, or the thing that speaks, with a span of days."""
    if claim.day is None or (claim.speaker is None and not claim.source):
        return set()
    name = claim.name.lower().split()
    if claim.person and name:
        # The other words of a name would find the same claims again.
        speakers = {name[-1], *claim.offices.split(), *(named_words(claim) - set(name))}
    else:
        # A surname alone may have been taken for a body; two names of one body begin alike, or one is an acronym.
        called = {" ".join(name[: 1 + (len(name) > 1)]), initials_of(claim.name)} - {""}
        group, voice = read_group(claim.source), read_voice(claim.source)
        called |= {" ".join(sorted(group.words))} if group else set()
        called |= {voice[0]} if voice else set()
        speakers = {claim.speaker or claim.source, *called, *named_words(claim)}
    return {(who, span) for who in speakers for span in _spans(claim.day)}


def stem_codes(claim: ClaimFacts) -> Codes:
    """The stems of a claim as numbers, which are in the order of the stems as far as eight bytes tell."""
    told = (stem.encode("utf-8", "surrogatepass")[:8].ljust(8, b"\0") for stem in claim.stems)
    return np.array(sorted({int.from_bytes(code, "big") for code in told}), np.uint64)


def pairs_within(stems: Sequence[Codes]) -> Numbers:
    """Pairs of the claims of one speaker in a span of days, as numbers in the order in which they come, the smaller first.

    Args:
        stems: What `stem_codes` gives for each claim.
    """
    count = len(stems)
    if count <= SMALL:
        return np.stack(np.triu_indices(count, 1), axis=1)
    codes, sizes = np.concatenate(stems), np.array([len(own) for own in stems])
    owners = np.repeat(np.arange(count), sizes)
    _, keys, times = np.unique(codes, return_inverse=True, return_counts=True)
    # The stems of each claim, the rarest of the group first.
    order = np.lexsort((codes, times[keys], owners))
    places = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    rare = order[places < RARE_WORDS]
    keys, owners = keys[rare], owners[rare]
    order = np.lexsort((owners, keys))
    return np.unique(neighbours(keys[order], owners[order], MOST), axis=0)


def neighbours(keys: npt.NDArray[Any], numbers: Numbers, most: int) -> Numbers:
    """Pairs of those with one key of which the second is among the first so many behind the first one."""
    found = [np.empty((0, 2), np.int64)]
    here = np.arange(len(keys))
    for step in range(1, most + 1):
        here = here[here + step < len(keys)]
        here = here[keys[here + step] == keys[here]]  # who has none so near has none farther off
        if not len(here):
            break
        found.append(np.stack([numbers[here], numbers[here + step]], axis=1))
    return np.concatenate(found)
