"""The model's parses as bytes, so that a change of rules or claim weights needs no model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from policy_news.nlp.inference.joining import LENGTHS, PARSE


def dump_parse(doc: Doc) -> bytes:
    """Return a parse as bytes: the lengths of its sections in a line of JSON, then a spaCy `DocBin`."""
    # Sections and masks are quicker made than read.
    bare = doc.copy() if doc.spans else doc
    bare.spans.clear()
    box = DocBin(attrs=map(str, PARSE))
    box.add(bare)
    return json.dumps(doc.user_data[LENGTHS]).encode() + b"\n" + box.to_bytes()


class KeptParses(Mapping[str, Doc]):
    """Parses by key, read when first asked for."""

    def __init__(self, parses: Mapping[str, bytes], vocab: Vocab) -> None:
        self._parses = parses
        self._vocab = vocab

    def __contains__(self, key: object) -> bool:
        return key in self._parses

    def __getitem__(self, key: str) -> Doc:
        lengths, _, data = self._parses[key].partition(b"\n")
        (doc,) = DocBin().from_bytes(data).get_docs(self._vocab)
        doc.user_data[LENGTHS] = json.loads(lengths)
        return doc

    def __iter__(self) -> Iterator[str]:
        return iter(self._parses)

    def __len__(self) -> int:
        return len(self._parses)
