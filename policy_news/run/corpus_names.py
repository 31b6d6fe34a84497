"""Who is who in the corpus: each part leaves facts, one process settles them, and each part is answered from what is settled."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from heapq import merge
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

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
    hash_all,
    read_lines,
    read_plain,
    write_lines,
    write_plain,
)
from policy_news.run.engines.local import Engine, do_all
from policy_news.run.entity_counts import SEEN
from policy_news.run.identity import SURVEYED, read_seen
from policy_news.run.program import check_program
from policy_news.run.shard_results import read_chunk
from policy_news.tables.chunks import Chunk

Documents = Iterable[tuple[str, dt.date | None, list[Appearance]]]
_WHO = {"documents": SEEN["documents"], "appearances": SURVEYED}


def resolve_names(engine: Engine, tasks: Sequence[PartTask], faults: list[Fault]) -> list[PartTask]:
    """Return the parts with hashes of what their ids became; the ids are in their files."""
    if not tasks:
        return []
    out, facts = tasks[0].out, read_facts(tasks[0].model)
    do_all(engine, take_notes, [task for task in tasks if not _has_notes(out, task.part)])
    names = chain.from_iterable(read_lines(corpus_path(out, task.part.key, NAMES)) for task in tasks)
    known = [read_lines(corpus_path(out, task.part.key, KNOWN)) for task in tasks]
    settled = {key: json.dumps(values) for key, values in settle_all(facts, names, known, faults)}
    return [
        replace(task, finals=_standing(out, task.part, settled) or answer_part(task, settled))
        for task in tasks
    ]


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


def answer_part(task: PartTask, settled: Mapping[str, str]) -> tuple[str, str]:
    """Write what the ids of a part became, and what that depends on: the keys that were looked up, and a hash of their values.

    Returns:
        Hashes of all that is told of ids, and of what mentions tell.
    """
    asked = set[str]()

    def find(key: str) -> Sequence[Any]:
        asked.add(key)
        found: Sequence[Any] = json.loads(settled.get(key, "[]"))
        return found

    corpus, finals = CorpusResolver.of_settled(read_facts(task.model), find), dict[str, Resolution]()
    for _, day, seen in _documents(task):
        finals |= corpus.answer(seen, day)
    keys, hashes = sorted(asked), _hashes(finals)
    write_plain(
        corpus_path(task.out, task.part.key, FINALS), {one: finals[one].row() for one in sorted(finals)}
    )
    write_plain(corpus_path(task.out, task.part.key, ANSWERS), [_hash_told(settled, keys), hashes, keys])
    return hashes


def _hash_told(settled: Mapping[str, str], keys: Sequence[str]) -> str:
    return hash_all(f"{key} {settled[key]}" for key in keys if key in settled)


def _hashes(finals: Mapping[str, Resolution]) -> tuple[str, str]:
    told = [(one, finals[one]) for one in sorted(finals)]
    return (
        _hash_rows([(one, final.row()) for one, final in told]),
        _hash_rows([(one, final.entity, final.identity, final.reason, final.aliases) for one, final in told]),
    )


def _hash_rows(rows: Sequence[Any]) -> str:
    return sha256(json.dumps(rows).encode()).hexdigest()


def _standing(out: Path, part: CorpusPart, settled: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the hashes of the answers of a part if they still hold: if what was looked up for them is settled as it was."""
    path = corpus_path(out, part.key, ANSWERS)
    if not path.is_file():
        return None
    depends_on, (every, told), keys = read_plain(path)
    return (every, told) if _hash_told(settled, keys) == depends_on else None
