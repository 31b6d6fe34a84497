"""Quotations: pairs of quotation marks, found line by line, so that one odd mark costs one quotation only."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from policy_news.nlp.claims.tree import Spread, Tree
from policy_news.tables.labels import PEOPLE

_LINE = re.compile(r"[^\n]+")
_DOUBLE = re.compile(r"[\"“”„«»]|``|''|’’|‘‘")
_SINGLE = re.compile(r"(?<![^\W_])['‘](?=\w)|(?<=[\w.,;!?…])['’](?![^\W_])")
_OPENERS = "“„«"
_REOPENERS = '"' + _OPENERS
_CLOSERS = "”»"
_TURNED = {"„": "“”", "»": "«", "”": ""}
"""Marks that open a quotation at times and close one at others, each with those that close it then: German, Danish and Swedish ones."""
_REPORT = re.compile(r", [^,.]{1,60}\b(?:added|adding|explained|noted|said|saying|says|stated|told)\b")
"""A reporting clause in a paragraph whose quotation nothing closes: the mark before it is missing."""
_FULL_STOPS = frozenset(".!?…")
MIN_PARAGRAPH = 5
"""Fewest words of a quotation that goes on in a next one, or without a cue."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch between quotation marks, marks included.

    Attributes:
        start: First token.
        end: Token after the last.
        open: The quotation runs on in the next paragraph.
    """

    start: int
    end: int
    open: bool = False


def find_quotations(tree: Tree, spoken: Iterable[Quotation] = ()) -> list[Quotation]:
    """Return the outermost quotations of a doc, in order. Single marks count only outside double ones.

    A block quote below a line that ends with a colon is a quotation without marks, and so is what is `spoken`: turns of a
    transcript, paragraphs below a cue.
    """
    text = tree.text
    sections = [
        match.span()
        for span in tree.sections
        for match in _LINE.finditer(text, span.start_char, span.end_char)
    ]
    lines = [(start, end) for start, end in sections if not text[start:end].isspace()]
    found: list[Quotation] = [*_block_quotes(tree), *spoken]
    for (start, end), doubles in zip(lines, _doubles(text, lines), strict=True):
        for first, last, is_open in [*doubles, *_singles(text, start, end, doubles)]:
            a, b = tree.tokens_of(first, last)
            if _is_quoted(tree, a, b):
                found.append(Quotation(a, b, is_open))
    found.sort(key=lambda quotation: (quotation.start, -quotation.end))
    return [
        quotation
        for n, quotation in enumerate(found)
        if n == 0 or quotation.start >= max(0, found[n - 1].end)
    ]


def _is_quoted(tree: Tree, start: int, end: int) -> bool:
    """Return whether a stretch between quotation marks holds something, and is not part of a name: `Ed “Coach” Hale`."""
    number = tree.ents.get(start)
    named = number is not None and number == tree.ents.get(end - 1)
    return start < end and not (named and tree.mentions[number or 0].label_ in PEOPLE)


def _block_quotes(tree: Tree) -> Iterator[Quotation]:
    """Block quotes that a colon leads to, of which those that follow one another run on, and those that are signed."""
    led = False
    texts = [(span, tree.text[span.start_char : span.end_char]) for span in tree.sections]
    sections = [(span, text) for span, text in texts if not text.isspace()]
    for number, (span, text) in enumerate(sections):
        is_bare = span.label_ == "block_quote" and not _DOUBLE.search(text)
        if is_bare and led:
            follows = number + 1 < len(sections) and sections[number + 1][0].label_ == "block_quote"
            yield Quotation(span.start, span.end, follows)
        else:
            led = text.rstrip().endswith(":")


def _doubles(text: str, lines: Sequence[Spread]) -> list[list[tuple[int, int, bool]]]:
    """Return the character spans of the double quotations of each line, and whether each goes on in the next line.

    Where a line leaves one open, the next line opens it again, or a line below closes it: `said "We go.`, `We go now."`. A
    paragraph that is all within an open one was left unclosed by its writer.
    """
    found: list[list[tuple[int, int, bool]]] = [[] for _ in lines]
    at = 0
    for number, (start, end) in enumerate(lines):
        found[number] += _pairs(text, max(start, at), end)
        if not found[number] or not found[number][-1][2]:
            continue
        opened = found[number].pop()
        below = _first_mark(text, lines, number + 1)
        if below is not None and _ends_words(text, below[1], lines[below[0]]):
            last, at = below[0], below[1].end()
            found[number].append(opened)
            for n in range(number + 1, last):
                found[n].append((*lines[n], True))
            found[last].append((lines[last][0], at, False))
        elif below is not None and below[0] == number + 1 and _is_reopened(text, below[1], lines[number + 1]):
            found[number].append(opened)
        elif opened[0] == start and _is_whole(text, start, end):
            found[number].append((start, end, False))
    return found


def _is_reopened(text: str, mark: re.Match[str], line: Spread) -> bool:
    """Return whether a mark at the start of a line opens a quotation again."""
    return mark[0] in _REOPENERS and not text[line[0] : mark.start()].strip()


def _is_whole(text: str, start: int, end: int) -> bool:
    """Return whether a paragraph behind a mark is all said by one who is not named in it."""
    is_mark = bool(text[start + 1 : start + 2].strip())
    return is_mark and _reopens(text, start, end) and _REPORT.search(text, start, end) is None


def _first_mark(text: str, lines: Sequence[Spread], first: int) -> tuple[int, re.Match[str]] | None:
    """Return the first quotation mark from a line on, and the number of its line."""
    marks = ((number, _DOUBLE.search(text, *lines[number])) for number in range(first, len(lines)))
    return next(((number, mark) for number, mark in marks if mark is not None), None)


def _ends_words(text: str, mark: re.Match[str], line: Spread) -> bool:
    """Return whether a mark closes what a line above it opened: behind a word, or behind all words of the line."""
    before, after = text[line[0] : mark.start()].strip(), text[mark.end() : line[1]].strip()
    return bool(before) and (_closes(text, mark, *line) or not after)


def _pairs(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Yield the character spans of the double quotations of a line, and whether each is left open."""
    opened: int | None = None
    inner = 0
    for match in _DOUBLE.finditer(text, start, end):
        if opened is None:
            if not _closes(text, match, start, end) or _is_turned(text, match.start(), start):
                opened = match.start()
        elif step := _step_inside(text, opened, match, inner, end):
            inner += step
        elif match[0] not in _TURNED.get(text[opened], "") and _opens(text, match, start):
            if not _reopens(text, opened, match.start()):
                opened = match.start()
        else:
            yield opened, match.end(), False
            opened = None
    if opened is not None:
        yield opened, end, True


def _step_inside(text: str, opened: int, match: re.Match[str], inner: int, end: int) -> int:
    """Return 1 for a mark that opens words within a quotation, -1 for one that closes them: `“A “farce”,” she said`.

    Args:
        inner: How many are open within it.
    """
    if inner and match[0] == "”":
        return -1
    return int(text[opened] == match[0] == "“" and text.count("”", match.end(), end) > inner + 1)


def _is_turned(text: str, at: int, start: int) -> bool:
    """Return whether a mark that alone would close opens a quotation: `»We go«`."""
    return text[at] in _TURNED and (at == start or text[at - 1].isspace()) and text[at + 1 : at + 2].isalnum()


def _reopens(text: str, opened: int, at: int) -> bool:
    """Return whether a mark opens the next paragraph of an open quotation, where the paragraphs were joined to one line."""
    said = text[opened:at].rstrip()
    return said[-1:] in _FULL_STOPS and said.count(" ") >= MIN_PARAGRAPH


def _opens(text: str, match: re.Match[str], start: int) -> bool:
    """Return whether a mark can only be an opening one."""
    mark, at = match[0], match.start()
    if mark in _OPENERS or mark == "``":
        return True
    if mark in _CLOSERS:
        return False
    before = text[at - 1] if at > start else " "
    after = text[match.end()] if match.end() < len(text) else " "
    return (before.isspace() or before in "([—–") and (after.isalnum() or after in "'‘[")


def _closes(text: str, match: re.Match[str], start: int, end: int) -> bool:
    """Return whether a mark can only be a closing one."""
    mark, at = match[0], match.start()
    if mark in _CLOSERS:
        return True
    if mark in _OPENERS or mark == "``":
        return False
    after = text[match.end()] if match.end() < end else " "
    before = text[at - 1] if at > start else " "
    return after.isspace() and not before.isspace()


def _singles(
    text: str, start: int, end: int, doubles: list[tuple[int, int, bool]]
) -> Iterator[tuple[int, int, bool]]:
    """Yield the character spans of the single quotations of a line, outside its double ones."""
    edges = [first for first, _, _ in doubles]
    opened: int | None = None
    for match in _SINGLE.finditer(text, start, end):
        at = match.start()
        near = bisect_right(edges, at) - 1
        if near >= 0 and at < doubles[near][1]:
            opened = None
        elif (
            not (at > start and text[at - 1].isalnum())
            and match[0] != "’"
            and text[at + 1 : at + 2].isalnum()
        ):
            opened = at
        elif opened is not None and at - opened > 2:
            yield opened, match.end(), False
            opened = None


class QuoteIndex:
    """Answers which quotation a token stands in."""

    __slots__ = ("_starts", "all")

    def __init__(self, quotations: list[Quotation]) -> None:
        self.all = quotations
        self._starts = [quotation.start for quotation in quotations]

    def at(self, index: int) -> int | None:
        """Return the number of the quotation that holds the token."""
        near = bisect_right(self._starts, index) - 1
        return near if near >= 0 and index < self.all[near].end else None

    def within(self, start: int, end: int) -> range:
        """Return numbers of the quotations that start in the range or run into it."""
        first = bisect_right(self._starts, start) - 1
        if first < 0 or self.all[first].end <= start:
            first += 1
        last = bisect_right(self._starts, end - 1)
        return range(first, last)
