"""The files that the stages leave in the output folder."""

from __future__ import annotations

STAGES = "stages"

DOCUMENTS = "stages/documents.jsonl"

FILES = "stages/files.jsonl"

INDEX = "stages/index.arrow"

READ = "stages/read"

INGEST_FAILURES = "stages/ingest_failures.jsonl"

UNMASKED = "stages/unmasked.jsonl"

UNMASKED_SUM = "stages/unmasked.sha256"

SHARDS = "stages/shards"

PARSES = "stages/parses"

ANNOTATED = "stages/annotated.json"

CORPUS = "stages/corpus"

SETTLED = "stages/corpus/settled"

RESOLVED = "stages/corpus/resolved.json"

INGESTED = "stages/raw.txt"

DECISIONS = "stages/decisions.jsonl"

OUTCOMES = "stages/decided.jsonl"

CHECKED = "stages/checked"

QUOTATIONS = "stages/quotations"
