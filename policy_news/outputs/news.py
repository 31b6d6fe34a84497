"""Finds what is new in the tables since the last call: documents, claims, entities and links, for an alert.

A mark remembers what was seen, file by file of the tables and by hashes of rows. So only files that changed are read, and a row that
moved with its document, or whose number changed, is not new.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_news.core.atomic_files import new_file
from policy_news.core.errors import ArgumentError
from policy_news.core.messages import printable
from policy_news.outputs.formats.csv_tables import neutralise
from policy_news.tables.chunks import is_among
from policy_news.tables.claim_words import with_name
from policy_news.tables.parquet import read_files, read_run, read_table

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Hashes = npt.NDArray[np.uint64]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "documents": ("doc_id", "title", "sha256"),
    "claims": (
        "claim_id",
        "doc_id",
        "source_text",
        "cue_text",
        "content_text",
        "claim_type",
        "kept",
        "reported",
        "source_entity_id",
    ),
    "entities": ("entity_id", "label", "name"),
    "claim_links": ("claim_id", "other_claim_id", "relation", "reason"),
}
"""Tables that are compared, and their columns."""  # fmt: skip
_KEY = re.compile(rf"({'|'.join(COLUMNS)}) [0-9a-f]{{64}}")
"""What a mark has an array under: a table, and the hash of one of its files."""


@dataclass(frozen=True, slots=True)
class News:
    """Something new.

    Attributes:
        state: `new`, or `changed` for a document with another text.
        id: The document, claim or entity; of a link the claim that is about the other.
        doc_id: Document; empty for an entity.
        label: Type of the claim, label of the entity, relation of the link.
        text: Title of the document, the claim as a sentence, name of the entity, reason of the link.
        other_id: The other claim of a link.
        speaker: Entity that speaks, if it is known.
    """

    table: str
    state: str
    id: str
    doc_id: str = ""
    label: str = ""
    text: str = ""
    other_id: str = ""
    speaker: str = ""


def find_news(out: Path, mark: Path) -> tuple[list[News], Mapping[str, Hashes]]:
    """Find what is new since a mark, and the next content of the mark.

    Args:
        mark: File of the mark; without it everything is new.

    Returns:
        The news, table by table, and hashes of what was seen for each file of the tables.

    Raises:
        StageError: There is no finished run.
        ArgumentError: The file is not a mark.
    """
    import numpy as np

    before, run = _read_mark(mark), read_run(out)
    news: list[News] = []
    seen: dict[str, Hashes] = {}
    for name, columns in COLUMNS.items():
        known = {
            key.partition(" ")[2]: hashes for key, hashes in before.items() if key.startswith(f"{name} ")
        }
        old = frozenset(np.concatenate([np.empty(0, np.uint64), *known.values()]).tolist())
        for digest, table in read_files(out, run, name, columns, known.keys()):
            if table is None:
                seen[f"{name} {digest}"] = known[digest]
            else:
                seen[f"{name} {digest}"] = np.array(_read_news(name, table, old, news), np.uint64)
    return _with_names(out, news), seen


def _with_names(out: Path, news: Sequence[News]) -> list[News]:
    """Return the news with the name of a speaker in front of a claim that does not say it: `[Ann Lowe] she denied it`."""
    speakers = {one.speaker for one in news if one.speaker}
    if not speakers:
        return list(news)
    entities = read_table(out, "entities")
    entities = entities.filter(is_among(entities["entity_id"], sorted(speakers)))
    names = dict(zip(*(entities[column].to_pylist() for column in ("entity_id", "name")), strict=True))
    return [replace(one, text=with_name(one.text, names.get(one.speaker, ""))) for one in news]


def _read_news(name: str, table: pa.Table, old: frozenset[int], news: list[News]) -> list[int]:
    """Add to the news what is new in a file of a table; returns the hashes of its rows."""
    found: set[int] = set()
    for row in table.to_pylist():
        told, hashes = _told(name, row)
        news += _compared(told, hashes, old)
        found.update(hashes)
    return sorted(found)


def _compared(told: News, hashes: tuple[int, ...], old: frozenset[int]) -> Iterator[News]:
    """Yield the row if it is new: the last hash covers all columns that count, the one before it what identifies the row."""
    if not hashes or hashes[-1] in old:
        return
    is_known = len(hashes) > 1 and hashes[0] in old
    yield replace(told, state="changed") if is_known else told


def _told(name: str, row: Mapping[str, Any]) -> tuple[News, tuple[int, ...]]:
    """Return the news of a row and the hashes that identify it; no hashes for a claim that is left out."""
    if name == "documents":
        doc_id = row["doc_id"]
        told = News(name, "new", doc_id, doc_id, text=row["title"] or "")
        return told, (_hash(doc_id), _hash(doc_id, row["sha256"]))
    if name == "entities":
        told = News(name, "new", row["entity_id"], label=row["label"], text=row["name"])
        return told, (_hash(row["entity_id"]),)
    doc_id = row["claim_id"].rpartition("#")[0]
    if name == "claim_links":
        told = News(
            name, "new", row["claim_id"], doc_id, row["relation"], row["reason"], row["other_claim_id"]
        )
        return told, (_hash(doc_id, row["relation"], row["reason"]),)
    # Without places: a claim is not new because a line was put before it.
    words = [row[column] or "" for column in ("source_text", "cue_text", "content_text")]
    speaker = row["source_entity_id"] or ""
    told = News(
        name, "new", row["claim_id"], row["doc_id"], row["claim_type"], row["reported"], speaker=speaker
    )
    return told, (_hash(row["doc_id"], *words),) if row["kept"] else ()


def _hash(*parts: str) -> int:
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def _read_mark(mark: Path) -> dict[str, Hashes]:
    """Read a mark; empty if there is none yet."""
    if not os.path.lexists(mark):
        return {}
    try:
        found = _load_hashes(mark)
    except Exception as error:  # of whatever is inside an archive that is not ours
        raise _no_mark(mark) from error
    if not found:
        raise _no_mark(mark)
    return found


def _load_hashes(mark: Path) -> dict[str, Hashes]:
    """Load the arrays of a mark; empty if the file is another archive, or not a file."""
    import numpy as np

    if not mark.is_file():
        return {}
    with np.load(mark, allow_pickle=False) as file:
        # The keys first: what is after others is not ours to unpack.
        if not all(map(_KEY.fullmatch, file.files)):
            return {}
        found = {key: file[key] for key in file.files}
    if all(hashes.dtype == np.uint64 and hashes.ndim == 1 for hashes in found.values()):
        return found
    return {}


def _no_mark(mark: Path) -> ArgumentError:
    return ArgumentError(
        f"{mark}: is not a mark that `pipeline new` wrote",
        "Name another file, or remove it: then all is new.",
    )


def write_mark(mark: Path, seen: Mapping[str, Hashes]) -> None:
    """Write what was seen; it appears complete.

    Raises:
        StageError: It cannot be written.
    """
    import numpy as np

    save: Any = np.savez  # its types know only their own names
    with new_file(mark) as path, path.open("wb") as file:
        save(file, **seen)


def format_news(news: list[News], form: str) -> str:
    """Return the news as `text`, `csv` or `jsonl`."""
    if form == "jsonl":
        return "".join(f"{json.dumps(asdict(one), ensure_ascii=False)}\n" for one in news)
    if form == "csv":
        file = io.StringIO()
        writer = csv.DictWriter(file, [field.name for field in fields(News)], lineterminator="\n")
        writer.writeheader()
        for one in news:
            writer.writerow({name: neutralise(value) for name, value in asdict(one).items()})
        return file.getvalue()
    lines = [
        f"{one.table:<12}{one.state:<9}{printable(one.label):<15}{printable(one.id)}\n  {printable(one.text)}\n"
        for one in news
    ]
    counts = ", ".join(f"{sum(one.table == name for one in news)} {name}" for name in COLUMNS)
    return "".join([*lines, f"new: {counts}\n"])
