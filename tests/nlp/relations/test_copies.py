"""Near-identical documents, and the bounds of the work."""

from __future__ import annotations

import datetime as dt
import random

from pipeline.nlp.relations.candidates import MOST, RARE_WORDS, find_candidates
from pipeline.nlp.relations.copies import Copies, shingle_hashes
from pipeline.nlp.relations.facts import ClaimFacts
from pipeline.nlp.relations.meaning import Meaning

DAY = dt.date(2021, 5, 12)
WORDS = [f"word{number}" for number in range(2_000)]


def text(seed: int, words: int = 300) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def groups(*documents: tuple[str, dt.date | None, str]) -> list[tuple[str, list[str]]]:
    copies = Copies()
    for doc_id, day, own in documents:
        copies.add(doc_id, day, shingle_hashes(own))
    return list(copies.groups())


def test_a_cut_and_edited_print_is_a_copy_of_the_earliest() -> None:
    report = text(1)
    cut = report.rsplit(" ", 60)[0].replace("word7 ", "an editor's word ")
    later = DAY + dt.timedelta(1)
    assert groups(("a", later, cut), ("b", DAY, report), ("c", DAY, text(2))) == [("b", ["a", "b"])]


def test_texts_of_one_form_and_short_texts_are_no_copies() -> None:
    form = text(3, 60)
    own = [(f"d{number}", DAY, f"{form} {text(10 + number, 200)}") for number in range(5)]
    assert groups(*own, ("s1", DAY, "A short note."), ("s2", DAY, "A short note.")) == []


def test_a_thousand_copies_without_dates_are_one_group() -> None:
    report = text(4)
    found = groups(*((f"{number:04}", None, report) for number in range(1_000)))
    assert [(leader, len(ids)) for leader, ids in found] == [("0000", 1_000)]


def test_no_shingle_reaches_over_masked_words() -> None:
    masked = "one two three ******* four five six ***** seven eight nine ten"
    assert len(shingle_hashes(masked)) == 0


def claim(number: int, content: str) -> ClaimFacts:
    words = tuple(content.split())
    return ClaimFacts(
        f"d#c{number}", number, number + 1, 0, False, "person-fenn", "Orla Fenn", True, "orla fenn", DAY, "statement",
        "asserted", False, "", "said", "say", content, words, frozenset(), None, None,
    )  # fmt: skip


def test_many_claims_of_one_speaker_on_one_day_stay_bounded() -> None:
    claims = [claim(number, text(number, 8)) for number in range(2_000)]
    assert len(find_candidates(claims, Meaning())) <= len(claims) * 2 * RARE_WORDS * MOST
    same = [claim(number, "ferries were late again") for number in range(2_000)]
    assert len(find_candidates(same, Meaning())) <= len(same) * 2 * RARE_WORDS * MOST
