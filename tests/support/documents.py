"""Documents made of a text alone, for tests that need no files."""

from __future__ import annotations

import datetime as dt

from policy_news.core.settings import Settings
from policy_news.text.document import Document, Section, Unmasked
from policy_news.text.masking import compile_patterns, unmask


def make_document(doc_id: str, text: str, day: str | None = None) -> tuple[Document, Unmasked]:
    """A document of paragraphs, set apart by empty lines, and what the model sees of it."""
    sections, start = [], 0
    for paragraph in text.split("\n\n"):
        # Without a full stop, and with more behind it, a line is a heading.
        is_heading = paragraph[-1:].isalnum() and start + len(paragraph) < len(text)
        sections.append(Section("heading" if is_heading else "paragraph", start, start + len(paragraph)))
        start += len(paragraph) + 2
    published = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC) if day else None
    document = Document(doc_id, f"{doc_id}.txt", "txt", "", text, tuple(sections), published=published)
    mask = Settings().mask
    return document, unmask(document, compile_patterns(mask), mask.placeholder)
