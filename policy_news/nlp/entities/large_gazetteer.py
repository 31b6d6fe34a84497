"""Finds the names of the user's own lists: a `PhraseMatcher` for short lists, an Aho-Corasick automaton for long ones.

Both find the same: exact case, whole tokens, of overlapping names the leftmost and longest. A name that the rule data of the
project know is left to them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from policy_news.core.errors import ModelError
from policy_news.nlp.entities.gazetteer import add_candidates
from policy_news.nlp.entities.offices import parse_day
from policy_news.nlp.extensions import register
from policy_news.nlp.tokens import Tokens
from policy_news.rules.lexicon import spelling_variants
from policy_news.rules.name_forms import name_words
from policy_news.rules.own_lists import ANCHORED, OwnList, fingerprint

LARGE = 50_000
"""From this many names on the automaton is smaller and faster."""


class Names(Protocol):
    """A matcher over names that are known by their numbers."""

    def find(self, doc: Doc) -> Iterator[tuple[int, int, int]]:
        """Yield the first token, one past the last, and number of the name of every match, overlaps included."""
        ...


class LargeGazetteer:
    """Adds candidates `gazetteer:<list>:<id>`, `common:<list>:<id>` where the name needs an anchor; `kb_id_` is `<list>:<id>`.

    Args:
        vocab: Of the pipeline.
        tokenizer: Of the pipeline.
        lists: Folders of lists; of a name in several, the first list has it.
    """

    def __init__(self, vocab: Vocab, tokenizer: Callable[[str], Doc], lists: Sequence[str]) -> None:
        register()
        self.vocab = vocab
        self.tokenizer = tokenizer
        self.lists = tuple(lists)

    def __call__(self, doc: Doc) -> Doc:
        """Add the candidates of the doc that the gazetteer of the project has not."""
        if not self.lists:
            return doc
        known = {
            (span.start, span.end)
            for span in doc.spans.get("candidates", ())
            if span.id_.startswith(("gazetteer:", "common:"))
        }
        add_candidates(Tokens(doc), [span for span in self.find(doc) if (span.start, span.end) not in known])
        return doc

    def find(self, doc: Doc) -> list[Span]:
        """Return the names in the doc, in order, without overlaps."""
        if not self.lists:
            return []
        day = parse_day(doc._.published)
        tokens = Tokens(doc)
        matches = leftmost_longest(
            match for match in self._compiled.names.find(doc) if tokens.are_together(*match[:2])
        )
        found = (self._compiled.span(doc, *match) for match in matches)
        return [span for span, holds in found if holds(day)]

    @cached_property
    def _compiled(self) -> _Compiled:
        return _compile(self.vocab, self.tokenizer, self.lists, fingerprint(self.lists))


@dataclass(frozen=True)
class _Compiled:
    """The names of all lists and where their entries are.

    Attributes:
        owners: Position of the list by number of the name.
        offsets: Offset of the entry by number of the name.
        anchored: 1 for a name that needs an anchor.
    """

    lists: tuple[OwnList, ...]
    names: Names
    owners: bytearray
    offsets: array[int]
    anchored: bytearray

    def span(self, doc: Doc, start: int, end: int, number: int) -> tuple[Span, Callable[..., bool]]:
        """Return the candidate of a match, and the test of a day against its dates."""
        own = self.lists[self.owners[number]]
        entry = own.entry(self.offsets[number])
        entity = f"{own.name}:{entry.id}"
        method = "common" if self.anchored[number] else "gazetteer"
        return Span(
            doc, start, end, label=entry.label, span_id=f"{method}:{entity}", kb_id=entity
        ), entry.holds


@lru_cache(maxsize=2)
def _compile(
    vocab: Vocab, tokenizer: Callable[[str], Doc], lists: tuple[str, ...], _fingerprint: str
) -> _Compiled:
    """Read the lists and build their matcher; kept, because every shard of a run needs it."""
    opened = tuple(OwnList(Path(folder)) for folder in lists)
    owners, offsets, anchored = bytearray(), array("Q"), bytearray()
    texts: list[str] = []
    for position, own in enumerate(opened):
        for offset, names in own.lines():
            for name in names:
                for text in spelling_variants(name.removeprefix(ANCHORED)):
                    texts.append(text)
                    owners.append(position)
                    offsets.append(offset)
                    anchored.append(name.startswith(ANCHORED))
    names_of = _Automaton(texts) if len(texts) > LARGE else _Phrases(vocab, tokenizer, texts)
    return _Compiled(opened, names_of, owners, offsets, anchored)


class _Phrases:
    """Names as a `PhraseMatcher`."""

    def __init__(self, vocab: Vocab, tokenizer: Callable[[str], Doc], texts: Sequence[str]) -> None:
        self._strings = vocab.strings
        self._matcher = PhraseMatcher(vocab)
        self._numbers: dict[str, int] = {}
        for number, text in enumerate(texts):
            if self._numbers.setdefault(text, number) == number:
                self._matcher.add(text, [tokenizer(form) for form in _with_dot(text)])

    def find(self, doc: Doc) -> Iterator[tuple[int, int, int]]:
        """See `Names`."""
        for key, start, end in self._matcher(doc):
            yield start, end, self._numbers[self._strings[key]]


def _with_dot(text: str) -> tuple[str, ...]:
    """Return names that close with a legal form also with a full stop, which the tokenizer leaves at `Ltd.`."""
    return (text, f"{text}.") if text.rpartition(" ")[2].lower() in name_words().legal_forms else (text,)


class _Automaton:
    """Names as an Aho-Corasick automaton over characters.

    Raises:
        ModelError: The package is not installed.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        try:
            import ahocorasick_rs
        except ImportError as error:
            what = (
                f"own lists with {len(texts):,} names (more than {LARGE:,}) need the package ahocorasick-rs"
            )
            raise ModelError(what, "In the folder of the clone: pip install -e '.[large]'.") from error
        self._automaton: Any = ahocorasick_rs.AhoCorasick(texts, store_patterns=False)

    def find(self, doc: Doc) -> Iterator[tuple[int, int, int]]:
        """See `Names`."""
        text = doc.text
        # All matches, not the automaton's leftmost and longest: one that ends inside a word would hide a shorter that does not.
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if (start and text[start - 1].isalnum()) or (end < len(text) and text[end].isalnum()):
                continue
            span = doc.char_span(start, end)
            if span is None and text[end : end + 1] == ".":
                span = doc.char_span(start, end + 1)
            if span is not None:
                yield span.start, span.end, number


def leftmost_longest(matches: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield of overlapping matches the one that begins first, of these the longest, of these the one with the lowest number."""
    reached = 0
    for start, end, number in sorted(matches, key=lambda match: (match[0], -match[1], match[2])):
        if start >= reached:
            yield start, end, number
            reached = end


@Language.factory("policy_large_gazetteer", assigns=["doc.spans"], default_config={"lists": []})
def make_large_gazetteer(nlp: Language, name: str, lists: list[str]) -> LargeGazetteer:
    """Return the factory. `annotate.own_lists` of the settings does the same without a place in the pipeline.

    Args:
        nlp: The pipeline; put the component before `policy_document_pass`.
        lists: Folders of lists made by `pipeline rules import`.
    """
    return LargeGazetteer(nlp.vocab, nlp.tokenizer, lists)
