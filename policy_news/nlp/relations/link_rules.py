"""The rule data of links: which words show that a claim is about another one, and what they point to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from policy_news.nlp.claims.cue_lexicon import ClaimType
from policy_news.rules.rule_files import RULES_DIR, read_rule_file
from policy_news.rules.rule_models import EntryId, Strict

Relation = Literal["supports", "denies", "answers"]
Pointing = Literal["bare", "noun", "named", "lead"]
FILE = "relations.yml"
BARE = re.compile(
    r"(?:this|that|it|which)\b(?! \w+ing\b)|(?:having done|doing) (?:so|this|that)\b|(?:any |all )?wrongdoing\b"
)
"""`this`, `that`, `it`, `which` alone, `doing so`, `any wrongdoing`."""
BY = re.compile(r"\s+(?:made\s+)?(?:by|from|of)\s+")
"""What leads from a noun to a name in `the claim by Ms Fenn`."""


class LinkRule(Strict):
    """A way of being about another claim.

    Attributes:
        relation: What it is then.
        cues: Base forms of the head of its cue; none means any.
        says: Words of its content, right after what it points with.
        types: Claim types that it may have; none means any.
        place: Where the other claim stands: near, or a question before it.
        to: What it points with.
        score: Share of right links of the rule in texts that it was not written with.
        example: A text in which a claim is related so to another.
        counterexample: A text in which none is.
    """

    id: EntryId
    relation: Relation
    cues: frozenset[str] = frozenset()
    says: tuple[str, ...] = ()
    types: frozenset[ClaimType] = frozenset()
    place: Literal["near", "question"] = "near"
    to: frozenset[Pointing]
    score: Annotated[float, Field(ge=0, le=1)]
    example: str
    counterexample: str

    @cached_property
    def verdict_pattern(self) -> re.Pattern[str]:
        """A verdict, up to three words after what it is about: `the claim was simply false`."""
        return re.compile(rf"(?:\w+ ){{0,3}}(?:{_any(self.says)})\b")


class LinkRules(Strict):
    """The file of relations."""

    rules: tuple[LinkRule, ...]
    nouns: frozenset[str]
    plain: frozenset[str]
    charges: frozenset[str]
    persons: frozenset[str]
    leads: tuple[str, ...]
    replies: tuple[str, ...]
    empty: frozenset[str]

    @cached_property
    def _numbers(self) -> dict[str, tuple[str, bool]]:
        many = {f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s": (noun, True) for noun in self.nouns}
        return {**{noun: (noun, False) for noun in self.nouns}, **many}

    def singular(self, noun: str) -> tuple[str, bool]:
        """Return a noun of the list in the singular, and whether it was a plural."""
        return self._numbers[noun]

    @cached_property
    def noun_pattern(self) -> re.Pattern[str]:
        """`the allegations`, `that latest claim`; without a determiner only before a name (`claims by Ms Fenn`)."""
        return re.compile(
            r"(?P<det>(?:(?:all |any |both )?(?:the|that|this|these|those|such|any|all)|a|an)\s+(?:[\w-]+\s+)?)?"
            + self._noun
        )

    @cached_property
    def possessed_pattern(self) -> re.Pattern[str]:
        """What follows a name in `Ms Fenn's latest claim`."""
        return re.compile(rf"(?:'s|s?')\s+(?:[\w-]+\s+)?{self._noun}")

    @cached_property
    def lead_pattern(self) -> re.Pattern[str]:
        """What a sentence opens with."""
        return re.compile(rf"(?:(?:{_any(self.leads)})\s+|(?P<bare>{_any(self.replies)}),)")

    @property
    def _noun(self) -> str:
        return rf"(?P<noun>{_any(sorted(self._numbers, key=len, reverse=True))})\b"


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))


def read_link_rules(model: Path) -> LinkRules:
    """Return the rules that a built pipeline carries; the rules of this package where it has none."""
    own = model / "policy_claims" / "rules" / FILE
    path = own if own.is_file() else RULES_DIR / "claims" / FILE
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(2)
def _read(path: Path, _stamp: int) -> LinkRules:
    return read_rule_file(path, LinkRules)
