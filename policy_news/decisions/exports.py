"""Writes decisions as expectations for `pipeline check`: what people decided must be found without them too.

They are made from the tables with the decisions applied, so run `pipeline run` or `pipeline decisions apply` first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from policy_news.core.atomic_files import new_file
from policy_news.core.errors import ArgumentError
from policy_news.core.messages import counted
from policy_news.decisions.anchor import LostError, look_for_quote
from policy_news.decisions.decision_format import ClaimDecision, MentionDecision, OfDocument
from policy_news.decisions.decisions_file import DecisionFile
from policy_news.decisions.documents import Documents
from policy_news.tables.corpus import Article, read_corpus

Json = dict[str, Any]


def write_expectations(file: DecisionFile, out: Path, to: Path) -> str:
    """Write a file for `pipeline check --expect`; returns how many expectations it has, in words."""
    if not file.live:
        raise ArgumentError("there are no decisions to export", "Make some with `pipeline review`.")
    articles = {one.document.doc_id: one for one in read_corpus(out).articles}
    found = Documents({doc_id: one.document.sha256 for doc_id, one in articles.items()}, file)
    documents: Json = {}
    count = 0
    for one in file.live:
        if not isinstance(one.decision, OfDocument):
            continue
        with suppress(LostError):
            doc_id = found.find(one.decision.doc)
            for kind, side, row in _expected(articles[doc_id], one.decision):
                rows = documents.setdefault(doc_id, {}).setdefault(kind, {}).setdefault(side, [])
                if row not in rows:
                    rows.append(row)
                    count += 1
    ordered = {"documents": {doc_id: documents[doc_id] for doc_id in articles if doc_id in documents}}
    with new_file(to) as partial:
        text = yaml.safe_dump(ordered, allow_unicode=True, sort_keys=False, width=110)
        partial.write_text(text, encoding="utf-8", newline="\n")
    return counted(count, "expectation")


def _expected(article: Article, decision: OfDocument) -> Iterator[tuple[str, str, Json]]:
    """Yield kind of row, `have` or `not`, and the row.

    Expectations know words, not places: what they cannot express is left out.
    """
    if isinstance(decision, ClaimDecision):
        yield from _expected_claim(article, decision)
        return
    row = _present_mention(article, decision)
    if row is not None:
        yield "mentions", "have", row
    elif decision.do != "mention.reject":
        return
    if decision.do in ("mention.reject", "mention.move"):
        gone = _line(decision.target.exact)
        if all(_line(mention.text) != gone for mention in article.mentions):
            yield "mentions", "not", {"text": gone}


def _present_mention(article: Article, decision: MentionDecision) -> Json | None:
    """Return the mention that a decision keeps or makes; None if it rejects one, or a later decision replaced it."""
    if decision.do == "mention.reject":
        return None
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
    if decision.do == "claim.reject":
        content = _line(decision.claim.content[0].exact) if decision.claim.content else ""
        if content and all(content not in _line(claim.content_text or "") for claim in article.claims):
            yield "claims", "not", {"content": content}
        return
    place = look_for_quote(article.document.text, decision.claim.head, same=False)
    for claim in article.claims:
        if place and place[0] in (claim.cue_start, claim.content_start):
            first = [article.document.text[span.start : span.end] for span in claim.content_spans[:1]]
            parts = {"source": claim.source_text, "type": claim.claim_type, "content": "".join(first)}
            yield "claims", "have", {name: _line(text) for name, text in parts.items() if text}
            return


def _line(text: str) -> str:
    return " ".join(text.split())
