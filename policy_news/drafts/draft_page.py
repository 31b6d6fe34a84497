"""The page of a draft: its text with each finding marked, and beside it what the documents have."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from policy_news.drafts.draft_report import DraftReport
from policy_news.drafts.finding import MEANINGS, DocumentPlace, DraftFinding
from policy_news.drafts.pile import Pile
from policy_news.drafts.shown import Verified
from policy_news.outputs.report import FOLDER
from policy_news.outputs.report.render import leave_page, render
from policy_news.outputs.report.segments import Mark, cut_segments, marks_near
from policy_news.outputs.report.views import clean
from policy_news.tables.pages import document_page

AROUND = 160
"""Characters of a document that are shown before and after a place."""
PLACES = 5
"""Places that are shown of a finding."""
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n(?!\s*\n)[^\n]+)*")


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    number: int = 0
    verdict: str = ""
    first: bool = False
    last: bool = False


def write_page(draft: DraftReport, pile: Pile) -> Path:
    """Write the page of a draft beside it, as `NAME.verified.html`.

    Args:
        pile: The documents. Where the report of their run has a page of a document, the source links to it.

    Raises:
        StageError: It cannot be written, or would replace a file that is not such a page.
    """
    target = page_of(Path(draft.file))
    start = _link(pile.out / FOLDER / "index.html", target) if pile.out else None
    page = render(
        "draft.html.j2",
        "none.js",
        title=clean(Path(draft.file).name),
        summary=clean(Verified([draft], ()).summary().partition(": ")[2]),
        report=start,
        meanings=list(MEANINGS.items()),
        paragraphs=list(_paragraphs(draft.text, draft.findings)),
        findings=[_card(number, one, pile, target) for number, one in enumerate(draft.findings, 1)],
    )
    leave_page(page, target)
    return target


def page_of(draft: Path) -> Path:
    """Return where the page of a draft is written."""
    return draft.with_name(f"{draft.name}.verified.html")


def _paragraphs(text: str, findings: Sequence[DraftFinding]) -> Iterator[list[_Piece]]:
    marks = [Mark(one.start, one.end, "content", number) for number, one in enumerate(findings, 1)]
    spans = [match.span() for match in _PARAGRAPH.finditer(text)]
    for (start, end), near in zip(spans, marks_near(marks, spans), strict=True):
        pieces = []
        for segment in cut_segments(text, start, end, near):
            # Of findings inside each other the innermost is the link.
            inner = min(segment.marks, key=lambda mark: mark.end - mark.start, default=None)
            if inner is None:
                pieces.append(_Piece(clean(segment.text)))
                continue
            verdict = findings[inner.key - 1].verdict
            pieces.append(
                _Piece(
                    clean(segment.text), inner.key, verdict, inner in segment.opens, inner in segment.closes
                )
            )
        yield pieces


def _card(number: int, one: DraftFinding, pile: Pile, target: Path) -> dict[str, Any]:
    places = [_source(place, pile, target) for place in one.places[:PLACES]]
    notes = [*one.notes]
    if len(one.places) > PLACES:
        notes.append(f"{len(one.places) - PLACES} more documents")
    return {
        "number": number,
        "verdict": one.verdict,
        "kind": one.kind,
        "speaker": clean(one.speaker or ""),
        "notes": clean("; ".join(notes)),
        "changes": [(clean(draft), clean(pile)) for _, draft, pile in one.difference],
        "places": places,
    }


def _source(place: DocumentPlace, pile: Pile, target: Path) -> dict[str, Any]:
    document = pile.document(pile.search.numbers[place.doc_id])
    text = document.text
    before, after = text[max(place.start - AROUND, 0) : place.start], text[place.end : place.end + AROUND]
    if place.start > AROUND:
        before = f"… {before.partition(' ')[2]}"
    if place.end + AROUND < len(text):
        after = f"{after.rpartition(' ')[0]} …"
    return {
        "title": clean(document.title or place.doc_id),
        "before": clean(before),
        "text": clean(place.text),
        "after": clean(after),
        "day": place.day,
        "speaker": clean(place.speaker or ""),
        "page": _link(pile.out / FOLDER / document_page(place.doc_id), target) if pile.out else None,
    }


def _link(page: Path, target: Path) -> str | None:
    """Return the address of a page of the report as seen from the page of the draft; None if there is no such page."""
    if not page.is_file():
        return None
    return quote(Path(os.path.relpath(page.resolve(), target.parent.resolve())).as_posix())
