"""Says where the rows of the rule data come from, and up to which day they are known."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policy_news.rules.lexicon import NameLexicon
from policy_news.rules.name_forms import person_id
from policy_news.rules.rule_models import Holder, Office, OfficeFile, Sourced

PROVENANCE = "provenance.json"
"""File of a built pipeline: the sources of its terms, and the horizon of its offices."""


def describe(file: Sourced, source: str | None, day: str | None = None, confidence: str | None = None) -> str:
    """Describe source, day of the check and kind of days of a row in words.

    Args:
        source: What the row itself says: a key of the file's sources, or words.
        day: Kind of days that the row itself gives.
    """
    known = file.sources.get(source or "")
    checked: dt.date | None
    if known:
        title, checked, kind = known.title, known.checked, day or known.day
    else:
        title, checked, kind = source or file.source or "no source", file.known_to, day or file.day
    parts = [title.rstrip(".")]
    if checked:
        parts.append(f"checked {checked}")
    if kind:
        parts.append({"exact": "days exact", "reshuffle": "days of the reshuffle"}[kind])
    if confidence:
        parts.append(confidence)
    return "; ".join(parts)


def find_holder(
    lexicon: NameLexicon, office: str, person: str, day: dt.date
) -> tuple[OfficeFile, Office, Holder] | None:
    """Find the row of a person in an office on a day.

    Returns:
        The row with its office and file; None if there is none.
    """
    for file in lexicon.offices:
        for known in file.offices:
            if known.id != office:
                continue
            for holder in known.holders:
                if holder.holds(day) and person_id(holder.person) == person:
                    return file, known, holder
    return None


def collect(lexicon: NameLexicon) -> dict[str, Any]:
    """Collect what a built pipeline says about its rule data."""
    sources: dict[str, int] = {}
    terms: dict[str, int] = {}
    for file in lexicon.terms:
        for term in file.terms:
            # Thousands of terms share a few descriptions, so a term stores the number of its own.
            said = describe(file, term.source)
            terms[term.id] = sources.setdefault(said, len(sources))
    return {"horizon": horizon(lexicon), "sources": list(sources), "terms": terms}


def horizon(lexicon: NameLexicon) -> dict[str, str]:
    """Return the first and last of the days up to which the office files are known."""
    days = [file.known_to for file in lexicon.offices if file.known_to]
    if days:
        return {"oldest": min(days).isoformat(), "newest": max(days).isoformat()}
    return {}


def read_provenance(model: Path) -> Mapping[str, Any]:
    """Read the file of a built pipeline; empty if it is missing."""
    path = model / PROVENANCE
    if not path.is_file():
        return {}
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data
