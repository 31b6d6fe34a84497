"""Invented articles of many genres with all their claims: how many are found, with their source, and how many are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from spacy.language import Language

from policy_news.tables.schema import ClaimRow
from tests.support.annotating import annotate_texts

FOLDER = Path(__file__).parent / "articles"
LEAST_SOURCES = {"first": 102, "second": 116, "third": 53}  # of the rules alone
"""Fewest claims of each file that are found with their source: the figure reached, which may only rise."""
MOST_FALSE = {"first": 6, "second": 13, "third": 11}
"""Most kept claims of each file that are none: the figure reached, which may only fall."""
_WORD = re.compile(r"\w+")
Span = tuple[int, int]


@dataclass(frozen=True)
class Wanted:
    """A claim that an article holds, or (`may`) that one may see in it."""

    line: str
    may: bool
    source: Span | None
    content: frozenset[int]
    types: frozenset[str]


@dataclass(frozen=True)
class Article:
    """A text and its claims."""

    text: str
    wanted: tuple[Wanted, ...]


def read_articles(name: str) -> Iterator[Article]:
    for block in re.split(r"(?m)^= .*\n", (FOLDER / f"{name}.txt").read_text(encoding="utf-8"))[1:]:
        text, _, claims = block.partition("\n--\n")
        lines = [line for line in claims.splitlines() if line.strip()]
        yield Article(text + "\n", tuple(_read_claim(text, line) for line in lines))


def _read_claim(text: str, line: str) -> Wanted:
    source, content, types = line.removeprefix("? ").split(" | ")
    names = [] if source == "-" else _places(text, source)
    pieces: list[Span] = []
    for piece in () if content == "-" else content.split(" ... "):
        places = [span for span in _places(text, piece) if not pieces or span[0] >= pieces[-1][1]]
        pieces.append(places[0] if pieces else min(places, key=lambda span: _behind(names, span)))
    at = pieces[0][0] if pieces else 0
    near = min(names, key=lambda span: abs(span[0] - at), default=None)
    kinds = frozenset(types.removesuffix("!").strip().split(","))
    return Wanted(line, line.startswith("? "), near, _words(text, pieces), kinds)


def _behind(names: Sequence[Span], span: Span) -> int:
    """How far words stand behind a name: short ones, such as `it`, stand in a text more than once."""
    return min((span[0] - end for _, end in names if end <= span[0]), default=10**6)


def _places(text: str, words: str) -> list[Span]:
    """Where words stand, whatever signs stand between them."""
    found, wanted = list(_WORD.finditer(text)), _WORD.findall(words)
    rows = (found[first : first + len(wanted)] for first in range(len(found) - len(wanted) + 1))
    places = [(row[0].start(), row[-1].end()) for row in rows if [match[0] for match in row] == wanted]
    assert places, words
    return places


def _words(text: str, spans: Sequence[Span]) -> frozenset[int]:
    """Offsets of the words in some spans."""
    return frozenset(match.start() for start, end in spans for match in _WORD.finditer(text, start, end))


def _share(article: Article, wanted: Wanted, row: ClaimRow) -> float:
    """How much of the contents is in both; of claims without content, whether the types fit."""
    found = _words(article.text, [(span.start, span.end) for span in row.content_spans])
    if not wanted.content:
        return float(_has_source(wanted, row) and row.claim_type in wanted.types)
    return len(wanted.content & found) / len(wanted.content | found)


def _has_source(wanted: Wanted, row: ClaimRow) -> bool:
    if wanted.source is None or row.source_start is None or row.source_end is None:
        return wanted.source is None and row.source_start is None
    return wanted.source[0] < row.source_end and row.source_start < wanted.source[1]


def _judge(article: Article, rows: list[ClaimRow]) -> tuple[int, list[str]]:
    """Number of claims with the right source, and the claims that are none."""
    left, right = list(rows), 0
    for wanted in sorted(article.wanted, key=lambda wanted: wanted.may):
        best = max(left, key=lambda row: _share(article, wanted, row), default=None)
        if best is not None and _share(article, wanted, best) >= 0.5:
            left.remove(best)
            right += not wanted.may and _has_source(wanted, best)
    return right, [f"{row.source_text} | {row.cue_text} | {row.content_text}" for row in left]


@pytest.mark.slow
@pytest.mark.parametrize("name", LEAST_SOURCES)
def test_articles(nlp: Language, name: str) -> None:
    articles = list(read_articles(name))
    found = annotate_texts(nlp, (article.text for article in articles))
    kept = [[row for row in one.claims if row.kept] for one in found]
    judged = [_judge(article, rows) for article, rows in zip(articles, kept, strict=True)]
    none = [claim for _, claims in judged for claim in claims]
    assert sum(right for right, _ in judged) >= LEAST_SOURCES[name]
    assert len(none) <= MOST_FALSE[name], none
