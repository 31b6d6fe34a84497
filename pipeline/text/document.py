"""The documents that pass between the stages: frozen, plain, without any library."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from pipeline.text.alignment import Alignment

SectionKind = Literal[
    "title",
    "byline",
    "published",
    "dateline",
    "notice",
    "heading",
    "paragraph",
    "list_item",
    "caption",
    "block_quote",
    "comment_header",
    "comment_author",
    "comment_date",
    "comment",
    "boilerplate",
]
"""Kinds of section. `published` is a date line, or a dateline with a date that opens a report (`LEEDS, 3 May 2019 - `),
and `dateline` one without a date (`LEEDS (Agency) - `): both are annotated like text but are no part of the paragraph.
`notice` is a line of the publisher (`PUBLIC - This article ...`), `boilerplate` a label that
repeats and is no text; neither is searched for names, claims or dates."""

SILENT: frozenset[str] = frozenset({"notice", "boilerplate", "comment_header"})
"""Kinds of section that are not annotated."""

HEADLINES: frozenset[str] = frozenset({"title", "heading"})
"""Kinds of section that are set like a headline: perhaps in title case, without the grammar of a sentence."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader makes of one input record, before its layout is known.

    Attributes:
        text: The raw text that all offsets refer to.
        encoding: The encoding it was decoded from, or None where the format has none.
        notes: What was mended or passed over in reading, or None.
        line: Number of the line of the file that it was, from 1; None where it is all of the file.
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
    """One stretch of the raw text: half-open code-point offsets, without surrounding white space.

    Attributes:
        author: Who wrote it, where the text says so (byline, comment).
        date: The date that relative expressions in it are resolved against, as ISO text; None means the
            document's.
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
        path: Path below the raw folder (for a record of a JSONL file: the file's).
        sha256: Of the bytes of the file, or of what the record says.
        published: Publication date (UTC where a zone is known, else as written), or None.
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


@dataclass(frozen=True, slots=True)
class Unmasked:
    """The text that the model sees: masked runs replaced by a placeholder, glued words apart.

    Attributes:
        doc_id: The document.
        source: Hash of the record and the settings that it was made from; empty before it is written.
        masked_words: Number of masked words.
        words: Number of words, masked ones included.
        text: What the model reads.
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
