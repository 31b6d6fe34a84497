"""Annotation conventions in which corpora differ: `that`, quotations that go on, relative pronouns, claims in claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import Tree

NEAR = 25
"""Most tokens between a claim and the quotation by which it goes on."""
_RELATIVES = frozenset({"WDT", "WP"})


@dataclass(frozen=True, slots=True)
class Style:
    """How claims are cut.

    Attributes:
        keep_that: The complementiser belongs to the content.
        join_going_on: A quotation that goes on after its cue is a piece of the same claim, else a claim without cue and source.
        keep_relatives: A relative pronoun is the source itself, else its antecedent is.
        polish: Names for titles, clauses of the writer and past dates cut off, as in `polish.py`.
        wide: Sources and cues with all that belongs to them, as in `wide.py`, else the minimal ones.
    """

    keep_that: bool = False
    join_going_on: bool = False
    keep_relatives: bool = False
    polish: bool = True
    wide: bool = False

    def apply(self, tree: Tree, drafts: Iterable[Draft], quotes: QuoteIndex) -> list[Draft]:
        """Return the drafts in this style.

        Returns:
            The claims as the style has them.
        """
        found = [draft if self.keep_relatives else _what_is_meant(tree, draft) for draft in drafts]
        if self.join_going_on:
            return join_going_on(found, quotes)
        return link_going_on(found, quotes)


def join_going_on(drafts: Sequence[Draft], quotes: QuoteIndex) -> list[Draft]:
    """Return each quotation that goes on as a piece of the quoted claim right before it; one without such a claim stays alone.

    Returns:
        The claims, fewer or as many.
    """
    found: list[Draft] = []
    # Where claims that end in a quotation, or in a cue after one, have their last token.
    ends: dict[int, list[int]] = {}
    for draft in sorted(drafts, key=lambda draft: draft.kind == "going_on"):
        start = draft.content[0][0] if draft.content else 0
        near = range(start, start - NEAR - 1, -1) if draft.kind == "going_on" else ()
        before = next((min(ends[end]) for end in near if ends.get(end)), None)
        if before is None:
            found.append(draft)
        else:
            ends[_end(found[before])].remove(before)
            found[before] = replace(found[before], content=(*found[before].content, *draft.content))
        number = len(found) - 1 if before is None else before
        if any(quotes.at(end - 1) is not None for _, end in found[number].content):
            ends.setdefault(_end(found[number]), []).append(number)
    return found


def link_going_on(drafts: Sequence[Draft], quotes: QuoteIndex) -> list[Draft]:
    """Return the drafts, each quotation that goes on with the claim right before it: its speaker is the same.

    Returns:
        The claims, in order of their first token.
    """
    linked: list[Draft] = []
    speaker: Draft | None = None
    for draft in sorted(drafts, key=lambda draft: (_start(draft), draft.kind == "going_on")):
        if draft.kind != "going_on":
            quoted = any(quotes.at(end - 1) is not None for _, end in draft.content)
            speaker = draft if quoted else None
            linked.append(draft)
            continue
        near = speaker is not None and draft.content[0][0] - _end(speaker) <= NEAR
        if draft.after is None and speaker is not None and near:
            draft = replace(draft, after=speaker.head if speaker.after is None else speaker.after)
        linked.append(draft)
        speaker = draft if draft.after is not None else None
    return linked


def _start(draft: Draft) -> int:
    return min(start for start, _ in (*draft.content, *(part for part in (draft.cue, draft.source) if part)))


def _end(draft: Draft) -> int:
    return max(end for _, end in (*draft.content, *(part for part in (draft.cue, draft.source) if part)))


WHOLE = Style(join_going_on=True)
"""A quotation of several sentences is one claim."""
GUIDE = Style()
"""The default: as `WHOLE`, but each sentence of quotation that the cue does not reach is a claim of its own."""
POLNEAR = Style(
    keep_that=True,
    join_going_on=True,
    keep_relatives=True,
    polish=False,
    wide=True,
)
"""The conventions of the PolNeAR corpus."""

STYLES = {"guide": GUIDE, "polnear": POLNEAR, "whole": WHOLE}


def _what_is_meant(tree: Tree, draft: Draft) -> Draft:
    """Return the draft with the noun that a relative pronoun stands for in its content: `the call, which Mr Steele announced`."""
    if not draft.content or draft.content[0][1] - draft.content[0][0] != 1:
        return draft
    pronoun = draft.content[0][0]
    noun = tree.heads[draft.head]
    if tree.tags[pronoun] not in _RELATIVES or tree.deps[draft.head] != "relcl" or noun >= pronoun:
        return draft
    last = min([pronoun, *(tree.left[kid] for kid in tree.kids[noun] if kid > noun)])
    return draft.with_content(((tree.left[noun], max(last, noun + 1)), *draft.content[1:]))
