"""Who is quoted: the measures of each outlet, month, subject or source, each defined once.

A claim counts if it is kept, does not continue a quotation, and is no headline that a claim in the text repeats. A claim of the type `non_response`
counts only as `unanswered`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from policy_news.tables.labels import NAMED, PEOPLE
from policy_news.tables.outlets import UNKNOWN, outlet_of

if TYPE_CHECKING:
    import pandas as pd

KEYS = {
    "outlet": "host of the address, else the first folder below the raw folder",
    "month": "month of publication",
    "subject": "entity that the content of the claim names; a claim counts for each of them",
    "source": "entity that makes the claim, or does not answer",
}
"""What rows can be made for."""
MEASURES = {
    "claims": "claims that count",
    "documents": "documents with such a claim",
    "sources": "entities that make them",
    "direct": "claims in quoted words only",
    "mixed": "claims in some quoted words",
    "indirect": "claims without quoted words",
    "named": "claims whose source stands for an entity",
    "unnamed": "claims whose source no entity names (`analysts`, `a person close to the talks`)",
    "unnamed_share": "unnamed / (named + unnamed)",
    "without_source": "claims that the text gives to nobody",
    "people": "claims of persons",
    "women": "claims of persons known to be women",
    "men": "claims of persons known to be men",
    "officials": "claims of offices, and of persons in office on that day",
    "companies": "claims of companies",
    "committees": "claims of committees",
    "departments": "claims of departments",
    "single_source": "claims in documents in which only one source speaks",
    "unanswered": "times that somebody was asked and did not answer",
}
"""What each column counts."""
SHOWN = [
    "claims", "documents", "direct", "unnamed", "unnamed_share", "women", "men", "officials", "companies", "committees", "single_source",
    "unanswered",
]  # fmt: skip
"""Columns of the table in the terminal."""


def list_quoted(tables: Mapping[str, pd.DataFrame], by: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return the rows of `count_quoted` as plain values."""
    table = count_quoted(tables, by)
    records = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(name): value for name, value in record.items()} for record in records]


def count_quoted(tables: Mapping[str, pd.DataFrame], by: Sequence[str] = ()) -> pd.DataFrame:
    """Return the measures for each value of some keys: months in their order, else those with most claims first.

    Args:
        tables: As returned by `load_tables`.
        by: Of `KEYS`. Without any there is one row, for all.

    Returns:
        A column for each key, with that of the id after a subject or source, then those of `MEASURES`.
    """
    rows = counted_claims(tables)
    if "subject" in by:
        rows = rows.merge(_subjects(tables), on="claim_id")
    if "source" in by:
        rows = rows.dropna(subset="source_id")
    keys = key_columns(by)
    rows, within = rows.assign(all="all"), keys or ["all"]
    said = rows[rows["claims"]].groupby(within)[["doc_id", "source_id"]].nunique()
    table = rows.groupby(within)[[name for name in MEASURES if name in rows]].sum()
    table[["documents", "sources"]] = said.reindex(table.index, fill_value=0)
    table["unnamed_share"] = (table["unnamed"] / (table["named"] + table["unnamed"])).round(3)
    order = {"month": True} if "month" in by else {"claims": False, "unanswered": False}
    order |= dict.fromkeys(keys, True)
    table = table.reset_index().sort_values(list(order), ascending=list(order.values()))
    return table[[*keys, *MEASURES]].reset_index(drop=True)


def key_columns(by: Sequence[str]) -> list[str]:
    """Return the columns of some keys: a subject or source also has one for its id."""
    return [name for key in by for name in (key, f"{key}_id") if name not in ("outlet_id", "month_id")]


def counted_claims(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the claims that count, with outlet, month and source, and for each measure whether it counts the claim."""
    claims = tables["claims"].query("kept and headline_of.isna() and continues.isna()")
    claims = claims.rename(columns={"source_entity_id": "entity_id"})
    who = tables["appearances"][["doc_id", "entity_id", "label", "gender", "office_id"]]
    rows = claims.merge(who, how="left", on=["doc_id", "entity_id"])
    entities = tables["entities"][["entity_id", "name", "label"]]
    rows = rows.merge(entities, how="left", on="entity_id", suffixes=("", "_of_entity"))
    rows = rows.astype({"label": "object", "label_of_entity": "object"})
    label = rows["label"].fillna(rows["label_of_entity"])
    has_entity, has_words = rows["entity_id"].notna(), rows["source_text"].notna()
    counts = {
        "claims": rows["claim_type"] != "non_response",
        "direct": rows["quote_kind"] == "direct",
        "mixed": rows["quote_kind"] == "mixed",
        "indirect": rows["quote_kind"] == "indirect",
        "named": has_entity,
        "unnamed": ~has_entity & has_words,
        "without_source": ~has_entity & ~has_words,
        "people": label.isin(PEOPLE),
        "women": rows["gender"] == "f",
        "men": rows["gender"] == "m",
        "officials": rows["office_id"].notna() | label.isin(["MINISTER", "OFFICE"]),
        "companies": label == "COMPANY",
        "committees": label == "COMMITTEE",
        "departments": label == "DEPARTMENT",
    }
    speaker = rows["entity_id"].fillna(rows["source_text"].str.lower()).where(counts["claims"])
    counts["single_source"] = speaker.groupby(rows["doc_id"]).transform("nunique") == 1
    rows = rows[["claim_id", "doc_id"]].assign(
        source=rows["name"].fillna(rows["entity_id"]), source_id=rows["entity_id"],
        **{name: counted & counts["claims"] for name, counted in counts.items()}, unanswered=~counts["claims"],
    )  # fmt: skip
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
