"""Rebuild `models/reference/us_legislators.csv`: `python -m scripts.legislators FOLDER`.

FOLDER has `legislators-current.json` and `legislators-historical.json` of unitedstates/congress-legislators. Rows of members whom these files do not
know, since they came later, stay as they are.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.reference.manifest import REFERENCE_DIR
from tools.reference.tables import write_table

FILE = REFERENCE_DIR / "us_legislators.csv"
COLUMNS = ("member", "name", "also", "gender", "chamber", "state", "party", "from", "to", "source")
SOURCE = "congress-legislators"
FIRST = "1995-01-01"
"""Members whose last term ended before are not of the news that is read here."""
KNOWN_TO = "2015-07-05"
"""Day of the copy; a term that had not ended then may have gone on."""
PARTIES = {"Democrat": "D", "Republican": "R"}


def usual_names(name: Mapping[str, str]) -> list[str]:
    """The names by which the news calls a member, the usual one first; without middle names."""
    official = name.get("official_full", "").split()
    givens = [name.get("nickname", ""), *official[:1], name["first"], *name.get("middle", "").split()[:1]]
    whole = [given for given in givens if len(given.strip(".")) > 1] or [name["first"]]
    if len(name["first"].strip(".")) > 1:  # a middle name only where the first one is an initial
        whole = [given for given in whole if given != name.get("middle", "").split(" ")[0]] or whole
    return list(dict.fromkeys(f"{given} {name['last']}" for given in whole))


def service(member: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """A row for each time that a member served in one chamber for one state."""
    names = usual_names(member["name"])
    row: dict[str, str] = {}
    for term in member["terms"]:
        chamber = "senate" if term["type"] == "sen" else "house"
        gap = row and int(term["start"][:4]) - int(row["to"][:4]) > 1
        if (row.get("chamber"), row.get("state")) != (chamber, term["state"]) or gap:
            if row:
                yield row
            row = {
                "member": member["id"]["bioguide"],
                "name": names[0],
                "also": "; ".join(names[1:]),
                "gender": member["bio"]["gender"].lower(),
                "chamber": chamber,
                "state": term["state"],
                "from": term["start"],
                "source": SOURCE,
                "suffix": "Jr." if member["name"].get("suffix", "").startswith("Jr") else "",
            }
        row |= {"to": term["end"], "party": PARTIES.get(term.get("party", ""), "I")}
    yield row


def main(folder: Path) -> None:
    """Write the table."""
    rows = []
    for file in ("current", "historical"):
        for member in json.loads((folder / f"legislators-{file}.json").read_text(encoding="utf-8")):
            if member["terms"][-1]["end"] >= FIRST:
                rows += list(service(member))
    bearers = Counter(name for name, _ in {(row["name"], row["member"]) for row in rows})
    for row in rows:
        if row["suffix"] and bearers[row["name"]] > 1:  # the father sat in Congress too
            row["name"] += f" {row['suffix']}"
        row["to"] = row["to"] if row["to"] < KNOWN_TO else ""
    known = {(row["member"], row["chamber"], row["state"]) for row in rows}
    if FILE.is_file():
        with FILE.open(encoding="utf-8", newline="") as lines:
            kept = [row for row in csv.DictReader(lines) if row["source"] != SOURCE]
        rows += [row for row in kept if (row["member"], row["chamber"], row["state"]) not in known]
    rows.sort(key=lambda row: [row[column] for column in ("name", *COLUMNS)])
    FILE.write_text(write_table(COLUMNS, iter(rows)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
