"""Why a mention is one; which rules fire; what rule tests say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from spacy.language import Language
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.core.errors import ArgumentError
from policy_news.core.messages import cut_line
from policy_news.core.settings import Settings
from policy_news.nlp import rule_examples as ruletest
from policy_news.nlp.annotator import Annotator
from policy_news.nlp.rule_examples import RuleCase, find_firings, run_rule_cases
from policy_news.outputs.explain import WIDTH, describe, look, parse_place
from policy_news.run.records import read_items
from policy_news.run.stages import ingest, unmask
from policy_news.text.document import Document, Unmasked
from tests.conftest import MODEL

RUNNER = CliRunner()
TEXT = (
    "Ministers Widen Camera Ban\n\nPublished Nov 25, 2022 09:10 AM\n\nPUBLIC - This article does not require a subscription.\n\n"
    'Home Secretary Suella Braverman said on Monday that Hikvision "poses a risk" to the country. Braverman smiled.\n\n'
    "*** ******** ** *** Home ****** (*****) ** ***** *** the******** ***** Dahua ******** ** *******.\n"
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A raw folder and an output folder with the stages before `annotate`."""
    root = tmp_path_factory.mktemp("explain")
    raw, out = root / "raw", root / "out"
    raw.mkdir()
    (raw / "ban.txt").write_text(TEXT, encoding="utf-8")
    (raw / "feed.jsonl").write_text('{"id": "x:1", "text": "Shares in Verodyne fell."}\n', encoding="utf-8")
    ingest.run(raw, out, Settings())
    unmask.run(out, Settings())
    return raw, out


@pytest.fixture(scope="module")
def ban(folders: tuple[Path, Path]) -> tuple[Document, Unmasked]:
    _, out = folders
    (found,) = read_items(out, ["ban"])
    return found


@pytest.fixture(scope="module")
def annotator(nlp: Language) -> Annotator:
    return Annotator(nlp, Settings())


def test_a_run_of_another_schema_version_is_refused(folders: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(folders[1], out)
    (out / "run.json").write_text('{"schema_version": 7}', encoding="utf-8")
    result = RUNNER.invoke(app, ["explain", "ban:3", "--out", str(out)])
    assert (result.exit_code, "schema version 7" in result.output) == (3, True)


@pytest.mark.parametrize(
    ("word", "says"),
    [
        (
            "Hikvision",
            [
                "Mention  Hikvision",
                "label    COMPANY",
                "method   gazetteer, rule hikvision",
                "near a mask: no",
                "chosen",
                "Claim ",
            ],
        ),
        (
            "Braverman smiled",
            ["label    MINISTER", "method   document, rule document.surname", "follows  Suella Braverman"],
        ),
        (
            "Secretary",
            ["label    OFFICE", "office   gb-home-secretary (held)", "office.portfolio-secretary", "agrees"],
        ),
        (
            "Monday",
            ["No mention covers", "Date  Monday", "2022-11-21", "read on 2022-11-25", "a date or number"],
        ),
        ("Dahua", ["near a mask: yes", "(masked)"]),
        ("******** **", ["No mention covers"]),
        ("smiled", ["No mention covers", "nothing: no name of the rule data"]),
        ("Home ******", ["No mention covers"]),
        ("said on", ["the offset is in its cue"]),
        ("\n\nPublished", ["between sections", "Nothing is annotated here: no section."]),
    ],
)
def test_explanations(
    annotator: Annotator, ban: tuple[Document, Unmasked], word: str, says: list[str]
) -> None:
    document, unmasked = ban
    lines = [
        cut_line(line.rstrip(), WIDTH)
        for line in describe(look(annotator, document, unmasked, document.text.index(word)))
    ]
    missing = [part for part in says if part not in "\n".join(lines)]
    assert not missing, "\n".join(lines)
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize(
    "text",
    ["Suella Braverman", "Hikvision", "Monday", "Nov 25, 2022 09:10 AM", "*** ******** ** ***", "smiled"],
)
def test_the_name_date_or_mask_is_underlined(
    annotator: Annotator, ban: tuple[Document, Unmasked], text: str
) -> None:
    document, unmasked = ban
    _, shown, marks, *_ = describe(look(annotator, document, unmasked, document.text.index(text)))
    marked = shown[marks.index("^") : marks.rindex("^") + 1]
    assert marked == ("s" if text == "smiled" else text)


def test_a_document_of_nearly_that_name_is_proposed(folders: tuple[Path, Path]) -> None:
    result = RUNNER.invoke(app, ["explain", "bann:1", "--out", str(folders[1])])
    assert result.exit_code == 2
    assert "Did you mean 'ban'?" in result.output


@pytest.mark.parametrize("place", ["a", "a:", ":1", "a:-1", "a:x", "a:²", ""])
def test_wrong_places(place: str) -> None:
    with pytest.raises(ArgumentError, match="DOC:OFFSET"):
        parse_place(place)


@pytest.mark.parametrize(
    ("place", "code", "says"),
    [
        ("nothing:1", 2, "has no document 'nothing'"),
        ("ban:99999", 2, "is beyond the end of the text"),
        ("ban", 2, "is not DOC:OFFSET"),
        ("ban:130", 0, "ban:130"),
        ("ban.txt:130", 0, "ban:130"),
        ("x:1:10", 0, "Mention  Verodyne"),
    ],
)
@pytest.mark.parametrize("from_raw", [False, True])
def test_the_command(
    folders: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    code: int,
    says: str,
    from_raw: bool,
) -> None:
    monkeypatch.setenv("POLICY_NEWS__ANNOTATE__MODEL", str(MODEL))
    raw, out = folders
    result = RUNNER.invoke(
        app, ["explain", place, "--out", str(out), *(["--raw", str(raw)] if from_raw else [])]
    )
    assert result.exit_code == code, result.output
    assert says in result.output


def test_without_a_run(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["explain", "a:1", "--out", str(tmp_path)])
    assert result.exit_code == 3
    assert "pipeline run --raw" in result.output


@pytest.mark.slow
def test_all_rule_files_with_examples_are_run(nlp: Language) -> None:
    cases = list(run_rule_cases(nlp))
    assert {case.file for case in cases} == {
        "grammar",
        "grammar/heads.yml",
        "dates/patterns.yml",
        "layout/labels.yml",
    }
    assert [case for case in cases if not case.passed] == []


def test_which_rules_fire(nlp: Language) -> None:
    fired = {
        (firing.rule, firing.label, firing.text)
        for firing in find_firings(nlp, "Shares in Verodyne fell on Tuesday. Hikvision was named.")
    }
    assert ("rule:company.shares-in", "COMPANY", "Verodyne") in fired
    assert ("gazetteer:hikvision", "COMPANY", "Hikvision") in fired
    assert ("dates:weekday", "DATE", "Tuesday") in fired


def test_the_command_names_rule_text_and_what_was_found(
    nlp: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [
        RuleCase("r.one", "Tarn fell.", ("Tarn",), (), "grammar"),
        RuleCase("r.two", "It fell.", (), ("It",), "grammar"),
        RuleCase("ok", "x", (), ()),
    ]
    monkeypatch.setattr("policy_news.nlp.annotator.load_pipeline", lambda model: nlp)
    monkeypatch.setattr(ruletest, "run_rule_cases", lambda nlp: iter(cases))
    result = RUNNER.invoke(app, ["rules", "test"])
    assert result.exit_code == 1
    assert "grammar: r.one: Tarn fell.\n    wanted [Tarn]\n    found  nothing" in result.output
    assert "grammar: r.two: It fell.\n    wanted nothing\n    found  [It]" in result.output
    assert "3 examples of 3 rules, 2 failed" in result.output


def test_the_command_says_which_rules_fire(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_news.nlp.annotator.load_pipeline", lambda model: nlp)
    result = RUNNER.invoke(app, ["rules", "test", "--text", "Shares in Verodyne fell."])
    assert result.exit_code == 0
    assert "rule:company.shares-in" in result.output


@pytest.mark.slow
def test_words_are_found_in_any_case_and_over_line_breaks(sample_run: Path) -> None:
    arguments = ["explain", "politics/rail-fares"]
    for words in ("Transport Committee", "transport\n committee", "164"):
        result = RUNNER.invoke(app, [*arguments, words, "--out", str(sample_run)])
        assert result.exit_code == 0, result.output
        assert result.output.startswith("politics/rail-fares:164 ")
    result = RUNNER.invoke(app, [*arguments, "Grailing", "--out", str(sample_run)])
    assert result.exit_code == 2
    assert "Did you mean 'Grayling'?" in result.output
