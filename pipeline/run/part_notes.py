"""What a part of the tables tells the rest of the corpus, and what it asks of it.

It is kept beside the tables, so that a run over a few documents need not look at the others. Notes depend on the part's documents alone: facts by topic, and what is asked under which topic. Results depend on the corpus: what
each id became, and what is counted of each entity.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.nlp.identity.corpus import SAMPLE, Corpus, Fact, Final, Seen
from pipeline.nlp.identity.facts import Facts
from pipeline.run.entity_counts import Tally
from pipeline.run.identity import read_seen
from pipeline.run.keyed_files import KeyedFile, hash_keys, write_keyed
from pipeline.tables.chunks import Chunk

FACTS, ASKED = "facts ", "asked "
"""Before a topic: what is filed under it, and who depends on it."""
FINAL, COUNTED, NAMED = "final ", "counted ", "named "
"""Before an id: what it became; before an entity: its counts, and its other ids."""


def write_notes(path: Path, chunks: Iterable[Chunk], facts: Facts) -> list[Fact]:
    """Write the notes of a part from its rows, as the documents alone have them; returns its facts.

    Args:
        path: Where to write.
        chunks: The rows of the part.
        facts: What the rules know of people and bodies.
    """
    return file_notes(path, (row for chunk in chunks for row in documents_seen(chunk)), facts)


def file_notes(
    path: Path, documents: Iterable[tuple[str, dt.date | None, list[Seen]]], facts: Facts
) -> list[Fact]:
    """The same from who appears in the documents."""
    filed: dict[str, dict[str, Fact]] = {}
    asked: dict[str, set[tuple[str, str, int]]] = {}
    corpus = Corpus(facts)
    for doc_id, day, seen in documents:
        for topic, fact in (*corpus.names(seen, day), *corpus.people(seen, day)):
            _file(filed.setdefault(topic, {}), fact)
        for topic, local_id in (question for one in seen for question in corpus.asked(one)):
            asked.setdefault(topic, set()).add((local_id, *_place(topic, doc_id, day)))
    write_keyed(
        path,
        {
            **{f"{FACTS}{topic}": [own[key] for key in sorted(own)] for topic, own in filed.items()},
            **{f"{ASKED}{topic}": sorted(own) for topic, own in asked.items()},
        },
    )
    return [own[key] for _, own in sorted(filed.items()) for key in sorted(own)]


def _place(topic: str, doc_id: str, day: dt.date | None) -> tuple[str, int]:
    """Document and month of who is asked for; for a name they are nothing."""
    if not topic.startswith("surname "):
        return "", 0
    return doc_id, 12 * day.year + day.month if day else 0


def _file(own: dict[str, Fact], fact: Fact) -> None:
    """Add a fact to those of its topic; of one person as the same in one month the documents are counted."""
    if fact[0] != "known":
        own[repr(fact)] = fact
        return
    *same, times, sample = fact
    key = repr(same)
    *_, before, marks = own.get(key, (0, []))
    own[key] = (*same, before + times, sorted({*marks, *sample})[:SAMPLE])


def documents_seen(chunk: Chunk) -> Iterable[tuple[str, dt.date | None, list[Seen]]]:
    """The documents of a chunk in which anybody appears, each with who does."""
    ids = dict.fromkeys(chunk["appearances"]["doc_id"].to_pylist())
    for doc_id, (day, seen) in zip(ids, read_seen(chunk), strict=True):
        yield doc_id, day, seen


def write_results(path: Path, finals: Mapping[str, Final], tallies: Mapping[str, Tally]) -> None:
    """Write what came of a part.

    Args:
        path: The file.
        finals: What ids became, those left out that stay as they are.
        tallies: What is counted of each entity in the part's rows.
    """
    named: dict[str, set[tuple[str, str]]] = {}
    for final in finals.values():
        for entity, other, reason in final.aliases:
            named.setdefault(entity, set()).add((other, reason))
    write_keyed(
        path,
        {
            **{f"{FINAL}{local_id}": [final.row()] for local_id, final in finals.items()},
            **{f"{COUNTED}{entity}": [tally.to_json()] for entity, tally in tallies.items()},
            **{f"{NAMED}{entity}": sorted(others) for entity, others in named.items()},
        },
    )


def find_final(results: Iterable[KeyedFile], local_id: str) -> Final | None:
    """What an id became by earlier results; None where they do not say."""
    for file in results:
        for row in file.get(f"{FINAL}{local_id}"):
            return Final.of_row(row)
    return None


def all_finals(results: KeyedFile) -> Iterator[tuple[str, Final]]:
    """What all ids of a part became of which the corpus decides."""
    for key, rows in results.items():
        if key.startswith(FINAL):
            yield key.removeprefix(FINAL), Final.of_row(rows[0])


def all_tallies(results: KeyedFile) -> dict[str, Tally]:
    """What is counted of each entity of a part."""
    return {
        key.removeprefix(COUNTED): Tally.from_json(rows[0])
        for key, rows in results.items()
        if key.startswith(COUNTED)
    }


def find_all(
    results: Iterable[KeyedFile], kind: str, names: Sequence[str]
) -> Iterator[tuple[str, Sequence[Any]]]:
    """What results hold of many things: looked up together, since each look-up costs some microseconds a part.

    Args:
        results: Of the parts.
        kind: What stands before the names.
        names: Of the things.
    """
    keys = [f"{kind}{name}" for name in names]
    hashes = hash_keys(keys)
    for file in results if keys else ():
        for key, rows in file.get_all(keys, hashes):
            yield key.removeprefix(kind), rows


def sum_tallies(results: Iterable[KeyedFile], entities: Sequence[str]) -> dict[str, Tally | None]:
    """What is counted of entities in all parts; None for those that are in none."""
    totals: dict[str, Tally | None] = dict.fromkeys(entities)
    for entity, rows in find_all(results, COUNTED, entities):
        for row in rows:
            total, own = totals[entity], Tally.from_json(row)
            totals[entity] = own if total is None else total.plus(own)
    return totals
