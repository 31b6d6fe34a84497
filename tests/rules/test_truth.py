"""The rule data against the reference data: what differs has a reason."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest

from policy_news.rules.lexicon import NameLexicon, read_lexicon
from policy_news.rules.name_forms import without_legal_form
from policy_news.rules.rule_files import RULES_DIR
from policy_news.rules.rule_models import Holder, Office, Sourced
from tools.reference import appointments, british_offices, term_tables
from tools.reference.appointments import Appointment
from tools.reference.british_offices import Exceptional, Tables
from tools.reference.manifest import REFERENCE_DIR, digest, read_manifest
from tools.reference.page import update
from tools.reference.tables import Problems, read_table
from tools.reference.term_files import plain, read_known

DAY = dt.timedelta(days=1)
FIRST = dt.date(1979, 5, 5)
"""The source begins with the government of May 1979."""


@pytest.fixture(scope="module")
def lexicon() -> NameLexicon:
    return read_lexicon(RULES_DIR)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return british_offices.read_tables(REFERENCE_DIR)


@pytest.fixture(scope="module")
def source(tables: Tables) -> dict[str, list[Appointment]]:
    """Appointments by the name that a person has here."""
    problems = Problems()
    found: dict[str, list[Appointment]] = {}
    for one in appointments.parse(
        appointments.read_source(REFERENCE_DIR / "gb_ministers.csv", problems), problems
    ):
        found.setdefault(tables.people.get(one.key, one.person), []).append(one)
    assert problems.lines == []
    return found


def _british(lexicon: NameLexicon) -> Iterator[tuple[Office, Holder]]:
    for file in lexicon.offices:
        if "ifg" in file.sources:
            yield from ((office, row) for office in file.offices for row in office.holders)


def _reasons(tables: Tables, *kinds: str) -> dict[tuple[str, str, dt.date | None], Exceptional]:
    return {(one.entry, one.name, one.start): one for one in tables.exceptions if one.what in kinds}


def _near(one: dt.date | None, other: dt.date | None) -> bool:
    return one == other or (one is not None and other is not None and abs(one - other) <= DAY)


def test_every_british_term_is_that_of_the_source_within_a_day_or_has_a_reason(
    lexicon: NameLexicon, tables: Tables, source: dict[str, list[Appointment]]
) -> None:
    reasons = _reasons(tables, "cut", "end", "hand")
    used, wrong = set(), []
    for office, row in _british(lexicon):
        key = (office.id, row.person, row.start)
        known = source.get(row.person, [])
        exact = any(_near(one.start, row.start) for one in known) and any(
            _near(one.end, row.end) for one in known
        )
        later = row.source is not None and row.source != "ifg"
        if row.source == "ifg" and exact:
            continue
        if key in reasons:
            used.add(key)
        elif not later and row.start >= FIRST:
            wrong.append(key)
    assert wrong == []
    unused = [key for key in reasons.keys() - used if reasons[key].what != "end"]
    assert unused == [], "reasons for rows that are as the source has them"


def test_no_appointment_of_the_source_is_missing_without_a_reason(
    lexicon: NameLexicon, tables: Tables, source: dict[str, list[Appointment]]
) -> None:
    held: dict[str, list[Holder]] = {}
    for _, row in _british(lexicon):
        held.setdefault(row.person, []).append(row)
    cut = {(name, start) for _, name, start in _reasons(tables, "cut", "end")}
    missing = [
        f"{person}: {one.shown} from {one.start}"
        for person, own in source.items()
        for one in own
        if british_offices.find_offices(one, tables, Problems())
        and not any(_covers(row, one, (person, row.start) in cut) for row in held.get(person, ()))
    ]
    assert missing == []


def _covers(row: Holder, one: Appointment, is_cut: bool) -> bool:
    late = not is_cut and row.end is not None and (one.end is None or row.end < one.end - DAY)
    return row.start <= one.start + DAY and not late


def test_a_post_that_is_no_office_has_a_reason() -> None:
    rows = read_table(REFERENCE_DIR / "gb_posts.csv", ("post", "organisation", "offices", "note")).rows
    assert [row["post"] for _, row in rows if not row["offices"] and not row["note"]] == []


def test_what_rests_on_one_source_is_called_likely(lexicon: NameLexicon) -> None:
    rows = [row for _, row in _british(lexicon) if row.source == "list-2026"]
    assert rows
    assert {row.confidence for row in rows} == {"likely"}


def test_every_wikidata_id_is_of_one_thing_and_of_the_right_one(lexicon: NameLexicon) -> None:
    terms = [term.kb_id for term in lexicon.term_by_id.values() if term.kb_id]
    persons = {name: person.kb_id for name, person in lexicon.person_by_name.items() if person.kb_id}
    assert [key for key, count in Counter([*terms, *persons.values()]).items() if count > 1] == []
    known: dict[str, set[str]] = {}
    for _, row in read_table(REFERENCE_DIR / "wikidata_persons.csv", ("person", "wikidata")).rows:
        known.setdefault(row["person"], set()).add(row["wikidata"])
    assert {name: key for name, key in persons.items() if name in known and key not in known[name]} == {}


def test_closed_bodies_have_an_end_or_a_reason() -> None:
    table = term_tables.read_bodies(REFERENCE_DIR / "gb_bodies.csv", Problems())
    reasons = {
        one.entry for one in british_offices.read_exceptions(REFERENCE_DIR / "exceptions.csv", "gb-bodies")
    }
    closed = {term.id: term for _, _, term in term_tables.find_closed(table, read_known(RULES_DIR))}
    assert len(closed) > 70
    assert [key for key, term in closed.items() if term.end is None and key not in reasons] == []


def test_all_committees_of_congress_are_there(lexicon: NameLexicon) -> None:
    names = {
        plain(name)
        for file in lexicon.terms
        if file.label == "COMMITTEE"
        for term in file.terms
        for name in (*term.names(), *term.any_case)
    }
    table = read_table(REFERENCE_DIR / "us_committees.csv", term_tables.COMMITTEE_COLUMNS)
    known = read_known(RULES_DIR)
    hand = [one for one in known if one.path.name != "us-congress.yml"]
    made = term_tables.make_committees(table, hand)
    assert [key for key, keys in made.items() if plain(keys["name"]) not in names] == []
    assert len(table.rows) == 230


def test_all_members_of_the_index_are_there(lexicon: NameLexicon) -> None:
    table = term_tables.read_companies(REFERENCE_DIR / "sp500.csv", Problems())
    hand = [one for one in read_known(RULES_DIR) if one.path.name != "sp500.yml"]
    made = term_tables.make_companies(table, hand, REFERENCE_DIR / "sp500_names.csv")
    assert [key for key in made if key not in lexicon.term_by_id] == []


def test_the_country_of_a_member_of_the_index_is_that_of_its_headquarters() -> None:
    known = [one.term for one in read_known(RULES_DIR) if one.label == "COMPANY"]
    own = {plain(without_legal_form(name)): term for term in known for name in (term.name, *term.legal)}
    table = term_tables.read_companies(REFERENCE_DIR / "sp500.csv", Problems())
    other = []
    for _, row in table.rows:
        term = own.get(plain(without_legal_form(row["security"])))
        country = term_tables.ABROAD.get(row["headquarters"].rpartition(", ")[2], "US")
        # The fund of that name in Sweden has the bare name.
        if term is not None and term.id != "eqt-partners" and term.country != country:
            other.append(term.id)
    assert other == []


def test_every_file_says_to_which_day_it_knows(lexicon: NameLexicon) -> None:
    files: list[Sourced] = [*lexicon.terms, *lexicon.offices, *lexicon.persons]
    assert [file.source for file in files if file.known_to is None] == []


def test_the_copies_are_those_of_the_manifest() -> None:
    for name, entry in read_manifest().items():
        text = (REFERENCE_DIR / name).read_text(encoding="utf-8")
        assert digest(text) == entry.sha256, name
        assert name in (REFERENCE_DIR / "NOTICE.md").read_text(encoding="utf-8")


def test_a_name_that_is_also_a_word_or_a_persons_is_common_or_has_a_reason(lexicon: NameLexicon) -> None:
    """Places are told by their context alone: hundreds bear the names of persons."""
    from policy_news.rules.word_lists import is_common_surname, is_first_name, ordinary_words

    reasons = {
        (one.entry, one.name)
        for one in british_offices.read_exceptions(REFERENCE_DIR / "exceptions.csv", "common")
    }
    unflagged = {
        (term.id, name)
        for file in lexicon.terms
        if file.label in ("COMPANY", "ORG", "DEPARTMENT", "COMMITTEE")
        for term in file.terms
        if not term.common
        for name in (term.name, *term.legal, *term.aliases)
        if name.isalpha() and not name.isupper()
        if name.lower() in ordinary_words() or is_first_name(name) or is_common_surname(name)
    }
    assert unflagged == reasons


def test_the_page_says_what_the_data_are() -> None:
    page = RULES_DIR.parents[1] / "docs" / "reference.md"
    text = page.read_text(encoding="utf-8")
    assert update(text) == text, "run python -m tools.reference.page docs/reference.md"
