"""Reads lines that say who wrote a text and when: `By Jane Roe | 3 May 2019`, `Published 3 May 2019 by Jane Roe`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from policy_news.text.emphasis import blank_marks, find_content
from policy_news.text.layout.bylines import PeopleReader, strip_separators
from policy_news.text.layout.stamps import MAX_STAMP, Stamp, StampReader

_MAX_OTHERS = 4
"""Largest number of words beside a date that may be a place, or the name of the paper or a column."""
_JOINT = re.compile(r"\s*(?P<sign>[|·•,;/.–—-])\s+|\s+(?P<column>in\s+)?")
_BARE = frozenset("|·•,;/")
"""Signs after a date that may be followed by a name without a word such as `by`."""


@dataclass(frozen=True, slots=True)
class LinePart:
    """A part of a line, which ends where the next one begins.

    Attributes:
        stamp: The date, for the kind `published`.
    """

    start: int
    kind: Literal["byline", "published"]
    author: str | None = None
    stamp: Stamp | None = None


@dataclass(frozen=True)
class MetaReader:
    """Reads lines that say who wrote a text and when."""

    people: PeopleReader
    stamps: StampReader

    def read(self, text: str, *, opening: bool = False) -> list[LinePart]:
        """Split a line into byline and date line.

        Args:
            opening: Whether it is the first line of the text, in which a name without a word such as `by` may be a title.

        Returns:
            The parts, the first of them at 0; empty if the line is something else.
        """
        if len(text) > MAX_STAMP or "\n" in text:
            return []
        plain = blank_marks(text)
        shift = len(plain) - len(plain.lstrip())
        found = self._read(plain.strip(), opening=opening)
        parts: list[LinePart] = []
        for part in found:
            start = find_content(text, plain, part.start + shift) if part.start else 0
            parts.append(replace(part, start=start))
        return parts

    def _read(self, line: str, *, opening: bool) -> list[LinePart]:
        stamp = self.stamps.parse(line)
        if stamp and stamp.dated:
            return [LinePart(0, "published", stamp=stamp)]
        # From strict to loose: a date at the end is certain, a byline alone needs its wording, and what
        # begins with a
        # date may still be a sentence.
        split = self.stamps.split(line)
        if split:
            found = self._read_before(line[: split[0]], *split, opening=opening)
            if found:
                return found
        byline = self.people.parse_byline(line)
        if byline:
            return [LinePart(0, "byline", byline.author)]
        return self._read_after(line, opening=opening)

    def _read_before(self, head: str, cut: int, stamp: Stamp, *, opening: bool) -> list[LinePart]:
        """Read a line that ends in a date: after a byline, another date or the name of the paper."""
        dated = LinePart(cut, "published", stamp=stamp)
        name = strip_separators(head.rstrip().removesuffix("/"))
        byline = self.people.parse_byline(head.rstrip())
        if byline:
            return [LinePart(0, "byline", byline.author), dated]
        if not opening and self.people.is_person(name):
            return [LinePart(0, "byline", name), dated]
        if self.people.is_handle(head):
            return [LinePart(0, "byline", self.people.author(head)), dated]
        parts = self._read_after(head, opening=opening)
        if parts:
            return [*parts, dated]
        is_short = len(name.split()) <= _MAX_OTHERS
        if is_short and (stamp.label or (not opening and self.people.is_names(name))):
            return [replace(dated, start=0)]
        return []

    def _read_after(self, line: str, *, opening: bool) -> list[LinePart]:
        """Read a line that begins with a date: before a byline, a place or the name of the paper."""
        for joint in _JOINT.finditer(line):
            stamp = self.stamps.parse(line[: joint.start()])
            if stamp is not None and stamp.dated:
                parts = self._read_rest(line, joint, stamp, opening=opening)
                if parts:
                    return parts
        return []

    def _read_rest(self, line: str, joint: re.Match[str], stamp: Stamp, *, opening: bool) -> list[LinePart]:
        """Read what follows a date; empty if it, and so the whole line, is something else."""
        dated, rest = LinePart(0, "published", stamp=stamp), line[joint.end() :].strip()
        signed = joint["sign"] in _BARE
        bare = signed and not opening
        byline = self.people.parse_byline(rest)
        if byline:
            return [dated, LinePart(joint.end(), "byline", byline.author)]
        if bare and self.people.is_person(rest):
            return [dated, LinePart(joint.end(), "byline", rest)]
        labelled = stamp.label and (signed or joint["column"])
        if (bare or labelled) and len(rest.split()) <= _MAX_OTHERS and self.people.is_names(rest):
            return [dated]
        return []
