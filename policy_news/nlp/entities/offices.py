"""Who held which office on a day: decides MINISTER against PERSON and the `office_id` of a mention."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from policy_news.nlp.tokens import Tokens
from policy_news.rules.lexicon import NameLexicon
from policy_news.rules.rule_models import Holder, Office
from policy_news.rules.world import post_key

LATEST = 10
_YEAR = re.compile(r"(?:19|20)\d\d")
PLAIN = (frozenset({"minister"}), frozenset({"secretary"}))
"""Words of titles that stand for any post."""
Status = Literal["held", "assumed", "none", "unresolved", "conflict"]


@dataclass(frozen=True, slots=True)
class Held:
    """An office decided for a mention.

    Attributes:
        status: `held`: the data say so of that day; `assumed`: the day is past what they know, or one source alone says so;
            `none`: a minister at another time; `unresolved`: no date or no rule data; `conflict`: the text or the data give several.
    """

    office: str | None
    status: Status


def parse_day(published: str | None) -> dt.date | None:
    """Return the day of an ISO date or datetime."""
    return dt.date.fromisoformat(published[:10]) if published else None


def find_latest_day(tokens: Tokens) -> dt.date | None:
    """Return the day by which a document without a date is taken to be written: ten years after the last one that it names.

    Who came into office later still is no minister in it. Texts often name past years only: less than ten would be a guess.
    """
    years = {text for text in set(tokens.texts) if len(text) == 4 and _YEAR.fullmatch(text)}
    if tokens.gaps:
        years &= {text for i, text in enumerate(tokens.texts) if i not in tokens.gaps}
    return dt.date(int(max(years)) + LATEST, 12, 31) if years else None


def has_held_office(lexicon: NameLexicon, person: str, day: dt.date | None) -> bool:
    """Return whether the person holds or has held a ministerial post on the day (ever, if there is no day)."""
    return any(day is None or holder.start <= day for _, holder in lexicon.terms_of_office.get(person, ()))


def find_office(lexicon: NameLexicon, person: str, day: dt.date | None, named: Collection[str] = ()) -> Held:
    """Return the office that a person held on a day.

    Args:
        named: Ids of the offices that the text gives the person.

    Returns:
        Of several held at once the one that the text names, else the most senior: the head of government, then the one
        listed first by id of a department of its own. Past what the data know, the text is believed before the data.
    """
    if day is None:
        return Held(None, "unresolved")
    terms = lexicon.terms_of_office.get(person, ())
    rows = [(office, holder) for office, holder in terms if holder.holds(day)]
    told = [office for office in named if lexicon.is_beyond(office, day)]
    if told and not any(office.id in named for office, _ in rows):
        return Held(told[0], "assumed") if len(told) == 1 else Held(None, "conflict")
    if not terms:
        return Held(None, "unresolved")
    if not rows:
        return Held(None, "none")
    chosen = (
        [row for row in rows if row[0].id in named]
        or [row for row in rows if row[0].head_of_government]
        or [row for row in rows if row[0].id in lexicon.office_by_id]
        or [row for row in rows if lexicon.is_sure(*row, day)]
        or rows
    )
    telling = [row for row in chosen if not row[0].generic] or chosen
    primary = [row for row in telling if not row[0].shared] or telling
    # A second office taken on beside the first is usually the lesser, so ties go to the first id.
    return _as_held(lexicon, *min(primary, key=lambda row: (row[1].start, row[0].id)), day)


def find_titled(
    lexicon: NameLexicon, offices: Sequence[Office], persons: Iterable[str], day: dt.date | None
) -> Held:
    """Return the one of some offices that one of some persons holds on a day."""
    if day is None:
        return Held(None, "unresolved")
    found = [
        (office, holder)
        for person in persons
        for office, holder in lexicon.terms_of_office.get(person, ())
        if holder.holds(day) and any(office is one for one in offices)
    ]
    return _as_held(lexicon, *found[0], day) if len(found) == 1 else Held(None, "unresolved")


def find_worded(lexicon: NameLexicon, title: str, person: str, day: dt.date | None) -> Held:
    """Return the office whose title has the words of one, of those that a person holds on a day.

    Args:
        title: As the text has it; the text may leave words out (`health minister`).
    """
    words = post_key(title)
    if day is None or words in PLAIN:
        return Held(None, "unresolved")
    rows = {}
    for office, holder in lexicon.terms_of_office.get(person, ()):
        if holder.holds(day):
            rows[office.id] = office, holder, post_key(office.title)
    found = [row for row in rows.values() if row[2] == words] or [
        row for row in rows.values() if words < row[2]
    ]
    return _as_held(lexicon, *found[0][:2], day) if len(found) == 1 else Held(None, "unresolved")


def _as_held(lexicon: NameLexicon, office: Office, holder: Holder, day: dt.date) -> Held:
    return Held(office.id, "held" if lexicon.is_sure(office, holder, day) else "assumed")


def choose_country(
    lexicon: NameLexicon,
    offices: Sequence[Office],
    nearby: Collection[str],
    main: str | None,
    day: dt.date | None = None,
) -> Held:
    """Return the office that a title stands for where several countries have one, or one country had several.

    Args:
        nearby: Countries named right at the title (`the French foreign minister`).
        main: The country that the document is about, or None.
        day: The document's date: an office that there was not at the time is not meant.
    """
    countries = nearby or (main,)
    fitting = [office for office in offices if office.country in countries]
    if day is not None:
        fitting = [office for office in fitting if office.holds(day)]
        fitting = [
            office for office in fitting if any(holder.holds(day) for holder in office.holders)
        ] or fitting
    if len(fitting) == 1:
        return Held(fitting[0].id, "assumed" if day and lexicon.is_beyond(fitting[0].id, day) else "held")
    return Held(None, "conflict" if fitting else "unresolved")
