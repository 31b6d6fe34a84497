"""Cuts the content and the source of a claim as the rows of `cuts.yml` say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from policy_news.nlp.claims.cue_lexicon import Cut
from policy_news.nlp.claims.tree import Spread, Tree

CutsOf = Mapping[str, Sequence[Cut]]
"""The rows for each part of a claim."""


def cuts_of(cuts: Sequence[Cut]) -> CutsOf:
    """Return the rows by the part of a claim."""
    return {part: [row for row in cuts if row.part == part] for part in ("content", "source")}


def at_ends(cuts: Iterable[Cut]) -> list[Cut]:
    """Return the rows for the ends of a part."""
    return [row for row in cuts if row.place != "inside"]


def cut(tree: Tree, span: Spread, cuts: Iterable[Cut], least: int = 0) -> Spread:
    """Return what the rows leave of a part.

    Args:
        least: Tokens that the rows for its ends leave.
    """
    start, end = span
    nodes = {place: [row.token for row in cuts if row.place == place] for place in ("start", "inside", "end")}
    end = next(
        (i for i in range(start + least, end - 1) if any(node.fits(tree, i) for node in nodes["inside"])), end
    )
    while end - start > least and any(node.fits(tree, start) for node in nodes["start"]):
        start += 1
    while end - start > least and any(node.fits(tree, end - 1) for node in nodes["end"]):
        end -= 1
    return start, end
