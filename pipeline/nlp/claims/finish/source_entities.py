"""Who the source is: the mention in it, or a cautious antecedent of a pronoun or of `the firm`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from spacy.tokens import Span

from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.lexicon import Patterns
from pipeline.nlp.claims.tree import SUBJECTS, Tree

REACH = 120
"""Farthest antecedent, in tokens."""
_VOICE_PREPOSITIONS = frozenset({"at", "for", "from", "of"})


def find_antecedent(tree: Tree, draft: Draft, patterns: Patterns) -> str | None:
    """`start:end` (characters) of the mention that the source is or stands for, or None where that is unclear."""
    if draft.source is None:
        return None
    start, end = draft.source
    inside = _mention_in(tree, start, end, patterns)
    if inside is None and not any(i in tree.ents for i in range(start, end)):
        inside = _antecedent(tree, start, end, patterns)
    return None if inside is None else f"{inside.start_char}:{inside.end_char}"


def _mention_in(tree: Tree, start: int, end: int, patterns: Patterns) -> Span | None:
    """The mention that the head of the source names, or that it speaks for (`a Treasury official`); never a mere modifier."""
    top = tree.top(start, end)
    named = patterns.person_labels | patterns.organisation_labels | {"GPE", "OFFICE"}
    numbers = sorted({tree.ents[i] for i in range(start, end) if i in tree.ents})
    ents = [tree.mentions[n] for n in numbers if tree.mentions[n].label_ in named]
    head = next((ent for ent in ents if ent.start <= top < ent.end), None)
    if head is not None:
        return _whose_country(head, ents, patterns) or head
    people = [ent for ent in ents if ent.label_ in patterns.person_labels]
    if len(people) == 1 and (tree.tags[top].startswith("NNP") or _is_called(tree, people[0], top)):
        return people[0]
    if tree.lemmas[top] in patterns.voices:
        owners = [ent for ent in ents if _owns(tree, ent, top)]
        return owners[0] if len(owners) == 1 else None
    titled = (
        len(ents) == 1
        and end - start == ents[0].end - ents[0].start + 1
        and tree.lower[start] in {"the", "mr", "mrs", "ms"}
    )
    return ents[0] if titled else None


def _whose_country(head: Span, ents: Sequence[Span], patterns: Patterns) -> Span | None:
    """`Hikvision` for `UK` in `Hikvision UK`."""
    if head.label_ != "GPE":
        return None
    return next(
        (ent for ent in ents if ent.end == head.start and ent.label_ in patterns.organisation_labels), None
    )


def _is_called(tree: Tree, person: Span, top: int) -> bool:
    """Whether a name stands in apposition: `a spokesman for the firm, Harish Polimera`."""
    root = tree.top(person.start, person.end)
    return (
        tree.deps[root] == "appos"
        and (person.start == 0 or tree.lower[person.start - 1] == ",")
        and tree.inside(root, top)
    )


def _owns(tree: Tree, ent: Span, top: int) -> bool:
    """Whether a mention says whose voice the head is: `a Treasury official`, `Huawei's lawyers`, `a spokesman for Dahua`."""
    root = tree.top(ent.start, ent.end)
    if tree.deps[root] == "pobj" and tree.lower[tree.heads[root]] in _VOICE_PREPOSITIONS:
        root = tree.heads[root]
    return tree.heads[root] == top and root != top


def _antecedent(tree: Tree, start: int, end: int, patterns: Patterns) -> Span | None:
    """The nearest mention before the source that its words may stand for; None if two kinds compete."""
    labels = _wanted(tree, start, end, patterns)
    if not labels:
        return None
    sentence = tree.sents[start]
    candidates: list[Span] = []
    before = bisect_right(tree.mentions, start, key=lambda ent: ent.end)
    for ent in (tree.mentions[number] for number in range(before - 1, -1, -1)):
        if start - ent.start > REACH:
            break
        if ent.label_ in labels:
            candidates.append(ent)
    if not candidates:
        return None
    subjects = [
        ent
        for ent in candidates
        if tree.deps[ent.root.i] in {"nsubj", "nsubjpass", "pobj"} and ent.start >= sentence - REACH // 2
    ]
    best = next((ent for ent in subjects if tree.deps[ent.root.i] != "pobj"), None) or candidates[0]
    rivals = {
        ent.text.split()[-1]
        for ent in candidates
        if ent.sent.start == best.sent.start and tree.deps[ent.root.i] == tree.deps[best.root.i]
    }
    return best if len(rivals) == 1 and not _is_overtaken(tree, best, start, patterns) else None


def _is_overtaken(tree: Tree, best: Span, start: int, patterns: Patterns) -> bool:
    """Whether somebody without a name is the subject of a nearer clause: `Ms Hill left. Her spokesman stayed. She ...`."""
    return any(
        tree.deps[i] in SUBJECTS and tree.tags[i] == "NN" and tree.lemmas[i] in patterns.unnamed
        for i in range(best.end, start)
    )


def _wanted(tree: Tree, start: int, end: int, patterns: Patterns) -> frozenset[str]:
    """Labels of what the source may stand for."""
    word = tree.lower[start]
    head = tree.lemmas[tree.top(start, end)]
    if end - start == 1:
        if word in patterns.person_pronouns:
            return patterns.person_labels
        return patterns.organisation_labels if word in patterns.group_pronouns else frozenset()
    if word not in {"the", "its", "his", "her"} or end - start > 3:
        return frozenset()
    if head in patterns.spokes_heads and word == "its":
        return patterns.organisation_labels
    if word != "the":
        return frozenset()
    for heads, labels in (
        (patterns.office_heads, frozenset({"MINISTER"})),
        (patterns.person_heads, patterns.person_labels),
        (patterns.company_heads, patterns.company_labels),
        (patterns.department_heads, patterns.department_labels),
        (patterns.committee_heads, patterns.committee_labels),
        (patterns.organisation_heads, patterns.organisation_labels),
    ):
        if head in heads:
            return labels
    return frozenset()
