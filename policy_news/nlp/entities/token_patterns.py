r"""A small pattern language over tokens.

A pattern is a line of elements set apart by spaces:

| element | matches |
| --- | --- |
| `word`, `a\|b` | a token by its lower-case form |
| `{set}` | a token whose lower-case form is in the named set of the file |
| `NAME` | capitalised tokens, as many as there are |
| `CAP` | one capitalised token |
| `CAPS` | one token of two to six capitals |
| `^{set}` | a token of the set that begins with a capital |
| `~{set}` | a token of the set in lower case |
| `/NN\|JJ/` | a token by its tag |
| `<` ... `>` | what is between is the mention |

`?`, `*` and `+` after an element have their usual meaning. A pattern needs a word that must be there: only where it stands
is the pattern tried, which costs a tenth of what spaCy's `Matcher` takes with patterns that begin with a name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from pydantic import Field, model_validator

from policy_news.nlp.tokens import Tokens
from policy_news.rules.name_forms import honorifics, name_words
from policy_news.rules.rule_models import EntryId, Strict

_NAME = re.compile(r"^(?:[A-Z][\w.'’&-]*|[a-z]{1,2}[A-Z]\w+)$")
NO_NAME_TAGS = frozenset({"IN", "DT", "CC", "PRP", "PRP$", "WDT", "WP", "WRB", "MD", "TO", "EX", "JJ", "POS"})
MAX_REPEATS = 20
MAX_IN_A_ROW = 2
MIN_ANCHOR = 4
_CAPITAL = re.compile(r"[A-Z]")
_LOWER = re.compile(r"[a-z]")
_ACRONYM = re.compile(r"^[A-Z]{2,6}$")
_ELEMENT = re.compile(r"^(?P<body>[\^~]?\{\w+\}|/[\w$|,.:'-]+/|NAME|CAPS|CAP|/|[^\s{}/]+?)(?P<op>[?*+])?$")


Mark = Literal["after-department", "any-noun", "first", "initials", "legal-form", "settled"]
"""What the decisions ask of the rule that found a mention; `models/rules/README.md` says what each means."""


class Marked(Strict):
    """A rule with an id and marks."""

    id: EntryId
    marks: tuple[Mark, ...] = ()


class PatternRule(Marked):
    """One rule of the grammar.

    Attributes:
        pattern: In the language of this module.
        strong: Stands against the model; a weak rule only names what the model does not call otherwise.
        label: Overrides the file's label; empty for a rule that forbids a mention.
        examples: Sentences with the mention in square brackets.
        counterexamples: Sentences in which the rule must find nothing.
    """

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

    @property
    def words(self) -> Mapping[str, Collection[str]]:
        """The sets of the file, and `honorific`, which `names/honorifics.yml` has."""
        return {"honorific": honorifics().leading} | dict(self.sets)

    @model_validator(mode="after")
    def _compiles(self) -> PatternFile:
        for rule in self.rules:
            for name in re.findall(r"\{(\w+)\}", rule.pattern):
                if name not in self.words:
                    raise ValueError(f"rule '{rule.id}' uses the unknown set '{name}'")
            try:
                compile_pattern(rule.pattern, self.words)
            except ValueError as error:
                raise ValueError(f"rule '{rule.id}': {error}") from error
        return self


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a compiled pattern.

    Attributes:
        words: Lower-case forms that it matches, or None.
        tags: Tags that it matches, or None; with neither it matches a name token.
        form: What the form must match besides, or None.
        least: How often it must match.
        most: How often it may.
        captured: Whether it is part of the mention.
    """

    words: frozenset[str] | None
    tags: frozenset[str] | None
    least: int
    most: int
    captured: bool
    form: re.Pattern[str] | None = None

    def matches(self, tokens: Tokens, i: int) -> bool:
        """Return whether a token fits."""
        if self.form is not None and not self.form.match(tokens.texts[i]):
            return False
        if self.form is _ACRONYM:
            return True  # whatever its tag: the model has not seen most of them
        if self.words is not None:
            return tokens.lower[i] in self.words
        return tokens.tags[i] in self.tags if self.tags is not None else is_name_token(tokens, i)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern.

    Attributes:
        anchor: Position of the element by whose words it is looked up.
        fixed: The anchor, and the elements whose distance from it is always the same, with that distance.
    """

    elements: tuple[Element, ...]
    anchor: int
    fixed: tuple[tuple[int, Element], ...]

    def match(self, tokens: Tokens, at: int, low: int, high: int) -> list[int]:
        """Return the captured tokens of a match whose anchor is the token `at`, within `[low, high)`; empty if there is none.

        Args:
            low: First token that may belong to the match.
            high: Token after the last that may.

        Returns:
            Numbers of the captured tokens, ascending.
        """
        # Most places where an anchor stands fail here already, at a look or two.
        for distance, element in self.fixed:
            if not low <= at + distance < high or not element.matches(tokens, at + distance):
                return []
        left = self._run(tokens, self.anchor - 1, at - 1, -1, low, high)
        right = self._run(tokens, self.anchor + 1, at + 1, 1, low, high) if left is not None else None
        if left is None or right is None:
            return []
        own = [at] if self.elements[self.anchor].captured else []
        return sorted([*left, *own, *right])

    def _run(
        self, tokens: Tokens, position: int, at: int, step: int, low: int, high: int
    ) -> list[int] | None:
        """Return the captured tokens of the elements from `position` on in one direction, as many as fit; None if they do not."""
        if not 0 <= position < len(self.elements):
            return []
        element, count = self.elements[position], 0
        while (
            count < element.most
            and low <= at + count * step < high
            and element.matches(tokens, at + count * step)
        ):
            count += 1
        for used in range(count, element.least - 1, -1):
            rest = self._run(tokens, position + step, at + used * step, step, low, high)
            if rest is not None:
                return [*(at + i * step for i in range(used) if element.captured), *rest]
        return None


def is_name_token(tokens: Tokens, i: int) -> bool:
    """Return whether a token can be part of a name: a capital first or after a letter or two (`iPhone`), no function word."""
    if tokens.texts[i] == "&":
        return True
    if tokens.tags[i] in NO_NAME_TAGS and not _is_inside_name(tokens, i):
        return False
    return bool(_NAME.match(tokens.texts[i]))


def _is_inside_name(tokens: Tokens, i: int) -> bool:
    """Return whether a possessive has a capital inside a name (`Winning Our Future`), or an adjective one before the rest of it (`by Strategic Harbours`)."""
    if not 0 < i < len(tokens) - 1 or tokens.sentence_starts[i] or not tokens.texts[i + 1][:1].isupper():
        return False
    if tokens.tags[i] == "JJ":
        return tokens.tags[i + 1].startswith("NNP") and tokens.lower[i] not in name_words().nationalities
    return tokens.tags[i] == "PRP$" and tokens.texts[i - 1][:1].isupper()


def compile_pattern(pattern: str, sets: Mapping[str, Collection[str]]) -> Pattern:
    """Return the compiled pattern.

    Raises:
        ValueError: An element is not of the language, or no word has to be there.
    """
    elements: list[Element] = []
    inside = False
    for element in pattern.replace("<", " < ").replace(">", " > ").split():
        if element in "<>":
            inside = element == "<"
            continue
        elements.append(_compile_element(element, sets, captured=inside))
    if any(all(map(_may_share, row, row[1:])) for row in _rows_of_repeats(elements)):
        raise ValueError(
            f"'{pattern}' has more than {MAX_IN_A_ROW} repeats in a row that can match the same tokens"
        )
    anchors = [
        i for i, element in enumerate(elements) if element.words and element.least == element.most == 1
    ]
    if not anchors:
        raise ValueError(f"'{pattern}' has no word that must be there")
    anchor = min(anchors, key=lambda i: _frequency(elements[i]))
    return Pattern(tuple(elements), anchor, tuple(_find_fixed(elements, anchor)))


def _find_fixed(elements: Sequence[Element], anchor: int) -> Iterator[tuple[int, Element]]:
    """Yield the anchor and the elements on both sides that no repeat parts from it, with their distances from it."""
    yield 0, elements[anchor]
    for step in (1, -1):
        at = anchor + step
        while 0 <= at < len(elements) and elements[at].least == elements[at].most == 1:
            yield at - anchor, elements[at]
            at += step


def _rows_of_repeats(elements: Sequence[Element]) -> Iterator[Sequence[Element]]:
    """Yield repeats with nothing between them that must be there, one more than are allowed: each multiplies the ways to match."""
    must = [0, *accumulate(element.least > 0 and element.most == 1 for element in elements)]
    repeats = [(element, before) for element, before in zip(elements, must, strict=False) if element.most > 1]
    for at in range(len(repeats) - MAX_IN_A_ROW):
        row = repeats[at : at + MAX_IN_A_ROW + 1]
        if row[0][1] == row[-1][1]:
            yield [element for element, _ in row]


def _may_share(left: Element, right: Element) -> bool:
    return left.words is None or right.words is None or not left.words.isdisjoint(right.words)


def _frequency(element: Element) -> tuple[bool, int]:
    """Return a rough order of how often the words of an element come up: function words and marks first, then many words."""
    words = element.words or frozenset()
    return any(len(word) < MIN_ANCHOR for word in words), len(words)


def _compile_element(element: str, sets: Mapping[str, Collection[str]], *, captured: bool) -> Element:
    match = _ELEMENT.match(element)
    if not match:
        raise ValueError(f"'{element}' is no element of a pattern")
    body, op = match["body"], match["op"] or ("+" if match["body"] == "NAME" else "")
    least, most = {"": (1, 1), "?": (0, 1), "*": (0, MAX_REPEATS), "+": (1, MAX_REPEATS)}[op]
    if body in ("NAME", "CAP", "CAPS"):
        return Element(None, None, least, most, captured, _ACRONYM if body == "CAPS" else None)
    if body[0] == "/" and len(body) > 1:
        return Element(None, frozenset(body[1:-1].split("|")), least, most, captured)
    form = {"^": _CAPITAL, "~": _LOWER}.get(body[0])
    body = body.lstrip("^~")
    words = sets[body[1:-1]] if body[0] == "{" else body.split("|")
    return Element(frozenset(words), None, least, most, captured, form)
