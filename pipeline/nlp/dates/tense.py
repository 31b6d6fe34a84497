"""The tense of the clause that contains an expression, from tags and dependencies; `past` where there are none."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Span, Token

from pipeline.nlp.dates.context import Tense

_STEPS = 12
_VERB_TAGS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "MD"})


@dataclass(frozen=True, slots=True)
class TenseWords:
    """Words that point to the future: modals (`will`, `may`), and verbs whose present tense is a plan (`opens`)."""

    modals: frozenset[str]
    plans: frozenset[str]


def find_tense(span: Span, words: TenseWords, *, parsed: bool) -> Tense:
    """Tense of the verb that governs a span of a tagged doc.

    A perfect counts as past; an infinitive with `to` and one with a modal as future; so does the present of a verb of plans.

    Args:
        span: The expression.
        words: The words that tell of the future.
        parsed: Whether the doc has a dependency parse too.
    """
    if verb := verb_before(span[0], words):
        if verb.tag_ == "VBD":
            return "past"
        return "unclear"
    # A verb right before decides even against the parse: attachment of a date is what parsers get wrong most.
    if parsed:
        return _tense_above(span.root, words)
    return _tense_nearby(span[0], words)


def verb_before(first: Token, words: TenseWords) -> Token | None:
    """Return a past verb form without `will` directly before a token, skipping a preposition (`held on Monday`)."""
    doc, at = first.doc, first.i - 1
    if at > 0 and doc[at].tag_ == "IN":
        at -= 1
    if at < 0 or doc[at].tag_ not in ("VBD", "VBN"):
        return None
    ahead = any(child.lower_ in words.modals or child.lower_ in ("be", "to") for child in doc[at].children)
    if ahead:
        return None
    return doc[at]


def _tense_above(token: Token, words: TenseWords) -> Tense:
    """Climb to the verb; past a noun on the way, a past tense is unclear."""
    nouns = 0
    start = token
    for _ in range(_STEPS):
        if token.tag_ in _VERB_TAGS and (tense := _of_verb(token, words)):
            if tense == "past" and nouns:
                return "unclear"
            return tense
        # Under a noun the date may belong to that noun rather than to the clause (`announced a vote on
        # Monday`).
        if token is not start and token.tag_.startswith("NN"):
            nouns += 1
        if token.head is token:
            break
        token = token.head
    return "unclear"


def _of_verb(verb: Token, words: TenseWords) -> Tense | None:
    helpers = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    auxiliaries = {child.lower_ for child in helpers}
    # `would have sold` is a past in spite of its modal. The order below is from sure signs to weak ones.
    if auxiliaries & words.modals and "have" not in auxiliaries:
        return "future"
    if (
        verb.tag_ == "VBD"
        or any(child.tag_ == "VBD" for child in helpers)
        or auxiliaries & {"has", "have", "had", "'ve", "’ve"}
    ):
        return "past"
    if "to" in auxiliaries or "going" in auxiliaries:
        return "future"
    if verb.tag_ in ("VBZ", "VBP") and verb.lower_ in words.plans:
        return "future"
    if verb.tag_ in ("VBZ", "VBP") or any(child.tag_ in ("VBZ", "VBP") for child in helpers):
        return "present"
    # A participle without auxiliary in a relative clause is a mistagged past tense (`a letter that he sent on
    # Friday`).
    if verb.tag_ == "VBN" and verb.dep_ in ("acl", "relcl"):
        return "past"
    return None


def _tense_nearby(first: Token, words: TenseWords) -> Tense:
    """Without a parse, take the nearest verb form to the left in the sentence."""
    for at in range(first.i - 1, max(-1, first.i - 20), -1):
        token = first.doc[at]
        if token.lower_ in words.modals:
            return "future"
        if token.tag_ == "VBD":
            return "past"
        if token.text in (".", "!", "?"):
            break
    return "past"
