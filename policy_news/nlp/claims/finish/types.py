"""The claim type: what the cue suggests, changed by what the content says."""

from __future__ import annotations

from policy_news.nlp.claims.constructions.acts import object_head
from policy_news.nlp.claims.constructions.phrases import is_negated
from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.cue_lexicon import Lexicon, Patterns
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.finish.polarity import calls_untrue, speaks_himself
from policy_news.nlp.claims.tree import PHRASE, Spread, Tree
from policy_news.tables.labels import PEOPLE

_UNDENIED = frozenset({"deny", "dispute", "rule"})
"""Verbs that deny nothing when they are negated: `did not dispute the figures`."""
_WHETHER = frozenset({"how", "if", "what", "when", "where", "whether", "which", "who", "why"})


def resolve_type(tree: Tree, draft: Draft, quotes: QuoteIndex, lexicon: Lexicon) -> str:
    """Return the claim type of a draft: what its cue suggests, unless cue and content together mean something else.

    Args:
        draft: The claim, with the type that its cue suggests.
    """
    if draft.kind == "silence":
        return draft.claim_type
    # The cue comes before the content: `denied it would pay` promises nothing, whatever `would` says.
    by_cue = _type_by_verdict(tree, draft, lexicon.patterns) or _type_by_cue(tree, draft, lexicon.patterns)
    if by_cue is not None:
        return by_cue
    lemma = tree.lemmas[draft.head]
    deniable = lemma in lexicon.patterns.denied_when_negated
    if not draft.content or not (deniable or _is_open(draft, lemma, lexicon)):
        return draft.claim_type
    root = _root(tree, draft.content[0])
    if deniable and is_negated(tree, root):
        return "denial"
    return _type_of_content(tree, root, draft, quotes, lexicon) or draft.claim_type


def _type_by_verdict(tree: Tree, draft: Draft, patterns: Patterns) -> str | None:
    """Return the type of a quotation by which somebody denies something, and of `called the allegation baseless`."""
    if draft.claim_type == "denial":
        return "statement" if speaks_himself(tree, draft) else None
    return "denial" if draft.claim_type == "opinion" and calls_untrue(tree, draft, patterns) else None


def _type_by_cue(tree: Tree, draft: Draft, patterns: Patterns) -> str | None:
    """Return another type that a cue has with what follows it, or None."""
    lemma = tree.lemmas[draft.head]
    denies = draft.claim_type == "denial"
    if denies and lemma in _UNDENIED and draft.cue is not None and is_negated(tree, draft.head):
        return "statement"
    if draft.claim_type == "allegation" and _speaks_of_itself(tree, draft, patterns):
        return "statement"
    asked = _type_by_question(tree, draft, patterns)
    if asked is not None:
        return asked
    if denies and lemma in patterns.refused_acts and not _is_said(tree, draft, patterns):
        # Who declines an offer says no to it; who declines to attend only stays away.
        if lemma in patterns.refusals:
            return "commitment" if tree.lower[draft.content[0][0]] == "to" else None
        return "opinion"
    return None


def _type_by_question(tree: Tree, draft: Draft, patterns: Patterns) -> str | None:
    """Return the type that a question gives to a claim: who asks for something, or cannot say what it asks."""
    lemma = tree.lemmas[draft.head]
    if draft.claim_type == "question" and _is_request(tree, draft.head):
        return "call"
    return "question" if lemma in patterns.asked_verbs and _holds_question(tree, draft) else None


def _speaks_of_itself(tree: Tree, draft: Draft, patterns: Patterns) -> bool:
    """Return whether a content speaks of the source (`Tarn claimed it does not ...`): it accuses nobody."""
    if not draft.content or not tree.tags[draft.head].startswith("VB"):
        return False
    subject = tree.subject(_root(tree, draft.content[0]))
    words = {tree.lower[draft.content[0][0]], tree.lower[subject] if subject is not None else ""}
    return bool(words & patterns.self_pronouns)


def _holds_question(tree: Tree, draft: Draft) -> bool:
    """Return whether the content is a question: `pressed him on how to act`, `asked whether`; not `asked him to say who`."""
    for start, end in draft.content:
        for i in range(start, min(end, start + PHRASE)):
            if tree.lower[i] in _WHETHER:
                return True
            if tree.lower[i] == "to" and tree.deps[i] == "aux":
                return False
    return False


def _is_said(tree: Tree, draft: Draft, patterns: Patterns) -> bool:
    """Return whether what is rejected is a statement: a clause, a quotation, or a noun of saying (`rejected the claim that`)."""
    if draft.kind == "clause" or not draft.content:
        return True
    if tree.lower[draft.content[0][0]] == "to":
        return False
    top = object_head(tree, draft)
    return top is None or tree.lemmas[top] not in patterns.requests


def _is_request(tree: Tree, head: int) -> bool:
    """Return whether a cue asks for something: `asked ministers to act`, not `asked how to act`."""
    goals = (
        kid for kid in tree.children(head, "xcomp", "ccomp", "advcl") if tree.tags[kid] == "VB" and kid > head
    )
    return any(tree.lower[i] == "to" and tree.deps[i] == "aux" for goal in goals for i in tree.kids[goal])


def _is_open(draft: Draft, lemma: str, lexicon: Lexicon) -> bool:
    """Return whether the cue is so plain that the content decides."""
    if draft.kind == "going_on":
        return True
    return draft.claim_type == "statement" and (
        draft.cue is None or lemma in lexicon.patterns.plain or lemma == ":"
    )


def _root(tree: Tree, span: Spread) -> int:
    """Return the verb that governs the first sentence of the content."""
    return tree.top(*span)


def _type_of_content(tree: Tree, root: int, draft: Draft, quotes: QuoteIndex, lexicon: Lexicon) -> str | None:
    """Return the type that the main verb of a content gives to a plain cue, or None."""
    if tree.lower[draft.content[0][0]] in _WHETHER:
        return None
    found = {
        rule.type
        for rule in lexicon.types
        if rule.root.fits(tree, root)
        and (rule.cue is None or rule.cue.fits(tree, draft.head))
        and not (rule.plain and is_negated(tree, root))
        and not (rule.own and not _is_of_speaker(tree, root, draft, quotes, lexicon.patterns))
    }
    return min(found, default=None)  # `call` goes before `commitment`


def _is_of_speaker(tree: Tree, root: int, draft: Draft, quotes: QuoteIndex, patterns: Patterns) -> bool:
    """Return whether the subject of a content stands for who speaks."""
    subject = tree.subject(root)
    if subject is None or tree.lower[subject] not in patterns.self_pronouns:
        return False
    # In a quotation `it` is something else than who speaks.
    if quotes.at(draft.content[0][0]) is not None and tree.lower[subject] not in {"i", "we"}:
        return False
    # `the minister said it would open`: the road
    head = subject if draft.source is None else tree.top(*draft.source)
    number = tree.ents.get(head)
    is_person = number is not None and tree.mentions[number].label_ in PEOPLE
    return tree.lower[subject] != "it" or not (is_person or tree.lower[head] in {"he", "i", "she"})
