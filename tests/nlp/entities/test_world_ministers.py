"""Ministers of the world, drawn at random from the table of cabinets: the right person, office and country on a day."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import pytest
from spacy.language import Language

from policy_news.rules.lexicon import NameLexicon, read_lexicon
from policy_news.rules.rule_files import RULES_DIR
from policy_news.rules.world import TABLE, TermRow, bounds, name_key, post_key, read_rows

SEED, COUNTRIES, PER_COUNTRY = 20260817, 60, (3, 4)
TITLED = (
    "{country}'s {post}, {name}, said on Tuesday that the talks had failed.",
    "The {post} of {country}, {name}, signed the agreement in Geneva.",
    "{name}, {country}'s {post}, told reporters that the plan would be changed.",
    "Officials met {name}, the {post} of {country}, before the vote.",
    "A spokesman for {country}'s {post} {name} declined to comment.",
)
PLAIN = (
    "{name} said on Tuesday that {country} would not sign the agreement.",
    "The government of {country} has sent {name} to the talks in Geneva.",
    "In {country}, {name} defended the plan before parliament.",
    "Mr {name} was asked about the budget of {country}.",
    'Protests went on in {country} for a third day. "We will not change the law," {name} told a crowd.',
)


class Case(NamedTuple):
    text: str
    row: TermRow
    day: dt.date
    posts: frozenset[frozenset[str]]


@cache
def _rows() -> tuple[TermRow, ...]:
    return tuple(read_rows(TABLE))


def _lexicon() -> NameLexicon:
    return read_lexicon(RULES_DIR)


def _day(row: TermRow) -> dt.date:
    if row.known:
        return bounds(row.known, row.known, "")[0]
    first, last = bounds(row.start, row.end, row.known)
    return first + (last - first) / 2


def _posts_on(row: TermRow, day: dt.date) -> frozenset[frozenset[str]]:
    """The posts that the table gives somebody on a day."""
    own = (
        one for one in _rows() if one.country == row.country and name_key(one.person) == name_key(row.person)
    )
    return frozenset(
        post_key(one.post)
        for one in own
        if bounds(one.start, one.end, one.known)[0] <= day <= bounds(one.start, one.end, one.known)[1]
    )  # fmt: skip


@cache
def _cases() -> tuple[tuple[str, Case], ...]:
    rng = random.Random(SEED)
    names = {code: name for name, code in reversed(_lexicon().countries.items())}
    names |= {
        term.country: term.name
        for file in _lexicon().terms
        for term in file.terms
        if file.label == "GPE" and term.sector == "country" and term.country
    }
    exact = [
        row for row in _rows() if len(row.start) == 10 and len(row.end) in (0, 10) and row.start >= "2000"
    ]
    exact += [row for row in _rows() if not row.start]
    by_country: dict[str, list[TermRow]] = {}
    for row in exact:
        if row.country in names and _day(row) < dt.date(2026, 6, 1):
            by_country.setdefault(row.country, []).append(row)
    countries = rng.sample(sorted(code for code, rows in by_country.items() if len(rows) > 20), COUNTRIES)
    cases: list[tuple[str, Case]] = []
    for place, code in enumerate(countries):
        for row in rng.sample(by_country[code], PER_COUNTRY[place % 3 == 0]):
            day = _day(row)
            for kind, forms in (("titled", TITLED), ("plain", PLAIN)):
                post = row.post if rng.random() < 0.5 else row.post.lower()
                text = rng.choice(forms).format(country=names[code], name=row.person, post=post)
                cases.append((kind, Case(text, row, day, _posts_on(row, day))))
    return tuple(cases)


def _faults(nlp: Language, kind: str) -> Iterator[str]:
    """What is wrong, a line for each case: label, person, country or office."""
    keys = {
        office.id: {post_key(title) for title in (office.title, *office.aliases, *office.any_case)}
        for office in _lexicon().office_by_id.values()
    }
    keys |= {entry: {post_key(post.title)} for entry, post in _lexicon().world_offices.items()}
    for own, case in _cases():
        if own != kind:
            continue
        doc = nlp.make_doc(case.text)
        doc._.published = case.day.isoformat()
        found = [
            ent for ent in nlp(doc).ents if case.row.person.endswith(ent.text) or ent.text in case.row.person
        ]
        ent = found[0] if len(found) == 1 else None
        office = (ent and ent._.office_id) or ""
        wanted = {post_key(case.row.post)} if kind == "titled" else case.posts
        if ent is None or ent.text != case.row.person or ent.label_ != "MINISTER":
            fault = f"label {[(e.text, e.label_) for e in found]}"
        elif not _is_same(_lexicon(), ent.kb_id_, case.row):
            fault = f"person {ent.kb_id_}"
        elif office.partition("-")[0].upper() != case.row.country:
            fault = f"country {office or ent._.office_status}"
        elif not _is_office(keys[office], wanted):
            fault = f"office {office}"
        else:
            continue
        yield f"{fault} | {case.day} {case.row.country} {case.row.post} | {case.text}"


def _is_same(lexicon: NameLexicon, entry: str, row: TermRow) -> bool:
    """Whether an entity is the person of a row: one of its names, or its Wikidata id."""
    packed = lexicon.world.get(entry, "")
    return bool(packed) and row.person in packed.partition("\n")[0].split("|")


def _is_office(keys: Iterable[frozenset[str]], wanted: Iterable[frozenset[str]]) -> bool:
    """Whether a title has the words of another: `finance minister` and `Minister of Finance and National Planning`."""
    pairs = ((one, other) for one in keys for other in wanted)
    return any(
        one == other or (len(one & other) > 1 and (one < other or other < one)) for one, other in pairs
    )


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "least"), [("titled", 0.97), ("plain", 0.97)])
def test_ministers_drawn_from_the_table_are_found(nlp: Language, kind: str, least: float) -> None:
    drawn = sum(own == kind for own, _ in _cases())
    assert drawn == 200
    faults = list(_faults(nlp, kind))
    assert 1 - len(faults) / drawn >= least, "\n".join([f"{len(faults)} of {drawn}", *faults])


TRAPS = (
    # text, day, name, label: what is no ministerial post, and names that others bear too
    ("India's Foreign Secretary Vinay Mohan Kwatra met his counterpart.", "2023-05-02", "Vinay Mohan Kwatra", "PERSON"),
    ("Foreign Secretary Vikram Misri said in New Delhi that India would reply.", "2024-11-02", "Vikram Misri", "PERSON"),
    ("Pakistan's foreign secretary, Amna Baloch, spoke in Islamabad.", "2025-02-02", "Amna Baloch", "PERSON"),
    ("The permanent secretary of the ministry, Chipo Moyo, said Zimbabwe had paid.", "2021-02-02", "Chipo Moyo", "PERSON"),
    ("The permanent under-secretary at the Foreign Office, Philip Barton, gave evidence.", "2022-03-02", "Philip Barton", "PERSON"),
    ("Michigan Secretary of State Jocelyn Benson said voters in Detroit had time.", "2022-10-02", "Jocelyn Benson", "PERSON"),
    ("Georgia's secretary of state, Brad Raffensperger, certified the count in Atlanta.", "2020-11-20", "Brad Raffensperger", "PERSON"),
    ("Arizona's Secretary of State Adrian Fontes spoke in Phoenix.", "2024-10-02", "Adrian Fontes", "PERSON"),
    ("The goalkeeper David Parker of Leeds, who is 23, saved a penalty in Ohio.", "2019-05-05", "David Parker", "PERSON"),
    ("Andrew Little, a plumber from Wisconsin, won the lottery.", "2019-05-05", "Andrew Little", "PERSON"),
    ("The teacher Grant Robertson of Boston, Massachusetts, wrote a book.", "2021-05-05", "Grant Robertson", "PERSON"),
    ("Carlos Martinez, 41, of Houston, Texas, was arrested on Monday.", "2015-05-05", "Carlos Martinez", "PERSON"),
    ("In Wellington, Andrew Little said New Zealand would pay.", "2019-05-05", "Andrew Little", "MINISTER"),
    ("Estonia's president met Margus Tsahkna in Tallinn.", "2024-05-05", "Margus Tsahkna", "MINISTER"),
    ("Margus Tsahkna warned that Russia would not stop.", "2024-05-05", "Margus Tsahkna", "MINISTER"),
    ("Benny Gantz left for Cairo on Sunday.", "2024-05-05", "Benny Gantz", "MINISTER"),
    ("The Maldives' president, Ibrahim Mohamed Solih, will fly to Delhi.", "2022-08-01", "Ibrahim Mohamed Solih", "MINISTER"),
    ("Mr Viktor Orban said in Budapest that he would not pay.", "2019-08-01", "Viktor Orban", "MINISTER"),
    ("Hungary's Viktor Orbán said he would not pay.", "2019-08-01", "Viktor Orbán", "MINISTER"),
    ("Secretary of State Antony Blinken flew to Cairo.", "2023-11-01", "Antony Blinken", "MINISTER"),
    ("Alawi bin Abdullah of Oman met Benjamin Netanyahu.", "2018-10-30", "Benjamin Netanyahu", "MINISTER"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "day", "name", "label"), TRAPS, ids=[f"{row[2]}-{row[1]}" for row in TRAPS])
def test_what_is_no_ministerial_post_and_who_is_somebody_else(
    nlp: Language, text: str, day: str, name: str, label: str
) -> None:
    doc = nlp.make_doc(text)
    doc._.published = day
    found = {ent.text: ent.label_ for ent in nlp(doc).ents}
    assert found.get(name) == label, found
