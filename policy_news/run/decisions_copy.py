"""Where the decisions of a run come from: a file beside the raw folder, of which each run takes a copy before it begins.

The copy is what `resolve` and `write` apply, so that an edit of the file meanwhile is for the next run.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_news.core.atomic_files import new_state_file
from policy_news.core.checksums import strip_checksum, write_checked
from policy_news.core.errors import StageError
from policy_news.core.messages import counted
from policy_news.core.settings import Settings
from policy_news.decisions.decision_format import DocumentChange
from policy_news.decisions.decisions_file import DecisionFile, parse_decisions
from policy_news.decisions.file_bytes import read_bytes
from policy_news.decisions.told import DecisionOutcome, moment
from policy_news.run.decision_places import decisions_path
from policy_news.run.paths import DECISIONS, INGESTED, OUTCOMES

if TYPE_CHECKING:
    from policy_news.decisions.decided import Decided

DocumentChanges = Mapping[str, Mapping[str, Any]]
"""What people say of title, author, publication and language of documents, by `Document.sha256`."""


def take_decisions(raw: Path, out: Path, settings: Settings) -> None:
    """Copy the decisions into the output folder, for the stages that apply them."""
    path = decisions_path(raw, settings)
    data = read_bytes(path)
    with new_state_file(out / INGESTED) as partial:
        partial.write_text(os.path.relpath(raw.resolve(), out.resolve()), encoding="utf-8")
    parse_decisions(data, str(path))  # raises
    if not data:
        forget_decisions(out)
        return
    write_checked(out / DECISIONS, data)


def forget_decisions(out: Path) -> None:
    """Have the stages apply none."""
    (out / DECISIONS).unlink(missing_ok=True)
    (out / OUTCOMES).unlink(missing_ok=True)


def read_taken(out: Path) -> DecisionFile:
    """Return the decisions that a run took."""
    path = out / DECISIONS
    if not path.is_file():
        return DecisionFile()
    try:
        data = strip_checksum(path.read_bytes())
    except (OSError, ValueError) as error:
        raise StageError(f"{path}: is damaged", "Run `pipeline run` again.") from error
    return parse_decisions(data, str(path))


def read_changes(out: Path) -> DocumentChanges:
    """Return what the decisions that a run took change about documents."""
    changes: dict[str, dict[str, Any]] = {}
    for one in sorted(read_taken(out).live, key=moment):
        if isinstance(one.decision, DocumentChange):
            changes.setdefault(one.decision.doc.sha256, {}).update(one.decision.set.given())
    return changes


def has_decisions(out: Path) -> bool:
    """Return whether the run of a folder took decisions that are to be applied."""
    return bool(read_taken(out).live)


def write_outcomes(out: Path, decided: Decided) -> None:
    """Keep what became of the decisions of a run, for `pipeline decisions check`."""
    if decided:
        lines = (f"{json.dumps(asdict(one))}\n" for one in decided.outcomes())
        with new_state_file(out / OUTCOMES) as partial:
            partial.write_text("".join(lines), encoding="utf-8")


def read_outcomes(out: Path) -> list[DecisionOutcome]:
    """Return what became of the decisions of the last run; nothing if there were none."""
    path = out / OUTCOMES
    try:
        return (
            [DecisionOutcome(**json.loads(line)) for line in path.read_bytes().splitlines()]
            if path.is_file()
            else []
        )
    except (ValueError, TypeError) as error:
        raise StageError(f"{path}: is damaged or of another version", "Run `pipeline run` again.") from error


def summarise_outcomes(outcomes: Sequence[DecisionOutcome]) -> str:
    """Return how many decisions are applied, lost and so on, in one line."""
    states = Counter(outcome.state for outcome in outcomes)
    good = states["applied"] + states["held"]
    parts = [f"{counted(good, 'decision holds', 'decisions hold')}"]
    if states["replaced"]:
        parts.append(f"{states['replaced']} replaced by later ones")
    if states["lost"]:
        parts.append(f"{states['lost']} lost their place")
    return ", ".join(parts) + ("; `pipeline decisions check` names them" if len(parts) > 1 else "")
