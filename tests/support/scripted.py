"""Decisions of all kinds about a run, made by program: none contradicts another."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from policy_news.decisions.decision_format import (
    Decision,
    MentionDecision,
    Witness,
)
from policy_news.decisions.making import Maker, QuotedDocument, entity_ref
from policy_news.tables.corpus import Article, Corpus, read_corpus
from policy_news.tables.schema import ClaimRow, MentionRow

MAKER = Maker("script", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
LABELS = ("COMPANY", "ORG", "PERSON", "GPE", "DEPARTMENT", "COMMITTEE")
TYPES = ("statement", "denial", "call", "allegation")


def script_decisions(out: Path, count: int, seed: int = 7) -> list[Decision]:
    """Decisions about different rows of a run: of mentions, claims and, at the end, entities."""
    rng, corpus = random.Random(seed), read_corpus(out)
    about_rows: list[tuple[QuotedDocument, MentionRow | ClaimRow]] = []
    for article in corpus.articles:
        source = source_of(article)
        about_rows += [(source, row) for row in article.mentions]
        about_rows += [(source, row) for row in article.claims]
    rng.shuffle(about_rows)
    entities = min(len(corpus.articles), count // 5)
    found = []
    for source, row in about_rows:
        decision = _decide(rng, source, row)
        if decision is not None:
            found.append(decision)
        if len(found) == count - entities:
            break
    return [*found, *_decide_entities(corpus, _decided_mentions(found), count - len(found))]


def script_all_kinds(out: Path, count: int, seed: int = 7) -> list[Decision]:
    """Decisions of every kind that the format knows, none of which contradicts another.

    Args:
        out: Output folder of a finished run.
        count: Number of decisions; fewer come back if the run is too small for as many.
        seed: Seed of all choices.

    Returns:
        About three quarters on rows and entities that are there, the others on words that nothing was found in.
    """
    rng, corpus = random.Random(seed), read_corpus(out)
    share = max(1, count // 25)
    found = [*islice(_add_mentions(rng, corpus), 2 * share), *islice(_add_claims(rng, corpus), share)]
    known = script_decisions(out, count - len(found) - 2 * share, seed)
    free = [one for one in known if not _meets_added(one, found)]
    found += islice(_finish(rng, corpus), share)
    splits = [*islice(_splits(corpus, free), share)]
    return [*free, *found, *splits]


def _meets_added(decision: Decision, added: Sequence[Decision]) -> bool:
    """Whether a move would reach words that another decision adds as a mention: only the later would stand."""
    if not isinstance(decision, MentionDecision):
        return False
    quotes = [quote for quote in (decision.target, decision.to) if quote is not None]
    others = [one for one in added if isinstance(one, MentionDecision) and one.doc.id == decision.doc.id]
    return any(
        quote.start < one.target.end and one.target.start < quote.end for quote in quotes for one in others
    )


def _add_mentions(rng: random.Random, corpus: Corpus) -> Iterator[Decision]:
    """Single words outside all mentions, as names that were missed."""
    taken = {
        article.document.doc_id: [(row.start, row.end) for row in article.mentions]
        for article in corpus.articles
    }
    for article, source in _shuffled(rng, corpus):
        place = _free_words(rng, article, 1, taken[source.ref.id])
        if place:
            target = source.quote(*place)
            yield MAKER.make("mention.add", doc=source.ref, target=target, label=rng.choice(LABELS))


def _add_claims(rng: random.Random, corpus: Corpus) -> Iterator[Decision]:
    """Five words that no claim holds, as the content of a claim that was missed."""
    taken = {article.document.doc_id: _claimed(article) for article in corpus.articles}
    for article, source in _shuffled(rng, corpus):
        place = _free_words(rng, article, 5, taken[source.ref.id])
        if place:
            parts = {"content": source.quotes([place]), "type": rng.choice(TYPES)}
            yield MAKER.make("claim.add", doc=source.ref, claim=parts)


def _claimed(article: Article) -> list[tuple[int, int]]:
    contents = [(span.start, span.end) for row in article.claims for span in row.content_spans]
    cues = [(row.cue_start, row.cue_end) for row in article.claims]
    return contents + [(start, end) for start, end in cues if start is not None and end is not None]


def _free_words(
    rng: random.Random, article: Article, count: int, taken: list[tuple[int, int]]
) -> tuple[int, int] | None:
    """Choose words that meet nothing taken, and take them."""
    for start, end in _words(rng, article, count):
        if all(end <= own[0] or own[1] <= start for own in taken):
            taken.append((start, end))
            return start, end
    return None


def _finish(rng: random.Random, corpus: Corpus) -> Iterator[Decision]:
    """Documents that were read to their end."""
    articles = [*corpus.articles]
    rng.shuffle(articles)
    for article in articles:
        yield MAKER.make("document.done", doc=source_of(article).ref)


def _splits(corpus: Corpus, others: Sequence[Decision]) -> Iterator[Decision]:
    """Entities of several documents, of which one document means another, and which no other decision is about."""
    decided = _decided_mentions(others)
    touched = {
        name
        for one in others
        for name in (
            getattr(getattr(one, "entity", None), "id", None),
            getattr(getattr(one, "into", None), "id", None),
            *(ref.id for ref in getattr(one, "entities", ())),
        )
    }
    for entity in sorted(corpus.appearances):
        sources = [article for article in corpus.articles if _names(article, entity)]
        if entity in touched or len(sources) < 2:
            continue
        if any((row.doc_id, row.start) in decided for article in sources for row in _names(article, entity)):
            continue
        witnesses = [source_of(article).witness(_names(article, entity)[0]) for article in sources]
        yield MAKER.make(
            "entity.split",
            entity=entity_ref(entity, None, witnesses),
            docs=(source_of(sources[-1]).ref,),
            into=f"{entity}-2",
        )


def _names(article: Article, entity: str) -> list[MentionRow]:
    return [row for row in article.mentions if row.entity_id == entity]


def _shuffled(rng: random.Random, corpus: Corpus) -> list[tuple[Article, QuotedDocument]]:
    """Every document several times, in random order."""
    articles = [(article, source_of(article)) for article in corpus.articles] * 5
    rng.shuffle(articles)
    return articles


def _words(rng: random.Random, article: Article, count: int) -> list[tuple[int, int]]:
    """Places of so many words of one section, none of which is masked, in random order."""
    places: list[tuple[int, int]] = []
    for section in article.sections:
        own = [*re.finditer(r"\S+", article.document.text[section.start : section.end])]
        for first in range(len(own) - count + 1):
            some = own[first : first + count]
            if all(re.fullmatch(r"[a-z]{5,}" if count == 1 else r"[A-Za-z]+", word.group()) for word in some):
                places.append((section.start + some[0].start(), section.start + some[-1].end()))
    rng.shuffle(places)
    return places


def source_of(article: Article) -> QuotedDocument:
    return QuotedDocument(article.document.doc_id, article.document.sha256, article.document.text)


def _decided_mentions(decisions: Sequence[Decision]) -> set[tuple[str, int]]:
    """Document and start of the mentions that decisions are about: they may no longer be of their entity."""
    return {
        (decision.doc.id, decision.target.start)
        for decision in decisions
        if isinstance(decision, MentionDecision)
    }


def _decide(rng: random.Random, source: QuotedDocument, row: MentionRow | ClaimRow) -> Decision | None:
    if isinstance(row, MentionRow):
        make: Callable[..., Decision | None] = rng.choice((_accept, _reject, _relabel, _assign, _move))
        return make(rng, source, row)
    return _decide_claim(rng, source, row)


def _accept(rng: random.Random, source: QuotedDocument, row: MentionRow) -> Decision:
    return MAKER.make("mention.accept", doc=source.ref, target=source.quote_row(row), label=row.label)


def _reject(rng: random.Random, source: QuotedDocument, row: MentionRow) -> Decision:
    return MAKER.make("mention.reject", doc=source.ref, target=source.quote_row(row), was=row.label)


def _relabel(rng: random.Random, source: QuotedDocument, row: MentionRow) -> Decision:
    label = rng.choice([label for label in LABELS if label != row.label])
    return MAKER.make("mention.relabel", doc=source.ref, target=source.quote_row(row), label=label)


def _assign(rng: random.Random, source: QuotedDocument, row: MentionRow) -> Decision:
    target = source.quote_row(row)
    return MAKER.make(
        "mention.assign", doc=source.ref, target=target, label=row.label, entity="org-of-a-test"
    )


def _move(rng: random.Random, source: QuotedDocument, row: MentionRow) -> Decision | None:
    rest = row.text.partition(" ")[2]
    if not rest.strip():
        return None
    start = row.start + len(row.text) - len(rest.lstrip())
    to = source.quote(start, row.end)
    return MAKER.make("mention.move", doc=source.ref, target=source.quote_row(row), to=to, label=row.label)


def _decide_claim(rng: random.Random, source: QuotedDocument, row: ClaimRow) -> Decision | None:
    parts = source.parts(row)
    do = rng.choice(("accept", "reject", "type", "source", "content"))
    if do in ("accept", "reject"):
        return MAKER.make(f"claim.{do}", doc=source.ref, claim=parts)
    change: dict[str, Any] = {"type": rng.choice([kind for kind in TYPES if kind != row.claim_type])}
    if do == "source":
        change = {"source": None}
    if do == "content":
        if not row.content_spans:
            return None
        span = row.content_spans[0]
        cut = source.text.rfind(" ", span.start, span.end)
        if cut < span.start + 5:
            return None
        change = {"content": source.quotes([(span.start, cut)])}
    return MAKER.make("claim.change", doc=source.ref, claim=parts, set=change)


def _decide_entities(corpus: Corpus, decided: set[tuple[str, int]], count: int) -> Iterator[Decision]:
    """Of entities that are named more than once: pairs merged, others named, given an id, split."""
    witnesses: dict[str, list[Witness]] = {}
    for article in corpus.articles:
        source = source_of(article)
        for row in article.mentions:
            if (row.doc_id, row.start) in decided:
                continue
            witnesses.setdefault(row.entity_id, []).append(source.witness(row))
    often = sorted(witnesses, key=lambda entity: (-len(witnesses[entity]), entity))[: 3 * count]
    for number in range(count):
        ref = entity_ref(often[number], None, witnesses[often[number]])
        if number % 3 == 0:
            other = often[len(often) - 1 - number]
            yield MAKER.make("entity.merge", entities=(entity_ref(other, None, witnesses[other]),), into=ref)
        elif number % 3 == 1:
            yield MAKER.make("entity.name", entity=ref, value=f"The name of {often[number]}")
        else:
            yield MAKER.make("entity.kb", entity=ref, value=f"Q{number + 1}")
