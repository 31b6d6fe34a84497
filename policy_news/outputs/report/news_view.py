"""The news of a run for the start page: main speakers, denials, calls, and what could not be read."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from policy_news.outputs.report.claims_page import ClaimPlace, Linked, distinct
from policy_news.outputs.report.views import View, clean, plain_words, show_share
from policy_news.tables.claim_words import join_parts
from policy_news.tables.corpus import Corpus
from policy_news.tables.labels import NAMED
from policy_news.tables.schema import ClaimRow

SPEAKERS = 10
"""Speakers in the table; the page of all claims has a filter for the others."""
ABOUT = 3
"""Names of those whom a speaker speaks about most."""
RECENT = 6
"""Claims of a list."""
LETTERS = 220
"""Length at which a claim is cut."""


@dataclass(slots=True)
class _Speaker:
    """What one entity said: statements by type, names in them, and days."""

    types: Counter[str] = field(default_factory=Counter)
    about: Counter[str] = field(default_factory=Counter)
    days: set[dt.date] = field(default_factory=set)


def rank_speakers(corpus: Corpus, linked: Linked) -> list[View]:
    """Return who speaks most: statements and denials, first and last day, and about whom."""
    speakers: defaultdict[str, _Speaker] = defaultdict(_Speaker)
    claims = (claim for article in corpus.articles for claim in article.claims)
    for claim in distinct(claims):
        if claim.source_entity_id not in corpus.entities:
            continue
        speaker = speakers[claim.source_entity_id or ""]
        speaker.types[claim.claim_type] += 1
        if claim.claim_date:
            speaker.days.add(claim.claim_date)
        article = linked.places[claim.claim_id].article
        speaker.about.update(
            {mention.entity_id for mention in article.mentions_in(claim)} - {claim.source_entity_id}
        )
    ranked = sorted(speakers, key=lambda key: (-speakers[key].types.total(), corpus.entities[key].name, key))
    most = speakers[ranked[0]].types.total() if ranked else 1
    return [_view(key, speakers[key], corpus, most) for key in ranked[:SPEAKERS]]


def _view(key: str, speaker: _Speaker, corpus: Corpus, most: int) -> View:
    name, number = clean(corpus.entities[key].name), speaker.types.total()
    named = sorted(speaker.about, key=lambda one: (-speaker.about[one], one))
    known = [corpus.entities[one] for one in named if one in corpus.entities]
    days = sorted(speaker.days)
    return {
        "entity_id": key,
        "name": name,
        "page": f"claims.html#source={quote(name)}",
        "number": number,
        "denials": speaker.types["denial"],
        "first": days[0].isoformat() if days else "",
        "last": days[-1].isoformat() if days else "",
        "about": [clean(one.name) for one in known if one.label in NAMED][:ABOUT],
        "bar": round(100 * number / most),
    }


def list_recent(corpus: Corpus, linked: Linked, claim_type: str) -> list[View]:
    """Return the newest claims of a type that say something, as sentences with their places."""
    places = [
        place
        for place in linked.places.values()
        if place.claim.claim_type == claim_type and place.claim.source_text and place.claim.content_text
    ]
    newest = sorted(places, key=_by_day)
    kept = {claim.claim_id for claim in distinct(place.claim for place in newest)}
    return list(_sentences(linked, [place for place in newest if place.claim.claim_id in kept][:RECENT]))


def _by_day(place: ClaimPlace) -> tuple[int, str]:
    day = place.claim.claim_date
    return -(day.toordinal() if day else 0), place.claim.claim_id


def _sentences(linked: Linked, places: Sequence[ClaimPlace]) -> Iterator[View]:
    for place in places:
        yield {
            "day": place.claim.claim_date.isoformat() if place.claim.claim_date else "",
            "words": join_parts(linked.parts_of(place, LETTERS)),
            "page": place.page,
            "links": list(linked.of(place.claim)),
            "copies": linked.copies_of(place.claim),
            "voices": linked.voices_of(place.claim),
        }


def tell_unread(corpus: Corpus) -> list[str]:
    """Return what could not be read, in sentences; empty if everything was."""
    documents = [article.document for article in corpus.articles]
    claims: list[ClaimRow] = [claim for article in corpus.articles for claim in article.claims]
    masked, words = sum(row.n_masked_words for row in documents), sum(row.n_words for row in documents)
    cut = sum(claim.truncated for claim in claims)
    silent = sum(not article.claims for article in corpus.articles)
    told = [
        (masked, f"{show_share(masked, words)} of the words are masked"),
        (cut, f"{cut:,} of {len(claims):,} claims are cut by a mask"),
        (silent, f"{silent:,} of {len(documents):,} documents have no claim"),
        (len(corpus.failures), f"{len(corpus.failures):,} inputs failed"),
    ]
    return [sentence for number, sentence in told if number]


def list_news(corpus: Corpus, linked: Linked) -> View:
    """Return all that the section shows."""
    types = ("denial", "allegation", "call")
    recent = [(plain_words(one), list_recent(corpus, linked, one)) for one in types]
    return {
        "speakers": rank_speakers(corpus, linked),
        "recent": [(name, rows) for name, rows in recent if rows],
        "unread": tell_unread(corpus),
    }
