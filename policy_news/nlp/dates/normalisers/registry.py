"""The readers by the `kind` that a pattern names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from policy_news.nlp.dates.class_patterns import Hit
from policy_news.nlp.dates.context import Context, Reading
from policy_news.nlp.dates.normalisers import calendar, days, durations, periods, units


class NoSuchDateError(Exception):
    """A match that is outside the calendar."""


Reader = Callable[[Hit, Context], Reading | None]

READERS: Mapping[str, Reader] = {
    name.removeprefix("read_"): reader
    for module in (calendar, days, durations, periods, units)
    for name, reader in vars(module).items()
    if name.startswith("read_")
}
"""The function `read_day` of one of these modules reads the kind `day`."""


def read_hit(hit: Hit, context: Context) -> Reading | None:
    """Return the meaning of a match; None where it is not a date.

    Raises:
        NoSuchDateError: It looks like a date but does not exist (`29 February 2023`), so no part of it may be read.
    """
    try:
        return READERS[hit.pattern.kind](hit, context)
    except (ValueError, OverflowError) as error:
        raise NoSuchDateError from error
