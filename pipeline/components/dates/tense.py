"""The tense of the clause that an expression stands in, from tags and dependencies; `past` where there are none."""

from __future__ import annotations

from spacy.tokens import Span, Token

from pipeline.components.dates.context import Tense

_STEPS = 12
_VERB_TAGS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "MD"})


def find_tense(span: Span, modals: frozenset[str], *, parsed: bool) -> Tense:
    """Tense of the verb that governs a span of a tagged doc.

    A perfect counts as past; an infinitive with `to` and one with a word of `modals` (`will`, `may`) as future.

    Args:
        span: The expression.
        modals: Words that make an infinitive tell of the future.
        parsed: Whether the doc has a dependency parse too.
    """
    if verb := verb_before(span[0], modals):
        return "past" if verb.tag_ == "VBD" else "unclear"
    return _tense_above(span.root, modals) if parsed else _tense_nearby(span[0], modals)


def verb_before(first: Token, modals: frozenset[str]) -> Token | None:
    """A past verb form without `will` that stands right before, a preposition aside (`held on Monday`)."""
    doc, at = first.doc, first.i - 1
    if at > 0 and doc[at].tag_ == "IN":
        at -= 1
    if at < 0 or doc[at].tag_ not in ("VBD", "VBN"):
        return None
    ahead = any(child.lower_ in modals or child.lower_ in ("be", "to") for child in doc[at].children)
    return None if ahead else doc[at]


def _tense_above(token: Token, modals: frozenset[str]) -> Tense:
    """Climb to the verb; past a noun on the way, a past tense is unclear."""
    nouns = 0
    start = token
    for _ in range(_STEPS):
        if token.tag_ in _VERB_TAGS and (tense := _of_verb(token, modals)):
            return "unclear" if tense == "past" and nouns else tense
        nouns += token is not start and token.tag_.startswith("NN")
        if token.head is token:
            break
        token = token.head
    return "unclear"


def _of_verb(verb: Token, modals: frozenset[str]) -> Tense | None:
    helpers = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    words = {child.lower_ for child in helpers}
    if words & modals and "have" not in words:
        return "future"
    if verb.tag_ == "VBD" or any(child.tag_ == "VBD" for child in helpers) or words & {"has", "have", "had", "'ve", "’ve"}:
        return "past"
    if "to" in words or "going" in words:
        return "future"
    if verb.tag_ in ("VBZ", "VBP") or any(child.tag_ in ("VBZ", "VBP") for child in helpers):
        return "present"
    return "past" if verb.tag_ == "VBN" and verb.dep_ == "acl" else None


def _tense_nearby(first: Token, modals: frozenset[str]) -> Tense:
    """Without a parse: the nearest verb form to the left in the sentence."""
    for at in range(first.i - 1, max(-1, first.i - 20), -1):
        token = first.doc[at]
        if token.lower_ in modals:
            return "future"
        if token.tag_ == "VBD":
            return "past"
        if token.text in (".", "!", "?"):
            break
    return "past"
