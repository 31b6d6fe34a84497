"""Reads a gold of any form."""

from __future__ import annotations

from pathlib import Path

from policy_news.core.errors import GoldError
from policy_news.outputs.formats import ENDINGS, READERS, gold_reader
from policy_news.outputs.formats.gold import GoldSet, check_names


def read_gold(path: Path, form: str | None = None) -> GoldSet:
    """Read a gold.

    Args:
        form: One of `READERS`; None to decide by the extension.

    Raises:
        GoldError: It cannot be read, is not in a known format, or has an invalid line.
    """
    if not path.exists():
        raise GoldError(f"{path}: does not exist", "Give an existing file.")
    reader = gold_reader(form or _format_of(path))
    try:
        gold = reader(path)
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: is not UTF-8", "Save it as UTF-8.") from error
    except OSError as error:
        raise GoldError(
            f"{error.filename or path}: cannot be read: {error.strerror or error}",
            "Check the path and its permissions.",
        ) from error
    check_names(path, gold.documents)
    return gold


def _format_of(path: Path) -> str:
    """Return the format of a gold file by its extension."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise GoldError(
            f"{path}: unknown extension '{path.suffix}'",
            f"Name the format with --gold-format: {', '.join(READERS)}.",
        )
    return ENDINGS[ending]
