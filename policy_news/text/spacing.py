"""Finds the places where a copied page lost a space: `Gallant saidIsrael`, `Russiaamid the war`, `blame Biden.(Rebecca Noble`.

A word is cut only if it is not known itself and all of its parts are: function words, ordinary words, and names that a list
has or that stand alone elsewhere in the text. So a name that is written so (`YouTube`, `McDonald`, `iPhone`) stays whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from policy_news.rules.name_forms import honorifics, is_legal_form, name_words
from policy_news.rules.rule_files import RULES_DIR, read_rule_file
from policy_news.rules.rule_models import Strict
from policy_news.rules.word_lists import (
    ASKED,
    is_first_name,
    is_name_of_person,
    is_ordinary,
    is_spelled_lower,
    written_names,
)

MIN_NAME = 4
"""Letters of the shortest name that is cut from another word; acronyms may be shorter."""
MIN_PLAIN = 5
"""Letters of the shortest ordinary word that is cut from a name before it (`Senateplans`)."""
MIN_PIECE = 3
"""Letters of the shortest piece that is cut from a word in lower case, and of an acronym after an ordinary word."""
MAX_WORD = 60
"""Letters of the longest word that is looked at: the time for one grows with its square."""
_LETTER = "[A-Za-zÀ-ɏ]"
_WORD = re.compile(f"{_LETTER}+(?:['’]{_LETTER}+)*")
"""A word in Latin letters: others have no capitals that show where one ends."""
_ADDRESS = re.compile(
    r"[@#\\_=<>{}]|://|www\.|\.(?:com|org|net|gov|edu|info|co|io|tv|uk|eu|ai|ly|me)\b", re.IGNORECASE
)
_MIXED = re.compile(r".[A-Z]")
_HEAD = re.compile(
    r"(?P<title>[A-Z][^\W\d_A-Z]+)(?=[A-Z])|(?P<caps>[A-Z]{3,})(?=[A-Z][a-z]{2})|(?P<head>[^\W\d_A-Z]*)(?=[A-Z])"
)
_OWNER = re.compile(r"(?P<owner>[^\W\d_]+(?:['’]s|s['’]))(?P<rest>[a-z]{3,})$")
_ENDING = re.compile(r"(?:s|ed|ing)$")
_BORDER = re.compile(r"[^\W\d_A-Z](?=[A-Z])")
_POSSESSIVE = re.compile(r"['’](?:s|d|t|m|ll|re|ve)?$")
_PLAIN = r"[^\W\d_A-Z]"
# The sign comes first and what stands before it second: a pattern that begins with a sign skips the letters quickly.
_SIGN = re.compile(
    rf"[.!?](?<=[^\W_][^\W_].)[’”]?(?=(?P<sentence>[A-Z]{_PLAIN}+|[AI](?=[ ’'])))"
    rf"|[,;](?<={_LETTER}(?:{_LETTER}|[\"”)]).)(?=(?P<part>{_LETTER}{{2,}}))"
    rf"|:(?<={_PLAIN}{_PLAIN}:)(?=(?P<told>[A-Z]{_PLAIN}+))"
    rf"|\)(?=(?P<behind>{_LETTER}{{2,}}))"
    rf"|’(?<=[.,!?]’)(?=(?P<quoted>{_LETTER}{{2,}}))"
    r"|”(?<=\S”)(?=[^\W_])"
)
"""Signs without a space after them. What follows in a named group must be a known word."""
_OPENING = re.compile(
    rf"\((?<=[.,;!?\"”’]\()(?={_LETTER}{{2}})|\((?<={_LETTER}{_LETTER}\()(?=[A-Z]{_LETTER})|“(?<=[^\s(\[‘—–-].)"
)
"""Signs without a space before them."""
_QUOTE = re.compile('"')
_DOUBLE = re.compile(r"  (?<=\S  )(?=\S)")
_LAST_WORD = re.compile(f"{_LETTER}{{2,}}$")
_ANY = ("LONDON", "London")
"""Neighbours that allow all cuts of a word."""


class GlueWords(Strict):
    """Function words that are found glued to another word (`vocabulary/glued_words.yml`)."""

    words: frozenset[str]
    tails: frozenset[str]
    openers: frozenset[str]
    joints: frozenset[str]
    first_joints: frozenset[str]
    prefixes: frozenset[str]
    weak: frozenset[str]
    titles: frozenset[str]


@cache
def glue_words() -> GlueWords:
    """Read the words of the rule data, once per process."""
    return read_rule_file(RULES_DIR / "vocabulary" / "glued_words.yml", GlueWords)


@lru_cache(maxsize=ASKED)
def _is_listed_name(word: str) -> bool:
    """Return whether a word with a capital is a name by a list."""
    if word in written_names():
        return True
    lower, names = word.lower(), name_words()
    if word != word.title():
        return False
    is_people = lower in names.nationalities or lower.removesuffix("s") in names.nationalities
    return is_people or lower in names.calendar or lower in names.demonyms or is_name_of_person(lower)


@lru_cache(maxsize=ASKED)
def _is_suspect(word: str) -> bool:
    """Return whether a word may be several that are glued: no list has it, and it has letters enough."""
    stem = _POSSESSIVE.sub("", word)
    if not 3 < len(stem) <= MAX_WORD or _is_listed_name(stem):
        return False
    return bool(_MIXED.search(stem)) or not (is_spelled_lower(stem) or is_name_of_person(stem))


@dataclass(frozen=True)
class _Words:
    """How often each word stands in a text, and where a word of it is to be cut."""

    counts: Counter[str]

    def find_cuts(self, before: str, word: str, after: str) -> tuple[int, ...]:
        """Return the offsets in a word at which a space is missing; `before` and `after` are its neighbours."""
        owner = _OWNER.match(word)
        if owner:
            return self._cut_owner(owner)
        stem = _POSSESSIVE.sub("", word)
        if stem.islower():
            return _cut_lower(stem)
        head = _HEAD.match(stem)
        if head is None or not stem.isalpha():
            return ()
        if (
            head["caps"]
            and before.isupper()
            and is_known(head["caps"].title())
            and is_known(stem[head.end() :])
        ):
            return (head.end(),)
        return self._cut_pieces(stem) or self._cut_name(head, before, stem, after)

    def _cut_name(self, head: re.Match[str], before: str, word: str, after: str) -> tuple[int, ...]:
        """Cut what is glued to the front and the end of a name (`byChinaor`, `TheIAEAsaid`, `BGIas`)."""
        at = head.end()
        end = self._end_of_name(word, at)
        cuts: tuple[int, ...] = (at, end)
        if head["title"] and self._is_opener(head["title"], word[at:end], after):
            return tuple(cut for cut in cuts if cut < len(word))
        if not head["head"]:
            cuts = (self._end_of_name(word, 0) or self._end_of_last(before, word),)
        elif not end or not self._fits(head["head"], word, word[at:end], after):
            return ()
        return tuple(cut for cut in cuts if 0 < cut < len(word))

    def _end_of_last(self, before: str, word: str) -> int:
        """Return where the last word of a name ends before a glued tail (`Sky Newsthat`); 0 if it is none."""
        if before == before.lower() or not word.istitle() or self.counts[word] > 1:
            return 0
        return _end_of_plain(word)

    def _cut_pieces(self, word: str) -> tuple[int, ...]:
        """Cut a word of several capitals (`PolicyandTerms`): each piece is known or glued itself, and one is glued."""
        borders = [match.end() for match in _BORDER.finditer(word)]
        cuts: list[int] = []
        is_glued = False
        for start, end in pairwise((0, *borders, len(word))) if borders else ():
            piece = word[start:end]
            inner = 0
            if not is_known(piece):
                inner = self._end_of_name(piece, 0) or _end_of_plain(piece)
                if not inner:
                    return ()
                cuts.append(start + inner)
            is_glued = is_glued or bool(inner and (end < len(word) or piece[0].islower()))
            cuts.append(end)
        return tuple(cuts[:-1]) if is_glued and cuts[-1] == len(word) else ()

    def _cut_owner(self, owner: re.Match[str]) -> tuple[int, ...]:
        """Cut `Hamas'military` and `Australia'sdefence`."""
        rest, glued = owner["rest"], f"s{owner['rest']}"
        is_owner = is_known(_POSSESSIVE.sub("", owner["owner"])) or self._stands(
            _POSSESSIVE.sub("", owner["owner"])
        )
        if is_owner and is_known(rest) and not (owner["owner"][-1] == "s" and is_ordinary(glued)):
            return (owner.end("owner"),)
        return ()

    def _is_opener(self, title: str, name: str, after: str) -> bool:
        """Return whether a word with a capital opens a sentence before a name: `ButJoint`, `TheSenate`, `TheSupreme Court`."""
        words, is_long = glue_words(), len(name) >= MIN_NAME or (name.isupper() and len(name) >= MIN_PIECE)
        if title in words.openers:
            return bool(name) and is_known(name)
        if title.lower() in words.words and is_long and (name in written_names() or self._stands(name)):
            return True
        # `PresidentVladimir Putin`, `ByAna Moll`, but not `LeAnn` and `WineAmerica`
        is_word = title == "By" or (len(title) >= MIN_PLAIN and is_spelled_lower(title))
        if is_word and is_first_name(name) and not is_spelled_lower(name) and after[:1].isupper():
            return True
        return title == "The" and is_long and is_spelled_lower(name) and after[:1].isupper()

    def _fits(self, head: str, word: str, name: str, after: str) -> bool:
        """Return whether a head in lower case stands by itself before a name."""
        is_function = head in glue_words().words
        if not (is_function or (len(head) > 2 and is_ordinary(head) and self.counts[word] < 2)):
            return False
        is_strong = name in written_names() or self._stands(name)
        if name.isupper():
            is_word = len(name) < MIN_PIECE or is_spelled_lower(name)
            return is_strong and len(head) > 1 and (is_function or not is_word)
        if len(name) < MIN_NAME and not after[:1].isupper():
            return False
        if is_function and (_is_listed_name(name) or is_strong):
            return True
        if is_spelled_lower(name):
            return _opens_name(head, after)
        return is_strong or name.lower() in name_words().nationalities

    def _end_of_name(self, word: str, start: int) -> int:
        """Return where a name ends that begins at an offset of a word: before a glued tail, or with the word; else 0."""
        rest = word[start:]
        if start and (_is_listed_name(rest) or self._stands(rest) or is_spelled_lower(rest)):
            return len(word)
        for at in range(len(rest) - (1 if start else 2), 1, -1):
            name, tail = rest[:at], rest[at:]
            if not tail.islower():
                break
            if self._has_tail(name, tail, counted=self.counts[word], is_glued=start > 0):
                return start + at
        end = _end_of_plain(rest)
        return start + end if start and end else 0

    def _has_tail(self, name: str, tail: str, *, counted: int, is_glued: bool) -> bool:
        """Return whether a word is glued to the end of a name; `is_glued` if one is to its front."""
        if len(tail) >= MIN_PIECE and tail in glue_words().tails and _is_form(name):
            return True
        is_strong = name in written_names() or self._stands(name)
        is_adjective = name.lower() in name_words().nationalities
        if not (is_strong or is_adjective) or (len(name) < MIN_NAME and not name.isupper()):
            return False
        if tail in glue_words().tails:
            # `Antonin` is no `Anton` with a glued word, unless the text is about one.
            is_sure = (
                is_glued
                or not is_name_of_person(name)
                or name.lower() in name_words().seats
                or self.counts[name] > 0
            )
            return len(tail) >= MIN_PIECE or (is_sure and counted < 2 and len(name) > 2)
        is_prefix = name.lower() in glue_words().prefixes
        if counted > 1 or is_prefix or len(tail) < MIN_PLAIN or not is_ordinary(tail):
            return False
        return is_adjective or (
            bool(_ENDING.search(tail)) and len(name) > MIN_NAME and not is_name_of_person(name)
        )

    def _stands(self, name: str) -> bool:
        """Return whether a word stands alone as a name somewhere in the text."""
        return name[0].isupper() and self.counts[name] > 0 and not is_ordinary(name)


def _is_form(name: str) -> bool:
    """Return whether a word is a legal form that no name begins with: `Verodyne AG`, but not the `Ab` of `Aband`."""
    return (name.isupper() or len(name) >= MIN_PIECE) and is_legal_form(name)


def _opens_name(head: str, after: str) -> bool:
    """Tell whether an ordinary word with a capital after a head may be a title (`theWhite House`) or open a name (`ruralNew Mexico`)."""
    words = glue_words()
    return head not in words.weak if head in words.words else after in written_names()


@lru_cache(maxsize=ASKED)
def is_known(word: str) -> bool:
    """Return whether a word is one that a list has: an ordinary one, or a name."""
    return is_spelled_lower(word) or word.lower() in glue_words().tails or _is_listed_name(word)


@lru_cache(maxsize=ASKED)
def _cut_lower(word: str) -> tuple[int, ...]:
    """Cut a function word off an ordinary one (`towardthe`), if there is one way only."""
    words, found = glue_words(), []
    for at in range(MIN_PIECE, len(word) - MIN_PIECE + 1):
        left, right = word[:at], word[at:]
        is_joint = right in words.joints and (
            left in words.tails or (len(left) >= MIN_NAME and is_ordinary(left))
        )
        if is_joint or (left in words.first_joints and len(right) >= MIN_NAME and is_ordinary(right)):
            found.append(at)
    return tuple(found) if len(found) == 1 else ()


def _end_of_plain(word: str) -> int:
    """Return where a known word ends to which a tail is glued (`Policyand`); 0 if it is something else."""
    for at in range(len(word) - MIN_PIECE, MIN_NAME - 1, -1):
        if word[at:] in glue_words().tails and is_known(word[:at]):
            return at
    return 0


def count_words(text: str) -> Counter[str]:
    """Count how often each word stands in a text."""
    return Counter(_WORD.findall(text))


def find_lost_spaces(text: str, counts: Counter[str]) -> list[int]:
    """Return the offsets at which a space is missing, ascending.

    Args:
        counts: How often each of its words stands in it.
    """
    return sorted({*_find_in_words(text, counts), *_find_at_signs(text), *_find_at_quotes(text)})


def find_wrong_spaces(text: str, counts: Counter[str]) -> Iterator[tuple[int, int]]:
    """Find the spaces that do not belong there: the second of two, and one inside a word (`Polt orak`).

    Args:
        counts: How often each of its words stands in it.

    A word counts as broken only if neither part is a known word, but both together are one or stand elsewhere in the text.

    Yields:
        Half-open offsets of each.
    """
    for match in _DOUBLE.finditer(text):
        yield match.start() + 1, match.end()
    for end in filter(_is_end, counts):
        at = text.find(f" {end}")
        while at > 0:
            first = _LAST_WORD.search(text, max(0, at - MAX_WORD), at)
            is_whole = not text[at + 1 + len(end) : at + 2 + len(end)].isalnum()
            if first and is_whole and not is_known(first[0]):
                joined = first[0] + end
                if joined in counts or is_known(joined):
                    yield at, at + 1
            at = text.find(f" {end}", at + 1)


@lru_cache(maxsize=ASKED)
def _is_end(word: str) -> bool:
    """Return whether a word may be the end of one that a space broke."""
    return word.islower() and len(word) > 1 and not is_known(word)


def _find_in_words(text: str, counts: Counter[str]) -> Iterator[int]:
    words = _Words(counts)
    glued = {word for word in words.counts if _is_suspect(word) and words.find_cuts(_ANY[0], word, _ANY[1])}
    if not glued:
        return
    matches = list(_WORD.finditer(text))
    for index, match in enumerate(matches):
        if match[0] not in glued or _is_in_address(text, match):
            continue
        before = matches[index - 1][0] if index else ""
        after = matches[index + 1][0] if index + 1 < len(matches) else ""
        for cut in words.find_cuts(before, match[0], after):
            yield match.start() + cut


def _find_at_signs(text: str) -> Iterator[int]:
    for match in _SIGN.finditer(text):
        if _ends_word(text, match) and not _is_in_address(text, match):
            yield match.end()
    for match in _OPENING.finditer(text):
        if not _is_in_address(text, match):
            yield match.start()


def _ends_word(text: str, sign: re.Match[str]) -> bool:
    """Tell whether a sign ends what is before it, so that a word of its own follows."""
    if sign.lastgroup and not is_known(sign[sign.lastgroup]):
        return False
    if sign.lastgroup == "behind":
        return _is_aside(text, sign)
    return sign.lastgroup != "sentence" or not _is_short_title(text, sign.start())


def _find_at_quotes(text: str) -> Iterator[int]:
    """Find straight quotation marks that touch words on both sides: after a closing one or before an opening one a space is missing."""
    is_open, line = False, 0
    for match in _QUOTE.finditer(text):
        at = match.start()
        if "\n" in text[line:at]:  # an unbalanced mark costs its paragraph only
            is_open = False
        line = at
        left, right = text[at - 1 : at] or " ", text[at + 1 : at + 2] or " "
        if left.isspace() or left in "([“‘—–-":
            is_open = True
        elif not (right.isalnum() or right in '"($£€'):
            is_open = False
        elif _is_glued(left, right):
            is_open = not is_open
            if not _is_in_address(text, match):
                yield at + (not is_open)


def _is_glued(left: str, right: str) -> bool:
    """Tell whether the character before a quotation mark belongs to a word or its punctuation, and is not the one after it."""
    return left != right and (left.isalnum() or left in ".,;:!?%)…'’\"")


def _is_aside(text: str, bracket: re.Match[str]) -> bool:
    """Return whether a closing bracket ends words of their own, not a part of a word (`(re)build`)."""
    start = text.rfind("(", max(0, bracket.start() - 300), bracket.start())
    inner = text[start + 1 : bracket.start()]
    if start < 0 or "\n" in inner:
        return False
    if " " in inner.strip() or (len(inner) > 1 and inner.isupper()):
        return True
    return is_ordinary(inner) and len(inner) >= MIN_NAME and not is_spelled_lower(inner + bracket["behind"])


def _is_short_title(text: str, at: int) -> bool:
    """Return whether the full stop at an offset belongs to a title or an abbreviation of a name (`St.Petersburg`)."""
    left = _WORD.findall(text, max(0, at - MAX_WORD), at)[-1:]
    return (
        bool(left)
        and left[0].istitle()
        and (left[0].lower() in honorifics().single or left[0].lower() in glue_words().titles)
    )


def _is_in_address(text: str, match: re.Match[str]) -> bool:
    """Return whether a place is inside an address, a handle or code."""
    start, end = match.span()
    while start and not text[start - 1].isspace() and match.start() - start < MAX_WORD:
        start -= 1
    while end < len(text) and not text[end].isspace() and end - match.end() < MAX_WORD:
        end += 1
    return bool(_ADDRESS.search(text, start, end))
