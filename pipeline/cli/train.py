"""The commands `train ...`."""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.exit_codes import errors_shown
from pipeline.core.errors import ArgumentError

train_app = typer.Typer(help="Train the learned components.", no_args_is_help=True, rich_markup_mode=None)

WEIGHTS = Path("models/claims")
ENCODER = Path("models/encoder")
WHOLE = "whole:"
"""Prefix of a path whose annotators make a quotation on both sides of its cue one claim."""


@train_app.command("gold")
def train_gold(
    gold: Annotated[
        list[str],
        typer.Option(
            "--gold",
            help="Gold standard with claims, or a .tsv list of lines: PATH, WEIGHT=PATH or WEIGHT=whole:PATH.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="File to write.")],
    texts: Annotated[
        Path | None,
        typer.Option("--texts", help="Folder with the texts; default: `text` beside the gold file."),
    ] = None,
    most: Annotated[
        int | None,
        typer.Option(
            "--most", min=1, help="Use at most this many documents of each gold file, chosen at random."
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Random seed for --most.")] = 0,
) -> None:
    """Prepare training lines for `train scores`. Example: pipeline train gold --gold 3=gold.jsonl --out lines.jsonl."""
    from pipeline.evaluation.claim_examples import LINES, Plan, numbered, rows_of_gold, rows_of_lines
    from pipeline.outputs.formats.reading import read_gold

    with errors_shown():
        parts = []
        for name in gold:
            weight, whole, path = _weighted(name)
            plan = Plan(weight, whole, most, seed)
            if path.suffix == LINES:
                parts.append(rows_of_lines(path, plan))
                continue
            folder, beside = texts, path.parent / "text"
            if folder is None and beside.is_dir():
                folder = beside
            parts.append(rows_of_gold(read_gold(path, None, folder), plan))
        rows = list(numbered(parts))
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text("".join(lines), encoding="utf-8")
    typer.echo(f"wrote {len(rows)} lines to {out}")


def _weighted(name: str) -> tuple[float, bool, Path]:
    """Parse a value of `--gold`: the weight, whether quotations are whole, the path."""
    weight, path = 1.0, name
    before, sign, after = name.partition("=")
    if sign:
        with suppress(ValueError):  # a path may contain the sign too
            weight, path = float(before), after
    return weight, path.startswith(WHOLE), Path(path.removeprefix(WHOLE))


@train_app.command("scores")
def train_scores(
    gold: Annotated[
        list[Path],
        typer.Option(
            "--gold", help="JSON lines with text and claims; may be repeated.", exists=True, dir_okay=False
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the weights.")] = WEIGHTS,
) -> None:
    """Calibrate the scores of claims and sources. Example: pipeline train scores --gold gold.jsonl."""
    from pipeline.nlp.training import claim_scores

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with errors_shown():
        out.mkdir(parents=True, exist_ok=True)
        errors = claim_scores.train(gold, out)
    for name, error in errors.items():
        typer.echo(f"calibration error of the {name} score on documents left out: {error:.4f}")
    typer.echo(f"wrote {out}; run `pipeline build` to use the weights")


def _begin_training() -> None:
    """Show the progress of a training, and limit it to one thread: sums are then in one order, so a second training gives the same weights.

    Call it before NumPy or PyTorch is imported: they read the number of threads then.
    """
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    logging.basicConfig(level=logging.INFO, format="%(message)s")


@train_app.command("encoder")
def train_encoder(
    train: Annotated[
        Path,
        typer.Option("--train", help="JSON lines with text and claims.", exists=True, dir_okay=False),
    ],
    base: Annotated[
        Path,
        typer.Option(
            "--base",
            help="Folder of MiniLM-L6, with model.safetensors and vocab.txt.",
            exists=True,
            file_okay=False,
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the weights.")] = ENCODER,
    seed: Annotated[int, typer.Option("--seed", help="Random seed.")] = 0,
) -> None:
    """Train the encoder of the accurate mode. Example: pipeline train encoder --train train.jsonl --base minilm."""
    _begin_training()
    with errors_shown():
        try:
            from pipeline.nlp.training import encoder
        except ModuleNotFoundError as error:
            raise ArgumentError(
                f"train encoder: {error.name} is not installed",
                "In the folder of the clone: pip install -e '.[train]'.",
            ) from error
        encoder.train(train, base, out, seed)
    typer.echo(f"wrote {out}")


@train_app.command("relations")
def train_relations(
    gold: Annotated[
        list[str],
        typer.Option(
            "--gold", help="GOLD.jsonl=RUN: a gold of links and a run over its texts; may be repeated."
        ),
    ],
    model: Annotated[
        Path,
        typer.Option(
            "--model", help="Built pipeline, whose word vectors count.", exists=True, file_okay=False
        ),
    ] = Path("models/en_policy_news"),
    least: Annotated[float, typer.Option("--least", min=0, max=1, help="Lowest chance that counts.")] = 0.5,
    out: Annotated[Path, typer.Option("--out", help="Folder for the weights.")] = WEIGHTS,
) -> None:
    """Learn when two claims report one statement. Example: pipeline train relations --gold gold.jsonl=data/out."""
    from pipeline.evaluation.relation_examples import read_examples
    from pipeline.nlp.relations.lexicon import read_relation_rules
    from pipeline.nlp.training import relations

    with errors_shown():
        rules = read_relation_rules(model)
        examples = []
        for name in gold:
            path, _, run = name.partition("=")
            examples += list(read_examples(Path(path), Path(run), rules))
        out.mkdir(parents=True, exist_ok=True)
        found = relations.train(examples, out, least)
    typer.echo(
        f"on events left out: {found.found} of {found.same} pairs of one statement found, {found.false} others; "
        f"calibration error {found.error:.3f} over {found.pairs} pairs"
    )
    typer.echo(f"wrote {out}; run `pipeline build` to use the weights")
