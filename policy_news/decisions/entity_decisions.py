"""Decisions about entities: which ids they mean in this run, merges, names and Wikidata ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from policy_news.decisions.anchor import LostError
from policy_news.decisions.decision_format import EntityEdit, EntityMerge, EntityRef, EntitySplit, Witness
from policy_news.decisions.decisions_file import Numbered
from policy_news.decisions.told import OutcomeTally, moment
from policy_news.nlp.who.name_ids import MARK, OPEN
from policy_news.rules.rule_models import WIKIDATA
from policy_news.tables.schema import EntityRow

Edits = dict[str, dict[str, list[tuple[str | None, Numbered]]]]
"""What decisions say of entities: by id and column of `entities`."""


@dataclass(frozen=True, slots=True)
class EntityPlan:
    """What to do with entities.

    Attributes:
        merged: Id to the id that replaces it, with chains resolved.
    """

    merged: Mapping[str, str] = field(default_factory=dict)
    edits: Edits = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntitiesOfRun:
    """The entities of a run before decisions, and which of them a decision means.

    An id that holds the name of a document is no evidence: another article may have that name now, and with it the id.

    Attributes:
        listed: Ids of the rule data, which hold the name of none.
        made: Ids that decisions make.
        look: Returns the entity of the mention of a witness, or None.
    """

    ids: Collection[str]
    listed: Collection[str]
    made: Collection[str]
    look: Callable[[Witness], str | None]

    def current(self, own: str, witnesses: Iterable[Witness], made: Collection[str] = ()) -> str | None:
        """Return the id of an entity in this run: the one that its witnesses agree on, else its own; None if it is gone."""
        found = {self.look(witness) for witness in witnesses} - {None}
        if own in found or (own in made and own not in self.ids):
            return own
        if found:
            return found.pop() if len(found) == 1 else None
        return own if (own in made or own in self.ids) and not self._is_of_document(own) else None

    def find(self, entity: EntityRef) -> str | None:
        """Return the id of an entity that a decision is about, which another one may have made; None if it is gone."""
        return self.current(entity.id, entity.witnesses, self.made)

    def require(self, entity: EntityRef) -> str:
        """Return the id of an entity in this run."""
        found = self.find(entity)
        if found is None:
            raise LostError(f"there is no entity {entity.id} any more")
        return found

    def given(self, own: str, meant: tuple[Witness, ...]) -> str:
        """Return the id of an entity that a decision gives to something, which may be a new one."""
        if not self._is_of_document(own):
            return own
        now = self.current(own, meant)
        if now is None or now not in self.ids:
            raise LostError(f"{own} is called by a document, and nothing shows that it is the same")
        return now

    def _is_of_document(self, own: str) -> bool:
        return is_of_document(own) and own not in self.listed


def is_of_document(own: str) -> bool:
    """Return whether an id may hold the name of a document."""
    return OPEN in own or MARK in own[1:]


def made_ids(ones: Iterable[Numbered]) -> set[str]:
    """Return ids of entities that decisions create; others may refer to them."""
    made = set()
    for one in ones:
        decision = one.decision
        if isinstance(decision, EntitySplit):
            made.add(decision.into)
        elif isinstance(decision, EntityMerge) and not decision.into.witnesses:
            made.add(decision.into.id)
    return made


def make_plan(ones: Sequence[Numbered], entities: EntitiesOfRun, tally: OutcomeTally) -> EntityPlan:
    """Find out what merges, names and Wikidata ids mean in this run."""
    merges: defaultdict[str, list[tuple[str, Numbered]]] = defaultdict(list)
    edits: list[tuple[str, str, str | None, Numbered]] = []
    for one in ones:
        decision = one.decision
        with tally.losing(one):
            if isinstance(decision, EntityMerge):
                for own, into in _read_merge(decision, entities).items():
                    merges[own].append((into, one))
                tally.tell(one, "held")  # unless something is left to merge
            elif isinstance(decision, EntityEdit):
                edits.append((entities.require(decision.entity), *_read_edit(decision), one))
    merged = _settle_merges(merges, tally)
    plan = EntityPlan(merged)
    for own, column, value, one in edits:
        cells = plan.edits.setdefault(merged.get(own, own), {})
        cells.setdefault(column, []).append((value, one))
    for cells in plan.edits.values():
        for column, said in cells.items():
            cells[column] = tally.keep_latest(said, f"its {column}")
    return plan


def _read_merge(decision: EntityMerge, entities: EntitiesOfRun) -> dict[str, str]:
    """Return the id that each entity of a merge is to have."""
    into = entities.find(decision.into) or entities.given(decision.into.id, ())
    found = {entity.id: entities.find(entity) for entity in decision.entities}
    lost = sorted(own for own, current in found.items() if current is None)
    if lost:
        raise LostError(f"there is no entity {', '.join(lost)} any more")
    return {own: into for own in found.values() if own is not None and own != into}


def _settle_merges(merges: Mapping[str, list[tuple[str, Numbered]]], tally: OutcomeTally) -> dict[str, str]:
    """Resolve chains of merges. Of two targets of one id the later one stands; what would close a circle is lost."""
    standing = [tally.keep_latest(wanted, f"it for {own}") for own, wanted in merges.items()]
    merged: dict[str, str] = {}

    def end(own: str) -> str:
        path = []
        while own in merged:
            path.append(own)
            own = merged[own]
        merged.update(dict.fromkeys(path, own))  # so that a long chain is walked once
        return own

    by_target = dict(zip(merges, standing, strict=True))
    for own, wanted in sorted(by_target.items(), key=lambda item: moment(item[1][-1][1])):
        circle = end(wanted[0][0]) == own
        for _, one in wanted:
            tally.tell(
                one, "lost" if circle else "applied", "it would close a circle of merges" if circle else ""
            )
        if not circle:
            merged[own] = wanted[0][0]
    return {own: end(own) for own in [*merged]}


def _read_edit(decision: EntityEdit) -> tuple[str, str | None]:
    """Return the column of `entities` and the value that a decision gives."""
    if decision.do == "entity.name":
        return "name", decision.value
    if decision.value and not WIKIDATA.fullmatch(decision.value):
        raise LostError(f"{decision.value} is not a Wikidata id, such as Q42")
    return "kb_id", decision.value


def edit_entities(rows: Sequence[EntityRow], plan: EntityPlan, tally: OutcomeTally) -> list[EntityRow]:
    """Give entities the names and Wikidata ids of decisions."""
    known = {row.entity_id for row in rows}
    for entity, cells in plan.edits.items():
        for _, one in chain.from_iterable(cells.values()):
            if entity in known:
                tally.tell(one, "applied")
            else:
                tally.tell(one, "lost", f"no mention is of {entity} any more")
    return [_edited(row, plan.edits.get(row.entity_id, {})) for row in rows]


def _edited(row: EntityRow, cells: Mapping[str, Sequence[tuple[str | None, Numbered]]]) -> EntityRow:
    if "name" in cells:
        row = replace(row, name=cells["name"][0][0] or row.name)
    return replace(row, kb_id=cells["kb_id"][0][0]) if "kb_id" in cells else row
