"""A safe YAML loader that refuses duplicate keys, in two kinds: one for rule files and one that keeps values as written."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
        """Construct a mapping.

        Raises:
            yaml.constructor.ConstructorError: A key occurs twice or is not a text.
        """
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
