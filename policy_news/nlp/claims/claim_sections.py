"""Which sections may hold claims, and which of them are headlines."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc, Span

from policy_news.text.document import HEADLINES

Spread = tuple[int, int]
"""A half-open range of token indexes."""

WITHOUT_CLAIMS = frozenset({
    "comment_author", "comment_date", "comment_header", "published", "byline", "dateline", "furniture", "credit", "boilerplate", "caption",
})  # fmt: skip
MAX_HEADLINE = 20
"""Most tokens of a first line that is taken for a headline where nobody set the sections."""


def claim_sections(doc: Doc, sections: Sequence[Span]) -> list[tuple[Spread, bool]]:
    """Return the token ranges of the sections that may hold claims, each with whether it is a headline."""
    told = "sections" in doc.spans
    found = []
    for number, span in enumerate(sections):
        if span.label_ in WITHOUT_CLAIMS or span.end <= span.start:
            continue
        first_line = not told and number == 0 and _is_first_line(span, alone=len(sections) == 1)
        found.append(((span.start, span.end), span.label_ in HEADLINES or first_line))
    return found


def _is_first_line(span: Span, *, alone: bool) -> bool:
    """Return whether the first line of a text without sections looks like its headline."""
    last = span[-1].text
    return len(span) <= MAX_HEADLINE and last not in {"!", "?", '"', "”"} and not (alone and last == ".")
