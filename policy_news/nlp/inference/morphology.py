"""Part of speech and lemma, computed once for each word with its tag and dependency label.

spaCy's attribute ruler matches some two hundred patterns against every token, and its lemmatizer looks up every token.
Nearly all of these patterns have one token, so the result depends on that token's spelling, tag and label alone and can be
cached. Where a pattern of several tokens matches (`gon na`), these tokens go through spaCy's components.
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
"""Attributes of the result. Morphological features are left out, because a stored parse does not have them."""
OF_WORD = frozenset({"ORTH", "TEXT", "LOWER", "IS_SPACE", "TAG", "DEP"})
"""Attributes of patterns that depend on `SEEN` only."""
CAPACITY = 300_000
"""Cached results; when there are more, all are dropped."""
Row = tuple[int, ...]
"""Values of `SEEN` or `GIVEN` for a token."""


class Morphology:
    """Does the work of an attribute ruler and a lemmatizer after it.

    Args:
        ruler: The attribute ruler, with patterns over `OF_WORD`.
    """

    def __init__(self, ruler: AttributeRuler, lemmatizer: Lemmatizer) -> None:
        self._ruler, self._lemmatizer = ruler, lemmatizer
        self._of_one = AttributeRuler(ruler.vocab)
        self._of_several, self._opening = Matcher(ruler.vocab), Matcher(ruler.vocab)
        self._longest = 0
        for number, rule in enumerate(cast(list[dict[str, Any]], ruler.patterns)):
            if all(len(pattern) == 1 for pattern in rule["patterns"]):
                self._of_one.add(**rule)
            else:
                self._of_several.add(str(number), rule["patterns"])
                self._opening.add(str(number), [pattern[:1] for pattern in rule["patterns"]])
                self._longest = max(self._longest, *map(len, rule["patterns"]))
        _index_words(lemmatizer)
        self._known: dict[Row, Row] = {}
        self._opens: set[Row] = set()

    def __call__(self, doc: Doc) -> Doc:
        """Set part of speech and lemma of all tokens of a tagged and parsed Doc."""
        keys = _rows(doc, SEEN)
        self._learn(doc.vocab, set(keys))
        readings = [self._known[key] for key in keys]
        # After the cached results: these tokens depend on their neighbours and overwrite them.
        for start, end in self._matches_of_several(doc, keys):
            several = _doc_of(doc.vocab, keys[start:end])
            readings[start:end] = _rows(self._lemmatizer(self._ruler(several)), GIVEN)
        return doc.from_array(GIVEN, cast(Any, np.array(readings, dtype=np.uint64).reshape(-1, len(GIVEN))))

    def _matches_of_several(self, doc: Doc, keys: Sequence[Row]) -> Iterator[tuple[int, int]]:
        for i, key in enumerate(keys):
            if key in self._opens:
                found = self._of_several(doc[i : i + self._longest], allow_missing=True)
                yield from ((i, i + end) for _, start, end in found if not start)

    def _learn(self, vocab: Vocab, keys: set[Row]) -> None:
        new = sorted(
            key for key in keys if key not in self._known
        )  # `keys - known.keys()` goes through all known
        if not new:
            return
        if len(self._known) + len(new) > CAPACITY:
            self._known, new = {}, sorted(keys)
        # One Doc of all new words: calling the components has a fixed cost that single words would pay each time.
        doc = _doc_of(vocab, new)
        if len(self._opening):
            self._opens.update(new[i] for _, i, _ in self._opening(doc, allow_missing=True))
        results = _rows(self._lemmatizer(self._of_one(doc)), GIVEN)
        self._known.update(zip(new, results, strict=True))


def _doc_of(vocab: Vocab, keys: Sequence[Row]) -> Doc:
    """Make a Doc of words with their tags and labels, without a dependency tree."""
    doc = Doc(vocab, words=[vocab.strings[orth] for orth, _, _ in keys])
    return doc.from_array(SEEN[1:], cast(Any, np.array([key[1:] for key in keys], dtype=np.uint64)))


def _rows(doc: Doc, attributes: list[int | str]) -> list[Row]:
    return list(map(tuple, doc.to_array(attributes).tolist()))


def _index_words(lemmatizer: Lemmatizer) -> None:
    """Turn the lists of known words into sets, because a rule lemmatizer searches them from the front for every new form."""
    if lemmatizer.lookups.has_table("lemma_index"):
        table = lemmatizer.lookups.get_table("lemma_index")
        for pos, words in list(table.items()):
            table[pos] = frozenset(words)


def find_morphology(nlp: Language) -> Morphology | None:
    """Return the `Morphology` of a pipeline; None if it lacks one of tagger, parser, attribute ruler and lemmatizer, or has others."""
    pipes = dict(nlp.pipeline)
    ruler, lemmatizer = (pipes.get(name) for name in MORPHOLOGY)
    if not (
        isinstance(ruler, AttributeRuler)
        and isinstance(lemmatizer, Lemmatizer)
        and {"tagger", "parser"} <= pipes.keys()
    ):
        return None
    rules = cast(list[dict[str, Any]], ruler.patterns)
    seen: set[str] = set()
    given: set[int | str] = set()
    for rule in rules:
        given.update(rule["attrs"])
        for pattern in rule["patterns"]:
            seen.update(*pattern)
    # A pattern over another attribute, or a result that is not cached, would make the cache wrong.
    if seen <= OF_WORD and given <= {*GIVEN, "MORPH"} and "morphologizer" not in pipes:
        return Morphology(ruler, lemmatizer)
    return None
