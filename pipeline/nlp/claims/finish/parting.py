"""Claims that hold a second one, or what another says: `said that A, as well as promising that B`, `denied it, telling the paper that`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.nlp.claims.constructions.phrases import find_source, noun_phrase
from pipeline.nlp.claims.constructions.quotes import QuoteIndex
from pipeline.nlp.claims.constructions.verbs import find_verb_claim
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.lexicon import Lexicon
from pipeline.nlp.claims.tree import Spread, Tree, subtract

_ALSO = ("as", "well", "as")


def part_claims(tree: Tree, drafts: Sequence[Draft], quotes: QuoteIndex, lexicon: Lexicon) -> list[Draft]:
    """The drafts, each with its own content alone.

    Args:
        tree: The doc.
        drafts: The claims.
        quotes: Its quotations.
        lexicon: The rule data.
    """
    own = [_without_others(draft, drafts) for draft in drafts]
    heads = {draft.head for draft in own}
    return [part for draft in own for part in _parts(tree, draft, heads, quotes, lexicon)]


def _without_others(draft: Draft, drafts: Sequence[Draft]) -> Draft:
    """The draft without what stands before its source and is said in another claim: `hit out at "the press" after a paper reported | that`."""
    before = _before_source(draft)
    if draft.source is None or not before or len(before) == len(draft.content):
        return draft
    between = before[0][0], draft.source[0]
    others = [other for other in drafts if other.cue and between[0] < other.cue[0] < between[1]]
    taken = [piece for piece in before if any(_has(other, piece) for other in others)]
    return draft.with_content(tuple(piece for piece in draft.content if piece not in taken))


def _before_source(draft: Draft) -> list[Spread]:
    """The pieces of a content that stand before a source which its cue follows."""
    if draft.cue is None or draft.source is None or draft.source[1] > draft.cue[0]:
        return []
    return sorted(piece for piece in draft.content if piece[1] <= draft.source[0])


def _has(other: Draft, piece: Spread) -> bool:
    """Whether a piece stands in the content or the source of another claim."""
    spans = [*other.content, *([other.source] if other.source else [])]
    return any(start <= piece[0] and piece[1] <= end for start, end in spans)


def _parts(
    tree: Tree, draft: Draft, heads: set[int], quotes: QuoteIndex, lexicon: Lexicon
) -> Iterator[Draft]:
    """The draft up to a participle that reports something else, and what that reports."""
    for start, end in draft.content:
        first = start if draft.cue is None else max(start, draft.cue[1])
        for index in range(first, end):
            second = None
            if index not in heads and _reports(tree, index, quotes, lexicon):
                second = _second(tree, draft, index, (start, end), lexicon)
            if second is not None:
                yield from second
                return
    yield draft


def _second(
    tree: Tree, draft: Draft, index: int, piece: Spread, lexicon: Lexicon
) -> tuple[Draft, Draft] | None:
    """A draft parted at a participle; None where that belongs to its content."""
    parted = _at_list(tree, draft, index, piece[0]) or _at_main(tree, draft, index, lexicon)
    made = None if parted is None else find_verb_claim(tree, index, lexicon)
    if parted is None or made is None or not made.content or made.content[0][0] < index:
        return None
    end, source = parted
    own = tuple(part for one in draft.content for part in subtract(one, [(end, piece[1])]))
    said = ((made.content[0][0], piece[1]),)
    return draft.with_content(own), replace(
        made,
        source=source,
        content=said,
        method=draft.method,
        score=draft.score,
        backed=draft.backed,
        source_sure=draft.source_sure,
    )


def _reports(tree: Tree, index: int, quotes: QuoteIndex, lexicon: Lexicon) -> bool:
    return tree.tags[index] == "VBG" and tree.lemmas[index] in lexicon.verbs and quotes.at(index) is None


def _at_list(tree: Tree, draft: Draft, index: int, start: int) -> tuple[int, Spread | None] | None:
    """`Said that A, as well as promising that B`: where the first claim ends, and who makes the second."""
    if tuple(tree.lower[index - 3 : index]) != _ALSO or index - 3 <= start:
        return None
    end = index - 3
    return end - (tree.lower[end - 1] == ","), draft.source


def _at_main(tree: Tree, draft: Draft, index: int, lexicon: Lexicon) -> tuple[int, Spread | None] | None:
    """`Denied the charges, which the paper reported, telling it that`: of who denied."""
    if tree.deps[draft.head] != "relcl" or tree.lower[index - 1] != "," or draft.cue is None:
        return None
    verb = tree.heads[tree.heads[draft.head]]
    subject = find_source(tree, verb, lexicon.patterns)
    if not tree.tags[verb].startswith("VB") or subject is None or index < draft.cue[1]:
        return None
    return index - 1, noun_phrase(tree, subject, lexicon.patterns, verb)
