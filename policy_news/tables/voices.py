"""What the table `origins` tells of a statement: its articles, origins and named sources, of these articles only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policy_news.core.grouping import grouped
from policy_news.tables.schema import OriginRow


@dataclass(frozen=True, slots=True)
class Voices:
    """Those who say or deny a statement.

    Attributes:
        articles: How many articles do.
        origins: The articles of each origin.
        why: An article that shares an origin, the earliest article of that, and the reason.
        sources: The entities that they name as the source.
    """

    articles: int
    origins: list[list[str]]
    why: list[list[str]]
    sources: list[str]

    def __str__(self) -> str:
        """In words: `3 articles of 2 origins`."""
        count = len(self.origins)
        return f"{self.articles} articles of {count} {'origin' if count == 1 else 'origins'}"


def hear(rows: Iterable[OriginRow], stance: str = "said") -> Voices | None:
    """Return those who say or deny a statement by its rows; None if no two articles do."""
    own = [row for row in rows if row.stance == stance]
    if not own:
        return None
    origins = grouped((row.origin_id, row.doc_id) for row in own)
    why = [[row.doc_id, row.origin_id, row.reason] for row in own if row.reason is not None]
    return Voices(len(own), list(origins.values()), why, sorted({one for row in own for one in row.sources}))
