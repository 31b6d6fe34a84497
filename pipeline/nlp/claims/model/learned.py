"""The learned layer: cue chances, roles, and which readings are accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.errors import ModelError
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.model.cue_features import CueFeatures
from pipeline.nlp.claims.model.cue_frequencies import Shares, candidates
from pipeline.nlp.claims.model.decision_features import decision_rows
from pipeline.nlp.claims.model.encoder import CUE_SHARE, Sight, blend
from pipeline.nlp.claims.model.feature_digest import feature_digest
from pipeline.nlp.claims.model.network import Ensemble, Floats, read_network
from pipeline.nlp.claims.model.readings import Reading, read_roles
from pipeline.nlp.claims.model.table import Codes, Ints, Table
from pipeline.nlp.claims.overlap_index import Holders
from pipeline.nlp.claims.tree import Tree, size

FILE = "claims.npz"
NETWORKS = ("glance", "cues", "roles", "decisions")
FLOOR = 0.15
"""Lowest cue chance from which a reading is made."""
GLANCE = 0.015
"""Lowest chance at a glance from which a word is looked at closely: it leaves a fifth of them, and all but one in 400 of those that
would be read."""
BLOCK = 500
"""Cues that are read at once: the memory that it takes grows with them. No article has as many."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """Heads that may be cues, with their feature codes and chances."""

    heads: Ints
    codes: Codes
    chance: Floats
    share: Ints


@dataclass(frozen=True, slots=True)
class Learned:
    """The trained models; several of a kind are averaged.

    Attributes:
        keep: Least score of a claim that is accepted.
        see: Reads with them in the accurate mode; None in the fast one.
    """

    shares: Shares
    glance: Ensemble
    cues: Ensemble
    roles: Ensemble
    decisions: Ensemble
    keep: float
    see: Callable[[Tree, Table], Sight] | None = None

    def score(self, tree: Tree, table: Table, drafts: Sequence[Draft]) -> list[tuple[Reading, float]]:
        """All readings of a doc with the chance that each is a claim.

        Args:
            tree: The doc.
            table: The doc, as numbers.
            drafts: What the rules find in it.
        """
        sight = self.see(tree, table) if self.see is not None else None
        proposals = propose(table, self.shares, self.cues, self.glance, sight)
        readings, codes = read(table, proposals, drafts, self.roles, sight)
        if not readings:
            return []
        rows = np.concatenate([codes, decision_rows(table, proposals.share, readings)], axis=1)
        scores = self.decisions.chances(rows)[:, 1]
        return list(zip(readings, scores.tolist(), strict=True))

    def save(self, folder: Path, *, mapped: bool = False) -> None:
        """Write all weights into one file of small numbers.

        Args:
            folder: Made if it is not there; the weights in it may be mapped.
            mapped: Embeddings go into files of their own, larger ones, of which only what is looked up comes into memory.
        """
        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {
            "shares.codes": self.shares.codes,
            "shares.bins": self.shares.bins.astype(np.int8),
            "keep": np.array(self.keep),
            "features": np.array(feature_digest()),
        }
        for name in NETWORKS:
            for number, network in enumerate(getattr(self, name).networks):
                arrays |= network.arrays(f"{name}.{number}")
        if not mapped:
            np.savez_compressed(folder / FILE, **arrays)
            return
        for name in NETWORKS:
            partial = folder / f"new-{name}.npy"
            np.save(partial, _networks(arrays, name).table, allow_pickle=False)
            partial.replace(_table_path(folder, name))
        np.savez(folder / FILE, **{key: array for key, array in arrays.items() if not key.endswith(".table")})


def load_learned(folder: Path) -> Learned | None:
    """Read the weights in a folder; None if there are none.

    Raises:
        ModelError: They were trained with other features: their codes would mean something else.
    """
    if not (folder / FILE).is_file():
        return None
    with np.load(folder / FILE, allow_pickle=False) as arrays:
        data = {key: arrays[key] for key in arrays.files}
    if str(data.get("features", "")) != feature_digest():
        raise ModelError(
            f"{folder / FILE}: was trained with other features than this program has",
            "Run `pipeline build`. Weights of your own have to be trained again: `pipeline train claims`.",
        )
    shares = Shares(data["shares.codes"], data["shares.bins"].astype(np.int64))
    glance, cues, roles, decisions = (_networks(data, name, folder) for name in NETWORKS)
    return Learned(shares, glance, cues, roles, decisions, float(data["keep"]))


def _networks(arrays: Mapping[str, Any], name: str, folder: Path | None = None) -> Ensemble:
    """The ensemble of a name, its embeddings mapped from a folder where they are there."""
    numbers = sorted({int(key.split(".")[1]) for key in arrays if key.startswith(f"{name}.")})
    path = _table_path(folder, name) if folder else None
    table = np.asarray(np.load(path, mmap_mode="r")) if path and path.is_file() else None
    return Ensemble.of([read_network(arrays, f"{name}.{number}") for number in numbers], table)


def _table_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.npy"


def propose(
    table: Table,
    shares: Shares,
    networks: Ensemble,
    glance: Ensemble | None = None,
    sight: Sight | None = None,
) -> Proposals:
    """Cue chances of the candidate tokens that a glance, if there is one, does not rule out.

    What the encoder takes for a cue is a candidate too, be the word as rare as it may.

    Args:
        table: The doc, as numbers.
        shares: How often words were cues in training.
        networks: The trained networks.
        glance: The network that rules out most words, if any.
        sight: What the encoder sees, if there is one.

    Returns:
        The tokens and their chances.
    """
    share = shares.of(table)
    heads = candidates(table, share)
    if glance is not None and len(heads):
        heads = heads[glance.chances(CueFeatures(table, share, heads).glance())[:, 1] >= GLANCE]
    if sight is not None:
        heads = np.union1d(heads, np.flatnonzero(sight.chance >= FLOOR))
    codes = CueFeatures(table, share, heads).rows()
    chance = np.zeros(table.size + 1, dtype=np.float32)
    if len(heads):
        own = networks.chances(codes)
        if sight is not None:
            seen = sight.chance[heads]
            own = blend(own, np.stack([1 - seen, seen], axis=1), CUE_SHARE)
        chance[heads] = own[:, 1]
    return Proposals(heads, codes, chance, share)


def read(
    table: Table,
    proposals: Proposals,
    drafts: Sequence[Draft],
    networks: Ensemble,
    sight: Sight | None = None,
) -> tuple[list[Reading], Codes]:
    """Readings of the likelier heads, with the cue codes of each.

    Args:
        table: The doc, as numbers.
        proposals: Tokens that may be cues, with their chances.
        drafts: The claims of the doc.
        networks: The trained networks.
        sight: What the encoder sees, if there is one.

    Returns:
        The readings, and the codes of their cues.
    """
    likely = proposals.chance[proposals.heads] >= FLOOR
    heads = proposals.heads[likely]
    blocks = (heads[start : start + BLOCK] for start in range(0, len(heads), BLOCK))
    readings = [
        one
        for block in blocks
        for one in read_roles(table, proposals.share, block, proposals.chance, drafts, networks, sight)
    ]
    return readings, proposals.codes[likely]


def accept(scored: Sequence[tuple[Reading, float]]) -> list[tuple[Reading, float]]:
    """Of readings that share most of their content, the better one."""
    accepted: list[tuple[Reading, float]] = []
    held = Holders()
    for reading, score in sorted(scored, key=lambda pair: (-pair[1], pair[0].head)):
        own = size(reading.content)
        if own and not any(2 * tokens > own for tokens in held.shared(reading.content).values()):
            accepted.append((reading, score))
            held.add(reading.content)
    return accepted
