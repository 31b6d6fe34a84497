"""What masks leave of a claim: nothing in it holds or bridges masked text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from policy_news.nlp.claims.cue_lexicon import Cut
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.finish.trimming import trim_content
from policy_news.nlp.claims.tree import FEW, Spread, Tree, subtract

_OPEN = frozenset({"CC", "DT", "IN", "PRP$", "TO"})
"""Tags of words on which no phrase ends, but before a mask."""
MOSTLY_MASKED = 0.45
"""Share of placeholders among a section's words and placeholders from which only what stands right beside the cue is kept.

A placeholder stands for a run of masked words: where four words of five are masked at random, the share is 0.44."""
_TELLING = frozenset({"CD", "JJ", "NN", "VB"})
"""How the tags of words begin that say something by themselves."""


def masked_share(tree: Tree, limit: Spread, gaps: frozenset[int]) -> float:
    """Return the share of placeholders among a section's placeholders and words.

    Returns:
        Between 0 and 1.
    """
    hidden = sum(i in gaps for i in range(*limit))
    return hidden / max(1, hidden + sum(tree.is_word(i) and i not in gaps for i in range(*limit)))


def cut_at_gaps(
    tree: Tree, draft: Draft, gaps: frozenset[int], limit: Spread, masked: float, cuts: Sequence[Cut]
) -> tuple[Draft | None, bool]:
    """Return the draft with what is visible of it, and whether a mask cut it.

    No part holds or bridges a placeholder. A cue that does is no cue. In a section that is mostly masked, parts
    on the far side of a gap are dropped, since what links them to the cue is hidden.

    Args:
        masked: Share of masked text in the section.

    Returns:
        The claim, None if nothing of it is left, and whether a mask cut it.
    """
    if not gaps:
        return draft, False
    if draft.cue is not None and any(i in gaps for i in range(*draft.cue)):
        return None, True
    far = masked >= MOSTLY_MASKED
    source, lost = _cut_source(tree, draft, gaps, far=far)
    lost = lost or (source is None and draft.cue is not None and _is_beside(draft.cue, gaps))
    pieces, cut = _cut_content(tree, draft, gaps, limit, cuts, far=far)
    if (not pieces and draft.kind != "silence") or (draft.cue is None and lost):
        return None, True
    if draft.cue is not None:
        near = _near_side(tree, draft.cue, source, pieces, gaps)
        if len(near) < len(pieces):
            pieces, cut = near, True
    return replace(draft, source=source, content=tuple(pieces)), cut or lost


def _cut_source(tree: Tree, draft: Draft, gaps: frozenset[int], *, far: bool) -> tuple[Spread | None, bool]:
    """Return what is visible of the source around its noun, and whether a mask cuts it."""
    if draft.source is None:
        return None, False
    if draft.cue is not None and _gap_between(draft.source, draft.cue, gaps):
        # A mask right before the verb stands where its subject would (`Hexa ****. **** said`), unless the phrase runs into it (`Many of **** said`).
        hidden = draft.source[1] <= draft.cue[0] and draft.cue[0] - 1 in gaps
        if far or (hidden and tree.tags[draft.source[1] - 1] not in _OPEN):
            return None, True
    seen = _seen_source(tree, draft.source, gaps)
    if seen is None:
        return None, True
    start, end = seen
    lost = seen != draft.source or start - 1 in gaps or end in gaps
    while end in gaps and start < end and tree.tags[end - 1] in _OPEN:
        gaps, end = gaps | {end - 1}, end - 1
    if start - 1 in gaps and tree.tags[start] == "IN":
        return None, True  # `**** of the port authority`: only where the speaker is from
    return ((start, end) if start < end else None), lost


def _is_beside(cue: Spread, gaps: frozenset[int]) -> bool:
    """Return whether a mask stands right beside a cue without a source, and so hides who speaks."""
    return cue[0] - 1 in gaps or cue[1] in gaps


def _seen_source(tree: Tree, source: Spread, gaps: frozenset[int]) -> Spread | None:
    """Return what is visible of a source on both sides of its noun, or None where a mask hides that."""
    holes = [(i, i + 1) for i in range(*source) if i in gaps]
    top = tree.top(*source)
    if holes and not tree.tags[top].startswith(("NN", "PRP")):
        return None
    return next((piece for piece in subtract(source, holes) if piece[0] <= top < piece[1]), None)


def _cut_content(
    tree: Tree, draft: Draft, gaps: frozenset[int], limit: Spread, cuts: Sequence[Cut], *, far: bool
) -> tuple[list[Spread], bool]:
    pieces: list[Spread] = []
    cut = False
    for span in draft.content:
        holes = [(i, i + 1) for i in range(*span) if i in gaps]
        beside = span[0] - 1 in gaps or (span[1] in gaps and span[1] < limit[1])
        cut = cut or bool(holes) or beside
        whole = [trim_content(tree, _before_gap(tree, piece, gaps), cuts) for piece in subtract(span, holes)]
        pieces += filter(None, whole)
    if not far or draft.cue is None:
        return pieces, cut
    near = [piece for piece in pieces if not _gap_between(piece, draft.cue, gaps)]
    return near, cut or len(near) < len(pieces)


def _before_gap(tree: Tree, span: Spread, gaps: frozenset[int]) -> Spread:
    """Return the span without the words that lead to what a gap hides: `the yard was safe | in ****`."""
    start, end = span
    if end not in gaps:
        return span
    while end - start > 1 and tree.tags[end - 1] in _OPEN:
        end -= 1
    return start, end


def _near_side(
    tree: Tree, cue: Spread, source: Spread | None, pieces: list[Spread], gaps: frozenset[int]
) -> list[Spread]:
    """Return the pieces on the cue's side of every gap, if they say enough to stand alone; else all of them.

    What lies after a gap may be said by somebody else, so a claim that is whole without it does not need it.
    """
    near = [piece for piece in pieces if not _gap_between(piece, cue, gaps)]
    words = sum(tree.is_word(i) for span in near for i in range(*span))
    apart = source is not None and _gap_between(source, cue, gaps)
    return pieces if apart or words < FEW else near


def spans_gap(draft: Draft, gaps: frozenset[int]) -> bool:
    """Return whether masked text stands between the parts of a claim: what joins them is not to be seen."""
    first, last = draft.bounds
    if draft.source is None and draft.cue is not None:
        # A mask right before the cue, or behind it, hides who speaks, and joins nothing.
        gaps -= {draft.cue[0] - 1, draft.cue[1]}
    return any(i in gaps for i in range(first, last)) if gaps else False


def _gap_between(one: Spread, other: Spread, gaps: frozenset[int]) -> bool:
    return any(i in gaps for i in range(min(one[1], other[1]), max(one[0], other[0])))


def is_scrap(tree: Tree, draft: Draft) -> bool:
    """Return whether a mask left no word that says anything of a content that only the encoder sees."""
    tags = [tree.tags[i][:2] for span in draft.content for i in range(*span)]
    return draft.method == "model" and draft.kind != "silence" and _TELLING.isdisjoint(tags)
