"""Text that is shown to people in a terminal or a log."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError


def printable(text: str) -> str:
    """Make a text safe to print in one line: a terminal would obey control characters, and cannot encode lone surrogates."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def printable_lines(text: str) -> str:
    """Make each line of a text safe to print; its line breaks stay."""
    return "\n".join(map(printable, text.split("\n")))


def counted(number: int, noun: str, plural: str = "") -> str:
    """Format a number with its noun.

    Args:
        plural: Its plural; `noun` with an `s` if left out.
    """
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def cut_line(text: str, width: int) -> str:
    """Cut a text to a width, with three dots at its end."""
    return text if len(text) <= width else text[: width - 3] + "..."


def suggest(given: str, known: Collection[str]) -> str:
    """Propose the nearest of the known words, or list them if they are few: the end of an error message."""
    from difflib import get_close_matches  # only where something is wrong

    near = get_close_matches(given, known, 1, 0.7)
    if near:
        return f"; did you mean '{near[0]}'?"
    if 0 < len(known) <= 20:
        return f"; there are {', '.join(sorted(known))}"
    return ""


def plain(message: str) -> str:
    """Strip the prefix that pydantic puts before the messages of our own checks."""
    return message.removeprefix("Value error, ")


def first_misfit(error: ValidationError) -> str:
    """Say what pydantic found first: the keys that lead to it, if it has any, and the message."""
    first = error.errors(include_url=False)[0]
    keys = ".".join(str(step) for step in first["loc"])
    return f"{keys}: {plain(first['msg'])}".removeprefix(": ")


_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+|(?<=IndirectObject\()(\d+), \d+, \d+(?=\))")
"""An address in memory: of any object of Python, and in what pypdf says of a reference."""


def without_addresses(text: str) -> str:
    """Return what a library says, without addresses in memory, so that each run says the same."""
    return _ADDRESS.sub(lambda match: match[1] or "", text)


def unread(path: object, error: Exception, form: str = "") -> str:
    """Say that a file cannot be read, and why.

    Args:
        error: What reading it raised.
        form: What it was to be read as.
    """
    if isinstance(error, FileNotFoundError):
        return f"{path}: does not exist"
    why = (isinstance(error, OSError) and error.strerror) or str(error)
    return f"{path}: cannot be read{f' as {form}' if form else ''}: {why}"
