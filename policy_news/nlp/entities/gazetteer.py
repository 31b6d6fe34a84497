"""Finds the names of the rule data in a Doc: candidates with exact offsets, for the document pass to judge."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import compress
from pathlib import Path
from typing import NamedTuple, TypedDict

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from policy_news.nlp.entities.mentions import LONGEST
from policy_news.nlp.extensions import register
from policy_news.nlp.tokens import DASHES, Tokens
from policy_news.rules.lexicon import LexiconHolder, NameLexicon
from policy_news.rules.name_forms import slug, without_accents
from policy_news.rules.rule_models import Term
from policy_news.rules.world import SHORT_WORD
from policy_news.tables.labels import find_label

INDEX_FILE = "names.json"
INITIAL = re.compile(r"[A-Z]\.")
OFFICE = "OFFICE "
"""How what stands for an office begins."""
DATELINE_MARKS = DASHES | {",", "(", ":", "|"}


def add_candidates(tokens: Tokens, spans: Iterable[Span]) -> None:
    """Append to `doc.spans["candidates"]`, leaving out what holds a gap or reaches across sections."""
    kept = [span for span in spans if tokens.are_together(span.start, span.end)]
    groups = tokens.doc.spans
    if "candidates" in groups:
        groups["candidates"].extend(kept)
    else:
        groups["candidates"] = kept


class Sense(TypedDict):
    """What tells a thing from others of the same name: plain data, which a Doc can keep.

    Attributes:
        names: The names that it shares.
        near: Words that stand beside it.
        start: Its first day, or empty.
        end: Its last day, or empty.
    """

    names: list[str]
    near: list[str]
    start: str
    end: str


class Found(NamedTuple):
    """All that the names of a lexicon say about a doc; what comes later asks the doc, not the lexicon.

    Attributes:
        candidates: First token, one past the last, label and `method:id` of every name, in order, overlaps included.
        pieces: First token, one past the last, and `beginning` or `end` of what may be a piece of a name that runs into a gap.
        countries: Country by id, of the candidates that have one.
        senses: What the rule data say of the candidates that share a name, by id: see `Sense`.
    """

    candidates: list[tuple[int, int, str, str]]
    pieces: list[tuple[int, int, str]]
    countries: dict[str, str]
    senses: dict[str, Sense]


class Gazetteer(LexiconHolder):
    """Marks the names of a lexicon as candidates; `span.id_` is `gazetteer:<id>`, `span.kb_id_` the id.

    Common-word names get the method `common`: they count only with an anchor.
    """

    def __init__(self, vocab: Vocab, tokenizer: Callable[[str], Doc], rules: str | None = None) -> None:
        super().__init__(rules)
        self.vocab = vocab
        self.tokenizer = tokenizer
        self._names: NameIndex | None = None
        self._digested: tuple[Doc, Found] | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Add the candidates of the doc, pieces of names beside its gaps, and the countries of what was found."""
        tokens, digested = Tokens(doc), self._digested
        self._digested = None
        # A run asks for the digest right before: the names need not be found twice.
        found = digested[1] if digested and digested[0] is doc else self._find(tokens)
        add_candidates(tokens, (_candidate(doc, *candidate) for candidate in found.candidates))
        doc.spans["pieces"] = [Span(doc, start, end, label=label) for start, end, label in found.pieces]
        doc._.term_countries = found.countries
        doc._.term_senses = found.senses
        return doc

    def find(self, doc: Doc) -> list[Span]:
        """Return all names in the doc, overlaps included, in order of their offsets."""
        return [_candidate(doc, *candidate) for candidate in self._find(Tokens(doc)).candidates]

    def digest(self, doc: Doc) -> str:
        """Return a hash of all that a call would add to the doc."""
        found = self._find(Tokens(doc))
        self._digested = doc, found
        return hashlib.sha256(json.dumps(found).encode()).hexdigest()[:32]

    def _find(self, tokens: Tokens) -> Found:
        # The longer name comes first, then the label of the lower priority: `choose` takes the first of equals.
        candidates = sorted(set(self.names.find(tokens)), key=_order)
        ids = sorted({rule.partition(":")[2] for _, _, _, rule in candidates})
        countries = {id_: self.names.countries[id_] for id_ in ids if id_ in self.names.countries}
        senses = {id_: self.names.senses[id_] for id_ in ids if id_ in self.names.senses}
        return Found(candidates, list(self.names.find_pieces(tokens)), countries, senses)

    @property
    def names(self) -> NameIndex:
        """The index of the names; made of the lexicon when first used, unless it was read with a built pipeline."""
        if self._names is None:
            self._names = index_names(
                self.lexicon, lambda name: [token.text for token in self.tokenizer(name)]
            )
        return self._names

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the index, which is all that a built pipeline needs: to cut names into words takes longer than to load all else."""
        path.mkdir(parents=True, exist_ok=True)
        (path / INDEX_FILE).write_text(
            json.dumps(asdict(self.names), ensure_ascii=False, sort_keys=True, default=sorted),
            encoding="utf-8",
        )

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> Gazetteer:
        """Read it back."""
        data = json.loads((path / INDEX_FILE).read_text(encoding="utf-8"))
        cased, any_case = (NamesOfCase(**data.pop(case)) for case in ("cased", "any_case"))
        beginnings, ends = (frozenset(data.pop(side)) for side in ("beginnings", "ends"))
        self._names = NameIndex(cased, any_case, beginnings, ends, **data)
        return self


def _order(candidate: tuple[int, int, str, str]) -> tuple[int, int, int, str, str]:
    start, end, label, rule = candidate
    return start, -end, find_label(label).priority, label, rule


def _candidate(doc: Doc, start: int, end: int, label: str, rule: str) -> Span:
    method, _, known = rule.partition(":")
    return Span(doc, start, end, label=label, span_id=rule, kb_id="" if method == "rule" else known)


@dataclass(frozen=True, slots=True)
class NamesOfCase:
    """Names that are matched with their case, or in any.

    Attributes:
        lengths: First word to the numbers of words of the names that begin with it.
        rules: Words, joined with spaces, to what they stand for: a line each, of label and `method:id` with a space between.
    """

    lengths: Mapping[str, Collection[int]]
    rules: Mapping[str, str]

    def find(self, forms: Sequence[str]) -> Iterator[tuple[int, int, str, str]]:
        """Yield the first token, one past the last, label and `method:id` of every match."""
        # The index is large: each word of a doc is looked up there once.
        first = {form for form in set(forms) if form in self.lengths}
        for start in [i for i, form in enumerate(forms) if form in first]:
            for length in self.lengths[forms[start]]:
                words = forms[start : start + length]  # at the end of the doc fewer
                meanings = self.rules.get(" ".join(words))
                if meanings is not None:  # of ten stretches that begin as a name does one is a name
                    for label, rule in _meanings(meanings):
                        yield start, start + len(words), label, rule

    def look_up(self, words: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield the label and `method:id` of all that a name stands for."""
        return _meanings(self.rules.get(" ".join(words), ""))


def _meanings(lines: str) -> Iterator[tuple[str, str]]:
    """Yield the label and `method:id` of each line of what a name stands for."""
    for meaning in lines.splitlines():
        label, _, rule = meaning.partition(" ")
        yield label, rule


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The names by their words.

    Attributes:
        cased: Those with exact case.
        any_case: Those in any case.
        beginnings: First words of names that are no names themselves.
        ends: Last words of such.
        countries: Country by id.
        senses: What decides between the owners of a name, by id.
    """

    cased: NamesOfCase
    any_case: NamesOfCase
    beginnings: Collection[str]
    ends: Collection[str]
    countries: Mapping[str, str]
    senses: Mapping[str, Sense]

    def find(self, tokens: Tokens) -> Iterator[tuple[int, int, str, str]]:
        """Yield the first token, one past the last, label and `method:id` of every match."""
        yield from self.cased.find(tokens.texts)
        yield from self._find_in_plain_letters(tokens)
        yield from self.any_case.find(tokens.lower)
        yield from self._find_datelines(tokens)
        yield from self._find_with_initial(tokens)

    def _find_in_plain_letters(self, tokens: Tokens) -> Iterator[tuple[int, int, str, str]]:
        """Yield persons whom the list writes without the accents or the capitals that a text has: `Ibrahim Traoré`, `Emmanuel MACRON`."""
        is_plain = tokens.whole.isascii()
        plain = [*tokens.texts] if is_plain else [without_accents(text) for text in tokens.texts]
        for i in tokens.capitals:
            beside = (*plain[max(i - 1, 0) : i], *plain[i + 1 : i + 2])
            if len(plain[i]) >= SHORT_WORD and plain[i].isupper() and any(map(str.istitle, beside)):
                plain[i] = plain[i].title()
        if plain == tokens.texts:
            return
        for start, end, label, rule in self.cased.find(plain):
            if label == "PERSON" and plain[start:end] != tokens.texts[start:end]:
                yield start, end, label, rule

    def _find_with_initial(self, tokens: Tokens) -> Iterator[tuple[int, int, str, str]]:
        """Yield listed persons with an initial that the list does not have: `James B. Comey`."""
        texts = tokens.texts
        initials = [i for i in tokens.capitals if i and len(texts[i]) == 2 and INITIAL.match(texts[i])]
        for i in initials:
            for length in self.cased.lengths.get(tokens.texts[i - 1], ()):
                if length > 1:
                    yield from self._without_initial(tokens, i, i + length)

    def _without_initial(self, tokens: Tokens, i: int, end: int) -> Iterator[tuple[int, int, str, str]]:
        """Yield the listed persons whose name a stretch is, but for the initial at a token; none where it is listed itself."""
        texts = tokens.texts
        if not list(self.cased.look_up(texts[i - 1 : end])):
            for label, rule in self.cased.look_up([texts[i - 1], *texts[i + 1 : end]]):
                if label == "PERSON":
                    yield i - 1, end, label, rule

    def _find_datelines(self, tokens: Tokens) -> Iterator[tuple[int, int, str, str]]:
        """Yield places in capitals that open a section: `NEW DELHI, May 3`. In a section that is a dateline, any name there is one."""
        sections = {section.start: section for section in tokens.sections}
        for start, end in _find_capitals(tokens, sections):
            found = [
                *self.cased.look_up(tokens.texts[start:end]),
                *self.cased.look_up(text.title() for text in tokens.texts[start:end]),
            ]
            rules = [rule for label, rule in found if label == "GPE"]
            if start in sections and _is_dateline(tokens, sections[start]):
                # That a place is also an ordinary word (`HULL`) means nothing here.
                rules = [rule.replace("common:", "gazetteer:") for rule in rules] or ["rule:place.dateline"]
            yield from ((start, end, "GPE", rule) for rule in rules)

    def find_pieces(self, tokens: Tokens) -> Iterator[tuple[int, int, str]]:
        """Yield the first token, one past the last, and kind of the beginnings of names before gaps and of the ends after them."""
        for gap in sorted(tokens.gaps):
            for start in range(gap - 1, max(gap - LONGEST, 0) - 1, -1):
                if start in tokens.gaps:
                    break
                if tokens.text(start, gap) in self.beginnings:
                    yield start, gap, "beginning"
            for end in range(gap + 2, min(gap + 1 + LONGEST, len(tokens)) + 1):
                if end - 1 in tokens.gaps:
                    break
                if tokens.text(gap + 1, end) in self.ends:
                    yield gap + 1, end, "end"


def _is_dateline(tokens: Tokens, section: Span) -> bool:
    """Return whether a section is the head of a report: `LEEDS, 3 May 2019 -`."""
    return section.label_ in {"dateline", "published"} and tokens.texts[section.end - 1] in DASHES


def _find_capitals(tokens: Tokens, starts: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield words in capitals from the first of a section up to a mark that ends the place of a dateline."""
    texts = tokens.texts
    behind_space = compress(range(1, len(texts)), tokens.spaces)
    end = 0
    for start in sorted({*starts, *behind_space, 0}):
        if start >= len(texts) or not texts[start].isupper():
            continue
        if start >= end:  # else in the stretch of capitals that was gone through last
            end = start + 1
            while end < len(texts) and texts[end].isupper():
                end += 1
        is_short = start in starts or end - start <= LONGEST
        if is_short and end < len(texts) and texts[end] in DATELINE_MARKS:
            yield start, end


def index_names(lexicon: NameLexicon, cut: Callable[[str], Sequence[str]]) -> NameIndex:
    """Return the index of the names of a lexicon.

    Args:
        cut: Gives the words of a name.
    """
    lengths: tuple[dict[str, set[int]], ...] = ({}, {})
    rules: tuple[dict[str, list[str]], ...] = ({}, {})
    for entry in lexicon.entries():
        words = cut(entry.name.lower() if entry.any_case else entry.name)
        method = "common" if entry.common else "gazetteer"
        lengths[entry.any_case].setdefault(words[0], set()).add(len(words))
        rules[entry.any_case].setdefault(" ".join(words), []).append(f"{entry.label} {method}:{entry.id}")
    countries = {term.id: term.country for file in lexicon.terms for term in file.terms if term.country}
    cased, any_case = (
        NamesOfCase(
            lengths[i],
            {words: "\n".join(_with_title_once(words, found)) for words, found in rules[i].items()},
        )
        for i in (0, 1)
    )
    senses = {term.id: _sense(term) for file in lexicon.terms for term in file.terms if term.shared}
    return NameIndex(cased, any_case, *lexicon.name_parts, countries, senses)


def _with_title_once(words: str, found: Sequence[str]) -> list[str]:
    """Return what a name stands for, with a title that several offices have once: which of them is meant the document pass decides.

    Hundreds of countries have a president. A candidate for each would cost more than all other names together.
    """
    others = [meaning for meaning in found if not meaning.startswith(OFFICE)]
    if len(found) - len(others) < 2:
        return list(found)
    return [*others, f"{OFFICE}gazetteer:title.{slug(words)}"]


def _sense(term: Term) -> Sense:
    start, end = (day.isoformat() if day else "" for day in (term.start, term.end))
    return {"names": list(term.shared), "near": list(term.near), "start": start, "end": end}


@Language.factory("policy_gazetteer", assigns=["doc.spans"], default_config={"rules": None})
def make_gazetteer(nlp: Language, name: str, rules: str | None) -> Gazetteer:
    """Return the factory.

    Args:
        rules: A rule folder; None for the rules of this project. Unused where the pipeline was loaded from disk.
    """
    register()
    return Gazetteer(nlp.vocab, nlp.tokenizer, rules)
