"""A safe YAML loader that refuses duplicate keys, in two kinds: for rule files, and with values as written; and the lines of entries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from yaml import SafeLoader
else:
    # libyaml's, where PyYAML has been built with it: ten times as fast, with the same result.
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG = "tag:yaml.org,2002:"
Resolvers = dict[Any, list[tuple[str, re.Pattern[str]]]]


class StrictLoader(SafeLoader):
    """A loader that refuses duplicate keys, which YAML's own rules forbid and PyYAML accepts."""

    def construct_strict_mapping(self, node: yaml.MappingNode) -> dict[Any, Any]:
        """Construct a mapping."""
        values: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                message = "a key must be a text"
                raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
            key = self.construct_key(key_node)
            if key in values:
                message = f"duplicate key '{key}'"
                raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
            values[key] = self.construct_object(value_node, deep=True)
        return values

    def construct_key(self, node: yaml.ScalarNode) -> Any:
        """Construct a key."""
        return self.construct_object(node)


class RuleLoader(StrictLoader):
    """For rule files: `no`, `on` and dates are text; only `true` and `false` are truth values."""


class TextLoader(StrictLoader):
    """For expectations: all values but null are text, as written.

    Else `12:30` would be the number 750, `0123` be 83 and `no` be false.
    """

    def construct_key(self, node: yaml.ScalarNode) -> str:
        """Return the key as written."""
        key: str = node.value
        return key


def _resolvers(tags: Iterable[str]) -> Resolvers:
    """Select PyYAML's rules by which plain scalars get a type, for these types only."""
    wanted = {_TAG + tag for tag in tags}
    kept: Resolvers = {}
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items():
        own = [(tag, regexp) for tag, regexp in resolvers if tag in wanted]
        if own:
            kept[first] = own
    return kept


StrictLoader.add_constructor(
    yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, StrictLoader.construct_strict_mapping
)
RuleLoader.yaml_implicit_resolvers = _resolvers(("null", "int", "float", "merge", "value"))
RuleLoader.add_implicit_resolver(_TAG + "bool", re.compile(r"^(?:true|false)$"), list("tf"))
TextLoader.yaml_implicit_resolvers = _resolvers(("null",))


Step = str | int


class YamlLines:
    """The lines of the entries of a YAML document."""

    def __init__(self, root: yaml.Node | None) -> None:
        self._root = root
        self._known: dict[int, dict[Step, tuple[yaml.Node, yaml.Node]]] = {}

    def line(self, steps: Sequence[Step]) -> int | None:
        """Return the line of an entry, from 1; if it is missing, that of its parent; None in an empty document."""
        node, found = self._root, self._root
        for step in steps:
            if node is None:
                break
            child = self._children(node).get(step)
            if child is None:  # what is missing is named by the line of what it is missing from
                break
            found, node = child
        if found is None:
            return None
        return found.start_mark.line + 1

    def _children(self, node: yaml.Node) -> dict[Step, tuple[yaml.Node, yaml.Node]]:
        """Map key or number to the node that marks the entry and the node of its value."""
        # Kept, as each of thousands of outcomes asks for its line. Ids are safe as keys: the root holds all nodes.
        if id(node) in self._known:
            return self._known[id(node)]
        children: dict[Step, tuple[yaml.Node, yaml.Node]] = {}
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    children[key.value] = (key, value)
        elif isinstance(node, yaml.SequenceNode):
            for number, item in enumerate(node.value):
                children[number] = (item, item)
        self._known[id(node)] = children
        return children


def parse_yaml(text: str) -> tuple[Any, yaml.Node | None]:
    """Return the data of a YAML document, and its nodes."""
    loader = TextLoader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
        if node is None:
            return None, None
        return loader.construct_document(node), node
    finally:
        loader.dispose()
