"""The verdict on offices and dates of a draft: who did not hold an office then, and which day no document has."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from policy_news.drafts.finding import DraftFinding
from policy_news.drafts.matching import find_exact
from policy_news.drafts.pile import EXACT, Judging, Pile
from policy_news.drafts.quotation_words import read_quotation
from policy_news.drafts.speaker_match import PERSONS
from policy_news.rules.lexicon import NameLexicon

if TYPE_CHECKING:
    from policy_news.rules.rule_models import Holder, Office
    from policy_news.tables.chunks import Annotated
    from policy_news.tables.schema import MentionRow

PASSAGES = 20
"""Passages in which an office and its holder may stand."""
BEFORE = 20
"""Characters before a title that may say that it is a former one."""
_FORMER = re.compile(
    r"\b(?:former|then|ex|late|one-?time|incoming|next|future|previous|outgoing|shadow)[\s-]*$", re.IGNORECASE
)
_THE = re.compile(r"\bthe\s$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s?|,\s(?:the\s|a\s)?")


def judge_offices(
    rows: Annotated, days: Sequence[dt.date], read_lexicon: Callable[[], NameLexicon], file: str
) -> Iterator[DraftFinding]:
    """Yield the ministers beside whose names an office stands that they held on none of some days, and somebody else on the first of them.

    Args:
        days: The days that the draft is about, its own first; none for no verdict.
        read_lexicon: Returns who held which office when; called only if an office stands beside a name.
    """
    text = rows.document.text
    for office, person in _pairs(rows.mentions, text) if days else ():
        lexicon = read_lexicon()
        first, last = min(office.start, person.start), max(office.end, person.end)
        if any(_FORMER.search(text[max(at - BEFORE, 0) : at]) for at in (first, office.start)):
            continue
        titled = lexicon.offices_by_title.get(office.text.lower(), ())
        named = [(one, holder) for one in titled for holder in one.holders if holder.person == person.text]
        held = lexicon.terms_of_office.get(person.entity_id) or named
        other = _holder_instead(lexicon, office, held, days)
        if other is not None:
            notes = (f"{other} held it on {days[0].isoformat()}",)
            then = [one.title for one, holder in held if holder.holds(days[0])][:1]
            change = tuple(("replace", office.text, title) for title in then)
            yield DraftFinding(
                file, first, last, "name", text[first:last], person.text, "wrong_office", 1.0, difference=change, notes=notes
            )  # fmt: skip


def leave_told(found: Sequence[DraftFinding], pile: Pile) -> Judging:
    """Leave the offices of people that a document has with the same words: it may tell of another time.

    Args:
        found: Wrong offices of a draft.
    """
    words = [read_quotation(one.text) for one in found]
    passages = pile.search.find([one.words for one in words], PASSAGES)
    yield {passage.document for own in passages for passage in own}
    told = [
        any(find_exact(own, pile.document(number)) for number in {passage.document for passage in near})
        for own, near in zip(words, passages, strict=True)
    ]
    return [one for one, is_told in zip(found, told, strict=True) if not is_told]


def _holder_instead(
    lexicon: NameLexicon, office: MentionRow, held: Sequence[tuple[Office, Holder]], days: Sequence[dt.date]
) -> str | None:
    """Who held an office on the first of some days, if a person with other terms held it on none; None if unsure."""
    titled = lexicon.offices_by_title.get(office.text.lower(), ())
    own = {one.id for one in titled} | {office.office_id}
    if not held or any(one.id in own and holder.holds(day) for one, holder in held for day in days):
        return None
    at_home = [one.id for one in titled if one.country in {one.country for one, _ in held}]
    meant = at_home[0] if len(at_home) == 1 else str(office.office_id)
    return _holder(lexicon, meant, {holder.person for _, holder in held}, days[0])


def _pairs(mentions: Iterable[MentionRow], text: str) -> Iterator[tuple[MentionRow, MentionRow]]:
    """Yield each office with the person whose name stands beside it."""
    for one, other in pairwise(mentions):
        between = text[one.end : other.start]
        if not _BETWEEN.fullmatch(between):
            continue
        if one.label == "OFFICE" and other.label in PERSONS:
            # `The home secretary, Jane Roe, said`: the name is set off by commas on both sides.
            set_off = (
                between == ", " and text[other.end : other.end + 1] == "," and _THE.search(text[: one.start])
            )
            if between == " " or set_off:
                yield one, other
        elif other.label == "OFFICE" and one.label in PERSONS:
            yield other, one


def _holder(lexicon: NameLexicon, office_id: str, names: Collection[str], day: dt.date) -> str | None:
    """Return who else surely held an office on a day; None if that is not known."""
    office = lexicon.office_by_id.get(office_id)
    if office is None or office.shared or office.generic or lexicon.is_beyond(office_id, day):
        return None
    holders = [holder for holder in office.holders if holder.holds(day)]
    if len(holders) != 1 or not lexicon.is_sure(office, holders[0], day):
        return None
    return holders[0].person if holders[0].person not in names else None


def judge_dates(rows: Annotated, pile: Pile, file: str) -> Iterator[DraftFinding]:
    """Yield the days that the draft names in full and no document has, as its own date or in its text."""
    for date in rows.dates:
        day, text = date.earliest, date.text
        is_named = date.role == "mentioned" and any(map(str.isdigit, text)) and not text.isdigit()
        if is_named and date.granularity in EXACT and day and day not in pile.days:
            yield DraftFinding(
                file, date.start, date.end, "date", text, None, "unknown_date", 1.0, notes=(day.isoformat(),)
            )  # fmt: skip
