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
        label: The label of that mention.
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
    label: Words = frozenset()
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
        if not 0 <= index < len(tree.lower) or not self._fits_token(tree, index):
            return False
        head, kids = tree.heads[index], tree.kids[index]
        return (
            (self.head is None or (head != index and self.head.fits(tree, head)))
            and (self.first is None or self.first.fits(tree, tree.left[index]))
            and (self.before is None or self.before.fits(tree, index - 1))
            and (self.after is None or self.after.fits(tree, index + 1))
            and all(any(node.fits(tree, kid) for kid in kids) for node in self.kids)
            and not any(node.fits(tree, kid) for node in self.no_kids for kid in kids)
        )

    def _fits_token(self, tree: Tree, index: int) -> bool:
        # What fails most often first: most rows fit hardly any token.
        tag = tree.tags[index]
        return (
            (not self.word or tree.lower[index] in self.word)
            and (not self.lemma or tree.lemmas[index] in self.lemma)
            and (not self.dep or tree.deps[index] in self.dep)
            and (not self.tag or tag in self.tag or f"{tag[:2]}*" in self.tag)
            and self.named in (None, index in tree.ents)
            and (
                not self.label
                or (index in tree.ents and tree.mentions[tree.ents[index]].label_ in self.label)
            )
            and self.mark in (None, not tree.words[index])
            and (not self.any_of or any(node.fits(tree, index) for node in self.any_of))
            and not (self.none_of and any(node.fits(tree, index) for node in self.none_of))
        )


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
