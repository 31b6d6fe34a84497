"""Nothing of a text, an id or a file name reaches the terminal as it stands."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.core.messages import first_misfit, printable, printable_lines, without_addresses
from policy_news.tables.parquet import load_tables
from tests.conftest import MODEL

RUNNER = CliRunner()
ODD = [
    *(
        "\x1b[2J",
        "\x1b]0;title\x07",
        "\x1b]8;;http://x.example\x1b\\link",
        "\x9b31m",
        "\x90q\x9c",
        "\x08\x08",
        "\r",
        "\x7f",
        "\x0e",
        "\x00",
    ),
    *("\u202e", "\u2066", "\u200b", "\u2028", "\x85", "\ud800", "\ue000", "\U000e0041", "\ufeff", "\n", "\t"),
]


@pytest.mark.parametrize("odd", ODD)
def test_what_a_terminal_would_obey_is_replaced(odd: str) -> None:
    assert printable(f"a{odd}b").isprintable()
    assert printable_lines(f"a{odd}b\nc").replace("\n", "").isprintable()


class Given(BaseModel):
    model_config = ConfigDict(extra="forbid")
    count: int = Field(default=0, ge=0, lt=10)
    name: str = Field(default="x", min_length=1, max_length=3)
    kind: Literal["a", "b"] = "a"
    parts: tuple[str, ...] = ()
    keys: dict[str, float] = {}
    is_so: bool = True
    day: dt.date = dt.date(2024, 3, 5)
    at: dt.datetime | None = None

    @field_validator("name")
    @classmethod
    def _check(cls, value: str) -> str:
        if value == "bad":
            raise ValueError("must be good")
        return value


MISFITS: list[tuple[object, str]] = [
    ([], "must be a mapping of keys to values"),
    ({"cuont": 1}, "cuont: unknown key"),
    ({"count": -1}, "count: must be at least 0"),
    ({"count": 10}, "count: must be less than 10"),
    ({"count": "many"}, "count: must be a whole number"),
    ({"count": 1.5}, "count: must be a whole number"),
    ({"name": 5}, "name: must be a text"),
    ({"name": ""}, "name: must not be empty"),
    ({"name": "long"}, "name: must have at most 3 characters"),
    ({"name": "bad"}, "name: must be good"),
    ({"kind": "c"}, "kind: must be 'a' or 'b'"),
    ({"parts": "c"}, "parts: must be a list, e.g. [c]"),
    ({"keys": [1]}, "keys: must be a mapping of keys to values"),
    ({"keys": {"a": "b"}}, "keys.a: must be a number"),
    ({"is_so": "perhaps"}, "is_so: must be true or false"),
    ({"day": "today"}, "day: must be a day such as 2024-03-05"),
    ({"at": "now"}, "at: must be a day such as 2024-03-05T10:00:00Z"),
]


@pytest.mark.parametrize(("given", "told"), MISFITS)
def test_what_does_not_fit_is_told_in_plain_words(given: object, told: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Given.model_validate(given)
    assert first_misfit(caught.value) == told


def test_no_command_passes_on_control_characters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_NEWS__ANNOTATE__MODEL", str(MODEL))
    raw, out = tmp_path / "raw", tmp_path / "out\x1b[1m"
    raw.mkdir()
    texts = (
        f"Hik{odd} Vision Ltd said{odd} on 3 May 2022 that Dahua{odd} Ltd agreed.{odd}"
        for odd in ODD
        if odd != "\x00"
    )
    lines = [
        json.dumps({"id": f"{number}{odd}", "text": text})
        for number, (odd, text) in enumerate(zip(ODD, texts, strict=False))
    ]
    (raw / "feed.jsonl").write_text(
        "\n".join([*lines, '{"id": "\\u001b[31m"}', '{"id": "x", "te\x1b[31mxt": 1']), encoding="utf-8"
    )
    (raw / "odd\x1b[31m\u202e.xyz").write_text("a", encoding="utf-8")
    (raw / "odd\x9b31m.pdf").write_text("%PDF-1.4 \x1b[31m", encoding="utf-8")
    (tmp_path / "expect.yml").write_text(
        'documents: {"gone\\e[31m": {mentions: {have: [{text: "No\\e[31m"}]}}}', encoding="utf-8"
    )
    (tmp_path / "bad\x1b[3m.yml").write_text('documents: {"a\\e[31m": {"\\e[31m": 1}}', encoding="utf-8")
    (tmp_path / "bad.toml").write_text('"\\u001b[31m" = 1', encoding="utf-8")
    said = [RUNNER.invoke(app, ["run", "--raw", str(raw), "--out", str(out), "--workers", "1"]).output]
    doc_id = load_tables(out)["documents"]["doc_id"][0]
    commands = [
        *(
            ["failures"],
            ["check"],
            ["explain", f"{doc_id}:5"],
            ["explain", "\x1b[31m:1"],
            ["report"],
        ),
        *(["check", "--expect", str(path)] for path in sorted(tmp_path.glob("*.yml"))),
        *(["check", "--format", form] for form in ("json", "junit", "github")),
        *(
            ["run", "--raw", f"{raw}\x1b[31m"],
            ["run", "--raw", str(raw), "--config", str(tmp_path / "bad.toml")],
            ["ingest", "--raw", str(raw)],
        ),
        *(
            ["export", "--format", "csv", "--to", str(tmp_path / "csv\x1b[31m")],
            ["run", "--raw", str(raw), "--dry-run"],
        ),
    ]
    said += [RUNNER.invoke(app, [*command, "--out", str(out)]).output for command in commands]
    for command, text in zip([["run"], *commands], said, strict=True):
        assert text.strip(), command
        assert sorted({c for c in text if not c.isprintable() and c != "\n"}) == [], command


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("bad /Length: IndirectObject(4, 0, 140703132653968)", "bad /Length: IndirectObject(4)"),
        ("<Reader object at 0x7f3a2c> is closed", "<Reader object> is closed"),
        ("object at line 4", "object at line 4"),
    ],
)
def test_no_message_holds_an_address_in_memory(said: str, told: str) -> None:
    assert without_addresses(said) == told
