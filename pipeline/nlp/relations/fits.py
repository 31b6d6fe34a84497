"""How well a claim of a document fits what another one points to, or is about."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.nlp.relations.facts import ClaimFacts, stems_of
from pipeline.nlp.relations.lexicon import Reaction, RelationRules
from pipeline.nlp.relations.pointing import Pointer, tells_here
from pipeline.nlp.relations.readings import (
    NAMED_WORDS,
    NEAR_SECTIONS,
    OBJECT,
    OWN,
    PAPERS,
    Reading,
    gap,
    is_same_speaker,
    names_speaker,
)
from pipeline.nlp.relations.speakers import initials_of, named_words
from pipeline.nlp.relations.statements import compare

CLOSE = 150
"""Characters within which `that`, `the bill` and `his remarks` point to a claim that they share no word with."""
SHOWN = frozenset({"this", "that", "these", "those"})
"""What points to what was just said."""
REACH = 600
"""Characters within which a claim is about another that no noun points to, or shares a word with."""
FARTHEST = 2500
"""Characters within which `the allegations` are those of a claim that they share no word with."""
NEXT_SECTIONS = 1
"""Sections within which `that` points."""
CAMPAIGNING = ("back", "endorse", "support")
"""Cues with which a person is supported more often than what he said."""
HEADLINE = 2.5
"""How much less a headline is what a claim is about than the text that says the same."""
SAME_ROOT = 4
"""Letters that a verb and the noun made of it share."""
FOCUSED = ("allegation", "report", "remark")
"""Kinds of claims that an article may be about, so that `the allegations` are those of its title."""
DETAIL = 8
"""Words behind a noun that may tell what it stands for."""
DETAIL_EMPTY = frozenset(
    {"about", "agains", "been", "former", "from", "have", "into", "made", "more", "than", "that", "their", "them", "they", "this", "were",
     "what", "when", "with"}
)  # fmt: skip
"""Words there, cut, that tell nothing."""
DETAILING = frozenset({"of", "made", "by", "from"})
"""What leads to them: `the claims of three aides`, `the charge made by the panel`."""
AGAINST = frozenset({"accusation", "allegation", "attack", "charge", "complaint", "concern", "criticism"})
"""Nouns of what is said against somebody."""
TOPICS = frozenset({"about", "against", "for", "on"})
"""What leads to the topic: `her plan for the river`."""
REPLYING = frozenset({"answer", "counter", "react", "reply", "respond", "retort"})
"""Cues with which one speaks to who spoke before."""
FEW = 3
"""Words of a denial that tells nothing of its own: `any wrongdoing`."""
THEIRS = {"her": "he", "his": "she"}
"""Whose a thing is that one person said, and who did not."""
ACCUSED = frozenset({"him", "her", "them", "it", "he", "she", "they"})
"""How somebody is called who was named before."""
EMPTY = frozenset(
    {"answer", "comment", "question", "true", "false", "say", "year", "time", "people", "mr.", "ms.", "president", "minister"}
)  # fmt: skip
"""Words that two claims share by chance."""


def weigh(
    reading: Reading, one: Reading, readings: Sequence[Reading], rules: RelationRules, named: frozenset[str]
) -> float:
    """How well a claim fits what another points to."""
    claim, other, pointer = reading.claim, one.claim, reading.pointer
    if not may_be_meant(reading, one):
        return 0.0
    if pointer is None:
        weight = _unpointed(reading, other, rules)
    else:
        weight = _pointed(reading, one, readings, rules, named)
    if weight <= 0 or compare(claim, other, rules, together=True) > 0:
        return 0.0
    shared = min(len(_shared(claim, other, rules)), 3)
    charges = is_charges(pointer) and other.place < claim.place
    weight += 0.5 * min(shared, 1) if charges else shared
    if _is_about(other, claim):
        weight += 2.0
    weight += (0.05 if charges else -0.15) * min(abs(claim.section - other.section), 8)
    return weight - (HEADLINE if other.headline else 0.0)


def may_be_meant(reading: Reading, one: Reading) -> bool:
    """Whether a claim says something, of another speaker, that one may react to."""
    claim, other = reading.claim, one.claim
    if other.claim_type in ("non_response", "question") or is_same_speaker(claim, other):
        return False
    return not (claim.holds(other) or other.holds(claim) or _is_hollow(one, reading.pointer))


def is_charges(pointer: Pointer | None) -> bool:
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
    fit = _pointer_fit(reading.claim, pointer, one, rules)
    if fit is None or _is_reaction(other, pointer, readings) or not _may_own(pointer, other):
        return 0.0
    weight = fit + _name_fit(pointer, other, named)
    if weight <= 0 or pointer.kind is None:
        return weight if gap(reading.claim, other) <= CLOSE else 0.0
    if _holds_noun(pointer, other):
        weight += 1.5  # `the bill`, and a claim about a bill
    if _is_named_so(pointer, one):
        weight += 1.0  # `warned` for `the warning`
    if pointer.kind == "allegation":
        weight -= _harmless(other)
    if _is_far(reading, one, rules):
        return 0.0
    if pointer.kind in FOCUSED and pointer.phrase.startswith("the "):
        weight += 0.4 * min(one.focus, 3)
    return max(weight, 0.1)


def _is_far(reading: Reading, one: Reading, rules: RelationRules) -> bool:
    """Whether what stands far away is rather something else, that the article does not tell: nothing but the kind of the claim fits."""
    claim, other, pointer = reading.claim, one.claim, reading.pointer
    assert pointer is not None
    shared = {word.lower() for word in _shared(claim, other, rules)} - {
        pointer.owner,
        *other.name.lower().split(),
    }
    if len(shared) > (pointer.place == 0 and gap(claim, other) > REACH):
        return False
    if other.place > claim.place or gap(claim, other) > FARTHEST:
        return True
    if pointer.kind == "plan" or pointer.phrase.partition(" ")[0] in OWN.values():
        return gap(claim, other) > (REACH if _is_named_so(pointer, one) else CLOSE)
    if pointer.owner or _is_about(other, claim):
        return False
    if pointer.phrase.partition(" ")[0] in SHOWN and (
        pointer.kind != "allegation" or pointer.noun in rules.vague
    ):
        return gap(claim, other) > 2 * CLOSE
    if pointer.kind in ("allegation", "report"):
        return abs(claim.section - other.section) > NEAR_SECTIONS and not one.focus
    return gap(claim, other) > REACH


def _is_named_so(pointer: Pointer, one: Reading) -> bool:
    """Whether the noun is made of the cue, or is the paper that says so: `the ruling`, and `ruled`; `approved a resolution condemning`."""
    if pointer.noun in one.led.split():
        return True
    other = one.claim
    root = other.cue_lemma[:SAME_ROOT].removesuffix("e")
    return bool(root) and pointer.phrase.split()[-1].startswith(root)


def _holds_noun(pointer: Pointer, other: ClaimFacts) -> bool:
    return pointer.noun in other.words or pointer.noun in other.said


def _is_hollow(one: Reading, pointer: Pointer | None) -> bool:
    """Whether a claim does no more than point, or names itself another kind of claim: `her demand` is not `the accusation`."""
    own = one.pointer
    if pointer is None or pointer.kind is None or own is None or own.kind is None:
        return one.hollow
    on_remark = own.kind == "remark" and own.subject  # `the remark was a joke` is no remark itself
    return one.hollow or (own.place <= 1 and (own.kind != pointer.kind or on_remark))


def _harmless(other: ClaimFacts) -> float:
    """How little a claim is a charge: that is against somebody, and says that he did something."""
    if other.denied:
        return 1.5
    return 0.0 if other.names or not ACCUSED.isdisjoint(other.said) else 0.4


def _unpointed(reading: Reading, other: ClaimFacts, rules: RelationRules) -> float:
    """How well a claim fits one that points to none: it names its speaker, or shares words with it."""
    claim, rule = reading.claim, reading.reaction
    assert rule is not None
    charged = other.claim_type == rule.implies == "allegation" and _is_about(other, claim)
    if not charged and gap(claim, other) > (CLOSE if claim.claim_type == "non_response" else REACH):
        return 0.0
    before, named = other.place < claim.place, names_speaker(claim, other)
    if rule.implies is not None and other.claim_type in rules.fits[rule.implies]:
        implied = _implied(reading, other, rules, before=before, named=named)
        if implied:
            return implied
    pointing = rule.points and not rule.subject and claim.claim_type != "non_response"
    return 2.0 if pointing and before and named and _is_bare(reading, other) else 0.0


def _is_bare(reading: Reading, other: ClaimFacts) -> bool:
    """Whether a claim names a speaker and hardly more: `backed Ms Fenn`, but not whatever names somebody."""
    claim, rule = reading.claim, reading.reaction
    assert rule is not None
    by_cue, few = claim.cue_lemma in rule.cues, len(claim.words) <= NAMED_WORDS
    if rule.relation == "denies":
        return few and not by_cue  # `Mr Hale was lying`, but not `dismissed Mr Hale`, from a post
    if rule.relation == "answers":
        if by_cue and claim.cue_lemma not in REPLYING:
            return False  # `criticized Mr Hale`, for anything
        # `Condemned the mayor`, but not `praised the mayor's history of reform`.
        said = frozenset(word.lower() for word in claim.words)
        return len(said - named_words(other)) <= 1 if by_cue else few
    # Who supports a person far from what he said, or `backs` him, may support him in an election.
    reach = NEXT_SECTIONS if claim.cue_lemma in CAMPAIGNING else NEAR_SECTIONS
    lasting = claim.cue_lemma in CAMPAIGNING and "backed" not in claim.cue.split()
    near = claim.section - other.section <= reach and not lasting
    opening = f" {' '.join(claim.said[:OBJECT])} "
    return near and (few or any(f" {words} " in opening for words in rule.says))


def _implied(
    reading: Reading, other: ClaimFacts, rules: RelationRules, *, before: bool, named: bool
) -> float:
    """How well a claim fits what a rule implies: `denied taking gifts`, and who said that gifts were taken."""
    claim, rule = reading.claim, reading.reaction
    assert rule is not None
    shared, about = _shared(claim, other, rules), _is_about(other, claim)
    if other.claim_type == rule.implies:
        # It tells what is denied, or turned down, and that is something else: `rejected the dates`.
        own = len(claim.words - claim.capitals) > FEW or claim.cue_lemma in rules.turning_down
        return 2.0 if shared or (about and not own) else _accused(claim, other)
    if before and _has_words(claim, other, rule, shared, least=1 if named else 2):
        return 1.5
    # `Rejected the notion that` is of anything; `denied` is of what somebody charged one with.
    denied = claim.claim_type == "denial" and claim.cue_lemma != "reject" and not other.denied
    return 1.2 if before and about and denied else 0.0


def _has_words(
    claim: ClaimFacts, other: ClaimFacts, rule: Reaction, shared: frozenset[str], *, least: int
) -> bool:
    """Whether the words that are shared tell that one claim is about the other."""
    if claim.claim_type == "non_response":
        few = max(min(len(claim.words), 2), 1)
        return claim.section - other.section <= NEAR_SECTIONS and len(shared - claim.capitals) >= few
    if rule.relation == "supports" and (other.speaker is None or other.headline):
        return False
    if not PAPERS.isdisjoint(other.source.split()):
        return False
    return len(shared) >= least


def _accused(claim: ClaimFacts, other: ClaimFacts) -> float:
    """How likely it is that a denial is of a charge against `him` or `them`, which stands near."""
    near = abs(claim.section - other.section) <= NEAR_SECTIONS
    return (
        1.2 if near and claim.claim_type == "denial" and other.said[:1] and other.said[0] in ACCUSED else 0.0
    )


def _is_described(claim: ClaimFacts, pointer: Pointer, other: ClaimFacts) -> bool:
    """Whether a claim has the words that stand behind the noun: `the charge of price gouging made by the panel`."""
    words = _words_behind(claim, pointer)
    words = words[1:] if words[1:2] == ("by",) else words  # `taken by`
    known = stems_of(f"{other.content} {other.source} {other.name} {other.described}")
    if not words or (pointer.owner and (words[0] not in TOPICS or pointer.kind == "call")):
        return True
    detail = stems_of(" ".join(words[1:])) - DETAIL_EMPTY
    if words[0] == "of" and pointer.noun in AGAINST and other.person and _names(words, other):
        return False  # nobody criticises himself: `criticism of Mr Hale's remarks`
    if _is_from(words, other):
        return True
    if words[0] in DETAILING:
        return 2 * len(detail & known) >= len(detail)
    return words[0] not in TOPICS or not detail or bool(detail & known)


def _words_behind(claim: ClaimFacts, pointer: Pointer) -> tuple[str, ...]:
    return claim.said[pointer.place + 1 : pointer.place + 2 + DETAIL]


def _is_from(words: Sequence[str], other: ClaimFacts) -> bool:
    """Whether words behind a noun say who made a claim: `criticism from Ms Hale and two aides`."""
    return words[:1] in (("by",), ("from",)) and _names(words, other)


def _names(words: Sequence[str], other: ClaimFacts) -> bool:
    """Whether words hold the last name of who makes a claim, or the last word of the name of a body."""
    name = other.name.lower().split()
    return bool(name) and name[-1] in {word.removesuffix("'s") for word in words}


def _shared(claim: ClaimFacts, other: ClaimFacts, rules: RelationRules) -> frozenset[str]:
    return (claim.words & other.words) - EMPTY - rules.common - rules.kind_of.keys()


def _pointer_fit(claim: ClaimFacts, pointer: Pointer, one: Reading, rules: RelationRules) -> float | None:
    """How well the type of a claim fits the noun that points to it; None where it cannot be meant."""
    other = one.claim
    far = abs(claim.section - other.section)
    if pointer.noun in rules.deeds and not pointer.owner:
        return None
    if pointer.kind is None:
        return 1.5 if far <= _reach(claim, pointer) else None
    if not _tells_the_same(claim, pointer, other, rules) or (
        pointer.kind == "remark" and far > NEAR_SECTIONS
    ):
        return None
    if pointer.kind in ("plan", "call") and _is_named_so(pointer, one):
        return 3.5
    if _is_unlike(pointer, other, rules):
        return None
    return _type_fit(claim, pointer, other, rules)


def _type_fit(claim: ClaimFacts, pointer: Pointer, other: ClaimFacts, rules: RelationRules) -> float | None:
    """How well the type of a claim fits the kind of a noun."""
    assert pointer.kind is not None
    condemned = pointer.kind == "allegation" and other.cue_lemma in rules.against
    if condemned and tells_here(claim, pointer, rules):
        return 1.5  # `claims of racism`, and who condemned racism
    plan = pointer.kind != "plan" or _may_be_plan(claim, pointer, other, rules)
    if not plan or other.claim_type not in rules.fits[pointer.kind]:
        return None
    return 3.5 if other.claim_type == pointer.kind else _kind_fit(pointer, other, rules)


def _is_unlike(pointer: Pointer, other: ClaimFacts, rules: RelationRules) -> bool:
    """Whether a claim lacks what a noun says: `the figure` a number, `the proposal` something that should be done."""
    number = pointer.named or other.numbers or rules.amounts & other.words
    return (pointer.noun in rules.counting and not number) or (
        pointer.noun in rules.proposed and other.denied
    )


def _reach(claim: ClaimFacts, pointer: Pointer) -> int:
    """Sections within which a bare word points: `it` is seldom what somebody said, unless it is denied."""
    return 0 if pointer.phrase == "it" and claim.claim_type != "denial" else NEXT_SECTIONS


def _may_be_plan(claim: ClaimFacts, pointer: Pointer, other: ClaimFacts, rules: RelationRules) -> bool:
    """Whether a claim may tell a plan: who supports `the bill` seldom supports what somebody said, and words of nobody seldom tell one."""
    if claim.cue_lemma not in CAMPAIGNING and other.source:
        return True
    return _holds_noun(pointer, other) or other.claim_type == "call"


def _kind_fit(pointer: Pointer, other: ClaimFacts, rules: RelationRules) -> float | None:
    """How well a claim of another type fits: what a paper reported may be an allegation."""
    if pointer.kind not in ("allegation", "report") or pointer.owner:
        return 1.5
    if other.cue_lemma in ("report", "allege", "accuse") or rules.nouns("report") & set(other.source.split()):
        return 3.0
    repeats = bool(rules.nouns("allegation") & set(other.said))
    return None if pointer.kind == "report" or repeats else 1.5


def _tells_the_same(claim: ClaimFacts, pointer: Pointer, other: ClaimFacts, rules: RelationRules) -> bool:
    """Whether a claim may be what a noun stands for, by what the document says of that."""
    if tells_here(claim, pointer, rules) and not _shared(claim, other, rules):
        theirs = pointer.owner and _is_owner(pointer, other) and gap(claim, other) <= FARTHEST
        if not theirs and not _is_from(_words_behind(claim, pointer), other):
            return False
    # Who speaks of the report does not make it.
    cites = pointer.kind == "report" and _holds_noun(pointer, other)
    return not cites and _is_described(claim, pointer, other)


def _name_fit(pointer: Pointer | None, other: ClaimFacts, named: frozenset[str]) -> float:
    """How well a claim fits the names beside what points to it: its speaker's before the noun, else perhaps that of whom it is about."""
    if pointer is not None and pointer.owner:
        return 3.0 if _is_owner(pointer, other) else -4.0
    if pointer is not None and pointer.kind == "allegation":
        return -1.0 if other.speaker in named else 0.0
    if other.speaker in named:
        return 3.0
    return -1.0 if named else 0.0


def _is_owner(pointer: Pointer, other: ClaimFacts) -> bool:
    """Whether a claim is of whom the word before a noun means: `Ms Fenn's`, `the women's`, `the senator's`."""
    words = {*other.name.lower().split(), *other.source.split()}
    if not pointer.named:
        words |= set(other.described.split())
    words.add(initials_of(other.name, 2))
    return pointer.owner in words or pointer.owner.removesuffix("s") in words


def _may_own(pointer: Pointer, other: ClaimFacts) -> bool:
    """Whether a claim may be `his`, or `hers`: no poll and no company speaks so."""
    owner = pointer.phrase.split()[0]
    if owner not in THEIRS:
        return True
    if other.speaker is None:
        return other.source != THEIRS[owner] and PAPERS.isdisjoint(other.source.split())
    return other.person


def _is_reaction(other: ClaimFacts, pointer: Pointer | None, readings: Sequence[Reading]) -> bool:
    """A claim that is itself about a claim is not what `the allegations` or `those remarks` are: what it is about is."""
    if pointer is None or pointer.owner or pointer.kind in ("call", None):
        return False
    own = next(one for one in readings if one.claim is other)
    return own.reaction is not None and own.pointer is not None
