"""Part of speech and lemma, and what else the attribute ruler sets, found once for each word with its tag and its dependency label.

spaCy's attribute ruler matches some two hundred patterns against every token, and its lemmatizer looks up every token. Nearly all those
patterns are of one token, so what comes out depends on that token's spelling, tag and label alone, and is kept. Where a pattern of several
tokens matches (`gon na`), those tokens go through spaCy's components.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.tokens import Doc
from spacy.vocab import Vocab

MORPHOLOGY = ("attribute_ruler", "lemmatizer")
"""Components whose work `Morphology` does."""
SEEN: list[int | str] = ["ORTH", "TAG", "DEP"]
GIVEN: list[int | str] = ["POS", "LEMMA", "TAG", "DEP"]
"""What comes out. Morphological features are left out: they are not kept with a parse."""
OF_WORD = frozenset({"ORTH", "TEXT", "LOWER", "IS_SPACE", "TAG", "DEP"})
"""Attributes of patterns that `SEEN` settles."""
CAPACITY = 300_000
"""Readings that are kept; when there are more, all are forgotten."""
Row = tuple[int, ...]
"""Values of `SEEN` or `GIVEN` for a token."""


class Morphology:
    """Does what an attribute ruler and a lemmatizer behind it do.

    Args:
        ruler: The attribute ruler, with patterns over `OF_WORD`.
        lemmatizer: The lemmatizer.
    """

    def __init__(self, ruler: AttributeRuler, lemmatizer: Lemmatizer) -> None:
        self._ruler, self._lemmatizer = ruler, lemmatizer
        self._of_one = AttributeRuler(ruler.vocab)
        self._of_several = Matcher(ruler.vocab)
        for number, rule in enumerate(cast(list[dict[str, Any]], ruler.patterns)):
            if all(len(pattern) == 1 for pattern in rule["patterns"]):
                self._of_one.add(**rule)
            else:
                self._of_several.add(str(number), rule["patterns"])
        _index_words(lemmatizer)
        self._known: dict[Row, Row] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Set part of speech and lemma of all tokens of a tagged and parsed Doc."""
        keys = _rows(doc, SEEN)
        self._learn(doc.vocab, set(keys))
        readings = [self._known[key] for key in keys]
        for start, end in self._matches_of_several(doc):
            readings[start:end] = _rows(
                self._lemmatizer(self._ruler(_doc_of(doc.vocab, keys[start:end]))), GIVEN
            )
        return doc.from_array(GIVEN, cast(Any, np.array(readings, dtype=np.uint64).reshape(-1, len(GIVEN))))

    def _matches_of_several(self, doc: Doc) -> Iterator[tuple[int, int]]:
        if len(self._of_several):
            yield from ((start, end) for _, start, end in self._of_several(doc, allow_missing=True))

    def _learn(self, vocab: Vocab, keys: set[Row]) -> None:
        new = sorted(keys - self._known.keys())
        if not new:
            return
        if len(self._known) + len(new) > CAPACITY:
            self._known, new = {}, sorted(keys)
        self._known.update(
            zip(new, _rows(self._lemmatizer(self._of_one(_doc_of(vocab, new))), GIVEN), strict=True)
        )


def _doc_of(vocab: Vocab, keys: Sequence[Row]) -> Doc:
    """A Doc of these words with their tags and labels, and without a tree."""
    doc = Doc(vocab, words=[vocab.strings[orth] for orth, _, _ in keys])
    return doc.from_array(SEEN[1:], cast(Any, np.array([key[1:] for key in keys], dtype=np.uint64)))


def _rows(doc: Doc, attributes: list[int | str]) -> list[Row]:
    return list(map(tuple, doc.to_array(attributes).tolist()))


def _index_words(lemmatizer: Lemmatizer) -> None:
    """Turn the lists of known words into sets: a rule lemmatizer looks for every new form in them, from the front."""
    if lemmatizer.lookups.has_table("lemma_index"):
        table = lemmatizer.lookups.get_table("lemma_index")
        for pos, words in list(table.items()):
            table[pos] = frozenset(words)


def find_morphology(nlp: Language) -> Morphology | None:
    """The `Morphology` of a pipeline with a tagger, a parser, an attribute ruler and a lemmatizer; None if it has others or lacks one."""
    pipes = dict(nlp.pipeline)
    ruler, lemmatizer = (pipes.get(name) for name in MORPHOLOGY)
    if not (
        isinstance(ruler, AttributeRuler)
        and isinstance(lemmatizer, Lemmatizer)
        and {"tagger", "parser"} <= pipes.keys()
    ):
        return None
    rules = cast(list[dict[str, Any]], ruler.patterns)
    seen = {name for rule in rules for pattern in rule["patterns"] for token in pattern for name in token}
    given = {name for rule in rules for name in rule["attrs"]}
    known = seen <= OF_WORD and given <= {*GIVEN, "MORPH"} and "morphologizer" not in pipes
    if known:
        return Morphology(ruler, lemmatizer)
    return None
