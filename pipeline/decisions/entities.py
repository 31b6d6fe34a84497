"""Decisions about entities: which ids they mean in this run, what is merged into what, names and Wikidata ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.decisions.model import EntityEdit, EntityMerge, EntityRef, EntitySplit, Witness
from pipeline.decisions.reading import Numbered
from pipeline.decisions.told import Tally
from pipeline.tables.schema import EntityRow

Look = Callable[[Witness], str | None]
"""Gives the entity that a witness's mention has in this run, or None."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done to entities.

    Attributes:
        merged: Id to the id that takes its place, chains followed.
        merges: The decisions behind it, by id.
        edits: By id: column of `entities`, value, decision.
        splits: The decisions that split, each with the id that its entity has in this run.
    """

    merged: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[str, tuple[tuple[str, str | None, Numbered], ...]] = field(default_factory=dict)
    splits: tuple[tuple[Numbered, str], ...] = ()


def make_plan(ones: Sequence[Numbered], known: set[str], look: Look, tally: Tally) -> Plan:
    """What decisions about entities mean in this run.

    Args:
        ones: The decisions.
        known: Ids of all entities before decisions.
        look: Finds the entity of a witness.
        tally: Told what is lost or contradicts.
    """
    made = _made_ids(ones)
    merges: defaultdict[str, list[tuple[str, Numbered]]] = defaultdict(list)
    edits: defaultdict[str, list[tuple[str, str | None, Numbered]]] = defaultdict(list)
    splits: list[tuple[Numbered, str]] = []
    for one in ones:
        decision = one.decision
        if isinstance(decision, EntitySplit):
            found = _current(decision.entity, known | made, look)
            if found is None:
                tally.tell(one, "lost", f"there is no entity {decision.entity.id} any more")
            else:
                splits.append((one, found))
        elif isinstance(decision, EntityMerge):
            _plan_merge(one, decision, known | made, look, merges, tally)
        elif isinstance(decision, EntityEdit):
            _plan_edit(one, decision, known | made, look, edits, tally)
    return Plan(
        _settle_merges(merges, tally),
        {entity: _settle_edits(own, tally) for entity, own in edits.items()},
        tuple(splits),
    )


def _made_ids(ones: Iterable[Numbered]) -> set[str]:
    """Ids that decisions give to entities of their own making."""
    made = set()
    for one in ones:
        decision = one.decision
        if isinstance(decision, EntitySplit):
            made.add(decision.into)
        elif isinstance(decision, EntityMerge):
            made.add(decision.into.id)
        elif getattr(decision, "entity", None) and isinstance(getattr(decision, "entity", None), str):
            made.add(str(getattr(decision, "entity")))  # noqa: B009 - of a mention
    return made


def _current(entity: EntityRef, known: set[str], look: Look) -> str | None:
    """The id of an entity in this run: its own, else the one that all of its witnesses have."""
    if entity.id in known:
        return entity.id
    found = {look(witness) for witness in entity.witnesses} - {None}
    if len(found) == 1:
        return found.pop()
    return None


def _plan_merge(
    one: Numbered,
    decision: EntityMerge,
    known: set[str],
    look: Look,
    merges: dict[str, list[tuple[str, Numbered]]],
    tally: Tally,
) -> None:
    into = _current(decision.into, known, look) or decision.into.id
    found = {entity.id: _current(entity, known, look) for entity in decision.entities}
    lost = sorted(own for own, current in found.items() if current is None)
    if lost:
        tally.tell(one, "lost", f"there is no entity {', '.join(lost)} any more")
        return
    own = sorted({current for current in found.values() if current is not None} - {into})
    for current in own:
        merges[current].append((into, one))
    tally.tell(one, "applied" if own else "held")


def _settle_merges(merges: Mapping[str, list[tuple[str, Numbered]]], tally: Tally) -> dict[str, str]:
    """Where each id leads in the end. Two aims of one id, or a circle, contradict."""
    aims: dict[str, str] = {}
    for own, wanted in merges.items():
        if len({into for into, _ in wanted}) > 1:
            both = " and ".join(sorted({into for into, _ in wanted}))
            tally.conflict((one for _, one in wanted), f"{own} is to become {both}")
        else:
            aims[own] = wanted[0][0]
    settled: dict[str, str] = {}
    for own in aims:
        path = [own]
        while path[-1] in aims and aims[path[-1]] not in path:
            path.append(aims[path[-1]])
        if path[-1] in aims:
            around = path[path.index(aims[path[-1]]) :]
            tally.conflict((one for name in around for _, one in merges[name]), "they merge in a circle")
        else:
            settled[own] = path[-1]
    return settled


def _plan_edit(
    one: Numbered,
    decision: EntityEdit,
    known: set[str],
    look: Look,
    edits: dict[str, list[tuple[str, str | None, Numbered]]],
    tally: Tally,
) -> None:
    found = _current(decision.entity, known, look)
    if found is None:
        tally.tell(one, "lost", f"there is no entity {decision.entity.id} any more")
        return
    if decision.do == "entity.name":
        column = "name"
    else:
        column = "kb_id"
    edits[found].append((column, decision.value, one))


def _settle_edits(
    own: Sequence[tuple[str, str | None, Numbered]], tally: Tally
) -> tuple[tuple[str, str | None, Numbered], ...]:
    kept: list[tuple[str, str | None, Numbered]] = []
    for column in ("name", "kb_id"):
        wanted = [edit for edit in own if edit[0] == column]
        values = {value for _, value, _ in wanted}
        if len(values) > 1:
            both = " and ".join(sorted(str(value) for value in values))
            tally.conflict((one for _, _, one in wanted), f"the {column} is to be {both}")
        else:
            kept += wanted
    return tuple(kept)


def edit_entities(rows: Sequence[EntityRow], plan: Plan, tally: Tally) -> list[EntityRow]:
    """The entities with the names and Wikidata ids that decisions give them.

    Args:
        rows: All entities, after merges.
        plan: What is to be done.
        tally: Told what is applied.
    """
    wanted: defaultdict[str, list[tuple[str, str | None, Numbered]]] = defaultdict(list)
    for entity, edits in plan.edits.items():
        wanted[plan.merged.get(entity, entity)] += edits
    settled = {entity: _settle_edits(edits, tally) for entity, edits in wanted.items()}
    known = {row.entity_id for row in rows}
    for entity, edits in settled.items():
        for _, _, one in edits:
            gone = entity not in known
            tally.tell(
                one, "lost" if gone else "applied", f"no mention is of {entity} any more" if gone else ""
            )
    return [_edited(row, settled.get(row.entity_id, ())) for row in rows]


def _edited(row: EntityRow, edits: Sequence[tuple[str, str | None, Numbered]]) -> EntityRow:
    for column, value, _ in edits:
        if column == "name":
            row = replace(row, name=value or row.name)
        else:
            row = replace(row, kb_id=value)
    return row
