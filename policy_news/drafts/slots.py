"""Reads a sentence as slots that can be held against those of another one.

They are its words, names, amounts and days, and for each clause its negation, modality, quantifiers and condition.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple

from policy_news.drafts.amounts import Amount, Day, read_amounts, read_days
from policy_news.drafts.lexis import find_slot, keys_of, lemma, slot_words
from policy_news.rules.word_lists import is_ordinary

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[,;:—–()]|[.!?]|\d+(?:[.,:]\d+)*")
_PAUSE = frozenset(",;:—–().!?")
_APART = re.compile(r"[\s-]|\s?&\s|\sof\s(?:the\s)?|['’]s\s")
_BE = frozenset(("is", "are", "was", "were", "be", "been", "being"))
_DETERMINERS = frozenset(("the", "a", "an", "it", "he", "she", "they", "we", "any", "this", "that"))


@dataclass(frozen=True, slots=True)
class Item:
    """A word or name of a sentence.

    Attributes:
        key: Its lemma; of a name its words in lower case.
        clause: Number of its clause.
        quantifier: Class of the quantifier before it, or empty.
    """

    key: str
    start: int
    end: int
    clause: int
    is_name: bool = False
    quantifier: str = ""


@dataclass
class Clause:
    """A clause with what its small words say."""

    number: int
    is_negated: bool = False
    is_condition: bool = False
    modality: set[str] = field(default_factory=set)
    degree: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)

    @property
    def is_passive(self) -> bool:
        """Whether it says by whom something is done."""
        return self._by is not None and bool(_BE.intersection(self.words[: self._by]))

    @property
    def is_active(self) -> bool:
        """Whether it is surely in the active voice."""
        return not _BE.intersection(self.words) and self._by is None

    @property
    def _by(self) -> int | None:
        """Where it says by whom; `by meeting` says how."""
        pairs = enumerate(pairwise(self.words))
        return next((at for at, (one, other) in pairs if one == "by" and not other.endswith("ing")), None)


@dataclass(frozen=True)
class Proposition:
    """What a sentence or the content of a claim says.

    Attributes:
        is_rejected: Whether its source rejects it.
    """

    text: str
    clauses: tuple[Clause, ...]
    items: tuple[Item, ...]
    amounts: tuple[Amount, ...]
    days: tuple[Day, ...]
    is_rejected: bool = False

    @cached_property
    def words(self) -> list[Item]:
        """The items that are not names."""
        return [one for one in self.items if not one.is_name]

    @cached_property
    def names(self) -> list[Item]:
        """The names."""
        return [one for one in self.items if one.is_name]

    @cached_property
    def sizes(self) -> Mapping[int, int]:
        """The numbers of items by clause."""
        return Counter(one.clause for one in self.items)

    @cached_property
    def by_key(self) -> Mapping[str | int, list[int]]:
        """The numbers of the words by what words of the same meaning share."""
        found: dict[str | int, list[int]] = {}
        for number, one in enumerate(self.words):
            for key in keys_of(one.key):
                found.setdefault(key, []).append(number)
        return found

    @property
    def has_condition(self) -> bool:
        """Whether a clause is a condition of another one."""
        return any(clause.is_condition for clause in self.clauses)


@cache
def classes_of(slot: str) -> Mapping[str, str]:
    """Return the class of each word of a slot."""
    found = find_slot(slot)
    return {word: name for name, words in found.classes.items() for word in words}


class _SmallWords(NamedTuple):
    """Words that are no items; `empty` has all of those that say nothing of their own."""

    negators: frozenset[str]
    conditions: frozenset[str]
    breaks: frozenset[str]
    shells: frozenset[str]
    flips: frozenset[str]
    empty: frozenset[str]


@cache
def _small_words() -> _SmallWords:
    words = slot_words()
    empty = {*words.empty, *words.negators, *words.conditions, *classes_of("modality"), *words.numerals, *words.scales}  # fmt: skip
    empty |= {word for name in words.units.values() for form in name for word in form.split()}
    empty |= {word for name in words.bounds.values() for word in name}
    shells = words.shells + words.sayings
    read = (words.negators, words.conditions, words.clauses, shells, words.flips, empty)
    return _SmallWords(*map(frozenset, read))


def read_proposition(text: str, *, rejected: bool = False) -> Proposition:
    """Read a sentence or the content of a claim.

    Args:
        rejected: Whether its source rejects it.
    """
    days = read_days(text)
    amounts = read_amounts(text, days)
    reader = _Reader(
        text, [*((one.start, one.end) for one in days), *((one.start, one.end) for one in amounts)]
    )
    reader.read()
    return Proposition(
        text, tuple(reader.clauses), tuple(reader.items), tuple(amounts), tuple(days), rejected
    )


class _Reader:
    """Reads a sentence word by word."""

    def __init__(self, text: str, taken: Sequence[tuple[int, int]]) -> None:
        self._text, self._taken = text, taken
        self._tokens = [(m[0], m[0].lower().replace("’", "'"), *m.span()) for m in _TOKEN.finditer(text)]
        self.clauses = [Clause(0)]
        self.items: list[Item] = []
        self._flips = False
        self._quantifier = ""

    def read(self) -> None:
        """Fill clauses and items."""
        at = 0
        while at < len(self._tokens):
            at += self._name(at) or self._word(at)

    def _word(self, at: int) -> int:
        """Read a small word, or a word of its own; returns how many tokens were read."""
        small = _small_words()
        _, word, start, end = self._tokens[at]
        is_break = word in _PAUSE or word in small.breaks or self._is_inverted(at)
        if is_break and (word not in slot_words().loose or self._has_verb(at)):
            self._break(word)
        clause = self.clauses[-1]
        clause.words.append(word)
        if word in small.conditions or self._is_inverted(at):
            clause.is_condition = True
        if self._is_negator(at):
            self._negate(at)
        modal = classes_of("modality").get(word.removesuffix("n't"))
        if modal and not self._is_taken(start) and not clause.is_condition:
            clause.modality.add(modal)
        degree = classes_of("degree").get(word)
        if degree and not any(self._is_taken(one[2]) for one in self._tokens[at + 1 : at + 3]):
            clause.degree.add(degree)
        self._quantify(at, word)
        if word.isalpha() or "'" in word:
            bare = word.removesuffix("'s")
            if (
                bare not in small.empty
                and not self._is_taken(start)
                and not word.endswith("n't")
                and len(bare) > 1
                and bare not in classes_of("quantifier")
            ):
                self._add(lemma(bare), start, end)
        return 1

    def _is_negator(self, at: int) -> bool:
        """Return whether a word may negate its clause, also as a part of `fail to do` and `keep from doing`."""
        word = self._tokens[at][1]
        following = self._tokens[at + 1][1] if at + 1 < len(self._tokens) else ""
        if word.startswith("fail"):
            return following == "to"
        if word == "from" and following.endswith("ing"):
            return not set(slot_words().hindering).isdisjoint(self.clauses[-1].words)
        return word in _small_words().negators or word.endswith("n't") or word == "yet"

    def _has_verb(self, at: int) -> bool:
        """Return whether a verb that can be told as one stands between a word and the next break."""
        small = _small_words()
        for _, word, _, _ in self._tokens[at + 1 :]:
            if word in _PAUSE or (word in small.breaks and word not in slot_words().verbs):
                return False
            if (
                word in slot_words().verbs
                or word in small.negators
                or word.removesuffix("n't") in classes_of("modality")
            ):
                return True
        return False

    def _is_inverted(self, at: int) -> bool:
        """Return whether a condition begins that has no word of its own: `should the fleet move`, `as long as`."""
        words = [word for _, word, _, _ in self._tokens[at : at + 2]]
        before = self._tokens[at - 1][1] if at else ""
        if (words == ["long", "as"] and before == "as") or (words == ["subject", "to"] and before in _PAUSE):
            return True
        return (
            words[0] == "should" and words[1:] != [] and (before in {"", *_PAUSE} or words[1] in _DETERMINERS)
        )

    def _negate(self, at: int) -> None:
        following = [word for _, word, _, _ in self._tokens[at + 1 : at + 2]]
        word = self._tokens[at][1]
        if (word == "yet" and following != ["to"]) or (word == "nor" and "neither" in self.clauses[-1].words):
            return  # `has yet to` is negated, `yet` is not; `neither ... nor` denies once
        bounds = (*slot_words().bounds["less"], *slot_words().bounds["more"])
        is_bound = " ".join(word for _, word, _, _ in self._tokens[at : at + 3]) in bounds
        if following in (["all"], ["every"], ["only"]) or is_bound:
            return  # `not all` is some, `no more than` is of an amount
        self.clauses[-1].is_negated = not self.clauses[-1].is_negated

    def _quantify(self, at: int, word: str) -> None:
        following = self._tokens[at + 1][1] if self._tokens[at + 1 : at + 2] else ""
        is_part = following == "of" and (word in slot_words().numerals or word.isdigit())
        found = "part" if is_part else classes_of("quantifier").get(word)
        if (
            not found
            or following == "than"
            or (self._tokens[at + 1 : at + 2] and self._tokens[at + 1][0].isdigit())
        ):
            return
        before = self._tokens[at - 1][1] if at else ""
        if (word == "few" and before == "a") or before == "not":
            found = "some"
        self._quantifier = found

    def _break(self, word: str) -> None:
        """Begin another clause; after `it is untrue that` all is turned round."""
        last, small = self.clauses[-1], _small_words()
        turning = small.shells | small.flips
        is_hollow = bool(last.words) and (turning | small.empty).issuperset(last.words)
        if word == "that" and is_hollow and turning.intersection(last.words):
            self._flips ^= last.is_negated != bool(small.flips.intersection(last.words))
            self.items = [one for one in self.items if one.clause != last.number]
            self.clauses.append(Clause(len(self.clauses), self._flips))
        elif any(one.clause == last.number for one in self.items[-1:]):
            self.clauses.append(Clause(len(self.clauses), self._flips))
        self._quantifier = ""

    def _name(self, at: int) -> int:
        """Read a name: words with capitals in a row; returns how many tokens were read."""
        end = at
        while end < len(self._tokens) and self._is_capital(end) and (end == at or self._joins(end)):
            end += 1
        is_article = end > at and self._tokens[at][1] in _small_words().empty
        is_small = is_article and end == at + 1 and not self._tokens[at][0].isupper()
        if end == at or is_small or ((end == at + 1 or is_article) and self._is_plain(at)):
            return 0
        start, last = self._tokens[at][2], self._tokens[end - 1][3]
        self.clauses[-1].words += [word for _, word, _, _ in self._tokens[at:end]]
        self._add(" ".join(word.removesuffix("'s") for _, word, _, _ in self._tokens[at:end]), start, last, is_name=True)  # fmt: skip
        return end - at

    def _is_capital(self, at: int) -> bool:
        word, lower, start, _ = self._tokens[at]
        return word[0].isupper() and lower not in {"i", "i'm", "i'll", "i've"} and not self._is_taken(start)

    def _joins(self, at: int) -> bool:
        between = self._text[self._tokens[at - 1][3] : self._tokens[at][2]]
        return bool(_APART.fullmatch(between)) and not self._tokens[at - 1][0].endswith(("'s", "’s"))

    def _is_plain(self, at: int) -> bool:
        """Return whether a single word has its capital from the beginning of a sentence."""
        starts = not self._text[: self._tokens[at][2]].strip(" \"“”'‘") or self._tokens[at - 1][0] in {".", "!", "?", ":"}  # fmt: skip
        word = self._tokens[at][1].removesuffix("'s")
        return starts and (word in _small_words().empty or word in _small_words().breaks or word in classes_of("quantifier") or is_ordinary(word))  # fmt: skip

    def _is_taken(self, start: int) -> bool:
        return any(first <= start < end for first, end in self._taken)

    def _add(self, key: str, start: int, end: int, *, is_name: bool = False) -> None:
        self.items.append(Item(key, start, end, self.clauses[-1].number, is_name, self._quantifier))
        self._quantifier = ""


@cache
def finite_verbs() -> frozenset[str]:
    """Return verbs before which somebody must be named."""
    return frozenset({*slot_words().verbs, *classes_of("modality")} - {"been", "be"}) - _DETERMINERS


def begins_condition(text: str) -> bool:
    """Return whether a text begins with a condition of what stands before it."""
    first = re.match(r"[\s,]*(\w+)", text)
    return first is not None and first[1].lower() in slot_words().conditions
