"""Documents with their kept parses, and what the rules make of them when items are off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policy_news.core.settings import Settings, find_model
from policy_news.evaluation.compared_labels import Comparison, decide_labels
from policy_news.evaluation.counts import ALL
from policy_news.evaluation.layers import compare_claims, compare_dates, compare_entities
from policy_news.evaluation.pairing import Pair
from policy_news.evaluation.predictions import predicted_document
from policy_news.nlp.annotator import Annotator, load_pipeline
from policy_news.nlp.component_cache import GET, PARTS, SET
from policy_news.nlp.doc_rows import build_rows
from policy_news.nlp.fingerprints import model_parts_fingerprint
from policy_news.outputs.formats.gold import GoldDocument as GoldDocument
from policy_news.outputs.formats.gold_files import read_gold
from policy_news.run.parse_cache import KeptParses
from policy_news.run.records import read_entries, read_items
from policy_news.run.shard_results import read_manifest, read_result
from policy_news.run.shards import make_source
from policy_news.tables.chunks import Annotated
from policy_news.text.document import Document, Unmasked
from tools.census.switches import Seen, Switches

STAGES = (*PARTS, "rows")
"""The parts of the rules in order, and last the rows with their ids."""
TABLES = ("mentions", "dates", "claims", "claim_mentions", "appearances")
MEASURES = (
    ("entities", "strict"),
    ("claims", "content"),
    ("claims", "content and source"),
    ("claims", "content, source and type"),
    ("dates", "strict"),
    ("dates", "value"),
)
"""The layers that gold is compared in, with a measure of each."""
Numbers = tuple[tuple[int, int, int], ...]
"""For each measure the numbers of right, predicted and gold items."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules make of a document.

    Attributes:
        found: The results of the parts, plain data.
        rows: The rows of each table, as text.
        numbers: The comparison with gold; empty for a document without gold.
    """

    found: Mapping[str, Any]
    rows: Mapping[str, Counter[str]]
    numbers: Numbers


@dataclass(slots=True)
class Case:
    """A document.

    Attributes:
        out: The folder that it is from.
        gold_set: The name of its gold set; empty without one.
        parsed: As the model gave it.
        seen: What the items did in each stage, once it was counted.
        base: Its outcome with all items on.
    """

    out: Path
    document: Document
    unmasked: Unmasked
    parsed: Any
    gold_set: str = ""
    gold: GoldDocument | None = None
    seen: dict[str, Seen] = field(default_factory=dict)
    base: Outcome | None = None


class Bench:
    """Runs the rules over documents of output folders.

    Args:
        outs: Output folders of `pipeline run`, or of its stages up to `annotate`, made with these settings.
        gold: Gold files by the names of the sets; a document belongs to the set that has its id.
        settings: The settings of the runs.
        at_most: Take so many documents of each folder.
    """

    def __init__(
        self, outs: Iterable[Path], gold: Mapping[str, Path], settings: Settings, at_most: int = 0
    ) -> None:
        model = find_model(settings.annotate.model)
        parts = model_parts_fingerprint(model) if model.is_dir() else settings.annotate.model
        self.annotator = Annotator(load_pipeline(settings.annotate.model), settings, parts)
        self.settings = settings
        known = {one.name: (name, one) for name, path in gold.items() for one in read_gold(path).documents}
        self.cases: list[Case] = []
        for out in outs:
            self.cases += self._read(out, known, at_most)
        labels = Counter(
            entity.label for case in self.cases if case.gold for entity in case.gold.entities or ()
        )
        self.labels: Comparison = decide_labels(labels, labels + Counter(("LOC", "FAC")))

    def _read(self, out: Path, known: Mapping[str, tuple[str, GoldDocument]], at_most: int) -> Iterator[Case]:
        memos = [memo for done in read_manifest(out) for memo in read_result(out, done.key).memos.values()]
        kept = KeptParses({memo.parse: memo.data for memo in memos if memo.data}, self.annotator.nlp.vocab)
        entries = read_entries(out, make_source(self.settings))
        for entry in entries[: at_most or len(entries)]:
            ((document, unmasked),) = read_items(out, [entry.doc_id])
            ((_, parsed),) = self.annotator.parse([(document, unmasked)], kept)
            gold_set, gold = known.get(document.doc_id, ("", None))
            yield Case(out, document, unmasked, parsed, gold_set, gold)

    def count(self, switches: Switches, cases: Iterable[Case]) -> None:
        """Count what the items do in each stage of documents, and keep their outcomes."""
        with switches.counting():
            for case in cases:
                switches.clear()
                found: dict[str, Any] = {}
                doc = case.parsed.copy()
                for stage in PARTS:
                    switches.seen = case.seen[stage] = Seen()
                    doc = self.annotator.run_part(stage, doc)
                    found[stage] = GET[stage](doc)
                switches.seen = case.seen[STAGES[-1]] = Seen()
                case.base = self._outcome(case, doc, found)

    def run(self, case: Case, stages: Sequence[str]) -> Outcome:
        """Run the rules, of which some items are off, over a document.

        Args:
            case: The document.
            stages: Those in which these items did something; the others are run if what they read changed.
        """
        base = case.base
        if base is None:
            raise ValueError("count first")
        doc, found, changed = case.parsed.copy(), dict(base.found), False
        for stage in PARTS:
            if changed or stage in stages:
                doc = self.annotator.run_part(stage, doc)
                found[stage] = GET[stage](doc)
                changed = changed or found[stage] != base.found[stage]
            else:
                SET[stage](doc, found[stage])
        if not changed and STAGES[-1] not in stages:
            return base
        return self._outcome(case, doc, found)

    def _outcome(self, case: Case, doc: Any, found: Mapping[str, Any]) -> Outcome:
        annotator = self.annotator
        rows = build_rows(case.document, case.unmasked, doc, annotator.facts, annotator.least_score)
        written = {name: Counter(map(str, getattr(rows, name))) for name in TABLES}
        return Outcome(found, written, self._compare(case.gold, rows))

    def _compare(self, gold: GoldDocument | None, rows: Annotated) -> Numbers:
        if gold is None:
            return ()
        pair = Pair(gold, predicted_document(rows))
        counts = {}
        if gold.entities is not None:
            counts["entities"] = compare_entities(pair, self.labels.gold, self.labels.pred).counts
        if gold.claims is not None:
            counts["claims"] = compare_claims(pair, types=True).counts
        if gold.dates:
            counts["dates"] = compare_dates(pair, types=True, values=True).counts
        return tuple(
            counts[layer].numbers((measure, ALL)) if layer in counts else (0, 0, 0)
            for layer, measure in MEASURES
        )


def rows_changed(one: Outcome, other: Outcome) -> int:
    """Return how many rows two outcomes differ in: of each table the larger of those gone and those that are new."""
    if one is other:
        return 0
    number = 0
    for name in TABLES:
        gone, new = one.rows[name] - other.rows[name], other.rows[name] - one.rows[name]
        number += max(gone.total(), new.total())
    return number


def f1(numbers: Sequence[int]) -> float:
    """Return F1 of right, predicted and gold items."""
    right, predicted, gold = numbers
    if not right:
        return 0.0
    return 2 * right / (predicted + gold)
