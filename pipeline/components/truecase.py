"""Gives headlines in title case the case of running text, so that the model is not led to see names everywhere.

`Minister Calls For Dahua Ban` becomes `Minister calls for Dahua ban`: same length, so offsets stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from pipeline.rules import RULES_DIR

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;]['\"’”]?\s+|[\"“‘]\s*)$")
_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")
MIN_WORDS = 4
MIN_SHARE = 0.6


@cache
def ordinary_words(rules: Path = RULES_DIR) -> frozenset[str]:
    """Words that are written in lower case unless they start a sentence."""
    return frozenset((rules / "vocabulary" / "ordinary_words.txt").read_text(encoding="utf-8").split())


def is_title_case(text: str) -> bool:
    """Whether most words that could be in lower case have a capital."""
    words = _WORD.findall(text)
    free = [word for word in words[1:] if word.lower() in ordinary_words()]
    return len(words) >= MIN_WORDS and len(free) > 1 and sum(word[0].isupper() for word in free) > MIN_SHARE * len(free)


def find_body_names(text: str) -> frozenset[str]:
    """Words that the running text writes with a capital inside a sentence."""
    return frozenset(_INSIDE.findall(text))


def truecase(text: str, names: Collection[str] = (), keep: Iterable[tuple[int, int]] = ()) -> str:
    """Lower the capitals of ordinary words.

    Args:
        text: A headline in title case.
        names: Words that stay as they are.
        keep: Spans that stay as they are (known names).

    Returns:
        Text of the same length.
    """
    kept = list(keep)

    def lowered(match: re.Match[str]) -> str:
        word = match.group()
        stays = (
            word in names
            or not word.istitle()
            or word.lower() not in ordinary_words()
            or _SENTENCE_START.search(text, 0, match.start())
            or any(start <= match.start() < end for start, end in kept)
        )
        return word if stays else word.lower()

    return _WORD.sub(lowered, text)
