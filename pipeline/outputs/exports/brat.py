"""Standoff files of the brat annotation tool: `NAME.txt` and `NAME.ann` for each document, and its configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.core.atomic_files import EXPORT, new_folder, safe_stem
from pipeline.core.messages import counted
from pipeline.tables.corpus import Article, Corpus
from pipeline.tables.schema import ClaimRow, EntityRow

Spans = Sequence[tuple[int, int]]
PARTS = ("Source", "Cue", "Content")
ROLES = "Source?:Source, Content?:Content"


def write_brat(corpus: Corpus, to: Path) -> str:
    """Write the folder."""
    with new_folder(to, EXPORT) as folder:
        (folder / "annotation.conf").write_text(make_configuration(corpus), encoding="utf-8", newline="\n")
        for article in corpus.articles:
            stem = safe_stem(article.document.doc_id)
            for ending, text in (
                ("txt", article.document.text),
                ("ann", make_annotations(article, corpus.entities)),
            ):
                (folder / f"{stem}.{ending}").write_text(text, encoding="utf-8", errors="replace", newline="")
    return counted(len(corpus.articles), "document")


def make_configuration(corpus: Corpus) -> str:
    """`annotation.conf`: the labels and claim types that occur."""
    labels = sorted({_word(mention.label) for article in corpus.articles for mention in article.mentions})
    dates = sorted({date.timex_type for article in corpus.articles for date in article.dates} - set(labels))
    types = sorted({_word(claim.claim_type) for article in corpus.articles for claim in article.claims})
    sections = {
        "entities": [*labels, *dates, *PARTS],
        "relations": [],
        "events": [f"{name} {ROLES}" for name in types],
        "attributes": [f"{name} Arg:<EVENT>" for name in ("Negated", "Truncated")],
    }
    return "".join(
        f"[{name}]\n" + "".join(f"{line}\n" for line in lines) + "\n" for name, lines in sections.items()
    )


def make_annotations(article: Article, entities: Mapping[str, EntityRow]) -> str:
    """The lines of an `.ann` file: `T` spans, `N` Wikidata ids, `E` claims, `A` attributes, `#` notes."""
    return "".join(f"{line}\n" for line in _Writer(article.document.text).lines(article, entities))


class _Writer:
    """Numbers the annotations of one document."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans = self.notes = self.attributes = 0

    def lines(self, article: Article, entities: Mapping[str, EntityRow]) -> Iterator[str]:
        for number, mention in enumerate(article.mentions, 1):
            yield self.span(_word(mention.label), [(mention.start, mention.end)])
            entity = entities.get(mention.entity_id)
            if entity and entity.kb_id:
                yield f"N{number}\tReference T{self.spans} Wikidata:{entity.kb_id}\t{_line(entity.name)}"
        for date in article.dates:
            yield self.span(date.timex_type, [(date.start, date.end)])
            if date.value:
                yield self.note(f"T{self.spans}", date.value)
        for number, claim in enumerate(article.claims, 1):
            yield from self.claim(number, claim)

    def claim(self, number: int, claim: ClaimRow) -> Iterator[str]:
        """The parts of a claim and the event that joins them; its trigger is the cue, else the content, else the source."""
        spans = _parts(claim)
        made = {}
        for part, own in spans.items():
            yield self.span(part, own)
            made[part] = self.spans
        trigger = next((part for part in ("Cue", "Content", "Source") if part in spans), None)
        if trigger is None:
            return
        name = _word(claim.claim_type)
        yield self.span(name, spans[trigger])
        roles = "".join(f" {part}:T{made[part]}" for part in ("Source", "Content") if part in made)
        yield f"E{number}\t{name}:T{self.spans}{roles}"
        for attribute, holds in (("Negated", claim.negated), ("Truncated", claim.truncated)):
            if holds:
                self.attributes += 1
                yield f"A{self.attributes}\t{attribute} E{number}"

    def span(self, label: str, spans: Spans) -> str:
        self.spans += 1
        pieces = list(split_lines(self.text, spans))
        offsets = ";".join(f"{start} {end}" for start, end in pieces)
        return f"T{self.spans}\t{label} {offsets}\t{' '.join(self.text[start:end] for start, end in pieces)}"

    def note(self, target: str, text: str) -> str:
        self.notes += 1
        return f"#{self.notes}\tAnnotatorNotes {target}\t{_line(text)}"


def _parts(claim: ClaimRow) -> dict[str, Spans]:
    parts: dict[str, Spans] = {}
    if claim.source_start is not None and claim.source_end is not None:
        parts["Source"] = [(claim.source_start, claim.source_end)]
    if claim.cue_start is not None and claim.cue_end is not None:
        parts["Cue"] = [(claim.cue_start, claim.cue_end)]
    if claim.content_spans:
        parts["Content"] = [(span.start, span.end) for span in claim.content_spans]
    return parts


def split_lines(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans cut at line breaks, which brat's one-line notation cannot hold."""
    for start, end in spans:
        yield from (match.span() for match in _LINE.finditer(text, start, end))


def _word(name: str) -> str:
    """A name as brat allows it."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)


def _line(text: str) -> str:
    return " ".join(text.split())


_LINE = re.compile(r"[^\s](?:[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]*[^\s])?")
