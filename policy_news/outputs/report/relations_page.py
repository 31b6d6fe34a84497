"""Who said what about whom: sources of claims and the entities inside their contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policy_news.outputs.report.views import clean_parts
from policy_news.tables.claim_words import claim_parts, join_parts
from policy_news.tables.corpus import Article
from policy_news.tables.labels import NAMED
from policy_news.tables.schema import ClaimRow, EntityRow


@dataclass(frozen=True, slots=True)
class Example:
    """Where a relation is found: the document, the number of the claim in it, and its words."""

    doc_id: str
    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A source entity, an entity in the content of its claims, the type of the claims, and how many there are."""

    source: str
    target: str
    type: str
    number: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class SourceTarget:
    """A source and a target with the number of claims of any type."""

    source: str
    target: str
    number: int
    types: tuple[tuple[str, int], ...]


MAX_EXAMPLES = 2
WORDS_LETTERS = 140


def find_relations(articles: Iterable[Article], entities: Mapping[str, EntityRow]) -> list[Relation]:
    """Return all relations, the most frequent first; a statement counts once for each entity in it, however many articles report it."""
    counts: Counter[tuple[str, str, str]] = Counter()
    seen: set[tuple[str, tuple[str, str, str]]] = set()
    examples: dict[tuple[str, str, str], list[Example]] = {}
    for article in articles:
        for number, claim in enumerate(article.claims, 1):
            for target in _targets(article, claim, entities):
                key = (claim.source_entity_id or "", target, claim.claim_type)
                told = (claim.statement, key)
                if told in seen:
                    continue
                seen.add(told)
                counts[key] += 1
                words = join_parts(
                    clean_parts(claim_parts(article.document.text, claim, letters=WORDS_LETTERS))
                )
                _add_example(examples.setdefault(key, []), Example(article.document.doc_id, number, words))
    ordered = sorted(
        counts, key=lambda key: (-counts[key], _name(entities, key[0]), _name(entities, key[1]), key)
    )
    return [Relation(*key, counts[key], tuple(examples[key])) for key in ordered]


def _targets(article: Article, claim: ClaimRow, entities: Mapping[str, EntityRow]) -> list[str]:
    """Return the entities that a claim with a known source is about."""
    if claim.source_entity_id not in entities:
        return []
    return list(
        dict.fromkeys(mention.entity_id for mention in article.mentions_in(claim) if mention.label in NAMED)
    )


def _add_example(examples: list[Example], new: Example) -> None:
    """Keep a few that differ in their words: the same agency report is often in several documents."""
    if len(examples) < MAX_EXAMPLES and all(old.words != new.words for old in examples):
        examples.append(new)


def join_types(relations: Iterable[Relation]) -> list[SourceTarget]:
    """Return relations without regard to the type, and without those of a source to itself; the most frequent first."""
    types: dict[tuple[str, str], dict[str, int]] = {}
    for relation in relations:
        if relation.source != relation.target:
            types.setdefault((relation.source, relation.target), {})[relation.type] = relation.number
    links = [SourceTarget(*pair, sum(own.values()), tuple(own.items())) for pair, own in types.items()]
    return sorted(links, key=lambda link: -link.number)


def _name(entities: Mapping[str, EntityRow], entity_id: str) -> str:
    return entities[entity_id].name if entity_id in entities else entity_id
