"""Keeps the model's parse of every document, so that a change of rules or claim weights needs no model.

One spaCy `DocBin` a shard. A document's parse is found by a key of the text that the model saw and the model itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from pipeline.shards import Shard, hash_files, shard_name

ATTRIBUTES = ("TAG", "POS", "LEMMA", "DEP", "HEAD", "ENT_IOB", "ENT_TYPE")
KEY = "parse_key"


def model_parts_fingerprint(model: Path) -> str:
    """Hash of the statistical part of a built pipeline: all but our components, the configuration and the stamps.

    The strings are left out too: the names of the rules stand among them.
    """
    parts = [part for part in sorted(model.iterdir()) if part.is_dir() and not part.name.startswith("policy_")]
    files = [path for part in parts for path in _files(part) if path.name != "strings.json"]
    tokenizer = [path for path in (model / "tokenizer",) if path.is_file()]
    return hash_files(model, [*files, *tokenizer])


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


class ParseStore:
    """The parses of one output folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, shard: Shard, vocab: Vocab) -> Mapping[str, Doc]:
        """The kept parses of a shard by key: its own, or those of the shard that it was split from."""
        for number, count in ((shard.number, shard.count), (shard.number % max(shard.count // 2, 1), shard.count // 2)):
            path = self._path(shard_name(number, count))
            if path.is_file():
                return self._read(path, vocab)
        return {}

    def save(self, shard: Shard, docs: Iterable[tuple[str, Doc]]) -> None:
        """Keep the parses of a shard in place of its earlier ones."""
        box = DocBin(attrs=ATTRIBUTES, store_user_data=True)
        for key, doc in docs:
            doc.user_data[KEY] = key
            box.add(doc)
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f"{shard.name}.{os.getpid()}.tmp"
        partial.write_bytes(box.to_bytes())
        partial.replace(self._path(shard.name))

    def keep_only(self, names: Iterable[str]) -> None:
        """Remove the parses of shards that are no more."""
        kept = {self._path(name) for name in names}
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if path not in kept:
                    path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.spacy"

    @staticmethod
    def _read(path: Path, vocab: Vocab) -> Mapping[str, Doc]:
        """The parses of a file; a broken file has none."""
        try:
            docs = list(DocBin(store_user_data=True).from_bytes(path.read_bytes()).get_docs(vocab))
        except Exception:  # whatever msgpack or zlib say of a torn file: the text is parsed again
            return {}
        return {doc.user_data[KEY]: doc for doc in docs if KEY in doc.user_data}
