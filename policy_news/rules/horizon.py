"""Finds out how old the facts of the rule files are."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from policy_news.rules.lexicon import TERM_FOLDERS
from policy_news.rules.rule_files import RULES_DIR, rule_files

MAX_AGE = dt.timedelta(days=120)
"""Age from which facts that nobody has checked are stale."""
_KNOWN_TO = re.compile(r"^known_to: (\d{4}-\d{2}-\d{2})$", re.MULTILINE)


RUNNING = ("offices", "persons")
"""Folders whose facts expire by themselves."""


def read_horizons(folder: Path = RULES_DIR) -> Iterator[tuple[Path, dt.date | None]]:
    """Yield each file of facts that expire, or that a source makes, with the last day that it claims to know."""
    for name in (*TERM_FOLDERS, *RUNNING):
        for path in rule_files(folder / name):
            text = path.read_text(encoding="utf-8")
            found = _KNOWN_TO.search(text)
            if name not in RUNNING and "\nsources: " not in text:
                continue
            # Searched as text: parsing hundreds of YAML files would take seconds.
            day: dt.date | None = dt.date.fromisoformat(found[1]) if found else None
            yield path, day


def find_stale(today: dt.date, folder: Path = RULES_DIR) -> dict[dt.date | None, list[str]]:
    """Find files that were last checked too long ago.

    Returns:
        Paths below the folder, by the last day that they know; None for files that do not say.
    """
    stale: dict[dt.date | None, list[str]] = {}
    for path, day in read_horizons(folder):
        if day is None or today - day > MAX_AGE:
            stale.setdefault(day, []).append(path.relative_to(folder).as_posix())
    return stale
