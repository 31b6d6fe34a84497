"""The command `evaluate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from policy_news.cli.exit_codes import EXIT_CHECK, errors_shown
from policy_news.cli.options import Config, GoldFormat, Workers
from policy_news.core.errors import ArgumentError
from policy_news.core.messages import printable_lines
from policy_news.core.settings import read_settings

if TYPE_CHECKING:
    from policy_news.evaluation.evaluate import Evaluation
    from policy_news.evaluation.predictions import Predictions
    from policy_news.outputs.formats.gold import GoldSet


def evaluate(
    gold: Annotated[Path, typer.Option("--gold", help="Gold standard: JSON lines, .spacy or CoNLL columns.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Compare with this finished run over the same texts; default: run the pipeline."
        ),
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="Compare with these predictions, in any gold format.")
    ] = None,
    gold_format: Annotated[
        GoldFormat | None,
        typer.Option("--gold-format", help="Format of the gold file, if the extension is ambiguous."),
    ] = None,
    gold_map: Annotated[
        str | None, typer.Option("--gold-map", help="Map of gold labels, e.g. PER=PERSON,MISC=IGNORE.")
    ] = None,
    labels: Annotated[
        str | None, typer.Option("--labels", help="Compare only these labels, separated by commas.")
    ] = None,
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="Output format.")] = "text",
    min_f1: Annotated[
        float | None, typer.Option("--min-f1", min=0, max=1, help="Exit with 1 if strict F1 is below this.")
    ] = None,
    workers: Workers = 0,
    config: Config = None,
) -> None:
    """Score the pipeline on your own gold standard. Example: pipeline evaluate --gold gold.jsonl."""
    from policy_news.evaluation.compared_labels import parse_label_map
    from policy_news.evaluation.evaluate import evaluate as compare
    from policy_news.evaluation.show import to_json, to_text
    from policy_news.outputs.formats.gold_files import read_gold

    with errors_shown():
        only = tuple(map(str.strip, labels.split(","))) if labels else ()
        table = parse_label_map(gold_map) if gold_map else None
        own = read_gold(gold, gold_format)
        result = compare(own, _predictions(own, out, predictions, config, workers), table, only)
        told = json.dumps(to_json(result), indent=1) if form == "json" else to_text(result)
        typer.echo(printable_lines(told))
    if min_f1 is not None and _f1(result) < min_f1:
        typer.echo(f"evaluate: F1 {_f1(result):.3f} is below {min_f1}", err=True)
        raise typer.Exit(EXIT_CHECK)


def _predictions(
    gold: GoldSet, out: Path | None, given: Path | None, config: Path | None, workers: int
) -> Predictions:
    from policy_news.evaluation.predictions import Predictions, predict, read_predictions
    from policy_news.outputs.formats.gold_files import read_gold

    if out and given:
        raise ArgumentError(
            "--out and --predictions cannot be combined", "Name a run, or a file of predictions."
        )
    if out:
        return read_predictions(out)
    if given:
        return Predictions(str(given), read_gold(given).documents, {}, complete=True)
    return predict(gold.documents, read_settings(config), workers)


def _f1(result: Evaluation) -> float:
    from policy_news.evaluation.counts import ALL

    scores = next((layer.scores for layer in result.layers if layer.name == "entities"), {})
    if ("strict", ALL) not in scores:
        raise typer.BadParameter("the gold has no entities to compare", param_hint="--min-f1")
    return scores["strict", ALL].f1
