"""The documents that pass between the stages: frozen and plain, without any library."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from policy_news.text.alignment import Alignment

SectionKind = Literal[
    "title", "byline", "published", "dateline", "furniture", "heading", "paragraph", "list_item", "caption",
    "credit", "block_quote", "comment_header", "comment_author", "comment_date", "comment", "boilerplate",
]  # fmt: skip
"""Kinds of section. `published` is a date line, or a dateline with a date that opens a report (`LEEDS, 3 May 2019 - `),
and `dateline` one without a date (`LEEDS (Agency) - `): both are annotated like text, but do not belong to the paragraph.
`furniture` is what a page says about itself (`PUBLIC - This article ...`, copyright, newsletters, links to other articles) and
`credit` who took a picture: both are searched for names, which are not counted, and for dates, but not for claims. `boilerplate` is a
label that is not text, and not searched at all."""

SILENT: frozenset[str] = frozenset({"boilerplate", "comment_header"})
"""Kinds of section that are not annotated."""

FURNITURE: frozenset[str] = frozenset({"furniture", "credit"})
"""Kinds of section whose mentions are not counted, and that hold no claims."""

MASKED, LINKS, STUB, INFERRED, FOREIGN = (
    "all words are masked",
    "no text: only links and page furniture",
    "only the beginning: the page asks for a subscription",
    "publication date inferred from the text",
    "not in English",
)
"""Notes of documents that the summary of a run counts."""

HEADLINES: frozenset[str] = frozenset({"title", "heading"})
"""Kinds of section that read like a headline: perhaps in title case, without the grammar of a sentence."""

CASED: frozenset[str] = HEADLINES | {"furniture"}
"""Kinds of section that may be in title case or in capitals."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader gets from one input record, before its layout is known.

    Attributes:
        text: The raw text that all offsets refer to.
        encoding: The encoding it was decoded from; None if the format does not have one.
        notes: What was repaired or skipped while reading, or None.
        line: Number of the record's line in the file, from 1; None if the record is the whole file.
    """

    text: str
    title: str | None = None
    published: str | None = None
    author: str | None = None
    url: str | None = None
    doc_id: str | None = None
    encoding: str | None = None
    notes: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One span of the raw text: half-open code-point offsets, without surrounding white space.

    Attributes:
        author: Who wrote it, if the text says so (byline, comment).
        date: ISO date that relative expressions in it are resolved against; None means the document's date.
    """

    kind: SectionKind
    start: int
    end: int
    author: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One input document with its sections in reading order.

    Attributes:
        path: Path below the raw folder; for a record of a JSONL file, that of the file.
        sha256: Hash of the bytes of the file, or of the content of the record.
        published: Publication date (UTC if a zone is known, else as written), or None.
        language: ISO 639-1 code; of another language than English nothing is annotated.
    """

    doc_id: str
    path: str
    format: str
    sha256: str
    text: str
    sections: tuple[Section, ...]
    title: str | None = None
    published: dt.datetime | None = None
    author: str | None = None
    url: str | None = None
    encoding: str | None = None
    notes: str | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Unmasked:
    """The text that the model sees: masked runs replaced by a placeholder, attached words separated.

    Attributes:
        source: Hash of the record and the settings it was made from; empty until it is written.
        words: Number of words, including masked ones.
        alignment: Maps offsets in `text` to offsets in the raw text.
        sections: The document's sections with offsets into `text`.
    """

    doc_id: str
    source: str
    masked_words: int
    words: int
    text: str
    alignment: Alignment
    sections: tuple[Section, ...]
