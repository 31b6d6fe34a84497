"""Standing checks: each tries something again and again, by chance from a seed, and yields what went wrong.

The tests run a slice of each, `make fuzz` the whole: `python -m fuzz.standing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

Check = Callable[[Path, int, int], Iterator[str]]
"""Takes an empty folder, a number of tries and a seed; yields a line for each fault."""
