"""A claim in the words of its article: source, cue and content in the order in which they were written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from policy_news.tables.schema import ClaimRow

FAR = 90
"""Characters between two parts that are still shown; more are left out."""
CUT = " … "
_MASKED = re.compile(r"[^\w\s]{3}")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the sentence; `kind` is `source`, `cue`, `content`, `name` (who the source is), or empty for words between them."""

    kind: str
    words: str


def claim_parts(text: str, claim: ClaimRow, name: str = "", letters: int | None = None) -> tuple[Part, ...]:
    """Return a claim as a sentence.

    Args:
        text: The raw text.
        claim: The claim.
        name: Whom the source stands for; it is added unless the source says it.
        letters: Length at which source and content are cut.
    """
    spans = ((*span, part) for part, own in claim.places.items() for span in own)
    return tell(text, spans, name, letters)


def tell(
    text: str, spans: Iterable[tuple[int, int, str]], name: str = "", letters: int | None = None
) -> tuple[Part, ...]:
    """Return the parts of a claim as a sentence.

    In another order, such as `Labour was denied Mr Hale's claim`, they say what nobody said.

    Args:
        text: The raw text.
        spans: Start, end and kind of each part.
        name: Whom the source stands for; it is added unless the source says it.
        letters: Length at which source and content are cut.
    """
    parts: list[Part] = []
    named, end = not name, None
    for start, stop, kind in sorted(spans):
        if end is not None:
            parts.append(Part("", _between(text[end:start])))
        words = " ".join(text[start:stop].split())
        parts.append(Part(kind, shorten(words, letters) if letters else words))
        if kind == "source" and not named:
            named = True
            if name.casefold() not in words.casefold():
                parts += [Part("", " "), Part("name", f"[{name}]")]
        end = stop
    return tuple(parts) if named else (Part("name", f"[{name}]"), Part("", " "), *parts)


def shorten(text: str, letters: int) -> str:
    """Return the text, cut after a word if it is too long."""
    return text if len(text) <= letters else text[: letters - 1].rsplit(" ", 1)[0] + "…"


def join_parts(parts: Iterable[Part]) -> str:
    """Return the sentence as plain text."""
    return "".join(part.words for part in parts)


def _between(words: str) -> str:
    """Return what stands between two parts, unless it is long, masked, or of another paragraph."""
    if len(words) > FAR or "\n\n" in words or _MASKED.search(words):
        return CUT
    return re.sub(r"\s+", " ", words)
