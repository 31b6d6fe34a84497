"""Ids of a small corpus, resolved in memory."""

from __future__ import annotations

from collections.abc import Sequence

from policy_news.nlp.who.cross_document import CorpusResolver, Filed, Resolution
from policy_news.nlp.who.facts import Facts
from policy_news.run.corpus_names import documents_seen
from policy_news.run.identity import alias_rows, give_ids
from policy_news.tables.chunks import Chunk
from policy_news.tables.schema import EntityAliasRow


def take_all(corpus: CorpusResolver, facts: Filed) -> None:
    """Let the corpus take in facts."""
    for _, fact in facts:
        corpus.take(fact)


def resolve_chunks(facts: Facts, chunks: Sequence[Chunk]) -> tuple[list[Chunk], list[EntityAliasRow]]:
    """Return the rows of documents with the ids of the corpus, and the other ids of its entities.

    Args:
        facts: Of the rule data.
        chunks: Rows as the documents alone have them.
    """
    corpus = CorpusResolver(facts)
    documents = [row for chunk in chunks for row in documents_seen(chunk)]
    for _, day, seen in documents:
        take_all(corpus, corpus.names(seen, day))
    corpus.settle()
    for _, day, seen in documents:
        take_all(corpus, corpus.people(seen, day))
    finals: dict[str, Resolution] = {}
    for _, day, seen in documents:
        finals |= corpus.answer(seen, day)
    told = [alias for final in finals.values() for alias in final.aliases]
    return [give_ids(chunk, finals) for chunk in chunks], alias_rows(told)
