"""Text that is shown to people in a terminal or a log."""

from __future__ import annotations


def printable(text: str) -> str:
    """Text in one line, without control characters and lone surrogates, which a terminal would obey."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def printable_lines(text: str) -> str:
    """The same for a text of several lines."""
    return "\n".join(map(printable, text.split("\n")))


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun, in the plural (`noun` with an `s`, if left out) but for one."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
