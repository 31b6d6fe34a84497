"""The words of a claim's content that mean something, in their base forms: what stands for the parse when claims are compared."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from pipeline.nlp.relations.facts import NEGATION
from pipeline.nlp.tokens import Tokens

_MEANING = ("NN", "VB", "JJ", "CD", "FW", "$")
"""Beginnings of the tags of words that mean something."""
_EMPTY = frozenset({"be", "have", "do", "get", "'s", "that", "such", "other", "own", "something", "thing"})
"""Base forms that tell nothing, whatever their tag."""
_NEGATIONS = frozenset(
    {"not", "n't", "n’t", "no", "never", "none", "nothing", "neither", "nor", "without", "nobody"}
)


class ContentLemmas:
    """Finds the base forms of spans of a doc."""

    def __init__(self, doc: Doc) -> None:
        self._tokens = Tokens(doc)
        self._starts: list[int] = doc.to_array("IDX").tolist() if len(doc) else []

    def find(self, spans: Sequence[tuple[int, int]]) -> list[str]:
        """The base forms of the words in spans of characters, in order."""
        return [lemma for span in spans for lemma in self._within(*span)]

    def _within(self, start: int, end: int) -> Iterator[str]:
        tokens = self._tokens
        for i in range(bisect_left(self._starts, start), bisect_left(self._starts, end)):
            if tokens.lower[i] in _NEGATIONS:
                yield NEGATION
            elif tokens.tags[i].startswith(_MEANING) and any(map(str.isalnum, tokens.texts[i])):
                lemma = tokens.lemmas[i].replace("’", "'")
                if lemma not in _EMPTY:
                    yield lemma
