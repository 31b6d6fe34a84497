"""A claim in the words of its article: source, cue and content in the order in which they were written."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policy_news.tables.schema import ClaimRow, ContentSpan

FAR = 90
"""Characters between two parts that are still shown; more are left out."""
CUT = " … "
_MASKED = re.compile(r"[^\w\s]{3}")
_OPENING, _CLOSING = "\"“'‘«„", "\"”'’»“"
_HELPERS = re.compile(
    r"(?:\b(?:do|does|did|has|have|had|is|are|was|were|be|been|being|will|would|can|could|may|might|shall|should|must|also|yet|not|never)"
    r"(?:n['’]t)?\s+|\bcannot\s+|\bto\s+)+$",
    re.IGNORECASE,
)
"""Words before a cue that change what it says: a denial is not cut from its `not`."""
LONGEST_CUE = 10
"""Characters in which the verb is looked for at the end of a cue."""
_TELLING = re.compile(r"\b(?:tell|tells|told|telling|reminded|assured|informed)$")
_QUOTED = re.compile(r"\n[ \t]*>+")
"""The mark of a further line in a block quote."""
_HEARER = re.compile(
    r"(?: [\w'’&-]+){1,5}?(?=[,;:!?\"“”()—–\n]|\.(?:\s|$)|\s(?:after|and|as|at|before|but|during|in|on|that|when|while|who)\b)"
)
"""Who is told something, up to the next clause or mark."""
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SentencePart:
    """A part of the sentence; `kind` is `source`, `cue`, `content`, `name` (who the source is), or empty for words between them."""

    kind: str
    words: str


def claim_parts(
    text: str, claim: ClaimRow, name: str = "", letters: int | None = None
) -> tuple[SentencePart, ...]:
    """Return a claim as a sentence.

    Args:
        name: Whom the source stands for; it is added unless the source says it.
        letters: Length at which source and content are cut.
    """
    spans = ((*span, part) for part, own in claim.places.items() for span in own)
    return tell(text, spans, name, letters)


def tell(
    text: str, spans: Iterable[tuple[int, int, str]], name: str = "", letters: int | None = None
) -> tuple[SentencePart, ...]:
    """Return the parts of a claim as a sentence.

    In another order, such as `Labour was denied Mr Hale's claim`, they say what nobody said.

    Args:
        spans: Start, end and kind of each part.
        name: Whom the source stands for; it is added unless the source says it.
        letters: Length at which source and content are cut.
    """
    parts: list[SentencePart] = []
    named, end = not name, None
    for start, stop, kind in sorted(spans):
        if end is not None:
            parts.append(SentencePart("", _between(text[end:start])))
        words = " ".join(text[start:stop].split())
        parts.append(SentencePart(kind, shorten(words, letters) if letters else words))
        if kind == "source" and not named:
            named = True
            if name.casefold() not in words.casefold():
                parts += [SentencePart("", " "), SentencePart("name", f"[{name}]")]
        end = stop
    if end is not None and _MASKED.match(text[end : end + 4].lstrip(" ")):
        parts.append(SentencePart("", CUT.rstrip()))
    return tuple(parts) if named else (SentencePart("name", f"[{name}]"), SentencePart("", " "), *parts)


def shorten(text: str, letters: int) -> str:
    """Return the text, cut after a word if it is too long."""
    return text if len(text) <= letters else text[: letters - 1].rsplit(" ", 1)[0] + "…"


def join_parts(parts: Iterable[SentencePart]) -> str:
    """Return the sentence as plain text."""
    return "".join(part.words for part in parts)


def cut_sentence(
    text: str, places: Mapping[str, Sequence[Span]], gaps: Sequence[Span]
) -> tuple[str, list[Span]]:
    """Cut a claim from its text as a person would quote it, in the order of the text.

    Words between the parts stay unless they are masked, many, or of another paragraph. Quotation marks and auxiliary verbs stay.

    Args:
        places: Offsets of `source`, `cue` and `content`, as `ClaimRow.places` has them.
        gaps: Masked spans of the text, in order.

    Returns:
        The sentence with ` … ` for what is left out, and the spans that it is cut from.
    """
    parts = [
        _with_marks(text, span) if kind == "content" else span for kind, own in places.items() for span in own
    ]
    cues = {start for start, _ in places.get("cue", ())}
    speakers = {end for _, end in places.get("source", ())}
    spans: list[Span] = []
    for start, end in sorted(parts):
        last = spans[-1][1] if spans else 0
        # `whose chairman, Ana Moll, said`: without what stands before the name, its second comma is one too many.
        is_comma = start in cues and last in speakers and text[last:start].strip() == ","
        if spans and not is_comma and _is_near(text, last, start, gaps):
            spans[-1] = (spans[-1][0], max(end, last))
            continue
        spans.append((_with_helpers(text, start, last) if start in cues else start, end))
    spans = _with_hearer(text, spans, gaps)
    words = join_spans(text, spans)
    return (f"{words}{CUT.rstrip()}" if spans and _ends_masked(text, spans[-1][1], gaps) else words), spans


def _with_hearer(text: str, spans: list[Span], gaps: Sequence[Span]) -> list[Span]:
    """Return the spans of a sentence; one that a cue ends with who is told: `The mine will close, Hale told the council`."""
    if not spans:
        return spans
    start, end = spans[-1]
    told = _TELLING.search(text, max(end - LONGEST_CUE, 0), end)
    hearer = _HEARER.match(text, end) if told else None
    following = bisect_right(gaps, (end, -1))
    if hearer is None or (following < len(gaps) and gaps[following][0] < hearer.end()):
        return spans
    return [*spans[:-1], (start, hearer.end())]


def _with_helpers(text: str, start: int, last: int) -> int:
    """Return where a cue begins with the words before it that change what it says."""
    found = _HELPERS.search(text, max(last, start - FAR), start)
    return found.start() if found else start


def join_spans(text: str, spans: Iterable[Span]) -> str:
    """Return the words of spans of a text, with ` … ` for what lies between them, and nothing for a comma."""
    words, last = "", 0
    for start, end in spans:
        between = text[last:start].strip() if words else ","
        words += f"{' ' if between == ',' else CUT}{' '.join(_QUOTED.sub(' ', text[start:end]).split())}"
        last = end
    return words[1:]


def with_name(words: str, name: str) -> str:
    """Return a claim with the name of its speaker in brackets before it, unless its words have the name."""
    return words if name.casefold() in words.casefold() else f"[{name}] {words}"


def reported_columns(text: str, places: Mapping[str, Sequence[Span]], gaps: Sequence[Span]) -> dict[str, Any]:
    """Return the columns `start`, `end`, `reported` and `reported_spans` of a claim; for the arguments see `cut_sentence`."""
    sentence, spans = cut_sentence(text, places, gaps)
    ends = [span for own in places.values() for span in own]
    return {
        "start": min(start for start, _ in ends),
        "end": max(end for _, end in ends),
        "reported": sentence,
        "reported_spans": [ContentSpan(*span) for span in spans],
    }


def _with_marks(text: str, span: Span) -> Span:
    """Return a span with the quotation marks that stand around it."""
    start, end = span
    if start and text[start - 1] in _OPENING and text[start] not in _OPENING:
        start -= 1
    if end < len(text) and text[end] in _CLOSING and text[end - 1] not in _CLOSING:
        end += 1
    return start, end


def _is_near(text: str, end: int, start: int, gaps: Sequence[Span]) -> bool:
    """Return whether the words between two parts are few, of one paragraph and not masked."""
    if _is_far(text[end:start]):
        return False
    following = bisect_right(gaps, (end, -1))
    return following == len(gaps) or gaps[following][0] >= start


def _is_far(between: str) -> bool:
    """Return whether the words between two parts are too many to be shown, or hold the end of a paragraph."""
    return len(between) > FAR or "\n\n" in between


def _ends_masked(text: str, end: int, gaps: Sequence[Span]) -> bool:
    """Return whether masked words follow a place, after white space at most."""
    while end < len(text) and text[end] in " \t":
        end += 1
    following = bisect_right(gaps, (end, -1))
    return following < len(gaps) and gaps[following][0] == end


def _between(words: str) -> str:
    """Return what stands between two parts, unless it is long, masked, or of another paragraph."""
    if _is_far(words) or _MASKED.search(words):
        return CUT
    return re.sub(r"\s+", " ", words)
