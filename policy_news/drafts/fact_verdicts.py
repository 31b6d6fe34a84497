"""The verdict on plain sentences of a draft: those that the documents have only as a claim, and those that they have otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from policy_news.drafts.amounts import read_amounts, read_days
from policy_news.drafts.comparison import Compared, SlotFound, compare, has_amount
from policy_news.drafts.finding import DocumentPlace, DraftFinding, Verdict
from policy_news.drafts.matching import Match, find_near
from policy_news.drafts.passage_search import Passage
from policy_news.drafts.pile import DocumentClaim, Judging, Pile, PileDocument
from policy_news.drafts.propositions import EVIDENT, PASSAGES, is_hedge
from policy_news.drafts.quotation_words import Words, normal_words
from policy_news.drafts.slots import Proposition, read_proposition
from policy_news.drafts.speaker_match import PRONOUNS, Said
from policy_news.nlp.text_reuse import plain_words

TOLD, DOUBT = 0.75, 0.55
"""Share of the words of a sentence that a claim has for no doubt, and that the writer's own words have for doubt."""
PLAIN, PLAIN_PAIRS = 0.8, 3
"""Share of the words of a plain sentence, and number of them, that a document has where it says something else."""
SURE = EVIDENT | {"roles", "order"}
PLAIN_SLOTS = SURE | {"polarity", "opposite", "quantifier", "condition", "modality"}
"""Slots in which a plain sentence is accused."""
CERTAIN = 0.8
"""Score of such a claim."""
SHORTEST = 6
"""Words of a sentence that can be told from others."""
PROPOSITIONS = frozenset({"statement", "allegation", "denial", "opinion"})
"""Types of claims whose content can be told as a fact."""
COVERED = 0.6
"""Share of the clauses of a document that a plain sentence has, where the difference is not one of values."""


def judge_facts(sentences: Sequence[Said], pile: Pile, file: str, names: Collection[str]) -> Judging:
    """Find the sentences that the documents have only as a claim, or but for one thing; nothing on the others.

    Args:
        sentences: Of a draft, without a source.
        names: The last words of the names of the draft: a document that lacks most of them is about something else.
    """
    kept = [(one, Words(tuple(word for word, _, _ in normal_words(one.text)))) for one in sentences]
    found = pile.search.find([words.words for _, words in kept], PASSAGES)
    yield {passage.document for passages in found for passage in passages}
    found_in = zip(kept, found, strict=True)
    judged = (
        _judge_fact(one, words, passages, pile, file) or _judge_plain(one, passages, pile, names, file)
        for (one, words), passages in found_in
    )
    return [finding for finding in judged if finding is not None]


def _judge_plain(
    one: Said, passages: Sequence[Passage], pile: Pile, names: Collection[str], file: str
) -> DraftFinding | None:
    """Return what differs where a document has a sentence of the draft but for one thing."""
    if one.negated or one.text.rstrip().endswith("?"):
        return None
    draft = read_proposition(one.text)
    near = [_Plain.read(draft, pile.document(passage.document), passage.number) for passage in passages]
    best = max(
        near, key=lambda found: (found.compared.matter, -len(found.compared.of("differs"))), default=None
    )
    if best is None or not best.is_told(names):
        return None
    told = best.compared.of("differs")
    if not told or any(_is_there(slot, found.document) for slot in told for found in near):
        return None
    verdict: Verdict = "hedge_lost" if is_hedge(told) else "changed"
    differing, notes = [slot.difference for slot in told], [slot.note for slot in told]
    place = pile.place(best.document, *best.span)
    return one.found(file, "fact", verdict, best.compared.matter, [place], differing, notes)


@dataclass(frozen=True)
class _Plain:
    """A passage that a sentence of a draft is held against."""

    document: PileDocument
    span: tuple[int, int]
    read_as: Proposition
    compared: Compared

    @classmethod
    def read(cls, draft: Proposition, document: PileDocument, number: int) -> _Plain:
        span = document.passages[number]
        passage = read_proposition(document.shown[slice(*span)])
        return cls(document, span, passage, compare(draft, passage, known=document.vocabulary))

    def is_told(self, names: Collection[str]) -> bool:
        """Return whether it is surely about the same, and all that differs can be told without a speaker."""
        one, known = self.compared, self.document.vocabulary
        is_near = (
            one.matter >= PLAIN and one.shared >= PLAIN_PAIRS and self.document.text[self.span[1] - 1] != "?"
        )
        differs = one.of("differs")
        others = set(names).difference(*(plain_words(slot.draft) for slot in differs))
        is_about = 2 * sum(name in known for name in others) >= len(others)
        is_plain = all(slot.slot in PLAIN_SLOTS and slot.is_sure for slot in differs)
        is_whole = SURE.issuperset(slot.slot for slot in differs) or self._is_whole()
        return is_near and is_about and is_plain and is_whole

    def _is_whole(self) -> bool:
        """Return whether the draft has most of the clauses that have its words, and a writer says them."""
        own = [theirs for _, theirs in self.compared.pairs]
        size = sum(self.read_as.sizes[number] for number in {theirs.clause for theirs in own})
        ends = (self.span[0] + min(one.start for one in own), self.span[0] + max(one.end for one in own))
        return len(own) >= COVERED * size and self.document.claim_at(*ends) is None


def _is_there(slot: SlotFound, document: PileDocument) -> bool:
    """Return whether a document has somewhere what a draft has instead of something else."""
    if slot.slot == "number":
        wanted = read_amounts(slot.draft, [])
        texts = (document.shown[start:end] for start, end in document.passages)
        amounts = [amount for text in texts for amount in read_amounts(text, read_days(text))]
        return any(has_amount(amounts, amount) for amount in wanted)
    return slot.slot in EVIDENT and document.vocabulary >= {*plain_words(slot.draft)}


def _judge_fact(
    one: Said, words: Words, passages: Sequence[Passage], pile: Pile, file: str
) -> DraftFinding | None:
    told: dict[str, tuple[Match, DocumentClaim]] = {}
    for passage in passages if len(words.words) >= SHORTEST else ():
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
    return one.found(
        file, "fact", "told_as_fact", score, places, notes=["and it is denied"] if denied else []
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
