"""Quotations behind a colon: they are of who stands before it (`Ms Orr was not surprised: "I saw it coming."`)."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.nlp.claims.constructions.phrases import noun_phrase
from pipeline.nlp.claims.constructions.quotes import Quotation, QuoteIndex
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.lexicon import Patterns
from pipeline.nlp.claims.tree import Tree, subtract

_STOPS = frozenset({".", "!", "?"})
_PERSONS = frozenset({"he", "she"})


def lead_quotations(
    tree: Tree, drafts: Sequence[Draft], quotes: QuoteIndex, patterns: Patterns
) -> list[Draft]:
    """The drafts, each whole quotation behind a colon with who stands before the colon.

    A cue of the next sentence loses it. A claim before the colon goes on in it; where there is none, it is a claim of the person who
    is the subject there. Where the quotation breaks off, its cue may follow (`It is clear: "We go," said Ms Orr`).

    Args:
        tree: The doc.
        drafts: The claims of the doc.
        quotes: The quotations of the doc.
        patterns: The closed lists of the rule data.

    Returns:
        The claims.
    """
    found = list(drafts)
    for quotation in quotes.all:
        if not _is_led(tree, quotation):
            continue
        found = [kept for draft in found if (kept := _without_behind(draft, quotation)) is not None]
        if any(start <= quotation.start < end for draft in found for start, end in draft.content):
            continue
        led = _claim(tree, found, quotation, patterns)
        if led is not None:
            found.append(led)
    return found


def _claim(tree: Tree, drafts: Sequence[Draft], quotation: Quotation, patterns: Patterns) -> Draft | None:
    """The claim of a quotation: the last one before its colon goes on, else the subject there speaks; None where that is nobody."""
    colon = quotation.start - 1
    first = tree.sents[colon]
    content = ((quotation.start, quotation.end),)
    before = [
        d.head for d in drafts if d.cue is not None and d.source is not None and first <= d.head < colon
    ]
    if before:
        return Draft(quotation.start, None, None, content, "going_on", "statement", after=max(before))
    subject = tree.subject(tree.top(first, colon))
    if subject is None or not _is_person(tree, subject, patterns):
        return None
    return Draft(
        colon, (colon, colon + 1), noun_phrase(tree, subject, patterns), content, "colon", "statement"
    )


def _is_person(tree: Tree, i: int, patterns: Patterns) -> bool:
    number = tree.ents.get(i)
    label = "" if number is None else tree.mentions[number].label_
    return label in patterns.person_labels or tree.lower[i] in _PERSONS


def _is_led(tree: Tree, quotation: Quotation) -> bool:
    """Whether a quotation is a sentence of its own behind a colon."""
    start, end = quotation.start, quotation.end
    if not start or tree.lower[start - 1] != ":" or not tree.doc[start].is_quote:
        return False
    behind = next((i for i in range(end, len(tree)) if not tree.is_space(i)), None)
    new = behind is None or tree.doc[behind].text[:1].isupper()
    return new and any(tree.lower[i][-1:] in _STOPS for i in range(max(start, end - 2), end))


def _without_behind(draft: Draft, quotation: Quotation) -> Draft | None:
    """A claim without a quotation that it is reported behind; None where nothing is left of it."""
    parts = [part for part in (draft.source, draft.cue) if part is not None]
    if draft.cue is None or min(start for start, _ in parts) < quotation.end:
        return draft
    whole = [(quotation.start, quotation.end)]
    rest = tuple(piece for span in draft.content for piece in subtract(span, whole))
    return draft.with_content(rest) if rest or not draft.content else None
