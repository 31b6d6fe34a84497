"""Text that is shown to people in a terminal or a log."""

from __future__ import annotations

import re
from collections.abc import Collection


def printable(text: str) -> str:
    """Text in one line, without control characters and lone surrogates, which a terminal would obey."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def printable_lines(text: str) -> str:
    """The same for a text of several lines."""
    return "\n".join(map(printable, text.split("\n")))


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun, in the plural (`noun` with an `s`, if left out) but for one."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def suggest(given: str, known: Collection[str]) -> str:
    """What may have been meant, or what there is: the end of a message."""
    from difflib import get_close_matches  # only where something is wrong

    near = get_close_matches(given, known, 1, 0.7)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; there are {', '.join(sorted(known))}" if 0 < len(known) <= 20 else ""


def plain(message: str) -> str:
    """What pydantic says of a value, without its word for our own checks."""
    return message.removeprefix("Value error, ")


_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+|(?<=IndirectObject\()(\d+), \d+, \d+(?=\))")
"""An address in memory: of any object of Python, and in what pypdf says of a reference."""


def without_addresses(text: str) -> str:
    """What a library says, without addresses in memory, so that each run says the same."""
    return _ADDRESS.sub(lambda match: match[1] or "", text)


def unread(path: object, error: Exception, form: str = "") -> str:
    """That a file cannot be read, and why.

    Args:
        path: The file.
        error: What reading it raised.
        form: What it was to be read as.
    """
    if isinstance(error, FileNotFoundError):
        return f"{path}: does not exist"
    why = (isinstance(error, OSError) and error.strerror) or str(error)
    return f"{path}: cannot be read{f' as {form}' if form else ''}: {why}"
