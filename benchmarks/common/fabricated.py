"""Large runs without the hours that annotating takes: copies of some hundred annotated articles with other names.

The articles are short, 40 to 60 words in sentences of our own. Each names a person, a second one by the surname alone, and a company. All names in
one place of all templates are equally long, so that a copy with other names has the same offsets, and its rows are those of its template
with the names replaced. Names come from a pool that grows as vocabularies do: a copy takes a known name by a power law, or, more and more
rarely, a new one. What the model would have said of the other names is not asked: such runs measure everything but the model.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from policy_news.core.settings import Settings
from policy_news.nlp.component_cache import Memo
from policy_news.nlp.fingerprints import pipeline_fingerprint
from policy_news.run.engines.local import Engine, LocalEngine, Task
from policy_news.run.runner import run_all
from policy_news.run.shard_results import ShardResult, read_chunk, read_manifest, write_result
from policy_news.tables.chunks import DOCUMENT_TABLES, Chunk, split_documents
from policy_news.tables.schema import TABLES, arrow_schema

T = TypeVar("T")
TEMPLATES = 240
_SLOTS = {"Orlando": 7, "Fennerby": 8, "Quillan": 7, "Tarnwick": 8}
"""Names of the templates: given name and surname, a surname that stands alone, a company."""
_OPENINGS = (
    "Orlando Fennerby, the chairman of the Transport Committee, said on Monday that {a}.",
    "Mr Orlando Fennerby told reporters in London on Tuesday that {a}.",
    "The report by Orlando Fennerby, a minister in the Home Office, says that {a}.",
)
_MIDDLES = (
    "Tarnwick Optics, which makes cameras for the police, denied on Friday that {b}.",
    "Shares in Tarnwick Optics fell after the Financial Times reported that {b}.",
)
_ENDINGS = (
    "Quillan said the company would {c}, and asked the European Commission for more time.",
    '"We will {c}," Quillan said, adding that the Cabinet Office had been told in March.',
)
_WHAT = (
    "the new rules on cameras would cost towns too much",
    "nobody had asked the councils before the contract was signed",
    "the trial in two stations had been stopped in spring",
    "a third of the devices did not work at night",
    "the ministry knew of the fault for half a year",
)
_PLANS = ("appeal against the fine", "close the plant by June", "answer all questions of the panel")
_ONSETS, _VOWELS = "bdfghklmnprstvw", "aeiou"


def template(number: int) -> str:
    """The text of a template."""
    rng = random.Random(number)
    day = f"{1 + number % 28:02d}"
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[number % 12]
    parts = [
        rng.choice(_OPENINGS).format(a=rng.choice(_WHAT)),
        rng.choice(_MIDDLES).format(b=rng.choice(_WHAT)),
        rng.choice(_ENDINGS).format(c=rng.choice(_PLANS)),
    ]
    return f"Cameras under review\n\nPublished {month} {day}, {2020 + number % 24 // 12} 07:11 AM\n\n{' '.join(parts)}\n"


@dataclass
class Pool:
    """Names of one length, of which more and more are known."""

    length: int
    seed: int
    known: list[str] = field(default_factory=list)

    def draw(self, rng: random.Random) -> str:
        """A known name, the earlier the likelier, or a new one: of n draws about n to the power of 0.7 are new."""
        count = len(self.known)
        if not count or rng.random() < 0.7 * max(count, 1) ** (-0.43):
            letters = random.Random(self.seed * 10_000_019 + count)
            name = "".join(letters.choice(_VOWELS if i % 2 else _ONSETS) for i in range(self.length))
            self.known.append(name.capitalize())
            return self.known[-1]
        return self.known[int(count * rng.random() ** 2.5)]


class Kind(Protocol):
    """What articles are made of."""

    @property
    def templates(self) -> int:
        """Number of the templates."""

    def text(self, number: int) -> str:
        """The text of a template."""

    def write(self, folder: Path, count: int, start: int = 0) -> None:
        """Write articles of which the name tells the template and all else, from a number on."""

    def renamed(self, doc_id: str) -> tuple[str, Callable[[str], str]]:
        """The id of the template of an article, and what makes its rows, as JSON, of those of the template."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Articles that share their sentences with thousands of others, and differ in four names."""

    templates: int = TEMPLATES

    def text(self, number: int) -> str:
        """The text of a template."""
        return template(number)

    def write(self, folder: Path, count: int, start: int = 0) -> None:
        """Write articles, from a number on."""
        make_copies(folder, count, start)

    def renamed(self, doc_id: str) -> tuple[str, Callable[[str], str]]:
        """The template of an article, and what makes its rows of those of the template."""
        own, names = read_name(doc_id)

        def put(text: str) -> str:
            told = renamed(text, names).replace(f'"{own}', f'"{doc_id}')
            return told.replace(f"-in-{own}", f"-in-{doc_id.rpartition('/')[2][:8]}")

        return own, put


@dataclass(frozen=True, slots=True)
class OfOneSpeaker(Alike):
    """Articles of one day in which the same person says the same of different companies."""

    templates: int = 1

    def write(self, folder: Path, count: int, start: int = 0) -> None:
        """Write articles, from a number on."""
        pool, rng, text = Pool(_SLOTS["Tarnwick"], 9), random.Random(8), template(0)
        speaker = [*_SLOTS][:-1]
        for number in range(start + count):
            company = pool.draw(rng)
            if number >= start:
                place = (
                    folder / f"{number % 100:02d}" / f"n{number:07d}-t000-{'-'.join(speaker)}-{company}.txt"
                )
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(renamed(text, [*speaker, company]), encoding="utf-8")


def make_copies(folder: Path, count: int, start: int = 0) -> None:
    """Write articles of which the name tells the template and the names."""
    pools = [Pool(length, seed) for seed, length in enumerate(_SLOTS.values(), 1)]
    texts = [template(number) for number in range(TEMPLATES)]
    rng = random.Random(7)
    for number in range(start + count):
        own = rng.randrange(TEMPLATES)
        names = [pool.draw(rng) for pool in pools]
        if number < start:
            continue
        place = folder / f"{number % 100:02d}"
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"n{number:07d}-t{own:03d}-{'-'.join(names)}.txt"
        path.write_text(renamed(texts[own], names), encoding="utf-8")


def renamed(text: str, names: Sequence[str]) -> str:
    """A text with other names, also where they stand in an id."""
    for old, new in zip(_SLOTS, names, strict=True):
        text = text.replace(old, new).replace(old.lower(), new.lower())
    return text


class Fabricated:
    """Runs the shards of copies by giving them the rows of their templates; all else as another engine does.

    Args:
        templates: Output folder of a run over the templates.
        engine: The other engine.
        kind: What the articles are made of.
    """

    def __init__(self, templates: Path, engine: Engine, kind: Kind | None = None) -> None:
        self._templates = templates
        self._engine = engine
        self._kind = kind or Alike()

    @property
    def is_apart(self) -> bool:
        """That of the other engine."""
        return self._engine.is_apart

    def __call__(self, work: Callable[[T], None], tasks: Sequence[T]) -> Iterator[tuple[T, bool]]:
        """Run the tasks."""
        if tasks and isinstance(tasks[0], Task):
            yield from self._engine(partial(fabricate_shard, self._templates, self._kind), tasks)
        else:
            yield from self._engine(work, tasks)

    @contextmanager
    def session(self) -> Iterator[Fabricated]:
        """The same, in a session."""
        with self._engine.session() as session:
            yield Fabricated(self._templates, session, self._kind)


def fabricate_shard(templates: Path, kind: Kind, task: Any) -> None:
    """Write the rows of a shard from those of the templates."""
    memos = {entry.doc_id: Memo(entry.key) for entry in task.shard.entries}
    result = ShardResult(pipeline_fingerprint(task.settings), _chunk(_rows(templates), kind, task), [], memos)
    write_result(task.out, task.shard.key, result)


@lru_cache(1)
def _rows(templates: Path) -> dict[str, dict[str, str]]:
    """For each template the rows of each table, as JSON."""
    found: dict[str, dict[str, str]] = {}
    for shard in read_manifest(templates):
        for doc_id, chunk in split_documents(read_chunk(templates, shard.key)).items():
            found[doc_id] = {
                name: json.dumps(chunk[name].to_pylist(), default=str) for name in DOCUMENT_TABLES
            }
    return found


def _chunk(templates: dict[str, dict[str, str]], kind: Kind, task: Task) -> Chunk:
    import pyarrow as pa

    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in DOCUMENT_TABLES}
    for entry in task.shard.entries:
        own, put = kind.renamed(entry.doc_id)
        for name, text in templates[own].items():
            rows[name] += json.loads(put(text), object_hook=_with_dates)
    return {name: pa.Table.from_pylist(own, schema=arrow_schema(TABLES[name])) for name, own in rows.items()}


def read_name(doc_id: str) -> tuple[str, list[str]]:
    """Template and names of a copy."""
    _, own, *names = doc_id.rpartition("/")[2].split("-")
    return own, names


_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00:00")
_DAYS = ("date", "claim_date", "earliest", "latest", "anchor")


def _with_dates(row: dict[str, Any]) -> dict[str, Any]:
    import datetime as dt

    for key in _DAYS:
        if isinstance(row.get(key), str):
            row[key] = dt.date.fromisoformat(row[key])
    if isinstance(row.get("published"), str):
        row["published"] = dt.datetime.fromisoformat(row["published"])
    return row


def fabricate(
    folder: Path, count: int, settings: Settings, workers: int = 1, kind: Kind | None = None
) -> tuple[Path, Path]:
    """Raw folder and output folder of a run over so many articles."""
    kind = kind or Alike()
    raw, out = folder / f"raw-{count}", folder / f"out-{count}"
    if not raw.is_dir():
        kind.write(raw, count)
    engine = Fabricated(templates_of(folder, settings, kind), LocalEngine(workers), kind)
    run_all(raw, out, settings, engine=engine)
    return raw, out


def templates_of(folder: Path, settings: Settings, kind: Kind | None = None) -> Path:
    """Output folder of a run over the templates, which is made once below a folder."""
    kind = kind or Alike()
    templates = folder / f"templates-{type(kind).__name__.lower()}"
    if not (templates / "out").is_dir():
        (templates / "raw").mkdir(parents=True, exist_ok=True)
        for number in range(kind.templates):
            (templates / "raw" / f"t{number:03d}.txt").write_text(kind.text(number), encoding="utf-8")
        run_all(templates / "raw", templates / "out", settings, engine=LocalEngine())
    return templates / "out"
