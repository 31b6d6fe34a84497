"""What a later run takes from an earlier one: the results of the parts that nothing changed for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from policy_news.core.settings import Settings
from policy_news.nlp.annotator import Annotator
from policy_news.nlp.component_cache import NAMES, PARTS, Memo
from policy_news.nlp.doc_rows import build_rows
from policy_news.nlp.entities.gazetteer import Gazetteer, NamesOfCase
from policy_news.run.records import read_entries, read_items
from policy_news.run.shards import make_source
from policy_news.text.document import Document, Unmasked

PROGRAMS = dict.fromkeys((NAMES, *PARTS), "first")


@pytest.fixture(scope="module")
def item(sample_run: Path) -> tuple[Document, Unmasked]:
    """The longest sample."""
    entries = read_entries(sample_run, make_source(Settings()))
    (found,) = read_items(sample_run, [max(entries, key=lambda entry: entry.size).doc_id])
    return found


def run(
    nlp: Language, item: tuple[Document, Unmasked], memo: Memo, programs: dict[str, str]
) -> tuple[list[str], Doc, Memo]:
    """The parts whose components ran, the Doc, and what is kept of it."""
    annotator = Annotator(nlp, Settings(), "model", programs)
    ran: list[str] = []
    plain = annotator.run_part

    def watched(part: str, doc: Doc) -> Doc:
        ran.append(part)
        return plain(part, doc)

    annotator.run_part = watched  # type: ignore[method-assign]
    ((key, doc),) = annotator.parse([item])
    doc, memo = annotator.apply_rules_with(memo, doc, key)
    return ran, doc, memo


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ({}, []),
        ({"claims": "second"}, ["claims"]),
        ({"dates": "second"}, ["dates"]),
        ({"mentions": "second"}, ["mentions"]),
        ({NAMES: "second"}, []),  # the names changed, but none that stands in the document
        (dict.fromkeys(PARTS, "second"), [*PARTS]),
    ],
)
def test_only_what_changed_is_found_again(
    nlp: Language, item: tuple[Document, Unmasked], changed: dict[str, str], again: list[str]
) -> None:
    document, unmasked = item
    ran, doc, memo = run(nlp, item, Memo(), PROGRAMS)
    rows = build_rows(document, unmasked, doc)
    assert ran == [*PARTS]
    assert rows.mentions
    assert rows.claims
    assert rows.dates
    ran, doc, later = run(nlp, item, memo, {**PROGRAMS, **changed})
    assert ran == again
    assert build_rows(document, unmasked, doc) == rows
    assert run(nlp, item, later, {**PROGRAMS, **changed})[0] == []


def test_a_name_that_stands_in_the_document_is_found(nlp: Language, item: tuple[Document, Unmasked]) -> None:
    document, unmasked = item
    _, doc, memo = run(nlp, item, Memo(), PROGRAMS)
    taken = {token.i for ent in doc.ents for token in ent}
    word = next(
        token
        for token in doc
        if token.is_alpha and token.is_lower and len(token) > 5 and token.i not in taken
    )
    gazetteer = nlp.get_pipe("policy_gazetteer")
    assert isinstance(gazetteer, Gazetteer)
    names = gazetteer.names
    more = NamesOfCase(
        {**names.cased.lengths, word.text: [1]}, {**names.cased.rules, word.text: "COMPANY gazetteer:new"}
    )
    gazetteer._names = replace(names, cased=more)
    try:
        ran, doc, _ = run(nlp, item, memo, {**PROGRAMS, NAMES: "second"})
    finally:
        gazetteer._names = names
    assert ran[0] == "mentions"
    assert any(mention.entity_id == "new" for mention in build_rows(document, unmasked, doc).mentions)


def test_a_part_is_found_again_where_one_before_it_found_something_else(
    nlp: Language, item: tuple[Document, Unmasked]
) -> None:
    memo = run(nlp, item, Memo(), PROGRAMS)[2]
    document, unmasked = item
    another_day = (
        Document(**{**{f: getattr(document, f) for f in document.__slots__}, "published": None}),
        unmasked,
    )
    assert run(nlp, another_day, memo, PROGRAMS)[0] == [*PARTS]
