"""Resolution: short forms follow the full name, and two people of one surname stay two."""

from __future__ import annotations

import pytest

from policy_news.nlp.who.linking import link_mentions
from policy_news.run.entity_counts import count_mentions, entity_table
from policy_news.tables.chunks import Annotated, build_chunk, to_rows
from policy_news.tables.schema import DocumentRow, MentionRow


def _document(doc_id: str, *mentions: tuple[str, str] | tuple[str, str, str]) -> Annotated:
    rows = []
    for i, (text, label, *known) in enumerate(mentions):
        rows.append(
            MentionRow(
                mention_id=f"{doc_id}:{i}",
                doc_id=doc_id,
                section_id=f"{doc_id}:s0",
                start=100 * i,
                end=100 * i + len(text),
                text=text,
                label=label,
                entity_id=known[0] if known else "",
                office_id=None,
                office_status=None,
                method="model",
                rule_id="",
                near_mask=False,
                score=0.9,
            )
        )
    text = "".join(row.text.ljust(100) for row in rows)
    return Annotated(_row(doc_id, text), (), tuple(rows), (), (), ())


def _row(doc_id: str, text: str = "") -> DocumentRow:
    return DocumentRow(
        doc_id=doc_id, path=doc_id, format="txt", encoding=None, sha256="", title=None, published=None, author=None, url=None, report_page="",
        language="en", text=text, n_chars=0, n_words=0, n_masked_words=0, masked_share=0.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("full", "short", "label"),
    [
        ("Melora Quist", "Quist", "PERSON"),
        ("Melora van der Quist", "van der Quist", "MINISTER"),
        ("Zelmaric Ltd", "Zelmaric", "COMPANY"),
        ("Ostrell Grid", "Ostrell", "COMPANY"),
        ("Canal Workers Union", "CWU", "ORG"),
        ("Department of Canals and Harbours", "DCH", "DEPARTMENT"),
    ],
)
def test_a_short_form_is_the_thing_of_the_full_name(full: str, short: str, label: str) -> None:
    mentions = link_mentions(_document("a", (full, label), (short, label))).mentions
    assert mentions[0].entity_id == mentions[1].entity_id


def test_a_dateline_in_capitals_is_the_place_of_the_text() -> None:
    mentions = link_mentions(
        _document("a", ("LEEDS", "GPE"), ("Leeds", "GPE", "place-gb-leeds"), ("YORK", "GPE"))
    ).mentions
    assert [mention.entity_id for mention in mentions] == ["place-gb-leeds", "place-gb-leeds", "place-york"]


def test_two_people_of_one_surname_stay_two_and_the_bare_surname_is_of_its_document() -> None:
    documents = [
        link_mentions(
            _document(doc, ("Melora Quist", "PERSON"), ("Odo Quist", "PERSON"), ("Quist", "PERSON"))
        )
        for doc in ("a", "b")
    ]
    ids = [[m.entity_id for m in document.mentions] for document in documents]
    assert ids[0][:2] == ids[1][:2] == ["person-melora-quist", "person-odo-quist"]
    assert len({ids[0][2], ids[1][2], *ids[0][:2]}) == 4


def test_an_id_of_the_rule_data_wins_and_aliases_are_one_row() -> None:
    document = link_mentions(
        _document("a", ("Hikvision", "COMPANY", "hikvision"), ("Hangzhou Hikvision", "COMPANY", "hikvision"))
    )
    counts = count_mentions([build_chunk([document])])
    (row,) = to_rows("entities", entity_table(counts, {"hikvision": ("Hikvision", "Q1")}))
    assert (row.name, row.kb_id, row.aliases, row.n_mentions) == (
        "Hikvision",
        "Q1",
        ["Hangzhou Hikvision", "Hikvision"],
        2,
    )


def test_of_forms_of_one_length_an_entity_is_called_by_one_not_in_capitals() -> None:
    shouted = [("MELORA QUIST", "PERSON", "q")] * 2
    counts = count_mentions([build_chunk([_document("a", ("Melora Quist", "PERSON", "q"), *shouted)])])
    (row,) = to_rows("entities", entity_table(counts, {}))
    assert row.name == "Melora Quist"
