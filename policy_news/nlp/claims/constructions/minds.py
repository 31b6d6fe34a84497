"""What adjectives say that somebody thinks: `is confident that it will pass`, `was critical of the plan`."""

from __future__ import annotations

from policy_news.nlp.claims.constructions.phrases import is_passive, noun_phrase, verb_group
from policy_news.nlp.claims.cue_lexicon import Lexicon
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import Spread, Tree
from policy_news.nlp.tags import RELATIVES

_STATES = frozenset({"be", "feel", "grow", "remain"})


def find_mind(tree: Tree, head: int, lexicon: Lexicon) -> Draft | None:
    """Read the claim of an adjective behind `is`, of who is its subject; the parse takes `is worried` for a passive."""
    preps = lexicon.patterns.minded.get(tree.lower[head])
    passive = is_passive(tree, head)
    verb = head if passive else tree.heads[head]
    if preps is None or not (passive or (tree.deps[head] == "acomp" and tree.lemmas[verb] in _STATES)):
        return None
    subject = tree.subject(verb)
    if (
        subject is None
        or tree.tags[subject] in RELATIVES
        or tree.lower[subject] in lexicon.patterns.no_source
    ):
        return None
    content, end = _content(tree, head, preps)
    if content is None:
        return None
    source = noun_phrase(tree, subject, lexicon.patterns, verb)
    return Draft(head, (verb_group(tree, verb)[0], end), source, (content,), "mind", "opinion")


def _content(tree: Tree, head: int, preps: frozenset[str]) -> tuple[Spread | None, int]:
    """Return what somebody thinks, or thinks it of, and where the cue ends; the parse hangs some of that on `is`."""
    beside = (kid for kid in tree.children(tree.heads[head], "ccomp") if tree.left[kid] == head + 1)
    for kid in (*tree.kids[head], *beside):
        if kid < head:
            continue
        if tree.deps[kid] == "ccomp":
            return tree.subtree(kid), head + 1
        if tree.deps[kid] == "prep" and tree.lower[kid] in preps and kid < tree.right[kid]:
            return (kid + 1, tree.right[kid] + 1), kid + 1
    return None, head + 1
