"""Papers that say something: `approved a resolution condemning the ban` is the claim that condemns, of who approved it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.nlp.claims.constructions.phrases import find_source, noun_phrase
from pipeline.nlp.claims.constructions.verbs import find_verb_claim
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.lexicon import Lexicon
from pipeline.nlp.claims.tree import Tree

REACH = 8
"""Tokens before a participle among which the paper stands: `a resolution of its own on Tuesday condemning`."""
_STOPS = frozenset({".", ":", ";", "(", ")", "--", "–", "—"})


def read_papers(tree: Tree, drafts: list[Draft], lexicon: Lexicon) -> list[Draft]:
    """Return the drafts, with what a paper says as the claim of who wrote, signed or passed it.

    Args:
        tree: The doc.
        drafts: The claims.
        lexicon: The rule data.
    """
    found = dict(_papers(tree, lexicon))
    if not found:
        return drafts
    heads = {head for verb, made in found.items() for head in (verb, made.head)}
    known = [draft for draft in drafts if draft.head in heads]
    kept = [draft for draft in drafts if draft.head not in heads]
    return [*kept, *(_backed(made, verb, known) for verb, made in found.items())]


def _papers(tree: Tree, lexicon: Lexicon) -> Iterator[tuple[int, Draft]]:
    """Yield the verbs by which papers are written, and what the papers say."""
    for index in range(len(tree)):
        if tree.tags[index] == "VBG" and tree.lemmas[index] in lexicon.verbs:
            found = _said_in(tree, index, lexicon)
            if found is not None:
                yield found


def _said_in(tree: Tree, participle: int, lexicon: Lexicon) -> tuple[int, Draft] | None:
    """Return what the paper says that a participle belongs to, by the verb that it is written by."""
    verb = _writing(tree, participle, lexicon)
    made = None if verb is None else _made(tree, participle, verb, lexicon)
    return None if verb is None or made is None else (verb, made)


def _backed(made: Draft, verb: int, known: Sequence[Draft]) -> Draft:
    """Return the claim with the best that the layers know of the one that it stands for: of the participle, or of who wrote it."""
    own = [draft for draft in known if draft.head in (made.head, verb)]
    if not own:
        return made
    best = max(own, key=lambda draft: draft.score)
    return replace(made, method=best.method, score=best.score, backed=True, source_sure=best.source_sure)


def _writing(tree: Tree, participle: int, lexicon: Lexicon) -> int | None:
    """Return the verb by which somebody writes the paper that a participle belongs to; None where there is none."""
    patterns = lexicon.patterns
    for index in range(participle - 1, max(participle - REACH, -1), -1):
        if tree.lower[index] in _STOPS or tree.tags[index] in {"VBD", "VBZ", "VBP", "MD"}:
            return None
        if tree.lemmas[index] in patterns.papers:
            verb = tree.heads[index]
            active = tree.tags[verb].startswith("VB") and tree.deps[index] == "dobj"
            return verb if active and verb < index and tree.lemmas[verb] in patterns.writing else None
    return None


def _made(tree: Tree, participle: int, verb: int, lexicon: Lexicon) -> Draft | None:
    """Return what the paper says, of who wrote it."""
    draft = find_verb_claim(tree, participle, lexicon)
    writer = find_source(tree, verb, lexicon.patterns)
    if draft is None or not draft.content or writer is None or draft.content[0][0] < participle:
        return None
    return replace(draft, source=noun_phrase(tree, writer, lexicon.patterns, verb))
