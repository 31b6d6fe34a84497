"""Ends of contents that the encoder reads token by token: completed to whole phrases."""

from __future__ import annotations

from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import PHRASE, Tree

_BEFORE_HEAD = frozenset(
    {"amod", "aux", "auxpass", "compound", "det", "neg", "nmod", "nummod", "poss", "quantmod"}
)
_COMPLETES = frozenset({"acomp", "attr", "ccomp", "dobj", "pobj", "xcomp"})


def complete_phrases(tree: Tree, draft: Draft) -> Draft:
    """Return the draft with no content that ends between a word and what it belongs to (`the trains that my | council runs`)."""
    return draft.with_content(tuple((start, _completed(tree, end)) for start, end in draft.content))


def _completed(tree: Tree, end: int) -> int:
    while tree.deps[end - 1] in _BEFORE_HEAD and end <= tree.heads[end - 1] < end + PHRASE:
        end = tree.heads[end - 1] + 1
    last = end - 1
    if tree.tags[last].startswith("VB") or tree.lower[last] == "including":
        following = next((kid for kid in tree.kids[last] if tree.left[kid] == end), None)
        if following is not None and tree.deps[following] in _COMPLETES:
            end = tree.right[following] + 1
    return end
