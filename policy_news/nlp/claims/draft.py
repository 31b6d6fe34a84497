"""A claim while it is being made: ranges of tokens, before trimming and typing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from policy_news.nlp.claims.tree import Spread


@dataclass(frozen=True, slots=True)
class Draft:
    """One attribution as token ranges.

    Attributes:
        head: Token that governs the cue; for a quotation that goes on without cue, the cue before it.
        cue: The reporting words, or None.
        source: Who claims, or None.
        content: What is claimed; empty only for a non-response.
        kind: The construction (`clause`, `quote`, `according`, `headline`, ...).
        claim_type: The type that the cue suggests; the content may change it.
        method: `rule` or `model`.
        score: Probability of the cue by the encoder, 0 to 1; 1 for claims of the rules.
        after: Head of the draft whose quotation goes on in this one, or None.
        truncated: Whether a mask cut it.
        source_sure: How sure the encoder is of the source; 0 for claims of the rules.
    """

    head: int
    cue: Spread | None
    source: Spread | None
    content: tuple[Spread, ...]
    kind: str
    claim_type: str
    method: str = "rule"
    score: float = 1.0
    after: int | None = None
    truncated: bool = False
    source_sure: float = 0.0

    @property
    def bounds(self) -> Spread:
        """The first token of all parts, and the end of the last one."""
        parts = [part for part in (*self.content, self.cue, self.source) if part]
        return min(start for start, _ in parts), max(end for _, end in parts)

    def with_content(self, content: tuple[Spread, ...]) -> Draft:
        """Return the draft with another content."""
        return self if content == self.content else replace(self, content=content)

    def with_source(self, source: Spread | None) -> Draft:
        """Return the draft with another source."""
        return self if source == self.source else replace(self, source=source)

    def with_type(self, claim_type: str) -> Draft:
        """Return the draft with another type."""
        return self if claim_type == self.claim_type else replace(self, claim_type=claim_type)


def cue_tokens(drafts: Iterable[Draft]) -> frozenset[int]:
    """Return the tokens of the cues of drafts."""
    return frozenset(index for draft in drafts if draft.cue for index in range(*draft.cue))
