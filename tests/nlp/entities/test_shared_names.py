"""Acronyms that several things bear: full form, country, date and neighbours say which is meant; else it stays open."""

from __future__ import annotations

import datetime as dt

import pytest
from spacy.language import Language

from policy_news.core.settings import Settings
from policy_news.nlp.annotator import Annotator
from policy_news.text.document import Document, Section
from policy_news.text.masking import compile_patterns, unmask

SENTENCES = [
    ("FSB", "2024-02-05", "The FSB said late payment was costing small firms in Leeds dearly.", "gb-federation-of-small-businesses"),
    ("FSB", "2023-03-30", "Russia's FSB detained an American reporter in Yekaterinburg.", "ru-fsb"),
    ("CSIS", "2024-05-03", "CSIS warned Ottawa that foreign states had meddled in Canadian elections.", "ca-csis"),
    ("CSIS", "2023-01-10", "A war game run by CSIS, a Washington think tank, ended badly for every navy.", "us-csis"),
    ("IPCC", "2023-03-20", "The IPCC said global warming could pass 1.5C within a decade.", "ipcc-climate"),
    ("IPCC", "2012-10-12", "The IPCC will examine the conduct of South Yorkshire Police officers.", "gb-ipcc"),
    ("BIS", "2013-06-11", "Vince Cable's department, BIS, published the plan for British universities.", "gb-bis"),
    ("BIS", "2024-09-16", "The BIS, which central banks own, warned of rising leverage.", "bank-for-international-settlements"),
    ("BIST", "2026-09-02", "BIST said Jonathan Reynolds would publish the strategy in London this autumn.", "gb-dbist"),
    ("BIST", "2026-10-05", "The Department for Business, Innovation, Science and Trade opened a review. BIST expects replies by May.", "gb-dbist"),
    ("SIA", "2019-05-02", "Door staff in Manchester need a licence from the SIA.", "gb-security-industry-authority"),
    ("SIA", "2022-08-09", "Chipmakers cheered; the SIA said the semiconductor subsidies would bring plants home.", "us-semiconductor-industry-association"),
    ("FSA", "2009-03-18", "The FSA told British banks to hold more capital.", "gb-fsa"),
    ("FSA", "2021-07-06", "The FSA recalled a batch of salad after E. coli was found in food sold in England.", "gb-food-standards-agency"),
    ("RSF", "2023-04-16", "Fighting between Sudan's army and the RSF spread across Khartoum.", "rapid-support-forces"),
    ("RSF", "2022-05-03", "RSF ranked the country last for press freedom and said nine journalists were in jail.", "reporters-without-borders"),
    ("NEC", "2018-09-04", "Labour's NEC adopted the full definition after hours of talks.", "gb-labour-nec"),
    ("NEC", "2020-07-14", "The Japanese firm NEC will supply facial recognition cameras to the airport.", "nec"),
    ("LSE", "2021-11-10", "Students at the LSE protested outside a lecture theatre.", "gb-lse"),
    ("LSE", "2022-05-17", "Shares on the LSE fell as traders awaited the listing.", "london-stock-exchange"),
    ("ICC", "2023-03-17", "The ICC issued an arrest warrant over alleged war crimes.", "icc"),
    ("ICC", "2019-07-14", "The ICC said the World Cup final had the right umpires and the right run rate.", "icc-cricket"),
    ("BNP", "2009-06-08", "Nick Griffin of the BNP was elected to Brussels from north-west England.", "gb-british-national-party"),
    ("BNP", "2018-12-30", "The opposition BNP rejected the vote in Dhaka as rigged.", "bd-bnp"),
    ("FDA", "2021-12-08", "The FDA cleared the pills for American patients.", "us-fda"),
    ("FDA", "2023-02-24", "The FDA, which speaks for senior civil servants in Whitehall, balloted on a strike.", "gb-fda"),
    ("PAC", "2015-02-09", "Margaret Hodge told the PAC that HMRC had let tax dodgers go.", "gb-commons-public-accounts"),
    ("ISC", "2020-07-21", "The ISC said the spy agencies in Britain had not looked for Russian meddling.", "gb-joint-intelligence-and-security"),
    ("ISC", "2024-12-19", "Fees will rise with VAT, the ISC said, and private schools in England will lose pupils.", "gb-independent-schools-council"),
    ("IEA", "2024-02-15", "The IEA cut its forecast for oil demand.", "iea"),
    ("IEA", "2022-09-24", "The IEA, a free-market think tank in Westminster, praised Ms Truss's tax cuts.", "gb-iea"),
    ("HSE", "2021-05-14", "The HSE shut down its systems after a cyberattack on Irish hospitals.", "ie-hse"),
    ("HSE", "2019-03-07", "The HSE fined a builder after a scaffold collapsed at work in Hull.", "gb-health-and-safety-executive"),
    ("AFP", "2022-01-05", "An official told AFP that the talks in Vienna had failed.", "agence-france-presse"),
    ("AFP", "2021-06-08", "The AFP arrested dozens of people in Sydney and Melbourne after a raid.", "au-afp"),
    ("ABA", "2023-02-06", "The ABA said law schools may drop the test for lawyers.", "us-american-bar-association"),
    ("ABA", "2023-03-13", "The ABA said lenders and community banks were sound.", "us-american-bankers-association"),
    ("EFF", "2019-07-02", "The EFF sued over surveillance and online privacy.", "us-eff"),
    ("EFF", "2024-05-29", "Julius Malema's EFF lost ground as South Africa voted.", "za-eff"),
    ("ITC", "1999-04-20", "The ITC fined the broadcaster for a faked documentary on British television.", "gb-independent-television-commission"),
    ("ITC", "2022-06-21", "The ITC opened a patent case against imports of watches into America.", "us-itc"),
    ("LFI", "2022-06-19", "Jean-Luc Mélenchon's LFI gained seats in the National Assembly.", "fr-lfi"),
    ("LFI", "2021-11-16", "Keir Starmer spoke at a lunch of LFI and condemned antisemitism in Labour.", "gb-labour-friends-of-israel"),
    ("CPS", "2023-01-16", "The CPS said the officer had been charged.", "gb-cps"),
    ("CPS", "2019-06-10", "The CPS, founded by Margaret Thatcher, published a pamphlet on tax policy.", "gb-centre-for-policy-studies"),
    ("ECB", "2022-07-21", "The ECB raised interest rates to tame inflation in the euro zone.", "eu-ecb"),
    ("ECB", "2021-11-16", "The ECB suspended Yorkshire from hosting Test matches at Headingley.", "gb-ecb"),
    ("NUS", "2010-11-10", "The NUS marched in London against tuition fees.", "gb-nus"),
    ("NUS", "2020-02-11", "Researchers at NUS in Singapore traced the virus.", "sg-national-university-of-singapore"),
    ("SRA", "2004-01-20", "The SRA took the rail franchise from the train operator Connex.", "gb-strategic-rail-authority"),
    ("SRA", "2023-08-03", "The SRA struck off a solicitor for misleading clients.", "gb-solicitors-regulation-authority"),
    ("VOA", "2020-06-15", "Two directors of VOA resigned; the broadcaster's journalists feared for their independence.", "us-voice-of-america"),
    ("VOA", "2017-02-20", "Shops in Norwich await the VOA's rateable values for business rates.", "gb-valuation-office-agency"),
    ("DEA", "2019-01-30", "The DEA seized fentanyl at a border crossing in Arizona.", "us-dea"),
    ("DEA", "1965-09-16", "George Brown's DEA published the National Plan for the British economy.", "gb-department-for-economic-affairs"),
]  # fmt: skip


@pytest.fixture(scope="module")
def annotator(nlp: Language) -> Annotator:
    return Annotator(nlp, Settings())


def find(annotator: Annotator, acronym: str, day: str, text: str) -> set[str]:
    """The entities of the mentions of an acronym."""
    published = dt.datetime.fromisoformat(day)
    sections = (Section("paragraph", 0, len(text)),)
    document = Document("doc", "doc.txt", "txt", "", text, sections, published=published)
    (rows,) = annotator.annotate([(document, unmask(document, compile_patterns(Settings().mask)))])
    return {mention.entity_id for mention in rows.mentions if mention.text == acronym}


@pytest.mark.parametrize(("acronym", "day", "text", "entity"), SENTENCES)
def test_an_acronym_is_the_one_that_the_text_means(
    annotator: Annotator, acronym: str, day: str, text: str, entity: str
) -> None:
    found = find(annotator, acronym, day, text)
    if entity:
        assert found == {entity}
    else:
        assert not any(one.startswith("gb-") for one in found)


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("The FSB met on Tuesday.", ""),
        ("The Financial Stability Board met on Tuesday. The FSB agreed.", "financial-stability-board"),
        ("The Federation of Small Businesses met in Moscow. The FSB agreed.", "gb-federation-of-small-businesses"),
    ],
)  # fmt: skip
def test_the_full_form_decides_and_without_a_sign_it_stays_open(
    annotator: Annotator, text: str, entity: str
) -> None:
    found = find(annotator, "FSB", "2024-02-05", text)
    assert found == {entity} if entity else all(one.startswith("org-fsb") for one in found)


@pytest.mark.parametrize(("day", "entity"), [("2012-10-12", "gb-ipcc"), ("2026-10-12", "ipcc-climate")])
def test_what_is_long_gone_is_not_meant(annotator: Annotator, day: str, entity: str) -> None:
    assert find(annotator, "IPCC", day, "A complaint about police reached the IPCC.") == {entity}


def test_an_american_fund_is_no_british_committee(annotator: Annotator) -> None:
    text = "A PAC backed by Republican donors bought advertisements in Florida."
    assert "gb-commons-public-accounts" not in find(annotator, "PAC", "2016-03-02", text)
