"""Annotation conventions in which corpora differ: `that`, quotations that go on, relative pronouns, claims in claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.nlp.claims.constructions.quotes import QuoteIndex
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.tree import Spread, Tree

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

        Args:
            tree: The doc.
            drafts: The claims of the doc.
            quotes: The quotations of the doc.

        Returns:
            The claims as the style has them.
        """
        found = [draft if self.keep_relatives else _what_is_meant(tree, draft) for draft in drafts]
        if self.join_going_on:
            return join_going_on(tree, found, quotes)
        split = [piece for draft in found for piece in split_going_on(tree, draft, quotes)]
        return link_going_on(tree, split, quotes)


def join_going_on(tree: Tree, drafts: Sequence[Draft], quotes: QuoteIndex) -> list[Draft]:
    """Return each quotation that goes on as a piece of the quoted claim right before it; one without such a claim stays alone.

    Args:
        tree: The doc.
        drafts: The claims of the doc.
        quotes: The quotations of the doc.

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


def link_going_on(tree: Tree, drafts: Sequence[Draft], quotes: QuoteIndex) -> list[Draft]:
    """Return the drafts, each quotation that goes on with the claim right before it: its speaker is the same.

    Args:
        tree: The doc.
        drafts: The claims of the doc.
        quotes: The quotations of the doc.

    Returns:
        The claims, in order of their first token.
    """
    linked: list[Draft] = []
    speaker: Draft | None = None
    for draft in sorted(drafts, key=lambda draft: (_start(draft), draft.kind == "going_on")):
        if draft.kind != "going_on":
            speaker = draft if _touches_quotation(draft, quotes) else None
            linked.append(draft)
            continue
        near = speaker is not None and draft.content[0][0] - _end(speaker) <= NEAR
        if draft.after is None and speaker is not None and near:
            draft = replace(draft, after=speaker.head if speaker.after is None else speaker.after)
        linked.append(draft)
        speaker = draft if draft.after is not None else None
    return linked


def _touches_quotation(draft: Draft, quotes: QuoteIndex) -> bool:
    return any(quotes.at(end - 1) is not None for _, end in draft.content)


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


def split_going_on(tree: Tree, draft: Draft, quotes: QuoteIndex) -> list[Draft]:
    """Return the draft, and each later sentence of quotation that its cue does not reach as a claim without cue and source.

    Args:
        tree: The doc.
        draft: The claim.
        quotes: The quotations of the doc.

    Returns:
        The claim and what goes on, in order.
    """
    pieces = [piece for span in draft.content for piece in _at_sentence_ends(tree, span, quotes)]
    if draft.cue is None or len(pieces) < 2:
        return [draft]
    reach = tree.sent_ends[draft.head]
    near: list[Spread] = []
    later: list[Spread] = []
    for span in pieces:
        far = near and span[0] >= reach and span[0] > draft.cue[1] and quotes.at(span[0]) is not None
        (later if far and _ends_sentence(tree, draft, span) else near).append(span)
    first = replace(draft, content=tuple(near))
    return [
        first,
        *(
            replace(
                draft,
                head=span[0],
                cue=None,
                source=None,
                content=(span,),
                kind="going_on",
                claim_type="statement",
                after=draft.head,
            )
            for span in later
        ),
    ]


def _at_sentence_ends(tree: Tree, span: Spread, quotes: QuoteIndex) -> list[Spread]:
    """Return a span parted where a quotation follows the end of an unquoted sentence: `he said it was late. | "We will see."`."""
    start, end = span
    pieces = []
    for number in quotes.within(start, end):
        first = quotes.all[number].start
        if first > start + 1 and tree.lower[first - 1] in _STOPS and quotes.at(first - 1) is None:
            pieces.append((start, first))
            start = first
    return [*pieces, (start, end)]


_STOPS = frozenset({".", "!", "?"})


def _ends_sentence(tree: Tree, draft: Draft, span: Spread) -> bool:
    """Return whether a full stop stands between the cue and the span."""
    assert draft.cue is not None
    between = [tree.lower[i] for i in range(draft.cue[1], span[0])]
    return any(word in {".", "!", "?"} for word in between[-3:])
