"""Whether the speaker of a draft may be the speaker of a document."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from policy_news.drafts.finding import Difference, DocumentPlace, DraftFinding, Kind, Verdict
from policy_news.drafts.pile import DocumentClaim, DocumentEntity, Pile, PileDocument
from policy_news.nlp.text_reuse import plain_words

Likeness = Literal["same", "other", "unknown"]
PERSONS = frozenset({"PERSON", "MINISTER"})
"""Labels of persons."""
BODIES = frozenset({"COMPANY", "ORG", "COMMITTEE", "DEPARTMENT"})
"""Labels of bodies."""
APART = BODIES - {"DEPARTMENT"}
"""Labels of bodies of which one does not speak for another one that the document names too."""
BESIDE = 400
"""Characters beside a place."""
UNSURE = "?"
"""Label of a speaker that only the words of a source name: another one may be the same."""
PRONOUNS = frozenset({"it", "he", "she", "they", "we", "i"})
UNNAMED = "unnamed"
"""Label of a speaker without a name (`police`, `the prime minister`)."""
_SMALL = frozenset(
    ("the", "a", "an", "some", "its", "his", "her", "their", "and", "of", "one", "two", "several")
)
_TITLES = frozenset((
    "mr", "mrs", "ms", "miss", "dr", "sir", "dame", "lord", "lady", "baroness", "president", "prime", "minister", "secretary",
    "senator", "sen", "rep", "representative", "gov", "governor", "chancellor", "mayor", "general", "gen", "professor", "prof",
    "king", "queen", "prince", "princess", "pope", "judge", "justice", "the", "former",
))  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_PLURAL = re.compile(r"s['’]\s")


@dataclass(frozen=True, slots=True)
class Speaker:
    """To whom a draft gives words.

    Attributes:
        name: As the draft has it.
        names: All forms of it in the draft.
        entity_id: Id of the rule data, or of the draft.
        label: Label of the entity; empty if it is not known.
    """

    name: str
    names: frozenset[str]
    entity_id: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a draft says: a quotation, inside its marks, a paraphrase, or a sentence of its own.

    Attributes:
        start: Its first character.
        end: One past the last.
        text: Its words as they are written.
        speaker: To whom the draft gives it; None if that is not clear, or for the draft itself.
        rejected: Whether the speaker rejects it.
        cue: Lemma of the word that gives it to the speaker.
        words: What is compared: the same without who says it, and with a condition behind it.
        beside: What the sentence has beside all claims.
        description: What the draft calls the speaker beside the name.
        negated: Whether the cue is negated; of a sentence whether it has a paraphrase.
    """

    start: int
    end: int
    text: str
    speaker: Speaker | None = None
    rejected: bool = False
    cue: str = ""
    words: str = ""
    description: str = ""
    beside: str = ""
    negated: bool = False

    def found(
        self,
        file: str,
        kind: Kind,
        verdict: Verdict,
        share: float,
        places: Iterable[DocumentPlace] = (),
        differing: Iterable[Difference] = (),
        notes: Iterable[str] = (),
    ) -> DraftFinding:
        """Return what was found of it; the arguments are those of `DraftFinding`."""
        who, told = self.speaker.name if self.speaker else None, tuple(places)
        return DraftFinding(file, self.start, self.end, kind, self.text, who, verdict, share, told, tuple(differing), tuple(notes))  # fmt: skip


def like_source(
    speaker: Speaker | None, claim: DocumentClaim, document: PileDocument, pile: Pile
) -> Likeness:
    """Return whether a claim of a document is by a speaker of the draft."""
    if speaker is None:
        return "unknown"
    first = pile.first_piece(document, claim)
    source = first.source or ""
    entity = pile.entity(first.entity_id)
    if entity is None and source.removeprefix("The ")[:1].isupper():
        entity = DocumentEntity("", source, [], "")
    if source and (any(_is_one_source(name, source) for name in speaker.names) or _is_one_called(speaker.names, source, document)):  # fmt: skip
        return "same"
    if entity and (entity.entity_id == speaker.entity_id or _share_name(speaker.names, entity.names)):
        return "same"
    return _like_other(speaker, entity, document, pile)


def _like_other(
    speaker: Speaker, entity: DocumentEntity | None, document: PileDocument, pile: Pile
) -> Likeness:
    """Return whether a speaker of another name may be one whom the document calls so, or is surely somebody else."""
    others = {other.entity_id: other for one in document.claims if (other := pile.entity(one.entity_id))}
    if speaker.label == UNNAMED and entity:
        called = [one for one in others.values() if _is_one_called(one.names, speaker.name, document)]
        return "same" if called == [entity] else "unknown"
    # What somebody is who speaks in the document is surer there than in a few sentences of a draft.
    known = next((one for one in others.values() if _share_name(speaker.names, one.names)), None)
    label = known.label if known else speaker.label
    return _compare(replace(speaker, label=label), entity, document, is_known=known is not None)


def _compare(
    speaker: Speaker, entity: DocumentEntity | None, document: PileDocument, *, is_known: bool
) -> Likeness:
    """Return whether a speaker may be one of another name.

    Args:
        is_known: Whether the speaker says something in the document.
    """
    is_named_at_all = any(map(_words_of, speaker.names))
    if entity is not None:
        both = {entity.label, speaker.label or entity.label}
        if both <= PERSONS and is_named_at_all:
            return "other"
        if both <= APART and (is_known or any(name in document.shown for name in speaker.names if " " in name)):  # fmt: skip
            return "other"
    if speaker.label in {UNSURE, UNNAMED} or not is_named_at_all:
        return "unknown"
    if speaker.label and speaker.label not in PERSONS:
        return "unknown"  # a body speaks through people whom a document may name instead
    return "unknown" if is_named(speaker, document) else "other"


def is_named(speaker: Speaker, document: PileDocument, around: tuple[int, int] | None = None) -> bool:
    """Return whether a document has a name of the speaker, anywhere or near a place: of a person the surname is enough."""
    words: Collection[str] = document.vocabulary
    if around is not None:
        words = set(plain_words(document.shown[max(around[0] - BESIDE, 0) : around[1] + BESIDE]))
    for name in speaker.names:
        own = [part for word in _words_of(name) for part in word.split("-")]
        if own and (own[-1] in words or own[-1].removesuffix("'s") in words or f"{own[-1]}'s" in words):
            return True
        if " " not in name and name.isupper():
            return name.lower() in words
    return not speaker.names


def _is_one_called(names: Iterable[str], title: str, document: PileDocument) -> bool:
    """Return whether a document calls somebody by a title (`the finance director`)."""
    words = [word for word in plain_words(title) if word not in _SMALL]
    if not words or words[-1] not in title:  # a name of somebody
        return False
    phrases = chain.from_iterable(map(document.titles_of, names))
    return any(" ".join(words) in " ".join(phrase) for phrase in phrases)


def _is_one_source(one: str, other: str) -> bool:
    """Whether two sources without names end in the same word, and one has all words of the other."""
    mine, theirs = ([word for word in plain_words(name) if word not in _SMALL] for name in (one, other))
    if mine == theirs or not mine or not theirs or _PLURAL.search(f"{one}\n{other}"):
        return mine == theirs != []  # `the pupils' council` is not the council
    return mine[-1] == theirs[-1] and (set(mine) <= set(theirs) or set(theirs) <= set(mine))


def name_matches(one: str, other: str) -> bool:
    """Whether two names may be of one: words of one in the other, surname and initial alike, or initials of the other."""
    mine, theirs = _words_of(one), _words_of(other)
    if not mine or not theirs:
        return False
    if set(mine) <= set(theirs) or set(theirs) <= set(mine):
        return True
    if mine[-1] == theirs[-1] and mine[0][0] == theirs[0][0]:
        return True
    return _initials(mine) == "".join(theirs) or _initials(theirs) == "".join(mine)


def _share_name(mine: Iterable[str], theirs: Iterable[str]) -> bool:
    others = list(theirs)
    return any(name_matches(one, other) for one in mine for other in others)


def _words_of(name: str) -> tuple[str, ...]:
    words = [word.lower().replace("’", "'").removesuffix("'s") for word in _WORD.findall(name)]
    return tuple(word for word in words if word not in _TITLES)


def _initials(words: Iterable[str]) -> str:
    return "".join(word[0] for word in words if word not in {"of", "and", "for"})
