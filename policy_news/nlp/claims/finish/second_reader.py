"""What the encoder says of the claims of the rules: where an indirect content ends, and which claims neither reader believes."""

from __future__ import annotations

from collections.abc import Iterable

from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.readings import reading_of
from policy_news.nlp.claims.tree import Spread, Tree
from policy_news.nlp.encoder.roles import Floats, Ints
from policy_news.nlp.encoder.transformer import Sight

SEEN = 0.5
"""Chance of a cue from which the encoder's content of it counts."""
INSIDE, OUTSIDE = 0.7, 0.3
"""How likely the last word of a content and the next one must be in a content for the roles of its cue not to be read."""
SURE, LEAST = 0.9, 0.7
"""How sure the encoder must be of the words in which two contents differ: on average, and of each."""
UNSEEN, UNLIKELY = 0.05, 0.7
"""Chance of a cue, and score by the rules, below which a claim is dropped."""
_KEPT = frozenset({"noun", "silence", "turn"})
"""Constructions that are not dropped: the encoder learnt from few of them, or from none."""
_JOINTS = frozenset({",", ":", ".", "-LRB-", "CC", "IN", "RB", "TO", "VBG", "WDT", "WP", "WRB"})
"""Tags between which and a content a clause may end."""


def settle_ends(tree: Tree, drafts: Iterable[Draft], sight: Sight, quotes: QuoteIndex) -> list[Draft]:
    """Return the drafts, an indirect content with the end that the encoder is sure of.

    Quotations stay as the rules have them: of partial and second ones they know more.
    """
    headlines = [limit for limit, headline in tree.limits if headline]
    settled = []
    for draft in drafts:
        # The roles are read only where they can matter: it costs a layer for each cue.
        seen = draft.cue is not None and draft.method == "rule" and sight.chance[draft.head] >= SEEN
        plain = len(draft.content) == 1 and not quotes.within(*draft.content[0])
        if (
            seen
            and plain
            and _may_end_elsewhere(tree, draft.content[0], sight)
            and not any(start <= draft.head < end for start, end in headlines)
        ):
            draft = draft.with_content(_settled(tree, draft, sight, quotes))
        settled.append(draft)
    return settled


def _may_end_elsewhere(tree: Tree, content: Spread, sight: Sight) -> bool:
    """Return whether the encoder, which reads contents of all cues at once, sees another end than a content has."""
    start, end = content
    after = next((i for i in range(end, len(tree)) if tree.words[i]), None)
    last = next((i for i in reversed(range(start, end)) if tree.words[i]), start)
    return bool(sight.content[last] < INSIDE or (after is not None and sight.content[after] >= OUTSIDE))


def _settled(tree: Tree, draft: Draft, sight: Sight, quotes: QuoteIndex) -> tuple[Spread, ...]:
    tokens, sure = sight.roles(draft.head)
    reading = reading_of(tokens, sure, draft.head, 1.0)
    if reading is None or len(reading.content) != 1:
        return draft.content
    ((start, end),), ((first, last),) = draft.content, reading.content
    between = (min(end, last), max(end, last))
    if (
        end == last
        or _word_from(tree, first) != _word_from(tree, start)
        or quotes.within(start, between[1])
        or not _is_sure(between, last > end, tokens, sure)
        or (last < end and _JOINTS.isdisjoint({tree.tags[last - 1], tree.tags[last]}))
    ):
        return draft.content
    return ((start, last),)


def _word_from(tree: Tree, index: int) -> int:
    while index < len(tree) - 1 and (not tree.words[index] or tree.lower[index] == "that"):
        index += 1
    return index


def _is_sure(between: Spread, inside: bool, tokens: Ints, sure: Floats) -> bool:
    """Return whether the encoder is sure that the tokens between two ends are inside of the content, or outside."""
    chance = (sure[:, 3] + sure[:, 4])[(tokens >= between[0]) & (tokens < between[1])]
    if not len(chance):
        return False
    right = chance if inside else 1 - chance
    return bool(right.mean() >= SURE and right.min() >= LEAST)


def is_doubted(draft: Draft, score: float, sight: Sight) -> bool:
    """Return whether neither the rules nor the encoder believe a claim.

    Args:
        score: The probability that it is one, by the evidence of the rules.
    """
    if draft.method != "rule" or draft.cue is None or draft.kind in _KEPT:
        return False
    return score < UNLIKELY and bool(sight.chance[draft.head] < UNSEEN)
