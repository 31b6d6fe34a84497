"""Who is quoted: the measures of each outlet, month, subject or source.

A claim counts if it is kept, does not continue a quotation, and is no headline that the text repeats.
A claim of the type `non_response` counts only as `unanswered`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from policy_news.tables.labels import NAMED
from policy_news.tables.outlets import UNKNOWN, outlet_of

if TYPE_CHECKING:
    import pandas as pd

KEYS = ("outlet", "month", "subject", "source")
"""What rows can be made for."""
MEASURES = (
    "claims", "documents", "sources", "direct", "unnamed", "unnamed_share", "women", "men", "officials",
    "companies",
    "committees", "departments", "unanswered",
)  # fmt: skip
"""The columns after the keys, as `docs/report.md` explains them."""


def list_quoted(tables: Mapping[str, pd.DataFrame], by: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows of `count_quoted` as plain values."""
    table = count_quoted(tables, by)
    records = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(name): value for name, value in record.items()} for record in records]


def count_quoted(tables: Mapping[str, pd.DataFrame], by: Sequence[str]) -> pd.DataFrame:
    """Return the measures for values of some keys: months in order, else those with most claims first.

    Args:
        tables: As returned by `load_tables`.
        by: Of `KEYS`.

    Returns:
        A column for each key, with that of the id after a subject or source, then those of `MEASURES`.
    """
    rows = _counted_claims(tables)
    if "subject" in by:
        rows = rows.merge(_subjects(tables), on="claim_id")
    if "source" in by:
        rows = rows.dropna(subset="source_id")
    keys = key_columns(by)
    said = rows[rows["claims"]].groupby(keys)[["doc_id", "source_id"]].nunique()
    table = rows.groupby(keys)[["named", *(name for name in MEASURES if name in rows)]].sum()
    table[["documents", "sources"]] = said.reindex(table.index, fill_value=0)
    table["unnamed_share"] = (table["unnamed"] / (table["named"] + table["unnamed"])).round(3)
    order = {"month": True} if "month" in by else {"claims": False, "unanswered": False}
    order |= dict.fromkeys(keys, True)
    table = table.reset_index().sort_values(list(order), ascending=list(order.values()))
    return table[[*keys, *MEASURES]].reset_index(drop=True)


def key_columns(by: Sequence[str]) -> list[str]:
    """Return the columns of some keys: a subject or source also has one for its id."""
    return [name for key in by for name in (key, f"{key}_id") if name not in ("outlet_id", "month_id")]


def _counted_claims(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the claims that count, with outlet, month and source, and whether each measure counts them."""
    claims = tables["claims"].query("kept and headline_of.isna() and continues.isna()")
    claims = claims.rename(columns={"source_entity_id": "entity_id"})
    who = tables["appearances"][["doc_id", "entity_id", "label", "gender", "office_id"]]
    rows = claims.merge(who, how="left", on=["doc_id", "entity_id"])
    entities = tables["entities"][["entity_id", "name", "label"]]
    rows = rows.merge(entities, how="left", on="entity_id", suffixes=("", "_of_entity"))
    rows = rows.astype({"label": "object", "label_of_entity": "object"})
    label = rows["label"].fillna(rows["label_of_entity"])
    has_entity = rows["entity_id"].notna()
    counts = {
        "claims": rows["claim_type"] != "non_response",
        "direct": rows["quote_kind"] == "direct",
        "named": has_entity,
        "unnamed": ~has_entity & rows["source_text"].notna(),
        "women": rows["gender"] == "f",
        "men": rows["gender"] == "m",
        "officials": rows["office_id"].notna() | label.isin(["MINISTER", "OFFICE"]),
        "companies": label == "COMPANY",
        "committees": label == "COMMITTEE",
        "departments": label == "DEPARTMENT",
    }
    is_claim = counts["claims"]
    rows = rows[["claim_id", "doc_id"]].assign(
        source=rows["name"].fillna(rows["entity_id"]),
        source_id=rows["entity_id"],
        **{name: counted & is_claim for name, counted in counts.items()},
        unanswered=~is_claim,
    )
    return rows.merge(_places(tables["documents"]), on="doc_id")


def _places(documents: pd.DataFrame) -> pd.DataFrame:
    """Outlet and month of each document."""
    urls = documents["url"].astype("object").where(documents["url"].notna(), None)
    return documents[["doc_id"]].assign(
        outlet=list(map(outlet_of, urls, documents["path"])),
        month=documents["published"].dt.strftime("%Y-%m").astype("object").fillna(UNKNOWN),
    )


def _subjects(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the entities inside the content of each claim, without sums, nationalities, laws and events."""
    mentions = tables["mentions"][["mention_id", "entity_id"]]
    inside = tables["claim_mentions"].merge(mentions, on="mention_id")[["claim_id", "entity_id"]]
    entities = tables["entities"][tables["entities"]["label"].isin(NAMED)]
    named = inside.drop_duplicates().merge(entities[["entity_id", "name"]], on="entity_id")
    return named.rename(columns={"entity_id": "subject_id", "name": "subject"})
