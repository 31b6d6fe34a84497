"""The content of the database, derived from the schema of the tables: columns, keys, references, views."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from policy_news.tables.schema import REFERENCES, TABLES, Table, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

INDEXED = (
    ("mentions", "entity_id"),
    ("claims", "source_entity_id"),
    ("claims", "claim_date"),
    ("documents", "published"),
)
"""Indexed columns, besides keys and references to documents. Labels and types have too few values to be worth an index."""


@dataclass(frozen=True, slots=True)
class View:
    """A view for a question that the notebook also asks.

    Attributes:
        query: The query; braces mark joins over ids of rows of documents.
    """

    name: str
    about: str
    query: str


VIEWS: tuple[View, ...] = (
    View(
        "who_said_what",
        "Claims with the name of their source and the title of their article.",
        """select c.claim_date, coalesce(e.name, c.source_text) as source, c.claim_type, c.reported, c.cue_text as cue,
  c.content_text as content, d.title, c.score, c.claim_id, c.doc_id, c.source_entity_id
from claims c join documents d on d.doc_id = c.doc_id left join entities e on e.entity_id = c.source_entity_id
where c.kept""",
    ),
    View(
        "said_about",
        "Claims with each name inside their content: who spoke about whom.",
        """select c.claim_date, coalesce(s.name, c.source_text) as source, c.claim_type, e.name as about,
  c.reported, c.claim_id, c.doc_id, c.source_entity_id, e.entity_id as about_entity_id
from claims c join claim_mentions p on {p.claim_id = c.claim_id}
join mentions m on {p.mention_id = m.mention_id} join entities e on e.entity_id = m.entity_id
left join entities s on s.entity_id = c.source_entity_id where c.kept""",
    ),
    View(
        "denials",
        "All denials with the title of their article.",
        """select c.claim_date, coalesce(e.name, c.source_text) as source, c.reported, d.title, c.claim_id, c.doc_id
from claims c join documents d on d.doc_id = c.doc_id left join entities e on e.entity_id = c.source_entity_id
where c.kept and c.claim_type = 'denial'""",
    ),
    View(
        "companies",
        "Companies, those named most first.",
        """select name, n_mentions, n_documents, first_date, last_date, kb_id, entity_id
from entities where label = 'COMPANY' order by n_mentions desc, name""",
    ),
    View(
        "ministers_by_office",
        "Which minister is named with which office.",
        """select m.office_id, e.name, count(*) as mentions, count(distinct m.doc_id) as documents, e.entity_id
from mentions m join entities e on e.entity_id = m.entity_id
where m.label = 'MINISTER' and m.office_id is not null group by m.office_id, e.name, e.entity_id""",
    ),
    View(
        "mentions_in_context",
        "Each mention with the words around it.",
        """select m.label, e.name,
  substr(d.text, case when m.start > 60 then m.start - 59 else 1 end, case when m.start > 60 then 60 else m.start end)
    || '[' || m.text || ']' || substr(d.text, m."end" + 1, 60) as context, m.mention_id, m.doc_id, m.entity_id
from mentions m join documents d on d.doc_id = m.doc_id join entities e on e.entity_id = m.entity_id""",
    ),
    View(
        "masked",
        "How much of each document is masked.",
        """select title, published, n_words, n_masked_words, masked_share, doc_id
from documents order by masked_share desc, doc_id""",
    ),
    View(
        "mentions_in_time",
        "Mentions by month of their section and label.",
        """select substr(cast(s.date as varchar), 1, 7) as month, m.label, count(*) as mentions
from mentions m join sections s on {m.section_id = s.section_id}
where s.date is not null group by 1, m.label order by 1, m.label""",
    ),
)


def create_table(table: Table, kind_of: Callable[[pa.DataType], str], *, references: bool = True) -> str:
    """Write the statement that creates a table.

    Args:
        kind_of: Returns the database type for an Arrow type.
        references: Whether to declare foreign keys.
    """
    lines: list[str] = []
    for field in arrow_schema(table):
        line = f'"{field.name}" {kind_of(field.type)}'
        if not field.nullable:
            line += " not null"
        lines.append(line)
    lines.append(f"primary key ({_quoted(table.key)})")
    if references:
        lines += [
            f'foreign key ("{column}") references "{target}" ("{other}")'
            for name, column, target, other in REFERENCES
            if name == table.name
        ]
    return f'create table "{table.name}" (\n  ' + ",\n  ".join(lines) + "\n)"


def indexed_columns() -> list[tuple[str, str]]:
    """Return table and column of each index."""
    own = [(name, column) for name, column, target, _ in REFERENCES if target == "documents"]
    return [*own, ("claim_mentions", "mention_id"), *INDEXED]


def create_views(join: str = r"\1.\2_id = \3.\4_id") -> Iterator[str]:
    """Yield the statements that create the views.

    Args:
        join: How to join ids of rows of documents, as a replacement for `_JOIN`.
    """
    return (f"create view {view.name} as {_JOIN.sub(join, view.query)}" for view in VIEWS)


_JOIN = re.compile(r"\{(\w+)\.(\w+)_id = (\w+)\.(\w+)_id\}")


def describe_columns(table: Table) -> dict[str, str]:
    """Return the description of each column."""
    return {field.name: field.metadata[b"description"].decode() for field in arrow_schema(table)}


def table_order() -> list[Table]:
    """Return the tables, each after those that it refers to, so that foreign keys always have a target."""
    needs = {name: {target for own, _, target, _ in REFERENCES if own == name} - {name} for name in TABLES}
    return [TABLES[name] for name in TopologicalSorter(needs).static_order()]


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
