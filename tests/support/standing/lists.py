"""Lists of names with odd cells: each entry that is taken is one that a row of the file names, or nothing is taken."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from policy_news.core.errors import RuleError
from policy_news.rules.list_import import import_list
from policy_news.rules.own_lists import NAMES_FILE, OwnList
from policy_news.tables.parquet import read_tables
from tests.support.standing.runs import make_settings, run_local

COLUMNS = ("id", "name", "aliases", "label", "kb_id", "country", "from", "to")
EVIL = "zz\tCOMPANY\t\t\t\t\tEvil\tMonday"
SIGNS = (
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\x00",
    "\x0b",
    "\x1c",
    "\x85",
    "\u2028",
    "\u202e",
    "|",
    "?",
    ",",
    '"',
    "\\",
    "\ufeff",
)
CELLS = (
    *(f"Q1{sign}{EVIL}" for sign in SIGNS),
    *(f"x{sign}y" for sign in SIGNS),
    *("", " ", "0000", "9999", "2022-13", "-", "=1+1", "GB;US", "?", "||", "é" * 2_000, "The", "Monday", "x" * 100_000),
)  # fmt: skip
TEXT = (
    "Evil Rises\n\nXylo Optics said on Monday that Apple would sue Tarn Optics. The Home Office denied it.\n"
)
MARK = "odd"
"""The name of the lists, before the ids of their entries."""


def check_lists(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Import a list with odd cells and run with it."""
    rng = random.Random(seed)
    raw = folder / "raw"
    raw.mkdir(parents=True)
    (raw / "a.txt").write_text(TEXT, encoding="utf-8")
    run_local(raw, folder / "without")
    usual = _entities(folder / "without")
    for number in range(tries):
        work = folder / str(number)
        rows = [dict(zip(COLUMNS, ("x", "Xylo Optics", "", "COMPANY", "", "", "", ""), strict=True))]
        rows.append({**rows[0], "id": "y", "name": "Tarn Optics"})
        for _ in range(rng.choice([1, 1, 2])):
            rng.choice(rows)[rng.choice(COLUMNS)] = rng.choice(CELLS)
        for fault in _faults(work, raw, rows, usual):
            yield f"try {number} of seed {seed}: {fault}: {[{k: v[:40] for k, v in row.items()} for row in rows]}"
        shutil.rmtree(work, ignore_errors=True)


def _faults(work: Path, raw: Path, rows: list[dict[str, str]], usual: set[str]) -> Iterator[str]:
    source, own = work / "list.csv", work / MARK
    work.mkdir()
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    try:
        import_list(source, own, MARK)
    except RuleError:
        if own.is_dir() and any(own.iterdir()):
            yield "refused, but something is written"
        return
    lines = (own / NAMES_FILE).read_bytes().splitlines()
    if len(lines) != OwnList(own).info.entries or len(lines) > len(rows):
        yield f"{len(lines)} entries of {len(rows)} rows"
    run_local(raw, work / "out", make_settings(annotate={"own_lists": (str(own),)}))
    known = {f"{MARK}:{row['id'].strip()}" for row in rows} | {row["kb_id"].strip() for row in rows}
    odd = _entities(work / "out") - usual - known
    if odd:
        yield f"entities that no row names: {sorted(odd)}"


def _entities(out: Path) -> set[str]:
    return set(read_tables(out)["entities"]["entity_id"].to_pylist())
