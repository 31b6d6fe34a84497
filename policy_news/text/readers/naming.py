"""What documents call their parts: words in the names of HTML elements and in the properties of files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from policy_news.rules.rule_files import RULES_DIR, read_rule_file
from policy_news.rules.rule_models import Strict


class Tags(Strict):
    """HTML elements by kind."""

    breaks: frozenset[str]
    containers: frozenset[str]
    inline: frozenset[str]
    noise: frozenset[str]
    skipped: frozenset[str]


class DocumentWords(Strict):
    """The words of `models/rules/layout/documents.yml`."""

    comments: tuple[str, ...]
    meta: tuple[str, ...]
    noise: tuple[str, ...]
    placeholders: tuple[str, ...]
    intro: tuple[str, ...]
    tags: Tags
    dates: frozenset[str]


@dataclass(frozen=True)
class ElementNames:
    """Kinds of HTML elements, and patterns that find words in their names.

    Attributes:
        intro: Matches the end of a line that continues with the name of an author or a date.
    """

    tags: Tags
    comments: re.Pattern[str]
    meta: re.Pattern[str]
    noise: re.Pattern[str]
    intro: re.Pattern[str]


@lru_cache(maxsize=1)
def document_words() -> DocumentWords:
    """Read the words that came with the package, once per process."""
    return read_rule_file(RULES_DIR / "layout" / "documents.yml", DocumentWords)


@lru_cache(maxsize=1)
def element_names() -> ElementNames:
    """Compile the patterns of these words, once per process."""
    words = document_words()
    intro = re.compile(rf"(?:\b(?:{'|'.join(map(re.escape, words.intro))})|[,:&(])\s*$", re.IGNORECASE)
    return ElementNames(
        words.tags, _pattern(words.comments), _pattern(words.meta), _pattern(words.noise), intro
    )


def real_property(value: str | None) -> str | None:
    """Return a title or author; None if it is missing or a placeholder of some program (`untitled`, `(anonymous)`)."""
    text = " ".join((value or "").split())
    word = text.casefold().strip("()[]<> ")
    if re.search(r"[^\W\d_]{2}", text) and word not in document_words().placeholders:
        return text
    return None


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, words))})(?![a-z])", re.IGNORECASE)
