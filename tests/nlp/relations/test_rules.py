"""The rule data of relations: each reaction relates the claims of its examples, and none of its counterexamples."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.nlp.relations.lexicon import FILE, Reaction, RelationRules, plural, read_relation_rules
from pipeline.rules.reading import RULES_DIR, read_rule_file
from tests.nlp.relations.reading import relate

RULES = read_rule_file(RULES_DIR / "claims" / FILE, RelationRules)
CASES = [
    (f"{rule.id}-{number}-{'yes' if wanted else 'no'}", rule, text, wanted)
    for rule in RULES.reactions
    for texts, wanted in ((rule.examples, True), (rule.counterexamples, False))
    for number, text in enumerate(texts)
]


@pytest.fixture(scope="module")
def related(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The relations in each text, by its name."""
    rows = relate(
        tmp_path_factory.mktemp("rules"), [(name, "2021-05-12", text) for name, _, text, _ in CASES]
    )
    found: dict[str, set[str]] = {name: set() for name, *_ in CASES}
    for row in rows["claim_links"]:
        found[row["claim_id"].rsplit("#", 1)[0]].add(row["relation"])
    return found


@pytest.mark.parametrize(("name", "rule", "text", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_examples_are_related_and_counterexamples_are_not(
    related: dict[str, set[str]], name: str, rule: Reaction, text: str, wanted: bool
) -> None:
    assert related[name] == ({rule.relation} if wanted else set()), text


def test_rules_are_those_of_the_built_pipeline(tmp_path: Path) -> None:
    assert read_relation_rules(tmp_path) == RULES


def test_each_pointer_says_what_it_fits() -> None:
    with pytest.raises(ValidationError, match="different keys"):
        RelationRules.model_validate({**RULES.model_dump(), "fits": {}})


@pytest.mark.parametrize(("noun", "many"), [("claim", "claims"), ("story", "stories"), ("essay", "essays")])
def test_plural(noun: str, many: str) -> None:
    assert plural(noun) == many
