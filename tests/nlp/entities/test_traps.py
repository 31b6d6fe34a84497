"""Sentences with traps, by class of error: `gold/traps.txt`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from spacy.language import Language

from policy_news.core.settings import Settings
from policy_news.nlp.annotator import Annotator
from policy_news.tables.labels import PLACES, POLICY
from policy_news.text.document import Document, Section, SectionKind
from policy_news.text.masking import compile_patterns, unmask

TRAPS = Path(__file__).parent / "gold" / "traps.txt"
MARK = re.compile(r"\[([^|\]]+)\|([A-Z]+)\]")
KINDS: dict[str, SectionKind] = {"h": "title", "b": "paragraph"}
Gold = set[tuple[int, int, str]]


def _lines() -> Iterator[object]:
    group = ""
    for number, line in enumerate(TRAPS.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("= "):
            group = line[2:]
        elif line and not line.startswith("#"):
            fails = pytest.mark.xfail(strict=True, reason="known to fail")
            yield pytest.param(
                line.removeprefix("! "), id=f"{group}-{number}", marks=fails if line.startswith("! ") else ()
            )


def read_trap(line: str) -> tuple[Document, Gold]:
    """The document of a line, and its gold."""
    day, _, rest = line.partition(" | ")
    text, sections, gold = "", [], set()
    for part in rest.split(" // "):
        kind, _, marked = part.partition(": ")
        start, at = len(text), 0
        for match in MARK.finditer(marked):
            text += marked[at : match.start()]
            gold.add((len(text), len(text) + len(match[1]), match[2]))
            text += match[1]
            at = match.end()
        text += marked[at:]
        sections.append(Section(KINDS[kind], start, len(text)))
        text += "\n\n"
    published = dt.datetime.fromisoformat(day)
    document = Document("trap", "trap.txt", "txt", "", text.rstrip(), tuple(sections), published=published)
    return document, {row for row in gold if row[2] != "NONE"}


@pytest.fixture(scope="module")
def annotator(nlp: Language) -> Annotator:
    return Annotator(nlp, Settings())


@pytest.mark.parametrize("line", _lines())
def test_traps(annotator: Annotator, line: str) -> None:
    document, gold = read_trap(line)
    (annotated,) = annotator.annotate([(document, unmask(document, compile_patterns(Settings().mask)))])
    found = {(m.start, m.end, "GPE" if m.label in PLACES else m.label) for m in annotated.mentions}
    assert {row for row in found if row[2] in POLICY} == gold
