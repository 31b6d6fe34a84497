"""Distinguishes titles and headings from text by their shape."""

from __future__ import annotations

import re

from policy_news.text.layout.datelines import DatelineReader
from policy_news.text.layout.lines import ends_sentence
from policy_news.text.layout.vocabulary import People, alternation

_MAX_TITLE = 200
_MAX_TITLE_WORDS = 28
_MAX_HEADING = 110
_MAX_HEADING_WORDS = 15
_CONTENT = re.compile(r"[^\W_]|\*")
_ALNUM = re.compile(r"[^\W_]+")
_SPEAKER = re.compile(r"[\"'“‘]?[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){0,2}\s?:\s")
_MAX_QUESTION_WORDS = 10
_MAX_ABBREVIATED_WORDS = 8
_LETTER = re.compile(r"[^\W\d_]|\*")
_SENTENCES = re.compile(r"[^\W\d_]{3}[.!?][\"'”’)]{0,2} ")
_WORD = re.compile(r"[^\W\d_]{4,}")


class ShapeReader:
    """Distinguishes titles and headings from text."""

    def __init__(self, words: People, datelines: DatelineReader) -> None:
        self._datelines = datelines
        self._abbreviated = re.compile(
            rf"(?:\b(?:{alternation(words.abbreviations)})|\b(?:[A-Z]\.)+[A-Z])\.$"
        )

    def is_title(self, text: str, *, headed: bool = False) -> bool:
        """Return whether the first paragraph of a text is its title.

        Args:
            headed: Whether a byline, date line or dateline follows; then a title may also end like a sentence.
        """
        if len(text) > _MAX_TITLE or len(text.split()) > _MAX_TITLE_WORDS or not _CONTENT.search(text):
            return False
        if text[-1] in ":;,-–—" or self._is_report(text):
            return False
        return (
            headed
            or text[-1] in "?!"
            or not ends_sentence(text)
            or self._is_abbreviated(text)
            or _is_title_case(text)
        )

    def is_heading(self, text: str) -> bool:
        """Return whether a paragraph has the shape of a heading between paragraphs."""
        words = len(text.split())
        if len(text) > _MAX_HEADING or words > _MAX_HEADING_WORDS or not _LETTER.search(text):
            return False
        first = text.lstrip("\"'“‘([")[:1]
        if first.islower() or text[-1] in ":;,-–—!" or _SENTENCES.search(text) or self._is_report(text):
            return False
        if text[-1] == "?":
            return words <= _MAX_QUESTION_WORDS and not _SPEAKER.match(text) and text[0] not in '"“'
        return not ends_sentence(text) or (words <= _MAX_ABBREVIATED_WORDS and self._is_abbreviated(text))

    def _is_report(self, text: str) -> bool:
        """Return whether a text begins like a report (`ANKARA (Agency) - `), and not like some titles (`CAMERAS - `)."""
        dateline = self._datelines.parse(text)
        return dateline is not None and not dateline.weak

    def _is_abbreviated(self, text: str) -> bool:
        """Return whether the full stop at the end belongs to an abbreviation."""
        return bool(self._abbreviated.search(text))


def has_same_words(left: str, right: str) -> bool:
    """Return whether two titles are the same, or one is the other with the name of the paper added."""
    one, two = (" ".join(_ALNUM.findall(text.casefold())) for text in (left, right))
    if not one or not two:
        return left.strip() == right.strip()
    short, long = sorted((one, two), key=len)
    # Short titles must be equal: `News` begins too many lines.
    return one == two or (len(short) >= 20 and f"{long} ".startswith(f"{short} "))


def _is_title_case(text: str) -> bool:
    """Return whether the long words of a text have capitals, as in a title that ends in a full stop."""
    words = _WORD.findall(text)
    return len(words) >= 4 and sum(word[0].isupper() for word in words) >= 0.9 * len(words)
