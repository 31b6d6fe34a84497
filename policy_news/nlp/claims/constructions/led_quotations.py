"""Quotations after a colon: they are of who stands before it (`Ms Orr was not surprised: "I saw it coming."`)."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence

from policy_news.nlp.claims.constructions.phrases import is_person, noun_phrase
from policy_news.nlp.claims.constructions.quotes import Quotation, QuoteIndex
from policy_news.nlp.claims.cue_lexicon import Patterns
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import Tree

_STOPS = frozenset({".", "!", "?"})
_PERSONS = frozenset({"he", "she"})


def lead_quotations(
    tree: Tree, drafts: Sequence[Draft], quotes: QuoteIndex, patterns: Patterns
) -> list[Draft]:
    """Return the drafts, each whole quotation after a colon with who stands before the colon.

    A claim before the colon goes on in it; where there is none, it is a claim of the person who
    is the subject there. Where the quotation breaks off, its cue may follow (`It is clear: "We go," said Ms Orr`).
    """
    led = {number: one for number, one in enumerate(quotes.all) if _is_led(tree, one)}
    found = list(drafts)
    held = set(_held(found, quotes))
    heads = sorted(draft.head for draft in found if draft.cue is not None and draft.source is not None)
    for number in sorted(led.keys() - held):
        claim = _claim(tree, heads, led[number], patterns)
        if claim is not None:
            found.append(claim)
            if claim.cue is not None:
                insort(heads, claim.head)
    return found


def _held(drafts: Iterable[Draft], quotes: QuoteIndex) -> Iterator[int]:
    """Yield numbers of the quotations that begin in the content of a claim."""
    for draft in drafts:
        for start, end in draft.content:
            yield from (number for number in quotes.within(start, end) if quotes.all[number].start >= start)


def _claim(tree: Tree, heads: Sequence[int], quotation: Quotation, patterns: Patterns) -> Draft | None:
    """Return the claim of a quotation: the last one before its colon goes on, else the subject there speaks; None where that is nobody.

    Args:
        heads: Those of the claims that have a source, ascending.
    """
    colon = quotation.start - 1
    first = tree.sents[colon]
    content = ((quotation.start, quotation.end),)
    before = bisect_left(heads, colon) - 1
    subject = _person_before(tree, colon - 1, patterns)  # `said so, but Ms Orr blasted: "It is not."`
    top = tree.top(first, colon)
    # `Her words:` are of who has spoken.
    owner = tree.child(top, "poss") if tree.lower[top] == "words" else None
    is_own = before >= 0 and heads[before] >= first and (subject is None or heads[before] == colon - 1)
    if before >= 0 and (is_own or owner is not None):
        return Draft(quotation.start, None, None, content, "going_on", "statement", after=heads[before])
    if subject is None:
        subject = _person_before(tree, top, patterns) if owner is None else owner
    if subject is None:
        return None
    return Draft(
        colon, (colon, colon + 1), noun_phrase(tree, subject, patterns), content, "colon", "statement"
    )


def _person_before(tree: Tree, verb: int, patterns: Patterns) -> int | None:
    """Return the subject of a verb if it is a person."""
    subject = tree.subject(verb)
    if subject is None or not (is_person(tree, subject, patterns) or tree.lower[subject] in _PERSONS):
        return None
    return subject


def _is_led(tree: Tree, quotation: Quotation) -> bool:
    """Return whether a quotation is a sentence of its own after a colon."""
    start, end = quotation.start, quotation.end
    if not start or tree.lower[start - 1] != ":" or not tree.doc[start].is_quote:
        return False
    behind = next((i for i in range(end, len(tree)) if not tree.is_space(i)), None)
    new = quotation.open or behind is None or tree.doc[behind].text[:1].isupper()
    return new and any(tree.lower[i][-1:] in _STOPS for i in range(max(start, end - 2), end))
