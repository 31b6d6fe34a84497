"""Decisions about entities whose ids hold the name of a document, after files were swapped, shifted, renamed or replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from policy_news.decisions.decided import SURVEYED, Decided, RowsOfRun
from policy_news.decisions.decision_format import Decision, EntityRef, dump_line
from policy_news.decisions.decisions_file import parse_decisions
from policy_news.decisions.making import Maker, QuotedDocument, entity_ref
from policy_news.review.actions import with_meant
from policy_news.tables.chunks import Chunk, build_chunk
from policy_news.tables.schema import EntityRow
from tests.support.invented_run import Draft

TEXTS = {
    "A": "The panel met in Leeds.\n\nWragg said that tea was dear, and that jobs were lost in Leeds for it.",
    "B": "The committee met in Truro.\n\nWragg denied that fares were too high; trains in Truro are full.",
    "C": "Mr Carl Ostrow said that he had lunch in Ely.\n\nOstrow paid for Wragg and for the two men with him.",
    "N": "Wragg said that a new mine would open in Hull, and that nobody had asked him.",
}
BEFORE = {"001": "A", "002": "B", "003": "C"}
AFTER: dict[str, dict[str, str]] = {
    "nothing": BEFORE,
    "swap": {"001": "B", "002": "A", "003": "C"},
    "shift": {"001": "N", "002": "A", "003": "B", "004": "C"},
    "replaced": {"001": "N", "002": "B", "003": "C", "zzz": "A"},
    "renamed": {"other": "A", "002": "B", "003": "C"},
    "turned": {"001": "C", "002": "A", "003": "B"},
    "gone": {"002": "B", "003": "C"},
    "only the name": {"001": "N", "002": "B", "003": "C"},
}
"""File to text."""
GIVEN = "person-who-is-meant"
Files = Mapping[str, str]


def draft_of(name: str, text: str) -> Draft:
    draft = Draft(name, TEXTS[text])
    for line in draft.text.split("\n\n"):
        draft.section(line)
    for word, entity in (("Wragg", f"person-wragg-in-{name}"), ("Ostrow", "person-carl-ostrow")):
        start = draft.text.rfind(word)
        if start >= 0:
            draft.mention_at(start, start + len(word), "PERSON", entity)
    if text == "C":
        draft.claim("Mr Carl Ostrow", "said", ["he had lunch in Ely"], "statement", "person-carl-ostrow")
    return draft


@dataclass(frozen=True)
class World:
    """What a run found in files."""

    files: Files

    def chunk(self, name: str) -> Chunk | None:
        return build_chunk([draft_of(name, self.files[name]).annotated()]) if name in self.files else None

    def chunks(self) -> list[Chunk]:
        return [chunk for name in sorted(self.files) if (chunk := self.chunk(name))]

    def survey(self) -> list[Chunk]:
        return [
            {name: chunk[name].select(columns) for name, columns in SURVEYED.items()}
            for chunk in self.chunks()
        ]

    def source(self, name: str) -> QuotedDocument:
        row = draft_of(name, self.files[name]).document()
        return QuotedDocument(row.doc_id, row.sha256, row.text)

    def refer(self, entity: str) -> EntityRef:
        witnesses = [
            self.source(name).witness(row)
            for name in sorted(self.files)
            for row in draft_of(name, self.files[name]).mentions
            if row.entity_id == entity
        ]
        return entity_ref(entity, None, witnesses)


WRAGG = "person-wragg-in-001"
MAKER = Maker("nell")


def place_of(world: World, text: str, words: str) -> tuple[QuotedDocument, Any]:
    name = next(name for name, own in world.files.items() if own == text)
    source = world.source(name)
    start = source.text.rfind(words)
    return source, source.quote(start, start + len(words))


def assign(world: World) -> Decision:
    source, quote = place_of(world, "C", "Ostrow")
    return MAKER.make("mention.assign", doc=source.ref, target=quote, label="PERSON", entity=WRAGG)


def assign_within(world: World) -> Decision:
    source, quote = place_of(world, "A", "Leeds for it")
    return MAKER.make("mention.add", doc=source.ref, target=quote, label="PERSON", entity=WRAGG)


def speak(world: World) -> Decision:
    source, _ = place_of(world, "C", "Ostrow")
    parts = source.parts(draft_of("003", "C").claims[0])
    return MAKER.make("claim.change", doc=source.ref, claim=parts, set={"source_entity": WRAGG})


KINDS: dict[str, Callable[[World], Decision]] = {
    "name": lambda world: MAKER.make("entity.name", entity=world.refer(WRAGG), value="William Wragg"),
    "kb": lambda world: MAKER.make("entity.kb", entity=world.refer(WRAGG), value="Q42"),
    "merge": lambda world: MAKER.make(
        "entity.merge", entities=(world.refer(WRAGG),), into=world.refer("person-carl-ostrow")
    ),
    "merge into": lambda world: MAKER.make(
        "entity.merge", entities=(world.refer("person-carl-ostrow"),), into=world.refer(WRAGG)
    ),
    "split": lambda world: MAKER.make(
        "entity.split", entity=world.refer(WRAGG), docs=[world.refer(WRAGG).witnesses[0].doc], into=GIVEN
    ),
    "split into": lambda world: MAKER.make(
        "entity.split",
        entity=world.refer("person-carl-ostrow"),
        docs=[world.refer("person-carl-ostrow").witnesses[0].doc],
        into=WRAGG,
    ),
    "assign": assign,
    "add": assign_within,
    "speak": speak,
}


def facts_of(world: World, decided: Decided) -> set[tuple[str, ...]]:
    """What the rows say, each file called by its text, also within ids."""
    rows = [decided.decide(chunk) for chunk in world.chunks()]
    called = dict(world.files)

    def of_text(entity: str | None) -> str:
        name, mark, file = str(entity).partition("-in-")
        return f"{name}{mark}{called.get(file, file)}"

    found: set[tuple[str, ...]] = {
        (called[row["doc_id"]], row["text"], of_text(row["entity_id"]))
        for one in rows
        for row in one["mentions"].to_pylist()
    }
    found |= {
        (called[row["doc_id"]], "says", of_text(row["source_entity_id"]))
        for one in rows
        for row in one["claims"].to_pylist()
    }
    entities = sorted({row["entity_id"] for one in rows for row in one["mentions"].to_pylist()})
    plain = [EntityRow(one, "PERSON", "?", None, [], 1, 1, None, None) for one in entities]
    found |= {("entity", of_text(row.entity_id), row.name, str(row.kb_id)) for row in decided.entities(plain)}
    return found


@pytest.mark.parametrize("with_witnesses", [True, False], ids=["quoted", "bare"])
@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize("kind", KINDS)
def test_a_decision_follows_the_person_or_is_told_as_lost(
    kind: str, after: str, with_witnesses: bool
) -> None:
    before, world = World(BEFORE), World(AFTER[after])
    decision = KINDS[kind](before)
    if with_witnesses:
        decision = with_meant(decision, lambda entity: list(before.refer(entity).witnesses))
    file = parse_decisions(f"{dump_line(decision)}\n".encode(), "d.jsonl")
    first = Decided(file, RowsOfRun(before.survey, before.chunk))
    expected = facts_of(before, first)
    decided = Decided(file, RowsOfRun(world.survey, world.chunk))
    found, untouched = facts_of(world, decided), facts_of(world, Decided(parse_decisions(b"", "d.jsonl")))
    (outcome,) = decided.outcomes()
    if outcome.state == "lost":
        assert found == untouched
        assert after in ("gone", "only the name") or not with_witnesses, outcome.note
        return
    assert outcome.state == "applied"
    kept = {fact for fact in found if "N" not in fact[0] and not fact[1].endswith("-in-N")}
    assert kept == expected


NEAR = "The panel met in {town}.\n\nOrla Fenn said that the levy was dear, and that {n} jobs were lost for it.\n\nThe vote is on Monday."


@pytest.mark.parametrize("swapped", [True, False])
def test_of_two_near_copies_that_both_changed_neither_takes_the_decisions_of_the_other(swapped: bool) -> None:
    def draft(name: str, text: str) -> Draft:
        own = Draft(name, text)
        for line in text.split("\n\n"):
            own.section(line)
        return own

    texts = [NEAR.format(town="Leeds", n=n) for n in (40, 41)]
    drafts = [draft("001", texts[0]), draft("003", texts[1])]
    row = drafts[0].document()
    source = QuotedDocument(row.doc_id, row.sha256, row.text)
    start = row.text.index("Orla Fenn")
    quote = source.quote(start, start + len("Orla Fenn"))
    decisions = [
        MAKER.make("mention.add", doc=source.ref, target=quote, label="PERSON"),
        MAKER.make(
            "mention.add",
            doc=QuotedDocument("003", drafts[1].document().sha256, texts[1]).ref,
            target=quote,
            label="PERSON",
        ),
    ]
    file = parse_decisions("".join(f"{dump_line(one)}\n" for one in decisions).encode(), "d.jsonl")
    edited = [f"{text}\n\nPart {n} follows." for n, text in enumerate(reversed(texts) if swapped else texts)]
    chunks = {
        name: build_chunk([draft(name, text).annotated()])
        for name, text in zip(("001", "003"), edited, strict=True)
    }
    surveyed = [
        {name: one[name].select(columns) for name, columns in SURVEYED.items()} for one in chunks.values()
    ]
    decided = Decided(file, RowsOfRun(lambda: surveyed, chunks.get))
    assert not any(decided.decide(chunk)["mentions"].num_rows for chunk in chunks.values())
    assert [(one.state, "may be those of" in one.note) for one in decided.outcomes()] == [("lost", True)] * 2
