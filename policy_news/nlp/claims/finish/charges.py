"""What is denied after a charge: `uses forced labour in its supply chains, which it denies` denies that, not the supply chains."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from policy_news.nlp.claims.cue_lexicon import Lexicon
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import Spread, Tree
from policy_news.nlp.tags import FINITE

_SET_OFF = frozenset({"appos", "dobj", "npadvmod"})


def with_charges(tree: Tree, drafts: Sequence[Draft], lexicon: Lexicon) -> list[Draft]:
    """Return the drafts, each denial by `which` with the charge as its content."""
    asides = sorted(aside for draft in drafts if (aside := _aside(tree, draft, lexicon)) is not None)
    drafts = [_cut_at(draft, asides) for draft in drafts]
    ends: dict[int, Draft] = {}
    for draft in drafts:
        if draft.content and draft.claim_type != "denial":
            ends.setdefault(draft.content[-1][1], draft)
    done = []
    for draft in drafts:
        which = denied_which(tree, draft.head, lexicon)
        if which is not None:
            charge = ends.get(which - 1) or ends.get(which)
            draft = draft.with_content(charge.content if charge else (_clause_before(tree, which),))
        done.append(draft)
    return done


def _aside(tree: Tree, draft: Draft, lexicon: Lexicon) -> int | None:
    """Return the comma before what the writer adds of a denial: `..., which Hexa denied`, `..., a charge it denied`."""
    which = denied_which(tree, draft.head, lexicon)
    noun = tree.heads[draft.head]
    if which is None and draft.claim_type == "denial" and tree.deps[draft.head] == "relcl":
        named = tree.lemmas[noun] in lexicon.nouns
        which = tree.left[noun] if named and tree.deps[noun] in _SET_OFF else None
    return which - 1 if which and tree.lower[which - 1] == "," else None


def _cut_at(draft: Draft, asides: Sequence[int]) -> Draft:
    """Return the draft with its content cut before the first aside that another cue opens in it."""
    pieces = []
    for start, end in draft.content:
        near = bisect_right(asides, start)
        if draft.head < end:
            near = max(near, bisect_left(asides, draft.head))
        pieces.append((start, min([end, *asides[near : near + 1]])))
    return draft.with_content(tuple(pieces))


def denied_which(tree: Tree, verb: int, lexicon: Lexicon) -> int | None:
    """Return the `which` or `something` that stands for a clause and is what a verb denies; None if it stands for `a charge`."""
    cue, noun = lexicon.verbs.get(tree.lemmas[verb]), tree.heads[verb]
    which = tree.child(verb, "dobj")
    if tree.lower[noun] == "something" and tree.deps[verb] == "relcl":
        which = noun
    if cue is None or cue.type != "denial" or not which or tree.deps[verb] not in {"advcl", "ccomp", "relcl"}:
        return None
    if tree.lower[which] not in {"something", "which"} or tree.lower[which - 1] != ",":
        return None
    told = tree.lemmas[noun] in lexicon.patterns.requests or tree.lemmas[noun] in lexicon.nouns
    return None if told else which


def _clause_before(tree: Tree, which: int) -> Spread:
    """Return the clause that ends at the comma before a token."""
    verb = tree.heads[tree.heads[which]]
    for above in tree.above(verb):
        if tree.tags[above] in FINITE or tree.child(above, "auxpass", "aux") is not None:
            verb = above
            break
    return tree.left[verb], which - 1
