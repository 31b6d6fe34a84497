"""The commands `train ...`."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.exit_codes import errors_shown

train_app = typer.Typer(help="Train the learned components.", no_args_is_help=True, rich_markup_mode=None)

WEIGHTS = Path("models/claims")


@train_app.command("scores")
def train_scores(
    gold: Annotated[
        list[Path],
        typer.Option(
            "--gold", help="JSONL with text and claims; may be repeated.", exists=True, dir_okay=False
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


@train_app.command("claims")
def train_claims(
    train: Annotated[
        Path,
        typer.Option(
            "--train", help="JSON lines with texts and claims to train on.", exists=True, dir_okay=False
        ),
    ],
    dev: Annotated[
        Path, typer.Option("--dev", help="JSON lines to report scores on.", exists=True, dir_okay=False)
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the weights.")] = WEIGHTS,
    seed: Annotated[int, typer.Option("--seed", help="Random seed.")] = 0,
) -> None:
    """Train the claim model. Example: pipeline train claims --train train.jsonl --dev dev.jsonl."""
    # One thread, so that sums are taken in one order and a second training gives the same weights.
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    from pipeline.nlp.training import claims

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with errors_shown():
        out.mkdir(parents=True, exist_ok=True)
        claims.train(train, dev, out, seed)
    typer.echo(f"wrote {out}; run `pipeline build` to use the weights")
