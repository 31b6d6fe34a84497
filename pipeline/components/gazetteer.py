"""Finds the names of the rule data in a Doc: candidates with exact offsets, for the document pass to judge."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from pipeline.components.extensions import gap_tokens
from pipeline.components.lexicon import Entry, Lexicon, read_lexicon
from pipeline.rules import RULES_DIR

PRIORITY = ("COMMITTEE", "DEPARTMENT", "OFFICE", "PERSON", "COMPANY", "ORG", "GPE", "LOC")
"""Which label stands first where one name has several."""


def add_candidates(doc: Doc, spans: Iterable[Span]) -> None:
    """Append to `doc.spans["candidates"]`, leaving out what touches a gap from within."""
    gaps = gap_tokens(doc)
    kept = [span for span in spans if not gaps or gaps.isdisjoint(range(span.start, span.end))]
    doc.spans["candidates"] = [*doc.spans.get("candidates", ()), *kept]


class Gazetteer:
    """Marks the names of a lexicon as candidates; `span.id_` is `gazetteer:<id>`, `span.kb_id_` the id.

    Common-word names get the method `common`: they count only with an anchor.
    """

    def __init__(self, vocab: Vocab, tokenizer: Callable[[str], Doc], lexicon: Lexicon) -> None:
        self.vocab = vocab
        self.tokenizer = tokenizer
        self.lexicon = lexicon
        self._compile()

    def __call__(self, doc: Doc) -> Doc:
        """Add the candidates of the doc."""
        add_candidates(doc, self.find(doc))
        return doc

    def find(self, doc: Doc) -> list[Span]:
        """All names in the doc, overlaps included, in order of their offsets."""
        found = [(*match, False) for match in self._exact(doc)] + [(*match, True) for match in self._any_case(doc)]
        spans = {}
        for key, start, end, folded in found:
            entries = self._entries[folded][self.vocab.strings[key]]
            for entry in entries:
                method = "common" if entry.common else "gazetteer"
                spans[start, end, entry.label, entry.id] = Span(
                    doc, start, end, label=entry.label, span_id=f"{method}:{entry.id}", kb_id=entry.id
                )
        return [spans[key] for key in sorted(spans, key=lambda key: (key[0], -key[1], PRIORITY.index(key[2]), key[3]))]

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the lexicon, so that the built pipeline needs no rule folder."""
        path.mkdir(parents=True, exist_ok=True)
        data = self.lexicon.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        (path / "lexicon.json").write_text(json.dumps(data, ensure_ascii=False, sort_keys=True), encoding="utf-8")

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> Gazetteer:
        """Read the lexicon back."""
        self.lexicon = Lexicon.model_validate_json((path / "lexicon.json").read_text(encoding="utf-8"))
        self._compile()
        return self

    def _compile(self) -> None:
        self._exact, self._any_case = PhraseMatcher(self.vocab), PhraseMatcher(self.vocab, attr="LOWER")
        self._entries: tuple[dict[str, list[Entry]], dict[str, list[Entry]]] = ({}, {})
        for entry in self.lexicon.entries():
            key = entry.name.lower() if entry.any_case else entry.name
            self._entries[entry.any_case].setdefault(key, []).append(entry)
        for folded, matcher in ((False, self._exact), (True, self._any_case)):
            for key in self._entries[folded]:
                matcher.add(key, [self.tokenizer(key)])


@Language.factory("policy_gazetteer", default_config={"rules": None})
def make_gazetteer(nlp: Language, name: str, rules: str | None) -> Gazetteer:
    """The factory.

    Args:
        nlp: The pipeline.
        name: Name of the component.
        rules: A rule folder; None for the rules of this project. `""` loads none: they come from disk.
    """
    lexicon = Lexicon() if rules == "" else read_lexicon(Path(rules) if rules else RULES_DIR)
    return Gazetteer(nlp.vocab, nlp.tokenizer, lexicon)
