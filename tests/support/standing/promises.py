"""What `docs/tables.md` promises of any run, written from that page alone and not from the code that writes or checks the tables."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from policy_news.tables.parquet import read_run, read_tables

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
KEYS = {
    "documents": ("doc_id",),
    "sections": ("section_id",),
    "mentions": ("mention_id",),
    "appearances": ("appearance_id",),
    "entities": ("entity_id",),
    "entity_aliases": ("entity_id", "alias_id"),
    "offices": ("office_id", "entity_id", "from"),
    "claims": ("claim_id",),
    "claim_mentions": ("claim_id", "mention_id", "role"),
    "claim_links": ("claim_id", "other_claim_id", "relation"),
    "document_groups": ("doc_id",),
    "origins": ("statement_id", "stance", "doc_id"),
    "dates": ("date_id",),
    "failures": ("path", "stage"),
}
ORDER = {
    **KEYS,
    "sections": ("doc_id", "start", "end"),
    "mentions": ("doc_id", "start", "end"),
    "appearances": ("doc_id", "appearance_id"),
    "offices": ("office_id", "from", "entity_id"),
    "document_groups": ("group_id", "doc_id"),
    "origins": ("statement_id", "stance", "origin_id", "doc_id"),
    "claims": ("doc_id", "start", "cue_start", "content_start", "claim_id"),
    "dates": ("doc_id", "start", "end"),
}
SHARE_STEP = 1e-4
"""Shares are rounded."""
MASKS = ("█", "▇", "[redacted]", "[REDACTED]")
"""What masks words in any document; asterisks do in some only."""


def broken_promises(out: Path, inputs: int | None = None) -> Iterator[str]:
    """A line for each promise that a row breaks.

    Args:
        out: A finished run.
        inputs: Number of articles that it was given.
    """
    tables = {name: table.to_pylist() for name, table in read_tables(out).items()}
    run = read_run(out)
    for name, rows in tables.items():
        if run["counts"][name] != len(rows):
            yield f"{name}: run.json counts {run['counts'][name]} of {len(rows)} rows"
    if inputs is not None and len(tables["documents"]) + len(tables["failures"]) != inputs:
        yield f"{inputs} inputs, {len(tables['documents'])} documents, {len(tables['failures'])} failures"
    for check in CHECKS:
        yield from check(tables)


def check_keys(tables: Rows) -> Iterator[str]:
    """Keys are unique and rows in order."""
    for name, rows in tables.items():
        counts = Counter(tuple(row[column] for column in KEYS[name]) for row in rows)
        yield from (f"{name}: {key} occurs {count} times" for key, count in counts.items() if count > 1)
        order = [tuple((row[column] is not None, row[column]) for column in ORDER[name]) for row in rows]
        yield from (
            f"{name}: {after} stands behind {before}" for before, after in pairwise(order) if before > after
        )


def check_documents(tables: Rows) -> Iterator[str]:
    """Counts of characters and words."""
    for row in tables["documents"]:
        share = row["n_masked_words"] / row["n_words"] if row["n_words"] else row["masked_share"]
        sound = row["n_chars"] == len(row["text"]) and 0 <= row["n_masked_words"] <= row["n_words"]
        if not sound or abs(share - row["masked_share"]) > SHARE_STEP:
            yield f"documents: counts of {row['doc_id']}"
    for row in tables["failures"]:
        if not (row["message"] and row["hint"]):
            yield f"failures: {row['path']} has no message or hint"


def check_sections(tables: Rows) -> Iterator[str]:
    """Sections lie in their document, one behind the other."""
    lengths = {row["doc_id"]: row["n_chars"] for row in tables["documents"]}
    for row in tables["sections"]:
        if not (0 <= row["start"] <= row["end"] <= lengths[row["doc_id"]] and 0 <= row["masked_share"] <= 1):
            yield f"sections: {row['section_id']} is out of its document"
    for before, after in pairwise(tables["sections"]):
        if before["doc_id"] == after["doc_id"] and after["start"] < before["end"]:
            yield f"sections: {after['section_id']} overlaps the one before"


def check_spans(tables: Rows) -> Iterator[str]:
    """A text is what stands at its offsets, within its section, and shows nothing masked."""
    texts = {row["doc_id"]: row["text"] for row in tables["documents"]}
    sections = {row["section_id"]: row for row in tables["sections"]}
    for name, key, prefixes in (
        ("mentions", "mention_id", ("",)),
        ("dates", "date_id", ("",)),
        ("claims", "claim_id", ("source_", "cue_")),
    ):
        for row in tables[name]:
            section = sections.get(row["section_id"])
            if section is None or section["doc_id"] != row["doc_id"]:
                yield f"{name}: {row[key]} is of no section of its document"
                continue
            for prefix in prefixes:
                span = row[f"{prefix}start"], row[f"{prefix}end"], row[f"{prefix}text"]
                fault = _span_fault(span, texts[row["doc_id"]], section)
                if fault:
                    yield f"{name}: {prefix or 'span '}of {row[key]} {fault}: {span}"


def _span_fault(span: tuple[int | None, int | None, str | None], text: str, section: Row) -> str:
    start, end, own = span
    if start is None or end is None or own is None:
        return "" if span == (None, None, None) else "is half null"
    if not section["start"] <= start < end <= section["end"]:
        return "is out of its section"
    if text[start:end] != own:
        return "is not its text"
    return "holds what is masked" if any(mark in own for mark in MASKS) else ""


def check_mentions(tables: Rows) -> Iterator[str]:
    """No two overlap; each has an entity, a minister in office has the office."""
    entities = {row["entity_id"] for row in tables["entities"]}
    for row in tables["mentions"]:
        if row["entity_id"] not in entities:
            yield f"mentions: {row['mention_id']} has no entity"
        if row["mention_id"] != f"{row['doc_id']}#m{row['start']}":
            yield f"mentions: {row['mention_id']} begins elsewhere"
        if row["office_status"] == "held" and not row["office_id"]:
            yield f"mentions: {row['mention_id']} holds an office without id"
    for before, after in pairwise(tables["mentions"]):
        if before["doc_id"] == after["doc_id"] and after["start"] < before["end"]:
            yield f"mentions: {after['mention_id']} overlaps the one before"


def check_dates(tables: Rows) -> Iterator[str]:
    """An interval has both ends, in order."""
    for row in tables["dates"]:
        earliest, latest = row["earliest"], row["latest"]
        if (earliest is None) != (latest is None):
            yield f"dates: {row['date_id']} has one end only: {row['text']}"
        elif earliest is not None and earliest > latest:
            yield f"dates: {row['date_id']} ends before it begins: {row['text']}"


def check_claims(tables: Rows) -> Iterator[str]:
    """The parts of a claim stand apart in its section, and what it refers to is there."""
    texts = {row["doc_id"]: row["text"] for row in tables["documents"]}
    sections = {row["section_id"]: row for row in tables["sections"]}
    for row in tables["claims"]:
        for fault in _claim_faults(row, texts[row["doc_id"]], sections[row["section_id"]]):
            yield f"claims: {row['claim_id']}: {fault}"


def _claim_faults(row: Row, text: str, section: Row) -> Iterator[str]:
    pieces = [(span["start"], span["end"]) for span in row["content_spans"]]
    content = " ... ".join(text[start:end] for start, end in pieces) or None
    if content != row["content_text"]:
        yield "its content is not its text"
    if content and any(mark in content for mark in MASKS):
        yield "its content holds what is masked"
    ends = (pieces[0][0], pieces[-1][1]) if pieces else (None, None)
    if (row["content_start"], row["content_end"]) != ends:
        yield "its content begins or ends elsewhere"
    if not pieces and row["claim_type"] != "non_response":
        yield f"a {row['claim_type']} without content"
    own = [
        (row[f"{part}_start"], row[f"{part}_end"])
        for part in ("source", "cue")
        if row[f"{part}_start"] is not None
    ]
    parts = sorted([*pieces, *own])
    if any(after[0] < before[1] for before, after in pairwise(parts)):
        yield f"its parts overlap: {parts}"
    if row["cue_start"] is not None and not _holds(
        section["start"], {"start": row["cue_start"], "end": row["cue_end"]}, section["end"]
    ):
        yield "its cue is out of its section"
    if not 0 <= row["score"] <= 1:
        yield f"a score of {row['score']}"


def check_references(tables: Rows) -> Iterator[str]:
    """What a claim refers to is there, and where it says."""
    mentions = {row["mention_id"]: row for row in tables["mentions"]}
    dates = {row["date_id"]: row for row in tables["dates"]}
    claims = {row["claim_id"]: row for row in tables["claims"]}
    known = {None, *(row["entity_id"] for row in tables["entities"])}
    for row in tables["claims"]:
        faults = [
            "" if row["source_entity_id"] in known else "no such entity",
            _source_fault(row, mentions),
            _date_fault(row, dates),
        ]
        yield from (f"claims: {row['claim_id']}: {fault}" for fault in faults if fault)
    for row in tables["claim_mentions"]:
        claim, mention = claims.get(row["claim_id"]), mentions.get(row["mention_id"])
        if claim is None or mention is None:
            yield f"claim_mentions: {row} refers to nothing"
        elif not any(_holds(span["start"], mention, span["end"]) for span in claim["content_spans"]):
            yield f"claim_mentions: {row['mention_id']} is not in the content of {row['claim_id']}"


def _holds(start: int, row: Row, end: int) -> bool:
    return bool(start <= row["start"] and row["end"] <= end)


def _source_fault(row: Row, mentions: Mapping[str, Row]) -> str:
    if row["source_mention_id"] is None:
        return ""
    mention = mentions.get(row["source_mention_id"])
    if mention is None or mention["doc_id"] != row["doc_id"]:
        return "no such source"
    if row["source_start"] is None or not _holds(row["source_start"], mention, row["source_end"]):
        return f"{mention['text']!r} is not in the source {row['source_text']!r}"
    return ""


def _date_fault(row: Row, dates: Mapping[str, Row]) -> str:
    if row["date_id"] is None:
        return ""
    date = dates.get(row["date_id"])
    if date is None or date["doc_id"] != row["doc_id"]:
        return "no such date"
    if date["earliest"] and date["earliest"] != row["claim_date"]:
        return "not of the day of its date"
    return ""


def check_entities(tables: Rows) -> Iterator[str]:
    """An entity is what its mentions say."""
    days = {
        row["doc_id"]: row["published"].date() if row["published"] else None for row in tables["documents"]
    }
    own: defaultdict[str, list[Row]] = defaultdict(list)
    for row in tables["mentions"]:
        own[row["entity_id"]].append(row)
    for row in tables["entities"]:
        mentions = own[row["entity_id"]]
        documents = {mention["doc_id"] for mention in mentions}
        dated: list[dt.date] = sorted(day for doc_id in documents if (day := days[doc_id]))
        labels = Counter(mention["label"] for mention in mentions)
        said = (row["n_mentions"], row["n_documents"], row["aliases"], row["first_date"], row["last_date"])
        found = (
            len(mentions),
            len(documents),
            sorted({mention["text"] for mention in mentions}),
            dated[0] if dated else None,
            dated[-1] if dated else None,
        )
        if said != found:
            yield f"entities: {row['entity_id']} says {said}, its mentions {found}"
        if labels and labels[row["label"]] != max(labels.values()):
            yield f"entities: {row['entity_id']} is a {row['label']}, its mentions {dict(labels)}"


def check_appearances(tables: Rows) -> Iterator[str]:
    """An appearance is what the mentions of its document say, and each mention is of one."""
    own: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in tables["mentions"]:
        own[row["doc_id"], row["entity_id"]].append(row)
    seen: Counter[tuple[str, str]] = Counter()
    for row in tables["appearances"]:
        key = row["doc_id"], row["entity_id"]
        seen[key] += row["n_mentions"]
        if not {" ".join(mention["text"].split()) for mention in own[key]} >= set(row["forms"]):
            yield f"appearances: {row['appearance_id']} has forms that no mention has"
    for key, count in seen.items():
        if count != len(own[key]):
            yield f"appearances: {key} counts {count} of {len(own[key])} mentions"


def check_links(tables: Rows) -> Iterator[str]:
    """What rows of all tables refer to is there."""
    entities = {row["entity_id"] for row in tables["entities"]}
    claims = {row["claim_id"]: row["doc_id"] for row in tables["claims"]}
    for name in ("appearances", "entity_aliases", "offices"):
        yield from (
            f"{name}: {row} has no entity" for row in tables[name] if row["entity_id"] not in entities
        )
    for row in tables["claims"]:
        for column in ("continues", "headline_of"):
            if row[column] is not None and claims.get(row[column]) != row["doc_id"]:
                yield f"claims: {row['claim_id']}: {column} is no claim of the document"
    for row in tables["offices"]:
        if row["to"] is not None and row["to"] < row["from"]:
            yield f"offices: {row['office_id']} of {row['entity_id']} ends before it begins"


CHECKS: tuple[Callable[[Rows], Iterator[str]], ...] = (
    check_keys,
    check_documents,
    check_sections,
    check_spans,
    check_mentions,
    check_dates,
    check_claims,
    check_references,
    check_entities,
    check_appearances,
    check_links,
)
