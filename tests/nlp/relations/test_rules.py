"""The rule data of links: each rule links the claims of its example, and none of its counterexample."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_news.nlp.relations.link_rules import FILE, LinkRules, read_link_rules
from policy_news.rules.rule_files import RULES_DIR, read_rule_file
from tests.nlp.relations.reading import relate

RULES = read_rule_file(RULES_DIR / "claims" / FILE, LinkRules)


@pytest.fixture(scope="module")
def related(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    texts = [(f"{rule.id}-yes", None, rule.example) for rule in RULES.rules]
    texts += [(f"{rule.id}-no", None, rule.counterexample) for rule in RULES.rules]
    found: dict[str, list[str]] = {name: [] for name, *_ in texts}
    for row in relate(tmp_path_factory.mktemp("rules"), texts)["claim_links"]:
        found[row["claim_id"].rsplit("#", 1)[0]].append(row["relation"])
    return found


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_an_example_is_linked_and_a_counterexample_is_not(
    related: dict[str, list[str]], rule: object
) -> None:
    assert related[f"{rule.id}-yes"] == [rule.relation]  # type: ignore[attr-defined]
    assert related[f"{rule.id}-no"] == []  # type: ignore[attr-defined]


def test_rules_are_those_of_the_built_pipeline(tmp_path: Path) -> None:
    assert read_link_rules(tmp_path) == RULES


@pytest.mark.parametrize(
    ("noun", "known"), [("claims", ("claim", True)), ("stories", ("story", True)), ("view", ("view", False))]
)
def test_nouns_are_known_in_both_numbers(noun: str, known: tuple[str, bool]) -> None:
    assert RULES.singular(noun) == known
