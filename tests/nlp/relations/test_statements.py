"""Statements of claims: the same however the documents are cut into parts, and linear in the claims."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa
import pytest

from policy_news.core.settings import MaskSettings
from policy_news.nlp import text_reuse
from policy_news.nlp.relations import statements
from policy_news.nlp.relations.statements import Notes, Statements, take_notes
from policy_news.text.masking import compile_patterns

Claim = dict[str, Any]
SAID = [
    "we",
    "will",
    "defend",
    "every",
    "inch",
    "of",
    "this",
    "island",
    "of",
    "ours",
    "whatever",
    "may",
    "come",
]


def claim(doc: str, number: int, words: str, **values: Any) -> Claim:
    """A claim as the tables have it."""
    start = 1000 * number
    row = {
        "claim_id": f"{doc}#c{start}", "doc_id": doc, "source_entity_id": "person-fenn", "source_text": "Orla Fenn", "content_start": start,
        "content_end": start + len(words), "content_text": words, "claim_type": "statement", "quote_kind": "direct",
        "polarity": "asserted", "continues": None,
        "headline_of": None, "claim_date": dt.date(2024, 9, 2), "kept": True,
    }  # fmt: skip
    return row | values


def note(claims: Iterable[Claim], unknown: Sequence[str] = ()) -> Notes:
    rows = list(claims)
    ids = sorted({row["doc_id"] for row in rows})
    schema = pa.schema(
        [
            ("claim_date", pa.date32()),
            *(
                (name, pa.string())
                for name in ("continues", "headline_of", "source_entity_id", "source_text")
            ),
        ]
    )
    told = pa.Table.from_pylist(rows)
    for field in schema:
        place = told.schema.get_field_index(field.name)
        told = told.set_column(place, field, pa.array([row[field.name] for row in rows], field.type))
    documents = {
        "doc_id": ids,
        "published": pa.array([None] * len(ids), pa.timestamp("us")),
        "text": [""] * len(ids),
    }
    seen = [(doc, entity) for doc in ids for entity in unknown]
    appearances = {
        "doc_id": [doc for doc, _ in seen],
        "entity_id": [entity for _, entity in seen],
        "identity": ["open"] * len(seen),
    }
    return take_notes(
        {"claims": told, "documents": pa.table(documents), "appearances": pa.table(appearances)},
        compile_patterns(MaskSettings()),
    )


def found(*notes: Notes) -> dict[str, str]:
    told = {claim_id: claim_id for own in notes for claim_id in own.claims["claim_id"].to_pylist()}
    for own in Statements(notes, []).find():
        told |= dict(zip(*own.to_pydict().values(), strict=True))
    return told


def random_claims(rng: random.Random) -> list[Claim]:
    people = ["person-fenn", "person-hale", None]
    claims = []
    for doc in range(12):
        for number in range(rng.randrange(4)):
            start = rng.randrange(4)
            words = [
                rng.choice(["not", "rain", word]) if rng.random() < 0.1 else word for word in SAID[start:]
            ]
            values = {
                "source_entity_id": rng.choice(people),
                "quote_kind": rng.choice(["direct", "indirect"]),
            }
            claims.append(claim(f"d{doc:02}", number, " ".join(words), **values))
    return claims


@pytest.mark.parametrize("seed", range(20))
def test_statements_do_not_depend_on_how_documents_are_cut(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    claims = random_claims(rng)
    whole = found(note(claims))
    documents = [list(own) for _, own in groupby(claims, key=lambda row: row["doc_id"])]
    cuts = sorted(rng.sample(range(len(documents) + 1), 3))
    parts = [documents[start:end] for start, end in zip([0, *cuts], [*cuts, len(documents)], strict=True)]
    monkeypatch.setattr(text_reuse, "AT_ONCE", 20)
    assert found(*(note(row for own in part for row in own) for part in parts if part)) == whole
    joined = Notes.joined([note(own) for own in documents])
    assert found(joined) == whole


def test_two_speakers_are_never_joined_by_one_who_is_not_known() -> None:
    own = [
        claim("a", 1, " ".join(SAID[:8]), source_entity_id="person-fenn"),
        claim("b", 1, " ".join(SAID[:8]), source_entity_id=None),
        claim("c", 1, " ".join(SAID[:8]), source_entity_id="person-hale"),
    ]
    statements_of = found(note(own))
    assert statements_of["a#c1000"] == statements_of["b#c1000"]
    assert statements_of["c#c1000"] == "c#c1000"


def test_who_is_open_contradicts_nobody() -> None:
    own = [
        claim("a", 1, " ".join(SAID[:8]), source_entity_id="person-fenn"),
        claim("b", 1, " ".join(SAID[:8]), source_entity_id="person-fenn-in-b"),
    ]
    assert len(set(found(note(own)).values())) == 2
    assert set(found(note(own, ["person-fenn-in-b"])).values()) == {"a#c1000"}


@pytest.mark.parametrize(
    ("words", "days", "joined"),
    [(8, 7, True), (8, 8, False), (14, 30, True), (14, 31, False), (8, None, False), (14, None, True)],
)
def test_more_words_may_be_more_days_apart(words: int, days: int | None, joined: bool) -> None:
    day = dt.date(2024, 9, 2) + dt.timedelta(days) if days is not None else None
    own = [claim("a", 1, " ".join(SAID[:words])), claim("b", 1, " ".join(SAID[:words]), claim_date=day)]
    assert (len(set(found(note(own)).values())) == 1) == joined


def test_a_phrase_that_a_speaker_says_again_is_no_statement() -> None:
    phrase = "I am proud to serve the people of this valley."
    ferries = f"{phrase} The ferries stay in port until the storm is over and every pier has been mended by people who know how to do it."
    trains = f"{phrase} Our trains need new sheds, more drivers and a bridge that can stand the ice which comes down from the hills."
    for one, other, count in ((phrase, phrase, 1), (phrase, trains, 1), (ferries, trains, 2)):
        assert len(set(found(note([claim("a", 1, one), claim("b", 1, other)])).values())) == count


def test_a_quotation_that_goes_on_is_one_report_and_a_claim_that_holds_another_is_not_the_same() -> None:
    own = [
        claim("a", 1, " ".join(SAID[:4])),
        claim("a", 2, " ".join(SAID[4:]), continues="a#c1000", source_text=None),
        claim("b", 1, " ".join(SAID)),
        claim("b", 2, " ".join(SAID), content_start=1000, content_end=2000),
    ]
    assert found(note(own)) == {"a#c1000": "a#c1000", "b#c1000": "a#c1000", "b#c2000": "a#c1000"}
    assert found(note(own[2:])) == {"b#c1000": "b#c1000", "b#c2000": "b#c2000"}


def test_pieces_of_a_quotation_are_read_by_place_in_whatever_order_the_table_has_them() -> None:
    own = [  # without a cue, the later piece comes first
        claim("a", 2, " ".join(SAID), continues="a#c1000", source_text=None),
        claim("a", 1, "In 2016 the bridge was shut."),
        claim("b", 1, " ".join(SAID) + " is what the engineers found"),
    ]
    assert found(note(own))["b#c1000"] == "a#c1000"


@pytest.mark.parametrize(
    "values",
    [
        {"kept": False},
        {"claim_type": "non_response"},
        {"source_text": None, "quote_kind": "indirect"},
        {"content_text": " ".join(SAID).upper()},
    ],
)
def test_what_states_nothing_is_joined_to_nothing(values: dict[str, Any]) -> None:
    own = [claim("a", 1, " ".join(SAID), **values), claim("b", 1, " ".join(SAID), **values)]
    assert all(one == other for one, other in found(note(own)).items())


def count_compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that gets the number of words of each pair of contents that is compared from now on."""
    counts: list[int] = []
    stretch = text_reuse.longest_stretch

    def counted(one: Sequence[str], other: Sequence[str]) -> object:
        counts.append(len(one) + len(other))
        return stretch(one, other)

    monkeypatch.setattr(statements, "longest_stretch", counted)
    return counts


@pytest.mark.slow
def test_ten_thousand_equal_quotations_are_one_statement_with_few_comparisons(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = count_compared(monkeypatch)
    own = [claim(f"d{number:05}", 1, " ".join(SAID)) for number in range(10_000)]
    assert set(found(note(own)).values()) == {"d00000#c1000"}
    assert len(compared) <= 10_000 * text_reuse.MOST


def test_of_contents_without_end_as_many_words_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = count_compared(monkeypatch)
    for length in (20, 40):
        found(note(claim(doc, 1, " ".join(SAID * length)) for doc in "ab"))
    assert len(compared) == 2
    assert compared[0] == compared[1]


@pytest.mark.parametrize("seed", range(5))
def test_only_pairs_with_a_changed_claim_are_compared_again(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = random_claims(random.Random(seed))
    first = Statements([note(own)], [])
    first.find()
    place = next(number for number, row in enumerate(own) if len(row["content_text"].split()) >= 10)
    changed = [*own]
    changed[place] = own[place] | {"content_text": own[place]["content_text"] + " indeed"}
    fresh = Statements([note(changed)], []).find()
    compared: list[set[int]] = []
    compare = Statements._compare

    def noted(self: Statements, one: int, other: int) -> object:
        compared.append({one, other})
        return compare(self, one, other)

    monkeypatch.setattr(Statements, "_compare", noted)
    again = Statements([note(changed)], [], first.compared)
    assert again.find() == fresh
    assert compared
    assert all(place in pair for pair in compared)
    assert len(compared) < len(again.compared.pairs)
