"""Answers of a run that another one replaces, and that comes back, while it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_news.assistants.answers import Answers, Snapshot
from policy_news.core.errors import StageError
from tests.support.invented_run import masked_draft, write_run


@pytest.mark.parametrize(("failures", "answered"), [(1, True), (2, False)])
def test_a_question_is_asked_again_once_if_the_same_run_still_stands(
    tmp_path: Path, failures: int, answered: bool
) -> None:
    answers, asked = Answers(write_run(tmp_path / "out", [masked_draft("d0")])), 0

    def question(run: Snapshot) -> dict[str, object]:
        nonlocal asked
        asked += 1
        if asked <= failures:
            raise StageError("claims.parquet: is missing", "Run the pipeline again.")
        return run.read_document("d0", 0)

    if answered:
        assert answers.ask(question)["doc_id"] == "d0"
        return
    with pytest.raises(StageError, match="is missing"):
        answers.ask(question)
    assert asked == failures
