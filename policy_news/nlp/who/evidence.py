"""What stands around a person's name: honorific, title, kin, apposition. Read from the raw text, where a mask ends all evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from policy_news.nlp.who.name_ids import NameMention
from policy_news.nlp.who.person_names import PersonName, read_name
from policy_news.nlp.who.words import (
    BESIDE,
    BETWEEN,
    OTHER_LINES,
    PAST,
    Gender,
    ends_title,
    fold,
    honorific_gender,
    identity_words,
    is_honorific,
    is_renaming,
    kin_gender,
    line_of_work,
    longest_title,
    peoples,
    telling_words,
    usual_title,
)
from policy_news.rules.name_forms import honorifics

_TOKEN = re.compile(r"[^\W_][\w’'.&-]*|\S")
_APPOSITION = re.compile(r"\s?,\s(?:who\s(?:is|was)\s)?([^,.;:()\n*]{3,70})(?=[,.;:)\n]|\s[–—-]\s)")
_UNRELATED = re.compile(
    r"\s?,\s(?:who\s(?:is|was)\s)?(?:no\s(?:kin|relation|relative)|not\s(?:a\s)?relat(?:ed|ion|ive)|unrelated)\b"
)
_NEW = re.compile(r"\s?,\san?\s")
_PRIEST = "Father"
"""With a capital a title before a name, where it is nobody's father."""
_WIDOWED = frozenset({"widow", "widower"})
_WAS_CALLED = re.compile(r",?\s(?:who\s)?(?:had\sbeen|was)\s")
_UNTIL = re.compile(r"\s(?:at\sbirth|before|till|until)\b")
"""Between two names, and after the second, where somebody has changed the name: `Clara Hale, who was Clara Finch until 2004`."""
_AGES = {"the elder": "sr", "the younger": "jr"}
"""What after a name tells a father from a son, as a suffix does."""
_AGE_WORDS = tuple(_AGES)
_LINKS = frozenset(
    {"of", "for", "in", "at", "from", "on", "to", "with", "by", "who", "which", "that", "whose", "and", "or"}
)  # fmt: skip
"""Words after which an apposition says no more of what somebody is. No verb of speech: `led by Hale, a spokesman said` is not of Hale."""
_DETERMINERS = frozenset({"a", "an", "the", "his", "her", "their", "its", "our", "my"})
_END = re.compile(r"[.!?]['\"”’)]*\s+(?=\S)|\n")
_SHORT = re.compile(r"(?:^|[\s(\"“])(?:[A-Z]|[A-Z][a-z]{1,3}|[Ll]t)\.$|\.[A-Z]\.$")
"""A dot after this ends no sentence: `Mr.`, `Sen.`, `J.`, `U.S.`"""


@dataclass(frozen=True, slots=True)
class NameContext:
    """What the words beside one name say of its bearer.

    Attributes:
        honorific: Directly before the name, folded; or empty.
        titles: Directly before it.
        roles: In an apposition before or after it.
        gender: By honorific or kin.
        is_kin: The text calls the bearer somebody's relative, or says that he is none: whom it has named by the surname is another.
        country: Of the people that title or apposition names (`the Australian swimmer`), or None.
        role: The words of title or apposition, as they stand; or None.
        is_past: The title is one of the past (`former President`).
        is_widowed: The text calls the bearer a widow: who is named before may be dead.
        is_new: The apposition after the name is that of somebody whom the text has not named: `Ann Orr, a reporter`.
    """

    honorific: str = ""
    titles: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    gender: Gender | None = None
    is_kin: bool = False
    country: str | None = None
    role: str | None = None
    is_past: bool = False
    is_widowed: bool = False
    is_new: bool = False


NO_CONTEXT = NameContext()
"""Of most names the text says nothing right there."""


def _read_context(
    text: str, start: int, end: int, honorific: str, offices: Mapping[int, tuple[int, str]]
) -> NameContext:
    """Read the words on both sides of a name.

    Args:
        honorific: The one that is part of the name, or empty.
        offices: End of each mention of an office to its start and its text.
    """
    can_tell, goes_on = _can_tell(text, start, offices), "," in text[end : end + 2]
    if not (honorific or can_tell or goes_on):
        return NO_CONTEXT
    before = _Before(text, start, offices)
    if can_tell:
        before.read()
    roles, kin_word, country, role = _read_behind(text, end) if goes_on else _NOTHING_BEHIND
    kin = kin_gender(kin_word)
    honorific = honorific or before.honorific
    return NameContext(
        honorific,
        frozenset(before.titles),
        frozenset((*roles, *before.roles)),
        honorific_gender(honorific) or before.kin or kin,
        bool(before.kin or kin or _UNRELATED.match(text, end)),
        before.country or country,
        before.role or role,
        before.is_past,
        not _WIDOWED.isdisjoint((before.kin_word, kin_word)),
        bool(roles) and _NEW.match(text, end) is not None,
    )


class _Before:
    """Reads backwards from a name, word by word, as long as the words can belong to it."""

    def __init__(self, text: str, start: int, offices: Mapping[int, tuple[int, str]]) -> None:
        self.honorific = ""
        self.titles: list[str] = []
        self.roles: list[str] = []
        self.kin: Gender | None = None
        self.kin_word = ""
        self.country: str | None = None
        self.role: str | None = None
        self.is_past = False
        self._text, self._start, self._offices = text, start, offices
        self._from = start
        self._words: list[tuple[int, str]] = []

    def read(self) -> None:
        """Read the words."""
        floor = _sentence_start(self._text, self._start)
        self._words = [
            (m.start() + floor, m.group()) for m in _TOKEN.finditer(self._text[floor : self._start])
        ]
        behind_comma = False
        is_near = True  # a comma may stand between the words and the name
        while self._words:
            at, word = self._words[-1]
            lower = fold(word)
            if word == "," and not behind_comma and is_near:
                behind_comma = True
                self._words.pop()
            elif self._take_title(behind=behind_comma):
                is_near = lower in honorifics().titles  # `the minister of power, Chief Ann Orr`
            elif word[:1].isupper() and is_honorific(word) and not behind_comma:
                self.honorific = self.honorific or lower
                self._words.pop()
            elif word == _PRIEST and not self._is_kin_of_somebody():
                self.titles.append("rev")
                self._words.pop()
            elif kin_gender(word) and not self.titles:
                self.kin, self.kin_word = kin_gender(word), lower
                return
            elif lower in identity_words().title_fillers:
                self._pass_filler(lower)
            else:
                self._read_people(lower)
                return
            self._note_role(at)

    def _is_kin_of_somebody(self) -> bool:
        """Return whether `his` or a name's mark of owning stands before the last word, or it opens the sentence."""
        before = fold(self._words[-2][1]) if len(self._words) > 1 else ""
        return before in _DETERMINERS or before.endswith(("'s", "’s"))

    def _pass_filler(self, lower: str) -> None:
        self._words.pop()
        self.is_past |= lower in PAST
        if lower in PAST:  # `the former boxer` may be a mayor by now
            self.titles = [title for title in self.titles if line_of_work(title) not in OTHER_LINES]
            self.roles = [title for title in self.roles if line_of_work(title) not in OTHER_LINES]

    def _take_title(self, *, behind: bool) -> bool:
        """Take the longest title that ends here off the words."""
        end = self._words[-1][0] + len(self._words[-1][1])
        office = self._offices.get(end)
        found = self.roles if behind else self.titles
        if office is not None:
            found.append(fold(office[1]))
            usual = usual_title(office[1]) or usual_title(office[1].split()[-1])
            if usual:
                found.append(usual)
            self._words.pop()  # `ex-President`: the word may begin before the office
            self._drop_from(office[0])
            return True
        if not ends_title(self._words[-1][1]):
            return False
        for size in range(min(longest_title(), len(self._words)), 0, -1):
            own = self._words[-size:]
            title = usual_title(" ".join(word for _, word in own))
            if title and not (behind and size == 1 and own[0][1][:1].isupper()):
                found.append(title)
                self._drop_from(own[0][0])
                return True
        return False

    def _drop_from(self, start: int) -> None:
        self._from = min(self._from, start)
        while self._words and self._words[-1][0] >= start:
            self._words.pop()

    def _note_role(self, at: int) -> None:
        if self.titles or self.roles:
            start = min(at, self._from)
            self.role = " ".join(self._text[start : self._start].strip(" ,").split())

    def _read_people(self, lower: str) -> None:
        if not (self.titles or self.roles):
            return
        pair = f"{fold(self._words[-2][1])} {lower}" if len(self._words) > 1 else lower
        self.country = peoples().get(pair) or peoples().get(lower)


def _can_tell(text: str, start: int, offices: Mapping[int, tuple[int, str]]) -> bool:
    """Return whether the word before a name is one that says something of its bearer: few are, and the rest is not read."""
    before = text[max(start - 30, 0) : start].rsplit(None, 1)
    if not before:
        return False
    word = before[-1]
    return (
        word[-1] == ","
        or start - 1 in offices
        or start in offices
        or fold(word.strip("(“\"'")) in telling_words()
    )


def _sentence_start(text: str, start: int) -> int:
    """Return where the words before a name begin: at most `BESIDE` characters back, in the same sentence, after the last mask."""
    floor = max(start - BESIDE, 0)
    masked = text.rfind("*", floor, start)
    if masked >= 0:
        floor = masked + 1
    # To the first letter of the name: an end that stands right before it needs it.
    for match in _END.finditer(text, floor, start + 1):
        if match.group() == "\n" or not _SHORT.search(text[floor : match.start() + 1]):
            floor = match.end()
    return floor


_Behind = tuple[tuple[str, ...], str, str | None, str | None]
"""Titles, the word for a relative, country and words of an apposition."""
_NOTHING_BEHIND: _Behind = (), "", None, None


def _read_behind(text: str, end: int) -> _Behind:
    """Return what an apposition after a name says."""
    match = _APPOSITION.match(text, end, end + BESIDE)
    if match is None:
        return _NOTHING_BEHIND
    phrase = match.group(1)
    words = [m.group() for m in _TOKEN.finditer(phrase)]
    head = words[: next((i for i, word in enumerate(words) if fold(word) in _LINKS), len(words))]
    if not head or (len(words) == 1 and words[0][:1].isupper()):
        return _NOTHING_BEHIND  # one of several names, or a place
    if kin_gender(head[-1]) and fold(head[0]) in _DETERMINERS:
        return (), head[-1].casefold(), None, phrase
    for size in range(min(longest_title(), len(head)) if ends_title(head[-1]) else 0, 0, -1):
        title = usual_title(" ".join(head[-size:]))
        if title and line_of_work(title) in OTHER_LINES and not PAST.isdisjoint(map(fold, head)):
            return _NOTHING_BEHIND
        if title:
            return (title,), "", _country_in(head), " ".join(phrase.split())
    return _NOTHING_BEHIND


def _country_in(words: list[str]) -> str | None:
    known, lower = peoples(), [fold(word) for word in words]
    pairs = [" ".join(lower[i : i + 2]) for i in range(len(lower) - 1)]
    return next((known[form] for form in (*pairs, *lower) if form in known), None)


@dataclass(frozen=True, slots=True)
class PersonMention:
    """One mention of a person.

    Attributes:
        context: What stands around it.
        entry: Id of the rule data or of the user's lists; or empty.
        is_spread: The entry was only carried over from another mention of the document.
        is_headline: It stands in a title or heading, before the text introduces anybody.
        office: Office held on the day, or None.
        is_other_name: The text says that it is another name of the person before: `Clara Finch, now Clara Hale`.
        goes_on: Nothing but a space stands between it and the mention of a person before.
    """

    start: int
    text: str
    name: PersonName
    context: NameContext
    entry: str = ""
    is_spread: bool = False
    is_headline: bool = False
    office: str | None = None
    is_other_name: bool = False
    goes_on: bool = False


def read_person_mention(
    text: str, before: int, person: NameMention, offices: Mapping[int, tuple[int, str]]
) -> PersonMention:
    """Read a mention of a person, and what stands around it.

    Args:
        before: End of the mention of a person before; -1 where there is none.
        offices: End of each mention of an office to its start and its text.
    """
    start, end = person.start, person.end
    name = _with_age(read_name(person.text, person.entry), text, end)
    return PersonMention(
        start,
        person.text,
        name,
        _read_context(text, start, end, name.honorific, offices),
        person.entry,
        person.rule.startswith("document."),
        person.is_headline,
        person.office,
        _says_other_name(text, before, start, end),
        before >= 0 and text[before:start] == " ",
    )


def _says_other_name(text: str, before: int, start: int, end: int) -> bool:
    """Return whether the text says beside two names of persons that the second is another name of the first.

    Args:
        before: End of the first name; -1 where there is none.
    """
    if not 0 <= before < start <= before + BETWEEN:
        return False
    was_called = (
        _WAS_CALLED.fullmatch(text, before, start) is not None and _UNTIL.match(text, end) is not None
    )
    owner = text[end : end + 2] in ("'s", "’s")  # `Ana Moll became Orr's deputy`
    return was_called or (not owner and is_renaming(text[before:start]))


def _with_age(name: PersonName, text: str, end: int) -> PersonName:
    """Return a name in a text; `the elder` after it is a suffix."""
    if name.suffix or not text.startswith(_AGE_WORDS, end + 1):
        return name
    return replace(name, suffix=next(own for words, own in _AGES.items() if text.startswith(words, end + 1)))
