"""Acts, scores, and what a claim says by itself: polarity, names for pronouns, continuation, its headline."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from spacy.language import Language

from policy_news.nlp.claims.cue_lexicon import Act, Cut, Refusal, TypeOfContent, read_lexicon
from policy_news.rules.rule_files import RULES_DIR
from policy_news.tables.chunks import Annotated
from policy_news.tables.schema import ClaimRow
from tests.support.annotating import annotate_texts
from tools.training.claim_scores import calibration_error, crossed_error, fit

RULES = read_lexicon(RULES_DIR / "claims")
TAIL = "The weather was dry on the coast, and the harbour stayed open."


def annotate(nlp: Language, text: str) -> Annotated:
    (annotated,) = annotate_texts(nlp, [text], dt.datetime(2024, 5, 14))
    return annotated


def claims_of(nlp: Language, text: str) -> list[ClaimRow]:
    return list(annotate(nlp, text).claims)


def in_place(example: str) -> str:
    """A headline as a title, a sentence in the text."""
    return f"Larkmere notes\n\n{example}\n\n{TAIL}\n" if example[-1] in '."' else f"{example}\n\n{TAIL}\n"


@pytest.mark.parametrize("act", RULES.acts, ids=lambda act: act.id)
def test_acts_are_no_claims(nlp: Language, act: Act) -> None:
    for example in act.examples:
        assert not [row.cue_text for row in claims_of(nlp, in_place(example)) if row.kept], example
    for example in act.counterexamples:
        assert [row for row in claims_of(nlp, in_place(example)) if row.kept], example


@pytest.mark.parametrize("rule", RULES.types, ids=lambda rule: rule.id)
def test_contents_give_types(nlp: Language, rule: TypeOfContent) -> None:
    for example in rule.examples:
        assert {row.claim_type for row in claims_of(nlp, in_place(example))} == {rule.type}, example
    for example in rule.counterexamples:
        types = {row.claim_type for row in claims_of(nlp, in_place(example))}
        assert types, example
        assert rule.type not in types, example


@pytest.mark.parametrize("row", RULES.cuts, ids=lambda row: row.id)
def test_parts_of_claims_are_cut(nlp: Language, monkeypatch: pytest.MonkeyPatch, row: Cut) -> None:
    def parts(marked: str) -> list[str | None]:
        claims = claims_of(nlp, in_place(re.sub(r"[\[\]]", "", marked)))
        return [claim.source_text if row.part == "source" else claim.content_text for claim in claims]

    marked = {
        text: text[text.index("[") + 1 : text.index("]")] for text in (*row.examples, *row.counterexamples)
    }
    for text, part in marked.items():
        assert part in parts(text), text
    others = RULES.model_copy(update={"cuts": tuple(other for other in RULES.cuts if other != row)})
    monkeypatch.setattr(nlp.get_pipe("policy_claims"), "_lexicon", others)
    for text, part in marked.items():
        assert (part in parts(text)) == (text in row.counterexamples), text


@pytest.mark.parametrize("rule", RULES.refusals, ids=lambda rule: rule.id)
def test_refusals_are_non_responses(nlp: Language, rule: Refusal) -> None:
    for text in (*rule.examples, *rule.counterexamples):
        types = {row.claim_type for row in claims_of(nlp, in_place(text))}
        assert ("non_response" in types) == (text in rule.examples), text


@pytest.mark.parametrize(
    ("sentence", "polarity"),
    [
        ("Kestrel denied that it had stored faces.", "rejected"),
        ("Kestrel did not deny that it had stored faces.", "asserted"),
        ("Kestrel insisted that it does not store faces.", "asserted"),
        ("The union opposed the levy.", "rejected"),
        ('Kestrel denied: "We have stored nothing."', "asserted"),
        ('The union disagreed: "The levy is fair."', "asserted"),
        ("The union called the claim baseless.", "rejected"),
        ("The premier does not believe that the levy will fail.", "rejected"),
        ("The ministry said the yard was safe.", "asserted"),
        ("Reporters asked whether the yard was safe.", None),
        ("The ministry did not respond to a request for comment.", None),
    ],
)
def test_polarity_is_how_the_source_stands_to_the_content(
    nlp: Language, sentence: str, polarity: str | None
) -> None:
    (row,) = claims_of(nlp, in_place(sentence))
    assert row.polarity == polarity


@pytest.mark.parametrize(
    ("sentence", "resolved", "clear"),
    [
        ("Kestrel Foods said it would close the yard.", "[Kestrel Foods] would close the yard", True),
        (
            "The minister rejected claims that she had met bankers.",
            "claims that [the minister] had met bankers",
            True,
        ),
        ("The union said the yard was safe.", None, True),
        (
            "Kestrel Foods said it was ready to close the yard.",
            "[Kestrel Foods] was ready to close the yard",
            True,
        ),
        ("Kestrel Foods said it amounts to a levy on yards.", None, False),
        ("Kestrel Foods said it was a mistake.", None, False),
        ("The premier said it was clear that the levy had failed.", None, True),
        ("Kestrel Foods demanded that it be paid.", None, False),
        ('"They will go," the premier said.', None, False),
        ("Paul Moll said of Donald Hale that voters did not trust him.", None, False),
    ],
)
def test_names_are_filled_in_where_they_are_clear(
    nlp: Language, sentence: str, resolved: str | None, clear: bool
) -> None:
    (row,) = claims_of(nlp, in_place(sentence))
    assert (row.content_resolved, row.is_resolved) == (resolved, clear)


@pytest.mark.parametrize(
    ("text", "resolved", "clear"),
    [
        ('"I will resign in May," said Anna Moll.', '"[Anna Moll] will resign in May,"', True),
        ('Anna Moll said: "I never met my rival."', '"[Anna Moll] never met [Anna Moll’s] rival."', True),
        (
            '"We will close the yard," said a spokesman for Kestrel Foods.',
            '"[Kestrel Foods] will close the yard,"',
            True,
        ),
        (
            'Kestrel Foods said: "We regret our mistake."',
            '"[Kestrel Foods] regret [Kestrel Foods’] mistake."',
            True,
        ),
        (
            '"We will close the yard," said Anna Moll, chief executive of Kestrel Foods.',
            '"[Kestrel Foods] will close the yard,"',
            True,
        ),
        (
            '"We have a duty to our members," said Anna Moll of the Bakers Union.',
            '"[Bakers Union] have a duty to [Bakers Union’s] members,"',
            True,
        ),
        ('"We are all to blame," Anna Moll told reporters.', None, False),
        ('"They betrayed us," said the Home Office.', None, False),
        (
            'The Home Office said: "We do not comment on leaks."',
            '"[Home Office] do not comment on leaks."',
            True,
        ),
        ('"My view is clear," the chairman said.', '"[the chairman’s] view is clear,"', True),
        ('Jon Berg left the hall on Monday. "I was wrong," he said.', '"[Jon Berg] was wrong,"', True),
        (
            '"The yard is safe," said Anna Moll. "I checked the yard in May."',
            '"[Anna Moll] checked the yard in May."',
            True,
        ),
        (
            "Anna Moll answered questions from readers.\n\nQ: Will the yard close?\n\nA: I will keep the yard open for ten years.",
            "[Anna Moll] will keep the yard open for ten years.",
            True,
        ),
        (
            "JON BERG: Did you read the report?\n\nANNA MOLL: I read the report in May and in June.",
            "[ANNA MOLL] read the report in May and in June.",
            True,
        ),
        (
            "# Kestrel Foods announces results\n\nWe expect our sales to grow by 4 per cent.",
            "[Kestrel Foods’] sales to grow by 4 per cent",
            True,
        ),
        ('"I told the board that we would lose," said Anna Moll.', None, False),
        ('"We will not pay," said the Treasury\'s Jon Berg.', '"[Treasury] will not pay,"', True),
        (
            'Analysts at Orbis Bank said: "We see growth of 2 per cent."',
            '"[Orbis Bank] see growth of 2 per cent."',
            True,
        ),
        ('The union and the bank said: "We have a deal."', '"[the union and the bank] have a deal."', True),
        ('Ms Moll said she was "proud of my team".', '[Moll] was "proud of [Moll’s] team"', True),
    ],
)
def test_i_and_we_are_who_speaks_or_whom_he_speaks_for(
    nlp: Language, text: str, resolved: str | None, clear: bool
) -> None:
    before = "" if text.startswith("#") else "Larkmere notes\n\n"
    rows = claims_of(nlp, f"{before}{text}\n\n{TAIL}\n")
    last = max(rows, key=lambda row: row.content_end or 0)
    found = (last.content_resolved or "").rstrip(".")
    assert (found, last.is_resolved) == ((resolved or "").rstrip("."), clear)


def test_a_quotation_that_goes_on_says_whose_it_is(nlp: Language) -> None:
    text = in_place('"The yard is safe," Anna Moll said. "We test it every week."')
    first, second = sorted(claims_of(nlp, text), key=lambda row: row.content_start or 0)
    assert (second.source_text, second.cue_text) == (None, None)
    assert second.continues == first.claim_id
    assert second.source_entity_id == first.source_entity_id is not None


@pytest.mark.parametrize(
    "second",
    ["Fenn had written 'the most beautiful letters in the world.'", "We can meet at any time, in any place…"],
)
def test_a_quotation_goes_on_however_its_last_sentence_ends(nlp: Language, second: str) -> None:
    text = in_place(f'"The letter is old," Anna Moll said on Monday. "{second}" The yard is safe.')
    first, last = sorted(claims_of(nlp, text), key=lambda row: row.content_start or 0)
    assert (last.content_text, last.continues) == (f'"{second}"', first.claim_id)


def test_a_quotation_is_not_of_a_later_verb_of_the_next_sentence(nlp: Language) -> None:
    text = in_place(
        "“We oppose the use of guns,” the statement said. “We express serious concern about the use of cannons against ships.” "
        "In a statement Monday, Novania’s Ministry of Foreign Affairs slammed the League position saying it “manipulated issues” "
        "and “slandered and attacked Novania.”"
    )
    assert all(
        "cannons" not in (row.content_text or "") for row in claims_of(nlp, text) if row.cue_text == "saying"
    )


def test_no_word_of_the_name_of_a_place_is_a_cue(nlp: Language) -> None:
    text = (
        f"United States doctor sentenced to 40 years\n\nThe United States moved the doctor to Ohio. {TAIL}\n"
    )
    assert not claims_of(nlp, text)


@pytest.mark.parametrize(
    ("headline", "body", "is_linked"),
    [
        ("Kestrel Foods denies storing faces", "Kestrel Foods denied on Monday that it had stored faces.", True),
        ("Harbour ministry says six killed in storm", "The harbour ministry says at least five people were killed in the storm.", False),
        ("Kestrel Foods attacks Novania", 'A man at Kestrel Foods said: "Novania can look after the port."', False),
        ("Northern leader says more tests of rockets not needed this year", "The Northern News Agency said tests of long rockets would end in May.", False),
    ],
)  # fmt: skip
def test_a_headline_repeats_what_says_the_same(
    nlp: Language, headline: str, body: str, *, is_linked: bool
) -> None:
    rows = claims_of(nlp, f"{headline}\n\n{body} {TAIL}\n")
    assert any(row.headline_of for row in rows) == is_linked


def test_a_headline_points_to_the_same_claim_of_the_text(nlp: Language) -> None:
    text = f"Kestrel Foods denies storing faces\n\nKestrel Foods denied on Monday that it had stored faces. {TAIL}\n"
    headline, body = sorted(claims_of(nlp, text), key=lambda row: row.cue_start or 0)
    assert headline.headline_of == body.claim_id
    assert body.headline_of is None


def test_nothing_is_kept_across_masked_text(nlp: Language) -> None:
    text = in_place(
        "Kestrel said the **** ***** **** yard was safe. The union said the yard was shut. ***** *** ******* **."
    )
    kept = [row.source_text for row in claims_of(nlp, text) if row.kept]
    assert kept == ["The union"]


def test_a_claim_ends_at_the_first_withheld_word_where_it_says_enough_without_the_rest(nlp: Language) -> None:
    text = in_place("Kestrel said the yard was safe in **** ***** and that nobody was hurt there.")
    (row,) = [row for row in claims_of(nlp, text) if row.kept]
    assert (row.content_text, row.truncated) == ("the yard was safe", True)


def test_scores_follow_the_evidence_and_are_calibrated(tmp_path: Path) -> None:
    rows = [
        (
            f"d{number // 20}",
            {"bias": 1.0, "listed": float(number % 2)},
            number % 2 == 1 or number % 10 == 0,
            1.0,
        )
        for number in range(400)
    ]
    weights = fit(rows)
    assert weights["listed"] > 0
    assert fit(rows[::-1]) == weights
    assert crossed_error(rows) < 0.05
    assert calibration_error([0.9, 0.9, 0.1, 0.1], [True, True, False, False]) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        (
            "Thames Water is to be fined. The ports secretary told MPs the company had misled them. Severn Water kept silent.",
            "[Thames Water] had misled them",
        ),
        (
            "President Jon Berg attacked bank chairman Peter Hale again, calling him weak. Anna Berg, his wife, was not there.",
            "[Peter Hale] weak",
        ),
        (
            "Peter Hale told reporters the president and his team were studying the plan.",
            None,
        ),
        ("Orbis Bank and Tarsus said their losses were small.", "[Orbis Bank and Tarsus’] losses were small"),
        ("Rick Sandoval, who agrees with nobody, wants him gone.", None),
        ('Rick Sandoval of Tarsus said: "Our nation is grieving."', None),
        ("A lawmaker from Fife denied that the ministry had broken a deal.", None),
    ],
)
def test_short_forms_are_nobody_of_a_like_name(nlp: Language, text: str, resolved: str | None) -> None:
    rows = claims_of(nlp, f"Larkmere notes\n\n{text}\n\n{TAIL}\n")
    assert [row.content_resolved for row in rows if row.kept][-1] == resolved


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (
            'Harrow Bay Energy Ltd ("the Company") won a lease. The Company expects a ruling in May. Siemens and Vestas are in talks. It said the plan was sound.',
            "Harrow Bay Energy Ltd",
        ),
        ("Kestrel Foods is to be fined. Its executive director Jon Berg said the ban would end.", "Jon Berg"),
        ("Kestrel Foods is to be fined. Its lawyer Jon Berg denied that the ban would end.", "Jon Berg"),
    ],
)
def test_sources_are_who_the_text_has_called_so(nlp: Language, text: str, speaker: str) -> None:
    annotated = annotate(nlp, f"Larkmere notes\n\n{text}\n\n{TAIL}\n")
    mentions = {mention.entity_id: mention.text for mention in annotated.mentions}
    assert mentions[annotated.claims[-1].source_entity_id or ""] == speaker


@pytest.mark.parametrize(
    "text",
    [
        "The airlines say the slots are hoarded, and Orbis Airlines agrees.",
        "Fed should say sorry\n\nBy Ellen Marsh\n\nI think the record is better than that.",
        "Fed should say sorry\n\nBy Ellen Marsh\n\nWe think the record is better than that.",
        "Ports minister Jon Berg and trade minister Anna Moll said the ban would end.",
        "Jon Berg and his lawyer, Peter Hale, said the ban would end.",
        "Orbis Bank and Tarsus Energy said the ban would end.",
        "Jon Berg met Anna Moll. The two ministers said the ban would end.",
        "Jon Berg will run. An anti-Berg committee said the ban would end.",
        "Jon Berg will run. One Berg campaign source said the ban would end.",
    ],
)
def test_sources_are_nobody_rather_than_somebody_else(nlp: Language, text: str) -> None:
    rows = claims_of(nlp, f"{text}\n\n{TAIL}\n")
    assert [row.source_entity_id for row in rows if row.kept][-1] is None


def test_the_number_of_a_question_alone_is_not_a_turn(nlp: Language) -> None:
    text = "Evidence of the day\n\nChair: Good morning. Who was told?\n\nEdward Blyth: Nobody was.\n\nQ12"
    rows = claims_of(nlp, text)
    assert [(row.source_text, row.content_text) for row in rows if row.kept] == [
        ("Chair", "Good morning. Who was told?"),
        ("Edward Blyth", "Nobody was"),
    ]
