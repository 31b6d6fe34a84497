"""Settings come from the file and the environment, which has the last word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from policy_news.core.errors import SettingsError
from policy_news.core.settings import BUILT, PROJECT, Settings, find_model, read_settings


def read(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path)


@pytest.mark.parametrize(
    ("file", "environment", "group", "expected"),
    [
        ("", {}, "annotate", {"batch_size": 256}),
        ("[annotate]\nbatch_size = 5", {}, "annotate", {"batch_size": 5}),
        ("[annotate]\nbatch_size = 5", {"ANNOTATE__BATCH_SIZE": "7"}, "annotate", {"batch_size": 7}),
        (
            "[annotate]\nmodel = 'm'",
            {"ANNOTATE__BATCH_SIZE": "7"},
            "annotate",
            {"batch_size": 7, "model": "m"},
        ),
        ("", {"ANNOTATE__OWN_LISTS": '["a", "b"]'}, "annotate", {"own_lists": ("a", "b")}),
        ("[mask]\nwords = ['x']", {"MASK__CHARACTERS": "•"}, "mask", {"words": ("x",), "characters": "•"}),
        ("", {"INGEST__READER_SECONDS": "2.5"}, "ingest", {"reader_seconds": 2.5}),
    ],
)
def test_the_environment_overrides_the_file(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    file: str,
    environment: dict[str, str],
    group: str,
    expected: dict[str, Any],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(f"POLICY_NEWS__{name}", value)
    settings = getattr(read(tmp_path, file), group)
    assert {key: getattr(settings, key) for key in expected} == expected


def test_a_flag_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("POLICY_NEWS__DAY_FIRST", "false")
    assert not read(tmp_path, "day_first = true").day_first


@pytest.mark.parametrize(
    ("file", "environment", "says"),
    [
        (
            "[mask]\nletters = 'x'",
            {},
            r"settings.toml: mask.letters: unknown key; there are characters, placeholder, words",
        ),
        (
            "[mask]\ncharacter = 'x'",
            {},
            r"settings.toml: mask.character: unknown key; did you mean 'characters'\?",
        ),
        ("batch_size = 5", {}, r"settings.toml: batch_size: unknown key; it belongs under \[annotate\]"),
        ("day_frist = true", {}, r"settings.toml: day_frist: unknown key; did you mean 'day_first'\?"),
        ("[annotate]\nbatch_size = 0", {}, r"settings.toml: annotate.batch_size: must be more than 0"),
        ("", {"ANNOTATE__BATCH_SIZE": "many"}, r"environment: annotate.batch_size"),
        ("", {"MASK__LETTERS": "x"}, r"environment: mask.letters: unknown key"),
        ("", {"MASK": "x"}, r"environment: mask"),
        ("", {"ANNOTATE__OWN_LISTS": "a,b"}, r"environment: annotate.own_lists"),
        ("annotate = 5", {"ANNOTATE__BATCH_SIZE": "many"}, r"environment: annotate.batch_size"),
        ("not = = toml", {}, "cannot be read as TOML"),
    ],
)
def test_what_does_not_fit_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str, environment: dict[str, str], says: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(f"POLICY_NEWS__{name}", value)
    with pytest.raises(SettingsError, match=says):
        read(tmp_path, file)


def test_the_default_model_is_the_clones_another_is_looked_for_here_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_model(BUILT) == PROJECT / BUILT
    assert find_model("en_core_web_md") == Path("en_core_web_md")
    # A folder of the default name may have come with the articles: the clone's model counts.
    (tmp_path / BUILT).mkdir(parents=True)
    assert find_model(BUILT) == PROJECT / BUILT
    (tmp_path / "models/mine").mkdir()
    assert find_model("models/mine") == Path("models/mine")
    monkeypatch.chdir(PROJECT)
    assert find_model(BUILT) == Path(BUILT)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml: does not exist"):
        read_settings(tmp_path / "none.toml")
