"""Whole runs: the same tables whatever the processes, nothing done twice, every document accounted for."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import weakref
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from policy_news.checks import checking
from policy_news.cli.summary import summarise
from policy_news.core.errors import StageError
from policy_news.core.settings import AnnotateSettings, MaskSettings, Settings
from policy_news.run import all_stages
from policy_news.run.all_stages import plan, run_stages
from policy_news.run.engines.local import LocalEngine
from policy_news.run.job import Job
from policy_news.run.locking import lock_output
from policy_news.run.paths import (
    ANNOTATED,
    RECORDS,
    RESOLVED,
    SHARDS,
)
from policy_news.run.records import read_documents
from policy_news.run.runner import run_all
from policy_news.run.stages import annotate, ingest, resolve, unmask, write
from policy_news.tables.commit import seal
from policy_news.tables.parquet import load_tables
from policy_news.text.document import Source
from policy_news.text.layout import find_layout
from policy_news.text.layout.sections import Layout
from tests.conftest import MODEL, ROOT

STAGES = (all_stages.annotate, all_stages.resolve, all_stages.write)
"""Those after the records, each as if it ran alone."""


def settings(**changes: int) -> Settings:
    return Settings(annotate=AnnotateSettings(model=str(MODEL), **changes))


def run(raw: Path, out: Path, chosen: Settings | None = None, workers: int = 1) -> bool:
    return run_all(raw, out, chosen or settings(), engine=LocalEngine(workers))


def hashes(out: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.glob("*.parquet"))
    }


@pytest.fixture
def samples(sample_run: Path) -> Path:
    return sample_run


def test_samples_are_sound_and_all_accounted_for(samples: Path) -> None:
    assert checking.run(samples).findings == []
    tables = load_tables(samples, verify=True)
    records = sum(
        1
        for line in (ROOT / "data/raw/feeds/newswire.jsonl").read_text(encoding="utf-8").splitlines()
        if line.strip()
    )
    files = [
        path for path in (ROOT / "data" / "raw").rglob("*") if path.is_file() and path.suffix != ".jsonl"
    ]
    assert len(tables["documents"]) + len(tables["failures"]) == len(files) + records
    masked = tables["documents"].query("n_masked_words > 0")
    assert len(masked) >= 6
    assert not tables["mentions"].merge(masked, on="doc_id")["text_x"].str.contains("*", regex=False).any()


@pytest.mark.slow
def test_tables_are_the_same_for_any_batch_size_and_workers(samples: Path, tmp_path: Path) -> None:
    run(ROOT / "data" / "raw", tmp_path / "two", settings(batch_size=7, shard_documents=4), workers=2)
    assert hashes(tmp_path / "two") == hashes(samples)


def test_a_second_run_annotates_nothing_and_a_change_only_its_shard(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    shutil.copytree(ROOT / "data" / "raw" / "politics", raw)
    run(raw, out)
    before = hashes(out)
    assert annotate.run(out, settings()) == (0, 3)
    run(raw, out)
    assert hashes(out) == before
    (raw / "new.txt").write_text("Hikvision said it agreed.", encoding="utf-8")
    ingest.run(raw, out, settings(shard_documents=1))
    unmask.run(out, settings())
    done, kept = annotate.run(out, settings(shard_documents=1))
    assert done + kept == 4


def test_stages_run_alone_and_write_their_files(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ingest.run(ROOT / "data" / "raw" / "wire", out, settings())
    unmask.run(out, settings())
    annotate.run(out, settings())
    resolve.run(out, settings())
    write.run(out, settings())
    assert checking.run(out).findings == []
    for name in (RECORDS, SHARDS, ANNOTATED, RESOLVED):
        assert list(out.glob(name)), f"no stage writes {name}"
    assert set(json.loads((out / "run.json").read_text(encoding="utf-8"))["tables"]) == {
        path.stem for path in out.glob("*.parquet")
    }


def test_a_stage_does_not_vouch_for_what_another_did_with_other_settings(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(ROOT / "data" / "raw" / "wire", out)
    other = settings().model_copy(update={"day_first": False})
    for stage in (resolve, write):
        with pytest.raises(StageError, match="made with other settings, rules or another model"):
            stage.run(out, other)
    write.run(out, settings())


def test_ordinary_asterisks_change_nothing(tmp_path: Path) -> None:
    text = (ROOT / "data/raw/briefing/camera-policy-weekly.md").read_text(encoding="utf-8")
    assert "* * *" in text
    assert "*****" in text
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.md").write_text(text, encoding="utf-8")
    run(tmp_path / "raw", tmp_path / "with")
    without = settings().model_copy(update={"mask": settings().mask.model_copy(update={"characters": "▇"})})
    run(tmp_path / "raw", tmp_path / "without", without)
    assert hashes(tmp_path / "with") == hashes(tmp_path / "without")
    assert load_tables(tmp_path / "with")["documents"]["n_masked_words"].tolist() == [0]


def test_files_of_one_name_get_ids_of_their_own(tmp_path: Path) -> None:
    def ids() -> list[str]:
        ingest.run(tmp_path / "raw", tmp_path / "out", settings())
        return [document.doc_id for document in read_documents(tmp_path / "out")]

    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text("Hikvision said it agreed.", encoding="utf-8")
    (tmp_path / "raw" / "b.md").write_text("Hikvision said it agreed.", encoding="utf-8")
    assert ids() == ["a", "b"]
    for ending in ("md", "html"):
        (tmp_path / "raw" / f"a.{ending}").write_text(
            "<p>Hikvision said it agreed, and others said so as well.</p>", encoding="utf-8"
        )
    assert ids() == ["a", "a.html", "a.md", "b"]


def test_what_a_link_leads_to_is_looked_at(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    (raw / ".hidden").mkdir(parents=True)
    (raw / ".hidden" / "x.txt").write_text("Apple said no.", encoding="utf-8")
    (raw / "a.txt").symlink_to(".hidden/x.txt")
    run(raw, out)
    (raw / ".hidden" / "x.txt").write_text("Apple said yes to it.", encoding="utf-8")
    assert run(raw, out)
    assert list(load_tables(out)["documents"]["text"]) == ["Apple said yes to it."]


@pytest.fixture
def deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with an article, and folders in folders until the path is too long for the system."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.txt").write_text("Apple said no.", encoding="utf-8")
    names = ["d"] * 1500 + ["e" * 200] * 8
    monkeypatch.chdir(raw)
    for name in names:
        Path(name).mkdir()
        os.chdir(name)
    Path("deep.txt").write_text("Apple said that it was deep.", encoding="utf-8")
    place = os.open(".", os.O_RDONLY)
    os.chdir(tmp_path)
    yield raw
    os.fchdir(place)  # from below, since shutil.rmtree is recursive
    os.close(place)
    Path("deep.txt").unlink()
    for name in reversed(names):
        os.chdir("..")
        Path(name).rmdir()


@pytest.mark.skipif(os.name == "nt", reason="paths are limited otherwise")
def test_deep_folders_and_long_paths_cost_nobody_else(deep: Path, tmp_path: Path) -> None:
    run(deep, tmp_path / "out")
    tables = load_tables(tmp_path / "out", verify=True)
    assert list(tables["documents"]["doc_id"]) == ["a"]
    (message,) = tables["failures"]["message"]
    assert message == "folder cannot be read: File name too long"


def test_files_that_vanish_while_listed_are_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    for name in "abc":
        (raw / f"{name}.txt").write_text(f"Apple said no to {name}.", encoding="utf-8")
    original = os.scandir

    def scandir(folder: bytes) -> Any:
        """Lists the folder; then a file of it goes."""
        with original(folder) as entries:
            found = list(entries)
        (raw / "b.txt").unlink(missing_ok=True)
        return nullcontext(found)

    monkeypatch.setattr(os, "scandir", scandir)
    run_all(raw, out, settings())
    tables = load_tables(out)
    assert list(tables["documents"]["doc_id"]) == ["a", "c"]
    assert tables["failures"].empty


def test_links_that_leave_the_folder_fail(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "raw" / "a.txt").write_text("Hikvision said it agreed.", encoding="utf-8")
    (tmp_path / "raw" / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert ingest.run(tmp_path / "raw", tmp_path / "out", settings()) == (1, 1)
    assert b"secret" not in (tmp_path / "out" / RECORDS).read_bytes()


def test_kept_parses_give_the_rows_of_new_ones(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    shutil.copytree(samples, out)
    monkeypatch.setattr(
        "policy_news.nlp.inference.model.join_docs", lambda *args: pytest.fail("parsed again")
    )
    for score in (0.9, settings().claims.least_score):  # another score makes all shards again
        changed = {"claims": settings().claims.model_copy(update={"least_score": score})}
        assert annotate.run(out, settings().model_copy(update=changed)) == (18, 0)
    resolve.run(out, settings())
    write.run(out, settings())
    assert hashes(out) == hashes(samples)


@pytest.mark.slow
def test_torn_shards_are_made_again(samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(samples, out)
    for path in (out / "stages" / "shards").iterdir():
        path.write_bytes(path.read_bytes()[:100])
    run_stages(Job(tmp_path, out, settings()), STAGES)
    assert hashes(out) == hashes(samples)


@pytest.mark.slow
def test_the_result_of_another_shard_is_not_taken_for_the_own(tmp_path: Path) -> None:
    raw, out, small = tmp_path / "raw", tmp_path / "out", settings(shard_documents=1)
    raw.mkdir()
    for name in "ab":
        (raw / f"{name}.txt").write_text(f"Tea\n\nApple said on Monday that {name} was dear.", "utf-8")
    run(raw, out, small)
    before = hashes(out)
    one, other = sorted((out / "stages" / "shards").glob("*.arrow"))
    one.write_bytes(other.read_bytes())
    run_stages(Job(raw, out, small), STAGES)
    assert hashes(out) == before


def test_a_second_run_says_that_nothing_changed(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    shutil.copytree(ROOT / "data" / "raw" / "politics", raw)
    run(raw, out)
    before = (out / "run.json").read_bytes()
    said: list[str] = []
    run_all(raw, out, settings(), say=said.append)
    assert said[0].startswith("0 changed")
    assert (out / "run.json").read_bytes() == before
    assert plan(raw, out, settings()).startswith("nothing to do")
    (raw / "new.txt").write_text("Hikvision said it agreed.", encoding="utf-8")
    (raw / "rail-fares.txt").unlink()
    planned = plan(raw, out, settings())
    assert "1 document new, 0 changed, 1 gone" in planned
    assert (out / "run.json").read_bytes() == before


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x1c"])
def test_a_plan_reads_texts_with_odd_line_ends(sign: str, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text(f"Apple said{sign}no.", encoding="utf-8")
    run(tmp_path / "raw", tmp_path / "out")
    os.utime(tmp_path / "raw" / "a.txt", (1, 1))
    assert "0 documents new, 0 changed, 0 gone" in plan(tmp_path / "raw", tmp_path / "out", settings())


@pytest.mark.parametrize("name", ["tables:2022", "file:x", "s3:b", "mock:x"])
def test_an_output_folder_may_be_called_like_an_address(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("raw").mkdir()
    Path("raw/a.txt").write_text("Apple said no.", encoding="utf-8")
    run(Path("raw"), Path(name))
    assert len(load_tables(Path(name), verify=True)["documents"]) == 1


def test_a_whole_file_system_is_not_a_raw_folder(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="is a whole file system"):
        ingest.run(Path(tmp_path.anchor), tmp_path / "out", settings())


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-50])


def empty(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def drop_column(path: Path) -> None:
    table = pq.read_table(path)
    pq.write_table(table.drop_columns(table.column_names[-1]), path)


def other_version(path: Path) -> None:
    run = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(seal({**run, "schema_version": 7}), encoding="utf-8")


def edit(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace('"seconds": ', '"seconds": 1'), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "harm", "planned"),
    [
        ("mentions.parquet", cut, "tables are missing or are not the files"),
        ("mentions.parquet", empty, "tables are missing or are not the files"),
        ("claims.parquet", drop_column, "tables are missing or are not the files"),
        ("dates.parquet", Path.unlink, "tables are missing or are not the files"),
        ("run.json", other_version, "schema version 7"),
        ("run.json", edit, "would annotate 0 of 18"),
        ("run.json", cut, "no finished run"),
        ("run.json", Path.unlink, "no finished run"),
    ],
)
def test_harmed_tables_are_written_anew(
    samples: Path, tmp_path: Path, name: str, harm: Callable[[Path], None], planned: str
) -> None:
    raw, out = ROOT / "data" / "raw", tmp_path / "out"
    shutil.copytree(samples, out)
    assert plan(raw, out, settings()).startswith("nothing to do")
    harm(out / name)
    assert planned in plan(raw, out, settings())
    assert run(raw, out)
    assert checking.run(out).findings == []
    assert hashes(out) == hashes(samples)
    assert not run(raw, out)


IMPOSSIBLE = [
    "2022-11-25T09:10:00+23:59:59.999999",
    "2022-11-25T09:10:00-23:59",
    "2022-11-25T09:10:00+15:00",
    "2022-11-25T09:10:00+00:00:30",
    "2022-11-25T09:10:00+24:00",
    "2022-11-25T09:10:00+9999",
    "Fri, 25 Nov 2022 09:10:00 +9999",
    "0001-01-01T00:00:00+14:00",
]


def test_a_date_that_cannot_be_costs_the_date_alone(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    records = [
        {"id": f"r{number}", "text": "Apple said no.", "published": text}
        for number, text in enumerate(IMPOSSIBLE)
    ]
    (raw / "feed.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    page = (
        '<html><head><meta property="article:published_time" content="{}"></head><body><article><h1>Apple</h1>'
        "<p>Apple said on Friday that it would not move the office to another town before the spring.</p></article>"
    )
    for number, text in enumerate(IMPOSSIBLE[:4]):
        (raw / f"p{number}.html").write_text(page.format(text), encoding="utf-8")
    run(raw, out)
    documents = load_tables(out, verify=True)["documents"].set_index("doc_id")
    assert len(documents) == len(IMPOSSIBLE) + 4
    assert documents["published"].isna().all()
    for number, text in enumerate(IMPOSSIBLE):
        assert documents["notes"][f"r{number}"] == f"publication date not understood: {text}"
    assert documents["notes"]["p0"] == f"publication date not understood: {IMPOSSIBLE[0]}"


def test_a_fault_of_ours_costs_the_document_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    for name in "ab":
        (raw / f"{name}.txt").write_text(f"Apple said no to {name}.", encoding="utf-8")

    def broken(source: Source, **options: Any) -> Layout:
        if source.text.endswith("a."):
            raise RecursionError(f"too deep in {object()}")
        return find_layout(source, **options)

    monkeypatch.setattr("policy_news.run.stages.ingest.find_layout", broken)
    run(raw, out)
    tables = load_tables(out, verify=True)
    assert list(tables["documents"]["doc_id"]) == ["b"]
    (row,) = tables["failures"].to_dict("records")
    assert (row["path"], row["error"]) == ("a.txt", "RecursionError")
    assert row["message"] == "too deep in <object object>"


def test_two_runs_at_once(tmp_path: Path) -> None:
    with lock_output(tmp_path / "out"), pytest.raises(StageError, match=f"in use by process {os.getpid()}"):
        run(ROOT / "data" / "raw" / "wire", tmp_path / "out")


def test_twin_texts_of_different_days_stay_apart(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    text = "Ministers meet again.\\n\\nTom Tugendhat said on Monday that the ban would stay."
    rows = [
        f'{{"id": "{name}", "text": "{text}", "published": "{day}"}}'
        for name, day in (("a", "2022-11-25"), ("b", "2019-03-01"))
    ]
    (raw / "x.jsonl").write_text("\n".join(rows), encoding="utf-8")
    run(raw, out)
    first = hashes(out)
    shutil.rmtree(out / "stages" / "shards")
    (out / "run.json").unlink()
    run(raw, out)
    assert hashes(out) == first
    dates = load_tables(out)["dates"].set_index("doc_id")["value"]
    assert dates["a"] == "2022-11-21"
    assert dates["b"] == "2019-02-25"


def test_texts_that_were_unmasked_with_other_settings_are_refused_until_they_are_unmasked_again(
    tmp_path: Path,
) -> None:
    out, raw = tmp_path / "out", tmp_path / "raw"
    raw.mkdir()
    (raw / "a.txt").write_text("Hikvision said that ▒▒▒▒ ▒▒ agreed.", encoding="utf-8")
    other = settings().model_copy(update={"mask": MaskSettings(characters="▒")})
    assert ingest.run(raw, out, settings()) == (1, 0)
    with pytest.raises(StageError, match="unmasked with other settings"):
        annotate.run(out, other)
    assert (unmask.run(out, settings()), unmask.run(out, other)) == (0, 1)
    assert annotate.run(out, other) == (1, 0)
    with pytest.raises(StageError, match="unmasked with other settings"):
        annotate.run(out, settings())
    assert unmask.run(out, settings()) == 0


@pytest.mark.slow
def test_a_long_paragraph_is_cut_for_the_model(tmp_path: Path) -> None:
    sentence = "Hikvision denied that its cameras were unsafe. "
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text("A title\n\n" + sentence * 2500, encoding="utf-8")
    run(tmp_path / "raw", tmp_path / "out")
    assert checking.run(tmp_path / "out").findings == []
    mentions = load_tables(tmp_path / "out")["mentions"]
    assert (mentions["text"] == "Hikvision").sum() == 2500


def test_day_first_reaches_layout_and_dates(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text(
        "A title\n\n07/09/2022\n\nThe ban was agreed on 03/05/2021 by both sides.", encoding="utf-8"
    )
    values = {}
    for day_first in (True, False):
        run(tmp_path / "raw", tmp_path / "out", settings().model_copy(update={"day_first": day_first}))
        tables = load_tables(tmp_path / "out")
        values[day_first] = (str(tables["documents"]["published"][0].date()), *tables["dates"]["value"])
    assert values[True] == ("2022-09-07", "2022-09-07", "2021-05-03")
    assert values[False] == ("2022-07-09", "2022-07-09", "2021-03-05")


def test_the_labels_of_the_summary_are_all_there(samples: Path) -> None:
    (line,) = [line for line in summarise(samples).splitlines() if line.startswith("mentions")]
    whole, *counts = map(int, re.findall(r"\d+", line))
    assert sum(counts) == whole
    assert ", other " in line


def test_the_summary_says_who_is_named_and_who_claims_most(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    told = {line[:12].rstrip(): line[12:] for line in summarise(samples).splitlines()}
    tables = load_tables(samples)
    named = tables["entities"].query("label == 'COMPANY'").sort_values("n_mentions", ascending=False)
    assert told["companies"].startswith(f"{named['name'].iloc[0]} {named['n_mentions'].iloc[0]}; ")
    assert {"ministers", "committees"} <= told.keys()
    counts = tables["claims"].query("kept")["source_entity_id"].value_counts()
    names = tables["entities"].set_index("entity_id")["name"]
    assert told["sources"].startswith(f"{names[counts.index[0]]} {counts.iloc[0]}; ")
    monkeypatch.setenv("CI", "true")
    assert not re.search("^(companies|sources) ", summarise(samples), re.MULTILINE)


def test_settings_share_the_pipeline() -> None:
    chosen = [settings(shard_documents=number) for number in (3, 4)]
    first, second = (annotate.annotator_of(one) for one in chosen)
    assert (first.settings.shard_documents, second.settings.shard_documents) == (3, 4)
    assert first.nlp is second.nlp


@pytest.mark.slow
def test_a_process_keeps_one_pipeline(tmp_path: Path) -> None:
    (tmp_path / "other").symlink_to(MODEL)
    other = Settings(annotate=AnnotateSettings(model=str(tmp_path / "other")))
    first = weakref.ref(annotate.annotator_of(settings()).nlp)
    assert first() is annotate.annotator_of(settings()).nlp
    annotate.annotator_of(other)
    assert first() is None
