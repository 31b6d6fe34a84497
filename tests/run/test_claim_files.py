"""A file of claims says when a byte of it is not as it was written."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.nlp.relations.corpus import DocumentRelations, relate_document
from pipeline.nlp.relations.facts import DocumentFacts
from pipeline.nlp.relations.lexicon import FILE, RelationRules
from pipeline.rules.reading import RULES_DIR, read_rule_file
from pipeline.run.claim_files import HEADED, INDEXES, NAMED, SAID, ClaimFile, ClaimFileWriter
from tests.run.test_changed_relations import make_document


@pytest.fixture
def path(tmp_path: Path) -> Path:
    rng = random.Random(5)
    writer = ClaimFileWriter(read_rule_file(RULES_DIR / "claims" / FILE, RelationRules))
    writer.add("shard", [make_document(rng, f"d{number:02d}") for number in range(12)])
    writer.write(tmp_path / "x.claims")
    return tmp_path / "x.claims"


def told(file: ClaimFile) -> Any:
    """All that a file tells."""
    documents = [
        (
            file.packed(number),
            file.hashes_of(number).tolist(),
            int(file.marks[number]),
            int(file.days[number]),
        )
        for number in range(file.count)
    ]
    claims = [(file.packed_claim(number), int(day)) for number, day in enumerate(file.claim_days)]
    indexes = [[array.tolist() for array in file.index(name)] for name in (*INDEXES, NAMED)]
    pairs = [file.pairs(name).tolist() for name in (HEADED, SAID)]
    names = [file.name(number) for number in range(len(file.index(NAMED)[0]))]
    return file.shards, file.ids, file.first_claims.tolist(), documents, claims, indexes, pairs, names


def test_a_flipped_bit_is_noticed_or_is_nothing(path: Path, tmp_path: Path) -> None:
    data, wanted = path.read_bytes(), told(ClaimFile(path))
    rng, noticed = random.Random(1), 0
    for number in range(1500):
        place = rng.randrange(len(data)) if number % 4 else rng.randrange(min(len(data), 400))
        damaged = tmp_path / "damaged.claims"
        damaged.write_bytes(data[:place] + bytes([data[place] ^ 1 << rng.randrange(8)]) + data[place + 1 :])
        try:
            found = told(ClaimFile(damaged))
        except ValueError:
            noticed += 1
            continue
        assert found == wanted, place
    assert noticed > 1000


def test_a_file_cut_short_is_noticed(path: Path, tmp_path: Path) -> None:
    data, damaged = path.read_bytes(), tmp_path / "damaged.claims"
    for length in (*range(0, len(data), 97), len(data) - 1):
        damaged.write_bytes(data[:length])
        with pytest.raises(ValueError, match="damaged"):
            told(ClaimFile(damaged))


def facts_of(rng: random.Random, doc_id: str) -> DocumentFacts:
    made = make_document(rng, doc_id)
    return DocumentFacts(doc_id, made.day, f"A Report\n\nRead on {doc_id}.", made.claims, made.names)


def test_of_a_shard_that_changed_only_the_documents_that_changed_are_related_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng, rules = random.Random(3), read_rule_file(RULES_DIR / "claims" / FILE, RelationRules)
    documents = [facts_of(rng, f"d{number:02d}") for number in range(12)]
    old = ClaimFileWriter(rules)
    old.relate("old", documents, {})
    old.write(tmp_path / "old.claims")
    file = ClaimFile(tmp_path / "old.claims")
    documents[4] = replace(
        documents[4], names={**documents[4].names, "dahua": "Dahua Technology of Hangzhou"}
    )
    documents[7] = facts_of(rng, "d07x")
    fresh = ClaimFileWriter(rules)
    fresh.relate("new", documents, {})
    fresh.write(tmp_path / "fresh.claims")
    related: list[str] = []

    def relate(document: DocumentFacts, rules: RelationRules) -> DocumentRelations:
        related.append(document.doc_id)
        return relate_document(document, rules)

    monkeypatch.setattr("pipeline.run.claim_files.relate_document", relate)
    changed = ClaimFileWriter(rules)
    known = {int(source): (file, place) for place, source in enumerate(file.sources)}
    changed.relate("new", documents, known)
    changed.write(tmp_path / "changed.claims")
    assert related == ["d04", "d07x"]
    assert told(ClaimFile(tmp_path / "changed.claims")) == told(ClaimFile(tmp_path / "fresh.claims"))
