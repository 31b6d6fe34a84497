"""Which ids change where documents go, and whether `entity_aliases` tells of it."""

from __future__ import annotations

from collections.abc import Sequence

from policy_news.nlp.who.facts import Facts
from policy_news.tables.chunks import Chunk
from tests.support.identities import resolve_chunks

TENTH = 10


def count_changes(facts: Facts, chunks: Sequence[Chunk], first: int) -> dict[str, int]:
    """How many mentions have another id where a tenth of the documents is not there.

    Args:
        facts: Of the rule data.
        chunks: One for each document, as the documents alone have them.
        first: Number of the first document that goes; every tenth behind it goes too.

    Returns:
        Numbers of `mentions`, of those that `changed`, and of those that are `untold`: no alias has both ids.
    """
    all_ids, all_pairs = _resolved(facts, chunks)
    left = [chunk for number, chunk in enumerate(chunks) if number % TENTH != first]
    ids, pairs = _resolved(facts, left)
    changed = untold = 0
    for mention, (entity, local_id) in ids.items():
        now = all_ids[mention][0]
        if now == entity:
            continue
        changed += 1
        ways = {now, entity, local_id}
        known = {pair for pair in all_pairs | pairs if ways.issuperset(pair)}
        # One row has both, or two rows meet in the id that the document alone gives.
        untold += not ({(now, entity), (entity, now)} & known or len(known) > 1)
    return {"mentions": len(ids), "changed": changed, "untold": untold}


def _resolved(
    facts: Facts, chunks: Sequence[Chunk]
) -> tuple[dict[str, tuple[str, str]], set[tuple[str, str]]]:
    """Entity and local id of each mention, and the pairs of `entity_aliases`."""
    given, aliases = resolve_chunks(facts, chunks)
    found: dict[str, tuple[str, str]] = {}
    for chunk, now in zip(chunks, given, strict=True):
        local = chunk["mentions"]["entity_id"].to_pylist()
        resolved = now["mentions"]
        rows = zip(resolved["entity_id"].to_pylist(), local, strict=True)
        found.update(zip(resolved["mention_id"].to_pylist(), rows, strict=True))
    return found, {(row.entity_id, row.alias_id) for row in aliases}
