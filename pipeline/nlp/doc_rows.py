"""From a spaCy Doc to rows of the tables: the only module that knows both."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, cast

from pipeline.nlp.relations.lemmas import ContentLemmas
from pipeline.tables.chunks import Annotated
from pipeline.tables.pages import document_page
from pipeline.tables.schema import (
    ClaimMentionRow,
    ClaimRow,
    ContentSpan,
    DateRow,
    DocumentRow,
    MentionRow,
    SectionRow,
)
from pipeline.text.document import SILENT, Document, Section, Unmasked

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from pipeline.nlp.extensions import ClaimData, DateData

PIECE_JOINT = " ... "
UNSCORED = 0.5
"""Score of a mention of a pipeline whose document pass has no weights for it."""


def voiced(sections: tuple[Section, ...]) -> list[int]:
    """Positions of the sections that are annotated."""
    return [
        i for i, section in enumerate(sections) if section.kind not in SILENT and section.start < section.end
    ]


class Locator:
    """Finds the raw offsets and the section of a span of the Doc."""

    def __init__(self, document: Document, unmasked: Unmasked, doc: Doc) -> None:
        self.document = document
        self.unmasked = unmasked
        self._positions: list[int] = voiced(unmasked.sections)
        self._starts: list[int] = [span.start_char for span in doc.spans["sections"]]
        self._gap_ends = {end for _, end in unmasked.alignment.raw_gaps()}
        self._gap_starts = {start for start, _ in unmasked.alignment.raw_gaps()}

    def section_of(self, char: int) -> int:
        """Position of the section that holds a character of the Doc."""
        return self._positions[max(bisect_right(self._starts, char) - 1, 0)]

    def raw(self, start: int, end: int) -> tuple[int, int] | None:
        """Raw offsets of a span of the Doc, or None if it touches masked text."""
        return self.unmasked.alignment.to_raw(self._derived(start), self._derived(end - 1) + 1)

    def near_mask(self, start: int, end: int) -> bool:
        """Whether only white space and punctuation lie between a raw span and masked text."""
        text = self.document.text
        while (
            start > 0
            and not text[start - 1].isalnum()
            and start not in self._gap_ends
            and text[start - 1] != "\n"
        ):
            start -= 1
        while (
            end < len(text) and not text[end].isalnum() and end not in self._gap_starts and text[end] != "\n"
        ):
            end += 1
        return start in self._gap_ends or end in self._gap_starts

    def _derived(self, char: int) -> int:
        index = max(bisect_right(self._starts, char) - 1, 0)
        start = self.unmasked.sections[self._positions[index]].start
        return start + char - self._starts[index]


class InOrder:
    """The mentions of a document in order of their offsets; none overlap."""

    def __init__(self, rows: Sequence[MentionRow]) -> None:
        self.rows = rows
        self.by_start = {row.start: row for row in rows}
        self._starts = list(self.by_start)

    def between(self, start: int, end: int) -> list[MentionRow]:
        """Those that lie in a stretch of the raw text."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [row for row in self.rows[first:last] if row.end <= end]


def build_rows(document: Document, unmasked: Unmasked, doc: Doc, least_score: float = 0.0) -> Annotated:
    """The rows of one document.

    Args:
        document: The document.
        unmasked: What the model saw of it.
        doc: That with all annotation.
        least_score: Score from which a claim is kept.
    """
    locator = Locator(document, unmasked, doc)
    mentions = _mention_rows(document, doc, locator)
    dates, date_ids = _date_rows(document, doc, locator)
    in_order = InOrder(mentions)
    claims = _claim_rows(document, doc, locator, in_order, date_ids, least_score)
    return Annotated(
        _document_row(document, unmasked),
        _section_rows(document, unmasked),
        tuple(mentions),
        tuple(dates),
        tuple(claims),
        tuple(link for claim in claims for link in _claim_mention_rows(claim, in_order)),
    )


def _document_row(document: Document, unmasked: Unmasked) -> DocumentRow:
    return DocumentRow(
        doc_id=document.doc_id,
        path=document.path,
        format=document.format,
        encoding=document.encoding,
        sha256=document.sha256,
        title=document.title,
        published=_in_utc(document.published),
        author=document.author,
        url=document.url,
        report_page=document_page(document.doc_id),
        language="en",
        text=document.text,
        n_chars=len(document.text),
        n_words=unmasked.words,
        n_masked_words=unmasked.masked_words,
        masked_share=_share(unmasked.masked_words, unmasked.words),
        notes=document.notes,
    )


def _in_utc(moment: dt.datetime | None) -> dt.datetime | None:
    """The moment in UTC; as written where it has no zone, or where UTC would leave the calendar."""
    if moment is None or moment.tzinfo is None:
        return moment.replace(tzinfo=dt.UTC) if moment else None
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError:
        return moment.replace(tzinfo=dt.UTC)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _section_rows(document: Document, unmasked: Unmasked) -> tuple[SectionRow, ...]:
    gaps = unmasked.alignment.raw_gaps()
    return tuple(
        SectionRow(
            section_id=section_id(document, i),
            doc_id=document.doc_id,
            kind=section.kind,
            start=section.start,
            end=section.end,
            author=section.author,
            date=_anchor(document, section),
            masked_share=_masked_characters(document.text, section, gaps),
        )
        for i, section in enumerate(document.sections)
    )


def _masked_characters(text: str, section: Section, gaps: list[tuple[int, int]]) -> float:
    first = bisect_right(gaps, (section.start, -1))
    inside = 0
    for start, end in gaps[first:]:
        if start >= section.end:
            break
        inside += _count_visible(text[start:end])
    return _share(inside, _count_visible(text[section.start : section.end]))


def _count_visible(text: str) -> int:
    """The number of characters that are no white space."""
    return sum(map(len, text.split()))


def section_id(document: Document, position: int) -> str:
    """Id of a section."""
    return f"{document.doc_id}#s{position}"


def _anchor(document: Document, section: Section) -> dt.date | None:
    if section.date:
        return dt.date.fromisoformat(section.date[:10])
    return document.published.date() if document.published else None


def _mention_rows(document: Document, doc: Doc, locator: Locator) -> list[MentionRow]:
    offices, scores = doc._.mention_offices or {}, doc._.mention_scores or {}
    rows = []
    for ent in doc.ents:
        raw = locator.raw(ent.start_char, ent.end_char)
        section = locator.section_of(ent.start_char)
        if raw is None or section != locator.section_of(ent.end_char - 1):
            continue
        start, end = raw
        method, _, rule = ent.id_.partition(":")
        office, status = offices.get(str(ent.start), (None, None))
        rows.append(
            MentionRow(
                mention_id=f"{document.doc_id}#m{start}",
                doc_id=document.doc_id,
                section_id=section_id(document, section),
                start=start,
                end=end,
                text=document.text[start:end],
                label=ent.label_,
                entity_id=ent.kb_id_,
                office_id=office,
                office_status=status,
                method=method or "model",
                rule_id=rule or None,
                near_mask=locator.near_mask(start, end),
                score=scores.get(str(ent.start), UNSCORED),
            )
        )
    return rows


def _date_rows(document: Document, doc: Doc, locator: Locator) -> tuple[list[DateRow], dict[int, str]]:
    """The date rows, and the ids by position in `doc._.dates`."""
    rows, ids = [], {}
    for i, data in enumerate(cast("list[DateData]", doc._.dates or [])):
        raw = locator.raw(data["start"], data["end"])
        if raw is None or locator.section_of(data["start"]) != locator.section_of(data["end"] - 1):
            continue
        start, end = raw
        ids[i] = f"{document.doc_id}#d{start}"
        # An interval of the tables is closed: of one that is open ("the coming months") nothing is said.
        closed = data["earliest"] and data["latest"]
        rows.append(
            DateRow(
                date_id=ids[i],
                doc_id=document.doc_id,
                section_id=section_id(document, locator.section_of(data["start"])),
                start=start,
                end=end,
                text=document.text[start:end],
                timex_type=data["timex_type"],
                value=data["value"],
                earliest=_day(data["earliest"]) if closed else None,
                latest=_day(data["latest"]) if closed else None,
                granularity=data["granularity"],
                role=data["role"],
                anchor=_day(data["anchor"]),
            )
        )
    return rows, ids


def _day(iso: str | None) -> dt.date | None:
    return dt.date.fromisoformat(iso[:10]) if iso else None


def _claim_rows(
    document: Document,
    doc: Doc,
    locator: Locator,
    mentions: InOrder,
    date_ids: dict[int, str],
    least_score: float,
) -> list[ClaimRow]:
    days = {id_: data["earliest"] for i, id_ in date_ids.items() for data in [doc._.dates[i]]}
    claims = cast("list[ClaimData]", doc._.claims or [])
    lemmas = ContentLemmas(doc)
    rows: dict[str, ClaimRow] = {}
    ids: list[str | None] = []
    for data in claims:
        date_id = date_ids.get(data["date"]) if data["date"] is not None else None
        day = _day(days.get(date_id)) if date_id else None
        row = _claim_row(document, locator, data, mentions, date_id, day, least_score)
        if row is None:
            ids.append(None)
            continue
        ids.append(row.claim_id)
        rows.setdefault(row.claim_id, replace(row, content_lemmas=lemmas.find(data["content"])))
    _refer(rows, ids, claims)
    return list(rows.values())


def _refer(rows: dict[str, ClaimRow], ids: Sequence[str | None], claims: Sequence[ClaimData]) -> None:
    """Say of claims which other one they continue, or are the headline of: ids are known once all rows are made."""
    for data, own in zip(claims, ids, strict=True):
        continues, headline_of = _id_at(ids, data["continues"]), _id_at(ids, data["headline_of"])
        if own is not None and (continues or headline_of):
            rows[own] = replace(rows[own], continues=continues, headline_of=headline_of)


def _id_at(ids: Sequence[str | None], place: int | None) -> str | None:
    return None if place is None else ids[place]


def _claim_row(
    document: Document,
    locator: Locator,
    data: ClaimData,
    mentions: InOrder,
    date_id: str | None,
    day: dt.date | None,
    least_score: float,
) -> ClaimRow | None:
    """A claim with raw offsets, or None if cue or content cannot be placed."""
    text = document.text
    cue = locator.raw(*data["cue"]) if data["cue"] else None
    source = _without_mark(text, locator.raw(*data["source"])) if data["source"] else None
    pieces = [piece for span in data["content"] if (piece := locator.raw(*span))]
    if (data["cue"] and not cue) or len(pieces) < len(data["content"]) or not (cue or pieces):
        return None
    if source and cue:
        source = max(_cut_out(text, [source], [cue]), key=lambda span: span[1] - span[0], default=None)
    pieces = _cut_out(text, pieces, [span for span in (cue, source) if span])
    if data["content"] and not pieces:
        return None
    section = locator.section_of(data["cue"][0] if data["cue"] else data["content"][0][0])
    speaker = _speaker(locator, data, mentions)
    return ClaimRow(
        claim_id=f"{document.doc_id}#c{cue[0] if cue else pieces[0][0]}" + ("" if cue else "q"),
        doc_id=document.doc_id,
        section_id=section_id(document, section),
        source_start=source[0] if source else None,
        source_end=source[1] if source else None,
        source_text=text[slice(*source)] if source else None,
        source_mention_id=speaker.mention_id if speaker and source and _holds(source, speaker) else None,
        source_entity_id=speaker.mention_id if speaker else None,
        cue_start=cue[0] if cue else None,
        cue_end=cue[1] if cue else None,
        cue_text=text[slice(*cue)] if cue else None,
        cue_lemma=data["cue_lemma"],
        content_start=min(start for start, _ in pieces) if pieces else None,
        content_end=max(end for _, end in pieces) if pieces else None,
        content_text=PIECE_JOINT.join(text[start:end] for start, end in pieces) if pieces else None,
        content_spans=[ContentSpan(start, end) for start, end in pieces],
        claim_type=data["claim_type"],
        quote_kind=data["quote_kind"],
        negated=data["negated"],
        polarity=data["polarity"],
        content_resolved=_resolved(text, pieces, locator, data["fillings"]),
        is_resolved=data["fillings"] is not None,
        continues=None,
        headline_of=None,
        truncated=data["truncated"],
        date_id=date_id,
        claim_date=day or _anchor(document, document.sections[section]),
        score=round(data["score"], 4),
        source_score=round(data["source_score"], 4),
        kept=data["score"] >= least_score and not data["spans_gap"],
        method=data["method"],
    )


_MARK_INSIDE = re.compile(r"[A-Za-z]{1,10} [*_]{1,3}(?=[^\W_])")


def _without_mark(text: str, span: tuple[int, int] | None) -> tuple[int, int] | None:
    """The span behind a mark of emphasis that stands after its first word: `Home Office` in `The **Home Office** said`."""
    match = _MARK_INSIDE.match(text, *span) if span else None
    return (match.end(), span[1]) if match and span else span


def _resolved(
    text: str,
    pieces: Sequence[tuple[int, int]],
    locator: Locator,
    fillings: Sequence[tuple[int, int, str]] | None,
) -> str | None:
    """The content with names in brackets for what stands for them; None where there is none or one is unclear."""
    if not fillings:
        return None
    names = {raw: name for start, end, name in fillings if (raw := locator.raw(start, end))}
    filled = []
    for start, end in pieces:
        shown, at = "", start
        for (first, last), name in sorted(names.items()):
            if start <= first and last <= end:
                shown += f"{text[at:first]}[{name}]"
                at = last
        filled.append(shown + text[at:end])
    return PIECE_JOINT.join(filled)


def _cut_out(
    text: str, pieces: Sequence[tuple[int, int]], taken: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Spans in order, without what an earlier one or another part of the claim holds.

    Args:
        text: That all offsets refer to.
        pieces: As the component gives them.
        taken: The other parts.
    """
    free: list[tuple[int, int]] = []
    for piece in sorted(pieces):
        parts = [piece]
        for start, end in (*taken, *free):
            sides = ((a, min(b, start)) for a, b in parts), ((max(a, end), b) for a, b in parts)
            parts = [side for side in chain(*sides) if side[0] < side[1]]
        free += parts if parts == [piece] else filter(None, (_stripped(text, *part) for part in parts))
    return sorted(free)


def _stripped(text: str, start: int, end: int) -> tuple[int, int] | None:
    own = text[start:end]
    start, end = start + len(own) - len(own.lstrip()), end - len(own) + len(own.rstrip())
    return (start, end) if start < end else None


def _holds(span: tuple[int, int], mention: MentionRow) -> bool:
    return span[0] <= mention.start and mention.end <= span[1]


def _speaker(locator: Locator, data: ClaimData, mentions: InOrder) -> MentionRow | None:
    """The mention that the source is or stands for, as the component gives it (`start:end` in the Doc)."""
    if not data["source_entity"]:
        return None
    start, end = map(int, data["source_entity"].split(":"))
    raw = locator.raw(start, end)
    return mentions.by_start.get(raw[0]) if raw else None


def _claim_mention_rows(claim: ClaimRow, mentions: InOrder) -> list[ClaimMentionRow]:
    inside = {
        mention.start: mention
        for span in claim.content_spans
        for mention in mentions.between(span.start, span.end)
    }
    return [
        ClaimMentionRow(claim.claim_id, mention.mention_id, "content")
        for _, mention in sorted(inside.items())
    ]
