"""How many holders of office are known by their full names alone: `python -m benchmarks.ministers [DAY] [STEP]`, 2024-08-05 and every third if left out.

Each is in a document of two plain sentences. Prints the shares for offices of cabinet level and for all, and the names that are missed.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence

import spacy

from policy_news.core.settings import Settings, find_model
from policy_news.rules.lexicon import NameLexicon, read_lexicon
from policy_news.rules.rule_files import RULES_DIR
from tests.support.annotating import annotate_texts

DAY, STEP = "2024-08-05", 3
TEXT = "The survey covers nine ports.\n\n{name} said on Monday that the plan would go ahead."


def read_holders(lexicon: NameLexicon, day: dt.date) -> dict[str, bool]:
    """Return the persons of the office files in office on a day, by name, and whether the office is of cabinet level."""
    found: dict[str, bool] = {}
    for office in lexicon.office_by_id.values():
        for holder in office.holders:
            if holder.holds(day):
                senior = not (office.shared or office.generic)
                found[holder.person] = senior or found.get(holder.person, False)
    return dict(sorted(found.items()))


def main(day: str = DAY, step: str = str(STEP)) -> None:
    """Print the shares."""
    published = dt.datetime.fromisoformat(day)
    holders = read_holders(read_lexicon(RULES_DIR), published.date())
    names = list(holders)[:: int(step)]
    rows = annotate_texts(
        spacy.load(find_model(Settings().annotate.model)),
        [TEXT.format(name=name) for name in names],
        published,
    )
    known = {
        name: any(m.text == name and m.label == "MINISTER" for m in row.mentions)
        for name, row in zip(names, rows, strict=True)
    }
    _tell("cabinet", [known[name] for name in names if holders[name]])
    _tell("all", list(known.values()))
    print("missed:", ", ".join(name for name in names if not known[name]) or "none")


def _tell(what: str, known: Sequence[bool]) -> None:
    print(f"{what:<8} {sum(known)} of {len(known)}: {sum(known) / max(len(known), 1):.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
