"""Writes a run whose tables are in parts: those whose documents, or whose answers from the corpus, are not as before."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.core.errors import StageError
from pipeline.core.settings import Settings, find_model
from pipeline.core.versions import package_version
from pipeline.nlp.fingerprints import pipeline_fingerprint
from pipeline.nlp.identity.corpus import Corpus, Final
from pipeline.nlp.identity.facts import Facts, read_facts
from pipeline.nlp.relations.lexicon import read_relation_rules
from pipeline.run.entity_counts import SEEN, Entities
from pipeline.run.identity import SURVEYED, apply_finals
from pipeline.run.keyed_files import KeyedFile
from pipeline.run.part_decisions import PartDecisions
from pipeline.run.part_identity import Change, PartView, answer_all, patched
from pipeline.run.part_notes import all_finals, documents_seen, write_notes, write_results
from pipeline.run.part_others import Turn, write_others
from pipeline.run.part_relations import PartRelations, shard_digest
from pipeline.run.part_state import (
    STATE,
    Before,
    Kept,
    Plan,
    notes_path,
    plan_parts,
    read_state,
    results_path,
    write_state,
)
from pipeline.run.relations import with_statements
from pipeline.run.resolution import RELATED_FROM
from pipeline.run.shard_results import read_chunk, read_columns, read_manifest
from pipeline.run.stages.write import describe_run
from pipeline.tables.chunks import Chunk
from pipeline.tables.commit import link_or_copy
from pipeline.tables.parquet import FolderWriter, Limits, Part, write_part
from pipeline.tables.schema import TABLES, VERSION

_VERSION = 5
"""Of what a run leaves for the next one."""
_WHO = {"documents": SEEN["documents"], "appearances": SURVEYED}


def write_parts(out: Path, settings: Settings, about: Mapping[str, Any]) -> dict[str, int]:
    """Write the tables of a run in parts; what the run before wrote stays where it would be the same.

    Args:
        out: Output folder, with the shards of the run.
        settings: Those of the run.
        about: What else `run.json` tells.

    Returns:
        Number of rows of each table.

    Raises:
        StageError: A shard is damaged, or the folder cannot be written.
    """
    plans = list(plan_parts(read_manifest(out), settings.tables.part_documents))
    before = read_state(out, _made_with(settings))
    if before is not None:
        try:
            return _PartRun(out, settings, plans, before).write(about)
        except (
            ValueError,
            StageError,
        ):  # what the run before left is damaged: all is made anew, or fails again
            pass
    return _PartRun(out, settings, plans, Before(out / "none")).write(about)


def is_in_parts(out: Path, settings: Settings) -> bool:
    """Whether the tables of the shards that there are will be in parts."""
    if os.name == "nt":
        return False
    left = settings.tables.single_file_documents
    for shard in read_manifest(out):
        left -= shard.documents
        if left < 0:
            return True
    return False


def _made_with(settings: Settings) -> str:
    tables = (
        f"{VERSION} {_VERSION} {package_version('policy-news-pipeline')} {settings.tables.part_documents}"
    )
    return sha256(f"{tables} {pipeline_fingerprint(settings)}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Task:
    """A part to write.

    Attributes:
        out: Output folder.
        folder: Of the run.
        plan: The part.
        finals: What the ids became of which the corpus decides.
        statements: The statement of each claim.
        decide: Applies decisions.
    """

    out: Path
    folder: Path
    plan: Plan
    finals: Mapping[str, Final]
    statements: Mapping[str, str]
    decide: Callable[[Chunk], Chunk]


def _undecided(chunk: Chunk) -> Chunk:
    return chunk


def _write_part(task: _Task) -> Part:
    """Write the tables of a part and its results."""
    counted = Entities()

    def resolved() -> Iterator[Chunk]:
        for shard in task.plan.shards:
            rows, _ = read_chunk(task.out, shard.key)
            chunk = task.decide(apply_finals(rows, lambda key: task.finals.get(key) or Final(key)))
            counted.add(chunk)
            yield with_statements(chunk, task.statements)

    part = write_part(task.folder, task.plan.key, resolved())
    write_results(results_path(task.folder, task.plan.key), task.finals, counted)
    return part


class _PartRun:
    """One such run.

    Args:
        out: Output folder.
        settings: Those of the run.
        plans: The parts that there are to be.
        before: The run before; one without parts if everything is new.
    """

    def __init__(self, out: Path, settings: Settings, plans: Sequence[Plan], before: Before) -> None:
        self._out = out
        self._settings = settings
        self._plans = plans
        self._before = before
        self._earlier = {kept.key: kept for kept in before.parts}

    @cached_property
    def _facts(self) -> Facts:
        return read_facts(find_model(self._settings.annotate.model))

    def write(self, about: Mapping[str, Any]) -> dict[str, int]:
        tables = self._settings.tables
        limits = Limits(tables.single_file_documents, tables.part_documents)
        with FolderWriter(self._out, limits) as writer:
            (writer.folder / STATE).mkdir()
            notes = {plan.key: self._take_notes(plan, writer.folder) for plan in self._plans}
            finals = self._finals(notes)
            self._decide(finals)
            relations = self._related(finals, writer.folder)
            kept = [self._place(plan, finals, relations, writer) for plan in self._plans]
            turn = Turn(
                self._out,
                self._settings,
                writer,
                self._before,
                kept,
                set(finals),
                relations,
                self._decisions.decided,
            )
            last = write_others(turn)
            others = {name: list(writer.written(name)) for name in TABLES if writer.written(name)}
            state = Before(writer.folder, kept, others, last, turn.decided_rows)
            write_state(writer.folder, _made_with(self._settings), state)
            rows = writer.commit({}, partial(describe_run, self._settings, about))
            self._decisions.write_outcomes()
            return rows

    def _decide(self, finals: dict[str, dict[str, Final]]) -> None:
        """Read the decisions; parts to which they do something else than before join those that must be written."""
        self._decisions = PartDecisions(self._out, self._settings, self._plans, self._before, finals)
        self._effects = {plan.key: self._decisions.effect(plan) for plan in self._plans}
        for key, effect in self._effects.items():
            if key not in finals and self._earlier[key].decided != effect:
                finals[key] = dict(all_finals(self._before.results(key)))
        self._decisions.hear()

    def _take_notes(self, plan: Plan, folder: Path) -> KeyedFile:
        path = notes_path(folder, plan.key)
        if plan.key in self._earlier:
            link_or_copy(self._before.notes(plan.key), path)
        else:
            write_notes(path, self._who(plan.shards), self._facts)
        return KeyedFile(path)

    def _who(self, shards: Iterable[Any]) -> Iterator[Chunk]:
        return (read_columns(self._out, shard.key, _WHO)[0] for shard in shards)

    def _read(self, plan: Plan, ids: Iterable[str]) -> Iterator[Any]:
        """Who appears in some documents of a part."""
        wanted = set(ids)
        shards = [
            shard for shard in plan.shards if any(shard.first <= doc_id <= shard.last for doc_id in wanted)
        ]
        for chunk in self._who(shards):
            yield from (row for row in documents_seen(chunk) if row[0] in wanted)

    def _finals(self, notes: Mapping[str, KeyedFile]) -> dict[str, dict[str, Final]]:
        """For each part that must be written, what the ids became of which the corpus decides."""
        if not self._earlier:
            corpus = answer_all(self._facts, list(notes.values()))
            return {plan.key: self._answered(corpus, plan) for plan in self._plans}
        now = {plan.key for plan in self._plans}
        gone = [kept for kept in self._before.parts if kept.key not in now]
        standing = {shard for kept in gone for shard in kept.shards}
        fresh = [
            shard
            for plan in self._plans
            if plan.key not in self._earlier
            for shard in plan.shards
            if shard.key not in standing
        ]
        views = [
            PartView(
                plan.key,
                notes[plan.key],
                self._before.results(plan.key) if plan.key in self._earlier else None,
                partial(self._read, plan),
            )
            for plan in self._plans
        ]
        left = [(KeyedFile(self._before.notes(kept.key)), self._before.results(kept.key)) for kept in gone]
        documents = (row for chunk in self._who(fresh) for row in documents_seen(chunk))
        answers = Change(self._facts, views, left, documents).answers()
        finals = {}
        for plan in self._plans:
            if plan.key not in self._earlier or plan.key in answers.dirty:
                earlier = [results for _, results in left]
                if plan.key in self._earlier:
                    earlier = [self._before.results(plan.key)]
                seen = (row for chunk in self._who(plan.shards) for row in documents_seen(chunk))
                finals[plan.key] = patched(earlier, seen, Corpus(self._facts), answers.finals)
        return finals

    def _related(self, finals: dict[str, dict[str, Final]], folder: Path) -> PartRelations:
        """Relate the claims; parts of which a claim has another statement than before join those that must be written."""
        rules = read_relation_rules(find_model(self._settings.annotate.model))
        relations = PartRelations(rules, self._before, folder, self._plans)
        for plan in self._plans:
            if plan.key in finals:
                relations.read(plan, self._resolved(plan, finals[plan.key]))
            else:
                relations.keep(plan)
        relations.relate()
        for key in sorted(relations.restated - finals.keys()):
            finals[key] = dict(all_finals(self._before.results(key)))
        return relations

    def _resolved(self, plan: Plan, finals: Mapping[str, Final]) -> Iterator[tuple[str, Callable[[], Chunk]]]:
        """Of each shard of a part a hash of its rows with the ids of the corpus, and what claims are related by."""
        for shard, chunk in zip(plan.shards, self._who(plan.shards), strict=True):
            ids = chunk["appearances"]["entity_id"].unique().to_pylist()
            known = [(local_id, finals[local_id]) for local_id in ids if local_id in finals]
            effect = self._effects[plan.key]
            rows = partial(self._claims, shard.key, finals, is_decided=bool(effect))
            yield shard_digest(f"{shard.key} {effect}", known), rows

    def _claims(self, key: str, finals: Mapping[str, Final], *, is_decided: bool) -> Chunk:
        """What the claims of a shard are related by; all rows where decisions are to be applied."""
        chunk = read_chunk(self._out, key)[0] if is_decided else read_columns(self._out, key, RELATED_FROM)[0]
        chunk = apply_finals(chunk, lambda local_id: finals.get(local_id) or Final(local_id))
        return self._decisions.decided.decide(chunk) if is_decided else chunk

    def _answered(self, corpus: Corpus, plan: Plan) -> dict[str, Final]:
        finals: dict[str, Final] = {}
        for chunk in self._who(plan.shards):
            for _, day, seen in documents_seen(chunk):
                finals |= corpus.answer(seen, day)
        return finals

    def _place(
        self,
        plan: Plan,
        finals: Mapping[str, Mapping[str, Final]],
        relations: PartRelations,
        writer: FolderWriter,
    ) -> Kept:
        """Write a part, or take it over."""
        kept, number = self._earlier.get(plan.key), len(writer.parts())
        if kept is not None and plan.key not in finals:
            link_or_copy(results_path(self._before.folder, plan.key), results_path(writer.folder, plan.key))
            if kept.part is None or kept.number is None:
                return kept
            writer.keep(kept.part, kept.number, self._before.folder, self._before.written)
            return replace(kept, number=number)
        part = _write_part(
            _Task(
                self._out,
                writer.folder,
                plan,
                finals[plan.key],
                relations.statements(plan),
                self._decisions.decided.decide if self._effects[plan.key] else _undecided,
            )
        )
        writer.place(part, plan.key)
        placed = len(writer.parts()) > number
        failures = [row for shard in plan.shards for row in read_columns(self._out, shard.key, _WHO)[1]]
        return Kept(
            plan.key,
            tuple(shard.key for shard in plan.shards),
            number if placed else None,
            part if placed else None,
            tuple(failures),
            self._effects[plan.key],
        )
