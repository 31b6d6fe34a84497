"""Each kind of decision, on the rows of invented articles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from policy_news.decisions.decided import SURVEYED, Decided, RowsOfRun
from policy_news.decisions.decision_format import Decision, dump_line
from policy_news.decisions.decisions_file import parse_decisions
from policy_news.decisions.making import Maker, QuotedDocument, entity_ref
from policy_news.tables.chunks import Chunk, build_chunk
from policy_news.tables.schema import EntityRow
from tests.support.invented_run import Draft, masked_draft

MAKER = Maker("nell", dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
DRAFT = masked_draft()


def chunk_of(*drafts: Draft) -> Chunk:
    return build_chunk([draft.annotated() for draft in sorted(drafts, key=lambda draft: draft.doc_id)])


def source_of(draft: Draft) -> QuotedDocument:
    row = draft.document()
    return QuotedDocument(row.doc_id, row.sha256, row.text)


def decide(decisions: Sequence[Decision], *drafts: Draft) -> tuple[dict[str, list[dict[str, Any]]], Decided]:
    """The rows of drafts with decisions applied, and the hook."""
    chunk = chunk_of(*(drafts or (masked_draft(),)))
    data = "".join(dump_line(decision) + "\n" for decision in decisions).encode()
    surveyed = {name: chunk[name].select(columns) for name, columns in SURVEYED.items()}

    def fetch(doc_id: str) -> Chunk | None:
        own = [draft for draft in drafts or (masked_draft(),) if draft.doc_id == doc_id]
        return chunk_of(*own) if own else None

    decided = Decided(parse_decisions(data, "d.jsonl"), RowsOfRun(lambda: [surveyed], fetch))
    return {name: table.to_pylist() for name, table in decided.decide(chunk).items()}, decided


def states(decided: Decided) -> list[tuple[str, str]]:
    return [(outcome.state, outcome.note) for outcome in decided.outcomes()]


def mention(do: str, words: str, draft: Draft = DRAFT, **content: Any) -> Decision:
    source = source_of(draft)
    if "to" in content:
        content["to"] = source.quote(*draft.find(content["to"]))
    return MAKER.make(f"mention.{do}", doc=source.ref, target=source.quote(*draft.find(words)), **content)


def claim(do: str, draft: Draft = DRAFT, **change: Any) -> Decision:
    source = source_of(draft)
    parts: Any = source.parts(draft.claims[0])
    content: dict[str, Any] = {"doc": source.ref, "claim": parts}
    if change:
        content["set"] = change
    return MAKER.make(f"claim.{do}", **content)


def found(rows: dict[str, list[dict[str, Any]]]) -> dict[str, tuple[str, str, str]]:
    return {row["text"]: (row["label"], row["entity_id"], row["method"]) for row in rows["mentions"]}


def test_without_decisions_the_rows_are_the_very_same() -> None:
    chunk = chunk_of(masked_draft())
    assert Decided(parse_decisions(b"", "d")).decide(chunk) is chunk


@pytest.mark.parametrize(
    ("decision", "words", "expected"),
    [
        (
            mention("accept", "Orla Fenn", label="MINISTER"),
            "Orla Fenn",
            ("MINISTER", "person-orla-fenn", "decision"),
        ),
        (
            mention("relabel", "Orla Fenn", label="PERSON"),
            "Orla Fenn",
            ("PERSON", "person-orla-fenn", "decision"),
        ),
        (
            mention("relabel", "Orla Fenn", label="COMPANY"),
            "Orla Fenn",
            ("COMPANY", "org-orla-fenn", "decision"),
        ),
        (
            mention("move", "Orla Fenn", to="Fenn", label="PERSON"),
            "Fenn",
            ("PERSON", "person-fenn-in-lens-camera-rule-14754e", "decision"),
        ),
        (
            mention("add", "Brigid Moss", label="PERSON"),
            "Brigid Moss",
            ("PERSON", "person-brigid-moss", "decision"),
        ),
        (
            mention("assign", "Orla Fenn", label="PERSON", entity="q"),
            "Orla Fenn",
            ("MINISTER", "q", "decision"),
        ),
        (
            mention("add", "Orla", label="PERSON"),
            "Orla",
            ("PERSON", "person-orla-in-lens-camera-rule-14754e", "decision"),
        ),
    ],
)
def test_mentions(decision: Decision, words: str, expected: tuple[str, str, str]) -> None:
    rows, decided = decide([decision])
    assert found(rows)[words] == expected
    assert states(decided) == [("applied", "")]
    if words != "Orla Fenn" and words != "Brigid Moss":
        assert "Orla Fenn" not in found(rows), "two mentions overlap"


def test_a_rejected_mention_is_gone_with_all_that_refers_to_it() -> None:
    draft = masked_draft()
    rows, _ = decide([mention("reject", "Orla Fenn"), mention("reject", "Tarnwick Optics")], draft)
    assert set(found(rows)) == {"Tarnwick"}
    assert rows["claim_mentions"] == []
    assert rows["claims"][0]["source_entity_id"] == "tarnwick", "another mention is still of it"
    start = draft.text.index("Tarnwick ****")
    second = MAKER.make(
        "mention.reject", doc=source_of(draft).ref, target=source_of(draft).quote(start, start + 8)
    )
    rows, _ = decide([mention("reject", "Tarnwick Optics"), second], draft)
    assert rows["claims"][0]["source_entity_id"] is None


def test_a_claim_follows_the_entity_of_its_source() -> None:
    draft = masked_draft()
    row = draft.claims[0]
    object.__setattr__(row, "source_mention_id", draft.mentions[0].mention_id)
    rows, _ = decide([mention("assign", "Tarnwick Optics", draft, label="COMPANY", entity="other")], draft)
    assert rows["claims"][0]["source_entity_id"] == "other"
    rows, _ = decide([mention("move", "Tarnwick Optics", draft, to="Optics", label="COMPANY")], draft)
    (moved,) = [row for row in rows["mentions"] if row["text"] == "Optics"]
    assert rows["claims"][0]["source_mention_id"] == moved["mention_id"]


def test_a_new_mention_stands_in_the_contents_that_hold_it() -> None:
    rows, _ = decide([mention("add", "rule", label="LAW")], DRAFT)
    pairs = {row["mention_id"] for row in rows["claim_mentions"]}
    assert {row["mention_id"] for row in rows["mentions"] if row["text"] in ("Orla Fenn",)} <= pairs


@pytest.mark.parametrize(
    ("decision", "column", "value"),
    [
        (claim("change", type="call"), "claim_type", "call"),
        (claim("change", negated=True), "negated", True),
        (claim("change", source=None), "source_text", None),
        (claim("change", source_entity="person-orla-fenn"), "source_entity_id", "person-orla-fenn"),
        (claim("change", source=source_of(DRAFT).quote(*DRAFT.find("Orla Fenn"))), "source_entity_id", "person-orla-fenn"),
        (claim("change", content=source_of(DRAFT).quotes([DRAFT.find("Orla Fenn had")])), "content_text", "Orla Fenn had"),
        (claim("change", cue=source_of(DRAFT).quote(*DRAFT.find("said on Monday"))), "cue_text", "said on Monday"),
        (claim("accept"), "claim_type", "denial"),
    ],
)  # fmt: skip
def test_claims(decision: Decision, column: str, value: Any) -> None:
    rows, decided = decide([decision])
    assert states(decided) == [("applied", "")]
    (row,) = rows["claims"]
    assert (row[column], row["method"], row["score"]) == (value, "decision", 1.0)


def test_words_that_become_the_source_leave_the_content() -> None:
    rows, _ = decide([claim("change", source=source_of(DRAFT).quote(*DRAFT.find("Orla Fenn")))])
    (row,) = rows["claims"]
    assert (row["source_text"], row["content_text"]) == ("Orla Fenn", 'had "misread" the rule')


def _same_words(*parts: str) -> Decision:
    quote = source_of(DRAFT).quote(*DRAFT.find("Orla Fenn"))
    given: dict[str, Any] = {part: (quote,) if part == "content" else quote for part in parts}
    return claim("change", DRAFT, **given)


@pytest.mark.parametrize(
    ("decision", "note"),
    [
        (_same_words("source", "cue"), "overlap"),
        (_same_words("source", "content"), "overlap"),
        (_same_words("cue", "content"), "overlap"),
        (claim("change", content=source_of(DRAFT).quotes([DRAFT.find("Orla Fenn"), DRAFT.find("Fenn had")])), "overlap"),
        (claim("change", content=source_of(DRAFT).quotes([DRAFT.find("said on Monday")])), "overlap"),
        (claim("change", type="opinion-piece"), "no type opinion-piece"),
        (claim("change", quote_kind="loud"), "no kind of quotation loud"),
        (mention("relabel", "Orla Fenn", label="NOBODY"), "no label NOBODY"),
        (mention("add", "Brigid Moss", label="NOBODY"), "no label NOBODY"),
        (MAKER.make("entity.kb", entity={"id": "tarnwick"}, value="42"), "not a Wikidata id"),
    ],
)  # fmt: skip
def test_what_no_table_can_have_is_told_and_not_applied(decision: Decision, note: str) -> None:
    before = {name: table.to_pylist() for name, table in chunk_of(masked_draft()).items()}
    rows, decided = decide([decision])
    assert rows == before
    ((state, told),) = states(decided)
    assert state == "lost"
    assert note in told


def test_a_rejected_claim_is_gone() -> None:
    rows, decided = decide([claim("reject")])
    assert (rows["claims"], rows["claim_mentions"], states(decided)) == ([], [], [("applied", "")])


def test_an_added_claim_gets_what_a_claim_has() -> None:
    source, draft = source_of(DRAFT), masked_draft()
    parts = {
        "content": source.quotes([draft.find("I doubt it")]),
        "source": source.quote(*draft.find("Brigid Moss")),
    }
    rows, _ = decide([MAKER.make("claim.add", doc=source.ref, claim=parts)], draft)
    (row,) = [row for row in rows["claims"] if row["method"] == "decision"]
    assert (row["content_text"], row["source_text"], row["claim_type"]) == (
        "I doubt it",
        "Brigid Moss",
        "statement",
    )
    assert row["claim_date"] == dt.date(2023, 3, 7)
    assert row["section_id"] == draft.sections[-1].section_id


def test_a_claim_that_the_model_no_longer_finds_is_made_anew_where_a_person_accepted_it() -> None:
    draft = masked_draft()
    decision = claim("accept", draft)
    draft.claims.clear()
    draft.pairs.clear()
    rows, decided = decide([decision], draft)
    assert [row["content_text"] for row in rows["claims"]] == ['Orla Fenn had "misread" the rule']
    assert states(decided) == [("applied", "")]
    rows, decided = decide([claim("reject")], draft)
    assert states(decided) == [("held", "")]


def test_decisions_that_say_different_things_of_one_place_go_together() -> None:
    rows, decided = decide(
        [
            mention("relabel", "Orla Fenn", label="PERSON"),
            mention("assign", "Orla Fenn", label="X", entity="q"),
        ]
    )
    assert found(rows)["Orla Fenn"] == ("PERSON", "q", "decision")
    assert [state for state, _ in states(decided)] == ["applied", "applied"]


@pytest.mark.parametrize(
    ("words", "note"),
    [("*** ******** ** *** Ministry", "masked text"), ("Nears\n\nTarnwick", "not within one section")],
)
def test_a_mention_stands_in_one_section_and_shows_nothing_masked(words: str, note: str) -> None:
    rows, decided = decide([mention("add", words, label="ORG")])
    assert note in states(decided)[0][1]
    assert len(rows["mentions"]) == 3


def test_a_document_under_another_name_is_known_by_its_hash_and_one_that_is_gone_is_told() -> None:
    renamed = masked_draft("lens/new name")
    decision = mention("relabel", "Orla Fenn", label="PERSON")
    rows, _ = decide([decision], renamed)
    assert found(rows)["Orla Fenn"][0] == "PERSON"
    other = Draft("other", "Nothing here.")
    other.section("Nothing here.")
    _, decided = decide([decision], other)
    assert states(decided) == [("lost", "there is no document lens/camera rule any more")]
    rows, decided = decide([decision], renamed, masked_draft("lens/copy"))
    assert states(decided)[0][0] == "lost", "two copies: nobody can say which one was meant"


def entity(row_id: str, draft: Draft = DRAFT) -> Any:
    source = source_of(draft)
    return entity_ref(
        row_id, None, [source.witness(row) for row in draft.mentions if row.entity_id == row_id]
    )


def rows_of_entities(*ids: str) -> list[EntityRow]:
    return [EntityRow(own, "ORG", own.title(), None, [own], 1, 1, None, None) for own in ids]


def test_merge_leads_all_rows_to_one_entity() -> None:
    decision = MAKER.make("entity.merge", entities=(entity("tarnwick"),), into=entity("person-orla-fenn"))
    rows, decided = decide([decision])
    assert {row["entity_id"] for row in rows["mentions"]} == {"person-orla-fenn"}
    assert rows["claims"][0]["source_entity_id"] == "person-orla-fenn"
    assert states(decided) == [("applied", "")]


def test_an_entity_with_another_id_now_is_found_by_its_mentions() -> None:
    decision = MAKER.make("entity.merge", entities=(entity("tarnwick"),), into=entity("person-orla-fenn"))
    draft = masked_draft()
    for row in draft.mentions:
        if row.entity_id == "tarnwick":
            object.__setattr__(row, "entity_id", "tarnwick-optics-plc")
    rows, decided = decide([decision], draft)
    assert {row["entity_id"] for row in rows["mentions"]} == {"person-orla-fenn"}
    draft.mentions.clear()
    draft.pairs.clear()
    _, decided = decide([decision], draft)
    assert states(decided) == [("lost", "there is no entity tarnwick any more")]


@pytest.mark.parametrize("pairs", [["ab", "ba"], ["ab", "bc", "ca"]])
def test_a_merge_that_would_close_a_circle_is_lost(pairs: list[str]) -> None:
    draft = Draft("doc", "Aa and Bb and Cc met.")
    draft.section("Aa and Bb and Cc met.")
    for words in ("Aa", "Bb", "Cc"):
        draft.mention(words, "ORG", words[0].lower())
    decisions = [
        MAKER.make("entity.merge", entities=({"id": one},), into={"id": other})
        for one, other in map(tuple, pairs)
    ]
    rows, decided = decide(decisions, draft)
    assert [row["entity_id"] for row in rows["mentions"]] == list("bbc" if len(pairs) == 2 else "ccc")
    assert states(decided)[-1] == ("lost", "it would close a circle of merges")
    assert {state for state, _ in states(decided)[:-1]} == {"applied"}


def test_chains_of_merges_lead_to_the_end() -> None:
    draft = Draft("doc", "Aa and Bb and Cc met.")
    draft.section("Aa and Bb and Cc met.")
    for words in ("Aa", "Bb", "Cc"):
        draft.mention(words, "ORG", words[0].lower())
    decisions = [
        MAKER.make("entity.merge", entities=({"id": one},), into={"id": other}) for one, other in ("ab", "bc")
    ]
    rows, _ = decide(decisions, draft)
    assert {row["entity_id"] for row in rows["mentions"]} == {"c"}


def test_split_by_document_and_by_mention() -> None:
    first, second = masked_draft("a"), masked_draft("b")
    own = entity("tarnwick", first)
    split = MAKER.make("entity.split", entity=own, docs=(source_of(second).ref,), into="tarnwick-2")
    rows, _ = decide([split], first, second)
    assert {(row["doc_id"], row["entity_id"]) for row in rows["mentions"] if "Tarn" in row["text"]} == {
        ("a", "tarnwick"), ("b", "tarnwick-2"),
    }  # fmt: skip
    assert {row["source_entity_id"] for row in rows["claims"] if row["doc_id"] == "b"} == {"tarnwick-2"}
    witness = source_of(first).witness(first.mentions[0])
    split = MAKER.make("entity.split", entity=own, mentions=(witness,), into="tarnwick-2")
    rows, _ = decide([split], first, second)
    assert [row["entity_id"] for row in rows["mentions"] if "Tarn" in row["text"]].count("tarnwick-2") == 1


def test_names_and_wikidata_ids() -> None:
    decisions = [
        MAKER.make("entity.name", entity=entity("tarnwick"), value="Tarnwick plc"),
        MAKER.make("entity.kb", entity=entity("tarnwick"), value="Q7"),
        MAKER.make("entity.merge", entities=(entity("tarnwick"),), into={"id": "person-orla-fenn"}),
    ]
    _, decided = decide(decisions)
    rows = decided.entities(rows_of_entities("person-orla-fenn"))
    assert (rows[0].name, rows[0].kb_id) == ("Tarnwick plc", "Q7")
    again = MAKER.make("entity.name", entity={"id": "person-orla-fenn"}, value="Another")
    _, decided = decide([*decisions, again])
    decided.entities(rows_of_entities("person-orla-fenn"))
    assert [outcome.state for outcome in decided.outcomes()] == ["replaced", "applied", "applied", "applied"]


def merge(one: str, other: str) -> dict[str, Any]:
    return {"do": "entity.merge", "entities": ({"id": one},), "into": {"id": other}}


def edit(kind: str, value: str | None) -> dict[str, Any]:
    return {"do": f"entity.{kind}", "entity": {"id": "tarnwick"}, "value": value}


def split(into: str) -> dict[str, Any]:
    source = source_of(DRAFT)
    return {
        "do": "entity.split",
        "entity": {"id": "tarnwick"},
        "mentions": (source.witness(DRAFT.mentions[0]),),
        "into": into,
    }


def content_of(decision: Decision) -> dict[str, Any]:
    return decision.model_dump(exclude={"v", "id", "by", "when", "why", "replaces"}, exclude_unset=True)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (edit("name", "Tarn"), edit("name", "Wick")),
        (edit("kb", "Q1"), edit("kb", "Q2")),
        (edit("kb", "Q1"), edit("kb", None)),
        (merge("tarnwick", "x"), merge("tarnwick", "y")),
        (split("x"), split("y")),
        *(
            (content_of(one), content_of(other))
            for one, other in (
                (mention("relabel", "Orla Fenn", label="ORG"), mention("relabel", "Orla Fenn", label="GPE")),
                (mention("add", "Brigid Moss", label="ORG"), mention("add", "Brigid Moss", label="GPE")),
                (mention("assign", "Orla Fenn", label="X", entity="a"), mention("assign", "Orla Fenn", label="X", entity="b")),
                (mention("move", "Orla Fenn", to="Fenn", label="ORG"), mention("move", "Orla Fenn", to="Orla", label="ORG")),
                (claim("change", type="call"), claim("change", type="question")),
                (mention("accept", "Orla Fenn", label="PERSON"), mention("reject", "Orla Fenn")),
                (mention("reject", "Orla Fenn"), mention("accept", "Orla Fenn", label="PERSON")),
                (mention("accept", "Orla Fenn", label="ORG"), mention("relabel", "Orla Fenn", label="GPE")),
                (mention("add", "Orla", label="PERSON"), mention("accept", "Orla Fenn", label="PERSON")),
                (mention("assign", "Orla Fenn", label="X", entity="a"), mention("move", "Orla", to="Orla Fenn", label="PERSON", entity="b")),
                (claim("change", type="call"), claim("accept")),
                (claim("accept"), claim("reject")),
                (claim("reject"), claim("accept")),
                (claim("change", source=None), claim("change", source=source_of(DRAFT).quote(*DRAFT.find("Orla Fenn")))),
            )
        ),
    ],
)  # fmt: skip
def test_the_later_of_two_decisions_about_one_thing_stands(
    earlier: dict[str, Any], later: dict[str, Any]
) -> None:
    days = [Maker("nell", dt.datetime(2026, 3, day, tzinfo=dt.UTC)) for day in (1, 2)]
    first, second = (maker.make(**content) for maker, content in zip(days, (earlier, later), strict=True))
    alone = applied([second])
    # Whatever the order of the lines: git may have merged them.
    for ordered in ([first, second], [second, first]):
        rows, decided = decide(ordered)
        edited = decided.entities(rows_of_entities("tarnwick"))
        assert (rows, edited) == alone
        by_id = {outcome.id: outcome for outcome in decided.outcomes()}
        line = ordered.index(second) + 1
        assert by_id[second.id].state in ("applied", "held")
        assert by_id[first.id].state == "replaced"
        assert by_id[first.id].note.startswith(f"line {line} ")
    # Of the same moment the later line stands.
    same = days[0].make(**later)
    assert applied([first, same])[1] == applied([same])[1]


def applied(decisions: Sequence[Decision]) -> tuple[dict[str, list[dict[str, Any]]], list[EntityRow]]:
    rows, decided = decide(decisions)
    return rows, decided.entities(rows_of_entities("tarnwick"))


@pytest.mark.parametrize(
    ("others", "state"),
    [
        ([], "lost"),
        ([mention("assign", "Tarnwick Optics", label="COMPANY", entity="acme")], "applied"),
        ([mention("add", "Gone Words", Draft("x", "Gone Words"), label="ORG", entity="acme")], "lost"),
        ([MAKER.make("entity.merge", entities=({"id": "tarnwick"},), into={"id": "acme"})], "applied"),
        ([MAKER.make("entity.merge", entities=({"id": "nothing"},), into={"id": "acme"})], "lost"),
    ],
)  # fmt: skip
def test_the_source_of_a_claim_is_an_entity_that_a_mention_is_of(others: list[Decision], state: str) -> None:
    named = claim("change", source_entity="acme")
    rows, decided = decide([*others, named], masked_draft())
    outcome = next(one for one in decided.outcomes() if one.id == named.id)
    assert outcome.state == state
    speaker = rows["claims"][0]["source_entity_id"]
    assert speaker is None or speaker in {row["entity_id"] for row in rows["mentions"]}
    assert (speaker == "acme") == (state == "applied")


def test_an_entity_whose_last_mention_is_rejected_is_the_source_of_nothing() -> None:
    named = claim("change", source_entity="person-orla-fenn")
    rows, decided = decide([named, mention("reject", "Orla Fenn")], masked_draft())
    assert [state for state, _ in states(decided)] == ["lost", "applied"]
    assert rows["claims"][0]["source_entity_id"] == "tarnwick"


def near(doc_id: str, town: str = "") -> Draft:
    """A document with the same names, in the same words, and one line that tells it from others."""
    draft = masked_draft(doc_id)
    last = f"The {town} office is closed." if town else ""
    if last:
        draft.text += f"\n\n{last}"
        draft.section(last)
    return draft


@pytest.mark.parametrize(
    ("now", "where"),
    [
        ({"a": "Leeds", "b": "York"}, "a"),
        ({"b": "Leeds", "a": "York"}, "b"),
        ({"c": "Leeds", "a": "York", "b": "Hull"}, "c"),
        ({"a": "York", "b": "Hull"}, "a"),
        ({"b": "Leeds", "c": "Leeds", "a": "York"}, None),
        ({"a": "Leeds", "c": "Leeds"}, "a"),
        ({"b": "York"}, None),
    ],
)
def test_decisions_follow_the_article_and_not_its_name(now: dict[str, str], where: str | None) -> None:
    decision = mention("relabel", "Orla Fenn", near("a", "Leeds"), label="PERSON")
    rows, decided = decide([decision], *(near(doc_id, town) for doc_id, town in now.items()))
    touched = {row["doc_id"] for row in rows["mentions"] if row["method"] == "decision"}
    assert touched == ({where} if where else set())
    assert [state for state, _ in states(decided)] == ["applied" if where else "lost"]


def test_a_text_that_decisions_know_by_another_name_is_another_article() -> None:
    leeds = mention("relabel", "Orla Fenn", near("a", "Leeds"), label="PERSON")
    york = mention("relabel", "Orla Fenn", near("b", "York"), label="GPE")
    rows, decided = decide([leeds, york], near("a", "York"), near("b", "Hull"))
    assert [(row["doc_id"], row["label"]) for row in rows["mentions"] if row["method"] == "decision"] == [
        ("a", "GPE")
    ]
    assert states(decided) == [("lost", "a is another article now"), ("applied", "")]


def test_a_split_of_a_document_whose_text_changed_needs_a_quotation_in_it() -> None:
    draft = near("a", "Leeds")
    source = source_of(draft)
    bare = {"id": "tarnwick"}
    quoted = entity_ref("tarnwick", None, [source.witness(draft.mentions[0])])
    for own, state in ((bare, "lost"), (quoted, "applied")):
        one = MAKER.make("entity.split", entity=own, docs=(source.ref,), into="tarnwick-2")
        _, decided = decide([one], near("a", "York"))
        assert [state for state, _ in states(decided)] == [state]
