"""Whether the sources of two claims may be one speaker."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pipeline.nlp.identity.words import are_one_first_name
from pipeline.nlp.relations.facts import ClaimFacts
from pipeline.nlp.relations.groups import read_group
from pipeline.nlp.relations.lexicon import singular
from pipeline.nlp.relations.voices import are_one_voice

Match = Literal["same", "alike", "unknown", "other"]
"""`same`: one entity, or names that fit; `alike`: descriptions that share a word; `unknown`: one of them says nothing; `other`: two speakers."""
ASKED = 20_000
"""Sources, and pairs of names, of which is kept what was found: claims that are compared are of near days, so few are asked for again later."""
_EMPTY = frozenset(
    {"a", "an", "the", "his", "her", "their", "its", "our", "of", "in", "for", "and", "one", "some", "several", "many", "other", "others",
     "s", "at", "on", "by", "from", "to", "mr", "mrs", "ms", "dr", "sir", "who", "which", "whom"}
)  # fmt: skip
_PRONOUNS = frozenset(
    {
        "he",
        "she",
        "they",
        "it",
        "i",
        "we",
        "who",
        "which",
        "him",
        "her",
        "them",
        "that",
        "this",
        "these",
        "those",
        "some",
        "others",
    }
)


def match_speakers(one: ClaimFacts, other: ClaimFacts) -> Match:
    """How two sources fit."""
    if _sets_apart(one) != _sets_apart(other):
        return "other"
    if one.speaker is not None and other.speaker is not None:
        return _match_entities(one, other)
    if speak_as_one(one, other):
        return "alike"
    if one.source in _PRONOUNS or other.source in _PRONOUNS or not (one.source and other.source):
        return "unknown"
    if _share_words(named_words(one), named_words(other)):
        return "alike"
    return "other" if one.person or other.person else "unknown"


def speak_as_one(one: ClaimFacts, other: ClaimFacts) -> bool:
    """Whether two outlets name one accuser, or some of many, in their own words: `several GOP senators`, `a number of Republican lawmakers`."""
    first, second = read_group(one.source), read_group(other.source)
    if first is not None and second is not None:
        return first.fits(second)
    return are_one_voice(one.source, other.source)


def _share_words(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two descriptions share half the words of the shorter: `the senator's campaign` is not `the mayor's campaign`."""
    return bool(one & other) and 2 * len(one & other) >= min(len(one), len(other))


def _sets_apart(claim: ClaimFacts) -> bool:
    """`Other Democrats` are not who was spoken of before."""
    return claim.source.startswith(("other ", "another ", "some other "))


_FURTHER = frozenset({"another", "other", "others"})


def is_further(claim: ClaimFacts) -> bool:
    """Whether a claim is of, or about, more of those who spoke before: `three other women said`."""
    return not _FURTHER.isdisjoint((*claim.source.split()[:2], *claim.said[:2]))


def _match_entities(one: ClaimFacts, other: ClaimFacts) -> Match:
    if one.speaker == other.speaker:
        return "same"
    people = one.person and other.person and fit_names(one.name, other.name)
    if people or _one_name(one.name, other.name) or _holds_office(one, other) or _holds_office(other, one):
        return "same"
    if one.person and other.person:
        return "other"
    if _is_acronym(one, other) or _is_acronym(other, one):
        return "same"
    speaks_for = _speaks_for(one, other) or _speaks_for(other, one)
    speaks_for = speaks_for or _is_called(one, other) or _is_called(other, one)
    speaks_for = speaks_for or _is_fuller(one, other) or _is_fuller(other, one)
    return "alike" if speaks_for or _is_surname(one, other) or _is_surname(other, one) else "other"


LEAST_LETTERS = 3
"""Letters of an acronym that two bodies seldom share."""


@lru_cache(ASKED)
def initials_of(name: str, least: int = LEAST_LETTERS) -> str:
    """The acronym of a name in lower case: `nuhp` for `National Union of Harbour Pilots`; empty for a short one."""
    letters = "".join(word[0] for word in name.replace("-", " ").split() if word[0].isupper())
    return letters.lower() if len(letters) >= least else ""


def _is_acronym(one: ClaimFacts, other: ClaimFacts) -> bool:
    short = one.name.replace(".", "")
    return (
        short.isupper() and not one.person and not other.person and short.lower() == initials_of(other.name)
    )


def _is_fuller(one: ClaimFacts, other: ClaimFacts) -> bool:
    """A name of several words, and the same with one more behind it: `Quillon Freight Holdings`."""
    words = one.name.lower().removeprefix("the ").split()
    longer = other.name.lower().removeprefix("the ").split()
    return len(words) > 1 and not one.person and not other.person and longer[:-1] == words


_SPEAKING = frozenset(
    {"chair", "chairman", "chairwoman", "chief", "director", "head", "lawyer", "leader", "minister", "president", "secretary", "spokesman",
     "spokesperson", "spokeswoman"}
)  # fmt: skip
"""Who speaks for the body beside the word; a member of a party does not."""


def _speaks_for(one: ClaimFacts, other: ClaimFacts) -> bool:
    """`Paul Ashe, director of the college,` and the college."""
    return (
        one.person and _stands_in(other.speaker, one.bodies) and bool(_SPEAKING & set(one.described.split()))
    )


def _holds_office(one: ClaimFacts, other: ClaimFacts) -> bool:
    """`The transport secretary` is who is called so beside the name."""
    return one.person and _stands_in(other.speaker, one.offices)


def _is_called(one: ClaimFacts, other: ClaimFacts) -> bool:
    """`The housing secretary`, and `the housing secretary, Graham Tolland,` in another document."""
    title = _meaning(other.source)
    return one.person and not other.person and len(title) > 1 and title <= _meaning(one.described)


def _stands_in(entity: str | None, entities: str) -> bool:
    return entity is not None and entity in entities.split()


def _is_surname(one: ClaimFacts, other: ClaimFacts) -> bool:
    """A name of one word, taken for a body, that is the last one of a person's."""
    return not one.person and other.person and one.name.lower() == other.name.lower().split()[-1]


def named_words(claim: ClaimFacts) -> frozenset[str]:
    """The words that a document has for a source: its own, and those beside the name of a person."""
    return _meaning(f"{claim.source} {claim.described}" if claim.person else claim.source)


def is_collective(claim: ClaimFacts) -> bool:
    """The source is many, of whom each says so for himself: `Democrats`, `several senators`."""
    words = claim.source.split()
    if claim.person or not words:
        return False
    head = next((words[i - 1] for i in range(1, len(words)) if words[i] in _LEADING), words[-1])
    return head.endswith("s") and not head.endswith(("ss", "'s", "us", "is")) and not _is_name(claim)


_LEADING = frozenset({"of", "in", "for", "from", "on", "at", "who", "with"})


def _is_name(claim: ClaimFacts) -> bool:
    """A body with a name of several words (`Brannock Systems`) speaks with one voice."""
    return len(claim.name.split()) > 1 and claim.name.lower() in claim.source.replace("'s", "")


def _one_name(one: str, other: str) -> bool:
    """Whether two things go by one name of several words, whatever they were taken for."""
    return one.lower() == other.lower() and " " in one


@lru_cache(ASKED)
def fit_names(one: str, other: str) -> bool:
    """Whether two names of persons may be of one: the same surname, and first names that are equal, short for each other or missing."""
    first, second = _parts(one), _parts(other)
    if not first or not second or first[-1] != second[-1]:
        return False
    short, long = sorted((first[:-1], second[:-1]), key=len)
    return not short or any(_fits(short[0], name) for name in long)


def _parts(name: str) -> list[str]:
    words = name.lower().replace(".", " ").replace("’", "'").removesuffix("'s").split()
    return [word for word in words if word not in {"jr", "sr", "ii", "iii"}]


def _fits(one: str, other: str) -> bool:
    """`Ben` and `Benjamin`, `B` and `Ben`, `Liz` and `Elizabeth`."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) or are_one_first_name(short, long)


@lru_cache(ASKED)
def _meaning(source: str) -> frozenset[str]:
    words = (word.removesuffix("'s") for word in source.split())
    return frozenset(singular(word) for word in words if word not in _EMPTY and len(word) > 2)


def source_words(claim: ClaimFacts) -> frozenset[str]:
    """The words of a source that tell who it is."""
    return frozenset() if claim.source in _PRONOUNS else _meaning(claim.source)
