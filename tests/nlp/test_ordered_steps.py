"""Steps run in an order that is checked when it is built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from policy_news.nlp.claims.claim_steps import CLAIM_STEPS
from policy_news.nlp.entities.mention_steps import MENTION_STEPS
from policy_news.nlp.ordered_steps import OrderedSteps, Step
from tests.conftest import ROOT


@dataclass
class Loaf:
    flour: int
    dough: int = field(init=False)
    bread: int = field(init=False)
    crumbs: int = field(init=False)


def knead(flour: int) -> int:
    return flour * 2


def double(dough: int) -> int:
    return dough * 10


def bake(dough: int) -> tuple[int, int]:
    return dough + 1, dough % 7


KNEAD, RISE, BAKE = (
    Step("dough", knead, "flour"),
    Step("dough", double, "dough", "cold -> risen, not cold"),
    Step("bread, crumbs", bake, "dough", "risen"),
)
COLD = Step("dough", knead, "flour", "-> cold")


def test_each_step_takes_what_the_ones_before_wrote() -> None:
    loaf = OrderedSteps(Loaf, [COLD, RISE, BAKE]).run(Loaf(3))
    assert (loaf.dough, loaf.bread, loaf.crumbs) == (60, 61, 4)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([BAKE], "the step bake needs what no step before it gives: dough, risen"),
        ([KNEAD, BAKE], "the step bake needs what no step before it gives: risen"),
        ([KNEAD, RISE, BAKE], "the step double needs what no step before it gives: cold"),
        ([COLD, RISE, RISE, BAKE], "the step double needs what no step before it gives: cold"),
        ([COLD, BAKE, RISE], "the step bake needs what no step before it gives: risen"),
        ([COLD, RISE], "no step needs what another one gives: risen"),
    ],
    ids=["nothing", "a fact", "first", "ended", "swapped", "spare"],
)
def test_an_order_that_breaks_what_a_step_needs_cannot_be_built(steps: list[Step], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        OrderedSteps(Loaf, steps)


def test_a_step_reads_as_many_fields_as_its_function_takes() -> None:
    with pytest.raises(TypeError, match="missing a required argument: 'dough'"):
        OrderedSteps(Loaf, [KNEAD, Step("bread", bake, "")])


ARTICLES = ("politics/rail-fares.txt", "wire/brussels-facial-recognition.txt")
ORDERS = 3


def other_orders(steps: OrderedSteps[Any]) -> Iterator[OrderedSteps[Any]]:
    """Yield lists of the same steps in other orders that what they read and rely on allows."""
    for seed in range(ORDERS):
        rng, left, order = Random(seed), list(steps.steps), list[Step]()
        while left:
            free = [step for step in left if may_follow(steps, order, left, step)]
            order.append(rng.choice(free))
            left.remove(order[-1])
        assert order != list(steps.steps)
        yield OrderedSteps(steps.state, order)


def may_follow(steps: OrderedSteps[Any], order: list[Step], left: list[Step], step: Step) -> bool:
    """Return whether a step may come next: what it ends, no other one needs any more."""
    if any(step.rule[2] & other.rule[0] for other in left if other is not step):
        return False
    with suppress(ValueError):
        steps.check([*order, step])
        return True
    return False


@pytest.fixture(scope="module")
def docs(nlp: Language) -> list[Doc]:
    """Sample articles before their mentions are decided."""
    with nlp.select_pipes(disable=["policy_document_pass", "policy_dates", "policy_claims"]):
        texts = ((ROOT / "data" / "raw" / name).read_text(encoding="utf-8") for name in ARTICLES)
        return list(nlp.pipe(texts))


@pytest.mark.slow
def test_orders_that_the_facts_allow_give_the_same_mentions(
    nlp: Language, docs: list[Doc], monkeypatch: pytest.MonkeyPatch
) -> None:
    def found() -> list[Any]:
        done = [nlp.get_pipe("policy_document_pass")(doc.copy()) for doc in docs]
        return [
            ([(*map(str, (e, e.label_, e.kb_id_, e.id_)),) for e in doc.ents], doc._.mention_scores)
            for doc in done
        ]

    expected = found()
    assert all(ents for ents, _ in expected)
    for order in other_orders(MENTION_STEPS):
        monkeypatch.setattr("policy_news.nlp.entities.document_pass.MENTION_STEPS", order)
        assert found() == expected


@pytest.mark.slow
def test_orders_that_the_facts_allow_give_the_same_claims(
    nlp: Language, docs: list[Doc], monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = [nlp.get_pipe("policy_dates")(nlp.get_pipe("policy_document_pass")(doc.copy())) for doc in docs]

    def found() -> list[Any]:
        return [nlp.get_pipe("policy_claims")(doc.copy())._.claims for doc in ready]

    expected = found()
    assert all(expected)
    for order in other_orders(CLAIM_STEPS):
        monkeypatch.setattr("policy_news.nlp.claims.claim_steps.CLAIM_STEPS", order)
        assert found() == expected
