"""A spaCy DocBin: raw text, mentions as `ents`; sections, dates and the parts of claims as span groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from policy_news.core.atomic_files import new_file
from policy_news.core.errors import GoldError
from policy_news.core.messages import counted
from policy_news.outputs.formats.gold import Expression, GoldAttribution, GoldDocument, GoldEntity, GoldSet
from policy_news.outputs.formats.raw_words import find_words, without_overlaps
from policy_news.tables.corpus import Article, Corpus, read_corpus
from policy_news.tables.labels import TIMEXES

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span
    from spacy.vocab import Vocab

GROUPS = ("sections", "dates", "sources", "cues", "contents")
ATTRIBUTES = ("ORTH", "SPACY", "ENT_IOB", "ENT_TYPE", "ENT_KB_ID", "ENT_ID")
PARTS = {"sources": "source", "cues": "cue", "contents": "content"}
READ = {*PARTS, "dates", "sections"}


def write_docbin(out: Path, to: Path) -> str:
    """Write the tables of a run as a DocBin; return what was written, in words."""
    with new_file(to) as partial:
        return counted(write_docs(read_corpus(out), partial), "document")


def write_docs(corpus: Corpus, path: Path) -> int:
    """Write all documents.

    `doc.user_data` holds `doc_id`, `title` and `published`. An ent has the id of its entity as `kb_id_` and
    that of its mention as `id_`; a span of a group has the id of its row as `id_`, and as label its kind, its
    TIMEX3 value or its claim type.
    """
    import spacy
    from spacy.tokens import DocBin

    vocab = spacy.blank("en").vocab
    bin_ = DocBin(attrs=ATTRIBUTES, store_user_data=True)
    for article in corpus.articles:
        bin_.add(make_doc(article, vocab))
    path.write_bytes(bin_.to_bytes())
    return len(corpus.articles)


def make_doc(article: Article, vocab: Vocab) -> Doc:
    """Return one document; `doc.text` is the raw text, so offsets are the tables' own."""
    from spacy.tokens import Doc

    row = article.document
    words, spaces = _split(row.text, _edges(article))
    doc = Doc(vocab, words=words, spaces=spaces)
    doc.user_data = {
        "doc_id": row.doc_id,
        "title": row.title or "",
        "published": row.published.isoformat() if row.published else "",
    }
    mentions = without_overlaps(article.mentions)
    doc.ents = _made(
        doc.char_span(
            mention.start, mention.end, mention.label, mention.entity_id, span_id=mention.mention_id
        )
        for mention in mentions
    )
    for name, spans in _grouped(article).items():
        doc.spans[name] = _made(
            doc.char_span(start, end, label, span_id=own) for start, end, label, own in spans
        )
    return doc


def _made(spans: Iterable[Span | None]) -> list[Span]:
    return [span for span in spans if span is not None]


def _grouped(article: Article) -> dict[str, list[tuple[int, int, str, str]]]:
    groups: dict[str, list[tuple[int, int, str, str]]] = {name: [] for name in GROUPS}
    groups["sections"] = [(row.start, row.end, row.kind, row.section_id) for row in article.sections]
    groups["dates"] = [
        (row.start, row.end, row.value or row.timex_type, row.date_id) for row in article.dates
    ]
    for claim in article.claims:
        for part, spans in claim.places.items():
            groups[f"{part}s"] += [(*span, claim.claim_type, claim.claim_id) for span in spans]
    return groups


def _edges(article: Article) -> Iterator[int]:
    for mention in article.mentions:
        yield from (mention.start, mention.end)
    for spans in _grouped(article).values():
        for start, end, _, _ in spans:
            yield from (start, end)


def _split(text: str, edges: Iterable[int]) -> tuple[list[str], list[bool]]:
    """Words, and whether a blank follows each; any other white space is a word of its own."""
    words: list[str] = []
    spaces: list[bool] = []
    at = 0
    for start, end in [*find_words(text, edges), (len(text), len(text))]:
        between = text[at:start]
        if words and between.startswith(" "):
            spaces[-1], between = True, between[1:]
        for word in (between, text[start:end]):
            if word:
                words.append(word)
                spaces.append(False)
        at = end
    return words, spaces


def read_docbin(path: Path) -> GoldSet:
    """Read the documents; one without `doc.user_data["doc_id"]` gets its number as its name."""
    import spacy
    from spacy.tokens import DocBin

    data = path.read_bytes()
    try:
        docs = list(DocBin().from_bytes(data).get_docs(spacy.blank("en").vocab))
    except Exception as error:  # errors of zlib, msgpack or spaCy on bytes that are not a DocBin
        raise GoldError(
            f"{path}: is not a spaCy DocBin: {error}", "Write it with `DocBin(...).to_disk(path)`."
        ) from error
    others = Counter(name for doc in docs for name in doc.spans if name not in READ)
    notes = [
        f"span group '{name}' of {counted(count, 'document')} is not read"
        for name, count in sorted(others.items())
    ]
    return GoldSet(
        path, "spacy", tuple(_document(doc, number) for number, doc in enumerate(docs, 1)), tuple(notes)
    )


def _document(doc: Doc, number: int) -> GoldDocument:
    return GoldDocument(
        name=str(doc.user_data.get("doc_id") or number),
        text=doc.text,
        published=str(doc.user_data.get("published") or "") or None,
        entities=tuple(GoldEntity(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents),
        claims=_claims(doc) if any(name in doc.spans for name in PARTS) else None,
        dates=tuple(map(_expression, doc.spans["dates"])) if "dates" in doc.spans else None,
    )


def _expression(span: Span) -> Expression:
    """Return a date whose label is its TIMEX3 type, or its value as our export has it."""
    known = span.label_ in TIMEXES
    return Expression(
        span.start_char, span.end_char, span.label_ if known else "", "" if known else span.label_
    )


def _claims(doc: Doc) -> tuple[GoldAttribution, ...]:
    """Return the claims: the spans of one id are the parts of one claim, and their label is its type."""
    parts: dict[str, dict[str, list[Span]]] = {}
    for group, part in PARTS.items():
        for span in doc.spans.get(group, ()):
            parts.setdefault(span.id_, {}).setdefault(part, []).append(span)
    return tuple(_claim(own) for own in parts.values())


def _claim(parts: dict[str, list[Span]]) -> GoldAttribution:
    kinds = {span.label_ for spans in parts.values() for span in spans if span.label_}
    source, cue, content = (_offsets(parts.get(part, ())) for part in ("source", "cue", "content"))
    return GoldAttribution(source, cue, content, tuple(sorted(kinds)))


def _offsets(spans: Iterable[Span]) -> tuple[tuple[int, int], ...]:
    return tuple((span.start_char, span.end_char) for span in spans)
