"""The page of all claims: what its script searches, and how claims relate, for all pages that show claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pipeline.outputs.report.views import LinkView, clean, plain_words, shorten, show_date
from pipeline.tables.corpus import Article, Corpus
from pipeline.tables.pages import document_page
from pipeline.tables.schema import ClaimRow, EntityRow

WORDS_LETTERS = 300
LINK_LETTERS = 110
MAX_CLAIMS = 50_000
"""Largest number of claims on the page, those of the newest documents: a browser cannot show more at once."""
MAX_REPORTS = 5
"""Other reports of a statement that are named."""
AGAIN = "also reported in"
TOLD = {"denies": "is denied by", "answers": "is answered by", "supports": "is supported by"}


@dataclass(frozen=True, slots=True)
class ClaimPlace:
    """Where a claim is shown, and a short form of its content."""

    page: str
    source: str
    words: str
    day: str | None


class Linked:
    """How the claims of a run relate.

    Attributes:
        places: Each claim by its id.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._links = corpus.links
        self.places: dict[str, ClaimPlace] = {}
        self._told: defaultdict[str, list[str]] = defaultdict(list)
        self._reports: defaultdict[str, list[str]] = defaultdict(list)
        for article in corpus.articles:
            for number, claim in enumerate(article.claims, 1):
                self.places[claim.claim_id] = _place(article, number, claim, corpus.entities)
                if claim.statement_id is not None:
                    self._reports[claim.statement_id].append(claim.claim_id)
        for claim_id, links in corpus.links.items():
            for link in links:
                self._told[link.other_claim_id].append(claim_id)

    def of(self, claim: ClaimRow) -> Iterator[LinkView]:
        """Return what a claim is about, who reacts to it, and where else it is reported."""
        for link in self._links.get(claim.claim_id, ()):
            yield from self._view(link.relation, link.other_claim_id, link.reason, link.score)
        for claim_id in self._told.get(claim.claim_id, ()):
            for link in self._links[claim_id]:
                if link.other_claim_id == claim.claim_id:
                    yield from self._view(TOLD[link.relation], claim_id, link.reason, link.score)
        others = [one for one in self._reports.get(claim.statement_id or "", ()) if one != claim.claim_id]
        for claim_id in others[:MAX_REPORTS]:
            yield from self._view(AGAIN, claim_id)

    def _view(
        self, relation: str, claim_id: str, reason: str = "", score: float | None = None
    ) -> Iterator[LinkView]:
        place = self.places.get(claim_id)
        if place is not None:
            words = shorten(place.words, LINK_LETTERS) or "(no content)"
            shown = "" if score is None else f"{score:.2f}"
            yield LinkView(relation, place.page, place.source, words, clean(reason), shown)


def _place(article: Article, number: int, claim: ClaimRow, entities: Mapping[str, EntityRow]) -> ClaimPlace:
    entity = entities.get(claim.source_entity_id or "")
    return ClaimPlace(
        f"{document_page(article.document.doc_id)}#claim-{number}",
        clean(entity.name if entity else claim.source_text or ""),
        clean(shorten(" ".join((claim.content_text or "").split()), WORDS_LETTERS)),
        show_date(claim, article.date_of(claim)),
    )


def claim_data(
    articles: Sequence[Article], entities: Mapping[str, EntityRow], linked: Linked
) -> tuple[list[list[Any]], dict[str, list[str]], int]:
    """Return what the script of the page searches.

    Args:
        articles: In the order in which they are shown.
        entities: All entities by id.
        linked: How claims relate.

    Returns:
        A list for each claim: page, day, source, number of the type, polarity, cue, content, names inside it, score, and
        `[number of the relation, page, source, words, score]` of what it relates to; the types and relations; and how many claims are left out.
    """
    total = sum(len(article.claims) for article in articles)
    types = sorted({claim.claim_type for article in articles for claim in article.claims})
    relations: list[str] = [*TOLD, *TOLD.values(), AGAIN]
    pairs = ((article, claim) for article in articles for claim in article.claims)
    rows = [_row(*pair, entities, linked, types, relations) for pair in islice(pairs, MAX_CLAIMS)]
    return rows, {"types": [plain_words(name) for name in types], "relations": relations}, total - len(rows)


def _row(
    article: Article,
    claim: ClaimRow,
    entities: Mapping[str, EntityRow],
    linked: Linked,
    types: Sequence[str],
    relations: Sequence[str],
) -> list[Any]:
    place = linked.places[claim.claim_id]
    about = dict.fromkeys(
        clean(entities[mention.entity_id].name if mention.entity_id in entities else mention.text)
        for mention in article.mentions_in(claim)
    )
    links = [
        [relations.index(link.relation), link.page, link.source, link.words, link.score]
        for link in linked.of(claim)
    ]
    return [
        place.page,
        place.day,
        place.source,
        types.index(claim.claim_type),
        claim.polarity or "",
        clean(claim.cue_text or ""),
        place.words,
        list(about),
        round(claim.score, 2),
        links,
    ]


def first_row(row: Sequence[Any], lists: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return a row for readers without scripts."""
    names = ("page", "day", "source", "type", "polarity", "cue", "words", "about", "score", "links")
    shown = dict(zip(names, row, strict=True))
    shown["type"] = lists["types"][row[3]]
    shown["links"] = [
        LinkView(lists["relations"][number], page, source, words, score=score)
        for number, page, source, words, score in row[9]
    ]
    return shown
