r"""A small pattern language over tokens, compiled to spaCy's `Matcher`.

A pattern is a line of elements set apart by spaces:

| element | matches |
| --- | --- |
| `word`, `a\|b` | a token by its lower-case form |
| `{set}` | a token whose lower-case form is in the named set of the file |
| `NAME` | capitalised tokens, as many as there are |
| `CAP` | one capitalised token |
| `/NN\|JJ/` | a token by its tag |
| `<` ... `>` | what is between is the mention |

`?`, `*` and `+` behind an element have their usual meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from pipeline.rules import EntryId, Strict

NAME_TOKEN: dict[str, Any] = {
    "TEXT": {"REGEX": r"^(?:[A-Z][\w.'’&-]*|[a-z]{1,2}[A-Z]\w+|&)$"},
    "TAG": {"NOT_IN": ["IN", "DT", "CC", "PRP", "PRP$", "WDT", "WP", "WRB", "MD", "TO", "EX", "JJ", "POS"]},
}
REPEATS = {"+": "{1,10}", "*": "{0,10}"}
"""A repeat is bounded, so that a rule takes linear time on any text."""
_ELEMENT = re.compile(r"^(?P<body>\{\w+\}|/[\w$|,]+/|NAME|CAP|/|[^\s{}/]+?)(?P<op>[?*+])?$")


class PatternRule(Strict):
    """One rule of the grammar.

    Attributes:
        pattern: In the language of this module.
        strong: Stands against the model; a weak rule only names what the model does not call otherwise.
        label: Overrides the file's label; empty for a rule that forbids a mention.
        examples: Sentences with the mention in square brackets.
        counterexamples: Sentences in which the rule must find nothing.
    """

    id: EntryId
    pattern: str = Field(min_length=1)
    strong: bool = False
    label: str | None = None
    examples: tuple[str, ...] = Field(min_length=1)
    counterexamples: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _well_formed(self) -> PatternRule:
        elements = self.pattern.replace("<", " < ").replace(">", " > ").split()
        if elements.count("<") != 1 or elements.count(">") != 1:
            raise ValueError("pattern needs one <mention>")
        body = [element for element in elements if element not in "<>"]
        if all(element[-1] in "?*" for element in body):
            raise ValueError("pattern matches the empty string")
        return self


class PatternFile(Strict):
    """A file of rules of one label, with the word sets that they use."""

    label: str
    sets: Mapping[str, tuple[str, ...]] = {}
    rules: tuple[PatternRule, ...]

    @model_validator(mode="after")
    def _known_sets(self) -> PatternFile:
        for rule in self.rules:
            for name in re.findall(r"\{(\w+)\}", rule.pattern):
                if name not in self.sets:
                    raise ValueError(f"rule '{rule.id}' uses the unknown set '{name}'")
        return self


def compile_pattern(pattern: str, sets: Mapping[str, tuple[str, ...]]) -> tuple[list[dict[str, Any]], frozenset[int]]:
    """The Matcher pattern and the positions in it that make the mention.

    Raises:
        ValueError: An element is not of the language.
    """
    tokens: list[dict[str, Any]] = []
    captured: set[int] = set()
    inside = False
    for element in pattern.replace("<", " < ").replace(">", " > ").split():
        if element in "<>":
            inside = element == "<"
            continue
        if inside:
            captured.add(len(tokens))
        tokens.append(_compile_element(element, sets))
    return tokens, frozenset(captured)


def _compile_element(element: str, sets: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    match = _ELEMENT.match(element)
    if not match:
        raise ValueError(f"'{element}' is no element of a pattern")
    body, op = match["body"], match["op"]
    if body in ("NAME", "CAP"):
        token = dict(NAME_TOKEN)
        op = op or ("+" if body == "NAME" else None)
    elif body[0] == "{":
        token = {"LOWER": {"IN": list(sets[body[1:-1]])}}
    elif body[0] == "/" and len(body) > 1:
        token = {"TAG": {"IN": body[1:-1].split("|")}}
    else:
        token = {"LOWER": {"IN": body.split("|")}}
    return token | ({"OP": REPEATS.get(op, op)} if op else {})
