"""Counts work instead of time: how many lines of our own code a call runs, the same on every machine and however busy it is."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

CODE = str(Path(__file__).resolve().parents[2] / "policy_news")


def count_steps(work: Callable[[], object]) -> int:
    """Lines of `pipeline` that a call runs; a line of a loop or comprehension counts each time round."""
    steps = 0

    def trace_lines(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal steps
        steps += event == "line"
        return trace_lines

    _trace(work, trace_lines)
    return steps


def count_by_module(work: Callable[[], object]) -> Counter[str]:
    """Return the same by module."""
    steps = Counter[str]()

    def trace_lines(frame: FrameType, event: str, arg: Any) -> Any:
        steps[frame.f_code.co_filename] += event == "line"
        return trace_lines

    _trace(work, trace_lines)
    return Counter({path.removeprefix(CODE)[1:]: count for path, count in steps.items()})


def _trace(work: Callable[[], object], trace_lines: Callable[..., Any]) -> None:
    def trace_calls(frame: FrameType, event: str, arg: Any) -> Any:
        return trace_lines if frame.f_code.co_filename.startswith(CODE) else None

    before = sys.gettrace()
    sys.settrace(trace_calls)
    try:
        work()
    finally:
        sys.settrace(before)


def grows_at_most_linearly(work: Callable[[int], Callable[[], object]], spare: int = 2_000) -> bool:
    """Whether twice the text takes at most about twice the steps; with quadratic work it takes four times as many.

    Args:
        work: Gives, for a size of 1 or 2, the call to measure.
        spare: Steps that do not count, as of what is done once.
    """
    work(1)()  # what is read or compiled when it is first used
    once, twice = count_steps(work(1)), count_steps(work(2))
    return twice <= 2.5 * once + spare


def growing_modules(work: Callable[[int], Callable[[], object]], spare: int) -> list[str]:
    """Return the modules in which that does not hold, of those that do a twentieth of the work: what grows with the square is little of the whole for long."""
    work(1)()
    once, twice = count_by_module(work(1)), count_by_module(work(2))
    least = twice.total() / 20
    return sorted(m for m, count in twice.items() if count > max(2.5 * once[m] + spare, least))
