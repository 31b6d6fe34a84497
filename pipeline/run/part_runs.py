"""Writes a run whose tables are in parts: those whose documents, or whose answers from the corpus, are not as before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from hashlib import sha256
from heapq import merge
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any

from pipeline.core.errors import StageError
from pipeline.core.lazy_imports import import_arrow
from pipeline.core.open_files import hold_many_files
from pipeline.core.settings import Settings, find_model
from pipeline.core.versions import package_version
from pipeline.nlp.fingerprints import pipeline_fingerprint
from pipeline.nlp.identity.corpus import Corpus, Final
from pipeline.nlp.identity.facts import Facts, read_facts
from pipeline.nlp.relations.copies import group_copies
from pipeline.nlp.relations.statements import Statements
from pipeline.run.engines.local import Engine, do_all
from pipeline.run.keyed_files import KeyedFile, stream_keyed
from pipeline.run.part_decisions import PartDecisions
from pipeline.run.part_identity import Change, PartView, answer_all, patched
from pipeline.run.part_notes import all_finals, documents_seen
from pipeline.run.part_others import Turn, write_others
from pipeline.run.part_state import (
    STATE,
    Before,
    Kept,
    Plan,
    claims_path,
    notes_path,
    plan_parts,
    read_state,
    results_path,
    write_state,
)
from pipeline.run.part_work import (
    CORPUS,
    KNOWN,
    NAMES,
    STATEMENTS,
    WORK,
    Finals,
    PartTask,
    answer_part,
    read_lines,
    read_written,
    relate_part,
    rewrite_rows,
    take_notes,
    who,
    write_rows,
)
from pipeline.run.program import describe_program
from pipeline.run.relations import leave_statements, read_notes
from pipeline.run.shard_results import Done, read_manifest
from pipeline.run.stages.write import describe_run
from pipeline.tables.chunks import DOCUMENT_TABLES, only_documents
from pipeline.tables.commit import link_or_copy
from pipeline.tables.parquet import FolderWriter, Limits, Standing
from pipeline.tables.schema import TABLES, VERSION, DocumentGroupRow

_VERSION = 9
"""Of what a run leaves for the next one."""


def write_parts(out: Path, settings: Settings, about: Mapping[str, Any], engine: Engine) -> dict[str, int]:
    """Write the tables of a run in parts; what the run before wrote stays where it would be the same.

    Args:
        out: Output folder, with the shards of the run.
        settings: Those of the run.
        about: What else `run.json` tells.
        engine: Does what is to be done for each part.

    Returns:
        Number of rows of each table.

    Raises:
        StageError: A shard is damaged, or the folder cannot be written.
    """
    hold_many_files()  # some for each part
    import_arrow().default_memory_pool().release_unused()  # of reading, which is done
    plans = list(plan_parts(read_manifest(out), settings.tables.part_documents))
    before = read_state(out, _made_with(settings))
    if before is not None:
        try:
            return _PartRun(out, settings, plans, before, engine).write(about)
        except (
            ValueError,
            StageError,
        ):  # what the run before left is damaged: all is made anew, or fails again
            pass
    return _PartRun(out, settings, plans, Before(out / "none"), engine).write(about)


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


def _told(final: Final) -> tuple[str, str | None, str | None]:
    """What mentions tell of an id."""
    return final.entity, final.identity, final.reason


class _PartRun:
    """One such run.

    Args:
        out: Output folder.
        settings: Those of the run.
        plans: The parts that there are to be.
        before: The run before; one without parts if everything is new.
        engine: Does what is to be done for each part.
    """

    def __init__(
        self, out: Path, settings: Settings, plans: Sequence[Plan], before: Before, engine: Engine
    ) -> None:
        self._out = out
        self._settings = settings
        self._plans = plans
        self._before = before
        self._engine = engine
        self._earlier = {kept.key: kept for kept in before.parts}
        self._program = describe_program(settings)

    @cached_property
    def _facts(self) -> Facts:
        return read_facts(find_model(self._settings.annotate.model))

    def write(self, about: Mapping[str, Any]) -> dict[str, int]:
        tables = self._settings.tables
        limits = Limits(tables.single_file_documents, tables.part_documents)
        with FolderWriter(self._out, limits) as writer:
            writer.verify_in_turns(self._before.turn, self._before.size)
            (writer.folder / STATE).mkdir()
            (writer.folder / WORK).mkdir()
            self._folder = writer.folder
            self._take_notes()
            self._answer()
            self._decide()
            groups = self._relate()
            kept = self._place_all(writer)
            turn = Turn(
                self._out,
                self._settings,
                writer,
                self._before,
                kept,
                self._finals.keys,
                groups,
                self._decisions.decided,
                self._engine,
                self._program,
            )
            last = write_others(turn)
            shutil.rmtree(writer.folder / WORK)
            others = {name: list(writer.written(name)) for name in TABLES if writer.written(name)}
            state = Before(writer.folder, kept, others, last, turn.decided_rows, turn=self._before.turn + 1)
            write_state(writer.folder, _made_with(self._settings), state)
            rows = writer.commit({}, partial(describe_run, self._settings, about))
            self._decisions.write_outcomes()
            return rows

    def _tasks(self, keys: Container[str]) -> list[PartTask]:
        """What is to be done for some parts."""
        tasks = (
            PartTask(self._out, self._folder, self._settings, self._program, plan) for plan in self._plans
        )
        return [task for task in tasks if task.plan.key in keys]

    def _take_notes(self) -> None:
        """Write the notes of new parts, and keep those of the others."""
        new = {plan.key for plan in self._plans} - self._earlier.keys()
        do_all(self._engine, take_notes, self._tasks(new))
        for plan in self._plans:
            if plan.key not in new:
                link_or_copy(self._before.notes(plan.key), notes_path(self._folder, plan.key))

    def _answer(self) -> None:
        """Find for each part that must be written what the ids became of which the corpus decides."""
        self._finals = Finals(self._folder)
        # Of parts of the same documents: those in which ids became what they were, at least as far as claims or mentions tell.
        self._same_answers, self._same_claims, self._same_mentions = set[str](), set[str](), set[str]()
        if self._earlier:
            self._answer_changed()
            return
        tasks = self._tasks({plan.key for plan in self._plans})
        names = chain.from_iterable(read_lines(task.work(NAMES)) for task in tasks)
        known = merge(*(read_lines(task.work(KNOWN)) for task in tasks), key=itemgetter(1))
        stream_keyed(self._folder / WORK / CORPUS, answer_all(self._facts, names, known))
        do_all(self._engine, answer_part, tasks)
        self._finals.keys.update(task.plan.key for task in tasks)

    def _answer_changed(self) -> None:
        gone = self._gone()
        views = [self._view(plan, KeyedFile(notes_path(self._folder, plan.key))) for plan in self._plans]
        left = [(KeyedFile(self._before.notes(kept.key)), self._before.results(kept.key)) for kept in gone]
        documents = self._documents_seen(self._fresh_shards(gone))
        answers = Change(self._facts, views, left, documents).answers()
        for plan in self._plans:
            if plan.key not in self._earlier:
                seen = self._documents_seen(plan.shards)
                results = [own for _, own in left]
                self._finals[plan.key] = patched(results, seen, Corpus(self._facts), answers.finals)
            elif plan.key in answers.dirty:
                self._patch(plan.key, answers.finals)

    def _patch(self, key: str, answers: Mapping[str, Final]) -> None:
        """Rewrite a part of the same documents, some of whose ids changed."""
        before = dict(all_finals(self._before.results(key)))
        now = {local_id: answers.get(local_id, final) for local_id, final in before.items()}
        self._finals[key] = now
        pairs = [(final, before[local_id]) for local_id, final in now.items()]
        if all(new.entity == old.entity for new, old in pairs):
            self._same_claims.add(key)
        if all(_told(new) == _told(old) for new, old in pairs):
            self._same_mentions.add(key)

    def _gone(self) -> list[Kept]:
        """The parts of the run before that are no more."""
        now = {plan.key for plan in self._plans}
        return [kept for kept in self._before.parts if kept.key not in now]

    def _fresh_shards(self, gone: Iterable[Kept]) -> list[Done]:
        """The shards of new parts that stood in none of those that are gone."""
        standing = {shard for kept in gone for shard in kept.shards}
        new = (shard for plan in self._plans if plan.key not in self._earlier for shard in plan.shards)
        return [shard for shard in new if shard.key not in standing]

    def _view(self, plan: Plan, notes: KeyedFile) -> PartView:
        results = self._before.results(plan.key) if plan.key in self._earlier else None
        return PartView(plan.key, notes, results, partial(self._read, plan))

    def _documents_seen(self, shards: Iterable[Done]) -> Iterator[Any]:
        return (row for chunk in who(self._out, shards) for row in documents_seen(chunk))

    def _read(self, plan: Plan, ids: Iterable[str]) -> Iterator[Any]:
        """Who appears in some documents of a part."""
        wanted = set(ids)
        shards = [
            shard for shard in plan.shards if any(shard.first <= doc_id <= shard.last for doc_id in wanted)
        ]
        for chunk in who(self._out, shards):
            yield from documents_seen(only_documents(chunk, wanted))

    def _decide(self) -> None:
        """Read the decisions; parts to which they do something else than before join those that must be written."""
        self._decisions = PartDecisions(self._out, self._settings, self._plans, self._before, self._finals)
        self._effects = {plan.key: self._decisions.effect(plan) for plan in self._plans}
        for key, effect in self._effects.items():
            if key not in self._finals and self._earlier[key].decided != effect:
                self._take_over(key)
        decided_before = {key for key, kept in self._earlier.items() if kept.decided}
        # The parts to which decisions do something, or did in the run before.
        self._decided = decided_before | {key for key, effect in self._effects.items() if effect}
        self._decisions.hear()

    def _take_over(self, key: str) -> None:
        """Write a part anew with the answers of the run before."""
        self._finals[key] = dict(all_finals(self._before.results(key)))
        self._same_answers.add(key)
        self._same_mentions.add(key)

    def _work(self, work: Callable[..., None], tasks: Sequence[PartTask]) -> None:
        """Do something for parts: where people decided, in this process, which knows their decisions."""
        plain = [task for task in tasks if not task.effect]
        do_all(self._engine, work, plain)
        for task in tasks:
            if task.effect:
                work(task, self._decisions.decided.decide)

    def _relate(self) -> list[DocumentGroupRow]:
        """Find statements and near-identical documents; parts of which a claim has another statement than before join those that must be written."""
        anew = self._finals.keys - (self._same_mentions - self._decided)
        self._work(
            relate_part, [replace(task, effect=self._effects[task.plan.key]) for task in self._tasks(anew)]
        )
        for plan in self._plans:
            if plan.key not in anew:
                link_or_copy(claims_path(self._before.folder, plan.key), claims_path(self._folder, plan.key))
        notes = [read_notes(claims_path(self._folder, plan.key)) for plan in self._plans]
        self._stated, self._restated = dict[str, str](), set[str]()
        for task, told in zip(
            self._tasks({plan.key for plan in self._plans}), Statements(notes).find(), strict=True
        ):
            key = task.plan.key
            self._stated[key] = leave_statements(task.work(STATEMENTS), told)
            if key in self._earlier and self._earlier[key].stated != self._stated[key]:
                self._restated.add(key)
                if key not in self._finals:
                    self._take_over(key)
        return list(group_copies([own.documents for own in notes]))

    def _place_all(self, writer: FolderWriter) -> list[Kept]:
        """Write the parts that must be written, and take over the others."""
        tasks = {}
        for task in self._tasks(self._finals.keys):
            names = self._to_write(task.plan.key)
            effect, standing = self._effects[task.plan.key], self._told_otherwise(task.plan.key)
            tasks[task.plan.key] = replace(task, effect=effect, names=names, standing=standing)
        do_all(self._engine, rewrite_rows, [task for task in tasks.values() if task.standing is not None])
        self._work(write_rows, [task for task in tasks.values() if task.standing is None])
        return [self._placed(plan, tasks.get(plan.key), writer) for plan in self._plans]

    def _to_write(self, key: str) -> tuple[str, ...]:
        """The tables of a part that may not be as before: of the same documents only ids and statements may be others."""
        kept = self._earlier.get(key)
        if kept is None or kept.part is None or key in self._decided:
            return DOCUMENT_TABLES
        names = []
        if key not in self._same_answers:
            names.append("appearances")
        if key not in self._same_mentions:
            names.append("mentions")
        if key in self._restated or key not in self._same_answers | self._same_claims:
            names.append("claims")
        return tuple(names)

    def _told_otherwise(self, key: str) -> Standing | None:
        """A part as it stood of which all that differs is who else was considered, or the statements of claims."""
        if key not in self._same_mentions or key in self._decided:
            return None
        return self._standing(self._earlier.get(key))

    def _placed(self, plan: Plan, task: PartTask | None, writer: FolderWriter) -> Kept:
        """Give a part its place among the others."""
        number = len(writer.parts())
        if task is None:
            kept = self._earlier[plan.key]
            link_or_copy(results_path(self._before.folder, plan.key), results_path(writer.folder, plan.key))
            standing = self._standing(kept)
            if standing is None:
                return kept
            writer.keep(standing)
            return replace(kept, number=number)
        part, failures = read_written(task)
        if task.standing is not None:
            failures = self._earlier[plan.key].failures
        writer.place(part, plan.key, self._standing(self._earlier.get(plan.key)))
        placed = writer.parts()[number:]
        return Kept(
            plan.key,
            tuple(shard.key for shard in plan.shards),
            number if placed else None,
            placed[0] if placed else None,
            failures,
            task.effect,
            self._stated[plan.key],
        )

    def _standing(self, kept: Kept | None) -> Standing | None:
        """The files of a part of the run before, where it had documents."""
        if kept is None or kept.part is None or kept.number is None:
            return None
        return Standing(kept.part, kept.number, self._before.folder, self._before.written)
