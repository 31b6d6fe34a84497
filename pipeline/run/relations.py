"""Gives the claims of a run their statements and links: one pass over what is known of the claims, then one over the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.nlp.relations.corpus import Relations
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.run.relation_cache import RelationCache
from pipeline.tables.chunks import Chunk
from pipeline.tables.schema import TABLES, ClaimLinkRow, Row, arrow_schema

RELATED = ("claim_links", "positions", "document_groups")
"""The tables that this pass makes."""


class RelationPass:
    """Reads what is known of the claims of all chunks, then writes it into the rows, chunk by chunk.

    Without a survey the claims stay without statements, as those of one part of an array job do: `merge` relates them with the others.

    Args:
        rules: The rule data.
        folder: Where what was related is kept for the next run; None for nowhere.
        fingerprint: Of the program and its rules: what another one kept does not count.

    Attributes:
        related: Documents that the last survey had to relate anew.
        compared: Pairs of claims that it had to compare.
    """

    def __init__(self, rules: RelationRules, folder: Path | None = None, fingerprint: str = "") -> None:
        self._rules = rules
        self.related = self.compared = 0
        self._cache = RelationCache(folder, fingerprint, rules)
        self._statements: Mapping[str, str] = {}
        self._links: Sequence[ClaimLinkRow] = ()
        self._rows: Mapping[str, Sequence[Row]] = dict.fromkeys(RELATED, ())

    def survey(self, chunks: Iterable[Chunk]) -> None:
        """See all claims.

        Args:
            chunks: All chunks with the ids of the corpus and the decisions applied, ascending by document, with at least the columns that
                facts are read from.
        """
        scores = self._cache.scores()
        relations = Relations(self._rules, scores)
        for chunk in chunks:
            for document in self._cache.documents(chunk):
                relations.add(document)
        self._statements = relations.statements()
        self._cache.keep(scores)
        self.related, self.compared = self._cache.related, scores.compared
        self._links = relations.links()
        self._rows = {
            "claim_links": self._links,
            "positions": relations.positions(self._statements),
            "document_groups": relations.groups(),
        }

    def relate(self, chunk: Chunk) -> Chunk:
        """A chunk with the statements of its claims."""
        return with_statements(chunk, self._statements) if self._statements else chunk

    def links(self) -> Sequence[ClaimLinkRow]:
        """The links between claims."""
        return self._links

    def rows(self) -> Mapping[str, Sequence[Row]]:
        """The rows of the tables that this pass makes."""
        return self._rows


def with_statements(chunk: Chunk, statements: Mapping[str, str]) -> Chunk:
    """A chunk with the statements of its claims.

    Args:
        chunk: Rows of documents.
        statements: The statement of each claim that has one.
    """
    import pyarrow as pa

    claims = chunk["claims"]
    values = [statements.get(claim_id) for claim_id in claims["claim_id"].to_pylist()]
    field = arrow_schema(TABLES["claims"]).field("statement_id")
    place = claims.schema.get_field_index("statement_id")
    return {**chunk, "claims": claims.set_column(place, field, pa.array(values, type=field.type))}
