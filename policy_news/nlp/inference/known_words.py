"""The vectors of words before their neighbours come in, computed once for each word: a third of the work of the networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model

from policy_news.nlp.tokens import spelled

OF_WORD = ("ORTH", "SPACY", "NORM")
"""What a vector depends on: with these, all of `COLUMNS` are known."""
COLUMNS = frozenset({*OF_WORD, "LOWER", "PREFIX", "SUFFIX", "SHAPE", "IS_SPACE"})
CAPACITY = 50_000
"""Words whose vectors are kept (20 MB for each network); when there are more, all are dropped."""
Key = tuple[int, ...]


class KnownWords:
    """Does the work of the layer that embeds words.

    Args:
        embed: The layer, from docs to an array for each.
    """

    def __init__(self, embed: Model[Any, Any]) -> None:
        self._embed = embed
        self._rows: dict[Key, int] = {}
        self._vectors = np.empty((CAPACITY, embed.get_dim("nO")), dtype=np.float32)

    def __call__(
        self, model: Model[Any, Any], docs: Sequence[Doc], is_train: bool
    ) -> tuple[list[Any], Callable[[Any], Any]]:
        """Return the vectors of the words of docs, as a layer of thinc does."""
        keys = [[*map(tuple, doc.to_array([*OF_WORD]).tolist())] for doc in docs]
        self._learn(docs, {key for words in keys for key in words})
        return [self._vectors[[*map(self._rows.__getitem__, words)]] for words in keys], lambda _: []

    def _learn(self, docs: Sequence[Doc], keys: set[Key]) -> None:
        new = sorted(key for key in keys if key not in self._rows)
        if not new:
            return
        if len(self._rows) + len(new) > CAPACITY:
            self._rows, new = {}, sorted(keys)
            self._vectors = np.empty((max(CAPACITY, len(new)), self._vectors.shape[1]), dtype=np.float32)
        vocab = docs[0].vocab
        orths, spaces, norms = zip(*new, strict=True)
        doc = Doc(vocab, words=[*map(spelled(vocab).__getitem__, orths)], spaces=[*map(bool, spaces)])
        doc.from_array(["NORM"], cast(Any, np.array(norms, dtype=np.uint64)))
        start = len(self._rows)
        (self._vectors[start : start + len(new)],) = self._embed.predict([doc])
        self._rows.update(zip(new, range(start, start + len(new)), strict=True))


def know_words(nlp: Language) -> None:
    """Keep the vectors of words in all networks of a pipeline whose first layer looks at each word alone."""
    for _, pipe in nlp.pipeline:
        model = getattr(pipe, "model", None)
        for node in model.walk() if isinstance(model, Model) else ():
            if node.has_ref("embed") and _is_of_words(node.layers[0]):
                node.layers[0] = Model("known_words", KnownWords(node.layers[0]))


def _is_of_words(embed: Model[Any, Any]) -> bool:
    """Return whether a layer begins with plain attributes of tokens, and looks at nothing else of a doc but its word vectors."""
    columns = [layer.attrs["columns"] for layer in embed.walk() if layer.name == "extract_features"]
    return embed.name.startswith("extract_features>>") and COLUMNS.issuperset(*columns)
