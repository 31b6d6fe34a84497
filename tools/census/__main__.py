"""The command: `python -m tools.census --help`."""

from __future__ import annotations

import csv
import hashlib
import pickle
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from policy_news.cli.exit_codes import errors_shown
from policy_news.core.atomic_files import require_new
from policy_news.core.errors import ArgumentError
from policy_news.core.settings import read_settings
from tests.nlp.claims.test_traps import KNOWN_TO_FAIL, find_wrong
from tests.nlp.who.scoring import count_verdicts
from tests.nlp.who.test_gold import LEAST
from tools.census.bench import MEASURES, Bench
from tools.census.items import Item, find_items
from tools.census.study import Result, Study, grouped
from tools.census.switches import Switches, Tally, minority, number_set, off_code

ROOT = Path(__file__).parents[2]
ROOMS = [ROOT / "policy_news/nlp" / name for name in ("claims", "dates", "entities", "who")]
HEAD = ("name", "file", "first", "last", "kind", "calls", "minority", "documents", "group", "rows")
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def census(
    outs: Annotated[list[Path], typer.Argument(help="Output folders of `pipeline run`.", exists=True)],
    table: Annotated[Path, typer.Option(help="CSV file to write.")],
    unread: Annotated[
        list[str] | None, typer.Option(help="NAME=FILE of a gold set that no rule was written for.")
    ] = None,
    read: Annotated[list[str] | None, typer.Option(help="NAME=FILE of another gold set.")] = None,
    rooms: Annotated[
        list[Path] | None, typer.Option(help="File or folder of rules; the language rooms if not given.")
    ] = None,
    state: Annotated[
        Path | None, typer.Option(help="Folder for the counts, which need not be made again then.")
    ] = None,
    only: Annotated[
        Path | None, typer.Option(help="File with names of items: leave the others alone.")
    ] = None,
    off: Annotated[
        Path | None, typer.Option(help="File with names of items: only switch these off, all together.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Settings of the runs.")] = None,
    minutes: Annotated[
        float, typer.Option(help="Stop after so long; the table says what was measured.")
    ] = 1e6,
    at_most: Annotated[int, typer.Option(help="Take so many documents of each folder; 0 for all.")] = 0,
    numbers: Annotated[int, typer.Option(help="Halve and double numbers in so many documents.")] = 0,
    size: Annotated[int, typer.Option(help="Items in a group.", min=1)] = 10,
    widest: Annotated[
        float, typer.Option(help="Measure only items that do something in at most this share of documents.")
    ] = 1.0,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Say what each predicate, step and number of the rules is good for."""
    deadline = time.monotonic() + 60 * minutes
    with errors_shown():
        require_new(table, force=force)
        sets = dict(map(_split, [*(unread or []), *(read or [])]))
        items = find_items(ROOT, rooms or ROOMS)
        if only is not None:
            names = only.read_text(encoding="utf-8").split()
            items = [item for item in items if item.name in names]
        switches = Switches(items)
        bench = Bench(outs, sets, read_settings(config), at_most)
        _count(bench, switches, state)
        study = Study(bench, switches, [_split(name)[0] for name in unread or []])
        _show_figures(study)
        if off is not None:
            _together(study, items, off.read_text(encoding="utf-8").split())
            return
        results = _numbers(study, items, numbers)
        _write(table, study, items, results)
        functions = [
            number
            for number, item in enumerate(items)
            if minority(item, switches.tallies[number])
            and study.documents(number) <= widest * len(bench.cases)
        ]
        for group in grouped(functions, study, size):
            results |= study.examine(group, deadline)
            _write(table, study, items, results)
    typer.echo(f"{len(results)} of {len(functions)} measured: {table}")


def _split(text: str) -> tuple[str, Path]:
    name, _, path = text.partition("=")
    if not path:
        raise ArgumentError(f"'{text}' is not NAME=FILE", "Write the name of the set before its file.")
    return name, Path(path)


def _count(bench: Bench, switches: Switches, state: Path | None) -> None:
    """Count the calls, or take the counts of an earlier census of the same items and documents."""
    for out in dict.fromkeys(case.out for case in bench.cases):
        cases = [case for case in bench.cases if case.out == out]
        made_of = [list(switches.items), [case.document.doc_id for case in cases]]
        name = hashlib.sha256(pickle.dumps(made_of)).hexdigest()[:16]
        file = state / f"{name}.pickle" if state else None
        if file is not None and file.is_file():
            tallies, kept = pickle.loads(file.read_bytes())
            for case, (seen, base) in zip(cases, kept, strict=True):
                case.seen, case.base = seen, base
        else:
            before, switches.tallies = switches.tallies, [Tally() for _ in switches.items]
            bench.count(switches, cases)
            tallies, switches.tallies = switches.tallies, before
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(pickle.dumps((tallies, [(case.seen, case.base) for case in cases])))
        for own, more in zip(switches.tallies, tallies, strict=True):
            own.add(more)


def _show_figures(study: Study) -> None:
    for name, figures in sorted(study.figures().items()):
        typer.echo(f"{name:<16}" + "".join(f"{figure:8.4f}" for figure in figures))


def _together(study: Study, items: list[Item], names: Iterable[str]) -> None:
    """Switch items off all together and show what that changes."""
    numbers = {item.name: number for number, item in enumerate(items)}
    missing = [name for name in names if name not in numbers]
    if missing:
        raise ArgumentError(f"unknown: {', '.join(missing)}", "Take the names from the table.")
    group = [numbers[name] for name in names]
    result = study.measure(group, range(len(study.bench.cases)), all_on=True)
    _show_traps("all on", study)
    how = {number: off_code(items[number], study.switches.tallies[number]) for number in group}
    with study.switches.off(how):
        _show_traps("off", study)
    typer.echo(f"{len(group)} off: {result.rows} rows changed, broken: {result.broken}")
    for name, deltas in sorted(result.deltas.items()):
        typer.echo(f"{name:<16}" + "".join(f"{delta:+8.4f}" for delta in deltas))


def _show_traps(name: str, study: Study) -> None:
    """Show how the corpora of namesakes and the lines of claims of the tests come out: gold has few of either."""
    annotator = study.bench.annotator
    corpora = count_verdicts(annotator, LEAST)
    wrong = sum(len(find_wrong(annotator.nlp, file)) for file in KNOWN_TO_FAIL)
    typer.echo(
        f"{name}: {corpora['wrong']} corpora of names wrong, {corpora['open']} open; {wrong} lines of claims wrong"
    )


def _numbers(study: Study, items: list[Item], documents: int) -> dict[int, Result]:
    """Halve and double each number; of the two the one that changes more rows counts."""
    results: dict[int, Result] = {}
    for number, item in enumerate(items):
        if item.kind != "number" or not documents:
            continue
        found = []
        for factor in (0.5, 2):
            with number_set(item, factor):
                found.append(study.measure([number], range(documents), all_on=True))
            study.forget(number)
        results[number] = max(found, key=lambda result: (result.broken, result.rows))
    return results


def _write(table: Path, study: Study, items: list[Item], results: Mapping[int, Result]) -> None:
    sets = sorted(study.figures())
    marks = {name: "unread" if name in study.unread else "read" for name in sets}
    columns = [f"{name} ({marks[name]}) {layer} {measure}" for name in sets for layer, measure in MEASURES]
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*HEAD, *columns, "gain unread", "verdict"])
        for number, item in enumerate(items):
            writer.writerow(_row(study, number, item, results.get(number), sets))


def _row(study: Study, number: int, item: Item, result: Result | None, sets: Iterable[str]) -> list[object]:
    tally = study.switches.tallies[number]
    row: list[object] = [item.name, item.file, item.first, item.last, item.kind]
    row += ["", ""] if item.kind == "number" else [tally.calls, minority(item, tally)]
    if result is None:
        measured: list[object] = [study.documents(number), "", ""]
    else:
        measured = [result.documents, result.group, result.rows]
    deltas: list[object] = []
    for name in sets:
        known = result and (result.is_whole or name in study.unread)
        found = result.deltas.get(name, [0.0] * len(MEASURES)) if result and known else []
        deltas += [f"{delta:+.4f}" for delta in found] or [""] * len(MEASURES)
    gain = f"{result.gain(study.unread):+.4f}" if result else ""
    return [*row, *measured, *deltas, gain, study.verdict(number, result)]


if __name__ == "__main__":
    app()
