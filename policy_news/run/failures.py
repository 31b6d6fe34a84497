"""Rows of the inputs that failed."""

from __future__ import annotations

import logging

from policy_news.core.errors import PipelineError
from policy_news.core.messages import without_addresses
from policy_news.tables.schema import FailureRow

REPORT = "Please report it with the text; `--debug`, with `--workers 1`, shows the traceback."
_LOG = logging.getLogger(__name__)


def failure(place: str, stage: str, error: PipelineError) -> FailureRow:
    """Return the row of an input that cannot be read."""
    return FailureRow(place, stage, type(error).__name__, error.message, error.hint or None)


def unexpected(place: str, stage: str, error: Exception, hint: str = REPORT) -> FailureRow:
    """Return the row of an input that met a fault of ours; the traceback goes to the log."""
    _LOG.debug("%s: %s", stage, place, exc_info=error)
    message = without_addresses(str(error).partition("\n")[0]) or "no message"
    return FailureRow(place, stage, type(error).__name__, message, hint)


def place_of(name: str, line: int) -> str:
    """Return what a failure calls a record: the file, with the number of the line if it has several."""
    return f"{name}:{line}" if line else name
