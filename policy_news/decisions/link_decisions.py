"""Applies decisions to the links of the claims of a document: accepted links are added, rejected ones removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from policy_news.decisions.anchor import LostError
from policy_news.decisions.claim_decisions import find_claim
from policy_news.decisions.decision_format import ClaimRef, LinkDecision
from policy_news.decisions.decisions_file import Numbered
from policy_news.decisions.rows import METHOD, Rows
from policy_news.decisions.told import OutcomeTally
from policy_news.tables.schema import ClaimLinkRow

Key = tuple[str, str, str]
Fetch = Callable[[str], Rows | None]
"""Returns the rows of another document, with the decisions on its claims applied; None if there is no such document."""
REASON = "a person said so"


def link_of(one: Numbered) -> LinkDecision:
    """Return the decision of a line about a link."""
    assert isinstance(one.decision, LinkDecision)
    return one.decision


def apply_links(rows: Rows, ones: Sequence[tuple[Numbered, str]], fetch: Fetch, tally: OutcomeTally) -> None:
    """Apply decisions to the links from the claims of a document.

    Args:
        rows: The document, after decisions about its claims.
        ones: The decisions, each with the document of the other claim.
    """
    known: dict[Key, ClaimLinkRow] = {_key(link): link for link in rows.claim_links}
    wanted: dict[Key, list[Numbered]] = {}
    for one, other in ones:
        decision = link_of(one)
        end = _find(rows, decision.claim, tally, one)
        target = end and _find(rows if other == rows.doc_id else fetch(other), decision.other, tally, one)
        if end and end == target:
            tally.tell(one, "lost", "both ends are one claim")
        elif end and target:
            wanted.setdefault((end, target, decision.relation), []).append(one)
    for key, group in wanted.items():
        if len({one.decision.do for one in group}) > 1:
            tally.conflict(group, "one accepts the link, one rejects it")
        else:
            _apply_group(known, key, group, tally)
    if list(known.values()) != rows.claim_links:
        rows.put("claim_links", [known[key] for key in sorted(known)])


def _find(rows: Rows | None, ref: ClaimRef, tally: OutcomeTally, one: Numbered) -> str | None:
    """Return the id of the claim at one end of a link; None if it no longer exists."""
    reason = ""
    if rows is not None:
        try:
            return find_claim(rows, ref.claim, same=rows.sha256 == ref.doc.sha256).claim_id
        except LostError as error:
            reason = f": {error.reason}"
    tally.tell(one, "lost", f"{ref.doc.id} no longer has such a claim{reason}")
    return None


def _key(link: ClaimLinkRow) -> Key:
    return link.claim_id, link.other_claim_id, link.relation


def _apply_group(
    known: dict[Key, ClaimLinkRow], key: Key, group: Sequence[Numbered], tally: OutcomeTally
) -> None:
    """Add or remove the link that decisions of one mind are about."""
    accepts = group[0].decision.do == "link.accept"
    changed = (key in known) != accepts
    if accepts:
        known[key] = ClaimLinkRow(*key, 1.0, METHOD, REASON)
    else:
        known.pop(key, None)
    for one in group:
        tally.tell(one, "applied" if changed else "held")
