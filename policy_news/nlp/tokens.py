"""The tokens of a doc as plain lists: a `Token` made at every look costs more than all that the rules do with it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cached_property, lru_cache
from itertools import compress, count
from typing import Any, TypeVar

import numpy as np
from spacy.strings import StringStore
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from policy_news.nlp.extensions import find_sections, gap_tokens
from policy_news.text.document import HEADLINES

DASHES = frozenset({"-", "--", "–", "—", "―"})
"""Tokens that are a dash."""
MAX_SPELLED = 200_000
KEPT = 16
"""So many lists of strings are kept: each of our components asks for the same few of a doc."""


class _Strings(dict[int, str]):
    """Strings by their hashes: a look into the vocabulary builds the string again."""

    def __init__(self, strings: StringStore) -> None:
        super().__init__()
        self._strings = strings

    def __missing__(self, key: int) -> str:
        text = self[key] = self._strings[key]
        return text


class _Lowered(dict[str, str]):
    """Strings in lower case by what they are as written: to look up a string that is at hand costs less than its hash."""

    def __missing__(self, text: str) -> str:
        lower = text.lower()
        self[text] = text if lower == text else lower  # one object for both: they are looked up side by side
        return self[text]


class _Capitals(dict[str, bool]):
    """Whether strings begin with a capital."""

    def __missing__(self, text: str) -> bool:
        is_capital = self[text] = text[:1].isupper()
        return is_capital


@lru_cache(maxsize=2)
def _spellings(strings: StringStore) -> _Strings:
    return _Strings(strings)


_LOWERED, _CAPITALS = _Lowered(), _Capitals()
_SPACES = ("", " ")
_Known = TypeVar("_Known", _Strings, _Lowered, _Capitals)


def spelled(vocab: Vocab) -> Mapping[int, str]:
    """Return the strings of a vocabulary by their hashes; in a mapping that is asked with `[]` only."""
    return _bounded(_spellings(vocab.strings))


def _bounded(known: _Known) -> _Known:
    """Return a store of what is known of words, emptied where it has grown too large."""
    if len(known) > MAX_SPELLED:
        known.clear()
    return known


@lru_cache(maxsize=KEPT)
def spell_column(vocab: Vocab, column: bytes, *, lower: bool = False) -> list[str]:
    """Return the strings of a column of hashes, a list that nobody may change.

    Args:
        vocab: Has the strings.
        column: The bytes of the array, so that what is kept cannot be stale.
        lower: Whether they are asked for in lower case.

    Returns:
        A string for each hash.
    """
    if lower:
        return [*map(_bounded(_LOWERED).__getitem__, spell_column(vocab, column))]
    keys: list[int] = np.frombuffer(column, dtype=np.uint64).tolist()
    return [*map(spelled(vocab).__getitem__, keys)]


class _Words:
    """What does not change of the words of a doc: our components, one after the other, share it."""

    def __init__(self, doc: Doc, column: bytes) -> None:
        self.doc, self.column = doc, column
        self.texts = spell_column(doc.vocab, column)

    @cached_property
    def lower(self) -> list[str]:
        return [*map(_bounded(_LOWERED).__getitem__, self.texts)]

    @cached_property
    def spaces(self) -> list[bool]:
        return read_flags(self.doc, "IS_SPACE")

    @cached_property
    def numbers(self) -> list[bool]:
        return read_flags(self.doc, "LIKE_NUM")

    @cached_property
    def spaced(self) -> list[bool]:
        return read_flags(self.doc, "SPACY")

    @cached_property
    def capitals(self) -> list[int]:
        return [*compress(count(), map(_bounded(_CAPITALS).__getitem__, self.texts))]

    @cached_property
    def whole(self) -> str:
        parts = [""] * (2 * len(self.texts))
        parts[::2] = self.texts
        parts[1::2] = map(_SPACES.__getitem__, self.spaced)
        return "".join(parts)

    @cached_property
    def starts(self) -> list[int]:
        starts: list[int] = self.doc.to_array("IDX").tolist()
        return starts


_last: _Words | None = None
"""One slot: a store by doc would keep docs alive."""


def _words_of(doc: Doc) -> _Words:
    """Return the words of a doc; cached for the last doc, unless its tokens have changed since."""
    global _last
    column = doc.to_array("ORTH").tobytes()
    words = _last
    if words is None or words.doc is not doc or words.column != column:
        words = _last = _Words(doc, column)
    return words


def read_flags(doc: Doc, attribute: str) -> list[bool]:
    """Return whether each token of a doc has an attribute."""
    flags: list[bool] = (doc.to_array(attribute) == 1).tolist()
    return flags


class Tokens:
    """What the rules ask of the tokens of a doc; each list is read once, when it is first asked for.

    A snapshot: entities, sections, gaps and candidates are those that the doc has then.
    """

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self._words = _words_of(doc)

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def texts(self) -> list[str]:
        """The words as written."""
        return self._words.texts

    @cached_property
    def lower(self) -> list[str]:
        """The words in lower case."""
        return self._words.lower

    @cached_property
    def tags(self) -> list[str]:
        """The tags."""
        return self._strings("TAG")

    @cached_property
    def deps(self) -> list[str]:
        """The labels of the parse."""
        return self._strings("DEP")

    @cached_property
    def lemmas(self) -> list[str]:
        """The base forms in lower case."""
        return self._strings("LEMMA", lower=True)

    @cached_property
    def ent_types(self) -> list[str]:
        """The label of the entity that each stands in, or empty."""
        return self._strings("ENT_TYPE")

    @cached_property
    def spaces(self) -> list[bool]:
        """Which are white space."""
        return self._words.spaces

    @cached_property
    def numbers(self) -> list[bool]:
        """Which are like a number."""
        return self._words.numbers

    def followed_by_space(self, i: int) -> bool:
        """Return whether white space follows one."""
        return self._words.spaced[i]

    def beside(self, start: int, end: int) -> list[str]:
        """Return the words right before and after a span, where there are any."""
        return [*self.texts[max(start - 1, 0) : start], *self.texts[end : end + 1]]

    @cached_property
    def sentence_starts(self) -> list[bool]:
        """Which are known to start a sentence."""
        return read_flags(self.doc, "SENT_START")

    def sentence_of(self, i: int) -> tuple[int, int]:
        """Return the first token and the one after the last of the sentence of one."""
        starts = self._opening
        at = bisect_right(starts, i)
        return (starts[at - 1] if at else 0), (starts[at] if at < len(starts) else len(self))

    @cached_property
    def _opening(self) -> list[int]:
        return [*compress(count(), self.sentence_starts)]

    @cached_property
    def capitals(self) -> list[int]:
        """Indexes of those that begin with a capital, in order."""
        return self._words.capitals

    @cached_property
    def ents(self) -> tuple[Span, ...]:
        """The entities."""
        return tuple(self.doc.ents)

    @cached_property
    def entities(self) -> list[tuple[int, int, str]]:
        """First token, one past the last, and label of the entities."""
        return [(ent.start, ent.end, ent.label_) for ent in self.ents]

    @cached_property
    def candidates(self) -> tuple[Span, ...]:
        """The candidates that the layers have left."""
        return tuple(self.doc.spans.get("candidates", ()))

    @cached_property
    def listed(self) -> frozenset[int]:
        """The tokens of names that the gazetteer proposes."""
        found = (span for span in self.candidates if span.id_.startswith("gazetteer:"))
        return frozenset(i for span in found for i in range(span.start, span.end))

    @cached_property
    def pieces(self) -> frozenset[tuple[int, int, str]]:
        """First token, one past the last, and kind of the pieces of known names beside gaps."""
        return frozenset((span.start, span.end, span.label_) for span in self.doc.spans.get("pieces", ()))

    @cached_property
    def term_countries(self) -> Mapping[str, str]:
        """Countries of the names that the gazetteer found, by id."""
        return self.doc._.term_countries or {}

    @cached_property
    def term_senses(self) -> Mapping[str, Any]:
        """What tells things that share a name from each other, of those that the gazetteer found, by id."""
        return self.doc._.term_senses or {}

    @cached_property
    def rules_marked(self) -> Mapping[str, Collection[str]]:
        """Ids of the rules of the grammar by their marks; of a mark without a rule none."""
        return defaultdict(
            frozenset, {mark: frozenset(ids) for mark, ids in (self.doc._.rules_marked or {}).items()}
        )

    @cached_property
    def sections(self) -> list[Span]:
        """The sections."""
        return find_sections(self.doc)

    @cached_property
    def gaps(self) -> frozenset[int]:
        """Indexes of those that stand for masked text. Nothing may be built across one."""
        return gap_tokens(self.doc)

    @cached_property
    def headlines(self) -> frozenset[int]:
        """Indexes of those in titles and headings: there the body decides."""
        spans = self.doc.spans.get("sections", ())
        return frozenset(i for span in spans if span.label_ in HEADLINES for i in range(span.start, span.end))

    @cached_property
    def lowered(self) -> frozenset[int]:
        """Indexes of those in headlines whose capital the model does not see."""
        return frozenset(self.doc._.lowered or ())

    def text(self, start: int, end: int) -> str:
        """Return the text from one token to before another."""
        if end - start == 1:
            return self.texts[start]
        return self.whole[self.starts[start] : self.starts[end - 1] + len(self.texts[end - 1])]

    def are_together(self, start: int, end: int) -> bool:
        """Return whether those from `start` to before `end` lie in one section, with no gap among them."""
        if end - start == 1:
            return start not in self.gaps
        starts = self._section_starts
        return self.gaps.isdisjoint(range(start, end)) and bisect_right(starts, start) == bisect_right(
            starts, end - 1
        )

    @cached_property
    def openings(self) -> frozenset[int]:
        """Indexes of those that open a section: no name or title goes on from the one before."""
        return frozenset(self._section_starts)

    @cached_property
    def _section_starts(self) -> list[int]:
        return [section.start for section in self.sections]

    @cached_property
    def whole(self) -> str:
        """The text of the doc."""
        return self._words.whole

    @cached_property
    def starts(self) -> list[int]:
        """The offsets of their first characters."""
        return self._words.starts

    def _strings(self, attribute: str, *, lower: bool = False) -> list[str]:
        return spell_column(self.doc.vocab, self.doc.to_array(attribute).tobytes(), lower=lower)
