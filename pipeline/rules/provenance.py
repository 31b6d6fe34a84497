"""Where the rows of the rule data come from, and to which day they know."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.rules.lexicon import Lexicon
from pipeline.rules.names import person_id
from pipeline.rules.schema import Holder, Office, OfficeFile, Sourced

PROVENANCE = "provenance.json"
"""File of a built pipeline: the sources of its terms, and the horizon of its offices."""


def describe(file: Sourced, source: str | None, day: str | None = None, confidence: str | None = None) -> str:
    """Source, day of the check and kind of days of a row, in words.

    Args:
        file: The file of the row.
        source: What the row itself says: a key of the file's sources, or words.
        day: The row's own kind of days.
        confidence: That of the row.
    """
    known = file.sources.get(source or "")
    title = known.title if known else (source or file.source or "no source")
    checked = known.checked if known else file.known_to
    kind = day or (known.day if known else file.day)
    parts = [title.rstrip(".")]
    if checked:
        parts.append(f"checked {checked}")
    if kind:
        parts.append({"exact": "days exact", "reshuffle": "days of the reshuffle"}[kind])
    if confidence:
        parts.append(confidence)
    return "; ".join(parts)


def find_holder(
    lexicon: Lexicon, office: str, person: str, day: dt.date
) -> tuple[OfficeFile, Office, Holder] | None:
    """The row of a person in an office on a day, with its file."""
    for file in lexicon.offices:
        for known in file.offices:
            if known.id != office:
                continue
            for holder in known.holders:
                if holder.holds(day) and person_id(holder.person) == person:
                    return file, known, holder
    return None


def collect(lexicon: Lexicon) -> dict[str, Any]:
    """What a built pipeline tells of its rule data."""
    sources: dict[str, int] = {}
    terms: dict[str, int] = {}
    for file in lexicon.terms:
        for term in file.terms:
            said = describe(file, term.source)
            terms[term.id] = sources.setdefault(said, len(sources))
    return {"horizon": horizon(lexicon), "sources": list(sources), "terms": terms}


def horizon(lexicon: Lexicon) -> dict[str, str]:
    """The first and last of the days to which the office files know."""
    days = [file.known_to for file in lexicon.offices if file.known_to]
    if days:
        return {"oldest": min(days).isoformat(), "newest": max(days).isoformat()}
    return {}


def read_provenance(model: Path) -> Mapping[str, Any]:
    """The file of a built pipeline; empty where there is none."""
    path = model / PROVENANCE
    if not path.is_file():
        return {}
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data
