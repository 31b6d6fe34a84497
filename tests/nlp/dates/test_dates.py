"""`policy_dates` on a Doc: anchors, roles, masks, bad input, what is kept on disk."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
import spacy
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

import policy_news.nlp.dates
from policy_news.core.errors import RuleError
from policy_news.nlp.dates.date_rules import Holiday, read_date_rules
from policy_news.nlp.dates.normalisers.registry import READERS
from policy_news.nlp.extensions import DateData
from policy_news.rules.rule_files import RULES_DIR


@pytest.fixture(scope="module")
def nlp() -> Language:
    blank = spacy.blank("en")
    blank.add_pipe("policy_dates")
    return blank


def read(nlp: Language, text: str, published: str | None = "2022-09-07") -> list[DateData]:
    doc = nlp.make_doc(text)
    doc._.published = published
    rows: list[DateData] = nlp(doc)._.dates
    return rows


def sectioned(nlp: Language, *parts: tuple[str, str]) -> Doc:
    """A doc of sections, each a kind and its text."""
    docs = [nlp.make_doc(text) for _, text in parts]
    doc = Doc.from_docs(docs, ensure_whitespace=True)
    spans, at = [], 0
    for (kind, _), part in zip(parts, docs, strict=True):
        spans.append(Span(doc, at, at + len(part), label=kind))
        at += len(part)
    doc.spans["sections"] = spans
    return doc


def values(rows: list[DateData]) -> list[str]:
    return [row["value"] for row in rows]


def test_row_of_a_plain_date(nlp: Language) -> None:
    assert read(nlp, "It was signed on 3 May 2021.") == [
        {
            "start": 17,
            "end": 27,
            "timex_type": "DATE",
            "value": "2021-05-03",
            "earliest": "2021-05-03",
            "latest": "2021-05-03",
            "granularity": "day",
            "role": "mentioned",
            "anchor": None,
        }
    ]


def test_spans_follow_the_rows(nlp: Language) -> None:
    doc = nlp("It was signed on 3 May 2021, not in June 2020.")
    assert [(span.text, span.label_) for span in doc.spans["dates"]] == [
        ("3 May 2021", "DATE"),
        ("June 2020", "DATE"),
    ]


def test_roles_and_anchors_of_sections(nlp: Language) -> None:
    doc = sectioned(
        nlp,
        ("title", "Ban announced yesterday"),
        ("published", "Published Sep 07, 2022 09:26 AM"),
        ("paragraph", "It was signed last month."),
        ("comment_date", "Sep 20, 2022"),
        ("comment", "I saw it yesterday."),
    )
    doc._.published = "2022-09-07T09:26"
    doc._.section_dates = [None, None, None, "2022-09-20", "2022-09-20"]
    rows = nlp(doc)._.dates
    assert [(row["role"], row["value"], row["anchor"]) for row in rows] == [
        ("mentioned", "2022-09-06", "2022-09-07"),
        ("published", "2022-09-07T09:26", None),
        ("mentioned", "2022-08", "2022-09-07"),
        ("comment", "2022-09-20", None),
        ("mentioned", "2022-09-19", "2022-09-20"),
    ]


def test_silent_sections_are_not_read(nlp: Language) -> None:
    doc = sectioned(
        nlp,
        ("comment_header", "Open until 3 May 2021"),
        ("boilerplate", "Updated 4 May 2021"),
        ("paragraph", "Now 5 May 2021."),
    )
    assert "2021-05-05" in values(nlp(doc)._.dates)
    assert "2021-05-03" not in values(nlp(doc)._.dates)


def test_what_was_mentioned_is_forgotten_where_the_anchor_changes(nlp: Language) -> None:
    doc = sectioned(nlp, ("paragraph", "It was sold in 2015."), ("comment", "A year earlier it was fine."))
    doc._.published = "2022-09-07"
    doc._.section_dates = [None, "2022-09-20"]
    assert values(nlp(doc)._.dates) == ["2015", "2021"]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Sep ; , 2022", ["2022"]),
        ("3 ; 2022", ["2022"]),
        ("between 2014 ; 2016", ["2014", "2016"]),
        ("two ; years ago", []),
        ("July ; 2021", ["2021"]),
        ("last ; month", []),
        ("; September 2022", ["2022-09"]),
    ],
)
def test_nothing_across_a_mask(nlp: Language, text: str, want: list[str]) -> None:
    doc = nlp.make_doc(text)
    doc._.published = "2022-09-07"
    gap = next(token.i for token in doc if token.text == ";")
    doc.spans["gaps"] = [doc[gap : gap + 1]]
    rows = [row for row in nlp(doc)._.dates if row["earliest"] or row["timex_type"] != "DATE"]
    assert values(rows) == want
    assert all(";" not in text[row["start"] : row["end"]] for row in nlp(doc)._.dates)


BAD = [
    "32 May",
    "32 May 2021",
    "29 February 2023",
    "February 29, 2023",
    "31 April",
    "3 May 0000",
    "May 0000",
    "0000-00-00",
    "2021-99-03",
    "31/02/2022",
    "99/99/2022",
    "the year 0000",
    "25:61",
    "at 40:30pm",
    "999999 years ago",
    "0 BC",
    "the 99th century",
    "Easter 0001",
    "on the 45th of May",
    "1" * 400 + " years ago",
    "1" * 400,
]


@pytest.mark.parametrize("text", BAD)
def test_what_does_not_exist_has_no_resolved_row(nlp: Language, text: str) -> None:
    assert not [row for row in read(nlp, text) if row["earliest"] or row["latest"]]


@pytest.mark.parametrize(
    "anchor", ["0001-01-01", "9999-12-31", "not a date", "2022-13-45", "", "2022-09-07T07:11:00+01:00"]
)
def test_odd_anchors(nlp: Language, anchor: str) -> None:
    text = "Last year, a decade ago, in two years from now, on Monday, at Christmas, next spring, in March, the previous month, Q3."
    assert isinstance(read(nlp, text, anchor), list)


VOCABULARY = """
the a 3 31 32 May March Monday last next two years ago 2014 - to and between of early mid quarter third Q3 Christmas at
9.30pm , . week before earlier every in Sept first century 1990s ' 's fiscal spring BC 2021-05-03 7/8/07 half past the
15th evening year-ago later in
"""
WORDS = st.sampled_from(VOCABULARY.split())


@settings(max_examples=300)
@given(st.lists(WORDS, max_size=14), st.dates().map(dt.date.isoformat))
def test_never_raises_and_intervals_are_in_order(nlp: Language, words: list[str], anchor: str) -> None:
    text = " ".join(words)
    last = 0
    for row in read(nlp, text, anchor):
        assert last <= row["start"] < row["end"] <= len(text)
        assert not (row["earliest"] and row["latest"]) or str(row["earliest"]) <= str(row["latest"])
        last = row["end"]


@settings(max_examples=100)
@given(st.text(max_size=80))
def test_any_text(nlp: Language, text: str) -> None:
    assert isinstance(read(nlp, text), list)


def test_month_first_by_configuration() -> None:
    american = spacy.blank("en")
    american.add_pipe("policy_dates", config={"day_first": False})
    assert values(american("Stamped 07/09/2022 here.")._.dates) == ["2022-07-09"]


def test_hours_ago_with_a_clock_time(nlp: Language) -> None:
    assert values(read(nlp, "It fell three hours ago.", "2022-09-07T02:30")) == ["2022-09-06T23:30"]


def test_old_texts_are_read_against_themselves(nlp: Language) -> None:
    text = "In 1891 the line opened. In 1892 it closed. In 1893 it was sold, in 1894 again. In October 1895 it opened. In November it shut."
    assert values(read(nlp, text))[-1] == "1895-11"


def test_news_that_tells_of_the_past_is_read_against_its_date(nlp: Language) -> None:
    text = "In 1991, 1992, 1993, 1994 and 1995 it lost money. The sale was agreed on Monday. It was announced in July."
    assert values(read(nlp, text))[-1] == "2022-07"


def test_survives_disk_and_bytes(nlp: Language, tmp_path: Path) -> None:
    text = "It was signed on 3 May 2021, a year earlier than in Leeds, at Easter."
    nlp.to_disk(tmp_path / "built")
    again = spacy.load(tmp_path / "built")
    assert read(again, text) == read(nlp, text)
    kept = DocBin(store_user_data=True, docs=[nlp(text)]).to_bytes()
    (doc,) = DocBin().from_bytes(kept).get_docs(nlp.vocab)
    assert list(doc._.dates) == nlp(text)._.dates
    assert len(doc.spans["dates"]) == len(doc._.dates)


def test_loads_without_the_rule_folder(
    nlp: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nlp.to_disk(tmp_path / "built")
    monkeypatch.setattr("policy_news.nlp.dates.dates_component.RULES_DIR", tmp_path / "nowhere")
    assert values(read(spacy.load(tmp_path / "built"), "On 3 May 2021.")) == ["2021-05-03"]
    bare = spacy.blank("en")
    bare.add_pipe("policy_dates")
    with pytest.raises(RuleError, match="has no rules"):
        bare("On 3 May 2021.")


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("words.yml", {"classes": {}, "colour": []}, "words.yml: colour"),
        ("words.yml", {"classes": {"month": ["May"]}}, "not in lower case"),
        (
            "patterns.yml",
            {
                "macros": {},
                "patterns": [{"id": "x", "kind": "day", "pattern": "<month>", "examples": [], "odd": 1}],
            },
            "'x' > odd",
        ),
        ("holidays.yml", {"holidays": [{"id": "x", "names": ["x"], "month": 5}]}, "give month and day"),
    ],
)
def test_rule_errors_name_file_and_entry(
    tmp_path: Path, file: str, change: dict[str, object], message: str
) -> None:
    for name in ("words.yml", "patterns.yml", "holidays.yml"):
        (tmp_path / name).write_text(
            (RULES_DIR / "dates" / name).read_text(encoding="utf-8"), encoding="utf-8"
        )
    (tmp_path / file).write_text(yaml.safe_dump(change), encoding="utf-8")
    with pytest.raises(RuleError, match=message):
        read_date_rules(tmp_path)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("<nonsense>", "word class 'nonsense' does not exist"),
        ("{NONSENSE}", "macro 'NONSENSE' does not exist"),
        ("(a", "'x'"),
        ("a <B>", "cannot read"),
    ],
)
def test_pattern_errors_name_the_pattern(pattern: str, message: str) -> None:
    rules = read_date_rules(RULES_DIR / "dates")
    broken = rules.grammar.patterns[0].model_copy(update={"id": "x", "pattern": pattern})
    changed = rules.model_copy(update={"grammar": rules.grammar.model_copy(update={"patterns": (broken,)})})
    with pytest.raises(RuleError, match=message):
        policy_news.nlp.dates.build_engine(changed)


def test_unknown_kind_is_an_error() -> None:
    rules = read_date_rules(RULES_DIR / "dates")
    broken = rules.grammar.patterns[0].model_copy(update={"id": "x", "kind": "nonsense"})
    changed = rules.model_copy(update={"grammar": rules.grammar.model_copy(update={"patterns": (broken,)})})
    with pytest.raises(RuleError, match="unknown kind 'nonsense'"):
        policy_news.nlp.dates.build_engine(changed)


def test_holidays_are_sorted_and_unique() -> None:
    holidays = read_date_rules(RULES_DIR / "dates").holidays.holidays
    names = [name for holiday in holidays for name in holiday.names]
    assert [holiday.id for holiday in holidays] == sorted(holiday.id for holiday in holidays)
    assert len(names) == len(set(names))
    assert all(isinstance(holiday, Holiday) for holiday in holidays)


def test_long_texts_take_linear_time(nlp: Language) -> None:
    assert len(read(nlp, "On Monday and 3 May " * 5000)) == 10_000
    assert read(nlp, "the end of " * 20_000) == []


def test_every_word_class_is_used() -> None:
    rules = read_date_rules(RULES_DIR / "dates")
    patterns = " ".join(
        [*rules.grammar.macros.values(), *(pattern.pattern for pattern in rules.grammar.patterns)]
    )
    code = " ".join(
        path.read_text(encoding="utf-8")
        for path in Path(str(policy_news.nlp.dates.__file__)).parent.rglob("*.py")
    )
    unused = [
        name
        for name in rules.words.classes
        if not re.search(rf"<{name}[:>]", patterns) and f'"{name}"' not in code
    ]
    assert not unused


def test_every_kind_is_used() -> None:
    used = {pattern.kind for pattern in read_date_rules(RULES_DIR / "dates").grammar.patterns}
    assert used == set(READERS)
