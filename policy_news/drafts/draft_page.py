"""The page of a draft: its text with each finding marked, and beside it what the documents have."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from policy_news.drafts.draft_report import DraftReport, Sentence
from policy_news.drafts.finding import GOOD, MEANINGS, DocumentPlace, DraftFinding, Verdict
from policy_news.drafts.pile import Pile
from policy_news.drafts.shown import Verified
from policy_news.outputs.report import FOLDER
from policy_news.outputs.report.render import leave_page, render
from policy_news.outputs.report.views import clean
from policy_news.tables.pages import document_page

AROUND = 60
"""Characters of a document that are shown before and after a place."""
PLACES = 2
"""Places that are shown of a finding."""
OPEN = frozenset({"masked", "not_found", "told_as_fact", "hedge_lost", "elsewhere", "unknown_date"})
"""Verdicts that ask for a look and say nothing wrong by themselves."""


class _Piece(NamedTuple):
    """Words of a text, marked where draft and document differ."""

    text: str
    marked: bool = False


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
        rows=[_row(number, one, draft, pile, target) for number, one in enumerate(draft.sentences, 1)],
    )
    leave_page(page, target)
    return target


def page_of(draft: Path) -> Path:
    """Return where the page of a draft is written."""
    return draft.with_name(f"{draft.name}.verified.html")


def _row(number: int, one: Sentence, draft: DraftReport, pile: Pile, target: Path) -> dict[str, Any]:
    """Return a sentence with what was found in it, and what the documents have."""
    told = [change[1] for finding in one.findings for change in finding.difference]
    before = draft.text[draft.sentences[number - 2].end : one.start] if number > 1 else ""
    return {
        "number": number,
        "verdict": one.verdict,
        "state": "empty" if one.verdict is None else _state(one.verdict),
        "apart": before.count("\n") > 1,
        "foreign": not one.is_english,
        "pieces": list(_mark(one.text.strip(), told)),
        "findings": [_card(finding, pile, target) for finding in one.findings],
    }


def _state(verdict: Verdict) -> str:
    if verdict in GOOD:
        return "good"
    return "open" if verdict in OPEN else "bad"


def _mark(text: str, words: Iterable[str]) -> Iterator[_Piece]:
    """Yield a text in pieces, those marked that have some words, however they are written."""
    forms = [r"\W+".join(map(re.escape, one.split())) for one in words if one.strip()]
    pattern = re.compile("|".join(rf"(?<!\w){form}(?!\w)" for form in forms) or r"(?!)", re.IGNORECASE)
    at = 0
    for match in pattern.finditer(text):
        yield _Piece(clean(text[at : match.start()]))
        yield _Piece(clean(match[0]), marked=True)
        at = match.end()
    yield _Piece(clean(text[at:]))


def _card(one: DraftFinding, pile: Pile, target: Path) -> dict[str, Any]:
    places = [_source(place, one, pile, target) for place in one.places[:PLACES]]
    notes = [*one.notes]
    if len(one.places) > PLACES:
        notes.append(f"{len(one.places) - PLACES} more documents")
    return {"verdict": one.verdict, "kind": one.kind, "speaker": clean(one.speaker or ""), "notes": clean("; ".join(notes)), "places": places}  # fmt: skip


def _source(place: DocumentPlace, one: DraftFinding, pile: Pile, target: Path) -> dict[str, Any]:
    document = pile.document(pile.search.numbers[place.doc_id])
    text = document.text
    before, after = text[max(place.start - AROUND, 0) : place.start], text[place.end : place.end + AROUND]
    if place.start > AROUND:
        before = f"… {before.partition(' ')[2]}"
    if place.end + AROUND < len(text):
        after = f"{after.rpartition(' ')[0]} …"
    differing = [change[2] for change in one.difference] if place == one.first else []
    return {
        "title": clean(document.title or place.doc_id),
        "before": clean(before),
        "pieces": list(_mark(place.text, differing)),
        "after": clean(after),
        "day": place.day,
        "speaker": clean(place.speaker or ""),
        "page": _link(pile.out / FOLDER / document_page(place.doc_id), target) if pile.out else None,
    }


def _link(page: Path, target: Path) -> str | None:
    """Return the address of a page of the report as seen from the page of the draft; None if the run has none."""
    if not page.is_file():
        return None
    return quote(Path(os.path.relpath(page.resolve(), target.parent.resolve())).as_posix())
