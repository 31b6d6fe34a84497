"""Chooses from the tables of a run what to expect of the next one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from policy_news.checks.expectations import one_line
from policy_news.checks.expectations_file import LABEL_COLUMNS
from policy_news.checks.share_checks import measure_shares
from policy_news.core.grouping import grouped
from policy_news.tables.chunks import rows_of
from policy_news.tables.labels import POLICY

if TYPE_CHECKING:
    import pyarrow as pa

MAX_DOCUMENTS = 50
MENTIONS_A_LABEL, CLAIMS_A_DOCUMENT, DATES_A_DOCUMENT = 3, 5, 5
MAX_WORDS = 8
"""Words of a source or content that are enough to know a claim by."""
MARGIN = 0.1
"""Share by which a number may differ in a later run."""
SHARE_MARGIN = 0.05
COUNTED = ("mentions", "claims", "dates")

Row = Mapping[str, Any]
Item = dict[str, str]


def choose_documents(doc_ids: Sequence[str], room: int) -> list[str]:
    """As many documents as there is room for, spread over the run."""
    if room <= 0:
        return []
    if len(doc_ids) > room:
        return [doc_ids[number * len(doc_ids) // room] for number in range(room)]
    return list(doc_ids)


def select_documents(
    tables: Mapping[str, pa.Table], doc_ids: Sequence[str]
) -> dict[str, dict[str, dict[str, list[Item]]]]:
    """Return mentions, claims and dates to expect of each document, in reading order."""
    chosen_rows = {name: rows_of(tables[name], doc_ids).to_pylist() for name in COUNTED}
    rows = {name: grouped((row["doc_id"], row) for row in own) for name, own in chosen_rows.items()}
    select = {"mentions": select_mentions, "claims": select_claims, "dates": select_dates}
    chosen: dict[str, dict[str, dict[str, list[Item]]]] = {}
    for doc_id in doc_ids:
        own = chosen.setdefault(doc_id, {})  # also without rows: that the document is there is expected
        for name, choose in select.items():
            items = choose(rows[name].get(doc_id, []))
            if items:
                own[name] = {"have": items}
    return chosen


def select_mentions(rows: Iterable[Row]) -> list[Item]:
    """Return the most frequent names of each label; none beside masked text, where a name may be incomplete."""
    counted: Counter[tuple[tuple[str, str], ...]] = Counter()
    for row in rows:
        if row["label"] in POLICY and not row["near_mask"]:
            item = {"text": one_line(row["text"]), "label": row["label"]}
            if row["office_status"] == "held":
                item["office"] = row["office_id"]
            counted[tuple(item.items())] += 1
    left = Counter(dict.fromkeys(POLICY, MENTIONS_A_LABEL))
    chosen = set()
    for item_key, _ in counted.most_common():
        label = dict(item_key)["label"]
        if left[label]:
            left[label] -= 1
            chosen.add(item_key)
    # Chosen by frequency, listed in reading order.
    return [dict(key) for key in counted if key in chosen]


def select_claims(rows: Sequence[Row]) -> list[Item]:
    """Return the untruncated claims with the highest scores."""
    whole = [row for row in rows if not row["truncated"] and row["source_text"]]
    by_score = sorted(range(len(whole)), key=lambda number: -whole[number]["score"])
    # Chosen by score, listed in reading order.
    return _distinct(_claim(whole[number]) for number in sorted(by_score[:CLAIMS_A_DOCUMENT]))


def _claim(row: Row) -> Item:
    item = {"source": _first_words(row["source_text"]), "type": row["claim_type"]}
    if row["content_text"]:
        item["content"] = _first_words(row["content_text"])
    return item


def _first_words(text: str) -> str:
    return " ".join(text.split()[:MAX_WORDS])


def select_dates(rows: Iterable[Row]) -> list[Item]:
    """Return the first dates that have a value."""
    return _distinct({"text": one_line(row["text"]), "value": row["value"]} for row in rows if row["value"])[
        :DATES_A_DOCUMENT
    ]


def _distinct(items: Iterable[Item]) -> list[Item]:
    return [dict(key) for key in dict.fromkeys(tuple(item.items()) for item in items)]


def select_tables(tables: Mapping[str, pa.Table]) -> dict[str, dict[str, Any]]:
    """Return numbers to expect: not fewer documents, not more failures, the other tables within a tenth."""
    found: dict[str, dict[str, Any]] = {"documents": {"min_rows": tables["documents"].num_rows}}
    for name in COUNTED:
        bounds = _around(tables[name].num_rows)
        found[name] = {"min_rows": bounds["min"], "max_rows": bounds["max"]}
        labels = sorted(Counter(tables[name][LABEL_COLUMNS[name]].to_pylist()).items())
        # Of the names only those that the project is about: the others depend on the base model.
        known = {label: _around(n) for label, n in labels if name != "mentions" or label in POLICY}
        if known:
            found[name]["labels"] = known
    found["failures"] = {"max_rows": tables["failures"].num_rows}
    return found


def _around(number: int) -> dict[str, int]:
    room = max(2, math.ceil(MARGIN * number))
    return {"min": max(0, number - room), "max": number + room}


def select_shares(tables: Mapping[str, pa.Table]) -> dict[str, dict[str, float]]:
    """Return shares to expect, each within five hundredths."""
    found: dict[str, dict[str, float]] = {}
    for name, (part, whole) in sorted(measure_shares(tables).items()):
        if not whole:
            continue
        share = part / whole
        if name in ("unattributed", "unresolved"):  # an improvement is not drift
            found[name] = {"max": _upper(share)}
        elif name == "masked":
            least = math.floor(100 * (share - SHARE_MARGIN)) / 100
            found[name] = {"min": max(0.0, least), "max": _upper(share)}
    return found


def _upper(share: float) -> float:
    return min(1.0, math.ceil(100 * (share + SHARE_MARGIN)) / 100)
