"""A click adds one decision: the server follows it, and shows what it would show after reading everything again."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from policy_news.decisions.decided import Decided
from policy_news.decisions.decision_format import Decision, DocumentDone, DocumentRef, OfDocument
from policy_news.decisions.decisions_file import Numbered
from policy_news.decisions.making import Maker
from policy_news.decisions.store import append_decisions
from policy_news.review.workspace import Workspace
from policy_news.run.finished_run import run_settings
from tests.support.scripted import script_all_kinds

MAKER = Maker("nell")


def look(space: Workspace) -> tuple[object, ...]:
    """All that pages show of decisions."""
    documents = [row["doc_id"] for row in space.query("select doc_id from documents order by 1")]
    shown = []
    for doc_id in documents:
        opened = space.open(doc_id)
        assert opened
        rows, standing = opened
        shown.append((rows.mentions, rows.claims, standing.all))
    outcomes = [(one.line, one.state, one.note) for one in space.decided.outcomes()]
    return space.live, shown, outcomes, dict(space.decided_starts), space.done, space.unapplied()


def of_document(decision: Decision) -> bool:
    return isinstance(decision, OfDocument | DocumentDone)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_followed_is_what_is_read_again(sample_run: Path, tmp_path: Path, seed: int) -> None:
    rng, path = random.Random(seed), tmp_path / "decisions.jsonl"
    settings, coming = run_settings(sample_run), script_all_kinds(sample_run, 90, seed)
    rng.shuffle(coming)
    append_decisions(path, coming[:60])
    space = Workspace(sample_run, path, settings)
    for decision in coming[60:]:
        space.append(decision)
        if rng.random() < 0.4:
            taken = rng.sample([one.decision for one in space.live], rng.randint(1, 2))
            space.append(MAKER.undo([one.id for one in taken]))
        if rng.random() < 0.3:  # the undoing of an undoing, and a decision that takes another's place
            undone = [one.decision.id for one in space._file.lines if one.decision.do == "undo"]
            space.append(MAKER.undo(rng.sample(undone or [decision.id], 1)))
        if rng.random() < 0.2:
            same = next((one.decision for one in space.live if of_document(one.decision)), decision)
            space.append(same.model_copy(update={"id": f"again-{decision.id}", "replaces": (same.id,)}))
        if rng.random() < 0.2:  # an editor takes a line out, and all others move
            lines = path.read_bytes().splitlines(keepends=True)
            del lines[rng.randrange(len(lines))]
            path.write_bytes(b"".join(lines))
            space.refresh()
    assert look(space) == look(Workspace(sample_run, path, settings))


def test_a_click_prepares_no_decision_again(
    sample_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, coming = tmp_path / "decisions.jsonl", script_all_kinds(sample_run, 90)
    clicks = [one for one in coming if of_document(one) and getattr(one, "set", None) is None][:20]
    append_decisions(path, [one for one in coming if one not in clicks])
    space = Workspace(sample_run, path, run_settings(sample_run))
    prepared: list[object] = []
    filed: list[object] = []

    def prepare(self: Decided, survey: object) -> None:
        prepared.append(self)

    monkeypatch.setattr(Decided, "_prepare", prepare)
    file_away = Decided._file_away

    def count(self: Decided, one: Numbered, doc: DocumentRef) -> None:
        filed.append(one)
        file_away(self, one, doc)

    monkeypatch.setattr(Decided, "_file_away", count)
    for decision in clicks:
        space.append(decision)
    assert prepared == []
    most = max(len(space.decided.of_document(doc_id)) for doc_id in space.decided.documents())
    assert len(filed) <= len(clicks) * most, "a click looks only at the decisions of its document"
