"""Lists every regular expression that the program compiles: `python -m tests.support.regexes` prints them as JSON.

A process of its own, since most are compiled when a module is imported: `re` is watched from the start, all modules are imported,
and a few articles are run through all stages.
"""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EXTRAS = frozenset({"onnxruntime", "torch"})
"""Packages without which some modules cannot be imported; their expressions are then not looked at."""
ARTICLE = """Camera ban urged

By Jane Roe, Political Editor

Published 3 May 2019, 10:15 BST

Tom Tugendhat told Mrs May that the ban of 2019 would "stay". Sen. Susan Collins, R-Maine, agreed. *** ******** ** [redacted] ***** last week.

It was over.(Ann Moll/Reuters) The firm left.

Comments

Ann Moll
3 days ago
I agree: 5% of it.
"""


def calls(path: Path) -> Iterator[tuple[int, int, str | None]]:
    """First and last line of each call of `re` in a file, with its pattern where that is a constant."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if (
            isinstance(called, ast.Attribute)
            and getattr(called.value, "id", "") == "re"
            and called.attr != "escape"
        ):
            first = node.args[0]
            yield (
                node.lineno,
                node.end_lineno or node.lineno,
                str(first.value) if isinstance(first, ast.Constant) else None,
            )


def _import(name: str) -> None:
    """Import a module, unless it needs the package of an extra that is not here."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in EXTRAS:
            raise


def watch() -> set[tuple[str, int, str, int]]:
    """From now on, file, line, pattern and flags of all that is compiled on behalf of the package."""
    seen: set[tuple[str, int, str, int]] = set()
    compile_pattern: Any = re._compile  # type: ignore[attr-defined]

    def record(pattern: Any, flags: int) -> Any:
        frame = sys._getframe(1)
        while frame.f_code.co_filename == re.__file__ and frame.f_back:
            frame = frame.f_back
        if str(ROOT / "policy_news") in frame.f_code.co_filename and isinstance(pattern, str | bytes):
            text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
            seen.add(
                (str(Path(frame.f_code.co_filename).relative_to(ROOT)), frame.f_lineno, text, int(flags))
            )
        return compile_pattern(pattern, flags)

    re._compile = record  # type: ignore[attr-defined]
    return seen


def exercise() -> None:
    """Import every module and run all stages."""
    import policy_news

    for module in pkgutil.walk_packages(policy_news.__path__, "policy_news."):
        if not module.name.endswith("__main__"):
            _import(module.name)
    from policy_news.core.errors import ArgumentError
    from policy_news.core.settings import Settings
    from policy_news.drafts.amounts import _before, _ranks
    from policy_news.drafts.comparison import _sequence_words
    from policy_news.drafts.draft_page import _mark
    from policy_news.nlp.relations.link_rules import read_link_rules
    from policy_news.nlp.relations.origins import _houses
    from policy_news.outputs.claim_search import _word_pattern
    from policy_news.outputs.explain import find_words
    from policy_news.review.table_search import snippet_parts
    from policy_news.run.records import read_documents
    from policy_news.run.runner import run_all
    from policy_news.text.readers.guessing import count_odd
    from policy_news.text.readers.naming import element_names

    element_names()
    count_odd("")
    links = read_link_rules(Path())  # those of the package: there is no model in the folder
    assert links.possessed_pattern
    assert all(rule.verdict_pattern for rule in links.rules)
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder, "raw")
        raw.mkdir()
        (raw / "a.txt").write_text(ARTICLE, encoding="utf-8")
        run_all(raw, Path(folder, "out"), Settings())
        for document in read_documents(Path(folder, "out")):
            with suppress(ArgumentError):
                find_words(document, "the")
    snippet_parts("the end")
    _word_pattern("the")
    [*_mark("the end", ["the"])]
    _houses()
    _before()
    _ranks()
    _sequence_words()


if __name__ == "__main__":
    found = watch()
    exercise()
    print(json.dumps(sorted(found)))
