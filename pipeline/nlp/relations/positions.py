"""What a source says of a subject over time: where it repeats itself, turns round, denies for the first time, or will not comment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.nlp.relations.candidates import MOST
from pipeline.nlp.relations.facts import NEGATION, ClaimFacts, split_words
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.nlp.relations.pointing import find_pointer
from pipeline.tables.schema import ClaimLinkRow, PositionRow

LEAST_WORDS = 2
"""Words beside the name of the subject that two claims share, of which one repeats or reverses the other."""
SHORTER, LONGER = 0.8, 0.7
"""... and their share of the words of the shorter and of the longer one: who says more may mean something else."""
STANDING = frozenset({"statement", "denial", "commitment", "opinion", "call", "allegation"})
"""Types of claims that take a position."""
TRUE_OR_FALSE = STANDING - {"call"}
"""Types of claims that somebody can deny: who turns down a call answers it."""
UNSAID = frozenset({"concerns", "doubts", "fears", "rumors", "rumours", "speculation"})
"""What is in the air, and no claim of anybody."""
CHARGES = frozenset({"accusation", "charge", "smear"})
"""Nouns for claims that somebody did wrong."""
Series = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stance:
    """A claim as a position.

    Attributes:
        claim: The claim.
        words: What it is about: its words, those of opposite sense as one.
        against: It is against that.
    """

    claim: ClaimFacts
    words: frozenset[str]
    against: bool

    @classmethod
    def of(cls, claim: ClaimFacts, name: str, rules: RelationRules) -> Stance:
        """The stance of a claim on a subject of that name.

        Args:
            claim: The claim.
            name: Name of the subject, whose words do not count.
            rules: Words of opposite sense, and common ones.
        """
        turns = sum(lemma == NEGATION or lemma in rules.opposites for lemma in claim.lemmas)
        words = stance_words(claim, rules) - set(split_words(name))
        return cls(claim, words, (turns + (claim.polarity == "rejected")) % 2 == 1)


def stance_words(claim: ClaimFacts, rules: RelationRules) -> frozenset[str]:
    """What a claim is about, whatever the name of its subject is."""
    return frozenset(rules.opposites.get(lemma, lemma) for lemma in claim.words) - rules.common


def series_of(claim: ClaimFacts) -> Iterator[Series]:
    """The series that a claim stands in."""
    if claim.speaker is not None and claim.day is not None and claim.claim_type in STANDING:
        for subject in claim.names - {claim.speaker}:
            yield claim.speaker, subject


def find_positions(
    claims: Iterable[ClaimFacts],
    links: Iterable[ClaimLinkRow],
    statements: Mapping[str, str],
    names: Mapping[str, str],
    rules: RelationRules,
) -> list[PositionRow]:
    """The turns of all series, sorted as the table is.

    Args:
        claims: All claims.
        links: Which claims are about which.
        statements: The statement of each claim.
        names: Names of entities.
        rules: The rule data.
    """
    known = {claim.claim_id: claim for claim in claims}
    series: defaultdict[Series, list[ClaimFacts]] = defaultdict(list)
    for claim in known.values():
        for one in series_of(claim):
            series[one].append(claim)
    rows = [
        row
        for key, own in series.items()
        for row in find_turns(key, own, statements, names.get(key[1], ""), rules)
    ]
    rows += _linked(known, links, rules)
    return sorted(rows, key=lambda row: (row.source_entity_id, row.subject_entity_id, row.claim_id, row.flag))


def find_turns(
    key: Series,
    claims: Sequence[ClaimFacts],
    statements: Mapping[str, str],
    name: str,
    rules: RelationRules,
) -> Iterator[PositionRow]:
    """Where a series repeats itself or turns round, each claim with the last one before that it does so to.

    Args:
        key: The series.
        claims: Its claims.
        statements: The statement of each claim.
        name: Name of its subject.
        rules: The rule data.
    """
    known: defaultdict[str, list[Stance]] = defaultdict(list)
    for claim in sorted(claims, key=age):
        stance = Stance.of(claim, name, rules)
        row = find_turn(
            key, stance, (one for word in stance.words for one in known[word][-MOST:]), statements
        )
        if row is not None:
            yield row
        for word in stance.words:
            known[word].append(stance)


def find_turn(
    key: Series, stance: Stance, earlier: Iterable[Stance], statements: Mapping[str, str]
) -> PositionRow | None:
    """How a claim turns to the last one before that it repeats or reverses; None where there is none.

    Args:
        key: The series.
        stance: The claim.
        earlier: Those of the series that share a word with it, for each word the last ones before it.
        statements: The statement of each claim.
    """
    claim = stance.claim
    before = {one.claim.claim_id: one for one in earlier}
    for other in sorted(before.values(), key=lambda one: age(one.claim), reverse=True):
        wished = (claim.claim_type == "call") == (other.claim.claim_type == "call")
        if wished and _is_alike(stance, other) and not _is_one(claim, other.claim, statements):
            return _turn(key, stance, other)
    return None


def _is_alike(one: Stance, other: Stance) -> bool:
    shared = len(one.words & other.words)
    short, long = sorted((len(one.words), len(other.words)))
    return shared >= LEAST_WORDS and shared >= SHORTER * short and shared >= LONGER * long


def _is_one(claim: ClaimFacts, other: ClaimFacts, statements: Mapping[str, str]) -> bool:
    """Whether two claims are of one statement, or of one day."""
    return claim.day == other.day or statements.get(claim.claim_id) == statements.get(other.claim_id)


def _turn(key: Series, stance: Stance, other: Stance) -> PositionRow:
    words = ", ".join(sorted(stance.words & other.words))
    if stance.against == other.against:
        return PositionRow(
            *key, stance.claim.claim_id, "repeats", other.claim.claim_id, f"says it again: {words}"
        )
    ways = ("for", "against") if stance.against else ("against", "for")
    reason = f"was {ways[0]}, is {ways[1]}: {words}"
    return PositionRow(*key, stance.claim.claim_id, "reverses", other.claim.claim_id, reason)


def _linked(
    known: Mapping[str, ClaimFacts], links: Iterable[ClaimLinkRow], rules: RelationRules
) -> Iterator[PositionRow]:
    """First denials and refusals to comment, of each source on each subject."""
    denials: dict[Series, tuple[ClaimFacts, ClaimFacts]] = {}
    for link in links:
        claim, other = known.get(link.claim_id), known.get(link.other_claim_id)
        if claim is None or other is None:
            continue
        yield from refusals(claim, other, link.relation)
        for key in denied_series(claim, other, link.relation, rules):
            first = denials.get(key)
            if first is None or age(claim) < age(first[0]):
                denials[key] = claim, other
    for key, (claim, other) in denials.items():
        yield first_denial(key, claim, other)


def refusals(claim: ClaimFacts, other: ClaimFacts, relation: str) -> Iterator[PositionRow]:
    """The refusal to comment that a link tells of, on each subject.

    Args:
        claim: The claim that the link leads from.
        other: The claim that it leads to.
        relation: Of the link.
    """
    if claim.speaker is not None and relation == "answers" and claim.claim_type == "non_response":
        reason = f"'{claim.cue}' on what is said"
        for subject in claim.names | other.names:
            yield PositionRow(claim.speaker, subject, claim.claim_id, "no_comment", other.claim_id, reason)


def denied_series(
    claim: ClaimFacts, other: ClaimFacts, relation: str, rules: RelationRules
) -> Iterator[Series]:
    """The series in which a link tells of a denial that is clear enough for a flag.

    Args:
        claim: The claim that the link leads from.
        other: The claim that it leads to.
        relation: Of the link.
        rules: The rule data.
    """
    if claim.speaker is None or claim.day is None or relation != "denies":
        return
    if _is_clear(claim, other, rules):
        for subject in claim.names | other.names:
            yield claim.speaker, subject


def _is_clear(denial: ClaimFacts, other: ClaimFacts, rules: RelationRules) -> bool:
    """Whether a denial says what it denies, and that can be true or false.

    Links are taken more freely: of those that fail here about one in three was right in the news articles that were read.
    """
    pointer = find_pointer(denial, rules)
    if pointer is None or pointer.phrase in UNSAID or other.claim_type not in TRUE_OR_FALSE:
        return False  # `dismissed concerns`: nobody said them in particular
    if pointer.subject and denial.claim_type == "denial":
        return False  # `denied that the lawsuit had a purpose`: that is denied, not what the lawsuit says
    charged = pointer.noun in CHARGES
    return not charged or other.claim_type == "allegation" or denial.speaker in other.names


def first_denial(key: Series, claim: ClaimFacts, other: ClaimFacts) -> PositionRow:
    """The row of the first denial of a series.

    Args:
        key: Speaker and subject of the series.
        claim: The denial.
        other: The claim that it denies.
    """
    return PositionRow(
        *key, claim.claim_id, "first_denial", other.claim_id, f"'{claim.cue}', for the first time"
    )


def age(claim: ClaimFacts) -> tuple[int, str]:
    """What the claims of a series are ordered by."""
    return claim.day.toordinal() if claim.day else 0, claim.claim_id
