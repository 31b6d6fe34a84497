"""Leaves out pieces of names beside masked words: `Affairs` of `******* Affairs *********` is no mention."""

from __future__ import annotations

from policy_news.nlp.entities.document_names import SURNAME, surface
from policy_news.nlp.entities.mentions import Mention
from policy_news.nlp.tokens import Tokens
from policy_news.rules.name_forms import name_words
from policy_news.rules.word_lists import is_first_name, is_ordinary, is_surname, ordinary_words
from policy_news.tables.labels import PEOPLE


def drop_fragments(tokens: Tokens, mentions: list[Mention]) -> list[Mention]:
    """Return the mentions without those that are pieces of a name which runs into a mask."""
    gaps = tokens.gaps
    if not gaps:
        return mentions
    firm = {surface(tokens, m) for m in mentions if m.start - 1 not in gaps and m.end not in gaps}
    return [
        mention
        for mention in mentions
        if (mention.method == "gazetteer" and not _names_a_thing(tokens, mention))
        or mention.rule == SURNAME  # its full name stands elsewhere
        or surface(tokens, mention) in firm
        or not _is_fragment(
            tokens, mention, open_start=mention.start - 1 in gaps, open_end=mention.end in gaps
        )
    ]


def _names_a_thing(tokens: Tokens, mention: Mention) -> bool:
    """Return whether the masked word beside a place is part of the name: `The Paris *********`, `***** America`."""
    if mention.label != "GPE" or mention.end - mention.start > 1:
        return False
    if mention.start - 1 in tokens.gaps:
        return tokens.lower[mention.start] in name_words().parted_places
    if mention.end not in tokens.gaps or tokens.lower[mention.start] in name_words().places_with_article:
        return False
    return mention.start > 0 and tokens.lower[mention.start - 1] == "the"


def _is_fragment(tokens: Tokens, mention: Mention, *, open_start: bool, open_end: bool) -> bool:
    """Return whether what touches a mask is ordinary words, a piece of a known name, or a first name before a masked surname.

    Acronyms are no pieces, nor are the surnames of persons (`Johnson` of `Johnson Matthey`). Ordinary words in
    capitals are (`**** PHOTO:`).
    """
    if not open_start and not open_end:
        return False
    if mention.method == "gazetteer":
        return True
    text, person = surface(tokens, mention), mention.label in PEOPLE
    single = mention.end - mention.start == 1
    if single and open_end and mention.method == "model" and is_first_name(text) and not is_surname(text):
        return True
    if single and text.isupper():
        return is_ordinary(text)
    if single and person and is_surname(text):
        return False
    span = (mention.start, mention.end)
    if (*span, "beginning") in tokens.pieces or (*span, "end") in tokens.pieces:
        return True
    if person and open_end and is_first_name(text):
        return True
    return (
        mention.label != "OFFICE"
        and mention.method != "rule"
        and ordinary_words().issuperset(tokens.lower[mention.start : mention.end])
    )
