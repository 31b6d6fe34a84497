"""Runs every regular expression of the program on hostile text, and names each that takes a second or more on 100 KB.

By the clock, so it is no test; what is slow here is quadratic or worse. Exits with 1 if any is.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from policy_news.text.layout.vocabulary import MAX_LINE
from tests.support.adversarial import LENGTH, adversarial_texts
from tests.support.regexes import ROOT


class TooSlowError(Exception):
    """Raised by the timer."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise `TooSlowError` where the block takes longer; `re` lets signals in."""

    def stop(*_: object) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


METHODS: dict[str, Callable[[re.Pattern[str], str], object]] = {
    "search": lambda pattern, text: sum(1 for _ in pattern.finditer(text)),
    "match": lambda pattern, text: pattern.match(text),
    "fullmatch": lambda pattern, text: pattern.fullmatch(text),
}
NOT_CALLED = {
    ("policy_news/nlp/dates/lexer.py", r"[$£€¥]\s?[0-9][0-9,.]*[0-9]|"): {
        "match",
        "fullmatch",
    },  # _PIECE only finds
    ("policy_news/nlp/dates/lexer.py", r"[0-9][0-9,.]* ?%.*|"): {
        "search"
    },  # SHAPES have to fit the whole piece
    ("policy_news/outputs/formats/csv_tables.py", "'*[="): {"search"},  # FORMULA is about the begin of a cell
    ("policy_news/text/layout/datelines.py", "(?:(?!(?i:"): {
        "search"
    },  # a dateline stands at the head of a text
    ("policy_news/text/layout/shape.py", r"[\"'“‘]?[A-Z][\w"): {
        "search"
    },  # a speaker stands at the head of a line
    ("policy_news/text/layout/datelines.py", r"\W*(?:"): {
        "search"
    },  # the agency at the head of what stands in brackets
}
"""Methods that the code does not call with a pattern and that would be slow: file and begin of the pattern."""


def slow_uses(file: str, pattern: str, flags: int) -> Iterator[str]:
    """The ways to use a pattern that take a second or more on 100 KB; a line of the layout is never longer than `MAX_LINE`."""
    length = MAX_LINE if file.startswith("policy_news/text/layout/") else LENGTH
    spared = {
        method
        for (path, begin), methods in NOT_CALLED.items()
        if path == file and pattern.startswith(begin)
        for method in methods
    }
    form = re.compile(pattern, flags)
    for text in adversarial_texts(pattern, flags, length):
        for method in METHODS.keys() - spared:
            try:
                with at_most(1.0):
                    for _ in range(LENGTH // length):
                        METHODS[method](form, text)
            except TooSlowError:
                yield f"{file}: {method} of {pattern[:80]} on {text[:30]!r}"


def main() -> None:
    """Check the timer, then all patterns."""
    if not all(any(slow_uses("x.py", pattern, 0)) for pattern in (r"(?:a+)+b", r"\s+$")):
        sys.exit("the timer finds no slow pattern")
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.regexes"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    once = {(pattern, flags): file for file, _, pattern, flags in reversed(json.loads(done.stdout))}
    slow = [use for (pattern, flags), file in once.items() for use in slow_uses(file, pattern, flags)]
    print(f"{len(once)} regular expressions, {len(slow)} slow", *slow, sep="\n")
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
