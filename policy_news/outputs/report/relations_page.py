"""Who said what about whom: sources of claims and the entities inside their contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from policy_news.outputs.report.views import View, clean, clean_parts, plain_words
from policy_news.tables.claim_words import claim_parts, join_parts
from policy_news.tables.corpus import Article
from policy_news.tables.labels import NAMED
from policy_news.tables.pages import document_page
from policy_news.tables.schema import ClaimRow, EntityRow

MOST = 150
"""Rows of the table."""
MAX_EXAMPLES = 2
WORDS_LETTERS = 140
Key = tuple[str, str, str]
"""Source, target, and type of the claims."""
Example = tuple[str, str, str]
"""Address, words and document of a claim."""


def list_relations(articles: Iterable[Article], entities: Mapping[str, EntityRow]) -> tuple[list[View], int]:
    """Return the most frequent relations with some of their claims, and how many there are.

    A statement counts once for each entity in it, however many articles report it.
    """
    counts: Counter[Key] = Counter()
    seen: set[tuple[str, Key]] = set()
    examples: dict[Key, list[Example]] = {}
    for article in articles:
        for number, claim in enumerate(article.claims, 1):
            for target in _targets(article, claim, entities):
                key = (claim.source_entity_id or "", target, claim.claim_type)
                if (claim.statement, key) not in seen:
                    seen.add((claim.statement, key))
                    counts[key] += 1
                    _add_example(examples.setdefault(key, []), article, number, claim)
    names = {key: (_name(entities, key[0]), _name(entities, key[1])) for key in counts}
    ordered = sorted(counts, key=lambda key: (-counts[key], names[key], key))
    rows = []
    for key in ordered[:MOST]:
        source, target = map(clean, names[key])
        told = {"source": source, "type": plain_words(key[2]), "target": target}
        rows.append({**told, "number": counts[key], "links": examples[key]})
    return rows, len(counts)


def _targets(article: Article, claim: ClaimRow, entities: Mapping[str, EntityRow]) -> list[str]:
    """Return the entities that a claim with a known source is about."""
    if claim.source_entity_id not in entities:
        return []
    return list(
        dict.fromkeys(mention.entity_id for mention in article.mentions_in(claim) if mention.label in NAMED)
    )


def _add_example(examples: list[Example], article: Article, number: int, claim: ClaimRow) -> None:
    """Keep a few that differ in their words: the same agency report is often in several documents."""
    if len(examples) == MAX_EXAMPLES:
        return
    words = join_parts(clean_parts(claim_parts(article.document.text, claim, letters=WORDS_LETTERS)))
    if words not in [old for _, old, _ in examples]:
        doc_id = article.document.doc_id
        examples.append((f"{document_page(doc_id)}#claim-{number}", words, clean(doc_id)))


def _name(entities: Mapping[str, EntityRow], entity_id: str) -> str:
    return entities[entity_id].name if entity_id in entities else entity_id
