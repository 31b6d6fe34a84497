"""What the writer says for himself: what an act shows, what somebody leaves out, what anybody might say."""

from __future__ import annotations

from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.lexicon import Patterns
from pipeline.nlp.claims.tree import Tree

_CONDITIONS = frozenset({"if", "when", "whenever"})
_ANYBODY = frozenset({"anybody", "anyone", "one", "people", "somebody", "someone", "you"})
_MIGHT = frozenset({"can", "could", "may", "might", "would"})
_POINTED = frozenset({"at", "out", "to", "toward", "towards"})
_CLAUSES = frozenset({"ccomp", "xcomp"})
_PEOPLE = frozenset({"MINISTER", "OFFICE", "PERSON"})


def is_of_writer(tree: Tree, draft: Draft, patterns: Patterns) -> bool:
    """Whether a claim, with nothing quoted in it, is rather the writer's own clause.

    Args:
        tree: The doc.
        draft: The claim.
        patterns: The rule data.
    """
    if draft.cue is None:
        return False
    return (
        _shows(tree, draft, patterns)
        or _is_by_way(tree, draft)
        or _is_left_out(tree, draft, patterns)
        or _is_anybody(tree, draft)
        or _points(tree, draft)
        or _backs(tree, draft, patterns)
        or _is_described(tree, draft)
        or _is_asked(tree, draft.head)
        or _is_hard(tree, draft.head)
    )


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
    if _is_fact(tree, subject):
        return draft.source is None or not draft.source[0] <= subject < draft.source[1]
    thing = tree.tags[subject].startswith("NN") and subject not in tree.ents
    return thing and not _is_finding(tree, subject, patterns) and tree.child(head, *_CLAUSES) is None


def _is_fact(tree: Tree, subject: int) -> bool:
    """`The fact that no senator came`."""
    return tree.child(subject, "acl") is not None and tree.lemmas[subject] == "fact"


def _is_finding(tree: Tree, subject: int | None, patterns: Patterns) -> bool:
    """Whether a noun stands for a paper that finds things, not for who acts: `a poll`, `the figures`."""
    return subject is not None and tree.lemmas[subject] in patterns.findings


def _is_by_way(tree: Tree, draft: Draft) -> bool:
    """`The cuts are justified by arguing that`: the cuts do not argue."""
    by = tree.heads[draft.head]
    if tree.deps[draft.head] != "pcomp" or tree.lower[by] != "by" or draft.source is None:
        return False
    done = tree.child(tree.heads[by], "nsubjpass")
    return done is not None and draft.source[0] <= done < draft.source[1]


def _is_left_out(tree: Tree, draft: Draft, patterns: Patterns) -> bool:
    """`She does not mention the fire`: the writer says what others do not."""
    negated = tree.child(draft.head, "neg") is not None
    return negated and draft.kind != "silence" and tree.lemmas[draft.head] in patterns.left_out


def _is_anybody(tree: Tree, draft: Draft) -> bool:
    """`If somebody says that`, `when a man says`, `you might think`: what is told of nobody in particular."""
    subject = tree.subject(draft.head)
    if subject is None:
        return False
    if tree.lower[subject] == "you" and draft.source is not None and subject == draft.source[0]:
        return any(tree.lower[kid] in _MIGHT for kid in tree.children(draft.head, "aux"))
    return _is_supposed(tree, draft.head) and _is_unnamed(tree, subject)


def _is_supposed(tree: Tree, head: int) -> bool:
    """Whether a verb, or the one that it is joined to, is in a clause with `if` or `when` and tells no past."""
    while tree.deps[head] == "conj" and tree.heads[head] < head:
        head = tree.heads[head]
    marks = (tree.lower[kid] for kid in tree.children(head, "advmod", "mark"))
    return (
        tree.deps[head] == "advcl"
        and tree.tags[head] in {"VBP", "VBZ"}
        and any(mark in _CONDITIONS for mark in marks)
    )


def _is_unnamed(tree: Tree, subject: int) -> bool:
    if tree.lower[subject] in _ANYBODY:
        return True
    determiner = tree.child(subject, "det")
    return (
        determiner is not None and tree.lower[determiner] in {"a", "an", "any"} and subject not in tree.ents
    )


def _points(tree: Tree, draft: Draft) -> bool:
    """`Is pointing the country to a new tax`: it points nothing out."""
    if tree.lemmas[draft.head] != "point" or not tree.tags[draft.head].startswith("VB"):
        return False
    after = tree.lower[draft.head + 1 : draft.head + 2]
    return after != [] and after[0] not in _POINTED and tree.child(draft.head, "dobj") is not None


def _backs(tree: Tree, draft: Draft, patterns: Patterns) -> bool:
    """`A group backing Ms Orr` is told of for what it does."""
    if tree.deps[draft.head] != "acl" or tree.lemmas[draft.head] not in patterns.backing:
        return False
    backed = tree.child(draft.head, "dobj")
    number = None if backed is None else tree.ents.get(backed)
    return number is not None and tree.mentions[number].label_ in _PEOPLE


def _is_described(tree: Tree, draft: Draft) -> bool:
    """`Issued a statement that sought to calm the port`: what is said of a paper is not what it says."""
    if not draft.content or draft.content[0][0] < draft.head:
        return False
    first = draft.content[0][0]
    verb = tree.heads[first]
    return (
        tree.lower[first] in {"that", "which"} and tree.deps[first] == "nsubj" and tree.deps[verb] == "relcl"
    )


def _is_hard(tree: Tree, head: int) -> bool:
    """`It is hard to tell how many were lost`: nobody tells."""
    be = tree.heads[head]
    subject = tree.subject(be)
    infinitive = tree.tags[head] == "VB" and tree.deps[head] in _CLAUSES
    return (
        infinitive
        and tree.child(be, "acomp") is not None
        and subject is not None
        and tree.lower[subject] == "it"
    )


def _is_asked(tree: Tree, head: int) -> bool:
    """`Did the inquiry find that?`: the writer asks."""
    subject = tree.subject(head)
    if subject is None or subject > head or tree.lower[tree.sent_ends[head] - 1] != "?":
        return False
    return any(tree.lemmas[kid] == "do" and kid < tree.left[subject] for kid in tree.children(head, "aux"))
