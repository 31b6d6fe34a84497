"""Parses texts with annotated claims, to train the encoder on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from policy_news.nlp.claims.constructions.quotes import QuoteIndex, find_quotations
from policy_news.nlp.claims.tree import Spread, Tree
from policy_news.nlp.extensions import gap_tokens

_LINE = re.compile(r"[^\n]*\n+|[^\n]+")
ROLES = ("source", "cue", "content")
Gold = dict[str, list[list[int]]]
Name = tuple[int, int, str]
OPTIONAL = ""
"""Label of a span that a reader may or may not mark as a name."""


@dataclass(frozen=True, slots=True)
class Example:
    """A training text.

    Attributes:
        tree: Its parse.
        quotes: Its quotations.
        gaps: Its masked tokens.
        parts: Token spans of the annotated claims by role, under the head token of their cue.
        names: Token spans of annotated names with their labels; `OPTIONAL` where a reader may or may not mark one.
        claims: Whether claims are annotated.
    """

    tree: Tree
    quotes: QuoteIndex
    gaps: frozenset[int]
    parts: dict[int, dict[str, list[Spread]]]
    names: tuple[tuple[Spread, str], ...] = ()
    claims: bool = True


def make_example(doc: Doc, claims: Sequence[Gold] | None, names: Sequence[Name] = ()) -> Example:
    """Make an example from a parsed text and its claims.

    Args:
        doc: The parsed text; masked words are in `doc.spans["gaps"]`.
        claims: For each claim, character spans `[start, end]` of source, cue and content; None if they are not annotated.
        names: Start, end (characters) and label of each name.
    """
    tree, gaps = Tree(doc), gap_tokens(doc)
    parts: dict[int, dict[str, list[Spread]]] = {}
    for claim in claims or ():
        spans = {role: _visible(tree, claim[role], gaps) for role in ROLES}
        cue = spans["cue"]
        # Without cue or content nothing can be learnt, and a cue with masked words would teach the
        # placeholder as a cue.
        if cue and spans["content"] and not any(i in gaps for i in range(cue[0][0], cue[-1][1])):
            parts.setdefault(tree.top(cue[0][0], cue[-1][1]), spans)
    named = tuple((tree.tokens_of(start, end), label) for start, end, label in names)
    return Example(tree, QuoteIndex(find_quotations(tree)), gaps, parts, named, claims is not None)


def _visible(tree: Tree, spans: Sequence[Sequence[int]], gaps: frozenset[int]) -> list[Spread]:
    """Return the token spans of character spans, without those that are masked completely."""
    found = [tree.tokens_of(start, end) for start, end in spans]
    return [span for span in found if any(i not in gaps for i in range(*span))]


def parse(nlp: Language, rows: Sequence[dict[str, Any]]) -> list[Example]:
    """Make examples of a corpus.

    Args:
        nlp: Pipeline that parses.
        rows: Lines of the corpus, with `text` and `claims`.
    """
    # Each line is parsed alone, as the pipeline does with the sections of a document: a title must not run
    # into the text.
    lines = [_LINE.findall(row["text"]) for row in rows]
    parsed = nlp.pipe(map(nlp.make_doc, chain.from_iterable(lines)), batch_size=64)
    examples = []
    for row, own in zip(rows, lines, strict=True):
        doc = Doc.from_docs(list(islice(parsed, len(own))))
        assert doc is not None
        examples.append(make_example(doc, row["claims"], row.get("names", ())))
    return examples
