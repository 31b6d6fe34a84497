"""Handles signals, and an output whose reader may go away."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import Any, TextIO

_DIRECTIONS = dict.fromkeys(
    [0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\N{REPLACEMENT CHARACTER}"
)
"""Marks that turn the direction of the text after them, for `str.translate`."""


class Patient:
    """A text stream whose reader may leave: later output is lost, and the work continues.

    Args:
        is_for_people: Replace direction marks: typer repeats wrong arguments as they are.
    """

    def __init__(self, stream: TextIO, *, is_for_people: bool = False) -> None:
        self._stream = stream
        self._is_for_people = is_for_people
        self._left = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, unless the reader has left."""
        if self._left:
            return len(text)
        try:
            return self._stream.write(text.translate(_DIRECTIONS) if self._is_for_people else text)
        except BrokenPipeError:  # such as `pipeline run | head`: the tables are still wanted
            self._leave()
            return len(text)

    def flush(self) -> None:
        """Flush, unless the reader has left."""
        try:
            if not self._left:
                self._stream.flush()
        except BrokenPipeError:
            self._leave()
        except OSError:  # a full disk: reported once, and not again by the interpreter's flush at the end
            self._leave()
            raise

    def _leave(self) -> None:
        """Redirect the descriptor, so that the interpreter's own flush at the end does not fail either."""
        self._left = True
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


def prepare() -> None:
    """Make output never fail for a character or a reader that left, and have SIGTERM end the work as Ctrl-C does."""
    for name in ("stdout", "stderr"):
        stream: Any = getattr(sys, name)
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")
        setattr(sys, name, Patient(stream, is_for_people=name == "stderr"))
    with suppress(ValueError, OSError):  # not in the main thread
        signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
