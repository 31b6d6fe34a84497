"""Time and memory of relating claims: `python benchmarks/relations.py [CLAIMS ...]`, 10,000 and 100,000 if left out.

The claims are those of the invented events of the tests, with other names, days and words in each round; then come one speaker with 50,000 claims on
one day, a thousand copies of one article, and one article more among a thousand.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from pipeline.core.settings import Settings, find_model
from pipeline.nlp.relations.corpus import DocumentRelations, Relations, relate_document
from pipeline.nlp.relations.facts import ClaimFacts, DocumentFacts, read_facts
from pipeline.nlp.relations.lexicon import read_relation_rules
from pipeline.nlp.relations.scores import Scores
from pipeline.tables.parquet import load_tables
from tests.nlp.relations.events import documents, read_events
from tests.nlp.relations.reading import relate

RULES = read_relation_rules(find_model(Settings().annotate.model))
SIZES = (10_000, 100_000)
SPEAKERS = 40
"""Rounds with the same speakers: so many later they come again, on another day."""


def read_events_as_facts() -> list[DocumentFacts]:
    """The facts of the invented events, by a run of the pipeline."""
    with tempfile.TemporaryDirectory() as folder:
        relate(Path(folder), documents(read_events()))
        return list(read_facts(load_tables(Path(folder) / "out", engine="arrow")))


def varied(claim: ClaimFacts, number: int, rng: random.Random) -> ClaimFacts:
    """The claim in another round: the speaker has another name, it is another day, and some words differ."""
    day = dt.date(2000, 1, 1) + dt.timedelta(days=number // 4)
    words = claim.content.split()
    for place in range(0, len(words), 4):
        words[place] = f"{words[place]}{rng.randrange(500)}"
    lemmas = tuple(lemma if rng.random() < 0.7 else f"{lemma}{rng.randrange(500)}" for lemma in claim.lemmas)
    suffix = f"-{number % SPEAKERS}"
    return dataclasses.replace(
        claim,
        claim_id=f"r{number:06}-{claim.claim_id}",
        day=day,
        speaker=claim.speaker and claim.speaker + suffix,
        name=claim.name and claim.name + suffix,
        content=" ".join(words),
        lemmas=lemmas,
        names=frozenset(name + suffix for name in claim.names),
        pieces=(),
        headline_of=claim.headline_of and f"r{number:06}-{claim.headline_of}",
        words_in=claim.words_in and f"r{number:06}-{claim.words_in}",
    )


def corpus(base: list[DocumentFacts], claims: int) -> Iterator[DocumentFacts]:
    """Documents with about so many claims."""
    rng, made, number = random.Random(7), 0, 0
    while made < claims:
        for document in base:
            own = tuple(varied(claim, number, rng) for claim in document.claims)
            made += len(own)
            yield DocumentFacts(
                f"r{number:06}-{document.doc_id}",
                own[0].day,
                f"{number} {document.text}",
                own,
                document.names,
            )
        number += 1


def related(documents: Iterator[DocumentFacts], known: Scores | None = None) -> tuple[Relations, int]:
    """The relations of documents, with the number of their claims."""
    relations, count = Relations(RULES, known), 0
    for document in documents:
        count += len(document.claims)
        relations.add(relate_document(document, RULES))
    return relations, count


def measure(name: str, documents: Iterator[DocumentFacts]) -> None:
    """Relate documents and print what it took, the making of the documents included."""
    before, start = memory(), time.process_time()
    relations, count = related(documents)
    statements = relations.statements()
    positions = relations.positions(statements)
    copies = relations.groups()
    seconds = time.process_time() - start
    found = f"{len(set(statements.values()))} statements, {len(relations.links())} links, {len(positions)} turns, {len(copies)} copies"
    print(f"{name}: {count} claims, {seconds:.1f} s, {memory() - before:+} MB: {found}")


def memory() -> int:
    """Peak memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def one_speaker(base: list[DocumentFacts], claims: int) -> Iterator[DocumentFacts]:
    """Many claims of one speaker on one day, twenty a document."""
    rng = random.Random(9)
    model = next(claim for document in base for claim in document.claims if claim.person)
    # Different in their first letters: `word12` and `word123` would be one word, as `vote` and `voting` are.
    words = ["".join(letters) for letters in product("bdfgklmnprst", "aeiou", "bdfgklmnpr", "aeiou")]
    for number in range(claims // 20):
        own = []
        for place in range(20):
            said = rng.choices(words, k=9)
            own.append(
                dataclasses.replace(
                    model,
                    claim_id=f"d{number:06}#c{place}",
                    place=place,
                    section=place,
                    content=" ".join(said),
                    lemmas=tuple(said),
                    pieces=(),
                )
            )
        yield DocumentFacts(
            f"d{number:06}", model.day, " ".join(claim.content for claim in own), tuple(own), {}
        )


def copies(base: list[DocumentFacts], number: int) -> Iterator[DocumentFacts]:
    """One article many times."""
    for place in range(number):
        own = tuple(
            dataclasses.replace(claim, claim_id=f"c{place:04}-{claim.claim_id}") for claim in base[0].claims
        )
        yield dataclasses.replace(base[0], doc_id=f"c{place:04}-{base[0].doc_id}", claims=own)


def added(base: list[DocumentFacts]) -> None:
    """One article more among a thousand."""
    whole = [relate_document(one, RULES) for _, one in zip(range(1_001), corpus(base, 100_000), strict=False)]
    known = Scores()
    for name, own in (("1,000 articles", whole[:500] + whole[501:]), ("one more", whole)):
        start = time.process_time()
        run(own, known)
        print(f"{name}: {known.compared} pairs compared, {time.process_time() - start:.1f} s beside reading")


def run(documents: list[DocumentRelations], known: Scores) -> None:
    """Statements of documents that are related."""
    relations = Relations(RULES, known)
    for document in documents:
        relations.add(document)
    relations.statements()


def main() -> None:
    """Measure all."""
    base = read_events_as_facts()
    for size in [*map(int, sys.argv[1:])] or SIZES:
        measure("varied", corpus(base, size))
    measure("one speaker, one day", one_speaker(base, 50_000))
    measure("copies", copies(base, 1_000))
    added(base)


if __name__ == "__main__":
    main()
