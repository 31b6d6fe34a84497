"""No pattern of the project is slow on hostile text; a rule whose pattern is wrong is refused with its file and name."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from policy_news.core.errors import RuleError
from policy_news.nlp.dates.date_finder import build_engine
from policy_news.nlp.dates.date_rules import read_date_rules
from policy_news.nlp.entities.grammar import Grammar, read_grammar
from policy_news.nlp.entities.token_patterns import PatternFile, compile_pattern
from policy_news.rules.rule_files import RULES_DIR, read_rule_file
from policy_news.text.document import Source
from policy_news.text.layout import find_layout
from policy_news.text.layout.vocabulary import MAX_LINE, LabelFile, default_vocabulary
from tests.support.steps import grows_at_most_linearly

LENGTH = 5_000
LABEL = "labels: [{{id: lede, kind: furniture, pattern: '{}', examples: [a], counterexamples: [b]}}]"
GRAMMAR = "label: X\nrules: [{{id: r.one, pattern: '{}', examples: [a], counterexamples: [b]}}]"
FILLERS = (
    " ", "\u00a0", "a ", "A.", "* ", "1", "Ab-", "[", "©", '"', "-", "\u200b", "Sep ", "by ",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "model", "says"),
    [
        (
            GRAMMAR.format("<NAME> /NN/* NAME? CAP* says"),
            PatternFile,
            "'r.one'.*more than 2 repeats in a row",
        ),
        (GRAMMAR.format("<NAME> says?"), PatternFile, "'r.one'.*no word that must be there"),
        (LABEL.format("(a"), LabelFile, "'lede'.*not a regular expression"),
    ],
)
def test_a_refused_rule_is_named_with_file_and_reason(
    tmp_path: Path, text: str, model: type[PatternFile | LabelFile], says: str
) -> None:
    path = tmp_path / "own.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=f"(?s)own.yml.*{says}") as caught:
        read_rule_file(path, model)
    assert caught.value.hint


def test_a_refused_date_pattern_is_named(tmp_path: Path) -> None:
    for name in ("words", "patterns", "holidays"):
        text = (RULES_DIR / "dates" / f"{name}.yml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.yml").write_text(
            text.replace('pattern: "<iso:iso>"', 'pattern: "* <iso:iso>"'), encoding="utf-8"
        )
    with pytest.raises(RuleError, match=r"patterns.yml: 'iso-date': ") as caught:
        build_engine(read_date_rules(tmp_path))
    assert caught.value.hint


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Stop what hangs, by the time of this process: a pattern of ours takes a thousandth of it."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def hostile(examples: Iterable[str], length: int) -> Iterator[str]:
    """Examples and fillers over and over, with an end that does not fit."""
    for body in (*examples, *FILLERS):
        yield (body * (length // len(body) + 1))[: length - 1] + "\x01"


def test_no_label_hangs_on_a_hostile_line() -> None:
    for label in default_vocabulary().labels:
        for line in hostile(label.examples, MAX_LINE):
            with stopped_after(10):
                label.regex.fullmatch(line)


def test_no_pattern_of_furniture_hangs_on_a_hostile_paragraph() -> None:
    rules = default_vocabulary().furniture
    for row in rules.furniture:
        pattern = re.compile(rules.pattern_of(row))
        for text in hostile(row.examples, 20_000):
            with stopped_after(10):
                list(pattern.finditer(text))


@pytest.mark.parametrize("filler", FILLERS)
@pytest.mark.parametrize(
    "frame",
    [
        "{}",
        "Title\n\n{}\n\nText.",
        "Comments\n\nAnn{}Moll\nAcme Ltd\n3 May 2019\nYes.",
        "---\ntitle: a{}b\n---\nText",
    ],
)
def test_the_layout_of_endless_lines_takes_linear_work(frame: str, filler: str) -> None:
    def layout_of(times: int) -> Callable[[], object]:
        return lambda: find_layout(Source(frame.format("x" + filler * (times * LENGTH // len(filler)) + "x")))

    assert grows_at_most_linearly(layout_of)


@pytest.mark.slow
def test_every_token_pattern_takes_linear_work_on_long_runs(nlp: Language) -> None:
    grammar, slow = Grammar(nlp.vocab), []
    for file in read_grammar(RULES_DIR).patterns:
        for rule in file.rules:
            docs = {times: run_of_tokens(nlp, rule.pattern, file.words, 400 * times) for times in (1, 2)}
            if not grows_at_most_linearly(lambda times, docs=docs: lambda: grammar.find(docs[times])):  # type: ignore[misc]
                slow.append(rule.id)
    assert slow == []


def run_of_tokens(nlp: Language, pattern: str, sets: object, count: int) -> Doc:
    """Tokens made from a pattern: each repeat as often as it may be, over and over, with an end that does not fit."""
    words, tags = [], []
    for element in compile_pattern(pattern, sets).elements:  # type: ignore[arg-type]
        words += [min(element.words) if element.words else "Tarn"] * min(element.most, 25)
        tags += [min(element.tags) if element.tags else "NNP"] * min(element.most, 25)
    times = count // len(words)
    doc = Doc(nlp.vocab, words=(words * times)[:-1], tags=(tags * times)[:-1])
    doc.spans["sections"] = [doc[:]]
    return doc
