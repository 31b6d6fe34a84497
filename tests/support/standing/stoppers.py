"""Inputs that could stop a whole run: each costs itself at most, and the articles beside it are read."""

from __future__ import annotations

import json
import os
import random
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from policy_news.tables.parquet import read_tables
from tests.support.standing.promises import broken_promises
from tests.support.standing.runs import run_local, running

SOUND = "Apple said on Monday that it would sue Huawei. The Home Office denied it.\n"
DEPTH, LONGEST_NAME, LINES = 1_500, 250, 30_000
ZONES = (
    "Z",
    "+24:00",
    "+23:59:59.999999",
    "-9999",
    "+99:99",
    "+00:00:00.000001",
    " UTC+14",
    "[Europe/London]",
    "+23:60",
    "",
)
DAYS = (
    "2022-11-25",
    "0001-01-01",
    "9999-12-31",
    "2022-02-30",
    "12022-01-01",
    "٢٠٢٢-01-01",
    "-1",
    "1e9",
    "2022-W53-7",
)
TIMES = ("T09:10:00", "T24:00:00", "T00:00:60", "T23:59:59.9999999", " 9.60 pm", "")
BREAKS = ("\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r", "\x00")
Stopper = Callable[[random.Random, Path], None]


def check_stoppers(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Put something odd beside two sound articles; then run."""
    rng = random.Random(seed)
    for number in range(tries):
        work, stop = folder / str(number), STOPPERS[number % len(STOPPERS)]
        raw, out = work / "raw", work / "out"
        raw.mkdir(parents=True)
        for name in ("a", "z"):
            (raw / f"{name}.txt").write_text(SOUND, encoding="utf-8")
        stop(rng, raw)
        place = f"try {number} of seed {seed}, {stop.__name__}"
        try:
            with leaving_files(rng, raw / "leaving"):
                run_local(raw, out)
        except Exception as error:
            yield f"{place}: {type(error).__name__}: {str(error)[:200]}"
            continue
        if not {"a", "z"} <= set(read_tables(out)["documents"]["doc_id"].to_pylist()):
            yield f"{place}: the sound articles are not there"
        yield from (f"{place}: {fault}" for fault in broken_promises(out))
        subprocess.run(["rm", "-rf", str(work)], check=True)  # the paths may be longer than Python can remove


def write_odd_dates(rng: random.Random, raw: Path) -> None:
    """Dates that no calendar has, in records and pages."""
    dates = [f"{rng.choice(DAYS)}{rng.choice(TIMES)}{rng.choice(ZONES)}" for _ in range(20)]
    records = [json.dumps({"id": f"r{n}", "text": SOUND, "published": date}) for n, date in enumerate(dates)]
    (raw / "feed.jsonl").write_text("\n".join(records), encoding="utf-8")
    meta = f'<meta property="article:published_time" content="{rng.choice(dates)}">'
    page = (
        f"<html><head><title>Apple</title>{meta}</head><body><article><p>{SOUND}</p></article></body></html>"
    )
    (raw / "page.html").write_text(page, encoding="utf-8")
    (raw / "text.txt").write_text(
        f"Apple Rises\n\nPublished {rng.choice(dates)}\n\n{SOUND}", encoding="utf-8"
    )


def make_deep_folders(rng: random.Random, raw: Path) -> None:
    """Folders in folders, deeper than a program may call itself or longer than a path may be."""
    name, usual = "d" * rng.choice([1, LONGEST_NAME]), Path.cwd()
    depth = rng.choice([DEPTH, DEPTH // 10])
    os.chdir(raw)
    try:
        for _ in range(depth):
            Path(name).mkdir()
            os.chdir(name)
        Path("deep.txt").write_text(SOUND, encoding="utf-8")
    finally:
        os.chdir(usual)


def write_broken_lines(rng: random.Random, raw: Path) -> None:
    """A good record among very many that are none."""
    lines = [rng.choice(["x", "{", "[]", "5", '{"id": 5}', "\x00"])] * LINES
    lines.insert(rng.randrange(LINES), json.dumps({"id": "good", "text": SOUND}))
    (raw / "feed.jsonl").write_text("\n".join(lines), encoding="utf-8")


def make_leaving_files(rng: random.Random, raw: Path) -> None:
    """Files that come and go while they are listed and read."""
    (raw / "leaving").mkdir()


def write_odd_breaks(rng: random.Random, raw: Path) -> None:
    """Signs that some programs take for the end of a line."""
    texts = [SOUND.replace(" ", rng.choice(BREAKS), rng.randrange(1, 9)) for _ in range(8)]
    records = [json.dumps({"id": f"r{n}", "text": text}, ensure_ascii=False) for n, text in enumerate(texts)]
    (raw / "feed.jsonl").write_text("\n".join(records), encoding="utf-8")
    (raw / "text.txt").write_text(texts[0], encoding="utf-8")


def make_odd_names(rng: random.Random, raw: Path) -> None:
    """Names that are no text, look like records or ids, or are as long as may be; links and pipes."""
    names = [b"\xff\xfe.txt", b"a\nb.txt", b"feed.jsonl:1", b"a.txt.txt", b".txt.txt", b" .txt", b"-rf.txt", b"x" * 251 + b".txt", b"\xe2\x80\xaetxt.txt", b"a\\b.txt", b"A.TXT"]  # fmt: skip
    for name in rng.sample(names, 6):
        with suppress(OSError):  # not every file system takes every name
            (raw / os.fsdecode(name)).write_text(SOUND, encoding="utf-8")
    os.mkfifo(raw / "pipe.txt")
    for link, target in {"loop": "loop", "up": "..", "none": "missing", "out": "../../../.."}.items():
        (raw / f"{link}.txt").symlink_to(target)


STOPPERS: tuple[Stopper, ...] = (
    write_odd_dates,
    make_deep_folders,
    write_broken_lines,
    make_leaving_files,
    write_odd_breaks,
    make_odd_names,
)


@contextmanager
def leaving_files(rng: random.Random, place: Path) -> Iterator[None]:
    """Make and remove files of a folder meanwhile, if there is the folder."""
    end = threading.Event()

    def churn() -> None:
        while place.is_dir() and not end.wait(0.0002):
            path = place / f"{rng.randrange(200)}.txt"
            if path.exists():
                path.unlink()
            else:
                path.write_text(SOUND, encoding="utf-8")

    with running(churn, end):
        yield
