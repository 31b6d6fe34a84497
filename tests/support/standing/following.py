"""Files are renamed, shifted, swapped, split, copied, edited, removed: decisions follow their articles, or are reported as lost."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_news.decisions.decided import SURVEYED, Decided
from policy_news.decisions.decision_format import Decision, dump_line
from policy_news.decisions.decisions_file import DecisionFile, parse_decisions
from policy_news.decisions.making import Maker, QuotedDocument
from policy_news.tables.chunks import Chunk, build_chunk
from tests.support.invented_run import Draft

WHO = "Orla Fenn"
TOWNS = ("Leeds", "York", "Hull", "Bath", "Ely", "Wells", "Truro", "Ripon")


@dataclass(frozen=True)
class Text:
    """An article, or what became of it.

    Attributes:
        origin: Number of the article.
        words: Its text.
        near: Its text differs from that of others in the last line only, far from what decisions quote.
    """

    origin: int
    words: str
    near: bool


def write_article(number: int) -> Text:
    """Write one of eight articles that differ in little."""
    town, near = TOWNS[number], number % 2 == 0
    place = "the north" if near else town
    lines = [
        "Camera rule nears",
        f"{WHO} spoke in {place} on Monday about the rule. Nobody in {place} had asked for it.",
        "The council will vote on it in June, and a trial begins in the autumn.",
        f"{WHO} said in {place} that the trial was cheap.",
        f"The office in {town} is closed.",
    ]
    return Text(number, "\n\n".join(lines), near)


def draft_of(doc_id: str, text: Text) -> Draft:
    """The rows that a run would find."""
    draft = Draft(doc_id, text.words)
    for line in text.words.split("\n\n"):
        draft.section(line)
    start = text.words.find(WHO)
    while start >= 0:
        draft.mention_at(start, start + len(WHO), "PERSON", "person-orla-fenn")
        start = text.words.find(WHO, start + 1)
    return draft


def decide_all(files: Mapping[str, Text]) -> list[tuple[int, Decision]]:
    """Relabel every mention; returns the decisions with the number of their article."""
    maker = Maker("nell")
    made = []
    for doc_id, text in files.items():
        draft = draft_of(doc_id, text)
        row = draft.document()
        source = QuotedDocument(row.doc_id, row.sha256, row.text)
        for mention in draft.mentions:
            target = source.quote(mention.start, mention.end)
            made.append(
                (text.origin, maker.make("mention.relabel", doc=source.ref, target=target, label="ORG"))
            )
    return made


def change(rng: random.Random, files: dict[str, Text]) -> str:
    """Do to the files what people do; returns what."""
    names = sorted(files)
    one, other = rng.choice(names), rng.choice(names)
    kind = rng.choice(("rename", "shift", "swap", "copy", "split", "edit", "remove"))
    text = files[one]
    if kind in ("split", "edit") and text.near:
        kind = "swap"  # an edited article is as far from itself as from one that differs in a line
    if kind == "rename":
        files[f"{rng.randrange(1_000):03d}"] = files.pop(one)
    elif kind == "shift":
        order = [files[name] for name in names]
        files.clear()
        files |= {f"{number:03d}": text for number, text in enumerate(order, 1)}
    elif kind == "swap":
        files[one], files[other] = files[other], files[one]
    elif kind == "copy":
        files[f"{rng.randrange(1_000):03d}"] = text
    elif kind == "split":
        lines = text.words.split("\n\n")
        cut = rng.randrange(1, len(lines)) if len(lines) > 1 else 1
        files[one] = Text(text.origin, "\n\n".join(lines[:cut]), near=False)
        if lines[cut:]:
            files[f"{one}b"] = Text(text.origin, "\n\n".join(lines[cut:]), near=False)
    elif kind == "edit":
        files[one] = Text(text.origin, f"{text.words}\n\nPart {rng.randrange(10**6)} follows.", near=False)
    elif len(files) > 4:
        del files[one]
    return kind


def check_following(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """After each change every decision is on its own article or reported; with the whole text there, it is applied."""
    rng = random.Random(seed)
    files: dict[str, Text] = {}
    for number in range(tries):
        if number % 20 == 0:
            files = {f"{place:03d}": write_article(place) for place in range(len(TOWNS))}
            made = decide_all(files)
            file = parse_decisions("".join(dump_line(one) + "\n" for _, one in made).encode(), "d.jsonl")
        told = change(rng, files)
        for fault in find_faults(made, file, files):
            yield f"step {number} of seed {seed} ({told}): {fault}"


def find_faults(
    made: Sequence[tuple[int, Decision]], file: DecisionFile, files: Mapping[str, Text]
) -> Iterator[str]:
    """Yield decisions that are on another article, not reported, or lost though their article is there."""
    drafts = {doc_id: draft_of(doc_id, text) for doc_id, text in sorted(files.items())}
    chunk = build_chunk([draft.annotated() for draft in drafts.values()])
    surveyed = {name: chunk[name].select(columns) for name, columns in SURVEYED.items()}

    def fetch(doc_id: str) -> Chunk | None:
        return build_chunk([drafts[doc_id].annotated()])

    decided = Decided(file, lambda: [surveyed], fetch)
    rows = decided.decide(chunk)["mentions"].to_pylist()
    places = {row["rule_id"]: row["doc_id"] for row in rows if row["method"] == "decision"}
    states = {outcome.id: outcome.state for outcome in decided.outcomes()}
    hashes = [draft.document().sha256 for draft in drafts.values()]
    for origin, one in made:
        place = places.get(one.id)
        if place is not None and files[place].origin != origin:
            yield f"a decision on article {origin} is on article {files[place].origin}, {place}"
        if one.id not in states or (states[one.id] == "applied") != (place is not None):
            yield f"a decision on article {origin} is at {place}, told as {states.get(one.id)}"
        whole = hashes.count(getattr(one, "doc").sha256)  # noqa: B009
        if whole == 1 and place is None:
            yield f"a decision on article {origin} is lost, though its text is there"
