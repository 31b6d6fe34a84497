"""Decisions files, good and bad."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from policy_news.core.errors import SettingsError
from policy_news.decisions.decided import Decided
from policy_news.decisions.decision_format import Decision, dump_line
from policy_news.decisions.decisions_file import parse_decisions, read_decisions
from policy_news.decisions.making import Maker, QuotedDocument
from policy_news.decisions.store import append_decisions, lock_path
from tests.conftest import ROOT

MAKER = Maker("nell", dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
SOURCE = QuotedDocument("lens/rule", "ab" * 32, "Tarnwick said no. Orla Fenn said yes.")


def reject(start: int = 0, end: int = 8, why: str = "") -> Decision:
    return MAKER.make("mention.reject", why=why, doc=SOURCE.ref, target=SOURCE.quote(start, end))


def lines(*decisions: Decision) -> bytes:
    return "".join(dump_line(decision) + "\n" for decision in decisions).encode()


def test_a_line_says_all_and_reads_the_same() -> None:
    first = MAKER.make(
        "claim.change", doc=SOURCE.ref, claim={"cue": SOURCE.quote(9, 13)}, set={"source": None}
    )
    second = MAKER.make("entity.kb", entity={"id": "tarnwick"}, value=None, why="not the ship")
    file = parse_decisions(lines(first, second), "d.jsonl")
    assert [one.decision for one in file.live] == [first, second]
    row = json.loads(dump_line(first))
    assert list(row)[:3] == ["v", "id", "do"]
    assert row["set"] == {"source": None}
    assert row["claim"]["cue"] == {
        "exact": "said", "prefix": "Tarnwick ", "suffix": " no. Orla Fenn said yes.", "start": 9, "end": 13,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lines(reject())[:-20], "d.jsonl:1: is cut off"),
        (lines(reject(), reject(0, 4))[:-20], "d.jsonl:2: is cut off"),
        (b'{"v": 2, "do": "later"}\n', "d.jsonl:1: decision of version 2, this program reads 1"),
        (b"[1]\n", "d.jsonl:1: is not a decision: it has no key 'v'"),
        (
            lines(reject()).replace(b"mention.reject", b"mention.deject"),
            "d.jsonl:1: unknown 'do': mention.deject",
        ),
        (lines(reject()).replace(b'"by"', b'"bye"'), "mention.reject: the key 'by' is missing"),
        (lines(reject()).replace(b'"when"', b'"x": 1, "when"'), "mention.reject: unknown key 'x'"),
        (lines(reject()).replace(b'"end": 8', b'"end": 9'), "is not as long as 'Tarnwick'"),
        (lines(reject()) + lines(reject()).replace(b"nell", b"finn"), "is also that of line 1"),
        (b"\xff\xfe\n", "d.jsonl:1: is not UTF-8"),
        (b"[" * 100_000, "d.jsonl:1: is cut off or not JSON: nested too deeply"),
        (lines(reject(why="?")).replace(b"?", b"\\ud800"), "half of a surrogate pair"),
        (b'{"v": "' + b"9" * 10**6 + b'"}\n', "d.jsonl:1: decision of version 9999"),
    ],
)
def test_a_line_that_is_no_decision_is_named(data: bytes, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_decisions(data, "d.jsonl")
    assert message in str(caught.value)
    assert caught.value.hint


def test_decisions_of_version_0_3_about_dates_and_links_are_read_and_reported() -> None:
    head = {"v": 1, "by": "nell", "when": "2026-03-01T10:00:00Z"}
    quote = {"exact": "Monday", "start": 3, "end": 9}
    ends = {"claim": {"doc": {"id": "a"}, "claim": {"cue": quote}}, "other": {"doc": {"id": "b"}}}
    rows = [
        {**head, "id": "date-1", "do": "date.reject", "doc": {"id": "a"}, "target": quote},
        {**head, "id": "link-1", "do": "link.accept", **ends, "relation": "denies"},
    ]
    file = parse_decisions("".join(f"{json.dumps(row)}\n" for row in rows).encode(), "d.jsonl")
    told = [(outcome.do, outcome.state, outcome.note) for outcome in Decided(file).outcomes()]
    note = "this version decides about no dates and no links between claims"
    assert told == [("date.reject", "lost", note), ("link.accept", "lost", note)]


def test_a_line_that_a_merge_gives_twice_counts_once() -> None:
    assert len(parse_decisions(lines(reject(), reject()), "d").live) == 1
    windows = lines(reject()).replace(b"\n", b"\r\n")
    assert len(parse_decisions(windows + lines(reject()), "d").live) == 1


def test_undo_and_undo_of_undo() -> None:
    first = reject()
    back = MAKER.undo([first.id])
    again = MAKER.undo([back.id])
    assert parse_decisions(lines(first, back), "d").live == ()
    assert [one.decision for one in parse_decisions(lines(first, back, again), "d").live] == [first]
    assert [one.decision for one in parse_decisions(lines(again, back, first), "d").live] == [first]


def test_a_later_decision_takes_the_place_of_one_and_gives_it_back() -> None:
    first = reject()
    later = MAKER.make(
        "mention.accept", doc=SOURCE.ref, target=SOURCE.quote(0, 8), label="COMPANY", replaces=[first.id]
    )
    assert [one.decision for one in parse_decisions(lines(first, later), "d").live] == [later]
    back = MAKER.undo([later.id])
    assert [one.decision for one in parse_decisions(lines(first, later, back), "d").live] == [first]


def test_a_circle_of_undos_is_told() -> None:
    one = dump_line(MAKER.undo(["bbbb"])).replace(MAKER.undo(["bbbb"]).id, "aaaa")
    two = dump_line(MAKER.undo(["aaaa"])).replace(MAKER.undo(["aaaa"]).id, "bbbb")
    with pytest.raises(SettingsError, match="circle"):
        parse_decisions(f"{one}\n{two}\n".encode(), "d")


def test_a_long_chain_of_undos_is_no_matter() -> None:
    chain = [reject()]
    for _ in range(3000):
        chain.append(MAKER.undo([chain[-1].id]))
    assert len(parse_decisions(lines(*chain), "d").live) == 1


@pytest.mark.slow
def test_many_lines(tmp_path: Path) -> None:
    text = "word " * 100_000
    source = QuotedDocument("long", "cd" * 32, text)
    path = tmp_path / "decisions.jsonl"
    template = dump_line(MAKER.make("mention.reject", doc=source.ref, target=source.quote(0, 4)))
    own = json.loads(template)["id"]
    path.write_text(
        "".join(template.replace(own, f"id{n:08d}") + "\n" for n in range(100_000)), encoding="utf-8"
    )
    assert len(read_decisions(path).live) == 100_000


def test_a_mark_of_utf_8_and_empty_lines_do_not_matter() -> None:
    data = b"\xef\xbb\xbf" + lines(reject()).replace(b"\n", b"\r\n") + b"\r\n"
    assert len(parse_decisions(data, "d.jsonl").live) == 1


def test_a_missing_file_has_none(tmp_path: Path) -> None:
    assert read_decisions(tmp_path / "none.jsonl").live == ()


def test_appending_closes_a_torn_line_first(tmp_path: Path) -> None:
    path = tmp_path / "new" / "decisions.jsonl"
    append_decisions(path, [reject()])
    path.write_bytes(path.read_bytes() + b'{"v": 1, "to')
    append_decisions(path, [reject(0, 4)])
    assert path.read_bytes().splitlines()[1:2] == [b'{"v": 1, "to']
    assert parse_decisions(b"\n".join(path.read_bytes().splitlines()[::2]), "d").live[1].decision == reject(
        0, 4
    )


def test_appends_of_many_processes_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    code = f"""
import sys
from pathlib import Path
from policy_news.decisions.making import Maker, QuotedDocument
from policy_news.decisions.store import append_decisions, lock_path
source = QuotedDocument("lens/rule", "ab" * 32, "Tarnwick said no. " * 50)
for number in range(25):
    maker = Maker(f"{{sys.argv[1]}}-{{number}}")
    append_decisions(Path({str(path)!r}), [maker.make("mention.reject", doc=source.ref, target=source.quote(0, 8))])
"""
    workers = [subprocess.Popen([sys.executable, "-c", code, str(n)], cwd=ROOT) for n in range(4)]
    replaced = 0
    while any(worker.poll() is None for worker in workers):
        if (
            path.exists() and replaced < 3
        ):  # an editor that saves what it read, while nobody else holds the file
            replaced += 1
            _save_as_an_editor(path)
        time.sleep(0.05)
    assert all(worker.returncode == 0 for worker in workers)
    assert len({one.decision.by for one in read_decisions(path).live}) == 100


def _save_as_an_editor(path: Path) -> None:
    with FileLock(lock_path(path)):
        copy = path.with_suffix(".tmp")
        copy.write_bytes(path.read_bytes())
        copy.replace(path)
