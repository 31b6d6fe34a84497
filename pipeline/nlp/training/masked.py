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
    """The text with each word replaced by asterisks with probability `share`."""
    characters = list(text)
    for match in _WORD.finditer(text):
        if rng.random() < share:
            characters[match.start() : match.end()] = "*" * len(match[0])
    return "".join(characters)


def mask_row(row: Row, share: float, seed: int, patterns: MaskPatterns) -> Row:
    """A corpus line in the text that the model sees, its claims moved there, with the placeholders as `gaps`."""
    raw = mask_words(row["text"], share, random.Random(seed))  # noqa: S311 - no secret
    seen = unmask(Document(row["doc"], "", "text", "", raw, ()), patterns)
    place = seen.alignment.from_raw
    claims = [
        {role: [[place(start), place(end)] for start, end in spans] for role, spans in claim.items()}
        for claim in row["claims"]
    ]
    return {"doc": row["doc"], "text": seen.text, "claims": claims, "gaps": seen.alignment.gaps()}
