"""Quotations that go on after their cue, and relative pronouns that are the content of a claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from policy_news.nlp.claims.constructions.phrases import speaks
from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.cue_lexicon import Patterns
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import Tree, overlap
from policy_news.nlp.tags import RELATIVES

NEAR = 25
"""Most tokens between a claim and the quotation by which it goes on."""


def link_going_on(tree: Tree, drafts: Sequence[Draft], quotes: QuoteIndex, patterns: Patterns) -> list[Draft]:
    """Return the drafts, each quotation that goes on with the claim of which it is: its speaker is the same."""
    below = _told_below(drafts, quotes)
    linked: list[Draft] = []
    speaker: Draft | None = None
    for draft in sorted(drafts, key=lambda draft: (draft.bounds[0], draft.kind == "going_on")):
        if draft.kind != "going_on":
            inner = speaker is not None and overlap([(draft.head, draft.head + 1)], speaker.content)
            speaker = speaker if inner else draft
            linked.append(draft)
            continue
        if draft.after is None:
            draft = replace(draft, after=_told_by(tree, draft, speaker, quotes, patterns, below))
        speaker = draft if draft.after is not None else None
        linked.append(draft)
    return linked


def _told_by(
    tree: Tree,
    draft: Draft,
    above: Draft | None,
    quotes: QuoteIndex,
    patterns: Patterns,
    below: Mapping[int, int],
) -> int | None:
    """Return the head of the claim that a quotation goes on with, or None.

    Of a quotation near before it, of the claim with its end in a next paragraph, or of what somebody says in the sentence before.

    Args:
        above: The claim before it.
        below: Heads of the claims in a paragraph below, by the quotations that they end.
    """
    start = draft.content[0][0]
    own = None if above is None else above.head if above.after is None else above.after
    if above is not None and any(quotes.at(end - 1) is not None for _, end in above.content):
        if start - above.bounds[1] <= NEAR:
            return own
        above = None
    number = quotes.at(start)
    told = None if number is None else below.get(number)
    if told is not None or above is None or above.source is None:
        return told
    before = next(i for i in range(start - 1, -1, -1) if tree.is_word(i))
    right_before = tree.sents[before] == tree.sents[above.head]
    return own if right_before and speaks(tree, tree.top(*above.source), patterns) else None


def _told_below(drafts: Sequence[Draft], quotes: QuoteIndex) -> dict[int, int]:
    """Return the heads of the claims that end a quotation in a paragraph below, by the number of what is open above.

    `"We go. | "We must," Ms Orr said`
    """
    spans = [(draft.head, span) for draft in drafts if draft.cue for span in draft.content]
    cued = {number: head for head, span in spans for number in quotes.within(*span)}
    found: dict[int, int] = {}
    for number in range(len(quotes.all) - 2, -1, -1):
        head = cued.get(number + 1, found.get(number + 1))
        if quotes.all[number].open and head is not None:
            found[number] = head
    return found


def what_is_meant(tree: Tree, draft: Draft) -> Draft:
    """Return the draft with the noun that a relative pronoun stands for in its content: `the call, which Mr Steele announced`."""
    if not draft.content or draft.content[0][1] - draft.content[0][0] != 1:
        return draft
    pronoun = draft.content[0][0]
    noun = tree.heads[draft.head]
    if tree.tags[pronoun] not in RELATIVES or tree.deps[draft.head] != "relcl" or noun >= pronoun:
        return draft
    last = min([pronoun, *(tree.left[kid] for kid in tree.kids[noun] if kid > noun)])
    return draft.with_content(((tree.left[noun], max(last, noun + 1)), *draft.content[1:]))
