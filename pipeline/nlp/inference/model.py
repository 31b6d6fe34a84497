"""The statistical components of a pipeline, from the texts of sections to one parsed Doc a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.nlp.inference.batching import batches
from pipeline.nlp.inference.biluo import find_biluo
from pipeline.nlp.inference.joining import LENGTHS, join_docs
from pipeline.nlp.inference.matmul import use_steady_products
from pipeline.nlp.inference.morphology import MORPHOLOGY, find_morphology

MAX_PIECE = 50_000
"""Longest text that the networks are given at once, in characters; their memory grows with it."""


class StatisticalModel:
    """Runs the components of a pipeline, but some, section by section.

    Args:
        nlp: The pipeline. Its networks are set up for inference: do not train or save it afterwards.
        without: Names of the components to leave out.
        batch_size: Sections that the networks see at once, at most; what they find does not depend on it.
    """

    def __init__(self, nlp: Language, without: Sequence[str], batch_size: int) -> None:
        use_steady_products(nlp)
        self._nlp = nlp
        self._batch_size = batch_size
        self._morphology = find_morphology(nlp)
        replaced = MORPHOLOGY if self._morphology else ()
        self._components = [pipe for name, pipe in nlp.pipeline if name not in {*without, *replaced}]
        self._recogniser = find_biluo(self._components[-1]) if self._components else None
        if self._recogniser:
            self._components.pop()

    def read(self, documents: Sequence[Sequence[str]]) -> Iterator[Doc]:
        """One parsed Doc for each document.

        Args:
            documents: The texts of the sections of each.

        Yields:
            The Doc; the numbers of tokens of its sections stand in its user data under `LENGTHS`.
        """
        cut = [[cut_long(text) for text in sections] for sections in documents]
        docs = [self._nlp.make_doc(piece) for sections in cut for pieces in sections for piece in pieces]
        parsed = iter(self._annotated(docs))
        for sections in cut:
            yield self._joined([[next(parsed) for _ in pieces] for pieces in sections])

    def _annotated(self, docs: list[Doc]) -> list[Doc]:
        """The docs with the annotation of all components, worked on in batches of like length."""
        order = sorted(range(len(docs)), key=lambda i: len(docs[i]), reverse=True)
        done = [
            doc
            for batch in batches((docs[i] for i in order), most=self._batch_size)
            for doc in self._run(batch)
        ]
        if self._recogniser:
            self._recogniser(done)
        places = dict(zip(order, done, strict=True))
        return [places[i] for i in range(len(docs))]

    def _run(self, batch: list[Doc]) -> list[Doc]:
        for pipe in self._components:
            if hasattr(pipe, "pipe"):
                batch = list(pipe.pipe(batch, batch_size=len(batch)))
            else:
                batch = [pipe(doc) for doc in batch]
        return batch

    def _joined(self, sections: Sequence[Sequence[Doc]]) -> Doc:
        doc = join_docs(self._nlp.vocab, [piece for pieces in sections for piece in pieces])
        doc.user_data[LENGTHS] = [sum(map(len, pieces)) for pieces in sections]
        if self._morphology:
            return self._morphology(doc)
        return doc


def cut_long(text: str) -> list[str]:
    """A text in pieces of at most `MAX_PIECE` characters, cut behind white space; joined they are the text."""
    pieces, start = [], 0
    while len(text) - start > MAX_PIECE:
        end = start + MAX_PIECE
        space = max(
            text.rfind("\n", start, end), text.rfind(". ", start, end) + 1, text.rfind(" ", end - 2_000, end)
        )
        if space > start:
            end = space + 1
        pieces.append(text[start:end])
        start = end
    return [*pieces, text[start:]]
