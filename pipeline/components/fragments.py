"""Leaves out pieces of names beside withheld words: `Affairs` of `******* Affairs *********` is no mention."""

from __future__ import annotations

from collections.abc import Collection

from spacy.tokens import Doc

from pipeline.components.extensions import gap_tokens
from pipeline.components.lexicon import Lexicon
from pipeline.components.mentions import Mention
from pipeline.components.names import SURNAME
from pipeline.components.vocabulary import is_first_name, ordinary_words


def drop_fragments(doc: Doc, mentions: list[Mention], lexicon: Lexicon) -> list[Mention]:
    """The mentions without those that are pieces of a name which runs into a mask.

    Args:
        doc: The doc.
        mentions: In order.
        lexicon: The known names.
    """
    gaps = gap_tokens(doc)
    if not gaps:
        return mentions
    firm = {_text(doc, m) for m in mentions if m.start - 1 not in gaps and m.end not in gaps}
    return [
        mention
        for mention in mentions
        if mention.method == "gazetteer"
        or mention.rule == SURNAME  # its full name stands elsewhere
        or (mention.start - 1 not in gaps and mention.end not in gaps)
        or not _is_fragment(doc, mention, lexicon.name_parts, firm, open_end=mention.end in gaps)
    ]


def _text(doc: Doc, mention: Mention) -> str:
    return doc[mention.start : mention.end].text


def _is_fragment(doc: Doc, mention: Mention, parts: Collection[str], firm: Collection[str], *, open_end: bool) -> bool:
    """Whether what touches a mask is ordinary words, a piece of a known name, or a first name before a withheld surname."""
    text = _text(doc, mention)
    if text in firm:
        return False
    if text in parts:
        return True
    if mention.label in ("PERSON", "MINISTER") and open_end and is_first_name(text):
        return True
    return (
        mention.label != "OFFICE"
        and mention.method != "rule"
        and all(token.lower_ in ordinary_words() for token in doc[mention.start : mention.end])
    )
