"""Runs replace each other while assistants ask: every answer is of one of them."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from policy_news.assistants.answers import Answers, Snapshot
from policy_news.core.errors import PipelineError
from tests.support.invented_run import Draft, masked_draft, write_run
from tests.support.standing.runs import running

EVERYTHING = ("", "", "", "", ("", ""), 50)
QUESTIONS: dict[str, Callable[[Snapshot], dict[str, Any]]] = {
    "claims": lambda run: run.search_claims(*EVERYTHING),
    "claims of": lambda run: run.search_claims("", "Tarnwick Optics", "", "", ("", ""), 50),
    "claims about": lambda run: run.search_claims("", "", "Orla Fenn", "", ("", ""), 50),
    "document": lambda run: run.read_document("d1", 0),
    "gone": lambda run: run.read_document("d3", 0),
    "entity": lambda run: run.find_entity("Orla Fenn"),
    "quotation": lambda run: run.verify_quotation("had misread the rule", "Tarnwick Optics"),
    "unread": lambda run: run.list_unread(),
}
ASKERS = 3
"""Threads that ask."""


def write_version(out: Path, number: int) -> Path:
    """Write a run: in the second one a paragraph moves every offset, and a document is gone."""
    drafts = [move_down(masked_draft(f"d{name}"), 37 * number) for name in range(4 - number)]
    return write_run(out, drafts, in_parts=number == 1)


def move_down(draft: Draft, count: int) -> Draft:
    """Return a document whose text, and so every offset, begins further down."""
    moved = Draft(draft.doc_id, "*" * count + draft.text if count else draft.text, draft.title)
    for section in draft.sections:
        moved.section(draft.text[section.start : section.end], section.kind)
    for mention in draft.mentions:
        moved.mention_at(mention.start + count, mention.end + count, mention.label, mention.entity_id)
    claim = draft.claims[0]
    contents = [draft.text[span.start : span.end] for span in claim.content_spans]
    moved.claim(
        str(claim.source_text), str(claim.cue_text), contents, claim.claim_type, "tarnwick", ["Orla Fenn"]
    )
    return moved


def ask(answers: Answers, name: str) -> object:
    """Return the answer to one of the questions, or what an assistant is told instead."""
    try:
        return answers.ask(QUESTIONS[name])
    except PipelineError as error:
        return error.message


def check_assistants(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Every answer given while runs replace each other is the one that one of the two runs gives when nothing happens."""
    expected = {}
    for number in (0, 1):
        rested = Answers(write_version(folder / str(number), number))
        expected[number] = {name: ask(rested, name) for name in QUESTIONS}
    out, end = folder / "out", threading.Event()
    answers = Answers(write_version(out, 0))
    faults: list[str] = []
    seen: Counter[bool] = Counter()

    def replace() -> None:
        number = 0
        while not end.is_set():
            number = 1 - number
            write_version(out, number)

    def question(asker: int) -> None:
        rng = random.Random(seed * ASKERS + asker)
        while seen.total() < tries or (not (seen[True] and seen[False]) and seen.total() < 100 * tries):
            name = rng.choice(sorted(QUESTIONS))
            answer = ask(answers, name)
            seen[answer == expected[1][name]] += 1
            if answer not in (expected[0][name], expected[1][name]):
                faults.append(f"{name} (seed {seed}): {str(answer)[:200]}")

    askers = [threading.Thread(target=question, args=(asker,)) for asker in range(ASKERS)]
    with running(replace, end):
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
    yield from faults
    if not (seen[True] and seen[False]):
        yield f"seed {seed}: all answers were of one run: nothing was tried"
