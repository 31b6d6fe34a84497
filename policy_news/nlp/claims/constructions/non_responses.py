"""Non-responses: `did not respond`, `declined to comment`, `could not be reached`, `would not say`."""

from __future__ import annotations

from collections.abc import Iterable

from policy_news.nlp.claims.constructions.phrases import find_source, is_negated, noun_phrase, verb_group
from policy_news.nlp.claims.cue_lexicon import Lexicon, Patterns
from policy_news.nlp.claims.draft import Draft, cue_tokens
from policy_news.nlp.claims.tree import Spread, Tree


def find_silence(tree: Tree, head: int, lexicon: Lexicon) -> Draft | None:
    """Return the refusal that a verb or adjective reports; its content is what the refusal is about, often nothing."""
    patterns = lexicon.patterns
    found = _cue(tree, head, lexicon)
    if found is None:
        return None
    verb, start, end = found
    denial = _denial_beside(tree, head)
    if denial is not None:
        end = denial + 1
    content = _topic(tree, head if denial is None else denial, patterns)
    if content is not None and content[0] < end:
        content = None  # `declined interview requests`: the object is part of the cue
    if content and content[0] == end + 1:
        end += 1
    subject = (
        tree.subject(verb) if tree.child(verb, "nsubjpass") is not None else find_source(tree, verb, patterns)
    )
    if subject is None and tree.subject(verb) is None and tree.deps[verb] not in {"conj", "ROOT"}:
        return None
    source = None if subject is None else noun_phrase(tree, subject, patterns, head)
    return Draft(head, (start, end), source, (content,) if content else (), "silence", "non_response")


def _denial_beside(tree: Tree, head: int) -> int | None:
    """Return the `deny` of `would not confirm or deny`, if there is one."""
    other = tree.child(head, "conj")
    if other is None or tree.lemmas[head] != "confirm" or tree.lemmas[other] != "deny":
        return None
    return other


def silent_tokens(drafts: Iterable[Draft]) -> frozenset[int]:
    """Return the tokens of the cues of non-responses: no other cue is among them (`refused` in `refused to say`)."""
    return cue_tokens(draft for draft in drafts if draft.kind == "silence")


def _cue(tree: Tree, head: int, lexicon: Lexicon) -> tuple[int, int, int] | None:
    """Return the verb that has the subject, and the range of the cue."""
    patterns = lexicon.patterns
    if not tree.tags[head].startswith("VB"):
        return _unavailable(tree, head, patterns)
    lemma, group, governor = tree.lemmas[head], verb_group(tree, head), tree.heads[head]
    if (
        lemma in patterns.refused
        and tree.deps[head] == "xcomp"
        and tree.lemmas[governor] in patterns.refusals
    ):
        return governor, verb_group(tree, governor)[0], group[1]
    if (tree.child(head, "preconj") is not None or is_negated(tree, head)) and _denial_beside(
        tree, head
    ) is not None:
        return head, *group  # `would neither confirm nor deny`, `has not confirmed or denied`
    if not is_negated(tree, head):
        return _without_answer(tree, head, patterns)
    if any(rule.cue.fits(tree, head) for rule in lexicon.refusals):
        return head, *group
    if lemma in patterns.unreached and tree.child(head, "auxpass") is not None:
        subject = tree.subject(head)
        if subject is not None and tree.lemmas[subject] in patterns.things:
            return None  # `no deal was reached`
        return head, group[0], _for_comment(tree, group[1])
    return _without_answer(tree, head, patterns, negated=True)


def _without_answer(
    tree: Tree, head: int, patterns: Patterns, *, negated: bool = False
) -> tuple[int, int, int] | None:
    """Find `made no comment`, `did not return calls`."""
    objects = patterns.silent_objects.get(tree.lemmas[head], frozenset())
    target = tree.child(head, "dobj")
    if tree.lemmas[head] == "decline" and target is not None and tree.lemmas[target] in patterns.declined:
        start, end = verb_group(tree, head)
        return head, start, max(end, target + 1)
    if target is None or tree.lemmas[target] not in objects:
        return None
    if not negated and tree.lower[tree.left[target]] != "no":
        return None
    start, end = verb_group(tree, head)
    # Of `did not return her calls` the calls are what is not answered, of `made no comment` nothing is.
    return head, start, end if tree.lemmas[target] in patterns.unanswered else target + 1


def _unavailable(tree: Tree, head: int, patterns: Patterns) -> tuple[int, int, int] | None:
    """Find `was not available for comment`, `remained silent`."""
    verb = tree.heads[head]
    if tree.deps[head] != "acomp" or tree.lemmas[verb] not in patterns.stay:
        return None
    lemma = tree.lower[head]
    shut = (
        lemma in patterns.tight_lipped
        or lemma.startswith("tight-lipped")
        or "tight" in (tree.lower[kid] for kid in tree.kids[head])
    )
    if not shut and not (
        lemma in patterns.unavailable or (lemma in patterns.available and is_negated(tree, verb))
    ):
        return None
    end = _for_comment(tree, head + 1)
    if not shut and end == head + 1:
        return None
    return verb, verb_group(tree, verb)[0], end


def _for_comment(tree: Tree, end: int) -> int:
    """End of the cue with `for comment`."""
    if end + 1 < len(tree) and tree.lower[end] == "for" and tree.lower[end + 1] in {"comment", "interview"}:
        return end + 2
    return end


def _topic(tree: Tree, head: int, patterns: Patterns) -> Spread | None:
    """Return what the refusal is about."""
    clause = tree.child(head, "ccomp", "dobj")
    if clause is not None and clause > head:
        # An object may belong to the cue: `made no comment`, but not `return her calls`.
        own = patterns.silent_objects.get(tree.lemmas[head], frozenset()) - patterns.unanswered
        if tree.lemmas[clause] not in own:
            return tree.subtree(clause)
    for kid in tree.kids[head]:
        if (
            kid > head
            and tree.deps[kid] in {"prep", "dative"}
            and tree.lower[kid] in patterns.silence_preps
            and kid < tree.right[kid]
            and not tree.dates_within(kid + 1, kid + 2)
        ):
            return kid + 1, tree.right[kid] + 1
    return None
