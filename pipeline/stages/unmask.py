"""Stage `unmask`: documents -> the text that the model sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.document import Document, Unmasked
from pipeline.masking import compile_patterns, unmask
from pipeline.settings import Settings
from pipeline.stages import DOCUMENTS, UNMASKED
from pipeline.storage import read_records, write_records


def run(out: Path, settings: Settings) -> int:
    """Unmask all documents; returns how many have withheld words."""
    masked = 0

    def results() -> Iterator[Unmasked]:
        nonlocal masked
        patterns = compile_patterns(settings.mask)
        for document in read_records(out / DOCUMENTS, Document, "ingest"):
            unmasked = unmask(document, patterns, settings.mask.placeholder)
            masked += bool(unmasked.masked_words)
            yield unmasked

    write_records(out / UNMASKED, Unmasked, results())
    return masked
