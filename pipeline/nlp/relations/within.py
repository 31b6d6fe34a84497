"""Links between the claims of one document: who denies, supports or answers which of the others."""

from __future__ import annotations

from dataclasses import replace

from pipeline.nlp.relations.facts import DocumentFacts, stems_of
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.nlp.relations.reactions import find_reactions
from pipeline.nlp.relations.readings import Link, Reading, read_claim
from pipeline.nlp.relations.remarks import find_own
from pipeline.nlp.relations.turns import answer_to_question, find_turn
from pipeline.nlp.relations.wakes import find_wake, sentence_of, words_before

LED = 30
"""Characters before a cue in which the paper stands that speaks."""


def link_document(document: DocumentFacts, rules: RelationRules) -> list[Link]:
    """The links of a document, at most one from each claim."""
    claims = document.claims
    title = stems_of(document.text.lstrip().partition("\n")[0])
    firsts = {claim.speaker: place for place, claim in reversed(list(enumerate(claims)))}
    readings = [
        _placed(
            read_claim(
                claim, place, rules, title, spoke=claim.speaker is None or firsts[claim.speaker] < place
            ),
            document.text,
        )
        for place, claim in enumerate(claims)
    ]
    found: list[Link] = []
    for reading, reaction in zip(readings, find_reactions(readings, rules), strict=True):
        link = (
            answer_to_question(reading, claims, rules)
            or reaction
            or find_wake(reading, readings, rules)
            or find_own(reading, readings, rules)
            or find_turn(reading, claims, found, rules)
        )
        if link is not None:
            found.append(link)
    return found


def _placed(reading: Reading, text: str) -> Reading:
    """The reading of a claim with what its sentence says before it, and before its cue."""
    claim = reading.claim
    sentence = sentence_of(text, claim.place)
    return replace(
        reading,
        sentence=sentence,
        before=words_before(text, sentence, claim.place),
        led=words_before(text, max(claim.cue_at - LED, sentence), claim.cue_at),
    )
