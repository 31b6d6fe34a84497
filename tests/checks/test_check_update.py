"""`pipeline check --update`: adds what a run has, and takes nothing away from what somebody wrote."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from policy_news.checks.insertion import insert_entries, render_entry
from policy_news.checks.selection import choose_documents, select_claims, select_mentions
from policy_news.cli.main import app
from policy_news.core.yaml_loading import parse_yaml
from policy_news.tables.schema import FailureRow
from tests.conftest import ROOT
from tests.support.invented_run import Draft, masked_draft, write_run


@pytest.fixture
def out(tmp_path: Path) -> Path:
    odd = Draft("b: [x] #1, 'é'", 'A note: {x}\n\nBrindle & Co # 2 said, "it\'s: odd", 12:30.')
    odd.section(odd.text)
    odd.mention("Brindle & Co # 2", "COMPANY", "brindle")
    odd.claim("Brindle & Co # 2", "said", ['"it\'s: odd"'], "statement", "brindle")
    return write_run(tmp_path / "out", [masked_draft("a"), odd, masked_draft("no"), masked_draft("c")])


def update(out: Path, file: Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["check", "--out", str(out), "--expect", str(file), "--update", *more])


def check(out: Path, file: Path) -> Result:
    return CliRunner().invoke(app, ["check", "--out", str(out), "--expect", str(file)])


def test_a_new_file_holds_in_the_run_that_it_comes_from_and_is_stable(out: Path, tmp_path: Path) -> None:
    file = tmp_path / "new" / "checks.yml"
    result = update(out, file)
    assert (result.exit_code, "added: documents 4, tables 5, shares 2" in result.output) == (0, True), (
        result.output
    )
    written = file.read_text(encoding="utf-8")
    assert written.startswith("# Written by `pipeline check --update`")
    assert check(out, file).output.startswith("check: 0 errors, 0 warnings (")
    assert "added: nothing" in update(out, file).output
    assert file.read_text(encoding="utf-8") == written
    again = tmp_path / "again.yml"
    update(out, again)
    assert again.read_text(encoding="utf-8") == written
    data = yaml.safe_load(written)
    assert list(data["documents"]) == sorted(data["documents"])
    assert data["documents"]["a"]["mentions"]["have"] == [
        {"text": "Tarnwick Optics", "label": "COMPANY"},
        {"text": "Orla Fenn", "label": "MINISTER"},
    ]
    assert data["documents"]["a"]["dates"]["have"][0] == {"text": "Monday", "value": "2023-03-06"}
    assert data["tables"]["documents"] == {"min_rows": 4}
    assert data["tables"]["failures"] == {"max_rows": 0}


HAND = """\
# My own file.
documents:  # by hand

  # The rule: the company denied it.
  a:
    mentions:
      have:
        - {text: 'Orla Fenn'}   # quoted on purpose
        - {text: Nobody, known_failure: true}
        - text: Somebody Else
          label: PERSON
      # no ministry here
      not: [{text: Ministry}]

  # The last one.
  c: {severity: warn}
# numbers
tables:
    mentions: {min_rows: 2}   # at least

shares:
drift:
  scope: all
# the end"""


@pytest.mark.parametrize("text", [HAND, HAND + "\n", HAND.replace("\n", "\r\n")])
def test_what_somebody_wrote_stays_to_the_letter(text: str, out: Path, tmp_path: Path) -> None:
    file = tmp_path / "checks.yml"
    file.write_bytes(text.encode())
    result = update(out, file)
    assert result.exit_code == 0, result.output
    assert "added: documents 2, tables 4, shares 2" in result.output
    assert "1 of its expectations fail on this run" in result.output
    ends = "\r\n" if "\r" in text else "\n"
    new = file.read_bytes().decode()
    assert ("\r\n" in new) == ("\r" in text)
    lines = new.split(ends)
    left = iter(lines)
    assert all(line in left for line in text.split(ends)), "a line was lost or moved"
    data, old = yaml.safe_load(new), yaml.safe_load(text)
    assert list(data["documents"]) == ["a", "b: [x] #1, 'é'", "c", "no"]
    for name in old["documents"]:
        assert data["documents"][name] == old["documents"][name]
    assert data["tables"]["mentions"] == {"min_rows": 2}
    assert lines[lines.index("  # The last one.") + 1] == "  c: {severity: warn}"
    assert sum("# written from a run: review" in line for line in lines) == 2
    assert check(out, file).output.count("does not contain 'Somebody Else'") == 1
    assert "added: nothing" in update(out, file).output


@pytest.mark.parametrize(
    "text",
    [
        "documents: {}\ntables: {}\n",
        "documents:\ntables:\n  claims: {max_rows: 9}\n",
        "documents: ~ # nothing yet\nshares: {masked: {max: 0.5}}\n",
        "documents: {a: {}, z: {severity: warn}} # all\n",
        "documents: {\n a: {},\n  # more\n}\n",
        "# only a comment",
        "documents:\n  z: {}\n  a: {}\n",
        "documents:\n      a:\n            severity: warn\n\n\n",
        'documents:\n  "a": &x {severity: warn}\n  d: *x\n',
        "documents:\n  a: !!map\n    severity: warn\n  ? d\n  : severity: error\n",
        "documents:\n  a:\n    mentions:\n      have:\n      - text: >\n          Orla\n          Fenn\n      # why\n\ntables: {}\n",
    ],
)
def test_files_of_many_shapes_are_added_to(text: str, out: Path, tmp_path: Path) -> None:
    file = tmp_path / "checks.yml"
    file.write_text(text, encoding="utf-8")
    result = update(out, file)
    assert result.exit_code == 0, result.output
    data = parse_yaml(file.read_text(encoding="utf-8"))[0]
    assert {"a", "c", "no"} < set(data["documents"])
    old = (parse_yaml(text)[0] or {}).get("documents") or {}
    assert {name: data["documents"][name] for name in old} == old
    assert "added: nothing" in update(out, file).output


def test_a_file_that_is_all_braces_is_refused_and_left_alone(out: Path, tmp_path: Path) -> None:
    file = tmp_path / "checks.yml"
    file.write_text("{documents: {a: {}}}\n", encoding="utf-8")
    result = update(out, file)
    assert (result.exit_code, "written in braces" in result.output) == (2, True), result.output
    assert file.read_text(encoding="utf-8") == "{documents: {a: {}}}\n"


def test_a_file_or_a_run_that_does_not_fit_is_left_alone(out: Path, tmp_path: Path) -> None:
    file = tmp_path / "checks.yml"
    file.write_text("documents:\n  a: {mention: {}}\n", encoding="utf-8")
    result = update(out, file)
    assert (result.exit_code, "checks.yml:2: documents > a > mention: unknown key" in result.output) == (
        2,
        True,
    )
    assert "mention: {}" in file.read_text(encoding="utf-8")
    file.write_text("tables:\n  mentions:\n    labels: {COMPNY: {max: 1}}\n", encoding="utf-8")
    result = update(out, file)
    assert (result.exit_code, "did you mean 'COMPANY'?" in result.output) == (2, True)
    assert "documents" not in file.read_text(encoding="utf-8")
    empty = write_run(tmp_path / "empty", [], [FailureRow("x", "ingest", "ReadError", "broken", None)])
    result = update(empty, tmp_path / "none.yml")
    assert (result.exit_code, "the run has no documents" in result.output) == (3, True)
    assert not (tmp_path / "none.yml").exists()
    assert update(tmp_path / "nowhere", tmp_path / "none.yml").exit_code == 3
    assert update(out, tmp_path).exit_code == 2


@pytest.mark.parametrize("more", [["--format", "json"], ["--baseline", "x"]])
def test_update_goes_alone(more: list[str], out: Path, tmp_path: Path) -> None:
    result = update(out, tmp_path / "a.yml", *more)
    assert (result.exit_code, "--update requires --expect FILE" in result.output) == (2, True)
    assert CliRunner().invoke(app, ["check", "--out", str(out), "--update"]).exit_code == 2


def test_the_samples_own_file_keeps_every_line(out: Path, tmp_path: Path) -> None:
    text = (ROOT / "models" / "checks.yml").read_text(encoding="utf-8")
    file = tmp_path / "checks.yml"
    file.write_text(text, encoding="utf-8")
    assert update(out, file).exit_code == 0
    left = iter(file.read_text(encoding="utf-8").splitlines())
    assert all(line in left for line in text.splitlines())


def row(text: str, label: str = "COMPANY", *, near_mask: bool = False) -> dict[str, Any]:
    return {"text": text, "label": label, "office_id": None, "office_status": None, "near_mask": near_mask}


def test_the_most_frequent_names_of_each_label_in_reading_order() -> None:
    rows = [
        row("A"),
        row("B"),
        row("C"),
        row("D"),
        row("D"),
        row("E", "EVENT"),
        row("F", near_mask=True),
        row("G", "ORG"),
        row("B"),
    ]
    assert [item["text"] for item in select_mentions(rows)] == ["A", "B", "D", "G"]


def test_the_surest_whole_claims_by_their_first_words() -> None:
    claim = {
        "source_text": "The\n firm",
        "claim_type": "denial",
        "content_text": " ".join("abcdefghij"),
        "truncated": False,
    }
    rows = [{**claim, "score": n / 10, "source_text": f"F{n}"} for n in range(8)] + [
        {**claim, "score": 1.0, "truncated": True}
    ]
    assert [item["source"] for item in select_claims(rows)] == ["F3", "F4", "F5", "F6", "F7"]
    assert select_claims([{**claim, "score": 1.0}]) == [
        {"source": "The firm", "type": "denial", "content": "a b c d e f g h"}
    ]
    assert select_claims([{**claim, "score": 1.0, "content_text": None}]) == [
        {"source": "The firm", "type": "denial"}
    ]


@given(st.integers(0, 200), st.integers(-3, 60))
def test_documents_are_spread_over_the_run(number: int, room: int) -> None:
    doc_ids = [f"{n:03}" for n in range(number)]
    chosen = choose_documents(doc_ids, room)
    assert len(chosen) == len(set(chosen)) == min(number, max(room, 0))
    assert chosen == sorted(chosen)
    if len(chosen) > 1:
        gaps = [int(b) - int(a) for a, b in pairwise(chosen)]
        assert max(gaps) - min(gaps) <= 1


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
ITEMS = st.lists(st.dictionaries(st.sampled_from(["text", "label"]), TEXTS), max_size=2)


@given(st.dictionaries(TEXTS, ITEMS, max_size=4))
def test_what_is_rendered_is_read_back(entries: dict[str, list[dict[str, str]]]) -> None:
    text = "".join(
        f"{line}\n"
        for key, items in entries.items()
        for line in render_entry(key, {"have": items}, 2, "note")
    )
    data = parse_yaml(f"documents:\n{text}")[0]["documents"] or {}
    assert data == {key: {"have": items} for key, items in entries.items()}
    assert (yaml.safe_load(f"documents:\n{text}")["documents"] or {}).keys() == entries.keys()


@given(
    st.lists(st.sampled_from("abcdefgh"), unique=True), st.sets(st.sampled_from("ijklmnop")), st.booleans()
)
def test_entries_are_sorted_in_where_there_is_an_order(old: list[str], new: set[str], ordered: bool) -> None:
    old = [key if number % 2 else key + "z" for number, key in enumerate(sorted(old) if ordered else old)]
    text = "documents:\n" + "".join(f"  # about {key}\n  {key}: {{severity: warn}}\n" for key in old)
    added = insert_entries(text, "documents", {key: {"severity": "error"} for key in new})
    keys = list(parse_yaml(added)[0]["documents"] or {})
    assert [key for key in keys if key in old] == old
    assert set(keys) == {*old, *new}
    if old == sorted(old):
        assert keys == sorted(keys)
    lines = added.splitlines()
    assert all(lines[lines.index(f"  # about {key}") + 1] == f"  {key}: {{severity: warn}}" for key in old)
