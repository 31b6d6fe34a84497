"""A run from its beginning: whether there is anything to do at all, and what a person is told about it.

Most runs over a folder that is followed find nothing new, so what does the work is imported only where there is some.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.data_files import page
from pipeline.core.errors import EmptyError
from pipeline.core.garbage import collected_seldom
from pipeline.core.messages import counted
from pipeline.core.plain_data import parse_json
from pipeline.core.settings import Settings
from pipeline.nlp.fingerprints import check_mode, check_model
from pipeline.nlp.first_build import ensure_built
from pipeline.run.change_detection import inputs_digest, is_unchanged
from pipeline.run.locking import lock_output
from pipeline.run.progress import Progress, Say, silent
from pipeline.run.raw_files import check_raw, list_raw
from pipeline.tables.commit import finish_commit, locate
from pipeline.tables.horizon import read_notes, read_published, say_undated, say_young
from pipeline.tables.parquet import read_run
from pipeline.tables.schema import RUN_FILE, VERSION
from pipeline.text.document import INFERRED, LINKS, MASKED, STUB

if TYPE_CHECKING:
    from pipeline.run.engines.local import Engine

NOTED = (LINKS, STUB, MASKED, INFERRED)
"""Notes of documents that the summary counts."""
MAX_LABELS = 8
"""Labels that the summary of a run names, the most frequent ones."""


def count_workers(workers: int) -> int:
    """Number of processes: the given one, or one a core that this process may use."""
    if workers:
        return workers
    if hasattr(os, "sched_getaffinity"):  # which not every system has
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_all(
    raw: Path,
    out: Path,
    settings: Settings,
    *,
    engine: Engine | None = None,
    workers: int = 1,
    say: Say = lambda text: None,
    progress: Progress = silent,
    wait: bool = False,
) -> bool:
    """Run the stages from `ingest` to `write`, or nothing if nothing changed; returns whether the tables are new.

    Args:
        raw: Folder of the articles.
        out: Folder of the tables.
        settings: The settings.
        engine: What runs the shards; processes of this machine if left out.
        workers: How many of these; 0 for one a core.
        say: Told what each stage did.
        progress: Told how far each stage is.
        wait: Wait for another run on the folder, instead of failing.

    Raises:
        PipelineError: A stage cannot do its work.
    """
    # Before the lock, which creates the output folder: a wrong option must leave nothing after.
    check_raw(raw, out)
    ensure_built(settings.annotate.model, settings.base_model)
    check_model(settings.annotate.model)
    check_mode(settings)
    with lock_output(out, wait=wait):
        finish_commit(
            out
        )  # first: what a killed run left half done is neither the old tables nor the new ones
        listing = list_raw(raw, out)
        digest = inputs_digest(raw, out, settings, listing)
        if is_unchanged(out, digest):
            say("0 changed: the tables are those of these files, settings, rules and model")
            return False
        older = _older(out)
        if older:
            say(older)
        from pipeline.run.all_stages import run_stages
        from pipeline.run.engines.local import LocalEngine

        with collected_seldom(), (engine or LocalEngine(count_workers(workers))).session() as session:
            run_stages(
                raw,
                out,
                settings,
                digest,
                engine=session,
                say=say,
                progress=progress,
                listing=listing,
            )
        from pipeline.run.quotation_index import update_index

        update_index(out)
        return True


def _older(out: Path) -> str | None:
    """Return that an earlier version made the tables in a way that is no more, if it did."""
    try:
        run = parse_json(locate(out, RUN_FILE).read_bytes())
        version = run["schema_version"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    if "parts" in run:
        return (
            f"rebuild: an earlier version merged the tables from partitions; {out}/part-*-of-* can be removed"
        )
    if version == VERSION:
        return None
    return f"rebuild: the tables are of schema version {version}, this program writes {VERSION}"


def summarise(out: Path, *, timed: bool = True) -> str:
    """Return what a run gave, in a few lines.

    Args:
        out: Output folder.
        timed: Say how long the run took that made the tables.
    """
    run = read_run(out)
    counts, totals = run["counts"], run["totals"]
    masked = totals["masked_words"] / max(totals["words"], 1)
    lines = [
        "",
        f"documents   {counts['documents']} done, {counts['failures']} failed{_advice(out, counts['failures'])}",
        f"words       {totals['words']}, {100 * masked:.1f} % masked",
        f"mentions    {_shown(totals['counted_mentions'], totals['mentions'])}{_in_furniture(counts['mentions'], totals['counted_mentions'])}",
    ]
    identity: Mapping[str, int] = totals.get("identity", {})
    if identity.get("open"):
        names = f"{identity['open']} of {sum(identity.values())} names"
        lines.append(f"identity    {names} are open: see {page('docs/identity.md')}")
    left_out = _left_out(counts["claims"], totals["kept_claims"])
    lines += [
        f"claims      {_shown(totals['kept_claims'], totals['claims'])}{left_out}",
        f"dates       {_shown(counts['dates'], totals['dates'])}",
    ]
    published = read_published(out, run)
    young, undated, odd = say_young(run, published), say_undated(published), _say_odd(read_notes(out, run))
    if young:
        lines.append(f"horizon     {young}")
    if undated:
        lines.append(f"undated     {undated}")
    if odd:
        lines.append(f"notes       {odd}")
    if counts["document_groups"]:
        lines.append(
            f"copies      {counted(counts['document_groups'], 'article')} near-identical to another: the report shows them once"
        )
    if timed:
        lines.append(f"time        {run['seconds'] or 0:.1f} s")
    lines.append(f"tables      {out}/*.parquet")
    lines.append(
        f"next        `pipeline report --out {out}` to read them, `pipeline review --out {out}` to correct them"
    )
    return "\n".join(lines)


def _say_odd(notes: Mapping[str, int]) -> str:
    """Say how many documents are none, or have a date that was inferred; empty if there are none such."""
    return "; ".join(f"{notes[note]} {note}" for note in NOTED if notes.get(note))


def _in_furniture(found: int, counted: int) -> str:
    if found == counted:
        return ""
    return f" ({found - counted} more in page furniture)"


def _left_out(found: int, kept: int) -> str:
    if found == kept:
        return ""
    return f" ({found - kept} more in the table only: their scores are too low)"


def _advice(out: Path, failures: int) -> str:
    if not failures:
        return ""
    return f": `pipeline failures --out {out}` says how to fix each"


def check_not_empty(out: Path) -> None:
    """Refuse to call a run well of which no document came.

    Raises:
        EmptyError: All inputs failed.
    """
    counts = read_run(out)["counts"]
    if counts["failures"] and not counts["documents"]:
        raise EmptyError(
            f"{out}: the run has no documents: {counted(counts['failures'], 'input', 'inputs')} failed",
            f"`pipeline failures --out {out}` says how to fix each.",
        )


def _shown(count: int, by_label: dict[str, Any]) -> str:
    ranked = sorted(by_label.items(), key=lambda item: (-item[1], item[0]))
    named = [f"{label} {number}" for label, number in ranked[:MAX_LABELS]]
    rest = sum(number for _, number in ranked[MAX_LABELS:])
    if rest:
        named.append(f"other {rest}")
    if not named:
        return str(count)
    return f"{count}: {', '.join(named)}"
