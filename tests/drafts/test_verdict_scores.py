"""Sentences in the manner of summaries: what is wrong with one is told, and a right one is left alone."""

from __future__ import annotations

import pytest

import policy_news
from policy_news.drafts.finding import GOOD
from policy_news.drafts.likelihood import likelihood
from tools.training.verdict_scores import SHARES, Case, Judged, fit, fitting, read_cases

SILENT = {"not_found", "masked"}


def verdict_on(case: Case) -> str | None:
    return policy_news.verify(case.sentence, [case.source]).sentences[0].verdict


@pytest.mark.slow
@pytest.mark.parametrize("part", ["fitted", "held", "mended"])
def test_wrong_sentences_are_not_comforted_and_right_ones_not_accused(part: str) -> None:
    fits = fitting()
    told = [(case, verdict_on(case) or "not_found") for case in read_cases(part)]
    right = [verdict for case, verdict in told if not case.kind]
    wrong = [(case, verdict) for case, verdict in told if case.kind]
    assert sum(verdict not in {*GOOD, *SILENT} for verdict in right) <= 0.03 * len(right)
    assert sum(verdict in GOOD for _, verdict in wrong) <= 0.03 * len(wrong)
    assert sum(verdict in fits[case.kind] for case, verdict in wrong) >= 0.65 * len(wrong)


def test_the_score_of_a_verdict_never_falls_as_more_words_agree() -> None:
    rows = [Judged("changed", share, share > 0.7) for share in (0.6, 0.7, 0.9, 1.0, 1.0)]
    table = fit(rows)
    scores = [p for _, p in table["accusing"]]
    assert scores == sorted(scores)
    assert [share for share, _ in table["supported"]] == list(SHARES)
    assert {p for _, p in table["supported"]} == {0.5}, "without cases nothing is known"


@pytest.mark.parametrize("verdict", ["supported", "changed", "denied", "other_speaker"])
def test_scores_are_probabilities(verdict: str) -> None:
    assert 0.5 < likelihood(verdict, 0.7) <= likelihood(verdict, 1.0) < 1


def test_what_decides_nothing_has_no_probability() -> None:
    assert likelihood("not_found", 1.0) == 0
