"""Keeps the model's parse of every document, so that a change of rules or claim weights needs no model.

One file a shard: a line of JSON with the keys and the lengths of the sections, spaCy `DocBin`s, one for each time that documents
of the shard were parsed, and a checksum. A document's parse is found by a key of the text that the model saw and the model itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from pipeline.core.atomic_files import new_state_file
from pipeline.core.checksums import add_checksum, strip_checksum
from pipeline.nlp.inference.joining import LENGTHS, PARSE
from pipeline.run.shard_results import remove_others

ENDING = ".spacy"
MAX_BLOCKS = 8
"""A file of more is made again."""


@dataclass(eq=False, slots=True)
class _Block:
    """Parses that were kept together: the lengths of the sections of each by key, and the bytes of a `DocBin`."""

    lengths: dict[str, list[int]]
    data: bytes
    _docs: dict[str, Doc] | None = None

    @classmethod
    def of(cls, docs: Mapping[str, Doc]) -> _Block:
        box = DocBin(attrs=map(str, PARSE))
        for doc in docs.values():
            box.add(_without_spans(doc))
        return cls({key: doc.user_data[LENGTHS] for key, doc in docs.items()}, box.to_bytes())

    @property
    def is_torn(self) -> bool:
        """Whether it was read, and could not be."""
        return self._docs is not None and len(self._docs) < len(self.lengths)

    def docs(self, vocab: Vocab) -> Mapping[str, Doc]:
        """Return the parses, made when first asked for; none if the bytes are torn."""
        if self._docs is None:
            try:
                self._docs = dict(
                    zip(self.lengths, DocBin().from_bytes(self.data).get_docs(vocab), strict=True)
                )
            except Exception:  # whatever msgpack or zlib say of torn bytes: the text is parsed again
                self._docs = {}
            for key, doc in self._docs.items():
                doc.user_data[LENGTHS] = self.lengths[key]
        return self._docs


class KeptParses(Mapping[str, Doc]):
    """Parses by key, read when first asked for."""

    def __init__(self, blocks: Iterable[_Block], vocab: Vocab) -> None:
        self._vocab = vocab
        self._block = {key: block for block in blocks for key in block.lengths}

    def __contains__(self, key: object) -> bool:
        return key in self._block and key in self._block[str(key)].docs(self._vocab)

    def __getitem__(self, key: str) -> Doc:
        return self._block[key].docs(self._vocab)[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._block)

    def __len__(self) -> int:
        return len(self._block)

    def blocks_of(self, keys: Iterable[str]) -> list[_Block]:
        """Return the blocks with any of the keys, each once, but those that are known to be torn."""
        blocks = dict.fromkeys(block for key in keys if (block := self._block.get(key)))
        return [block for block in blocks if not block.is_torn]


class ParseStore:
    """The parses of one output folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, list[_Block]] = {}

    def load(self, names: Iterable[str], vocab: Vocab) -> KeptParses:
        """Return the kept parses of these files; a missing or broken file has none."""
        self._files |= {name: self._read(name) for name in names if name not in self._files}
        return KeptParses([block for blocks in self._files.values() for block in blocks], vocab)

    def save(
        self, name: str, docs: Mapping[str, Doc], kept: KeptParses, standing: Iterable[str] = ()
    ) -> None:
        """Keep parses by key under a name, unless they are there.

        Args:
            name: Of the file.
            docs: The parses that were asked for.
            kept: Where earlier ones are: their blocks are copied as they are, but where most in them or their number is of no more use.
            standing: Keys of other parses to keep, if they are in `kept`.
        """
        wanted = {*docs, *(key for key in standing if kept.blocks_of([key]))}
        blocks = kept.blocks_of(wanted)
        # Blocks are copied as bytes, which is far cheaper than making them. After many small changes most of
        # what they hold is dead: then all that is wanted goes into one new block.
        if len(blocks) > MAX_BLOCKS or sum(len(block.lengths) for block in blocks) > 2 * len(wanted):
            docs = {**{key: kept[key] for key in wanted if key in kept}, **docs}
            blocks = []
        copied = set().union(*(block.lengths for block in blocks))
        new = {key: doc for key, doc in docs.items() if key not in copied}
        if new:
            blocks.append(_Block.of(new))
        if {*blocks} == {*self._files.get(name, ())}:
            return
        head = json.dumps([[[*block.lengths.items()], len(block.data)] for block in blocks]).encode()
        data = b"".join(block.data for block in blocks)
        with new_state_file(self._path(name)) as partial:
            partial.write_bytes(add_checksum(head + b"\n" + data))

    def keep_only(self, names: Iterable[str]) -> None:
        """Remove the parses of shards that are no more."""
        remove_others(self.folder, ENDING, names)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{ENDING}"

    def _read(self, name: str) -> list[_Block]:
        try:
            head, _, data = strip_checksum(self._path(name).read_bytes()).partition(b"\n")
            blocks, begun = [], 0
            for lengths, size in json.loads(head):
                blocks.append(_Block(dict(lengths), data[begun : begun + size]))
                begun += size
            return blocks
        except (OSError, ValueError, TypeError):  # torn, or of another version
            return []


def _without_spans(doc: Doc) -> Doc:
    """Return the Doc without what is quicker made than read: sections and gaps."""
    if not doc.spans:
        return doc
    bare = doc.copy()
    bare.spans.clear()
    return bare
