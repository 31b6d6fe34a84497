"""Prepares what the page of a document shows, as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from policy_news.decisions.anchor import Place
from policy_news.decisions.decision_format import Decision, MentionDecision
from policy_news.decisions.decisions_file import Numbered
from policy_news.decisions.rows import Rows
from policy_news.decisions.told import DecisionOutcome, place_of
from policy_news.outputs.report.document_page import BETWEEN
from policy_news.outputs.report.segments import Segment, cut_sections, mark_rows
from policy_news.outputs.report.views import (
    View,
    clean,
    clean_parts,
    label_words,
    plain_words,
    show_date,
    tags_after,
)
from policy_news.review.actions import claim_place
from policy_news.review.standing import LiveDecisions
from policy_news.tables.claim_words import claim_parts
from policy_news.tables.corpus import find_date


def view_page(
    rows: Rows,
    standing: LiveDecisions,
    gaps: Sequence[Place],
    names: Mapping[str, str],
) -> View:
    """Return the sections of a document, and its mentions and claims as items that can be decided upon."""
    items = [
        *_mention_items(rows, standing, names),
        *_claim_items(rows, standing, names),
    ]
    items.sort(key=lambda item: (item["at"], item["kind"]))
    return {"sections": list(_sections(rows, gaps)), "entries": items}


def _item(kind: str, number: int, live: Sequence[Numbered]) -> View:
    """Return what all items have: a key on the page, and the ids of the live decisions about it."""
    return {"key": f"{kind[0]}{number}", "kind": kind, "decisions": " ".join(one.decision.id for one in live)}


def _mention_items(rows: Rows, standing: LiveDecisions, names: Mapping[str, str]) -> Iterator[View]:
    for number, row in enumerate(rows.mentions, 1):
        yield {
            **_item("mention", number, standing.mentions.get((row.start, row.end), ())),
            "at": row.start,
            "start": row.start,
            "end": row.end,
            "exact": row.text,
            "label": row.label,
            "entity": row.entity_id,
            "entity_name": clean(names.get(row.entity_id, row.text)),
            "method": row.method,
            "score": row.score,
        }


def _claim_items(rows: Rows, standing: LiveDecisions, names: Mapping[str, str]) -> Iterator[View]:
    for number, row in enumerate(rows.claims, 1):
        place = claim_place(row)
        name = names.get(row.source_entity_id or "", "")
        yield {
            **_item("claim", number, standing.claims.get(place, ()) if place else ()),
            "at": place[1][0] if place else 0,
            "label": row.claim_type,
            "entity": row.source_entity_id or "",
            "entity_name": clean(name),
            "method": row.method,
            "score": row.score,
            "claim_id": row.claim_id,
            "parts": clean_parts(claim_parts(rows.text, row, name)),
            "negated": row.negated,
            "about": show_date(row, find_date(rows.dates, row.date_id)) or "",
        }


def _sections(rows: Rows, gaps: Sequence[Place]) -> Iterator[View]:
    marks = mark_rows(rows.mentions, rows.dates, rows.claims, gaps, rows.text, rows.sections)
    for _, section, segments in cut_sections(rows.text, rows.sections, marks):
        yield {
            "kind": section.kind if section else "between",
            "label": plain_words(section.kind) if section else BETWEEN,
            "pieces": list(map(_piece, segments)),
        }


def _piece(segment: Segment) -> View:
    """Return a span of the text with its CSS classes and the keys of the items that it is part of."""
    kinds = sorted({mark.kind for mark in segment.marks})
    classes = [*kinds, *(f"is-{mark.tag.lower()}" for mark in segment.marks if mark.kind == "mention")]
    keys = {f"{_KEYS[mark.kind]}{mark.key}" for mark in segment.marks if mark.kind in _KEYS}
    return {
        "start": segment.start,
        "text": clean(segment.text),
        "classes": " ".join(classes),
        "within": " ".join(sorted(keys)),
        "tags": tags_after(segment),
        "masked": len(segment.text.split()) if "gap" in kinds else 0,
    }


_KEYS = {"mention": "m", "source": "c", "cue": "c", "content": "c"}


_NOUNS = {"mention": "Name", "claim": "Claim", "entity": "Entity", "document": "Document"}
_VERBS = {
    **{do: f"{do}ed" for do in ("accept", "reject", "add", "relabel")},
    "move": "moved",
    "assign": "given to an entity",
    "change": "corrected",
    "merge": "merged with another",
    "split": "split",
    "name": "renamed",
    "kb": "given a Wikidata id",
    "done": "marked as read",
}
_SHOWN = {None: "none", True: "yes", False: "no"}


def describe(decision: Decision) -> str:
    """Say in words what a decision did, and what it set."""
    kind, _, do = decision.do.partition(".")
    words = f"{_NOUNS.get(kind, kind)} {_VERBS.get(do, do)}"
    if isinstance(decision, MentionDecision) and decision.label and do not in ("assign", "accept"):
        return f"{words}: {label_words(decision.label)}"
    change = getattr(decision, "set", None)
    if change is None:
        return words
    said = [
        name if isinstance(value, BaseModel | tuple) else _say(name, value)
        for name, value in change.given().items()
    ]
    return f"{words}: {', '.join(said)}".replace("_", " ")


def _say(name: str, value: object) -> str:
    return f"{name} {_SHOWN[value] if value in (None, True, False) else value}"


def view_decision(one: Numbered, outcome: DecisionOutcome | None, doc_id: str) -> View:
    """Return a decision in a list."""
    decision = one.decision
    return {
        "id": decision.id,
        "line": one.line,
        "do": describe(decision),
        "doc": doc_id,
        "place": clean(place_of(one)),
        "by": clean(decision.by),
        "when": f"{decision.when:%Y-%m-%d %H:%M}",
        "why": clean(decision.why),
        "state": outcome.state if outcome else "",
        "note": clean(outcome.note) if outcome else "",
    }
