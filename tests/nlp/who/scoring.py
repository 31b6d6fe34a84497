"""Runs the corpora of `gold/` and says of each whether it is resolved, incomplete or wrong.

`python -m tests.nlp.who.scoring people.txt companies.txt` prints the figures and what is not right.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice
from pathlib import Path
from typing import Any

from policy_news.core.settings import AnnotateSettings, Settings
from policy_news.nlp.annotator import Annotator, load_pipeline
from policy_news.tables.chunks import build_chunk
from tests.nlp.who.gold_texts import Marked, Trap, read_traps
from tests.support.documents import make_document
from tests.support.identities import resolve_chunks

MODEL = Path(__file__).parents[3] / "models" / "en_policy_news"
PRONOUNS = frozenset({"he", "her", "him", "i", "it", "she", "they", "we", "you"})
MEMBERS = frozenset({"Democrat", "MP", "Republican"})
"""What somebody is called by party or house."""
Ids = dict[Marked, str | None]
Rows = list[dict[str, Any]]


def make_annotator() -> Annotator:
    """The built pipeline."""
    settings = Settings(annotate=AnnotateSettings(model=str(MODEL)))
    return Annotator(load_pipeline(str(MODEL)), settings)


def find_ids(annotator: Annotator, traps: Sequence[Trap]) -> Iterator[Ids]:
    """Of each corpus the entity of each marked name; of a pronoun that of the claim that it is the source of.

    The documents of all go through the model together, which costs less than one corpus after the other.
    """
    items = [
        make_document(f"doc-{n}", text, day) for trap in traps for n, (day, text) in enumerate(trap.documents)
    ]
    annotated = iter(list(annotator.annotate(items)))
    for trap in traps:
        documents = list(islice(annotated, len(trap.documents)))
        (resolved,), _ = resolve_chunks(annotator.facts, [build_chunk(documents)])
        mentions, claims = resolved["mentions"].to_pylist(), resolved["claims"].to_pylist()
        yield {
            marked: _id_at(marked, mentions, claims, trap.documents[marked.doc][1][marked.start : marked.end])
            for marked in trap.marked
        }


def _id_at(marked: Marked, mentions: Rows, claims: Rows, word: str) -> str | None:
    doc = f"doc-{marked.doc}"
    near = [r for r in mentions if r["doc_id"] == doc and r["start"] < marked.end and marked.start < r["end"]]
    inside = [r for r in near if marked.start <= r["start"] and r["end"] <= marked.end]
    # A name that is wider than the mark, `[US [Senate]]`: its end is that of the mark.
    inside = inside or [r for r in near if r["start"] <= marked.start and r["end"] >= marked.end]
    if (
        inside and inside[-1]["label"] != "OFFICE" and not _is_stand_in(word)
    ):  # `[Prime Minister May|t]`: the name stands behind the title
        return str(inside[-1]["entity_id"])
    own = [row for row in claims if row["doc_id"] == doc]
    spoken = [row for row in own if row["source_start"] == marked.start]
    if not spoken and word in ("I", "We", "we"):
        spoken = _around(own, marked.start)
    entity = spoken[0]["source_entity_id"] if spoken else None
    return None if entity is None else str(entity)


def _around(claims: Rows, at: int) -> Rows:
    """The claims in whose words a character stands, the narrowest first: `I` in a quotation is no claim of its own, but its speaker."""
    inside = [
        (sum(span["end"] - span["start"] for span in row["content_spans"]), n)
        for n, row in enumerate(claims)
        if any(span["start"] <= at < span["end"] for span in row["content_spans"] or ())
    ]
    return [claims[n] for _, n in sorted(inside)]


def judge(trap: Trap, ids: Ids) -> tuple[str, str]:
    """`resolved`, `open` or `wrong`, and what is not right."""
    owners: dict[str, set[str]] = defaultdict(set)
    of_key: dict[str, set[str | None]] = defaultdict(set)
    for marked, entity in ids.items():
        if entity:
            owners[entity].add(marked.key)
            if marked.entity and entity != marked.entity and "-in-" not in entity:
                return "wrong", f"{marked.key}: {entity}, not {marked.entity}"
        if not marked.may_be_open and marked.key != "x":
            of_key[marked.key].add(entity)
    for entity, keys in owners.items():
        if len(keys) > 1:
            return "wrong", f"{entity} is {', '.join(sorted(keys))}"
    for key, found in of_key.items():
        if len(found) > 1 or None in found:
            return "open", f"{key}: {', '.join(sorted(map(str, found)))}"
    return "resolved", ""


def count_verdicts(annotator: Annotator, names: Iterable[str]) -> Counter[str]:
    """How many corpora of files are `resolved`, `open` and `wrong`."""
    traps = [trap for name in names for trap in read_traps(name)]
    return Counter(judge(trap, ids)[0] for trap, ids in zip(traps, find_ids(annotator, traps), strict=True))


def count_pairs(trap: Trap, ids: Ids) -> Counter[str]:
    """Pairs of marked names: `right` are two of one thing with one id, `missed` two without, `wrong` two of two things with one id."""
    names = [marked for marked in trap.marked if is_name(trap, marked) and not marked.may_be_open]
    counts: Counter[str] = Counter()
    for one, other in combinations(names, 2):
        same = ids[one] is not None and ids[one] == ids[other]
        if one.key == other.key:
            counts["right" if same else "missed"] += 1
        elif same:
            counts["wrong"] += 1
    return counts


def count_stand_ins(trap: Trap, ids: Ids) -> Iterator[tuple[str, str]]:
    """For each pronoun and description whether it is `right`, `null` or `wrong`, and what is not right."""
    usual: dict[str, Counter[str | None]] = defaultdict(Counter)
    for marked in trap.marked:
        if is_name(trap, marked):
            usual[marked.key][ids[marked]] += 1
    for marked in trap.marked:
        if is_name(trap, marked):
            continue
        meant = usual[marked.key].most_common(1)[0][0] if usual[marked.key] and marked.key != "x" else None
        found = ids[marked]
        verdict = "right" if found == meant else "null" if found is None else "wrong"
        if verdict == "null" and marked.may_be_open:
            continue
        yield verdict, f"{_word(trap, marked)} ({marked.key}): {found}, not {meant}"


def is_name(trap: Trap, marked: Marked) -> bool:
    """Whether a mark is on a name, not on a pronoun or on `the bank`."""
    return not _is_stand_in(_word(trap, marked))


def _is_stand_in(text: str) -> bool:
    """Whether a text is a pronoun or a description: `it`, `the bank`, `the Maine Republican`."""
    words = text.split()
    first = words[0].lower()
    is_described = first == "the" and (words[-1].islower() or words[-1] in MEMBERS)
    return first in PRONOUNS or is_described or (first in ("her", "his", "its") and words[1].islower())


def _word(trap: Trap, marked: Marked) -> str:
    return trap.documents[marked.doc][1][marked.start : marked.end]


def main(*names: str) -> None:
    """Print the figures of files."""
    annotator = make_annotator()
    for name in names:
        counts: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        stand_ins: Counter[str] = Counter()
        traps = list(read_traps(name))
        for trap, ids in zip(traps, find_ids(annotator, traps), strict=True):
            verdict, why = judge(trap, ids)
            counts[verdict] += 1
            pairs += count_pairs(trap, ids)
            if verdict != "resolved":
                print(f"  {verdict:<8} {trap.name}: {why}")
            for said, what in count_stand_ins(trap, ids):
                stand_ins[said] += 1
                if said != "right":
                    print(f"    {said:<6} {trap.name}: {what}")
        found, meant = pairs["right"] + pairs["wrong"], pairs["right"] + pairs["missed"]
        told = f"pairs P {pairs['right'] / max(found, 1):.3f} R {pairs['right'] / max(meant, 1):.3f}"
        print(name, dict(counts), told, dict(pairs), "pronouns and descriptions", dict(stand_ins))


if __name__ == "__main__":
    main(*sys.argv[1:])
