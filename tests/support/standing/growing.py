"""Corpora made to stall a run: twice the articles take at most about twice the work, whatever the articles share."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from tests.support.standing.runs import run_local
from tests.support.steps import count_steps

ARTICLES = 30
"""Articles of the smallest corpus; the others have twice and four times as many."""
MOST = 2.15
"""How much more work the last articles may take than those before them, of which there are half as many."""
NAMES = ["".join(parts) for parts in product("BDKLMT", "aeiou", "lmnr", ("ton", "field", "well", "by"))]
DATED = "Cameras\n\n{day} March 2022\n\n"
PATTERNS = {
    "copies": DATED
    + "Carl Lowe said that the new rules on cameras would cost the towns too much. Ofcom denied it.",
    "near copies": DATED
    + "Carl Lowe said that the new rules on cameras would cost the towns too much in every part of the north. Town {n} had {m} cameras.",
    "one speaker": DATED
    + "Boris Johnson said that Hikvision would leave town {n}. Hikvision denied the claims of Boris Johnson.",
    "one surname": DATED + "{a} Smith met Mr Smith. Ms Smith said that tea was dear. {letter}. Smith agreed.",
    "surname only": DATED + "Smith said that tea was dear. Jones denied it.",
    "one quotation": DATED
    + "{a} wrote on page {n}. “We will fight the ban on cameras in every court of the country,” said Carl {b}.",
    "no dates": "Tea\n\nThe minister said that Ofcom had lied about camera {n}. Ofcom denied the allegations of the minister.",
    "bodies": DATED
    + "The {a} Committee and the Committee on {b} said no. The committee agreed with the {a} Institute.",
    "masked copies": DATED
    + "Carl Lowe said that the **** ***** on cameras would **** the towns too much. ***** {a} ****.",
    "one office": DATED
    + "The trade minister, Ann {a}, met the former trade minister Carl {b}. The minister said no. The former minister denied it.",
}
"""An article of each corpus; `{a}` and `{b}` are other surnames each time, `{n}` and `{m}` other numbers."""


def check_growing(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Count the lines of our code that runs over corpora of three sizes take; all patterns, or some of them."""
    for pattern in random.Random(seed).sample(sorted(PATTERNS), min(tries, len(PATTERNS))):
        _run(folder, PATTERNS[pattern], 2)  # what is read when it is first used
        once, twice, more = (_run(folder, PATTERNS[pattern], ARTICLES * times) for times in (1, 2, 4))
        if more - twice > MOST * (twice - once):  # what is done once for a run does not count
            yield f"{pattern}: {once}, {twice} and {more} lines for one, two and four times {ARTICLES} articles"


def _run(folder: Path, pattern: str, count: int) -> int:
    raw, out = folder / "raw", folder / "out"
    for place in (raw, out):
        shutil.rmtree(place, ignore_errors=True)
    raw.mkdir(parents=True)
    texts = [
        pattern.format(day=n % 28 + 1, n=n, m=7 * n, a=NAMES[n], b=NAMES[-1 - n], letter="ABCDEFGH"[n % 8])
        for n in range(count)
    ]
    lines = (json.dumps({"id": f"d{n:05}", "text": text}) for n, text in enumerate(texts))
    (raw / "feed.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return count_steps(lambda: run_local(raw, out))
