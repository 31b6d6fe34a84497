"""What a change bears on, worked out from the parts, is what going through all claims gives: on random documents with much in common."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from pipeline.nlp.relations.corpus import DocumentRelations, Relations
from pipeline.nlp.relations.facts import ClaimFacts
from pipeline.nlp.relations.lexicon import FILE, RelationRules
from pipeline.rules.reading import RULES_DIR, read_rule_file
from pipeline.run.changed_copies import ChangedCopies
from pipeline.run.changed_positions import ChangedPositions
from pipeline.run.changed_statements import ChangedStatements
from pipeline.run.claim_files import ClaimFile, ClaimFileWriter
from pipeline.run.claim_views import Difference, Ref, View, claim_at
from pipeline.run.table_patches import by_key
from pipeline.tables.merging import Key
from pipeline.tables.schema import ClaimLinkRow, Row

pytestmark = pytest.mark.slow

LIMITS = {
    "pipeline.nlp.relations.candidates.SMALL": 6,
    "pipeline.run.changed_statements.SMALL": 6,
    "pipeline.nlp.relations.candidates.MOST": 2,
    "pipeline.run.changed_statements.MOST": 2,
    "pipeline.nlp.relations.positions.MOST": 2,
    "pipeline.run.changed_positions.MOST": 2,
    "pipeline.nlp.relations.copies.LEAST": 3,
    "pipeline.run.claim_files.LEAST": 3,
    "pipeline.run.changed_copies.LEAST": 3,
    "pipeline.nlp.relations.copies.MOST_LEADERS": 2,
    "pipeline.run.changed_copies.MOST_LEADERS": 2,
}
"""Small limits, so that few documents go beyond them."""
RULES = RULES_DIR / "claims" / FILE
WORDS = [
    "camera",
    "contract",
    "tower",
    "risk",
    "fine",
    "delay",
    "report",
    "station",
    "council",
    "plant",
    "budget",
    "harbour",
    "bridge",
    "signal",
]
PEOPLE = ("Ann Lowe", "Bea Stirling", "Carl Lowe")
KINDS = ("statement", "denial", "call", "allegation", "non_response", "question")
DAYS = [dt.date(2022, 3, 1) + dt.timedelta(days) for days in (0, 1, 2, 9, 40)]


def make_claim(rng: random.Random, doc_id: str, place: int) -> ClaimFacts:
    words = [rng.choice(WORDS) for _ in range(rng.randrange(2, 9))]
    if rng.random() < 0.6:
        start = rng.randrange(len(WORDS) - 6)
        quoted = WORDS[start : start + rng.randrange(3, 7)] * rng.choice((1, 1, 3))
        words = [*words[:2], f"“{' '.join(quoted)}”"]
    if rng.random() < 0.4:
        words = [*words[:1], f"“{' '.join(WORDS[:13])}”"]
    person = rng.random() < 0.8
    who = rng.choice(PEOPLE if person else ("Ofcom", "Home Office"))
    speaker = who.lower().replace(" ", "-") if rng.random() < 0.8 else None
    content = " ".join(words)
    lemmas = [*(["not"] if rng.random() < 0.2 else []), *content.replace("“", "").replace("”", "").split()]
    return ClaimFacts(
        claim_id=f"{doc_id}#c{place}", place=place, end=place + 1, section=place // 2, headline=place == 0, speaker=speaker,
        name=who if speaker else "", person=person and speaker is not None, source=who.lower() if rng.random() < 0.9 else "",
        day=rng.choice([*DAYS, None]), claim_type=rng.choice(KINDS), polarity=rng.choice((None, None, "rejected")), negated=False,
        between="", cue="said", cue_lemma="say", content=content, lemmas=tuple(lemmas),
        names=frozenset(rng.sample(["dahua", "hikvision", "ofcom"], rng.randrange(3))), continues=None,
        headline_of=f"{doc_id}#c{place + 1}" if place == 0 and rng.random() < 0.5 else None,
        words_in=f"{doc_id}#c{place + 1}" if place and rng.random() < 0.3 else None,
    )  # fmt: skip


def make_document(rng: random.Random, doc_id: str) -> DocumentRelations:
    claims = tuple(make_claim(rng, doc_id, place) for place in range(rng.randrange(4)))
    links = [
        ClaimLinkRow(claim.claim_id, other.claim_id, relation, 0.5, "document", "why")
        for claim, other in itertools.pairwise(claims)
        if (relation := rng.choice(("denies", "answers", "supports", ""))) != ""
    ]
    values = rng.choice((range(6), rng.sample(range(9), rng.randrange(7)), rng.sample(range(30), 20)))
    names = {
        entity: rng.choice((entity, f"{entity} camera", f"the {entity} contract"))
        for entity in ("dahua", "ofcom")
        if rng.random() < 0.08
    }
    hashes = np.unique(np.array(values, np.uint64))
    return DocumentRelations(doc_id, rng.choice([*DAYS, None]), claims, names, tuple(links), hashes)


def in_parts(
    documents: Mapping[str, DocumentRelations],
    size: int,
    folder: Path,
    rules: RelationRules,
    earlier: Sequence[ClaimFile],
) -> list[ClaimFile]:
    """The files of some documents: those of before that hold the same ones, and others, which take what they can from these."""
    known = {shard: file for file in earlier for shard in file.shards}
    standing = {tuple(file.shards): file for file in earlier}
    files = []
    folder.mkdir()
    ids = sorted(documents)
    for start in range(0, 60, size):
        own = [doc_id for doc_id in ids if start <= int(doc_id[1:]) < start + size]
        shards = [str(id(documents[doc_id])) for doc_id in own]
        if tuple(shards) in standing and own:
            files.append(standing[tuple(shards)])
            continue
        writer = ClaimFileWriter(rules)
        for doc_id, shard in zip(own, shards, strict=True):
            if shard in known:
                writer.copy(shard, known[shard])
            else:
                writer.add(shard, [documents[doc_id]])
        path = folder / f"{start}.claims"
        writer.write(path)
        files.append(ClaimFile(path))
    return files


def all_rows(
    documents: Mapping[str, DocumentRelations], rules: RelationRules
) -> tuple[dict[str, str], dict[str, dict[tuple[str, ...], Row]]]:
    relations = Relations(rules)
    for doc_id in sorted(documents):
        relations.add(documents[doc_id])
    statements = relations.statements()
    rows = {
        "positions": by_key("positions", relations.positions(statements)),
        "document_groups": by_key("document_groups", relations.groups()),
    }
    return statements, rows


@pytest.mark.parametrize("seed", range(12))
def test_changes_give_what_all_claims_give(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in LIMITS.items():
        monkeypatch.setattr(name, value)
    rng = random.Random(seed)
    rules = read_rule_file(RULES, RelationRules)
    documents = {
        f"d{number:02d}": make_document(rng, f"d{number:02d}") for number in rng.sample(range(60), 30)
    }
    every = [documents]
    size = 10
    files = in_parts(documents, size, tmp_path / "0", rules, [])
    statements, rows = all_rows(documents, rules)
    for step in range(1, 15):
        documents = dict(documents)
        for _ in range(rng.choice((1, 1, 2, 5))):
            number = rng.randrange(60)
            if rng.random() < 0.3:
                documents.pop(f"d{number:02d}", None)
            else:
                documents[f"d{number:02d}"] = make_document(rng, f"d{number:02d}")
        every.append(documents)  # so that `id` tells documents apart
        size = rng.choice((size, size, size, 7, 15))
        now = in_parts(documents, size, tmp_path / str(step), rules, files)
        difference = Difference(View(files), View(now))
        found = {
            claim_at(ref).claim_id: one for ref, one in ChangedStatements(difference, rules).find().items()
        }
        told = {key: one for key, one in statements.items() if key.partition("#")[0] in documents} | found
        wanted, fresh = all_rows(documents, rules)
        assert {key: told[key] for key in wanted} == wanted, step

        def statement(ref: Ref, told: Mapping[str, str] = told) -> str | None:
            return told.get(claim_at(ref).claim_id)

        restated = [
            ref
            for ref in ((file, number) for file in now for number in range(len(file.claim_days)))
            if statements.get(claim_at(ref).claim_id) != wanted[claim_at(ref).claim_id]
        ]
        groups = {doc_id: group for group, doc_id in rows["document_groups"]}
        changed: dict[str, Mapping[Key, Row | None]] = {
            "positions": ChangedPositions(difference, rules, statement).find(restated),
            "document_groups": ChangedCopies(difference, groups).find(),
        }
        for name, patch in changed.items():
            patched = {key: row for key, row in {**rows[name], **patch}.items() if row is not None}
            assert patched == fresh[name], (step, name)
        statements, rows, files = wanted, fresh, now
