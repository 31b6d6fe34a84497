"""Invented lines that once made false speakers or false claims, and real claims beside them: what is kept of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from spacy.language import Language

from policy_news.tables.schema import ClaimRow
from tests.support.annotating import annotate_texts

FOLDER = Path(__file__).parent / "traps"
TAIL = "The weather was dry on the coast for most of the week, and the harbour stayed open."
KNOWN_TO_FAIL = {
    "acts": 2,
    "clauses": 7,
    "edges": 5,
    "front_pages": 1,
    "headlines": 1,
    "inner_cues": 0,
    "inserted_cues": 7,
    "interviews": 0,
    "objects": 7,
    "open_paragraphs": 1,
    "orders": 3,
    "papers": 2,
    "quotes": 6,
    "senses": 12,
    "shared_words": 4,
    "types": 7,
    "walks": 6,
}
"""Most lines of each file that may go wrong: the figure that the rules alone have reached, which may only get smaller. The networks that knew
more cues were trained on text without a licence."""


@dataclass(frozen=True)
class Wanted:
    """A claim that a line holds, or (`may`) that one may see in it."""

    source: str | None
    content: str
    types: frozenset[str]
    may: bool


@dataclass(frozen=True)
class Trap:
    """A line and its claims."""

    text: str
    headline: bool
    wanted: tuple[Wanted, ...]

    @property
    def document(self) -> str:
        """The line as the title of a short article, or in its text."""
        return f"{self.text}\n\n{TAIL}\n" if self.headline else f"Larkmere notes\n\n{self.text}\n\n{TAIL}\n"


def read_traps(name: str) -> Iterator[Trap]:
    for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kind, text, claims = [*line.split("\t"), ""][:3]
            parts = [part for part in claims.split("||") if part.strip()]
            yield Trap(text.replace("\\n", "\n"), kind == "h", tuple(map(_read_claim, parts)))


def _read_claim(part: str) -> Wanted:
    text, _, types = part.strip().partition(" @ ")
    source, _, content = text.lstrip("? ").partition(" | ")
    return Wanted(
        None if source == "-" else source,
        content.strip(),
        frozenset(types.split(",")) if types else frozenset(),
        text.startswith("?"),
    )


def _fits(wanted: Wanted, row: ClaimRow) -> bool:
    same_type = not wanted.types or row.claim_type in wanted.types
    return same_type and _plain(wanted.source) == _plain(row.source_text) and _shared(wanted, row) >= 0.5


def _plain(source: str | None) -> str | None:
    return re.sub(r"^(the|an?) ", "", source.lower()) if source else None


def _shared(wanted: Wanted, row: ClaimRow) -> float:
    one, two = (
        Counter(re.findall(r"\w+", text.lower())) for text in (wanted.content, row.content_text or "")
    )
    return (one & two).total() / (one | two).total() if one or two else 1.0


def _is_right(trap: Trap, rows: list[ClaimRow]) -> bool:
    left = list(trap.wanted)
    for row in rows:
        hit = next((wanted for wanted in left if _fits(wanted, row)), None)
        if hit is None:
            return False
        left.remove(hit)
    return all(wanted.may for wanted in left)


def find_wrong(nlp: Language, name: str) -> list[tuple[str, list[tuple[str | None, ...]]]]:
    """The lines of a file that go wrong, with the claims that are found in them."""
    traps = list(read_traps(name))
    found = annotate_texts(nlp, (trap.document for trap in traps))
    return [
        (trap.text, [(row.source_text, row.cue_text, row.content_text, row.claim_type) for row in rows])
        for trap, one in zip(traps, found, strict=True)
        if not _is_right(trap, rows := [row for row in one.claims if row.kept])
    ]


@pytest.mark.parametrize("name", KNOWN_TO_FAIL)
def test_traps(nlp: Language, name: str) -> None:
    wrong = find_wrong(nlp, name)
    assert len(wrong) <= KNOWN_TO_FAIL[name], wrong
