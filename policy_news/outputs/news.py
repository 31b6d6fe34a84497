"""Finds what is new in the tables since the last call: documents, claims, entities and links, for an alert.

A mark remembers hashes of what was seen, without places: a claim is not new because a line was put before it.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
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
    import pandas as pd

KEYS: Mapping[str, tuple[str, ...]] = {
    "documents": ("doc_id",),
    "claims": ("doc_id", "source_text", "cue_text", "content_text"),
    "entities": ("entity_id",),
    "claim_links": ("doc_id", "relation", "reason"),
}
"""Tables that are compared, and the columns that identify a row."""
SHOWN: Mapping[str, tuple[str, ...]] = {
    "documents": ("title",),
    "claims": ("claim_id", "claim_type", "kept", "reported", "source_entity_id"),
    "entities": ("label", "name"),
    "claim_links": ("claim_id", "other_claim_id"),
}
"""Further columns that are told."""
VALUES: Mapping[str, tuple[str, ...]] = {"documents": ("sha256",)}
"""Columns that make a row a changed one."""
MARK = ("table", "key", "row")
"""Columns of a mark: a table, and hashes of what identifies a row and of all that counts."""


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


def find_news(out: Path, mark: Path) -> tuple[list[News], pd.DataFrame]:
    """Find what is new since a mark, and the next content of the mark.

    Args:
        mark: File of the mark; without it everything is new.

    Raises:
        StageError: There is no finished run.
        ArgumentError: The file is not a mark.
    """
    import pandas as pd

    run, before = read_run(out), _read_mark(mark)
    news: list[News] = []
    seen: list[pd.DataFrame] = []
    for name, keys in KEYS.items():
        rows = _read(out, name, run)
        old = before[before["table"] == name]
        now = pd.DataFrame({"table": name, "key": _hash(rows, keys)})
        now["row"] = _hash(rows, (*keys, *VALUES.get(name, ())))
        is_new, is_known = ~now["row"].isin(old["row"]), now["key"].isin(old["key"])
        told = rows[is_new].assign(state=is_known[is_new].map({True: "changed", False: "new"}))
        news += [_tell(name, row) for row in told.to_dict("records")]
        seen.append(now)
    return _with_names(out, news), pd.concat(seen, ignore_index=True)


def _read(out: Path, name: str, run: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    columns = [*KEYS[name], *SHOWN[name], *VALUES.get(name, ())]
    if name == "claim_links":
        columns.remove("doc_id")
    parts = [pd.DataFrame(columns=columns)]
    for _, table in read_files(out, run, name, columns):
        if table is not None:
            parts.append(table.to_pandas())
    frame = pd.concat(parts, ignore_index=True).astype(object)
    frame = frame.where(frame.notna(), "")
    if name == "claims":
        frame = frame[frame["kept"].astype(bool)]
    if name == "claim_links":
        frame["doc_id"] = frame["claim_id"].str.rsplit("#", n=1).str[0]
    return frame.reset_index(drop=True)


def _hash(rows: pd.DataFrame, columns: Sequence[str]) -> pd.Series[int]:
    import pandas as pd

    hashes: pd.Series[int] = pd.util.hash_pandas_object(rows[list(columns)], index=False, categorize=False)
    return hashes


def _tell(name: str, row: Mapping[Any, Any]) -> News:
    state = row["state"]
    if name == "documents":
        return News(name, state, row["doc_id"], row["doc_id"], text=row["title"])
    if name == "entities":
        return News(name, state, row["entity_id"], label=row["label"], text=row["name"])
    if name == "claim_links":
        ids = row["claim_id"], row["doc_id"]
        return News(name, state, *ids, row["relation"], row["reason"], row["other_claim_id"])
    ids, speaker = (row["claim_id"], row["doc_id"]), row["source_entity_id"]
    return News(name, state, *ids, row["claim_type"], row["reported"], speaker=speaker)


def _with_names(out: Path, news: Sequence[News]) -> list[News]:
    """Return the news with the name of a speaker whom a claim does not name: `[Ann Lowe] she denied it`."""
    speakers = {one.speaker for one in news if one.speaker}
    if not speakers:
        return list(news)
    entities = read_table(out, "entities")
    entities = entities.filter(is_among(entities["entity_id"], sorted(speakers)))
    names = dict(zip(*(entities[column].to_pylist() for column in ("entity_id", "name")), strict=True))
    return [replace(one, text=with_name(one.text, names.get(one.speaker, ""))) for one in news]


def _read_mark(mark: Path) -> pd.DataFrame:
    """Read a mark; empty if there is none yet."""
    import pandas as pd

    if not os.path.lexists(mark):
        return pd.DataFrame(columns=MARK)
    try:
        frame = pd.read_parquet(mark) if mark.is_file() else None
    except (OSError, ValueError):  # not Parquet: Arrow's errors are of these kinds
        frame = None
    if frame is None or tuple(frame.columns) != MARK:
        raise ArgumentError(
            f"{mark}: is not a mark that `pipeline new` wrote",
            "Name another file, or remove it: then all is new.",
        )
    return frame


def write_mark(mark: Path, seen: pd.DataFrame) -> None:
    """Write what was seen; it appears complete."""
    with new_file(mark) as path:
        seen.to_parquet(path, index=False)


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
        f"{one.table:<12}{one.state:<9}{printable(one.label):<15}{printable(one.id)}\n"
        f"  {printable(one.text)}\n"
        for one in news
    ]
    counts = ", ".join(f"{sum(one.table == name for one in news)} {name}" for name in KEYS)
    return "".join([*lines, f"new: {counts}\n"])
