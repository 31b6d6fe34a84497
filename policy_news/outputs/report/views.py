"""What the templates show, as plain values: no template looks into a table."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from policy_news.outputs.report.segments import Segment
from policy_news.tables.claim_words import SentencePart, shorten
from policy_news.tables.labels import LABELS
from policy_news.tables.period_labels import is_period, show_period
from policy_news.tables.schema import ClaimRow, DateRow, DocumentRow
from policy_news.text.emphasis import blank_marks

TITLE_LETTERS = 160
View = dict[str, Any]
"""Values by the names under which a template shows them."""


@dataclass(frozen=True, slots=True)
class NamedCount:
    """A name with a number, a note on it, and where what it counts is listed."""

    name: str
    number: int
    note: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class LinkView:
    """How a claim relates to another one.

    Attributes:
        relation: What it is, as words: `denies`, `is answered by`.
        page: Place of the other claim, below the folder of the report.
        words: The other claim as a sentence.
        score: How sure it is; empty where nobody says.
    """

    relation: str
    page: str
    words: str
    reason: str = ""
    score: str = ""


def clean_parts(parts: Iterable[SentencePart]) -> tuple[SentencePart, ...]:
    """Return the parts of a claim without marks of emphasis and characters that HTML cannot hold."""
    return tuple(SentencePart(one.kind, clean(re.sub(" +", " ", blank_marks(one.words)))) for one in parts)


def web_address(url: str | None) -> str | None:
    """Return the address if it may be linked to: http or https with a host; else None."""
    if not url or any(ord(c) < 33 for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def show_day(moment: dt.date | None) -> str | None:
    """Return a date, or a time to the minute if it is not midnight, as ISO text."""
    if isinstance(moment, dt.datetime):
        return (
            moment.strftime("%Y-%m-%d %H:%M UTC")
            if (moment.hour or moment.minute)
            else moment.date().isoformat()
        )
    return moment.isoformat() if moment else None


def show_date(claim: ClaimRow, date: DateRow | None) -> str | None:
    """Return the day of a claim, or the period that its date expression names."""
    return show_period(date) if date is not None and is_period(date) else show_day(claim.claim_date)


def show_share(part: int, whole: int) -> str:
    """Return a share in percent."""
    return f"{100 * part / whole:.0f} %" if whole else "0 %"


def clean(text: str) -> str:
    """Return text without the control characters that HTML cannot hold."""
    return text.translate(_CONTROLS)


def plain_words(label: str) -> str:
    """Return a value of a column as words."""
    return label.replace("_", " ")


def label_words(label: str) -> str:
    """Return what pages call a label."""
    return LABELS[label].words if label in LABELS else clean(label)


def tags_after(segment: Segment) -> tuple[str, ...]:
    """Return what stands after a segment in small letters: of each mention, date or claim that ends there."""
    closing = (mark for mark in segment.closes if mark.tag)
    return tuple(label_words(mark.tag) if mark.kind == "mention" else clean(mark.tag) for mark in closing)


def file_of(document: DocumentRow) -> str:
    """Return the file of an article, or the id of a record."""
    return file_name(document.doc_id, document.path, document.format)


def file_name(doc_id: str, path: str, kind: str) -> str:
    """Return the file of an article, or the id of a record: a file of records has many."""
    return clean(doc_id if kind == "jsonl" else path)


def name_file(document: DocumentRow) -> str:
    """Return title, day and file of an article: what tells it from its copies."""
    day = f", {document.published.date()}" if document.published else ""
    title = clean(shorten(document.title or document.doc_id, TITLE_LETTERS))
    return f"{title}{day} ({file_of(document)})"


_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)), "�")
