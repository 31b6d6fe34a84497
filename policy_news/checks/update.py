"""`pipeline check --update`: adds to a file of expectations what a run has and the file does not mention."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_news.checks.expectations_file import check_labels, parse_expectations
from policy_news.checks.insertion import insert_entries
from policy_news.checks.selection import (
    MAX_DOCUMENTS,
    choose_documents,
    select_documents,
    select_shares,
    select_tables,
)
from policy_news.core.atomic_files import new_file
from policy_news.core.errors import ExpectationError
from policy_news.core.messages import counted, unread

if TYPE_CHECKING:
    import pyarrow as pa

HEADER = """\
# Written by `pipeline check --update` from a run. Look through it: what the run got wrong is wrong here.
# An entry that is here stays as it is; delete one to have it written anew. The form is in docs/checks.md.
"""
NOTE = "written from a run: review"


@dataclass(frozen=True, slots=True)
class Update:
    """What was added to a file of expectations.

    Attributes:
        added: Number of entries by section.
        left_out: Documents of the run for which there was no room.
    """

    added: Mapping[str, int]
    left_out: int

    def shown(self) -> str:
        """Return the update in one line."""
        added = [f"{section} {number}" for section, number in self.added.items() if number]
        shown = f"added: {', '.join(added) or 'nothing'}; existing entries were not changed"
        if self.left_out:
            shown += f"; {counted(self.left_out, 'document')} left out ({MAX_DOCUMENTS} at most are written)"
        return shown


def update_file(path: Path, tables: Mapping[str, pa.Table]) -> Update:
    """Write what the file lacks; existing text is kept unchanged.

    Raises:
        ExpectationError: The file is there and does not fit, or cannot be added to.
        StageError: It cannot be written.
    """
    text = _read(path)
    file = parse_expectations(path, text)
    check_labels(file, tables)
    expected = file.expected
    doc_ids = tables["documents"]["doc_id"].to_pylist()
    missing = [doc_id for doc_id in doc_ids if doc_id not in expected.documents]
    chosen = choose_documents(missing, MAX_DOCUMENTS - len(expected.documents))
    known_shares = expected.shares.model_dump(exclude_none=True)
    sections = {
        "documents": select_documents(tables, chosen),
        "tables": _without(select_tables(tables), expected.tables),
        "shares": _without(select_shares(tables), known_shares),
    }
    new = text or HEADER
    try:
        for section, entries in sections.items():
            # The header of a new file tells people to look through it; in a file of theirs each entry must.
            note = NOTE if text and section == "documents" else ""
            new = insert_entries(new, section, entries, note)
    except ValueError as error:
        hint = "Write it in lines, one key each, or let --update write a new file."
        raise ExpectationError(f"{path}: cannot be added to: {error}", hint, file=str(path)) from error
    parse_expectations(path, new)  # before it is written: a file that cannot be read must not replace one
    if new != text:
        with new_file(path) as partial:
            partial.write_bytes(new.encode("utf-8"))
    return Update(
        {section: len(entries) for section, entries in sections.items()}, len(missing) - len(chosen)
    )


def _without(entries: Mapping[str, Any], known: Container[str]) -> dict[str, Any]:
    return {name: entry for name, entry in entries.items() if name not in known}


def _read(path: Path) -> str:
    """Return the text unchanged, line ends included; empty if there is no file."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ExpectationError(
            unread(path, error), "Give --expect a YAML file, or a name for a new one.", file=str(path)
        ) from error
