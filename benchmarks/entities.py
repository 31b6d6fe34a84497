"""Entities of the sentences with unlisted names, and what our components cost beside the parse: `python benchmarks/entities.py [MODEL] [JSONL]`.

The cost is that over the articles of a file of texts (`{"text": ...}` a line); without one over articles of invented sentences, each of which holds a name of no list.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from policy_news.core.settings import Settings
from policy_news.nlp.annotator import Annotator, load_pipeline
from policy_news.nlp.doc_rows import build_rows
from policy_news.text.document import Document, Section, Unmasked
from policy_news.text.masking import compile_patterns, unmask

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "tests" / "nlp" / "entities" / "gold"
LABELS = ("COMPANY", "MINISTER", "OFFICE", "COMMITTEE", "DEPARTMENT", "PERSON", "ORG", "GPE")
KEY = ("COMPANY", "COMMITTEE", "MINISTER")
FOLDED = {"LOC": "GPE", "FAC": "GPE"}
OURS = ("policy_gazetteer", "policy_grammar", "policy_document_pass")
ROUNDS = 3
Span = tuple[int, int, str]


def read_gold(path: Path) -> Iterator[tuple[str, tuple[Document, Unmasked], set[Span]]]:
    """Kind, document and gold entities of every sentence of a file."""
    patterns = compile_patterns(Settings().mask)
    for i, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        kind = row.get("kind", "body")
        section = Section("title" if kind == "headline" else "paragraph", 0, len(row["text"]))
        document = Document(str(i), str(i), "txt", "", row["text"], (section,))
        yield (
            kind,
            (document, unmask(document, patterns)),
            {(e["start"], e["end"], e["label"]) for e in row["entities"]},
        )


def count(annotator: Annotator, path: Path) -> Counter[tuple[str, str, str]]:
    """Counts by kind of sentence, label, and `right`, `wrong` or `missed`."""
    rows = list(read_gold(path))
    counts: Counter[tuple[str, str, str]] = Counter()
    for (kind, item, gold), (_, doc) in zip(
        rows, annotator.parse([item for _, item, _ in rows]), strict=True
    ):
        mentions = build_rows(*item, annotator.apply_rules(doc)).mentions
        found = {(m.start, m.end, FOLDED.get(m.label, m.label)) for m in mentions}
        for outcome, spans in (("right", found & gold), ("wrong", found - gold), ("missed", gold - found)):
            counts.update((kind, label, outcome) for _, _, label in spans if label in LABELS)
    return counts


def report(counts: Counter[tuple[str, str, str]], kind: str) -> None:
    """Print precision and recall of each label, and of the three that matter most together."""
    for name, labels in (*((label, (label,)) for label in LABELS), ("the first three", KEY)):
        right, wrong, missed = (
            sum(counts[kind, label, outcome] for label in labels) for outcome in ("right", "wrong", "missed")
        )
        if right + missed:
            print(
                f"{kind:9} {name:16} P {right / max(right + wrong, 1):.3f}  R {right / (right + missed):.3f}  {right} of {right + missed}"
            )


def read_articles(path: Path | None) -> Iterator[tuple[Document, Unmasked]]:
    """The texts of a file, or articles of 30 sentences of the gold."""
    patterns = compile_patterns(Settings().mask)
    lines = (path or GOLD / "unlisted.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    if path is None:
        texts = ["\n\n".join(texts[start : start + 30]) for start in range(0, len(texts), 30)] * 5
    for i, text in enumerate(texts):
        document = Document(str(i), str(i), "txt", "", text, (Section("paragraph", 0, len(text)),))
        yield document, unmask(document, patterns)


def cost(annotator: Annotator, path: Path | None) -> tuple[float, dict[str, float]]:
    """Processor seconds of the parse, and of each of our components as a share of it."""
    items = list(read_articles(path))
    start = time.process_time()
    docs = [doc for _, doc in annotator.parse(items)]
    parse = time.process_time() - start
    spent = dict.fromkeys(OURS, 0.0)
    for doc in docs:
        for name in OURS:
            start = time.process_time()
            annotator.nlp.get_pipe(name)(doc)
            spent[name] += time.process_time() - start
    return parse, {name: seconds / parse for name, seconds in spent.items()}


def main() -> None:
    start = time.perf_counter()
    annotator = Annotator(
        load_pipeline(sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "models" / "en_policy_news")),
        Settings(),
    )
    print(f"loaded in {time.perf_counter() - start:.1f} s")
    counts = count(annotator, GOLD / "unlisted.jsonl")
    for kind in ("headline", "body"):
        report(counts, kind)
    false = sum(
        n for (_, _, outcome), n in count(annotator, GOLD / "none.jsonl").items() if outcome == "wrong"
    )
    print(f"sentences without an entity: {false} false")
    articles = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    for _ in range(ROUNDS):
        parse, shares = cost(annotator, articles)
        parts = ", ".join(f"{name} {share:.1%}" for name, share in shares.items())
        print(f"parse {parse:.2f} s, beside it {sum(shares.values()):.1%}: {parts}")


if __name__ == "__main__":
    main()
