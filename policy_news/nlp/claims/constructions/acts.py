"""Uses of reporting verbs that report nothing: `calls an election`, `claims 12 lives`, `defends her title`."""

from __future__ import annotations

from policy_news.nlp.claims.constructions.phrases import agent, is_passive
from policy_news.nlp.claims.cue_lexicon import Act, Lexicon, Patterns
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import Tree
from policy_news.nlp.tags import RELATIVES

_RUN = frozenset({
    "$", "CC", "CD", "DT", "HYPH", "JJ", "JJR", "JJS", "NN", "NNP", "NNPS", "NNS", "POS", "PRP$", "VBG", "VBN",
})  # fmt: skip
"""Tags of a noun phrase without what follows it."""
_TIMES = frozenset({"DATE", "EVENT", "TIME"})
_AGAIN = frozenset({"DT", "PRP$"})


def is_act(tree: Tree, draft: Draft, lexicon: Lexicon, *, quoted: bool = False) -> bool:
    """Return whether a listed use of the verb makes the draft an act and no claim.

    Args:
        quoted: Whether words of it stand in quotation marks.
    """
    lemma, of = tree.lemmas[draft.head], lexicon.acts_of
    acts = (*(of.get(lemma) or of.get(tree.lower[draft.head].rstrip("s"), ())), *of.get("", ()))
    return any(_fits(tree, draft, act, lexicon.patterns) for act in acts if act.quoted or not quoted)


def _fits(tree: Tree, draft: Draft, act: Act, patterns: Patterns) -> bool:
    """Return whether all that an act names is there."""
    return (
        (act.passive or act.bare or not act.verbs or not _ends_with_preposition(tree, draft))
        and _fits_nodes(tree, draft, act)
        and _has_source(tree, draft, act)
        and (not act.things or _is_of_thing(tree, draft, patterns))
        and (not act.passive or _is_undone_by(tree, draft.head))
        and (not act.bare or _is_bare(tree, draft))
        and _has_words(tree, draft, act)
        and _has_object(tree, draft, act)
    )


def _fits_nodes(tree: Tree, draft: Draft, act: Act) -> bool:
    """Return whether the heads of cue and source are as an act says."""
    if act.cue is not None and (draft.cue is None or not act.cue.fits(tree, draft.head)):
        return False
    if draft.source is None:
        return act.source_first is None and act.source_last is None
    first, last = draft.source[0], draft.source[1] - 1
    return (
        not act.sourceless
        and (act.source_first is None or act.source_first.fits(tree, first))
        and (act.source_last is None or act.source_last.fits(tree, last))
    )


def _is_undone_by(tree: Tree, head: int) -> bool:
    """Return whether a verb is a passive or its participle, with no agent named: `was rejected`, `a law dubbed`."""
    participle = (
        tree.tags[head] in {"VBD", "VBN"}
        and tree.deps[head] in {"acl", "advcl"}
        and tree.subject(head) is None
    )
    return (is_passive(tree, head) or participle) and agent(tree, head) is None


def _is_bare(tree: Tree, draft: Draft) -> bool:
    """Return whether a content is a noun phrase: no clause, no infinitive, nothing that it is called."""
    if draft.kind == "order" or tree.child(draft.head, "ccomp", "xcomp", "oprd", "attr") is not None:
        return False
    # The parser may hang `as` on the object.
    return all(tree.lower[i] != "as" for start, end in draft.content for i in range(start, end)) and not any(
        tree.tags[tree.top(*span)].startswith(("VB", "MD")) for span in draft.content
    )


def _is_of_thing(tree: Tree, draft: Draft, patterns: Patterns) -> bool:
    """Return whether the source is nobody who speaks: `the next day saw`."""
    subject = tree.subject(draft.head) if draft.source is None else tree.top(*draft.source)
    if subject is None:
        return False
    if tree.tags[subject] in RELATIVES and tree.deps[tree.heads[subject]] == "relcl":
        subject = tree.heads[tree.heads[subject]]
    return tree.lemmas[subject] in patterns.things or (
        subject in tree.ents and tree.mentions[tree.ents[subject]].label_ in _TIMES
    )


def _ends_with_preposition(tree: Tree, draft: Draft) -> bool:
    """Return whether a preposition ends it: `calls for an election` is no act, other than `calls an election`."""
    last = draft.head if draft.cue is None else draft.cue[1] - 1
    return last > draft.head and tree.tags[last] in {"IN", "RP"}


def _has_source(tree: Tree, draft: Draft, act: Act) -> bool:
    if not act.sources:
        return True
    if draft.source is None:
        return False
    # `a district court`, `the Court of Appeal`
    nouns = _last_noun(tree, *draft.source), tree.top(*draft.source)
    return any(tree.lemmas[noun] in act.sources or tree.lower[noun] in act.sources for noun in nouns)


def _has_words(tree: Tree, draft: Draft, act: Act) -> bool:
    """Return whether one of the words of an act follows, and none of those that must not."""
    words = {tree.lower[i] for start, end in draft.content for i in range(start, end)}
    words.update(tree.lower[draft.head + 1 : draft.head + 2])  # `pressed ahead with`
    if words & act.not_then:
        return False
    for kid in tree.children(draft.head, "prep"):  # `welcomed the sultan | at the airport`
        words.update(tree.lower[slice(*tree.subtree(kid))])
    return not act.then or bool(words & act.then)


def _has_object(tree: Tree, draft: Draft, act: Act) -> bool:
    if not act.objects and not act.object_labels and not act.not_objects:
        return True
    target = object_head(tree, draft)
    # `said little | about the talks`
    little = next(
        (kid for kid in tree.children(draft.head, "dobj", "advmod") if tree.tags[kid] == "JJ"), None
    )
    target = little if little is not None and tree.lower[little] in act.objects else target
    if target is None:
        return False
    number = tree.ents.get(target)
    label = tree.mentions[number].label_ if number is not None else ""
    # The lemmatiser makes `dos` of `doses`.
    forms = {tree.lemmas[target], tree.lower[target]}
    if not forms.isdisjoint(act.not_objects):
        return False
    return (
        not (act.objects or act.object_labels)
        or not forms.isdisjoint(act.objects)
        or label in act.object_labels
    )


def object_head(tree: Tree, draft: Draft) -> int | None:
    """Return the noun that a content begins with and goes on from; None for a clause or a content of two parts.

    `snap election` of `calls snap election`, but nothing of `calls snap election a mistake`.
    """
    start, end = draft.content[0] if draft.content else (0, 0)
    if draft.cue is not None and start < draft.cue[1]:
        return _subject_of_passive(tree, draft.head, start, end)
    # The last one: the parser may take a title for an object of its own (`dismissed prisons chief Dale Orme`).
    target = max((kid for kid in tree.children(draft.head, "dobj") if start <= kid < end), default=None)
    if target is not None and tree.child(draft.head, "ccomp", "oprd", "xcomp") is None:
        return target
    last = start
    while (
        last < end
        and (tree.tags[last] in _RUN or tree.tags[last] == "RB")
        and not (tree.tags[last] in _AGAIN and tree.tags[last - 1].startswith("NN") and last > start)
    ):
        last += 1
    if last < end and (tree.tags[last] in _AGAIN | {"MD", "PRP", "VBD", "VBZ", "VBP"}):
        return None
    return next((i for i in range(last - 1, start - 1, -1) if tree.tags[i].startswith(("NN", "CD"))), None)


def _subject_of_passive(tree: Tree, head: int, start: int, end: int) -> int | None:
    """Return what is done by somebody, in a range: `The suit was rejected by the court`."""
    done = tree.child(head, "nsubjpass")
    return done if done is not None and start <= done < end and agent(tree, head) is not None else None


def _last_noun(tree: Tree, start: int, end: int) -> int:
    return next((i for i in range(end - 1, start - 1, -1) if tree.tags[i].startswith("NN")), end - 1)
