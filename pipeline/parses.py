"""Keeps the model's parse of every document, so that a change of rules or claim weights needs no model.

One spaCy `DocBin` a shard. A document's parse is found by a key of the text that the model saw and the model itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, KeysView, Mapping
from pathlib import Path

from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from pipeline.shards import hash_files

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
        self._saved: dict[str, KeysView[str]] = {}

    def load(self, names: Iterable[str], vocab: Vocab) -> Mapping[str, Doc]:
        """The kept parses of these files by key; a missing or broken file has none."""
        kept: dict[str, Doc] = {}
        for name in names:
            path = self._path(name)
            if name not in self._saved and path.is_file():
                docs = self._read(path, vocab)
                self._saved[name] = docs.keys()
                kept.update(docs)
        return kept

    def save(self, name: str, docs: Mapping[str, Doc]) -> None:
        """Keep parses by key under a name, unless they are there."""
        if docs.keys() == self._saved.get(name):
            return
        box = DocBin(attrs=ATTRIBUTES, store_user_data=True)
        for key, doc in docs.items():
            doc.user_data[KEY] = key
            box.add(doc)
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f"{name}.{uuid.uuid4().hex[:8]}.tmp"
        partial.write_bytes(box.to_bytes())
        partial.replace(self._path(name))

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
        try:
            docs = list(DocBin(store_user_data=True).from_bytes(path.read_bytes()).get_docs(vocab))
        except Exception:  # whatever msgpack or zlib say of a torn file: the text is parsed again
            return {}
        return {doc.user_data[KEY]: doc for doc in docs if KEY in doc.user_data}
