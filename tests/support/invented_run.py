"""Finished runs over invented texts, made without a model: what the tests of report and exports read."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_news.core.settings import MaskSettings
from policy_news.tables.chunks import DOCUMENT_TABLES, Annotated, Chunk, build_chunk, build_table
from policy_news.tables.claim_words import reported_columns
from policy_news.tables.pages import document_page
from policy_news.tables.parquet import TableWriter, Totals, write_part
from policy_news.tables.schema import (
    TABLES,
    ClaimMentionRow,
    ClaimRow,
    ContentSpan,
    DateRow,
    DocumentRow,
    EntityRow,
    FailureRow,
    MentionRow,
    SectionRow,
)
from policy_news.text.masking import compile_patterns, find_gaps

if TYPE_CHECKING:
    import pyarrow as pa

DAY = dt.datetime(2023, 3, 6, 9, 30, tzinfo=dt.UTC)
MASKED = (
    "Camera Rule Nears\n\n"
    'Tarnwick Optics said on Monday that Orla Fenn had "misread" the rule.\n\n'
    "*** ******** ** *** Ministry ****** (*****) ** ***** Tarnwick ******** **.\n\n"
    "Comments (1)\n\nBrigid Moss\n\n7 March 2023\n\nI doubt it.\r\n"
)


@dataclass
class Draft:
    """A document in the making; spans are given by their text."""

    doc_id: str
    text: str
    title: str | None = None
    author: str | None = None
    url: str | None = None
    published: dt.datetime | None = DAY
    sections: list[SectionRow] = field(default_factory=list)
    mentions: list[MentionRow] = field(default_factory=list)
    claims: list[ClaimRow] = field(default_factory=list)
    pairs: list[ClaimMentionRow] = field(default_factory=list)
    dates: list[DateRow] = field(default_factory=list)

    def annotated(self) -> Annotated:
        pairs = tuple(self.pairs)
        return Annotated(
            self.document(),
            tuple(self.sections),
            tuple(self.mentions),
            tuple(self.dates),
            tuple(self.claims),
            pairs,
        )

    def find(self, words: str) -> tuple[int, int]:
        start = self.text.index(words)
        return start, start + len(words)

    def section(
        self, words: str, kind: str = "paragraph", author: str | None = None, date: dt.date | None = None
    ) -> None:
        start, end = self.find(words)
        own = date or (self.published.date() if self.published else None)
        self.sections.append(
            SectionRow(
                f"{self.doc_id}#s{len(self.sections)}", self.doc_id, kind, start, end, author, own, 0.0
            )
        )

    def _section_of(self, start: int) -> str:
        return next(row.section_id for row in self.sections if row.start <= start < row.end)

    def mention(self, words: str, label: str, entity_id: str) -> None:
        self.mention_at(*self.find(words), label, entity_id)

    def mention_at(self, start: int, end: int, label: str, entity_id: str) -> None:
        words = self.text[start:end]
        self.mentions.append(
            MentionRow(
                f"{self.doc_id}#m{start}", self.doc_id, self._section_of(start), start, end, words, label, entity_id,
                None, None, "rule", None, "*" in self.text[max(0, start - 2) : end + 2], 0.9,
            )
        )  # fmt: skip

    def date(self, words: str, value: str) -> None:
        start, end = self.find(words)
        day = dt.date.fromisoformat(value)
        self.dates.append(
            DateRow(
                f"{self.doc_id}#d{start}", self.doc_id, self._section_of(start), start, end, words, "DATE", value, day, day, "day",
                "mentioned", None,
            )
        )  # fmt: skip

    def claim(
        self,
        source: str,
        cue: str,
        contents: Sequence[str],
        kind: str,
        entity_id: str | None,
        about: Sequence[str] = (),
    ) -> None:
        first, last = self.find(source)
        begin, end = self.find(cue)
        spans = [ContentSpan(*self.find(words)) for words in contents]
        places = {
            "source": [(first, last)],
            "cue": [(begin, end)],
            "content": [(s.start, s.end) for s in spans],
        }
        told = reported_columns(self.text, places, find_gaps(self.text, compile_patterns(MaskSettings())))
        claim_id = f"{self.doc_id}#c{begin}"
        self.claims.append(
            ClaimRow(
                claim_id, self.doc_id, self._section_of(begin), first, last, source, None, entity_id, begin, end, cue, cue,
                spans[0].start if spans else None, spans[-1].end if spans else None, " ... ".join(contents) or None, spans,
                told["start"], told["end"], told["reported"], told["reported_spans"], kind, "mixed",
                False, "asserted", None, True, None, None, False, None, self.published.date() if self.published else None, 0.9, 0.9, True, "rule",
            )
        )  # fmt: skip
        mentions = [row for row in self.mentions if row.text in about]
        self.pairs += [ClaimMentionRow(claim_id, row.mention_id, "content") for row in mentions]

    def document(self) -> DocumentRow:
        words = self.text.split()
        masked = sum("*" in word for word in words)
        digest = hashlib.sha256(self.text.encode()).hexdigest()
        return DocumentRow(
            doc_id=self.doc_id,
            path=f"{self.doc_id}.txt",
            format="txt",
            encoding="utf-8",
            sha256=digest,
            title=self.title,
            published=self.published,
            author=self.author,
            url=self.url,
            report_page=document_page(self.doc_id),
            language="en",
            text=self.text,
            n_chars=len(self.text),
            n_words=len(words),
            n_masked_words=masked,
            masked_share=masked / len(words),
        )


def masked_draft(doc_id: str = "lens/camera rule") -> Draft:
    """A masked article with a claim that holds a mention and a date, and a comment."""
    draft = Draft(doc_id, MASKED, "Camera Rule Nears", "Nell Ashdown", "https://news.example.org/camera-rule")
    for words, kind in (
        ("Camera Rule Nears", "title"),
        ('Tarnwick Optics said on Monday that Orla Fenn had "misread" the rule.', "paragraph"),
        (MASKED.split("\n\n")[2], "paragraph"),
        ("Comments (1)", "comment_header"),
    ):
        draft.section(words, kind)
    for words, kind in (
        ("Brigid Moss", "comment_author"),
        ("7 March 2023", "comment_date"),
        ("I doubt it.", "comment"),
    ):
        draft.section(words, kind, "Brigid Moss", dt.date(2023, 3, 7))
    draft.mention("Tarnwick Optics", "COMPANY", "tarnwick")
    draft.mention("Orla Fenn", "MINISTER", "person-orla-fenn")
    start = MASKED.index("Tarnwick ****")
    section = draft.sections[2].section_id
    near = MentionRow(
        f"{doc_id}#m{start}", doc_id, section, start, start + 8, "Tarnwick", "COMPANY", "tarnwick", None, None, "document",
        None, True, 0.5,
    )  # fmt: skip
    draft.mentions.append(near)
    draft.date("Monday", "2023-03-06")
    draft.date("7 March 2023", "2023-03-07")
    draft.claim(
        "Tarnwick Optics", "said", ['Orla Fenn had "misread" the rule'], "denial", "tarnwick", ["Orla Fenn"]
    )
    return draft


def write_run(
    out: Path,
    drafts: Sequence[Draft],
    failures: Sequence[FailureRow] = (),
    names: dict[str, str] | None = None,
    *,
    in_parts: bool = False,
) -> Path:
    """Write the drafts as a finished run."""
    entities: dict[str, list[MentionRow]] = {}
    for draft in drafts:
        for mention in draft.mentions:
            entities.setdefault(mention.entity_id, []).append(mention)
    ordered = [draft.annotated() for draft in sorted(drafts, key=lambda draft: draft.doc_id)]
    parts = [[build_chunk([one])] for one in ordered] if in_parts else [[build_chunk(ordered)]]
    found = [_entity(entity_id, mentions, names or {}) for entity_id, mentions in sorted(entities.items())]
    others = {
        **{name: build_table(table, []) for name, table in TABLES.items() if name not in DOCUMENT_TABLES},
        "entities": build_table(TABLES["entities"], found),
        "failures": build_table(TABLES["failures"], failures),
    }

    def describe(totals: Totals) -> dict[str, Any]:
        return {"counts": {name: totals[name]["rows"] for name in TABLES}}

    write_tables(out, parts, others, describe, 1 if in_parts else None)
    return out


def write_tables(
    out: Path,
    parts: Sequence[Sequence[Chunk]],
    others: Mapping[str, pa.Table],
    describe: Callable[[Totals], Mapping[str, Any]],
    part_documents: int | None = None,
) -> None:
    """Write tables from their rows."""
    with TableWriter(out, part_documents) as writer:
        for number, chunks in enumerate(parts):
            writer.place(write_part(writer.folder, str(number), chunks), str(number))
        for name, table in others.items():
            writer.write_other(name, table)
        writer.commit(describe)


def _entity(entity_id: str, mentions: list[MentionRow], names: dict[str, str]) -> EntityRow:
    forms = sorted({mention.text for mention in mentions})
    documents = {mention.doc_id for mention in mentions}
    name = names.get(entity_id, max(forms, key=len))
    known = "Q1" if entity_id == "tarnwick" else None
    return EntityRow(
        entity_id,
        mentions[0].label,
        name,
        known,
        forms,
        len(mentions),
        len(documents),
        DAY.date(),
        DAY.date(),
    )
