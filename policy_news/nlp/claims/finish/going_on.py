"""Quotations that go on after their cue, and relative pronouns that are the content of a claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import Tree
from policy_news.nlp.tags import RELATIVES

NEAR = 25
"""Most tokens between a claim and the quotation by which it goes on."""


def link_going_on(drafts: Sequence[Draft], quotes: QuoteIndex) -> list[Draft]:
    """Return the drafts, each quotation that goes on with the claim right before it: its speaker is the same."""
    linked: list[Draft] = []
    speaker: Draft | None = None
    for draft in sorted(drafts, key=lambda draft: (draft.bounds[0], draft.kind == "going_on")):
        if draft.kind != "going_on":
            quoted = any(quotes.at(end - 1) is not None for _, end in draft.content)
            speaker = draft if quoted else None
            linked.append(draft)
            continue
        near = speaker is not None and draft.content[0][0] - speaker.bounds[1] <= NEAR
        if draft.after is None and speaker is not None and near:
            draft = replace(draft, after=speaker.head if speaker.after is None else speaker.after)
        linked.append(draft)
        speaker = draft if draft.after is not None else None
    return linked


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
