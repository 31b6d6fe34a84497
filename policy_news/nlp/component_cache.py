"""What is kept of a document beside its rows, so that a later run need not find it again.

Our rules are in four parts: those that decide the mentions, who they are, the dates, the claims. Each part's result is kept with a key, the hash of
all that the part reads: what was there before it, and the rules, weights and code that it works with. Of the names of companies, committees
and the like the mentions depend only by what the gazetteer finds in the document, of which a digest is kept in the same way: a name that is
added or changed touches the documents that hold it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.tokens import Doc

PARTS = ("mentions", "who", "dates", "claims")
"""In the order in which they run."""
NAMES = "names"
"""The digest of what the gazetteer finds."""
READS: Mapping[str, Sequence[str]] = {
    NAMES: (),
    "mentions": (NAMES,),
    "who": ("mentions",),
    "dates": ("mentions",),
    "claims": ("mentions", "who", "dates"),
}
"""The parts before it whose results a part sees."""
Found = Mapping[str, tuple[str, Any]]
"""Part to the key and the result of it, plain data."""


@dataclass(frozen=True, slots=True)
class Memo:
    """What the last run knew of a document.

    Attributes:
        key: Hash of the document's records.
        parse: Key of its parse.
        found: The results of the parts, as JSON.
        data: Its parse as bytes; empty if it is not kept.
    """

    key: str = ""
    parse: str = ""
    found: str = "{}"
    data: bytes = b""

    def read_found(self) -> Found:
        """Return the results of the parts."""
        found: Found = json.loads(self.found)
        return found


def seen_before(doc: Doc, parse: str) -> str:
    """Return what all parts can see of a Doc before the first of them runs, but its parse, which a key stands for."""
    spans = {
        name: [(span.start, span.end, span.label_) for span in doc.spans.get(name, ())]
        for name in ("sections", "gaps")
    }
    return json.dumps([parse, spans, doc._.published, doc._.section_dates, doc._.lowered], sort_keys=True)


def part_key(part: str, seen: str, found: Found, program: str) -> str:
    """Hash of all that a part depends on.

    Args:
        seen: What `seen_before` gave.
        found: The results of the parts before it.
        program: Stands for the rules, weights and code of the part.
    """
    results = json.dumps([program, seen, [found[read][1] for read in READS[part]]], sort_keys=True)
    return hashlib.sha256(results.encode()).hexdigest()[:32]


def _mentions(doc: Doc) -> Any:
    ents = [[ent.start, ent.end, ent.label_, ent.kb_id_, ent.id_] for ent in doc.ents]
    return [ents, doc._.mention_offices, doc._.mention_scores]


def _set_mentions(doc: Doc, result: Any) -> None:
    from spacy.tokens import Span

    ents, doc._.mention_offices, doc._.mention_scores = result
    doc.set_ents(
        [
            Span(doc, start, end, label=label, kb_id=kb_id, span_id=id_)
            for start, end, label, kb_id, id_ in ents
        ]
    )


def _set_who(doc: Doc, result: Any) -> None:
    doc._.who = result


def _set_dates(doc: Doc, result: Any) -> None:
    doc._.dates = result


def _set_claims(doc: Doc, result: Any) -> None:
    doc._.claims = result


GET: Mapping[str, Callable[[Doc], Any]] = {
    "mentions": _mentions,
    "who": lambda doc: doc._.who,
    "dates": lambda doc: doc._.dates or [],
    "claims": lambda doc: doc._.claims or [],
}
"""Reads the result of a part from a Doc."""
SET: Mapping[str, Callable[[Doc, Any], None]] = {
    "mentions": _set_mentions,
    "who": _set_who,
    "dates": _set_dates,
    "claims": _set_claims,
}
"""Writes it to a Doc."""
