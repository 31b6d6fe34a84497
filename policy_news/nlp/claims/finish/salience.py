"""How near at hand what a doc names is at a token: by role, sentences between, quotations and headlines."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple, TypeVar

from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.cue_lexicon import Patterns
from policy_news.nlp.claims.tree import Spread, Tree
from policy_news.nlp.who.words import Gender
from policy_news.text.document import HEADLINES

NEAR = (100.0, 82.0, 55.0, 38.0, 28.0, 20.0, 14.0, 10.0)
"""What a mention weighs by the sentences between it and `the minister`, `it` or `the firm`."""
ROLES = {"nsubj": 1.0, "nsubjpass": 1.0, "agent": 0.8, "dobj": 0.7, "dative": 0.65, "appos": 0.7, "conj": 0.6}
MINOR = 0.5
"""What a mention weighs that the text is not about: in no role of these, in a quotation or a headline."""
EMBEDDED = 0.75
"""What the subject of a clause in a clause weighs, of the subject of the sentence."""
ONE_OF_MANY = frozenset({"a", "an", "another", "one"})
"""Words before somebody who is not named: `one delegate said`."""
AGAIN = 0.12
"""What further mentions add, of their own weight."""
LEAST, MARGIN = 24.0, 1.15
"""The weight that an antecedent must have, and how much more than the next."""
NEAREST = 64
"""Events that are looked at: of real texts at most a third of it is near, and one line without a stop may have thousands."""
NEGLIGIBLE = 0.15
"""Share of the weight of the nearest below which somebody farther off counts as nobody."""
CAUTIOUS_MARGIN = 2.0
"""How much more than the next an antecedent must weigh in a headline, and a body that the text does not call by the noun."""

Spreads = Sequence[Spread]
Key = TypeVar("Key", str, int | None)
"""A person by number, or None for somebody without a name; a body by its id, or nothing."""
Place = tuple[int, int]
"""Numbers of the sentence and of the section in which a token stands."""


class Places:
    """Where the tokens of a doc stand."""

    def __init__(self, tree: Tree) -> None:
        self._sents = tree.sents
        self._sentences = {start: n for n, start in enumerate(sorted(set(tree.sents)))}
        self._sections = [section.start for section in tree.sections]
        self.headlines = frozenset(
            i for s in tree.sections if s.label_ in HEADLINES for i in range(s.start, s.end)
        )

    def of(self, token: int) -> Place:
        """Return the place of a token."""
        return self._sentences[self._sents[token]], bisect_right(self._sections, token)


def _between(earlier: Place, later: Place) -> int:
    """Return how many sentences lie between two places; a section between them counts as one."""
    return later[0] - earlier[0] + (later[1] - earlier[1] > 1)


class Event(NamedTuple):
    """Where somebody or something is named or meant.

    Attributes:
        token: Where.
        place: Its place.
        whom: Number of the person, or of a mention of the body; None without a name.
        weight: How much is said of it there.
        gender: Of a person, or None.
    """

    token: int
    place: Place
    whom: int | None
    weight: float
    gender: Gender | None = None


class Salience:
    """Where a doc names things, and how near at hand each is at a token.

    Args:
        speaking: The heads of the sources of its claims.
    """

    def __init__(self, tree: Tree, quotes: QuoteIndex, patterns: Patterns, speaking: frozenset[int]) -> None:
        self.tree = tree
        self.quotes = quotes
        self.patterns = patterns
        self.speaking = speaking
        self.places = Places(tree)
        self.events: list[Event] = []

    def _add(self, i: int, whom: int | None, gender: Gender | None = None) -> None:
        weight = self._role(i)
        if self.quotes.at(i) is not None:
            weight *= MINOR
        if i in self.places.headlines:
            weight *= MINOR
        self.events.append(Event(i, self.places.of(i), whom, weight, gender))

    def _role(self, i: int) -> float:
        """Return what a mention weighs by its place in the sentence."""
        raise NotImplementedError

    def _before(self, i: int, apart: Spreads) -> Iterator[tuple[Event, int]]:
        """Find the events before a token and outside of ranges, the nearest first, and how many sentences before it."""
        place = self.places.of(i)
        first = bisect_left(self.events, i, key=itemgetter(0)) - 1
        for n in range(first, max(first - NEAREST, -1), -1):
            event = self.events[n]
            sentences = _between(event.place, place)
            if sentences >= len(NEAR):
                return
            if not any(start <= event.token < end for start, end in apart):
                yield event, sentences


def add_weight(scores: dict[Key, float], whom: Key, weight: float) -> None:
    """Take in another place where somebody is named: of all but the weightiest a part counts."""
    old = scores.get(whom)
    scores[whom] = weight if old is None else max(old, weight) + AGAIN * min(old, weight)


def find_clearest(scores: Mapping[Key, float], margin: float, least_alone: float) -> Key | None:
    """Return whom the largest weight is of, or None if it is small or near to the next.

    Args:
        margin: How much more than the next it must be.
        least_alone: How large it must be where nobody else is near.
    """
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0] is not None, item[0]))
    if not ranked:
        return None
    next_weight = ranked[1][1] if len(ranked) > 1 else 0.0
    whom, weight = ranked[0]
    is_alone = next_weight < NEGLIGIBLE * weight
    return whom if weight >= max(least_alone if is_alone else LEAST, margin * next_weight) else None
