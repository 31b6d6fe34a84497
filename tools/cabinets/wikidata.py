"""Asks Wikidata who held the posts of the table of cabinets."""

from __future__ import annotations

import json
import re
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from policy_news.core.errors import ArgumentError
from policy_news.rules.rule_models import WIKIDATA
from policy_news.rules.world import TermRow

ADDRESS = "https://query.wikidata.org/sparql"
AGENT = "policy-news-pipeline (table of cabinets)"
AT_ONCE = 150
"""Posts in one question."""
LEAST = 0.9
"""Share of the rows of before that an answer must have: less is an answer that was cut off."""
DAY_PRECISION, MONTH_PRECISION = 11, 10
Ask = Callable[[str], bytes]
"""Takes a query, returns the answer in SPARQL's JSON."""

QUERY = """SELECT ?post ?person ?personLabel ?start ?startPrecision ?end ?endPrecision WHERE {{
  VALUES ?post {{ {posts} }}
  ?person p:P39 ?held . ?held ps:P39 ?post . MINUS {{ ?held wikibase:rank wikibase:DeprecatedRank }}
  OPTIONAL {{ ?held pqv:P580 [ wikibase:timeValue ?start ; wikibase:timePrecision ?startPrecision ] }}
  OPTIONAL {{ ?held pqv:P582 [ wikibase:timeValue ?end ; wikibase:timePrecision ?endPrecision ] }}
  SERVICE wikibase:label {{ bd:serviceParam wikibase:language "en,mul" }}
}}"""


def ask_wikidata(query: str) -> bytes:
    """Return the answer of the public service."""
    request = urllib.request.Request(
        ADDRESS,
        data=urllib.parse.urlencode({"query": query}).encode(),
        headers={"Accept": "application/sparql-results+json", "User-Agent": AGENT},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        body: bytes = answer.read()
    return body


def renewed(rows: Sequence[TermRow], day: str, ask: Ask = ask_wikidata) -> list[TermRow]:
    """Return the table with what Wikidata says now of the posts that have its id; rows of other sources stay.

    Args:
        rows: The table.
        day: The present day, up to which an open term is known.
        ask: Puts a query.

    Raises:
        ArgumentError: The answer is no answer, or has far fewer terms than the table.
    """
    posts = {row.post_qid: row for row in rows if row.post_qid}
    before = sum(row.source == "wikidata" for row in rows)
    ids = sorted(posts)
    parts = [ids[i : i + AT_ONCE] for i in range(0, len(ids), AT_ONCE)]
    found = [row for part in parts for row in _answered(ask(_query(part)), posts, day)]
    if len(found) < LEAST * before:
        raise ArgumentError(
            f"Wikidata gave {len(found):,} terms, the table has {before:,}",
            "Ask again later, and keep the table.",
        )
    return [*found, *(row for row in rows if row.source != "wikidata")]


def _query(posts: Iterable[str]) -> str:
    return QUERY.format(posts=" ".join(f"wd:{post}" for post in posts))


def _answered(answer: bytes, posts: dict[str, TermRow], day: str) -> Iterator[TermRow]:
    """Yield the rows of an answer; terms without a first day, and persons without a name in Latin letters, are left out."""
    try:
        bindings: list[dict[str, dict[str, Any]]] = json.loads(answer)["results"]["bindings"]
    except (ValueError, KeyError, TypeError) as error:
        raise ArgumentError(f"Wikidata gave no table: {error!r}", "Ask again later.") from error
    for binding in bindings:
        values = {name: str(item["value"]) for name, item in binding.items()}
        post, person = (values[name].rpartition("/")[2] for name in ("post", "person"))
        name, start = values.get("personLabel", ""), _date(values, "start")
        if post not in posts or not start or " " not in name or not LATIN.fullmatch(name):
            continue
        end = _date(values, "end")
        known = posts[post]
        if WIKIDATA.fullmatch(person):
            yield TermRow(
                known.country, known.post, post, name, person, start, end, "" if end else day, "wikidata"
            )


LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff.'’‘`ʻʿʼ,\- ]+")


def _date(values: dict[str, str], name: str) -> str:
    """Return a day as precise as it is known; empty where it is not known to the year."""
    precision = int(values.get(f"{name}Precision", "0"))
    date = values.get(name, "").removeprefix("+")[: len("2026-01-31")]
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", date) or precision < MONTH_PRECISION - 1:
        return ""
    return date[: 10 if precision >= DAY_PRECISION else 7 if precision == MONTH_PRECISION else 4]
