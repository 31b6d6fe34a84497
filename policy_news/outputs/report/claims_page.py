"""The page of all claims: what its script searches, and how claims relate, for all pages that show claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from policy_news.core.grouping import grouped
from policy_news.outputs.report.views import LinkView, clean, clean_parts, name_file, plain_words, show_date
from policy_news.tables.claim_words import SentencePart, claim_parts, join_parts
from policy_news.tables.corpus import Article, Corpus
from policy_news.tables.outlets import outlet_of
from policy_news.tables.pages import document_page
from policy_news.tables.schema import ClaimRow
from policy_news.tables.voices import hear

WORDS_LETTERS = 300
LINK_LETTERS = 110
MAX_CLAIMS = 50_000
"""Largest number of claims on the page, those of the newest documents: a browser cannot show more at once."""
AGAIN = "also in"
TOLD = {"denies": "is denied by", "answers": "is answered by", "supports": "is supported by"}


@dataclass(frozen=True, slots=True)
class ClaimPlace:
    """A claim with its number in its article."""

    article: Article
    number: int
    claim: ClaimRow

    @property
    def page(self) -> str:
        """Where it is shown."""
        return f"{document_page(self.article.document.doc_id)}#claim-{self.number}"


class Linked:
    """How the claims of a run relate."""

    def __init__(self, corpus: Corpus) -> None:
        self._links = corpus.links
        self._origins = corpus.origins
        self.entities = corpus.entities
        self.places: dict[str, ClaimPlace] = {}
        self._told: defaultdict[str, list[str]] = defaultdict(list)
        self._reports: defaultdict[str, list[str]] = defaultdict(list)
        for article in corpus.articles:
            for number, claim in enumerate(article.claims, 1):
                self.places[claim.claim_id] = ClaimPlace(article, number, claim)
                if claim.statement_id is not None:
                    self._reports[claim.statement_id].append(claim.claim_id)
        for claim_id, links in corpus.links.items():
            for link in links:
                self._told[link.other_claim_id].append(claim_id)

    def of(self, claim: ClaimRow) -> Iterator[LinkView]:
        """Return what a claim is about, and who reacts to it."""
        for link in self._links.get(claim.claim_id, ()):
            yield from self._view(link.relation, link.other_claim_id, link.reason, link.score)
        for claim_id in self._told.get(claim.claim_id, ()):
            for link in self._links[claim_id]:
                if link.other_claim_id == claim.claim_id:
                    yield from self._view(TOLD[link.relation], claim_id, link.reason, link.score)

    def copies_of(self, claim: ClaimRow) -> list[tuple[str, str]]:
        """Return page and name of the other articles that report the same statement."""
        own = self.places[claim.claim_id].article
        places = [self.places[one] for one in self._reports.get(claim.statement_id or "", ())]
        articles = {place.article.document.doc_id: place for place in places if place.article is not own}
        return [(place.page, name_file(place.article.document)) for place in articles.values()]

    def voices_of(self, claim: ClaimRow) -> str:
        """Return from how many articles and origins a statement is; empty if one article reports it."""
        return str(hear(self._origins.get(claim.statement, ())) or "")

    def parts_of(self, place: ClaimPlace, letters: int) -> tuple[SentencePart, ...]:
        """Return a claim as a sentence of its article."""
        text = place.article.document.text
        return clean_parts(claim_parts(text, place.claim, self.name_of(place.claim), letters))

    def name_of(self, claim: ClaimRow) -> str:
        """Return the name of the entity that the source stands for; empty if it is not known."""
        entity = self.entities.get(claim.source_entity_id or "")
        return clean(entity.name) if entity else ""

    def _view(
        self, relation: str, claim_id: str, reason: str = "", score: float | None = None
    ) -> Iterator[LinkView]:
        place = self.places.get(claim_id)
        if place is not None:
            words = join_parts(self.parts_of(place, LINK_LETTERS))
            shown = "" if score is None else f"{score:.2f}"
            yield LinkView(relation, place.page, words, clean(reason), shown)


def distinct(claims: Iterable[ClaimRow]) -> Iterator[ClaimRow]:
    """Yield claims without those that report the same statement, of the same type, as one before."""
    seen = set()
    for claim in claims:
        key = (claim.statement, claim.claim_type)
        if key not in seen:
            seen.add(key)
            yield claim


def claim_data(articles: Sequence[Article], linked: Linked) -> tuple[list[list[Any]], dict[str, Any], int]:
    """Return what the script of the page searches.

    Returns:
        A list for each claim: its document and its number there, first day, what is shown of its date (0: its
        day), source, number of the type, polarity, the claim as a sentence, names in its content, score,
        `[number of the relation, page, words, score]` of what it relates to, and the number of the statement;
        the documents (page, name, number of the outlet), types, relations, outlets, and
        the origins of statements by their numbers; and how many claims are left out.
    """
    total = sum(len(article.claims) for article in articles)
    types = sorted({claim.claim_type for article in articles for claim in article.claims})
    relations: list[str] = [*TOLD, *TOLD.values(), AGAIN]
    statements: dict[str, int] = {}
    pairs = ((number, article, claim) for number, article in enumerate(articles) for claim in article.claims)
    rows, voices = [], {}
    for number, article, claim in islice(pairs, MAX_CLAIMS):
        statement = statements.setdefault(claim.statement, len(statements))
        row = _row(article, claim, types.index(claim.claim_type), linked)
        links = [
            [relations.index(link.relation), link.page, link.words, link.score] for link in linked.of(claim)
        ]
        rows.append([number, *row, links, statement])
        if told := linked.voices_of(claim):
            voices[str(statement)] = told
    known = sorted({outlet_of(one.document.url, one.document.path) for one in articles})
    documents = [
        [
            document_page(one.document.doc_id),
            name_file(one.document),
            known.index(outlet_of(one.document.url, one.document.path)),
        ]
        for one in articles
    ]
    lists = {
        "documents": documents,
        "types": [plain_words(name) for name in types],
        "relations": relations,
        "outlets": list(map(clean, known)),
        "voices": voices,
    }
    return rows, lists, total - len(rows)


def _row(article: Article, claim: ClaimRow, type_: int, linked: Linked) -> list[Any]:
    place, entities = linked.places[claim.claim_id], linked.entities
    about = dict.fromkeys(
        clean(entities[mention.entity_id].name if mention.entity_id in entities else mention.text)
        for mention in article.mentions_in(claim)
    )
    day, shown = claim.claim_date and claim.claim_date.isoformat(), show_date(claim, article.date_of(claim))
    return [
        place.number,
        day,
        0 if shown == day else shown,
        linked.name_of(claim) or clean(claim.source_text or ""),
        type_,
        claim.polarity or "",
        join_parts(linked.parts_of(place, WORDS_LETTERS)),
        list(about),
        round(claim.score, 2),
    ]


def first_rows(rows: Sequence[Sequence[Any]], lists: Mapping[str, Any], number: int) -> list[dict[str, Any]]:
    """Return the first rows for readers without scripts: each statement once."""
    found = grouped((row[-1], row) for row in rows)
    names = ("day", "date", "source", "type", "polarity", "words", "about", "score", "links")
    shown = []
    for first, *others in islice(found.values(), number):
        one = dict(zip(names, first[2:], strict=False))
        one["page"] = _page(first, lists)
        one["type"] = lists["types"][one["type"]]
        one["links"] = [
            LinkView(lists["relations"][at], page, words, score=score)
            for at, page, words, score in one["links"]
        ]
        one["copies"] = [
            (_page(row, lists), lists["documents"][row[0]][1]) for row in others if row[0] != first[0]
        ]
        one["voices"] = lists["voices"].get(str(first[-1]), "")
        shown.append(one)
    return shown


def _page(row: Sequence[Any], lists: Mapping[str, Any]) -> str:
    return f"{lists['documents'][row[0]][0]}#claim-{row[1]}"
