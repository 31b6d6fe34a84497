"""Groups that an outlet names in its own words: `several GOP senators`, `numerous Republican lawmakers on Capitol Hill`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pipeline.nlp.relations.lexicon import singular

ASKED = 20_000
"""Sources of which is kept what group they are."""
SOME = frozenset(
    {"dozen", "dozens", "handful", "many", "number", "numerous", "scores", "several", "some", "various"}
)
"""Words that say how many of a group speak, and no number."""
COUNTS = frozenset(
    {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
)
LEGISLATORS = frozenset(
    {"congressman", "congressmen", "congresswomen", "lawmaker", "legislator", "member", "mp", "parliamentarian", "representative",
     "senator"}
)  # fmt: skip
PARTIES = {"conservative": "tory", "democratic": "democrat", "gop": "republican", "tories": "tory"}
"""Words of one party."""
BODIES = frozenset({"board", "cabinet", "caucus", "commission", "committee", "council", "panel"})
"""What one is a member of."""
_EMPTY = frozenset(
    {"a", "an", "at", "by", "capitol", "for", "from", "hill", "in", "least", "more", "of", "on", "other", "the", "than"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Some of many.

    Attributes:
        count: How many speak, as a word; empty where that is not said.
        words: What they are.
    """

    count: str
    words: frozenset[str]

    def fits(self, other: Group) -> bool:
        """Whether two outlets may mean the same people."""
        return self.words == other.words and (self.count == other.count or not (self.count and other.count))


@lru_cache(ASKED)
def read_group(source: str) -> Group | None:
    """The group that a source in lower case names by how many of it speak; None for anybody else."""
    words = source.split()
    opening = words[1:2] if words[:1] == ["a"] else words[:1]
    if not opening or (opening[0] not in SOME | COUNTS and not opening[0].isdigit()):
        return None
    count = "" if opening[0] in SOME else opening[0]
    rest = {singular(word) for word in words if word not in _EMPTY and word != opening[0]}
    rest = {PARTIES.get(word, word) for word in rest}
    own = rest & LEGISLATORS
    if own:  # `members of the panel`, `some on the panel`
        rest = rest - own | (set() if rest & BODIES else {"legislator"})
    return Group(count, frozenset(rest)) if rest else None
