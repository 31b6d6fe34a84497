"""How a claim of a document may be about another: what it points to, and the rule that fits."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.nlp.relations.facts import ClaimFacts
from pipeline.nlp.relations.lexicon import Reaction, Relation, RelationRules, Way
from pipeline.nlp.relations.pointing import BARE_WORDS, SUBJECT, Pointer, find_pointer
from pipeline.nlp.relations.speakers import is_collective, match_speakers, named_words, source_words

NEAR_SECTIONS = 3
"""Sections within which somebody who is accused answers."""
HOLLOW = 4
"""Words of a content that may do no more than point: `the senator's allegations`."""
FIRST = frozenset({"i", "we"})
"""Who speaks inside what another says."""
SHARES = frozenset({"half", "majority", "most", "per", "percent", "quarter", "third"})
"""Words of a source that counts people: what a poll found supports nothing."""
OBJECT = 4
"""Words of a content among which the object of its cue stands."""
AGREEING = 6
"""Words of a content among which it says that it agrees."""
NAMED_WORDS = 4
"""Words of a content that is but a name."""
LAWMAKERS = frozenset({"assemblyman", "assemblywoman", "congressman", "congresswoman", "legislator", "mp", "rep", "representative", "sen", "senator"})  # fmt: skip
"""Who are called `the lawmakers`."""
COPULAS = frozenset({"are", "is", "was", "were"})
"""What joins a noun and what is said of it."""
ASIDES = (
    "that are",
    "that were",
    "which are",
    "which is",
    "which was",
    "which were",
    "who are",
    "who is",
    "who was",
    "who were",
)
"""What opens a clause about a noun."""
NAMING = frozenset({"call", "characterise", "characterize", "describe", "label", "term"})
"""Cues with which somebody is called something, whatever he said."""
PAPERS = frozenset(
    {
        "data",
        "documents",
        "figures",
        "filings",
        "poll",
        "polls",
        "records",
        "report",
        "statistics",
        "study",
        "survey",
        "surveys",
    }
)
"""Sources that are nobody."""
FOUND = frozenset({"data", "poll", "polls", "study", "survey", "surveys"})
"""Sources that find something, and react to nothing."""
OWN = {"he": "his", "she": "her", "they": "their", "it": "its"}
"""What somebody calls his own."""
SAYING = ("statement", "allegation", "denial", "opinion")
"""Types of claims that say how something is."""


@dataclass(frozen=True, slots=True)
class Link:
    """One claim about another.

    Attributes:
        claim: The claim that is about the other.
        other: The claim that it is about.
        relation: How it is.
        way: What tells so: a key of the rates of the rule data.
        reason: The same in words.
    """

    claim: ClaimFacts
    other: ClaimFacts
    relation: Relation
    way: Way
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How a claim of a document may be about another.

    Attributes:
        claim: The claim.
        place: Its number in the document.
        pointer: What it points to.
        reaction: The rule that fits.
        focus: Words that it shares with the title of the document.
        hollow: It is but words that point to another claim.
        sentence: First character of its sentence.
        before: The last words of the sentence before it.
        led: The last words before its cue: `a resolution` of `approved a resolution condemning`.
    """

    claim: ClaimFacts
    place: int
    pointer: Pointer | None
    reaction: Reaction | None
    focus: int = 0
    hollow: bool = False
    sentence: int = -1
    before: str = ""
    led: str = ""


def read_claim(
    claim: ClaimFacts,
    place: int,
    rules: RelationRules,
    title: frozenset[str] = frozenset(),
    *,
    spoke: bool = True,
) -> Reading:
    """A claim with what it points to and the rule that fits.

    Args:
        claim: A claim.
        place: Its number in the document.
        rules: The rule data.
        title: Words of the title, cut.
        spoke: Its speaker may have spoken before in the document: else `his statement` is another's.
    """
    pointer = find_pointer(claim, rules)
    hollow = pointer is not None and len(claim.said) - pointer.place <= 1 and len(claim.said) <= HOLLOW
    if pointer is not None and (pointer.place > SUBJECT or _is_clause(claim, pointer)):
        pointer = None
    reaction = next(
        (rule for rule in rules.reactions if _holds(rule, claim, pointer, rules, spoke=spoke)), None
    )
    return Reading(claim, place, pointer, reaction, len(claim.stems & title), hollow)


def _is_clause(claim: ClaimFacts, pointer: Pointer) -> bool:
    """`denied it was late`, `denied its forecasts were rosy`: what stands behind is denied, not what was said."""
    own = pointer.phrase.partition(" ")[0] in {"it", "its"}
    return claim.claim_type == "denial" and own and len(claim.said) > BARE_WORDS


def _holds(
    rule: Reaction, claim: ClaimFacts, pointer: Pointer | None, rules: RelationRules, *, spoke: bool
) -> bool:
    """Whether a rule is for a claim; who agrees says so first."""
    if claim.headline or not _has_type(rule, claim) or not _is_own(rule, claim):
        return False
    if rule.subject and not _is_topic(claim, pointer, rules, spoke=spoke):
        return False
    if rule.points and (pointer is None or pointer.phrase == "it") and claim.cue_lemma in NAMING:
        return False
    if not (rule.cues or rule.cue_words or rule.says):
        return True
    if rule.governs:
        return pointer is not None and any(_governs(words, pointer, claim) for words in rule.says)
    said = claim.spoken if rule.relation != "supports" else f" {' '.join(claim.said[:AGREEING])} "
    return (
        (claim.cue_lemma in rule.cues and (pointer is None or pointer.place <= OBJECT))
        or any(f" {words} " in f" {claim.cue} " for words in rule.cue_words)
        or any(f" {words} " in said and not _is_aside(words, said) for words in rule.says)
    )


def _governs(words: str, pointer: Pointer, claim: ClaimFacts) -> bool:
    """Whether words stand right before what points, or before `Ms` there."""
    start = pointer.place + 1 - len(pointer.phrase.split())
    before = f" {' '.join(claim.said[:start])}"
    return any(before.endswith(f" {words}{title}") for title in ("", " mr", " mrs", " ms"))


def _is_aside(words: str, said: str) -> bool:
    """Whether words are said of something in passing: `reinforced stereotypes that are untrue`."""
    first, _, rest = words.partition(" ")
    told = rest if first in COPULAS else words
    return any(f" {opening} {told} " in said for opening in ASIDES)


def _is_own(rule: Reaction, claim: ClaimFacts) -> bool:
    """Whether a claim says what its source thinks, of another: not `both sides agreed to meet`, nor `I refuse to answer` in another's words."""
    if rule.relation == "supports":
        together = claim.said[:1] == ("to",) or not SHARES.isdisjoint(claim.source.split())
        return not (claim.negated or together or is_collective(claim))
    if claim.claim_type == "non_response":
        return claim.source not in FIRST
    return not claim.negated


def _has_type(rule: Reaction, claim: ClaimFacts) -> bool:
    """Whether a rule is for such claims; a question, and a refusal to answer, are for the rules that name them."""
    if rule.types:
        return claim.claim_type in rule.types
    if claim.claim_type == "question":
        return claim.cue_lemma in rule.cues
    return claim.claim_type != "non_response"


def _is_topic(claim: ClaimFacts, pointer: Pointer | None, rules: RelationRules, *, spoke: bool) -> bool:
    """Whether a claim says something of what it points to."""
    if pointer is None or pointer.kind is None:
        return False
    if pointer.noun in rules.vague and not pointer.owner:
        return False
    if not FOUND.isdisjoint(claim.source.split()) or _is_his_own(claim, pointer, spoke=spoke):
        return False
    if pointer.kind == "plan":
        return pointer.subject and (claim.claim_type in ("allegation", "opinion") or bool(claim.quoted))
    more = len(claim.said) > pointer.place + 2 or pointer.place > 3
    charged = pointer.kind == "allegation" and pointer.many and " " in pointer.phrase
    charged = charged and pointer.place < SUBJECT and not pointer.phrase.startswith("any ")
    return pointer.subject or (charged and more)


def _is_his_own(claim: ClaimFacts, pointer: Pointer, *, spoke: bool) -> bool:
    """`He said that his comments were a joke`, `Trump said his claims were sarcasm`; not of whoever speaks for the first time."""
    owner = pointer.phrase.partition(" ")[0]
    own = owner in OWN.values() if claim.person else OWN.get(claim.source) == owner
    return pointer.first or (own and spoke)


def is_same_speaker(claim: ClaimFacts, other: ClaimFacts) -> bool:
    """Whether two claims of a document may be of one speaker, by whom the one is no reaction to the other."""
    match = match_speakers(claim, other)
    if match == "same" or (claim.source and claim.source == other.source and not _are_two(claim, other)):
        return True
    if match == "alike" and claim.person != other.person and len(named_words(claim) & named_words(other)) > 1:
        return True  # `Attorney General Ruth Pell`, and `the attorney general`
    unclear = claim.speaker is None and not source_words(claim)
    return unclear and 0 <= claim.section - other.section <= 1


def _are_two(claim: ClaimFacts, other: ClaimFacts) -> bool:
    """Whether one pronoun stands for two."""
    known = claim.speaker is not None and other.speaker is not None
    return known and claim.source in OWN and claim.speaker != other.speaker


def gap(claim: ClaimFacts, other: ClaimFacts) -> int:
    """Characters of the text between two claims of a document."""
    return max(claim.place - other.end, other.place - claim.end, 0)


def names_speaker(claim: ClaimFacts, other: ClaimFacts) -> bool:
    """Whether the content of a claim names, or describes, the source of another."""
    if other.speaker is not None and other.speaker in claim.names:
        return True
    bare = len(claim.words) <= NAMED_WORDS
    described = named_words(other) - claim.capitals if bare and other.person else frozenset()
    described |= source_words(other)
    if bare and not LAWMAKERS.isdisjoint(described):
        described |= {"lawmaker"}
    if other.source.startswith(("a ", "an ")):
        described -= claim.words - set(claim.said)  # `the lawmakers` are more than `a lawmaker`
    if other.person:
        described -= set(other.name.lower().split()[:-1])  # a first name is not who it is
    least = 1 if bare else 2
    return len(described & claim.words) >= min(least, len(described)) > 0


def short(claim: ClaimFacts) -> str:
    """The first words of a claim, for a reason."""
    words = claim.content.split() or claim.cue.split()
    return " ".join(words[:8]) + (" ..." if len(words) > 8 else "")
