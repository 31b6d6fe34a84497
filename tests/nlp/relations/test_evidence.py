"""What speaks for it that two claims report one statement: meanings, descriptions beside names, learned weights."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from spacy.strings import get_string_id

from pipeline.core.errors import GoldError, ModelError
from pipeline.nlp.inference.vectors import SortedVectors
from pipeline.nlp.relations.acts import join_acts
from pipeline.nlp.relations.described import find_described
from pipeline.nlp.relations.evidence import Words, cover, weigh_pair
from pipeline.nlp.relations.facts import ClaimFacts, count_spread, describe_people, split_words
from pipeline.nlp.relations.groups import read_group
from pipeline.nlp.relations.lexicon import read_relation_rules
from pipeline.nlp.relations.meaning import ALIKE, RAREST, Meaning
from pipeline.nlp.relations.speakers import fit_names, match_speakers
from pipeline.nlp.relations.statements import Same, compare, group, sets_apart
from pipeline.nlp.relations.targets import are_of_two
from pipeline.nlp.relations.voices import are_one_voice
from pipeline.nlp.relations.weights import EVIDENCE, FILE, Logistic, read_weights
from pipeline.nlp.relations.writers import find_writers
from pipeline.nlp.training.relations import Example, train

CLAIM = ClaimFacts(
    "d#c0", 0, 1, 0, False, "person-fenn", "Orla Fenn", True, "orla fenn", None, "statement", "asserted", False, "", "said", "say",
    "", (), frozenset(), None, None,
)  # fmt: skip
WORDS = {"ferry": (1.0, 0.0), "boat": (0.9, 0.1), "tax": (0.0, 1.0)}


def claim(*lemmas: str, **values: Any) -> ClaimFacts:
    return replace(CLAIM, lemmas=lemmas, content=" ".join(lemmas), **values)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A pipeline with vectors of three words."""
    vectors = SortedVectors()
    hashes = {get_string_id(word): row for row, word in enumerate(WORDS)}
    vectors.keys = np.array(sorted(hashes), dtype=np.uint64)
    vectors.rows = np.array([hashes[key] for key in sorted(hashes)], dtype=np.int32)
    vectors.data = np.array(list(WORDS.values()), dtype=np.float32)
    (tmp_path / "vocab").mkdir()
    vectors.to_disk(tmp_path / "vocab")
    return tmp_path


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        (("ferry",), ("boat",), 0.8, ALIKE),
        (("ferry",), ("ferry",), 1.0, 1.0),
        (("ferry",), ("tax",), 0.0, 0.05),
        (("norvale",), ("norvale",), 1.0, 1.0),
        (("norvale",), ("corbel",), 0.0, 0.0),
        ((), ("tax",), 0.0, 0.0),
    ],
)
def test_contents_are_alike_by_their_words(
    model: Path, one: tuple[str, ...], other: tuple[str, ...], least: float, most: float
) -> None:
    meaning = Meaning(model)
    words = [Words.of(claim(*lemmas), meaning) for lemmas in (one, other)]
    for found in cover(words[0], words[1], meaning):
        assert least <= found <= most


def test_both_ways_are_compared(model: Path) -> None:
    meaning = Meaning(model)
    first, second = cover(
        Words.of(claim("ferry"), meaning), Words.of(claim("boat", "tax", "norvale"), meaning), meaning
    )
    assert first > 0.8 > 0.25 > second


def test_without_vectors_only_equal_words_are_alike(tmp_path: Path) -> None:
    meaning = Meaning(tmp_path)
    assert meaning.weigh(["ferry"]) == [(-1, RAREST)]
    words = [Words.of(claim(word), meaning) for word in ("ferry", "boat", "ferry")]
    assert cover(words[0], words[1], meaning) == (0.0, 0.0)
    assert cover(words[0], words[2], meaning) == (1.0, 1.0)


def test_a_pair_has_a_number_for_each_kind_of_evidence() -> None:
    numbers = weigh_pair(claim("ferry"), claim("boat"), "same", Meaning(), together=True)
    assert len(numbers) == len(EVIDENCE)


TEXT = "Transport Secretary Olivia Crane spoke. Paul Ashe, director of the college, agreed with Dr Rao. He told Ann Bligh."
MENTIONS = [
    ("Transport Secretary", "OFFICE", "gb-transport-secretary"),
    ("Olivia Crane", "PERSON", "person-crane"),
    ("Paul Ashe", "PERSON", "person-ashe"),
    ("Rao", "PERSON", "person-rao"),
    ("Ann Bligh", "PERSON", "person-bligh"),
]


def test_people_are_described_by_what_stands_beside_their_names() -> None:
    rows = [
        {
            "start": TEXT.index(text),
            "end": TEXT.index(text) + len(text),
            "label": label,
            "entity_id": entity,
            "office_id": None,
        }
        for text, label, entity in MENTIONS
    ]
    found = describe_people(TEXT, rows)
    assert found["person-crane"].offices == {"gb-transport-secretary"}
    assert found["person-ashe"].words == {"director", "of", "the", "college"}
    assert found["person-rao"].words == {"dr"}
    assert not found["person-bligh"].words


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        ({"speaker": "gb-transport-secretary", "name": "transport secretary", "person": False}, "same"),
        ({"speaker": "org-crane", "name": "Crane", "person": False}, "alike"),
        ({"speaker": "org-rail", "name": "Rail Board", "person": False}, "alike"),
        ({"speaker": "gb-labour-party", "name": "Labour", "person": False}, "other"),
        ({"speaker": None, "name": "", "person": False, "source": "the secretary"}, "alike"),
        ({"speaker": None, "name": "", "person": False, "source": "a passenger"}, "other"),
        ({"speaker": "person-ashe", "name": "Paul Ashe"}, "other"),
        ({"speaker": "person-2", "name": "Liv Crane"}, "other"),
        ({"speaker": "person-3", "name": "O. Crane"}, "same"),
    ],
)
def test_speakers_are_matched_by_office_and_description(other: dict[str, Any], wanted: str) -> None:
    crane = claim(
        speaker="person-crane",
        name="Olivia Crane",
        source="crane",
        described="secretary spokeswoman transport",
        offices="gb-transport-secretary",
        bodies="org-rail",
    )
    assert match_speakers(crane, claim(**{"source": "it is named", **other})) == wanted


def test_a_chance_below_the_least_is_told_as_less_than_none() -> None:
    assert Logistic((0.0, 2.0), 0.5).chance([1.0, 1.0]) == pytest.approx(0.8808, abs=1e-4)
    assert Logistic((0.0, -2.0), 0.5).chance([1.0, 1.0]) == pytest.approx(-0.1192, abs=1e-4)


def number(name: str, one: ClaimFacts, other: ClaimFacts, *, together: bool = False) -> float:
    numbers = weigh_pair(one, other, "same", Meaning(), together=together)
    return numbers[EVIDENCE.index(name)]


def test_words_that_many_claims_of_a_document_have_tell_less() -> None:
    documents = count_spread([claim("ferry", "tax"), claim("ferry"), claim("ferry", "quay")])
    other = count_spread([claim("ferry", "tax")])[0]
    assert documents[0].spread == (3, 1)
    assert number("telling", documents[0], other) > 1.5 * number("telling", documents[1], other) > 0
    assert number("least", documents[2], other) < 0.5


def test_a_word_that_two_claims_of_a_document_share_is_no_topic() -> None:
    one, other, _ = count_spread([claim("ferry", "tax"), claim("ferry", "quay"), claim("tunnel")])
    assert number("telling", one, other, together=True) == number("telling", claim("ferry"), claim("ferry"))


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ('called it a "phony ferry"', "a phony crossing", 1.0),
        ('said: "It is a phony ferry and nobody will ever board it"', "a phony crossing", 0.0),
        ('called it a "phony ferry"', "the crossing", 0.0),
    ],
)
def test_a_catchword_is_a_word_of_a_short_quotation(one: str, other: str, wanted: float) -> None:
    claims = [replace(CLAIM, content=text, lemmas=tuple(split_words(text))) for text in (one, other)]
    assert number("catchword", *claims) == wanted


@pytest.mark.parametrize(("place", "wanted"), [(30, 1.0), (200, 0.0)])
def test_claims_that_follow_each_other_are_next(place: int, wanted: float) -> None:
    assert number("next", claim("ferry", end=20), claim("ferry", place=place), together=True) == wanted


def test_who_cannot_be_compared_says_nothing_against_a_group() -> None:
    def judge(one: int, other: int) -> float:
        return {(0, 1): 0.9, (1, 2): 0.6, (0, 2): 0.0}[min(one, other), max(one, other)]

    claims = [replace(CLAIM, claim_id=f"d{n}#c0") for n in range(3)]
    assert set(group(claims, [Same(0, 1, 0.9), Same(1, 2, 0.6)], judge).values()) == {0}


def test_members_that_are_unlike_part_groups() -> None:
    def judge(one: int, other: int) -> float:
        return {(0, 1): 0.9, (1, 2): 0.6, (0, 2): -0.02}[min(one, other), max(one, other)]

    claims = [replace(CLAIM, claim_id=f"d{n}#c0") for n in range(3)]
    found = group(claims, [Same(0, 1, 0.9), Same(1, 2, 0.6)], judge)
    assert found == {0: 0, 1: 0, 2: 2}


def test_weights_of_other_evidence_are_refused(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text(json.dumps({"least": 0.5, "weights": {"bias": 1.0}}), encoding="utf-8")
    with pytest.raises(ModelError, match="other evidence"):
        read_weights(path)


def test_training_learns_what_counts(tmp_path: Path) -> None:
    def example(group: str, shared: float) -> Example:
        numbers = [1.0] + [0.0] * (len(EVIDENCE) - 1)
        numbers[EVIDENCE.index("share")] = shared
        return Example(group, tuple(numbers), shared > 0.5)

    examples = [example(f"event {n % 3}", n % 2) for n in range(60)]
    found = train(examples, tmp_path, 0.5)
    assert (found.pairs, found.same, found.found, found.false) == (60, 30, 30, 0)
    weights = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))["weights"]
    assert weights["share"] > 1


def test_training_wants_two_events(tmp_path: Path) -> None:
    numbers = (1.0,) + (0.0,) * (len(EVIDENCE) - 1)
    with pytest.raises(GoldError, match="two events"):
        train([Example("one", numbers, True)], tmp_path, 0.5)


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        ("Liz Garrow", "Elizabeth Garrow", True),
        ("Bill Tarrant", "William J. Tarrant", True),
        ("Bill Tarrant", "Robert Tarrant", False),
        ("Bill Tarrant", "William Moss", False),
    ],
)
def test_nicknames_fit_first_names(one: str, other: str, fit: bool) -> None:
    assert fit_names(one, other) is fit


@pytest.mark.parametrize(
    ("content", "quoted"),
    [
        ("the plan was 'plainly reckless' and late", [("plainly", "reckless")]),
        ("'Phony ferry' claim was about fares", [("phony", "ferry")]),
        ("the workers' rights' bill was the sailors' idea", []),
        ("it's the town's last boat", []),
        ("“we don't owe 'anybody' money”", [("we", "don't", "owe", "anybody", "money")]),
    ],
)
def test_short_quotations_may_have_straight_single_marks(content: str, quoted: list[tuple[str, ...]]) -> None:
    assert list(replace(CLAIM, content=content).quoted) == quoted


AGENCY: dict[str, Any] = {"speaker": "org-agency", "name": "Harwick News", "person": False}


@pytest.mark.parametrize(
    ("content", "other", "apart"),
    [
        ("the tests will end", "the leader ends the tests", True),
        ("the tests are a “closed chapter”", "what he called a closed chapter", False),
        ("the tests will “end”", "the tests will end", True),
    ],
)
def test_two_speakers_who_quote_no_words_in_common_are_apart(
    tmp_path: Path, content: str, other: str, apart: bool
) -> None:
    rules = read_relation_rules(tmp_path)
    first, second = replace(CLAIM, content=content), replace(CLAIM, content=other, **AGENCY)
    assert sets_apart(first, second, rules) is apart
    assert not sets_apart(first, replace(CLAIM, content=other), rules)


def test_two_claims_of_one_cue_are_two_statements() -> None:
    one = claim("ferry", "unsafe", cue_at=10, claim_id="d#c10")
    other = claim("ferry", "unsafe", cue_at=10, claim_id="d#c40q")
    assert compare(one, other, read_relation_rules(Path()), together=True) == 0.0
    assert compare(one, replace(other, cue_at=90), read_relation_rules(Path()), together=True) > 0


@pytest.mark.parametrize(
    ("sentence", "writer"),
    [
        ("The union fired off a letter to the mayor. The letter urged him to go.", "org-union"),
        ("In a letter, the union said that it was late. The letter urged him to go.", "org-union"),
        ("The mayor got a letter from the union. The letter urged him to go.", "org-union"),
        ("The mayor got a letter. The letter urged him to go.", None),
        ("The union fired off a letter to the mayor. The memo urged him to go.", None),
    ],
)
def test_a_letter_speaks_for_who_wrote_it(sentence: str, writer: str | None) -> None:
    names = {"The union": "org-union", "the union": "org-union", "The mayor": "person-mayor"}
    mentions = [
        {
            "start": sentence.index(name),
            "end": sentence.index(name) + len(name),
            "entity_id": entity,
            "label": label,
        }
        for name, entity in names.items()
        if name in sentence
        for label in ["ORG" if entity == "org-union" else "PERSON"]
    ]
    said = sentence.find("said")
    rows = [
        {"claim_id": "d#c0", "source_text": "the union", "source_entity_id": "org-union", "cue_start": said,
         "source_start": said - len("the union "), "source_end": said - 1}
    ] if said > 0 else []  # fmt: skip
    at = sentence.rindex(". The ") + 2
    paper = sentence[at:].split(" urged")[0]
    rows.append(
        {"claim_id": "d#c1", "source_text": paper, "source_entity_id": None, "cue_start": at + len(paper) + 1,
         "source_start": at, "source_end": at + len(paper)}
    )  # fmt: skip
    found = find_writers(sentence, rows, mentions).get("d#c1")
    assert (found and found.entity) == writer


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        ("several gop senators", "numerous republican lawmakers on capitol hill", True),
        ("several members of the banking committee", "some on the banking committee", True),
        ("three other women", "three other women", True),
        ("three other women", "two other women", False),
        ("several liberal senators", "several conservative senators", False),
        ("the liberal senators", "liberal senators", False),  # no words that say how many
    ],
)
def test_some_of_many_are_one_group_by_what_they_are(one: str, other: str, fit: bool) -> None:
    first, second = read_group(one), read_group(other)
    assert bool(first and second and first.fits(second)) is fit


@pytest.mark.parametrize(
    ("one", "other", "voice"),
    [
        ("a federal indictment unsealed on tuesday", "prosecutors", True),
        ("the justice department", "a grand jury", True),
        ("prosecutors in manhattan", "prosecutors in atlanta", False),
        ("the indictment", "the lawsuit", False),
        ("the mayor", "prosecutors", False),
    ],
)
def test_an_accuser_has_several_names(one: str, other: str, voice: bool) -> None:
    assert are_one_voice(one, other) is voice


@pytest.mark.parametrize(
    ("one", "other", "two"),
    [
        ("four guards of beating an inmate", "two nurses of neglecting an inmate", True),
        ("the party leader to resign", "the party chairman to go", True),
        ("Ms. Crewe to go", "Hannah Crewe to pull out", False),
        ("the president to go", "Mr. Lund to go", False),  # he may be the president
        ("him to go", "the chairman to go", False),
    ],
)
def test_calls_and_charges_are_against_somebody(one: str, other: str, two: bool) -> None:
    kind = "allegation" if " of " in one else "call"
    first, second = (replace(CLAIM, content=text, claim_type=kind) for text in (one, other))
    assert are_of_two(first, second) is two


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ({}, {"content": "“They name nobody,”"}),
        ({"cue": "welcomed", "cue_lemma": "welcome"}, None),  # a verdict is what is said
        ({"cue": "downplaying"}, None),
        ({"negated": True}, None),
        ({"content": "the “latest” charges"}, None),
        ({}, {"cue": "added", "cue_lemma": "add"}),
        ({}, {"content": "they name nobody"}),
        ({}, {"place": 90}),
        ({}, {"speaker": "person-hale", "name": "Dermot Hale"}),
    ],
)
def test_an_act_goes_with_the_words_behind_it(act: dict[str, Any], words: dict[str, Any] | None) -> None:
    downplayed: dict[str, Any] = {
        "cue": "downplayed",
        "cue_lemma": "downplay",
        "claim_type": "opinion",
        "content": "the latest charges",
    }
    first = replace(CLAIM, **(downplayed | {"place": 0, "end": 40} | act))
    said: dict[str, Any] = {
        "claim_id": "d#c43",
        "place": 43,
        "end": 90,
        "cue": "said",
        "cue_lemma": "say",
        "content": "“They name nobody,”",
    }
    second = replace(CLAIM, **(said | (words or {})))
    joined = next(join_acts([first, second], read_relation_rules(Path())))
    assert (joined.words_in == "d#c43") is (not act and words == {"content": "“They name nobody,”"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One of the country's oldest charities wants a ban. The Hensfield Trust filmed six farms.", True),
        (
            "One of the country's oldest charities wants a ban. Delegates of the Hensfield Trust backed the call.",
            True,
        ),
        (
            "One of the country's oldest charities wants a ban. Farms must close, says the Hensfield Trust.",
            False,
        ),
        ("One of the charities wants a ban. The Hensfield Trust filmed six farms.", False),
    ],
)
def test_a_description_is_who_the_next_sentence_names(text: str, found: bool) -> None:
    start = text.index("Hensfield")
    mentions = [{"start": start, "end": start + 15, "entity_id": "org-trust", "label": "ORG"}]
    source = text.split(" wants")[0]
    rows = [{"claim_id": "d#c0", "source_text": source, "source_entity_id": None, "source_start": 0}]
    assert find_described(text, rows, mentions) == ({"d#c0": "org-trust"} if found else {})
