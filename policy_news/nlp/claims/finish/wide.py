"""Sources and cues as corpora have them that do not cut them to the minimal phrase."""

from __future__ import annotations

from dataclasses import replace

from policy_news.nlp.claims.cue_lexicon import Lexicon
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import PHRASE, Spread, Tree, overlap, subtract

_LEADING = frozenset({"IN", "JJ", "RB", "RP", "TO", "VB", "VBG", "VBN"})
"""Tags of words that lead from a cue to its content: `spoke out in favour of [...]`, `made clear [...]`."""
_NAMES = frozenset({"NNP", "NNPS", "PRP"})
"""Tags of who may be talked to: `accused her of`, `told CNN`."""
_LOOSE = frozenset({"CC", "DT", "RB"})
"""Tags of words at the end of a source that belong to what follows: `the court | this`."""


def as_read(tree: Tree, span: Spread, top: int) -> Spread:
    """Return a source with its titles, apposition and possessive mark, without punctuation at its ends.

    Args:
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


def widen_cue(tree: Tree, draft: Draft, lexicon: Lexicon) -> Draft:
    """Return the draft with the adverbs beside its cue, all that leads from it to the content, and where or on which day it was said.

    Returns:
        The claim; its content leaves out what belongs to its cue.
    """
    if draft.cue is None or not tree.tags[draft.head].startswith("VB"):
        return draft
    start, end = draft.cue
    while start > 0 and tree.heads[start - 1] == draft.head and tree.tags[start - 1] == "RB":
        start -= 1
    end = _behind(tree, draft, end, lexicon)
    own = [part for part in (draft.source,) if part]
    ((start, end), *_) = subtract((start, end), own) or [draft.cue]
    return replace(draft, cue=(start, end), content=_without(draft, (start, end)))


def _without(draft: Draft, cue: Spread) -> tuple[Spread, ...]:
    left = [piece for span in draft.content for piece in subtract(span, [cue])]
    return tuple(left) or draft.content


def _behind(tree: Tree, draft: Draft, end: int, lexicon: Lexicon) -> int:
    """Return the end of a cue with what belongs to it from the right."""
    first = min((span[0] for span in draft.content if span[0] >= end), default=None)
    if first is not None and _leads(tree, draft, (end, first), lexicon):
        return first
    while end < len(tree) and end != first and tree.heads[end] == draft.head and tree.tags[end] == "RB":
        end += 1
    if end >= len(tree) or end == first:
        return end
    if tree.lower[end] == "in" and tree.heads[end] == draft.head:
        return _behind_medium(tree, end, first, lexicon)
    if tree.heads[end] == draft.head and tree.deps[end] == "prt":
        return end + 1
    on_a_day = any(tree.dates[number] == (end, end + 1) for number in tree.dates_within(end, end + 1))
    return end + 1 if on_a_day else end


def _leads(tree: Tree, draft: Draft, between: Spread, lexicon: Lexicon) -> bool:
    """Return whether all words between a cue and its content belong to the cue: no name or person who is talked to stands there."""
    start, end = between
    if not 0 < end - start <= PHRASE or (draft.source and overlap([draft.source], [between])):
        return False
    tags = tree.tags[start:end]
    if not all(tree.words[i] and tree.inside(i, draft.head) for i in range(start, end)):
        return False
    last = end - 1
    if tags[-1] in {"NN", "NNS"}:
        return tree.lemmas[last] in lexicon.nouns
    return tags[-1] in _LEADING and (_NAMES.isdisjoint(tags) or tree.lower[last] in {"as", "clear"})


def _behind_medium(tree: Tree, end: int, first: int | None, lexicon: Lexicon) -> int:
    """Return the end of a cue after where something was said: `in an interview`."""
    medium = tree.child(end, "pobj")
    if medium is None or medium >= end + PHRASE:
        return end
    told = tree.lemmas[medium] in lexicon.patterns.media and (first is None or first > medium)
    return medium + 1 if told else end
