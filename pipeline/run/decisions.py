"""Where the decisions of a run come from: a file beside the raw folder, of which each run takes a copy before it begins.

The copy is what `resolve` and `write` apply, so that an edit of the file meanwhile is for the next run.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pipeline.core.atomic_files import new_state_file
from pipeline.core.messages import counted
from pipeline.core.settings import Settings
from pipeline.decisions.decided import Decided
from pipeline.decisions.file_bytes import read_bytes
from pipeline.decisions.reading import parse_decisions, read_decisions
from pipeline.decisions.told import Outcome
from pipeline.run.decision_places import decisions_path
from pipeline.run.paths import DECISIONS, INGESTED, OUTCOMES
from pipeline.run.records import read_records, write_records


def take_decisions(raw: Path, out: Path, settings: Settings) -> str:
    """Copy the decisions into the output folder, for the stages that apply them; returns the hash, empty if there are none.

    Raises:
        SettingsError: A line of the file is no decision.
    """
    path = decisions_path(raw, settings)
    data = read_bytes(path)
    with new_state_file(out / INGESTED) as partial:
        partial.write_text(os.path.relpath(raw.resolve(), out.resolve()), encoding="utf-8")
    digest = parse_decisions(data, str(path)).digest
    if not data:
        forget_decisions(out)
        return digest
    with new_state_file(out / DECISIONS) as partial:
        partial.write_bytes(data)
    return digest


def forget_decisions(out: Path) -> None:
    """Have the stages apply none."""
    (out / DECISIONS).unlink(missing_ok=True)
    (out / OUTCOMES).unlink(missing_ok=True)


def has_decisions(out: Path) -> bool:
    """Whether the run of a folder took decisions that are to be applied."""
    return bool(read_decisions(out / DECISIONS).live)


def write_outcomes(out: Path, decided: Decided) -> None:
    """Keep what became of the decisions of a run, for `pipeline decisions check`."""
    if decided:
        write_records(out / OUTCOMES, Outcome, decided.outcomes())


def read_outcomes(out: Path) -> list[Outcome]:
    """What became of the decisions of the last run; nothing where there were none."""
    return list(read_records(out / OUTCOMES, Outcome, "run")) if (out / OUTCOMES).is_file() else []


def summarise_outcomes(outcomes: Sequence[Outcome]) -> str:
    """How many decisions are applied, lost and so on, in one line."""
    states = Counter(outcome.state for outcome in outcomes)
    good = states["applied"] + states["held"]
    parts = [f"{counted(good, 'decision holds', 'decisions hold')}"]
    if states["replaced"]:
        parts.append(f"{states['replaced']} replaced by later ones")
    if states["lost"]:
        parts.append(f"{states['lost']} lost their place")
    if states["conflict"]:
        parts.append(f"{states['conflict']} contradict each other")
    advice = "; `pipeline decisions check` names them" if len(parts) > 1 else ""
    return ", ".join(parts) + advice
