"""Companies, ministers, committees, claims and dates from policy news."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.nlp.annotator import load_pipeline
    from pipeline.tables.parquet import load_tables

__all__ = ["load_pipeline", "load_tables"]


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used, so that the command line starts fast."""
    if name == "load_tables":
        from pipeline.tables.parquet import load_tables

        return load_tables
    if name == "load_pipeline":
        from pipeline.nlp.annotator import load_pipeline

        return load_pipeline
    raise AttributeError(f"module 'pipeline' has no attribute '{name}'")
