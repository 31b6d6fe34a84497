"""Patterns over word classes, compiled to regular expressions over the letters of the pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from policy_news.core.data_files import page
from policy_news.core.errors import RuleError
from policy_news.nlp.dates.date_rules import DatePattern, DateRules
from policy_news.nlp.dates.lexer import BARRIER, FILLER, Pieces, WordClasses

_ITEM = re.compile(
    r"\s+|<(?P<name>[a-z_]+)(?::(?P<name_group>\w+))?>|\{(?P<macro>[A-Z_]+)(?::(?P<macro_group>\w+))?\}"
    r"|\((?P<group>[a-z]\w*):\s|(?P<open>\()|(?P<operator>[)|?*])|(?P<literal>[^\s()|?*<>{}]+)"
)


_ISLAND = re.compile(f"[^{re.escape(FILLER + BARRIER)}]+")
"""A run of pieces that all have a class. Only a run with a trigger is searched: about a tenth of a news text."""


MAX_KEPT = 20_000
"""Islands whose matches are cached; when there are more, all are dropped."""
_Match = tuple[DatePattern, int, int, Mapping[str, tuple[int, int]]]
"""A pattern, where in an island it matches, and where its groups do."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern that matched the pieces `first` to `last` (exclusive) of a section."""

    pattern: DatePattern
    pieces: Pieces
    first: int
    last: int
    groups: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Return whether a group is part of the match."""
        return name in self.groups

    def words(self, name: str) -> list[str]:
        """Return the words of a group, in lower case; empty if it is not part of the match."""
        start, end = self.groups.get(name, (0, 0))
        return [self.pieces.word(i) for i in range(start, end)]

    def word(self, name: str) -> str:
        """Return the words of a group with a space between them."""
        return " ".join(self.words(name))

    def all_words(self) -> list[str]:
        """Return the words of the whole match."""
        return [self.pieces.word(i) for i in range(self.first, self.last)]

    def before(self, distance: int = 1) -> str:
        """Return the word before the match, or one further to the left."""
        return self.pieces.word(self.first - distance)

    def after(self, distance: int = 1) -> str:
        """Return the word after the match, or one further to the right."""
        return self.pieces.word(self.last + distance - 1)

    def hyphen_before(self, group: str) -> bool:
        """Return whether a hyphen without space stands before a group."""
        at = self.groups[group][0]
        return self.pieces.word(at - 1) == "-" and self.pieces.ends[at - 1] == self.pieces.starts[at]

    def hyphen_follows(self) -> bool:
        """Return whether a hyphen without space ties the match to the next word."""
        starts, ends = self.pieces.starts, self.pieces.ends
        return self.after() == "-" and starts[self.last] == ends[self.last - 1]


def literals(rules: DateRules) -> set[str]:
    """Return the words that patterns, macros and names of holidays spell out."""
    sources = list(rules.grammar.macros.values())
    sources.extend(pattern.pattern for pattern in rules.grammar.patterns)
    found: set[str] = set()
    for source in sources:
        found.update(match["literal"] for match in _ITEM.finditer(source) if match["literal"])
    # The letters of dashes depend on the spaces around them, so they are not words of the lexicon.
    found -= {"-", "--", "/"}
    for holiday in rules.holidays.holidays:
        for name in holiday.names:
            found.update(_split(name))
    return found


def _split(name: str) -> list[str]:
    return re.findall(r"'s|'|[\w-]+", name)


def name_key(name: str) -> str:
    """Return the words of a holiday's name, joined: the key that its readers look it up by."""
    return "".join(_split(name))


class CompiledPatterns:
    """All patterns of the rules, ready to run."""

    def __init__(self, rules: DateRules, lexicon: WordClasses) -> None:
        self._lexicon = lexicon
        self._macros = dict(rules.grammar.macros) | {
            "HOLIDAY": _alternatives(n for h in rules.holidays.holidays for n in h.names)
        }
        self._patterns = [(pattern, self._compile(pattern)) for pattern in rules.grammar.patterns]
        self._found: dict[str, Sequence[_Match]] = {}
        self._trigger = re.compile(self._expand("{TRIGGER}", "macro TRIGGER"))

    def _compile(self, pattern: DatePattern) -> re.Pattern[str]:
        try:
            return re.compile(self._expand(pattern.pattern, pattern.id))
        except re.error as error:
            raise RuleError(
                f"dates/patterns.yml: '{pattern.id}': {error}",
                f"See {page('docs/contributing/finding.md')} for the syntax.",
            ) from error

    def _expand(self, source: str, owner: str) -> str:
        out, at = [], 0
        while at < len(source):
            match = _ITEM.match(source, at)
            if match is None:
                raise RuleError(
                    f"dates/patterns.yml: '{owner}': cannot read '{source[at:]}'",
                    f"See {page('docs/contributing/finding.md')} for the syntax.",
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
                    f"dates/patterns.yml: '{owner}': macro '{match['macro']}' does not exist",
                    "Macros are at the top of patterns.yml.",
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
                f"dates/patterns.yml: '{owner}': word class '{name}' does not exist",
                "Word classes are in words.yml.",
            )
        return f"[{letters}]"

    def find(self, pieces: Pieces) -> Iterator[Hit]:
        """Find all matches of all patterns. Those of one pattern do not overlap; the order is not defined."""
        for island in _ISLAND.finditer(pieces.letters):
            at = island.start()
            for pattern, first, last, groups in self._search(island[0]):
                moved = {name: (start + at, end + at) for name, (start, end) in groups.items()}
                yield Hit(pattern, pieces, first + at, last + at, moved)

    def _search(self, letters: str) -> Sequence[_Match]:
        """Find the matches in an island; most islands occur in many texts, so the matches are cached."""
        if not self._trigger.search(letters):
            return ()
        found = self._found.get(letters)
        if found is None:
            if len(self._found) > MAX_KEPT:
                self._found.clear()
            found = self._found[letters] = list(self._match_all(letters))
        return found

    def _match_all(self, letters: str) -> Iterator[_Match]:
        for pattern, form in self._patterns:
            for match in form.finditer(letters):
                groups = {name: match.span(name) for name in form.groupindex if match.start(name) >= 0}
                yield pattern, match.start(), match.end(), groups


def _grouped(form: str, name: str | None) -> str:
    if name:
        return f"(?P<{name}>{form})"
    return form


def _alternatives(names: Iterable[str]) -> str:
    """Return the holiday names as a macro body, the longest first."""
    return " | ".join(" ".join(_split(name)) for name in sorted(names, key=lambda name: (-len(name), name)))
