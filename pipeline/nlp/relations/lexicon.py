"""The rule data of relations: which words show that a claim is about another one, and what they point to."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, PrivateAttr, model_validator

from pipeline.nlp.claims.lexicon import ClaimType
from pipeline.nlp.relations.meaning import Meaning
from pipeline.nlp.relations.weights import Logistic, find_weights, read_weights
from pipeline.rules.reading import RULES_DIR, read_rule_file
from pipeline.rules.schema import EntryId, Strict

Relation = Literal["supports", "denies", "answers"]
Pointing = Literal["allegation", "call", "remark", "report", "plan"]
Way = Literal[
    "exchange", "named", "own", "pointed", "question", "refusal", "rejection", "repeated_call", "retort", "turn", "wake",
    "went_on",
]  # fmt: skip
FILE = "relations.yml"


class Reaction(Strict):
    """A way of being about another claim.

    Attributes:
        relation: What it is then.
        cues: Base forms of the head of its cue.
        cue_words: Words in a row of its cue.
        says: Words in a row of its content.
        types: Claim types that it may have; none means any.
        points: It must point to a claim.
        implies: What kind of claim it is about where it points to none.
        subject: ... at the beginning of its content.
        governs: ... right behind what it says: `withdraw the remark`.
        examples: Texts in which a claim is related so to another.
        counterexamples: Texts in which none is.
    """

    id: EntryId
    relation: Relation
    cues: frozenset[str] = frozenset()
    cue_words: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    types: frozenset[ClaimType] = frozenset()
    points: bool
    implies: Pointing | None = None
    subject: bool = False
    governs: bool = False
    examples: Annotated[tuple[str, ...], Field(min_length=1)]
    counterexamples: Annotated[tuple[str, ...], Field(min_length=1)]


class RelationRules(Strict):
    """The file of relations."""

    reactions: tuple[Reaction, ...]
    pointers: dict[Pointing, frozenset[str]]
    fits: dict[Pointing, frozenset[ClaimType]]
    predicates: frozenset[str]
    vague: frozenset[str]
    deeds: frozenset[str]
    handled: frozenset[str]
    against: frozenset[str]
    turning_down: frozenset[str]
    counting: frozenset[str]
    amounts: frozenset[str]
    proposed: frozenset[str]
    retorts: frozenset[str]
    turned: frozenset[str]
    rejections: frozenset[str]
    replies: frozenset[str]
    openings: dict[Relation, tuple[str, ...]]
    wakes: frozenset[str]
    refusals: tuple[str, ...]
    meanings: tuple[str, ...]
    manners: frozenset[str]
    rates: dict[Way, Annotated[float, Field(ge=0, le=1)]]
    bare: frozenset[str]
    opposites: dict[str, str]
    common: frozenset[str]
    determiners: frozenset[str]
    _meaning: Meaning = PrivateAttr(default_factory=Meaning)
    _file: Path = PrivateAttr(default_factory=lambda: find_weights(Path()))

    @property
    def meaning(self) -> Meaning:
        """The word vectors of the pipeline that carries the rules."""
        return self._meaning

    @property
    def weights(self) -> Logistic:
        """What the evidence counts that two claims report one statement."""
        # Read when first used: training needs none, and the old ones may be of other evidence.
        return read_weights(self._file)

    @model_validator(mode="after")
    def _has_all_fits(self) -> RelationRules:
        if self.pointers.keys() != self.fits.keys():
            raise ValueError("'pointers' and 'fits' have different keys")
        if self.rates.keys() != set(get_args(Way)):
            raise ValueError("'rates' has not each way once")
        return self

    @cached_property
    def relation_of_opening(self) -> dict[str, Relation]:
        """How a claim is about what its sentence opens with, by the words and a space."""
        return {f"{words} ": relation for relation, openings in self.openings.items() for words in openings}

    @cached_property
    def kind_of(self) -> dict[str, Pointing]:
        """What a noun, in its singular or plural, points to."""
        kinds = {noun: kind for kind, nouns in self.pointers.items() for noun in nouns}
        return kinds | {plural(noun): kind for noun, kind in kinds.items()}

    def nouns(self, kind: Pointing) -> frozenset[str]:
        """The nouns of a kind, in the singular and in the plural."""
        return self.pointers[kind] | frozenset(map(plural, self.pointers[kind]))


def singular(word: str) -> str:
    """A word without the ending of the plural: `charities`, `guards`, but not `congress`."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word if word.endswith("ss") else word.removesuffix("s")


def plural(noun: str) -> str:
    """The plural of a noun of the list."""
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"


def read_relation_rules(model: Path) -> RelationRules:
    """The rules that a built pipeline carries, with its word vectors; the rules of this package where it has none."""
    own = model / "policy_claims" / "rules" / FILE
    path = own if own.is_file() else RULES_DIR / "claims" / FILE
    return _read(path, model, path.stat().st_mtime_ns)


@lru_cache(2)
def _read(path: Path, model: Path, _stamp: int) -> RelationRules:
    rules = read_rule_file(path, RelationRules)
    rules._meaning, rules._file = Meaning(model), find_weights(model)
    return rules
