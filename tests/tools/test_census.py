"""The census: what can be switched off is found, counted, switched off, and judged by gold."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

from tools.census.bench import MEASURES, STAGES, Bench, Case, Outcome
from tools.census.items import Item, find_items
from tools.census.study import Study, grouped
from tools.census.switches import Seen, Switches, minority, number_set, off_code

WORDS = """
from __future__ import annotations
from functools import lru_cache
LEAST = 3

def is_long(word: str) -> bool:
    return len(word) > LEAST

def is_odd(word: str) -> bool:
    return word.startswith("x")

@lru_cache
def is_cached(word: str) -> bool:
    return word == "tree"

def is_never(word: str) -> bool:
    return word == "nowhere"

class Reader:
    @property
    def is_open(self) -> bool:
        return True

    @staticmethod
    def first(words: list[str]) -> str | None:
        return words[0] if words else None
"""
STEPS = """
from __future__ import annotations
from collections.abc import Iterator
from toyrules.words import LEAST, is_cached, is_long, is_never, is_odd
Mention = str

def without_odd(mentions: list[Mention]) -> list[Mention]:
    return [one for one in mentions if not is_odd(one)]

def long_ones(kind: str, mentions: Iterator[Mention]) -> Iterator[Mention]:
    for one in mentions:
        if is_long(one) and not is_never(one):
            yield one

def more(mentions: list[Mention]) -> list[Mention]:
    return [one.upper() for one in mentions if is_cached(one)]

def run(text: str) -> list[str]:
    words = without_odd(text.split())
    words += more(words)
    return list(long_ones("", mentions=iter(words)))
"""


@pytest.fixture
def items(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Item]]:
    package = tmp_path / "toyrules"
    package.mkdir()
    for name, text in (("__init__", ""), ("words", WORDS), ("steps", STEPS)):
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield find_items(tmp_path, [package])
    for name in [name for name in sys.modules if name.startswith("toyrules")]:
        del sys.modules[name]


def steps() -> ModuleType:
    return importlib.import_module("toyrules.steps")


def by_name(items: Sequence[Item]) -> dict[str, int]:
    return {item.name.partition(":")[2]: number for number, item in enumerate(items)}


def test_items_are_predicates_steps_finders_and_numbers(items: list[Item]) -> None:
    kinds = {item.name.partition(":")[2]: item.kind for item in items}
    assert kinds == {
        "LEAST": "number",
        "is_long": "predicate",
        "is_odd": "predicate",
        "is_cached": "predicate",
        "is_never": "predicate",
        "Reader.is_open": "predicate",
        "Reader.first": "finder",
        "without_odd": "step",
        "long_ones": "step",
        "more": "step",
        "run": "finder",
    }
    cached = items[by_name(items)["is_cached"]]
    assert (cached.file, cached.last - cached.first) == (
        "toyrules/words.py",
        2,
    )  # the decorator is a line of it


def test_calls_are_counted_whoever_imported_the_function(items: list[Item]) -> None:
    switches, names = Switches(items), by_name(items)
    with switches.counting():
        assert steps().run("tree xylem oak") == ["tree", "TREE"]
    steps().run("xylem")  # no longer counted

    def seen(name: str) -> tuple[int, int]:
        tally = switches.tallies[names[name]]
        return tally.calls, minority(items[names[name]], tally)

    assert seen("is_odd") == (3, 1)
    assert seen("is_long") == (3, 1)  # of three words one is too short
    assert seen("is_never") == (2, 0)
    assert seen("without_odd") == (1, 1)
    assert seen("Reader.is_open") == (0, 0)
    assert switches.seen.hits >> names["is_odd"] & 1
    assert switches.seen.others >> names["is_odd"] & 1


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("is_odd", "tree xylem", ["tree", "xylem", "TREE"]),  # it is mostly false
        ("is_long", "tree oak", ["tree", "oak", "TREE"]),  # it is mostly true
        ("is_cached", "tree", ["tree"]),  # also what a cache knows is forgotten
        ("without_odd", "tree xylem", ["tree", "xylem", "TREE"]),
        ("long_ones", "tree oak", ["tree", "oak", "TREE"]),
        ("more", "tree", ["tree"]),  # it adds to what it takes, so off it gives nothing
    ],
)
def test_what_is_off(items: list[Item], name: str, text: str, expected: list[str]) -> None:
    switches, number = Switches(items), by_name(items)[name]
    with switches.counting():
        steps().run("tree xylem oak birch maple")
    on = steps().run(text)
    with switches.off({number: off_code(items[number], switches.tallies[number])}):
        assert steps().run(text) == expected
    assert steps().run(text) == on != expected


def test_a_number_changes_wherever_it_was_imported(items: list[Item]) -> None:
    steps()
    with number_set(items[by_name(items)["LEAST"]], 2):
        assert steps().LEAST == 6
        assert steps().run("tree") == []
    assert steps().run("birch") == ["birch"]


class ToyBench:
    """Documents of words; gold is the words that are to be found."""

    def __init__(self, switches: Switches, texts: Sequence[tuple[str, str, set[str]]]) -> None:
        self.cases = [cast("Case", ToyCase(name, text, gold)) for name, text, gold in texts]
        self.runs = 0
        with switches.counting():
            for case in self.cases:
                case.seen = {stage: Seen() for stage in STAGES}
                switches.clear()
                switches.seen = case.seen[STAGES[0]]
                case.base = self.outcome(case)

    @staticmethod
    def outcome(case: Any) -> Outcome:
        found = steps().run(case.text)
        right = len(case.gold & {*found})
        numbers = ((right, len(found), len(case.gold)), *((0, 0, 0),) * (len(MEASURES) - 1))
        rows = {"mentions": Counter(found), "dates": Counter[str]()}
        rows |= {table: Counter() for table in ("claims", "claim_mentions", "appearances")}
        return Outcome({}, rows, numbers if case.gold_set else ())

    def run(self, case: Case, stages: Sequence[str]) -> Outcome:
        assert stages
        self.runs += 1
        return self.outcome(case)


class ToyCase:
    def __init__(self, gold_set: str, text: str, gold: set[str]) -> None:
        self.gold_set, self.text, self.gold = gold_set, text, gold
        self.seen: dict[str, Seen] = {}
        self.base: Outcome | None = None


def test_items_are_judged_by_sets_that_nobody_read(items: list[Item]) -> None:
    switches, names = Switches(items), by_name(items)
    bench = ToyBench(
        switches,
        [
            ("new", "birch oak", {"birch"}),
            ("new", "tree maple", {"tree", "maple"}),
            ("old", "xylem maple", {"maple"}),
            ("", "xylem birch", set()),
        ],
    )
    study = Study(cast("Bench", bench), switches, ["new"])
    numbers = [names[name] for name in ("is_odd", "is_long", "more", "is_never")]
    results = {
        number: result for group in grouped(numbers, study, 10) for number, result in study.examine(group)
    }
    verdicts = {name: study.verdict(names[name], results.get(names[name])) for name in names}
    assert verdicts["is_long"] == "pays"  # without it a word of the new set is wrong
    assert verdicts["is_odd"] == "no gain unread"  # it earns in the old set only
    assert results[names["is_odd"]].deltas["old"][0] < 0
    assert results[names["is_odd"]].rows == 2
    assert verdicts["more"] == "no gain unread"
    assert results[names["more"]].gain(["new"]) > 0  # what it adds is wrong
    assert verdicts["is_never"] == "never fires"
    assert verdicts["Reader.first"] == "never called"


def test_a_group_that_changes_nothing_is_run_once(items: list[Item]) -> None:
    switches, names = Switches(items), by_name(items)
    bench = ToyBench(switches, [("new", "tree", {"tree"}), ("", "birch", set())])
    study = Study(cast("Bench", bench), switches, ["new"])
    group = [names["is_never"], names["is_odd"], names["is_long"]]
    assert {number: result.rows for number, result in study.examine(group)} == dict.fromkeys(group, 0)
    assert bench.runs == 0  # no item of it did anything that it seldom does
    assert not list(study.examine(group, deadline=0.0))


def test_an_item_that_others_cannot_do_without_pays(
    items: list[Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    switches, names = Switches(items), by_name(items)
    bench = ToyBench(switches, [("new", "tree xylem", {"tree"})])
    study = Study(cast("Bench", bench), switches, ["new"])

    def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(bench, "run", broken)
    results = dict(study.examine([names["is_odd"]]))
    assert results[names["is_odd"]].broken
    assert study.verdict(names["is_odd"], results[names["is_odd"]]) == "pays"
