"""What the writer says for himself: what an act shows, what somebody leaves out, what anybody might say."""

from __future__ import annotations

from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.lexicon import Patterns
from pipeline.nlp.claims.tree import Tree

_CLAUSES = frozenset({"ccomp", "xcomp"})


def is_of_writer(tree: Tree, draft: Draft, patterns: Patterns) -> bool:
    """Whether a claim, with nothing quoted in it, is rather the writer's own clause.

    Args:
        tree: The doc.
        draft: The claim.
        patterns: The rule data.
    """
    if draft.cue is None:
        return False
    return _shows(tree, draft, patterns) or _is_left_out(tree, draft, patterns) or _is_asked(tree, draft.head)


def _shows(tree: Tree, draft: Draft, patterns: Patterns) -> bool:
    """`She walked out, showing how`, `That nobody came shows that`, `His films show a different man`: nobody says it."""
    head = draft.head
    if tree.lemmas[head] not in patterns.showing:
        return False
    if tree.child(head, "csubj", "csubjpass") is not None:
        return True
    if tree.deps[head] == "advcl" and tree.tags[head] == "VBG":
        return not _is_finding(tree, tree.subject(head), patterns)
    subject = tree.subject(head)
    if subject is None:
        return False
    thing = tree.tags[subject].startswith("NN") and subject not in tree.ents
    return thing and not _is_finding(tree, subject, patterns) and tree.child(head, *_CLAUSES) is None


def _is_finding(tree: Tree, subject: int | None, patterns: Patterns) -> bool:
    """Whether a noun stands for a paper that finds things, not for who acts: `a poll`, `the figures`."""
    return subject is not None and tree.lemmas[subject] in patterns.findings


def _is_left_out(tree: Tree, draft: Draft, patterns: Patterns) -> bool:
    """`She does not mention the fire`: the writer says what others do not."""
    negated = tree.child(draft.head, "neg") is not None
    return negated and draft.kind != "silence" and tree.lemmas[draft.head] in patterns.left_out


def _is_asked(tree: Tree, head: int) -> bool:
    """`Did the inquiry find that?`: the writer asks."""
    subject = tree.subject(head)
    if subject is None or subject > head or tree.lower[tree.sent_ends[head] - 1] != "?":
        return False
    return any(tree.lemmas[kid] == "do" and kid < tree.left[subject] for kid in tree.children(head, "aux"))
