"""Texts of tests annotated as a run annotates documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from spacy.language import Language

from policy_news.core.settings import Settings
from policy_news.nlp.annotator import Annotator, Item
from policy_news.tables.chunks import Annotated
from policy_news.text.document import Document, Source
from policy_news.text.layout.sections import find_layout
from policy_news.text.masking import compile_patterns, unmask


def annotate_texts(
    nlp: Language, texts: Iterable[str], published: dt.datetime | None = None
) -> list[Annotated]:
    """Annotate raw texts as the documents `d0`, `d1`, ..., with their layout and masks.

    Args:
        nlp: A built pipeline.
        texts: One of each document.
        published: Day of publication of all of them.

    Returns:
        The rows of each document with the links between its claims, in order.
    """
    annotator = Annotator(nlp, Settings())
    return [annotator.link(rows) for rows in annotator.annotate(read_texts(texts, published))]


def read_texts(texts: Iterable[str], published: dt.datetime | None = None) -> list[Item]:
    """The documents, each with what the model sees of it."""
    patterns = compile_patterns(Settings().mask)
    items = []
    for number, text in enumerate(texts):
        layout = find_layout(Source(text))
        document = Document(f"d{number}", "", "text", "", text, layout.sections, layout.title, published)
        items.append((document, unmask(document, patterns)))
    return items
