"""Reads bylines (`By Jane Roe in Brussels`, `Jane Roe, political editor`) and the lines that name a comment's author."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_news.rules.name_forms import name_words
from policy_news.text.layout.vocabulary import People, alternation

MAX_BYLINE = 160
_MAX_AUTHOR = 60
_PLACED = re.compile(
    r"(?:[Ff]rom |FROM )?(?P<names>[^,;|/(–—]{3,40}?)\s?(?:[,;|/(–—]|\s-)\s?(?P<place>[^\W\d_][\w '’-]{1,24}(?:, [^\W\d_][\w '’-]{1,24})?)\)?"
)
_SEPARATORS = " \t,;|·•–—-:("
_CAPITAL_WORD = r"[^\W\d_a-z][\w'’.&-]*"
_CAPITAL = re.compile(rf"[\"'“‘(]?{_CAPITAL_WORD},?$")
_HANDLE = re.compile(r"#?\d{1,4}$")
_WORD = re.compile(r"@?[a-z][\w.-]{1,29}")
_MASK = re.compile(r"\*+[.,'’-]?")
_FULL_STOP = re.compile(r"(?<=[^\W\d_A-Z]{2})\.$")


@dataclass(frozen=True, slots=True)
class Byline:
    """A line that names who wrote the text; the author is None if it is masked."""

    author: str | None


class PeopleReader:
    """Reads lines that name people."""

    def __init__(self, words: People) -> None:
        self._particles = frozenset(words.particles)
        self._joiners = frozenset(words.joiners)
        self._of_places = frozenset(("and", "es", "of", "the", "for", "in"))
        self._jobs = re.compile(rf"\b(?:{alternation(words.jobs)})s?\b", re.IGNORECASE)
        self._badges = re.compile(rf"\b(?:{alternation(words.badges)})s?\b", re.IGNORECASE)
        self._places = frozenset(place.upper() for place in words.places)
        self._outlets = name_words().paper_words.union(words.stations)
        intro = rf"(?:{alternation(words.intro)})(?:\s*:\s*|\s+)|(?:{alternation(words.labels)})\s*:\s*"
        self._intro = re.compile(rf"(?:{intro})(?=\S)", re.IGNORECASE)
        desk = rf"(?i:{alternation(words.desks)})"
        self._desk = re.compile(
            rf"(?:(?:the|our)\s+)?(?P<name>(?:{_CAPITAL_WORD}\s+){{1,5}}{desk})(?=\s*[,|(·•–—-]|$)"
        )
        self._desk_of = re.compile(rf"(?:the\s+)?(?:{alternation(words.desks)})\s+of\s+")
        self._rest = re.compile(
            r"(?:(?<!\s)\s+)?[,|/(·•]\s*|(?<!\s)\s+(?:[–—-]|in|for|at|of)\s+", re.IGNORECASE
        )
        self._verb = re.compile(
            rf"(?<!\s)\s+(?:(?:{alternation(words.verbs)})(?:\s*:)?|on)\s*$", re.IGNORECASE
        )

    def parse_byline(self, line: str) -> Byline | None:
        """Read a byline; None if the line is something else."""
        if len(line) > MAX_BYLINE:
            return None
        leads_on = line.rstrip().endswith(":")
        line = _FULL_STOP.sub("", line.rstrip(_SEPARATORS))
        intro = self._intro.match(line)
        # With a word such as `by`, names are enough; without it, only a job after one name makes a byline.
        if intro:
            names, rest = self._cut_intro(line[intro.end() :])
            if _is_masked(names):
                return Byline(None)
            fits = self.is_names(names)
        elif leads_on:
            return None  # `Jane Roe, chief executive of Orbis, said:` leads to her words
        else:
            names, rest = self._cut(line)
            fits = self.is_name(names) and bool(rest) and self.is_job(rest)
        if fits and self._is_rest(rest):
            return Byline(names)
        return None

    def has_intro(self, line: str) -> bool:
        """Return whether a line is a byline with a word such as `by` (`By Jane Roe`)."""
        return (
            len(line) <= MAX_BYLINE and bool(self._intro.match(line)) and self.parse_byline(line) is not None
        )

    def is_handle(self, line: str) -> bool:
        """Return whether a line is a byline whose author is a single word (`by admin`)."""
        intro = self._intro.match(line)
        return intro is not None and bool(_WORD.fullmatch(strip_separators(line[intro.end() :])))

    def is_names(self, text: str) -> bool:
        """Return whether a text may be one or several names: capitalised words, particles and what joins names."""
        words = text.split()
        small = self._particles | self._joiners
        return (
            0 < len(words) <= 14
            and _is_capital(words[0])
            and all(_is_capital(word) or word.lower() in small for word in words)
        )

    def is_name(self, text: str) -> bool:
        """Return whether a text may be the name of one person: two to five capitalised words or particles."""
        words = text.split()
        if not 2 <= len(words) <= 5 or not _is_capital(words[0]):
            return False
        return all(
            (_is_capital(word) and word[-1] != ",") or word.lower() in self._particles for word in words
        )

    def is_person(self, text: str) -> bool:
        """Return whether a text may be the name of one person, not of a well-known place (`New York`), a paper or a station."""
        is_outlet = text.rpartition(" ")[2].lower() in self._outlets
        return self.is_name(text) and text.upper() not in self._places and not is_outlet

    def is_job(self, text: str) -> bool:
        """Return whether a short text is the job of an author (`political editor`)."""
        return (
            len(text.split()) <= 8
            and len(text) <= 80
            and text[-1:] not in ".!?:"
            and bool(self._jobs.search(text))
        )

    def is_badge(self, text: str) -> bool:
        """Return whether a line may stand between the author and the date of a comment (`Undisclosed Manufacturer`, `Acme Ltd`)."""
        return (
            self.is_author(text)
            and len(text.split()) <= 6
            and (bool(self._badges.search(text)) or self.is_names(text))
        )

    def is_pseudonym(self, text: str) -> bool:
        """Return whether a line is a numbered author without a name (`Undisclosed Integrator #2`), certain without a date after it."""
        words = text.split()
        numbered = len(words) in range(2, 6) and words[-1][0] == "#" and bool(_HANDLE.match(words[-1]))
        return numbered and all(_is_capital(word) for word in words[:-1]) and bool(self._badges.search(text))

    def is_author(self, text: str) -> bool:
        """Return whether a line before a date may name the author of a comment."""
        words = text.split()
        return (
            len(text) <= _MAX_AUTHOR
            and 0 < len(words) <= 8
            and not _ends_text(text)
            and any(character.isalpha() or character == "*" for character in text)
        )

    def author(self, text: str) -> str | None:
        """Return the name in the line of a comment's author, or None if it is masked."""
        name = self._strip_author(text)
        if not name or "*" in name:
            return None
        return name

    def is_author_part(self, text: str) -> bool:
        """Return whether the part of a line before its date names an author (`Jane Roe ·`, `Jane Roe says:`)."""
        if len(text) > MAX_BYLINE:
            return False
        name = self._strip_author(text)
        numbered = len(name.split()) <= 6 and bool(re.search(r"#\d{1,4}$", name))
        single = len(name.split()) == 1 and len(name) <= 30 and bool(re.fullmatch(r"@?[\w.-]+", name))
        return numbered or single or _is_masked(name) or (self.is_names(name) and self.is_author(name))

    def _strip_author(self, text: str) -> str:
        """Remove separators and words such as `by` and `says` from the line of a comment's author."""
        name = self._verb.sub("", text.strip(_SEPARATORS)).strip(_SEPARATORS)
        intro = self._intro.match(name)
        if intro:
            return name[intro.end() :]
        return name

    def _cut_intro(self, text: str) -> tuple[str, str]:
        """Return the names after a word such as `by` and what follows them; a desk without its article."""
        desk, desk_of = self._desk.match(text), self._desk_of.match(text)
        if desk:
            return desk["name"], strip_separators(text[desk.end() :])
        if desk_of:
            text = text[desk_of.end() :]
        return self._cut(text)

    def _cut(self, text: str) -> tuple[str, str]:
        """Return the names at the head of a byline and what follows them."""
        match = self._rest.search(text)
        if not match:
            return text.strip(), ""
        after = text[match.end() :].strip()
        # A comma may also separate two authors: `Jane Roe, John Doe and Ann Lee`.
        if (
            match.group().strip() == ","
            and self.is_person(after.split(" and ")[0])
            and not self.is_job(after)
        ):
            more, rest = self._cut(after)
            return f"{text[: match.start()]}, {more}", rest
        return text[: match.start()].strip(), after

    def _is_rest(self, rest: str) -> bool:
        """Return whether the rest of a byline is a place, a paper or a job, and not the rest of a sentence."""
        rest = rest.rstrip(")")
        if not rest or self.is_job(rest):
            return True
        return rest[-1] not in ".!?:" and all(
            _is_capital(word) or word[0] == "@" or word in self._of_places | self._particles
            for word in rest.split()
        )

    def find_placed(self, line: str) -> str | None:
        """Return the name in a line of a name and a place: `Amina Bello, Abuja`. Above a report it is a byline, elsewhere anything."""
        match = _PLACED.fullmatch(line.strip())
        if match is None or not self.is_person(match["names"]) or not self._is_rest(match["place"]):
            return None
        return match["names"]


def strip_separators(text: str) -> str:
    """Remove the separators around a text."""
    return text.strip(_SEPARATORS)


def _is_capital(word: str) -> bool:
    return bool(_CAPITAL.match(word))


def _is_masked(text: str) -> bool:
    words = text.split()
    return bool(words) and all(_MASK.fullmatch(word) for word in words)


def _ends_text(text: str) -> bool:
    """Return whether a line ends like running text; an initial does not."""
    return text[-1] in ".!?…:;," and not re.search(r"\b(?:[A-Z]|Jr|Sr)\.$", text)
