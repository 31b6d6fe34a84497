"""Paragraphs and lists without quotation marks below a cue with a colon: `The governor added:`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from policy_news.nlp.claims.constructions.quotes import Quotation
from policy_news.nlp.claims.constructions.transcripts import without_spaces
from policy_news.nlp.claims.cue_lexicon import Lexicon
from policy_news.nlp.claims.tree import PHRASE, Spread, Tree

_LED = frozenset({"list_item", "paragraph"})
_MARKS = frozenset({'"', "“", "”", "„", "«", "»", "``", "''"})
_TELLING = frozenset({"added", "said", "says", "told"})
_VERBS = frozenset({"VBD", "VBP", "VBZ", "VB", "VBG"})


def find_led_paragraphs(tree: Tree, lexicon: Lexicon) -> Iterator[Quotation]:
    """Yield paragraphs and lists that somebody says as a whole, since the line above them ends with a cue and a colon.

    Yields:
        Each as a quotation without marks; one that goes on in the next is open.
    """
    kinds = {span.start: span.label_ for span in tree.sections}
    limits = [limit for limit, headline in tree.limits if not headline]
    last = -1
    for number, limit in enumerate(limits):
        if number > last and number and _leads(tree, limits[number - 1], lexicon):
            last = _last_paragraph(tree, limits, kinds, number, lexicon)
        if number <= last:
            yield Quotation(*without_spaces(tree, *limit), number < last)


def _last_paragraph(
    tree: Tree, limits: Sequence[Spread], kinds: Mapping[int, str], first: int, lexicon: Lexicon
) -> int:
    """Return the number of the last paragraph that is said: all items of a list, and up to the last one in the first person."""
    last = first - 1
    for number in range(first, len(limits)):
        start, end = without_spaces(tree, *limits[number])
        words = tree.lower[start:end]
        kind = kinds.get(limits[number][0])
        if start >= end or kind not in _LED or not _MARKS.isdisjoint(words):
            break
        if number > first and not _TELLING.isdisjoint(words):
            break  # the writer goes on
        items = kind == kinds.get(limits[number - 1][0]) == "list_item"
        if number == first or items or not lexicon.patterns.first_persons.isdisjoint(words):
            last = number
    return last


def _leads(tree: Tree, limit: Spread, lexicon: Lexicon) -> bool:
    """Return whether the last verb of a section is a cue with a subject, right before the colon that ends it."""
    first, end = without_spaces(tree, *limit)
    if end - first < 3 or tree.lower[end - 1] != ":":
        return False
    near = range(end - 2, max(first, end - 2 - PHRASE), -1)
    verb = next((i for i in near if tree.tags[i] in _VERBS), None)
    cue = None if verb is None else lexicon.verbs.get(tree.lemmas[verb])
    return cue is not None and "quote" in cue.frames
