"""When an expression lies, by the clause and the noun that it belongs to; `past` where there are no tags and dependencies."""

from __future__ import annotations

from spacy.tokens import Span, Token

from policy_news.nlp.dates.context import AHEAD, Tense
from policy_news.nlp.dates.lexer import WordClasses

_STEPS = 12
_CONDITIONS = frozenset({"if", "unless"})
_PRESENT = frozenset({"are", "is"})
_NO_DEEDS = ("scheduled", "unit", "units", "part")
"""Classes of nouns for what has a day beforehand, or for a part of the time itself (`the week of 3 May`)."""
_PRESENT_TAGS = ("VBZ", "VBP")
_VERB_TAGS = frozenset({"VB", "VBD", "VBG", "VBN", "MD", *_PRESENT_TAGS})


def find_tense(span: Span, lexicon: WordClasses, *, parsed: bool) -> Tense:
    """Return the tense of the verb that governs a span of a tagged doc.

    A perfect counts as past, a modal and what somebody intends to do as future; other infinitives with `to` and the present of a
    verb of plans as a likely future.

    Args:
        parsed: Whether the doc has a dependency parse too.
    """
    if verb := verb_before(span[0], lexicon):
        if _is_condition(verb, lexicon):
            return "future"
        return _of_participle(verb, lexicon) if verb.tag_ == "VBN" else "past"
    # A verb right before decides even against the parse: attachment of a date is what parsers get wrong most.
    if parsed:
        return _tense_above(span.root, lexicon)
    return _tense_nearby(span[0], lexicon)


def has_happened(token: Token, lexicon: WordClasses) -> bool:
    """Return whether what an expression belongs to has happened, whatever the clause says.

    `victims of the 7 October raid will meet`, `the show of 5 August`, `the attack on 3 May`, `will not forget 7 October`.
    """
    head = token.head
    if head is token:
        return False
    if token.dep_ in ("dobj", "npadvmod") and lexicon.has("looks_back", head.lemma_):
        return True
    link = token if head.tag_.startswith("NN") else head
    owner = head if link is token else head.head
    if link.lower_ == "for" and owner.tag_.startswith("JJ"):  # `responsible for 7 October`
        return True
    if lexicon.has("looks_back", owner.lemma_) and link is not token:
        return True
    if not owner.tag_.startswith("NN") or any(lexicon.has(name, owner.lower_) for name in _NO_DEEDS):
        return False
    if link is token and owner.i > token.i and owner.head.tag_ not in _PRESENT_TAGS:
        return True  # but not `before Christmas shopping begins`
    return lexicon.has("happened", owner.lower_) or link.lower_ == "of"


def verb_before(first: Token, lexicon: WordClasses) -> Token | None:
    """Return a past verb form without `will` directly before a token, skipping a preposition (`held on Monday`)."""
    doc, at = first.doc, first.i - 1
    if at > 0 and doc[at].tag_ == "IN":
        at -= 1
    if at < 0 or doc[at].tag_ not in ("VBD", "VBN") or doc[at - 1].lower_ == "as":  # `as planned in May`
        return None
    ahead = any(
        lexicon.has("modal", child.lower_) or child.lower_ in ("be", "to") for child in doc[at].children
    )
    if ahead:
        return None
    return doc[at]


def _of_participle(verb: Token, lexicon: WordClasses) -> Tense:
    """Return the tense of `is published on Monday`, `will end with the result announced on Monday`, `those taken on Monday`."""
    if any(child.lower_ in _PRESENT for child in verb.children):
        return "unclear"
    with_noun = verb.dep_ == "acl" and verb.head.head.lower_ == "with"
    if with_noun and _tense_above(verb.head, lexicon) in AHEAD:
        return "unclear"
    return "past"


def _tense_above(token: Token, lexicon: WordClasses) -> Tense:
    """Climb to the verb; past a noun on the way, its tense is less sure."""
    nouns: set[str] = set()
    start, verbs = token, 0
    for _ in range(_STEPS):
        verbs += token.tag_ in _VERB_TAGS
        if token.tag_ in _VERB_TAGS and (tense := _of_verb(token, lexicon)):
            return _less_sure(tense, nouns, lexicon) if nouns else tense
        # Under a noun the date may belong to that noun rather than to the clause (`announced a vote on Monday`).
        if token is not start and not verbs and token.tag_.startswith("NN"):
            nouns.add(token.lower_)
        if token.head is token:
            break
        token = token.head
    return "unclear"


def _less_sure(tense: Tense, nouns: set[str], lexicon: WordClasses) -> Tense:
    """Return the tense of a clause for an expression that may belong to a noun."""
    if tense == "past":
        return "unclear"
    return "likely" if tense == "future" and not nouns & lexicon.classes["scheduled"].keys() else tense


def _of_verb(verb: Token, lexicon: WordClasses) -> Tense | None:
    helpers = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    auxiliaries = {child.lower_ for child in helpers}
    # `would have sold` is a past in spite of its modal. The order below is from sure signs to weak ones.
    if auxiliaries & lexicon.classes["modal"].keys() and "have" not in auxiliaries:
        return "future"
    if verb.tag_ != "VBD" and _has_sign(verb, lexicon):
        return "future"
    if (
        verb.tag_ == "VBD"
        or any(child.tag_ == "VBD" for child in helpers)
        or auxiliaries & {"has", "have", "had", "'ve", "’ve"}
    ):
        return "future" if _is_condition(verb, lexicon) else "past"
    return _of_present(verb, helpers, auxiliaries, lexicon)


def _is_condition(verb: Token, lexicon: WordClasses) -> bool:
    """Return whether something is to come under a condition: `would quit if it failed in May`."""
    if verb.dep_ != "advcl" or all(child.lower_ not in _CONDITIONS for child in verb.children):
        return False
    return _of_verb(verb.head, lexicon) == "future"


def _of_present(
    verb: Token, helpers: list[Token], auxiliaries: set[str], lexicon: WordClasses
) -> Tense | None:
    """Return the tense of a verb that is not in a past and has no modal."""
    if "to" in auxiliaries or "going" in auxiliaries:
        return _of_infinitive(verb, lexicon)
    if verb.tag_ in _PRESENT_TAGS and lexicon.has("schedule", verb.lower_):
        return "future"
    # The present serves for plans and for what has just happened (`says on Monday`).
    if verb.tag_ in _PRESENT_TAGS or any(child.tag_ in _PRESENT_TAGS for child in helpers):
        return "unclear"
    if verb.tag_ == "VBG" and verb.dep_ == "advcl" and not lexicon.has("schedule", verb.lemma_):
        return "unclear"  # `plans to grow, announcing in January that`
    # A participle without auxiliary in a relative clause is a mistagged past tense (`a letter that he sent on Friday`).
    if verb.tag_ == "VBN" and verb.dep_ in ("acl", "relcl"):
        return "past"
    return None


def _of_infinitive(verb: Token, lexicon: WordClasses) -> Tense:
    """Return the tense of `is to close`, `promised to close`, `was forced to close`, `travelled to meet`, `a plan to close`."""
    head = verb.head
    if verb.dep_ != "xcomp" or head.tag_ not in _VERB_TAGS:
        planned = any(
            lexicon.has(name, word)
            for name in ("intends", "future_sign")
            for word in (head.lemma_, head.lower_)
        )
        return "future" if planned else "likely"
    helpers = [child.lower_ for child in head.children if child.tag_ == "VBD"]
    if head.tag_ != "VBD" and not helpers:
        return "future"
    if lexicon.has("comes_true", head.lemma_):
        return "past"
    return "future" if lexicon.has("intends", head.lemma_) and "had" not in helpers else "likely"


def _has_sign(verb: Token, lexicon: WordClasses) -> bool:
    """Return whether a verb or its complement tells what is to come: `is due`, `expects to open`, `is likely to close`, `the deadline is`."""
    if verb.tag_ == "VBN" and not any(child.lower_ in _PRESENT for child in verb.children):
        return False  # `a plan set out in May`
    above = [verb.head.lower_] if verb.dep_ == "xcomp" else []
    beside = [child.lower_ for child in verb.children if child.dep_ == "acomp"]
    if any(lexicon.has("future_sign", word) for word in (verb.lower_, *above, *beside)):
        return True
    if (lexicon.has("intends", verb.lemma_) or verb.lower_ in _PRESENT) and any(
        child.dep_ == "xcomp" and child.tag_ == "VB" for child in verb.children
    ):
        return True  # `by May, the firm is to close`
    subjects = [child.lower_ for child in verb.children if child.dep_ == "nsubj"]
    return verb.lower_ in _PRESENT and any(lexicon.has("scheduled", word) for word in subjects)


def _tense_nearby(first: Token, lexicon: WordClasses) -> Tense:
    """Return the tense of the nearest verb form to the left in the sentence, where there is no parse."""
    for at in range(first.i - 1, max(-1, first.i - 20), -1):
        token = first.doc[at]
        if lexicon.has("modal", token.lower_):
            return "future"
        if token.tag_ == "VBD":
            return "past"
        if token.text in (".", "!", "?"):
            break
    return "past"
