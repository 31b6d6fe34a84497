"""Every column of every table, defined once.

The Arrow schema, the checks and the data dictionary (`docs/tables.md`) derive from the row classes here: the type of a
field gives the column type, `None` in it the nullability, and `column(...)` its description.
"""

from __future__ import annotations

import datetime as dt
import json
import types
import typing
from dataclasses import Field, dataclass, field, fields
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

if TYPE_CHECKING:
    import pyarrow as pa

VERSION = 6
"""Version of the tables; a folder of another version is refused."""

RUN_FILE = "run.json"
"""Written last: tables without it are not a finished run."""

Label = Annotated[str, "dictionary"]
"""A string of few distinct values."""

Id = Annotated[str, "delta"]
"""A string that differs in each row, but begins like the previous one."""


@dataclass(frozen=True, slots=True)
class ContentSpan:
    """One piece of a claim's content."""

    start: int
    end: int


def column(description: str, *, name: str = "", **options: Any) -> Any:
    """Return a field with its description, and the name of its column if Python does not allow it (`from`)."""
    return field(metadata={"description": description, "column": name}, **options)


def column_name(item: Field[Any]) -> str:
    """Return the name of a field's column."""
    return str(item.metadata["column"] or item.name)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One input document that was processed."""

    doc_id: str = column(
        "Path below the raw folder, with extension only if two files differ in nothing else; or the id of a record."
    )
    path: str = column("File, below the raw folder.")
    format: Label = column("Extension of the file: txt, md, html, pdf, docx, jsonl.")
    encoding: Label | None = column("Encoding of the file, if the format has one.")
    sha256: str = column("Hash of the file, or of the JSONL record.")
    title: str | None = column("Title, from the record or the text.")
    published: dt.datetime | None = column("Publication time; midnight if only the day is known.")
    author: str | None = column("Author, from the record or the byline.")
    url: str | None = column("Address, from the record, the page or a line of its own.")
    report_page: str = column("Page in the report, relative to its folder.")
    language: Label = column("ISO 639-1 code.")
    text: str = column("Raw text that all offsets refer to, masks included.")
    n_chars: int = column("Code points of the raw text.")
    n_words: int = column("Words, masked ones included.")
    n_masked_words: int = column("Masked words.")
    masked_share: float = column("n_masked_words / n_words.")
    notes: str | None = column("What was repaired, ignored or not read (another language).", default=None)


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section of a document, in reading order."""

    section_id: Id = column("doc_id + '#s' + position.")
    doc_id: str = column("Document.")
    kind: Label = column(
        "title, byline, published, heading, paragraph, list_item, caption, credit, furniture, block_quote, comment, ..."
    )
    start: int = column("First code point in the raw text.")
    end: int = column("One past the last code point.")
    author: str | None = column("Author of the section or comment.")
    date: dt.date | None = column("Anchor of relative dates: a comment's own, else the publication date.")
    masked_share: float = column("Share of masked words.")


@dataclass(frozen=True, slots=True)
class MentionRow:
    """One mention of an entity."""

    mention_id: Id = column("doc_id + '#m' + start: no two mentions overlap.")
    doc_id: str = column("Document.")
    section_id: Id = column("Section that contains it.")
    start: int = column("First code point in the raw text.")
    end: int = column("One past the last code point.")
    text: str = column("raw[start:end].")
    label: Label = column(
        "COMPANY, MINISTER, OFFICE, COMMITTEE, DEPARTMENT, PERSON, ORG, GPE or a label of the model."
    )
    entity_id: str = column("Entity of the corpus.")
    office_id: Label | None = column("MINISTER: office held on the document's date; OFFICE: that office.")
    office_status: Label | None = column("held, assumed (after the rule data), none, unresolved or conflict.")
    method: Label = column("What found it: gazetteer, rule, model, document or decision (a person).")
    rule_id: Label | None = column("Rule or term that it comes from.")
    near_mask: bool = column("Only white space or punctuation between it and masked text.")
    score: float = column("Probability that span and label are right.")
    identity: Label | None = column(
        "How sure it is that this entity is meant: certain, likely or open; null for what is not a name.",
        default=None,
    )
    identity_reason: Label | None = column("The evidence; docs/entities.md lists the values.", default=None)
    counted: bool = column("False in page furniture and photo credits: left out of counts.", default=True)


@dataclass(frozen=True, slots=True)
class EntityRow:
    """One real thing of the corpus."""

    entity_id: str = column("Label and canonical name, or the id of the rule data.")
    label: Label = column("Label of most of its mentions.")
    name: str = column("Canonical name.")
    kb_id: str | None = column("Wikidata id, if the rule data have one.")
    aliases: list[str] = column("Forms that occur in the corpus, sorted.")
    n_mentions: int = column("Counted mentions.")
    n_documents: int = column("Documents with a counted mention.")
    first_date: dt.date | None = column("Earliest publication date of these documents.")
    last_date: dt.date | None = column("Latest publication date of these documents.")
    labels: list[str] = column(
        "Labels of its mentions, in the order of their first dates.", default_factory=list
    )
    n_certain: int = column("Mentions whose identity is certain.", default=0)
    n_likely: int = column("Mentions whose identity is likely.", default=0)
    n_open: int = column("Mentions whose identity is open.", default=0)


@dataclass(frozen=True, slots=True)
class AppearanceRow:
    """One entity in one document."""

    appearance_id: Id = column("doc_id + '#a' + start of the first mention.")
    doc_id: str = column("Document.")
    entity_id: str = column("Entity of the corpus.")
    local_id: str = column("Entity as far as the document alone shows.")
    label: Label = column("Label of most of its mentions there.")
    name: str = column("Longest form in the document.")
    forms: list[str] = column("All forms in the document, sorted.")
    n_mentions: int = column("Counted mentions in the document.")
    office_id: Label | None = column("Office held on the document's date.")
    role: str | None = column("Title or apposition in the document.")
    gender: Label | None = column("f or m; null if unknown.")
    country: Label | None = column("Country that the document is about; null if unclear.")
    identity: Label = column("Highest identity of its mentions: certain, likely or open.")
    identity_reason: Label = column("The evidence; docs/entities.md lists the values.")
    considered: list[str] = column("Up to five others that a short name could have meant, most likely first.")


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One term in an office, for the offices and holders that the corpus names."""

    office_id: str = column("Office of the rule data or of a list.")
    title: str = column("Its usual title.")
    country: Label | None = column("ISO 3166-1 alpha-2 code, EU or INT.")
    body: str | None = column("Department that it belongs to.")
    entity_id: str = column("Who held it.")
    start: dt.date = column("First day of the term.", name="from")
    end: dt.date | None = column("Last day; null if the term has not ended.", name="to")
    source: str | None = column("Where the data about the term come from.")
    known_to: dt.date | None = column("Last day that the rule data cover.")


@dataclass(frozen=True, slots=True)
class EntityAliasRow:
    """Another id of an entity, in a smaller corpus or before a split."""

    entity_id: str = column("Entity.")
    alias_id: str = column("The other id.")
    reason: Label = column("Why it is the same entity; split if the other id stands for several.")


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One attribution: a source says, denies, demands a content."""

    claim_id: Id = column(
        "doc_id + '#c' + start of the cue. Without a cue, or if an earlier claim has that id: start of the content, then 'q'."
    )
    doc_id: str = column("Document.")
    section_id: Id = column("Section of the cue.")
    source_start: int | None = column("First code point of the source; null if there is none.")
    source_end: int | None = column("One past the last code point.")
    source_text: str | None = column("raw[source_start:source_end].")
    source_mention_id: Id | None = column("Mention inside the source that names the entity.")
    source_entity_id: str | None = column("Entity that the source stands for; null if unclear.")
    cue_start: int | None = column("First code point of the reporting words.")
    cue_end: int | None = column("One past the last code point.")
    cue_text: str | None = column("raw[cue_start:cue_end].")
    cue_lemma: Label | None = column("Lemma of the head of the cue.")
    content_start: int | None = column(
        "First code point of the content; null for a non-response without one."
    )
    content_end: int | None = column("One past the last code point of its last piece.")
    content_text: str | None = column("The pieces of the content, joined by ' ... '.")
    content_spans: list[ContentSpan] = column("The pieces in order.")
    start: int = column("First code point of source, cue and content.")
    end: int = column("One past its last code point.")
    reported: str = column(
        "The claim as a sentence in the words and order of the text; ` … ` for masked or distant words."
    )
    reported_spans: list[ContentSpan] = column("What `reported` is cut from, in order.")
    claim_type: Label = column(
        "statement, denial, call, allegation, commitment, opinion, question or non_response."
    )
    quote_kind: Label = column("direct, mixed or indirect.")
    negated: bool = column("The cue is negated.")
    polarity: Label | None = column(
        "Attitude of the source to the content: asserted or rejected; null for questions and non-responses."
    )
    content_resolved: str | None = column(
        "content_text with names in square brackets for pronouns and short forms; null if there are none or one is unclear."
    )
    is_resolved: bool = column("No pronoun or short form in the content is unclear.")
    continues: Id | None = column("Claim whose quotation continues in this one.")
    headline_of: Id | None = column("For a claim in a heading: the claim in the text that says the same.")
    truncated: bool = column("Masked text cuts the source or the content short, or hides the source.")
    date_id: Id | None = column("Date expression that dates the claim.")
    claim_date: dt.date | None = column("First day of that date, else the anchor of the section.")
    score: float = column("Probability that this is a claim.")
    source_score: float = column("Probability that the source is right, if this is a claim.")
    kept: bool = column(
        "score reaches claims.least_score and no masked text is between the parts; reports, exports and counts use only these."
    )
    method: Label = column("What found it: rule, model or decision (a person).")
    statement_id: Id | None = column(
        "Earliest claim that reports the same statement, possibly itself; null if not kept or continuing another.",
        default=None,
    )

    @property
    def statement(self) -> str:
        """The id of what it reports, its own if it has no statement: claims with the same one are counted once."""
        return self.statement_id or self.claim_id

    @property
    def places(self) -> dict[str, list[tuple[int, int]]]:
        """The offsets of `source`, `cue` and `content`, in this order; a part without words is missing."""
        ends = {"source": (self.source_start, self.source_end), "cue": (self.cue_start, self.cue_end)}
        places = {name: [(a, b)] for name, (a, b) in ends.items() if a is not None and b is not None}
        content = [(span.start, span.end) for span in self.content_spans]
        return places | ({"content": content} if content else {})


@dataclass(frozen=True, slots=True)
class ClaimLinkRow:
    """One claim about another."""

    claim_id: Id = column("The claim that is about the other.")
    other_claim_id: Id = column("The claim that it is about.")
    relation: Label = column("supports, denies, or answers (reacts in another way, e.g. refuses to comment).")
    score: float = column("Share of right links among those of the same rule.")
    method: Label = column("document: the text shows it; decision: a person said so.")
    reason: str = column("Why, in words.")


@dataclass(frozen=True, slots=True)
class DocumentGroupRow:
    """One document of a group of near-identical ones; other documents have no row."""

    group_id: str = column("The earliest document of the group.")
    doc_id: str = column("Document.")


@dataclass(frozen=True, slots=True)
class OriginRow:
    """One article that says or denies a statement, of those that several articles say or deny.

    Counts of `origin_id` are of these articles only and tell nothing of truth. A statement without a row has one article and one origin.
    """

    statement_id: Id = column("Statement.")
    stance: Label = column("said or denied.")
    doc_id: str = column("Document.")
    origin_id: str = column("The earliest document of its origin, among those of the statement and stance.")
    reason: Label | None = column(
        "Why it shares its origin: copy, verbatim (a long sentence alike), agency or publisher; null for the earliest document."
    )
    sources: list[str] = column("Entities that its claims name as the source, sorted.")


@dataclass(frozen=True, slots=True)
class ClaimMentionRow:
    """A mention inside the content of a claim."""

    claim_id: Id = column("Claim.")
    mention_id: Id = column("Mention.")
    role: Label = column("content: inside what is claimed.")


@dataclass(frozen=True, slots=True)
class DateRow:
    """One date or time expression (TIMEX3)."""

    date_id: Id = column("doc_id + '#d' + start.")
    doc_id: str = column("Document.")
    section_id: Id = column("Section that contains it.")
    start: int = column("First code point in the raw text.")
    end: int = column("One past the last code point.")
    text: str = column("raw[start:end].")
    timex_type: Label = column("DATE, TIME, DURATION or SET.")
    value: str | None = column("TIMEX3 value.")
    earliest: dt.date | None = column("First day of the closed interval; null if there is none.")
    latest: dt.date | None = column("Last day of the closed interval.")
    granularity: Label | None = column(
        "day, week, month, quarter, season, half, year, decade, century or time."
    )
    role: Label = column("published, comment or mentioned.")
    anchor: dt.date | None = column("Date that a relative expression was resolved against.")


@dataclass(frozen=True, slots=True)
class FailureRow:
    """One input that failed."""

    path: str = column("Path below the raw folder; for a JSONL record with its line number or id.")
    stage: Label = column("Stage in which it failed.")
    error: Label = column("Kind of error.")
    message: str = column("What is wrong.")
    hint: str | None = column("What to do.")


Row = (
    DocumentRow | AppearanceRow | SectionRow | MentionRow | EntityRow | EntityAliasRow | OfficeRow | ClaimRow | ClaimMentionRow |
    ClaimLinkRow | DocumentGroupRow | OriginRow | DateRow | FailureRow
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its row class, the columns that identify a row, and those that it is sorted by."""

    name: str
    row: type[Row]
    key: tuple[str, ...]
    order: tuple[str, ...]


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("documents", DocumentRow, ("doc_id",), ("doc_id",)),
        Table("sections", SectionRow, ("section_id",), ("doc_id", "start", "end")),
        Table("mentions", MentionRow, ("mention_id",), ("doc_id", "start", "end")),
        Table("appearances", AppearanceRow, ("appearance_id",), ("doc_id", "appearance_id")),
        Table("entities", EntityRow, ("entity_id",), ("entity_id",)),
        Table("entity_aliases", EntityAliasRow, ("entity_id", "alias_id"), ("entity_id", "alias_id")),
        Table("offices", OfficeRow, ("office_id", "entity_id", "from"), ("office_id", "from", "entity_id")),
        Table(
            "claims", ClaimRow, ("claim_id",), ("doc_id", "start", "cue_start", "content_start", "claim_id")
        ),
        Table(
            "claim_mentions",
            ClaimMentionRow,
            ("claim_id", "mention_id", "role"),
            ("claim_id", "mention_id", "role"),
        ),
        Table(
            "claim_links",
            ClaimLinkRow,
            ("claim_id", "other_claim_id", "relation"),
            ("claim_id", "other_claim_id", "relation"),
        ),
        Table("document_groups", DocumentGroupRow, ("doc_id",), ("group_id", "doc_id")),
        Table(
            "origins",
            OriginRow,
            ("statement_id", "stance", "doc_id"),
            ("statement_id", "stance", "origin_id", "doc_id"),
        ),
        Table("dates", DateRow, ("date_id",), ("doc_id", "start", "end")),
        Table("failures", FailureRow, ("path", "stage"), ("path", "stage")),
    )
}

REFERENCES: tuple[tuple[str, str, str, str], ...] = (
    ("sections", "doc_id", "documents", "doc_id"),
    ("mentions", "doc_id", "documents", "doc_id"),
    ("mentions", "section_id", "sections", "section_id"),
    ("mentions", "entity_id", "entities", "entity_id"),
    ("appearances", "doc_id", "documents", "doc_id"),
    ("appearances", "entity_id", "entities", "entity_id"),
    ("entity_aliases", "entity_id", "entities", "entity_id"),
    ("offices", "entity_id", "entities", "entity_id"),
    ("claims", "doc_id", "documents", "doc_id"),
    ("claims", "section_id", "sections", "section_id"),
    ("claims", "source_mention_id", "mentions", "mention_id"),
    ("claims", "source_entity_id", "entities", "entity_id"),
    ("claims", "date_id", "dates", "date_id"),
    ("claims", "continues", "claims", "claim_id"),
    ("claims", "headline_of", "claims", "claim_id"),
    ("claim_mentions", "claim_id", "claims", "claim_id"),
    ("claim_mentions", "mention_id", "mentions", "mention_id"),
    ("dates", "doc_id", "documents", "doc_id"),
    ("dates", "section_id", "sections", "section_id"),
)
"""`(table, column, table, column)`: a value of the first that is not null occurs in the second."""

FAR_REFERENCES: tuple[tuple[str, str, str, str], ...] = (
    ("claims", "statement_id", "claims", "claim_id"),
    ("claim_links", "claim_id", "claims", "claim_id"),
    ("claim_links", "other_claim_id", "claims", "claim_id"),
    ("document_groups", "group_id", "documents", "doc_id"),
    ("document_groups", "doc_id", "documents", "doc_id"),
    ("origins", "statement_id", "claims", "claim_id"),
    ("origins", "doc_id", "documents", "doc_id"),
    ("origins", "origin_id", "documents", "doc_id"),
)
"""The same, of rows that may belong to different documents."""


@cache
def arrow_schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of a table, with descriptions in the field metadata and the version in the schema's."""
    import pyarrow as pa

    hints = typing.get_type_hints(table.row, include_extras=True)
    columns = [
        pa.field(
            column_name(item),
            _arrow_type(_without_none(hints[item.name])[0]),
            nullable=_without_none(hints[item.name])[1],
            metadata={"description": item.metadata["description"]},
        )
        for item in fields(table.row)
    ]
    description = (table.row.__doc__ or "").strip()
    return pa.schema(
        columns,
        metadata={
            "schema_version": str(VERSION),
            "description": description,
            "pandas": _pandas_metadata(columns),
        },
    )


def _pandas_metadata(columns: list[pa.Field]) -> str:
    """Return what a bare `pandas.read_parquet` reads its types from, so that dates and truth values do not become objects.

    Nullable offsets stay floats there, with NaN, as code that tests `x != x` expects; `load_tables` gives `Int32`.
    """
    import pyarrow as pa

    types = {pa.bool_(): "boolean", pa.date32(): "date32[day][pyarrow]"}
    described = [
        {
            "name": column.name,
            "field_name": column.name,
            "pandas_type": str(column.type),
            "numpy_type": types[column.type],
            "metadata": None,
        }
        for column in columns
        if column.type in types
    ]
    return json.dumps(
        {"index_columns": [], "column_indexes": [], "columns": described, "pandas_version": "2.2.0"}
    )


@cache
def parquet_encodings(table: Table) -> dict[str, Any]:
    """Return how the columns are encoded in Parquet: differences for ids and whole numbers, dictionaries for all other strings.

    Returns:
        The arguments `use_dictionary` and `column_encoding` of `pyarrow.parquet.ParquetWriter`.
    """
    hints = typing.get_type_hints(table.row, include_extras=True)
    kinds = {column_name(item): _without_none(hints[item.name])[0] for item in fields(table.row)}
    encodings, plain_strings, lists = {}, [], []
    for name, kind in kinds.items():
        if kind is int:
            encodings[name] = "DELTA_BINARY_PACKED"
        elif kind == Id:
            encodings[name] = "DELTA_BYTE_ARRAY"
        elif kind == list[ContentSpan]:
            for item in fields(ContentSpan):
                encodings[f"{name}.list.element.{item.name}"] = "DELTA_BINARY_PACKED"
        elif kind == list[str]:
            lists.append(f"{name}.list.element")
        elif kind not in (float, bool, dt.date, dt.datetime):
            plain_strings.append(name)
    return {"use_dictionary": plain_strings + lists, "column_encoding": encodings}


def is_nullable(table: Table, name: str) -> bool:
    """Return whether a column may be null."""
    return bool(arrow_schema(table).field(name).nullable)


def _without_none(hint: Any) -> tuple[Any, bool]:
    """Return the type without `None`, and whether it had it."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        kinds = [kind for kind in typing.get_args(hint) if kind is not type(None)]
        return kinds[0], True
    return hint, False


def _arrow_type(hint: Any) -> pa.DataType:
    import pyarrow as pa

    if typing.get_origin(hint) is Annotated:
        return pa.dictionary(pa.int32(), pa.string()) if hint == Label else pa.string()
    if typing.get_origin(hint) is list:
        (item,) = typing.get_args(hint)
        return pa.list_(pa.field("element", _arrow_type(item), nullable=False))
    if hint is ContentSpan:
        return pa.struct([pa.field(item.name, pa.int32(), nullable=False) for item in fields(ContentSpan)])
    simple = {str: pa.string(), int: pa.int32(), float: pa.float64(), bool: pa.bool_()}
    return simple.get(hint) or {dt.date: pa.date32(), dt.datetime: pa.timestamp("us", tz="UTC")}[hint]
