"""Random changes of a raw folder and of settings: a run that copies what it can gives what a fresh one gives."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.standing.mutants import mutant, sample_texts
from tests.support.standing.runs import IN_PARTS, make_settings, run_local, table_sums

LONGEST = 800
ECHOES = 0.4
"""Share of the articles whose claims relate to those of others."""
SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"day_first": False},
    {"mask": {"characters": "*█▇_"}},
    {"mask": {"words": ["[redacted]", "Home"]}},
    {"annotate": {"shard_documents": 3}},
    {"ingest": {"max_bytes": 1_500}},
    {"tables": {"single_file_documents": 4, "part_documents": 3}},
    {"tables": IN_PARTS, "annotate": {"shard_documents": 3}},
)


WHO = (
    "Ann Lowe, the chairman of Ofcom,",
    "Carl Lowe, a minister in the Home Office,",
    "Tarnwick Optics",
    "Ms Lowe",
    "Ofcom",
)
WHAT = (
    "Tarnwick Optics had hidden the faults of its cameras from every council in the north of the country",
    "the new rules on cameras would cost Tarnwick Optics and the towns too much",
    "the trial of the cameras had been stopped in spring",
)


def echo(rng: random.Random) -> str:
    """An article in which few people say few things, deny them, or will not comment: claims that relate to those of others."""
    parts = []
    for _ in range(rng.randrange(1, 5)):
        who, other, what = rng.choice(WHO), rng.choice(WHO), rng.choice(WHAT)
        parts.append(
            rng.choice(
                (
                    f"{who} said on Monday that {what}.",
                    f"“{what.capitalize()},” {who} said.",
                    f"{who} accused Tarnwick Optics of fraud.\n\n{other} denied the allegations.",
                    f"{who} did not say that {what}.\n\n{other} declined to comment on the claims.",
                )
            )
        )
    day = rng.choice(("7", "8", "28"))
    return f"Cameras under review\n\nPublished March {day}, 2022\n\n" + "\n\n".join(parts) + "\n"


class Folder:
    """A raw folder that changes.

    Args:
        raw: Where it is.
        rng: What chooses.
    """

    def __init__(self, raw: Path, rng: random.Random) -> None:
        self.raw = raw
        self.settings: dict[str, Any] = {}
        self._rng = rng
        self._texts = sample_texts()

    def change(self) -> None:
        """Change something."""
        choice = self._rng.choices(
            (self.add, self.remove, self.move, self.swap, self.touch, self.break_file, self.change_feed, self.change_settings),
            weights=(30, 12, 10, 8, 5, 3, 22, 10),
        )[0]  # fmt: skip
        if len(self._files()) < 5:
            choice = self.add
        choice()

    def add(self) -> None:
        """A new article, or a new text for one."""
        path, text = self._path(), mutant(self._rng, self._texts)[:LONGEST]
        if self._rng.random() < ECHOES:
            text = echo(self._rng)
        if path.suffix == ".html":
            body = text.replace("<", "&lt;").replace("\n\n", "</p><p>")
            text = f"<html><body><article><h1>{text[:30]}</h1><p>{body}</p></article></body></html>"
        path.write_bytes(text.encode("utf-8", "replace"))

    def remove(self) -> None:
        """An article less."""
        self._some().unlink()

    def move(self) -> None:
        """An article under another name."""
        self._some().replace(self._path())

    def swap(self) -> None:
        """Two articles with each other's text."""
        one, other = self._some(), self._some()
        first, second = one.read_bytes(), other.read_bytes()
        one.write_bytes(second)
        other.write_bytes(first)

    def touch(self) -> None:
        """Another time, and nothing else."""
        os.utime(self._some())

    def break_file(self) -> None:
        """A file that is no article."""
        self._some().write_bytes(self._rng.choice([b"", b"\0\1", b" \n", b"\xff\xfe\xfd" * 5]))

    def change_feed(self) -> None:
        """A record more or less, in another place, or a line that is none; ids repeat."""
        feed = self.raw / f"feed{self._rng.randrange(3)}.jsonl"
        lines = feed.read_text(encoding="utf-8", errors="replace").split("\n") if feed.exists() else []
        kind = self._rng.random()
        if kind < 0.5 or not lines:
            names = [f"r{self._rng.randrange(12)}", "a1", "x/b2", "5"]
            record = {"id": self._rng.choice(names), "text": mutant(self._rng, self._texts)[:LONGEST]}
            lines.insert(self._rng.randrange(len(lines) + 1), json.dumps(record))
        elif kind < 0.7:
            lines.pop(self._rng.randrange(len(lines)))
        elif kind < 0.85:
            self._rng.shuffle(lines)
        else:
            lines.insert(0, self._rng.choice(["broken", "", "{}", '{"id": "a1"}']))
        feed.write_text("\n".join(lines), encoding="utf-8")

    def change_settings(self) -> None:
        """Other settings from now on."""
        self.settings = self._rng.choice(SETTINGS)

    def _path(self) -> Path:
        folder = self.raw / self._rng.choice(["", "x", "x/y", "é"])
        folder.mkdir(parents=True, exist_ok=True)
        ending = self._rng.choice(["txt", "txt", "md", "html", "TXT"])
        return folder / f"{self._rng.choice('abcdefgh')}{self._rng.randrange(9)}.{ending}"

    def _files(self) -> list[Path]:
        return sorted(path for path in self.raw.rglob("*") if path.is_file())

    def _some(self) -> Path:
        return self._rng.choice(self._files())


def check_incremental(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """All tables of a run over a changed folder are those of a fresh run, byte for byte."""
    rng = random.Random(seed)
    raw = Folder(folder / "raw", rng)
    for _ in range(12):
        raw.add()
    for step in range(tries):
        for _ in range(rng.choice([1, 1, 2, 4])):
            raw.change()
        settings = make_settings(**json.loads(json.dumps(raw.settings)))
        shutil.rmtree(folder / "fresh", ignore_errors=True)
        run_local(raw.raw, folder / "kept", settings)
        run_local(raw.raw, folder / "fresh", settings)
        wanted, found = table_sums(folder / "fresh"), table_sums(folder / "kept")
        differing = [table for table in wanted if found[table] != wanted[table]]
        if differing:
            yield f"step {step} of seed {seed}: {', '.join(differing)} differ"
        if rng.random() < 0.1:
            shutil.rmtree(folder / "kept")
