"""Counts what the rule data hold, by file and label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_news.nlp.dates.date_rules import read_date_rules
from policy_news.nlp.entities.grammar import HEADS_FILE
from policy_news.nlp.entities.head_words import HeadFile
from policy_news.nlp.entities.token_patterns import PatternFile
from policy_news.rules.lexicon import TERM_FOLDERS
from policy_news.rules.own_lists import OwnList
from policy_news.rules.rule_files import RULES_DIR, read_rule_file, rule_files
from policy_news.rules.rule_models import OfficeFile, PersonFile, TermFile


@dataclass(frozen=True, slots=True)
class LabelCount:
    """What one file holds of one label.

    Attributes:
        kind: `terms`, `offices`, `persons`, `holders`, `rules`, `holidays` or `own`.
        names: Names before spelling variants.
    """

    file: str
    label: str
    kind: str
    entries: int
    names: int


def count_rules(own_lists: Sequence[str] = (), folder: Path = RULES_DIR) -> list[LabelCount]:
    """Return the counts of all rule files and own lists, sorted.

    Raises:
        RuleError: A file does not fit.
    """
    rows = [*_terms(folder), *_offices(folder), *_persons(folder), *_grammar(folder), *_dates(folder)]
    rows += [row for own in own_lists for row in _own(Path(own))]
    return sorted(rows, key=lambda row: (row.file, row.label))


def _terms(folder: Path) -> Iterator[LabelCount]:
    for name in TERM_FOLDERS:
        for path in rule_files(folder / name):
            file = read_rule_file(path, TermFile)
            names = sum(len([*term.names(), *term.any_case]) for term in file.terms)
            yield LabelCount(_below(path, folder), file.label, "terms", len(file.terms), names)


def _offices(folder: Path) -> Iterator[LabelCount]:
    for path in rule_files(folder / "offices"):
        file = read_rule_file(path, OfficeFile)
        titles = sum(1 + len(office.aliases) + len(office.any_case) for office in file.offices)
        holders = {holder.person for office in file.offices for holder in office.holders}
        yield LabelCount(_below(path, folder), "OFFICE", "offices", len(file.offices), titles)
        yield LabelCount(_below(path, folder), "MINISTER", "holders", len(holders), len(holders))


def _persons(folder: Path) -> Iterator[LabelCount]:
    for path in rule_files(folder / "persons"):
        persons = read_rule_file(path, PersonFile).persons
        yield LabelCount(
            _below(path, folder),
            "PERSON",
            "persons",
            len(persons),
            sum(1 + len(person.aliases) for person in persons),
        )


def _grammar(folder: Path) -> Iterator[LabelCount]:
    for path in rule_files(folder / "grammar"):
        if path.name == HEADS_FILE:
            labels = [head.label for head in read_rule_file(path, HeadFile).heads]
        else:
            file = read_rule_file(path, PatternFile)
            labels = [file.label if rule.label is None else rule.label or "NONE" for rule in file.rules]
        for label, count in sorted(Counter(labels).items()):
            yield LabelCount(_below(path, folder), label, "rules", count, 0)


def _dates(folder: Path) -> Iterator[LabelCount]:
    rules = read_date_rules(folder / "dates")
    yield LabelCount("dates/patterns.yml", "DATE", "rules", len(rules.grammar.patterns), 0)
    holidays = rules.holidays.holidays
    yield LabelCount(
        "dates/holidays.yml", "DATE", "holidays", len(holidays), sum(len(day.names) for day in holidays)
    )


def _own(folder: Path) -> Iterator[LabelCount]:
    own = OwnList(folder)
    counts: dict[str, tuple[int, int]] = {}
    for offset, names in own.lines():
        label = own.entry(offset).label
        entries, known = counts.get(label, (0, 0))
        counts[label] = entries + 1, known + len(names)
    for label, (entries, known) in counts.items():
        yield LabelCount(str(folder), label, "own", entries, known)


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
