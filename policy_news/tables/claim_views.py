"""Frames that answer frequent questions: who said what, and who answered whom.

tables = load_tables("data/out")
claims_view(tables).query("source == 'Tarnwick Optics' and claim_type == 'denial'")
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from policy_news.tables.pages import document_page

if TYPE_CHECKING:
    import pandas as pd

SHOWN = [
    "claim_date", "source", "claim_type", "polarity", "reported", "cue_text", "content_text", "about", "title", "page", "score", "n_articles",
    "n_origins", "claim_id", "statement_id", "source_entity_id", "doc_id",
]  # fmt: skip
"""Columns of the view of claims."""


def claims_view(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the claims that are kept, with the name of the source, the names inside, the title, and the place in the report.

    Returns:
        A row for each claim: `source` is the name of its entity, else its words; `about` the tuple of the names in its content; `page`
        the place below the folder of the report; `n_articles` and `n_origins` count who reports the statement, of these articles only.
    """
    names = tables["entities"].set_index("entity_id")["name"].astype("string")
    claims = tables["claims"].query("kept").copy()
    claims["source"] = claims["source_entity_id"].map(names).fillna(claims["source_text"])
    mentions = tables["mentions"].set_index("mention_id")["entity_id"].map(names)
    inside = tables["claim_mentions"].assign(name=lambda rows: rows["mention_id"].map(mentions))
    about: dict[str, dict[str, None]] = {}
    for claim_id, name in zip(inside["claim_id"], inside["name"], strict=True):
        about.setdefault(claim_id, {})[name] = None
    claims["about"] = [tuple(about.get(claim_id, ())) for claim_id in claims["claim_id"]]
    claims["title"] = claims["doc_id"].map(tables["documents"].set_index("doc_id")["title"])
    numbers = claims.groupby("doc_id").cumcount() + 1
    claims["page"] = [
        f"{document_page(doc)}#claim-{number}" for doc, number in zip(claims["doc_id"], numbers, strict=True)
    ]
    said = tables["origins"].query("stance == 'said'").groupby("statement_id")
    for column, name in (("n_articles", "doc_id"), ("n_origins", "origin_id")):
        claims[column] = claims["statement_id"].map(said[name].nunique()).fillna(1).astype("int32")
    return claims.astype({"claim_type": "string", "polarity": "string"})[SHOWN].reset_index(drop=True)


def links_view(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the links between claims, with what both say: the columns of `claims_view` for the claim, with `other_` before them for the other one."""
    claims = claims_view(tables)
    links = tables["claim_links"].rename(columns={"score": "link_score"}).astype({"relation": "string"})
    others = claims.add_prefix("other_")
    return links.merge(claims, on="claim_id").merge(others, on="other_claim_id")
