"""Patterns over word classes, compiled to regular expressions over the letters of the pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.core.errors import RuleError
from pipeline.nlp.dates.lexer import BARRIER, FILLER, Lexicon, Pieces
from pipeline.nlp.dates.rules import DateRules, Pattern
from pipeline.rules.regex_lint import find_danger

_ITEM = re.compile(
    r"\s+|<(?P<name>[a-z_]+)(?::(?P<name_group>\w+))?>|\{(?P<macro>[A-Z_]+)(?::(?P<macro_group>\w+))?\}"
    r"|\((?P<group>[a-z]\w*):\s|(?P<open>\()|(?P<operator>[)|?*])|(?P<literal>[^\s()|?*<>{}]+)"
)


_ISLAND = re.compile(f"[^{re.escape(FILLER + BARRIER)}]+")
"""A run of pieces that all stand in some class. Only one with a trigger in it is searched: about a tenth of a news text."""


MAX_KEPT = 20_000
_Match = tuple[Pattern, int, int, Mapping[str, tuple[int, int]]]
"""A pattern, where in an island it matches, and where its groups do."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern that matched the pieces `first` to `last` (exclusive) of a section."""

    pattern: Pattern
    pieces: Pieces
    first: int
    last: int
    groups: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether a group took part."""
        return name in self.groups

    def words(self, name: str) -> list[str]:
        """The words of a group, in lower case; empty if it took no part."""
        start, end = self.groups.get(name, (0, 0))
        return [self.pieces.word(i) for i in range(start, end)]

    def word(self, name: str) -> str:
        """The words of a group with a space between them."""
        return " ".join(self.words(name))

    def all_words(self) -> list[str]:
        """The words of the whole stretch."""
        return [self.pieces.word(i) for i in range(self.first, self.last)]

    def before(self, distance: int = 1) -> str:
        """The word before the stretch."""
        return self.pieces.word(self.first - distance)

    def after(self, distance: int = 1) -> str:
        """The word after the stretch."""
        return self.pieces.word(self.last + distance - 1)

    def hyphen_before(self, group: str) -> bool:
        """Whether a hyphen without space stands before a group."""
        at = self.groups[group][0]
        return self.pieces.word(at - 1) == "-" and self.pieces.ends[at - 1] == self.pieces.starts[at]

    def hyphen_follows(self) -> bool:
        """Whether a hyphen without space ties the stretch to the next word."""
        starts, ends = self.pieces.starts, self.pieces.ends
        return self.after() == "-" and starts[self.last] == ends[self.last - 1]


def literals(rules: DateRules) -> set[str]:
    """The words that patterns and macros name themselves."""
    sources = [*rules.grammar.macros.values(), *(pattern.pattern for pattern in rules.grammar.patterns)]
    found = {match["literal"] for source in sources for match in _ITEM.finditer(source) if match["literal"]}
    return found - {"-", "--", "/"} | {
        word for holiday in rules.holidays.holidays for name in holiday.names for word in _split(name)
    }


def _split(name: str) -> list[str]:
    return re.findall(r"'s|'|[\w-]+", name)


def name_key(name: str) -> str:
    """The words of a holiday's name, joined: the key that its readers look it up by."""
    return "".join(_split(name))


class Grammar:
    """All patterns of the rules, ready to run."""

    def __init__(self, rules: DateRules, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._macros = dict(rules.grammar.macros) | {
            "HOLIDAY": _alternatives(n for h in rules.holidays.holidays for n in h.names)
        }
        self._patterns = [(pattern, self._compile(pattern)) for pattern in rules.grammar.patterns]
        self._found: dict[str, Sequence[_Match]] = {}
        self._trigger = re.compile(self._expand("{TRIGGER}", "macro TRIGGER"))

    def _compile(self, pattern: Pattern) -> re.Pattern[str]:
        form = self._expand(pattern.pattern, pattern.id)
        try:
            # `*` is the only endless repeat of the syntax: without one there is nothing to check.
            if "*" in form:
                danger = find_danger(form)
            else:
                danger = None
            if danger is None:
                return re.compile(form)
        except re.error as error:
            raise RuleError(
                f"dates/patterns.yml: '{pattern.id}': {error}", "See docs/dates.md for the syntax."
            ) from error
        raise RuleError(
            f"dates/patterns.yml: '{pattern.id}': pattern {danger}",
            "Use `?` in place of `*` within a repeat.",
        )

    def _expand(self, source: str, owner: str) -> str:
        out, at = [], 0
        while at < len(source):
            match = _ITEM.match(source, at)
            if match is None:
                raise RuleError(
                    f"dates/patterns.yml: '{owner}': cannot read '{source[at:]}'",
                    "See docs/dates.md for the syntax.",
                )
            out.append(self._item(match, owner))
            at = match.end()
        return "".join(out)

    def _item(self, match: re.Match[str], owner: str) -> str:
        if match["name"]:
            return _grouped(self._letters(match["name"], owner), match["name_group"])
        if match["macro"]:
            if match["macro"] not in self._macros:
                raise RuleError(
                    f"dates/patterns.yml: '{owner}': no macro '{match['macro']}'",
                    "Macros stand at the top of patterns.yml.",
                )
            return _grouped(f"(?:{self._expand(self._macros[match['macro']], owner)})", match["macro_group"])
        if match["group"]:
            return f"(?P<{match['group']}>"
        if match["literal"]:
            return self._letters(f"={match['literal']}", owner)
        if match["open"]:
            return "(?:"
        return match["operator"] or ""

    def _letters(self, name: str, owner: str) -> str:
        letters = self._lexicon.letters(name)
        if not letters:
            raise RuleError(
                f"dates/patterns.yml: '{owner}': no word class '{name}'", "Classes stand in words.yml."
            )
        return f"[{letters}]"

    def find(self, pieces: Pieces) -> Iterator[Hit]:
        """All matches of all patterns, each pattern's without overlap, in no particular order."""
        for island in _ISLAND.finditer(pieces.letters):
            at = island.start()
            for pattern, first, last, groups in self._search(island[0]):
                moved = {name: (start + at, end + at) for name, (start, end) in groups.items()}
                yield Hit(pattern, pieces, first + at, last + at, moved)

    def _search(self, letters: str) -> Sequence[_Match]:
        """The matches in an island; texts have most of theirs in common, so they are kept."""
        if not self._trigger.search(letters):
            return ()
        found = self._found.get(letters)
        if found is None:
            if len(self._found) > MAX_KEPT:
                self._found.clear()
            found = self._found[letters] = [
                (
                    pattern,
                    *match.span(),
                    {name: match.span(name) for name in form.groupindex if match.start(name) >= 0},
                )
                for pattern, form in self._patterns
                for match in form.finditer(letters)
            ]
        return found


def _grouped(form: str, name: str | None) -> str:
    if name:
        return f"(?P<{name}>{form})"
    return form


def _alternatives(names: Iterable[str]) -> str:
    """Holiday names as a macro body, the longest first."""
    return " | ".join(" ".join(_split(name)) for name in sorted(names, key=lambda name: (-len(name), name)))
