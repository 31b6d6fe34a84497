"""Makes decisions from rows: quotations with their context, ids, times."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from policy_news.core.errors import ArgumentError
from policy_news.core.messages import first_misfit
from policy_news.decisions.anchor import Place, make_quote
from policy_news.decisions.decision_format import (
    ADAPTER,
    VERSION,
    ClaimParts,
    Decision,
    DocumentRef,
    EntityRef,
    Quote,
    Witness,
)
from policy_news.decisions.decision_format import make_id as _make_id
from policy_news.tables.schema import ClaimRow, DateRow, MentionRow

WITNESSES = 3
"""Mentions that a reference to an entity names, each from another document."""


class Maker:
    """Makes the decisions of one person.

    Args:
        now: The time, if it should not be that of the clock; the same decision then has the same id again.
    """

    def __init__(self, by: str, now: dt.datetime | None = None) -> None:
        self.by = by
        self._now = now

    def make(self, do: str, *, why: str = "", replaces: Sequence[str] = (), **content: Any) -> Decision:
        """Make a decision of any kind.

        Args:
            replaces: Ids of decisions that it takes back.
            **content: Keys of its kind.

        Raises:
            ArgumentError: The content does not fit the kind.
        """
        now = self._now or dt.datetime.now(dt.UTC).replace(microsecond=0)
        row: dict[str, Any] = {"v": VERSION, "do": do, **content, "by": self.by, "when": now}
        row = {**row, "why": why, "replaces": tuple(replaces)}
        try:
            # A decision that is made, undone and made again within one second needs two ids.
            salt = secrets.token_hex(8) if self._now is None else ""
            return ADAPTER.validate_python({**row, "id": _make_id({"salt": salt, **row})})
        except ValidationError as error:
            raise ArgumentError(f"{do}: {first_misfit(error, 1)}") from error

    def undo(self, ids: Sequence[str], why: str = "") -> Decision:
        """Make a decision that takes others back."""
        return self.make("undo", why=why, replaces=ids)


class QuotedDocument:
    """A document to quote from."""

    def __init__(self, doc_id: str, sha256: str, text: str) -> None:
        self.ref = DocumentRef(id=doc_id, sha256=sha256)
        self.text = text

    def quote(self, start: int, end: int) -> Quote:
        """Quote a span."""
        return make_quote(self.text, start, end)

    def quote_row(self, row: MentionRow | DateRow) -> Quote:
        """Quote a mention or date."""
        return make_quote(self.text, row.start, row.end)

    def witness(self, row: MentionRow) -> Witness:
        """Make a mention into evidence of which entity is meant."""
        return Witness(doc=self.ref, quote=self.quote_row(row))

    def parts(self, row: ClaimRow) -> ClaimParts:
        """Quote the parts of a claim."""
        quotes = {part: self.quotes(places) for part, places in row.places.items()}
        return ClaimParts(
            source=next(iter(quotes.get("source", ())), None),
            cue=next(iter(quotes.get("cue", ())), None),
            content=quotes.get("content", ()),
            type=row.claim_type,
            quote_kind=row.quote_kind,
            negated=row.negated,
            cue_lemma=row.cue_lemma,
        )

    def quotes(self, places: Iterable[Place]) -> tuple[Quote, ...]:
        """Quote several spans."""
        return tuple(self.quote(*place) for place in places)


def entity_ref(entity_id: str, name: str | None, witnesses: Iterable[Witness]) -> EntityRef:
    """Refer to an entity."""
    kept: dict[str, Witness] = {}
    for witness in witnesses:
        if len(kept) == WITNESSES:
            break
        kept.setdefault(witness.doc.id, witness)
    return EntityRef(id=entity_id, name=name, witnesses=tuple(kept.values()))
