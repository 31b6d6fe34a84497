"""The one value of several places."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

T = TypeVar("T")


def only(values: Collection[T]) -> T | None:
    """Return the one value of a collection; None if it is empty or has several."""
    return next(iter(values)) if len(values) == 1 else None
