"""The links between claims on a page: those of the last run, and what people decided about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Literal

from policy_news.core.errors import ArgumentError
from policy_news.decisions.anchor import LostError
from policy_news.decisions.claim_decisions import find_claim
from policy_news.decisions.decision_format import ClaimRef, Decision, LinkDecision
from policy_news.decisions.decisions_file import Numbered
from policy_news.decisions.making import Maker
from policy_news.decisions.rows import Rows
from policy_news.outputs.report.views import View, clean
from policy_news.review.actions import Asking, Short, StaleError
from policy_news.review.workspace import Workspace
from policy_news.tables.claim_words import claim_parts, join_parts
from policy_news.tables.schema import ClaimRow

RELATIONS = ("supports", "denies", "answers")
"""How one claim can be about another."""
MOST_WORDS = 160
"""Characters of the other claim that a page shows."""
Key = tuple[str, str, str]
"""Ids of the claim and of the one that it is about, and the relation."""


class LinkEnd(Asking):
    """A claim as a page showed it."""

    doc: Short
    sha256: Short
    claim: Short


class LinkAsked(Asking):
    """A request about a link from one claim to another."""

    action: Literal["accept", "reject"]
    claim: LinkEnd
    other: LinkEnd
    relation: Literal["supports", "denies", "answers"]
    doc: Short = ""
    why: Short = ""


def doc_of_claim(claim_id: str) -> str:
    """Return the document of a claim: its id begins with it."""
    return claim_id.rpartition("#c")[0]


def place_of_claim(claim_id: str) -> tuple[str, int]:
    """Return the document of a claim and the offset by which it is known, both from its id."""
    doc_id, _, start = claim_id.rpartition("#c")
    return doc_id, int(start.removesuffix("q"))


def view_links(space: Workspace, doc_id: str) -> dict[str, list[View]]:
    """Return the links of the claims of a document, by claim: each as seen from the claim at which it is shown."""
    decided = find_decided(space, doc_id)
    keys = dict.fromkeys([*_found(space, doc_id), *decided])
    claims = _claims_of(space, {doc for key in keys for doc in map(doc_of_claim, key[:2])})
    views: defaultdict[str, list[View]] = defaultdict(list)
    for key in keys:
        one, other, relation = key
        # A link whose other document was removed is not shown.
        if one not in claims or other not in claims:
            continue
        for here, there, says in ((one, other, relation), (other, one, f"{relation} this")):
            if doc_of_claim(here) == doc_id:
                views[here].append(_view(key, there, says, *claims[there], decided.get(key)))
    return dict(views)


def _claims_of(space: Workspace, documents: Iterable[str]) -> dict[str, tuple[Rows, ClaimRow]]:
    """Return the claims of some documents by id, each with the rows of its document; removed documents have none."""
    claims: dict[str, tuple[Rows, ClaimRow]] = {}
    for document in documents:
        opened = space.open(document)
        if opened is not None:
            claims |= {row.claim_id: (opened[0], row) for row in opened[0].claims}
    return claims


def _view(key: Key, there: str, says: str, rows: Rows, row: ClaimRow, one: Numbered | None) -> View:
    return {
        **dict(zip(("claim", "other", "relation"), key, strict=True)),
        "says": says,
        "doc": row.doc_id,
        "sha256": rows.sha256,
        "end": there,
        "words": clean(join_parts(claim_parts(rows.text, row, letters=MOST_WORDS))),
        "decision": one.decision.id if one else "",
        "rejected": one is not None and one.decision.do == "link.reject",
    }


def _found(space: Workspace, doc_id: str) -> list[Key]:
    """Return the links that the last run found, of which one end is in a document."""
    # A range finds the claims of the document through the index of the key; '$' is what comes after '#'.
    rows = space.query(
        """select claim_id, other_claim_id, relation from claim_links
        where method <> 'decision' and (claim_id between ? and ? or other_claim_id between ? and ?)
        order by claim_id, other_claim_id, relation""",
        *(f"{doc_id}#c", f"{doc_id}#d") * 2,
    )
    return [(row["claim_id"], row["other_claim_id"], row["relation"]) for row in rows]


def find_decided(space: Workspace, doc_id: str) -> dict[Key, Numbered]:
    """Return the live decisions about links of which one end is in a document, by the claims as they are now."""
    found: dict[Key, Numbered] = {}
    for one in space.links_of(doc_id):
        assert isinstance(one.decision, LinkDecision)
        ends = [_current(space, ref) for ref in (one.decision.claim, one.decision.other)]
        if ends[0] is not None and ends[1] is not None:
            found[ends[0], ends[1], one.decision.relation] = one
    return found


def _current(space: Workspace, ref: ClaimRef) -> str | None:
    opened = space.open(space.where(ref.doc))
    if opened is None:
        return None
    rows = opened[0]
    with suppress(LostError):
        return find_claim(rows, ref.claim, same=rows.sha256 == ref.doc.sha256).claim_id
    return None


def decide_link(asked: LinkAsked, space: Workspace, maker: Maker) -> Decision:
    """Make the decision about a link that a person asks for.

    Raises:
        ArgumentError: The request does not fit.
        StaleError: A document or a claim has changed since the page was made.
    """
    if asked.claim.claim == asked.other.claim:
        raise ArgumentError("a claim cannot be about itself: choose another one")
    live = find_decided(space, asked.claim.doc).get((asked.claim.claim, asked.other.claim, asked.relation))
    return maker.make(
        f"link.{asked.action}",
        why=asked.why,
        replaces=[live.decision.id, *live.decision.replaces] if live else (),
        claim=_quoted(space, asked.claim),
        other=_quoted(space, asked.other),
        relation=asked.relation,
    )


def _quoted(space: Workspace, end: LinkEnd) -> Mapping[str, object]:
    opened = space.open(end.doc)
    if opened is None or opened[0].sha256 != end.sha256:
        raise StaleError
    rows = opened[0]
    row = next((row for row in rows.claims if row.claim_id == end.claim), None)
    if row is None:
        raise StaleError
    source = space.source(rows)
    return {"doc": source.ref, "claim": source.parts(row)}


def starts_of(space: Workspace, links: Iterable[Numbered]) -> set[tuple[str, int, str, int]]:
    """Return documents and offsets of the two claims of decisions about links, by which a queue leaves them out."""
    starts: set[tuple[str, int, str, int]] = set()
    for one in links:
        decision = one.decision
        assert isinstance(decision, LinkDecision)
        ends: Sequence[ClaimRef] = (decision.claim, decision.other)
        first, second = ((space.where(ref.doc), ref.claim.head.start) for ref in ends)
        starts.add((*first, *second))
    return starts
