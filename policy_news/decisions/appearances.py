"""Updates who appears in a document, after decisions about its mentions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from policy_news.core.grouping import grouped
from policy_news.decisions.rows import METHOD, Rows, make_row
from policy_news.tables.chunks import build_table, sort_rows, to_rows
from policy_news.tables.schema import TABLES, AppearanceRow, MentionRow

if TYPE_CHECKING:
    import pyarrow as pa


def appear_anew(rows: Rows) -> None:
    """Update the appearances of a document from its mentions; columns that do not depend on mentions stay."""
    groups = grouped((m.entity_id, m) for m in rows.mentions if m.identity is not None)
    known = {row.entity_id: row for row in rows.appearances}
    new = [_appearance(rows.doc_id, entity, own, known.get(entity)) for entity, own in groups.items()]
    if new != rows.appearances:
        rows.put("appearances", new)


def _appearance(
    doc_id: str, entity: str, mentions: Sequence[MentionRow], row: AppearanceRow | None
) -> AppearanceRow:
    first = min(mention.start for mention in mentions)
    forms = sorted({mention.text for mention in mentions})
    labels = Counter(mention.label for mention in mentions)
    label = min(labels, key=lambda name: (-labels[name], name))
    if row is None:
        row = make_row(
            AppearanceRow,
            doc_id=doc_id,
            entity_id=entity,
            local_id=entity,
            name=max(forms, key=len),
            identity="certain",
            identity_reason=METHOD,
        )
    counted = sum(mention.counted for mention in mentions)
    same = (f"{doc_id}#a{first}", forms, counted)
    if (row.appearance_id, row.forms, row.n_mentions) == same:
        return row
    office = row.office_id
    if row.label != label:  # the office belongs to the role, which has changed
        office = next((mention.office_id for mention in mentions if mention.office_id), None)
    name = row.name
    if name not in forms:
        name = max(forms, key=len)
    return replace(
        row,
        appearance_id=f"{doc_id}#a{first}",
        label=label,
        forms=forms,
        n_mentions=counted,
        name=name,
        office_id=office,
    )


def join_appearances(table: pa.Table) -> pa.Table:
    """Join the rows of one entity in a document, if a merge left several; else return the very same table."""
    pairs = Counter(zip(table["doc_id"].to_pylist(), table["entity_id"].to_pylist(), strict=True))
    if max(pairs.values(), default=1) == 1:
        return table
    joined: dict[tuple[str, str], AppearanceRow] = {}
    for row in to_rows("appearances", table):
        key = (row.doc_id, row.entity_id)
        joined[key] = _joined(joined[key], row) if key in joined else row
    kind = TABLES["appearances"]
    return build_table(kind, sort_rows(list(joined.values()), kind.order))


def _joined(one: AppearanceRow, other: AppearanceRow) -> AppearanceRow:
    main = other if other.n_mentions > one.n_mentions else one
    return replace(
        main,
        appearance_id=min(one.appearance_id, other.appearance_id),
        forms=sorted({*one.forms, *other.forms}),
        n_mentions=one.n_mentions + other.n_mentions,
        name=max(one.name, other.name, key=len),
    )
