"""Files of decisions made to break the reader: every call over them ends with a documented exit code, and no cell controls the terminal."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from policy_news.cli import app
from policy_news.core.settings import PREFIX
from tests.conftest import MODEL, ROOT
from tests.support.scripted import script_all_kinds
from tests.support.standing.runs import run_local

ODD: tuple[Any, ...] = (
    *(
        "",
        " ",
        "\0",
        "\ud800x",
        "\x1b[31mred",
        "\u202eevil",
        "a\nb\tc",
        "../../x",
        "=1+1",
        "<script>",
        "Q1\nQ2",
    ),
    *(
        "L" * 100_000,
        "DRAGON",
        None,
        True,
        -1,
        0,
        10**30,
        2**63,
        164.5,
        float("nan"),
        [],
        {},
        [[]],
        [1],
        {"a": 1},
    ),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-01"),
)
"""What stands in the place of a value."""
WHOLE = (
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"v":' + b"9" * 5_000 + b"}",
    b"\0" * 100,
    b"\xff\xfe\xfd",
    b"\n" * 100_000,
    '{"v": 1}'.encode("utf-16"),
)
"""Files that hold no decision at all."""
DOCUMENTED = {0, 1, 2, 3}
COMMANDS = ("decisions check", "decisions list", "decisions apply", "check")
UNSEEN = "\x1b\u202e\0"


def check_hostile(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Decisions about a run with values that no program writes: checked, listed and applied, they end with a message."""
    rng, out, file = random.Random(seed), folder / "out", folder / "decisions.jsonl"
    run_local(ROOT / "data" / "raw", out)
    usual = [one.model_dump(mode="json", exclude_none=True) for one in script_all_kinds(out, 200, seed)]
    variables = {f"{PREFIX}DECISIONS": str(file)}
    for number in range(tries):
        file.write_bytes(_file(rng, usual))
        for command in COMMANDS:
            arguments = (*command.split(), "--out", str(out))
            fault = _fault(arguments, variables)
            if fault:
                yield f"try {number}, seed {seed}: {command}: {fault}"


def _fault(arguments: tuple[str, ...], variables: Mapping[str, str]) -> str:
    """What is wrong with a call; empty if nothing is."""
    done = CliRunner().invoke(app, arguments, env={f"{PREFIX}ANNOTATE__MODEL": str(MODEL), **variables})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return f"{type(done.exception).__name__}: {str(done.exception)[:100]}"
    if done.exit_code not in ({0} if arguments[0] == "check" else DOCUMENTED):
        return f"exit code {done.exit_code}"
    if any(char in done.output for char in UNSEEN):
        return f"prints control characters: {done.output[-200:]!a}"
    return f"prints {len(done.output)} characters" if len(done.output) > 50_000 else ""


def _file(rng: random.Random, usual: list[dict[str, Any]]) -> bytes:
    if rng.random() < 0.1:
        return rng.choice(WHOLE)
    lines = []
    for row in rng.sample(usual, rng.randint(1, 8)):
        changed = copy.deepcopy(row)
        for _ in range(rng.randint(0, 2)):
            change_value(rng, changed)
        lines.append(json.dumps(changed, ensure_ascii=rng.random() < 0.7))
    ending = rng.choice(["\n", "\r\n", "\n\n", "\r"])
    return (ending.join(lines) + rng.choice(["", ending])).encode("utf-8", "surrogatepass")


def change_value(rng: random.Random, row: dict[str, Any]) -> None:
    """Replace, remove or add a value at any depth."""
    place: Any = row
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = rng.choice(keys)
        if isinstance(place[key], dict | list) and place[key] and rng.random() < 0.8:
            place = place[key]
            continue
        break
    if rng.random() < 0.15:
        del place[key]
    elif rng.random() < 0.15 and isinstance(place, dict):
        place[rng.choice(["zz", "why", "label", "entity", "replaces"])] = rng.choice(ODD)
    else:
        place[key] = rng.choice(ODD)
