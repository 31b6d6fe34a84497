"""The verdict on what a draft says in other words: paraphrases of somebody's claim, and plain sentences that the documents have only as a claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from policy_news.drafts.amounts import Day, day_of, read_days
from policy_news.drafts.comparison import (
    Compared,
    SlotFound,
    State,
    compare,
    generic_nouns,
    has_amount,
    may_be_one,
    same_day,
)
from policy_news.drafts.finding import Difference, DraftFinding, Verdict
from policy_news.drafts.lexis import are_unlike, force_of, keys_of, lemma
from policy_news.drafts.passage_search import Passage
from policy_news.drafts.pile import DocumentClaim, Judging, Pile, PileDocument
from policy_news.drafts.slots import Proposition, read_proposition
from policy_news.drafts.speaker_match import Likeness, Said, like_source
from policy_news.nlp.text_reuse import plain_words
from policy_news.rules.word_lists import is_ordinary

PASSAGES = 16
"""Passages that a sentence is held against."""
NEAREST = 3
"""Claims that are named for a paraphrase."""
LIKE, ACCUSED, SUPPORTED, DENIED = 0.45, 0.6, 0.7, 0.7
"""Share of the words of a paraphrase that a claim must have to be about the same, to show that it says something else, to support it, and to deny it."""
PAIRS = 2
"""Words and names that both must have."""
WISHING = 4
"""Words at the beginning of a claim, one of which may say that it is only hoped."""
DESCRIBING, REPEATED = 6, 5
"""Words of a description of a speaker at most, and words of a quotation that nobody says twice."""
LOOSE, LOOSE_SHARE = 1, 0.25
"""Words of a paraphrase that a claim that supports it may lack."""
EVIDENT = frozenset({"number", "day", "name"})
"""Slots whose values are words of the text."""
UNSURE = frozenset({"weigh", "wish"})
"""Force of cues that leave it open."""
DUTY, OBJECTING = "duty", "object"
"""Class of modality that a wish may have without a word for it, and a cue whose content its source may hold true or not."""
MARKED = frozenset({"admit", "agree", "blame", "order"})
"""Force of cues that need one like them."""
NO_PROPOSITION = {"non_response": "no answer", "question": "a question"}
"""Types of claims that say nothing of the world, in words."""


@dataclass(frozen=True, slots=True)
class _Near:
    """A claim that may be what a paraphrase says, held against it."""

    document: PileDocument
    claim: DocumentClaim
    speaker: Likeness
    compared: Compared

    @property
    def order(self) -> tuple[int, int, float, str, str]:
        """The best first: with the fewest slots that differ or are open, then by words, then by day."""
        one = self.compared
        return (
            len(one.of("differs")),
            len(one.of("unknown")),
            -one.matter,
            str(self.document.day or "9"),
            self.claim.claim_id,
        )

    def is_whole(self, *but: str) -> bool:
        """Return whether it says the same: all slots but some are equal, and hardly a word is left."""
        one = self.compared
        few = len(one.loose) <= max(LOOSE, len(one.pairs) * LOOSE_SHARE)
        is_near = few and one.matter >= SUPPORTED and not one.has_other_tail
        is_near &= one.shared >= PAIRS
        return is_near and {slot.slot for slot in one.slots if slot.state != "equal"} <= {*but}


def judge_paraphrases(paraphrases: Sequence[Said], pile: Pile, file: str) -> Judging:
    """Hold each paraphrase against the claims near it, slot by slot.

    Args:
        paraphrases: Of a draft, with their speakers.
    """
    words = [plain_words(one.words) for one in paraphrases]
    among = _documents_of_speakers(paraphrases, pile)
    own = pile.search.find(words, PASSAGES, among, LIKE)
    every = pile.search.find(words, PASSAGES)
    yield {passage.document for passages in (*own, *every) for passage in passages}
    denies = any(one.rejected or one.negated for one in paraphrases)
    return [
        _judge_paraphrase(one, list(_near(one, chain(mine, others), pile)), pile, file, denies=denies)
        for one, mine, others in zip(paraphrases, own, every, strict=True)
    ]


def _documents_of_speakers(paraphrases: Sequence[Said], pile: Pile) -> list[set[int]]:
    """For each paraphrase the documents in which its speaker appears."""
    names = [_names_of(one) for one in paraphrases]
    known = pile.find_entities(set().union(*names))
    documents = pile.documents_of(set(chain.from_iterable(known.values())))
    entities = [chain.from_iterable(known.get(name, ()) for name in own) for own in names]
    return [set(chain.from_iterable(documents.get(entity, ()) for entity in own)) for own in entities]


def _names_of(one: Said) -> set[str]:
    return {name.lower() for name in one.speaker.names} if one.speaker else set()


def _near(one: Said, passages: Iterable[Passage], pile: Pile) -> Iterator[_Near]:
    """Yield the claims of passages that are about the same as a paraphrase, each once."""
    drafts = [read_proposition(one.words, rejected=rejected) for rejected in (False, True)]
    frame = read_proposition(one.beside)
    described: dict[str, tuple[SlotFound, ...]] = {}
    for document, claim in _claims_in(passages, pile):
        around = document.read_around(claim)
        # Sentence by sentence: words that are apart in a long quotation say nothing together.
        draft = drafts[one.rejected or (one.negated and claim.polarity == "rejected")]
        sentences = [compare(draft, own, around, document.vocabulary) for own in document.read_claim(claim)]
        compared = max(sentences, key=lambda own: (own.matter, -len(own.of("differs"))), default=None)
        if compared and compared.matter >= LIKE and compared.shared >= min(PAIRS, len(draft.words)):
            if document.doc_id not in described:  # the same for all claims of a document
                described[document.doc_id] = tuple(_description(one, document))
            beside = (*_days(frame, claim, document), *_beside(frame, one, claim, document))
            more = (*_force(one, claim), *described[document.doc_id], *beside)
            kept = (
                _as_said(slot, one, claim)
                for slot in compared.slots
                if slot.slot != "condition" or not frame.has_condition
            )
            compared = replace(compared, slots=(*kept, *more))
            yield _Near(document, claim, like_source(one.speaker, claim, document, pile), compared)


def _as_said(slot: SlotFound, one: Said, claim: DocumentClaim) -> SlotFound:
    """Return the state of a slot under the cues of both: who hopes or objects may mean it with or without its words."""
    cues = {one.cue, claim.cue or ""}
    wishes = sum(force_of(cue) in UNSURE for cue in cues) if slot.slot == "modality" else 0
    is_wish = wishes and (DUTY in (slot.draft, slot.pile) or force_of(one.cue) in UNSURE)
    is_open = is_wish or (slot.slot == "polarity" and OBJECTING in cues)
    both = wishes == len(cues)
    return slot._replace(state="equal" if both else "unknown") if both or is_open else slot


def _claims_in(passages: Iterable[Passage], pile: Pile) -> Iterator[tuple[PileDocument, DocumentClaim]]:
    """Yield the claims that passages have a part of, each once, with their documents."""
    seen: set[str] = set()
    for passage in passages:
        document = pile.document(passage.document)
        start, end = document.passages[passage.number]
        for claim in document.claims:
            if claim.claim_id not in seen and claim.overlap(start, end):
                seen.add(claim.claim_id)
                yield document, claim


def _force(one: Said, claim: DocumentClaim) -> Iterator[SlotFound]:
    """Yield how the cues of both differ, where one does more with its content than to say it, or does not say it."""
    if claim.type in NO_PROPOSITION:
        yield SlotFound("force", "differs", one.cue, NO_PROPOSITION[claim.type])
        return
    if one.negated != claim.negated and claim.polarity == "asserted" and not one.rejected:
        yield SlotFound("force", "unknown", one.cue, claim.cue or "")
    mine = force_of(one.cue)
    # `she said she hoped to` is no more than a hope.
    told = {*map(lemma, plain_words(one.words))}
    wished = next((word for word in map(lemma, plain_words(claim.content)[:WISHING]) if force_of(word) == "wish" and word not in told), claim.cue or "")  # fmt: skip
    theirs = force_of(wished)
    if (
        mine != theirs
        and (mine in MARKED or theirs == "wish")
        and one.rejected == (claim.polarity == "rejected")
    ):
        unlike = are_unlike(mine, theirs)
        yield SlotFound("force", "differs" if unlike else "unknown", one.cue, wished)


def judge_frame(
    one: Said, claim: DocumentClaim, document: PileDocument, pile: Pile, file: str
) -> Iterator[DraftFinding]:
    """Yield what a sentence has wrong beside a quotation that a document has: the day, or what it calls the speaker."""
    found = [*_days(read_proposition(one.beside), claim, document), *_description(one, document)]
    found = [slot for slot in found if slot.state == "differs" or slot.slot == "description"]
    if found:
        # A few words may have been said twice.
        changed = [
            slot for slot in found if slot.state == "differs" and len(plain_words(one.text)) >= REPEATED
        ]
        verdict: Verdict = "changed" if changed else "not_found"
        differing, notes = ([slot.difference for slot in changed], [slot.note for slot in changed or found])
        yield one.found(file, "paraphrase", verdict, 1.0, [pile.place_of(document, claim)], differing, notes)


def _days(mine: Proposition, claim: DocumentClaim, document: PileDocument) -> Iterator[SlotFound]:
    """Yield the days on which a sentence says that something was said."""
    told = _told_days(claim, document) if mine.days else []
    for day in mine.days:
        # The day of publication may be another one than that on which it was said.
        states = {same_day(day, other): words for other, words in told}
        if not states.get("differs", "-"):
            states.pop("differs")
        state: State = "equal" if "equal" in states else "differs" if "differs" in states else "unknown"
        yield SlotFound("day", state, mine.text[day.start : day.end], states.get(state, ""))


def _beside(
    mine: Proposition, one: Said, claim: DocumentClaim, document: PileDocument
) -> Iterator[SlotFound]:
    """Yield the amounts and names of a sentence that the document does not have around a claim."""
    described = plain_words(one.description)
    number = document.passage_of(claim)
    (start, _), (_, end) = document.passages[max(number - 1, 0)], document.passages[number]
    near = {
        *plain_words(document.shown[start:end]),
        *plain_words(document.beside_speaker.get(claim.entity_id, "")),
    }
    for amount in mine.amounts:
        if not has_amount(document.read_around(claim).amounts, amount):
            yield SlotFound("number", "unknown", mine.text[amount.start : amount.end])
    for name in mine.names:
        is_speaker = any(may_be_one(name.key, own) for own in _names_of(one))
        if not is_speaker and set(plain_words(name.key)).difference(described, near):
            yield SlotFound("name", "unknown", name.key)
    loose = [word for word in mine.words if not document.keys & keys_of(word.key) and word.key != one.cue]
    if len(loose) > 1:
        yield SlotFound("word", "unknown", " ".join(word.key for word in loose))


def _told_days(claim: DocumentClaim, document: PileDocument) -> list[tuple[Day, str]]:
    """Return on which days a claim was said, in words too: told beside it, else beside others of its speaker, else the day of publication."""
    texts = document.beside[document.passage_of(claim)], document.beside_speaker.get(claim.entity_id, "")
    for text in texts:
        found = [(day, text[day.start : day.end]) for day in read_days(text)]
        if found:
            return found
    return [(day_of(document.day), "")] if document.day else []


def _description(one: Said, document: PileDocument) -> Iterator[SlotFound]:
    """Yield that a document does not call the speaker what the draft does."""
    mine = read_proposition(one.description)
    if not mine.items or one.speaker is None:
        return
    names = [part for name in one.speaker.names for part in name.split()[-1:]]
    spans = (document.shown[slice(*span)] for span in document.passages)
    near = [text for text in spans if any(name in text for name in names)]
    told = [slot for text in near for slot in _called(mine, text, names, document)]
    if told and len(mine.items) <= DESCRIBING:
        yield SlotFound("description", "differs", told[0].draft, told[0].pile)
    elif _is_strange(mine, " ".join(near), document):
        yield SlotFound("description", "unknown", one.description)


def _called(mine: Proposition, text: str, names: Sequence[str], document: PileDocument) -> list[SlotFound]:
    """Return the names and numbers with which a passage calls a speaker otherwise as the draft does."""
    found = compare(mine, read_proposition(text), known=document.vocabulary)
    if found.loose or not found.pairs:
        return []
    differs = [slot for slot in found.of("differs") if slot.slot in EVIDENT]
    return [slot for slot in differs if not any(name in slot.pile for name in names)]


def _is_strange(mine: Proposition, near: str, document: PileDocument) -> bool:
    """Return whether a document lacks a name of a description, or has not all its words near the speaker."""
    keys = {key for word in plain_words(near) for key in keys_of(lemma(word))}
    # `Home Secretary` is read as a name.
    words = [one.key for one in mine.words] + [
        lemma(name.key.split()[-1]) for name in mine.names if is_ordinary(name.key.split()[-1])
    ]
    own = [keys_of(word) for word in words if word not in generic_nouns()]
    shown = document.shown.lower()
    return any(keys.isdisjoint(one) for one in own) or any(name.key not in shown for name in mine.names)


def _judge_paraphrase(
    one: Said, near: Sequence[_Near], pile: Pile, file: str, *, denies: bool
) -> DraftFinding:
    ranked = sorted(near, key=lambda found: found.order)
    own = [found for found in ranked if found.speaker == "same"]
    verdict, named, difference, notes = _weigh(_Weighing(ranked, own, one.rejected or denies))
    if verdict == "not_found":
        named = own[:NEAREST]
        notes = ("the nearest claims of the speaker" if own else "no claim of the speaker is near",)
    places = (pile.place_of(found.document, found.claim) for found in named[:NEAREST])
    share = named[0].compared.matter if named else 0.0
    return one.found(file, "paraphrase", verdict, share, places, difference, notes)


Weighed = tuple[Verdict, Sequence[_Near], tuple[Difference, ...], tuple[str, ...]]


class _Weighing(NamedTuple):
    """A paraphrase with the claims near it.

    Attributes:
        ranked: All of them, the best first.
        own: Those of its speaker.
        denies: Whether the draft tells of a denial.
    """

    ranked: Sequence[_Near]
    own: Sequence[_Near]
    denies: bool

    @property
    def whole(self) -> list[_Near]:
        """Claims of the speaker that say the same."""
        return [found for found in self.own if found.is_whole()]


def _find_denial(case: _Weighing) -> Weighed | None:
    """Return that somebody else denies it, which the draft does not tell."""
    denials = [] if case.denies else [found for found in case.ranked if _denies(found)]
    if not denials or any(found.speaker == "same" for found in denials):
        return None
    return "denied", [denials[0], *case.whole], (), ("the draft does not tell that it was denied",)


def _find_support(case: _Weighing) -> Weighed | None:
    return ("supported", case.whole, (), ()) if case.whole else None


def _find_change(case: _Weighing) -> Weighed | None:
    """Return what differs in the nearest claim of the speaker; that nothing is found if it is open what does."""
    near = [found for found in case.own if found.compared.matter >= ACCUSED]
    if not near:
        return None
    # Where the first leaves it open, a claim that has more of the words may tell: one that holds the first; or one inside it.
    more = [
        found
        for found in near
        if found.compared.matter > near[0].compared.matter
        or (found.claim.content in near[0].claim.content and found.compared.of("differs"))
    ]
    changed = more[0] if more and not near[0].compared.of("differs") else near[0]
    differs = changed.compared.of("differs")
    told = [slot for slot in differs if not _is_elsewhere(slot, changed, case.ranked)]
    if not told or not _is_about_the_same(told, changed.compared):
        return _OPEN
    notes = tuple(slot.note for slot in told)
    return _named(told, changed), [changed, *case.own[1:]], tuple(slot.difference for slot in told), notes


def _is_about_the_same(told: Sequence[SlotFound], compared: Compared) -> bool:
    """Return whether both share enough: a number in the place of another one counts as shared where no word is left."""
    values = (
        sum(slot.slot in {"number", "condition", "polarity", "day"} for slot in told)
        if compared.matter == 1
        else 0
    )
    return compared.shared + values >= PAIRS


def _find_other_speaker(case: _Weighing) -> Weighed | None:
    """Return that the claims that say it are of others, if none near it may be of the speaker."""
    others = [found for found in case.ranked if found.speaker == "other" and found.is_whole("force", "description") and found.compared.shared >= PAIRS]  # fmt: skip
    open_ = [found for found in case.ranked if found.speaker == "unknown" and found.compared.matter >= ACCUSED]  # fmt: skip
    return ("other_speaker", others, (), ()) if others and not open_ else None


_OPEN: Weighed = ("not_found", (), (), ())
_FINDERS = (_find_denial, _find_support, _find_change, _find_other_speaker)
"""What gives a paraphrase its verdict: the first that finds something."""


def _weigh(case: _Weighing) -> Weighed:
    """Return the verdict on a paraphrase, with the claims that it rests on."""
    return next((found for find in _FINDERS if (found := find(case))), _OPEN)


def _denies(found: _Near) -> bool:
    """Return whether a claim denies just what a paraphrase says."""
    differs = found.compared.of("differs")
    return (
        found.claim.polarity == "rejected"
        and found.compared.matter >= DENIED
        and found.compared.shared > PAIRS
        and {slot.slot for slot in differs} == {"polarity"}
    )


def _is_elsewhere(slot: SlotFound, changed: _Near, ranked: Iterable[_Near]) -> bool:
    """Return whether another claim about the matter has what the draft has."""
    words = slot.draft.lower()
    if slot.slot not in EVIDENT:
        return False
    return any(words in found.claim.content.lower() for found in ranked if found is not changed)


def _named(told: Sequence[SlotFound], changed: _Near) -> Verdict:
    if changed.claim.polarity == "rejected" and any(slot.slot == "polarity" for slot in told):
        return "denied"
    return "hedge_lost" if is_hedge(told) else "changed"


def is_hedge(told: Sequence[SlotFound]) -> bool:
    """Return whether only a hedge or condition differs, which the document has."""
    slots = {slot.slot for slot in told}
    return slots <= {"condition", "modality"} and not any(slot.pile == "fact" for slot in told)
