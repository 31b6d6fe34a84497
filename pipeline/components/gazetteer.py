"""Finds the names of the rule data in a Doc: candidates with exact offsets, for the document pass to judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from pipeline.components.extensions import gap_tokens
from pipeline.components.lexicon import Entry, LexiconHolder

PRIORITY = ("COMMITTEE", "DEPARTMENT", "OFFICE", "PERSON", "COMPANY", "ORG", "GPE", "LOC")
"""Which label stands first where one name has several."""


def add_candidates(doc: Doc, spans: Iterable[Span]) -> None:
    """Append to `doc.spans["candidates"]`, leaving out what touches a gap from within."""
    gaps = gap_tokens(doc)
    kept = [span for span in spans if not gaps or gaps.isdisjoint(range(span.start, span.end))]
    doc.spans["candidates"] = [*doc.spans.get("candidates", ()), *kept]


class Gazetteer(LexiconHolder):
    """Marks the names of a lexicon as candidates; `span.id_` is `gazetteer:<id>`, `span.kb_id_` the id.

    Common-word names get the method `common`: they count only with an anchor.
    """

    def __init__(self, vocab: Vocab, tokenizer: Callable[[str], Doc], rules: str | None = None) -> None:
        super().__init__(rules)
        self.vocab = vocab
        self.tokenizer = tokenizer
        self._compiled: _Compiled | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Add the candidates of the doc."""
        add_candidates(doc, self.find(doc))
        return doc

    def find(self, doc: Doc) -> list[Span]:
        """All names in the doc, overlaps included, in order of their offsets."""
        if self._compiled is None:
            self._compiled = _Compiled(self.vocab, self.tokenizer, self.lexicon.entries())
        spans = {(start, end, entry.label, entry.id): _candidate(doc, start, end, entry) for start, end, entry in self._compiled.find(doc)}
        return [spans[key] for key in sorted(spans, key=lambda key: (key[0], -key[1], PRIORITY.index(key[2]), key[3]))]


def _candidate(doc: Doc, start: int, end: int, entry: Entry) -> Span:
    method = "common" if entry.common else "gazetteer"
    return Span(doc, start, end, label=entry.label, span_id=f"{method}:{entry.id}", kb_id=entry.id)


class _Compiled:
    """The names as two phrase matchers: exact case and any case."""

    def __init__(self, vocab: Vocab, tokenizer: Callable[[str], Doc], entries: Iterable[Entry]) -> None:
        self._strings = vocab.strings
        self._matchers = (PhraseMatcher(vocab), PhraseMatcher(vocab, attr="LOWER"))
        self._entries: tuple[dict[str, list[Entry]], dict[str, list[Entry]]] = ({}, {})
        for entry in entries:
            key = entry.name.lower() if entry.any_case else entry.name
            self._entries[entry.any_case].setdefault(key, []).append(entry)
        for matcher, names in zip(self._matchers, self._entries, strict=True):
            for key in names:
                matcher.add(key, [tokenizer(key)])

    def find(self, doc: Doc) -> Iterator[tuple[int, int, Entry]]:
        """First token, one past the last, and entry of every match."""
        for matcher, names in zip(self._matchers, self._entries, strict=True):
            for key, start, end in matcher(doc):
                for entry in names[self._strings[key]]:
                    yield start, end, entry


@Language.factory("policy_gazetteer", default_config={"rules": None})
def make_gazetteer(nlp: Language, name: str, rules: str | None) -> Gazetteer:
    """The factory.

    Args:
        nlp: The pipeline.
        name: Name of the component.
        rules: A rule folder; None for the rules of this project. Unused where the pipeline was loaded from disk.
    """
    return Gazetteer(nlp.vocab, nlp.tokenizer, rules)
