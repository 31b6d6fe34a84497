"""Reads a gold of any form, and the texts of one that leaves them out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.core.errors import GoldError
from pipeline.evaluation.gold import GoldSet, check_names
from pipeline.evaluation.read_brat import read_brat
from pipeline.evaluation.read_conll import read_conll
from pipeline.evaluation.read_docbin import read_docbin
from pipeline.evaluation.read_jsonl import read_jsonl

READERS: dict[str, Callable[[Path], GoldSet]] = {
    "jsonl": read_jsonl,
    "spacy": read_docbin,
    "conll": read_conll,
    "brat": read_brat,
}
ENDINGS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".spacy": "spacy", ".conll": "conll", ".conll2003": "conll", ".iob": "conll", ".bio": "conll",
    ".tsv": "conll", ".txt": "conll",
}  # fmt: skip


def read_gold(path: Path, form: str | None = None, texts: Path | None = None) -> GoldSet:
    """Read a gold.

    Args:
        path: A file, or a folder in brat's form.
        form: One of `READERS`; None to tell it by the ending.
        texts: Folder with the texts, `NAME` or `NAME.txt`, of documents that the gold holds without.

    Raises:
        GoldError: It cannot be read, is of no known form, or a line of it does not fit.
    """
    if not path.exists():
        raise GoldError(f"{path}: does not exist", "Give an existing file, or a folder in brat's form.")
    reader = READERS[form or _form_of(path)]
    try:
        gold = reader(path)
        if texts is not None:
            gold = _with_texts(gold, texts)
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: is not UTF-8", "Save it as UTF-8.") from error
    except OSError as error:
        raise GoldError(
            f"{error.filename or path}: cannot be read: {error.strerror or error}",
            "Check the path and its permissions.",
        ) from error
    check_names(path, gold.documents)
    return gold


def _form_of(path: Path) -> str:
    if path.is_dir():
        return "brat"
    form = ENDINGS.get(path.suffix.lower())
    if form is None:
        raise GoldError(
            f"{path}: unknown ending '{path.suffix}'",
            f"Say what it is with --gold-format: {', '.join(READERS)}.",
        )
    return form


def _with_texts(gold: GoldSet, texts: Path) -> GoldSet:
    documents = [
        replace(one, text=_read_text(texts, one.name)) if one.text is None else one for one in gold.documents
    ]
    return replace(gold, documents=tuple(documents))


def _read_text(folder: Path, name: str) -> str:
    """The raw text, line ends as they are."""
    for path in (folder / name, folder / f"{name}.txt"):
        if path.is_file():
            return path.read_bytes().decode("utf-8")
    raise GoldError(f"{folder}: no text of document '{name}'", f"Looked for '{name}' and '{name}.txt'.")
