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
# # Who is named, who claimed what about whom, and when
#
# Recipes to copy. They read the tables of a run (`make pipeline`) and nothing else; `docs/tables.md` says what each column
# means. The environment variable `POLICY_NEWS_TABLES` names another folder.

# %%
import os
from pathlib import Path
from textwrap import shorten

import matplotlib.pyplot as plt
import pandas as pd

from policy_news import load_tables

default = Path("data/out") if Path("data/out").exists() else Path("../data/out")
tables = load_tables(os.environ.get("POLICY_NEWS_TABLES", default))
documents, mentions, entities = tables["documents"], tables["mentions"], tables["entities"]
claims = tables["claims"][tables["claims"].kept]  # the others are too doubtful to be counted
names = entities.set_index("entity_id")["name"].astype("string")
pd.set_option("display.max_colwidth", 120)
plt.rcParams.update(
    {
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "font.size": 9,
    }
)
ACCENT, REST = "#2f6f9f", "#b9bec6"


def cut(name: str, letters: int = 40) -> str:
    """Return a name that is not too long for a picture."""
    return shorten(name, letters, placeholder="…")


def draw_bars(axes: plt.Axes, values: pd.Series, title: str, color: str = ACCENT) -> None:
    """Draw numbers by name as horizontal bars, the first on top, each with its number behind it."""
    bars = axes.barh([cut(name) for name in values.index][::-1], values[::-1], color=color)
    axes.bar_label(bars, fmt="{:,.3g}", padding=3)
    axes.set_title(title)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)


def describe(words: str) -> None:
    """Say in words what a picture shows, for readers who cannot see it."""
    print(f"Picture: {words}")


# %% [markdown]
# ## Which companies, ministers and committees
#
# A row for each, with how often and in how many documents it is named, and the days of the first and last.

# %%
asked = {"COMPANY": "Companies", "MINISTER": "Ministers", "COMMITTEE": "Committees"}
named = entities[entities.label.isin(asked)].sort_values(["n_mentions", "name"], ascending=[False, True])
top = named.groupby("label", observed=True).head(8).sort_values("label", kind="stable")
top[["label", "name", "n_mentions", "n_documents", "first_date", "last_date", "kb_id"]]

# %%
shown = {title: top[top.label == label].set_index("name").n_mentions for label, title in asked.items()}
shown = {title: values for title, values in shown.items() if len(values)}
if shown:
    heights = [len(values) for values in shown.values()]
    figure, panels = plt.subplots(
        len(shown), figsize=(8, 0.6 + 0.32 * (sum(heights) + 2 * len(heights))), sharex=True, squeeze=False,
        height_ratios=heights,
    )  # fmt: skip
    for axes, (title, values) in zip(panels.flat, shown.items(), strict=True):
        draw_bars(axes, values, f"{title}, by mentions")
    figure.tight_layout()
    describe(
        "; ".join(f"{title}: {values.index[0]} {values.iloc[0]} mentions" for title, values in shown.items())
    )

# %% [markdown]
# ## Who claimed what about whom
#
# `claims.source_entity_id` is who speaks, also behind a pronoun. `claim_mentions` lists the mentions inside what is claimed, and
# each mention has its entity: three joins. Nationalities (`NORP`) are left out.

# %%
about = (
    tables["claim_mentions"]
    .merge(claims, on="claim_id")
    .merge(mentions.loc[mentions.label != "NORP", ["mention_id", "entity_id"]], on="mention_id")
    .assign(who=lambda rows: rows.source_entity_id.map(names), whom=lambda rows: rows.entity_id.map(names))
    .dropna(subset=["who", "whom"])
    .drop_duplicates(["claim_id", "whom"])
)
pairs = about.groupby(["who", "whom"]).agg(claims=("claim_id", "size"), latest=("reported", "last"))
pairs = pairs.reset_index().sort_values(["claims", "who", "whom"], ascending=[False, True, True])
about.sort_values(["claim_date", "doc_id", "start"])[["who", "claim_type", "whom", "reported"]].head(20)

# %% [markdown]
# Those who speak most, about whom: a square for each pair, darker where there are more claims.

# %%
rows = about.who.value_counts().index[:14]
columns = about.whom[about.who.isin(rows)].value_counts().index[:16]
grid = pd.crosstab(about.who, about.whom).reindex(index=rows, columns=columns)
grid = grid[grid.any(axis=1)]
if not grid.empty:
    figure, axes = plt.subplots(figsize=(8, 1.6 + 0.34 * len(grid)))
    axes.imshow(grid, cmap="Blues", vmin=0, aspect="auto")
    axes.set_xticks(range(grid.shape[1]), [cut(name, 28) for name in grid.columns], rotation=35, ha="right")
    axes.set_yticks(range(len(grid)), [cut(name) for name in grid.index])
    for row, column in zip(*grid.to_numpy().nonzero(), strict=True):
        dark = grid.iat[row, column] > grid.to_numpy().max() * 0.6
        color = "white" if dark else "black"
        axes.text(column, row, grid.iat[row, column], ha="center", va="center", color=color)
    axes.set_title("Who (left) speaks about whom (below), claims")
    figure.tight_layout()
    first = pairs.iloc[0]
    describe(
        f"{len(grid)} sources, {grid.shape[1]} names; most: {first.who} on {first.whom}, {first.claims}."
    )

# %% [markdown]
# ## When
#
# What a company says, and what others say about it; put in any name, by default the company that speaks most. `claim_date` is
# the date that the text gives the claim, else that of the section it stands in. In the picture, claims of one day stand side by side.

# %%
companies = entities.loc[entities.label == "COMPANY", "entity_id"]
speaking = claims[claims.source_entity_id.isin(companies)].source_entity_id.map(names).value_counts()
company = speaking.index[0] if len(speaking) else ""
said = claims.assign(who=claims.source_entity_id.map(names)).query("who == @company")
heard = about[(about.whom == company) & (about.who != company)]
history = pd.concat([said, heard]).sort_values(["claim_date", "doc_id", "start"])
history[["claim_date", "who", "claim_type", "reported"]]

# %%
colors = {"denial": "#b3261e", "allegation": "#e08a00", "call": "#3a7d44", "commitment": "#7a5195"}
spoken = claims.assign(who=claims.source_entity_id.map(names), day=pd.to_datetime(claims.claim_date))
spoken = spoken.dropna(subset=["who", "day"])
busy = spoken.who.value_counts().index[:12]
if len(busy):
    figure, axes = plt.subplots(figsize=(8, 1.4 + 0.3 * len(busy)))
    spoken = spoken[spoken.who.isin(busy)].sort_values(["day", "doc_id", "start"])
    beside = spoken.groupby(["who", "day"], observed=True).cumcount()  # claims of one day stand side by side
    step = max((spoken.day.max() - spoken.day.min()) / 90, pd.Timedelta(days=1))
    for kind, rows in spoken.groupby(
        spoken.claim_type.astype(str).where(lambda kind: kind.isin(colors), "other")
    ):
        places = [list(busy[::-1]).index(who) for who in rows.who]
        color = colors.get(str(kind), REST)
        axes.scatter(rows.day + beside[rows.index] * step, places, color=color, s=32, label=str(kind))
    axes.set_yticks(range(len(busy)), [cut(name) for name in busy[::-1]])
    axes.grid(axis="y", alpha=0.25)
    axes.set_title("Claims in time, by who makes them")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=5, frameon=False)
    figure.tight_layout()
    describe(
        f"{len(spoken)} claims of {len(busy)} sources, {spoken.day.min():%Y-%m} to {spoken.day.max():%Y-%m}."
    )

# %% [markdown]
# ## What was denied
#
# Or alleged, called for, promised: put in another `claim_type`.

# %%
denials = claims[claims.claim_type == "denial"].merge(documents[["doc_id", "title"]], on="doc_id")
denials.sort_values("claim_date")[["claim_date", "reported", "title"]]

# %% [markdown]
# ## Ministers by office
#
# `office_id` is the office that the person held on the document's day. `office_status` says how that was decided: `held` by
# the lists of offices, `none` or `unresolved` where they do not know, `conflict` where text and lists differ.

# %%
ministers = mentions[mentions.label == "MINISTER"].assign(minister=lambda rows: rows.entity_id.map(names))
unknown = "(" + ministers.office_status.astype("string").fillna("unknown") + ")"
ministers["office"] = ministers.office_id.astype("string").fillna(unknown)
offices = ministers.groupby(["office", "minister"], observed=True).agg(
    mentions=("mention_id", "size"), documents=("doc_id", "nunique")
)
offices

# %% [markdown]
# ## How much is masked
#
# Absence proves little in a masked article: what is not there may stand behind the paywall.

# %%
masked = documents[documents.n_masked_words > 0].set_index("doc_id").masked_share.nlargest(20)
if len(masked):
    figure, axes = plt.subplots(figsize=(8, 0.6 + 0.26 * len(masked)))
    draw_bars(axes, (100 * masked).round(), "Masked words, percent of each document", REST)
    figure.tight_layout()
if len(documents):
    share = documents.n_masked_words.sum() / documents.n_words.sum()
    print(f"{share:.0%} of all words are masked, in {(documents.n_masked_words > 0).sum()} documents")
