"""Persons who have the name of a listed company: `Reps. John Lewis and Ana Moll`, `John Lewis, a Georgia Democrat`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.nlp.entities.document_names import is_said_of_firm
from pipeline.nlp.entities.mentions import Mention
from pipeline.nlp.tokens import Tokens
from pipeline.rules.names import name_words
from pipeline.rules.word_lists import is_first_name

APPOSITION = 5
"""So many words behind an article may lead to what somebody is."""
SEATS = ("d-", "i-", "r-", "(d", "(r")
"""How party and state begin behind a member of Congress."""


def without_firm_bearers(
    tokens: Tokens, candidates: Sequence[Mention], model: Sequence[Mention]
) -> list[Mention]:
    """The candidates without listed companies that have the name of a person whom the text shows to be one.

    One place that shows it is enough for the document.

    Args:
        tokens: Of the doc.
        candidates: Of the lists and the rules.
        model: The entities of the model.
    """
    persons = {m.end: m for m in model if m.label == "PERSON"}
    named = [m for m in candidates if _has_name_of_person(tokens, m)]
    shown = {m.entry for m in named if _is_person(tokens, m, persons)}
    shown -= {m.entry for m in named if is_said_of_firm(tokens, m)}
    return [m for m in candidates if m.entry not in shown or m not in named]


def _has_name_of_person(tokens: Tokens, mention: Mention) -> bool:
    listed = mention.label == "COMPANY" and mention.method == "gazetteer"
    return listed and mention.end - mention.start > 1 and is_first_name(tokens.texts[mention.start])


def _is_person(tokens: Tokens, mention: Mention, persons: Mapping[int, Mention]) -> bool:
    """Whether the model sees a person, and a title, a seat, or what somebody is stands beside the name."""
    own = persons.get(mention.end)
    if own is None or own.start > mention.start:
        return False
    return _is_called(tokens, mention.start, persons) or _is_explained(tokens, mention.end)


def _is_called(tokens: Tokens, start: int, persons: Mapping[int, Mention]) -> bool:
    """Whether a title or a calling stands before a name, or before the first of several: `Reps. Ana Moll and John Lewis`."""
    at = start - 1
    while at > 0 and tokens.texts[at] == ".":
        at -= 1
    if at < 0 or at in tokens.gaps:
        return False
    word = tokens.lower[at].rstrip(".")
    if word in (",", "and") and (before := persons.get(at)) is not None:
        return _is_called(tokens, before.start, persons)
    titles = name_words().honorifics
    return word in titles or word.removesuffix("s") in titles or word in name_words().persons


def _is_explained(tokens: Tokens, end: int) -> bool:
    """Whether `, a Georgia Democrat`, `, D-Ga.`, `, 76,` or `who` stands behind a name."""
    behind = tokens.lower[end : end + 3 + APPOSITION]
    if behind[:1] == ["who"] or behind[:2] == [",", "who"]:
        return True
    if "".join(behind[:2]).lstrip(",").startswith(SEATS):
        return True
    if behind[:1] != [","] or len(behind) < 3:
        return False
    if behind[1].isdecimal() and behind[2] == ",":
        return True
    known = name_words()
    closed = next((i for i, word in enumerate(behind[1:], 1) if word in (",", ".", "of")), len(behind))
    what = behind[closed - 1]
    return behind[1] in ("a", "an", "the") and (what in known.persons or what in PARTISANS)


PARTISANS = frozenset({"conservative", "democrat", "liberal", "republican"})
"""Members of a party."""
