"""Names of our things in the forms of others: the same in every run."""

from __future__ import annotations

import uuid

SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "policy-news-pipeline")


def make_iri(kind: str, name: str) -> str:
    """Return an IRI for a document, mention, claim or entity."""
    return f"urn:uuid:{uuid.uuid5(SPACE, f'{kind}:{name}')}"


def wikidata_iri(kb_id: str | None) -> str | None:
    """Return the address of a Wikidata id; None for any other."""
    if kb_id and kb_id[0] == "Q" and kb_id[1:].isdecimal() and kb_id.isascii():
        return f"http://www.wikidata.org/entity/{kb_id}"
    return None
