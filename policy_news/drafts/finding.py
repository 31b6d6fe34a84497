"""What is found of a place in a draft."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from policy_news.drafts.likelihood import likelihood

Kind = Literal["quotation", "paraphrase", "fact", "name", "date"]
Verdict = Literal[
    "exact", "altered", "spliced", "other_speaker", "not_found", "masked", "told_as_fact", "supported",
    "changed", "hedge_lost", "denied", "elsewhere", "wrong_office", "unknown_date",
]  # fmt: skip
MEANINGS: dict[Verdict, str] = {
    "exact": "these words are in the documents",
    "altered": "the documents have other words",
    "spliced": "pieces of several quotations",
    "other_speaker": "somebody else said it",
    "not_found": "no document has it",
    "masked": "runs into masked words: cannot be decided",
    "told_as_fact": "the documents have it only as a claim",
    "supported": "a claim of the documents says this",
    "changed": "the documents have something else in its place",
    "hedge_lost": "the documents have it under a condition, or as possible only",
    "denied": "the documents have it denied, or the denial is told as a statement",
    "elsewhere": "the cited source does not have it, another one has",
    "wrong_office": "did not hold that office then",
    "unknown_date": "no document has this date",
}
"""Each verdict in words."""
GOOD: frozenset[str] = frozenset({"exact", "supported"})
"""Verdicts that ask for nothing."""
FAILING: frozenset[str] = frozenset({"altered", "spliced", "other_speaker", "changed", "denied"})
"""Verdicts by which a draft fails if nobody says otherwise."""
SEVERITY: tuple[Verdict, ...] = (
    "altered", "other_speaker", "denied", "changed", "spliced", "wrong_office", "hedge_lost", "told_as_fact", "elsewhere",
    "unknown_date", "not_found", "masked", "exact", "supported",
)  # fmt: skip
"""Verdicts, the gravest first."""
Difference = tuple[str, str, str]
"""`replace`, `insert` or `delete` in a quotation, the slot in a paraphrase (`number`, `name`, ...); the words of the draft; those of the document."""


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """Where a document has it: `text` is the raw text from `start` to `end`.

    Attributes:
        speaker: Who says it there, as far as it is known.
        claim_id: The claim that has it, if any does.
        day: When the document was published, ISO.
        reported: The claim as a sentence, with who says it and its verb.
    """

    doc_id: str
    start: int
    end: int
    text: str
    speaker: str | None = None
    claim_id: str | None = None
    day: str | None = None
    reported: str | None = None


@dataclass(frozen=True, slots=True)
class DraftFinding:
    """A verdict on a place in a draft.

    Attributes:
        file: The draft.
        start: First code point in the text of the draft, after an opening quotation mark.
        end: One past the last.
        speaker: To whom the draft gives it.
        share: How much of the words agrees, 0 to 1.
        places: Where documents have it, the earliest first.
        difference: What differs at the first of them, negations and numbers first.
        notes: What else a reader should know, in words.
    """

    file: str
    start: int
    end: int
    kind: Kind
    text: str
    speaker: str | None
    verdict: Verdict
    share: float = 0.0
    places: tuple[DocumentPlace, ...] = ()
    difference: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        """The probability that the verdict on a paraphrase is right, 0 if it decides nothing; of anything else the share."""
        return likelihood(self.verdict, self.share) if self.kind == "paraphrase" else self.share

    @property
    def first(self) -> DocumentPlace | None:
        """The earliest place."""
        return self.places[0] if self.places else None

    def fails(self, verdicts: Collection[str]) -> bool:
        """Return whether a draft fails by it; that no claim is near a paraphrase proves nothing."""
        return self.verdict in verdicts and not (self.kind == "paraphrase" and self.verdict == "not_found")

    def row(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        first = self.first
        names = ("file", "start", "end", "kind", "text", "speaker", "verdict")
        return {
            **{name: getattr(self, name) for name in names},
            "score": round(self.score, 3),
            "doc_id": first.doc_id if first else None,
            "claim_id": first.claim_id if first else None,
            "other_text": first.text if first else None,
            "difference": [list(change) for change in self.difference],
            "places": [
                {name: getattr(place, name) for name in DocumentPlace.__slots__} for place in self.places
            ],
            "notes": list(self.notes),
            "share": round(self.share, 3),
        }
