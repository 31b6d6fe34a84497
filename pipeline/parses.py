"""Keeps the model's parse of every document, so that a change of rules or claim weights needs no model.

One file a shard: a line of JSON with the keys and the lengths of the sections, and a spaCy `DocBin`. A document's parse is
found by a key of the text that the model saw and the model itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, KeysView, Mapping
from pathlib import Path

from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from pipeline.inference.joining import LENGTHS, PARSE
from pipeline.outputs import new_file
from pipeline.shards import PARSE_STAMP, hash_files, read_stamps


def model_parts_fingerprint(model: Path) -> str:
    """Hash of the statistical part of a built pipeline: the stamp of its build, else its files."""
    return read_stamps(model).get(PARSE_STAMP) or hash_model_parts(model)


def hash_model_parts(model: Path) -> str:
    """Hash of all files of a built pipeline but those of our components, the configuration and the stamps.

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
        box = DocBin(attrs=map(str, PARSE))
        for doc in docs.values():
            box.add(_without_spans(doc))
        head = json.dumps([[key, doc.user_data[LENGTHS]] for key, doc in docs.items()])
        with new_file(self._path(name)) as partial:
            partial.write_bytes(head.encode() + b"\n" + box.to_bytes())

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
            head, _, box = path.read_bytes().partition(b"\n")
            kept = {}
            for (key, lengths), doc in zip(json.loads(head), DocBin().from_bytes(box).get_docs(vocab), strict=True):
                doc.user_data[LENGTHS] = lengths
                kept[key] = doc
        except Exception:  # whatever json, msgpack or zlib say of a torn file: the text is parsed again
            return {}
        return kept


def _without_spans(doc: Doc) -> Doc:
    """The Doc without what is quicker made than read: sections and gaps."""
    if not doc.spans:
        return doc
    bare = doc.copy()
    bare.spans.clear()
    return bare
