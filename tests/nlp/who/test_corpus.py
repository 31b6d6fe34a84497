"""Who is who across documents: whatever their order and number, and ids that stay."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from policy_news.nlp.who.cross_document import Appearance, CorpusResolver, Resolution
from policy_news.nlp.who.facts import Facts
from tests.support.identities import take_all

Document = tuple[str, dt.date | None, list[Appearance]]
FACTS = Facts({"person-ada-listed": ("Ada Listed", "", ""), "larkmere": ("Larkmere", "", "GB")})


def seen(local_id: str, name: str, reason: str = "full-name", **more: str | None) -> Appearance:
    parts = {"label": "PERSON", "office_id": None, "role": None, "gender": None, "country": None} | more
    return Appearance(local_id=local_id, name=name, forms=[name], reason=reason, **parts)  # type: ignore[arg-type]


def resolve(documents: Sequence[Document]) -> tuple[dict[tuple[str, str], Resolution], set[tuple[str, str]]]:
    """What each local id of each document became, and the pairs of `entity_aliases`."""
    corpus = CorpusResolver(FACTS)
    for _, day, rows in documents:
        take_all(corpus, corpus.names(rows, day))
    corpus.settle()
    for _, day, rows in documents:
        take_all(corpus, corpus.people(rows, day))
    found: dict[tuple[str, str], Resolution] = {}
    for doc, day, rows in documents:
        told = corpus.answer(rows, day)
        found |= {
            (doc, row.local_id): told.get(row.local_id) or corpus.resolution(row.local_id) for row in rows
        }
    return found, {(entity, other) for final in found.values() for entity, other, _ in final.aliases}


def news(seed: int, size: int) -> list[Document]:
    """Invented documents: rare and common full names, and surnames alone, with companies beside them."""
    draw = random.Random(seed)
    documents: list[Document] = []
    for number in range(size):
        doc, rows = f"d{number:03}", []
        group = draw.randrange(4)
        for person in draw.sample(range(6), 3):
            given, family = ("John", "Smith") if person == 0 else (f"Given{person}", f"Rare{person}")
            name = f"{given} {family}"
            if draw.random() < 0.4 and person:
                rows.append(seen(f"person-rare{person}-in-{doc}", family, "surname-only"))
            elif person == 0:
                rows.append(seen(f"person-john-smith-in-{doc}", name, "common-name"))
            else:
                cell = draw.choice(["f..gb.", "m..us.sport", "...", "..gb.politics"])
                base = f"person-given{person}-rare{person}"
                rows.append(seen(base if cell == "..." else f"{base}@{cell}", name))
        if draw.random() < 0.5:
            more = {"country": draw.choice(["US", "GB"]), "role": draw.choice([None, "senator", "coach"])}
            rows.append(seen(f"person-andrew-bailey-in-{doc}", "Andrew Bailey", "common-name", **more))
        rows.append(seen(f"org-firm-{group}", f"Firm {group}", "same-name", label="COMPANY"))
        documents.append((doc, dt.date(2020, 1 + group, 1 + number % 20), rows))
    return documents


def test_the_order_of_the_documents_is_nothing() -> None:
    for seed in range(20):
        documents = news(seed, 40)
        turned = random.Random(seed).sample(documents, len(documents))
        assert resolve(documents) == resolve(turned)


def test_no_id_changes_without_an_alias() -> None:
    """A tenth of the documents goes: an id of the others is the same, or one table has both ids or both beside the mention's own."""
    for seed in range(20):
        documents = news(seed, 60)
        left = [document for number, document in enumerate(documents) if number % 10 != seed % 10]
        (all_ids, more), (fewer_ids, less) = resolve(documents), resolve(left)
        pairs = more | less
        for key, final in fewer_ids.items():
            now = all_ids[key].entity
            if now != final.entity:
                ways = {now, final.entity, key[1]}
                known = {pair for pair in pairs if ways.issuperset(pair)}
                assert (now, final.entity) in pairs or (final.entity, now) in pairs or len(known) > 1, (
                    key, final.entity, now,
                )  # fmt: skip


def test_ten_thousand_documents_that_name_john_smith() -> None:
    documents: list[Document] = [
        (
            f"d{number}",
            dt.date(2020, 1, 1),
            [
                seen(f"person-john-smith-in-d{number}", "John Smith", "common-name"),
                seen(f"org-firm-{number % 3}", "Firm", "same-name", label="COMPANY") if number % 2
                else seen("larkmere", "Larkmere", "listed", label="COMPANY"),
            ],
        )
        for number in range(10_000)
    ]  # fmt: skip
    found, _ = resolve(documents)
    persons = {final.entity for (_, local), final in found.items() if local.startswith("person")}
    assert len(persons) == 3 + 5_000  # one beside each firm; beside a company of the lists nothing is shown


def test_a_surname_alone_needs_days_and_neighbours() -> None:
    def corpus(day: dt.date, neighbour: str, **more: str | None) -> str:
        documents: list[Document] = [
            ("a", dt.date(2020, 1, 1), [seen("person-ann-rarely@f...", "Ann Rarely", gender="f"), seen("person-bo-hill", "Bo Hill")]),
            ("b", day, [seen("person-rarely-in-b", "Rarely", "surname-only", **more), seen(neighbour, "Bo Hill")]),
        ]  # fmt: skip
        return resolve(documents)[0]["b", "person-rarely-in-b"].entity

    assert corpus(dt.date(2020, 1, 20), "person-bo-hill") == "person-ann-rarely"
    assert corpus(dt.date(2020, 6, 20), "person-bo-hill") == "person-rarely-in-b"
    assert corpus(dt.date(2020, 1, 20), "person-cy-dale") == "person-rarely-in-b"
    assert corpus(dt.date(2020, 1, 20), "person-bo-hill", gender="m") == "person-rarely-in-b"
    assert corpus(dt.date(2020, 1, 20), "person-bo-hill", role="President") == "person-rarely-in-b"


def bearers(name: str, *documents: tuple[dt.date, dict[str, str | None]]) -> list[tuple[str, str | None]]:
    """Entity and reason of the bearers of a common name, of one in each document, with what it says of him."""
    base = f"person-{name.lower().replace(' ', '-')}"
    made: list[Document] = [
        (f"d{n}", day, [seen(f"{base}-in-d{n}", name, "common-name", **more)])
        for n, (day, more) in enumerate(documents)
    ]
    found, _ = resolve(made)
    return [(final.entity.rpartition("-")[2], final.reason) for final in found.values()]


def test_a_name_that_some_bear_is_one_person_in_news_of_the_same_days_and_country() -> None:
    may, june, december = dt.date(2018, 5, 31), dt.date(2018, 6, 1), dt.date(2018, 12, 1)
    senator: dict[str, str | None] = {"country": "US", "role": "senator"}
    there: dict[str, str | None] = {"country": "US"}
    one = ("d0", "same-name")
    name = "Elizabeth Warren"
    assert bearers(name, (may, senator), (june, there)) == [one, one]
    assert bearers(name, (may, there), (december, there)) == [("d0", None), ("d1", None)]
    assert bearers(name, (may, senator), (june, {"country": "GB"})) == [("d0", None), ("d1", None)]
    assert bearers("John Smith", (may, there), (june, there)) == [("d0", None), ("d1", None)]


def test_a_bearer_of_another_work_keeps_documents_apart_that_do_not_say_which_is_meant() -> None:
    day = dt.date(2018, 5, 3)
    politics: dict[str, str | None] = {"country": "US", "role": "senator"}
    sport: dict[str, str | None] = {"country": "US", "role": "coach"}
    nothing: dict[str, str | None] = {"country": "US"}
    found = bearers(
        "Andrew Bailey",
        (day, politics),
        (day, sport),
        (day, nothing),
        (day, {**politics, "role": "governor"}),
    )
    assert [entity for entity, _ in found] == ["d0", "d1", "d2", "d0"]


def test_the_same_office_says_which_of_two_is_meant() -> None:
    def minister(local_id: str, name: str, office: str, reason: str = "full-name") -> Appearance:
        return seen(local_id, name, reason, label="MINISTER", role="minister", office_id=office)

    day = dt.date(2020, 1, 5)
    documents: list[Document] = [
        ("a", day, [minister("person-ann-rarely", "Ann Rarely", "ie-finance")]),
        ("b", day, [minister("person-bo-rarely", "Bo Rarely", "au-trade")]),
        ("c", day, [minister("person-rarely-in-c", "Rarely", "ie-finance", "surname-only")]),
    ]
    final = resolve(documents)[0]["c", "person-rarely-in-c"]
    told = final.entity, final.reason, final.considered
    assert told == ("person-ann-rarely", "office", ("person-bo-rarely",))


def test_a_rare_surname_is_that_of_the_news_of_those_days_and_that_country() -> None:
    def told(country: str, day: dt.date) -> str:
        full = [seen("person-ann-rarely", "Ann Rarely", country="GB", gender="f")]
        short = seen("person-rarely-in-c", "Rarely", "surname-only", country=country, gender="f")
        january: list[Document] = [("a", dt.date(2020, 1, 5), full), ("b", dt.date(2020, 1, 7), full)]
        return resolve([*january, ("c", day, [short])])[0]["c", "person-rarely-in-c"].entity

    assert told("GB", dt.date(2020, 1, 20)) == "person-ann-rarely"
    assert told("FR", dt.date(2020, 1, 20)) == "person-rarely-in-c"
    assert told("GB", dt.date(2020, 9, 20)) == "person-rarely-in-c"


def test_one_name_of_two_persons_is_two_and_both_keep_the_old_id() -> None:
    documents: list[Document] = [
        ("a", None, [seen("person-robin-rare@f...", "Robin Rare")]),
        ("b", None, [seen("person-robin-rare@m...", "Robin Rare")]),
        ("c", None, [seen("person-robin-rare", "Robin Rare")]),
    ]
    found, aliases = resolve(documents)
    ids = [final.entity for final in found.values()]
    assert len(set(ids)) == 3
    assert {(entity, "person-robin-rare") for entity in ids[:2]} <= aliases
    assert (found["c", "person-robin-rare"].identity, ids[2]) == ("open", "person-robin-rare")


def test_an_empty_corpus_has_nobody() -> None:
    assert resolve([]) == ({}, set())
    found, _ = resolve(
        [("a", None, [seen("person-x-in-a", "X", "surname-only"), seen("person-sign", "", "surname-only")])]
    )
    assert [final.entity for final in found.values()] == ["person-x-in-a", "person-sign"]


def test_aliases_make_no_cycle() -> None:
    """From an id to those it is an alias of, there is an end: also where spellings of a name lead in a ring."""
    ring = ["Jon Rare", "John Rare", "Johnny Rare"]
    for seed in range(20):
        documents = news(seed, 40)
        for number in range(3):
            pair = ring[number], ring[(number + 1) % 3]
            row = seen(f"person-{pair[0].lower().replace(' ', '-')}", pair[0])
            documents.append((f"ring-{number}", None, [row._replace(forms=list(pair))]))
        found, pairs = resolve(documents)
        above: dict[str, set[str]] = {}
        for entity, alias in pairs:
            above.setdefault(alias, set()).add(entity)
        reached = set(above)
        while True:
            further = {entity for alias in reached for entity in above.get(alias, ()) if entity in above}
            if not further:
                break
            assert further < reached
            reached = further
        assert (
            len({found[f"ring-{n}", f"person-{ring[n].lower().replace(' ', '-')}"].entity for n in range(3)})
            == 1
        )


def test_two_listed_persons_whom_a_document_takes_for_one_stay_two() -> None:
    facts = Facts({"person-ada-listed": ("Ada Listed", "", ""), "person-eda-listed": ("Eda Listed", "", "")})
    row = seen("person-ada-listed", "Ada Listed")._replace(forms=["Ada Listed", "Eda Listed"])
    documents = [("a", None, [row]), ("b", None, [seen("person-eda-listed", "Eda Listed")])]
    corpus = CorpusResolver(facts)
    for _, day, rows in documents:
        take_all(corpus, corpus.names(rows, day))
    corpus.settle()
    assert [corpus.resolution(rows[0].local_id).entity for _, _, rows in documents] == [
        "person-ada-listed",
        "person-eda-listed",
    ]
    assert not any(corpus.resolution(rows[0].local_id).aliases for _, _, rows in documents)
