"""The network of the encoder, in PyTorch: a BERT of 5 layers whose last layer is there twice: for cues and names, and for the roles of one cue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

import torch
from torch import Tensor, nn

from policy_news.nlp.encoder.roles import LABELS, NAME_CLASSES
from policy_news.nlp.encoder.windows import NEAR, SHAPES
from tools.training.encoder_data import SIGHTS

PIECES, PLACES, WIDTH, INNER, HEADS = 30_522, 512, 384, 1_536, 12
SHARED = 4
"""Layers that read a window once, whatever the number of its cues: each layer more for the roles is read once a cue."""
DROPPED = 0.1
MARK_SIZE = 0.3
"""Standard deviation of what is added to a cue at first: it must be seen from the first step on."""


class Drop(nn.Module):
    """Drops values of a window in all its pieces at once: as good against learning by heart, and a tenth of the random numbers."""

    def forward(self, values: Tensor) -> Tensor:
        """Drop a share of the values while training."""
        if not self.training:
            return values
        kept = torch.rand(values.shape[0], 1, values.shape[2]) >= DROPPED
        return values * (kept.to(values.dtype) / (1 - DROPPED))


class Layer(nn.Module):
    """Attention and a dense part, each added to what comes in."""

    def __init__(self) -> None:
        super().__init__()
        self.inward, self.outward = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm, self.last_norm = nn.LayerNorm(WIDTH, 1e-12), nn.LayerNorm(WIDTH, 1e-12)
        self.drop = Drop()

    def forward(self, values: Tensor, padding: Tensor) -> Tensor:
        """Read values of shape (windows, pieces, `WIDTH`)."""
        rows, length, _ = values.shape
        parts = self.inward(values).view(rows, length, 3, HEADS, WIDTH // HEADS)
        query, key, value = (parts[:, :, number].transpose(1, 2) for number in range(3))
        # Written out: the ready-made attention is slow backwards on a processor.
        weights = torch.softmax(
            query @ key.transpose(2, 3) / (WIDTH // HEADS) ** 0.5 + padding.to(query.dtype), -1
        )
        seen = (weights.to(value.dtype) @ value).transpose(1, 2).reshape(rows, length, WIDTH)
        values = self.norm(values + self.drop(self.outward(seen)))
        return self.last_norm(values + self.drop(self.down(nn.functional.gelu(self.up(values)))))


class EncoderNetwork(nn.Module):
    """Reads windows; then, for each cue, its window once more through one layer that knows the cue."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces, self.places = nn.Embedding(PIECES, WIDTH), nn.Embedding(PLACES, WIDTH)
        self.kind = nn.Parameter(torch.zeros(WIDTH))
        self.shapes, self.quoted = nn.Embedding(SHAPES, WIDTH), nn.Embedding(2, WIDTH)
        self.norm, self.drop = nn.LayerNorm(WIDTH, 1e-12), Drop()
        self.shared = nn.ModuleList(Layer() for _ in range(SHARED))
        self.last_layer, self.role_layer = Layer(), Layer()
        self.mark, self.near = nn.Embedding(2, WIDTH), nn.Embedding(2 * NEAR + 1, WIDTH)
        self.sights, self.labels = nn.Linear(WIDTH, SIGHTS), nn.Linear(WIDTH, len(LABELS))
        self.names = nn.Linear(WIDTH, NAME_CLASSES)
        for features in (self.shapes, self.quoted, self.near):
            nn.init.zeros_(features.weight)
        nn.init.normal_(self.mark.weight, std=MARK_SIZE)

    def read(
        self, ids: Tensor, shapes: Tensor, quoted: Tensor, firsts: Tensor, padding: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Read windows.

        Args:
            ids: Pieces, of shape (windows, pieces).
            shapes: Shapes of words, of the same shape.
            quoted: 1 in quotations, of the same shape.
            firsts: The first piece of each token, of shape (windows, tokens).
            padding: Added to the weights of pieces, of shape (windows, 1, 1, pieces) or one that stands for it.

        Returns:
            What the shared layers make of it, for `roles`; the scores of what is seen, of shape (windows, tokens, `SIGHTS`); those of
            the classes of names, of shape (windows, tokens, `NAME_CLASSES`).
        """
        values = self.pieces(ids) + self.places.weight[: ids.shape[1]] + self.kind
        values = self.drop(self.norm(values + self.shapes(shapes) + self.quoted(quoted)))
        for layer in self.shared:
            values = layer(values, padding)
        seen = _at(self.last_layer(values, padding), firsts)
        return values, self.sights(seen), self.names(seen)

    def roles(self, state: Tensor, firsts: Tensor, marks: Tensor, near: Tensor, padding: Tensor) -> Tensor:
        """Read the roles of one cue in each window.

        Args:
            state: What `read` gave, of shape (cues, pieces, `WIDTH`).
            firsts: The first piece of each token, of shape (cues, tokens).
            marks: 1 at the cue, of shape (cues, pieces).
            near: Distance to the cue, of the same shape.
            padding: As in `read`, one row a cue.

        Returns:
            Scores of the labels, of shape (cues, tokens, labels).
        """
        marked = state + self.mark(marks) + self.near(near)
        return self.labels(_at(self.role_layer(marked, padding), firsts))

    def start(self, weights: Mapping[str, Tensor]) -> None:
        """Take over the weights of a MiniLM of this size; its embeddings stay as they are."""
        numbered = [*enumerate([*self.shared, self.last_layer]), (SHARED, self.role_layer)]
        with torch.no_grad():
            self.pieces.weight.copy_(weights["embeddings.word_embeddings.weight"])
            self.places.weight.copy_(weights["embeddings.position_embeddings.weight"])
            self.kind.copy_(weights["embeddings.token_type_embeddings.weight"][0])
            _copy(self.norm, weights, "embeddings.LayerNorm")
            for number, layer in numbered:
                _copy_layer(layer, weights, f"encoder.layer.{number}")
        self.pieces.weight.requires_grad_(False)
        self.places.weight.requires_grad_(False)

    def new(self) -> Iterator[nn.Parameter]:
        """Return the parameters that MiniLM does not have."""
        parts = (self.sights, self.labels, self.names, self.mark, self.near, self.shapes, self.quoted)
        return chain.from_iterable(part.parameters() for part in parts)


def _at(values: Tensor, firsts: Tensor) -> Tensor:
    """Return the values at the first piece of each token."""
    return values.gather(1, firsts[..., None].expand(-1, -1, WIDTH))


def _copy(part: nn.Module, weights: Mapping[str, Tensor], *names: str) -> None:
    """Set weight and bias from one place, or from several on top of each other."""
    for kind in ("weight", "bias"):
        getattr(part, kind).copy_(torch.cat([weights[f"{name}.{kind}"] for name in names]))


def _copy_layer(layer: Layer, weights: Mapping[str, Tensor], name: str) -> None:
    _copy(layer.inward, weights, *(f"{name}.attention.self.{part}" for part in ("query", "key", "value")))
    _copy(layer.outward, weights, f"{name}.attention.output.dense")
    _copy(layer.norm, weights, f"{name}.attention.output.LayerNorm")
    _copy(layer.up, weights, f"{name}.intermediate.dense")
    _copy(layer.down, weights, f"{name}.output.dense")
    _copy(layer.last_norm, weights, f"{name}.output.LayerNorm")
