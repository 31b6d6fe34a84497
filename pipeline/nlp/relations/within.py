"""Links between the claims of one document: who denies, supports or answers which of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections import Counter
from dataclasses import dataclass, replace

from pipeline.nlp.relations.facts import ClaimFacts, DocumentFacts, stems_of
from pipeline.nlp.relations.lexicon import Reaction, Relation, RelationRules, Way
from pipeline.nlp.relations.pointing import BARE_WORDS, SUBJECT, Pointer, find_pointer, tells_claims
from pipeline.nlp.relations.speakers import is_collective, match_speakers, named_words, source_words
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
    """

    claim: ClaimFacts
    place: int
    pointer: Pointer | None
    reaction: Reaction | None
    focus: int = 0
    hollow: bool = False


def link_document(document: DocumentFacts, rules: RelationRules) -> list[Link]:
    """The links of a document, at most one from each claim."""
    claims = document.claims
    title = stems_of(document.text.lstrip().partition("\n")[0])
    readings = [read_claim(claim, place, rules, title) for place, claim in enumerate(claims)]
    reactions = _agree([_reaction(reading, readings, rules) for reading in readings], readings, rules)
    found: list[Link] = []
    for reading, reaction in zip(readings, reactions, strict=True):
        link = _answer_to_question(reading, claims) or reaction
        link = link or _contradiction(reading, claims) or _repeated_call(reading, claims)
        link = link or _exchange(reading, claims) or _refusal(reading, claims) or _defence(reading, claims)
        link = link or _rejection(reading, claims, rules) or _silence(reading, claims) or _retort(reading, claims, rules)
        link = link or _went_on(reading, found) or _turn(reading, claims, rules)
        if link is not None:
            found.append(link)
    return found


def read_claim(
    claim: ClaimFacts, place: int, rules: RelationRules, title: frozenset[str] = frozenset()
) -> Reading:
    """A claim with what it points to and the rule that fits.

    Args:
        claim: A claim.
        place: Its number in the document.
        rules: The rule data.
        title: Words of the title, cut.
    """
    pointer = find_pointer(claim, rules)
    hollow = pointer is not None and len(claim.said) - pointer.place <= 1 and len(claim.said) <= HOLLOW
    if pointer is not None and (pointer.place > SUBJECT or _is_clause(claim, pointer)):
        pointer = None
    reaction = next((rule for rule in rules.reactions if _holds(rule, claim, pointer)), None)
    return Reading(claim, place, pointer, reaction, len(claim.stems & title), hollow)


def _is_clause(claim: ClaimFacts, pointer: Pointer) -> bool:
    """`denied it was late`, `denied its forecasts were rosy`: what stands behind is denied, not what was said."""
    own = pointer.phrase.partition(" ")[0] in {"it", "its"}
    return claim.claim_type == "denial" and own and len(claim.said) > BARE_WORDS


HOLLOW = 4
"""Words of a content that may do no more than point: `the senator's allegations`."""


def _holds(rule: Reaction, claim: ClaimFacts, pointer: Pointer | None) -> bool:
    if rule.relation == "supports" and (is_collective(claim) or claim.said[:1] == ("to",)):
        return False  # `both sides agreed to meet`
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
        or (claim.source == before.source and before.source)
        or claim.section - before.section > 1
    ):
        return None
    return Link(claim, before, "answers", "question", f"follows on the question '{_short(before)}'")


def _reaction(reading: Reading, readings: Sequence[Reading], rules: RelationRules) -> Link | None:
    rule, claim = reading.reaction, reading.claim
    if rule is None:
        return None
    named = _named_speaker(reading, readings)
    other = _best(reading, readings[: reading.place][-REACH:], readings, rules, named)
    pointer = reading.pointer
    if other is None and (rule.relation == "denies" if pointer is None else bool(pointer.owner)):
        other = _best(reading, readings[reading.place + 1 :][:REACH], readings, rules, named)
    if other is None:
        return None
    other = _latest(reading, other, readings)
    # A plan is not true or false: who rejects it answers it.
    plan = pointer is not None and pointer.kind == "plan" and rule.relation == "denies"
    relation = "answers" if plan else rule.relation
    return Link(claim, other, relation, "named" if pointer is None else "pointed", _why(reading, other))


def _agree(
    links: Sequence[Link | None], readings: Sequence[Reading], rules: RelationRules
) -> list[Link | None]:
    """Links in which `the allegations` of a document are the same for all who speak of them: what most point to."""
    places = [place for place, one in enumerate(readings) if _is_charges(one.pointer) and not _owner(one)]
    counts = Counter(link.other.claim_id for place in places if (link := links[place]) is not None)
    agreed = list(links)
    if not counts or counts.most_common(1)[0][1] < 2:
        return agreed
    most = max(counts.values())
    main = next(one for one in readings if counts[one.claim.claim_id] == most)
    for place in places:
        link = links[place]
        own = link is not None and counts[link.other.claim_id] == most
        if link is not None and not own and main.place < place and _may_be_meant(readings[place], main):
            agreed[place] = replace(link, other=main.claim, reason=_why(readings[place], main.claim))
    return agreed


def _owner(reading: Reading) -> str:
    return reading.pointer.owner if reading.pointer is not None else ""


def _latest(reading: Reading, other: ClaimFacts, readings: Sequence[Reading]) -> ClaimFacts:
    """What who made a charge said last before a claim: who denies `the allegation` speaks against that."""
    pointer = reading.pointer
    if pointer is None or pointer.kind != "allegation" or pointer.many or pointer.phrase.endswith("story"):
        return other
    for one in reversed(readings[: reading.place]):
        if one.claim is other:
            break
        reacts = one.claim.claim_type == "denial" or (one.reaction is not None and one.pointer is not None)
        said = one.claim.claim_type in SAYING and not one.claim.headline and not reacts
        if said and match_speakers(other, one.claim) == "same" and _may_be_meant(reading, one):
            return one.claim
    return other


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
) -> ClaimFacts | None:
    """The claim that fits best, the nearest of several."""
    ranked = [
        (_weight(reading, one, readings, rules, named), -abs(one.place - reading.place), one.place)
        for one in among
    ]
    weight, _, place = max(ranked, default=(0.0, 0, 0))
    return readings[place].claim if weight >= LEAST_WEIGHT else None


OBJECT = 4
"""Words of a content among which the object of its cue stands."""
HEADLINE = 2.5
"""How much less a headline is what a claim is about than the text that says the same."""
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
    reading: Reading, one: Reading, readings: Sequence[Reading], rules: RelationRules, named: frozenset[str]
) -> float:
    """How well a claim fits what another points to."""
    claim, other, pointer = reading.claim, one.claim, reading.pointer
    if not _may_be_meant(reading, one):
        return 0.0
    if pointer is None:
        weight = _unpointed(reading, other, rules)
    else:
        weight = _pointed(reading, one, readings, rules, named)
    if weight <= 0 or compare(claim, other, rules, together=True) > 0:
        return 0.0
    shared = min(len(_shared(claim, other, rules)), 3)
    charges = _is_charges(pointer) and other.place < claim.place
    weight += 0.5 * min(shared, 1) if charges else shared
    if _is_about(other, claim):
        weight += 2.0
    weight += (0.05 if charges else -0.15) * min(abs(claim.section - other.section), 8)
    return weight - (HEADLINE if other.headline else 0.0)


def _may_be_meant(reading: Reading, one: Reading) -> bool:
    claim, other = reading.claim, one.claim
    if other.claim_type in ("non_response", "question") or is_same_speaker(claim, other):
        return False
    return not (claim.holds(other) or other.holds(claim) or _is_hollow(one, reading.pointer))


def _is_charges(pointer: Pointer | None) -> bool:
    """Of several allegations it is the first that an article is about; a remark is rather the last one."""
    return pointer is not None and pointer.many and pointer.kind == "allegation"


def _is_about(other: ClaimFacts, claim: ClaimFacts) -> bool:
    """Whether a claim names the speaker of another."""
    return claim.speaker is not None and claim.speaker in other.names


def _pointed(
    reading: Reading, one: Reading, readings: Sequence[Reading], rules: RelationRules, named: frozenset[str]
) -> float:
    """How well a claim fits the noun that points to it, the words beside the noun and the title."""
    other, pointer = one.claim, reading.pointer
    assert pointer is not None
    fit = _pointer_fit(reading.claim, pointer, other, rules)
    if fit is None or _is_reaction(other, pointer, readings):
        return 0.0
    weight = fit + _name_fit(pointer, other, named)
    if weight <= 0 or pointer.kind is None:
        return weight
    if _holds_noun(pointer, other):
        weight += 1.5  # `the bill`, and a claim about a bill
    if _is_named_so(pointer, other):
        weight += 1.0  # `warned` for `the warning`
    if pointer.kind == "allegation":
        weight -= _harmless(other)
    if pointer.kind in FOCUSED and pointer.phrase.startswith("the "):
        weight += 0.4 * min(one.focus, 3)
    return max(weight, 0.1)


FOCUSED = ("allegation", "report", "remark")
"""Kinds of claims that an article may be about, so that `the allegations` are those of its title."""


def _is_named_so(pointer: Pointer, other: ClaimFacts) -> bool:
    """Whether the noun is made of the cue: `the ruling`, and `ruled`."""
    root = other.cue_lemma[:SAME_ROOT].removesuffix("e")
    return bool(root) and pointer.phrase.split()[-1].startswith(root)


def _holds_noun(pointer: Pointer, other: ClaimFacts) -> bool:
    noun = pointer.phrase.split()[-1].removesuffix("s")
    return noun in other.words or noun in other.said


def _is_hollow(one: Reading, pointer: Pointer | None) -> bool:
    """Whether a claim does no more than point, or names itself another kind of claim: `her demand` is not `the accusation`."""
    own = one.pointer
    if pointer is None or pointer.kind is None or own is None or own.kind is None:
        return one.hollow
    return one.hollow or (own.place <= 1 and own.kind != pointer.kind)


def _harmless(other: ClaimFacts) -> float:
    """How little a claim is a charge: that is against somebody, and says that he did something."""
    if other.denied:
        return 1.5
    return 0.0 if other.names or not ACCUSED.isdisjoint(other.said) else 0.4


def _unpointed(reading: Reading, other: ClaimFacts, rules: RelationRules) -> float:
    """How well a claim fits one that points to none: it names its speaker, or shares words with it."""
    claim, rule = reading.claim, reading.reaction
    assert rule is not None
    before, named = other.place < claim.place, names_speaker(claim, other)
    if rule.implies is not None and other.claim_type in rules.fits[rule.implies]:
        implied = _implied(reading, other, rules, before=before, named=named)
        if implied:
            return implied
    # A bare name: `backed Ms Fenn`, but not whatever names somebody.
    opening = f" {' '.join(claim.said[:OBJECT])} "
    agrees = rule.relation == "supports" and any(f" {words} " in opening for words in rule.says)
    bare = len(claim.words) <= NAMED_WORDS or agrees
    pointing = rule.points and not rule.subject and claim.claim_type != "non_response"
    # `Mr Hale was lying`, but not `dismissed Mr Hale`, from a post.
    pointing = pointing and (rule.relation != "denies" or claim.cue_lemma not in rule.cues)
    return 2.0 if pointing and bare and before and named else 0.0


def _implied(
    reading: Reading, other: ClaimFacts, rules: RelationRules, *, before: bool, named: bool
) -> float:
    """How well a claim fits what a rule implies: `denied taking gifts`, and who said that gifts were taken."""
    claim, rule = reading.claim, reading.reaction
    assert rule is not None
    shared, about = _shared(claim, other, rules), _is_about(other, claim)
    if other.claim_type == rule.implies:
        return 2.0 if about or shared else _accused(claim, other)
    if before and len(shared) >= (1 if claim.claim_type == "non_response" or named else 2):
        return 1.5
    denied = claim.claim_type == "denial" and not other.denied
    return 1.2 if before and about and denied else 0.0


def _accused(claim: ClaimFacts, other: ClaimFacts) -> float:
    """How likely it is that a denial is of a charge against `him` or `them`, which stands near."""
    near = abs(claim.section - other.section) <= NEAR_SECTIONS
    return (
        1.2 if near and claim.claim_type == "denial" and other.said[:1] and other.said[0] in ACCUSED else 0.0
    )


NEXT_SECTIONS = 1
"""Sections within which `that` points."""


def _is_described(claim: ClaimFacts, pointer: Pointer, other: ClaimFacts) -> bool | None:
    """Whether a claim has a word of what stands behind the noun: `the charge of price gouging made by the panel`; None if nothing does."""
    words = claim.said[pointer.place + 1 : pointer.place + 2 + DETAIL]
    if pointer.owner or not words or words[0] not in DETAILING:
        return None
    detail = stems_of(" ".join(words[1:])) - DETAIL_EMPTY
    if not detail:
        return None
    known = stems_of(f"{other.content} {other.source} {other.name} {other.described}")
    return 2 * len(detail & known) >= len(detail)


DETAIL = 8
DETAIL_EMPTY = frozenset({"made", "that", "from", "against", "them", "their", "former","were","have","been","with","this","they","about","than","more","when","what","into"})
DETAILING = frozenset({"of", "made", "by", "from"})

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
    far = abs(claim.section - other.section)
    if pointer.kind is None:
        return 1.5 if far <= NEXT_SECTIONS else None
    if _is_described(claim, pointer, other) is False:
        return None
    # `allegations of fraud` without `the`, and `the charge that it favours one firm`, say themselves what they are.
    told_here = pointer.place == 0 or tells_claims(claim, rules)
    new = told_here and not _shared(claim, other, rules)
    if pointer.kind in ("plan", "call") and _is_named_so(pointer, other):
        return 3.5
    cites = pointer.kind == "report" and _holds_noun(pointer, other)
    if (
        other.claim_type not in rules.fits[pointer.kind]
        or new
        or cites  # it is about the report itself
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
        return 3.0 if _is_owner(pointer.owner, other) else -2.0
    if pointer is not None and pointer.kind == "allegation":
        return -1.0 if other.speaker in named else 0.0
    if other.speaker in named:
        return 3.0
    return -1.0 if named else 0.0


def _is_owner(owner: str, other: ClaimFacts) -> bool:
    """Whether a claim is of whom the word before a noun means: `Ms Fenn's`, `the women's`, `the senator's`."""
    words = {*other.name.lower().split(), *other.source.split(), *other.described.split()}
    return owner in words or owner.removesuffix("s") in words


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
        plain = claim.claim_type in SAYING and other.claim_type in SAYING and not other.headline
        if not plain or claim.denied == other.denied or is_same_speaker(claim, other):
            continue
        shared, longest = claim.words & other.words, max(len(claim.words), len(other.words))
        if len(shared) >= 2 and 3 * len(shared) >= 2 * longest:
            return Link(
                claim,
                other,
                "denies",
                "contradiction",
                f"says the opposite with the words {', '.join(sorted(shared))}",
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
            return Link(
                claim,
                other,
                "supports",
                "repeated_call",
                f"'also' calls for what '{_short(other)}' calls for",
            )
    return None


def _exchange(reading: Reading, claims: Sequence[ClaimFacts]) -> Link | None:
    """Somebody charges, or calls on, who charged or called on him before."""
    claim = reading.claim
    if claim.claim_type not in CHARGING:
        return None
    for other in reversed(claims[max(reading.place - REACH, 0) : reading.place]):
        if (
            other.claim_type in CHARGING
            and claim.section - other.section <= NEAR_SECTIONS
            and not other.headline
            and names_speaker(claim, other)
            and names_speaker(other, claim)
        ):
            return Link(claim, other, "answers", "exchange", f"turns on who said '{_short(other)}'")
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
            return Link(claim, other, "answers", "refusal", f"says no to what '{_short(other)}' calls for")
    return None


def _went_on(reading: Reading, found: Sequence[Link]) -> Link | None:
    """Who denied something goes on in the same breath."""
    claim = reading.claim
    if not found or found[-1].way == "question" or claim.claim_type not in SAYING:
        return None
    before = found[-1]
    reach = 1 if before.relation == "denies" else 0
    near = 0 <= claim.section - before.claim.section <= reach and before.claim.place < claim.place
    if near and _speaks_on(before.claim, claim) and before.other.place < claim.place:
        denies = before.relation == "denies"
        reason = f"goes on from {'the denial' if denies else 'what answers'} '{_short(before.claim)}'"
        return Link(claim, before.other, "denies" if denies else "answers", "went_on", reason)
    return None


def _turn(reading: Reading, claims: Sequence[ClaimFacts], rules: RelationRules) -> Link | None:
    """Who speaks next in a paragraph, and points to what was said, or will or will not do what is called for."""
    claim = reading.claim
    other = next(_spoken_before(reading, claims, 0), None)
    if claim.headline or claim.claim_type == "question" or other is None or other is not claims[reading.place - 1]:
        return None
    called = other.claim_type == "call" and claim.claim_type in ("commitment", "denial", "non_response")
    if not (called or _points_back(claim, rules)):
        return None
    return Link(claim, other, "answers", "turn", f"speaks next after '{_short(other)}'")


def _points_back(claim: ClaimFacts, rules: RelationRules) -> bool:
    """`That was premature`, `saw no reason for that`."""
    said = claim.said
    if len(said) < 2 or claim.quoted:
        return False
    return said[-1] in BACK or (said[0] in BACK and said[1] in rules.predicates)


BACK = frozenset({"that", "this", "so"})
"""Words for what was said before."""


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
    bare = len(claim.words) <= NAMED_WORDS
    described = named_words(other) if bare and other.person else source_words(other)
    least = 1 if bare else 2
    return len(described & claim.words) >= min(least, len(described)) > 0


def _silence(reading: Reading, claims: Sequence[ClaimFacts]) -> Link | None:
    """Whom a claim charges, or calls on, does not respond."""
    claim = reading.claim
    if claim.claim_type != "non_response" or claim.headline:
        return None
    for other in _spoken_before(reading, claims, NEAR_SECTIONS):
        if other.claim_type in CHARGING and names_speaker(other, claim):
            reason = f"does not respond to '{_short(other)}', which names the speaker"
            return Link(claim, other, "answers", "silence", reason)
    return None


def _retort(reading: Reading, claims: Sequence[ClaimFacts], rules: RelationRules) -> Link | None:
    """Who counters, or hits back, speaks against who spoke before."""
    claim = reading.claim
    words = f" {claim.between} {claim.cue} "
    retorts = claim.cue_lemma in rules.retorts or any(f" {word} " in words for word in rules.retorts)
    other = next(_spoken_before(reading, claims, 2), None)
    if claim.headline or not retorts or other is None:
        return None
    relation: Relation = "denies" if claim.claim_type == "denial" else "answers"
    return Link(claim, other, relation, "retort", f"'{claim.cue}' against '{_short(other)}'")


def _rejection(reading: Reading, claims: Sequence[ClaimFacts], rules: RelationRules) -> Link | None:
    """`Disagreed, saying`, `disputed that, telling`: what another said just before."""
    claim = reading.claim
    words = f" {claim.between} "
    rejects = any(f" {phrase} " in words for phrase in rules.rejections)
    rejects = rejects or (len(claim.said) <= BARE_WORDS and not rules.rejections.isdisjoint(claim.said))
    other = next(_spoken_before(reading, claims, 1), None)
    if claim.headline or not rejects or other is None:
        return None
    return Link(claim, other, "denies", "rejection", f"rejects what was said before: '{_short(other)}'")


def _spoken_before(reading: Reading, claims: Sequence[ClaimFacts], sections: int) -> Iterator[ClaimFacts]:
    """What others say in so many sections before a claim, the nearest first."""
    claim = reading.claim
    for other in reversed(claims[max(reading.place - NEAR_CLAIMS, 0) : reading.place]):
        near = 0 <= claim.section - other.section <= sections and not other.headline
        silent = other.claim_type in ("non_response", "question") or other.source in ("i", "we")
        if near and not silent and not is_same_speaker(claim, other) and not other.holds(claim):
            yield other


NEAR_CLAIMS = 6
"""Claims before one that it may be about without a word that points to them."""


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
                "defence",
                f"speaks after '{_short(other)}', which is about the speaker",
            )
    return None


def _short(claim: ClaimFacts) -> str:
    words = claim.content.split() or claim.cue.split()
    return " ".join(words[:8]) + (" ..." if len(words) > 8 else "")
