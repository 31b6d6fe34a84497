"""Claims whose words show that they react to another, and which of the others that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipeline.nlp.relations.facts import ClaimFacts, stems_of
from pipeline.nlp.relations.fits import is_charges, may_be_meant, weigh
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.nlp.relations.pointing import QUOTES, Pointer, find_pointer, tells_here
from pipeline.nlp.relations.readings import (
    NEAR_SECTIONS,
    OBJECT,
    SAYING,
    Link,
    Reading,
    gap,
    is_same_speaker,
    short,
)
from pipeline.nlp.relations.remarks import find_remark
from pipeline.nlp.relations.speakers import is_further, match_speakers

REACH = 40
"""Claims before, and after, one that it may be about."""
SPOKEN = frozenset({"comment", "language", "remark", "rhetoric", "statement", "word"})
"""Nouns by which an article calls the remark that it is about."""
NEAR_REMARK = 600
"""Characters within which stands what a sentence opens with."""
SHARED_CHARGES = 2
"""Words by which two of the charges of one side are on the same."""
LEAST_WEIGHT = 1.0
"""Weight from which a claim is what another points to."""


def find_reactions(readings: Sequence[Reading], rules: RelationRules) -> list[Link | None]:
    """What each claim of a document reacts to, as far as its words tell.

    Args:
        readings: The claims of a document, in order.
        rules: The rule data.
    """
    remark = find_remark(readings, rules)
    found = [
        _reaction(reading, readings, rules, remark) or _opened(reading, readings, rules, remark)
        for reading in readings
    ]
    agreed = _agree(found, readings, rules)
    return [
        link and _of_latest(link, reading, readings, rules)
        for link, reading in zip(agreed, readings, strict=True)
    ]


def _reaction(
    reading: Reading, readings: Sequence[Reading], rules: RelationRules, remark: ClaimFacts | None
) -> Link | None:
    rule, claim = reading.reaction, reading.claim
    if rule is None:
        return None
    named = _named_speaker(reading, readings)
    other = _best(reading, readings[: reading.place][-REACH:], readings, rules, named)
    pointer = reading.pointer
    if other is None and (rule.relation == "denies" if pointer is None else bool(pointer.owner)):
        other = _best(reading, readings[reading.place + 1 :][:REACH], readings, rules, named)
    if remark is not None and _is_on_remark(reading, other, remark, rules):
        other = remark
    if other is None:
        return None
    # A plan is not true or false: who rejects it answers it.
    plan = pointer is not None and pointer.kind in ("plan", "call") and rule.relation == "denies"
    relation = "answers" if plan or _turns_down(reading, rules) else rule.relation
    return Link(claim, other, relation, "named" if pointer is None else "pointed", _why(reading, other))


def _opened(
    reading: Reading, readings: Sequence[Reading], rules: RelationRules, remark: ClaimFacts | None
) -> Link | None:
    """What the sentence of a claim opens with: `Responding to Ms Fenn's remarks, he said`."""
    opened = None if reading.claim.headline else _read_opening(reading, rules)
    link = opened and _reaction(opened, readings, rules, remark)
    if not link or gap(reading.claim, link.other) > NEAR_REMARK:
        return None
    return replace(link, claim=reading.claim)


def _read_opening(reading: Reading, rules: RelationRules) -> Reading | None:
    """The reading of a claim with the opening of its sentence in place of its content."""
    before = reading.before.removeprefix("but ")
    opening = next(filter(before.startswith, rules.relation_of_opening), None)
    if opening is None:
        return None
    claim = replace(reading.claim, content=before.removeprefix(opening))
    pointer = find_pointer(claim, rules)
    if pointer is None or pointer.kind is None or pointer.place > OBJECT:
        return None
    rule = next(
        rule
        for rule in rules.reactions
        if rule.points and rule.relation == rules.relation_of_opening[opening]
    )
    return replace(reading, claim=claim, pointer=pointer, reaction=rule)


def _is_on_remark(
    reading: Reading, other: ClaimFacts | None, remark: ClaimFacts, rules: RelationRules
) -> bool:
    """Whether `the remark` is the one that the article is about, and not another word of its speaker."""
    pointer = reading.pointer
    if pointer is None or is_same_speaker(reading.claim, remark):
        return False
    shown = pointer.noun == "attack" and pointer.phrase.startswith(("such", "these", "those"))
    if pointer.noun not in SPOKEN and not shown:
        return False
    if other is None:
        return not pointer.owner or pointer.owner in remark.name.lower().split()
    return match_speakers(other, remark) == "same"


def _agree(
    links: Sequence[Link | None], readings: Sequence[Reading], rules: RelationRules
) -> list[Link | None]:
    """Links in which `the allegations` of a document are the same for all who speak of them: what most point to."""
    places = [place for place, one in enumerate(readings) if is_charges(one.pointer) and not _owner(one)]
    counts = Counter(link.other.claim_id for place in places if (link := links[place]) is not None)
    agreed = list(links)
    if not counts or counts.most_common(1)[0][1] < 2:
        return agreed
    most = max(counts.values())
    main = next(one for one in readings if counts[one.claim.claim_id] == most)
    for place in places:
        link = links[place]
        own = link is not None and counts[link.other.claim_id] == most
        if link is not None and not own and main.place < place and may_be_meant(readings[place], main):
            agreed[place] = replace(link, other=main.claim, reason=_why(readings[place], main.claim))
    return agreed


def _turns_down(reading: Reading, rules: RelationRules) -> bool:
    """`Rejected a subpoena`: that is not said of what somebody says."""
    claim, rule = reading.claim, reading.reaction
    thing = bool(claim.said) and claim.said[0] in ("a", "an", "the") and reading.pointer is None
    return thing and rule is not None and rule.relation == "denies" and claim.cue_lemma in rules.turning_down


def _owner(reading: Reading) -> str:
    return reading.pointer.owner if reading.pointer is not None else ""


def _of_latest(link: Link, reading: Reading, readings: Sequence[Reading], rules: RelationRules) -> Link:
    """A link to what the other side said last before a claim: who denies `the allegation` speaks against that."""
    pointer, main = reading.pointer, link.other
    if pointer is None or pointer.kind != "allegation" or pointer.phrase.endswith("story"):
        return link
    if pointer.many and is_further(main):
        first = _first_charge(reading, main, readings)
        return replace(link, other=first, reason=_why(reading, first))
    for one in reversed(readings[: reading.place]):
        if one.claim is main:
            break
        if _is_charge(one) and _is_of_side(reading, one, main, rules) and may_be_meant(reading, one):
            return replace(link, other=one.claim, reason=_why(reading, one.claim))
    return link


def _first_charge(reading: Reading, further: ClaimFacts, readings: Sequence[Reading]) -> ClaimFacts:
    """What `three other women` add to: the nearest charge before theirs, on somebody whom they name too."""
    for one in reversed(readings):
        claim = one.claim
        near = claim.place < further.place and further.section - claim.section <= NEAR_SECTIONS
        charges = _is_charge(one) and not is_further(claim) and bool(claim.stems & further.stems)
        if near and charges and may_be_meant(reading, one):
            return claim
    return further


def _is_charge(one: Reading) -> bool:
    """Whether a claim may be a charge of its own, and no reaction."""
    reacts = one.claim.claim_type == "denial" or (one.reaction is not None and one.pointer is not None)
    return one.claim.claim_type in SAYING and not one.claim.headline and not reacts


def _is_of_side(reading: Reading, one: Reading, main: ClaimFacts, rules: RelationRules) -> bool:
    """Whether a claim is a further one of the side that made a charge: of its speaker, or of who speaks for it, on whom it charged."""
    pointer, claim = reading.pointer, one.claim
    assert pointer is not None
    if pointer.many and is_further(claim):
        return False
    match, shared = match_speakers(main, claim), len(main.stems & claim.stems - _named(main, pointer))
    if match == "same":
        sure = _is_in_breath(main, claim) or _speaks_of_another(claim)
        return sure or shared >= (SHARED_CHARGES if pointer.many else 1)
    told = tells_here(reading.claim, pointer, rules)
    return match == "alike" and pointer.many and not told and shared >= SHARED_CHARGES


def _named(main: ClaimFacts, pointer: Pointer) -> frozenset[str]:
    """Words of the names in a charge: whoever made one charge names `the mayor` in other words too."""
    return frozenset() if pointer.many else stems_of(" ".join(main.capitals))


def _speaks_of_another(claim: ClaimFacts) -> bool:
    """`"He knew it"`: who is quoted so does not speak of himself, as `said that he knew it` may."""
    return claim.content[:1] in QUOTES and claim.said[:1] in (("he",), ("she",), ("they",))


def _is_in_breath(main: ClaimFacts, claim: ClaimFacts) -> bool:
    """Whether one source stands before both: `accused the board of waste and condemned its silence`."""
    return claim.source == main.source and claim.place == main.place


def _why(reading: Reading, other: ClaimFacts) -> str:
    """The reason in words: `'denied' 'the accusation', which is what Mara Quill says: '...'`."""
    cue = f"'{reading.claim.cue}'" if reading.claim.cue else "a quotation"
    about = f"'{reading.pointer.phrase}', which is what" if reading.pointer else "what"
    return f"{cue} on {about} {other.name or other.source or 'somebody'} says: '{short(other)}'"


def _best(
    reading: Reading,
    among: Sequence[Reading],
    readings: Sequence[Reading],
    rules: RelationRules,
    named: frozenset[str],
) -> ClaimFacts | None:
    """The claim that fits best, the nearest of several."""
    ranked = [
        (weigh(reading, one, readings, rules, named), -abs(one.place - reading.place), one.place)
        for one in among
    ]
    weight, _, place = max(ranked, default=(0.0, 0, 0))
    return readings[place].claim if weight >= LEAST_WEIGHT else None


def _named_speaker(reading: Reading, readings: Sequence[Reading]) -> frozenset[str]:
    """Speakers of other claims whom the content names."""
    speakers = {
        one.claim.speaker
        for one in readings
        if one.claim.speaker and one.claim.speaker != reading.claim.speaker
    }
    return frozenset(speakers & reading.claim.names)
