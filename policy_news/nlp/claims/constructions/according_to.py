"""`According to a survey, ...`."""

from __future__ import annotations

from policy_news.nlp.claims.constructions.phrases import noun_phrase
from policy_news.nlp.claims.cue_lexicon import Lexicon
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import Spread, Tree, subtract


def find_according_to(tree: Tree, head: int, lexicon: Lexicon) -> Draft | None:
    """Read `According to a survey, ...`: the clause around it is the content.

    Args:
        tree: The doc.
        head: Token that may govern a cue.
        lexicon: The rule data.

    Returns:
        The claim, or None.
    """
    if tree.lower[head] != "according":
        return None
    to = next((kid for kid in tree.kids[head] if tree.lower[kid] == "to"), None)
    target = None if to is None else tree.child(to, "pobj")
    if to is None or target is None:
        return None
    host = _host(tree, head)
    first, last = tree.subtree(host)
    content = subtract((first, last), [_phrase(tree, head, target)])
    if not content:
        return None
    source = noun_phrase(tree, target, lexicon.patterns)
    return Draft(head, (head, to + 1), source, tuple(content), "according", "statement")


def _host(tree: Tree, head: int) -> int:
    """Return the clause that `according to` stands in: up to a finite clause whose own governor does not report it."""
    host = tree.heads[head]
    for above in tree.above(head):
        host = above
        if tree.deps[above] in {"ccomp", "relcl", "advcl"} and tree.tags[above].startswith(("VB", "MD")):
            break
    return host


def _phrase(tree: Tree, head: int, target: int) -> Spread:
    """Return the whole phrase with its relative clauses."""
    return min(head, tree.left[head]), max(tree.right[head], tree.right[target]) + 1
