"""From the facts of all documents to statements, links and groups of documents: a pure function of what was added, in any order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.nlp.relations.acts import join_acts
from pipeline.nlp.relations.candidates import find_candidates
from pipeline.nlp.relations.copies import Copies, Hashes, shingle_hashes
from pipeline.nlp.relations.facts import ClaimFacts, DocumentFacts
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.nlp.relations.pointing import tells_claims
from pipeline.nlp.relations.positions import find_positions
from pipeline.nlp.relations.scores import Scores
from pipeline.nlp.relations.statements import UNLIKE, Same, compare, group, sets_apart
from pipeline.nlp.relations.within import link_document
from pipeline.tables.schema import ClaimLinkRow, DocumentGroupRow, PositionRow


@dataclass(frozen=True, slots=True)
class DocumentRelations:
    """What a document gives to the relations of the corpus: a function of its facts alone.

    Attributes:
        doc_id: Its id.
        day: When it was published.
        claims: Its claims.
        names: Names of the entities in it, by id.
        links: Links between its claims.
        hashes: Hashes by which copies are found.
    """

    doc_id: str
    day: dt.date | None
    claims: tuple[ClaimFacts, ...]
    names: Mapping[str, str]
    links: tuple[ClaimLinkRow, ...]
    hashes: Hashes


def relate_document(document: DocumentFacts, rules: RelationRules) -> DocumentRelations:
    """The relations of one document."""
    links = tuple(
        ClaimLinkRow(
            link.claim.claim_id,
            link.other.claim_id,
            link.relation,
            rules.rates[link.way],
            "document",
            link.reason,
        )
        for link in link_document(document, rules)
    )
    claims = tuple(join_acts(document.claims, rules))
    for claim in claims:
        claim.forget()
    hashes = shingle_hashes(document.text)
    return DocumentRelations(document.doc_id, document.day, claims, document.names, links, hashes)


def compare_claims(one: ClaimFacts, other: ClaimFacts, rules: RelationRules) -> float:
    """How sure it is that two claims report one statement, the earlier one first; 0 for not at all.

    Args:
        one: The earlier claim.
        other: The later claim.
        rules: What is said of claims, and what makes two alike.

    Returns:
        0 to 1.
    """
    if tells_claims(one, rules) or tells_claims(other, rules):
        return 0.0
    return compare(one, other, rules, together=one.document == other.document)


def judge_pair(one: ClaimFacts, other: ClaimFacts, score: float, rules: RelationRules) -> float:
    """What two claims of one set say of their being one statement: their score, or how much speaks against it.

    Args:
        one: The earlier claim.
        other: The later claim.
        score: What `compare_claims` gives.
        rules: What is said of claims.
    """
    if score <= 0 and (one.words_in or other.words_in):
        return 0.0  # an act says nothing of what its words say
    if not score and sets_apart(one, other, rules):
        return -UNLIKE
    return score


def told_pairs(claims: Sequence[ClaimFacts]) -> Iterator[tuple[int, int]]:
    """Numbers of two claims of a document each that are one as it stands: a headline and its text, an act and its words."""
    numbers = {
        piece: number for number, claim in enumerate(claims) for piece in (claim.claim_id, *claim.pieces)
    }
    for number, claim in enumerate(claims):
        for other in (claim.headline_of, claim.words_in):
            if other in numbers:
                yield min(numbers[other], number), max(numbers[other], number)


def longest_name(names: Iterable[str]) -> str:
    """The fullest name of several, in whatever order they come."""
    return max(names, key=lambda name: (len(name), name), default="")


class Relations:
    """Collects documents, then tells how their claims relate.

    Args:
        rules: The rule data.
        known: Scores of pairs that were compared before.
    """

    def __init__(self, rules: RelationRules, known: Scores | None = None) -> None:
        self._rules = rules
        self._known = Scores() if known is None else known
        self._links: list[ClaimLinkRow] = []
        self._claims: list[ClaimFacts] = []
        self._said: set[tuple[int, int]] = set()
        self._names: dict[str, str] = {}
        self._copies = Copies()

    def add(self, document: DocumentRelations) -> None:
        """Take in a document; they must come in the order of their ids."""
        self._claims += document.claims
        for entity, name in document.names.items():
            self._names[entity] = longest_name((name, self._names.get(entity, "")))
        self._links += document.links
        self._copies.add(document.doc_id, document.day, document.hashes)

    def statements(self) -> dict[str, str]:
        """The earliest claim of the statement of each claim."""
        claims = self._claims
        pairs = find_candidates(claims, self._rules.meaning)
        scores = self._known.of(claims, pairs, self._compare)
        found = [Same(*pair, score) for pair, score in zip(pairs, scores, strict=True) if score > 0]
        self._said = set(told_pairs(claims))
        found += (Same(*pair, 1.0) for pair in sorted(self._said))
        return {
            claims[n].claim_id: claims[first].claim_id
            for n, first in group(claims, found, self._judge).items()
        }

    def _compare(self, one: int, other: int) -> float:
        return compare_claims(self._claims[one], self._claims[other], self._rules)

    def _judge(self, one: int, other: int) -> float:
        pair = min(one, other), max(one, other)
        if pair in self._said:
            return 1.0
        return judge_pair(self._claims[pair[0]], self._claims[pair[1]], self._compare(*pair), self._rules)

    def links(self) -> list[ClaimLinkRow]:
        """How claims relate beyond that, sorted as the table is."""
        return sorted(self._links, key=lambda row: (row.claim_id, row.other_claim_id, row.relation))

    def positions(self, statements: Mapping[str, str]) -> list[PositionRow]:
        """Turns in what sources say over time, sorted as the table is."""
        return find_positions(self._claims, self._links, statements, self._names, self._rules)

    def groups(self) -> list[DocumentGroupRow]:
        """The documents that have near-identical ones, sorted as the table is."""
        return [DocumentGroupRow(leader, doc_id) for leader, ids in self._copies.groups() for doc_id in ids]
