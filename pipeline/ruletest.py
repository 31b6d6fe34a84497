"""Runs the examples and counterexamples that every grammar rule carries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.grammar import Grammar
from pipeline.components.headed import find_headed_names

_MARKED = re.compile(r"\[(.*?)\]")


@dataclass(frozen=True, slots=True)
class RuleCase:
    """One example of a rule and what the rule found in it.

    Attributes:
        text: The sentence without brackets.
        wanted: The mentions that the rule must find; empty for a counterexample.
        found: Those that it finds.
    """

    rule: str
    text: str
    wanted: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the rule does what its example says."""
        return sorted(self.wanted) == sorted(self.found)


def run_rule_cases(nlp: Language) -> Iterator[RuleCase]:
    """All examples and counterexamples of the grammar of a pipeline with a `policy_grammar` component."""
    grammar = nlp.get_pipe("policy_grammar")
    assert isinstance(grammar, Grammar)

    def by_pattern(doc: Doc, rule: str) -> tuple[str, ...]:
        return tuple(span.text for span in grammar.find(doc) if span.id_.partition(":")[2] == rule)

    def by_head(doc: Doc, rule: str) -> tuple[str, ...]:
        return tuple(span.text for span in find_headed_names(doc, grammar.rules.heads) if span.id_ == f"rule:{rule}")

    parse = _parser(nlp)
    for file in grammar.rules.patterns:
        for pattern in file.rules:
            yield from _cases(pattern.id, pattern.examples, pattern.counterexamples, parse, by_pattern)
    for head in grammar.rules.heads.heads:
        yield from _cases(head.id, head.examples, head.counterexamples, parse, by_head)


def _parser(nlp: Language) -> Callable[[str], Doc]:
    """The statistical components only: a rule is tested by itself."""
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
    find: Callable[[Doc, str], tuple[str, ...]],
) -> Iterator[RuleCase]:
    for marked in examples:
        text = _MARKED.sub(r"\1", marked)
        yield RuleCase(rule, text, tuple(_MARKED.findall(marked)), find(parse(text), rule))
    for text in counterexamples:
        yield RuleCase(rule, text, (), find(parse(text), rule))
