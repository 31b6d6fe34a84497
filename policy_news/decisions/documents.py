"""Finds the documents of decisions in a run: they follow the text, whatever its file is called now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from policy_news.core.grouping import grouped
from policy_news.decisions.anchor import LostError
from policy_news.decisions.decision_format import DocumentRef, documents_in
from policy_news.decisions.decisions_file import DecisionFile


class Documents:
    """The documents of a run."""

    def __init__(self, hashes: Mapping[str, str], file: DecisionFile) -> None:
        self.hashes = hashes
        self._by_hash = grouped((digest, doc_id) for doc_id, digest in hashes.items())
        self._named: defaultdict[str, set[str]] = defaultdict(set)
        for one in file.lines:
            for doc in documents_in(one.decision):
                self._named[doc.sha256].add(doc.id)

    def find(self, doc: DocumentRef) -> str:
        """Find the document of a decision: by the hash of its text, else by its id.

        Files are renamed, and then another article may have the name. A document whose text the decisions know under other
        names only is another article, whatever it is called.
        """
        same = self._by_hash.get(doc.sha256, ())
        if doc.id in same:
            return doc.id
        if len(same) == 1:
            return same[0]
        if same:
            raise LostError(f"its text is in {len(same)} documents, none of them {doc.id}")
        digest = self.hashes.get(doc.id)
        if digest is None:
            raise LostError(f"there is no document {doc.id} any more")
        if digest in self._named and doc.id not in self._named[digest]:
            raise LostError(f"{doc.id} is another article now")
        return doc.id
