"""The page of one document: its raw text section by section with all that was found, and lists beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from policy_news.core.grouping import grouped
from policy_news.outputs.report.claims_page import Linked
from policy_news.outputs.report.segments import Mark, Segment, cut_sections, mark_rows
from policy_news.outputs.report.views import (
    View,
    clean,
    clean_parts,
    plain_words,
    show_date,
    show_day,
    tags_after,
)
from policy_news.tables.claim_words import claim_parts
from policy_news.tables.corpus import Article
from policy_news.tables.period_labels import say_value
from policy_news.tables.schema import ClaimRow, EntityRow

BETWEEN = "between sections"


def view_document(
    article: Article, gaps: Sequence[tuple[int, int]], entities: Mapping[str, EntityRow], linked: Linked
) -> View:
    """Return the sections, claims, names and dates that the page of a document shows."""
    text, sections = article.document.text, article.sections
    marks = mark_rows(article.mentions, article.dates, article.claims, gaps, text, sections)
    dates = [
        {
            "text": clean(row.text),
            "value": clean(say_value(row)),
            "kind": plain_words(row.timex_type.lower()),
            "anchor": f"d{number}",
            "start": row.start,
        }
        for number, row in enumerate(article.dates, 1)
    ]
    return {
        "sections": list(_view_sections(article, marks)),
        "claims": [_view_claim(number, one, article, linked) for number, one in enumerate(article.claims, 1)],
        "names": list(_view_names(article, entities)),
        "dates": dates,
    }


def _view_sections(article: Article, marks: Iterable[Mark]) -> Iterator[View]:
    """Yield sections in order; text between two of them comes as a section of its own."""
    text, referred = article.document.text, _reference_ends(article.claims)
    for start, row, segments in cut_sections(text, article.sections, marks):
        # Of a comment the author and date of its own; any other section has those of the article.
        is_comment = row is not None and row.kind.startswith("comment")
        yield {
            "anchor": f"o{start}",
            "kind": row.kind if row else "between",
            "label": plain_words(row.kind) if row else BETWEEN,
            "pieces": [_view_piece(segment, referred) for segment in segments],
            "author": clean(row.author or "") if row and is_comment else "",
            "date": show_day(row.date) if row and is_comment else None,
        }


def _reference_ends(claims: Sequence[ClaimRow]) -> dict[int, int]:
    """Map each claim number to the offset after which it stands: the end of cue, first content or source."""
    ends = {}
    for number, claim in enumerate(claims, 1):
        end = claim.cue_end
        if end is None and claim.content_spans:
            end = claim.content_spans[0].end
        elif end is None:
            end = claim.source_end
        ends[number] = end or 0
    return ends


def _view_piece(segment: Segment, referred: Mapping[int, int]) -> View:
    """Return a segment with its CSS classes, its claims, what stands after it and what begins in it."""
    kinds = sorted({mark.kind for mark in segment.marks})
    if "gap" in kinds:
        return {"text": clean(segment.text), "classes": "gap", "masked": len(segment.text.split())}
    claims = sorted({mark.key for mark in segment.marks if mark.kind in ("source", "cue", "content")})
    labels = [f"is-{mark.tag.lower()}" for mark in segment.marks if mark.kind == "mention"]
    opened = (mark for mark in segment.opens if mark.kind in ("mention", "date"))
    return {
        "text": clean(segment.text),
        "classes": " ".join([*kinds, *labels]),
        "masked": 0,
        "claims": " ".join(map(str, claims)),
        "tags": tags_after(segment),
        "refs": [number for number in claims if referred[number] == segment.end],
        "anchors": [f"{mark.kind[0]}{mark.key}" for mark in opened],
    }


def _view_claim(number: int, claim: ClaimRow, article: Article, linked: Linked) -> View:
    entities = linked.entities
    about = dict.fromkeys(
        _name(entities, mention.entity_id, mention.text) for mention in article.mentions_in(claim)
    )
    flags = []
    if claim.negated:
        flags.append("negated")
    if claim.truncated:
        flags.append("runs into masked text")
    flags.append(f"score {claim.score:.2f}, found by {_FOUND_BY.get(claim.method, claim.method)}")
    return {
        "number": number,
        "type": plain_words(claim.claim_type),
        "quote": claim.quote_kind,
        "parts": clean_parts(claim_parts(article.document.text, claim, linked.name_of(claim))),
        "about": list(about),
        "date": show_date(claim, article.date_of(claim)),
        "flags": flags,
        "start": claim.cue_start if claim.cue_start is not None else claim.content_start or 0,
        "links": list(linked.of(claim)),
        "copies": linked.copies_of(claim),
        "voices": linked.voices_of(claim),
    }


_FOUND_BY = {"rule": "a rule", "model": "the model", "decision": "a person"}


def _view_names(article: Article, entities: Mapping[str, EntityRow]) -> Iterator[View]:
    """Yield the entities of a document, those with most mentions first."""
    groups = grouped((mention.entity_id, number) for number, mention in enumerate(article.mentions, 1))
    for entity_id, numbers in sorted(groups.items(), key=lambda item: (-len(item[1]), item[1][0])):
        first = article.mentions[numbers[0] - 1]
        own = [article.mentions[number - 1] for number in numbers]
        offices = dict.fromkeys(
            clean(row.office_id) for row in own if row.office_id and row.label == "MINISTER"
        )
        notes = list(offices)
        if any(row.near_mask for row in own):
            notes.append("beside masked text")
        yield {
            "entity_id": entity_id,
            "name": _name(entities, entity_id, first.text),
            "label": first.label,
            "number": len(numbers),
            "anchor": f"m{numbers[0]}",
            "notes": notes,
            "start": first.start,
        }


def _name(entities: Mapping[str, EntityRow], entity_id: str, text: str) -> str:
    entity = entities.get(entity_id)
    if entity:
        return clean(entity.name)
    return clean(text)
