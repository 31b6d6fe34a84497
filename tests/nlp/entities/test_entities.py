"""Entities: a table of sentences with inline gold, `[Tom Tugendhat|MINISTER]`; `h` is a headline, `b` body text, `d` a date line."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from spacy.language import Language

from policy_news.core.settings import Settings
from policy_news.nlp.annotator import Annotator
from policy_news.tables.chunks import Annotated
from policy_news.text.document import Document, Section, SectionKind
from policy_news.text.masking import compile_patterns, unmask

LABELS = {"COMPANY", "MINISTER", "OFFICE", "COMMITTEE", "DEPARTMENT", "PERSON", "ORG", "GPE"}
KINDS: dict[str, SectionKind] = {"h": "title", "b": "paragraph", "d": "published"}
MARK = re.compile(r"\[([^|\]]+)\|([A-Z]+)\]")


@pytest.fixture(scope="module")
def annotate(nlp: Language) -> Callable[..., Annotated]:
    """Annotates sections given as `(kind, text)`; `day` is the publication date."""
    import datetime as dt

    settings = Settings()
    patterns = compile_patterns(settings.mask)
    annotator = Annotator(nlp, settings)

    def run(*parts: tuple[str, str], day: str | None = None) -> Annotated:
        text, sections = "", []
        for kind, part in parts:
            sections.append(Section(KINDS[kind], len(text), len(text) + len(part)))
            text += part + "\n\n"
        published = dt.datetime.fromisoformat(day) if day else None
        document = Document("doc", "doc.txt", "txt", "", text.rstrip(), tuple(sections), published=published)
        (annotated,) = annotator.annotate([(document, unmask(document, patterns))])
        return annotated

    return run


def _found(annotated: Annotated) -> list[tuple[str, str]]:
    return [(m.text, m.label) for m in annotated.mentions if m.label in LABELS]


def _check(annotate: Callable[..., Annotated], *parts: tuple[str, str], day: str | None = None) -> Annotated:
    gold = [(name, label) for _, marked in parts for name, label in MARK.findall(marked)]
    annotated = annotate(*((kind, MARK.sub(r"\1", marked)) for kind, marked in parts), day=day)
    assert _found(annotated) == gold
    return annotated


@pytest.mark.parametrize(
    "sentence",
    [
        "[Melora Quist|MINISTER], the [minister for canals|OFFICE], told reporters so.",
        "[Melora Quist|MINISTER], [Norway|GPE]'s [minister of ports|OFFICE], said so.",
        "[Melora Quist|MINISTER], the Dutch [finance minister|OFFICE], said so.",
        "[Melora Quist|MINISTER], who holds the post of [minister for canals|OFFICE], will resign.",
        "[Melora Quist|MINISTER], who was [energy minister|OFFICE] until May, signed it.",
        "[Melora Quist|MINISTER], then [energy minister|OFFICE], signed it.",
        "[Melora Quist|MINISTER] was [security minister|OFFICE] when the law was passed.",
        "[Melora Quist|MINISTER] resigned as [transport minister|OFFICE] on Monday.",
        "They appointed [Melora Quist|MINISTER] as [energy secretary|OFFICE].",
        "The [canals minister|OFFICE], Ms [Quist|MINISTER], said so.",
        "[Finance minister|OFFICE] [Melora Quist|MINISTER] said so. Ms [Quist|MINISTER] will resign.",
        "Junior minister [Melora Quist|MINISTER] left.",
        "[Melora Quist|MINISTER], a junior minister, left.",
        "Former [health secretary|OFFICE] [Melora Quist|MINISTER] joined the board.",
        "The shadow home secretary, [Melora Quist|PERSON], said so.",
        "The general secretary, [Melora Quist|PERSON], said so.",
        "[Melora Quist|PERSON], a backbencher, criticised the [home secretary|OFFICE].",
        "[Melora Quist|MINISTER], the Dutch [minister of ports and communications|OFFICE], agreed.",
        "[Melora Quist|MINISTER], appointed [energy minister|OFFICE] of [Malawi|GPE] in March, agreed.",
        "The [minister of ports|OFFICE], [Ruvanna Stell|MINISTER], agreed.",
        "A minister said so. Ministers agreed. The cabinet minister left.",
    ],
)
def test_ministers_beside_offices(annotate: Callable[..., Annotated], sentence: str) -> None:
    _check(annotate, ("b", sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "The Chinese [Ministry of Commerce|DEPARTMENT] said so.",
        "The Ukrainian [Foreign Ministry|DEPARTMENT] denied it.",
        "The South Korean [Ministry of Health|DEPARTMENT] agreed.",
        "The Egyptian [Ministry of Irrigation|DEPARTMENT] wrote.",
        "The [US State Department|DEPARTMENT] said no.",
    ],
)
def test_an_adjective_of_nationality_is_no_part_of_a_ministry(
    annotate: Callable[..., Annotated], sentence: str
) -> None:
    _check(annotate, ("b", sentence))


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        pytest.param(  # the review of spans takes the office in a headline for a part of the name
            "h",
            "[Canals Minister|OFFICE] [Quist|MINISTER] Defends Lock Sale",
            marks=pytest.mark.xfail(strict=True),
        ),
        ("h", "[PM|OFFICE] [Quist|MINISTER] names [Lena Varrel|MINISTER] [home secretary|OFFICE]"),
        ("h", "[Border Scanning Committee|COMMITTEE] Opens Inquiry Into Scanner Sale"),
        ("h", "Mayor Snubs The [Committee on River Safety|COMMITTEE] Again"),
        ("h", "[Zelmaric|COMPANY] Shares Fall After Recall"),
        ("h", "Councils Told To Remove [Ostrell|COMPANY] Cameras"),
        ("h", "[Zelmaric|COMPANY] fined €5m by watchdog"),
        ("h", "New Ban Looms For Camera Makers"),
        ("h", "Minister Quits After Vote On Scanner Rules"),
        ("b", "Shares in [Zelmaric|COMPANY] fell 4%."),
        ("b", "[Zelmaric|COMPANY], a maker of heat pumps, said it would appeal."),
        ("b", "The pumps are made by [Ostrell Grid|COMPANY], which is owned by a fund."),
        ("b", "A spokesperson for [Zelmaric|COMPANY] denied the claim."),
        ("b", "The committee's chairman asked [Zelmaric|COMPANY] to recall the product."),
        ("b", "The [Border Scanning Committee|COMMITTEE] wrote to the [Home Office|DEPARTMENT]."),
        ("b", "The [Spectrum and Towers Committee|COMMITTEE] met."),
        ("b", "Witnesses told the [Canals and Rivers Committee|COMMITTEE] on Tuesday that it leaks."),
        ("b", "She left the [Committee on River Safety|COMMITTEE] in May."),
        ("b", "[CANBERRA|GPE], Feb 9 - Cameras will go."),
        ("b", "[NEW DELHI|GPE] - Cameras will go."),
        ("b", "READING, though dull - is a habit."),
        ("b", "The tests were late, according to the [KVDA|ORG], which tests pumps."),
        ("b", "It finished well clear of Welshman [Jamie Moll|PERSON], who came third."),
        ("b", "The plans of the [Tayford Developers' Forum|ORG] were shown in May."),
        ("b", "The company said it would hire 80 people at its factory in [Hemel Hempstead|GPE]."),
        ("h", "Reservoir Chiefs Deny Leak Of Camera Pictures"),
        ("b", "The [Ports Committee|COMMITTEE] of [France|GPE] met."),
        ("b", "The [Inquiry into Harbour Fires|COMMITTEE] met."),
        (
            "b",
            "Officials at the [Ministry of Water, Forests and Fisheries|DEPARTMENT] in [Lagos|GPE] refused.",
        ),
        ("b", "[Gap|COMPANY] and [Target|COMPANY] have stopped using the scanners in their stores."),
        ("b", "Its chief executive, [Ruvanna Stell|PERSON], declined to say how COVID-19 spread."),
        ("b", "The plant in [Tarnbridge|GPE], [Ohio|GPE], closed."),
        ("b", "Regarding [Gansu Province|GPE], the company has made clear that its work there is limited."),
        ("b", "The firm has sold its contracts in [Gansu Province|GPE] to a rival."),
    ],
)
def test_names_that_no_list_knows(annotate: Callable[..., Annotated], kind: str, sentence: str) -> None:
    _check(annotate, (kind, sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "Firms that fall under [China|GPE]'s National Intelligence Law must leave.",
        "The Procurement Bill returns in May. Amendments to the Procurement Bill failed.",
        "The European Chips Act was adopted.",
        "The Dangerous Dogs Act 1991 was a failure.",
        "She voted for the Harbour Lamps Act (HLA) in May.",
        "Actor [Jude Law|PERSON] came with [Andrew Law|PERSON].",
        "The students of [Cambridge Law School|ORG] wrote the report.",
    ],
)
def test_laws_are_neither_persons_nor_bodies(annotate: Callable[..., Annotated], sentence: str) -> None:
    _check(annotate, ("b", sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "The ******* Affairs ********* met the Prime ******** on ******.",
        "Home ****** ***** ***** and ***** Committee **** *** **** said.",
    ],
)
def test_fragments_of_names_beside_masks_are_no_mentions(
    annotate: Callable[..., Annotated], sentence: str
) -> None:
    assert _found(annotate(("b", sentence))) == []


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("**** ******* ** Johnson ******* ******* *** *****.", [("Johnson", "PERSON")]),
        ("*** ***** ***** ***** Agency/Lena Varrel/**** ***** *******.", [("Lena Varrel", "PERSON")]),
    ],
)
def test_names_that_are_pieces_of_listed_ones_too(
    annotate: Callable[..., Annotated], sentence: str, found: list[tuple[str, str]]
) -> None:
    assert [(m.text, m.label) for m in annotate(("b", sentence)).mentions if m.text != "Agency"] == found


@pytest.mark.parametrize(
    ("line", "entity"),
    [
        ("[LEEDS|GPE], 14 March 2024 -", "place-gb-leeds"),
        ("[HULL|GPE], 14 March 2024 -", "place-gb-hull"),
        ("[TARNBRIDGE|GPE], March 14 -", "place-tarnbridge"),
    ],
)
def test_what_opens_a_dateline_is_a_place(annotate: Callable[..., Annotated], line: str, entity: str) -> None:
    annotated = _check(annotate, ("h", "Plan splits town"), ("d", line), ("b", "It is over."))
    assert [mention.entity_id for mention in annotated.mentions] == [entity]


def test_what_opens_another_date_line_is_none(annotate: Callable[..., Annotated]) -> None:
    _check(annotate, ("h", "Plan splits town"), ("d", "UPDATED: 14 March 2024"), ("b", "It is over."))


def test_whole_names_between_masks_are_mentions(annotate: Callable[..., Annotated]) -> None:
    annotated = annotate(
        ("b", "*** ******* Hikvision **** ***** BEIS ******* ** *** London ***** ***** *** ******.")
    )
    assert _found(annotated) == [("Hikvision", "COMPANY"), ("BEIS", "DEPARTMENT"), ("London", "GPE")]


@pytest.mark.parametrize(
    ("day", "label", "office"),
    [
        ("2022-09-07", "MINISTER", "gb-minister-for-security"),
        ("2021-01-01", "PERSON", None),
        ("2024-12-01", "MINISTER", None),
    ],
)
def test_the_office_is_the_one_of_the_day(
    annotate: Callable[..., Annotated], day: str, label: str, office: str | None
) -> None:
    annotated = annotate(("b", "Tom Tugendhat said so. Tugendhat will leave."), day=day)
    assert [(m.text, m.label, m.office_id) for m in annotated.mentions] == [
        ("Tom Tugendhat", label, office),
        ("Tugendhat", label, office),
    ]


def test_a_title_of_several_countries_is_not_guessed(annotate: Callable[..., Annotated]) -> None:
    annotated = annotate(("b", "The foreign minister agreed."), day="2022-09-07")
    assert [(m.label, m.office_id, m.rule_id) for m in annotated.mentions] == [
        ("OFFICE", None, "title.foreign-minister")
    ]


def test_a_title_of_several_countries_is_one_candidate(nlp: Language) -> None:
    doc = nlp.get_pipe("policy_gazetteer")(nlp.make_doc("The President met the prime minister."))
    assert [(span.text, span.id_) for span in doc.spans["candidates"]] == [
        ("President", "gazetteer:title.president"),
        ("prime minister", "gazetteer:title.prime-minister"),
    ]


@pytest.mark.parametrize(
    ("day", "office"),
    [
        ("2008-09-07", "gb-business-enterprise-and-regulatory-reform-secretary"),
        ("2012-09-07", "gb-business-innovation-and-skills-secretary"),
        ("1970-01-01", None),
    ],
)
def test_of_successive_offices_of_one_title_the_one_of_the_day(
    annotate: Callable[..., Annotated], day: str, office: str | None
) -> None:
    annotated = annotate(("b", "The business secretary wrote to the Home Office in London."), day=day)
    assert annotated.mentions[0].office_id == office
    assert annotated.mentions[0].rule_id == (office or "title.business-secretary")


@pytest.mark.parametrize(
    ("text", "day", "offices"),
    [
        (
            "Nicola Sturgeon met MSPs in Glasgow. The first minister denied it.",
            "2022-11-03",
            ["gb-scotland-first-minister"],
        ),
        # He was Scotland's, which no list has, and not the British one.
        ("London heard Derek Mackay, the former transport minister.", "2022-11-03", [None]),
        # The adjective beside a title is nearer than the country that the text is about.
        (
            "Officials in Islamabad, Pakistan, met Israeli Prime Minister Benjamin Netanyahu.",
            "2020-11-03",
            ["il-prime-minister"],
        ),
        ("In Paris, France, the German chancellor spoke.", "2020-11-03", ["de-chancellor"]),
    ],
)
def test_the_office_is_of_the_country_of_its_holder_or_of_the_adjective(
    annotate: Callable[..., Annotated], text: str, day: str, offices: list[str | None]
) -> None:
    mentions = annotate(("b", text), day=day).mentions
    assert [m.office_id for m in mentions if m.label == "OFFICE"] == offices


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("In 2004 Keir Starmer told the court in London so.", "PERSON"),
        ("In 2004 Tony Blair told the court in London so.", "MINISTER"),
        ("Keir Starmer told the court in London so.", "MINISTER"),
    ],
)
def test_without_a_date_the_years_of_the_text_say_who_was_no_minister_yet(
    annotate: Callable[..., Annotated], sentence: str, label: str
) -> None:
    (person,) = [m for m in annotate(("b", sentence)).mentions if m.label in ("PERSON", "MINISTER")]
    assert (person.label, person.office_id) == (label, None)


def test_an_under_secretary_is_not_the_secretary(annotate: Callable[..., Annotated]) -> None:
    annotated = annotate(
        (
            "b",
            "The Parliamentary Under-Secretary of State for Digital, Culture, Media and Sport (Paul Scully) spoke.",
        )
    )
    title, person = annotated.mentions
    assert (title.label, person.label) == ("OFFICE", "MINISTER")
    assert title.text == "Under-Secretary of State for Digital, Culture, Media and Sport"
    assert title.entity_id != "gb-culture-secretary"


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("LINCOLN, Neb. - Ranchers in Nebraska met.", None),
        ("Ranchers of Plymouth told the Nebraska Legislature in Omaha.", None),
        ("Fishers of Plymouth told the Home Office.", "place-gb-plymouth"),
        ("Fishers of Plymouth told nobody.", "place-gb-plymouth"),
    ],
)
def test_a_town_of_two_countries_is_british_where_the_text_is(
    annotate: Callable[..., Annotated], text: str, town: str | None
) -> None:
    first = next(m for m in annotate(("b", text)).mentions if m.text.lower() in ("lincoln", "plymouth"))
    assert (first.label, first.rule_id) == ("GPE", town or "shared")


def test_the_body_decides_the_headline(annotate: Callable[..., Annotated]) -> None:
    _check(
        annotate,
        ("h", "[Zelmaric|COMPANY] Hits Back"),
        ("b", "[Zelmaric|COMPANY], a Finnish manufacturer, rejected the report."),
    )


YOUNG = "2026-08-12"
"""A day past what the rule data know of British offices."""


def _offices(annotated: Annotated) -> list[tuple[str, str | None, str | None]]:
    return [(m.text, m.office_id, m.office_status) for m in annotated.mentions if m.label == "MINISTER"]


@pytest.mark.parametrize(
    ("day", "sentence", "found"),
    [
        ("2026-03-12", "Home Secretary Shabana Mahmood left London.", ("gb-home-secretary", "held")),
        (YOUNG, "Home Secretary Shabana Mahmood left London.", ("gb-home-secretary", "assumed")),
        (YOUNG, "Shabana Mahmood left London for the UK's island.", ("gb-home-secretary", "assumed")),
        (YOUNG, "Transport Secretary Shabana Mahmood left London.", ("gb-transport-secretary", "assumed")),
        ("2026-03-12", "Transport Secretary Shabana Mahmood left London.", ("gb-home-secretary", "held")),
        (YOUNG, "Transport Secretary Melora Quist left London.", ("gb-transport-secretary", "assumed")),
        ("2026-03-12", "Transport Secretary Melora Quist left London.", (None, "unresolved")),
        (YOUNG, "Former Transport Secretary Shabana Mahmood left London.", ("gb-home-secretary", "assumed")),
        (YOUNG, "The former prime minister Gordon Brown left London.", (None, "none")),
        (YOUNG, "Chancellor John Healey left London.", ("gb-chancellor-of-the-exchequer", "assumed")),
    ],
)
def test_past_what_is_known_a_term_is_assumed_and_a_title_beside_the_name_wins(
    annotate: Callable[..., Annotated], day: str, sentence: str, found: tuple[str | None, str]
) -> None:
    offices = _offices(annotate(("b", sentence), day=day))
    assert [row[1:] for row in offices] == [found]


@pytest.mark.parametrize("days", [1, 30, 2000])
def test_no_open_term_is_held_past_what_is_known(days: int) -> None:
    import datetime as dt

    from policy_news.nlp.entities.offices import find_office
    from policy_news.rules.lexicon import read_lexicon
    from policy_news.rules.rule_files import RULES_DIR

    lexicon = read_lexicon(RULES_DIR)
    for person, terms in lexicon.terms_of_office.items():
        for office, holder in terms:
            if holder.end is None:
                day = max(lexicon.known_to[office.id], holder.start) + dt.timedelta(days=days)
                held = find_office(lexicon, person, day)
                assert held.office != office.id or held.status == "assumed", (person, office.id)
