"""Conditions on the tokens of a parse, as the rule files of claims state them."""

from __future__ import annotations

from typing import Any

from policy_news.core.errors import RuleError
from policy_news.nlp.claims.tree import Tree
from policy_news.rules.rule_models import Strict

Words = frozenset[str]


class Node(Strict):
    """Conditions on a token. All that are stated must hold.

    Attributes:
        word: Its form in lower case.
        lemma: Its lemma. `{plain}` among words or lemmas stands for the list `plain` of `patterns.yml`.
        tag: Its tag; `VB*` is any tag that begins with these two letters.
        dep: Its dependency label.
        named: Whether it is part of a mention.
        mark: Whether it has no letter and no digit.
        head: The token that governs it.
        first: The first token of its phrase.
        before: The token right before it.
        after: The token right after it.
        kids: Each fits one of its dependents.
        no_kids: None fits any of its dependents.
        any_of: One fits the token itself.
        none_of: None fits the token itself.
    """

    word: Words = frozenset()
    lemma: Words = frozenset()
    tag: Words = frozenset()
    dep: Words = frozenset()
    named: bool | None = None
    mark: bool | None = None
    head: Node | None = None
    first: Node | None = None
    before: Node | None = None
    after: Node | None = None
    kids: tuple[Node, ...] = ()
    no_kids: tuple[Node, ...] = ()
    any_of: tuple[Node, ...] = ()
    none_of: tuple[Node, ...] = ()

    def fits(self, tree: Tree, index: int) -> bool:
        """Return whether all conditions hold for a token; none does outside the doc."""
        if not 0 <= index < len(tree) or not self._fits_token(tree, index):
            return False
        governor = tree.heads[index] if tree.heads[index] != index else -1
        near = (
            (self.head, governor),
            (self.first, tree.left[index]),
            (self.before, index - 1),
            (self.after, index + 1),
        )
        if not all(node is None or node.fits(tree, at) for node, at in near):
            return False
        kids = tree.kids[index]
        found = all(any(node.fits(tree, kid) for kid in kids) for node in self.kids)
        return found and not any(node.fits(tree, kid) for node in self.no_kids for kid in kids)

    def _fits_token(self, tree: Tree, index: int) -> bool:
        tag = tree.tags[index]
        stated = (
            (self.word, tree.lower[index]), (self.lemma, tree.lemmas[index]), (self.dep, tree.deps[index])
        )  # fmt: skip
        if any(allowed and value not in allowed for allowed, value in stated):
            return False
        if self.tag and self.tag.isdisjoint((tag, f"{tag[:2]}*")):
            return False
        if self.named not in (None, index in tree.ents) or self.mark not in (None, not tree.words[index]):
            return False
        any_fits = not self.any_of or any(node.fits(tree, index) for node in self.any_of)
        return any_fits and not any(node.fits(tree, index) for node in self.none_of)


def with_lists(value: Any, lists: Strict) -> Any:
    """Return a row with the words of each list that it names in curly brackets.

    Args:
        value: A row, or a part of one.
        lists: Has the lists as attributes.

    Raises:
        RuleError: There is no list of a name.
    """
    if isinstance(value, Strict):
        stated = {name: with_lists(getattr(value, name), lists) for name in value.model_fields_set}
        return value.model_copy(update=stated)
    if isinstance(value, tuple):
        return tuple(with_lists(part, lists) for part in value)
    if isinstance(value, frozenset):
        return frozenset(word for part in value for word in _words(part, lists))
    return value


def _words(part: str, lists: Strict) -> Words:
    """Return the words of a list that is named in curly brackets; a word by itself."""
    if not part.startswith("{"):
        return frozenset({part})
    words = getattr(lists, part[1:-1], None)
    if not isinstance(words, frozenset):
        raise RuleError(f"models/rules/claims: there is no list {part}", "Name a list of patterns.yml.")
    return words
