"""Paragraphs and lists without quotation marks below a cue with a colon: `The governor added:`."""

from __future__ import annotations

from collections.abc import Iterator

from policy_news.nlp.claims.constructions.quotes import Quotation
from policy_news.nlp.claims.constructions.transcripts import without_spaces
from policy_news.nlp.claims.cue_lexicon import Lexicon
from policy_news.nlp.claims.tree import PHRASE, Spread, Tree

_LED = frozenset({"list_item", "paragraph"})
_MARKS = frozenset({'"', "“", "”", "„", "«", "»", "``", "''"})
_VERBS = frozenset({"VBD", "VBP", "VBZ", "VB", "VBG"})


def find_led_paragraphs(tree: Tree, lexicon: Lexicon) -> Iterator[Quotation]:
    """Yield paragraphs and lists that somebody says as a whole, since the line above them ends with a cue and a colon.

    Yields:
        Each as a quotation without marks; the items of a list run on.
    """
    kinds = {span.start: span.label_ for span in tree.sections}
    limits = [limit for limit, headline in tree.limits if not headline]
    led = False
    for number, limit in enumerate(limits):
        start, end = without_spaces(tree, *limit)
        kind = kinds.get(limit[0])
        following = kinds.get(limits[number + 1][0]) if number + 1 < len(limits) else None
        if start < end and led and kind in _LED and _MARKS.isdisjoint(tree.lower[start:end]):
            led = kind == following == "list_item"
            yield Quotation(start, end, led)
        else:
            led = _leads(tree, limit, lexicon)


def _leads(tree: Tree, limit: Spread, lexicon: Lexicon) -> bool:
    """Return whether the last verb of a section is a cue with a subject, right before the colon that ends it."""
    first, end = without_spaces(tree, *limit)
    if end - first < 3 or tree.lower[end - 1] != ":":
        return False
    near = range(end - 2, max(first, end - 2 - PHRASE), -1)
    verb = next((i for i in near if tree.tags[i] in _VERBS), None)
    cue = None if verb is None else lexicon.verbs.get(tree.lemmas[verb])
    return cue is not None and "quote" in cue.frames
