"""The files that the stages leave in the output folder."""

from __future__ import annotations

STAGES = "stages"
RECORDS = "stages/records.sqlite"
READ = "stages/read"
SHARDS = "stages/shards"
BEGUN = ".begun"
"""Ending of the mark of a shard on which the main process works."""
ANNOTATED = "stages/annotated.json"
CORPUS = "stages/corpus"
COMPARED = "stages/corpus/compared.claims"
RESOLVED = "stages/corpus/resolved.json"
INGESTED = "stages/raw.txt"
DECISIONS = "stages/decisions.jsonl"
OUTCOMES = "stages/decided.jsonl"
CHECKED = "stages/checked"
QUOTATIONS = "stages/quotations"
