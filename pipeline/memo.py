"""What is kept of a document beside its rows, so that a later run need not find it again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class Memo:
    """What the last run knew of a document.

    Attributes:
        key: Hash of the document's records.
        parse: Key of its kept parse.
        rows_key: Hash of all that its dates and claims were found from.
        rows: The dates and the claims, `[dates, claims]` as JSON.
    """

    key: str = ""
    parse: str = ""
    rows_key: str = ""
    rows: str = "[[], []]"


def seen_by_rules(doc: Doc, parse: str, program: str) -> str:
    """Hash of all that the dates and claims of a Doc can depend on: its parse, what the rules before have written, the program.

    Args:
        doc: A Doc with mentions.
        parse: Key of its parse.
        program: Stands for code, weights, rules and settings.
    """
    ents = [(ent.start, ent.end, ent.label_, ent.kb_id_, ent.id_) for ent in doc.ents]
    spans = {name: [(span.start, span.end, span.label_) for span in doc.spans.get(name, ())] for name in ("sections", "gaps")}
    notes = [doc._.published, doc._.section_dates, doc._.lowered, doc._.mention_offices]
    seen = json.dumps([program, parse, ents, spans, notes], ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(seen.encode()).hexdigest()[:32]
