"""Says how a claim relates to others, and why: who reports its statement, and who reacts to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from policy_news.core.errors import ArgumentError
from policy_news.core.messages import counted, cut_line
from policy_news.tables.chunks import to_rows
from policy_news.tables.parquet import read_table
from policy_news.tables.voices import hear

Row = Mapping[str, Any]
WORDS = 90
"""Characters of a claim that are shown."""
_CLAIM = re.compile(r".+#c\d+q?")


def is_claim_id(place: str) -> bool:
    """Return whether a text has the form of the id of a claim."""
    return _CLAIM.fullmatch(place) is not None


def explain_claim(claim_id: str, out: Path) -> list[str]:
    """Describe the relations of a claim.

    Raises:
        ArgumentError: There is no such claim.
        StageError: There is no finished run.
    """
    claims = {row["claim_id"]: row for row in read_table(out, "claims").to_pylist()}
    if claim_id not in claims:
        near = get_close_matches(claim_id, claims, 1)
        hint = (
            f"Did you mean '{near[0]}'?"
            if near
            else "Ids stand in the column `claim_id` of the table of claims."
        )
        raise ArgumentError(f"{claim_id}: is not the id of a claim", hint)
    links = read_table(out, "claim_links").to_pylist()
    return [
        f"claim       {_show(claims[claim_id])}",
        *_statement(claim_id, claims, out),
        *_links(claim_id, claims, links),
    ]


def _show(claim: Row | None) -> str:
    if claim is None:
        return "(not in the tables)"
    parts = (claim["source_text"] or "(no source)", claim["cue_text"], claim["content_text"])
    words = " ".join(" ".join(part for part in parts if part).split())
    return f"{claim['claim_id']}: {cut_line(words, WORDS)}"


def _statement(claim_id: str, claims: Mapping[str, Row], out: Path) -> Iterator[str]:
    statement = claims[claim_id]["statement_id"]
    if statement is None:
        yield "statement   none: the claim is not kept, or goes on with the quotation of another one"
        return
    others = [
        row for row in claims.values() if row["statement_id"] == statement and row["claim_id"] != claim_id
    ]
    yield f"statement   {counted(len(others), 'other report', 'other reports')} of it"
    yield from (f"            {_show(row)}" for row in others)
    rows = [row for row in to_rows("origins", read_table(out, "origins")) if row.statement_id == statement]
    for stance in ("said", "denied"):
        if voices := hear(rows, stance):
            yield f"{stance:<12}by {voices}"
            yield from (
                f"            {one} is of the origin of {first}: {reason}"
                for one, first, reason in voices.why
            )


def _links(claim_id: str, claims: Mapping[str, Row], links: list[Row]) -> Iterator[str]:
    own = [link for link in links if link["claim_id"] == claim_id]
    to = [link for link in links if link["other_claim_id"] == claim_id]
    if not own and not to:
        yield "links       none"
    for link in [*own, *to]:
        if link["claim_id"] == claim_id:
            yield f"{link['relation']:<12}{_show(claims.get(link['other_claim_id']))}"
        else:
            yield f"is told     {link['relation']}: {_show(claims.get(link['claim_id']))}"
        yield f"            why ({link['method']}, {link['score']:.2f}): {link['reason']}"
