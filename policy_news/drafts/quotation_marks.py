"""Finds the quotations of a text by their marks, whatever their kind, nested or not closed; and what its marks of omission mean."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from policy_news.nlp.passages import HIDDEN
from policy_news.rules.word_lists import is_spelled_lower

LONG = 4
"""Letters of words that tell a language, and that titles write with a capital."""
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?![^\S\n]*\n)[^\n]+)*")
_DOUBLE = re.compile(r"[“„”«»\"]")
_SINGLE = re.compile(
    r"(?<![\w'’])[‘'](?=[^\s\d])(?!(?:s|re|ve|ll|d|m)\s)([^'‘’“”\"\n]{2,}(?:['’]\w[^'‘’“”\"\n]*)*)['’](?!\w)"
)
_CLOSED = re.compile(r"(‘?(?:[^‘“”\"\n]*['’](?!\w))?)[^‘“”\"\n]*")
"""What has no other marks in it, up to the last single one that closes: what opens after that would be looked through again and again."""
_OPENING = {"“": "”", "„": "“”", "«": "»", "”": "”", '"': '"'}
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


def find_quotes(text: str) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the insides of the quotations of a text, and the offsets of opening marks that nothing closes.

    A paragraph that opens a quotation is one to its end, if the next paragraph opens with a mark again.
    """
    found: list[tuple[int, int]] = []
    unclosed: list[int] = []
    paragraphs = [match.span() for match in _PARAGRAPH.finditer(text)]
    for number, (start, end) in enumerate(paragraphs):
        spans, opened = _doubles(text, start, end)
        if opened is not None and _goes_on(text, text[opened], paragraphs[number + 1 : number + 2]):
            spans.append((opened + 1, end))
        elif opened is not None:
            unclosed.append(opened)
        singles = [span for span in _singles(text, start, end) if not _touches(span, spans)]
        found += sorted(spans + singles)
    return [span for span in found if text[slice(*span)].strip()], unclosed


def _goes_on(text: str, mark: str, after: list[tuple[int, int]]) -> bool:
    """Return whether the paragraph after one, if there is any, opens with a mark."""
    return any(text[start:end].lstrip().startswith(mark) for start, end in after)


def _doubles(text: str, start: int, end: int) -> tuple[list[tuple[int, int]], int | None]:
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    for match in _DOUBLE.finditer(text, start, end):
        at = match.start()
        mark = match[0]
        if opened is None:
            if mark == "«" or (mark != "»" and _may_open(text, at)):
                opened = at
        elif mark in _OPENING[text[opened]]:
            spans.append((opened + 1, at))
            opened = None
    return spans, opened


def _may_open(text: str, at: int) -> bool:
    """Return whether a mark opens a quotation: not after a word or a number, and before one."""
    before, behind = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    return not (before.isalnum() or before in {".", ",", "!", "?"}) and bool(behind) and not behind.isspace()


def _singles(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for closed in _CLOSED.finditer(text, start, end):
        yield from (match.span(1) for match in _SINGLE.finditer(text, *closed.span(1)))


def _touches(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    """Return whether a span touches one of some others, which are in order."""
    before = bisect_left(others, (span[1], 0))
    return before > 0 and others[before - 1][1] > span[0]


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
