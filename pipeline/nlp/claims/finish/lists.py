"""Lists under one cue: whole contents, and a claim for each clause that a plural noun stands for.

`He said that A, that B and that C` is one claim, `his claims that A, that B and that C` are three.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.lexicon import Lexicon
from pipeline.nlp.claims.tree import Spread, Tree

_ALSO = ("as", "well", "as")
_JOINTS = frozenset({",", ";", "and", "but", "or"})
"""What stands before the next part of a list."""
_FINITE = frozenset({"MD", "VBD", "VBP", "VBZ"})
"""Tags of verbs behind a `that` which stands for something: `a firm that sells arms and that pays no tax`."""


def complete_list(tree: Tree, draft: Draft) -> Draft:
    """The draft with the parts of its list that were cut off: `accused him of lying | , of stealing and of hiding`.

    Args:
        tree: The doc.
        draft: The claim.

    Returns:
        The claim.
    """
    if draft.cue is None or not draft.content or draft.content[-1][0] < draft.cue[1]:
        return draft
    start, end = draft.content[-1]
    last = tree.sent_ends[draft.head]
    openings = _openings(tree, start, end)
    while (index := _behind_joint(tree, end, last)) is not None and _opens(tree, index, openings):
        end = min(_end_of(tree, index), last)
    return draft.with_content((*draft.content[:-1], (start, end)))


def _openings(tree: Tree, start: int, end: int) -> set[str]:
    """The words with which the parts of a content begin."""
    found = {tree.lower[i] for i in range(max(start - 1, 0), end) if _is_opening(tree, i)}
    return found if tree.lower[start] == "to" or tree.lower[start - 1] == "to" else found - {"to"}


def _behind_joint(tree: Tree, end: int, last: int) -> int | None:
    """The first word behind what joins the next part to one that ends."""
    index = end
    while index < last and tree.lower[index] in _JOINTS:
        index += 1
    if tuple(tree.lower[index : index + 3]) == _ALSO:
        index += 3
    return index if end < index < last - 1 else None


def _opens(tree: Tree, index: int, openings: set[str]) -> bool:
    return tree.lower[index] in openings and _is_opening(tree, index)


def _is_opening(tree: Tree, index: int) -> bool:
    """Whether a word begins a clause, by what follows: the parser seldom hangs the parts of a list where they belong."""
    if index + 1 >= len(tree):
        return False
    word, behind = tree.lower[index], index + 1
    if word == "that":
        while behind + 1 < len(tree) and tree.tags[behind] == "RB":
            behind += 1
        return tree.is_word(behind) and tree.tags[behind] not in _FINITE
    return (word == "of" and tree.lower[behind].endswith("ing")) or (
        word == "to" and tree.tags[behind] == "VB"
    )


def _end_of(tree: Tree, index: int) -> int:
    """Where the part that begins with a word ends."""
    top = index
    if tree.lower[index] != "of":
        above = (tree.heads[index], *tree.above(tree.heads[index]))
        top = next((one for one in above if tree.tags[one].startswith(("VB", "MD"))), index)
    return max(tree.right[top], index) + 1


def split_list(tree: Tree, draft: Draft, lexicon: Lexicon, *, keep_that: bool) -> Iterator[Draft]:
    """A claim for each clause with `that` behind a plural noun; else the draft as it is.

    Args:
        tree: The doc.
        draft: The claim.
        lexicon: The rule data.
        keep_that: Whether `that` belongs to the content.
    """
    plural = tree.tags[draft.head] == "NNS" and tree.lemmas[draft.head] in lexicon.nouns
    if not plural or len(draft.content) != 1:
        yield draft
        return
    for piece in _clauses(tree, draft.head, draft.content[0], keep_that=keep_that):
        yield draft.with_content((piece,))


def _clauses(tree: Tree, noun: int, content: Spread, *, keep_that: bool) -> Iterator[Spread]:
    """The parts of a content, one for each clause of the list."""
    start, end = content
    first = start if tree.lower[start] == "that" else start - 1
    places = [start]
    if noun < first and _opens(tree, first, {"that"}):
        places += [i for i in range(start + 1, end) if _is_joined(tree, i) and _opens(tree, i, {"that"})]
    for place, following in pairwise([*places, end]):
        yield _without_joints(tree, place + (place > start and not keep_that), following)


def _is_joined(tree: Tree, index: int) -> bool:
    return tree.lower[index - 1] in _JOINTS or tuple(tree.lower[index - 3 : index]) == _ALSO


def _without_joints(tree: Tree, start: int, end: int) -> Spread:
    """A clause without what joins the next one to it."""
    if tuple(tree.lower[end - 3 : end]) == _ALSO:
        end -= 3
    while end - start > 1 and tree.lower[end - 1] in _JOINTS:
        end -= 1
    return start, end
