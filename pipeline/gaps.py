"""Where words are withheld in a raw text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from pipeline.masking import MaskPatterns, compile_patterns, find_active
from pipeline.settings import MaskSettings


def patterns_of_run(run: Mapping[str, Any]) -> MaskPatterns:
    """The patterns that a run used, from its `run.json`; the defaults where it names none."""
    try:
        return compile_patterns(MaskSettings(**run.get("settings", {}).get("mask", {})))
    except ValidationError:
        return compile_patterns(MaskSettings())


def find_gaps(text: str, patterns: MaskPatterns) -> list[tuple[int, int]]:
    """The withheld stretches of a raw text, in order and apart: half-open offsets.

    Each mask character counts by itself: ordinary asterisks beside blocks that withhold words are none.
    """
    active = find_active(text, patterns.characters)
    found = [match.span() for match in replace(patterns, characters=active).run.finditer(text)] if active else []
    if patterns.literal:
        found += [match.span() for match in patterns.literal.finditer(text)]
    gaps: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if gaps and start <= gaps[-1][1]:
            gaps[-1] = (gaps[-1][0], max(end, gaps[-1][1]))
        else:
            gaps.append((start, end))
    return gaps
