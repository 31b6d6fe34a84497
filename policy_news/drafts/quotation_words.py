"""The words of quotations as they are compared: without case and typography; and what marks of omission and brackets say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_news.nlp.passages import HIDDEN
from policy_news.rules.word_lists import is_spelled_lower

LONG = 4
"""Letters of words that tell a language, and that titles write with a capital."""
_LEFT_OUT = re.compile(r"\[\s*(?:\.{3}|…)\s*\]|\(\s*(?:\.{3}|…)\s*\)|\.\s?\.\s?\.(?:\s?\.)?|…")
_ADDED = re.compile(r"\[[^\]\n]{0,80}\]")
_LETTER = re.compile(r"\[(\w)\](?=\w)")
_SOFT = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_LETTERS = r"[^\W\d_](?:[\u00ad\u200b-\u200d\u2060\ufeff]*[^\W\d_])*"
_WORD = re.compile(
    rf"(?P<number>\d+(?:[.,:]\d+)*|(?<![\w.])[.,]\d+|[¼-¾⅐-⅞])|(?P<sign>(?<![\w)])[-−–+±~≈<>≤≥](?=[.,]?\d|[$€£¢¤¥₠-⃏])|(?<=\d)[/⁄](?=\d)|[%‰°$€£¢¤¥₠-⃏])"
    rf"|\bper\s+cent\b|\bcan\s+not\b|(?:\[\w\](?=\w))?{_LETTERS}(?:['’]{_LETTERS})*(?:\s(?:n['’]t|['’](?:s|re|ve|ll|d|m))\b)?|[^\W_]",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_MINUS = frozenset("-−–")
_SIGNS = {"%": "percent", "⁄": "/"}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a quotation as they are compared.

    Attributes:
        words: In order.
        open_at: Places between words where others may have been left out or were replaced by the draft, as its marks say.
        notes: What the marks say.
    """

    words: tuple[str, ...]
    open_at: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()


def normal_words(text: str) -> list[tuple[str, int, int]]:
    """Return the words of a text as they are compared, with their offsets.

    `per cent` is one word, numbers have no commas, `does n't` is `doesn't`. Signs before figures, signs of currencies and strokes of fractions
    are words: without them a figure is another one. Soft hyphens are typography.
    """
    found = []
    for match in _WORD.finditer(text):
        word = _SOFT.sub("", match[0]).lower().replace("’", "'")
        word = word[1] + word[3:] if word[0] == "[" else word
        if match["number"]:
            word = word.replace(",", "") if _THOUSANDS.fullmatch(word) else word
        elif match["sign"]:
            word = "-" if word in _MINUS else word
        else:
            word = "percent" if word.startswith("per") and word.endswith("cent") else "".join(word.split())
        found.append((_SIGNS.get(word, word), *match.span()))
    return found


def read_quotation(text: str) -> Words:
    """Return the words of a quotation of a draft, with what its ellipses and square brackets say."""
    notes = []
    plain = _LETTER.sub(r"\1", text)
    if plain != text:
        notes.append("the case of a letter was changed in brackets")
    if _LEFT_OUT.search(plain):
        notes.append("words are left out, as the draft shows")
        plain = _LEFT_OUT.sub(HIDDEN, plain)
    if _ADDED.search(plain):
        notes.append("the words in square brackets are the draft's")
        plain = _ADDED.sub(HIDDEN, plain)
    words: list[str] = []
    open_at = set()
    for number, piece in enumerate(plain.split(HIDDEN)):
        if number:
            open_at.add(len(words))
        words += [word for word, _, _ in normal_words(piece)]
    return Words(tuple(words), frozenset(open_at), tuple(notes))


def is_readable(text: str) -> bool:
    """Return whether most long words of a text are English or names."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) >= LONG]
    known = len([word for word in words if word[0].isupper() or is_spelled_lower(word)])
    return known * 2 >= len(words)
