"""Open data -> lists of names of the user's own, and the names of such lists in texts."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from pkgutil import resolve_name
from typing import IO, Any, cast

import pytest
import spacy
import yaml
from spacy.language import Language
from spacy.tokens import Doc, Span
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.core.errors import ModelError, RuleError
from policy_news.core.settings import Settings
from policy_news.nlp.annotator import Annotator
from policy_news.nlp.entities import large_gazetteer
from policy_news.nlp.entities.large_gazetteer import LargeGazetteer, leftmost_longest
from policy_news.rules.importers import LIST_FORMATS
from policy_news.rules.importers.contents import Contents, ImportCounts, Request
from policy_news.rules.importers.csv_rows import read_rows
from policy_news.rules.importers.entries import make_entry, parse_day
from policy_news.rules.importers.forms import is_ministerial, make_names, recase
from policy_news.rules.importers.importing import import_list, list_name
from policy_news.rules.importers.popolo import read_popolo
from policy_news.rules.importers.registers import PLAIN as PLAIN_TABLE
from policy_news.rules.own_lists import OwnEntry, OwnList, fingerprint, known_names, read_holders
from policy_news.rules.rule_files import read_rule_file
from policy_news.rules.rule_models import PersonFile
from policy_news.text.document import Document, Section
from policy_news.text.masking import compile_patterns, unmask
from tests.conftest import MODEL

RUNNER = CliRunner()
PLAIN = "id,name,aliases,label,kb_id,country,from,to\n"
Importer = Callable[..., tuple[OwnList, ImportCounts]]


@pytest.fixture
def importer(tmp_path: Path) -> Importer:
    """Writes a text to a file and imports it."""

    def run(
        text: str | bytes, form: str, label: str | None = None, country: str | None = None, name: str = "mine"
    ) -> tuple[OwnList, ImportCounts]:
        source = tmp_path / "source"
        source.write_bytes(text.encode() if isinstance(text, str) else text)
        _, tally = import_list(Request(source, form, tmp_path / "own" / name, name, label, country))
        return OwnList(tmp_path / "own" / name), tally

    return run


def entries(own: OwnList) -> list[OwnEntry]:
    return [own.entry(offset) for offset, _ in own.lines()]


def texts(entry: OwnEntry) -> list[str]:
    return [("?" if name.anchored else "") + name.text for name in entry.names]


def test_opensanctions(importer: Importer) -> None:
    own, tally = importer(
        '"id","schema","name","aliases","birth_date","countries","addresses","identifiers","sanctions","dataset"\n'
        '"NK-1","Company","Tarn Trading LLC","Tarn Trade;Тарн","","ru;by","","","",""\n'
        '"Q99","Person","Ana Moll","Moll;A. Moll","1970","gb","","","",""\n'
        '"NK-2","Vessel","Sea Tarn","","","","","","",""\n'
        '"NK-3","LegalEntity","Verodyne","","","","","","",""\n',
        "opensanctions",
        "COMPANY",
    )
    company, person, unknown = entries(own)
    assert (company.id, company.label, company.country, company.kb_id) == ("NK-1", "COMPANY", "RU;BY", "")
    assert texts(company) == ["Tarn Trading LLC", "Tarn Trading", "Tarn Trade"]
    assert (person.label, person.kb_id, texts(person)) == ("PERSON", "Q99", ["Ana Moll", "?Moll", "A. Moll"])
    assert unknown.label == "COMPANY"
    assert dict(tally.left_out) == {"of schema Vessel": 1}


def test_gleif(importer: Importer) -> None:
    header = (
        "LEI,Entity.LegalName,Entity.LegalName.xmllang,Entity.OtherEntityNames.OtherEntityName.1,"
        "Entity.OtherEntityNames.OtherEntityName.1.type,Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName.1,"
        "Entity.LegalAddress.Country,Entity.EntityCategory,Entity.EntityStatus\n"
    )
    own, tally = importer(
        header
        + "5299000000000000TARN,TARN GMBH,de,Tarn Werke,TRADING_OR_OPERATING_NAME,,DE,GENERAL,ACTIVE\n"
        + "5299000000000000FUND,TARN FUND,de,,,,LU,FUND,ACTIVE\n"
        + "5299000000000000KITA,北海公司,zh,,,Beihai Company,CN,GENERAL,ACTIVE\n",
        "gleif",
    )
    tarn, beihai = entries(own)
    assert (tarn.kb_id, tarn.country, tarn.label) == ("XI-LEI-5299000000000000TARN", "DE", "COMPANY")
    assert texts(tarn) == ["Tarn GmbH", "?Tarn", "TARN GmbH", "?TARN", "Tarn Werke"]
    assert (beihai.name, texts(beihai)) == ("北海公司", ["Beihai Company"])
    assert dict(tally.left_out) == {"of category FUND": 1}


def test_companies_house_header_has_spaces(importer: Importer) -> None:
    own, _ = importer(
        "CompanyName, CompanyNumber,RegAddress.CareOf,CompanyStatus, PreviousName_1.CONDATE, PreviousName_1.CompanyName\n"
        '"THE TARN HARBOUR COMPANY LIMITED","00000001","","Active","01/01/1990","OLD TARN LIMITED"\n',
        "companies-house",
    )
    (entry,) = entries(own)
    assert (entry.id, entry.kb_id, entry.name, entry.country) == (
        "00000001",
        "GB-COH-00000001",
        "The Tarn Harbour Company Limited",
        "GB",
    )
    assert texts(entry)[:2] == ["The Tarn Harbour Company Limited", "Tarn Harbour Company"]
    assert "Old Tarn Limited" in texts(entry)


def test_wikidata_rows_of_one_item_are_one_entity(importer: Importer) -> None:
    own, tally = importer(
        "item,itemLabel,alias\n"
        "http://www.wikidata.org/entity/Q101,Tarn Bank,Bank of Tarn\n"
        "http://www.wikidata.org/entity/Q101,Tarn Bank,TNB\n"
        "http://www.wikidata.org/entity/Q102,Q102,\n"
        "Moll,Moll,\n",
        "wikidata",
        "COMPANY",
    )
    assert [(entry.id, entry.kb_id, texts(entry)) for entry in entries(own)] == [
        ("Q101", "Q101", ["Tarn Bank", "Bank of Tarn"]),
        ("Q101", "Q101", ["TNB"]),
    ]
    assert (tally.taken, tally.duplicates, tally.broken) == (1, 0, 2)
    assert tally.shown == ["line 4: Q102 has no label", "line 5: 'Moll' is not an item"]


def test_wikidata_alternative_labels(importer: Importer) -> None:
    own, _ = importer('item,itemLabel,itemAltLabel\nQ7,Tarn Bank,"Bank of Tarn, TNB"\n', "wikidata")
    assert [texts(entry) for entry in entries(own)] == [["Tarn Bank", "Bank of Tarn", "TNB"]]
    assert entries(own)[0].label == "ORG"


POPOLO = {
    "persons": [
        {
            "id": "p1",
            "name": "Ana Moll",
            "other_names": [{"name": "Ana M. Moll"}],
            "identifiers": [{"scheme": "wikidata", "identifier": "Q5"}],
        },
        {
            "id": "p2",
            "name": "Bo Lind",
            "memberships": [{"organization_id": "o2", "role": "Chair", "start_date": "2019"}],
        },
        {"id": "", "name": "No Id"},
    ],
    "organizations": [
        {"id": "o1", "name": "Tarn Assembly", "classification": "legislature"},
        {"id": "o2", "name": "Harbour Committee", "classification": "committee"},
    ],
    "posts": [{"id": "post1", "label": "Minister for Harbours", "organization_id": "o1"}],
    "memberships": [
        {"person_id": "p1", "organization_id": "o1", "role": "member"},
        {
            "person_id": "p1",
            "organization_id": "o1",
            "post_id": "post1",
            "start_date": "2020-02-01",
            "end_date": "2021-02",
        },
        {"person_id": "p1", "organization_id": "o2", "role": "Chair", "start_date": "2021-13-01"},
        {
            "person_id": "p1",
            "organization_id": "o2",
            "role": "Clerk",
            "start_date": "2021-01-01",
            "end_date": "2020-01-01",
        },
    ],
}


def test_popolo(importer: Importer, tmp_path: Path) -> None:
    own, tally = importer(json.dumps(POPOLO), "popolo")
    assert [(entry.id, entry.label, entry.kb_id) for entry in entries(own)] == [
        ("p1", "PERSON", "Q5"),
        ("p2", "PERSON", ""),
        ("o1", "ORG", ""),
        ("o2", "COMMITTEE", ""),
    ]
    assert texts(entries(own)[0]) == ["Ana Moll", "Ana M. Moll"]
    assert [line.partition(":")[0] for line in tally.shown] == ["persons 3", "memberships 3", "memberships 4"]
    posts = {
        person.name: person.posts
        for person in read_rule_file(tmp_path / "own" / "mine" / "persons.yml", PersonFile).persons
    }
    assert {name: [post.title for post in own] for name, own in posts.items()} == {
        "Bo Lind": ["Chair, Harbour Committee"]
    }
    ((entity, minister),) = read_holders([str(own.path.parent)])
    assert (entity, minister.title, minister.office) == (
        "mine:p1",
        "Minister for Harbours",
        "mine.minister-for-harbours.tarn-assembly",
    )
    assert (minister.start, minister.end) == (date(2020, 2, 1), date(2021, 2, 28))


@pytest.mark.parametrize(
    ("title", "classification", "ministerial"),
    [
        ("Minister for Harbours", "", True),
        ("Prime Minister, and Lord of the Quays", "", True),
        ("Secretary of State for Canals", "", True),
        ("President", "government", True),
        ("President", "party", False),
        ("Shadow Minister for Harbours", "", False),
        ("Private Secretary to the Prime Minister", "", False),
        ("Chair", "government", False),
        ("Ministerial Aide", "", False),
    ],
)
def test_which_posts_are_ministers(title: str, classification: str, ministerial: bool) -> None:
    assert is_ministerial(title, classification) == ministerial


def test_a_ministerial_post_without_a_first_day_is_left_out(importer: Importer) -> None:
    data = {
        "persons": [{"id": "p1", "name": "Ana Moll"}],
        "memberships": [{"person_id": "p1", "role": "Minister for Harbours", "end_date": "2021"}],
    }
    own, tally = importer(json.dumps(data), "popolo")
    assert tally.left_out["ministerial posts without a first day"] == 1
    assert list(read_holders([str(own.path.parent)])) == []


@pytest.mark.parametrize(
    ("day", "label", "office", "status"),
    [
        ("2020-06-01", "MINISTER", "mine.minister-for-harbours.tarn-assembly", "held"),
        ("2022-06-01", "MINISTER", None, "none"),
        ("2019-06-01", "PERSON", None, None),
        (None, "MINISTER", None, "unresolved"),
    ],
)
def test_ministers_of_ones_own(
    importer: Importer, nlp: Language, day: str | None, label: str, office: str | None, status: str | None
) -> None:
    own, _ = importer(json.dumps(POPOLO), "popolo")
    settings = Settings.model_validate({"annotate": {"own_lists": [str(own.path.parent)]}})
    text = "Ana Moll opened the quay. Moll said it was late."
    published = datetime.fromisoformat(day) if day else None
    document = Document(
        "d", "d.txt", "txt", "", text, (Section("paragraph", 0, len(text)),), published=published
    )
    (annotated,) = Annotator(nlp, settings).annotate(
        [(document, unmask(document, compile_patterns(settings.mask)))]
    )
    Annotator(nlp, Settings())  # the pipeline is shared: its next user has no lists
    persons = [m for m in annotated.mentions if m.label in ("PERSON", "MINISTER")]
    assert [(m.text, m.label, m.entity_id, m.office_id, m.office_status) for m in persons] == [
        ("Ana Moll", label, "mine:p1", office, status),
        ("Moll", label, "mine:p1", office, status),
    ]


def test_changed_ministers_are_refused_and_a_change(importer: Importer) -> None:
    own, _ = importer(json.dumps(POPOLO), "popolo")
    folders = [str(own.path.parent)]
    before = fingerprint(folders)
    (own.path.parent / "holders.jsonl").write_text("{}", encoding="utf-8")
    with pytest.raises(RuleError, match=r"holders.jsonl is not the file"):
        list(read_holders(folders))
    changed = json.loads(json.dumps(POPOLO))
    changed["memberships"][1]["end_date"] = "2022"
    importer(json.dumps(changed), "popolo")
    assert fingerprint(folders) != before


def test_popolo_has_a_size_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps(POPOLO), encoding="utf-8")
    monkeypatch.setattr("policy_news.rules.importers.popolo.MAX_BYTES", 100)
    with pytest.raises(RuleError, match="more than"):
        read_popolo(path, ImportCounts())


def test_plain_csv_keeps_all_columns(importer: Importer) -> None:
    own, _ = importer(
        PLAIN
        + 'v,Verodyne Systems Ltd,VDS|Verodyne,COMPANY,Q8,gb,2010,2012-06\nn,Next,,COMPANY,,,,\nm,"Tarn, Moll & Co",,,,,,\n',
        "csv",
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
        ("a b,Tarn,,ORG,,,,", "'a b' is not an id"),
        ("a,,,ORG,,,,", "no name"),
        ("a,Tarn,,MINISTER,,,,", "'MINISTER' is not a label"),
        ("a,Tarn,,,,,,", "no label"),
        ("a,Tarn,,ORG,,,1.5.2020,", "'1.5.2020' is not a date"),
        ("a,Tarn,,ORG,,,2020-02-30,", "'2020-02-30' is not a date"),
        ("a,Tarn,,ORG,,,2021,2020", "ends (2020-12-31) before it begins"),
        (f"a,{'Tarn' * 60},,ORG,,,,", "longer than 200 characters"),
        ('a,"Tarn,,ORG,,,,', "a quotation mark does not close"),
        ('a,"Tarn"x,,ORG,,,,', "expected after"),
        (b"a,Tarn \xe9,,ORG,,,,", "not UTF-8"),
    ],
)
def test_a_broken_row_costs_that_row_only(importer: Importer, row: str | bytes, reason: str) -> None:
    broken = row.encode() if isinstance(row, str) else row
    own, tally = importer(
        PLAIN.encode() + b"x,Moll Group,,ORG,,,,\n" + broken + b"\ny,Lind Group,,ORG,,,,\n", "csv"
    )
    assert [entry.id for entry in entries(own)] == ["x", "y"]
    assert tally.broken == 1
    assert tally.shown[0].startswith("line 3: ")
    assert reason in tally.shown[0]


def test_five_broken_rows_are_listed_and_the_rest_counted(importer: Importer) -> None:
    _, tally = importer(PLAIN + "x,Moll Group,,ORG,,,,\n" + "short\n" * 8, "csv")
    lines = list(tally.lines())
    assert lines[0] == "1 entries, 0 names that an earlier entry has, 8 broken rows"
    assert [line.split(":")[0].strip() for line in lines[1:6]] == [f"line {i}" for i in range(3, 8)]
    assert lines[6] == "  and 3 more"


def test_of_a_name_in_two_entries_the_first_has_it(importer: Importer) -> None:
    own, tally = importer(
        PLAIN + "a,Moll Group,,ORG,,,,\nb,Lind Group,Moll Group|Lind,ORG,,,,\nc,Moll Group,,ORG,,,,\n", "csv"
    )
    assert [(entry.id, texts(entry)) for entry in entries(own)] == [
        ("a", ["Moll Group"]),
        ("b", ["Lind Group", "Lind"]),
    ]
    assert (tally.taken, tally.duplicates) == (2, 2)


def test_a_quoted_field_may_span_lines(importer: Importer) -> None:
    own, tally = importer(PLAIN + 'a,"Moll\nGroup",,ORG,,,,\nb,Lind Group,,ORG,,,,\n', "csv")
    assert [entry.name for entry in entries(own)] == ["Moll Group", "Lind Group"]
    assert not tally.broken


@pytest.mark.parametrize(
    ("form", "missing"),
    [
        ("companies-house", "CompanyName, CompanyNumber"),
        ("csv", "id, name, aliases, label, kb_id, country, from, to"),
        ("gleif", "LEI, Entity.LegalName"),
        ("opensanctions", "id, schema, name, aliases"),
        ("wikidata", "item, itemLabel"),
    ],
)
def test_a_file_of_another_format_is_an_error_that_names_the_columns(
    importer: Importer, tmp_path: Path, form: str, missing: str
) -> None:
    with pytest.raises(RuleError, match=f"no column {missing} "):
        importer("a,b\n1,2\n", form)
    assert not (tmp_path / "own" / "mine" / "names.tsv").exists()


@pytest.mark.parametrize(
    ("text", "form", "says"),
    [
        ("", "csv", "the first line has nothing"),
        (PLAIN.replace(",", ";"), "csv", "semicolons"),
        (PLAIN, "csv", "no names taken"),
        ("{", "popolo", "not JSON"),
        ("[]", "popolo", "persons or organizations"),
        ('{"persons": 3}', "popolo", "persons or organizations"),
        ("[" * 100_000, "popolo", "not JSON"),
        (PLAIN + "a,тарн,,ORG,,,,\n", "csv", "without a name in Latin letters"),
    ],
)
def test_nothing_to_take_is_an_error(importer: Importer, text: str, form: str, says: str) -> None:
    with pytest.raises(RuleError) as caught:
        importer(text, form)
    assert says in str(caught.value)


def test_an_error_leaves_the_earlier_list(importer: Importer, tmp_path: Path) -> None:
    importer(PLAIN + "a,Moll Group,,ORG,,,,\n", "csv")
    with pytest.raises(RuleError):
        importer(PLAIN, "csv")
    assert entries(OwnList(tmp_path / "own" / "mine"))[0].name == "Moll Group"
    assert sorted(path.name for path in (tmp_path / "own" / "mine").iterdir()) == ["list.json", "names.tsv"]


def test_a_folder_that_holds_something_else_is_left_alone(importer: Importer, tmp_path: Path) -> None:
    folder = tmp_path / "own" / "mine"
    folder.mkdir(parents=True)
    (folder / "names.tsv").write_text("mine", encoding="utf-8")
    with pytest.raises(RuleError, match="something other"):
        importer(PLAIN + "a,Moll Group,,ORG,,,,\n", "csv")
    assert (folder / "names.tsv").read_text(encoding="utf-8") == "mine"


def test_too_many_names(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_news.rules.importers.importing.MAX_NAMES", 1)
    with pytest.raises(RuleError, match="more than 1 names"):
        importer(PLAIN + "a,Moll Group,,ORG,,,,\nb,Lind Group,,ORG,,,,\n", "csv")


@pytest.mark.parametrize("ending", [".gz", ".zip"])
def test_packed_files(tmp_path: Path, ending: str) -> None:
    text = (PLAIN + "a,Moll Group,,ORG,,,,\n").encode("utf-8-sig")
    path = tmp_path / f"names.csv{ending}"
    if ending == ".gz":
        path.write_bytes(gzip.compress(text))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("names.csv", text)
    info, _ = import_list(Request(path, "csv", tmp_path / "own", "own"))
    assert info.entries == 1
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(RuleError, match="cannot be read"):
        import_list(Request(path, "csv", tmp_path / "other", "other"))


class _Endless(io.RawIOBase):
    """A file that would never fit into memory; counts what was read of it."""

    def __init__(self) -> None:
        self.rows = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        self.rows += 1
        return PLAIN.encode() if self.rows == 1 else b"%d,Moll Group %d,,ORG,,,,\n" % (self.rows, self.rows)


def test_rows_are_streamed(monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import contextmanager

    endless = _Endless()

    @contextmanager
    def opened(path: Path) -> Iterator[IO[bytes]]:
        yield endless  # type: ignore[misc]

    monkeypatch.setattr("policy_news.rules.importers.csv_rows.open_plain", opened)
    rows = read_rows(Path("endless"), PLAIN_TABLE, ImportCounts())
    assert [next(rows)[0] for _ in range(3)] == [2, 3, 4]
    assert endless.rows == 4


def test_a_giant_line_is_one_broken_row(importer: Importer) -> None:
    own, tally = importer(PLAIN + "x," + "y" * 3_000_000 + "\na,Moll Group,,ORG,,,,\n", "csv")
    assert [entry.id for entry in entries(own)] == ["a"]
    assert tally.shown == ["line 2: longer than 1000000 bytes"]


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Verodyne Ltd", ("Verodyne Ltd",)),
        ("MCDONALD'S RESTAURANTS LIMITED", ("McDonald's Restaurants Limited",)),
        ("BANK OF THE NORTH PLC", ("Bank of the North plc",)),
        ("HSBC HOLDINGS PLC", ("HSBC Holdings plc",)),
        ("BAE SYSTEMS (UK) LIMITED", ("Bae Systems (Uk) Limited", "BAE Systems (UK) Limited")),
        ("O'NEILL-MOLL LLP", ("O'Neill-Moll LLP",)),
        ("3I GROUP PLC", ("3I Group plc",)),
    ],
)
def test_names_in_capitals_get_the_case_of_running_text(name: str, forms: tuple[str, ...]) -> None:
    assert recase(name) == forms


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
    ("text", "first", "last"),
    [
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2020-12", "2020-12-01", "2020-12-31"),
    ],
)
def test_partial_dates(text: str, first: str, last: str) -> None:
    assert (str(parse_day(text)), str(parse_day(text, last=True))) == (first, last)


@pytest.mark.parametrize(
    ("name", "file", "made"),
    [(None, "BasicCompanyData-2024.csv.gz", "basiccompanydata-2024"), ("mine", "x.csv", "mine")],
)
def test_name_of_a_list(name: str | None, file: str, made: str) -> None:
    assert list_name(name, Path(file)) == made


def test_country_filter(importer: Importer) -> None:
    own, tally = importer(PLAIN + "a,Moll Group,,ORG,,GB,,\nb,Lind Group,,ORG,,SE,,\n", "csv", country="gb")
    assert [entry.id for entry in entries(own)] == ["a"]
    assert dict(tally.left_out) == {"of another country": 1}


def test_known_names(importer: Importer) -> None:
    own, _ = importer(PLAIN + "a,Moll Group,,ORG,Q3,,,\nb,Lind Group,,ORG,,,,\n", "csv")
    assert known_names([str(own.path.parent)], ["mine:b", "mine:a", "mine:c", "a"]) == {
        "mine:a": ("Moll Group", "Q3"),
        "mine:b": ("Lind Group", None),
    }


def test_a_changed_list_is_noticed(importer: Importer, tmp_path: Path) -> None:
    own, _ = importer(PLAIN + "a,Moll Group,,ORG,Q3,,,\n", "csv")
    before = fingerprint([str(own.path.parent)])
    importer(PLAIN + "a,Lind Group,,ORG,Q3,,,\n", "csv")
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
    own, _ = importer(TARN, "csv")
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
    own, _ = importer(TARN, "csv")
    nlp = spacy.blank("en")
    doc = Doc(nlp.vocab, ["Tarn", "Harbour", "Board"])
    doc.spans["sections"] = [Span(doc, 0, 1, label="title"), Span(doc, 1, 3, label="paragraph")]
    found = LargeGazetteer(nlp.vocab, nlp.tokenizer, [str(own.path.parent)]).find(doc)
    assert [span.text for span in found] == ["Tarn", "Harbour Board"]


def test_without_the_package_a_large_list_is_an_error_that_says_what_to_install(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, _ = importer(TARN, "csv")
    monkeypatch.setattr(large_gazetteer, "LARGE", 0)
    monkeypatch.setitem(__import__("sys").modules, "ahocorasick_rs", None)
    nlp = spacy.blank("en")
    with pytest.raises(ModelError, match=r"\[large\]"):
        LargeGazetteer(nlp.vocab, nlp.tokenizer, [str(own.path.parent)]).find(nlp.make_doc("Tarn"))


def test_as_a_component_the_rule_data_come_first(nlp: Language, importer: Importer) -> None:
    own, _ = importer(PLAIN + "x,Hikvision,,ORG,,,,\ny,Hikvision Tarn,,ORG,,,,\n", "csv")
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
            "--format",
            "csv",
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
        (["rules", "import", "nowhere.csv", "--format", "csv"], 3, "nowhere.csv: does not exist"),
        (["rules", "import", "nowhere.csv", "--format", "odd"], 2, "odd"),
        (
            ["rules", "import", "nowhere.csv", "--format", "csv", "--label", "MINISTER"],
            3,
            "is not a label of a list",
        ),
        (
            ["rules", "import", "nowhere.csv", "--format", "csv", "--name", "../x"],
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


@pytest.mark.parametrize("reader", LIST_FORMATS.values())
def test_every_registered_reader_exists(reader: str) -> None:
    assert callable(resolve_name(reader))


def read_two_lines(request: Request, tally: ImportCounts) -> Contents:
    """A list format of the tests: one name per line."""
    lines = request.source.read_text(encoding="utf-8").splitlines()
    entries = ((f"line {n}", make_entry(f"x{n}", [name], "COMPANY")) for n, name in enumerate(lines, 1))
    return Contents(entries)


def test_a_list_format_is_added_in_one_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIST_FORMATS, "lines", f"{__name__}:read_two_lines")
    source = tmp_path / "names.txt"
    source.write_text("Verodyne Optics\nLarkmere Rail\n", encoding="utf-8")
    info, _ = import_list(Request(source, "lines", tmp_path / "list", "mine"))
    assert info.entries == 2
    help_text = subprocess.run(
        [sys.executable, "-c", "import policy_news.rules.importers as i; i.LIST_FORMATS['lines'] = 'a:b'; "
         "from policy_news.cli.main import app; app(['rules', 'import', '--help'])"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "lines" in help_text


def test_settings_name_the_lists() -> None:
    assert Settings().annotate.own_lists == ()


@pytest.mark.slow
def test_own_lists_stand_in_the_list_of_rules(importer: Importer) -> None:
    from policy_news.nlp.rule_counts import count_rules

    own, _ = importer(TARN, "csv")
    rows = count_rules([str(own.path.parent)])
    assert [(row.label, row.entries, row.names) for row in rows if row.kind == "own"] == [
        ("COMPANY", 5, 6),
        ("ORG", 2, 2),
    ]
    assert {"COMPANY", "COMMITTEE", "DEPARTMENT", "OFFICE", "MINISTER", "PERSON", "DATE"} <= {
        row.label for row in rows
    }


ODD: tuple[object, ...] = (
    5,
    1e400,
    True,
    None,
    [],
    {},
    [5],
    {"a": 5},
    "",
    "x\ty\nz",
    "0000",
    "9999",
    "9999-12-31",
    "é" * 5000,
    [[[]]],
)


def changed(value: object, odd: object) -> Iterator[object]:
    """The value with each of its parts in turn replaced."""
    yield odd
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        for new in changed(part, odd):
            whole: Any = dict(value) if isinstance(value, dict) else list(cast("list[object]", value))
            whole[key] = new
            yield whole


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:12])
def test_whatever_stands_in_popolo_is_taken_or_refused(odd: object, tmp_path: Path) -> None:
    tries = 0
    for number, data in enumerate(changed(POPOLO, odd)):
        source, folder = tmp_path / f"{number}.json", tmp_path / str(number)
        source.write_text(json.dumps(data), encoding="utf-8")
        try:
            import_list(Request(source, "popolo", folder, "mine"))
        except RuleError:
            assert not (folder / "list.json").exists()
        else:
            own = OwnList(folder)
            assert own.info.entries == len(entries(own))
            list(read_holders([str(folder)]))
        tries += 1
    assert tries > 40


@pytest.mark.parametrize("column", ["id", "name", "aliases", "label", "kb_id", "country", "from", "to"])
@pytest.mark.parametrize(
    "odd", ["x\ty", "Q1\nzz\tCOMPANY\t\t\t\t\tEvil\tMonday", "x\ry", "\x00", "a b", "0000", "9999", "GB;US"]
)
def test_no_cell_makes_a_second_entry(column: str, odd: str, importer: Importer) -> None:
    row = {"id": "x", "name": "Xylo Optics", "label": "COMPANY", "from": "2001", "to": "2030", column: odd}
    cells = (f'"{row.get(name, "")}"' for name in PLAIN.strip().split(","))
    own, tally = importer(f"{PLAIN}{','.join(cells)}\ny,Other Optics,,COMPANY,,,,\n", "csv")
    assert len(entries(own)) == own.info.entries
    assert {entry.id for entry in entries(own)} <= {"x", "y", "a", "GB;US", "0000", "9999"}
    assert len(entries(own)) + tally.broken + sum(tally.left_out.values()) == 2


def test_files_of_the_user_beside_a_list_stay(importer: Importer, tmp_path: Path) -> None:
    folder = tmp_path / "own" / "mine"
    importer(json.dumps(POPOLO), "popolo")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    importer(json.dumps(POPOLO), "popolo")
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    (folder / "persons.yml").write_text("edited", encoding="utf-8")
    with pytest.raises(RuleError, match=r"persons\.yml: is not the file that the last import wrote"):
        importer(TARN, "csv")
    assert (folder / "persons.yml").read_text(encoding="utf-8") == "edited"
    (folder / "persons.yml").unlink()
    importer(TARN, "csv")
    assert sorted(path.name for path in folder.iterdir()) == ["list.json", "names.tsv", "notes.txt"]


def test_persons_file_is_strict_yaml(importer: Importer, tmp_path: Path) -> None:
    importer(json.dumps(POPOLO), "popolo")
    data = yaml.safe_load((tmp_path / "own" / "mine" / "persons.yml").read_text(encoding="utf-8"))
    assert set(data) == {"persons"}


def test_the_factory(importer: Importer) -> None:
    own, _ = importer(TARN, "csv")
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
        assert (
            RUNNER.invoke(
                app, ["rules", "import", str(source), "--format", "csv", "--out", str(own)]
            ).exit_code
            == 0
        )
        paths = ["--raw", str(tmp_path / "raw"), "--out", str(tmp_path / "out")]
        said.append(RUNNER.invoke(app, ["run", *paths, "--workers", "1", "--config", str(config)]).output)
    assert ["0 changed" in text for text in said] == [False, False, True]
    assert "COMPANY 1" not in said[0]
    assert "COMPANY 1" in said[1]
