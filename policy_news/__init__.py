"""Companies, ministers, committees, claims and dates from policy news."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policy_news.drafts.draft_report import verify
    from policy_news.nlp.annotator import load_pipeline
    from policy_news.tables.parquet import load_tables

__all__ = ["__version__", "load_pipeline", "load_tables", "verify"]
__version__ = "0.3.0"


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used, so that the command line starts fast."""
    if name == "load_tables":
        from policy_news.tables.parquet import load_tables

        return load_tables
    if name == "load_pipeline":
        from policy_news.nlp.annotator import load_pipeline

        return load_pipeline
    if name == "verify":
        from policy_news.drafts.draft_report import verify

        return verify
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
