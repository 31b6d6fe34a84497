"""CSV files -> lists of names of the user's own, and the names of such lists in texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.core.errors import ModelError, RuleError
from policy_news.nlp.entities import large_gazetteer
from policy_news.nlp.entities.large_gazetteer import LargeGazetteer, leftmost_longest
from policy_news.rules.list_import import ImportCounts, import_list, list_name, make_names
from policy_news.rules.own_lists import OwnEntry, OwnList, fingerprint, known_names
from tests.conftest import MODEL

RUNNER = CliRunner()
PLAIN = "id,name,aliases,label,kb_id,country,from,to\n"
Importer = Callable[..., tuple[OwnList, ImportCounts]]


@pytest.fixture
def importer(tmp_path: Path) -> Importer:
    """Writes a text to a file and imports it."""

    def run(text: str | bytes, label: str | None = None) -> tuple[OwnList, ImportCounts]:
        source = tmp_path / "source"
        source.write_bytes(text.encode() if isinstance(text, str) else text)
        _, counts = import_list(source, tmp_path / "own" / "mine", "mine", label)
        return OwnList(tmp_path / "own" / "mine"), counts

    return run


def entries(own: OwnList) -> list[OwnEntry]:
    return [own.entry(offset) for offset, _ in own.lines()]


def texts(entry: OwnEntry) -> list[str]:
    return [("?" if name.anchored else "") + name.text for name in entry.names]


def test_plain_csv_keeps_all_columns(importer: Importer) -> None:
    own, _ = importer(
        PLAIN
        + 'v,Verodyne Systems Ltd,VDS|Verodyne,COMPANY,Q8,gb,2010,2012-06\nn,Next,,COMPANY,,,,\nm,"Tarn, Moll & Co",,,,,,\n',
        "ORG",
    )
    first, common, labelled = entries(own)
    assert (first.kb_id, first.country, first.start, first.end) == (
        "Q8",
        "GB",
        date(2010, 1, 1),
        date(2012, 6, 30),
    )
    assert texts(first) == ["Verodyne Systems Ltd", "Verodyne Systems", "VDS", "Verodyne"]
    assert texts(common) == ["?Next"]
    assert (labelled.label, labelled.name) == ("ORG", "Tarn, Moll & Co")
    assert own.info.anchored == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a,Tarn", "2 fields, the header has 8"),
        (",Tarn,,ORG,,,,", "no id"),
        ("a b,Tarn,,ORG,,,,", "'a b' is not an entry of the column id"),
        ("a,,,ORG,,,,", "no name"),
        ("a,Tarn,,MINISTER,,,,", "'MINISTER' is not a label"),
        ("a,Tarn,,,,,,", "no label"),
        ("a,Tarn,,ORG,,,1.5.2020,", "'1.5.2020' is not a date"),
        ("a,Tarn,,ORG,,,2020-02-30,", "'2020-02-30' is not a date"),
        ("a,Tarn,,ORG,,,2021,2020", "ends (2020-12-31) before it begins"),
        (f"a,{'Tarn' * 60},,ORG,,,,", "longer than 200 characters"),
        ("a,тарн,,ORG,,,,", "no name in Latin letters"),
    ],
)
def test_a_broken_row_costs_that_row_only(importer: Importer, row: str, reason: str) -> None:
    own, tally = importer(f"{PLAIN}x,Moll Group,,ORG,,,,\n{row}\ny,Lind Group,,ORG,,,,\n")
    assert [entry.id for entry in entries(own)] == ["x", "y"]
    assert tally.broken == 1
    assert tally.shown[0].startswith("line 3: ")
    assert reason in tally.shown[0]


def test_five_broken_rows_are_listed_and_the_rest_counted(importer: Importer) -> None:
    _, tally = importer(PLAIN + "x,Moll Group,,ORG,,,,\n" + "short\n" * 8)
    lines = list(tally.lines())
    assert lines[0] == "1 entries, 0 names that an earlier entry has, 8 broken rows"
    assert [line.split(":")[0].strip() for line in lines[1:6]] == [f"line {i}" for i in range(3, 8)]
    assert lines[6] == "  and 3 more"


def test_of_a_name_in_two_entries_the_first_has_it(importer: Importer) -> None:
    own, tally = importer(
        PLAIN + "a,Moll Group,,ORG,,,,\nb,Lind Group,Moll Group|Lind,ORG,,,,\nc,Moll Group,,ORG,,,,\n",
    )
    assert [(entry.id, texts(entry)) for entry in entries(own)] == [
        ("a", ["Moll Group"]),
        ("b", ["Lind Group", "Lind"]),
    ]
    assert (tally.taken, tally.duplicates) == (2, 2)


def test_a_quoted_field_may_span_lines(importer: Importer) -> None:
    own, tally = importer(PLAIN + 'a,"Moll\nGroup",,ORG,,,,\nb,Lind Group,,ORG,,,,\n')
    assert [entry.name for entry in entries(own)] == ["Moll Group", "Lind Group"]
    assert not tally.broken


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the first line has nothing"),
        ("a,b\n1,2\n", "no column id, name, aliases, label, kb_id, country, from, to "),
        (PLAIN.replace(",", ";"), "The first line must be id,name"),
        (PLAIN, "no names taken"),
        (PLAIN + "a,тарн,,ORG,,,,\n", "no name in Latin letters"),
        (PLAIN + 'a,"Tarn,,ORG,,,,\nb,Moll,,ORG,,,,\n', "line 2: unexpected end of data"),
        (PLAIN + 'a,"Tarn"x,,ORG,,,,\n', "line 2: ',' expected after"),
        (PLAIN + f"x,{'y' * 3_000_000}\n", "line 2: field larger than field limit"),
        (PLAIN.encode() + b"a,Tarn \xe9,,ORG,,,,\n", "cannot be read: 'utf-8'"),
    ],
)
def test_nothing_to_take_is_an_error(
    importer: Importer, tmp_path: Path, text: str | bytes, says: str
) -> None:
    with pytest.raises(RuleError) as caught:
        importer(text)
    assert says in str(caught.value)
    assert not list((tmp_path / "own").rglob("*.*"))


def test_an_error_leaves_the_earlier_list(importer: Importer, tmp_path: Path) -> None:
    importer(PLAIN + "a,Moll Group,,ORG,,,,\n")
    with pytest.raises(RuleError):
        importer(PLAIN)
    assert entries(OwnList(tmp_path / "own" / "mine"))[0].name == "Moll Group"
    assert sorted(path.name for path in (tmp_path / "own" / "mine").iterdir()) == ["list.json", "names.tsv"]


def test_a_folder_that_holds_something_else_is_left_alone(importer: Importer, tmp_path: Path) -> None:
    folder = tmp_path / "own" / "mine"
    folder.mkdir(parents=True)
    (folder / "names.tsv").write_text("mine", encoding="utf-8")
    with pytest.raises(RuleError, match="something other"):
        importer(PLAIN + "a,Moll Group,,ORG,,,,\n")
    assert (folder / "names.tsv").read_text(encoding="utf-8") == "mine"


def test_too_many_names(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_news.rules.list_import.MAX_NAMES", 1)
    with pytest.raises(RuleError, match="more than 1 names"):
        importer(PLAIN + "a,Moll Group,,ORG,,,,\nb,Lind Group,,ORG,,,,\n")


@pytest.mark.parametrize(
    ("given", "label", "names"),
    [
        ("Verodyne Systems, Inc.", "COMPANY", ["Verodyne Systems, Inc", "Verodyne Systems"]),
        ("Tarn S.A.", "COMPANY", ["Tarn SA", "?Tarn"]),
        ("Last Week Ltd", "COMPANY", ["Last Week Ltd", "?Last Week"]),
        ("Next", "COMPANY", ["?Next"]),
        ("Ana Moll", "PERSON", ["Ana Moll"]),
        ("harbour board", "ORG", []),
        ("?Tarn Board", "ORG", ["Tarn Board"]),
    ],
)
def test_forms_of_a_name(given: str, label: str, names: list[str]) -> None:
    assert [("?" if name.anchored else "") + name.text for name in make_names([given], label)] == names


@pytest.mark.parametrize(
    ("name", "file", "made"),
    [(None, "BasicCompanyData-2024.csv.gz", "basiccompanydata-2024"), ("mine", "x.csv", "mine")],
)
def test_name_of_a_list(name: str | None, file: str, made: str) -> None:
    assert list_name(name, Path(file)) == made


def test_known_names(importer: Importer) -> None:
    own, _ = importer(PLAIN + "a,Moll Group,,ORG,Q3,,,\nb,Lind Group,,ORG,,,,\n")
    assert known_names([str(own.path.parent)], ["mine:b", "mine:a", "mine:c", "a"]) == {
        "mine:a": ("Moll Group", "Q3"),
        "mine:b": ("Lind Group", None),
    }


def test_a_changed_list_is_noticed(importer: Importer, tmp_path: Path) -> None:
    own, _ = importer(PLAIN + "a,Moll Group,,ORG,Q3,,,\n")
    before = fingerprint([str(own.path.parent)])
    importer(PLAIN + "a,Lind Group,,ORG,Q3,,,\n")
    assert fingerprint([str(own.path.parent)]) != before
    own.path.write_bytes(own.path.read_bytes() + b"x\n")
    with pytest.raises(RuleError, match="is not the file"):
        OwnList(own.path.parent)
    with pytest.raises(RuleError, match="is not a list of names"):
        OwnList(tmp_path)


TARN = PLAIN + (
    "t,Tarn,,COMPANY,,,,\n"
    "h,Tarn Harbour,,ORG,,,,\n"
    "b,Harbour Board,,ORG,,,,\n"
    "v,Verodyne Systems Ltd,,COMPANY,,,,\n"
    "m,Moll & Sons,,COMPANY,,,,\n"
    "o,O'Lind Group,,COMPANY,,,2015,2018\n"
    "n,Next,,COMPANY,,,,\n"
)


@pytest.fixture(params=["phrases", "automaton"])
def find(
    request: pytest.FixtureRequest, importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[tuple[str, str]]]:
    """Finds names with either matcher."""
    if request.param == "automaton":
        pytest.importorskip("ahocorasick_rs")
    own, _ = importer(TARN)
    monkeypatch.setattr(large_gazetteer, "LARGE", 0 if request.param == "automaton" else 1000)
    nlp = spacy.blank("en")
    gazetteer = LargeGazetteer(nlp.vocab, nlp.tokenizer, [str(own.path.parent)])

    def run(text: str, published: str | None = None) -> list[tuple[str, str]]:
        doc = nlp.make_doc(text)
        doc._.published = published
        return [(span.text, span.id_) for span in gazetteer.find(doc)]

    return run


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Tarn said so.", [("Tarn", "gazetteer:mine:t")]),
        ("tarn said so.", []),
        ("Tarnshire said so.", []),
        ("Mid-Tarn's port", [("Tarn", "gazetteer:mine:t")]),
        ("The Tarn Harbour Board met.", [("Tarn Harbour", "gazetteer:mine:h")]),
        ("Made by Verodyne Systems Ltd.", [("Verodyne Systems Ltd.", "gazetteer:mine:v")]),
        ("Verodyne Systems Ltd said", [("Verodyne Systems Ltd", "gazetteer:mine:v")]),
        (
            "Moll and Sons, O’Lind Group",
            [("Moll and Sons", "gazetteer:mine:m"), ("O’Lind Group", "gazetteer:mine:o")],
        ),
        ("Next said so.", [("Next", "common:mine:n")]),
        ("", []),
    ],
)
def test_both_matchers_find_the_same(
    find: Callable[..., list[tuple[str, str]]], text: str, found: list[tuple[str, str]]
) -> None:
    assert find(text) == found


@pytest.mark.parametrize(
    ("published", "count"),
    [("2014-12-31", 0), ("2015-01-01T10:00", 1), ("2018-12-31", 1), ("2019-01-01", 0), (None, 1)],
)
def test_an_entry_with_dates_stands_in_documents_of_that_time(
    find: Callable[..., list[tuple[str, str]]], published: str | None, count: int
) -> None:
    assert len(find("O'Lind Group", published)) == count


def test_leftmost_longest() -> None:
    assert list(leftmost_longest([(3, 4, 1), (0, 2, 2), (0, 3, 3), (2, 6, 4), (0, 3, 1)])) == [
        (0, 3, 1),
        (3, 4, 1),
    ]


def test_names_do_not_run_from_one_section_into_the_next(importer: Importer) -> None:
    own, _ = importer(TARN)
    nlp = spacy.blank("en")
    doc = Doc(nlp.vocab, ["Tarn", "Harbour", "Board"])
    doc.spans["sections"] = [Span(doc, 0, 1, label="title"), Span(doc, 1, 3, label="paragraph")]
    found = LargeGazetteer(nlp.vocab, nlp.tokenizer, [str(own.path.parent)]).find(doc)
    assert [span.text for span in found] == ["Tarn", "Harbour Board"]


def test_without_the_package_a_large_list_is_an_error_that_says_what_to_install(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, _ = importer(TARN)
    monkeypatch.setattr(large_gazetteer, "LARGE", 0)
    monkeypatch.setitem(__import__("sys").modules, "ahocorasick_rs", None)
    nlp = spacy.blank("en")
    with pytest.raises(ModelError, match=r"\[large\]"):
        LargeGazetteer(nlp.vocab, nlp.tokenizer, [str(own.path.parent)]).find(nlp.make_doc("Tarn"))


def test_as_a_component_the_rule_data_come_first(nlp: Language, importer: Importer) -> None:
    own, _ = importer(PLAIN + "x,Hikvision,,ORG,,,,\ny,Hikvision Tarn,,ORG,,,,\n")
    doc = nlp.make_doc("Hikvision and Hikvision Tarn")
    doc = nlp.get_pipe("policy_gazetteer")(doc)
    doc = LargeGazetteer(nlp.vocab, nlp.tokenizer, [str(own.path.parent)])(doc)
    assert [span.kb_id_ for span in doc.spans["candidates"] if span.kb_id_.startswith("mine")] == ["mine:y"]


def test_a_run_with_a_list_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    text = "Harbour plan\n\nThe quay was built for Verodyne Harbour Works in 2019. Harvest was late. Shares in Harvest fell.\n"
    (tmp_path / "raw" / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "names.csv").write_text(
        PLAIN + "v,Verodyne Harbour Works,,ORG,Q11,,,\nn,Harvest,,COMPANY,,,,\n", encoding="utf-8"
    )
    own = tmp_path / "own"
    result = RUNNER.invoke(
        app,
        [
            "rules",
            "import",
            str(tmp_path / "names.csv"),
            "--out",
            str(own),
            "--name",
            "mine",
        ],
    )
    assert result.exit_code == 0, result.output
    assert "2 names" in result.output
    config = tmp_path / "c.toml"
    config.write_text(
        f"[annotate]\nmodel = {json.dumps(str(MODEL))}\nown_lists = [{json.dumps(str(own))}]\n",
        encoding="utf-8",
    )
    arguments = [
        "run",
        "--raw",
        str(tmp_path / "raw"),
        "--out",
        str(tmp_path / "out"),
        "--config",
        str(config),
        "--workers",
        "1",
    ]
    result = RUNNER.invoke(app, arguments)
    assert result.exit_code == 0, result.output
    from policy_news.tables.parquet import load_tables

    tables = load_tables(tmp_path / "out", verify=True)
    mention = tables["mentions"].set_index("text").loc["Verodyne Harbour Works"]
    assert (mention["label"], mention["method"], mention["rule_id"], mention["entity_id"]) == (
        "ORG",
        "gazetteer",
        "mine:v",
        "mine:v",
    )
    assert list(tables["mentions"].query("text == 'Harvest'")["entity_id"]) == ["mine:n"], (
        "an ordinary word counts with an anchor only"
    )
    entity = tables["entities"].set_index("entity_id").loc["mine:v"]
    assert (entity["name"], entity["kb_id"]) == ("Verodyne Harbour Works", "Q11")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["rules", "import", "nowhere.csv"], 3, "nowhere.csv: does not exist"),
        (
            ["rules", "import", "nowhere.csv", "--label", "MINISTER"],
            3,
            "is not a label of a list",
        ),
        (
            ["rules", "import", "nowhere.csv", "--name", "../x"],
            3,
            "is not a name of a list",
        ),
    ],
)
def test_command_errors(
    arguments: list[str], code: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = RUNNER.invoke(app, arguments)
    assert result.exit_code == code
    assert says in result.output
    assert list(tmp_path.rglob("*.tmp")) == []


@pytest.mark.slow
def test_own_lists_stand_in_the_list_of_rules(importer: Importer) -> None:
    from policy_news.nlp.rule_counts import count_rules

    own, _ = importer(TARN)
    rows = count_rules([str(own.path.parent)])
    assert [(row.label, row.entries, row.names) for row in rows if row.kind == "own"] == [
        ("COMPANY", 5, 6),
        ("ORG", 2, 2),
    ]
    assert {"COMPANY", "COMMITTEE", "DEPARTMENT", "OFFICE", "MINISTER", "PERSON", "DATE"} <= {
        row.label for row in rows
    }


@pytest.mark.parametrize("column", ["id", "name", "aliases", "label", "kb_id", "country", "from", "to"])
@pytest.mark.parametrize(
    "odd", ["x\ty", "Q1\nzz\tCOMPANY\t\t\t\t\tEvil\tMonday", "x\ry", "\x00", "a b", "0000", "9999", "GB;US"]
)
def test_no_cell_makes_a_second_entry(column: str, odd: str, importer: Importer) -> None:
    row = {"id": "x", "name": "Xylo Optics", "label": "COMPANY", "from": "2001", "to": "2030", column: odd}
    cells = (f'"{row.get(name, "")}"' for name in PLAIN.strip().split(","))
    own, tally = importer(f"{PLAIN}{','.join(cells)}\ny,Other Optics,,COMPANY,,,,\n")
    assert len(entries(own)) == own.info.entries
    assert {entry.id for entry in entries(own)} <= {"x", "y", "a", "GB;US", "0000", "9999"}
    assert len(entries(own)) + tally.broken == 2


def test_the_factory(importer: Importer) -> None:
    own, _ = importer(TARN)
    nlp = spacy.blank("en")
    nlp.add_pipe("policy_large_gazetteer", config={"lists": [str(own.path.parent)]})
    doc = nlp("Tarn Harbour met.")
    assert [span.id_ for span in doc.spans["candidates"]] == ["gazetteer:mine:h"]


@pytest.mark.slow
def test_an_edited_list_is_a_change(importer: Importer, tmp_path: Path) -> None:
    """A run over the same articles with another list is not an unchanged one."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text("Zorblatt Quendry said it agreed.", encoding="utf-8")
    source, own, config = tmp_path / "l.csv", tmp_path / "own", tmp_path / "config.toml"
    config.write_text(
        f"[annotate]\nmodel = {json.dumps(str(MODEL))}\nown_lists = [{json.dumps(str(own))}]\n",
        encoding="utf-8",
    )
    said = []
    for name in ("Somebody Else", "Zorblatt Quendry", "Zorblatt Quendry"):
        source.write_text(PLAIN + f"q1,{name},,COMPANY,,,,\n", encoding="utf-8")
        assert RUNNER.invoke(app, ["rules", "import", str(source), "--out", str(own)]).exit_code == 0
        paths = ["--raw", str(tmp_path / "raw"), "--out", str(tmp_path / "out")]
        said.append(RUNNER.invoke(app, ["run", *paths, "--workers", "1", "--config", str(config)]).output)
    assert ["0 changed" in text for text in said] == [False, False, True]
    assert "COMPANY 1" not in said[0]
    assert "COMPANY 1" in said[1]
