"""What a person is told of a run when it is done."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

from policy_news.cli.options import OUT
from policy_news.core.data_files import IS_INSTALLED, page
from policy_news.core.errors import EmptyError
from policy_news.core.messages import counted
from policy_news.core.settings import PROJECT
from policy_news.tables.later_articles import read_notes, read_published, say_undated, say_young
from policy_news.tables.parquet import read_files, read_run
from policy_news.tables.schema import TABLES, arrow_schema
from policy_news.text.document import FOREIGN, INFERRED, LINKS, MASKED, STUB

if TYPE_CHECKING:
    import pyarrow as pa

NOTED = (LINKS, STUB, MASKED, FOREIGN, INFERRED)
"""Notes of documents that the summary counts."""
MAX_LABELS = 8
"""Labels that the summary of a run names, the most frequent ones."""
LEADERS = {"companies": "COMPANY", "ministers": "MINISTER", "committees": "COMMITTEE"}
"""Labels of which the summary says who is named most."""
MAX_LEADERS = 5


def summarise(out: Path, *, timed: bool = True) -> str:
    """Return what a run gave, in a few lines.

    Args:
        timed: Say how long the run took that made the tables.
    """
    run = read_run(out)
    counts, totals = run["counts"], run["totals"]
    masked = totals["masked_words"] / max(totals["words"], 1)
    lines = [
        "",
        f"documents   {counts['documents']} done, {counts['failures']} failed{_advice(out, counts['failures'])}",
        f"words       {totals['words']}, {100 * masked:.1f} % masked",
        f"mentions    {_shown(totals['counted_mentions'], totals['mentions'])}{_more(counts['mentions'] - totals['counted_mentions'], 'in page furniture')}",
    ]
    identity: Mapping[str, int] = totals.get("identity", {})
    if identity.get("open"):
        names = f"{identity['open']} of {sum(identity.values())} names"
        lines.append(
            f"identity    {names} are open, i.e. the articles do not say who is meant: {page('docs/entities.md')}"
        )
    left_out = _more(counts["claims"] - totals["kept_claims"], "in the table only: their scores are too low")
    lines += [
        f"claims      {_shown(totals['kept_claims'], totals['claims'])}{left_out}",
        f"dates       {_shown(counts['dates'], totals['dates'])}",
    ]
    published = read_published(out, run)
    odd = _say_odd(read_notes(out, run))
    told = {"horizon": say_young(run, published), "undated": say_undated(published), "notes": odd}
    lines += [f"{name:<12}{words}" for name, words in told.items() if words]
    if counts["document_groups"]:
        lines.append(
            f"copies      {counted(counts['document_groups'], 'article')} near-identical to another: the report shows them once"
        )
    if not os.environ.get("CI"):
        lines += [f"{name:<12}{words}" for name, words in _leaders(out, run).items() if words]
    if timed:
        lines.append(f"time        {run['seconds'] or 0:.1f} s")
    lines.append(f"tables      {out}/*.parquet")
    if counts["documents"]:
        lines.append(
            f"next        `{_command('report', out)}` to read them, `{_command('review', out)}` to correct them"
        )
    return "\n".join(lines)


def _leaders(out: Path, run: Mapping[str, Any]) -> dict[str, str]:
    """Say who is named most, by label, and who is the source of most claims."""
    import pyarrow.compute as pc

    entities = _columns(out, run, "entities", ["entity_id", "label", "name", "n_mentions"])
    told = {}
    for words, label in LEADERS.items():
        told[words] = _most(entities.filter(pc.equal(entities["label"], label)), "n_mentions")
    claims = _columns(out, run, "claims", ["source_entity_id", "kept"])
    by_source = claims.filter(claims["kept"]).group_by("source_entity_id", use_threads=False)
    counts = by_source.aggregate([([], "count_all")])
    named = counts.join(entities, "source_entity_id", "entity_id", "inner", use_threads=False)
    told["sources"] = _most(named, "count_all")
    return told


def _columns(out: Path, run: Mapping[str, Any], name: str, columns: list[str]) -> pa.Table:
    import pyarrow as pa

    # Not verified: a run that ends here has written or verified the files.
    files = [rows for _, rows in read_files(out, run, name, columns, verify=False) if rows is not None]
    return pa.concat_tables(files or [arrow_schema(TABLES[name]).empty_table().select(columns)])


def _most(entities: pa.Table, number: str) -> str:
    """Return the names with the largest numbers."""
    ranked = entities.sort_by([(number, "descending"), ("name", "ascending")]).slice(0, MAX_LEADERS)
    return "; ".join(f"{row['name']} {row[number]}" for row in ranked.to_pylist())


def _command(name: str, out: Path) -> str:
    """Return how to call a command on the tables: in the folder of a clone by make, since `pipeline` is not on the path there."""
    if IS_INSTALLED or Path("Makefile").resolve() != PROJECT / "Makefile":
        program = (
            "pipeline" if IS_INSTALLED or which("pipeline") else Path(sys.executable).with_name("pipeline")
        )
        return f"{program} {name} --out {out}"
    return f"make {name}" if out == OUT else f"make {name} OUT={out}"


def _say_odd(notes: Mapping[str, int]) -> str:
    """Say how many documents are none, or have a date that was inferred; empty if there are none such."""
    return "; ".join(f"{notes[note]} {note}" for note in NOTED if notes.get(note))


def _more(count: int, where: str) -> str:
    return f" ({count} more {where})" if count else ""


def _advice(out: Path, failures: int) -> str:
    return f": `pipeline failures --out {out}` says how to fix each" if failures else ""


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
