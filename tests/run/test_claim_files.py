"""A file of claims says when a byte of it is not as it was written."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

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
