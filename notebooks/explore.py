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
import math
import os
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from policy_news import load_tables
from policy_news.outputs.audit import count_quoted
from policy_news.tables.claim_views import claims_view, links_view

default = Path("data/out") if Path("data/out").exists() else Path("../data/out")
tables = load_tables(os.environ.get("POLICY_NEWS_TABLES", default))
documents, sections, mentions, entities, claims, claim_mentions, dates, failures = (
    tables[name]
    for name in (
        "documents",
        "sections",
        "mentions",
        "entities",
        "claims",
        "claim_mentions",
        "dates",
        "failures",
    )
)
claims = claims[claims.kept]  # the others are too doubtful to be counted
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


def draw_bars(values: pd.Series, title: str, color: str = ACCENT) -> None:
    """Numbers by name as horizontal bars, the first on top, each with its number behind it."""
    if len(values):
        figure, axes = plt.subplots(figsize=(8, 0.6 + 0.26 * len(values)))
        bars = axes.barh(values.index.astype(str)[::-1], values[::-1], color=color)
        axes.bar_label(bars, fmt="{:,.3g}", padding=3)
        axes.set_title(title)
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
        figure.tight_layout()
        describe(
            f"{title}; most: {', '.join(f'{name} {value:,.3g}' for name, value in values.head(3).items())}."
        )


def describe(words: str) -> None:
    """Say in words what a picture shows, for readers who cannot see it."""
    print(f"Picture: {words}")


pd.Series({name: len(table) for name, table in tables.items()}, name="rows")

# %% [markdown]
# ## How much is masked
#
# Absence proves little in a masked article: what is not there may stand behind the paywall. So look at this first.

# %%
masked = documents[documents.n_masked_words > 0].set_index("doc_id").masked_share.sort_values(ascending=False)
draw_bars((100 * masked).round().head(30), "Masked words, percent of each document", REST)
if len(documents):
    share = documents.n_masked_words.sum() / documents.n_words.sum()
    print(
        f"{share:.0%} of all words are masked; nothing in {len(documents) - len(masked)} of {len(documents)} documents"
    )

# %% [markdown]
# ## Who is named most

# %%
named = entities.sort_values(["n_mentions", "name"], ascending=[False, True])
named[["name", "label", "n_mentions", "n_documents", "first_date", "last_date", "kb_id"]].head(20)

# %%
companies = named[named.label == "COMPANY"].head(12)
draw_bars(companies.set_index("name").n_mentions, "Companies, by mentions")

# %% [markdown]
# Names of which nobody can tell whom or what they stand for (`identity` is `open`) have an id of that document alone: counts by
# `entity_id` leave them apart. `identity_reason` says why.

# %%
unclear = mentions[mentions.identity == "open"]
print(f"{len(unclear)} of {mentions.identity.notna().sum()} names are open")
unclear.groupby(["identity_reason", "text"], observed=True).size().sort_values(ascending=False).head(12)

# %% [markdown]
# ## Who said what about whom
#
# `claims.source_entity_id` is who speaks, also behind a pronoun. `claim_mentions` lists the mentions inside what is claimed, and
# each mention has its entity: three joins. Nationalities (`NORP`) are left out.

# %%
names = entities.set_index("entity_id")["name"].astype("string")
about = (
    claim_mentions.merge(claims, on="claim_id")
    .merge(mentions.loc[mentions.label != "NORP", ["mention_id", "entity_id"]], on="mention_id")
    .assign(who=lambda rows: rows.source_entity_id.map(names), whom=lambda rows: rows.entity_id.map(names))
    .dropna(subset=["who"])
)
about[["who", "claim_type", "whom", "reported", "doc_id"]].head(20)

# %%
pairs = about.groupby(["who", "whom", "claim_type"], observed=True).size().rename("claims").reset_index()
pairs.sort_values(["claims", "who", "whom"], ascending=[False, True, True]).head(20)

# %% [markdown]
# Of those who speak most, about whom: a square for each pair, darker where there are more claims.

# %%
most = about[about.who.isin(about.who.value_counts().index[:14])]
grid = pd.crosstab(most.who, most.whom)
grid = grid.loc[
    grid.sum(axis=1).sort_values(ascending=False).index, grid.sum().sort_values(ascending=False).index[:18]
]
grid = grid[grid.any(axis=1)]
if not grid.empty:
    figure, axes = plt.subplots(figsize=(8, 0.9 + 0.34 * len(grid)))
    axes.imshow(grid, cmap="Blues", vmin=0, aspect="auto")
    axes.set_xticks(range(grid.shape[1]), [str(name)[:28] for name in grid.columns], rotation=35, ha="right")
    axes.set_yticks(range(len(grid)), [str(name)[:34] for name in grid.index])
    for row, column in zip(*grid.to_numpy().nonzero(), strict=True):
        dark = grid.iat[row, column] > grid.to_numpy().max() * 0.6
        axes.text(
            column, row, grid.iat[row, column], ha="center", va="center", color="white" if dark else "black"
        )
    axes.set_title("Who (left) speaks about whom (below), claims")
    figure.tight_layout()
    top = pairs.loc[pairs.claims.idxmax()]
    describe(
        f"{len(grid)} speakers about {grid.shape[1]} names; most: {top.who} about {top.whom}, {top.claims}."
    )

# %% [markdown]
# ## Claims and denials of one company in time
#
# Put in any name; by default the company that speaks most. `claim_date` is the date that the text gives the claim, else that of
# the section it stands in.

# %%
speakers = claims.merge(
    entities[["entity_id", "name", "label"]], left_on="source_entity_id", right_on="entity_id"
)
speaking = speakers[speakers.label == "COMPANY"].name.value_counts()
company = speaking.index[0] if len(speaking) else ""
said = speakers[speakers.name == company].sort_values(["claim_date", "doc_id", "start"])
heard = about[(about.whom == company) & (about.who != company)].sort_values(["claim_date", "doc_id", "start"])
print(company)
said[["claim_date", "claim_type", "reported", "truncated", "doc_id"]]

# %% [markdown]
# What others say about it.

# %%
heard[["claim_date", "who", "claim_type", "reported", "doc_id"]]

# %%
sides = [(said, f"by {company}", "o", ACCENT), (heard, f"about {company}, by others", "D", "white")]
dated = [(rows.dropna(subset=["claim_date"]), name, marker, face) for rows, name, marker, face in sides]
kinds = sorted({str(kind) for rows, *_ in dated for kind in rows.claim_type}, reverse=True)
if kinds:
    figure, axes = plt.subplots(figsize=(8, 2 + 0.34 * len(kinds)))
    for shift, (rows, name, marker, face) in zip((0.13, -0.13), dated, strict=True):
        heights = [kinds.index(str(kind)) + shift for kind in rows.claim_type]
        axes.plot(
            pd.to_datetime(rows.claim_date),
            heights,
            marker,
            markersize=8,
            alpha=0.75,
            mfc=face,
            mec=ACCENT,
            ls="",
            label=name,
        )
    axes.set_yticks(range(len(kinds)), [kind.replace("_", " ") for kind in kinds])
    axes.set_ylim(-0.6, len(kinds) - 0.4)
    axes.grid(axis="both", alpha=0.25)
    axes.set_title("Claims in time")
    figure.autofmt_xdate()
    figure.legend(loc="lower center", ncols=2, frameon=False)
    figure.tight_layout(rect=(0, 0.6 / figure.get_figheight(), 1, 1))
    describe("; ".join(f"{len(rows)} claims {name}" for rows, name, *_ in dated) + ", by day and type.")

# %%
denials = claims[claims.claim_type == "denial"].merge(
    documents[["doc_id", "title", "published"]], on="doc_id"
)
denials.sort_values("published")[["published", "reported", "title"]]

# %% [markdown]
# ## Questions of a newsroom
#
# `claims_view` has the kept claims with names, `links_view` who answers whom. Put other names in.
#
# Who is quoted most, and on what?

# %%
told, linked = claims_view(tables), links_view(tables)
speaking = about.groupby("who").agg(
    claims=("claim_id", "nunique"),
    first=("claim_date", "min"),
    last=("claim_date", "max"),
    about=("whom", lambda names: ", ".join(names.value_counts().index[:3])),
)
speaking = speaking.sort_values(["claims", "last"], ascending=False)
draw_bars(speaking.claims.head(12), "Who speaks about somebody, claims")
speaking.head(12)

# %% [markdown]
# Whom does an outlet quote against whom? A line leads from who speaks to whom they speak about; a red one is a denial, an allegation or a rejected claim.

# %%
against = about[about.claim_type.isin(["denial", "allegation"]) | (about.polarity == "rejected")]
edges = about.assign(is_against=about.claim_id.isin(against.claim_id)).groupby(
    ["who", "whom"], as_index=False
)
edges = edges.agg(claims=("claim_id", "nunique"), is_against=("is_against", "any"))
edges = edges[edges.who != edges.whom].sort_values(["is_against", "claims"], ascending=False).head(16)
people = list(dict.fromkeys([*edges.who, *edges.whom]))
if people:
    angle = {name: 2 * math.pi * number / len(people) for number, name in enumerate(people)}
    figure, axes = plt.subplots(figsize=(8, 8))
    for edge in edges.itertuples():
        begin, end = ((math.cos(angle[name]), math.sin(angle[name])) for name in (edge.who, edge.whom))
        color = "#b3261e" if edge.is_against else REST
        arrow = {
            "arrowstyle": "->",
            "color": color,
            "lw": 0.8 + 0.5 * edge.claims,
            "shrinkA": 8,
            "shrinkB": 8,
        }
        axes.annotate("", xy=end, xytext=begin, arrowprops=arrow)
    for name in people:
        x, y, turn = math.cos(angle[name]), math.sin(angle[name]), math.degrees(angle[name])
        side, turn = ("left", turn) if x >= 0 else ("right", turn + 180)
        axes.text(
            1.06 * x, 1.06 * y, str(name)[:24], ha=side, va="center", rotation=turn, rotation_mode="anchor"
        )
    axes.set(xlim=(-2, 2), ylim=(-2, 2), aspect="equal")
    axes.axis("off")
    axes.set_title("Who speaks about whom")
    red = ", ".join(f"{edge.who} and {edge.whom}" for edge in edges[edges.is_against].itertuples())
    describe(f"{len(edges)} pairs; red: {red or 'none'}.")
edges.rename(columns={"is_against": "against"})

# %% [markdown]
# What did X say about Y over time? By default the two with most claims.

# %%
pair = edges.iloc[0] if len(edges) else pd.Series({"who": "", "whom": ""})
series = about[(about.who == pair.who) & (about.whom == pair.whom)].drop_duplicates("claim_id")
series = series.sort_values(["claim_date", "doc_id", "start"])
print(f"{pair.who} about {pair.whom}")
series[["claim_date", "claim_type", "polarity", "reported", "doc_id"]]

# %% [markdown]
# What was denied, and by whom? Where the text itself says what a denial is about, that claim stands beside it.

# %%
answered = linked.query("relation == 'denies'").set_index("claim_id").other_reported
denied = told.query("claim_type == 'denial'").assign(denies=lambda rows: rows.claim_id.map(answered))
denied.sort_values("claim_date")[["claim_date", "source", "reported", "denies", "page"]]

# %% [markdown]
# Which ministers are named by their office only? The holder on that day is in `offices`.

# %%
placed = mentions.merge(documents[["doc_id", "published"]], on="doc_id").dropna(subset=["office_id"])
named_there = placed[placed.label == "MINISTER"].drop_duplicates(["doc_id", "office_id"])[
    ["doc_id", "office_id"]
]
alone = placed[placed.label == "OFFICE"].merge(named_there, how="left", indicator=True)
alone = alone[alone["_merge"] == "left_only"].drop_duplicates(["doc_id", "office_id"])
terms = tables["offices"].assign(holder=lambda rows: rows.entity_id.map(names))
terms = terms[["office_id", "holder", "from", "to"]]
holders = alone.merge(terms, on="office_id", how="left")
day = holders.published.dt.tz_localize(None)
begun = pd.to_datetime(holders["from"]) <= day
holders["holder"] = holders.holder.where(begun & ~(pd.to_datetime(holders["to"]) < day))
by_office = holders.groupby(["doc_id", "text", "office_id"], observed=True).holder.first()
by_office.reset_index()

# %% [markdown]
# ## Ministers by office
#
# `office_id` is the office that the person held on the document's day. `office_status` says how that was decided: `held` by
# the lists of offices, `none` or `unresolved` where they do not know, `conflict` where text and lists differ.

# %%
ministers = mentions[mentions.label == "MINISTER"].assign(
    minister=lambda rows: rows.entity_id.map(names),
    office=lambda rows: rows.office_id.astype("string").fillna(
        "(" + rows.office_status.astype("string").fillna("unknown") + ")"
    ),
)
offices = ministers.groupby(["office", "minister"], observed=True).agg(
    mentions=("mention_id", "size"), documents=("doc_id", "nunique")
)
offices.sort_index()

# %% [markdown]
# ## Who is quoted
#
# One row of measures for each outlet; also by `month`, `subject` and `source`, or pairs of them. `docs/report.md` says what each
# column counts.

# %%
quoted = count_quoted(tables, ["outlet"])
shares = quoted.set_index("outlet").unnamed_share.astype(float).dropna()
draw_bars(
    (100 * shares).round().head(20), "Claims whose source no entity names, percent of those with a source"
)
quoted

# %% [markdown]
# Who was asked and did not answer.

# %%
asked = count_quoted(tables, ["source"]).sort_values("unanswered", ascending=False)
asked.loc[asked.unanswered > 0, ["source", "unanswered", "claims", "documents"]].head(12)

# %% [markdown]
# ## Mentions in time, by label

# %%
when = mentions.merge(sections[["section_id", "date"]], on="section_id").dropna(subset=["date"])
if len(when):
    by_year = pd.crosstab(pd.to_datetime(when.date).dt.year, when.label.astype(str))
    by_year = by_year.reindex(range(by_year.index.min(), by_year.index.max() + 1), fill_value=0)
    labels = by_year.sum().nlargest(6).index
    figure, panels = plt.subplots(2, 3, figsize=(8, 3.4), sharex=True, sharey=True)
    for axes, label in zip(panels.flat, labels, strict=False):
        axes.bar(by_year.index, by_year[label], color=ACCENT)
        axes.set_title(label, fontsize=9)
        axes.xaxis.set_major_locator(plt.MaxNLocator(4, integer=True))
        axes.yaxis.set_major_locator(plt.MaxNLocator(3, integer=True))
    for axes in panels.flat[len(labels) :]:
        axes.set_visible(False)
    figure.suptitle("Mentions a year, by label", x=0.02, ha="left", weight="bold")
    figure.tight_layout()
    counts = ", ".join(f"{label} {by_year[label].sum()}" for label in labels)
    describe(f"Mentions from {by_year.index.min()} to {by_year.index.max()}: {counts}.")

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
