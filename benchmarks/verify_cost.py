"""What verifying a draft costs: `python benchmarks/verify_cost.py TABLES FOLDER [CLAIMS ...]`, 1,000, 100,000 and 1,000,000 if left out.

The tables of TABLES are copied until there are as many claims, into FOLDER. In each copy the words are others, of the same length and about as frequent,
so that no copy has what another has. The draft has 1,000 words: quotations and sentences of the first copy.
"""

from __future__ import annotations

import policy_news.core.threads  # noqa: F401 - before numpy  # isort: skip

import random
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa

from policy_news.drafts.draft_verifier import Verifier
from policy_news.drafts.pile import open_pile
from policy_news.run.quotation_index import update_index
from policy_news.tables.chunks import DOCUMENT_TABLES, Chunk
from policy_news.tables.parquet import TableWriter, read_run, read_table, write_part
from policy_news.tables.schema import TABLES, arrow_schema

SIZES = (1_000, 100_000, 1_000_000)
WORD = re.compile(r"[A-Za-z]{4,}")
WORDS = 1_000
PART_DOCUMENTS = 512
KEYS = ("doc_id", "claim_id", "entity_id", "source_entity_id", "continues", "appearance_id", "section_id", "date_id", "statement_id")  # fmt: skip
COPIED = ("documents", "appearances", "claims", "dates")


def other_words(texts: list[str], rng: random.Random) -> dict[str, str]:
    """For each word another of its length that is about as frequent."""
    counts = Counter(word for text in texts for word in WORD.findall(text))
    alike: dict[tuple[int, int], list[str]] = {}
    for word in sorted(counts):
        alike.setdefault((len(word), counts[word].bit_length()), []).append(word)
    changed = {}
    for words in alike.values():
        changed.update(zip(words, rng.sample(words, len(words)), strict=True))
    return changed


def make_copy(tables: dict[str, list[dict[str, Any]]], number: int) -> Chunk:
    """The rows of all documents with other words and ids."""
    changed = (
        other_words([row["text"] for row in tables["documents"]], random.Random(number)) if number else {}
    )

    def put(text: str) -> str:
        return WORD.sub(lambda match: changed.get(match[0], match[0]), text) if changed else text

    def rename(row: dict[str, Any]) -> dict[str, Any]:
        return {
            name: f"{number:05}-{value}" if name in KEYS and value else value for name, value in row.items()
        }

    chunk = {}
    for name in DOCUMENT_TABLES:
        rows = [rename(row) for row in tables.get(name, ())]
        if name == "documents":
            rows = [{**row, "text": put(row["text"])} for row in rows]
        if name == "claims":
            rows = [{**row, "content_text": put(row["content_text"] or "")} for row in rows]
        chunk[name] = pa.Table.from_pylist(rows, arrow_schema(TABLES[name]))
    return chunk


def make_tables(
    tables: dict[str, list[dict[str, Any]]], settings: dict[str, Any], claims: int, out: Path
) -> None:
    """Tables of so many claims."""
    copies = -(-claims // len(tables["claims"]))
    if copies == 1:
        kept = {row["doc_id"] for row in tables["claims"][:claims]}
        tables = {
            **tables,
            **{name: [row for row in tables[name] if row["doc_id"] in kept] for name in COPIED},
        }

    entities = [
        {**row, "entity_id": f"{number:05}-{row['entity_id']}"}
        for number in range(copies)
        for row in tables["entities"]
    ]

    def describe(totals: Any) -> dict[str, Any]:
        return {"settings": settings, "counts": {name: totals[name]["rows"] for name in TABLES}}

    per_part = max(1, PART_DOCUMENTS // len(tables["documents"]))
    with TableWriter(out, PART_DOCUMENTS if copies > per_part else None) as writer:
        for first in range(0, copies, per_part):
            numbers, label = range(first, min(first + per_part, copies)), str(first)
            chunks = (make_copy(tables, number) for number in numbers)
            writer.place(write_part(writer.folder, label, chunks), label)
        for name in set(TABLES) - set(DOCUMENT_TABLES):
            rows = entities if name == "entities" else []
            writer.write_other(name, pa.Table.from_pylist(rows, arrow_schema(TABLES[name])))
        writer.commit(describe)


def make_draft(tables: dict[str, list[dict[str, Any]]]) -> str:
    """A draft of quotations, paraphrases and sentences."""
    rng = random.Random(1)
    names = {row["entity_id"]: row["name"] for row in tables["entities"]}
    pool = [
        row
        for row in tables["claims"]
        if row["kept"] and row["source_entity_id"] in names and row["content_text"]
    ]
    rng.shuffle(pool)
    text = "The week in brief\n\n30 September 2018\n\n"
    for row in pool:
        name, words = names[row["source_entity_id"]], re.sub(r"[“”\"]", "", row["content_text"])
        text += (
            f"“{words},” {name} said. Much of it had been expected. "
            if row["quote_kind"] == "direct"
            else f"{name} said that {words}.\n\n"
        )
        if len(text.split()) > WORDS:
            break
    return text


def main() -> None:
    source, folder, *sizes = sys.argv[1:]
    tables = {name: read_table(Path(source), name).to_pylist() for name in (*COPIED, "entities")}
    settings = read_run(Path(source))["settings"]
    draft = make_draft(tables)
    for claims in map(int, sizes or SIZES):
        out = Path(folder) / str(claims)
        if not out.exists():
            make_tables(tables, settings, claims, out)
        begun = time.process_time()
        coded = update_index(out)
        made = time.process_time() - begun
        size = sum(path.stat().st_size for path in (out / "stages" / "quotations").iterdir())
        told = sum(path.stat().st_size for path in (out / "claims.parquet").iterdir()) if (out / "claims.parquet").is_dir() else (out / "claims.parquet").stat().st_size  # fmt: skip
        begun = time.process_time()
        pile = open_pile(out)
        opened = time.process_time() - begun
        verifier = Verifier(pile)
        verifier.read_text("A word before the clock runs.", "warm.txt")
        begun = time.process_time()
        read = verifier.read_text(draft, "draft.txt")
        parsed = time.process_time() - begun
        found = verifier.verify(read)
        verified = time.process_time() - begun
        print(
            f"{claims:>9} claims: index {made:.2f} s for {coded} documents, {size / told:.2f} of the claims; opened in {opened:.2f} s; "
            f"draft of {len(draft.split())} words, {len(found)} findings: {verified:.2f} s, of which {parsed:.2f} to annotate it",
            flush=True,
        )


if __name__ == "__main__":
    main()
