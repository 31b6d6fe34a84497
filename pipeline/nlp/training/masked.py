"""Training texts as a paywall would show them: words masked at random, read through the mask stage."""

from __future__ import annotations

import random
import re
from typing import Any

from pipeline.text.document import Document
from pipeline.text.masking import MaskPatterns, unmask

_WORD = re.compile(r"\w+")
Row = dict[str, Any]


def mask_words(text: str, share: float, rng: random.Random) -> str:
    """Mask words of a text at random.

    Args:
        text: The text.
        share: Probability with which each word is masked, 0 to 1.
        rng: Source of randomness.

    Returns:
        The text with as many asterisks as the masked words have letters, so that offsets stay.
    """
    characters = list(text)
    for match in _WORD.finditer(text):
        if rng.random() < share:
            characters[match.start() : match.end()] = "*" * len(match[0])
    return "".join(characters)


def mask_row(row: Row, share: float, seed: int, patterns: MaskPatterns) -> Row:
    """Make a masked copy of a corpus line, as the model sees it.

    Args:
        row: Line with `doc`, `text` and `claims`.
        share: Probability with which each word is masked, 0 to 1.
        seed: Seed of the choice of words.
        patterns: What counts as a mask.

    Returns:
        A line whose offsets refer to the text with placeholders; these are under `gaps`.
    """
    raw = mask_words(row["text"], share, random.Random(seed))  # noqa: S311 - no secret
    seen = unmask(Document(row["doc"], "", "text", "", raw, ()), patterns)
    place = seen.alignment.from_raw
    claims: list[dict[str, list[list[int]]]] = []
    for claim in row["claims"]:
        moved = {role: [[place(start), place(end)] for start, end in spans] for role, spans in claim.items()}
        claims.append(moved)
    return {"doc": row["doc"], "text": seen.text, "claims": claims, "gaps": seen.alignment.gaps()}
