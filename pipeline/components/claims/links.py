"""Who the source is: the mention in it, or a cautious antecedent of a pronoun or of `the firm`."""

from __future__ import annotations

from bisect import bisect_right

from spacy.tokens import Span

from pipeline.components.claims.draft import Draft
from pipeline.components.claims.lexicon import Patterns
from pipeline.components.claims.tree import Tree

REACH = 120
"""Farthest antecedent, in tokens."""


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
    """The mention that is the head of the source; else the only one in it."""
    top = tree.top(start, end)
    named = patterns.person_labels | patterns.organisation_labels | {"GPE"}
    numbers = sorted({tree.ents[i] for i in range(start, end) if i in tree.ents})
    ents = [tree.mentions[n] for n in numbers if tree.mentions[n].label_ in named]
    heads = [ent for ent in ents if ent.start <= top < ent.end]
    if heads:
        return heads[0]
    people = [ent for ent in ents if ent.label_ in patterns.person_labels]
    if len(people) == 1 and tree.tags[top].startswith("NNP"):
        return people[0]
    return (
        ents[0]
        if len(ents) == 1 and end - start == ents[0].end - ents[0].start + 1 and tree.lower[start] in {"the", "mr", "mrs", "ms"}
        else None
    )


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
    subjects = [ent for ent in candidates if tree.deps[ent.root.i] in {"nsubj", "nsubjpass", "pobj"} and ent.start >= sentence - REACH // 2]
    best = next((ent for ent in subjects if tree.deps[ent.root.i] != "pobj"), None) or candidates[0]
    rivals = {
        ent.text.split()[-1] for ent in candidates if ent.sent.start == best.sent.start and tree.deps[ent.root.i] == tree.deps[best.root.i]
    }
    return best if len(rivals) == 1 else None


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
