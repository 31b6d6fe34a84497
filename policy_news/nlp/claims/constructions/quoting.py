"""Brings drafts and quotations together: a cue takes the quotation beside it, a content its whole quotation."""

from __future__ import annotations

from collections.abc import Container, Sequence

from policy_news.nlp.claims.constructions.quotes import MIN_PARAGRAPH, Quotation, QuoteIndex
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import FEW, Spread, Tree, merge, overlap

_MARKS = "\"'“”‘’„«» \n"
_NAMES = frozenset({"NN", "NNP", "NNPS", "NNS", "PRP"})


def take_quotations(
    tree: Tree, draft: Draft, quotes: QuoteIndex, limit: Spread, taken: set[int]
) -> Draft | None:
    """Return the draft with the quotations that belong to it; None if it needs one and has none.

    A quotation may not leave `limit`, the section. `taken` are the numbers of the quotations that other claims hold;
    it is added to.

    Args:
        taken: Numbers of the quotations that claims hold already; it is added to.
    """
    content = list(draft.content)
    if not content:
        content = _behind(tree, draft, quotes, limit, taken)
    if not content:
        return None
    whole = [_without_next(tree, draft, stretch(draft, span, quotes), quotes) for span in content]
    taken.update(number for span in whole for number in quotes.within(*span))
    return draft.with_content(tuple(join(tree, whole, draft)))


def _without_next(tree: Tree, draft: Draft, span: Spread, quotes: QuoteIndex) -> Spread:
    """Return a content behind its cue without the writer's sentence after a quotation: `said: "We go." | Asked why, he left`."""
    for number in quotes.within(*span) if span[0] > draft.head else ():
        end = quotes.all[number].end
        if end < span[1] and tree.lower[end - 2][-1:] in {".", "!", "?"} and tree.doc[end].text[0].isupper():
            return span[0], end
    return span


def _behind(tree: Tree, draft: Draft, quotes: QuoteIndex, limit: Spread, taken: set[int]) -> list[Spread]:
    """Return the quotations behind a cue in its sentence, or right after the colon or comma that ends it."""
    last = tree.sent_ends[draft.head]
    while last < limit[1] and tree.is_space(last):
        last += 1
    if last < limit[1] and _last_mark(tree, last) in {":", ","}:
        last += 1
    near = (
        quotes.all[number] for number in quotes.within(draft.head, min(last, limit[1])) if number not in taken
    )
    return [(one.start, one.end) for one in near if one.start > draft.head and words(tree, one) >= FEW]


def _last_mark(tree: Tree, end: int) -> str:
    """Return the last token before `end` that is no space."""
    return next((tree.lower[i] for i in range(end - 1, max(-1, end - 4), -1) if not tree.is_space(i)), "")


def stretch(draft: Draft, span: Spread, quotes: QuoteIndex) -> Spread:
    """Return a span of content stretched to the whole of each quotation that it runs into, unless cue or source stand in it."""
    start, end = span
    parts = [part for part in (draft.cue, draft.source) if part]
    for number in quotes.within(start, end):
        quotation = quotes.all[number]
        if not overlap([(quotation.start, quotation.end)], parts):
            start, end = min(start, quotation.start), max(end, quotation.end)
    return start, end


def join(tree: Tree, spans: Sequence[Spread], draft: Draft) -> list[Spread]:
    """Return spans merged where nothing but punctuation stands between them, and kept off cue and source."""
    joined: list[Spread] = []
    for start, end in merge(spans):
        if (
            joined
            and not any(tree.is_word(i) for i in range(joined[-1][1], start))
            and start - joined[-1][1] <= FEW
        ):
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def find_going_on(
    tree: Tree, quotes: QuoteIndex, limit: Spread, taken: set[int], behind: Container[int] = ()
) -> list[Draft]:
    """Return quotations of whole sentences that no cue introduces: the speaker before goes on. They have no source of their own.

    Args:
        taken: Numbers of the quotations that claims hold already; it is added to.
        behind: Numbers of those right behind a clause that reports one; they may be short.
    """
    found = []
    for number in quotes.within(*limit):
        quotation = quotes.all[number]
        least = 1 if number in behind else MIN_PARAGRAPH
        if number in taken or quotation.start < limit[0] or not _is_sentence(tree, quotation, limit, least):
            continue
        taken.add(number)
        found.append(
            Draft(
                quotation.start,
                None,
                None,
                ((quotation.start, min(quotation.end, limit[1])),),
                "going_on",
                "statement",
            )
        )
    return found


def _is_sentence(tree: Tree, quotation: Quotation, limit: Spread, least: int) -> bool:
    """Return whether a quotation is a sentence of at least so many words, standing on its own."""
    first = next((i for i in range(quotation.start, quotation.end) if tree.is_word(i)), None)
    if first is None or words(tree, quotation) < least or not tree.doc[first].text[0].isupper():
        return False
    before = next(
        (tree.lower[i] for i in range(quotation.start - 1, limit[0] - 1, -1) if not tree.is_space(i)), "."
    )
    # Marks of a quotation inside it may stand after its last full stop: `the 'nearest port.'"`
    last = next(i for i in range(quotation.end - 1, first - 1, -1) if tree.lower[i].strip(_MARKS))
    ends = {tree.lower[i][-1:] for i in range(last, min(len(tree), quotation.end + 1))}
    return before[-1:] in {".", "!", "?", '"', "”", "’"} and (
        quotation.open or bool(ends & {".", "!", "?", "…", ","})
    )


def words(tree: Tree, quotation: Quotation) -> int:
    """Return the number of words in a quotation."""
    return sum(tree.is_word(i) for i in range(quotation.start, quotation.end))


def run_on(drafts: Sequence[Draft], quotes: QuoteIndex) -> list[Draft]:
    """Return the drafts with what their quotations go on to in the next paragraphs, where a mark opens them again and none has closed them.

    A quotation that has a cue of its own stays with that; one that has none is no claim of its own any more.
    """
    cued = {
        number
        for draft in drafts
        if draft.cue is not None
        for span in draft.content
        for number in quotes.within(*span)
    }
    longer: list[Draft] = []
    used: set[int] = set()
    for draft in drafts:
        rest = _rest(draft, quotes, cued)
        used.update(rest)
        spans = [(quotes.all[number].start, quotes.all[number].end) for number in rest]
        longer.append(draft.with_content((*draft.content, *spans)))
    return [
        draft for draft in longer if draft.kind != "going_on" or quotes.at(draft.content[0][0]) not in used
    ]


def _rest(draft: Draft, quotes: QuoteIndex, cued: set[int]) -> list[int]:
    """Return numbers of the quotations by which the last one of a content runs on."""
    if not draft.content:
        return []
    number = quotes.at(draft.content[-1][1] - 1)
    rest: list[int] = []
    while number is not None and quotes.all[number].open and number + 1 < len(quotes.all):
        number += 1
        if number in cued:
            break
        rest.append(number)
    return rest
