"""Pairs of claims of runs over a gold of links, with what speaks for it that both report one statement: what `train relations` learns from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from pipeline.evaluation.links import GoldEvent, meet_claims, read_link_gold
from pipeline.nlp.relations.candidates import find_candidates
from pipeline.nlp.relations.evidence import weigh_pair
from pipeline.nlp.relations.facts import ClaimFacts, read_facts
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.nlp.relations.pointing import tells_claims
from pipeline.nlp.relations.statements import compare_surely
from pipeline.nlp.training.relations import Example
from pipeline.tables.parquet import load_tables

Numbers = tuple[int, int]


def read_examples(gold: Path, run: Path, rules: RelationRules) -> Iterator[Example]:
    """The examples of a gold: pairs that are compared and that neither days nor quotations decide.

    Args:
        gold: A gold of links.
        run: Output folder of a run over its texts.
        rules: The rule data.
    """
    tables = load_tables(run, engine="arrow")
    documents = {document.doc_id: document for document in read_facts(tables)}
    rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in tables["claims"].to_pylist():
        rows[row["doc_id"]].append(row)
    for number, event in enumerate(read_link_gold(gold)):
        claims = [claim for doc in sorted(event.docs) if doc in documents for claim in documents[doc].claims]
        yield from _examples(f"{gold}:{number}", event, claims, meet_claims(event, rows), rules)


def _examples(
    group: str, event: GoldEvent, claims: Sequence[ClaimFacts], met: dict[str, str], rules: RelationRules
) -> Iterator[Example]:
    numbers = {
        piece: number for number, claim in enumerate(claims) for piece in (claim.claim_id, *claim.pieces)
    }
    named = {name: numbers[claim_id] for name, claim_id in met.items() if claim_id in numbers}
    sure = _pairs(event, named, optional=False)
    spare = _pairs(event, named, optional=True) - sure
    for one, other in find_candidates(claims, rules.meaning):
        first, second = claims[one], claims[other]
        if (one, other) in spare or tells_claims(first, rules) or tells_claims(second, rules):
            continue
        together = first.document == second.document
        found = compare_surely(first, second, rules, together=together)
        if not isinstance(found, float):
            evidence = weigh_pair(first, second, found, rules.meaning, together=together)
            yield Example(group, tuple(evidence), (one, other) in sure)


def _pairs(event: GoldEvent, named: dict[str, int], *, optional: bool) -> set[Numbers]:
    """Numbers of the claims of each two that report one statement."""
    found: set[Numbers] = set()
    for group in event.same:
        own = sorted({named[name] for name in group.members if name in named})
        if group.optional == optional:
            found.update(combinations(own, 2))
    return found
