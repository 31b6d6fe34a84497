"""Runs the examples and counterexamples that rules carry, and says which rules fire on a text.

The rules are those of the rule files as they stand, not of the built pipeline, which gives the parse alone: an edit shows at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Span

from policy_news.nlp.dates.date_finder import DateEngine, build_engine, find_dates
from policy_news.nlp.dates.date_rules import read_date_rules
from policy_news.nlp.entities.gazetteer import Gazetteer
from policy_news.nlp.entities.grammar import Grammar
from policy_news.nlp.entities.head_words import find_headed_names
from policy_news.nlp.extensions import find_sections
from policy_news.nlp.tokens import Tokens
from policy_news.rules.rule_files import RULES_DIR
from policy_news.text.layout.vocabulary import default_vocabulary

_MARKED = re.compile(r"\[([^\[\]]*)\]")
EXAMPLE_DAY = "2022-09-07"
"""The day that the examples of date patterns are read on."""
Find = Callable[[Doc, str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RuleCase:
    """One example of a rule and what was found in it.

    Attributes:
        file: The rule file, below `models/rules`.
        text: The sentence without brackets.
        wanted: The mentions that the rule must find; empty for a counterexample.
        found: Those that it finds.
        exact: Whether it may find nothing else.
    """

    rule: str
    text: str
    wanted: tuple[str, ...]
    found: tuple[str, ...]
    file: str = ""
    exact: bool = True

    @property
    def passed(self) -> bool:
        """Whether the rule does what its example says."""
        if self.exact or not self.wanted:
            return sorted(self.wanted) == sorted(self.found)
        return not Counter(self.wanted) - Counter(self.found)


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fires on a text; `rule` is `method:id` as in the tables."""

    rule: str
    label: str
    start: int
    end: int
    text: str


def run_rule_cases(nlp: Language) -> Iterator[RuleCase]:
    """Yield all examples and counterexamples of grammar, date patterns and line labels.

    Args:
        nlp: A pipeline that parses; components of ours in it do not matter.
    """
    parse = _parser(nlp)
    yield from _grammar_cases(Grammar(nlp.vocab), parse)
    yield from _date_cases(parse)
    yield from _label_cases()


def _grammar_cases(grammar: Grammar, parse: Callable[[str], Doc]) -> Iterator[RuleCase]:
    def by_pattern(doc: Doc, rule: str) -> tuple[str, ...]:
        return tuple(span.text for span in grammar.find(doc) if span.id_.partition(":")[2] == rule)

    def by_head(doc: Doc, rule: str) -> tuple[str, ...]:
        return tuple(
            span.text
            for span in find_headed_names(Tokens(doc), grammar.rules.heads)
            if span.id_ == f"rule:{rule}"
        )

    for file in grammar.rules.patterns:
        for pattern in file.rules:
            yield from _cases(
                pattern.id, pattern.examples, pattern.counterexamples, parse, by_pattern, "grammar"
            )
    for head in grammar.rules.heads.heads:
        yield from _cases(head.id, head.examples, head.counterexamples, parse, by_head, "grammar/heads.yml")


def _date_cases(parse: Callable[[str], Doc]) -> Iterator[RuleCase]:
    """Yield the cases of date patterns: other dates may stand beside the example, but none in a counterexample."""
    rules = read_date_rules(RULES_DIR / "dates")
    engine = build_engine(rules)

    def find(doc: Doc, rule: str) -> tuple[str, ...]:
        doc._.published = EXAMPLE_DAY
        return tuple(doc.text[row["start"] : row["end"]] for row in find_dates(doc, engine))

    for pattern in rules.grammar.patterns:
        yield from _cases(
            pattern.id,
            pattern.examples,
            pattern.counterexamples,
            parse,
            find,
            "dates/patterns.yml",
            exact=False,
        )


def _label_cases() -> Iterator[RuleCase]:
    """Yield the cases of labels: the pattern matches the whole line."""
    for label in default_vocabulary().labels:
        for texts, wanted in ((label.examples, True), (label.counterexamples, False)):
            for text in texts:
                found = (text,) if label.regex.fullmatch(text) else ()
                yield RuleCase(label.id, text, (text,) if wanted else (), found, "layout/labels.yml")


def _parser(nlp: Language) -> Callable[[str], Doc]:
    """Return the statistical components only: a rule is tested by itself."""
    ours = [name for name in nlp.pipe_names if name.startswith("policy_")]

    def parse(text: str) -> Doc:
        with nlp.select_pipes(disable=ours):
            return nlp(text)

    return parse


def _cases(
    rule: str,
    examples: tuple[str, ...],
    counterexamples: tuple[str, ...],
    parse: Callable[[str], Doc],
    find: Find,
    file: str,
    *,
    exact: bool = True,
) -> Iterator[RuleCase]:
    for marked in examples:
        text = _MARKED.sub(r"\1", marked)
        yield RuleCase(rule, text, tuple(_MARKED.findall(marked)), find(parse(text), rule), file, exact)
    for text in counterexamples:
        yield RuleCase(rule, text, (), find(parse(text), rule), file, exact)


def find_firings(nlp: Language, text: str) -> list[Firing]:
    """Return all rules that fire on a text, whether or not their finding would stand: names, grammar, date patterns."""
    doc = _parser(nlp)(text)
    doc._.published = EXAMPLE_DAY
    grammar = Grammar(nlp.vocab)
    spans = [
        *Gazetteer(nlp.vocab, nlp.tokenizer).find(doc),
        *find_headed_names(Tokens(doc), grammar.rules.heads),
        *grammar.find(doc),
    ]
    found = [_firing(span) for span in spans]
    found += _date_firings(doc, build_engine(read_date_rules(RULES_DIR / "dates")))
    return sorted(set(found), key=lambda firing: (firing.start, -firing.end, firing.rule))


def _firing(span: Span) -> Firing:
    return Firing(span.id_, span.label_, span.start_char, span.end_char, span.text)


def _date_firings(doc: Doc, engine: DateEngine) -> Iterator[Firing]:
    """Yield the date patterns that match, also those that give way to a longer one."""
    for section in find_sections(doc):
        pieces = engine.lexicon.split(doc.text, section.start_char, section.end_char, frozenset())
        for hit in engine.grammar.find(pieces):
            start, end = pieces.starts[hit.first], pieces.ends[hit.last - 1]
            yield Firing(f"dates:{hit.pattern.id}", "DATE", start, end, doc.text[start:end])
