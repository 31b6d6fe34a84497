"""Decisions of all kinds about a run, made by program: none contradicts another."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.decisions.making import Maker, Source, entity_ref
from pipeline.decisions.model import Decision, MentionDecision, Witness
from pipeline.tables.corpus import Article, Corpus, read_corpus
from pipeline.tables.schema import ClaimRow, DateRow, MentionRow

MAKER = Maker("script", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
LABELS = ("COMPANY", "ORG", "PERSON", "GPE", "DEPARTMENT", "COMMITTEE")
TYPES = ("statement", "denial", "call", "allegation")


def script_decisions(out: Path, count: int, seed: int = 7) -> list[Decision]:
    """Decisions about different rows of a run: of mentions, claims, dates and, at the end, entities."""
    rng, corpus = random.Random(seed), read_corpus(out)
    about_rows: list[tuple[Source, MentionRow | ClaimRow | DateRow]] = []
    for article in corpus.articles:
        source = source_of(article)
        about_rows += [(source, row) for row in article.mentions]
        about_rows += [(source, row) for row in article.claims]
        about_rows += [(source, row) for row in article.dates]
    rng.shuffle(about_rows)
    found = []
    for source, row in about_rows:
        decision = _decide(rng, source, row)
        if decision is not None:
            found.append(decision)
        if len(found) == count - len(corpus.articles):
            break
    return [*found, *_decide_entities(corpus, _decided_mentions(found), count - len(found))]


def source_of(article: Article) -> Source:
    return Source(article.document.doc_id, article.document.sha256, article.document.text)


def _decided_mentions(decisions: Sequence[Decision]) -> set[tuple[str, int]]:
    """Document and start of the mentions that decisions are about: they may no longer be of their entity."""
    return {
        (decision.doc.id, decision.target.start)
        for decision in decisions
        if isinstance(decision, MentionDecision)
    }


def _decide(rng: random.Random, source: Source, row: MentionRow | ClaimRow | DateRow) -> Decision | None:
    if isinstance(row, MentionRow):
        make: Callable[..., Decision | None] = rng.choice((_accept, _reject, _relabel, _assign, _move))
        return make(rng, source, row)
    if isinstance(row, ClaimRow):
        return _decide_claim(rng, source, row)
    return MAKER.make("date.reject", doc=source.ref, target=source.quote_row(row))


def _accept(rng: random.Random, source: Source, row: MentionRow) -> Decision:
    return MAKER.make("mention.accept", doc=source.ref, target=source.quote_row(row), label=row.label)


def _reject(rng: random.Random, source: Source, row: MentionRow) -> Decision:
    return MAKER.make("mention.reject", doc=source.ref, target=source.quote_row(row), was=row.label)


def _relabel(rng: random.Random, source: Source, row: MentionRow) -> Decision:
    label = rng.choice([label for label in LABELS if label != row.label])
    return MAKER.make("mention.relabel", doc=source.ref, target=source.quote_row(row), label=label)


def _assign(rng: random.Random, source: Source, row: MentionRow) -> Decision:
    target = source.quote_row(row)
    return MAKER.make(
        "mention.assign", doc=source.ref, target=target, label=row.label, entity="org-of-a-test"
    )


def _move(rng: random.Random, source: Source, row: MentionRow) -> Decision | None:
    rest = row.text.partition(" ")[2]
    if not rest.strip():
        return None
    start = row.start + len(row.text) - len(rest.lstrip())
    to = source.quote(start, row.end)
    return MAKER.make("mention.move", doc=source.ref, target=source.quote_row(row), to=to, label=row.label)


def _decide_claim(rng: random.Random, source: Source, row: ClaimRow) -> Decision | None:
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
