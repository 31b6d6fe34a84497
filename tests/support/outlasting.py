"""Decisions after something else has changed: is each still applied, on the words that a person meant, or reported as lost?

The judgement does not ask the code that applies decisions. It compares the tables with and without the decisions file: what the
decisions changed must stand where their words stand now, and everything that differs must be the work of a decision about that place.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from policy_news.decisions.decision_format import (
    ClaimDecision,
    ClaimParts,
    Decision,
    EntityEdit,
    EntityMerge,
    EntityRef,
    EntitySplit,
    MentionDecision,
    Quote,
    Witness,
)
from policy_news.decisions.told import DecisionOutcome
from policy_news.tables.parquet import read_table

Place = tuple[int, int]
Row = Mapping[str, Any]
Moved = Callable[[str, int, int], Place | None]
"""Takes a document, and the place of words in the text that was decided upon; returns their place now, None if they are gone."""


def unmoved(doc_id: str, start: int, end: int) -> Place | None:
    """Return the same place: the texts are the same."""
    return start, end


@dataclass
class Verdict:
    """What became of decisions.

    Attributes:
        right: Number of those that are applied, on their place.
        lost: Why others are not, with how often: they are reported.
        wrong: A line for each that is said to be applied but is not, or not there, and for each change that is the work of none.
        untold: Ids of those of which nothing is reported.
    """

    right: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)


class Rows:
    """The tables of a run, by place.

    Args:
        out: Output folder.
    """

    def __init__(self, out: Path) -> None:
        self.mentions = {(row["doc_id"], row["start"], row["end"]): row for row in _read(out, "mentions")}
        self.claims: dict[str, list[Row]] = {}
        for row in _read(out, "claims"):
            self.claims.setdefault(row["doc_id"], []).append(row)
        self.entities = {row["entity_id"]: row for row in _read(out, "entities")}


def _read(out: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_table(out, name).to_pylist()
    return rows


def judge(
    decisions: Sequence[Decision],
    outcomes: Sequence[DecisionOutcome],
    with_them: Path,
    without: Path,
    moved: Moved = unmoved,
) -> Verdict:
    """Judge what became of decisions.

    Args:
        decisions: The decisions.
        outcomes: What the run reports of them.
        with_them: Output folder of that run.
        without: Output folder of the same run without the decisions.
        moved: Where words of the texts that were decided upon stand now.
    """
    verdict = Verdict()
    judging = _Judge(Rows(with_them), Rows(without), moved)
    told = {outcome.id: outcome for outcome in outcomes}
    applied: list[Decision] = []
    for decision in decisions:
        outcome = told.get(decision.id)
        if outcome is None:
            verdict.untold.append(decision.id)
        elif outcome.state in ("lost", "conflict"):
            verdict.lost[f"{decision.do}: {outcome.note}"] += 1
            if not outcome.note:
                verdict.untold.append(decision.id)
        else:
            applied.append(decision)
            fault = judging.fault(decision)
            if fault:
                verdict.wrong.append(f"{decision.do} {decision.id} {outcome.place}: {fault}")
            else:
                verdict.right += 1
    verdict.wrong += judging.strays(applied)
    return verdict


class _Judge:
    def __init__(self, now: Rows, without: Rows, moved: Moved) -> None:
        self._now = now
        self._without = without
        self._moved = moved

    def fault(self, decision: Decision) -> str:
        """Say what is wrong with an applied decision; nothing if it stands where it should."""
        if isinstance(decision, MentionDecision):
            return self._mention_fault(decision)
        if isinstance(decision, ClaimDecision):
            return self._claim_fault(decision)
        if isinstance(decision, EntityMerge | EntitySplit | EntityEdit):
            return self._entity_fault(decision)
        return ""

    def _at(self, doc_id: str, quote: Quote | None) -> Place | None:
        if quote is None:
            return None
        return self._moved(doc_id, quote.start, quote.end)

    def _mention_fault(self, decision: MentionDecision) -> str:
        doc_id = decision.doc.id
        old = self._at(doc_id, decision.target)
        place = self._at(doc_id, decision.to or decision.target)
        if old is None or place is None:
            return "its words are gone, and it is applied"
        row = self._now.mentions.get((doc_id, *place))
        if decision.do == "mention.reject":
            return "" if row is None else "the mention is still there"
        if decision.do == "mention.move" and (doc_id, *old) in self._now.mentions:
            return "the mention is still at its old place"
        if row is None:
            return "there is no mention"
        if decision.do == "mention.assign":
            return "" if row["entity_id"] == decision.entity else f"it is of {row['entity_id']}"
        return "" if row["label"] == decision.label else f"its label is {row['label']}"

    def _claim_fault(self, decision: ClaimDecision) -> str:
        doc_id, parts, change = decision.doc.id, decision.claim, decision.set
        if decision.do == "claim.reject":
            rows = (
                self._with_cue(self._now, doc_id, parts.cue)
                if parts.cue
                else self._claims(self._now, doc_id, parts)
            )
            return "the claim is still there" if rows else ""
        rows = self._claims(self._now, doc_id, parts, change.cue if change else None)
        if not rows:
            return "there is no such claim"
        wanted = self._wanted(decision)
        faults = [_difference(row, wanted) for row in rows]
        return "" if "" in faults else faults[0]

    def _wanted(self, decision: ClaimDecision) -> dict[str, Any]:
        """The values that the decision gives, in the form of `_value`."""
        doc_id, parts = decision.doc.id, decision.claim
        wanted: dict[str, Any] = {}
        if decision.do in ("claim.accept", "claim.add"):
            wanted = {"type": parts.type, "negated": parts.negated, "source": self._at(doc_id, parts.source)}
            wanted["content"] = [self._at(doc_id, quote) for quote in parts.content]
        for name, value in (decision.set.given() if decision.set else {}).items():
            if name == "content":
                wanted[name] = [self._at(doc_id, quote) for quote in value]
            elif name in ("cue", "source"):
                wanted[name] = self._at(doc_id, value)
            else:
                wanted[name] = value
        return wanted

    def _claims(
        self, rows: Rows, doc_id: str, parts: ClaimParts, other_cue: Quote | None = None
    ) -> list[Row]:
        """The claims with the cue of a decision, else with most of its content."""
        found = self._with_cue(rows, doc_id, parts.cue) or self._with_cue(rows, doc_id, other_cue)
        places = [self._at(doc_id, quote) for quote in parts.content]
        return found or [row for row in rows.claims.get(doc_id, []) if _share(row, places) >= 0.6]

    def _with_cue(self, rows: Rows, doc_id: str, quote: Quote | None) -> list[Row]:
        cue = self._at(doc_id, quote)
        if cue is None:
            return []
        own = rows.claims.get(doc_id, [])
        found = [row for row in own if row["cue_start"] == cue[0]]
        return found or [row for row in own if _meets((row["cue_start"], row["cue_end"]), cue)]

    def _entity_fault(self, decision: EntityMerge | EntitySplit | EntityEdit) -> str:
        if isinstance(decision, EntityMerge):
            own = {entity for ref in decision.entities for entity in self._meant(ref)}
            left = own - self._meant(decision.into) - {decision.into.id}
            return f"there still is {' and '.join(sorted(left))}" if left else ""
        if isinstance(decision, EntitySplit):
            docs = {ref.id for ref in decision.docs}
            there = [one for one in decision.entity.witnesses if one.doc.id in docs]
            found = self._entities((*there, *decision.mentions))
            return "" if found <= {decision.into} else f"there it is {' and '.join(sorted(found))}"
        column = "name" if decision.do == "entity.name" else "kb_id"
        for entity in self._meant(decision.entity):
            if self._now.entities[entity][column] != decision.value:
                return f"its {column} is {self._now.entities[entity][column]}"
        return ""

    def _meant(self, ref: EntityRef) -> set[str]:
        """The entity of an id; if it is not there any more, those of the mentions that show which one is meant."""
        return {ref.id} & self._now.entities.keys() or self._entities(ref.witnesses)

    def _entities(self, witnesses: Sequence[Witness]) -> set[str]:
        """The entities of the mentions that a decision names, as far as they are there."""
        found: set[str] = set()
        for witness in witnesses:
            place = self._at(witness.doc.id, witness.quote)
            row = self._now.mentions.get((witness.doc.id, *place)) if place else None
            if row is not None:
                found.add(row["entity_id"])
        return found

    # What differs without being the work of a decision

    def strays(self, applied: Sequence[Decision]) -> Iterator[str]:
        """Yield what the decisions changed where none of them is about."""
        mentions: dict[str, list[Place]] = {}
        claims: dict[str, list[ClaimDecision]] = {}
        for one in applied:
            if isinstance(one, MentionDecision):
                for quote in (one.target, one.to):
                    place = self._at(one.doc.id, quote)
                    if place:
                        mentions.setdefault(one.doc.id, []).append(place)
            elif isinstance(one, ClaimDecision):
                claims.setdefault(one.doc.id, []).append(one)
        yield from self._stray_mentions(mentions, {one.id for one in applied})
        yield from self._stray_claims(claims)

    def _stray_mentions(self, places: Mapping[str, list[Place]], ids: set[str]) -> Iterator[str]:
        for key in self._without.mentions.keys() ^ self._now.mentions.keys():
            if not any(_meets(key[1:], place) for place in places.get(key[0], ())):
                yield f"a mention at {key} differs, and no decision is about it"
        for key, row in self._now.mentions.items():
            if row["method"] == "decision" and row["rule_id"] not in ids:
                yield f"the mention at {key} is decided by {row['rule_id']}, which is not applied"

    def _stray_claims(self, decisions: Mapping[str, list[ClaimDecision]]) -> Iterator[str]:
        for doc_id in self._without.claims.keys() | self._now.claims.keys():
            before = {_shape(row) for row in self._without.claims.get(doc_id, ())}
            after = {_shape(row) for row in self._now.claims.get(doc_id, ())}
            meant = {
                _shape(row)
                for one in decisions.get(doc_id, ())
                for rows in (self._without, self._now)
                for row in self._claims(rows, doc_id, one.claim, one.set.cue if one.set else None)
            }
            for shape in (before ^ after) - meant:
                yield f"a claim of {doc_id} at {shape[:2]} differs, and no decision is about it"


def _meets(one: Sequence[Any], other: Place) -> bool:
    return one[0] is not None and one[0] < other[1] and other[0] < one[1]


def _share(row: Row, places: Sequence[Place | None]) -> float:
    own = {at for span in row["content_spans"] for at in range(span["start"], span["end"])}
    other = {at for place in places if place for at in range(*place)}
    if not own or not other:
        return 0.0
    return len(own & other) / len(own | other)


def _shape(row: Row) -> tuple[Any, ...]:
    """What a claim says, without what follows from its mentions, dates and the whole corpus."""
    spans = tuple((span["start"], span["end"]) for span in row["content_spans"])
    names = ("cue_start", "cue_end", "source_start", "source_end", "claim_type", "quote_kind", "negated")
    return (*(row[name] for name in names[:2]), spans, *(row[name] for name in names[2:]))


def _difference(row: Row, wanted: Mapping[str, Any]) -> str:
    for name, value in wanted.items():
        found = _value(row, name)
        if found != value:
            return f"its {name} is {found}, not {value}"
    return ""


def _value(row: Row, name: str) -> Any:
    if name == "content":
        return [(span["start"], span["end"]) for span in row["content_spans"]]
    if name in ("source", "cue"):
        return None if row[f"{name}_start"] is None else (row[f"{name}_start"], row[f"{name}_end"])
    return row[{"type": "claim_type", "source_entity": "source_entity_id"}.get(name, name)]


# Edits of an article


@dataclass(frozen=True)
class Edited:
    """A text that was edited, and where the kept parts of it went.

    Attributes:
        text: The new text.
        kept: Start and end of each kept part in the old text, and its start in the new one.
    """

    text: str
    kept: tuple[tuple[int, int, int], ...]

    def moved(self, start: int, end: int) -> Place | None:
        """Return the new place of a span, None if not all of it was kept in one piece."""
        for first, last, now in self.kept:
            if first <= start and end <= last:
                return now + start - first, now + end - first
        return None


PUT_IN = (
    "An editor put this sentence in later.",
    "Readers wrote about this part of the article on Tuesday.",
    "Orla Fenn said nothing of the kind.",
    "See also: what the committee asked in spring.",
)
"""Sentences of the edits."""


def edit_elsewhere(text: str, decided: Sequence[Place], rng: random.Random) -> Edited:
    """Edit an article in parts that no decision is about.

    Paragraphs are put in anywhere behind the title, and paragraphs that hold nothing decided are removed, cut in half, or written
    anew. So what stands around a decided place changes, but not its own paragraph.

    Args:
        text: The article.
        decided: Places that decisions are about.
        rng: What chooses.
    """
    new, kept = "", list[tuple[int, int, int]]()
    at = 0
    changed = False
    bounds = [match.end() for match in re.finditer(r"\n\s*\n", text)] + [len(text)]
    for number, end in enumerate(bounds):
        own = text[at:end]
        untouched = number > 1 and not any(_meets((at, end), place) for place in decided)
        kind = rng.choice(("remove", "half", "anew", "keep")) if untouched else "keep"
        if kind == "keep":
            kept.append((at, end, len(new)))
            new += own
        elif kind == "half":
            half = own[: len(own) // 2].rpartition(" ")[0]
            kept.append((at, at + len(half), len(new)))
            new += f"{half}.\n\n"
        elif kind == "anew":
            new += f"{rng.choice(PUT_IN)}\n\n"
        changed = changed or kind != "keep"
        if number > 0 and (rng.random() < 0.3 or (end == len(text) and not changed)):
            new += ("" if new.endswith("\n\n") else "\n\n") + f"{rng.choice(PUT_IN)}\n\n"
            changed = True
        at = end
    return Edited(new, tuple(kept))


def decided_places(decisions: Sequence[Decision], doc_id: str) -> list[Place]:
    """The places in a document that decisions are about, those of claims and witnesses with all of their parts."""
    return [(quote.start, quote.end) for one in decisions for own, quote in _quotes(one) if own == doc_id]


def _quotes(decision: Decision) -> Iterator[tuple[str, Quote]]:
    """Yield every quotation of a decision, with the document it is from."""
    yield from _walk(decision, getattr(getattr(decision, "doc", None), "id", ""))


def _walk(part: BaseModel, doc_id: str) -> Iterator[tuple[str, Quote]]:
    if isinstance(part, Quote):
        yield doc_id, part
        return
    if isinstance(part, Witness):
        doc_id = part.doc.id
    for name in type(part).model_fields:
        value = getattr(part, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, BaseModel):
                yield from _walk(one, doc_id)
