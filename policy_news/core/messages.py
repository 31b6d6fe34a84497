"""Text that is shown to people in a terminal or a log."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_MAPPING = "must be a mapping of keys to values"
_DAY = "must be a day such as 2024-03-05"
_LIST = "must be a list"
_MISFITS = {
    "missing": "is missing",
    "missing_argument": "is missing",
    "extra_forbidden": "unknown key",
    "invalid_key": "a key must be a text",
    "union_tag_not_found": "the key {discriminator} is missing",
    "union_tag_invalid": "must have a {discriminator} out of {expected_tags}",
    "literal_error": "must be {expected}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must have the form {pattern}",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "finite_number": "must be a finite number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "json_invalid": "is not JSON: {error}",
    # By the first word, of what is of another type or cannot be read as this one:
    "string": "must be a text",
    "list": _LIST,
    "tuple": _LIST,
    "iterable": _LIST,
    "frozen": _LIST,
    "set": _LIST,
    "mapping": _MAPPING,
    "dict": _MAPPING,
    "model": _MAPPING,
    "dataclass": _MAPPING,
    "int": "must be a whole number",
    "float": "must be a number",
    "bool": "must be true or false",
    "date": _DAY,
    "datetime": f"{_DAY}T10:00:00Z",
}
"""What is said in place of pydantic's own words, which speak of Python."""


def printable(text: str) -> str:
    """Make a text safe to print in one line: a terminal would obey control characters, and cannot encode lone surrogates."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def printable_lines(text: str) -> str:
    """Make each line of a text safe to print; its line breaks stay."""
    return "\n".join(map(printable, text.split("\n")))


def counted(number: int, noun: str, plural: str = "") -> str:
    """Format a number with its noun."""
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


def say(finding: ErrorDetails) -> str:
    """Return in plain words what is wrong with a value."""
    kind, context = finding["type"], finding.get("ctx", {})
    if kind in ("value_error", "assertion_error"):  # of our own checks
        return str(context["error"])
    if kind == "string_too_short" and context["min_length"] == 1:
        return "must not be empty"
    said = _MISFITS.get(kind) or _MISFITS.get(kind.partition("_")[0], "does not fit")
    said = said.format(**context)
    if kind == "tuple_type" and isinstance(finding["input"], str):
        return f"{said}, e.g. [{finding['input']}]"
    return said


def first_misfit(error: ValidationError, skip: int = 0) -> str:
    """Return the keys that lead to what was found first, if it has any, and what is wrong there."""
    first = error.errors(include_url=False)[0]
    steps = first["loc"][skip:]
    if len(steps) > 1 and steps[-1] == first["type"].partition("_")[0]:
        steps = steps[:-1]  # one of several types
    keys = ".".join(str(step) for step in steps if "[" not in str(step))
    return f"{keys}: {say(first)}".removeprefix(": ")


_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+|(?<=IndirectObject\()(\d+), \d+, \d+(?=\))")
"""An address in memory: of any object of Python, and in what pypdf says of a reference."""


def without_addresses(text: str) -> str:
    """Return what a library says, without addresses in memory, so that each run says the same."""
    return _ADDRESS.sub(lambda match: match[1] or "", text)


def unread(path: object, error: Exception, form: str = "") -> str:
    """Say that a file cannot be read, and why."""
    if isinstance(error, FileNotFoundError):
        return f"{path}: does not exist"
    why = (isinstance(error, OSError) and error.strerror) or str(error)
    return f"{path}: cannot be read{f' as {form}' if form else ''}: {why}"
