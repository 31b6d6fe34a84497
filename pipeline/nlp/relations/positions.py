"""What a source says of a subject over time: where it repeats itself, turns round, denies for the first time, or will not comment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.nlp.relations.candidates import MOST
from pipeline.nlp.relations.facts import NEGATION, ClaimFacts, split_words
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.tables.schema import ClaimLinkRow, PositionRow

LEAST_WORDS = 2
"""Words beside the name of the subject that two claims share, of which one repeats or reverses the other."""
SHORTER, LONGER = 0.8, 0.7
"""... and their share of the words of the shorter and of the longer one: who says more may mean something else."""
STANDING = frozenset({"statement", "denial", "commitment", "opinion", "call", "allegation"})
"""Types of claims that take a position."""
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
        words = {rules.opposites.get(lemma, lemma) for lemma in claim.words}
        return cls(
            claim,
            frozenset(words) - rules.common - set(split_words(name)),
            (turns + (claim.polarity == "rejected")) % 2 == 1,
        )


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
        if claim.speaker is not None and claim.day is not None and claim.claim_type in STANDING:
            for subject in claim.names - {claim.speaker}:
                series[claim.speaker, subject].append(claim)
    rows = [
        row
        for key, own in series.items()
        for row in _turns(key, own, statements, names.get(key[1], ""), rules)
    ]
    rows += _linked(known, links)
    return sorted(rows, key=lambda row: (row.source_entity_id, row.subject_entity_id, row.claim_id, row.flag))


def _turns(
    key: Series,
    claims: Sequence[ClaimFacts],
    statements: Mapping[str, str],
    name: str,
    rules: RelationRules,
) -> Iterator[PositionRow]:
    """Where a series repeats itself or turns round, each claim with the last one before that it does so to."""
    known: defaultdict[str, list[Stance]] = defaultdict(list)
    for claim in sorted(claims, key=_age):
        stance = Stance.of(claim, name, rules)
        before = {one.claim.claim_id: one for word in stance.words for one in known[word][-MOST:]}
        ranked = sorted(before.values(), key=lambda one: _age(one.claim))
        for other in reversed(ranked):
            wished = (claim.claim_type == "call") == (other.claim.claim_type == "call")
            if wished and _is_alike(stance, other) and not _is_one(claim, other.claim, statements):
                yield _turn(key, stance, other)
                break
        for word in stance.words:
            known[word].append(stance)


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


def _linked(known: Mapping[str, ClaimFacts], links: Iterable[ClaimLinkRow]) -> Iterator[PositionRow]:
    """First denials and refusals to comment, of each source on each subject."""
    denials: dict[Series, tuple[ClaimFacts, ClaimFacts]] = {}
    for link in links:
        claim, other = known.get(link.claim_id), known.get(link.other_claim_id)
        if claim is None or other is None or claim.speaker is None:
            continue
        subjects = claim.names | other.names
        if link.relation == "answers" and claim.claim_type == "non_response":
            for subject in subjects:
                yield PositionRow(
                    claim.speaker,
                    subject,
                    claim.claim_id,
                    "no_comment",
                    other.claim_id,
                    f"'{claim.cue}' on what is said",
                )
        if link.relation == "denies" and claim.day is not None:
            for subject in subjects:
                first = denials.get((claim.speaker, subject))
                if first is None or _age(claim) < _age(first[0]):
                    denials[claim.speaker, subject] = claim, other
    for key, (claim, other) in denials.items():
        yield PositionRow(
            *key, claim.claim_id, "first_denial", other.claim_id, f"'{claim.cue}', for the first time"
        )


def _age(claim: ClaimFacts) -> tuple[int, str]:
    return claim.day.toordinal() if claim.day else 0, claim.claim_id
