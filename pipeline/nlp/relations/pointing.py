"""What a claim points to: `the allegations`, `Ms Fenn's remarks`, `that`."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.nlp.relations.facts import TELLS, ClaimFacts
from pipeline.nlp.relations.lexicon import Pointing, RelationRules, singular

NEAR_NOUN = 3
"""Words before a noun among which its determiner stands."""
SUBJECT = 9
"""Words of a content among which its subject stands, behind an `I think that`."""

OPENING = 5
"""Words of a content among which it tells of what kind it is."""
ASIDE = 4
"""Words behind a noun within which a `that` tells what it stands for: `the suggestion, unfounded as it is, that`."""
BARE_WORDS = 3
"""Words of a content of which the first points by itself."""


QUOTES = ('"', "“", "'", "‘")
"""Marks with which a quotation begins."""
SHOWING = frozenset({"this", "it", "it's"})
"""Words that point in the open, rather than to what was said, where a quotation begins with them."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a claim points to.

    Attributes:
        phrase: The words that do.
        kind: What kind of claim they name; None where they name none.
        owner: Last name of whose claim it is, in lower case, or empty.
        place: Number of the noun among the words of the content.
        many: The noun is in the plural.
        subject: It is what something is said of.
        first: It is the speaker's own: `my comments`.
        named: The owner is given by name: `Ms Fenn's`, not `the senator's`.
    """

    phrase: str
    kind: Pointing | None
    owner: str
    place: int
    many: bool = False
    subject: bool = False
    first: bool = False
    named: bool = False

    @property
    def noun(self) -> str:
        """The noun in the singular."""
        return singular(self.phrase.split()[-1])


def find_pointer(claim: ClaimFacts, rules: RelationRules) -> Pointer | None:
    """The first words of a claim that point to another; None where there are none."""
    words = claim.said
    for place, word in enumerate(words):
        kind = rules.kind_of.get(word)
        if kind is None or _is_another(claim, place):
            continue
        start = _determined(words, place, rules)
        # `bills`, `any plans`: none in particular.
        vague = start is None or (kind in PLANNED and (start == place or words[start] == "any"))
        if not vague:
            return _pointed(claim, start or 0, place, kind, rules)
    return Pointer(words[0], None, "", 0) if words and _points_barely(claim, rules) else None


def _pointed(claim: ClaimFacts, start: int, place: int, kind: Pointing, rules: RelationRules) -> Pointer:
    """What the words from one place to the noun at another point to."""
    words = claim.said
    phrase = words[start : place + 1]
    owners = [part for part in phrase if part.endswith("'s")]
    return Pointer(
        " ".join(phrase),
        kind,
        owners[0].removesuffix("'s") if owners else "",
        place,
        many=words[place].endswith("s"),
        subject=start < place and _is_subject(words, place, rules),
        first=not MINE.isdisjoint(phrase),
        named=not claim.capitals.isdisjoint(owners),
    )


SUBJECTS = {(word,) for word in ("he", "i", "it", "she", "they", "we", "who", "you")}
"""What stands before a verb: `that he claims`."""
PLANNED = frozenset({"call", "plan"})
"""Kinds of what may come."""
MINE = frozenset({"my", "our"})
"""What the speaker calls his own."""
PARTIES = frozenset({"coalition", "party", "parties"})
"""What is `ruling`."""


def _is_another(claim: ClaimFacts, place: int) -> bool:
    """Whether a noun stands for nothing that was said: `Bill Clinton`, `a request for comment`."""
    words = claim.said
    if words[place + 1 : place + 3] == ("for", "comment") or words[place - 1 : place] in SUBJECTS:
        return True
    behind = words[place + 1 : place + 2]
    if words[place] == "ruling" and behind and (behind[0] in claim.capitals or behind[0] in PARTIES):
        return True
    own = words[place] in claim.capitals
    return own and (place > 0 or (len(words) > 1 and words[1] in claim.capitals))


def _points_barely(claim: ClaimFacts, rules: RelationRules) -> bool:
    """Whether a claim begins with a word that points by itself."""
    words = claim.said
    if words[0] not in rules.bare or (words[0] in SHOWING and claim.content[:1] in QUOTES):
        return False
    return len(words) <= BARE_WORDS or "'" in words[0] or words[1] in rules.predicates


def tells_claims(claim: ClaimFacts, rules: RelationRules) -> bool:
    """Whether a claim is about what was claimed, and tells that: `defended his claim that ...`, which is no report of it."""
    found: bool | None = claim.__dict__.get(TELLS)
    if found is None:  # a claim is compared with some hundred others
        words = claim.said[:OPENING]
        found = claim.__dict__[TELLS] = any(
            word in rules.kind_of and words[place + 1 : place + 2] == ("that",)
            for place, word in enumerate(words)
        )
    return found


def tells_here(claim: ClaimFacts, pointer: Pointer, rules: RelationRules) -> bool:
    """Whether what a noun stands for is told beside it: `allegations of fraud` without `the`, `the charge that it favours one firm`."""
    behind = claim.said[pointer.place + 1 : pointer.place + 1 + ASIDE]
    told = pointer.place == 0 or tells_claims(claim, rules)
    return told or ("that" in behind and behind[0] not in rules.predicates)


def _is_subject(words: tuple[str, ...], place: int, rules: RelationRules) -> bool:
    """Whether something is said of a noun; not where the news is that it was published."""
    behind = words[place + 1 : place + 3]
    if place >= SUBJECT or not behind or behind[0] not in rules.predicates:
        return False
    return len(behind) < 2 or behind[1] not in rules.handled


def _determined(words: tuple[str, ...], place: int, rules: RelationRules) -> int | None:
    """The first word of the phrase of a noun that stands for something said before, or None."""
    for start in range(place - 1, max(place - NEAR_NOUN - 1, -1), -1):
        if words[start] in ("a", "an"):
            return None
        if words[start] in rules.determiners or words[start].endswith(("'s", "s'")):
            return start
    return place if place == 0 else None
