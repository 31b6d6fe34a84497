"""Decisions cost in proportion to their number, whatever they do to each other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from policy_news.decisions.decided import SURVEYED, Decided, RowsOfRun
from policy_news.decisions.decision_format import dump_line
from policy_news.decisions.decisions_file import parse_decisions
from policy_news.decisions.making import Maker, QuotedDocument
from policy_news.decisions.told import MAX_NOTE
from policy_news.tables.chunks import Chunk, build_chunk
from tests.support.invented_run import Draft
from tests.support.steps import grows_at_most_linearly

SIZE = 100


def line(number: int, do: str, **more: Any) -> str:
    own = {"v": 1, "id": f"own{number:06d}", "do": do, "by": "n", "when": "2026-03-01T10:00:00Z"}
    return json.dumps(own | more)


def merge(number: int, own: str, into: str) -> str:
    return line(number, "entity.merge", entities=[{"id": own}], into={"id": into})


LINES: dict[str, Callable[[int], str]] = {
    "a chain of merges": lambda n: merge(n, f"e{n}", f"e{n + 1}"),
    "a chain from its end": lambda n: merge(n, f"e{9_999 - n}", f"e{10_000 - n}"),
    "many into one": lambda n: merge(n, f"e{n}", "hub"),
    "one into many": lambda n: merge(n, "hub", f"e{n}"),
    "a circle": lambda n: merge(n, f"e{n}", f"e{n ^ 1}"),
    "names of one": lambda n: line(n, "entity.name", entity={"id": "hub"}, value=f"Hub {n}"),
    "names of many": lambda n: line(n, "entity.name", entity={"id": f"e{n}"}, value="Hub"),
    "undos of one": lambda n: line(n, "undo", replaces=["own000000"]),
    "undos of undos": lambda n: line(n, "undo", replaces=[f"own{n - 1:06d}"]),
}


@pytest.mark.parametrize("kind", LINES)
def test_decisions_about_entities_grow_with_their_number(kind: str) -> None:
    run = run_of("hub", *(f"e{number}" for number in range(10_001)))

    def work(times: int) -> Callable[[], object]:
        first = line(0, "entity.name", entity={"id": "hub"}, value="Hub")
        lines = [first, *(LINES[kind](number) for number in range(1, SIZE * times))]

        return lambda: Decided(parse_decisions("\n".join(lines).encode(), "d.jsonl"), run)

    assert grows_at_most_linearly(work)


def run_of(*entities: str) -> RowsOfRun:
    """A run in which these entities are mentioned."""
    documents = pa.table({"doc_id": ["d"], "sha256": [""]})
    mentions = pa.table({"doc_id": ["d"] * len(entities), "entity_id": entities})
    run = RowsOfRun(lambda: [{"documents": documents, "mentions": mentions}])
    run.known()  # once for all decisions
    return run


def documents(count: int) -> Iterator[Draft]:
    """Documents with a speaker each, of whom other documents know nothing."""
    for number in range(count):
        draft = Draft(f"d{number:04d}", f"Ann A{number} said that it rained.")
        draft.section(draft.text)
        draft.mention(f"Ann A{number}", "PERSON", f"person-{number}")
        draft.claim(f"Ann A{number}", "said", ["it rained"], "statement", f"person-{number}")
        yield draft


@pytest.mark.slow
def test_decisions_about_speakers_grow_with_their_number() -> None:
    """Each claim gets the speaker of another document, whose mention is about to be rejected."""

    def work(times: int) -> Callable[[], object]:
        count, maker, lines = SIZE * times, Maker("nell"), []
        chunks: dict[str, Chunk] = {}
        for number, draft in enumerate(documents(count)):
            row, claim, mention = draft.document(), draft.claims[0], draft.mentions[0]
            source = QuotedDocument(row.doc_id, row.sha256, row.text)
            target = source.quote(mention.start, mention.end)
            one = maker.make("mention.relabel", doc=source.ref, target=target, label="ORG")
            other = f"person-{(number + 1) % count}"
            change = {"source_entity": other}
            two = maker.make("claim.change", doc=source.ref, claim=source.parts(claim), set=change)
            lines += [dump_line(one), dump_line(two)]
            chunks[row.doc_id] = build_chunk([draft.annotated()])
        surveyed = [
            {name: chunk[name].select(columns) for name, columns in SURVEYED.items()}
            for chunk in chunks.values()
        ]
        data = "\n".join(lines).encode()

        def decide() -> None:
            file = parse_decisions(data, "d.jsonl")
            decided = Decided(file, RowsOfRun(lambda: surveyed, chunks.get))
            for chunk in chunks.values():
                decided.decide(chunk)

        return decide

    assert grows_at_most_linearly(work)


def test_a_note_that_names_thousands_is_cut() -> None:
    gone = [{"id": f"gone{number}"} for number in range(5_000)]
    file = parse_decisions(line(0, "entity.merge", entities=gone, into={"id": "hub"}).encode(), "d.jsonl")
    decided = Decided(file, run_of("hub"))
    assert [(one.state, len(one.note)) for one in decided.outcomes()] == [("lost", MAX_NOTE)]
