"""Stage `unmask`: documents -> the text that the model sees."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from pipeline.core.settings import Settings
from pipeline.run.paths import DOCUMENTS, READ, UNMASKED, UNMASKED_SUM
from pipeline.run.progress import Progress, silent
from pipeline.run.reading import UnmaskedAhead
from pipeline.run.records import Place, make_dumper, read_head, read_lines, scan_lines, write_lines
from pipeline.run.shards import make_source, source_of
from pipeline.tables.commit import hash_file
from pipeline.text.document import Document, Unmasked
from pipeline.text.masking import compile_patterns, unmask


def run(out: Path, settings: Settings, progress: Progress = silent) -> int:
    """Unmask all documents; returns how many have masked words. What was unmasked before is copied.

    Args:
        out: Output folder.
        settings: The settings.
        progress: Told how many documents are done.

    Raises:
        StageError: `ingest` has not run, or the folder cannot be written.
    """
    masked = 0

    def results() -> Iterator[bytes]:
        nonlocal masked
        total = sum(1 for _ in scan_lines(out / DOCUMENTS, "ingest"))
        for done, line in enumerate(_lines(out, settings), 1):
            masked += bool(read_head(line, "text")["masked_words"])
            yield line
            progress("unmask", done, total)

    write_lines(out / UNMASKED, results())
    write_lines(out / UNMASKED_SUM, [hash_file(out / UNMASKED).encode()])
    shutil.rmtree(out / READ, ignore_errors=True)
    return masked


def masked_documents(out: Path) -> set[str]:
    """Return the documents that have masked words."""
    heads = (read_head(line, "text") for _, line in scan_lines(out / UNMASKED, "unmask"))
    return {head["doc_id"] for head in heads if head["masked_words"]}


def is_sound(out: Path) -> bool:
    """Return whether the records of the last run are there, as they were written."""
    try:
        return hash_file(out / UNMASKED).encode() == (out / UNMASKED_SUM).read_bytes()
    except OSError:
        return False


def _lines(out: Path, settings: Settings) -> Iterator[bytes]:
    documents, dump = TypeAdapter(Document), make_dumper(Unmasked)
    patterns, made_with = compile_patterns(settings.mask), make_source(settings)
    places, ahead = _places(out), UnmaskedAhead(out / READ)
    with read_lines(out / UNMASKED) as line_at:
        for _, line in scan_lines(out / DOCUMENTS, "ingest"):
            source = source_of(line, made_with)
            if source in places:
                yield line_at(*places[source])
                continue
            known = ahead.find(source)
            if known is not None:
                yield known
                continue
            document = documents.validate_json(line)
            yield dump(replace(unmask(document, patterns, settings.mask.placeholder), source=source))


def _places(out: Path) -> dict[str, Place]:
    """Return where the earlier records stand, by their source."""
    if not is_sound(out):
        return {}
    places = {}
    for offset, line in scan_lines(out / UNMASKED, "unmask"):
        try:
            places[read_head(line, "text")["source"]] = (offset, len(line))
        except (ValueError, KeyError):  # of another version of the program: unmasked again
            continue
    return places
