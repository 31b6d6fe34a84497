"""Stage `resolve`: mentions -> entities, one for each real thing of the corpus, and claims -> statements."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from policy_news.core.faults import Fault
from policy_news.core.processes import hold_many_files
from policy_news.core.settings import Settings, find_model
from policy_news.decisions.decided import Decided
from policy_news.nlp.who.terms import read_terms
from policy_news.run.corpus_claims import relate_claims
from policy_news.run.corpus_names import resolve_names
from policy_news.run.corpus_parts import (
    OF_CORPUS,
    PartTask,
    cut_parts,
    read_aliases,
    table_path,
    write_plain,
    write_table,
)
from policy_news.run.decisions_copy import write_outcomes
from policy_news.run.engines.local import Engine, LocalEngine
from policy_news.run.entity_counts import entity_table, read_known_names
from policy_news.run.failures import unexpected
from policy_news.run.identity import alias_rows
from policy_news.run.paths import CORPUS, RESOLVED
from policy_news.run.program import describe_program
from policy_news.run.records import read_failures
from policy_news.run.resolved_rows import ResolvedRows
from policy_news.run.shard_results import drop_unsound, read_manifest, require_annotated_with
from policy_news.tables.chunks import build_table, to_rows
from policy_news.tables.schema import TABLES, FailureRow, Row

if TYPE_CHECKING:
    import pyarrow as pa


def run(out: Path, settings: Settings, engine: Engine | None = None) -> tuple[Decided, int]:
    """Resolve names, relate claims, and collect the tables whose rows belong to no document. What fails over an entity costs only that.

    Returns:
        What people decided, and the number of entities.
    """
    require_annotated_with(out, settings)
    hold_many_files()  # some for each part
    engine = engine or LocalEngine()
    (out / CORPUS).mkdir(parents=True, exist_ok=True)
    program = describe_program(settings)
    parts = cut_parts(read_manifest(out), settings)
    faults = list[Fault]()
    tasks = resolve_names(engine, [PartTask(out, settings, program, part) for part in parts], faults)
    rows = ResolvedRows(out, settings, [task.part for task in tasks])
    decided = rows.decide()
    if decided:
        tasks = [replace(task, effect=rows.effect(task.part, decided)) for task in tasks]
    tasks, groups, origins, counts = relate_claims(engine, tasks, decided.decide, faults)
    rows.hear(decided)
    also = chain.from_iterable(read_aliases(out, task.part) for task in tasks)
    count = _write_tables(
        out, settings, decided, counts, also, (groups, origins), _failures(out, tasks), faults
    )
    write_plain(out / RESOLVED, [task.row() for task in tasks])
    write_outcomes(out, decided)
    _keep_only(out, tasks)
    return decided, count


def forget_corpus(out: Path) -> None:
    """Remove what is kept of the corpus, so that it is made again from the shards, and those of these that are not sound."""
    drop_unsound(out)
    shutil.rmtree(out / CORPUS, ignore_errors=True)


def _write_tables(
    out: Path,
    settings: Settings,
    decided: Decided,
    counts: pa.Table,
    also: Iterable[tuple[str, str, str]],
    related: tuple[pa.Table, pa.Table],
    failures: Sequence[FailureRow],
    faults: list[Fault],
) -> int:
    """Leave the tables whose rows belong to no document; returns the number of entities."""
    ids = set(counts["entity"].to_pylist())
    entities = entity_table(counts, read_known_names(settings, ids))
    if decided:
        rows = sorted(decided.entities(to_rows("entities", entities)), key=lambda row: row.entity_id)
        entities = build_table(TABLES["entities"], rows)
    write_table(table_path(out, "entities"), entities)
    aliases = [row for row in decided.aliases(alias_rows(also)) if row.entity_id in ids]
    aliases.sort(key=lambda row: (row.entity_id, row.alias_id))
    terms = read_terms(find_model(settings.annotate.model), ids, faults)
    every = {*failures, *(unexpected(item, "resolve", error) for item, error in faults)}
    for name, table in zip(("document_groups", "origins"), related, strict=True):
        write_table(table_path(out, name), table)
    others: dict[str, Sequence[Row]] = {
        "entity_aliases": aliases,
        "offices": terms,
        "failures": _in_order(every),
    }
    for name, own in others.items():
        write_table(table_path(out, name), build_table(TABLES[name], own))
    return len(ids)


def _failures(out: Path, tasks: Sequence[PartTask]) -> list[FailureRow]:
    failures = read_failures(out)
    for task in tasks:
        failures += chain.from_iterable(shard.failures for shard in task.part.shards)
    return failures


def _in_order(failures: Iterable[FailureRow]) -> list[FailureRow]:
    return sorted(failures, key=lambda row: (row.path, row.stage, row.message))


def _keep_only(out: Path, tasks: Sequence[PartTask]) -> None:
    """Remove the files of what is known of parts that are no more."""
    keys = {key for task in tasks for key in (task.part.key, task.rows_key, task.stated)}
    keys |= {"resolved", "compared", *OF_CORPUS}
    for path in (out / CORPUS).iterdir():
        if path.stem not in keys:
            path.unlink()
