"""Who is who in the corpus: each part leaves facts, one process settles them, and each part is answered from what is settled."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from heapq import merge
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from policy_news.core.atomic_files import new_state_file
from policy_news.core.faults import SERIOUS, Fault, spared
from policy_news.nlp.who.cross_document import SAMPLE, Appearance, CorpusResolver, Fact, Resolution
from policy_news.nlp.who.facts import Facts, read_facts
from policy_news.run.corpus_parts import (
    ANSWERS,
    FINALS,
    KNOWN,
    NAMES,
    CorpusPart,
    PartTask,
    corpus_path,
    damaged,
    hash_all,
    read_lines,
    read_plain,
    write_lines,
    write_plain,
)
from policy_news.run.engines.local import Engine, do_all
from policy_news.run.entity_counts import SEEN
from policy_news.run.identity import SURVEYED, read_seen
from policy_news.run.paths import SETTLED
from policy_news.run.program import check_program
from policy_news.run.records import READ_ONLY, open_database
from policy_news.run.shard_results import read_chunk
from policy_news.tables.chunks import Chunk

Documents = Iterable[tuple[str, dt.date | None, list[Appearance]]]
_WHO = {"documents": SEEN["documents"], "appearances": SURVEYED}


def resolve_names(engine: Engine, tasks: Sequence[PartTask], faults: list[Fault]) -> list[PartTask]:
    """Return the parts with hashes of what their ids became; the ids are in their files.

    Args:
        faults: Receives the names that could not be settled.
    """
    if not tasks:
        return []
    out, facts = tasks[0].out, read_facts(tasks[0].model)
    do_all(engine, take_notes, [task for task in tasks if not _has_notes(out, task.part)])
    names = chain.from_iterable(read_lines(corpus_path(out, task.part.key, NAMES)) for task in tasks)
    known = [read_lines(corpus_path(out, task.part.key, KNOWN)) for task in tasks]
    with new_state_file(out / SETTLED) as partial:
        write_settled(partial, settle_all(facts, names, known, faults))
    with read_settled(out / SETTLED) as settled:
        hashes = {task.part.key: _standing(out, task.part, settled) for task in tasks}
        do_all(engine, answer_part, [task for task in tasks if hashes[task.part.key] is None])
        return [
            _answered(task, hashes[task.part.key] or _standing(out, task.part, settled)) for task in tasks
        ]


def write_settled(path: Path, pairs: Iterable[tuple[str, Sequence[Any]]]) -> None:
    """Write what is settled into a file in which values are found by key. Each run writes it, so it need not survive a kill."""
    path.touch()  # if there is no room for it, SQLite does not say so
    with open_database(path, "mode=rwc") as db:
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")
        # With row ids, so that a search by key reads no values: of a surname that thousands bear they are long.
        db.execute("CREATE TABLE settled (key TEXT PRIMARY KEY, told TEXT)")
        rows = ((key, json.dumps(values)) for key, values in pairs)
        db.executemany("INSERT OR REPLACE INTO settled VALUES (?, ?)", rows)
        db.execute("COMMIT")


class Settled:
    """What is settled, by key."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def told(self, key: str) -> str:
        """Return the values of a key as JSON; of an unknown one an empty list."""
        row = self._db.execute("SELECT told FROM settled WHERE key = ?", (key,)).fetchone()
        return row[0] if row else "[]"

    def hash_told(self, keys: Sequence[str]) -> str:
        """Return a hash of the values of some keys."""
        query = "SELECT key, told FROM settled WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key"
        return hash_all([ascii(self._db.execute(query, (json.dumps(keys),)).fetchall())])


@contextmanager
def read_settled(path: Path) -> Iterator[Settled]:
    """Open what `write_settled` wrote."""
    with open_database(path, READ_ONLY) as db:
        # Pages are asked for again and again, more than a cache holds.
        db.execute("PRAGMA mmap_size = 2147483648")
        yield Settled(db)


def _answered(task: PartTask, hashes: tuple[str, str] | None) -> PartTask:
    if hashes is None:
        raise damaged(corpus_path(task.out, task.part.key, ANSWERS))
    return replace(task, finals=hashes)


def _has_notes(out: Path, part: CorpusPart) -> bool:
    return all(corpus_path(out, part.key, ending).is_file() for ending in (NAMES, KNOWN))


def take_notes(task: PartTask) -> None:
    """Write the facts of a part, from its rows as the documents alone have them."""
    check_program(task.program, task.settings)
    facts = collect_facts(_documents(task), read_facts(task.model))
    for ending, own in ((NAMES, False), (KNOWN, True)):
        rows = (fact for fact in facts if (fact[0] == "known") == own)
        write_lines(corpus_path(task.out, task.part.key, ending), rows)


def _documents(task: PartTask) -> Documents:
    """Yield the documents of a part in which anybody appears."""
    for shard in task.part.shards:
        yield from documents_seen(read_chunk(task.out, shard.key, _WHO))


def documents_seen(chunk: Chunk) -> Documents:
    """Yield the documents of a chunk in which anybody appears, each with who does."""
    ids = dict.fromkeys(chunk["appearances"]["doc_id"].to_pylist())
    for doc_id, (day, seen) in zip(ids, read_seen(chunk), strict=True):
        yield doc_id, day, seen


def collect_facts(documents: Documents, facts: Facts) -> list[Fact]:
    """Return the facts of documents by topic, each once."""
    filed: dict[str, dict[str, Fact]] = {}
    corpus = CorpusResolver(facts)
    for _, day, seen in documents:
        for topic, fact in (*corpus.names(seen, day), *corpus.people(seen, day)):
            _file(filed.setdefault(topic, {}), fact)
    return [own[key] for _, own in sorted(filed.items()) for key in sorted(own)]


def _file(own: dict[str, Fact], fact: Fact) -> None:
    """Add a fact to those of its topic; of one person as the same in one month the documents are counted."""
    if fact[0] != "known":
        own[repr(fact)] = fact
        return
    *same, times, sample = fact
    key = repr(same)
    *_, before, marks = own.get(key, (0, []))
    own[key] = (*same, before + times, sorted({*marks, *sample})[:SAMPLE])


def settle_all(
    facts: Facts, names: Iterable[Fact], known: Iterable[Iterable[Fact]], faults: list[Fault]
) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield all that answers depend on, by key, from the facts of all documents. One surname after the other is in memory.

    Args:
        names: The facts that tell which names there are.
        known: Those that tell when and with whom somebody appears, of each part, ascending by surname.
        faults: Receives the names that could not be settled: each document then decides of them alone.
    """
    corpus = CorpusResolver(facts, faults)
    for fact in names:
        try:  # as `spared` does, which takes longer than the work on a fact
            corpus.take(fact)
        except SERIOUS:
            raise
        except Exception as error:
            faults.append((str(fact[1]), error))
    corpus.settle()
    yield from corpus.settled()
    meant = (filter(lambda fact: corpus.is_short(fact[1]), own) for own in known)
    for word, same in groupby(merge(*meant, key=itemgetter(1)), key=itemgetter(1)):
        with spared(faults, word):
            for fact in same:
                corpus.take(fact)
        yield from corpus.settled_surname(word)


def answer_part(task: PartTask) -> None:
    """Write what the ids of a part became, and what that depends on: the keys that were looked up, and a hash of their values."""
    check_program(task.program, task.settings)
    asked = set[str]()
    with read_settled(task.out / SETTLED) as settled:

        def find(key: str) -> Sequence[Any]:
            asked.add(key)
            found: Sequence[Any] = json.loads(settled.told(key))
            return found

        corpus, finals = CorpusResolver.of_settled(read_facts(task.model), find), dict[str, Resolution]()
        for _, day, seen in _documents(task):
            finals |= corpus.answer(seen, day)
        keys = sorted(asked)
        depends_on = settled.hash_told(keys)
    write_plain(
        corpus_path(task.out, task.part.key, FINALS), {one: finals[one].row() for one in sorted(finals)}
    )
    write_plain(corpus_path(task.out, task.part.key, ANSWERS), [depends_on, _hashes(finals), keys])


def _hashes(finals: Mapping[str, Resolution]) -> list[str]:
    """Return hashes of all that is told of ids, and of what mentions tell."""
    told = [(one, finals[one]) for one in sorted(finals)]
    rows: tuple[list[Any], ...] = (
        [(one, final.row()) for one, final in told],
        [(one, final.entity, final.identity, final.reason, final.aliases) for one, final in told],
    )
    return [sha256(json.dumps(own).encode()).hexdigest() for own in rows]


def _standing(out: Path, part: CorpusPart, settled: Settled) -> tuple[str, str] | None:
    """Return the hashes of the answers of a part if they still hold: if what was looked up for them is settled as it was."""
    path = corpus_path(out, part.key, ANSWERS)
    if not path.is_file():
        return None
    depends_on, (every, told), keys = read_plain(path)
    return (every, told) if settled.hash_told(keys) == depends_on else None
