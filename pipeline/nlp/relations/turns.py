"""Claims that react to another by who speaks when: answers to questions, retorts, replies in turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.nlp.relations.facts import NEGATION, STEM, ClaimFacts
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.nlp.relations.pointing import BARE_WORDS, QUOTES
from pipeline.nlp.relations.reactions import REACH
from pipeline.nlp.relations.readings import (
    FIRST,
    NEAR_SECTIONS,
    SAYING,
    Link,
    Reading,
    gap,
    is_same_speaker,
    names_speaker,
    short,
)
from pipeline.nlp.relations.speakers import match_speakers

NEAR_CLAIMS = 6
"""Claims before one that it may be about without a word that points to them."""
BREATH = 300
"""Characters within which somebody goes on, or strikes back."""
ANSWERED = 120
"""Characters within which a question is answered."""
REPLIED = 150
"""Characters within which who replies replies to who spoke before."""
REPLYING = frozenset({"in reply", "in response"})
"""How a sentence opens that replies to the one before."""
AT_ONCE = 5
"""Characters between a question and who answers in the same sentence: `asked about it, the ministry said`."""
ASKING = frozenset(
    {"anchor", "host", "interviewer", "moderator", "moderators", "questioner", "reporter", "reporters"}
)
"""Who asks, and goes on to ask."""
MAY = frozenset({"can", "could", "may", "might", "should", "to", "would"})
"""Words of a cue of what is not, or not yet, asked."""
PRONOUNS = frozenset({"he", "she", "they"})
"""Who was asked, and is not named again."""
NEXT = 60
"""Characters within which who speaks next speaks about what was said."""
REFUSING = 2
"""Words of a content among which its negation stands: `will not withdraw`."""
CHARGING = ("allegation", "call", "opinion")
"""Types of claims that are against somebody."""
PLAIN = frozenset({"add", "argue", "claim", "note", "say", "state", "suggest", "tell"})
"""Cues that do not show that a question is answered."""


def find_turn(
    reading: Reading, claims: Sequence[ClaimFacts], found: Sequence[Link], rules: RelationRules
) -> Link | None:
    """What a claim reacts to by its place and its speaker; the surer ways first.

    Args:
        reading: A claim.
        claims: All claims of its document, in order.
        found: Links of the claims before it.
        rules: The rule data.
    """
    link = _repeated_call(reading, claims)
    link = link or _exchange(reading, claims) or _refusal(reading, claims, rules)
    link = link or _rejection(reading, claims, rules) or _retort(reading, claims, rules)
    return link or _went_on(reading, found) or _turn(reading, claims, rules)


def answer_to_question(reading: Reading, claims: Sequence[ClaimFacts], rules: RelationRules) -> Link | None:
    """What somebody says behind a question in the same or the next section."""
    claim = reading.claim
    speaks = claim.cue_lemma in rules.replies and claim.source not in FIRST
    if reading.place == 0 or claim.claim_type == "question" or not speaks:
        return None
    before = claims[reading.place - 1]
    if (
        before.claim_type != "question"
        or before.cue_lemma != "ask"
        or before.headline
        or (before.source and claim.source == before.source)
        or (claim.person and match_speakers(claim, before) == "same")
        or gap(claim, before) > ANSWERED
        or _asks_on(claim, before)
    ):
        return None
    # A politician who asks in a speech is not answered by who speaks next.
    named = before.person and before.speaker is not None and claim.cue_lemma in PLAIN
    whole = claim.content[:1] in QUOTES
    if named and not whole and claim.source and claim.speaker not in before.names:
        return None
    return Link(claim, before, "answers", "question", f"follows on the question '{short(before)}'")


def _asks_on(claim: ClaimFacts, before: ClaimFacts) -> bool:
    """Whether a question was not asked (`could ask`), or is not answered: who asked goes on, or nobody who was asked speaks."""
    words = claim.source.split()
    if not words or words[-1] in ASKING or not MAY.isdisjoint(before.cue.split()):
        return bool(words)
    if before.source and words[-1] in before.source.split() and not claim.person:
        return True
    asked = claim.person or claim.source in PRONOUNS
    return not asked and gap(claim, before) > AT_ONCE


def _before(reading: Reading, claims: Sequence[ClaimFacts]) -> Iterable[ClaimFacts]:
    """The claims within reach before one, the nearest first."""
    return reversed(claims[max(reading.place - REACH, 0) : reading.place])


def _repeated_call(reading: Reading, claims: Sequence[ClaimFacts]) -> Link | None:
    """`also called for`: the same call by another speaker."""
    claim = reading.claim
    if claim.claim_type != "call" or "also" not in f"{claim.between} {claim.cue}".split():
        return None
    for other in reversed(claims[: reading.place]):
        shared = claim.words & other.words
        near = gap(claim, other) <= BREATH
        if near and other.claim_type == "call" and not is_same_speaker(claim, other) and len(shared) >= 2:
            return Link(
                claim,
                other,
                "supports",
                "repeated_call",
                f"'also' calls for what '{short(other)}' calls for",
            )
    return None


def _exchange(reading: Reading, claims: Sequence[ClaimFacts]) -> Link | None:
    """Somebody charges, or calls on, who charged or called on him before."""
    claim = reading.claim
    if claim.claim_type not in CHARGING:
        return None
    for other in _before(reading, claims):
        if (
            other.claim_type in CHARGING
            and gap(claim, other) <= BREATH
            and not other.headline
            and names_speaker(claim, other)
            and names_speaker(other, claim)
        ):
            return Link(claim, other, "answers", "exchange", f"turns on who said '{short(other)}'")
    return None


def _refusal(reading: Reading, claims: Sequence[ClaimFacts], rules: RelationRules) -> Link | None:
    """Somebody says that what is called for will not be done."""
    claim = reading.claim
    if claim.headline or claim.claim_type in ("question", "non_response", "call"):
        return None
    negated = NEGATION in claim.lemmas[:REFUSING]
    stays = any(f" {words} " in claim.spoken for words in rules.refusals)
    for other in _before(reading, claims):
        wanted = other.claim_type == "call" and not (other.denied or other.headline)
        near = claim.section - other.section
        if not wanted or near > NEAR_SECTIONS or is_same_speaker(claim, other):
            continue
        shared = claim.stems & other.stems
        whole = negated and len(shared) >= 2 and 5 * len(shared) >= 3 * len(other.stems)
        if whole or (stays and near <= 1 and _has_more(shared, claim, other)):
            return Link(claim, other, "answers", "refusal", f"says no to what '{short(other)}' calls for")
    return None


def _has_more(shared: frozenset[str], claim: ClaimFacts, other: ClaimFacts) -> bool:
    """Whether stems that two claims share are more than names."""
    names = {word[:STEM] for word in claim.capitals | other.capitals}
    return bool(shared - names)


def _went_on(reading: Reading, found: Sequence[Link]) -> Link | None:
    """Who denied something goes on in the same breath."""
    claim = reading.claim
    if not found or claim.claim_type not in SAYING:
        return None
    before = found[-1]
    if not _may_go_on(reading, before):
        return None
    reach = 1 if before.relation == "denies" else 0
    near = 0 <= claim.section - before.claim.section <= reach and before.claim.place <= claim.place
    near = near and gap(claim, before.claim) <= BREATH
    if near and _speaks_on(before.claim, claim) and before.other.place < claim.place:
        denies = before.relation == "denies"
        reason = f"goes on from {'the denial' if denies else 'what answers'} '{short(before.claim)}'"
        return Link(claim, before.other, "denies" if denies else "answers", "went_on", reason)
    return None


def _may_go_on(reading: Reading, before: Link) -> bool:
    """Whether a claim says that it goes on from one that reacts: by its quotation mark, its participle, or another denial."""
    claim, way = reading.claim, before.way
    if way == "question" or before.relation == "supports" or (way == "named" and before.relation != "denies"):
        return False
    if _denies_on(reading, before):
        return True
    return way != "went_on" and (claim.content[:1] in QUOTES or _tells_on(before.claim, claim))


def _denies_on(reading: Reading, before: Link) -> bool:
    """`Disputed the allegations`, then `has seen no evidence of that`."""
    rule = reading.reaction
    return rule is not None and rule.relation == before.relation == "denies"


def _tells_on(before: ClaimFacts, claim: ClaimFacts) -> bool:
    """`Denied the charges, telling the paper that`: a participle of who speaks in the same sentence."""
    return bool(claim.source) and claim.cue.endswith("ing") and claim.source == before.source


def _turn(reading: Reading, claims: Sequence[ClaimFacts], rules: RelationRules) -> Link | None:
    """Who speaks next in a paragraph, and points to what was said, or will or will not do what is called for."""
    claim = reading.claim
    other = next(_spoken_before(reading, claims, 0), None)
    if (
        claim.headline
        or claim.claim_type == "question"
        or other is None
        or gap(claim, other) > NEXT
        or other is not claims[reading.place - 1]
    ):
        return None
    called = other.claim_type == "call" and claim.claim_type in ("commitment", "denial", "non_response")
    called = called and (claim.said[:1] == ("it",) or NEGATION in claim.lemmas[:REFUSING])
    if not (called or _points_back(claim, rules)):
        return None
    return Link(claim, other, "answers", "turn", f"speaks next after '{short(other)}'")


def _points_back(claim: ClaimFacts, rules: RelationRules) -> bool:
    """`That was premature`, `saw no reason for that`."""
    said = claim.said
    if len(said) < 2 or claim.quoted:
        return False
    return said[-1] == "that" or (said[0] == "that" and said[1] in ("is", "was", "isn't", "wasn't"))


def _speaks_on(before: ClaimFacts, claim: ClaimFacts) -> bool:
    if match_speakers(before, claim) == "same" or (before.source and before.source == claim.source):
        return True
    return claim.speaker is None and claim.source in ("he", "she")


def _retort(reading: Reading, claims: Sequence[ClaimFacts], rules: RelationRules) -> Link | None:
    """Who counters, or hits back, speaks against who spoke before."""
    claim = reading.claim
    words = f" {claim.between} {claim.cue} "
    retorts = claim.cue_lemma in rules.retorts or any(f" {word} " in words for word in rules.retorts)
    other = next(_spoken_before(reading, claims, 2), None)
    if claim.headline or claim.claim_type in ("non_response", "question") or other is None:
        return None
    # `The candidate` may be who replies.
    replies = _opens_with_reply(reading.before) and other.speaker is not None
    replies = replies and reading.sentence - other.end <= AT_ONCE
    turned = claim.cue_lemma in rules.turned or replies
    if not retorts and not (turned and _is_next(reading, other, claims)):
        return None
    return Link(claim, other, "answers", "retort", f"'{claim.cue}' against '{short(other)}'")


def _opens_with_reply(before: str) -> bool:
    """`In response, the engineer, Paul Ashe,`, but not `In response to a question, she`."""
    words = before.split()
    return " ".join(words[:2]) in REPLYING and words[2:3] != ["to"]


def _is_next(reading: Reading, other: ClaimFacts, claims: Sequence[ClaimFacts]) -> bool:
    """Whether one speaks right behind another, and says something: `replied that`, but not `responded by walking out`."""
    claim = reading.claim
    first = claim.said[0] if claim.said else "to"
    acts = first == "to" or first.endswith("ing") or claim.cue.endswith(" by")
    return (
        not acts and not claim.negated and other is claims[reading.place - 1] and gap(claim, other) <= REPLIED
    )


def _rejection(reading: Reading, claims: Sequence[ClaimFacts], rules: RelationRules) -> Link | None:
    """`Disagreed, saying`, `disputed that, telling`: what another said just before."""
    claim = reading.claim
    words = f" {claim.between} "
    rejects = any(f" {phrase} " in words for phrase in rules.rejections)
    rejects = rejects or (len(claim.said) <= BARE_WORDS and not rules.rejections.isdisjoint(claim.said))
    other = next(_spoken_before(reading, claims, 1), None)
    if claim.headline or not rejects or other is None:
        return None
    return Link(claim, other, "denies", "rejection", f"rejects what was said before: '{short(other)}'")


def _spoken_before(reading: Reading, claims: Sequence[ClaimFacts], sections: int) -> Iterator[ClaimFacts]:
    """What others say in so many sections before a claim, the nearest first."""
    claim = reading.claim
    for other in reversed(claims[max(reading.place - NEAR_CLAIMS, 0) : reading.place]):
        near = 0 <= claim.section - other.section <= sections and not other.headline
        silent = other.claim_type in ("non_response", "question") or other.source in FIRST
        if near and not silent and not is_same_speaker(claim, other) and not other.holds(claim):
            yield other
