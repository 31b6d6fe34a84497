"""Links between the claims of one document: who denies, supports or answers which of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.nlp.relations.facts import ClaimFacts, DocumentFacts
from pipeline.nlp.relations.lexicon import Reaction, Relation, RelationRules
from pipeline.nlp.relations.pointing import SUBJECT, Pointer, find_pointer, tells_claims
from pipeline.nlp.relations.speakers import match_speakers, source_words
from pipeline.nlp.relations.statements import compare

NEAR_SECTIONS = 3
"""Sections within which somebody who is accused answers."""
REACH = 40
"""Claims before, and after, one that it may be about."""


@dataclass(frozen=True, slots=True)
class Link:
    """One claim about another.

    Attributes:
        claim: The claim that is about the other.
        other: The claim that it is about.
    """

    claim: ClaimFacts
    other: ClaimFacts
    relation: Relation
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How a claim of a document may be about another.

    Attributes:
        claim: The claim.
        place: Its number in the document.
        pointer: What it points to.
        reaction: The rule that fits.
    """

    claim: ClaimFacts
    place: int
    pointer: Pointer | None
    reaction: Reaction | None


def link_document(document: DocumentFacts, rules: RelationRules) -> list[Link]:
    """The links of a document, at most one from each claim."""
    claims = document.claims
    readings = [read_claim(claim, place, rules) for place, claim in enumerate(claims)]
    found: list[Link] = []
    for reading in readings:
        link = _answer_to_question(reading, claims) or _reaction(reading, readings, rules)
        link = link or _contradiction(reading, claims) or _repeated_call(reading, claims)
        link = link or _exchange(reading, claims) or _refusal(reading, claims) or _defence(reading, claims)
        link = link or _went_on(reading, found)
        if link is not None:
            found.append(link)
    return found


def read_claim(claim: ClaimFacts, place: int, rules: RelationRules) -> Reading:
    """A claim with what it points to and the rule that fits."""
    pointer = find_pointer(claim, rules)
    if pointer is not None and pointer.place > SUBJECT:
        pointer = None
    reaction = next((rule for rule in rules.reactions if _holds(rule, claim, pointer)), None)
    return Reading(claim, place, pointer, reaction)


def _holds(rule: Reaction, claim: ClaimFacts, pointer: Pointer | None) -> bool:
    if (claim.negated and claim.claim_type != "non_response") or claim.headline or not _has_type(rule, claim):
        return False
    if rule.subject and not _is_topic(claim, pointer):
        return False
    if not (rule.cues or rule.cue_words or rule.says):
        return True
    said = claim.spoken
    return (
        (claim.cue_lemma in rule.cues and (pointer is None or pointer.place <= OBJECT))
        or any(f" {words} " in f" {claim.cue} " for words in rule.cue_words)
        or any(f" {words} " in said for words in rule.says)
    )


def _has_type(rule: Reaction, claim: ClaimFacts) -> bool:
    """Whether a rule is for such claims; a question, and a refusal to answer, are for the rules that name them."""
    if rule.types:
        return claim.claim_type in rule.types
    if claim.claim_type == "question":
        return claim.cue_lemma in rule.cues
    return claim.claim_type != "non_response"


def _is_topic(claim: ClaimFacts, pointer: Pointer | None) -> bool:
    """Whether a claim says something of what it points to."""
    if pointer is None or pointer.kind is None:
        return False
    if pointer.kind == "plan":
        return pointer.subject and (claim.claim_type in ("allegation", "opinion") or bool(claim.quoted))
    more = len(claim.said) > pointer.place + 2 or pointer.place > 3
    charged = (
        pointer.kind == "allegation" and pointer.many and " " in pointer.phrase and pointer.place < SUBJECT
    )
    return pointer.subject or (charged and more)


def _answer_to_question(reading: Reading, claims: Sequence[ClaimFacts]) -> Link | None:
    """What follows on a question in the same or the next section."""
    claim = reading.claim
    if reading.place == 0 or claim.claim_type == "question":
        return None
    before = claims[reading.place - 1]
    if (
        before.claim_type != "question"
        or before.cue_lemma != "ask"
        or before.headline
        or claim.section - before.section > 1
    ):
        return None
    asked = match_speakers(claim, before) == "same"
    return Link(
        claim, before, "answers", 0.85 if asked else 0.8, f"follows on the question '{_short(before)}'"
    )


def _reaction(reading: Reading, readings: Sequence[Reading], rules: RelationRules) -> Link | None:
    rule, claim = reading.reaction, reading.claim
    if rule is None:
        return None
    named = _named_speaker(reading, readings)
    found = _best(reading, readings[: reading.place][-REACH:], readings, rules, named)
    if found is None and (rule.relation == "denies" or reading.pointer is not None):
        found = _best(reading, readings[reading.place + 1 :][:REACH], readings, rules, named)
    if found is None:
        return None
    weight, other = found
    return Link(claim, other, rule.relation, min(0.5 + weight / 20, 0.95), _why(reading, other))


def _why(reading: Reading, other: ClaimFacts) -> str:
    """The reason in words: `'denied' 'the accusation', which is what Mara Quill says: '...'`."""
    cue = f"'{reading.claim.cue}'" if reading.claim.cue else "a quotation"
    about = f"'{reading.pointer.phrase}', which is what" if reading.pointer else "what"
    return f"{cue} on {about} {other.name or other.source or 'somebody'} says: '{_short(other)}'"


def _best(
    reading: Reading,
    among: Sequence[Reading],
    readings: Sequence[Reading],
    rules: RelationRules,
    named: frozenset[str],
) -> tuple[float, ClaimFacts] | None:
    """The claim that fits best, the nearest of several, and how well it fits."""
    ranked = [
        (_weight(reading, one.claim, readings, rules, named), -abs(one.place - reading.place), one.place)
        for one in among
    ]
    weight, _, place = max(ranked, default=(0.0, 0, 0))
    return (weight, readings[place].claim) if weight >= LEAST_WEIGHT else None


OBJECT = 4
"""Words of a content among which the object of its cue stands."""
LEAST_WEIGHT = 1.0
"""Weight from which a claim is what another points to."""
NAMED_WORDS = 4
"""Words of a content that is but a name."""


def _named_speaker(reading: Reading, readings: Sequence[Reading]) -> frozenset[str]:
    """Speakers of other claims whom the content names."""
    speakers = {
        one.claim.speaker
        for one in readings
        if one.claim.speaker and one.claim.speaker != reading.claim.speaker
    }
    return frozenset(speakers & reading.claim.names)


def _weight(
    reading: Reading,
    other: ClaimFacts,
    readings: Sequence[Reading],
    rules: RelationRules,
    named: frozenset[str],
) -> float:
    """How well a claim fits what another points to."""
    claim, pointer = reading.claim, reading.pointer
    if other.claim_type in ("non_response", "question") or is_same_speaker(claim, other):
        return 0.0
    if claim.holds(other) or other.holds(claim):
        return 0.0
    if pointer is None:
        weight = _unpointed(reading, other, rules)
    else:
        fit = _pointer_fit(claim, pointer, other, rules)
        weight = (
            0.0
            if fit is None or _is_reaction(other, pointer, readings)
            else fit + _name_fit(pointer, other, named)
        )
    if weight <= 0 or compare(claim, other, rules, together=True) > 0:
        return 0.0
    shared = min(len(_shared(claim, other, rules)), 3)
    # Of several allegations it is the first that an article is about; a remark is rather the last one.
    charges = (
        pointer is not None and pointer.many and pointer.kind == "allegation" and other.place < claim.place
    )
    weight += 0.5 * min(shared, 1) if charges else shared
    if claim.speaker is not None and claim.speaker in other.names:
        weight += 2.0
    if pointer is not None and other.cue_lemma[:SAME_ROOT] == pointer.phrase.split()[-1][:SAME_ROOT]:
        weight += 1.0  # `warned` for `the warning`
    weight += (0.05 if charges else -0.15) * min(abs(claim.section - other.section), 8)
    return weight - (0.5 if other.headline else 0.0)


def _unpointed(reading: Reading, other: ClaimFacts, rules: RelationRules) -> float:
    """How well a claim fits one that points to none: it names its speaker, or shares words with it."""
    claim, rule = reading.claim, reading.reaction
    assert rule is not None
    before, named = other.place < claim.place, names_speaker(claim, other)
    if rule.implies is not None and other.claim_type in rules.fits[rule.implies]:
        shared, about = (
            _shared(claim, other, rules),
            claim.speaker is not None and claim.speaker in other.names,
        )
        if other.claim_type == rule.implies:
            return 2.0 if about or shared else _accused(claim, other)
        if before and len(shared) >= (1 if claim.claim_type == "non_response" or named else 2):
            return 1.5
    # A bare name: `backed Ms Fenn`, but not whatever names somebody.
    said = claim.spoken
    agrees = rule.relation == "supports" and any(f" {words} " in said for words in rule.says)
    bare = len(claim.words) <= NAMED_WORDS or agrees
    pointing = rule.points and not rule.subject and claim.claim_type != "non_response"
    return 2.0 if pointing and bare and before and named else 0.0


def _accused(claim: ClaimFacts, other: ClaimFacts) -> float:
    """How likely it is that a denial is of a charge against `him` or `them`, which stands near."""
    near = abs(claim.section - other.section) <= NEAR_SECTIONS
    return (
        1.2 if near and claim.claim_type == "denial" and other.said[:1] and other.said[0] in ACCUSED else 0.0
    )


ACCUSED = frozenset({"him", "her", "them", "it", "he", "she", "they"})
"""How somebody is called who was named before."""


def _shared(claim: ClaimFacts, other: ClaimFacts, rules: RelationRules) -> frozenset[str]:
    return (claim.words & other.words) - EMPTY - rules.common - rules.kind_of.keys()


EMPTY = frozenset({"true", "false", "say", "year", "time", "people", "mr.", "ms.", "president", "minister"})
"""Words that two claims share by chance."""


def is_same_speaker(claim: ClaimFacts, other: ClaimFacts) -> bool:
    """Whether two claims of a document may be of one speaker, by whom the one is no reaction to the other."""
    if match_speakers(claim, other) == "same" or (claim.source and claim.source == other.source):
        return True
    unclear = claim.speaker is None and not source_words(claim)
    return unclear and 0 <= claim.section - other.section <= 1


def _pointer_fit(
    claim: ClaimFacts, pointer: Pointer | None, other: ClaimFacts, rules: RelationRules
) -> float | None:
    """How well the type of a claim fits the noun that points to it; None where it cannot be meant."""
    if pointer is None:
        return 0.0
    if pointer.kind is None:
        return 1.5
    far = abs(claim.section - other.section)
    # `allegations of fraud` without `the`, and `the charge that it favours one firm`, say themselves what they are.
    told_here = pointer.place == 0 or tells_claims(claim, rules)
    new = told_here and not _shared(claim, other, rules)
    if (
        other.claim_type not in rules.fits[pointer.kind]
        or new
        or (pointer.kind == "remark" and far > NEAR_SECTIONS)
    ):
        return None
    if other.claim_type == pointer.kind:
        return 3.5
    if pointer.kind not in ("allegation", "report") or pointer.owner:
        return 1.5
    if other.cue_lemma in ("report", "allege", "accuse") or rules.nouns("report") & set(other.source.split()):
        return 3.0
    repeats = bool(rules.nouns("allegation") & set(other.said))
    return None if pointer.kind == "report" or repeats else 1.5


def _name_fit(pointer: Pointer | None, other: ClaimFacts, named: frozenset[str]) -> float:
    """How well a claim fits the names beside what points to it: its speaker's before the noun, else perhaps that of whom it is about."""
    if pointer is not None and pointer.owner:
        if pointer.owner in other.name.lower().split() or pointer.owner in other.source.split():
            return 3.0
        return 0.0 if other.person else -0.5
    if pointer is not None and pointer.kind == "allegation":
        return -1.0 if other.speaker in named else 0.0
    if other.speaker in named:
        return 3.0
    return -1.0 if named else 0.0


def _is_reaction(other: ClaimFacts, pointer: Pointer | None, readings: Sequence[Reading]) -> bool:
    """A claim that is itself about a claim is not what `the allegations` or `those remarks` are: what it is about is."""
    if pointer is None or pointer.owner or pointer.kind in ("call", None):
        return False
    own = next(one for one in readings if one.claim is other)
    return own.reaction is not None and own.pointer is not None


def _contradiction(reading: Reading, claims: Sequence[ClaimFacts]) -> Link | None:
    """Another speaker says nearly the same words, of the opposite sense."""
    claim = reading.claim
    for other in reversed(claims[max(reading.place - REACH, 0) : reading.place]):
        plain = claim.claim_type in SAYING and other.claim_type in SAYING
        if not plain or claim.denied == other.denied or is_same_speaker(claim, other):
            continue
        shared, longest = claim.words & other.words, max(len(claim.words), len(other.words))
        if len(shared) >= 2 and 3 * len(shared) >= 2 * longest:
            return Link(
                claim, other, "denies", 0.75, f"says the opposite with the words {', '.join(sorted(shared))}"
            )
    return None


SAYING = ("statement", "allegation", "denial", "opinion")
"""Types of claims that say how something is."""


def _repeated_call(reading: Reading, claims: Sequence[ClaimFacts]) -> Link | None:
    """`also called for`: the same call by another speaker."""
    claim = reading.claim
    if claim.claim_type != "call" or "also" not in f"{claim.between} {claim.cue}".split():
        return None
    for other in reversed(claims[: reading.place]):
        shared = claim.words & other.words
        if other.claim_type == "call" and not is_same_speaker(claim, other) and len(shared) >= 2:
            return Link(claim, other, "supports", 0.8, f"'also' calls for what '{_short(other)}' calls for")
    return None


def _exchange(reading: Reading, claims: Sequence[ClaimFacts]) -> Link | None:
    """Somebody charges, or calls on, who charged or called on him before."""
    claim = reading.claim
    if claim.claim_type not in CHARGING:
        return None
    for other in reversed(claims[max(reading.place - REACH, 0) : reading.place]):
        if (
            other.claim_type in CHARGING
            and not other.headline
            and names_speaker(claim, other)
            and names_speaker(other, claim)
        ):
            return Link(claim, other, "answers", 0.7, f"turns on who said '{_short(other)}'")
    return None


def _refusal(reading: Reading, claims: Sequence[ClaimFacts]) -> Link | None:
    """Somebody says that what is called for will not be done."""
    claim = reading.claim
    if not claim.denied or claim.claim_type in ("question", "non_response", "call"):
        return None
    for other in reversed(claims[max(reading.place - REACH, 0) : reading.place]):
        shared = claim.stems & other.stems
        wanted = other.claim_type == "call" and not other.denied and not is_same_speaker(claim, other)
        if wanted and len(shared) >= 2 and 5 * len(shared) >= 3 * len(other.stems):
            return Link(claim, other, "answers", 0.7, f"says no to what '{_short(other)}' calls for")
    return None


def _went_on(reading: Reading, found: Sequence[Link]) -> Link | None:
    """Who denied something goes on in the same breath."""
    claim = reading.claim
    if not found or found[-1].relation != "denies" or claim.claim_type not in SAYING:
        return None
    before = found[-1]
    near = 0 <= claim.section - before.claim.section <= 1 and before.claim.place < claim.place
    if near and _speaks_on(before.claim, claim) and before.other.place < claim.place:
        return Link(claim, before.other, "denies", 0.6, f"goes on from the denial '{_short(before.claim)}'")
    return None


def _speaks_on(before: ClaimFacts, claim: ClaimFacts) -> bool:
    return match_speakers(before, claim) == "same" or (
        claim.speaker is None and claim.source in ("he", "she")
    )


SAME_ROOT = 4
"""Letters that a verb and the noun made of it share."""
CHARGING = ("allegation", "call", "opinion")
"""Types of claims that are against somebody."""


def names_speaker(claim: ClaimFacts, other: ClaimFacts) -> bool:
    """Whether the content of a claim names, or describes, the source of another."""
    if other.speaker is not None and other.speaker in claim.names:
        return True
    described = source_words(other)
    least = 1 if len(claim.words) <= NAMED_WORDS else 2
    return len(described & claim.words) >= min(least, len(described)) > 0


def _defence(reading: Reading, claims: Sequence[ClaimFacts]) -> Link | None:
    """Who is accused, or called on, speaks next."""
    claim = reading.claim
    for other in reversed(claims[max(reading.place - 4, 0) : reading.place]):
        near = 0 < claim.section - other.section <= NEAR_SECTIONS
        about = claim.speaker is not None and claim.speaker in other.names
        if near and about and other.claim_type == "allegation" and not is_same_speaker(claim, other):
            return Link(
                claim,
                other,
                "denies" if claim.denied else "answers",
                0.6,
                f"speaks after '{_short(other)}', which is about the speaker",
            )
    return None


def _short(claim: ClaimFacts) -> str:
    words = claim.content.split() or claim.cue.split()
    return " ".join(words[:8]) + (" ..." if len(words) > 8 else "")
