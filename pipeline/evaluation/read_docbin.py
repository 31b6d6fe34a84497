"""Gold as a spaCy `DocBin`: `doc.ents`, and dates and claims in the span groups that `pipeline export --format spacy` writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.errors import GoldError
from pipeline.core.messages import counted
from pipeline.evaluation.gold import Claim, Document, Entity, Expression, GoldSet

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

PARTS = {"sources": "source", "cues": "cue", "contents": "content"}
READ = {*PARTS, "dates", "sections"}
TYPES = frozenset({"DATE", "TIME", "DURATION", "SET"})


def read_docbin(path: Path) -> GoldSet:
    """Read the documents; one without `doc.user_data["doc_id"]` gets its number as its name.

    Raises:
        GoldError: The file is no DocBin.
    """
    import spacy
    from spacy.tokens import DocBin

    data = path.read_bytes()
    try:
        docs = list(DocBin().from_bytes(data).get_docs(spacy.blank("en").vocab))
    except Exception as error:  # whatever zlib, msgpack or spaCy meet in bytes that are no DocBin
        raise GoldError(
            f"{path}: is no DocBin of spaCy: {error}", "Write it with `DocBin(...).to_disk(path)`."
        ) from error
    others = Counter(name for doc in docs for name in doc.spans if name not in READ)
    notes = [
        f"span group '{name}' of {counted(count, 'document')} is not read"
        for name, count in sorted(others.items())
    ]
    return GoldSet(
        path, "spacy", tuple(_document(doc, number) for number, doc in enumerate(docs, 1)), tuple(notes)
    )


def _document(doc: Doc, number: int) -> Document:
    return Document(
        name=str(doc.user_data.get("doc_id") or number),
        text=doc.text,
        published=str(doc.user_data.get("published") or "") or None,
        entities=tuple(Entity(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents),
        claims=_claims(doc) if any(name in doc.spans for name in PARTS) else None,
        dates=tuple(map(_expression, doc.spans["dates"])) if "dates" in doc.spans else None,
    )


def _expression(span: Span) -> Expression:
    """A date whose label is its TIMEX3 type, or its value as our export has it."""
    known = span.label_ in TYPES
    return Expression(
        span.start_char, span.end_char, span.label_ if known else "", "" if known else span.label_
    )


def _claims(doc: Doc) -> tuple[Claim, ...]:
    """The spans of one id are the parts of one claim, and their label is its type."""
    parts: dict[str, dict[str, list[Span]]] = {}
    for group, part in PARTS.items():
        for span in doc.spans.get(group, ()):
            parts.setdefault(span.id_, {}).setdefault(part, []).append(span)
    return tuple(_claim(own) for own in parts.values())


def _claim(parts: dict[str, list[Span]]) -> Claim:
    kinds = {span.label_ for spans in parts.values() for span in spans if span.label_}
    source, cue, content = (_offsets(parts.get(part, ())) for part in ("source", "cue", "content"))
    return Claim(source, cue, content, tuple(sorted(kinds)))


def _offsets(spans: Iterable[Span]) -> tuple[tuple[int, int], ...]:
    return tuple((span.start_char, span.end_char) for span in spans)
