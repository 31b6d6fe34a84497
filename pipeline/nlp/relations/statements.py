"""Claims that report one statement: candidates by what they share, then a comparison of each two, then groups."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.nlp.relations.facts import IN_A_ROW, ClaimFacts, rows_of
from pipeline.nlp.relations.speakers import Match, is_collective, match_speakers

MOST = 24
"""Claims with one key that each is compared with: the ones before it."""
QUOTED_ROW = 4
"""Words in a row of a quotation that make a key."""
NEAR, FAR = 1, 4
"""Days within which a paraphrase, and a quotation, may be of one occasion."""
SUMMED = 0.75
"""Share of the words of a headline's claim that its report in the text has, whoever is said to speak."""
LONG = 12
"""Words of a quotation in a row that nobody says twice: they need no day."""


FUNCTION_WORDS = frozenset(
    [
        "a",
        "about",
        "above",
        "after",
        "again",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "aren't",
        "as",
        "at",
        "be",
        "been",
        "before",
        "being",
        "but",
        "by",
        "can",
        "can't",
        "cannot",
        "come",
        "could",
        "did",
        "didn't",
        "do",
        "does",
        "doesn't",
        "doing",
        "don't",
        "down",
        "even",
        "every",
        "for",
        "from",
        "get",
        "go",
        "going",
        "gonna",
        "got",
        "had",
        "has",
        "hasn't",
        "have",
        "haven't",
        "having",
        "he",
        "he'd",
        "he's",
        "her",
        "here",
        "hers",
        "him",
        "his",
        "how",
        "i",
        "i'd",
        "i'll",
        "i'm",
        "i've",
        "if",
        "in",
        "into",
        "is",
        "isn't",
        "it",
        "it's",
        "its",
        "just",
        "know",
        "let",
        "like",
        "make",
        "many",
        "may",
        "me",
        "mean",
        "might",
        "more",
        "most",
        "much",
        "must",
        "my",
        "need",
        "no",
        "not",
        "now",
        "of",
        "off",
        "on",
        "one",
        "only",
        "or",
        "our",
        "out",
        "over",
        "own",
        "people",
        "really",
        "right",
        "said",
        "same",
        "say",
        "says",
        "see",
        "shall",
        "she",
        "she's",
        "should",
        "so",
        "some",
        "such",
        "take",
        "than",
        "that",
        "that's",
        "the",
        "their",
        "them",
        "then",
        "there",
        "there's",
        "these",
        "they",
        "they're",
        "they've",
        "thing",
        "things",
        "think",
        "this",
        "those",
        "through",
        "time",
        "to",
        "too",
        "under",
        "until",
        "up",
        "us",
        "very",
        "want",
        "was",
        "wasn't",
        "way",
        "we",
        "we'd",
        "we'll",
        "we're",
        "we've",
        "well",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "why",
        "will",
        "with",
        "won't",
        "would",
        "year",
        "years",
        "yes",
        "you",
        "you're",
        "your",
    ]
)
"""Words that are shared by chance."""


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


def keys_of(claim: ClaimFacts) -> Iterator[tuple[str, ...]]:
    """What a claim is found by: words in a row of its quotations, and the name of its speaker with a word and a span of days."""
    for words in claim.quoted:
        for row in rows_of(words, QUOTED_ROW):
            yield ("q", *row)
    if claim.speaker is not None and claim.day is not None:
        name = claim.name.lower().split()[-1] if claim.person and claim.name else claim.speaker
        day = claim.day.toordinal()
        for lemma in claim.words:
            for span in {day // (2 * NEAR), (day + NEAR) // (2 * NEAR)}:
                yield ("s", name, str(span), lemma)


def find_candidates(claims: Sequence[ClaimFacts]) -> list[tuple[int, int]]:
    """Pairs of claims that share a key; a key that many share leads to the last few of them only."""
    known: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    pairs: set[tuple[int, int]] = set()
    for number, claim in enumerate(claims):
        for key in sorted(keys_of(claim)):
            own = known[key]
            pairs.update((other, number) for other in own[-MOST:] if other != number)
            own.append(number)
    return sorted(pairs)


def compare(one: ClaimFacts, other: ClaimFacts, *, together: bool) -> float:
    """How sure it is that two claims report one statement; 0 for not at all.

    Args:
        one: A claim.
        other: Another.
        together: Both stand in one document.
    """
    match = match_speakers(one, other)
    shared = one.words & other.words
    share = len(shared) / max(min(len(one.words), len(other.words)), 1)
    if together and one.headline != other.headline and share >= SUMMED and len(shared) >= 4:
        return share
    if match == "other":
        return 0.0
    days = None if one.day is None or other.day is None else abs((one.day - other.day).days)
    quoted = _quoted_in_common(one, other, match)
    if quoted >= LONG:
        return 0.95
    if days is None and not together:
        return 0.0
    if (quoted >= QUOTED_ROW and (days or 0) <= FAR) or (quoted and (days or 0) <= NEAR):
        return 0.9 if match == "same" else 0.8
    return _paraphrase(one, other, match, days or 0, together=together)


def _quoted_in_common(one: ClaimFacts, other: ClaimFacts, match: Match) -> int:
    """Words in a row of a quotation that the other claim has too; 0 where they say too little."""
    best = 0
    for first, second in ((one, other), (other, one)):
        for words in first.quoted:
            if first.quoted_rows & second.said_rows or len(words) < IN_A_ROW:
                best = max(best, _telling(words, first, second, sure=match == "same"))
    return best


def _telling(quotation: tuple[str, ...], claim: ClaimFacts, other: ClaimFacts, *, sure: bool) -> int:
    """Length of the longest stretch of a quotation of a claim in another one, if it says enough."""
    row = longest_row(quotation, other.said)
    said = [
        word for word in row if word not in FUNCTION_WORDS and word not in claim.capitals and len(word) > 2
    ]
    if len(row) == len(quotation) and sure:
        # Two quoted words may be what a claim is about, and need not be what it says.
        bulk = 5 * len(said) >= 2 * len(claim.words)
        return len(row) if len(said) >= 1 and (len(row) >= QUOTED_ROW or bulk) else 0
    enough = len(row) >= 2 * QUOTED_ROW or 3 * len(row) > min(len(quotation), len(other.said))
    return len(row) if len(row) >= QUOTED_ROW and len(said) >= 2 and enough else 0


def longest_row(one: Sequence[str], other: Sequence[str]) -> Sequence[str]:
    """The longest stretch of words that both have, the first of several."""
    best, end = 0, 0
    lengths = [0] * (len(other) + 1)
    for i, word in enumerate(one):
        before = 0
        for j, second in enumerate(other, 1):
            before, lengths[j] = lengths[j], before + 1 if word == second else 0
            if lengths[j] > best:
                best, end = lengths[j], i + 1
    return one[end - best : end]


def _paraphrase(one: ClaimFacts, other: ClaimFacts, match: Match, days: int, *, together: bool) -> float:
    """Whether the words of two contents are alike enough: more is asked where less is known of the speaker."""
    if match not in ("same", "alike") or days > NEAR:
        return 0.0
    if not together and (is_collective(one) or is_collective(other)):
        return 0.0
    shared = one.words & other.words
    share = len(shared) / max(min(len(one.words), len(other.words)), 1)
    if match == "same" and one.quoted and other.quoted and share >= 0.5 and len(shared) >= 5:
        return share
    if one.denied != other.denied or one.polarity != other.polarity:
        return 0.0
    beside = together and abs(one.section - other.section) <= 1 and bool(one.quoted) != bool(other.quoted)
    least = (
        2 if match == "same" and (beside or one.headline != other.headline) else 3 if match == "same" else 4
    )
    return share if share >= 0.6 and len(shared) >= least else 0.0


Judge = Callable[[int, int], float]
WITNESSES = 3
"""Members of a group that are asked whether another group fits."""


def group(claims: Sequence[ClaimFacts], same: Iterable[Same], judge: Judge) -> Mapping[int, int]:
    """The number of the earliest claim of each claim's statement.

    Pairs join the groups that they are of, the surest first; but a claim that holds two statements must not make one of them, so at least half
    of some members must fit each other too.

    Args:
        claims: All claims.
        same: Pairs of one statement.
        judge: Tells how sure it is that two claims, by their numbers, report one statement.
    """
    groups = {number: [number] for number in range(len(claims))}
    for pair in sorted(same, key=lambda pair: (-pair.score, pair.one, pair.other)):
        short, long = sorted((groups[pair.one], groups[pair.other]), key=lambda own: (len(own), own[0]))
        if short is not long and _fit(short, long, judge):
            long += short
            groups |= dict.fromkeys(short, long)
    firsts = {id(own): min(own, key=lambda number: _age(claims[number])) for own in groups.values()}
    return {number: firsts[id(own)] for number, own in groups.items()}


def _fit(one: Sequence[int], other: Sequence[int], judge: Judge) -> bool:
    pairs = [(a, b) for a in one[:WITNESSES] for b in other[:WITNESSES]]
    return 2 * sum(judge(*pair) > 0 for pair in pairs) > len(pairs)


def _age(claim: ClaimFacts) -> tuple[dt.date, str]:
    return claim.day or dt.date.max, claim.claim_id
