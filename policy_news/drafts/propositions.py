"""The verdict on what a draft says in other words: paraphrases of somebody's claim, and plain sentences that the documents have only as a claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from policy_news.drafts.finding import Finding, Place, Verdict
from policy_news.drafts.matching import Match, find_near
from policy_news.drafts.pile import Claim, Judging, Pile, PileDocument
from policy_news.drafts.quotes import Words, normal_words
from policy_news.drafts.search import Passage
from policy_news.drafts.speakers import Said, compare_speakers
from policy_news.nlp.quotations import is_negation, plain_words

PASSAGES = 16
"""Passages that a sentence is held against."""
NEAREST = 3
"""Claims that are named for a paraphrase."""
LIKE, SUPPORTED, SURE = 0.25, 0.45, 0.6
"""Share of the weight of words from which a claim is near a paraphrase, supports it, and is surely the same."""
OWN = 0.75
"""How much the words of the paraphrase count beside those of the claim, which often says more."""
TOLD, DOUBT = 0.75, 0.55
"""Share of the words of a sentence that a claim has for no doubt, and that the writer's own words have for doubt."""
CERTAIN = 0.8
"""Score of such a claim."""
PRONOUNS = frozenset({"it", "he", "she", "they", "we", "i"})
SHORTEST = 6
"""Words of a sentence that can be told from others."""
PROPOSITIONS = frozenset({"statement", "allegation", "denial", "opinion"})
"""Types of claims whose content can be told as a fact."""


@dataclass(frozen=True, slots=True)
class _Near:
    """A claim that may be what a paraphrase says."""

    score: float
    document: PileDocument
    claim: Claim
    is_same_speaker: bool


def judge_paraphrases(paraphrases: Sequence[Said], pile: Pile, file: str) -> Judging:
    """Find the claims that each paraphrase may be of, and whether they are denials that it does not tell.

    Args:
        paraphrases: Of a draft, with their speakers.
        pile: The documents.
        file: Name of the draft.
    """
    words = [plain_words(one.text) for one in paraphrases]
    among = _documents_of_speakers(paraphrases, pile)
    own = pile.search.find(words, PASSAGES, among, LIKE)
    every = pile.search.find(words, PASSAGES)
    yield {passage.document for passages in (*own, *every) for passage in passages}
    denied = [one.text for one in paraphrases if one.rejected]
    return [
        _judge_paraphrase(one, list(_near(one, chain(mine, others), pile)), pile, file, denied)
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


def _near(one: Said, passages: Iterator[Passage], pile: Pile) -> Iterator[_Near]:
    """Yield the claims of passages that share words with a paraphrase, each once."""
    weights = pile.search.weigh(plain_words(one.text))
    seen: set[str] = set()
    for passage in passages:
        document = pile.document(passage.document)
        start, end = document.passages[passage.number]
        for claim in document.claims:
            if claim.claim_id in seen or not claim.overlap(start, end):
                continue
            seen.add(claim.claim_id)
            score = _likeness(weights, pile.search.weigh(plain_words(claim.content)))
            if score >= LIKE:
                entity = pile.entity(pile.first_piece(document, claim).entity_id)
                same = (
                    one.speaker is not None
                    and entity is not None
                    and compare_speakers(one.speaker, entity, document) == "same"
                )
                yield _Near(score, document, claim, same)


def _likeness(mine: dict[int, float], theirs: dict[int, float]) -> float:
    shared = sum(mine[code] for code in mine.keys() & theirs.keys())
    return shared * (OWN / max(sum(mine.values()), 1e-9) + (1 - OWN) / max(sum(theirs.values()), 1e-9))


def _judge_paraphrase(
    one: Said, near: Sequence[_Near], pile: Pile, file: str, denied: Sequence[str]
) -> Finding:
    ranked = sorted(
        near, key=lambda found: (-found.score, str(found.document.day or "9"), found.claim.claim_id)
    )
    own = [found for found in ranked if found.is_same_speaker][:NEAREST]
    others = [
        found
        for found in ranked
        if not found.is_same_speaker and found.score >= SURE and found.claim.polarity == "rejected"
    ]
    score = own[0].score if own else 0.0
    notes: list[str] = []
    verdict: Verdict = "supported"
    named = own
    if score >= SURE and _sign(one.text, rejected=one.rejected) != _sign_of(own[0].claim):
        verdict = "denied_in_pile"
        notes.append("the draft turns a denial into a statement, or the reverse")
    elif others and not one.rejected and not denied:
        verdict, named = "denied_in_pile", [others[0], *own]
        notes.append("the draft does not tell that it was denied")
    elif score < SUPPORTED:
        verdict = "not_found"
        notes.append("the nearest claims of the speaker" if own else "no claim of the speaker is near")
    places = [pile.place_of(found.document, found.claim) for found in named]
    speaker = one.speaker.name if one.speaker else None
    return Finding(
        file, one.start, one.end, "paraphrase", one.text, speaker, verdict, score, tuple(places), notes=tuple(notes)
    )  # fmt: skip


def _sign(text: str, *, rejected: bool) -> bool:
    """Return whether a content is asserted: negations in it and its rejection cancel out."""
    return (sum(map(is_negation, plain_words(text))) + rejected) % 2 == 0


def _sign_of(claim: Claim) -> bool:
    return _sign(claim.content, rejected=claim.polarity == "rejected")


def judge_facts(sentences: Sequence[Said], pile: Pile, file: str) -> Judging:
    """Find the sentences that the documents have only as a claim, word for word or nearly so; nothing on the others.

    Args:
        sentences: Of a draft, without a source.
        pile: The documents.
        file: Name of the draft.
    """
    kept = [(one, Words(tuple(word for word, _, _ in normal_words(one.text)))) for one in sentences]
    kept = [(one, words) for one, words in kept if len(words.words) >= SHORTEST]
    found = pile.search.find([words.words for _, words in kept], PASSAGES)
    yield {passage.document for passages in found for passage in passages}
    judged = (
        _judge_fact(one, words, passages, pile, file)
        for (one, words), passages in zip(kept, found, strict=True)
    )
    return [finding for finding in judged if finding is not None]


def _judge_fact(
    one: Said, words: Words, passages: Sequence[Passage], pile: Pile, file: str
) -> Finding | None:
    told: dict[str, tuple[Match, Claim]] = {}
    for passage in passages:
        document = pile.document(passage.document)
        match = find_near(words, document, document.passages[passage.number])
        if match is None or match.same < DOUBT * match.size:
            continue
        claim = document.claim_at(*max(match.stretches, key=lambda span: span[1] - span[0]))
        if claim is None:
            return None  # a writer says it too
        if _is_told(match, claim):
            told.setdefault(claim.claim_id, (match, claim))
    places = [pile.place_of(match.document, claim) for match, claim in told.values()]
    contents = [plain_words(claim.content) for _, claim in told.values()]
    if not places or any(_may_name(one, *pair) for pair in zip(places, contents, strict=True)):
        return None
    places.sort(key=lambda place: (str(place.day or "9"), place.doc_id))
    score = max(match.same / match.size for match, _ in told.values())
    denied = any(claim.polarity == "rejected" for _, claim in told.values())
    notes = ("and it is denied",) if denied else ()
    return Finding(
        file, one.start, one.end, "fact", one.text, None, "told_as_fact", score, tuple(places), notes=notes
    )


def _is_told(match: Match, claim: Claim) -> bool:
    """Return whether a claim has the words of a sentence without doubt."""
    stretches = zip(match.runs, match.stretches, strict=True)
    inside = sum(end - start for (start, end), span in stretches if claim.overlap(*span))
    telling = any(change.is_telling for change in match.changes)
    return inside >= TOLD * match.size and not telling and _is_certain(claim)


def _may_name(one: Said, place: Place, content: Sequence[str]) -> bool:
    """Return whether a sentence may name who says it, so that it is no plain one."""
    named = set(plain_words(place.speaker or "")[-1:]) & set(plain_words(one.text)).difference(content)
    return bool(named) and content[0] not in PRONOUNS


def _is_certain(claim: Claim) -> bool:
    return claim.type in PROPOSITIONS and claim.score >= CERTAIN
