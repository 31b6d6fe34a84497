"""Reads YAML with the line of each entry and all values as written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from pipeline.core.yaml_loading import TextLoader

Step = str | int


class Places:
    """The lines of the entries of a YAML document."""

    def __init__(self, root: yaml.Node | None) -> None:
        self._root = root
        self._known: dict[int, dict[Step, tuple[yaml.Node, yaml.Node]]] = {}

    def line(self, steps: Sequence[Step]) -> int | None:
        """Return the line of an entry, from 1; if it is missing, that of its parent; None in an empty document.

        Args:
            steps: Keys and numbers of list items on the way to it.
        """
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
    """Return the data of a YAML document, and its nodes.

    Raises:
        yaml.YAMLError: It is not YAML, more than one document, or has a key twice.
    """
    loader = TextLoader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
        if node is None:
            return None, None
        return loader.construct_document(node), node
    finally:
        loader.dispose()
