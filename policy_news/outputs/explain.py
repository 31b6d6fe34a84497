"""Explains why a place is a mention or not: what each layer saw, and what the document pass decided."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_news.core.errors import ArgumentError, StageError
from policy_news.core.messages import cut_line
from policy_news.core.settings import Settings, find_model
from policy_news.nlp.doc_rows import build_rows, voiced
from policy_news.nlp.entities.document_pass import DocumentPass
from policy_news.nlp.entities.mentions import NUMERIC
from policy_news.nlp.extensions import gap_tokens
from policy_news.rules.lexicon import NameLexicon
from policy_news.rules.provenance import describe as describe_row
from policy_news.rules.provenance import find_holder, read_provenance
from policy_news.run.paths import RECORDS
from policy_news.run.raw_files import find_files
from policy_news.run.records import read_documents as read_kept
from policy_news.run.stages.annotate import annotator_of
from policy_news.run.stages.ingest import read_documents
from policy_news.tables.chunks import Annotated, is_among
from policy_news.tables.commit import locate
from policy_news.tables.labels import NO_NAME
from policy_news.tables.parquet import read_run, read_table
from policy_news.tables.reasons import reason_in_words
from policy_news.tables.schema import RUN_FILE, ClaimRow, FailureRow, MentionRow
from policy_news.text.document import SILENT, Document, Unmasked
from policy_news.text.document_ids import document_id
from policy_news.text.masking import compile_patterns, unmask

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

    from policy_news.nlp.annotator import Annotator

WIDTH = 100
AROUND = 60
"""Characters of text shown after the offset; half as many before it."""
TOKENS_AROUND = 5
LEVELS = {"common": "needs context", "weak": "a weak rule"}
"""Methods that are not enough without context."""


@dataclass(frozen=True)
class Place:
    """A place in an annotated document.

    Attributes:
        at: Index of the token there, or None if nothing is annotated.
        model: The model's entities, before our components changed them.
        appearances: Rows of the last run's table for the document; empty without a finished run.
        lexicon: The offices that the pipeline knows.
        provenance: The sources of its other terms.
    """

    document: Document
    unmasked: Unmasked
    doc: Doc
    rows: Annotated
    offset: int
    at: int | None
    model: tuple[tuple[int, int, str], ...]
    lexicon: NameLexicon
    provenance: Mapping[str, Any]
    appearances: Sequence[Mapping[str, Any]] = ()

    @property
    def mentions(self) -> list[MentionRow]:
        """The mentions that cover the offset."""
        return [mention for mention in self.rows.mentions if mention.start <= self.offset < mention.end]


def explain_place(
    place: str, out: Path, raw: Path | None, settings: Settings, words: str | None = None
) -> list[str]:
    """Explain a place in a document, in lines of at most 100 characters.

    Args:
        place: A doc_id or a path below the raw folder; without words, with an offset into the raw text:
            `DOC:OFFSET`.
        out: Output folder of a run; its documents are annotated again.
        raw: Folder to read the document from instead.
        words: Words of the document, of which the first occurrence is explained, or an offset.

    Raises:
        ArgumentError: `place` is not such a pair, the words do not occur, the document does not exist, or the
            offset is beyond
            its end.
        StageError: The run is missing, or of another schema version.
        ModelError: The pipeline cannot be loaded.
    """
    doc_id, offset = parse_place(place) if words is None else (place, 0)
    document = _find_raw(doc_id, raw, out, settings) if raw else _find(doc_id, out)
    if words is not None:
        offset = find_words(document, words)
    if offset >= len(document.text):
        raise ArgumentError(
            f"{doc_id}: offset {offset} is beyond the end of the text",
            f"The raw text has {len(document.text)} characters.",
        )
    unmasked = unmask(document, compile_patterns(settings.mask), settings.mask.placeholder)
    found = look(annotator_of(settings), document, unmasked, offset)
    if raw is None:
        found = replace(found, appearances=_appearances(out, document.doc_id))
    return [cut_line(line.rstrip(), WIDTH) for line in describe(found)]


def find_words(document: Document, words: str) -> int:
    """Find the first occurrence of words in a document; white space between them does not matter.

    Returns:
        Its offset; for a number that does not occur as a word, that offset.
    """
    text, parts = document.text, words.split()
    if parts:
        form = r"(?<!\w)" + r"\s+".join(map(re.escape, parts)) + r"(?!\w)"
        # Exact case first: `may` must not find the minister.
        found = re.search(form, text) or re.search(form, text, re.IGNORECASE)
        if found:
            return found.start()
    if words.isascii() and words.isdigit():
        return int(words)
    near = get_close_matches("".join(parts[:1]), sorted(set(re.findall(r"\w+", text))), 1)
    hint = f"Did you mean '{near[0]}'?" if near else "Give words of the raw text, or an offset."
    raise ArgumentError(f"{document.doc_id}: '{words}' does not occur", hint)


def _appearances(out: Path, doc_id: str) -> list[dict[str, Any]]:
    """Return the last run's rows of who appears in a document; empty if it is not finished."""
    if not locate(out, RUN_FILE).is_file():
        return []
    table = read_table(out, "appearances")
    rows: list[dict[str, Any]] = table.filter(is_among(table["doc_id"], [doc_id])).to_pylist()
    return rows


def parse_place(place: str) -> tuple[str, int]:
    """Split `DOC:OFFSET`."""
    doc_id, _, offset = place.rpartition(":")
    if not doc_id or not offset.isascii() or not offset.isdigit():
        raise ArgumentError(
            f"'{place}' is not DOC:OFFSET",
            "Give an offset, e.g. article-17:240, or words of the document after the doc_id.",
        )
    return doc_id, int(offset)


def _find(doc_id: str, out: Path) -> Document:
    known: list[str] = []
    if locate(out, RUN_FILE).is_file():
        read_run(out)
    elif not (out / RECORDS).is_file():
        raise StageError(
            f"{out} has no tables yet",
            "Make them with `pipeline run --raw FOLDER --out TABLES`,"
            " or name the folder of the article with --raw.",
        )
    for document in read_kept(out):
        if doc_id in (document.doc_id, document.path):
            return document
        known.append(document.doc_id)
    near = get_close_matches(doc_id, known, 1)
    hint = f"Did you mean '{near[0]}'?" if near else "Give a doc_id or path as in the table documents."
    raise ArgumentError(f"{out} has no document '{doc_id}'", hint)


def _find_raw(doc_id: str, raw: Path, out: Path, settings: Settings) -> Document:
    """Read the file of that name, or look into the files that hold many documents."""
    files = find_files(raw, out, [])
    own = [file for file in files if doc_id in (file.name, document_id(file.name))]
    for file in own or [file for file in files if file.path.suffix == ".jsonl"]:
        for document in read_documents(file, settings):
            if not isinstance(document, FailureRow) and (own or document.doc_id == doc_id):
                return document
    raise ArgumentError(
        f"{raw} has no document '{doc_id}'",
        "Give the path of a file below the raw folder, or the id of a record.",
    )


def look(annotator: Annotator, document: Document, unmasked: Unmasked, offset: int) -> Place:
    """Annotate a document, and keep what the model said before the rules.

    Args:
        offset: Offset in the raw text to explain.
    """
    # The document pass replaces `doc.ents`, so the model's own are copied first.
    _, doc = next(annotator.parse([(document, unmasked)]))
    model = tuple((ent.start, ent.end, ent.label_) for ent in doc.ents)
    doc = annotator.apply_rules(doc)
    rows = build_rows(document, unmasked, doc, annotator.facts, annotator.least_score)
    at = _token_at(doc, unmasked, offset)
    told = read_provenance(find_model(annotator.settings.model))
    return Place(document, unmasked, doc, rows, offset, at, model, lexicon_of(annotator), told)


def lexicon_of(annotator: Annotator) -> NameLexicon:
    """Return the offices and ministers that a pipeline knows."""
    passes = (pipe.lexicon for _, pipe in annotator.nlp.pipeline if isinstance(pipe, DocumentPass))
    return next(passes, NameLexicon())


def _token_at(doc: Doc, unmasked: Unmasked, offset: int) -> int | None:
    derived = unmasked.alignment.from_raw(offset)
    for position, span in zip(voiced(unmasked.sections), doc.spans["sections"], strict=True):
        section = unmasked.sections[position]
        if section.start <= derived < section.end:
            char = span.start_char + derived - section.start
            return max((token.i for token in span if token.idx <= char), default=int(span.start))
    return None


def describe(place: Place) -> Iterator[str]:
    """Yield all lines."""
    yield from _head(place)
    yield from _mentions(place)
    if place.at is not None:
        yield from _candidates(place, place.at)
        yield from _tokens(place, place.at)
    yield from _dates(place)
    yield from _claims(place)


def _head(place: Place) -> Iterator[str]:
    document, offset = place.document, place.offset
    sections = [(i, s) for i, s in enumerate(document.sections) if s.start <= offset < s.end]
    where = f"section {sections[0][0]}, {sections[0][1].kind}" if sections else "between sections"
    day = document.published.date().isoformat() if document.published else "no date"
    yield f"{document.doc_id}:{offset}  {where}, published {day}"
    if not document.path.startswith(document.doc_id):
        yield f"  in {document.path}"
    start, end = max(offset - AROUND // 2, 0), min(offset + AROUND, len(document.text))
    first, last = _covering(place)
    yield "  " + "".join(c if c.isprintable() else " " for c in document.text[start:end])
    yield "  " + "".join("^" if first <= i < last else " " for i in range(start, end))
    if not sections:
        yield "Nothing is annotated here: no section."
    elif sections[0][1].kind in SILENT:
        yield f"Nothing is annotated here: sections of kind {sections[0][1].kind} are not."


def _covering(place: Place) -> tuple[int, int]:
    """Return the mention, date or masked text that covers the offset; else its character."""
    spans = [(row.start, row.end) for row in place.mentions]
    spans += [(row.start, row.end) for row in place.rows.dates]
    spans += place.unmasked.alignment.raw_gaps()
    offset = place.offset
    return next((span for span in spans if span[0] <= offset < span[1]), (offset, offset + 1))


def _mentions(place: Place) -> Iterator[str]:
    yield ""
    if not place.mentions:
        yield "No mention covers the offset."
    for mention in place.mentions:
        yield f"Mention  {mention.text}  {mention.start}-{mention.end}"
        yield f"  label    {mention.label}"
        yield f"  entity   {mention.entity_id}"
        if mention.identity:
            yield f"  identity {mention.identity}: {mention.identity_reason}, by this document alone"
        yield from _in_corpus(place, mention)
        if mention.office_id or mention.office_status:
            yield f"  office   {mention.office_id or '-'} ({mention.office_status or 'no status'})"
        yield from _provenance(place, mention)
        yield f"  method   {mention.method}, rule {mention.rule_id or '-'}"
        near = "yes" if mention.near_mask else "no"
        yield f"  near a mask: {near}"
        yield from _follows(place, mention)


def _provenance(place: Place, mention: MentionRow) -> Iterator[str]:
    """Yield the source of the term of office, or of the entity itself, in the rule data."""
    published = place.document.published
    if published and mention.office_id and mention.entity_id:
        found = find_holder(place.lexicon, mention.office_id, mention.entity_id, published.date())
        if found:
            file, office, row = found
            source = row.source or office.source
            yield f"  term     from {row.start} to {row.end or 'now'}"
            yield f"  source   {describe_row(file, source, row.day, row.confidence)}"
            return
    number = place.provenance.get("terms", {}).get(mention.entity_id)
    if number is not None:
        yield f"  source   {place.provenance['sources'][number]}"


def _in_corpus(place: Place, mention: MentionRow) -> Iterator[str]:
    """Yield what the last run decided about the entity, knowing the other documents."""
    for row in place.appearances:
        if row["local_id"] == mention.entity_id:
            told = reason_in_words(row["identity_reason"])
            yield f"  corpus   {row['entity_id']}, {row['identity']}: {row['identity_reason']} ({told})"
            if row["role"]:
                yield f"  role     {row['role']}"
            if row["considered"]:
                yield f"  not      {', '.join(row['considered'])}"


def _follows(place: Place, mention: MentionRow) -> Iterator[str]:
    """Yield where another layer found an entity that the document pass added here."""
    if mention.method != "document":
        return
    others = [m for m in place.rows.mentions if m.entity_id == mention.entity_id and m.method != "document"]
    for other in sorted(others, key=lambda m: (-len(m.text), m.start))[:1]:
        rule = f"{other.method}, rule {other.rule_id or '-'}"
        yield f"  follows  {other.text}  {other.start}-{other.end}, {rule}"


def _candidates(place: Place, at: int) -> Iterator[str]:
    """Yield what every layer proposes at the token or over the mention there, and what became of it."""
    chosen = next((ent for ent in place.doc.ents if ent.start <= at < ent.end), None)
    start, end = at, at + 1
    if chosen is not None:
        start, end = chosen.start, chosen.end
    yield ""
    yield "What the layers saw"
    found = list(_proposals(place, start, end))
    for first, last, label, rule in found:
        text = place.doc[first:last].text.replace("\n", " ")
        fate = _fate(place, chosen, (first, last, label, rule))
        yield f"  {label or '(no mention)':<11} {text[:26]:<26} {rule:<32} {fate}"
    if not found:
        yield "  nothing: no name of the rule data, no rule, no entity of the model"


Proposal = tuple[int, int, str, str]


def _proposals(place: Place, start: int, end: int) -> Iterator[Proposal]:
    for span in place.doc.spans.get("candidates", ()):
        if span.start < end and start < span.end:
            label = span.label_
            if label == NO_NAME:  # a rule says that it is not a name
                label = ""
            yield span.start, span.end, label, span.id_
    for first, last, label in place.model:
        if first < end and start < last:
            yield first, last, label, "model"


def _fate(place: Place, chosen: Span | None, proposal: Proposal) -> str:
    start, end, label, rule = proposal
    method, _, rule_id = rule.partition(":")
    if label in NUMERIC:
        return "a date or number"
    if chosen is None:
        return LEVELS.get(method, "rejected")
    if (start, end) != (chosen.start, chosen.end):
        return "gave way"
    if label != chosen.label_:
        return f"became {chosen.label_}"
    final, _, final_id = chosen.id_.partition(":")
    same = final == method if method == "model" else final_id == rule_id
    if same:
        return "chosen"
    return "agrees"


def _tokens(place: Place, at: int) -> Iterator[str]:
    gaps = gap_tokens(place.doc)
    ents = {i: label for start, end, label in place.model for i in range(start, end)}
    yield ""
    yield f"  {'token':<20} {'lemma':<20} {'tag':<6} {'dep':<10} {'head':<20} model"
    for token in place.doc[max(at - TOKENS_AROUND, 0) : at + TOKENS_AROUND + 1]:
        if token.i in gaps:
            yield "  (masked)"
        elif not token.is_space:
            yield _token(token, ents.get(token.i, "-"), here=token.i == at)


def _token(token: Token, ent: str, *, here: bool) -> str:
    mark = ">" if here else " "
    words = f"{token.text[:20]:<20} {token.lemma_[:20]:<20} {token.tag_:<6} {token.dep_:<10}"
    return f"{mark} {words} {token.head.text[:20]:<20} {ent}"


def _dates(place: Place) -> Iterator[str]:
    for row in place.rows.dates:
        if row.start <= place.offset < row.end:
            yield ""
            yield f"Date  {row.text}  {row.start}-{row.end}"
            days = f"{row.earliest or '?'} to {row.latest or '?'}"
            yield f"  {row.timex_type} {row.value}, {days}, {row.granularity or '-'}, {row.role}"
            yield f"  read on {row.anchor or 'no date'}"


def _claims(place: Place) -> Iterator[str]:
    for row in place.rows.claims:
        part = _part(row, place.offset)
        if part:
            negated = ", negated" if row.negated else ""
            truncated = ", truncated" if row.truncated else ""
            yield ""
            yield f"Claim  {row.claim_id}: the offset is in its {part}"
            yield f"  source   {row.source_text or '-'}  ({row.source_entity_id or 'no entity'})"
            yield f"  cue      {row.cue_text or '-'}  ({row.cue_lemma or '-'}){negated}"
            yield f"  content  {' '.join((row.content_text or '-').split())}"
            yield f"  {row.claim_type}, {row.quote_kind}, method {row.method}, score {row.score}{truncated}"


def _part(row: ClaimRow, offset: int) -> str | None:
    """Return the part of a claim that contains an offset."""
    spans = ((name, *span) for name, own in row.places.items() for span in own)
    return next((name for name, start, end in spans if start <= offset < end), None)
