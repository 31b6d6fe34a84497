"""Who is who after a change, worked out from the parts that it bears on, is what going through all documents gives."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.nlp.identity.corpus import Corpus, Final, Seen
from pipeline.nlp.identity.facts import Facts
from pipeline.run.keyed_files import KeyedFile, write_keyed
from pipeline.run.part_identity import Change, PartView, patched
from pipeline.run.part_notes import FINAL, file_notes

Document = tuple[str, dt.date | None, list[Seen]]
Documents = Mapping[str, Document]
FACTS = Facts({"person-ada-listed": ("Ada Listed", "", ""), "larkmere": ("Larkmere", "", "GB")})
FAMILIES = ("Rarely", "Seldom")
PER_PART = 6


def seen(local_id: str, name: str, reason: str, label: str = "PERSON", **more: str | None) -> Seen:
    told = {"office_id": None, "role": None, "gender": None, "country": None} | more
    return Seen(local_id=local_id, label=label, name=name, forms=[name], reason=reason, **told)


def make(number: int, draw: random.Random) -> Document:
    """A document that names a person of a family in full, and often another one by the surname alone."""
    doc, family = f"d{number:03}", draw.choice(FAMILIES)
    given, suffix = f"Given{draw.randrange(9)}", draw.choice(["", "", "", " Jr"])
    role, gender = draw.choice([None, None, "senator", "coach"]), draw.choice([None, None, "f", "m"])
    base = f"person-{given}-{family}{suffix.replace(' ', '-')}".lower()
    cell = draw.choice(["", "", "@f..gb.", "@m..us.sport"])
    country = draw.choice([None, "GB"])
    rows = [
        seen(base + cell, f"{given} {family}{suffix}", "full-name", role=role, gender=gender, country=country)
    ]
    if draw.random() < 0.6:
        other = draw.choice(FAMILIES)
        rows.append(
            seen(
                f"person-{other.lower()}-in-{doc}",
                other,
                "surname-only",
                role=draw.choice([None, "senator"]),
                country=country,
            )
        )
    if draw.random() < 0.4:
        rows.append(seen(f"org-firm-{draw.randrange(3)}", "Firm", "same-name", "COMPANY"))
    months = draw.choice([0, *range(1, 11)])
    day = dt.date(2020, months, 1 + draw.randrange(20)) if months else None
    return doc, day, rows


def answers(documents: Documents) -> dict[str, Final]:
    """What became of all ids, from all documents."""
    corpus = Corpus(FACTS)
    for _, day, rows in documents.values():
        corpus.survey(rows, day)
    corpus.settle()
    for _, day, rows in documents.values():
        corpus.learn(rows, day)
    found: dict[str, Final] = {}
    for _, day, rows in documents.values():
        found |= corpus.answer(rows, day)
    return found


def part_of(doc_id: str) -> str:
    return f"p{int(doc_id[1:]) // PER_PART}"


def parts_of(documents: Documents) -> dict[str, list[Document]]:
    parts: dict[str, list[Document]] = {}
    for doc_id in sorted(documents):
        parts.setdefault(part_of(doc_id), []).append(documents[doc_id])
    return parts


def asked_of(documents: Iterable[Document]) -> set[str]:
    blank = Corpus(FACTS)
    return {asked for _, _, rows in documents for one in rows for _, asked in blank.asked(one)}


class Run:
    """What a run leaves of its parts."""

    def __init__(self, folder: Path, documents: Documents) -> None:
        self.finals = answers(documents)
        self.parts = parts_of(documents)
        self.notes: dict[str, KeyedFile] = {}
        self.results: dict[str, KeyedFile] = {}
        folder.mkdir()
        for key, own in self.parts.items():
            file_notes(folder / f"{key}.notes", own, FACTS)
            ids = asked_of(own)
            write_keyed(
                folder / f"{key}.results", {f"{FINAL}{one}": [self.finals[one].row()] for one in sorted(ids)}
            )
            self.notes[key] = KeyedFile(folder / f"{key}.notes")
            self.results[key] = KeyedFile(folder / f"{key}.results")


def change(draw: random.Random, old: Documents) -> dict[str, Document]:
    """Some documents come, mostly behind the others, some go and some are others."""
    now = dict(old)
    for _ in range(draw.randrange(1, 4)):
        doc_id, what = draw.choice(sorted(now)), draw.randrange(3)
        if what == 0:
            del now[doc_id]
        elif what == 1:
            now[doc_id] = make(int(doc_id[1:]), draw)
        else:
            number = len(old) + draw.randrange(3)
            now[f"d{number:03}"] = make(number, draw)
    return now


def views(before: Run, after: Run, old: Documents, now: Documents) -> Sequence[PartView]:
    """The parts as they are now, those that stay with their results."""
    found = []
    for key, own in after.parts.items():
        stays = before.parts.get(key) == own
        wanted = {doc[0]: doc for doc in own}
        found.append(
            PartView(
                key,
                before.notes[key] if stays else after.notes[key],
                before.results[key] if stays else None,
                lambda ids, wanted=wanted: [wanted[one] for one in sorted(ids)],  # type: ignore[misc]
            )
        )
    return found


@pytest.mark.parametrize("seed", range(60))
def test_a_change_gives_the_answers_of_all_documents(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    old = {doc[0]: doc for doc in (make(number, draw) for number in range(draw.choice([12, 40, 90])))}
    now = change(draw, old)
    before, after = Run(tmp_path / "before", old), Run(tmp_path / "after", now)
    parts = views(before, after, old, now)
    staying = {part.key for part in parts if part.results is not None}
    gone = [(before.notes[key], before.results[key]) for key in before.parts if key not in staying]
    fresh = [doc for key, doc in now.items() if old.get(key) != doc]
    found = Change(FACTS, parts, gone, fresh).answers()
    for part in parts:
        own = after.parts[part.key]
        wanted = {one: after.finals[one] for one in asked_of(own)}
        if part.results is None:
            earlier = [results for _, results in gone]
        elif part.key in found.dirty:
            earlier = [part.results]
        else:
            assert wanted == {one: before.finals[one] for one in wanted}
            continue
        assert patched(earlier, own, Corpus(FACTS), found.finals) == wanted


def test_a_bearer_of_later_months_changes_no_old_document(tmp_path: Path) -> None:
    def full(number: int, given: str, month: int) -> Document:
        row = seen(f"person-{given.lower()}-rarely", f"{given} Rarely", "full-name")
        return f"d{number:03}", dt.date(2020, month, 3), [row]

    asking = seen("person-rarely-in-d040", "Rarely", "surname-only")
    documents = [full(number, f"Given{number}", 1) for number in range(6)]
    old = {doc[0]: doc for doc in [*documents, ("d040", dt.date(2020, 4, 3), [asking])]}
    now = old | {"d060": full(60, "Aaron", 9)}
    before, after = Run(tmp_path / "before", old), Run(tmp_path / "after", now)
    read: list[str] = []

    def reading(part: PartView) -> PartView:
        def read_some(ids: Iterable[str]) -> Iterable[Document]:
            read.extend(ids)
            return []

        return replace(part, read=read_some)

    parts = [reading(part) for part in views(before, after, old, now)]
    found = Change(FACTS, parts, [], [now["d060"]]).answers()
    assert not found.dirty
    assert not read
    assert len(after.finals["person-rarely-in-d040"].considered) == 5
