"""Relates the claims of a run whose tables are in parts: those that a change bears on, or all where there is nothing to go on from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.run.changed_copies import ChangedCopies
from pipeline.run.changed_positions import ChangedPositions
from pipeline.run.changed_statements import ChangedStatements
from pipeline.run.claim_files import ClaimFile
from pipeline.run.claim_views import Difference, Ref, View, claim_at, relations_of
from pipeline.run.keyed_files import KeyedFile
from pipeline.run.part_notes import find_statement
from pipeline.run.part_state import Before, Kept, Plan, claims_path
from pipeline.run.table_patches import by_key
from pipeline.run.whole_relations import WholeRelations
from pipeline.tables.commit import link_or_copy
from pipeline.tables.merging import Key
from pipeline.tables.parquet import read_other, read_part
from pipeline.tables.schema import Row

if TYPE_CHECKING:
    import pyarrow as pa

RELATED = ("claim_links", "positions", "document_groups")
"""The tables that this pass makes."""
MOST = 2
"""One document in so many may have changed: where more did, all are related."""
_STATED = {"claims": ("claim_id", "statement_id")}


class PartRelations:
    """One such pass.

    Args:
        rules: The rule data.
        before: The run before.
        folder: Of the tables of this run.
        plans: The parts that there are to be.
        whole: Gives what relates all claims.

    Attributes:
        compared: Pairs of claims that were compared.
        is_whole: All were related.
        rows: The changed rows of each table, by key, where some changed.
        tables: All rows of each table in ascending pieces, where all were related.
        restated: Keys of parts that stay but for the statements of their claims.
    """

    def __init__(
        self,
        rules: RelationRules,
        before: Before,
        folder: Path,
        plans: Sequence[Plan],
        whole: Callable[[Sequence[ClaimFile]], WholeRelations],
    ) -> None:
        self._rules = rules
        self._whole = whole
        self._before = before
        self._folder = folder
        self._plans = plans
        self._kept = {kept.key: kept for kept in before.parts}
        self._files: dict[str, ClaimFile] = {}
        self._statements: dict[str, dict[str, str]] = {}
        self._told: dict[str, dict[str, str]] = {}
        self._results: dict[str, KeyedFile] = {}
        self.compared = 0
        self.is_whole = False
        self.rows: Mapping[str, Mapping[Key, Row | None]] = {}
        self.tables: Mapping[str, Iterable[pa.Table]] = {}
        self.restated: set[str] = set()
        self._new: Sequence[Ref] = ()
        self._overlaps: dict[ClaimFile, list[str]] = {}

    def keep(self, plan: Plan) -> None:
        """Take over the claims of a part that stays."""
        path = claims_path(self._folder, plan.key)
        link_or_copy(claims_path(self._before.folder, plan.key), path)
        self._files[plan.key] = self._old[plan.key]

    def read(self, plan: Plan) -> None:
        """Take in the claims of a part that must be written, once their file is, which may be that of the run before."""
        path, earlier = claims_path(self._folder, plan.key), claims_path(self._before.folder, plan.key)
        if plan.key in self._old and path.samefile(earlier):
            self._files[plan.key] = self._old[plan.key]
        else:
            self._files[plan.key] = ClaimFile(path)

    @cached_property
    def _old(self) -> dict[str, ClaimFile]:
        return {
            kept.key: ClaimFile(claims_path(self._before.folder, kept.key), self._before.written)
            for kept in self._before.parts
        }

    def relate(self) -> None:
        """Relate what changed, once the claims of all parts are kept or read."""
        now = [self._files[plan.key] for plan in self._plans]
        views = [View(files) for files in (list(self._old.values()), now)]
        if not self._before.parts:
            self._relate_all(now)
            return
        difference = Difference(*views)
        if MOST * len(difference.new) > sum(file.count for file in now):
            self._relate_all(now)
        else:
            self._relate_changed(difference)

    def _relate_all(self, files: Sequence[ClaimFile]) -> None:
        self.is_whole = True
        whole = self._whole(files)
        whole.relate()
        self.tables = whole.tables()
        for number, plan in enumerate(self._plans):
            if plan.key in self._kept and whole.statements(number) != self._told_before(plan.key):
                self.restated.add(plan.key)

    def _relate_changed(self, difference: Difference) -> None:
        self._new = difference.new
        statements = ChangedStatements(difference, self._rules)
        found = statements.find()
        self.compared = statements.compared
        restated = [ref for ref, statement in found.items() if self._statement_before(ref) != statement]
        for file in {*self._old.values(), *self._files.values()}:
            file.forget()  # what was compared; few of these claims are asked for again

        def statement(ref: Ref) -> str:
            return found.get(ref) or self._statement_before(ref)

        self.rows = {
            "claim_links": self._changed_links(difference),
            "positions": ChangedPositions(difference, self._rules, statement).find(restated),
            "document_groups": ChangedCopies(difference, self._groups()).find(),
        }
        keys = {file: key for key, file in self._files.items()}
        for ref in restated:
            self.restated.add(keys[ref[0]])
        for ref, one in found.items():
            self._statements.setdefault(keys[ref[0]], {})[claim_at(ref).claim_id] = one

    def _changed_links(self, difference: Difference) -> dict[Key, Row | None]:
        rows: dict[Key, Row | None] = {}
        for document in difference.gone:
            rows |= dict.fromkeys(by_key("claim_links", relations_of(document).links))
        for document in difference.new:
            rows |= by_key("claim_links", relations_of(document).links)
        return rows

    def links_of(self, doc_ids: Collection[str]) -> dict[Key, Row]:
        """The links of some documents, as they were found."""
        found: dict[Key, Row] = {}
        for file in self._files.values() if doc_ids else ():
            for number in (number for number, doc_id in enumerate(file.ids) if doc_id in doc_ids):
                found |= by_key("claim_links", file.document(number).links)
        return found

    def _groups(self) -> Mapping[str, str]:
        """The group of each document that had copies."""
        found: dict[str, str] = {}
        for number, file in enumerate(self._before.others["document_groups"]):
            table = read_other(self._before.folder, "document_groups", file, number)
            found |= zip(table["doc_id"].to_pylist(), table["group_id"].to_pylist(), strict=True)
        return found

    def _statement_before(self, ref: Ref) -> str:
        """The statement of a claim in the run before; its own where it was not there."""
        results = (self._results_before(key) for key in self._overlapping(ref[0]))
        return find_statement(results, claim_at(ref).claim_id)

    def _results_before(self, key: str) -> KeyedFile:
        if key not in self._results:
            self._results[key] = self._before.results(key)
        return self._results[key]

    def _told_before(self, key: str) -> dict[str, str]:
        if key not in self._told:
            self._told[key] = _read_statements(self._before.folder, self._kept[key])
        return self._told[key]

    def statements(self, plan: Plan) -> Mapping[str, str]:
        """The statements of the claims of a part that must be written, where some changed."""
        own = self._statements.get(plan.key, {})
        file = self._files[plan.key]
        changed = {file.ids[number] for one, number in self._new if one is file}
        told = {
            claim_id: statement
            for key in self._overlapping(file)
            for claim_id, statement in self._told_before(key).items()
            if claim_id.rpartition("#")[0] not in changed  # which may have other claims of these ids
        }
        return told | own

    def _overlapping(self, file: ClaimFile) -> list[str]:
        """The parts of the run before that may hold a document of a part."""
        if file not in self._overlaps:
            self._overlaps[file] = [key for key, old in self._old.items() if _overlap(file, old)]
        return self._overlaps[file]


def _overlap(one: ClaimFile, other: ClaimFile) -> bool:
    """Whether two parts may hold one document."""
    return bool(one.ids and other.ids) and one.ids[0] <= other.ids[-1] and other.ids[0] <= one.ids[-1]


def _read_statements(folder: Path, kept: Kept) -> dict[str, str]:
    """Claims of a part with their statements."""
    if kept.part is None or kept.number is None:
        return {}
    claims = read_part(folder, kept.part, kept.number, _STATED)["claims"]
    pairs = zip(claims["claim_id"].to_pylist(), claims["statement_id"].to_pylist(), strict=True)
    return {claim_id: statement for claim_id, statement in pairs if statement is not None}
