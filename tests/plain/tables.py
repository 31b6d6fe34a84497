"""Reads the tables of plain cases and fills their frames. The README of this folder says how they are written."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent
PAIRS = ("“”", '""', "‘’", "''", "«»", "„“")
"""Quotation marks that stand for `“` and `”` of the frames, in turn."""
_SLOT = re.compile(r"\{(\^?)(\w+?)(?: (\d+))?\}")
_BEGINS = re.compile(r"(?:^|(?<=\.)[\]”|CS\d]*\s+|(?<=[?!:])\s+)[\[“<]*[a-z]")
_PART = re.compile(r"[\[\]<>]")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Family(_Strict):
    """Cases of one plain thing.

    Attributes:
        id: What it is about, in words.
        frames: Texts with marks and slots.
        times: Cases of each frame that has slots or quotation marks.
        least: Share of the cases that must be right.
        before, after: The text around the cases, if not that of the table.
        published: Day of publication, if not that of the table.
        pairs: Quotation marks, if not all.
    """

    id: str
    frames: Annotated[tuple[str, ...], Field(min_length=1)]
    times: int = 6
    least: float = 1.0
    before: str | None = None
    after: str | None = None
    published: dt.date | None = None
    pairs: tuple[str, ...] = PAIRS


class Table(_Strict):
    """A file of families.

    Attributes:
        checks: What is compared, a key of `CHECKS` in `checks.py`.
        published: Day of publication of the documents.
        before, after: The text around each case.
        lists: What may fill the slots.
        families: The families.
    """

    checks: Literal["claims", "mentions", "dates"]
    published: dt.date
    before: str
    after: str
    lists: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    families: tuple[Family, ...]


@dataclass(frozen=True)
class Mark:
    """Marked words: what they are, and their offsets in the document.

    Attributes:
        start, end: First code point, and the one after the last.
        says: The words after `|`.
        optional: Ranges of code points that may be left out.
    """

    start: int
    end: int
    says: str
    optional: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Case:
    """One document.

    Attributes:
        table: Name of the file.
        family: The family.
        checks: What is compared.
        text: The whole document.
        start, end: The case in it.
        marks: What is marked, in order of the end.
        published: Day of publication.
    """

    table: str
    family: Family
    checks: str
    text: str
    start: int
    end: int
    marks: tuple[Mark, ...]
    published: dt.date

    @property
    def paragraph(self) -> str:
        """The case without what stands around it."""
        return self.text[self.start : self.end]


def read_tables() -> dict[str, Table]:
    """Return all tables by the name of their file."""
    return {
        path.stem: Table.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.yml"))
    }


def cases_of(name: str, table: Table) -> Iterator[Case]:
    """Yield the cases of a table, family by family, each text once."""
    for family in table.families:
        texts = [text for frame in family.frames for text in _fill(frame, family, table)]
        for text in dict.fromkeys(texts):
            before = table.before if family.before is None else family.before
            after = table.after if family.after is None else family.after
            plain, marks = _parse(text, len(before))
            yield Case(
                name,
                family,
                table.checks,
                before + plain + after,
                len(before),
                len(before) + len(plain),
                tuple(marks),
                family.published or table.published,
            )


def _fill(frame: str, family: Family, table: Table) -> Iterator[str]:
    """Yield a frame with its slots and quotation marks filled. Each list goes round in an order of its own."""
    if "{" not in frame and "“" not in frame:
        yield frame
        return
    orders = {
        name: random.Random(f"{family.id}/{frame}/{name}").sample(items, len(items))
        for name, items in table.lists.items()
    }
    for time in range(family.times):

        def item(match: re.Match[str], time: int = time) -> str:
            items = orders[match[2]]
            words = items[(time + int(match[3] or 1) - 1) % len(items)]
            return words[0].upper() + words[1:] if match[1] else words

        text = _BEGINS.sub(lambda match: match[0][:-1] + match[0][-1].upper(), _SLOT.sub(item, frame))
        pair = family.pairs[time % len(family.pairs)]
        yield text.translate({ord("“"): pair[0], ord("”"): pair[1]})


@dataclass
class _Open:
    start: int
    optional: list[tuple[int, int]] = field(default_factory=list)


def _parse(text: str, offset: int) -> tuple[str, list[Mark]]:
    """Return a filled frame without its marks, and the marks with offsets in the document."""
    plain, marks, stack, optional = "", list[Mark](), list[_Open](), -1
    position = 0
    while match := _PART.search(text, position):
        plain += text[position : match.start()]
        position = match.end()
        if match[0] == "[":
            stack.append(_Open(len(plain)))
        elif match[0] == "<":
            optional = len(plain)
        elif match[0] == ">":
            for one in stack:
                one.optional.append((offset + optional, offset + len(plain)))
        else:
            one = stack.pop()
            plain, _, says = plain.rpartition("|")
            marks.append(Mark(offset + one.start, offset + len(plain), says, tuple(one.optional)))
    if stack:
        raise ValueError(f"{text!r}: a bracket is open")
    return plain + text[position:], marks
