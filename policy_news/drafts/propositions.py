"""The verdict on what a draft says in other words: paraphrases of somebody's claim, and plain sentences that the documents have only as a claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from policy_news.drafts.amounts import Day, day_of, read_days, resolve
from policy_news.drafts.comparison import (
    Compared,
    SlotFound,
    State,
    compare,
    has_amount,
    may_be_one,
    same_day,
)
from policy_news.drafts.finding import Difference, DocumentPlace, DraftFinding, Verdict
from policy_news.drafts.lexis import are_unlike, force_of, keys_of, lemma
from policy_news.drafts.matching import Match, find_near
from policy_news.drafts.passage_search import Passage
from policy_news.drafts.pile import DocumentClaim, Judging, Pile, PileDocument
from policy_news.drafts.quotation_words import Words, normal_words
from policy_news.drafts.slots import Proposition, read_proposition
from policy_news.drafts.speaker_match import PRONOUNS, Likeness, Said, like_source
from policy_news.nlp.text_reuse import plain_words

PASSAGES = 16
"""Passages that a sentence is held against."""
NEAREST = 3
"""Claims that are named for a paraphrase."""
LIKE, ACCUSED, SUPPORTED, DENIED = 0.45, 0.6, 0.7, 0.7
"""Share of the words of a paraphrase that a claim must have to be about the same, to show that it says something else, to support it, and to deny it."""
PAIRS = 2
"""Words and names that both must have."""
LOOSE, LOOSE_SHARE = 1, 0.25
"""Words of a paraphrase that a claim that supports it may lack."""
EVIDENT = frozenset({"number", "day", "name"})
"""Slots whose values are words of the text."""
MARKED = frozenset({"admit", "agree"})
"""Force of cues that need one like them."""
TOLD, DOUBT = 0.75, 0.55
"""Share of the words of a sentence that a claim has for no doubt, and that the writer's own words have for doubt."""
CERTAIN = 0.8
"""Score of such a claim."""
SHORTEST = 6
"""Words of a sentence that can be told from others."""
NO_PROPOSITION = {"non_response": "no answer", "question": "a question"}
"""Types of claims that say nothing of the world, in words."""
PROPOSITIONS = frozenset({"statement", "allegation", "denial", "opinion"})
"""Types of claims whose content can be told as a fact."""


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
    denies = any(one.rejected for one in paraphrases)
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
    draft, frame = read_proposition(one.words, rejected=one.rejected), read_proposition(one.beside)
    described: dict[str, tuple[SlotFound, ...]] = {}
    for document, claim in _claims_in(passages, pile):
        around = document.read_around(claim)
        # Sentence by sentence: words that are apart in a long quotation say nothing together.
        sentences = [compare(draft, own, around, document.vocabulary) for own in document.read_claim(claim)]
        compared = max(sentences, key=lambda own: (own.matter, -len(own.of("differs"))), default=None)
        if compared and compared.matter >= LIKE and compared.shared >= min(PAIRS, len(draft.words)):
            if document.doc_id not in described:  # the same for all claims of a document
                described[document.doc_id] = tuple(_description(one, document))
            more = (*_force(one, claim), *described[document.doc_id], *_frame(frame, one, claim, document))
            compared = replace(compared, slots=(*compared.slots, *more))
            yield _Near(document, claim, like_source(one.speaker, claim, document, pile), compared)


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
    mine, theirs = (force_of(cue or "") for cue in (one.cue, claim.cue))
    if (
        mine != theirs
        and (mine in MARKED or theirs == "wish")
        and one.rejected == (claim.polarity == "rejected")
    ):
        unlike = are_unlike(mine, theirs)
        yield SlotFound("force", "differs" if unlike else "unknown", one.cue, claim.cue or "")


def _frame(mine: Proposition, one: Said, claim: DocumentClaim, document: PileDocument) -> Iterator[SlotFound]:
    """Yield what a sentence has beside all claims, where the document has it otherwise or not at all."""
    told = _told_days(claim, document) if mine.days else []
    for day in mine.days:
        states = {same_day(day, other): words for other, words in told}
        state: State = "equal" if "equal" in states else "differs" if "differs" in states else "unknown"
        yield SlotFound("day", state, mine.text[day.start : day.end], states.get(state, ""))
    yield from _beside(mine, one, claim, document)


def _beside(
    mine: Proposition, one: Said, claim: DocumentClaim, document: PileDocument
) -> Iterator[SlotFound]:
    """Yield the amounts and names of a sentence that the document does not have around a claim."""
    described = plain_words(one.description)
    for amount in mine.amounts:
        if not has_amount(document.read_around(claim).amounts, amount):
            yield SlotFound("number", "unknown", mine.text[amount.start : amount.end])
    for name in mine.names:
        is_speaker = any(may_be_one(name.key, own) for own in _names_of(one))
        if not is_speaker and set(plain_words(name.key)).difference(described, document.vocabulary):
            yield SlotFound("name", "unknown", name.key)


def _told_days(claim: DocumentClaim, document: PileDocument) -> list[tuple[Day, str]]:
    """Return on which days a claim was said, in words too: told beside it, else beside others of its speaker, else the day of publication."""
    others = (one for one in document.claims if one.entity_id == claim.entity_id is not None)
    for among in ([claim], others):  # these only if need be
        beside = {document.read_beside(one) for one in among}
        found = [(resolve(day, document.day), text[day.start : day.end]) for text in beside for day in read_days(text)]  # fmt: skip
        if found:
            return found
    return [(day_of(document.day), "")] if document.day else []


def _description(one: Said, document: PileDocument) -> Iterator[SlotFound]:
    """Yield that a document does not call the speaker what the draft does."""
    mine = read_proposition(one.description)
    if not mine.items or one.speaker is None:
        return
    names = [part for name in one.speaker.names for part in name.split()[-1:]]
    near = [document.shown[slice(*span)] for span in document.passages]
    beside = [read_proposition(text) for text in near if any(name in text for name in names)]
    words = {word for theirs in beside for item in theirs.items for word in item.key.split()}
    keys = {key for word in words for key in keys_of(lemma(word))}
    shown = document.shown.lower()
    is_known = not mine.words or any(keys & keys_of(word.key) for word in mine.words)
    if not is_known or not all(name.key in shown for name in mine.names):
        yield SlotFound("description", "unknown", one.description)


def _judge_paraphrase(
    one: Said, near: Sequence[_Near], pile: Pile, file: str, *, denies: bool
) -> DraftFinding:
    ranked = sorted(near, key=lambda found: found.order)
    own = [found for found in ranked if found.speaker == "same"]
    verdict, named, difference, notes = _weigh(_Weighing(ranked, own, one.rejected or denies))
    if verdict == "not_found":
        named = own[:NEAREST]
        notes = ("the nearest claims of the speaker" if own else "no claim of the speaker is near",)
    places = tuple(pile.place_of(found.document, found.claim) for found in named[:NEAREST])
    share = named[0].compared.matter if named else 0.0
    speaker = one.speaker.name if one.speaker else None
    return DraftFinding(file, one.start, one.end, "paraphrase", one.text, speaker, verdict, share, places, difference, notes)  # fmt: skip


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
    notes = tuple(f"{slot.slot} differs: {slot.draft or 'nothing'} for {slot.pile}" for slot in told)
    return _named(told, changed), [changed, *case.own[1:]], tuple(slot.difference for slot in told), notes


def _is_about_the_same(told: Sequence[SlotFound], compared: Compared) -> bool:
    """Return whether both share enough: a number in the place of another one counts as shared where no word is left."""
    values = sum(slot.slot == "number" for slot in told) if compared.matter == 1 else 0
    return compared.shared + values >= PAIRS


def _find_other_speaker(case: _Weighing) -> Weighed | None:
    """Return that the claims that say it are of others, if none near it may be of the speaker."""
    others = [found for found in case.ranked if found.speaker == "other" and found.is_whole("force") and found.compared.shared >= PAIRS]  # fmt: skip
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
    slots = {slot.slot for slot in told}
    if "polarity" in slots and changed.claim.polarity == "rejected":
        return "denied"
    if slots <= {"condition", "modality"} and not any(slot.pile == "fact" for slot in told):
        return "hedge_lost"
    return "changed"


def judge_facts(sentences: Sequence[Said], pile: Pile, file: str) -> Judging:
    """Find the sentences that the documents have only as a claim, word for word or nearly so; nothing on the others.

    Args:
        sentences: Of a draft, without a source.
    """
    kept = [(one, Words(tuple(word for word, _, _ in normal_words(one.text)))) for one in sentences]
    kept = [(one, words) for one, words in kept if len(words.words) >= SHORTEST]
    found = pile.search.find([words.words for _, words in kept], PASSAGES)
    yield {passage.document for passages in found for passage in passages}
    judged = (_judge_fact(one, words, passages, pile, file) for (one, words), passages in zip(kept, found, strict=True))  # fmt: skip
    return [finding for finding in judged if finding is not None]


def _judge_fact(
    one: Said, words: Words, passages: Sequence[Passage], pile: Pile, file: str
) -> DraftFinding | None:
    told: dict[str, tuple[Match, DocumentClaim]] = {}
    for passage in passages:
        document = pile.document(passage.document)
        match = find_near(words, document, document.passages[passage.number])
        if match is None or match.same < DOUBT * match.size:
            continue
        claim = document.claim_at(*max(match.stretches, key=lambda span: span[1] - span[0]))
        if claim is None:
            return None  # a writer says it too
        if _is_told(match, claim, cued=bool(one.cue)):
            told.setdefault(claim.claim_id, (match, claim))
    return _as_fact(one, told, pile, file)


def _as_fact(
    one: Said, told: Mapping[str, tuple[Match, DocumentClaim]], pile: Pile, file: str
) -> DraftFinding | None:
    """Return that a sentence tells as a fact what claims say, unless it may name who said it."""
    places = [pile.place_of(match.document, claim) for match, claim in told.values()]
    contents = [plain_words(claim.content) for _, claim in told.values()]
    if not places or any(_may_name(one, *pair) for pair in zip(places, contents, strict=True)):
        return None
    places.sort(key=lambda place: (str(place.day or "9"), place.doc_id))
    score = max(match.same / match.size for match, _ in told.values())
    denied = any(claim.polarity == "rejected" for _, claim in told.values())
    notes = ("and it is denied",) if denied else ()
    return DraftFinding(
        file, one.start, one.end, "fact", one.text, None, "told_as_fact", score, tuple(places), notes=notes
    )


def _is_told(match: Match, claim: DocumentClaim, *, cued: bool) -> bool:
    """Return whether a claim has the words of a sentence without doubt: all of them, where a cue may tell who says it."""
    if cued and (match.same < match.size or any(claim.overlap(a, b) < b - a for a, b in match.stretches)):
        return False
    stretches = zip(match.runs, match.stretches, strict=True)
    inside = sum(end - start for (start, end), span in stretches if claim.overlap(*span))
    telling = any(change.is_telling for change in match.changes)
    return inside >= TOLD * match.size and not telling and _is_certain(claim)


def _may_name(one: Said, place: DocumentPlace, content: Sequence[str]) -> bool:
    """Return whether a sentence may name who says it, so that it is no plain one."""
    named = set(plain_words(place.speaker or "")[-1:]) & set(plain_words(one.text)).difference(content)
    return bool(named) and content[0] not in PRONOUNS


def _is_certain(claim: DocumentClaim) -> bool:
    return claim.type in PROPOSITIONS and claim.score >= CERTAIN
