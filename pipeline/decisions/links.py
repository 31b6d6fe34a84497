"""Applies decisions to the links between claims: a link that a person accepts is there, one that a person rejects is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from pipeline.decisions.anchor import Lost
from pipeline.decisions.claims import find_claim
from pipeline.decisions.model import LinkDecision
from pipeline.decisions.reading import Numbered
from pipeline.decisions.rows import METHOD, Rows
from pipeline.decisions.told import Tally
from pipeline.tables.schema import ClaimLinkRow

Side = Literal["claim", "other"]
Key = tuple[str, str, str]
_SIDES: tuple[Side, ...] = ("claim", "other")
REASON = "a person said so"


class LinkPlan:
    """The decisions about links, with the claims of today that they are about.

    Args:
        ones: The decisions.
    """

    def __init__(self, ones: Iterable[Numbered]) -> None:
        self._ones = list(ones)
        self._found: dict[tuple[str, Side], str | Lost] = {}

    def __bool__(self) -> bool:
        return bool(self._ones)

    def documents(self) -> Iterable[tuple[Numbered, Side]]:
        """Return the ends of all links: each decision with the side."""
        return ((one, side) for one in self._ones for side in _SIDES)

    def note(self, one: Numbered, side: Side, rows: Rows) -> None:
        """Find the claim at one end of a link.

        Args:
            one: The decision.
            side: The end.
            rows: The document of that claim, after decisions about its claims.
        """
        reference = getattr(_decision(one), side)
        found = find_claim(rows, reference.claim, same=rows.sha256 == reference.doc.sha256)
        self._found[one.decision.id, side] = found if isinstance(found, Lost) else found.claim_id

    def keys(self) -> set[Key]:
        """Return the keys of the links that decisions are about, if their claims were found."""
        found = set()
        for one in self._ones:
            ends = [self._found.get((one.decision.id, side)) for side in _SIDES]
            if all(isinstance(end, str) for end in ends):
                found.add((str(ends[0]), str(ends[1]), _relation(one)))
        return found

    def apply(self, links: Sequence[ClaimLinkRow], tally: Tally) -> list[ClaimLinkRow]:
        """Return the links as decided, sorted as the table is.

        Args:
            links: As they were found.
            tally: Receives the outcomes of the decisions.
        """
        known: dict[Key, ClaimLinkRow] = {_key(link): link for link in links}
        wanted: dict[Key, list[Numbered]] = {}
        for one in self._ones:
            key = self._place(one, tally)
            if key is not None:
                wanted.setdefault(key, []).append(one)
        for key, group in wanted.items():
            if len({one.decision.do for one in group}) > 1:
                tally.conflict(group, "one accepts the link, one rejects it")
            else:
                _apply_group(known, key, group, tally)
        return [known[key] for key in sorted(known)]

    def _place(self, one: Numbered, tally: Tally) -> Key | None:
        """Return the two claims and the relation that a decision is about; None if a claim no longer exists."""
        ends: list[str] = []
        for side in ("claim", "other"):
            found = self._found.get((one.decision.id, side))
            if found is None or isinstance(found, Lost):
                doc = getattr(_decision(one), side).doc.id
                reason = f": {found.reason}" if found is not None else ""
                tally.tell(one, "lost", f"there is no such claim in {doc} any more{reason}")
                return None
            ends.append(found)
        return ends[0], ends[1], _relation(one)


def _decision(one: Numbered) -> LinkDecision:
    assert isinstance(one.decision, LinkDecision)
    return one.decision


def _relation(one: Numbered) -> str:
    return _decision(one).relation


def _key(link: ClaimLinkRow) -> Key:
    return link.claim_id, link.other_claim_id, link.relation


def _apply_group(known: dict[Key, ClaimLinkRow], key: Key, group: Sequence[Numbered], tally: Tally) -> None:
    """Add or remove the link that decisions of one mind are about."""
    accepts = group[0].decision.do == "link.accept"
    changed = (key in known) != accepts
    if accepts:
        known[key] = ClaimLinkRow(*key[:2], _relation(group[0]), 1.0, METHOD, REASON)
    else:
        known.pop(key, None)
    for one in group:
        tally.tell(one, "applied" if changed else "held")
