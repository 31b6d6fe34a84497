"""Sources and cues as corpora have them that do not cut them to the minimal phrase."""

from __future__ import annotations

from dataclasses import replace

from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.lexicon import Patterns
from pipeline.nlp.claims.tree import Spread, Tree, subtract

MEDIUM = 6
"""Most tokens of a phrase behind a cue that says where something was said: `said in a recent interview`."""
_LEADING = frozenset({"about", "against", "as", "at", "by", "for", "of", "on", "over", "with"})
"""Prepositions that belong to the cue where the content begins behind them."""
_LOOSE = frozenset({"CC", "DT", "RB"})
"""Tags of words at the end of a source that belong to what follows: `the court | this`."""


def as_read(tree: Tree, span: Spread, top: int) -> Spread:
    """A source with its titles, apposition and possessive mark, without punctuation at its ends.

    Args:
        tree: The doc.
        span: First token, and the one after the last.
        top: Token of the noun that the source belongs to, at which it ends at the earliest.

    Returns:
        The tokens that are left; one at least.
    """
    start, end = span[0], max(span[1], top + 1)
    while end - start > 1 and (not tree.is_word(end - 1) or tree.tags[end - 1] in _LOOSE):
        end -= 1
    while end - start > 1 and not tree.is_word(start):
        start += 1
    return start, end


def widen_cue(tree: Tree, draft: Draft, patterns: Patterns) -> Draft:
    """The draft with the adverbs before its cue, the preposition behind it, and where or on which day it was said.

    Args:
        tree: The doc.
        draft: The claim.
        patterns: The closed lists of the rule data.

    Returns:
        The claim; its content leaves out what belongs to its cue.
    """
    if draft.cue is None or not tree.tags[draft.head].startswith("VB"):
        return draft
    start, end = draft.cue
    while start > 0 and tree.heads[start - 1] == draft.head and tree.tags[start - 1] == "RB":
        start -= 1
    end = _behind(tree, draft, end, patterns)
    own = [part for part in (draft.source,) if part]
    ((start, end), *_) = subtract((start, end), own) or [draft.cue]
    return replace(draft, cue=(start, end), content=_without(draft, (start, end)))


def _without(draft: Draft, cue: Spread) -> tuple[Spread, ...]:
    left = [piece for span in draft.content for piece in subtract(span, [cue])]
    return tuple(left) or draft.content


def _behind(tree: Tree, draft: Draft, end: int, patterns: Patterns) -> int:
    """The end of a cue with what belongs to it from the right."""
    if end >= len(tree):
        return end
    first = min((span[0] for span in draft.content if span[0] >= end), default=None)
    if tree.lower[end] == "to" and first == end + 1:
        return first
    if tree.heads[end] == draft.head and tree.deps[end] in {"prep", "agent", "prt"}:
        return _behind_preposition(tree, end, first, patterns)
    on_a_day = any(tree.dates[number] == (end, end + 1) for number in tree.dates_within(end, end + 1))
    return end + 1 if on_a_day and first != end else end


def _behind_preposition(tree: Tree, end: int, first: int | None, patterns: Patterns) -> int:
    """The end of a cue behind a preposition that leads to the content, or to where it was said."""
    if tree.lower[end] in _LEADING and first in {end, end + 1}:
        return end + 1
    medium = tree.child(end, "pobj")
    if tree.lower[end] != "in" or medium is None or medium >= end + MEDIUM:
        return end
    told = tree.lemmas[medium] in patterns.media and (first is None or first > medium)
    return medium + 1 if told else end
