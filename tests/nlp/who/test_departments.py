"""Ministries that every country has: whose one is meant tells the text, never the rest of its news."""

from __future__ import annotations

import re

import pytest

from tests.nlp.who.conftest import Link

OPEN = ""
"""What a ministry is expected to be where the text does not tell its country."""

TOLD = [
    # A people, a country, a town or a body before the name.
    "Israel hit the camp again. The Hamas-run [health ministry|ps-health-ministry] said 20 people died.",
    "Israeli jets struck Rafah. Gaza's [health ministry|ps-health-ministry] counted 40 dead in Israel's raid.",
    "Gaza's Hamas-run [health ministry|ps-health-ministry] and Israel differ.",
    "Israel said it would wait, and the Palestinian [Health Ministry|ps-health-ministry] said so too.",
    "Britain and the United States urged calm. The Indian [foreign ministry|in-foreign-ministry] summoned an envoy.",
    "China bought more. Kazakhstan's [Energy Ministry|kz-energy-ministry] said that China had paid.",
    "The Taliban's [interior ministry|af-interior-ministry] denied that Pakistan had been told.",
    "Pakistan shut the pass. The Taliban-run [defence ministry|af-defence-ministry] vowed to answer Pakistan.",
    "The United States hit the port. The Houthi-run [health ministry|ye-health-ministry] said nine had died.",
    "The Israeli’s rule ended. Lebanon’s caretaker [health ministry|lb-health-ministry] said 12 had died.",
    "France left. Mali's military-led [foreign ministry|ml-foreign-ministry] gave France a week.",
    "Russia and China met. Mongolian [foreign ministry|mn-foreign-ministry] officials were present.",
    "Officials at the Georgian [Finance Ministry|ge-finance-ministry] asked Russia for time.",
    "Venezuela protested. Guyana's [Ministry of Foreign Affairs|gy-foreign-ministry] called Venezuela's map a threat.",
    "Moscow's [defence ministry|ru-defence-ministry] said that Ukraine had lost Ukraine's last tank there.",
    "Kyiv's [foreign ministry|ua-foreign-ministry] rejected what Russia and Russia's envoy had said.",
    "Armenia complained. The Azerbaijani [Defense Ministry|az-defence-ministry] told another story.",
    "China and Japan argued. The Philippine [defence ministry|ph-defence-ministry] sided with Japan.",
    "The American envoy met Kenya's president. The [foreign ministry|ke-foreign-ministry] had asked Tanzania first.",
    # Behind it.
    "Israel waited. The [Ministry of Health in Gaza|ps-health-ministry] listed 30 names.",
    "China agreed. The [foreign ministry|ir-foreign-ministry] of Iran thanked China and China's envoy.",
    "Japan protested. The [Ministry of Foreign Affairs|kp-foreign-ministry] in Pyongyang said Japan was lying.",
    "Sweden waited. The [Ministry of Defence|hu-defence-ministry] of Hungary ordered four jets from Sweden.",
    "India and China talked. The [Ministry of Finance|np-finance-ministry], Nepal, published a note.",
    "Japan waited. In Beijing, [foreign ministry|cn-foreign-ministry] spokesman Gao Lin spoke of Japan's lies.",
    "Sweden burned. Turkey is a Muslim country. Its [Ministry of Foreign Affairs|tr-foreign-ministry] wrote to Sweden.",
    # A country whose own it is called.
    "Ethiopia told its [finance ministry|et-finance-ministry] to ask China for a delay that China refused.",
    "Serbia froze the account, and its [interior ministry|rs-interior-ministry] told Kosovo and the EU.",
    "Ukraine lost a town, Russian agencies said, citing the country's [defence ministry|ru-defence-ministry].",
    "Ukraine waits for Ukraine's jets. Russia sold gas, the nation’s [finance ministry|ru-finance-ministry] said.",
    # Told once, meant again.
    "Israel struck. Gaza's [health ministry|ps-health-ministry] said 20 had died in Israel's raid. Israel said it was looking into it. The [health ministry|ps-health-ministry] does not count fighters.",
    "The Iranian [foreign ministry|ir-foreign-ministry] said no. The United States and France had hoped. The [ministry of foreign affairs|ir-foreign-ministry] blamed the United States.",
    # Two countries in one text.
    "The Chinese [foreign ministry|cn-foreign-ministry] and the Russian [foreign ministry|ru-foreign-ministry] agreed.",
    "Ukraine's [defence ministry|ua-defence-ministry] and Russia's [defence ministry|ru-defence-ministry] both claimed the town.",
    # One ministry under several names is one.
    "India's [home ministry|in-home-ministry] wrote. India's [Ministry of Home Affairs|in-home-ministry] confirmed it.",
    "Iraq's [oil ministry|iq-oil-ministry] and Iraq's [Ministry of Oil|iq-oil-ministry] count alike.",
    "Israel argues with France. The French [Foreign Office|fr-foreign-ministry] told Israel to wait.",
    "Israel argues with France. The Canadian [Home Office|ca-home-office] told Israel to wait.",
    # Of a region, not of its country.
    "India waits. Kerala's [health department|in-kerala-health-department] has 12 cases, India's capital none.",
    # Kinds that no list has.
    "Poland waited. Belarus's [Ministry of Emergency Situations|by-emergency-situations-ministry] sent a plane.",
    "The Egyptian [Ministry of Religious Endowments|eg-religious-endowments-ministry] closed 12 mosques.",
]
"""The text tells the country. A name in brackets may be longer or shorter than the mention."""

NOT_TOLD = [
    "Israel and Israel's army went on. The [health ministry|] in the enclave said 40 had died.",
    "Israel and Lebanon traded fire. The [health ministry|] said 12 had died.",
    "The envoy flew from Delhi to Paris and on to Moscow. A [foreign ministry|] spokesman would not say why.",
    "China, India and Russia met. The [defence ministry|] published the photographs.",
    "A [finance ministry|] should publish what it spends, the Institute of Accounts said.",
    "France and Niger argue. The [Ministry of Mines|] stopped the trucks.",
    "Norway told the [foreign ministry|] of the plan, and Sweden did too.",
    "Two foreign ministries were told: Peru and Chile. The [foreign ministry|] that answered first won.",
]


def _read(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    plain, marks = "", []
    for part in re.split(r"(\[[^\]]+\])", text):
        if not part.startswith("["):
            plain += part
            continue
        name, entity = part[1:-1].split("|")
        marks.append((len(plain), len(plain) + len(name), entity))
        plain += name
    return plain, marks


@pytest.mark.parametrize("text", TOLD + NOT_TOLD)
def test_a_ministry_is_of_the_country_that_the_text_gives(link: Link, text: str) -> None:
    plain, marks = _read(text)
    linked = link(plain, "2024-09-12")
    for start, end, entity in marks:
        found = [m for m in linked.mentions if m.label == "DEPARTMENT" and m.start < end and start < m.end]
        assert len(found) == 1
        if entity == OPEN:
            assert found[0].identity == "open"
        else:
            assert found[0].entity_id == entity


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        (
            "Israel's leader spoke to [Congress|]. The United States gave the United States' planes to Israel.",
            "us-congress",
        ),
        ("America sold it. China's ruling [Communist Party|] banned America's chips.", "cn-ccp"),
        ("Ireland's [Senate|] voted. The United States, said the [Senate|], was wrong.", "org-senate-ie"),
        ("[Labour|] expelled him for what he wrote on Facebook.", "org-labour-in-d"),
    ],
)
def test_a_body_that_many_countries_have_is_of_one_that_has_it(link: Link, text: str, entity: str) -> None:
    plain, marks = _read(text)
    starts = {start for start, _, _ in marks}
    assert {m.entity_id for m in link(plain, "2024-09-12").mentions if m.start in starts} == {entity}
