"""Ends of contents that the learned layer reads token by token: whole phrases, and nothing on the wrong side of the cue."""

from __future__ import annotations

from pipeline.nlp.claims.constructions.phrases import agent, is_goal, is_passive
from pipeline.nlp.claims.constructions.quotes import QuoteIndex
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.tree import Spread, Tree

ASIDE = 8
"""Most tokens from a cue to the comma behind it: `the agency said in a report in May,`."""
SUBJECT = 10
"""Most tokens of the subject of a clause behind a cue."""
_PARALLEL = frozenset({"and", "but", "while"})
PHRASE_REST = 5
"""Most tokens from an end within a phrase to the word that the phrase hangs on."""
_BEFORE_HEAD = frozenset(
    {"amod", "aux", "auxpass", "compound", "det", "neg", "nmod", "nummod", "poss", "quantmod"}
)
_COMPLETES = frozenset({"acomp", "attr", "ccomp", "dobj", "pobj", "xcomp"})


def complete_phrases(tree: Tree, draft: Draft) -> Draft:
    """The draft with no content that ends between a word and what it belongs to (`the trains that my | council runs`)."""
    return draft.with_content(tuple((start, _completed(tree, end)) for start, end in draft.content))


def _completed(tree: Tree, end: int) -> int:
    while tree.deps[end - 1] in _BEFORE_HEAD and end <= tree.heads[end - 1] < end + PHRASE_REST:
        end = tree.heads[end - 1] + 1
    last = end - 1
    if tree.tags[last].startswith("VB") or tree.lower[last] == "including":
        following = next((kid for kid in tree.kids[last] if tree.left[kid] == end), None)
        if following is not None and tree.deps[following] in _COMPLETES:
            end = tree.right[following] + 1
    return end


def keep_sides(tree: Tree, draft: Draft, quotes: QuoteIndex) -> Draft:
    """The draft without pieces on the side of the cue where its construction has no content.

    A clause with `that` behind the cue leaves nothing before it but quotations; a passive with its agent, nothing behind it but what
    was to be done (`was told by the police to leave`).

    Args:
        tree: The doc.
        draft: The claim.
        quotes: The quotations of the doc.

    Returns:
        The draft; with all of its content where nothing would be left.
    """
    if draft.cue is None:
        return draft
    cue, kept = draft.cue, draft.content
    if any(_is_that_clause(tree, span, cue) for span in draft.content):
        kept = tuple(span for span in draft.content if span[0] >= cue[1] or quotes.at(span[0]) is not None)
    elif _has_content_before(tree, draft, cue):
        end = draft.source[1] if draft.source is not None else 0
        kept = tuple(span for span in draft.content if span[0] < end or is_goal(tree, span[0], draft.head))
    return draft.with_content(kept or draft.content)


def _has_content_before(tree: Tree, draft: Draft, cue: Spread) -> bool:
    """Whether a claim is a passive with its agent, whose content is the subject."""
    by_agent = (
        draft.source is not None and is_passive(tree, draft.head) and agent(tree, draft.head) is not None
    )
    return by_agent and any(span[1] <= cue[0] for span in draft.content)


def _is_that_clause(tree: Tree, span: Spread, cue: Spread) -> bool:
    return cue[1] <= span[0] <= cue[1] + 3 and tree.lower[span[0]] == "that" and tree.deps[span[0]] == "mark"


def take_parallel(tree: Tree, draft: Draft) -> Draft:
    """The draft with the second of two clauses of one verb around its cue: `Halden paid 9 %, the agency said, and Norhaven paid 2 %`.

    Args:
        tree: The doc.
        draft: The claim.

    Returns:
        The claim; as it is where the verb behind the cue is another one.
    """
    parts = [part for part in (draft.cue, draft.source) if part]
    if len(parts) < 2 or not draft.content or draft.content[-1][1] > min(start for start, _ in parts):
        return draft
    first, last = max(end for _, end in parts), tree.sent_ends[draft.head]
    comma = next((i for i in range(first, min(first + ASIDE, last)) if tree.lower[i] == ","), last)
    verb = tree.lemmas[tree.top(*draft.content[-1])]
    subject = range(comma + 2, min(comma + 2 + SUBJECT, last))
    if (
        comma + 1 < last
        and tree.lower[comma + 1] in _PARALLEL
        and any(_is_verb(tree, i, verb) for i in subject)
    ):
        return draft.with_content((*draft.content, (comma + 1, last)))
    return draft


def _is_verb(tree: Tree, index: int, lemma: str) -> bool:
    return tree.tags[index].startswith("VB") and tree.lemmas[index] == lemma
