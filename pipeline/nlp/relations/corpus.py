"""From the facts of all documents to statements, links and groups of documents: a pure function of what was added, in any order."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.nlp.relations.copies import Copies
from pipeline.nlp.relations.facts import ClaimFacts, DocumentFacts
from pipeline.nlp.relations.statements import Same, compare, find_candidates, group
from pipeline.tables.schema import ClaimLinkRow, DocumentGroupRow


class Relations:
    """Collects documents, then tells how their claims relate."""

    def __init__(self) -> None:
        self._claims: list[ClaimFacts] = []
        self._copies = Copies()

    def add(self, document: DocumentFacts) -> None:
        """Take in a document; they must come in the order of their ids."""
        self._claims += document.claims
        self._copies.add(document.doc_id, document.day, document.text)

    def statements(self) -> dict[str, str]:
        """The earliest claim of the statement of each claim."""
        claims = self._claims
        pairs = find_candidates(claims)
        found = [Same(a, b, score) for a, b in pairs if (score := compare(claims[a], claims[b])) > 0]
        found += self._headlines()
        return {claims[n].claim_id: claims[first].claim_id for n, first in group(claims, found).items()}

    def _headlines(self) -> Iterator[Same]:
        numbers = {claim.claim_id: number for number, claim in enumerate(self._claims)}
        for number, claim in enumerate(self._claims):
            if claim.headline_of in numbers:
                yield Same(numbers[claim.headline_of], number, 1.0)

    def links(self) -> list[ClaimLinkRow]:
        """How claims relate beyond that, sorted as the table is."""
        return []

    def groups(self) -> list[DocumentGroupRow]:
        """The documents that have near-identical ones, sorted as the table is."""
        return [DocumentGroupRow(leader, doc_id) for leader, ids in self._copies.groups() for doc_id in ids]
