"""Finds the names of the rule data in a Doc: candidates with exact offsets, for the document pass to judge."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from pipeline.components.extensions import register
from pipeline.components.lexicon import Entry, LexiconHolder
from pipeline.components.tokens import Tokens

INDEX_FILE = "names.json"
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
        found = {(start, -end, PRIORITY.index(label), rule): label for start, end, label, rule in self.names.find(tokens)}
        return [_candidate(tokens.doc, key[0], -key[1], found[key], key[3]) for key in sorted(found)]

    @property
    def names(self) -> NameIndex:
        """The index of the names; made of the lexicon when first used, unless it was read with a built pipeline."""
        if self._names is None:
            self._names = index_names(self.lexicon.entries(), lambda name: [token.text for token in self.tokenizer(name)])
        return self._names

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the index, which is all that a built pipeline needs: to cut names into words takes longer than to load all else."""
        path.mkdir(parents=True, exist_ok=True)
        (path / INDEX_FILE).write_text(json.dumps(astuple(self.names), ensure_ascii=False, sort_keys=True), encoding="utf-8")

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> Gazetteer:
        """Read it back."""
        cased, any_case = json.loads((path / INDEX_FILE).read_text(encoding="utf-8"))
        self._names = NameIndex(NamesOfCase(*cased), NamesOfCase(*any_case))
        return self


def _candidate(doc: Doc, start: int, end: int, label: str, rule: str) -> Span:
    return Span(doc, start, end, label=label, span_id=rule, kb_id=rule.partition(":")[2])


@dataclass(frozen=True, slots=True)
class NamesOfCase:
    """Names that are matched with their case, or in any.

    Attributes:
        lengths: First word to the numbers of words of the names that begin with it.
        rules: Words, joined with spaces, to what they stand for, each as label and `method:id` with a space between.
    """

    lengths: Mapping[str, Collection[int]]
    rules: Mapping[str, Sequence[str]]

    def find(self, forms: Sequence[str]) -> Iterator[tuple[int, int, str, str]]:
        """First token, one past the last, label and `method:id` of every match."""
        for start, form in enumerate(forms):
            for length in self.lengths.get(form, ()):
                words = forms[start : start + length]  # at the end of the doc fewer
                for rule in self.rules.get(" ".join(words), ()):
                    yield start, start + len(words), *rule.split(" ", 1)  # type: ignore[misc]  # two


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The names by their words, those with exact case and those in any case."""

    cased: NamesOfCase
    any_case: NamesOfCase

    def find(self, tokens: Tokens) -> Iterator[tuple[int, int, str, str]]:
        """First token, one past the last, label and `method:id` of every match."""
        yield from self.cased.find(tokens.texts)
        yield from self.any_case.find(tokens.lower)


def index_names(entries: Iterable[Entry], cut: Callable[[str], Sequence[str]]) -> NameIndex:
    """The index of names.

    Args:
        entries: The names.
        cut: Gives the words of a name.
    """
    lengths: tuple[dict[str, set[int]], ...] = ({}, {})
    rules: tuple[dict[str, list[str]], ...] = ({}, {})
    for entry in entries:
        words = cut(entry.name.lower() if entry.any_case else entry.name)
        method = "common" if entry.common else "gazetteer"
        lengths[entry.any_case].setdefault(words[0], set()).add(len(words))
        rules[entry.any_case].setdefault(" ".join(words), []).append(f"{entry.label} {method}:{entry.id}")
    cased, any_case = (NamesOfCase({first: sorted(found) for first, found in lengths[i].items()}, rules[i]) for i in (0, 1))
    return NameIndex(cased, any_case)


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
