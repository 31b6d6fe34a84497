"""The command that measures the pipeline on a user's own gold. Mounted by `pipeline.cli.main`."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.exit_codes import EXIT_CHECK, errors_shown
from pipeline.core.errors import ArgumentError
from pipeline.core.messages import printable
from pipeline.core.settings import read_settings

if TYPE_CHECKING:
    from pipeline.evaluation.evaluate import Evaluation
    from pipeline.evaluation.gold import GoldSet
    from pipeline.evaluation.predictions import Predictions


class GoldFormat(StrEnum):
    """Forms of a gold."""

    jsonl = "jsonl"
    spacy = "spacy"
    conll = "conll"
    brat = "brat"


class ResultFormat(StrEnum):
    """Forms of the result."""

    text = "text"
    json = "json"


def evaluate(
    gold: Annotated[
        Path, typer.Option("--gold", help="Gold: JSON lines, .spacy, CoNLL columns, or a brat folder.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Compare with this finished run over the same texts; else the pipeline is run."
        ),
    ] = None,
    predictions: Annotated[
        Path | None,
        typer.Option("--predictions", help="Compare with these predictions, in any form of a gold."),
    ] = None,
    gold_format: Annotated[
        GoldFormat | None,
        typer.Option("--gold-format", help="Form of the gold, where its ending does not tell."),
    ] = None,
    texts: Annotated[
        Path | None, typer.Option("--texts", help="Folder with the texts of a gold that holds none.")
    ] = None,
    label_map: Annotated[
        Path | None, typer.Option("--map", help="YAML with what the labels of gold and pred count as.")
    ] = None,
    gold_map: Annotated[
        str | None, typer.Option("--gold-map", help="The same for the gold: PER=PERSON,MISC=IGNORE.")
    ] = None,
    pred_map: Annotated[str | None, typer.Option("--pred-map", help="The same for the predictions.")] = None,
    labels: Annotated[
        str | None, typer.Option("--labels", help="Compare only these, separated by commas.")
    ] = None,
    trim: Annotated[
        bool,
        typer.Option(
            "--trim", help="Leave articles, honorifics, possessives and outer punctuation out of account."
        ),
    ] = False,
    form: Annotated[ResultFormat, typer.Option("--format", help="Form of the result.")] = ResultFormat.text,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page with all differences.")] = None,
    min_f1: Annotated[
        float | None,
        typer.Option("--min-f1", min=0, max=1, help="Leave with 1 if F1 of span and label is lower."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the bootstrap of the intervals.")] = 0,
    workers: Annotated[int, typer.Option("--workers", min=0, help="Processes; 0 for one a core.")] = 0,
    config: Annotated[Path | None, typer.Option("--config", help="TOML file with settings.")] = None,
) -> None:
    """Measure the pipeline on your own gold. Example: pipeline evaluate --gold gold.jsonl --html errors.html."""
    from pipeline.evaluation.evaluate import Options
    from pipeline.evaluation.evaluate import evaluate as compare
    from pipeline.evaluation.labels import read_label_map
    from pipeline.evaluation.page import check_page
    from pipeline.evaluation.reading import read_gold

    with errors_shown():
        if html:
            check_page(html)  # before the work, which may take hours
        only = tuple(word.strip() for word in labels.split(",")) if labels else ()
        options = Options(read_label_map(label_map, gold_map, pred_map), only, trim, seed=seed)
        own = read_gold(gold, gold_format.value if gold_format else None, texts)
        result = compare(own, _predictions(own, out, predictions, config, workers), options)
        if html:
            _write_page(result, html)
        _print(result, form)
    if min_f1 is not None and _f1(result) < min_f1:
        typer.echo(f"evaluate: F1 {_f1(result):.3f} is lower than {min_f1}", err=True)
        raise typer.Exit(EXIT_CHECK)


def _predictions(
    gold: GoldSet, out: Path | None, given: Path | None, config: Path | None, workers: int
) -> Predictions:
    from pipeline.evaluation.predictions import Predictions, predict, read_predictions
    from pipeline.evaluation.reading import read_gold

    if out and given:
        raise ArgumentError(
            "--out and --predictions: only one of them", "Name a run, or a file of predictions."
        )
    if out:
        return read_predictions(out)
    if given:
        return Predictions(str(given), read_gold(given).documents, {}, complete=True)
    return predict(gold.documents, read_settings(config), workers)


def _write_page(result: Evaluation, html: Path) -> None:
    from pipeline.evaluation.page import write_page

    write_page(result, html)
    typer.echo(f"evaluate: wrote {printable(str(html))}", err=True)


def _print(result: Evaluation, form: ResultFormat) -> None:
    from pipeline.evaluation.show import to_json, to_text

    if form is ResultFormat.json:
        typer.echo(json.dumps(to_json(result), indent=1))
    else:
        typer.echo("\n".join(map(printable, to_text(result).split("\n"))))


def _f1(result: Evaluation) -> float:
    from pipeline.evaluation.counts import ALL

    scores = next((layer.scores for layer in result.layers if layer.name == "entities"), {})
    if ("strict", ALL) not in scores:
        raise typer.BadParameter("the gold has no entities that are compared", param_hint="--min-f1")
    return scores["strict", ALL].f1
