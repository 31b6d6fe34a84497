"""Names of the report's pages: functions of the id alone, so that a row can name its page before the report exists."""

from __future__ import annotations

from policy_news.core.atomic_files import safe_stem


def document_page(doc_id: str) -> str:
    """Return the page of a document, below the folder of the report."""
    return f"documents/{safe_stem(doc_id)}.html"


def entity_page(entity_id: str) -> str:
    """Return the page of an entity, below the folder of the report."""
    return f"entities/{safe_stem(entity_id)}.html"
