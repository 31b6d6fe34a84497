# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Who is named, who said what about whom
#
# Recipes to copy. They read the tables of a run (`make pipeline`) and nothing else; `docs/tables.md` says what each column
# means. The environment variable `POLICY_NEWS_TABLES` names another folder.

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from pipeline import load_tables

default = Path("data/out") if Path("data/out").exists() else Path("../data/out")
tables = load_tables(os.environ.get("POLICY_NEWS_TABLES", default), verify=True)
documents, sections, mentions, entities, claims, claim_mentions, dates, failures = (
    tables[name] for name in ("documents", "sections", "mentions", "entities", "claims", "claim_mentions", "dates", "failures")
)
pd.Series({name: len(table) for name, table in tables.items()}, name="rows")

# %% [markdown]
# ## How much is withheld
#
# Absence proves little in a masked article: what is not there may stand behind the paywall. So look at this first.

# %%
withheld = documents.sort_values("masked_share")[["doc_id", "n_words", "n_masked_words", "masked_share"]]
if len(withheld):
    height = max(2.5, 0.24 * len(withheld.tail(40)))
    axes = withheld.tail(40).plot.barh(x="doc_id", y="masked_share", legend=False, color="0.45", figsize=(8, height))
    axes.set(xlabel="share of the words that is withheld", ylabel="", xlim=(0, 1))
    plt.tight_layout()
    print(f"{documents.n_masked_words.sum() / documents.n_words.sum():.0%} of all words are withheld")

# %% [markdown]
# ## Who is named most

# %%
named = entities.sort_values(["n_mentions", "name"], ascending=[False, True])
named[["name", "label", "n_mentions", "n_documents", "first_date", "last_date", "kb_id"]].head(20)

# %%
companies = named[named.label == "COMPANY"].head(12)
if len(companies):
    axes = companies[::-1].plot.barh(x="name", y="n_mentions", legend=False, figsize=(8, 4))
    axes.set(xlabel="mentions", ylabel="", title="Companies")
    plt.tight_layout()

# %% [markdown]
# ## Who said what about whom
#
# `claims.source_entity_id` is who speaks, also behind a pronoun. `claim_mentions` lists the mentions inside what is claimed, and
# each mention has its entity: three joins.

# %%
names = entities.set_index("entity_id")["name"].astype("string")
about = (
    claim_mentions.merge(claims, on="claim_id")
    .merge(mentions[["mention_id", "entity_id"]], on="mention_id")
    .assign(who=lambda rows: rows.source_entity_id.map(names), whom=lambda rows: rows.entity_id.map(names))
    .dropna(subset=["who"])
)
about[["who", "claim_type", "whom", "source_text", "cue_text", "content_text", "doc_id"]].head(20)

# %%
pairs = about.groupby(["who", "whom", "claim_type"], observed=True).size().rename("claims").reset_index()
pairs.sort_values(["claims", "who", "whom"], ascending=[False, True, True]).head(20)

# %%
most = about.who.value_counts().index[:12]
grid = pd.crosstab(about.who[about.who.isin(most)], about.claim_type.astype(str))
if not grid.empty:
    axes = grid.loc[[name for name in reversed(most) if name in grid.index]].plot.barh(stacked=True, figsize=(8, 4), colormap="cividis")
    axes.set(xlabel="mentions in claims", ylabel="")
    axes.legend(title="", fontsize=8, bbox_to_anchor=(1, 1))
    plt.tight_layout()

# %% [markdown]
# ## Claims and denials of one company in time
#
# Put in any name; by default the company that speaks most. `claim_date` is the date that the text gives the claim, else that of
# the section it stands in.

# %%
speakers = claims.merge(entities[["entity_id", "name", "label"]], left_on="source_entity_id", right_on="entity_id")
speaking = speakers[speakers.label == "COMPANY"].name.value_counts()
company = speaking.index[0] if len(speaking) else ""
said = speakers[speakers.name == company].assign(claim_type=lambda rows: rows.claim_type.astype(str))
said = said.sort_values(["claim_date", "doc_id", "cue_start"])
print(company)
said[["claim_date", "claim_type", "cue_text", "content_text", "truncated", "doc_id"]]

# %%
dated = said.dropna(subset=["claim_date"])
if len(dated):
    figure, axes = plt.subplots(figsize=(8, 2.8))
    for kind, rows in dated.groupby("claim_type"):
        axes.plot(pd.to_datetime(rows.claim_date), [kind] * len(rows), "o", markersize=9, alpha=0.6)
    axes.set(title=f"Claims by {company}, {len(said) - len(dated)} more without a date")
    axes.margins(y=0.3)
    axes.grid(axis="x", alpha=0.3)
    figure.tight_layout()

# %%
denials = claims[claims.claim_type == "denial"].merge(documents[["doc_id", "title", "published"]], on="doc_id")
denials.sort_values("published")[["published", "source_text", "cue_text", "content_text", "title"]]

# %% [markdown]
# ## Ministers by office
#
# `office_id` is the office that the person held on the document's day. `office_status` says how that was decided: `held` by
# the lists of offices, `none` or `unresolved` where they do not know, `conflict` where text and lists differ.

# %%
ministers = mentions[mentions.label == "MINISTER"].assign(
    minister=lambda rows: rows.entity_id.map(names),
    office=lambda rows: rows.office_id.astype("string").fillna("(" + rows.office_status.astype("string").fillna("unknown") + ")"),
)
offices = ministers.groupby(["office", "minister"], observed=True).agg(mentions=("mention_id", "size"), documents=("doc_id", "nunique"))
offices.sort_index()

# %% [markdown]
# ## Mentions in time, by label

# %%
dated = mentions.merge(sections[["section_id", "date"]], on="section_id").dropna(subset=["date"])
if len(dated):
    by_year = pd.crosstab(pd.to_datetime(dated.date).dt.year, dated.label.astype(str))
    by_year = by_year.reindex(range(by_year.index.min(), by_year.index.max() + 1), fill_value=0)
    axes = by_year[by_year.sum().nlargest(6).index].plot.bar(stacked=True, figsize=(8, 3.5), colormap="cividis", rot=45)
    axes.set(xlabel="", ylabel="mentions")
    axes.legend(title="", fontsize=8, bbox_to_anchor=(1, 1))
    plt.tight_layout()

# %% [markdown]
# ## Back to the text
#
# Every row points at exact characters of `documents.text`, so a quotation can be checked where it stands.

# %%
texts = documents.set_index("doc_id").text


def show_context(row: pd.Series, around: int = 80) -> str:
    """The words around a mention or date, which is put between brackets."""
    text = texts[row.doc_id]
    before, after = text[max(0, row.start - around) : row.start], text[row.end : row.end + around]
    return f"...{before}[{text[row.start : row.end]}]{after}...".replace("\n", " ")


for _, row in mentions[mentions.near_mask].head(5).iterrows():
    print(f"{row.doc_id}: {show_context(row)}\n")

# %% [markdown]
# ## What could not be read

# %%
failures
