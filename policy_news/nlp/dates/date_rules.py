"""The rule data of dates under `models/rules/dates/`: words by class, patterns over them, holidays."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from policy_news.core.data_files import page
from policy_news.core.errors import RuleError
from policy_news.core.messages import first_misfit
from policy_news.rules.rule_files import read_rule_file
from policy_news.rules.rule_models import EntryId, Strict

ClassName = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
Word = Annotated[str, Field(min_length=1, max_length=40)]
WordValue = str | int


class WordFile(Strict):
    """Classes of words.

    Attributes:
        proper: Classes whose words count only with a capital.
        classes: Words in lower case by class: a list, or a mapping from word to what it stands for.
    """

    proper: tuple[ClassName, ...] = ()
    classes: dict[ClassName, dict[Word, WordValue] | tuple[Word, ...]]

    @model_validator(mode="after")
    def _lower_and_unique(self) -> Self:
        for name, words in self.classes.items():
            if len(set(words)) != len(tuple(words)):
                raise ValueError(f"class '{name}' names a word twice")
            if odd := [word for word in words if word != word.lower()]:
                raise ValueError(f"class '{name}': '{odd[0]}' is not in lower case")
        if unknown := set(self.proper) - set(self.classes):
            raise ValueError(f"proper: class '{min(unknown)}' does not exist")
        return self


class DatePattern(Strict):
    """One way to write a date.

    Attributes:
        kind: The reader that normalises it: a key of `READERS`.
        pattern: Words, `<class>`, `<class:group>`, `{MACRO}`, `{MACRO:group}`, brackets `(a | b)?` and `(group: a | b)`.
        priority: Decides between patterns that match the same span; higher wins.
        options: Constants for the reader.
        examples: Sentences with the expression in square brackets.
        counterexamples: Sentences in which the pattern must not find anything.
    """

    id: EntryId
    kind: str
    pattern: str
    priority: int = 0
    options: dict[str, WordValue] = Field(default_factory=dict)
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...] = ()


class DatePatternFile(Strict):
    """The patterns, with macros for what several of them share."""

    macros: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z_]*$")], str]
    patterns: tuple[DatePattern, ...]


class Holiday(Strict):
    """A named day of every year.

    Either a fixed `month` and `day`, or days after `easter`, or the `nth` `weekday` (1 is Monday) of `month`, where -1 is the
    last and `shift` days are added.
    """

    id: EntryId
    names: tuple[Word, ...]
    month: int | None = Field(default=None, ge=1, le=12)
    day: int | None = Field(default=None, ge=1, le=31)
    easter: int | None = None
    weekday: int | None = Field(default=None, ge=1, le=7)
    nth: int | None = Field(default=None, ge=-1, le=5)
    shift: int = 0
    source: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        # Exactly one of the three ways: a holiday with two of them would have two days a year.
        fixed = self.month is not None and self.day is not None and self.weekday is None
        floating = self.month is not None and self.weekday is not None and bool(self.nth) and self.day is None
        if (fixed, floating, self.easter is not None).count(True) != 1:
            raise ValueError("give month and day, or month, weekday and nth, or easter")
        return self


class HolidayFile(Strict):
    """The holidays that are dates."""

    holidays: tuple[Holiday, ...]


class DateRules(Strict):
    """All rule data of the component."""

    words: WordFile
    grammar: DatePatternFile
    holidays: HolidayFile

    @model_validator(mode="after")
    def _unique(self) -> Self:
        ids = [pattern.id for pattern in self.grammar.patterns]
        if again := {name for name in ids if ids.count(name) > 1}:
            raise ValueError(f"two patterns with the id '{min(again)}'")
        return self


def read_date_rules(folder: Path) -> DateRules:
    """Read `words.yml`, `patterns.yml` and `holidays.yml` of a folder.

    Raises:
        RuleError: A file is missing or does not fit; names file and entry.
    """
    try:
        return DateRules(
            words=read_rule_file(folder / "words.yml", WordFile),
            grammar=read_rule_file(folder / "patterns.yml", DatePatternFile),
            holidays=read_rule_file(folder / "holidays.yml", HolidayFile),
        )
    except ValidationError as error:
        raise RuleError(f"{folder}: {first_misfit(error)}", f"See {page('docs/dates.md')}.") from error
