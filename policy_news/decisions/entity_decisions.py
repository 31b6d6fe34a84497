"""Decisions about entities: which ids they mean in this run, merges, names and Wikidata ids."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from policy_news.decisions.anchor import LostError
from policy_news.decisions.decision_format import EntityEdit, EntityMerge, EntityRef, EntitySplit, Witness
from policy_news.decisions.decisions_file import Numbered
from policy_news.decisions.told import OutcomeTally
from policy_news.nlp.who.name_ids import MARK, OPEN
from policy_news.rules.rule_models import WIKIDATA
from policy_news.tables.schema import EntityRow

Look = Callable[[Witness], str | None]
"""Returns the entity of a witness's mention in this run, or None."""


@dataclass(frozen=True, slots=True)
class EntityPlan:
    """What to do with entities.

    Attributes:
        merged: Id to the id that replaces it, with chains resolved.
        edits: By id: column of `entities`, value, decision.
        splits: The decisions that split, each with the current id of its entity.
    """

    merged: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[str, tuple[tuple[str, str | None, Numbered], ...]] = field(default_factory=dict)
    splits: tuple[tuple[Numbered, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EntitiesOfRun:
    """The entities of a run before decisions, and which of them a decision means.

    An id that holds the name of a document is no evidence: another article may have that name now, and with it the id.

    Attributes:
        marks: What ids have in place of the documents of the run, and for those that decisions name.
        look: Finds the entity of a witness.
    """

    ids: Collection[str]
    marks: Collection[str]
    look: Look

    def is_of_document(self, own: str) -> bool:
        """Return whether an id holds the name of a document, or held one."""
        found = marks_in(own)
        if found and own.startswith("person-") and own not in self.ids:
            return True  # the document may be called otherwise now, or be gone
        return any(mark in self.marks for mark in found)

    def current(self, own: str, witnesses: Iterable[Witness], made: Collection[str] = ()) -> str | None:
        """Return the id of an entity in this run: the one that its witnesses agree on, else its own.

        Args:
            own: Its id at the time of the decision.
            made: Ids that decisions make.
        """
        found = {self.look(witness) for witness in witnesses} - {None}
        if own in found or (own in made and own not in self.ids):
            return own
        if found:
            return found.pop() if len(found) == 1 else None
        return own if own in {*made, *self.ids} and not self.is_of_document(own) else None


def marks_in(own: str) -> list[str]:
    """Return what may stand for a document in an id."""
    parts = own.split(OPEN)
    after = [OPEN.join(parts[number:]) for number in range(1, len(parts))]
    name, mark, cell = own.partition(MARK)
    return [_NUMBER.sub("", one) for one in [*after, *([cell] if mark and name else [])]]


_NUMBER = re.compile(r"\.\d+$")
"""Behind the document, where it has two of one name."""


def make_plan(ones: Sequence[Numbered], entities: EntitiesOfRun, tally: OutcomeTally) -> EntityPlan:
    """Find out what decisions about entities mean in this run.

    Args:
        tally: Receives what is lost or contradicts.
    """
    # A decision may refer to an entity that only another decision makes.
    made = _made_ids(ones)

    def find(entity: EntityRef) -> str | None:
        return entities.current(entity.id, entity.witnesses, made)

    merges: defaultdict[str, list[tuple[str, Numbered]]] = defaultdict(list)
    edits: defaultdict[str, list[tuple[str, str | None, Numbered]]] = defaultdict(list)
    splits: list[tuple[Numbered, str]] = []
    for one in ones:
        decision = one.decision
        with tally.losing(one):
            if isinstance(decision, EntitySplit):
                splits.append((one, _require(decision.entity, find)))
            elif isinstance(decision, EntityMerge):
                _plan_merge(one, decision, find, entities, merges, tally)
            elif isinstance(decision, EntityEdit):
                own, edit = _require(decision.entity, find), _edit(decision)
                edits[own].append((*edit, one))
    return EntityPlan(
        _settle_merges(merges, tally),
        {entity: _settle_edits(own, tally) for entity, own in edits.items()},
        tuple(splits),
    )


def _made_ids(ones: Iterable[Numbered]) -> set[str]:
    """Return ids of entities that decisions create."""
    made = set()
    for one in ones:
        decision = one.decision
        if isinstance(decision, EntitySplit):
            made.add(decision.into)
        elif isinstance(decision, EntityMerge) and not decision.into.witnesses:
            made.add(decision.into.id)
    return made


Find = Callable[[EntityRef], str | None]
"""Returns the id of an entity in this run, or None."""


def _require(entity: EntityRef, find: Find) -> str:
    """Return the id of an entity in this run; LostError if it has none."""
    found = find(entity)
    if found is None:
        raise LostError(f"there is no entity {entity.id} any more")
    return found


def _plan_merge(
    one: Numbered,
    decision: EntityMerge,
    find: Find,
    entities: EntitiesOfRun,
    merges: dict[str, list[tuple[str, Numbered]]],
    tally: OutcomeTally,
) -> None:
    into = find(decision.into)
    if into is None and entities.is_of_document(decision.into.id):
        raise LostError(f"there is no entity {decision.into.id} any more")
    into = into or decision.into.id
    found = {entity.id: find(entity) for entity in decision.entities}
    lost = sorted(own for own, current in found.items() if current is None)
    if lost:
        raise LostError(f"there is no entity {', '.join(lost)} any more")
    own = sorted({current for current in found.values() if current is not None} - {into})
    for current in own:
        merges[current].append((into, one))
    tally.tell(one, "applied" if own else "held")


def _settle_merges(merges: Mapping[str, list[tuple[str, Numbered]]], tally: OutcomeTally) -> dict[str, str]:
    """Resolve chains of merges. Of two targets of one id the later one stands; a circle contradicts."""
    standing = {own: tally.keep_latest(wanted, f"it for {own}") for own, wanted in merges.items()}
    ends, circles = _follow_targets({own: wanted[0][0] for own, wanted in standing.items()})
    for circle in circles:
        tally.conflict((one for own in circle for _, one in standing[own]), "they merge in a circle")
    endless = [own for own, end in ends.items() if end is None]
    for own in endless:
        for _, one in standing[own]:
            tally.tell(one, "conflict", "it leads into a circle of merges")
    return {own: end for own, end in ends.items() if end is not None}


def _follow_targets(targets: Mapping[str, str]) -> tuple[dict[str, str | None], list[list[str]]]:
    """Return the end of each chain, None if it leads into a circle; and the circles."""
    ends: dict[str, str | None] = {}
    circles: list[list[str]] = []
    for first in targets:
        path, last = _follow_target(first, targets, ends)
        end = ends.get(last, last)
        if last in path:
            circles.append(path[path.index(last) :])
            end = None
        ends.update(dict.fromkeys(path, end))
    return ends, circles


def _follow_target(
    own: str, targets: Mapping[str, str], ends: Mapping[str, str | None]
) -> tuple[list[str], str]:
    """Return the ids that are passed, and the one after them: without a target, or passed before."""
    # Each id is passed once, however long the chains are.
    path: dict[str, None] = {}
    while own in targets and own not in ends and own not in path:
        path[own] = None
        own = targets[own]
    return [*path], own


def _edit(decision: EntityEdit) -> tuple[str, str | None]:
    """Return the column of `entities` and the value that a decision gives."""
    if decision.do == "entity.name":
        return "name", decision.value
    if decision.value and not WIKIDATA.fullmatch(decision.value):
        raise LostError(f"{decision.value} is not a Wikidata id, such as Q42")
    return "kb_id", decision.value


def _settle_edits(
    own: Sequence[tuple[str, str | None, Numbered]], tally: OutcomeTally
) -> tuple[tuple[str, str | None, Numbered], ...]:
    kept: list[tuple[str, str | None, Numbered]] = []
    for column in ("name", "kb_id"):
        wanted = [(value, one) for name, value, one in own if name == column]
        if wanted:
            kept += [(column, value, one) for value, one in tally.keep_latest(wanted)]
    return tuple(kept)


def edit_entities(rows: Sequence[EntityRow], plan: EntityPlan, tally: OutcomeTally) -> list[EntityRow]:
    """Give entities the names and Wikidata ids of decisions."""
    # Settled again: two entities with edits of their own may have been merged.
    wanted: defaultdict[str, list[tuple[str, str | None, Numbered]]] = defaultdict(list)
    for entity, edits in plan.edits.items():
        wanted[plan.merged.get(entity, entity)] += edits
    settled = {entity: _settle_edits(edits, tally) for entity, edits in wanted.items()}
    known = {row.entity_id for row in rows}
    for entity, edits in settled.items():
        for _, _, one in edits:
            if entity in known:
                tally.tell(one, "applied")
            else:
                tally.tell(one, "lost", f"no mention is of {entity} any more")
    return [_edited(row, settled.get(row.entity_id, ())) for row in rows]


def _edited(row: EntityRow, edits: Sequence[tuple[str, str | None, Numbered]]) -> EntityRow:
    for column, value, _ in edits:
        row = replace(row, name=value or row.name) if column == "name" else replace(row, kb_id=value)
    return row
