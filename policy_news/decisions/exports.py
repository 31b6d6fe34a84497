"""Exports of decisions: expectations for CI, training data, a list of names.

All are made from the tables with the decisions applied, so run `pipeline run` or `pipeline decisions apply` first.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from policy_news.core.atomic_files import new_file
from policy_news.core.errors import ArgumentError
from policy_news.core.messages import counted
from policy_news.decisions.anchor import LostError, Place, look_for_quote
from policy_news.decisions.decision_format import (
    ClaimDecision,
    DateDecision,
    DocumentDone,
    EntityEdit,
    EntityMerge,
    MentionDecision,
    OfDocument,
    quote_of,
)
from policy_news.decisions.decisions_file import DecisionFile
from policy_news.decisions.documents import Documents
from policy_news.tables.corpus import Article, Corpus, read_corpus
from policy_news.tables.schema import DateRow, MentionRow, SectionRow

Json = dict[str, Any]


def write_decisions(file: DecisionFile, out: Path, form: str, to: Path) -> str:
    """Export decisions.

    Args:
        form: `expectations`, `training` or `names`.

    Raises:
        ArgumentError: The file does not contain decisions.
        StageError: The run is not finished, or the file cannot be written.
    """
    if not file.live:
        raise ArgumentError("there are no decisions to export", "Make some with `pipeline review`.")
    return WRITERS[form](file, read_corpus(out), to)


def _decided(file: DecisionFile, corpus: Corpus) -> dict[str, list[OfDocument]]:
    """Group decisions about rows by document."""
    groups: defaultdict[str, list[OfDocument]] = defaultdict(list)
    documents = Documents({one.document.doc_id: one.document.sha256 for one in corpus.articles}, file)
    for one in file.live:
        if isinstance(one.decision, OfDocument):
            with suppress(LostError):
                groups[documents.find(one.decision.doc)].append(one.decision)
    return dict(groups)


def _expectations(file: DecisionFile, corpus: Corpus, to: Path) -> str:
    """Write a file for `pipeline check --expect`."""
    decided = _decided(file, corpus)
    documents: Json = {}
    count = 0
    for article in corpus.articles:
        own: Json = {}
        for decision in decided.get(article.document.doc_id, ()):
            for kind, side, row in _expected(article, decision):
                rows = own.setdefault(kind, {}).setdefault(side, [])
                if row not in rows:
                    rows.append(row)
                    count += 1
        if own:
            documents[article.document.doc_id] = own
    text = yaml.safe_dump({"documents": documents}, allow_unicode=True, sort_keys=False, width=110)
    with new_file(to) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")
    return counted(count, "expectation")


def _expected(article: Article, decision: OfDocument) -> Iterator[tuple[str, str, Json]]:
    """Yield kind of row, `have` or `not`, and the row.

    Expectations know words, not places: what they cannot express is left out.
    """
    if isinstance(decision, DateDecision):
        words = _line(decision.target.exact)
        if decision.do == "date.accept":
            yield "dates", "have", {"text": words}
        elif all(_line(row.text) != words for row in article.dates):
            yield "dates", "not", {"text": words}
    elif isinstance(decision, MentionDecision):
        yield from _expected_mention(article, decision)
    else:
        yield from _expected_claim(article, decision)


def _expected_mention(article: Article, decision: MentionDecision) -> Iterator[tuple[str, str, Json]]:
    if decision.do != "mention.reject":
        row = _present_mention(article, decision)
        if row is None:
            return
        yield "mentions", "have", row
    if decision.do in ("mention.reject", "mention.move"):
        gone = _line(decision.target.exact)
        if all(_line(mention.text) != gone for mention in article.mentions):
            yield "mentions", "not", {"text": gone}


def _present_mention(article: Article, decision: MentionDecision) -> Json | None:
    """Return the mention that a decision keeps or makes; None if a later decision has replaced it."""
    own = next((row for row in article.mentions if row.rule_id == decision.id), None)
    words = _line((decision.to or decision.target).exact)
    row: Json = {"text": words, "label": own.label if own else decision.label}
    # Of several decisions about a mention its row names one; a later one may have replaced this one.
    if own is None and all((_line(m.text), m.label) != (words, decision.label) for m in article.mentions):
        return None
    if decision.entity and own:
        row["entity"] = own.entity_id
    return row


def _expected_claim(article: Article, decision: ClaimDecision) -> Iterator[tuple[str, str, Json]]:
    place = look_for_quote(article.document.text, decision.claim.head, same=False)
    starts = ((claim, (claim.cue_start, claim.content_start)) for claim in article.claims)
    row = next((claim for claim, begins in starts if place and place[0] in begins), None)
    if row is not None and decision.do != "claim.reject":
        first = [article.document.text[span.start : span.end] for span in row.content_spans[:1]]
        parts = {"source": row.source_text, "type": row.claim_type, "content": "".join(first)}
        yield "claims", "have", {name: _line(text) for name, text in parts.items() if text}
    if decision.do == "claim.reject" and decision.claim.content:
        own = {"content": _line(decision.claim.content[0].exact)}
        if all(own["content"] not in _line(claim.content_text or "") for claim in article.claims):
            yield "claims", "not", own


def _line(text: str) -> str:
    return " ".join(text.split())


def _training(file: DecisionFile, corpus: Corpus, to: Path) -> str:
    """Write JSON lines in the format of gold: whole documents that were read to the end, else the sections with decisions.

    Nobody has checked the rest of such a document, so training on it would teach the errors of the model.
    """
    done = {one.decision.doc.sha256 for one in file.live if isinstance(one.decision, DocumentDone)}
    decided = _decided(file, corpus)
    count = 0
    with new_file(to) as partial, partial.open("w", encoding="utf-8", newline="\n") as out:
        for article in corpus.articles:
            row = article.document
            if row.sha256 in done:
                spans = [(0, len(row.text))]
            else:
                spans = _sections(article, decided.get(row.doc_id, ()))
            for start, end in spans:
                out.write(json.dumps(_gold(article, start, end), ensure_ascii=False) + "\n")
                count += 1
    return counted(count, "line")


def _sections(article: Article, decisions: Sequence[OfDocument]) -> list[Place]:
    found: dict[Place, SectionRow] = {}
    for decision in decisions:
        place = look_for_quote(article.document.text, quote_of(decision), same=False)
        for section in article.sections:
            if place and section.start <= place[0] < section.end:
                found[section.start, section.end] = section
    return sorted(found)


def _gold(article: Article, first: int, last: int) -> Json:
    """Return the mentions, claims and dates of a part of a document, with offsets into that part."""
    row = article.document
    mentions = [one for one in article.mentions if _is_inside([(one.start, one.end)], first, last)]
    dates = [one for one in article.dates if _is_inside([(one.start, one.end)], first, last)]
    return {
        "doc": row.doc_id if last - first == len(row.text) else f"{row.doc_id}#{first}",
        "text": row.text[first:last],
        "published": row.published.date().isoformat() if row.published else None,
        "entities": [{**_shifted(one, first), "label": one.label} for one in mentions],
        "claims": list(_gold_claims(article, first, last)),
        "dates": [{**_shifted(one, first), "type": one.timex_type, "value": one.value} for one in dates],
    }


def _gold_claims(article: Article, first: int, last: int) -> Iterator[Json]:
    for claim in article.claims:
        if _is_inside(chain.from_iterable(claim.places.values()), first, last):
            parts: Json = {"source": [], "cue": [], "content": []}
            for name, own in claim.places.items():
                parts[name] = [[start - first, end - first] for start, end in own]
            yield {**parts, "type": claim.claim_type, "quote": claim.quote_kind}


def _is_inside(places: Iterable[Place], first: int, last: int) -> bool:
    return all(first <= start and end <= last for start, end in places)


def _shifted(one: MentionRow | DateRow, first: int) -> Json:
    return {"start": one.start - first, "end": one.end - first}


NAME_COLUMNS = ("id", "name", "aliases", "label", "kb_id", "country", "from", "to")
_LISTED = frozenset({"COMPANY", "ORG", "COMMITTEE", "DEPARTMENT", "PERSON", "GPE", "LOC"})


def _names(file: DecisionFile, corpus: Corpus, to: Path) -> str:
    """Write a CSV for `pipeline rules import`: entities that people named, made or labelled."""
    wanted = _entities_of(file, corpus)
    rows = [entity for own, entity in sorted(corpus.entities.items()) if own in wanted]
    kept = [row for row in rows if row.label in _LISTED]
    with new_file(to) as partial, partial.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(NAME_COLUMNS)
        for row in kept:
            aliases = "|".join(_line(alias) for alias in row.aliases if _line(alias) != row.name)
            writer.writerow((row.entity_id, row.name, aliases, row.label, row.kb_id or "", "", "", ""))
    return counted(len(kept), "name")


def _entities_of(file: DecisionFile, corpus: Corpus) -> set[str]:
    """Return the ids of entities that decisions are about."""
    ids = {row.rule_id: row.entity_id for article in corpus.articles for row in article.mentions}
    wanted: set[str] = set()
    for one in file.live:
        decision = one.decision
        if isinstance(decision, EntityEdit):
            wanted.add(decision.entity.id)
        elif isinstance(decision, EntityMerge):
            wanted.add(decision.into.id)
        elif isinstance(decision, MentionDecision) and decision.id in ids:
            wanted.add(ids[decision.id])
    return wanted


WRITERS: Mapping[str, Callable[[DecisionFile, Corpus, Path], str]] = {
    "expectations": _expectations,
    "training": _training,
    "names": _names,
}
