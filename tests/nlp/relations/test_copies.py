"""Near-identical documents."""

from __future__ import annotations

import random

import pyarrow as pa

from policy_news.core.settings import MaskSettings
from policy_news.nlp.relations.copies import group_copies, shingle_hashes
from policy_news.text.masking import compile_patterns, find_gaps

DAY = 737_000
WORDS = [f"word{number}" for number in range(2_000)]


def text(seed: int, words: int = 300) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def groups(*documents: tuple[str, int, str], pieces: int = 1) -> list[tuple[str, str]]:
    rows = [
        {"doc_id": doc, "day": day, "hashes": shingle_hashes(own).tolist()} for doc, day, own in documents
    ]
    schema = pa.schema({"doc_id": pa.string(), "day": pa.int64(), "hashes": pa.list_(pa.uint64())}.items())
    tables = [pa.Table.from_pylist(rows[piece::pieces], schema) for piece in range(pieces)]
    return [(row["group_id"], row["doc_id"]) for row in group_copies(tables, []).to_pylist()]


def test_a_cut_and_edited_print_is_a_copy_of_the_earliest() -> None:
    report = text(1)
    cut = report.rsplit(" ", 60)[0].replace("word7 ", "an editor's word ")
    found = groups(("a", DAY + 1, cut), ("b", DAY, report), ("c", DAY, text(2)))
    assert found == [("b", "a"), ("b", "b")]


def test_texts_of_one_form_and_short_texts_are_no_copies() -> None:
    form = text(3, 60)
    own = [(f"d{number}", DAY, f"{form} {text(10 + number, 200)}") for number in range(5)]
    assert groups(*own, ("s1", DAY, "A short note."), ("s2", DAY, "A short note.")) == []


def test_a_thousand_copies_without_dates_are_one_group_however_they_are_cut_into_parts() -> None:
    report = text(4)
    own = [(f"{number:04}", 0, report) for number in range(1_000)]
    for pieces in (1, 7):
        found = groups(*own, pieces=pieces)
        assert {leader for leader, _ in found} == {"0000"}
        assert len(found) == 1_000


def test_no_shingle_reaches_over_masked_words() -> None:
    patterns = compile_patterns(MaskSettings(characters="#"))
    masked = "one two three ####### four five six ##### seven eight nine ten"
    assert len(shingle_hashes(masked, find_gaps(masked, patterns))) == 0
