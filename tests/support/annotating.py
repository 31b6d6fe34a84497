"""Texts of tests annotated as a run annotates documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from spacy.language import Language

from policy_news.core.settings import Settings
from policy_news.nlp.annotator import Annotator
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
    settings = Settings()
    patterns = compile_patterns(settings.mask)
    items = []
    for number, text in enumerate(texts):
        layout = find_layout(Source(text))
        document = Document(f"d{number}", "", "text", "", text, layout.sections, layout.title, published)
        items.append((document, unmask(document, patterns)))
    annotator = Annotator(nlp, settings)
    return [annotator.link(rows) for rows in annotator.annotate(items)]
