"""What identity costs: `python -m benchmarks.identity [JSONL] [SIZE ...]`, 10,000 and 100,000 documents if sizes are left out.

Prints the share of identity in the CPU time of a first run over the articles of a file (`{"text": ...}` a line; made ones if it is left out), then how
time and memory grow with the corpus, by made rows, and last how many ids change without an alias where a tenth of the articles goes.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.common.fabricated import Pool
from benchmarks.common.inputs import make_articles
from benchmarks.common.processes import peak_memory
from policy_news.core.settings import Settings, find_model
from policy_news.nlp import annotator, doc_rows
from policy_news.nlp.claims.finish import body_antecedents, person_antecedents, source_entities
from policy_news.nlp.who.cross_document import CorpusResolver
from policy_news.nlp.who.facts import Facts, read_facts
from policy_news.run import corpus_claims
from policy_news.run.corpus_names import (
    collect_facts,
    documents_seen,
    settle_all,
)
from policy_news.run.corpus_parts import read_lines, write_lines
from policy_news.run.runner import run_all
from policy_news.run.shard_results import read_chunk, read_manifest
from policy_news.run.stages import resolve, write
from policy_news.tables.chunks import Chunk, split_documents
from policy_news.tables.schema import TABLES, arrow_schema
from tests.nlp.who.removal import count_changes

T = TypeVar("T")
SIZES = (10_000, 100_000)
TOGETHER = 500
"""Documents of a made chunk."""
TITLES = ("chairman", "minister", "senator", "chief executive")
COUNTRIES = ("GB", "US", "DE", "FR")
TIMED: dict[str, Sequence[tuple[Any, str]]] = {
    "document": [(annotator, "who_of"), (doc_rows, "link_rows")],
    "sources": [
        (source_entities.Antecedents, "name"),
        (source_entities.Antecedents, "find_speakers"),
        (source_entities.Antecedents, "of"),
        (source_entities.Antecedents, "full_name"),
        (person_antecedents.PersonAntecedents, "__init__"),
        (body_antecedents.BodyAntecedents, "__init__"),
    ],
    "corpus": [
        (resolve, "resolve_names"),
        (corpus_claims, "give_ids"),
        (write, "give_ids"),
    ],
}
"""What identity does in a run: of the mentions of a document, of the sources of its claims, and of all documents."""


class Clock:
    """CPU seconds of some functions, the inner ones of two that are nested being part of the outer."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._depth = 0

    def timed(self, name: str, function: Callable[..., T]) -> Callable[..., T]:
        """A function that is timed."""

        @wraps(function)
        def run(*values: Any, **named: Any) -> T:
            self._depth += 1
            start = time.process_time()
            try:
                return function(*values, **named)
            finally:
                self._depth -= 1
                if not self._depth:
                    self.spent[name] += time.process_time() - start

        return run

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Time all of `TIMED`."""
        old = [(owner, at, getattr(owner, at)) for places in TIMED.values() for owner, at in places]
        for name, places in TIMED.items():
            for owner, at in places:
                setattr(owner, at, self.timed(name, getattr(owner, at)))
        try:
            yield
        finally:
            for owner, at, function in old:
                setattr(owner, at, function)


def print_share(folder: Path, raw: Path) -> Path:
    """Run over articles in this process and print what identity takes; returns the output folder."""
    clock, out = Clock(), folder / "out"
    import_module(
        "pyarrow.compute"
    )  # other stages need it too: it is not what identity costs where that comes first
    start = time.process_time()
    with clock.watching():
        run_all(raw, out, Settings())
    seconds = time.process_time() - start
    told = ", ".join(f"{name} {100 * own / seconds:.2f}" for name, own in clock.spent.items())
    share = 100 * sum(clock.spent.values()) / seconds
    print(f"identity: {share:.2f} % of {seconds:.1f} s of CPU ({told})")
    return out


def write_articles(texts: Path | None, folder: Path) -> Path:
    """The raw folder of the articles to read."""
    raw = folder / "raw"
    if texts is None:
        return make_articles(raw, 60)
    raw.mkdir()
    with texts.open(encoding="utf-8") as file:
        rows = [{"id": f"a{n:05}", "text": json.loads(line)["text"]} for n, line in enumerate(file)]
    (raw / "corpus.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return raw


class Made:
    """Chunks with who appears in made documents; made anew each time, so that they are not in memory.

    A document has two persons in full, one by the surname alone, two companies, an acronym and a place, 12 mentions in all.
    """

    def __init__(self, documents: int) -> None:
        self.documents = documents
        self.mentions = 0
        self.seconds = 0.0
        """CPU time of making them, all times together."""

    def chunks(self) -> Iterator[Chunk]:
        """All chunks."""
        start, self.mentions = time.process_time(), 0
        families, firms, places = Pool(8, 1), Pool(7, 2), Pool(6, 3)
        rng = random.Random(5)
        for first in range(0, self.documents, TOGETHER):
            rows = [
                row
                for number in range(first, min(first + TOGETHER, self.documents))
                for row in _appearances(f"d{number:07}", rng, families, firms, places)
            ]
            chunk = _chunk(rows)
            self.mentions += chunk["mentions"].num_rows
            self.seconds += time.process_time() - start
            yield chunk
            start = time.process_time()
        self.seconds += time.process_time() - start


def _appearances(
    doc: str, rng: random.Random, families: Pool, firms: Pool, places: Pool
) -> Iterator[dict[str, Any]]:
    country = rng.choice(COUNTRIES)
    for _ in range(2):
        family = families.draw(rng)
        given = ("Ada", "Oskar", "Lorna")[rng.randrange(3)]
        yield _row(doc, f"person-{given}-{family}@x", "PERSON", f"{given} {family}", rng, country)
    family = families.draw(rng)
    yield _row(doc, f"person-{family}-in-{doc}", "PERSON", family, rng, country) | {
        "identity": "open",
        "identity_reason": "surname-only",
    }
    for _ in range(2):
        firm = firms.draw(rng)
        yield _row(doc, f"org-{firm}-energy", "COMPANY", f"{firm} Energy", rng, country)
    letters = firms.draw(rng)[:3].upper()
    yield _row(doc, f"org-{letters}@{doc}", "ORG", letters, rng, country)
    town = places.draw(rng)
    yield _row(doc, f"place-{town}", "GPE", town, rng, country)


def _row(doc: str, own: str, label: str, name: str, rng: random.Random, country: str) -> dict[str, Any]:
    local_id = own.lower()
    is_full = label == "PERSON" and " " in name
    return {
        "appearance_id": f"{doc}#{local_id}",
        "doc_id": doc,
        "entity_id": local_id.replace("@x", ""),
        "local_id": local_id.replace("@x", ""),
        "label": label,
        "name": name,
        "forms": [name],
        "n_mentions": 1,
        "role": f"the {rng.choice(TITLES)}" if is_full else None,
        "country": country,
        "identity": "certain",
        "identity_reason": "full-name" if label == "PERSON" else "same-name",
        "considered": [],
    }


def _chunk(rows: Sequence[dict[str, Any]]) -> Chunk:
    import datetime as dt

    import pyarrow as pa

    ids = list(dict.fromkeys(row["doc_id"] for row in rows))
    first = dt.datetime(2021, 1, 4, tzinfo=dt.UTC)
    days = [first + dt.timedelta(int(doc[1:]) // TOGETHER) for doc in ids]
    mentions = {name: [row[name] for row in rows for _ in range(2)] for name in ("doc_id", "entity_id")}
    return {
        "documents": pa.table({"doc_id": ids, "published": days}),
        "appearances": pa.Table.from_pylist(list(rows), schema=arrow_schema(TABLES["appearances"])),
        "mentions": pa.table(mentions),
    }


def resolve_made(made: Made, facts: Facts, folder: Path) -> None:
    """Do what a run does: facts of each part, then surname by surname."""
    names: list[Path] = []
    known: list[Path] = []
    for number, chunk in enumerate(made.chunks()):
        found = collect_facts(documents_seen(chunk), facts)
        for paths, ending, own in ((names, "names", False), (known, "known", True)):
            paths.append(folder / f"{number}.{ending}")
            write_lines(paths[-1], (fact for fact in found if (fact[0] == "known") == own))
    told = settle_all(facts, chain.from_iterable(map(read_lines, names)), map(read_lines, known), [])
    settled = {key: json.dumps(values) for key, values in told}
    corpus = CorpusResolver.of_settled(facts, lambda key: json.loads(settled.get(key, "[]")))
    for chunk in made.chunks():
        for _, day, seen in documents_seen(chunk):
            corpus.answer(seen, day)


def _measure(documents: int, answers: Any) -> None:
    """In a process of its own: seconds, mentions, and megabytes above those of a small corpus."""
    facts = read_facts(find_model(Settings().annotate.model))
    with tempfile.TemporaryDirectory() as folder:
        resolve_made(Made(TOGETHER), facts, Path(folder))
        low, made = peak_memory(os.getpid()), Made(documents)
        start = time.process_time()
        resolve_made(made, facts, Path(folder))
        seconds = time.process_time() - start - made.seconds
        answers.put((seconds, made.mentions, peak_memory(os.getpid()) - low))


def print_growth(sizes: Sequence[int]) -> None:
    """Print microseconds a mention and memory by the size of the corpus."""
    context = multiprocessing.get_context("spawn")
    first = 0.0
    for size in sizes:
        answers = context.Queue()
        process = context.Process(target=_measure, args=(size, answers))
        process.start()
        seconds, mentions, megabytes = answers.get()
        process.join()
        each = 1e6 * seconds / mentions
        first = first or each
        print(
            f"{size:,} documents: {each:.1f} µs a mention ({each / first:.2f} of the first), +{megabytes:.0f} MB"
        )


def print_changes(out: Path) -> None:
    """Print how many ids change where a tenth of the documents goes, and how many of these no alias tells of."""
    facts = read_facts(find_model(Settings().annotate.model))
    chunks = [
        own for shard in read_manifest(out) for own in split_documents(read_chunk(out, shard.key)).values()
    ]
    total: Counter[str] = Counter()
    for first in range(10):
        total.update(count_changes(facts, chunks, first))
    print(
        f"ten times a tenth of {len(chunks)} articles less: of {total['mentions']} ids {total['changed']} change,"
        f" {total['untold']} of them without an alias"
    )


def main(arguments: Sequence[str]) -> None:
    """Measure all."""
    sizes = [int(one) for one in arguments if one.isdigit()] or SIZES
    texts = next((Path(one) for one in arguments if not one.isdigit()), None)
    with tempfile.TemporaryDirectory() as folder:
        out = print_share(Path(folder), write_articles(texts, Path(folder)))
        print_changes(out)
    print_growth(sizes)


if __name__ == "__main__":
    main(sys.argv[1:])
