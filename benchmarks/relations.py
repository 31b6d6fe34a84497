"""Time and memory of finding statements and copies: `python benchmarks/relations.py [CLAIMS ...]`, 10,000, 100,000 and 1,000,000 if left out.

The claims are made: sentences of words that are as frequent as in life, one in five a repetition of an earlier one of another outlet within days.
Then come as many equal quotations, which must take no longer for each. Links are found where a document is annotated (`benchmarks/running.py`).
"""

from __future__ import annotations

import random
import resource
import sys
import time

import numpy as np
import pyarrow as pa

from policy_news.nlp.relations.copies import group_copies
from policy_news.nlp.relations.statements import QUOTED, Notes, Statements
from policy_news.nlp.text_reuse import hash_rows

SIZES = (10_000, 100_000, 1_000_000)
PART = 1_000
"""Claims of one part."""
WORDS = 20_000
SPEAKERS = 5_000
PER_DAY = 200
REPEATED = 0.2


def make_part(first: int, rng: random.Random, known: list[str], *, equal: bool) -> Notes:
    """The notes of some claims, ten a document."""
    weights = [1 / (rank + 3) for rank in range(WORDS)]
    rows, codes = [], []
    for number in range(first, first + PART):
        if equal or (known and rng.random() < REPEATED):
            words = known[-1 if equal else rng.randrange(len(known))]
        else:
            words = " ".join(f"w{word}" for word in rng.choices(range(WORDS), weights, k=18))
            known.append(words)
            del known[:-500]
        codes.append(np.unique(hash_rows(words.split())))
        speaker = 1 if equal else rng.randrange(SPEAKERS) * (rng.random() < 0.7)
        rows.append(
            {
                "claim_id": f"d{number // 10:08}#c{number % 10}", "document": number // 10, "day": 730_000 + number // PER_DAY, "speaker": speaker,
                "start": number % 10 * 200, "end": number % 10 * 200 + 150, "rejected": False, "headline_of": None,
                "words": " ".join(f"{QUOTED}{word}" for word in words.split()),
            }
        )  # fmt: skip
    every = np.concatenate(codes)
    numbers = np.repeat(np.arange(PART), [len(own) for own in codes])
    order = np.lexsort((numbers, every))
    documents = [
        {
            "doc_id": f"d{number:08}",
            "day": 730_000,
            "hashes": hash_rows([str(rng.random()) for _ in range(80)]),
        }
        for number in range(first // 10, (first + PART) // 10)
    ]
    schema = pa.schema({"doc_id": pa.string(), "day": pa.int64(), "hashes": pa.list_(pa.uint64())}.items())
    return Notes(
        pa.Table.from_pylist(rows), pa.Table.from_pylist(documents, schema), every[order], numbers[order]
    )


def measure(name: str, size: int, *, equal: bool = False) -> None:
    """Find the statements of so many claims, and print what it took."""
    rng, known = (
        random.Random(1),
        ["the words that everybody repeats on this day and on the days that come after it"],
    )
    notes = [make_part(first, rng, known, equal=equal) for first in range(0, size, PART)]
    begun = time.process_time()
    found = Statements(notes, []).find()
    statements = len({one for own in found for one in own["statement_id"].to_pylist()})
    copies = len(list(group_copies([own.documents for own in notes], [])))
    seconds = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{name:<24}{size:>10,} claims {seconds:8.1f} s {memory:6.2f} GB  {statements:,} statements, {copies} copies",
        flush=True,
    )


if __name__ == "__main__":
    for claims in map(int, sys.argv[1:]) if len(sys.argv) > 1 else SIZES:
        measure("different", claims)
        measure("equal", claims, equal=True)
