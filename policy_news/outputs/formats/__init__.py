"""The formats that other programs read and write, one module each.

To add a format, write its module and add one line to `FORMATS`: the command line, the help and `evaluate` follow it.
This module stays light: the command line imports it for every `--help`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from policy_news.core.atomic_files import EXPORT, edited_files, may_replace, require_new
from policy_news.core.errors import ArgumentError, SettingsError

if TYPE_CHECKING:
    from policy_news.outputs.formats.gold import GoldSet

_HERE = __name__
_OUTPUTS = __name__.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Format:
    """A format and where its code is; functions are named, not imported, so that listing them is cheap.

    Attributes:
        write: `module:function(out, to) -> str`: writes the tables of the run in `out` to `to` and returns what was
            written, in words. None if the format is only read. If it is read too and a folder, it takes `keep`: names of files
            that people edited and that stay.
        read: `module:function(path) -> GoldSet`: reads reference annotations. None if the format is only written.
        endings: Lower-case file extensions by which `evaluate` recognises the format.
        is_folder: The format is a folder of files.
        beside: Name of a second file that is written, made from the stem of the first.
    """

    write: str | None
    read: str | None = None
    endings: tuple[str, ...] = ()
    is_folder: bool = False
    beside: str | None = None


FORMATS: dict[str, Format] = {
    "csv": Format(f"{_HERE}.csv_tables:write_csv", is_folder=True),
    "xlsx": Format(f"{_HERE}.excel:write_excel"),
    "jsonl": Format(
        f"{_HERE}.json_lines:write_jsonl", f"{_HERE}.json_lines:read_jsonl", (".jsonl", ".ndjson")
    ),
    "conll": Format(
        f"{_HERE}.conll:write_conll",
        f"{_HERE}.conll:read_conll",
        (".conll", ".conll2003", ".iob", ".bio", ".tsv", ".txt"),
    ),
    "spacy": Format(f"{_HERE}.docbin:write_docbin", f"{_HERE}.docbin:read_docbin", (".spacy",)),
    "ftm": Format(f"{_HERE}.follow_the_money:write_follow_the_money"),
    "sqlite": Format(f"{_OUTPUTS}.databases.sqlite_file:write_sqlite", beside="{stem}.metadata.json"),
}
"""All formats by their names on the command line."""


def export_formats() -> tuple[str, ...]:
    """Return the names of the formats that tables can be exported to."""
    return tuple(name for name, form in FORMATS.items() if form.write)


def gold_formats() -> tuple[str, ...]:
    """Return the names of the formats that reference annotations can be read from."""
    return tuple(name for name, form in FORMATS.items() if form.read)


def gold_reader(name: str) -> Callable[[Path], GoldSet]:
    """Return the function that reads a format.

    Raises:
        SettingsError: There is no such format, or it is only written.
    """
    form = FORMATS.get(name)
    if form is None or form.read is None:
        raise SettingsError(f"{name}: cannot be read", f"Formats: {', '.join(gold_formats())}.")
    reader: Callable[[Path], GoldSet] = resolve_name(form.read)
    return reader


def write_export(out: Path, name: str, to: Path, *, force: bool = False) -> str:
    """Write the tables of a finished run in another format.

    Args:
        name: One of `export_formats()`.
        to: File to write; a folder for the formats that are folders.
        force: Replace an existing file, and files of an export that were edited since.

    Raises:
        SettingsError: There is no such format, or the target does not fit it.
        StageError: There is no finished run, or the target cannot be written.
    """
    form = FORMATS.get(name)
    if form is None or form.write is None:
        raise SettingsError(f"{name}: no such format", f"Formats: {', '.join(export_formats())}.")
    require_target(form, to, force=force)
    writer: Callable[..., str] = resolve_name(form.write)
    if not form.is_folder or form.read is None or force:
        return writer(out, to)
    edited = edited_files(to)
    written = writer(out, to, keep=edited)
    if edited:
        written += f"; kept what was edited since the last export ({', '.join(edited)}; --force replaces it)"
    return written


def require_target(form: Format, to: Path, *, force: bool = False) -> None:
    """Refuse a target that does not fit the format.

    Raises:
        ArgumentError: It is a folder where the format is a file, or the reverse, an existing file, or a folder with files
            of the user's.
    """
    above = next(folder for folder in to.absolute().parents if folder.exists())
    if not above.is_dir():
        raise ArgumentError(f"{to}: {above} is a file", "Name a path inside a folder with --to.")
    if not form.is_folder and to.is_dir():
        raise ArgumentError(f"{to}: is a folder", "This format is one file: name a file with --to.")
    written = [to, *([to.with_name(form.beside.format(stem=to.stem))] if form.beside else [])]
    for path in written if not form.is_folder else ():
        require_new(path, force=force)
    if form.is_folder and to.is_file():
        raise ArgumentError(f"{to}: is a file", "This format is a folder of files: name a folder with --to.")
    if form.is_folder and not may_replace(to, EXPORT):
        raise ArgumentError(
            f"{to}: holds files that this program did not write", "Name a new or an empty folder with --to."
        )
    if form.is_folder and form.read is None and not force and (edited := edited_files(to)):
        raise ArgumentError(
            f"{to}: {', '.join(edited)}: edited or added since the last export",
            "Name a new folder with --to, or replace all files with --force.",
        )
