"""How likely the verdicts on paraphrases are right: counted on invented drafts of known truth, and measured on others."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import yaml

import policy_news
from policy_news.drafts.finding import GOOD
from policy_news.drafts.likelihood import ACCUSING, FILE, likelihood
from policy_news.drafts.sources import SourceText
from tools.training.claim_scores import calibration_error

DRAFTS = Path("tests/drafts/summaries.yml")
"""Sources with right and wrong sentences about them."""
SHARES = (0.0, 0.85, 1.0)
"""Shares of words from which a row counts: most words, nearly all, all."""
BEFORE = 0.5
"""Right and wrong verdicts that are counted before the first one, as Jeffreys has it: a share of few cases is never quite 0 or 1."""


class Case(NamedTuple):
    """A sentence of a draft.

    Attributes:
        kind: What is wrong with it; empty if it is right.
    """

    source: SourceText
    sentence: str
    kind: str


class Judged(NamedTuple):
    """A verdict, and whether it is right.

    Attributes:
        share: Of the words of the draft that the claim has.
    """

    verdict: str
    share: float
    is_right: bool


def read_cases(part: str, path: Path = DRAFTS) -> Iterator[Case]:
    """Yield the sentences of a part of the drafts: `fitted` or `held`."""
    for row in yaml.safe_load(path.read_text(encoding="utf-8"))[part]:
        source = SourceText("source", row["source"], row.get("published"))
        yield from (Case(source, sentence, "") for sentence in row["right"])
        yield from (Case(source, sentence, kind) for kind, sentence in row["wrong"])


def fitting(path: Path = DRAFTS) -> dict[str, list[str]]:
    """Return the verdicts that fit each kind of error; those of a right sentence by the empty kind."""
    found: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))["fits"]
    return {"": sorted(GOOD), **found}


def judge(part: str) -> Iterator[Judged]:
    """Yield the verdicts on the paraphrases of a part that decide something."""
    fits = fitting()
    for case in read_cases(part):
        report = policy_news.verify(case.sentence, [case.source])
        verdict = report.sentences[0].verdict
        found = [one for one in report.findings if one.verdict == verdict and one.kind == "paraphrase"]
        if verdict is not None and verdict != "not_found" and found:
            yield Judged(verdict, found[0].share, verdict in fits[case.kind])


def fit(rows: Sequence[Judged]) -> dict[str, list[list[float]]]:
    """Return for each kind of verdict rows of a share and the probability from it on, which never falls."""
    found = {}
    for name, own in (("supported", [one for one in rows if one.verdict in GOOD]), (ACCUSING, [one for one in rows if one.verdict not in GOOD])):  # fmt: skip
        places = np.searchsorted(SHARES, [one.share for one in own], side="right") - 1
        right = np.bincount(places, [one.is_right for one in own], len(SHARES))
        total = np.bincount(places, minlength=len(SHARES))
        found[name] = [[share, round(p, 4)] for share, p in zip(SHARES, _rising(right, total), strict=True)]
    return found


def _rising(right: npt.NDArray[Any], total: npt.NDArray[Any]) -> list[float]:
    """Return the share of right ones in each row; rows that would fall are counted together (pool adjacent violators)."""
    pools: list[tuple[float, float, int]] = []
    for own, count in zip(right.tolist(), total.tolist(), strict=True):
        pools.append((own, count, 1))
        while len(pools) > 1 and _rate(*pools[-2][:2]) >= _rate(*pools[-1][:2]):
            last, before = pools.pop(), pools.pop()
            pools.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    return [_rate(own, count) for own, count, width in pools for _ in range(width)]


def _rate(right: float, total: float) -> float:
    return (right + BEFORE) / (total + 2 * BEFORE)


def train(out: Path) -> int:
    """Fit the probabilities and write them; returns how many verdicts they are counted from."""
    rows = list(judge("fitted"))
    (out / FILE).write_text(json.dumps(fit(rows), indent=1) + "\n", encoding="utf-8")
    return len(rows)


def measure(out: Path) -> tuple[int, float]:
    """Return how many verdicts the drafts that are left out have, and the calibration error of the probabilities in a folder."""
    told = json.loads((out / FILE).read_text(encoding="utf-8"))
    rows = list(judge("held"))
    return len(rows), calibration_error([likelihood(one.verdict, one.share, told) for one in rows], [one.is_right for one in rows])  # fmt: skip
