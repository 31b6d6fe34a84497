"""Finds the place of a quotation again, in a text that may have changed since. Pure; never guesses.

The order of evidence: the same document and the same offsets; the words with all of their context; the words with enough
context, and more than anywhere else. If two places fit equally well, the quotation is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from policy_news.decisions.decision_format import Quote

AROUND = 32
"""Characters of context on either side, as in the export of Web Annotations."""
MOST = 256
"""Largest number of characters of context, used if fewer do not identify the place."""
ENOUGH = 12
"""Least number of characters of context that must agree."""
MOST_SHARE = 3 / 4
"""Share of the context that must agree where neither side agrees up to the end of its line. With half of it, words of one article
were found in a near copy whose own paragraph differs."""
ALONE = 24
"""Characters of context on one side that are enough without the other side."""
FEW = 4
"""Number of characters by which the best place must beat the second best."""


class LostError(Exception):
    """A decision has no place in the run: what it quotes, or what it is about, is gone."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


Place = tuple[int, int]


def make_quote(text: str, start: int, end: int) -> Quote:
    """Quote a span with as much context as identifies it, up to `MOST` characters."""
    size = AROUND
    exact = text[start:end]
    while size < MOST and _count_alike(text, exact, start, end, size) > 1:
        size *= 2
    return Quote(
        exact=exact,
        prefix=text[max(0, start - size) : start],
        suffix=text[end : end + size],
        start=start,
        end=end,
    )


def _count_alike(text: str, exact: str, start: int, end: int, size: int) -> int:
    whole = text[max(0, start - size) : end + size]
    first = text.find(whole)
    second = text.find(whole, first + 1)
    if second < 0:
        return 1
    return 2


def look_for_quote(text: str, quote: Quote, *, same: bool) -> Place | None:
    """Find the current place of a quotation as `find_quote` does; None if it is lost."""
    with suppress(LostError):
        return find_quote(text, quote, same=same)
    return None


def find_quote(text: str, quote: Quote, *, same: bool) -> Place:
    """Find the current place of a quotation.

    Args:
        same: Whether the document is the one that was quoted, by its hash.

    Returns:
        Offsets into the text.

    Raises:
        LostError: It has no place.
    """
    # In another document the same offsets prove nothing, unless words and context occur only once.
    if _agrees(text, quote) and (same or _is_only_one(text, quote)):
        return quote.start, quote.end
    flat = _flatten(text)
    found = _find_flat(flat.text, _squeeze(quote.exact).strip(), _Context.of(quote))
    return flat.places[found[0]], flat.places[found[1] - 1] + 1


def _agrees(text: str, quote: Quote) -> bool:
    """Return whether the words and all of their context stand at the offsets."""
    before, behind = quote.start - len(quote.prefix), quote.end + len(quote.suffix)
    return before >= 0 and text[before:behind] == quote.prefix + quote.exact + quote.suffix


def _is_only_one(text: str, quote: Quote) -> bool:
    whole = quote.prefix + quote.exact + quote.suffix
    return text.find(whole, text.find(whole) + 1) < 0


@dataclass(frozen=True, slots=True)
class _Flat:
    """A text with each run of white space as one space, and the offset of each of its characters in the original."""

    text: str
    places: list[int]


@lru_cache(maxsize=4)
def _flatten(text: str) -> _Flat:
    kept: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        if not character.isspace():
            kept.append(character)
            places.append(at)
        elif kept and kept[-1] != " ":
            kept.append(" ")
            places.append(at)
    return _Flat("".join(kept), places)


def _squeeze(text: str) -> str:
    """Write each run of white space as one space, also at the ends."""
    words = " ".join(text.split())
    if words and text[-1:].isspace():
        words = f"{words} "
    if text[:1].isspace():
        words = f" {words}"
    return words


@dataclass(frozen=True, slots=True)
class _Context:
    """The text around the words, and how much of it was in the same line."""

    prefix: str
    suffix: str
    near_prefix: int
    near_suffix: int

    @classmethod
    def of(cls, quote: Quote) -> _Context:
        before, behind = quote.prefix.rpartition("\n")[2], quote.suffix.partition("\n")[0]
        return cls(
            _squeeze(quote.prefix), _squeeze(quote.suffix), len(_squeeze(before)), len(_squeeze(behind))
        )


def _find_flat(text: str, exact: str, context: _Context) -> Place:
    if not exact:
        raise LostError("the quotation is nothing but white space")
    scored = sorted(_score(text, exact, context), reverse=True)
    if not scored:
        raise LostError("the words are not in the text any more")
    fitting = [(score, start) for score, fits, start in scored if fits]
    if not fitting and len(scored) > 1:
        raise LostError(
            f"the words occur {len(scored)} times, and what stood around them does not tell which are meant"
        )
    if not fitting:
        raise LostError("the words are there, but what stood around them is not")
    best, start = fitting[0]
    if len(fitting) > 1 and fitting[1][0] > best - FEW:
        raise LostError("the words occur more than once, in the same surroundings")
    return start, start + len(exact)


def _score(text: str, exact: str, context: _Context) -> Iterator[tuple[int, bool, int]]:
    """Score each occurrence of the words.

    Enough is one side up to the end of its line, or most of both sides with some of each, or all. Text beyond the line is not
    evidence by itself: when a paragraph is removed, the one before it moves there.

    Yields:
        Number of agreeing characters of context, whether they are enough, and the offset.
    """
    prefix, suffix = context.prefix, context.suffix
    start = text.find(exact)
    while start >= 0:
        end = start + len(exact)
        before = _shared(reversed(text[max(0, start - len(prefix)) : start]), reversed(prefix))
        behind = _shared(iter(text[end : end + len(suffix)]), iter(suffix))
        left = before >= context.near_prefix >= ALONE
        right = behind >= context.near_suffix >= ALONE
        most = before + behind >= MOST_SHARE * (len(prefix) + len(suffix)) and min(before, behind) >= ENOUGH
        every = before == len(prefix) and behind == len(suffix) and before + behind >= ENOUGH
        if not _cuts_word(text, (start, end), prefix[-1:], suffix[:1]):
            yield before + behind, left or right or most or every, start
        start = text.find(exact, start + 1)


def _shared(left: Iterator[str], right: Iterator[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _cuts_word(text: str, place: Place, before: str, behind: str) -> bool:
    """Return whether an occurrence is part of a longer word and the quotation was not: `Trump` in `Trumpet` is something else."""
    start, end = place
    left = start > 0 and text[start - 1].isalnum() and text[start].isalnum() and not before.isalnum()
    right = end < len(text) and text[end].isalnum() and text[end - 1].isalnum() and not behind.isalnum()
    return left or right
