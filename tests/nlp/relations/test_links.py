"""Which claim a reaction is about, and what is no reaction: texts in the manner of news, with the links that they hold."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.nlp.relations.scores import fingerprint
from tests.nlp.relations.reading import relate
from tests.nlp.relations.test_evidence import CLAIM

CASES: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "a reaction and what it is about stand in one sentence": (
        """Two governors condemned Dermot Hale on Friday after he told a rally that nurses were lazy.

        Responding to allegations that it had dumped waste in the river, Tarnwick Optics said it had never discharged anything but clean water.

        Coach Bill Arden said that the team would rest after doctors said that nine players had the flu.""",
        [
            ("answers", "Dermot Hale", "nurses were lazy"),
            ("denies", "it had never discharged", "it had dumped waste"),
        ],
    ),
    "the remark is what an article quotes, not what its speaker says of it": (
        """Dermot Hale said on Sunday that he was talking about budgets when he spoke of a "lazy river."

        "I love the people of this state," Hale said.

        Orla Fenn said that the remark was an insult to everybody who works.

        Hale had told a crowd in Dover on Friday that the state was "a lazy river of people waiting for the next check." """,
        [
            ("answers", "he was talking about budgets", "the state was"),
            ("answers", "the remark was an insult", "the state was"),
        ],
    ),
    "who replies next": (
        """Orla Fenn said that the committee owed her an apology. Dermot Hale replied that none would come. The mayor did not respond to a request for comment.""",
        [("answers", "none would come", "the committee owed")],
    ),
    "the resolution is what it says": (
        """The county board approved a resolution condemning the treatment of farm workers. The vote was held in Dover. Growers called on the board to withdraw the resolution.""",
        [("answers", "the board to withdraw", "the treatment of farm workers")],
    ),
    "who denies something goes on in a participle": (
        """The Harwick Post reported that Dermot Hale had hit a driver. Dermot Hale denied the allegation, saying that he was in Dover that night.""",
        [
            ("denies", "the allegation", "Dermot Hale had hit"),
            ("denies", "he was in Dover", "Dermot Hale had hit"),
        ],
    ),
    "what is called for will not be done": (
        """Thirty economists urged the bank to cut rates. A bank official told the Post that there were no plans to cut rates.""",
        [("answers", "there were no plans", "the bank to cut rates")],
    ),
    "the allegation is the last word of who charges": (
        """Orla Fenn accused Tarnwick Optics on Monday of hiding the test results.

        "They knew in March and they said nothing," Fenn told the committee.

        Tarnwick Optics denied the allegation.""",
        [("denies", "the allegation", "They knew in March")],
    ),
    "the allegations are one claim for all": (
        """The Harwick Post reported that Dermot Hale had hit a driver in 2009.

        Hale claimed that the paper was out to destroy him.

        Orla Fenn called the allegations shocking.

        Paul Ashe said the allegations were serious.

        Mara Quill said Hale must resign if the allegations are true.""",
        [
            ("answers", "the allegations shocking", "Dermot Hale had hit"),
            ("answers", "the allegations were serious", "Dermot Hale had hit"),
            ("answers", "if the allegations are true", "Dermot Hale had hit"),
        ],
    ),
    "the text is preferred to the headline": (
        """Judge rules against Hale on ferry contract

        A judge on Friday ruled that the ferry contract had been unlawful.

        Minister Dermot Hale called the ruling a mistake.""",
        [("answers", "the ruling a mistake", "the ferry contract had been unlawful")],
    ),
    "who agrees and goes on does not answer": (
        """Orla Fenn said that the roof was unsafe. The fire brigade echoed that view. "Every beam is rotten," the brigade said.""",
        [("supports", "that view", "the roof was unsafe")],
    ),
    "his attacks are no poll's": (
        """A poll by Tarnwick Optics found that few voters trusted the mayor.

        Dermot Hale refused to respond to his attacks.""",
        [],
    ),
    "a report that the article does not tell": (
        """Markets wait for the central bank

        Tarnwick Optics reported that its users spent an hour a day on the site.

        Paul Ashe said the market was crowded.

        Mara Quill said the bank had looked at a bid for another firm.

        The shares rose in May.

        Harwick Media denied the reports.""",
        [],
    ),
    "a plan for something else": (
        """Dermot Hale said that the ferry was late.

        Orla Fenn described Mr Hale's plans for a new school.""",
        [],
    ),
    "a ruling party is no ruling": (
        """A judge said on Friday that the vote had been fair.

        The army backs the ruling Harvest Party.""",
        [],
    ),
    "what is untrue in passing": (
        """Dermot Hale attacked Orla Fenn as too close to the banks.

        Paul Ashe said that Mr Hale's attacks had fed tales that are untrue.""",
        [("answers", "tales that are untrue", "too close to the banks")],
    ),
    "a politician asks the crowd": (
        """"Can you trust this minister with your children?" Orla Fenn asked the crowd.

        Dermot Hale said the harbour would be dredged in May.""",
        [],
    ),
    "what stands behind the noun must be told": (
        """Orla Fenn said that the net price of the drug had fallen.

        The company rejected the charge of cheating patients.""",
        [],
    ),
    "who speaks of the lawsuit is not the lawsuit": (
        """Dermot Hale accused the union of filing the lawsuit for money.

        Paul Ashe called the lawsuit serious.""",
        [],
    ),
    "that points to what was said in the paragraph": (
        "Orla Fenn urged Dermot Hale to stand aside. Downing Street said the prime minister saw no reason for that.",
        [("answers", "saw no reason for that", "Dermot Hale to stand aside")],
    ),
    "an answer goes on in its paragraph": (
        """Orla Fenn said that the mayor had wasted a year.

        Mayor Mara Quill described the remarks as unfair. "We built two bridges in that year," Quill said.""",
        [
            ("answers", "the remarks as unfair", "had wasted a year"),
            ("answers", "We built two bridges", "had wasted a year"),
        ],
    ),
    "a name is no noun": (
        """Bill Fenn said that he would run for mayor in the spring.

        Dermot Hale criticised Bill Ashe.""",
        [],
    ),
    "who praises a past does not answer": (
        """Orla Fenn said that she would open an office of migrant affairs.

        Mara Quill praised Orla Fenn's long history with farm workers and voters.""",
        [],
    ),
    "both sides agree to do something": (
        """Orla Fenn said that the two ports needed a line for emergencies.

        The two ports agreed to install a line for emergencies.""",
        [],
    ),
    "a poll supports nobody": (
        """Orla Fenn said that the council should wait for its turn.

        Less than a third of voters agreed the council should wait for its turn.""",
        [],
    ),
    "what he says for the first time is not his own remark": (
        """Dermot Hale said that he would not resign.

        Orla Fenn said his statement was an insult to voters.""",
        [("answers", "his statement", "he would not resign")],
    ),
    "his own remark is nobody's else": (
        """Orla Fenn said that the bridge was old.

        Dermot Hale said that the bus was late. Dermot Hale said that his remarks were a joke.""",
        [],
    ),
    "a suit is what is alleged in it, and not what is worn": (
        """The state of Ohio alleged that Corbel had hidden the leak.

        Corbel dismissed the suit as baseless.

        The designer said that a suit was too tight for him.""",
        [("denies", "the suit as baseless", "Corbel had hidden")],
    ),
    "feelings about what was said": (
        """Piers Dunmore said that the tunnel would flood.

        The minister said she was surprised by the warning. Dermot Hale said he was concerned about the price of bread.""",
        [("answers", "the warning", "the tunnel would flood")],
    ),
    "turning down a thing denies no claim": (
        """Orla Fenn said that the panel would issue a subpoena to Dermot Hale for documents.

        Dermot Hale rejected a subpoena for documents from the panel.""",
        [("answers", "a subpoena for documents from", "the panel would issue")],
    ),
    "the allegations are the last charge of the side that makes them": (
        """Growers' Guild Accuses Port of Fraud

        The oldest guild of growers in the state accused port officers of fraud on Monday and condemned theft on the docks.

        "We have an issue with port officers who take a share of each crate," said Mara Quill, president of the Growers' Guild.

        Dermot Hale, a port officer, disputed the allegations.

        Hale said he had seen no proof of theft.""",
        [
            ("denies", "the allegations", "who take a share of each crate"),
            ("denies", "no proof of theft", "who take a share of each crate"),
        ],
    ),
    "who condemned something claims that there is some": (
        """Orla Fenn condemned racism in the guards' union. The guards' union disputed claims of racism.""",
        [("denies", "claims of racism", "racism in the guards' union")],
    ),
    "further accusers are not the charge": (
        """The Harwick Post reported that Dermot Hale had kissed an intern in 1998.

        The paper found two other women who said that they had been followed by Mr Hale.

        Mara Quill dismissed the women's stories.""",
        [("denies", "the women's stories", "Dermot Hale had kissed")],
    ),
    "what else an accuser says is no charge": (
        """Orla Fenn accused Tarnwick Optics of hiding the test results.

        Fenn said that she had asked for an apology and had received none.

        Tarnwick Optics denied the accusation.""",
        [("denies", "the accusation", "hiding the test results")],
    ),
    "the lawmakers are more than one": (
        """U.S. Reps. John Ashe and Mara Quill said that protesters had spat on them.

        A lawmaker said that he had heard the shouts, but organizers said that the lawmakers were lying.""",
        [("denies", "the lawmakers were lying", "protesters had spat")],
    ),
    "the deputies are who spoke": (
        """Three deputies said that a guard had struck a prisoner. A captain said that the deputies were lying.""",
        [("denies", "the deputies were lying", "a guard had struck")],
    ),
    "whose criticism it is": (
        """Paul Ashe told the Harwick Post that the campaign was badly run.

        The weather was dry. Mara Quill said that the harbour was full.

        Dermot Hale dismissed criticism from Orla Fenn, Paul Ashe and Ed Spann.""",
        [("denies", "criticism from Orla Fenn", "the campaign was badly run")],
    ),
    "an acronym is who speaks": (
        """The Associated Press reported that Orla Fenn had won the vote.

        Dermot Hale called the AP's report a rush to judgment.""",
        [("answers", "the AP's report", "Orla Fenn had won")],
    ),
    "a figure is a number": (
        """The inspector said that the company had shown contempt for the law.

        Dermot Hale disputed the inspector's figure.""",
        [],
    ),
    "who warns of a plan does not propose it": (
        """Dermot Hale said that Europe must not copy the American list.

        Mara Quill condemned the idea as bullying.""",
        [],
    ),
    "the remark was a joke is no remark": (
        """Orla Fenn said that head teachers were idle.

        Fenn told the Post that the remark had been off the cuff.

        A union called Ms Fenn's comments an insult.""",
        [("answers", "Ms Fenn's comments", "head teachers were idle")],
    ),
    "what is turned down is no charge": (
        """Orla Fenn accused Dermot Hale of ducking. Mr Hale rejected those dates.""",
        [],
    ),
    "who speaks in response": (
        """Orla Fenn said that the firm did too little. In response, Tarnwick Optics said that it had hired forty guards.""",
        [("answers", "it had hired forty guards", "the firm did too little")],
    ),
    "what a sentence opens with": (
        """Orla Fenn said that the mayor had wasted a year. Responding to Ms Fenn's remarks, Mayor Dermot Hale said that he had built two bridges.

        Warden Paul Ashe said that the keys were lost. Contrary to Mr Ashe's claims, the prison service said that nothing was missing.

        In response to a question, Mara Quill said that the harbour was open.""",
        [
            ("answers", "he had built two bridges", "had wasted a year"),
            ("denies", "nothing was missing", "the keys were lost"),
        ],
    ),
    "a programme is no question": (
        """Asked on "Face the State," a programme on Sundays, Orla Fenn said that she did not oppose tolls.""",
        [],
    ),
}


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, str, str]]]:
    """The links of each case: the relation and the contents of both claims."""
    texts = [
        (str(number), "2021-05-12", text.replace("        ", ""))
        for number, (text, _) in enumerate(CASES.values())
    ]
    rows = relate(tmp_path_factory.mktemp("links"), texts)
    contents = {row["claim_id"]: row["content_text"] or "" for row in rows["claims"]}
    found: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in rows["claim_links"]:
        ends = contents[row["claim_id"]], contents[row["other_claim_id"]]
        found[row["claim_id"].partition("#")[0]].append((row["relation"], *ends))
    return {name: found[str(number)] for number, name in enumerate(CASES)}


@pytest.mark.parametrize("name", CASES)
def test_reactions_are_about_what_a_reader_takes_them_for(
    links: dict[str, list[tuple[str, str, str]]], name: str
) -> None:
    wanted = CASES[name][1]
    assert len(links[name]) == len(wanted), links[name]
    for relation, words, others in wanted:
        assert any(
            relation == found and words in content and others in other
            for found, content, other in links[name]
        ), (relation, words, links[name])


def test_an_earlier_remark_that_is_told_again_is_no_report_of_it(tmp_path: Path) -> None:
    rows = relate(
        tmp_path,
        [
            ("a", "2021-05-12", 'Dermot Hale said that money went to "lazy towns that wait for a check".'),
            ("b", "2021-05-14", 'Dermot Hale said that he meant no insult when he spoke of "lazy towns that wait for a check".'),
            ("c", "2021-05-12", 'Dermot Hale told a rally that too much went to "lazy towns that wait for a check".'),
        ],
    )  # fmt: skip
    statement = {row["doc_id"]: row["statement_id"] for row in rows["claims"]}
    assert statement["a"] == statement["c"] != statement["b"]


def test_all_that_a_comparison_reads_is_in_the_fingerprint() -> None:
    unread = {
        "claim_id",
        "place",
        "end",
        "negated",
        "between",
        "continues",
        "headline_of",
        "pieces",
        "words_in",
    }
    for field in fields(CLAIM):
        if field.name not in unread:
            changed = replace(CLAIM, **{field.name: _other(getattr(CLAIM, field.name))})
            assert fingerprint(changed) != fingerprint(CLAIM), field.name


def _other(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case tuple() if value and isinstance(value[0], int):
            return (value[0] + 1, *value[1:])
        case tuple():
            return ("other",)
        case frozenset():
            return frozenset({"other"})
        case None:
            return dt.date(2020, 1, 1)
        case _:
            return f"{value} other"
