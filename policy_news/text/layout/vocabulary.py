"""The word lists and line patterns of the layout, read from `models/rules/layout/`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from policy_news.rules.rule_files import RULES_DIR, read_rule_file
from policy_news.rules.rule_models import EntryId, Strict

MAX_LINE = 400
"""Characters of the longest line that may be a label, date line, byline or heading; longer ones are not matched at all."""

LabelKind = Literal["boilerplate", "byline", "caption", "comment_header", "credit", "furniture"]
Words = tuple[Annotated[str, Field(min_length=1, max_length=40)], ...]


def _check_regex(pattern: str) -> str:
    """Refuse what is not a regular expression; whether it may take long on some text is up to its author."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Regex = Annotated[str, AfterValidator(_check_regex)]


class Stamps(Strict):
    """Words of date lines (`stamps.yml`). `zones` are minutes east of Greenwich."""

    months: dict[str, Annotated[int, Field(ge=1, le=12)]]
    weekdays: Words
    zones: dict[str, Annotated[int, Field(ge=-720, le=840)]]
    vague_zones: Words
    published: Words
    updated: Words
    units: Words
    recent: Words
    connectors: Words
    tails: Words


class Datelines(Strict):
    """Words of datelines (`datelines.yml`)."""

    agencies: Words
    not_places: Words


class People(Strict):
    """Words of bylines and comment authors (`people.yml`)."""

    intro: Words
    labels: Words
    desks: Words
    places: Words
    stations: Words
    jobs: Words
    particles: Words
    joiners: Words
    verbs: Words
    badges: Words
    abbreviations: Words


class LineLabel(Strict):
    """A line that its wording identifies.

    Attributes:
        pattern: Must match the whole line. A group `author` gives the author of a byline.
        case: Whether upper and lower case must match.
        context: `repeated` if the line must occur at least twice in the document.
        opens: Kind of the next line, if the label stands alone on its line.
    """

    id: EntryId
    kind: LabelKind
    pattern: Regex
    case: bool = False
    context: Literal["any", "repeated"] = "any"
    opens: Literal["caption", "furniture"] | None = None
    examples: Annotated[tuple[str, ...], Field(min_length=1)]
    counterexamples: Annotated[tuple[str, ...], Field(min_length=1)]

    @property
    def flags(self) -> int:
        """Flags to compile the pattern with."""
        if self.case:
            return 0
        return re.IGNORECASE

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self.pattern, self.flags)


class Furniture(Strict):
    """Page furniture or a photo credit inside a paragraph; its pattern may match anywhere in one.

    Attributes:
        needs: Parts of words of which a text has one wherever the pattern matches.
    """

    id: EntryId
    kind: Literal["furniture", "credit"]
    needs: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
    pattern: Regex
    examples: Annotated[tuple[str, ...], Field(min_length=1)]
    counterexamples: Annotated[tuple[str, ...], Field(min_length=1)]


class FurnitureFile(Strict):
    """The file of page furniture (`furniture.yml`). `{agencies}` in a pattern stands for any of the agencies."""

    agencies: Words
    reporting: Words
    furniture: tuple[Furniture, ...]

    def pattern_of(self, row: Furniture) -> str:
        """Return the pattern of a row."""
        return row.pattern.replace("{agencies}", alternation(self.agencies))


class LanguageWords(Strict):
    """Small words and scripts of languages (`languages.yml`), by ISO 639-1 code."""

    english: Words
    words: dict[str, Words]
    scripts: dict[str, tuple[str, str]]


class LabelFile(Strict):
    """The file of labels (`labels.yml`); the first label that matches a line wins."""

    labels: tuple[LineLabel, ...]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All rule data of the layout. Compared by identity, so that it can be the key of a cache of compiled patterns."""

    stamps: Stamps
    people: People
    datelines: Datelines
    labels: tuple[LineLabel, ...]
    furniture: FurnitureFile
    languages: LanguageWords

    @cached_property
    def _any_label(self) -> re.Pattern[str]:
        """One pattern for all labels, to skip the many lines without a label quickly."""
        return _union(self.labels)

    @cached_property
    def _any_header(self) -> re.Pattern[str]:
        return _union(label for label in self.labels if label.kind == "comment_header")

    def is_header(self, line: str) -> bool:
        """Return whether a line is the header of comments by its wording."""
        if len(line) > MAX_LINE or not self._any_header.fullmatch(line):
            return False
        label = self.find_label(line)
        return label is not None and label.kind == "comment_header"

    def find_label(self, line: str, *, repeated: bool = False) -> LineLabel | None:
        """Return the label of a line, or None.

        Args:
            repeated: Whether the line occurs more than once in the document.
        """
        if len(line) > MAX_LINE or not self._any_label.fullmatch(line):
            return None
        for label in self.labels:
            if (repeated or label.context == "any") and label.regex.fullmatch(line):
                return label
        return None


def _union(labels: Iterable[LineLabel]) -> re.Pattern[str]:
    """Join labels to one pattern for the lines that any of them matches."""
    parts: list[str] = []
    for label in labels:
        pattern = re.sub(r"\(\?P<\w+>", "(?:", label.pattern)  # several labels may use the same group name
        if label.case:
            parts.append(f"(?:{pattern})")
        else:
            parts.append(f"(?i:{pattern})")
    return re.compile("|".join(parts) or r"(?!)")


def read_vocabulary(folder: Path) -> Vocabulary:
    """Read the rule data of a folder.

    Raises:
        RuleError: A file is missing or wrong; names file and entry.
    """
    return Vocabulary(
        stamps=read_rule_file(folder / "stamps.yml", Stamps),
        people=read_rule_file(folder / "people.yml", People),
        datelines=read_rule_file(folder / "datelines.yml", Datelines),
        labels=read_rule_file(folder / "labels.yml", LabelFile).labels,
        furniture=read_rule_file(folder / "furniture.yml", FurnitureFile),
        languages=read_rule_file(folder / "languages.yml", LanguageWords),
    )


@lru_cache(maxsize=1)
def default_vocabulary() -> Vocabulary:
    """Read the rule data that came with the package, once per process."""
    return read_vocabulary(RULES_DIR / "layout")


def alternation(words: Words | dict[str, int]) -> str:
    """Return a pattern that matches any of the words; the longest come first, or `Sept` would only match `Sep`."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
