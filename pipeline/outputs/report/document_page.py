"""The page of one document: its raw text section by section with all that was found, and lists beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.outputs.report.claims_page import Linked
from pipeline.outputs.report.segments import Mark, Segment, cut_segments
from pipeline.outputs.report.views import (
    ClaimView,
    DateView,
    NameView,
    Piece,
    SectionView,
    clean,
    plain_words,
    show_day,
)
from pipeline.tables.corpus import Article
from pipeline.tables.schema import ClaimRow, EntityRow, SectionRow

BETWEEN = "between sections"


@dataclass(frozen=True, slots=True)
class DocumentView:
    """All that the template shows of a document."""

    sections: tuple[SectionView, ...]
    claims: tuple[ClaimView, ...]
    names: tuple[NameView, ...]
    dates: tuple[DateView, ...]


def view_document(
    article: Article,
    gaps: Sequence[tuple[int, int]],
    entities: Mapping[str, EntityRow],
    linked: Linked,
) -> DocumentView:
    """What the page of a document shows.

    Args:
        article: The document with its rows.
        gaps: Masked stretches of its text.
        entities: All entities by id.
        linked: How claims relate.
    """
    marks = [
        *_mark_names(article),
        *_mark_claims(article),
        *(Mark(*gap, "gap", n) for n, gap in enumerate(gaps)),
    ]
    return DocumentView(
        tuple(_view_sections(article, sorted(marks, key=lambda mark: mark.start))),
        tuple(
            replace(_view_claim(number, claim, article, entities), links=tuple(linked.of(claim)))
            for number, claim in enumerate(article.claims, 1)
        ),
        tuple(_view_names(article, entities)),
        tuple(
            DateView(clean(row.text), clean(row.value or "no value"), row.timex_type, f"d{n}", row.start)
            for n, row in enumerate(article.dates, 1)
        ),
    )


def _mark_names(article: Article) -> Iterator[Mark]:
    for number, mention in enumerate(article.mentions, 1):
        yield Mark(mention.start, mention.end, "mention", number, mention.label)
    for number, date in enumerate(article.dates, 1):
        yield Mark(date.start, date.end, "date", number, date.value or date.timex_type)


def _mark_claims(article: Article) -> Iterator[Mark]:
    for number, claim in enumerate(article.claims, 1):
        if claim.source_start is not None and claim.source_end is not None:
            yield Mark(claim.source_start, claim.source_end, "source", number)
        if claim.cue_start is not None and claim.cue_end is not None:
            yield Mark(claim.cue_start, claim.cue_end, "cue", number)
        for span in claim.content_spans:
            yield Mark(span.start, span.end, "content", number)


def _view_sections(article: Article, marks: Sequence[Mark]) -> Iterator[SectionView]:
    """Sections in order; what stands between two and is no white space comes as a section of its own."""
    text, at = article.document.text, 0
    referred = _reference_ends(article.claims)
    for row in sorted(article.sections, key=lambda section: (section.start, section.end)):
        if row.start > at and text[at : row.start].strip():
            yield _view_stretch(text, at, row.start, marks, referred, None)
        if row.end > at:
            yield _view_stretch(text, max(at, row.start), row.end, marks, referred, row)
            at = row.end
    if text[at:].strip():
        yield _view_stretch(text, at, len(text), marks, referred, None)


def _view_stretch(
    text: str,
    start: int,
    end: int,
    marks: Sequence[Mark],
    referred: Mapping[int, int],
    row: SectionRow | None,
) -> SectionView:
    near = [mark for mark in marks if mark.start < end and mark.end > start]
    pieces = tuple(_view_piece(segment, referred) for segment in cut_segments(text, start, end, near))
    if row is None:
        return SectionView(f"o{start}", "between", BETWEEN, pieces)
    own = row.author if row.kind.startswith("comment") else None
    day = show_day(row.date) if row.kind.startswith("comment") else None
    return SectionView(f"o{start}", row.kind, plain_words(row.kind), pieces, clean(own) if own else None, day)


def _reference_ends(claims: Sequence[ClaimRow]) -> dict[int, int]:
    """Claim number to the offset behind which its number is written: the end of its cue, else of its first piece, else of its source."""
    ends = {}
    for number, claim in enumerate(claims, 1):
        first = claim.content_spans[0].end if claim.content_spans else claim.source_end
        ends[number] = claim.cue_end if claim.cue_end is not None else first or 0
    return ends


def _view_piece(segment: Segment, referred: Mapping[int, int]) -> Piece:
    kinds = sorted({mark.kind for mark in segment.marks})
    if "gap" in kinds:
        return Piece(clean(segment.text), "gap", masked=len(segment.text.split()))
    claims = sorted({mark.key for mark in segment.marks if mark.kind in ("source", "cue", "content")})
    classes = " ".join(
        [*kinds, *(f"is-{mark.tag.lower()}" for mark in segment.marks if mark.kind == "mention")]
    )
    return Piece(
        clean(segment.text),
        classes,
        " ".join(map(str, claims)),
        tuple(clean(mark.tag) for mark in segment.closes if mark.tag),
        tuple(number for number in claims if referred[number] == segment.end),
        tuple(_anchor(mark) for mark in segment.opens if mark.kind in ("mention", "date")),
    )


def _anchor(mark: Mark) -> str:
    return f"{mark.kind[0]}{mark.key}"


def _view_claim(
    number: int, claim: ClaimRow, article: Article, entities: Mapping[str, EntityRow]
) -> ClaimView:
    entity = entities.get(claim.source_entity_id or "")
    about = dict.fromkeys(
        _name(entities, mention.entity_id, mention.text) for mention in article.mentions_in(claim)
    )
    flags = [
        word
        for word, holds in (("negated", claim.negated), ("runs into masked text", claim.truncated))
        if holds
    ]
    flags.append(f"score {claim.score:.2f}, {claim.method}")
    return ClaimView(
        number,
        plain_words(claim.claim_type),
        claim.quote_kind,
        clean(claim.source_text) if claim.source_text else None,
        clean(entity.name) if entity and not _names_it(claim.source_text, entity.name) else None,
        clean(claim.cue_text) if claim.cue_text else None,
        clean(claim.content_text) if claim.content_text else None,
        tuple(about),
        show_day(claim.claim_date),
        tuple(flags),
        claim.content_start or 0 if claim.cue_start is None else claim.cue_start,
    )


def _names_it(text: str | None, name: str) -> bool:
    """Whether the words of a source already give the name, so that it need not stand beside them."""
    return name.casefold() in (text or "").casefold()


def _view_names(article: Article, entities: Mapping[str, EntityRow]) -> Iterator[NameView]:
    """The entities of a document, those with most mentions first."""
    groups: dict[str, list[int]] = {}
    for number, mention in enumerate(article.mentions, 1):
        groups.setdefault(mention.entity_id, []).append(number)
    for entity_id, numbers in sorted(groups.items(), key=lambda item: (-len(item[1]), item[1][0])):
        first = article.mentions[numbers[0] - 1]
        own = [article.mentions[number - 1] for number in numbers]
        offices = dict.fromkeys(
            clean(row.office_id) for row in own if row.office_id and row.label == "MINISTER"
        )
        notes = [*offices, *(["beside masked text"] if any(row.near_mask for row in own) else [])]
        yield NameView(
            entity_id,
            _name(entities, entity_id, first.text),
            first.label,
            len(numbers),
            f"m{numbers[0]}",
            tuple(notes),
            first.start,
        )


def _name(entities: Mapping[str, EntityRow], entity_id: str, text: str) -> str:
    entity = entities.get(entity_id)
    return clean(entity.name if entity else text)
