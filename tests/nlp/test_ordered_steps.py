"""Steps run in an order that is checked when it is built."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from policy_news.nlp.ordered_steps import OrderedSteps, Step


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
