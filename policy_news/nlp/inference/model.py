"""The statistical components of a pipeline, from the texts of sections to one parsed Doc per document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, cast

from spacy.language import Language
from spacy.pipeline import DependencyParser
from spacy.tokens import Doc

from policy_news.nlp.inference.batching import TOKENS, batches
from policy_news.nlp.inference.biluo import Biluo, find_biluo
from policy_news.nlp.inference.joining import LENGTHS, join_docs
from policy_news.nlp.inference.known_words import know_words
from policy_news.nlp.inference.matmul import use_steady_products
from policy_news.nlp.inference.morphology import MORPHOLOGY, find_morphology
from policy_news.nlp.inference.tokenizer import part_at_clocks

MAX_PIECE = 50_000
"""Characters of the longest text that the networks get at once; their memory grows with it."""
PARSED = 5_000
"""Tokens that the parser gets at once: it goes through the texts side by side, and each step has a fixed cost."""


class StatisticalModel:
    """Runs the components of a pipeline, except some, section by section.

    Args:
        nlp: The pipeline. Its networks are set up for inference: do not train or save it afterwards.
        without: Names of the components to leave out.
        batch_size: Largest number of sections that the networks get at once; results do not depend on it.
    """

    def __init__(self, nlp: Language, without: Sequence[str], batch_size: int) -> None:
        # First of all: what follows copies weights and operations out of the networks.
        use_steady_products(nlp)
        know_words(nlp)
        self._nlp = nlp
        self._batch_size = batch_size
        self._morphology = find_morphology(nlp)
        left_out = set(without)
        if self._morphology:
            left_out.update(MORPHOLOGY)
        self._components = [pipe for name, pipe in nlp.pipeline if name not in left_out]
        # Only a recogniser at the end can be taken out: components after it might need its entities.
        self._recogniser: Biluo | None = None
        if self._components:
            self._recogniser = find_biluo(self._components[-1])
        if self._recogniser:
            self._components.pop()

    def read(self, documents: Sequence[Sequence[str]]) -> Iterator[Doc]:
        """Parse documents.

        Args:
            documents: The texts of the sections of each document.

        Yields:
            One parsed Doc per document; its user data has the numbers of tokens of its sections under `LENGTHS`.
        """
        cut = [list(map(cut_long, sections)) for sections in documents]
        docs: list[Doc] = []
        for sections in cut:
            for pieces in sections:
                docs.extend(part_at_clocks(self._nlp.make_doc(piece)) for piece in pieces)
        # The sections of all documents share batches; joining takes them back in the same order.
        parsed = iter(self._annotated(docs))
        for sections in cut:
            yield self._joined([list(islice(parsed, len(pieces))) for pieces in sections])

    def _annotated(self, docs: list[Doc]) -> list[Doc]:
        """Run all components over docs, in batches of similar length, and return them in the given order."""
        order = sorted(range(len(docs)), key=lambda i: len(docs[i]), reverse=True)
        done = [docs[i] for i in order]
        for pipe in self._components:
            tokens = PARSED if isinstance(pipe, DependencyParser) else TOKENS
            done = [doc for batch in batches(done, tokens, self._batch_size) for doc in _run(pipe, batch)]
        if self._recogniser:
            self._recogniser(done)
        places = dict(zip(order, done, strict=True))
        return [places[i] for i in range(len(docs))]

    def _joined(self, sections: Sequence[Sequence[Doc]]) -> Doc:
        doc = join_docs(self._nlp.vocab, list(chain.from_iterable(sections)))
        doc.user_data[LENGTHS] = [sum(map(len, pieces)) for pieces in sections]
        if self._morphology:
            return self._morphology(doc)
        return doc


def _run(pipe: Any, batch: list[Doc]) -> Iterable[Doc]:
    if hasattr(pipe, "pipe"):
        return cast(Iterable[Doc], pipe.pipe(batch, batch_size=4 * len(batch)))  # the parser takes quarters
    return map(pipe, batch)


def cut_long(text: str) -> list[str]:
    """Cut a text after white space into pieces of at most `MAX_PIECE` characters; joined, they are the text."""
    pieces, start = [], 0
    while len(text) - start > MAX_PIECE:
        end = start + MAX_PIECE
        # A line is the best place to cut, then a sentence, then any space near the end.
        space = max(
            text.rfind("\n", start, end), text.rfind(". ", start, end) + 1, text.rfind(" ", end - 2_000, end)
        )
        if space > start:
            end = space + 1
        pieces.append(text[start:end])
        start = end
    return [*pieces, text[start:]]
