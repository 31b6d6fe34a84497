"""Which claim of the text a claim of its headline repeats."""

from __future__ import annotations

from collections.abc import Sequence

from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import Spread, Tree
from policy_news.nlp.extensions import ClaimData

LEAST_SHARED, LEAST_BELOW = 0.5, 0.8
"""Share of the words of a headline's claim that the same claim of the text has, among its first ones; further below, or where the sources
share a word only, there must be more."""
FIRST = 2
"""So many claims of a text mostly have what its headline says."""
_MEANING = ("NN", "VB", "JJ", "CD")


def link_headlines(tree: Tree, drafts: Sequence[Draft], claims: list[ClaimData]) -> list[ClaimData]:
    """Give each claim of a headline the number of the claim of the text that says the same.

    Args:
        claims: Parallel to them.
    """
    speakers = [claim["source_entity"] for claim in claims]
    headlines = [limit for limit, headline in tree.limits if headline]
    above = [any(a <= draft.head < b for a, b in headlines) for draft in drafts]
    body = [number for number, headline in enumerate(above) if not headline]
    for number, headline in enumerate(above):
        if headline:
            claims[number]["headline_of"] = _same_statement(tree, drafts, speakers, number, body)
    return claims


def _same_statement(
    tree: Tree, drafts: Sequence[Draft], speakers: Sequence[str | None], number: int, body: Sequence[int]
) -> int | None:
    best: tuple[float, int] | None = None
    for rank, other in enumerate(body):
        least = _least_shared(tree, drafts, speakers, number, other)
        if least is None:
            continue
        share = _shared(tree, drafts[number], drafts[other])
        if share >= (least if rank < FIRST else LEAST_BELOW) and (best is None or share > best[0]):
            best = share, other
    return None if best is None else best[1]


def _shared(tree: Tree, headline: Draft, other: Draft) -> float:
    """Return the share of the words of a headline that a claim has; none of one word after another verb, or beside another number."""
    own, theirs = _words(tree, headline.content), _words(tree, other.content)
    shared = own & theirs
    if not shared or (len(shared) == 1 and not _same_cue(tree, headline, other)):
        return 0.0
    numbers, others = (_words(tree, draft.content, ("CD",)) for draft in (headline, other))
    return 0.0 if numbers and others and numbers.isdisjoint(others) else len(shared) / len(own)


def _words(tree: Tree, content: Sequence[Spread], tags: tuple[str, ...] = _MEANING) -> set[str]:
    return {
        tree.lemmas[i]
        for start, end in content
        for i in range(start, end)
        if tree.tags[i].startswith(tags) and tree.is_word(i)
    }


def _same_cue(tree: Tree, one: Draft, two: Draft) -> bool:
    return tree.lemmas[one.head] == tree.lemmas[two.head]


def _least_shared(
    tree: Tree, drafts: Sequence[Draft], speakers: Sequence[str | None], number: int, other: int
) -> float | None:
    """Return which share of words makes two claims one, by how likely their sources are one; None where they are two."""
    one, two = drafts[number].source, drafts[other].source
    if one is None or two is None:
        return LEAST_SHARED if one is None and _same_cue(tree, drafts[number], drafts[other]) else None
    last, their_last = _last_word(tree, speakers[number]), _last_word(tree, speakers[other])
    if last and last == their_last:
        return LEAST_SHARED
    words, theirs = _words(tree, [one]), _words(tree, [two])
    if tree.lemmas[tree.top(*one)] in theirs or tree.lemmas[tree.top(*two)] in words:
        return LEAST_SHARED
    return LEAST_BELOW if words & theirs else None


def _last_word(tree: Tree, mention: str | None) -> str:
    start, end = map(int, (mention or "0:0").split(":"))
    return tree.text[start:end].lower().rpartition(" ")[2]
