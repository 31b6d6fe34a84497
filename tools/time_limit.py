"""Ends what takes too long."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class HangError(BaseException):
    """A block took too long; no `Exception`, so no handler within the block takes it for an error of its own."""


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise `HangError` in the block if it takes longer; in the main thread only."""

    def end(*_: object) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
