"""From a spaCy Doc to rows of the tables: the only module that knows both."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from policy_news.nlp.who.facts import NO_FACTS, Facts
from policy_news.nlp.who.linking import link_rows
from policy_news.nlp.who.within_document import who_of
from policy_news.tables.chunks import Annotated
from policy_news.tables.claim_words import reported_columns
from policy_news.tables.pages import document_page
from policy_news.tables.schema import (
    ClaimMentionRow,
    ClaimRow,
    ContentSpan,
    DateRow,
    DocumentRow,
    MentionRow,
    SectionRow,
)
from policy_news.text.document import FURNITURE, SILENT, Document, Section, Unmasked
from policy_news.text.document_ids import claim_id

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from policy_news.nlp.extensions import ClaimData, DateData

PIECE_JOINT = " ... "
UNSCORED = 0.5
"""Score of a mention of a pipeline whose document pass has no weights for it."""


def voiced(sections: tuple[Section, ...]) -> list[int]:
    """Return positions of the sections that are annotated."""
    positions = []
    for i, section in enumerate(sections):
        if section.kind not in SILENT and section.start < section.end:
            positions.append(i)
    return positions


class Locator:
    """Finds the raw offsets and the section of a span of the Doc."""

    def __init__(self, document: Document, unmasked: Unmasked, doc: Doc) -> None:
        self.document = document
        self.unmasked = unmasked
        self._positions: list[int] = voiced(unmasked.sections)
        self._starts: list[int] = [span.start_char for span in doc.spans["sections"]]
        self.gaps = unmasked.alignment.raw_gaps()
        self._gap_ends = {end for _, end in self.gaps}
        self._gap_starts = {start for start, _ in self.gaps}

    def section_of(self, char: int) -> int:
        """Position of the section that holds a character of the Doc."""
        return self._positions[max(bisect_right(self._starts, char) - 1, 0)]

    def raw(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the raw offsets of a span of the Doc, or None if it touches masked text."""
        return self.unmasked.alignment.to_raw(self._derived(start), self._derived(end - 1) + 1)

    def near_mask(self, start: int, end: int) -> bool:
        """Return whether only white space and punctuation lie between a raw span and masked text."""
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
        """Return those that lie in a stretch of the raw text."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [row for row in self.rows[first:last] if row.end <= end]


def build_rows(
    document: Document, unmasked: Unmasked, doc: Doc, facts: Facts = NO_FACTS, least_score: float = 0.0
) -> Annotated:
    """Return the rows of one document, with the ids of its entities.

    Args:
        unmasked: What the model saw of it.
        doc: That with all annotation.
        least_score: Score from which a claim is kept.
    """
    locator = Locator(document, unmasked, doc)
    # Claims come last: they point to mentions and dates, whose ids are known once their rows are made.
    placed = dict(_mention_rows(document, doc, locator))
    who = who_of(doc, facts).only(placed)
    mentions, appearances = link_rows(document.doc_id, list(placed.values()), who, facts)
    dates, date_ids = _date_rows(document, doc, locator)
    in_order = InOrder(mentions)
    claims = _claim_rows(document, doc, locator, in_order, date_ids, least_score)
    links: list[ClaimMentionRow] = []
    for claim in claims:
        links += _claim_mention_rows(claim, in_order)
    return Annotated(
        _document_row(document, unmasked),
        _section_rows(document, unmasked),
        mentions,
        tuple(dates),
        tuple(claims),
        tuple(links),
        appearances,
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
        language=document.language,
        text=document.text,
        n_chars=len(document.text),
        n_words=unmasked.words,
        n_masked_words=unmasked.masked_words,
        masked_share=_share(unmasked.masked_words, unmasked.words),
        notes=document.notes,
    )


def _in_utc(moment: dt.datetime | None) -> dt.datetime | None:
    """Return the moment in UTC; as written where it has no zone, or where UTC would leave the calendar."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=dt.UTC)
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError:
        return moment.replace(tzinfo=dt.UTC)


def _share(part: int, whole: int) -> float:
    if not whole:
        return 0.0
    return round(part / whole, 4)


def _section_rows(document: Document, unmasked: Unmasked) -> tuple[SectionRow, ...]:
    gaps = unmasked.alignment.raw_gaps()
    rows = []
    for i, section in enumerate(document.sections):
        rows.append(
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
        )
    return tuple(rows)


def _masked_characters(text: str, section: Section, gaps: list[tuple[int, int]]) -> float:
    first = bisect_right(gaps, (section.start, -1))
    inside = 0
    for start, end in gaps[first:]:
        if start >= section.end:
            break
        inside += _count_visible(text[start:end])
    return _share(inside, _count_visible(text[section.start : section.end]))


def _count_visible(text: str) -> int:
    """Return the number of characters that are not white space."""
    return sum(map(len, text.split()))


def section_id(document: Document, position: int) -> str:
    """Return the id of a section."""
    return f"{document.doc_id}#s{position}"


def _anchor(document: Document, section: Section) -> dt.date | None:
    if section.date:
        return _day(section.date)
    if document.published:
        return document.published.date()
    return None


def _mention_rows(document: Document, doc: Doc, locator: Locator) -> Iterator[tuple[int, MentionRow]]:
    """Yield the number of each mention that can be placed, and its row."""
    offices, scores = doc._.mention_offices or {}, doc._.mention_scores or {}
    for number, ent in enumerate(doc.ents):
        raw = locator.raw(ent.start_char, ent.end_char)
        section = locator.section_of(ent.start_char)
        # A name that touches masked text or reaches into the next section is none, whoever found it.
        if raw is None or section != locator.section_of(ent.end_char - 1):
            continue
        start, end = raw
        method, _, rule = ent.id_.partition(":")
        office, status = offices.get(str(ent.start), (None, None))
        yield (
            number,
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
                counted=document.sections[section].kind not in FURNITURE,
            ),
        )


def _date_rows(document: Document, doc: Doc, locator: Locator) -> tuple[list[DateRow], dict[int, str]]:
    """Return the date rows, and the ids by position in `doc._.dates`."""
    rows, ids = [], {}
    for i, data in enumerate(cast("list[DateData]", doc._.dates or [])):
        raw = locator.raw(data["start"], data["end"])
        if raw is None or locator.section_of(data["start"]) != locator.section_of(data["end"] - 1):
            continue
        start, end = raw
        ids[i] = f"{document.doc_id}#d{start}"
        # An interval of the tables is closed: of one that is open ("the coming months") nothing is said.
        earliest, latest = _day(data["earliest"]), _day(data["latest"])
        if earliest is None or latest is None:
            earliest = latest = None
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
                earliest=earliest,
                latest=latest,
                granularity=data["granularity"],
                role=data["role"],
                anchor=_day(data["anchor"]),
            )
        )
    return rows, ids


def _day(iso: str | None) -> dt.date | None:
    if not iso:
        return None
    return dt.date.fromisoformat(iso[:10])


def _claim_rows(
    document: Document,
    doc: Doc,
    locator: Locator,
    mentions: InOrder,
    date_ids: dict[int, str],
    least_score: float,
) -> list[ClaimRow]:
    claims = cast("list[ClaimData]", doc._.claims or [])
    rows: dict[str, ClaimRow] = {}
    ids: list[str | None] = []
    for data in claims:
        date_id, day = None, None
        place = data["date"]
        if place is not None and place in date_ids:  # a date that touches masked text has no row
            date_id = date_ids[place]
            day = _day(doc._.dates[place]["earliest"])
        row = _claim_row(document, locator, data, mentions, date_id, day, least_score)
        if row is None:
            ids.append(None)
            continue
        row = _apart(row, rows.get(row.claim_id))
        ids.append(row.claim_id)
        rows.setdefault(row.claim_id, row)
    _refer(rows, ids, claims)
    return list(rows.values())


def _apart(row: ClaimRow, known: ClaimRow | None) -> ClaimRow:
    """Return the claim under the id of its content if another part of a list has its cue: `his claims that A and that B`."""
    if known is None or row.content_start is None or known.content_end is None:
        return row
    if row.content_start < known.content_end:
        return row
    return replace(row, claim_id=claim_id(row.doc_id, row.content_start, by_content=True))


def _refer(rows: dict[str, ClaimRow], ids: Sequence[str | None], claims: Sequence[ClaimData]) -> None:
    """Say of claims which other one they continue, or are the headline of: ids are known once all rows are made."""
    for data, own in zip(claims, ids, strict=True):
        continues, headline_of = _id_at(ids, data["continues"]), _id_at(ids, data["headline_of"])
        if own is not None and (continues or headline_of):
            rows[own] = replace(rows[own], continues=continues, headline_of=headline_of)


def _id_at(ids: Sequence[str | None], place: int | None) -> str | None:
    if place is None:
        return None
    return ids[place]


@dataclass(frozen=True, slots=True)
class _Placed:
    """The parts of a claim in the raw text, none of which holds a character of another."""

    source: tuple[int, int] | None
    cue: tuple[int, int] | None
    pieces: list[tuple[int, int]]

    @classmethod
    def of(cls, text: str, locator: Locator, data: ClaimData) -> _Placed | None:
        """Place the parts of a claim; None if cue or content cannot be."""
        cue, source = None, None
        if data["cue"]:
            cue = locator.raw(*data["cue"])
            if cue is None:
                return None
        if data["source"]:
            source = _without_mark(text, locator.raw(*data["source"]))
        pieces = [piece for span in data["content"] if (piece := locator.raw(*span))]
        if len(pieces) < len(data["content"]) or not (cue or pieces):
            return None
        # The cue is what a claim is known by, so it keeps its words; then the source; the content has the rest.
        if source and cue:
            source = max(_cut_out(text, [source], [cue]), key=lambda span: span[1] - span[0], default=None)
        pieces = _cut_out(text, pieces, [span for span in (cue, source) if span])
        if data["content"] and not pieces:
            return None
        return cls(source, cue, pieces)

    @property
    def places(self) -> dict[str, list[tuple[int, int]]]:
        """The offsets of `source`, `cue` and `content`; a part without words is empty."""
        return {
            "source": [self.source] if self.source else [],
            "cue": [self.cue] if self.cue else [],
            "content": self.pieces,
        }

    def claim_id(self, doc_id: str) -> str:
        """Return the id by the place of the cue; of a quotation without one by that of its content, marked as such."""
        start = self.cue[0] if self.cue else self.pieces[0][0]
        return claim_id(doc_id, start, by_content=not self.cue)


def _ends(span: tuple[int, int] | None) -> tuple[int, int] | tuple[None, None]:
    if span is None:
        return None, None
    return span


def _words(text: str, *spans: tuple[int, int] | None) -> str | None:
    words = [text[span[0] : span[1]] for span in spans if span]
    if not words:
        return None
    return PIECE_JOINT.join(words)


def _claim_row(
    document: Document,
    locator: Locator,
    data: ClaimData,
    mentions: InOrder,
    date_id: str | None,
    day: dt.date | None,
    least_score: float,
) -> ClaimRow | None:
    """Return a claim with raw offsets, or None if cue or content cannot be placed."""
    text = document.text
    placed = _Placed.of(text, locator, data)
    if placed is None:
        return None
    source, cue, pieces = placed.source, placed.cue, placed.pieces
    source_start, source_end = _ends(source)
    cue_start, cue_end = _ends(cue)
    content_start, content_end = None, None
    if pieces:
        content_start = min(start for start, _ in pieces)
        content_end = max(end for _, end in pieces)
    # The section of the cue, in the offsets of the Doc.
    first_span = data["cue"] or data["content"][0]
    section = locator.section_of(first_span[0])
    speaker = _speaker(locator, data, mentions)
    speaker_id, inside_id = None, None
    if speaker:
        speaker_id = speaker.entity_id
        if source and source[0] <= speaker.start and speaker.end <= source[1]:
            inside_id = speaker.mention_id
    return ClaimRow(
        claim_id=placed.claim_id(document.doc_id),
        doc_id=document.doc_id,
        section_id=section_id(document, section),
        source_start=source_start,
        source_end=source_end,
        source_text=_words(text, source),
        source_mention_id=inside_id,
        source_entity_id=speaker_id,
        cue_start=cue_start,
        cue_end=cue_end,
        cue_text=_words(text, cue),
        cue_lemma=data["cue_lemma"],
        content_start=content_start,
        content_end=content_end,
        content_text=_words(text, *pieces),
        content_spans=[ContentSpan(start, end) for start, end in pieces],
        **reported_columns(text, placed.places, locator.gaps),
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
    """Return the span after a mark of emphasis that stands after its first word: `Home Office` in `The **Home Office** said`."""
    if span is None:
        return None
    match = _MARK_INSIDE.match(text, *span)
    if match is None:
        return span
    return match.end(), span[1]


def _resolved(
    text: str,
    pieces: Sequence[tuple[int, int]],
    locator: Locator,
    fillings: Sequence[tuple[int, int, str]] | None,
) -> str | None:
    """Return the content with names in brackets for what stands for them; None where there is none or one is unclear."""
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
    """Return spans in order, without what an earlier one or another part of the claim holds.

    Args:
        text: That all offsets refer to.
        taken: The other parts.
    """
    free: list[tuple[int, int]] = []
    held = 0
    for piece in sorted(pieces):
        parts = [piece]
        for span in (*taken, (0, held)):
            parts = _outside(parts, span)
        held = max(held, piece[1])
        if parts == [piece]:  # as the component gave it, with the white space that it may have
            free.append(piece)
            continue
        for start, end in parts:
            own = text[start:end]
            start, end = start + len(own) - len(own.lstrip()), end - len(own) + len(own.rstrip())
            if start < end:
                free.append((start, end))
    return sorted(free)


def _outside(parts: Sequence[tuple[int, int]], taken: tuple[int, int]) -> list[tuple[int, int]]:
    """Return what is left of spans on both sides of another one."""
    left = [(start, min(end, taken[0])) for start, end in parts]
    right = [(max(start, taken[1]), end) for start, end in parts]
    return [(start, end) for start, end in (*left, *right) if start < end]


def _speaker(locator: Locator, data: ClaimData, mentions: InOrder) -> MentionRow | None:
    """Return the mention that the source is or stands for, as the component gives it (`start:end` in the Doc)."""
    if not data["source_entity"]:
        return None
    start, end = map(int, data["source_entity"].split(":"))
    raw = locator.raw(start, end)
    if raw is None:
        return None
    return mentions.by_start.get(raw[0])


def _claim_mention_rows(claim: ClaimRow, mentions: InOrder) -> list[ClaimMentionRow]:
    inside: dict[int, str] = {}
    for span in claim.content_spans:
        for mention in mentions.between(span.start, span.end):
            inside[mention.start] = mention.mention_id
    return [ClaimMentionRow(claim.claim_id, inside[start], "content") for start in sorted(inside)]
