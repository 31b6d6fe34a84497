"""The formats that other programs read and write, one module each.

To add one, write its module and add a line to `WRITERS`, or to `READERS` and `ENDINGS`: the command line, the
help and `evaluate` follow. This module stays light: the command line imports it for every `--help`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from policy_news.core.atomic_files import EXPORT, may_replace, require_new
from policy_news.core.errors import ArgumentError, SettingsError

if TYPE_CHECKING:
    from policy_news.outputs.formats.gold import GoldSet

_HERE = __name__
WRITERS = {
    "csv": f"{_HERE}.csv_tables:write_csv",
    "xlsx": f"{_HERE}.excel:write_excel",
    "jsonl": f"{_HERE}.json_lines:write_jsonl",
    "conll": f"{_HERE}.conll:write_conll",
    "spacy": f"{_HERE}.docbin:write_docbin",
    "ftm": f"{_HERE}.follow_the_money:write_follow_the_money",
    "sqlite": "policy_news.outputs.databases.sqlite_file:write_sqlite",
}
"""Functions `(out, to) -> str` that write the tables of a run and return what was written, in words."""
READERS = {
    "jsonl": f"{_HERE}.json_lines:read_jsonl",
    "conll": f"{_HERE}.conll:read_conll",
    "spacy": f"{_HERE}.docbin:read_docbin",
}
"""Functions `(path) -> GoldSet` that read reference annotations."""
ENDINGS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".conll": "conll",
    ".conll2003": "conll",
    ".iob": "conll",
    ".bio": "conll",
    ".tsv": "conll",
    ".txt": "conll",
    ".spacy": "spacy",
}
"""Extensions by which `evaluate` recognises a format."""
FOLDER = "csv"
"""The format that is a folder of files."""


def gold_reader(name: str) -> Callable[[Path], GoldSet]:
    """Return the function that reads a format."""
    if name not in READERS:
        raise SettingsError(f"{name}: cannot be read", f"Formats: {', '.join(READERS)}.")
    reader: Callable[[Path], GoldSet] = resolve_name(READERS[name])
    return reader


def write_export(out: Path, name: str, to: Path, *, force: bool = False) -> str:
    """Write the tables of a finished run in another format.

    Args:
        name: One of `WRITERS`.
        to: File to write; a folder for csv.
        force: Replace an existing file or an earlier export.

    Raises:
        SettingsError: There is no such format, or the target does not fit it.
        StageError: There is no finished run, or the target cannot be written.
    """
    if name not in WRITERS:
        raise SettingsError(f"{name}: no such format", f"Formats: {', '.join(WRITERS)}.")
    above = next(folder for folder in to.absolute().parents if folder.exists())
    if not above.is_dir():
        raise ArgumentError(f"{to}: {above} is a file", "Name a path inside a folder with --to.")
    if name == FOLDER:
        _check_folder(to, force=force)
    else:
        _check_file(to, force=force)
    writer: Callable[[Path, Path], str] = resolve_name(WRITERS[name])
    return writer(out, to)


def _check_file(to: Path, *, force: bool) -> None:
    if to.is_dir():
        raise ArgumentError(f"{to}: is a folder", "This format is one file: name a file with --to.")
    require_new(to, force=force)


def _check_folder(to: Path, *, force: bool) -> None:
    if to.is_file():
        raise ArgumentError(f"{to}: is a file", "This format is a folder of files: name a folder with --to.")
    if not may_replace(to, EXPORT):
        raise ArgumentError(
            f"{to}: holds files that this program did not write", "Name a new or an empty folder with --to."
        )
    if to.is_dir() and any(to.iterdir()):
        require_new(to, force=force)
