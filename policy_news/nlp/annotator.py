"""Runs the built spaCy pipeline over documents: the model by sections, our rules by whole documents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from policy_news.core.errors import ModelError
from policy_news.core.settings import BUILT, Settings, find_model
from policy_news.core.versions import tested_base_model
from policy_news.nlp.claims.component import PolicyClaims
from policy_news.nlp.component_cache import GET, NAMES, PARTS, SET, Memo, part_key, seen_before
from policy_news.nlp.dates import PolicyDates
from policy_news.nlp.doc_rows import build_rows, voiced
from policy_news.nlp.entities.document_pass import DocumentPass
from policy_news.nlp.entities.gazetteer import Gazetteer
from policy_news.nlp.entities.large_gazetteer import LargeGazetteer
from policy_news.nlp.entities.truecase import find_body_names, is_title_case, truecase
from policy_news.nlp.extensions import register
from policy_news.nlp.fingerprints import HOW_TO_BUILD, check_model, require_intact
from policy_news.nlp.first_build import ensure_built
from policy_news.nlp.inference.joining import LENGTHS
from policy_news.nlp.inference.model import StatisticalModel
from policy_news.nlp.relations.link_rules import read_link_rules
from policy_news.nlp.relations.links import link_claims
from policy_news.nlp.who.facts import read_facts
from policy_news.nlp.who.within_document import who_of
from policy_news.tables.chunks import Annotated
from policy_news.text.document import CASED, Document, Section, Unmasked

OUR_PREFIX = "policy_"
DECIDER = "policy_document_pass"
"""The component that weighs the candidates: those of the user's own lists come before it."""
WHO = "who"
"""The part that no component runs: it needs the facts of the rule data, which a spaCy pipeline of others has not."""
PART_OF = {"policy_dates": "dates", "policy_claims": "claims"}
"""The part of `policy_news.nlp.component_cache` that a component is in; those that are not named are in the first."""
_NO_PROGRAMS: Mapping[str, str] = dict.fromkeys((NAMES, *PARTS), "")
Item = tuple[Document, Unmasked]


def load_pipeline(model: str = BUILT) -> Language:
    """Load a built pipeline; an installed package builds its own first, if it has to.

    Raises:
        ModelError: It is missing, damaged, or cannot be loaded.
    """
    ensure_built(model)
    check_model(model)
    require_intact(model)
    register()
    folder = find_model(model)
    name: Path | str = model
    if folder.is_dir():
        name = folder
    try:
        with tested_base_model():
            return spacy.load(name)
    except (OSError, ValueError) as error:
        raise ModelError(f"model '{folder}' cannot be loaded: {error}", HOW_TO_BUILD) from error


class Annotator:
    """Turns documents into rows.

    Args:
        nlp: A built pipeline. Components whose names begin with `policy_` see whole documents, the others sections.
        settings: Batch size, lists of names of the user's own, how dates of three numbers are read.
        fingerprint: Stands for the statistical model.
        programs: For the names and each part of `policy_news.nlp.component_cache`, what stands for its code, rules and weights.
    """

    def __init__(
        self,
        nlp: Language,
        settings: Settings,
        fingerprint: str = "",
        programs: Mapping[str, str] = _NO_PROGRAMS,
    ) -> None:
        self.nlp = nlp
        self.settings = settings.annotate
        self.least_score = settings.claims.least_score
        self.fingerprint = fingerprint
        self.programs = programs
        self.facts = read_facts(find_model(settings.annotate.model))
        self._links = read_link_rules(find_model(settings.annotate.model))
        self._rules = [(name, pipe) for name, pipe in nlp.pipeline if name.startswith(OUR_PREFIX)]
        self._model = StatisticalModel(nlp, [name for name, _ in self._rules], self.settings.batch_size)
        self._gazetteer = next((pipe for _, pipe in self._rules if isinstance(pipe, Gazetteer)), None)
        self._own_lists = LargeGazetteer(nlp.vocab, nlp.tokenizer, settings.annotate.own_lists)
        for _, pipe in self._rules:
            if isinstance(pipe, PolicyDates):
                pipe.read_days_first(settings.day_first)
            if isinstance(pipe, PolicyClaims):
                pipe.use_mode(settings.claims.mode)
            if isinstance(pipe, DocumentPass):
                pipe.use_mode(settings.claims.mode)

    def parse(
        self, items: Sequence[Item], kept: Mapping[str, Doc] | None = None
    ) -> Iterator[tuple[str, Doc]]:
        """Yield a key and a Doc for each document, with the model's annotation, its sections and its gaps.

        Args:
            items: Documents and what the model sees of them.
            kept: Earlier parses by key; these documents are not parsed again.
        """
        kept = kept or {}
        keys, new = [], []
        for _, unmasked in items:
            texts = self._section_texts(unmasked)
            key = self._key(texts, unmasked)
            keys.append(key)
            if key not in kept:
                new.append(texts)
        # The new ones together: the model reads the sections of many documents in one batch.
        parsed = self._model.read(new)
        for (document, unmasked), key in zip(items, keys, strict=True):
            if key in kept:
                # A copy, since two documents may have one text (wire copy) and differ in date.
                doc = kept[key].copy()
            else:
                doc = next(parsed)
            yield key, _with_dates(_with_spans(doc, unmasked), document, unmasked)

    def apply_rules(self, doc: Doc) -> Doc:
        """Run our components on a parsed Doc."""
        return self.apply_rules_with(Memo(), doc, "")[0]

    def apply_rules_with(self, memo: Memo, doc: Doc, key: str) -> tuple[Doc, Memo]:
        """Run our components on a parsed Doc, but take from the memo what depends on nothing that changed.

        Args:
            memo: What the last run kept of the document.
            key: Key of its parse; empty if it is not known.
        """
        if not key:
            for part in PARTS:
                doc = self.run_part(part, doc)
            return doc, Memo()
        seen, known = seen_before(doc, key), memo.read_found()
        own = part_key(NAMES, seen, {}, self.programs[NAMES])
        kept, digest = known.get(NAMES, ("", ""))
        if kept != own:
            digest = self._digest(doc)
        found: dict[str, tuple[str, Any]] = {NAMES: (own, digest)}
        # In order: the key of a part is made of what the parts before it found, so that a result that came out
        # the same as before spares the parts after it.
        for part in PARTS:
            own = part_key(part, seen, found, self.programs[part])
            kept, result = known.get(part, ("", None))
            if kept == own:
                SET[part](doc, result)
            else:
                doc = self.run_part(part, doc)
                result = GET[part](doc)
            found[part] = own, result
        return doc, Memo(memo.key, key, json.dumps(found))

    def _digest(self, doc: Doc) -> str:
        if self._gazetteer is None:
            return ""
        return self._gazetteer.digest(doc)

    def run_part(self, part: str, doc: Doc) -> Doc:
        """Run the components of a part."""
        if part == WHO:
            doc._.who = None
            doc._.who = who_of(doc, self.facts).written()
        for name, pipe in self._rules:
            if PART_OF.get(name, PARTS[0]) != part:
                continue
            if name == DECIDER:
                doc = self._own_lists(doc)
            doc = pipe(doc)
        return doc

    def annotate(self, items: Sequence[Item]) -> Iterator[Annotated]:
        """Yield the rows of each document, with the ids of its entities."""
        for (document, unmasked), (_, doc) in zip(items, self.parse(items), strict=True):
            yield build_rows(document, unmasked, self.apply_rules(doc), self.facts, self.least_score)

    def link(self, annotated: Annotated) -> Annotated:
        """Return the rows of a document with the links between its claims."""
        return replace(annotated, claim_links=link_claims(annotated, self._links))

    def _key(self, texts: Sequence[str], unmasked: Unmasked) -> str:
        """Hash of all that a parse depends on."""
        kinds = [unmasked.sections[i].kind for i in voiced(unmasked.sections)]
        seen = json.dumps([self.fingerprint, texts, kinds, unmasked.alignment.gaps()], ensure_ascii=True)
        return hashlib.sha256(seen.encode()).hexdigest()[:32]

    def _section_texts(self, unmasked: Unmasked) -> list[str]:
        sections = [unmasked.sections[i] for i in voiced(unmasked.sections)]
        names = _body_names(unmasked.text, sections)
        return [
            self._cased(unmasked.text[section.start : section.end], section, names) for section in sections
        ]

    def _cased(self, text: str, section: Section, names: frozenset[str]) -> str:
        if section.kind not in CASED or not is_title_case(text):
            return text
        titled = text.title()
        is_shouted = text.isupper() and len(titled) == len(text)
        found = []
        for doc in map(self.nlp.make_doc, [text, titled] if is_shouted else [text]):
            found += self._own_lists.find(doc)
            if self._gazetteer:
                found += self._gazetteer.find(doc)
        keep = []
        for span in found:
            if span.id_.startswith("gazetteer:") and span.text[0].isupper():
                keep.append((span.start_char, span.end_char))
        return truecase(text, names, keep)


def _with_spans(doc: Doc, unmasked: Unmasked) -> Doc:
    """Return the Doc with its sections and gaps marked."""
    sections = [unmasked.sections[i] for i in voiced(unmasked.sections)]
    lengths = doc.user_data[LENGTHS]
    spans, start = [], 0
    for section, length in zip(sections, lengths, strict=True):
        spans.append(Span(doc, start, start + length, label=section.kind))
        start += length
    doc.spans["sections"] = spans
    doc.spans["gaps"] = list(_gap_spans(doc, sections, unmasked))
    return doc


def _with_dates(doc: Doc, document: Document, unmasked: Unmasked) -> Doc:
    doc._.published = None
    if document.published:
        doc._.published = document.published.isoformat()
    doc._.section_dates = [unmasked.sections[i].date for i in voiced(unmasked.sections)]
    doc._.lowered = _lowered_tokens(doc, unmasked)
    return doc


def _lowered_tokens(doc: Doc, unmasked: Unmasked) -> list[int]:
    """Return tokens whose capital was taken from the model: the words of names in headlines still count as capitalised."""
    lowered: list[int] = []
    for i, span in zip(voiced(unmasked.sections), doc.spans["sections"], strict=True):
        section = unmasked.sections[i]
        written = unmasked.text[section.start : section.end]
        if section.kind in CASED and written != span.text:
            lowered += [t.i for t in span if not written.startswith(t.text[0], t.idx - span.start_char)]
    return lowered


def _body_names(text: str, sections: Iterable[Section]) -> frozenset[str]:
    body = [text[section.start : section.end] for section in sections if section.kind not in CASED]
    return find_body_names(" ".join(body))


def _gap_spans(doc: Doc, sections: Sequence[Section], unmasked: Unmasked) -> Iterator[Span]:
    """Yield the placeholder tokens of the Doc."""
    gaps = unmasked.alignment.gaps()
    spans = iter(zip(sections, doc.spans["sections"], strict=True))
    section, span = next(spans, (None, None))
    for start, end in gaps:
        while section is not None and start >= section.end:
            section, span = next(spans, (None, None))
        if section is None or span is None:
            return
        if start >= section.start:
            shift = span.start_char - section.start
            found = doc.char_span(start + shift, end + shift, label="gap", alignment_mode="expand")
            if found is not None:
                yield found
