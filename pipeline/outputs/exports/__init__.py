"""The tables in forms that other programs read. Each export is the same for the same tables, and appears whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pipeline.core.atomic_files import EXPORT, may_replace, new_file
from pipeline.core.errors import ArgumentError, SettingsError
from pipeline.core.messages import counted
from pipeline.tables.corpus import Corpus, read_corpus

FORMATS = ("csv", "jsonl", "conll", "spacy", "brat", "webannotation", "ftm", "schemaorg")
FOLDERS = ("csv", "brat")
"""The formats that are folders of files."""


def write_export(out: Path, form: str, to: Path, *, force: bool = False) -> str:
    """Write the tables of a finished run in another form.

    Args:
        out: Output folder of the run.
        form: One of `FORMATS`.
        to: File to write; for `csv` and `brat` a folder.
        force: Replace a file that is there.

    Returns:
        What was written, in words.

    Raises:
        SettingsError: There is no such form, or the target does not fit it.
        StageError: There is no finished run, or the target cannot be written.
    """
    check_target(form, to, force=force)
    if form == "csv":
        from pipeline.outputs.exports.csv_tables import write_csv

        return write_csv(out, to)
    if form not in WRITERS:
        raise SettingsError(f"{form}: no such format", f"Formats: {', '.join(FORMATS)}.")
    return WRITERS[form](read_corpus(out), to)


def check_target(form: str, to: Path, *, force: bool = False) -> None:
    """See whether a form can be written to a place.

    Args:
        form: One of `FORMATS`.
        to: The place.
        force: Replace a file that is there.

    Raises:
        ArgumentError: It is a folder where the form is a file, or the other way round, a file that is there already, or a
            folder that holds what we did not write.
    """
    above = next(folder for folder in to.absolute().parents if folder.exists())
    if not above.is_dir():
        raise ArgumentError(f"{to}: {above} is a file", "Name a place in a folder with --to.")
    if form not in FOLDERS and to.is_dir():
        raise ArgumentError(f"{to}: is a folder", "This format is one file: name a file with --to.")
    if form not in FOLDERS and os.path.lexists(to) and not force:
        raise ArgumentError(f"{to}: is there already", "Name a new file, or replace it with --force.")
    if form in FOLDERS and to.is_file():
        raise ArgumentError(f"{to}: is a file", "This format is a folder of files: name a folder with --to.")
    if form in FOLDERS and not may_replace(to, EXPORT):
        raise ArgumentError(
            f"{to}: holds files that this program did not write", "Name a new or an empty folder with --to."
        )


def _jsonl(corpus: Corpus, to: Path) -> str:
    from pipeline.outputs.exports.json_lines import make_objects

    return counted(_write_lines(make_objects(corpus), to), "document")


def _ftm(corpus: Corpus, to: Path) -> str:
    from pipeline.outputs.exports.follow_the_money import make_entities

    return counted(_write_lines(make_entities(corpus), to), "entity", "entities")


def _conll(corpus: Corpus, to: Path) -> str:
    from pipeline.outputs.exports.conll import make_lines

    with new_file(to) as partial, partial.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.writelines(make_lines(corpus))
    return counted(len(corpus.articles), "document")


def _spacy(corpus: Corpus, to: Path) -> str:
    from pipeline.outputs.exports.spacy_docs import write_docs

    with new_file(to) as partial:
        return counted(write_docs(corpus, partial), "document")


def _brat(corpus: Corpus, to: Path) -> str:
    from pipeline.outputs.exports.brat import write_brat

    return write_brat(corpus, to)


def _webannotation(corpus: Corpus, to: Path) -> str:
    from pipeline.outputs.exports.web_annotation import make_collection

    collection = make_collection(corpus)
    _write_json(collection, to)
    return counted(collection["total"], "annotation")


def _schemaorg(corpus: Corpus, to: Path) -> str:
    from pipeline.outputs.exports.schema_org import make_graph

    graph = make_graph(corpus)
    _write_json(graph, to)
    return counted(len(graph["@graph"]), "claim")


def _write_lines(records: Iterable[dict[str, Any]], to: Path) -> int:
    count = 0
    with new_file(to) as partial, partial.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
            count += 1
    return count


def _write_json(value: Any, to: Path) -> None:
    with new_file(to) as partial:
        partial.write_text(
            json.dumps(value, ensure_ascii=False, indent=1) + "\n",
            encoding="utf-8",
            errors="replace",
            newline="\n",
        )


WRITERS: dict[str, Callable[[Corpus, Path], str]] = {
    "jsonl": _jsonl,
    "conll": _conll,
    "spacy": _spacy,
    "brat": _brat,
    "webannotation": _webannotation,
    "ftm": _ftm,
    "schemaorg": _schemaorg,
}
