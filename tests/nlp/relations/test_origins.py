"""Articles that say or deny one statement are joined where one may have it from another."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from policy_news.nlp.relations.origins import COLUMNS, VoiceNotes, find_origins, note_voices
from policy_news.nlp.relations.statements import told_schema
from policy_news.tables.schema import TABLES, arrow_schema
from tests.support.steps import count_steps

ALIKE = "The mill on the lower river has lost money in each of the last seven years and its owner wants to close it before the summer."
HALM = "HALM (Reuters) - The mill closes."
Told = dict[str, Any]


def told(name: str, text: str, url: str = "", author: str | None = None, day: int = 0) -> Told:
    address = url or f"https://{name}.example/1"
    published = dt.datetime(2024, 5, day, tzinfo=dt.UTC) if day else None
    return {"doc_id": name, "url": address, "path": f"{name}.txt", "author": author, "published": published, "text": text}  # fmt: skip


def note(*articles: Told, denials: tuple[tuple[str, str], ...] = (), source: str | None = "p") -> VoiceNotes:
    sections = [
        {"doc_id": one["doc_id"], "start": start, "end": start + len(paragraph), "kind": "paragraph"}
        for one in articles
        for paragraph in one["text"].split("\n\n")
        for start in [one["text"].index(paragraph)]
    ]
    claims = [{"claim_id": f"{one['doc_id']}#c1", "source_entity_id": source, "kept": True} for one in articles]  # fmt: skip
    links = [{"claim_id": one, "other_claim_id": other, "relation": "denies"} for one, other in denials]
    rows = {"documents": articles, "sections": sections, "claims": claims, "claim_links": links}
    schemas = {name: arrow_schema(TABLES[name]) for name in COLUMNS}
    wanted = {name: pa.schema([schemas[name].field(one) for one in COLUMNS[name]]) for name in COLUMNS}
    return note_voices({name: pa.Table.from_pylist(list(own), wanted[name]) for name, own in rows.items()})


def find(notes: VoiceNotes, statements: dict[str, str], *groups: tuple[str, str]) -> list[dict[str, Any]]:
    rows = [{"group_id": group, "doc_id": doc_id} for group, doc_id in groups]
    copies = pa.Table.from_pylist(rows, arrow_schema(TABLES["document_groups"]))
    pairs = pa.table([[*statements], [*statements.values()]], told_schema())
    found: list[dict[str, Any]] = find_origins([notes], [pairs], copies).to_pylist()
    return found


def origins(*articles: Told, groups: tuple[tuple[str, str], ...] = ()) -> list[tuple[str, str | None]]:
    first, *others = (f"{one['doc_id']}#c1" for one in articles)
    rows = find(note(*articles), dict.fromkeys(others, first), *groups)
    return [(row["origin_id"], row["reason"]) for row in sorted(rows, key=lambda row: row["doc_id"])]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (told("a", "Ida Brandt said no."), told("b", "She said no."), None),
        (told("a", f"Mills.\n\n{ALIKE}"), told("b", f"Jobs go.\n\n{ALIKE} More."), "verbatim"),
        (told("a", f"“{ALIKE}” she said."), told("b", f"She said: “{ALIKE}”"), None),
        (told("a", HALM), told("b", "Mill to close. (Reuters)"), "agency"),
        (told("a", HALM), told("b", "The mill closes.", "https://www.reuters.com/mill"), "agency"),
        (told("a", HALM), told("b", "HALM (AFP) - The mill closes."), None),
        (told("a", "HALM (Agence France-Presse) - No."), told("b", "HALM (AFP) - No."), "agency"),
        (told("a", "She told Reuters that it closes."), told("b", "Reuters moved house (Reuters)."), None),
        (told("a", "Mill.", author="Jo Bell, Associated Press"), told("b", "Mill (AP)."), "agency"),
        (
            told("a", "One.", "https://www.bbc.co.uk/1"),
            told("b", "Two.", "https://www.bbc.com/2"),
            "publisher",
        ),
        (told("a", "One.", "https://www.wsj.com/1"), told("b", "Two.", "https://edition.cnn.com/2"), None),
    ],
)
def test_two_articles_are_one_origin_for_a_reason(one: Told, other: Told, reason: str | None) -> None:
    assert origins(one, other) == [("a", None), ("a" if reason else "b", reason)]


def test_copies_are_one_origin() -> None:
    both = told("a", "One."), told("b", "Two.")
    assert origins(*both, groups=(("a", "a"), ("a", "b"))) == [("a", None), ("a", "copy")]


def test_origins_are_joined_through_a_third_and_named_by_the_earliest() -> None:
    articles = (
        told("a", ALIKE),
        told("b", f"{ALIKE} (AFP)", day=3),
        told("c", "No. (AFP)", day=2),
        told("d", "No."),
    )
    assert origins(*articles) == [("c", "verbatim"), ("c", "verbatim"), ("c", None), ("d", None)]


def test_a_statement_of_one_article_has_no_row() -> None:
    assert find(note(told("a", "One.")), {"a#c9": "a#c1"}) == []


def test_who_repeats_a_denial_denies_the_same() -> None:
    articles = told("a", "One."), told("b", "Two."), told("c", "Three.")
    rows = find(note(*articles, denials=(("b#c1", "a#c1"),)), {"c#c1": "b#c1"})
    assert [(row["statement_id"], row["stance"], row["doc_id"]) for row in rows] == [
        ("a#c1", "denied", "b"),
        ("a#c1", "denied", "c"),
        ("b#c1", "said", "b"),
        ("b#c1", "said", "c"),
    ]


def test_sources_without_an_entity_do_not_count() -> None:
    articles = told("a", "One."), told("b", "Two.")
    for source, named in (("p", ["p"]), (None, [])):
        rows = find(note(*articles, source=source), {"b#c1": "a#c1"})
        assert [row["sources"] for row in rows] == [named, named]


def test_the_work_grows_with_the_articles_and_not_with_their_pairs() -> None:
    def steps(count: int) -> int:
        articles = [told(f"d{number:04}", f"{ALIKE} {number}.") for number in range(count)]
        notes = note(*articles)
        statements = {f"d{number:04}#c1": "d0000#c1" for number in range(1, count)}
        return count_steps(lambda: find(notes, statements))

    assert steps(800) < 2.2 * steps(400)
