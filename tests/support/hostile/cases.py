"""Hostile and broken input, made by program: what is put into the raw folder, and what must come out of it.

Every case has a folder of its own below the raw folder, so that all of them are one run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class File:
    """A file: its name, which need not be UTF-8, and its bytes."""

    name: str | bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Special:
    """What is no ordinary file. `{raw}` in the target of a link stands for the raw folder, `{outside}` for another one."""

    kind: Literal["link", "pipe", "socket", "folder"]
    name: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that must come out.

    Attributes:
        doc_id: Its id; `{}` stands for the folder of the case.
        text: Its raw text; None where it is the bytes of the one file in UTF-8.
        notes: Words that the notes must have; none of them may be there if it is empty.
        published: The day, or None where there must be none.
        mentions: Texts and labels of mentions that must be found; the text is that of the raw document.
    """

    doc_id: str = "{}/a"
    text: str | None = None
    encoding: str | None = "utf-8"
    notes: str = ""
    published: str | None = None
    mentions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A row that must stand in `failures`: patterns of its message and hint, and its path below the folder of the case."""

    message: str
    hint: str = r"\w{3}"
    path: str = "a.txt"
    stage: str = "ingest"


@dataclass(frozen=True, slots=True)
class Case:
    """What is put into a folder, and all that must come out of it."""

    name: str
    put: tuple[File | Special, ...]
    gives: tuple[Kept | Failed, ...]


def text_case(name: str, data: bytes | str, *gives: Kept | Failed, file: str = "a.txt") -> Case:
    """A case of one file."""
    return Case(name, (File(file, data.encode() if isinstance(data, str) else data),), gives or (Kept(),))


def records_case(name: str, *lines: str | bytes, gives: tuple[Kept | Failed, ...]) -> Case:
    """A case of one file of JSON lines."""
    data = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
    return Case(name, (File("a.jsonl", data),), gives)
