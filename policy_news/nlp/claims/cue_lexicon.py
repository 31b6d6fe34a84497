"""The cue lexicon: which words report a claim, in which constructions, and of which type."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from policy_news.core.errors import RuleError
from policy_news.nlp.claims.nodes import Node, Words, with_lists
from policy_news.nlp.claims.tree import Tree
from policy_news.rules.rule_files import read_rule_file
from policy_news.rules.rule_models import EntryId, Strict
from policy_news.tables.labels import ORGANISED, PEOPLE

ClaimType = Literal[
    "statement", "denial", "call", "allegation", "commitment", "opinion", "question", "non_response"
]
Frame = Literal["clause", "heard", "infinitive", "order", "object", "object_as", "as_saying", "quote"]
"""Where the content of a verb stands: `said that`, `vowed to`, `urged X to`, `denied X`, `described X as`,
`quoted X as saying`, or a quotation beside it."""


class VerbCue(Strict):
    """A verb that reports a claim.

    Attributes:
        type: The usual claim type.
        frames: The constructions in which it does.
        preps: Prepositions that lead to its content and belong to its cue (`called for`).
        types: Claim types of single frames or prepositions that differ.
        particles: Words of which one has to follow right behind it, and belongs to the cue (`hit back`, `took aim`); none means that none has to.
        headline: It does so in headlines too (`Minister calls for ban`).
    """

    lemma: str
    type: ClaimType
    frames: tuple[Frame, ...] = ()
    preps: tuple[str, ...] = ()
    types: dict[str, ClaimType] = Field(default_factory=dict)
    particles: Words = frozenset()
    headline: bool = False

    def type_in(self, frame: str) -> ClaimType:
        """Return the claim type in a frame or with a preposition."""
        return self.types.get(frame, self.type)

    def ends(self, tree: Tree, head: int) -> int | None:
        """Return the token after the verb and its particle; None where it has none but needs one."""
        end = head + 1
        if not self.particles:
            return end
        end += tree.lower[end : end + 1] in (["a"], ["it"])  # `made it clear`, `took a swipe at`
        return None if self.particles.isdisjoint(tree.lower[end : end + 1]) else end + 1


class NounCue(Strict):
    """A noun that reports a claim: `claims that`, `calls for`."""

    lemma: str
    type: ClaimType
    preps: tuple[str, ...] = ()
    infinitive: bool = True


class ExampledRow(Strict):
    """A row with texts that it holds for, and texts that it does not; a test runs them."""

    id: EntryId
    examples: Annotated[tuple[str, ...], Field(min_length=1)]
    counterexamples: Annotated[tuple[str, ...], Field(min_length=1)]


class Act(ExampledRow):
    """A use of reporting verbs that reports nothing; it holds where all that it names fits.

    Attributes:
        verbs: Lemmas of the verbs; none means any word.
        cue: Conditions on the head of the cue.
        source_first: Conditions on the first word of the source.
        source_last: Conditions on its last word.
        sourceless: There is no source.
        sources: Lemmas of the last noun of the source; none means any.
        things: The source is nobody who speaks, by the list of things: `the day saw`, `the storm threatened to`.
        objects: Lemmas of the head of the object.
        not_objects: Lemmas that it must not have.
        object_labels: Entity labels that the object may have instead.
        bare: The content is a noun phrase: no clause or infinitive, and nothing that `as` calls it.
        then: Words of which one follows.
        not_then: Words of which none follows.
        passive: The verb is a passive or a participle that stands for one, and nobody is named who does it.
        quoted: It holds although words stand in quotation marks: a name.
    """

    verbs: Words = frozenset()
    cue: Node | None = None
    source_first: Node | None = None
    source_last: Node | None = None
    sourceless: bool = False
    sources: frozenset[str] = frozenset()
    things: bool = False
    objects: frozenset[str] = frozenset()
    not_objects: frozenset[str] = frozenset()
    bare: bool = False
    object_labels: frozenset[str] = frozenset()
    then: frozenset[str] = frozenset()
    not_then: frozenset[str] = frozenset()
    passive: bool = False
    quoted: bool = False


class TypeOfContent(ExampledRow):
    """What the main verb of a content says of the type of a claim with a plain cue.

    Attributes:
        type: The type of the claim.
        root: Conditions on the verb.
        cue: Conditions on the head of the cue.
        plain: Whether the verb must not be negated.
        own: Whether the subject of the verb must stand for who speaks.
    """

    type: ClaimType
    root: Node
    cue: Node | None = None
    plain: bool = False
    own: bool = False


class Refusal(ExampledRow):
    """Conditions on a negated verb that refuses an answer."""

    cue: Node


class Cut(ExampledRow):
    """Where a part of a claim ends, or what it loses at its ends.

    Attributes:
        part: The part of the claim.
        place: `inside`: it ends before the first token that fits. `start`, `end`: it loses the tokens there that fit.
        token: Conditions on that token.
    """

    part: Literal["content", "source"]
    place: Literal["end", "inside", "start"]
    token: Node


class RowFiles(Strict):
    """The rows of `acts.yml`, `cuts.yml`, `refusals.yml` and `types.yml`; each file has its own."""

    acts: tuple[Act, ...] = ()
    cuts: tuple[Cut, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    types: tuple[TypeOfContent, ...] = ()


class VerbFile(Strict):
    """The file of verbs."""

    verbs: tuple[VerbCue, ...]


class NounFile(Strict):
    """The file of nouns."""

    nouns: tuple[NounCue, ...]


_PUT_IT: Words = frozenset({"put"})
"""`As Ms Dahl put it`: reports with `it` only, so it is in no list."""


class Patterns(Strict):
    """The closed lists of the constructions; the file says what each is for."""

    @cached_property
    def body_heads(self) -> Words:
        """Common nouns for companies, organisations and departments."""
        return self.company_heads | self.organisation_heads | self.department_heads

    @cached_property
    def speaking(self) -> Words:
        """Common nouns for persons and bodies who speak."""
        people = self.person_heads | self.office_heads | self.members | self.voices | self.spokes_heads
        others = self.unnamed | self.strangers | self.speakers
        return people | others | self.body_heads | self.committee_heads | self.strictly_naming_heads

    @cached_property
    def named_labels(self) -> Words:
        """Labels of those who may speak: persons, bodies and countries."""
        return self.person_labels | self.organisation_labels | {"GPE"}

    silent_when_negated: Words
    silent_on_topic: Words
    silent_after_would_not: Words
    refusals: Words
    refused: Words
    silent_objects: dict[str, Words]
    unreached: Words
    unavailable: Words
    available: Words
    tight_lipped: Words
    stay: Words
    silence_preps: Words
    unanswered: Words
    withheld: Words
    untold: Words
    unnamed_when_negated: Words
    hearsay: dict[str, ClaimType]
    hearsay_adverbs: dict[str, ClaimType]
    minded: dict[str, Words]
    call_modals: Words
    call_adjectives: Words
    call_nouns: Words
    commitment_verbs: Words
    commitment_modals: Words
    never_committed: Words
    proposing: Words
    refused_acts: Words
    requests: Words
    denied_when_negated: Words
    declined: Words
    party_codes: Words
    shared_things: Words
    media: Words
    central_banks: Words
    plain: Words
    rejecting: Words
    deniable: Words
    untrue: Words
    rejecting_particles: dict[str, Words]
    negation_raising: Words
    resolved_pronouns: Words
    weak_cues: Words
    adding: Words
    going_on: Words
    self_pronouns: Words
    other_types: dict[str, ClaimType]
    light_verbs: Words
    noun_source_preps: Words
    captions: Words
    labels: Words
    first_persons: Words
    asked_verbs: Words
    giving_verbs: Words
    sourceless_passives: Words
    closing_verbs: Words
    papers: Words
    colon_sources: Words
    counted: Words
    interviewers: Words
    dashes: Words
    honorifics: Words
    no_source: Words
    group_pronouns: Words
    of_things: Words
    of_speakers: Words
    person_heads: Words
    office_heads: Words
    company_heads: Words
    organisation_heads: Words
    heads_of_no_company: Words
    department_heads: Words
    committee_heads: Words
    plain_heads: Words
    outlet_heads: Words
    other_kinds: Words
    naming_heads: Words
    strictly_naming_heads: Words
    spokes_heads: Words
    voices: Words
    members: Words
    unnamed: Words
    strangers: Words
    speakers: Words
    person_labels: Words
    company_labels: Words
    organisation_labels: Words
    department_labels: Words
    committee_labels: Words
    issued: Words
    things: Words
    writing: Words


class Lexicon(RowFiles):
    """All rule data of the claims, indexed by lemma."""

    verb_cues: tuple[VerbCue, ...]
    noun_cues: tuple[NounCue, ...]
    patterns: Patterns

    @cached_property
    def verbs(self) -> dict[str, VerbCue]:
        """Verbs by lemma."""
        return {cue.lemma: cue for cue in self.verb_cues}

    def verb_at(self, tree: Tree, index: int) -> VerbCue | None:
        """Return the verb that a token is, if the particle that it needs follows."""
        cue = self.verbs.get(tree.lemmas[index])
        return cue if cue is not None and cue.ends(tree, index) is not None else None

    @cached_property
    def nouns(self) -> dict[str, NounCue]:
        """Nouns by lemma."""
        return {cue.lemma: cue for cue in self.noun_cues}

    @cached_property
    def acts_of(self) -> dict[str, tuple[Act, ...]]:
        """Acts by the lemma of their verb; those of any word by the empty string."""
        found: dict[str, tuple[Act, ...]] = {}
        for act in self.acts:
            for lemma in act.verbs or ("",):
                found[lemma] = (*found.get(lemma, ()), act)
        return found

    @cached_property
    def lemmas(self) -> Words:
        """Lemmas of all words that may be the head of a cue, but for adjectives."""
        p = self.patterns
        silent = (
            p.silent_when_negated
            | p.silent_on_topic
            | p.silent_after_would_not
            | p.refused
            | p.unreached
            | p.silent_objects.keys()
        )
        return (
            _PUT_IT
            | silent
            | p.withheld
            | p.untold
            | p.unnamed_when_negated
            | self.verbs.keys()
            | self.nouns.keys()
        )


def read_lexicon(folder: Path) -> Lexicon:
    """Read the rule files of the claims.

    Raises:
        RuleError: A file does not fit, or its lemmas are not sorted and unique.
    """
    verbs = read_rule_file(folder / "verbs.yml", VerbFile).verbs
    nouns = read_rule_file(folder / "nouns.yml", NounFile).nouns
    _check_sorted(folder / "verbs.yml", [cue.lemma for cue in verbs])
    _check_sorted(folder / "nouns.yml", [cue.lemma for cue in nouns])
    patterns = read_rule_file(folder / "patterns.yml", Patterns)
    # Labels that the user declares speak as those do that they are like.
    groups = {
        "person_labels": patterns.person_labels | PEOPLE,
        "organisation_labels": patterns.organisation_labels | ORGANISED,
    }
    patterns = patterns.model_copy(update=groups)
    found = {}
    for name in RowFiles.model_fields:
        path = folder / f"{name}.yml"
        rows = getattr(read_rule_file(path, RowFiles), name)
        _check_sorted(path, [row.id for row in rows])
        found[name] = with_lists(rows, patterns)
    return Lexicon(verb_cues=verbs, noun_cues=nouns, patterns=patterns, **found)


def _check_sorted(path: Path, lemmas: list[str]) -> None:
    for before, after in pairwise(lemmas):
        if after <= before:
            raise RuleError(
                f"{path}: '{after}' comes after '{before}'",
                "Keep the entries sorted by lemma, each lemma once.",
            )
