"""Finds the names of the rule data in a Doc: candidates with exact offsets, for the document pass to judge."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from pipeline.components.extensions import register
from pipeline.components.lexicon import Entry, LexiconHolder
from pipeline.components.tokens import Tokens

TOKENS_FILE = "tokens.json"
PRIORITY = ("COMMITTEE", "DEPARTMENT", "OFFICE", "PERSON", "COMPANY", "ORG", "GPE", "LOC")
"""Which label stands first where one name has several."""


def add_candidates(tokens: Tokens, spans: Iterable[Span]) -> None:
    """Append to `doc.spans["candidates"]`, leaving out what holds a gap or reaches across sections."""
    kept = [span for span in spans if tokens.are_together(span.start, span.end)]
    groups = tokens.doc.spans
    if "candidates" in groups:
        groups["candidates"].extend(kept)
    else:
        groups["candidates"] = kept


class Gazetteer(LexiconHolder):
    """Marks the names of a lexicon as candidates; `span.id_` is `gazetteer:<id>`, `span.kb_id_` the id.

    Common-word names get the method `common`: they count only with an anchor.
    """

    def __init__(self, vocab: Vocab, tokenizer: Callable[[str], Doc], rules: str | None = None) -> None:
        super().__init__(rules)
        self.vocab = vocab
        self.tokenizer = tokenizer
        self._tokens: dict[str, list[str]] | None = None
        self._names: NameIndex | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Add the candidates of the doc."""
        tokens = Tokens(doc)
        add_candidates(tokens, self._find(tokens))
        return doc

    def find(self, doc: Doc) -> list[Span]:
        """All names in the doc, overlaps included, in order of their offsets."""
        return self._find(Tokens(doc))

    def _find(self, tokens: Tokens) -> list[Span]:
        if self._names is None:
            self._names = NameIndex(self.lexicon.entries(), self.tokens)
        found = {(start, -end, PRIORITY.index(entry.label), entry.id): entry for start, end, entry in self._names.find(tokens)}
        return [_candidate(tokens.doc, key[0], -key[1], found[key]) for key in sorted(found)]

    @property
    def tokens(self) -> Mapping[str, Sequence[str]]:
        """The words of the names that the tokenizer does not cut at white space only."""
        if self._tokens is None:
            names = {entry.name.lower() if entry.any_case else entry.name for entry in self.lexicon.entries()}
            cut = {name: [token.text for token in self.tokenizer(name)] for name in names}
            self._tokens = {name: words for name, words in cut.items() if words != name.split(" ")}
        return self._tokens

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the lexicon and the words of its names: to cut them takes longer than all else when a pipeline is loaded."""
        super().to_disk(path, exclude=exclude)
        (path / TOKENS_FILE).write_text(json.dumps(self.tokens, ensure_ascii=False, sort_keys=True), encoding="utf-8")

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> Gazetteer:
        """Read them back."""
        super().from_disk(path, exclude=exclude)
        self._tokens = json.loads((path / TOKENS_FILE).read_text(encoding="utf-8"))
        return self


def _candidate(doc: Doc, start: int, end: int, entry: Entry) -> Span:
    method = "common" if entry.common else "gazetteer"
    return Span(doc, start, end, label=entry.label, span_id=f"{method}:{entry.id}", kb_id=entry.id)


@dataclass(frozen=True, slots=True)
class _Index:
    """Numbers of words that a name with a first word may have, and what names stand for."""

    lengths: dict[str, set[int]]
    entries: dict[tuple[str, ...], list[Entry]]


class NameIndex:
    """The names by their first words, with exact case and in any case."""

    def __init__(self, entries: Iterable[Entry], tokens: Mapping[str, Sequence[str]]) -> None:
        self._indexes = (_Index({}, {}), _Index({}, {}))
        for entry in entries:
            name = entry.name.lower() if entry.any_case else entry.name
            words = tuple(tokens.get(name) or name.split(" "))
            index = self._indexes[entry.any_case]
            index.entries.setdefault(words, []).append(entry)
            index.lengths.setdefault(words[0], set()).add(len(words))

    def find(self, tokens: Tokens) -> Iterator[tuple[int, int, Entry]]:
        """First token, one past the last, and entry of every match."""
        for index, forms in zip(self._indexes, (tokens.texts, tokens.lower), strict=True):
            for start, form in enumerate(forms):
                for length in index.lengths.get(form, ()):
                    words = tuple(forms[start : start + length])  # at the end of the doc fewer
                    for entry in index.entries.get(words, ()):
                        yield start, start + len(words), entry


@Language.factory("policy_gazetteer", assigns=["doc.spans"], default_config={"rules": None})
def make_gazetteer(nlp: Language, name: str, rules: str | None) -> Gazetteer:
    """The factory.

    Args:
        nlp: The pipeline.
        name: Name of the component.
        rules: A rule folder; None for the rules of this project. Unused where the pipeline was loaded from disk.
    """
    register()
    return Gazetteer(nlp.vocab, nlp.tokenizer, rules)
