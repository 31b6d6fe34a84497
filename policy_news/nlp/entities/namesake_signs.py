"""What a text says of somebody who only has the name of a minister: another job, an age, a place, a time, a sport."""

from __future__ import annotations

import re

from policy_news.nlp.tags import SINGULARS
from policy_news.nlp.tokens import Tokens
from policy_news.nlp.who.words import line_of_work, usual_title
from policy_news.tables.labels import PLACES

LINES = frozenset({"arts", "learning", "sport", "trade"})
"""Lines of work that are no politician's."""
OF_POLITICIANS = frozenset({"banker", "chairman", "chief executive", "director", "founder", "professor"})
"""Titles of these lines that politicians have beside their office: `Party chairman Ana Moll`."""
PAST = frozenset({"ex", "former", "one", "once", "trained"})
"""Words before a job that is no longer one."""
REACH = 7
"""Most tokens between a name and the noun for what its bearer is."""
_LONG_AGO = re.compile(r"(?:1[0-8]\d\d|19[0-4]\d)s?")
_AGE = re.compile(r"[1-9]\d?")
_SPORT = frozenset({
    "goal", "innings", "league", "marathon", "match", "medal", "midfield", "race", "season", "score", "tournament", "wicket",
})  # fmt: skip
"""Lemmas of what is said of sport."""


_EMPLOYERS = frozenset(
    {"academy", "association", "charity", "church", "club", "college", "company", "council", "foundation", "group", "hospital",
     "institute", "ltd", "plc", "school", "society", "trust", "union", "university"}
)  # fmt: skip
"""Last words of bodies that employ others than ministers."""


def has_sign(tokens: Tokens, start: int, end: int) -> bool:
    """Return whether a job of another line or a long past year stands beside a name: `striker Ana Moll`, `Ana Moll in 1871`."""
    behind = tokens.texts[end : end + 2]
    if behind[:1] in (["in"], ["("]) and len(behind) > 1 and _LONG_AGO.fullmatch(behind[1]):
        return True
    return _has_other_job(tokens, start, end)


def _has_other_job(tokens: Tokens, start: int, end: int) -> bool:
    before = start - 1
    if (
        before >= 0
        and tokens.texts[before].islower()
        and before not in tokens.gaps
        and _is_other(tokens, before)
    ):
        return not (before and tokens.lower[before - 1].strip("-") in PAST)
    if tokens.texts[end : end + 1] != [","] or tokens.lower[end + 1 : end + 2] not in (["a"], ["an"]):
        return False
    for i in range(end + 2, min(end + 2 + REACH, len(tokens))):
        if tokens.lower[i] in PAST or i in tokens.gaps:
            return False
        if tokens.tags[i] in SINGULARS and usual_title(tokens.texts[i]) is not None:
            return _is_other(tokens, i)
        if tokens.tags[i] not in ("JJ", "NN", "NNP", "HYPH", "CD", "VBG", "VBN", "RB"):
            return False
    return False


def _is_other(tokens: Tokens, i: int) -> bool:
    title = usual_title(tokens.texts[i])
    return title is not None and line_of_work(title) in LINES and title not in OF_POLITICIANS


def has_weak_sign(tokens: Tokens, start: int, end: int) -> bool:
    """Return whether the text gives a job, age, home, century or sport of who has a name that others may have."""
    if has_sign(tokens, start, end) or _is_described(tokens, end):
        return True
    low, high = tokens.sentence_of(start)
    if (
        any(_LONG_AGO.fullmatch(text) for text in tokens.texts[low:high])
        or "century" in tokens.lower[low:high]
    ):
        return True
    return not _SPORT.isdisjoint(tokens.lemmas[low:high])


def _is_described(tokens: Tokens, end: int) -> bool:
    """Return whether an age, a home, an employer, or an article with a noun follows a name."""
    behind = tokens.lower[end : end + 3]
    if len(behind) < 3:
        return False
    if behind[0] in ("of", "from", "at"):
        return tokens.ent_types[end + 1] in PLACES or _is_employed(tokens, end + 1)
    if behind[0] != ",":
        return False
    return bool(_AGE.fullmatch(behind[1])) or behind[1] in ("a", "aged", "an", "from")


def _is_employed(tokens: Tokens, start: int) -> bool:
    """Return whether the capitalised words from a token on end in the word for an employer: `the Harbour Foundation`."""
    i = start + (tokens.lower[start] == "the")
    while i < min(start + REACH, len(tokens)) and tokens.texts[i][:1].isupper():
        if tokens.lower[i] in _EMPLOYERS:
            return True
        i += 1
    return False
