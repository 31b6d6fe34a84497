"""Sentences as language models summarise articles: what is right is not accused, what is wrong is not approved."""

from __future__ import annotations

import datetime as dt

import pytest

from policy_news import verify
from policy_news.drafts.finding import GOOD
from policy_news.drafts.sources import SourceText

FERRY = """Ferry sinks off Orvik

A passenger ferry sank off Orvik early on Tuesday. At least fourteen people died and 52 were rescued, according to officials.

"The northern side of the island has suffered less damage than the south," said Tora Lind, the mayor of Orvik. "Parts of the harbour are destroyed. The airport is under water."

The Coastal Institute said all storm warnings were lifted on Monday. The Red Cross said some 40 thousand people are in need of drinking water.

Coast guard captain Nils Aune said that 30 bodies had been recovered, sixteen men and fourteen women. Aune said a search covering 240 square miles had discovered no further signs of the missing. "It is never an easy decision to end a search," he said. Police said an inquiry was ordered. Police declined to say whether the cook would be charged. Aune has not confirmed whether the lifeboats had been tested. Lind said the town had yet to receive the bill. The Red Cross said fewer than one in ten islanders had power.

Hege Dahl, an opposition member, called it a "dark day for Orvik".
"""
MILL = """Halm Paper reports a loss

Halm Paper announced it had lost $4.9 billion in the first quarter of 2019. It said it had spent $8.2 billion on new mills.

The firm said the grant was conditional on local workers. Ida Brandt, president of the Tarn Valley Union, said the new mill would create 315 permanent jobs and 940 seasonal jobs once it is open.

"We may emerge stronger from this crisis," said the analyst Jonas Reim. Reim said the third round of grants had been given to small towns. "[t]here is no common rule for paper," he wrote.

Minister for Trade Olav Berg refused to put a timetable on the sale. Berg said the state would strengthen its stake in Halm Paper. Reim said Halm Paper had sued Orrin Freight. About 32 percent of the mills would close, Berg said.
"""
DAM = """Dam may be rebuilt

Finn Moe of the power board said on Monday that fixing the dam, which was damaged by the flood, may take a year. Experts said that without the dam, prices would nearly double.

"The promises made at the summit, while welcome, are not sufficient," said Una Holt, a judge. Holt said the dam supports thousands of jobs. Moe said the board had measured over 400 magnitude 2+ tremors.

According to Sund Bank, the firm is expected to capture 11.7% of the market in 2014, a fall from the 17.5% it holds. Moe said both workers suffered only minor injuries. Moe said the board told Orrin Freight on 8 April, and also Belmar Cars on 12 April. "Jobs are coming back, and they will stay if the price is fair," said Holt. Holt said power was "a market that the firm has no exposure or experience in".
"""
CLUB = """Club waits for its stadium

Club director Ada Holm expects the stadium to open in May. Sports Minister Max Orr said the council should sell the stadium.

The fans' council asked for a northern stand. The council met on Monday. Orr's sports adviser Per Lund said Max Orr had sold two players. He is no minister yet. The chairman of the fans is ill.

Lund said he hoped that the roof would be dry by Friday. Lund advised members to stay at home on Friday.
"""
RIGHT = [
    (DAM, "Holt said that jobs were coming back.", False),
    (DAM, "Moe said the board told Orrin Freight on 8 April.", True),
    (DAM, "Finn Moe said repairing the dam could take a year.", True),
    (DAM, "Experts said prices would nearly double without the dam.", True),
    (DAM, "Holt said the promises made at the summit were not sufficient.", True),
    (DAM, "Moe said there had been more than 400 tremors of magnitude 2 or higher.", False),
    (DAM, "Una Holt said the firm had no experience in the market.", True),
    (FERRY, "At least 14 people died and 52 were rescued, officials said.", True),
    (FERRY, "Mayor Tora Lind said the airport was under water.", True),
    (FERRY, "Lind, the mayor, said the north of the island had suffered less damage than the south.", True),
    (FERRY, "About 40,000 people need drinking water, the Red Cross said.", True),
    (FERRY, "Nils Aune said 30 bodies had been recovered: 16 men and 14 women.", True),
    (FERRY, "Captain Nils Aune said ending a search was “never an easy decision”.", True),
    (FERRY, "Police said that an inquiry had been ordered.", True),
    (FERRY, "Hege Dahl called it a “dark day for Orvik”.", True),
    (FERRY, "Aune said nearly 240 square miles were searched.", False),
    (FERRY, "The Coastal Institute said all storm warnings were lifted.", True),
    (FERRY, "“Dark Days in Orvik” is a film.", False),
    (FERRY, "Lind said the town had not received the bill.", True),
    (FERRY, "The Red Cross said fewer than 10 percent of islanders had power.", True),
    (MILL, "Halm Paper said it had lost $4.9bn in the first quarter of 2019.", True),
    (MILL, "Halm Paper announced it had lost about $5 billion in the first quarter.", True),
    (MILL, "Halm Paper announced it had lost $5 billion in the first quarter.", False),
    (MILL, "Halm Paper said it had spent more than $8 billion on new mills.", True),
    (
        MILL,
        "Union president Ida Brandt said the mill would create 315 permanent and 940 seasonal jobs.",
        True,
    ),
    (MILL, "Jonas Reim said that Halm Paper may emerge stronger from the crisis.", False),
    (MILL, "Reim said the third round of grants had gone to small towns.", True),
    (MILL, "“[T]here is no common rule for paper,” Reim wrote.", True),
    (MILL, "Berg declined to put a timetable on the sale.", True),
    (MILL, "About a third of the mills would close, Berg said.", True),
    (MILL, "Reim said Orrin Freight had been sued by Halm Paper.", True),
    (MILL, "Reim objected that Halm Paper had sued Orrin Freight.", False),
    (CLUB, "Max Orr wants the council to sell the stadium.", False),
    (CLUB, "The stadium should open in May, Ada Holm said.", False),
    (CLUB, "Ada Holm, the group's director, expects the stadium to open in May.", True),
    (CLUB, "The fans' council asked for a northern stand.", True),
]
WRONG = [
    (FERRY, "Lind said the town had received the bill.", "changed"),
    (FERRY, "The Red Cross said more than nine in ten islanders had power.", "changed"),
    (FERRY, "Police said the cook would be charged.", "changed"),
    (FERRY, "Aune confirmed that the lifeboats had been tested.", "changed"),
    (DAM, "Moe said both workers suffered serious injuries.", "changed"),
    (DAM, "Moe said one of the workers suffered minor injuries.", "changed"),
    (DAM, "Moe said the board told Belmar Cars on 8 April.", "changed"),
    (DAM, "Holt said the jobs will stay.", "hedge_lost"),
    (DAM, "Finn Moe said on Friday that fixing the dam may take a year.", "changed"),
    (DAM, "Experts said that without the dam prices would nearly triple.", "changed"),
    (DAM, "Una Holt said the promises made at the summit are sufficient.", "changed"),
    (DAM, "Una Holt said the dam supports millions of jobs.", "changed"),
    (DAM, "According to Sund Bank, the firm is expected to capture 17.5% of the market in 2014.", "changed"),
    (DAM, "Una Holt said the firm has experience in the market.", None),
    (FERRY, "At least 52 people died and fourteen were rescued, officials said.", "changed"),
    (FERRY, "Tora Lind said the northern side of the island had suffered more damage than the south.", "changed"),
    (FERRY, "Tora Lind said the airport is not under water.", "changed"),
    (FERRY, "The Red Cross said some 40 million people are in need of drinking water.", "changed"),
    (FERRY, "The Coastal Institute said some 40 thousand people are in need of drinking water.", "other_speaker"),
    (FERRY, "The Coastal Institute said all storm warnings were lifted on Friday.", "changed"),
    (FERRY, "Nils Aune said that 30 bodies had been recovered, fourteen men and sixteen women.", "changed"),
    (FERRY, "Nils Aune said a search covering 240 square kilometres had discovered no further signs.", "changed"),
    (FERRY, "Nils Aune said a search had discovered further signs of the missing.", "changed"),
    (FERRY, "Nils Aune said it was an easy decision to end a search.", "changed"),
    (FERRY, "Police said no inquiry was ordered.", "changed"),
    (FERRY, "Nils Aune called it a “dark day for Orvik”.", "other_speaker"),
    (MILL, "Halm Paper announced it had lost $4.9 million in the first quarter of 2019.", "changed"),
    (MILL, "Halm Paper announced it had lost $4.9 billion in the second quarter of 2019.", "changed"),
    (MILL, "Ida Brandt said the new mill would create 940 permanent jobs and 315 seasonal jobs.", "changed"),
    (MILL, "Ida Brandt said the new mill would create 315 permanent jobs once it is sold.", None),
    (MILL, "Ida Brandt, president of the Elder Valley Union, said the new mill would create 315 permanent jobs.", "changed"),
    (MILL, "Ida Brandt, chief executive of Orrin Freight, said the new mill would create 315 permanent jobs.", None),
    (MILL, "Reim said the first round of grants had been given to small towns.", "changed"),
    (MILL, "Berg agreed to put a timetable on the sale.", "denied"),
    (MILL, "Berg said the state would reduce its stake in Halm Paper.", "changed"),
    (MILL, "Reim said Orrin Freight had sued Halm Paper.", "changed"),
    (FERRY, "A passenger ferry sank off Orvik early on Thursday.", "changed"),
    (FERRY, "A passenger ferry sank off Belmar early on Tuesday.", "changed"),
    (FERRY, "A passenger ferry sank off Orvik late in the year after talks about ports.", None),
    (FERRY, "Aune's lawyer said 30 bodies had been recovered.", None),
    (CLUB, "Ada Holm, the sports minister, expects the stadium to open in May.", None),
    (CLUB, "The sports minister said Max Orr had sold two players.", None),
    (CLUB, "The group's chairman, Ada Holm, expects the stadium to open in May.", None),
    (CLUB, "Per Lund said the roof would be dry by Friday.", None),
    (CLUB, "Per Lund ordered members to stay at home on Friday.", None),
    (CLUB, "The council asked the fans for a northern stand.", None),
    (MILL, "About 52 percent of the mills would close, Berg said.", "changed"),
]  # fmt: skip


def verdicts(source: str, sentence: str) -> set[str]:
    found = verify(sentence, [SourceText("source", source, dt.date(2019, 5, 7))]).findings
    return {one.verdict for one in found if (one.kind, one.verdict) != ("paraphrase", "not_found")}


@pytest.mark.parametrize(("source", "sentence", "is_told"), RIGHT)
def test_what_is_right_is_not_accused(source: str, sentence: str, is_told: bool) -> None:
    found = verdicts(source, sentence)
    assert found <= GOOD
    assert bool(found) == is_told


@pytest.mark.parametrize(("source", "sentence", "verdict"), WRONG)
def test_what_is_wrong_is_not_approved(source: str, sentence: str, verdict: str | None) -> None:
    assert verdicts(source, sentence) == ({verdict} if verdict else set())


def test_a_quotation_has_the_day_on_which_it_was_said() -> None:
    source = 'Mill news\n\nIda Roe said on Tuesday: "We will mend the old clock of the mill in May."\n'
    quotation = "“We will mend the old clock of the mill in May,” Ida Roe said on"
    assert verdicts(source, f"{quotation} Tuesday.") == {"exact"}
    assert verdicts(source, f"{quotation} Thursday.") == {"exact", "changed"}


def test_a_long_quotation_is_found_by_its_beginning() -> None:
    kinds = [
        "barges",
        "cranes",
        "depots",
        "engines",
        "ferries",
        "gates",
        "hulls",
        "jetties",
        "kilns",
        "lorries",
        "mills",
        "nets",
    ]
    said = " ".join(
        f"The {one} of the old {other} yard were sold to a stranger." for one in kinds for other in kinds[:4]
    )
    assert verdicts(f"Yard sold\n\n“{said}” said Tora Lind.", f"“{said}” said Tora Lind.") == {"exact"}
