"""The verdict on plain sentences of a draft: those that the documents have only as a claim, and those that they have otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policy_news.drafts.amounts import read_amounts
from policy_news.drafts.comparison import Compared, SlotFound, compare, has_amount
from policy_news.drafts.finding import DraftFinding, Verdict
from policy_news.drafts.passage_search import Passage
from policy_news.drafts.pile import DocumentClaim, Judging, Pile, PileDocument
from policy_news.drafts.propositions import EVIDENT, PASSAGES, is_hedge
from policy_news.drafts.slots import Proposition, read_proposition
from policy_news.drafts.speaker_match import Said
from policy_news.nlp.text_reuse import plain_words

_ASIDE = re.compile(r"(?<=\w),\s(?:an?|the)\s[a-z][^,A-Z0-9]{2,60},(?=\s)")
"""What a sentence calls somebody beside the name."""
TOLD, DOUBT, LITERAL = 0.75, 0.55, 0.8
"""Share of the words of a sentence that a claim has for no doubt, and that the writer's own words have for doubt."""
PLAIN, JUDGED, PLAIN_PAIRS = 0.8, 0.9, 3
"""Share of the words of a plain sentence, and number of them, that a document has where it says something else."""
TELLING = EVIDENT | {"order"}
SURE = TELLING | {"roles"}
PLAIN_SLOTS = SURE | {"polarity", "opposite", "quantifier", "condition", "modality"}
"""Slots in which a plain sentence is accused."""
CERTAIN = 0.8
"""Score of such a claim."""
ABOUT = 0.4
"""Share of the words of a plain sentence from which a passage may be what it tells."""
SHORTEST, SHARED = 6, 4
"""Words of a sentence that can be told from others, and words and values of one in other words."""
PROPOSITIONS = frozenset({"statement", "allegation", "denial", "opinion"})
"""Types of claims whose content can be told as a fact."""
COVERED = 0.6
"""Share of the clauses of a document that a plain sentence has, where the difference is not one of values."""


def judge_facts(sentences: Sequence[Said], pile: Pile, file: str) -> Judging:
    """Find the sentences that the documents have only as a claim, or but for one thing; nothing on the others.

    Args:
        sentences: Of a draft, without a source.
    """
    found = pile.search.find([plain_words(one.text) for one in sentences], PASSAGES)
    yield {passage.document for passages in found for passage in passages}
    judged = (_judge(one, passages, pile, file) for one, passages in zip(sentences, found, strict=True))
    return [finding for finding in judged if finding is not None]


def _judge(one: Said, passages: Sequence[Passage], pile: Pile, file: str) -> DraftFinding | None:
    draft = read_proposition(_ASIDE.sub("", one.text))
    near = [_Plain.read(draft, pile.document(passage.document), passage.number) for passage in passages]
    return _judge_fact(one, near, pile, file) or _judge_plain(one, near, pile, file)


def _judge_plain(one: Said, near: Sequence[_Plain], pile: Pile, file: str) -> DraftFinding | None:
    """Return what differs where a document has a sentence of the draft but for one thing."""
    if one.text.rstrip().endswith("?"):
        return None
    best = max(
        near, key=lambda found: (found.compared.matter, -len(found.compared.of("differs"))), default=None
    )
    if best is None or not best.is_told(is_judged=one.negated):
        return None
    told = best.compared.of("differs")
    if not told or any(_is_there(slot, found) for slot in told for found in near):
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

    def is_told(self, *, is_judged: bool) -> bool:
        """Return whether it is surely about the same, and all that differs can be told without a speaker.

        Args:
            is_judged: Whether a part of the draft is judged with its speaker: then more must be the same.
        """
        least, pairs, slots = (
            (JUDGED, PLAIN_PAIRS + 1, TELLING) if is_judged else (PLAIN, PLAIN_PAIRS, PLAIN_SLOTS)
        )
        one = self.compared
        values = sum(slot.slot in EVIDENT for slot in one.of("differs")) if one.matter == 1 else 0
        is_near = (
            one.matter >= least
            and one.shared + values >= pairs
            and self.document.text[self.span[1] - 1] != "?"
        )
        differs = one.of("differs")
        is_plain = all(slot.slot in slots and slot.is_sure for slot in differs)
        # Who lacks a name and something else tells of something else.
        strange = sum(slot.slot == "name" and slot.state != "equal" for slot in one.slots)
        is_plain &= strange == len(differs) == 1 or all(slot.slot != "name" for slot in differs)
        is_whole = SURE.issuperset(slot.slot for slot in differs) or self._is_whole()
        return is_near and is_plain and is_whole

    @property
    def claim(self) -> DocumentClaim | None:
        """Whose content has the words that both have."""
        own = [theirs for _, theirs in self.compared.pairs]
        low, high = min(one.start for one in own), max(one.end for one in own)
        return self.document.claim_at(self.span[0] + low, self.span[0] + high)

    def is_said(self, one: Said, claim: DocumentClaim) -> bool:
        """Return whether a claim has what a draft says, without doubt; of a mere statement also in its words."""
        words = plain_words(one.text)
        same = sum(word in plain_words(claim.content) for word in words)
        is_long = self.compared.shared >= SHARED and claim.type != "statement" and not one.cue
        is_literal = len(words) >= SHORTEST and same >= (len(words) if one.cue else LITERAL * len(words))
        is_same = self.compared.matter >= TOLD and all(slot.state == "equal" for slot in self.compared.slots)
        return is_same and claim.score >= CERTAIN and claim.type in PROPOSITIONS and (is_literal or is_long)

    def _is_whole(self) -> bool:
        """Return whether the draft has most of the clauses that have its words, and a writer says them."""
        own = [theirs for _, theirs in self.compared.pairs]
        size = sum(self.read_as.sizes[number] for number in {theirs.clause for theirs in own})
        return len(own) >= COVERED * size and self.claim is None


def _is_there(slot: SlotFound, found: _Plain) -> bool:
    """Return whether a passage about the same has what a draft has instead of something else."""
    if slot.slot not in EVIDENT or found.compared.matter < ABOUT:
        return False
    if slot.slot == "number":
        return any(has_amount(found.read_as.amounts, one) for one in read_amounts(slot.draft, []))
    return {*plain_words(found.read_as.text)} >= {*plain_words(slot.draft)}


def _judge_fact(one: Said, near: Sequence[_Plain], pile: Pile, file: str) -> DraftFinding | None:
    """Return that a sentence tells as a fact what claims say, unless a writer says it too, or it may name who said it."""
    likely = [
        (found, found.claim) for found in near if found.compared.matter >= DOUBT and found.compared.pairs
    ]
    told = {claim.claim_id: (found, claim) for found, claim in likely if claim and found.is_said(one, claim)}
    if not told or any(claim is None for _, claim in likely):
        return None
    places = [pile.place_of(found.document, claim) for found, claim in told.values()]
    for place, (_, claim) in zip(places, told.values(), strict=True):
        own = {*plain_words(one.text)}.difference(plain_words(claim.content))
        if not own.isdisjoint(plain_words(place.speaker or "")[-1:]):
            return None
    places.sort(key=lambda place: (str(place.day or "9"), place.doc_id))
    score = max(found.compared.matter for found, _ in told.values())
    notes = ["and it is denied"] if any(claim.polarity == "rejected" for _, claim in told.values()) else []
    return one.found(file, "fact", "told_as_fact", score, places, notes=notes)
