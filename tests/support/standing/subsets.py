"""Articles alone and among others, in any order: the rows of each are the same, but for who is who elsewhere."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from policy_news.core.settings import Settings
from policy_news.nlp.annotator import Annotator, load_pipeline
from tests.conftest import MODEL
from tests.support.annotating import read_texts
from tests.support.standing.mutants import mutant, sample_texts

MOST = 24
"""Articles that are annotated together."""


def check_subsets(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Annotate invented articles one by one, then some of them together, each article among others in another order."""
    rng, texts = random.Random(seed), sample_texts()
    items = read_texts((mutant(rng, texts) for _ in range(tries)), dt.datetime(2023, 3, 7))
    annotator = Annotator(load_pipeline(str(MODEL)), Settings())
    alone = {item[0].doc_id: annotator.link(rows) for item in items for rows in annotator.annotate([item])}
    rng.shuffle(items)
    while items:
        count = rng.randint(1, MOST)
        own, items = items[:count], items[count:]
        for rows in map(annotator.link, annotator.annotate(own)):
            expected = alone[rows.document.doc_id]
            differing = [
                one.name for one in fields(rows) if getattr(rows, one.name) != getattr(expected, one.name)
            ]
            if differing:
                yield f"seed {seed}: {rows.document.doc_id} has other {', '.join(differing)} than alone"
