"""Bare surnames of ministers: of the country that a document is about, and of those who lead a government at the time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from pipeline.nlp.entities.mentions import Mention
from pipeline.nlp.entities.offices import has_held_office
from pipeline.nlp.tokens import Tokens
from pipeline.rules.lexicon import Lexicon
from pipeline.rules.names import name_words
from pipeline.rules.schema import Holder
from pipeline.rules.word_lists import is_common_surname

When = tuple[dt.date | None, dt.date | None]
"""A document's date, and the day by which it was written as far as the text says."""
YEAR = dt.timedelta(days=365)
"""So long after the term a leader is still known by the surname alone."""


def mark_bare_surnames(
    tokens: Tokens, mentions: list[Mention], lexicon: Lexicon, when: When, main: str | None
) -> list[Mention]:
    """Surnames without a full name in the document: ministers of the country that the document is about, if it is clear who.

    Args:
        tokens: Of the doc.
        mentions: In order.
        lexicon: The rule data.
        when: The document's date, and the day by which it was written.
        main: The country that the document is about, or None.
    """
    full = {
        tokens.texts[m.end - 1] for m in mentions if m.label in ("PERSON", "MINISTER") and m.end - m.start > 1
    }
    marked = []
    for mention in mentions:
        if (
            main
            and mention.label == "PERSON"
            and not mention.entry
            and tokens.texts[mention.end - 1] not in full
        ):
            label, entry = _holder(tokens.text(mention.start, mention.end), lexicon, when, main)
            if label:
                mention = replace(
                    mention, label="MINISTER", entry=entry, rule="minister.surname", method="document"
                )
        marked.append(mention)
    return sorted(
        [*marked, *_find_leaders(tokens, mentions, full, lexicon, when, main)],
        key=lambda mention: mention.start,
    )


def _holder(surname: str, lexicon: Lexicon, when: When, country: str) -> tuple[bool, str]:
    """Whether a surname is a minister's, and whose where that is clear: of those in office on the day, else of all."""
    terms, (day, by) = lexicon.terms_of_office, when
    persons = [
        p
        for p in lexicon.persons_by_surname.get(surname, ())
        if any(o.country == country for o, _ in terms[p])
    ]
    persons = [p for p in persons if has_held_office(lexicon, p, by)]
    in_office = [p for p in persons if day and any(holder.holds(day) for _, holder in terms[p])]
    if len(in_office) > 1:
        return True, ""
    chosen = in_office or persons
    return len(chosen) == 1, chosen[0] if len(chosen) == 1 else ""


def _find_leaders(
    tokens: Tokens, mentions: list[Mention], full: set[str], lexicon: Lexicon, when: When, main: str | None
) -> Iterator[Mention]:
    """Surnames of heads of government that nothing covers and that stand alone."""
    leaders = lexicon.leaders_by_surname
    taken = {i for mention in mentions for i in range(mention.start, mention.end)}
    for i, surname in enumerate(tokens.texts):
        known = leaders.get(surname)
        if not known or i in taken or surname in full or not _stands_alone(tokens, i):
            continue
        common = is_common_surname(surname)
        persons = {
            person
            for person, office, holder in known
            if _is_of_the_time(holder, *when) and (office.country == main or not common)
        }
        if len(persons) == 1:
            yield Mention(i, i + 1, "MINISTER", "document", "minister.leader", persons.pop())


def _is_of_the_time(holder: Holder, day: dt.date | None, by: dt.date | None) -> bool:
    """Whether a term has begun and is not long over; where the day is not known, whether it has begun."""
    if day is None:
        return by is None or holder.start <= by
    return holder.start <= day and (holder.end or day) + YEAR >= day


def _stands_alone(tokens: Tokens, i: int) -> bool:
    """Whether a capitalised word is neither of the calendar, nor the start of a sentence, nor part of a longer name.

    What the parser takes for the start of a sentence behind a gap need be none.
    """
    if (
        tokens.lower[i] in name_words().calendar
        or i == 0
        or (tokens.sentence_starts[i] and i - 1 not in tokens.gaps)
    ):
        return False
    before = tokens.texts[i - 1]
    after = tokens.texts[i + 1] if i + 1 < len(tokens) else ""
    return not after[:1].isupper() and not before[:1].isupper() and before not in ("-", "/")
