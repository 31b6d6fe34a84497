"""What relations are decided by: facts of the claims of a document, read from the rows of the tables alone."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.tables.chunks import Chunk
from pipeline.text.document import HEADLINES

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "documents": ("doc_id", "published", "text"),
    "appearances": ("doc_id", "entity_id", "label", "name"),
    "sections": ("section_id", "doc_id", "kind", "start", "end"),
    "mentions": ("mention_id", "doc_id", "start", "end", "entity_id"),
    "claims": (
        "claim_id", "doc_id", "section_id", "source_start", "source_end", "source_text", "source_entity_id",
        "cue_start", "cue_end", "cue_text", "cue_lemma", "content_start", "content_end", "content_text",
        "claim_type", "negated", "polarity", "continues", "headline_of", "claim_date", "kept", "content_lemmas",
    ),
    "claim_mentions": ("claim_id", "mention_id"),
}  # fmt: skip
"""Tables and columns that facts are read from."""
NEGATION = "not"
"""What stands for any negation among the words of a content."""
_QUOTED = re.compile(r"[“\"‘]([^“”\"]{2,}?)[”\"’](?![^\W_])|[“\"]([^“”\"]{2,})$")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True)
class ClaimFacts:
    """What is known of one claim.

    Attributes:
        claim_id: Its id.
        place: Where it begins in the document: its first word.
        end: One past its last character.
        section: Number of its section.
        headline: It stands in a title or heading.
        speaker: Entity behind the source, or None.
        source: The words of the source in lower case.
        day: The day that it is dated to; None if that is unknown.
        claim_type: Its type.
        polarity: How the source stands to the content.
        negated: Its cue is negated.
        cue: The reporting words in lower case.
        cue_lemma: Base form of the head of the cue.
        content: The words of the content as written.
        lemmas: Base forms of the words that mean something, in order.
        names: Entities inside the content.
        continues: The claim whose quotation goes on in this one.
        headline_of: The claim of the text that says the same.
    """

    claim_id: str
    place: int
    end: int
    section: int
    headline: bool
    speaker: str | None
    source: str
    day: dt.date | None
    claim_type: str
    polarity: str | None
    negated: bool
    cue: str
    cue_lemma: str
    content: str
    lemmas: tuple[str, ...]
    names: frozenset[str]
    continues: str | None
    headline_of: str | None

    @cached_property
    def words(self) -> frozenset[str]:
        """The different words of the content, without negation."""
        return frozenset(self.lemmas) - {NEGATION}

    @cached_property
    def quoted(self) -> tuple[tuple[str, ...], ...]:
        """The words of each quotation in the content."""
        found = (match[1] or match[2] for match in _QUOTED.finditer(self.content))
        return tuple(tuple(split_words(text)) for text in found)

    @cached_property
    def denied(self) -> bool:
        """The content is negated, as far as its words tell."""
        return NEGATION in self.lemmas


@dataclass(frozen=True)
class DocumentFacts:
    """What is known of one document.

    Attributes:
        doc_id: Its id.
        day: When it was published; None if that is unknown.
        text: Its raw text.
        claims: The claims that are kept, in order.
        names: Names of the entities in it, by id.
    """

    doc_id: str
    day: dt.date | None
    text: str
    claims: tuple[ClaimFacts, ...]
    names: Mapping[str, str]


def split_words(text: str) -> list[str]:
    """The words of a text in lower case, with straight apostrophes."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def read_facts(chunk: Chunk) -> Iterator[DocumentFacts]:
    """The facts of each document of a chunk, which has at least the columns `COLUMNS`."""
    claims = _grouped(chunk["claims"], COLUMNS["claims"])
    sections = _grouped(chunk["sections"], COLUMNS["sections"])
    names = _grouped(chunk["appearances"], COLUMNS["appearances"])
    inside = _names_inside(chunk)
    documents = (chunk["documents"][name].to_pylist() for name in COLUMNS["documents"])
    for doc_id, published, text in zip(*documents, strict=True):
        places = {row["section_id"]: number for number, row in enumerate(sections.get(doc_id, ()))}
        headlines = {row["section_id"] for row in sections.get(doc_id, ()) if row["kind"] in HEADLINES}
        rows = [row for row in claims.get(doc_id, ()) if row["kept"]]
        own = [_claim_facts(row, places, headlines, inside) for row in rows]
        yield DocumentFacts(
            doc_id,
            published.date() if published else None,
            text,
            tuple(sorted(own, key=lambda claim: (claim.place, claim.claim_id))),
            {row["entity_id"]: row["name"] for row in names.get(doc_id, ())},
        )


def _grouped(table: pa.Table, columns: Sequence[str]) -> Mapping[str, list[dict[str, Any]]]:
    """The rows of a table by their document."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    values = [table[name].to_pylist() for name in columns]
    for row in zip(*values, strict=True):
        named = dict(zip(columns, row, strict=True))
        found[named["doc_id"]].append(named)
    return found


def _names_inside(chunk: Chunk) -> Mapping[str, frozenset[str]]:
    """The entities inside the content of each claim."""
    mentions = chunk["mentions"]
    entities = dict(zip(mentions["mention_id"].to_pylist(), mentions["entity_id"].to_pylist(), strict=True))
    found: defaultdict[str, set[str]] = defaultdict(set)
    pairs = (chunk["claim_mentions"][name].to_pylist() for name in ("claim_id", "mention_id"))
    for claim_id, mention_id in zip(*pairs, strict=True):
        found[claim_id].add(entities[mention_id])
    return {claim_id: frozenset(ids) for claim_id, ids in found.items()}


def _claim_facts(
    row: Mapping[str, Any],
    places: Mapping[str, int],
    headlines: set[str],
    inside: Mapping[str, frozenset[str]],
) -> ClaimFacts:
    starts = [row[name] for name in ("source_start", "cue_start", "content_start") if row[name] is not None]
    ends = [row[name] for name in ("source_end", "cue_end", "content_end") if row[name] is not None]
    content = row["content_text"] or ""
    return ClaimFacts(
        claim_id=row["claim_id"],
        place=min(starts, default=0),
        end=max(ends, default=0),
        section=places.get(row["section_id"], 0),
        headline=row["section_id"] in headlines,
        speaker=row["source_entity_id"],
        source=" ".join(split_words(row["source_text"] or "")),
        day=row["claim_date"],
        claim_type=row["claim_type"],
        polarity=row["polarity"],
        negated=row["negated"],
        cue=" ".join(split_words(row["cue_text"] or "")),
        cue_lemma=row["cue_lemma"] or "",
        content=content,
        # A claim that a person made has no base forms: its words must do.
        lemmas=tuple(row["content_lemmas"] or split_words(content)),
        names=inside.get(row["claim_id"], frozenset()),
        continues=row["continues"],
        headline_of=row["headline_of"],
    )
