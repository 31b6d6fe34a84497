"""Finds names by how they are built or used: `shares in X`, `X, a Chinese firm`, `transport minister X`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from policy_news.core.errors import RuleError
from policy_news.core.grouping import grouped
from policy_news.nlp.entities.full_names import is_given
from policy_news.nlp.entities.gazetteer import add_candidates
from policy_news.nlp.entities.head_words import HeadFile, find_headed_names
from policy_news.nlp.entities.mentions import PARTY_LETTERS, THINGS, is_of_person, is_people, trim
from policy_news.nlp.entities.token_patterns import Pattern, PatternFile, PatternRule, compile_pattern
from policy_news.nlp.extensions import register
from policy_news.nlp.tokens import Tokens
from policy_news.rules.name_forms import honorifics, is_legal_form, name_words
from policy_news.rules.rule_files import RULES_DIR, find_duplicates, read_rule_file, rule_files
from policy_news.rules.rule_models import Strict
from policy_news.rules.word_lists import is_ordinary, is_spelled_lower, ordinary_words
from policy_news.tables.labels import PLACES

HEADS_FILE = "heads.yml"
BARE = frozenset({"minister", "ministers", "secretary"})
"""Titles that are none without a portfolio."""
NAMED = frozenset({"COMPANY", "PERSON"})
NO_NAME = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "ORDINAL", "QUANTITY", "NORP"})
"""Labels of the model for words that are part of no name."""


class GrammarRules(Strict):
    """All grammar rules. Serialisable, so that a built pipeline carries them."""

    patterns: tuple[PatternFile, ...] = ()
    heads: HeadFile = HeadFile()

    @cached_property
    def marked(self) -> dict[str, list[str]]:
        """Ids of the rules by their marks."""
        rules = [*self.heads.heads, *(rule for file in self.patterns for rule in file.rules)]
        return grouped((mark, rule.id) for rule in rules for mark in rule.marks)


def read_grammar(folder: Path) -> GrammarRules:
    """Read `grammar/*.yml` of a rule folder.

    Raises:
        RuleError: A file does not fit, or an id comes twice.
    """
    files = [path for path in rule_files(folder / "grammar") if path.name != HEADS_FILE]
    patterns = tuple(read_rule_file(path, PatternFile) for path in files)
    for rule, _, _ in find_duplicates(
        (rule.id, str(i)) for i, file in enumerate(patterns) for rule in file.rules
    ):
        raise RuleError(f"models/rules/grammar: id '{rule}' comes twice", "Give every rule an id of its own.")
    return GrammarRules(patterns=patterns, heads=read_rule_file(folder / "grammar" / HEADS_FILE, HeadFile))


class Grammar:
    """Marks names by pattern and by head word as candidates; `span.id_` is `rule:<id>` or `weak:<id>`."""

    def __init__(self, vocab: Vocab, folder: str | None = None) -> None:
        self.vocab = vocab
        self._folder = folder
        self._rules: GrammarRules | None = None

    @property
    def rules(self) -> GrammarRules:
        """The rules; those of this project unless a folder was given. Read and compiled when first used."""
        if self._rules is None:
            self._use(read_grammar(Path(self._folder) if self._folder else RULES_DIR))
        assert self._rules is not None
        return self._rules

    def __call__(self, doc: Doc) -> Doc:
        """Add the candidates of the doc."""
        tokens = Tokens(doc)
        headed = find_headed_names(tokens, self.rules.heads)
        doc._.rules_marked = self.rules.marked
        add_candidates(tokens, [*headed, *self._find(tokens)])
        return doc

    def find(self, doc: Doc) -> list[Span]:
        """Return what the patterns find, in order of offsets; of one rule's overlapping matches the longest."""
        return self._find(Tokens(doc))

    def _find(self, tokens: Tokens) -> list[Span]:
        _ = self.rules
        best: dict[tuple[str, int], Span] = {}
        for section in tokens.sections:
            for rule_id, start, end in self._matches(tokens, section.start, section.end):
                span = self._mention(tokens, rule_id, start, end)
                if span is not None and len(span) > len(best.get((rule_id, span.end), ())):
                    best[rule_id, span.end] = span
        return sorted(best.values(), key=lambda span: (span.start, -span.end, span.id_))

    def _matches(self, tokens: Tokens, low: int, high: int) -> Iterator[tuple[str, int, int]]:
        """Yield rules with the first token and one past the last of what they match in a section."""
        words, by_anchor = tokens.lower, self._by_anchor
        for i in [i for i in range(low, high) if words[i] in by_anchor]:
            for rule_id, pattern in by_anchor[words[i]]:
                inside = pattern.match(tokens, i, low, high)
                if inside:
                    yield rule_id, inside[0], inside[-1] + 1

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the rules as JSON."""
        path.mkdir(parents=True, exist_ok=True)
        data = self.rules.model_dump(mode="json", exclude_defaults=True)
        (path / "grammar.json").write_text(
            json.dumps(data, ensure_ascii=False, sort_keys=True), encoding="utf-8"
        )

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> Grammar:
        """Read them back."""
        self._use(GrammarRules.model_validate_json((path / "grammar.json").read_text(encoding="utf-8")))
        return self

    def _mention(self, tokens: Tokens, rule_id: str, start: int, end: int) -> Span | None:
        rule, label = self._by_id[rule_id]
        if label == "COMPANY":
            start = _behind_sentence(tokens, start, end)
        if label in THINGS or label == "PERSON":
            start, end = trim(tokens, *_trimmed(tokens, *_with_hyphens(tokens, start, end)), label)
        # `and` joins portfolios (`trade and industry minister`), but not what stands before a title.
        while label == "OFFICE" and start < end and tokens.lower[start] == "and":
            start += 1
        if label == "OFFICE":
            end = _before_person(tokens, start, end)
            if end - start == 1 and tokens.lower[start] in BARE:
                return None  # `Trudeau and Minister Mendicino`
        if start == end or (label in THINGS and is_of_person(tokens, start)):
            return None
        if (
            label in NAMED
            and tokens.lower[start] in name_words().never_names
            and (end - start == 1 or tokens.ent_types[start + 1] == "PERSON")
        ):
            return None  # `Mr. President`, `MPs brand it a farce`, `bank President Tom Vail`
        return Span(
            tokens.doc,
            start,
            end,
            label=label or "NONE",
            span_id=f"{'rule' if rule.strong else 'weak'}:{rule_id}",
        )

    def _use(self, rules: GrammarRules) -> None:
        self._rules = rules
        self._by_id: dict[str, tuple[PatternRule, str]] = {}
        self._by_anchor: dict[str, list[tuple[str, Pattern]]] = {}
        for file in rules.patterns:
            for rule in file.rules:
                pattern = compile_pattern(rule.pattern, file.words)
                self._by_id[rule.id] = rule, file.label if rule.label is None else rule.label
                for word in sorted(pattern.elements[pattern.anchor].words or ()):
                    self._by_anchor.setdefault(word, []).append((rule.id, pattern))


def _behind_sentence(tokens: Tokens, start: int, end: int) -> int:
    """Return the start of a company's name, after the legal form of another that closes a sentence: `Tarn Ltd. | Hale Corp`."""
    for i in range(end - 2, start, -1):
        behind = tokens.texts[i + 1]
        closes = tokens.texts[i].endswith(".") and is_legal_form(tokens.texts[i])
        if closes and behind not in ("&", ",") and not is_legal_form(behind):
            return i + 1
    return start


def _before_person(tokens: Tokens, start: int, end: int) -> int:
    """Return the end of a title, or the name of its holder after it: `Minister for Ports | Tom Hale`."""
    for i in range(start + 2, end):
        opens = tokens.texts[i][:1].isupper() and tokens.lower[i - 1] not in {"and", "for", "of", ","}
        named = tokens.ent_types[i] == "PERSON" and tokens.ent_types[i - 1] != "PERSON"
        if opens and (named or (i + 1 < end and is_given(tokens.texts[i])) or _is_no_portfolio(tokens, i)):
            end = i
            break
    while end - 2 > start and tokens.lower[end - 1].rstrip(".") in honorifics().personal:
        end -= 1
    return end


def _is_no_portfolio(tokens: Tokens, i: int) -> bool:
    """Return whether a word after an ordinary one is none, nor a place: `Minister for Ports | Hale`."""
    word, before = tokens.texts[i], tokens.texts[i - 1]
    if not word.istitle() or is_spelled_lower(word) or not is_spelled_lower(before):
        return False
    return tokens.ent_types[i] not in PLACES and not is_people(tokens.lower[i])


def _with_hyphens(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    """Return the span with the parts that hyphens join to it: the tokenizer sets `Mid-Tarnshire` apart."""
    while start > 1 and _is_joint(tokens, start - 1) and tokens.texts[start - 2][:1].isupper():
        if tokens.texts[start - 2] in PARTY_LETTERS:
            break  # `D-Mass.`
        start -= 2
    while end + 1 < len(tokens) and _is_joint(tokens, end) and tokens.texts[end + 1][:1].isupper():
        end += 2
    return start, end


def _is_joint(tokens: Tokens, i: int) -> bool:
    return tokens.texts[i] == "-" and not tokens.followed_by_space(i) and not tokens.followed_by_space(i - 1)


def _trimmed(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    """Return the span without words that are no part of a name: of a sentence start, a time, a nationality, a loose `&`."""
    while start < end and (
        _is_sentence_word(tokens, start) or _is_no_name(tokens, start) or tokens.texts[start] == "&"
    ):
        start += 1
    while start < end and (tokens.ent_types[end - 1] in NO_NAME or tokens.texts[end - 1] == "&"):
        end -= 1
    return start, end


def _is_no_name(tokens: Tokens, i: int) -> bool:
    """Return whether the model takes a word for a time, number or people, unless the people is none in English (`Svenska Gruv AB`)."""
    if tokens.ent_types[i] == "NORP":
        return tokens.lower[i] in name_words().nationalities or is_ordinary(tokens.texts[i])
    return tokens.ent_types[i] in NO_NAME


def _is_sentence_word(tokens: Tokens, i: int) -> bool:
    """Return whether a token has its capital only because it starts a sentence."""
    if tokens.lower[i] not in ordinary_words() or _opens_name(tokens, i) or _opens_plain_name(tokens, i):
        return False
    return i == 0 or tokens.sentence_starts[i] or tokens.doc[i - 1].is_punct or tokens.spaces[i - 1]


def _opens_name(tokens: Tokens, i: int) -> bool:
    """Return whether a word is in capitals alone (`Picture: PA`), or a possessive with a capital follows it (`Winning Our Future`)."""
    behind = tokens.texts[i + 1] if i + 1 < len(tokens) else ""
    if len(tokens.texts[i]) > 1 and tokens.texts[i].isupper():
        return not behind.isupper()
    return behind.istitle() and tokens.tags[i + 1] == "PRP$"


def _opens_plain_name(tokens: Tokens, i: int) -> bool:
    """Return whether the model reads an ordinary word as one of a name, and the one after it is as ordinary: `Good Jobs First`."""
    if not tokens.tags[i].startswith("NNP") or i + 1 >= len(tokens):
        return False
    behind, lower = tokens.texts[i + 1], tokens.lower[i]
    titles = name_words().never_names | honorifics().single
    # `He Lifeng`
    is_plain = behind.istitle() and (is_ordinary(behind) or lower == "he") and lower not in titles
    return is_plain and tokens.tags[i + 1].startswith("NNP")


@Language.factory("policy_grammar", assigns=["doc.spans"], default_config={"rules": None})
def make_grammar(nlp: Language, name: str, rules: str | None) -> Grammar:
    """Return the factory; arguments as those of the gazetteer.

    Args:
        rules: A rule folder; None for the rules of this project.
    """
    register()
    return Grammar(nlp.vocab, rules)
