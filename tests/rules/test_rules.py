"""Rule files: strict reading, and every rule does what its examples say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from spacy.language import Language

from policy_news.core.errors import RuleError
from policy_news.nlp.build import misplaced_entries
from policy_news.nlp.entities.token_patterns import PatternFile
from policy_news.nlp.rule_examples import run_rule_cases
from policy_news.rules.lexicon import NameLexicon, read_lexicon
from policy_news.rules.rule_files import RULES_DIR, find_misplaced, read_rule_file
from policy_news.rules.rule_models import OfficeFile, TermFile


@pytest.fixture(scope="module")
def lexicon() -> NameLexicon:
    return read_lexicon(RULES_DIR)


@pytest.mark.slow
def test_every_rule_passes_its_examples(nlp: Language) -> None:
    cases = list(run_rule_cases(nlp))
    assert len(cases) > 80
    assert [case for case in cases if not case.passed] == []


@pytest.mark.parametrize(
    ("text", "model", "says"),
    [
        (
            "label: COMPANY\nterms: [{id: a, name: Abc, kind: 1}]",
            TermFile,
            r"'a' > kind: unknown key \(line 2\)",
        ),
        (
            "label: COMPANY\nterms:\n- {id: a, name: Abc}\n- id: b\n  name: Bcd\n  nam: x",
            TermFile,
            r"'b' > nam: unknown key \(line 6\)",
        ),
        (
            "label: COMPANY\nterms:\n- {id: a, name: Abc}\n- {id: b}",
            TermFile,
            r"'b' > name: is missing \(line 4\)",
        ),
        (
            "label: COMPANY\nterms: [{id: a, name: Abc, aliases: Zz}]",
            TermFile,
            r"'a' > aliases: must be a list, e.g. \[Zz\] \(line 2\)",
        ),
        (
            "label: COMPANY\nterms: [5]",
            TermFile,
            r"terms > 0: must be a mapping of keys to values \(line 2\)",
        ),
        ("- a", TermFile, r"must be a mapping of keys to values \(line 1\)"),
        (
            "label: COMPANY\nterms:\n\t- {id: a, name: Abc}",
            TermFile,
            "line 3, a tab stands where YAML wants spaces",
        ),
        (
            "label: COMPANY\nterms: [{id: a, nam: Abc}]",
            TermFile,
            r"'a' > nam: unknown key \(line 2\); .*'a' > name: is missing",
        ),
        (
            "label: COMPANY\nterms: [{id: a, name: Abc, from: 2020-01-01, to: 2019-01-01}]",
            TermFile,
            "ends .* before it begins",
        ),
        ("label: COMPANY\nterms: [{id: a, name: Abc}, {id: A b, name: Abc}]", TermFile, "'A b' > id"),
        ("label: COMPANY\nterms: [{id: a, id: b, name: Abc}]", TermFile, "duplicate key 'id'"),
        ("label: COMPANY\nterms: [", TermFile, "cannot be read as YAML: line "),
        ("label: COMPANY\nterms:\n- {id: a, name: Abc\n", TermFile, "cannot be read as YAML: line 3, "),
        (
            "offices: [{id: a, title: Abc, country: GB, holders: [{person: Ana Moll}]}]",
            OfficeFile,
            "'Ana Moll' > from",
        ),
        (
            "label: X\nrules: [{id: r, pattern: '<NAME?>', examples: [a], counterexamples: [b]}]",
            PatternFile,
            "'r'.*empty string",
        ),
        (
            "label: X\nrules: [{id: r, pattern: 'NAME', examples: [a], counterexamples: [b]}]",
            PatternFile,
            "needs one <mention>",
        ),
        (
            "label: X\nrules: [{id: r, pattern: '<{odd}>', examples: [a], counterexamples: [b]}]",
            PatternFile,
            "unknown set 'odd'",
        ),
    ],
)
def test_a_wrong_rule_file_is_an_error_that_names_file_and_rule(
    tmp_path: Path, text: str, model: type, says: str
) -> None:
    path = tmp_path / "odd.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=f"(?s)odd.yml.*{says}") as caught:
        read_rule_file(path, model)
    assert caught.value.hint


def test_a_name_of_two_terms_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "companies").mkdir()
    (tmp_path / "companies" / "a.yml").write_text(
        "label: COMPANY\nterms: [{id: a, name: Abc}, {id: b, name: Bcd, aliases: [Abc]}]", encoding="utf-8"
    )
    with pytest.raises(RuleError, match=r"a.yml: b: the name 'Abc' stands for a.yml: a too"):
        read_lexicon(tmp_path)


def test_an_id_of_two_files_is_an_error_that_names_both(tmp_path: Path) -> None:
    for folder, name in (("companies", "Abc"), ("committees", "Bcd")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}.yml").write_text(
            f"label: COMPANY\nterms: [{{id: a, name: {name}}}]", encoding="utf-8"
        )
    with pytest.raises(RuleError, match=r"\.yml: id 'a' is taken in \w+\.yml") as caught:
        read_lexicon(tmp_path)
    assert {"companies.yml", "committees.yml"} == set(re.findall(r"\w+\.yml", str(caught.value)))


@pytest.mark.parametrize(
    ("ids", "misplaced"),
    [
        ("", []),
        ("abcd", []),
        ("acdb", [("b", "d")]),
        ("zabc", [("a", "z")]),
        ("dbcea", [("b", "d"), ("a", "e")]),
    ],
)
def test_an_entry_out_of_order_is_told_with_the_one_before(
    ids: str, misplaced: list[tuple[str, str]]
) -> None:
    assert find_misplaced(ids) == misplaced


def test_rule_data_is_sorted_and_large(lexicon: NameLexicon) -> None:
    assert list(misplaced_entries()) == []
    assert sum(len(file.terms) for file in lexicon.terms if file.label == "COMPANY") >= 500
