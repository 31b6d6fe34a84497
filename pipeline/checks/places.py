"""YAML with the line of each entry, all values as they are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from pipeline.core.yaml_loading import TextLoader

Step = str | int


class Places:
    """Where the entries of a YAML document stand."""

    def __init__(self, root: yaml.Node | None) -> None:
        self._root = root
        self._known: dict[int, dict[Step, tuple[yaml.Node, yaml.Node]]] = {}

    def line(self, steps: Sequence[Step]) -> int | None:
        """Line of an entry, from 1; of what holds it, if it is not there; None in an empty document.

        Args:
            steps: Keys and numbers of list items on the way to it.
        """
        node, found = self._root, self._root
        for step in steps:
            if node is None or (child := self._children(node).get(step)) is None:
                break
            found, node = child
        if found is None:
            return None
        return found.start_mark.line + 1

    def _children(self, node: yaml.Node) -> dict[Step, tuple[yaml.Node, yaml.Node]]:
        """Key or number to the node that marks the entry and the node of its value."""
        if id(node) not in self._known:
            if isinstance(node, yaml.MappingNode):
                self._known[id(node)] = {
                    key.value: (key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)
                }
            else:
                if isinstance(node, yaml.SequenceNode):
                    items = node.value
                else:
                    items = ()
                self._known[id(node)] = {number: (item, item) for number, item in enumerate(items)}
        return self._known[id(node)]


def parse_yaml(text: str) -> tuple[Any, yaml.Node | None]:
    """The data of a YAML document, and its nodes.

    Raises:
        yaml.YAMLError: It is no YAML, more than one document, or has a key twice.
    """
    loader = TextLoader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
        return (None if node is None else loader.construct_document(node)), node
    finally:
        loader.dispose()
