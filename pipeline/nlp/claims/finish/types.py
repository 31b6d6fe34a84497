"""The claim type: what the cue suggests, changed by what the content says."""

from __future__ import annotations

from pipeline.nlp.claims.constructions.phrases import is_negated
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.lexicon import Lexicon, Patterns
from pipeline.nlp.claims.tree import Spread, Tree

_QUESTION_TAGS = frozenset({"WDT", "WP", "WRB"})
NEGATION_REACH = 6
"""Tokens of a content in which a negation negates its first verb."""


def resolve_type(tree: Tree, draft: Draft, lexicon: Lexicon) -> str:
    """The claim type of a draft."""
    patterns = lexicon.patterns
    lemma = tree.lemmas[draft.head]
    if (
        draft.claim_type == "denial"
        and draft.cue is not None
        and is_negated(tree, draft.head)
        and lemma == "deny"
    ):
        return "statement"
    if draft.claim_type == "allegation" and draft.content and _is_about_itself(tree, draft, patterns):
        return "denial" if _begins_negated(tree, draft) else "statement"
    if draft.claim_type == "question" and _is_request(tree, draft.head):
        return "call"
    deniable = lemma in patterns.denied_when_negated
    if not draft.content or not (deniable or _is_open(tree, draft, lemma, lexicon)):
        return draft.claim_type
    root = _root(tree, draft.content[0])
    if deniable and is_negated(tree, root):
        return "denial"
    return _type_of_content(tree, root, draft, lexicon) or draft.claim_type


def _is_request(tree: Tree, head: int) -> bool:
    """`asked ministers to act`, not `asked how to act`."""
    goals = (
        kid for kid in tree.children(head, "xcomp", "ccomp", "advcl") if tree.tags[kid] == "VB" and kid > head
    )
    return any(
        tree.lower[i] == "to" and tree.deps[i] == "aux" and not _asks(tree, goal, i)
        for goal in goals
        for i in tree.kids[goal]
    )


def _asks(tree: Tree, goal: int, to: int) -> bool:
    return any(
        tree.tags[i] in _QUESTION_TAGS or tree.lower[i] == "whether" for i in range(tree.left[goal], to)
    )


def _is_about_itself(tree: Tree, draft: Draft, patterns: Patterns) -> bool:
    """Whether the content speaks of the source (`Tarn claimed it does not ...`): it accuses nobody."""
    start = draft.content[0][0]
    subject = tree.subject(_root(tree, draft.content[0]))
    words = {tree.lower[start], tree.lower[subject] if subject is not None else ""}
    return bool(words & patterns.self_pronouns)


def _begins_negated(tree: Tree, draft: Draft) -> bool:
    """Whether the first clause of the content is negated; a quotation mark may hide its verb from the parser."""
    start, end = draft.content[0]
    near = range(start, min(start + NEGATION_REACH, end))
    return is_negated(tree, _root(tree, (start, end))) or any(tree.deps[i] == "neg" for i in near)


def _is_open(tree: Tree, draft: Draft, lemma: str, lexicon: Lexicon) -> bool:
    """Whether the cue is so plain that the content decides."""
    if draft.kind == "going_on":
        return True
    return draft.claim_type == "statement" and (
        draft.cue is None or lemma in lexicon.patterns.plain or lemma == ":"
    )


def _root(tree: Tree, span: Spread) -> int:
    """The verb that governs the first sentence of the content."""
    return tree.top(*span)


def _type_of_content(tree: Tree, root: int, draft: Draft, lexicon: Lexicon) -> str | None:
    patterns = lexicon.patterns
    words = {tree.lower[kid] for kid in tree.children(root, "aux", "auxpass")}
    lemma = tree.lemmas[root]
    complement = tree.child(root, "acomp", "attr")
    if words & patterns.call_modals:
        return "call"
    if (lemma in patterns.call_nouns and not _is_own_need(tree, root)) or (
        complement is not None and tree.lemmas[complement] in patterns.call_adjectives
    ):
        return "call"
    subject = tree.subject(root)
    if subject is None or tree.lower[subject] not in patterns.self_pronouns:
        return None
    first_person = tree.lower[subject] in {"i", "we"}
    quoted_self = first_person or draft.kind != "going_on"
    if quoted_self and (
        lemma in patterns.commitment_verbs or (words & patterns.commitment_modals and lemma != "be")
    ):
        return "commitment"
    return None


def _is_own_need(tree: Tree, root: int) -> bool:
    """`we needed help`, `firms will need a lawyer`: what was or will be lacking, not what should be done."""
    subject = tree.subject(root)
    own = tree.tags[root] == "VBD" and subject is not None and tree.lower[subject] in {"i", "we"}
    return own or any(tree.lower[kid] in {"will", "'ll"} for kid in tree.children(root, "aux"))
