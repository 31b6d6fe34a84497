"""Adds entries to a YAML text without changing the rest: comments, order and quotation marks stay."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping
from typing import Any

import yaml

from policy_news.core.yaml_loading import parse_yaml

INDENT = 2


def insert_entries(text: str, section: str, entries: Mapping[str, Any], note: str = "") -> str:
    """Add entries to one of the top mappings of a text: in order if the mapping is sorted, else at its end.

    Args:
        text: A YAML mapping, or only comments.
        section: Key of the mapping; added if it is missing.

    Raises:
        ValueError: The text is written in a way that cannot be extended, e.g. in braces.
    """
    if not entries:
        return text
    old, root = parse_yaml(text)
    line_end = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += line_end
    # From the end, so that positions further up stay valid.
    for position, block in sorted(_placed(root, section, entries, note, lines).items(), reverse=True):
        lines[position:position] = [line + line_end for line in block]
    new = "".join(lines)
    # Anchors, tags and odd indentation can make an insertion mean something else. The text is read back
    # rather than trusted: a file of the user's must not be damaged.
    wanted = dict(old or {})
    wanted[section] = {**(wanted.get(section) or {}), **entries}
    _verify(new, wanted, section)
    return new


def _placed(
    root: yaml.Node | None, section: str, entries: Mapping[str, Any], note: str, lines: list[str]
) -> dict[int, list[str]]:
    """Return new lines by the number of the line that they go before; extend a mapping in braces in `lines` itself."""
    pair = _find(root, section)
    if pair is None:
        return {len(lines): [f"{section}:", *_render(entries, INDENT, note)]}
    key_node, value = pair
    first = key_node.start_mark.line + 1
    if not isinstance(value, yaml.MappingNode) or not value.value:
        _empty(value, lines)
        return {first: _render(entries, INDENT, note)}
    if value.flow_style:
        # Written in braces, so there are no lines to add: the entries follow the last one in its own line.
        end = value.value[-1][1].end_mark
        added = "".join(f", {_flow(key)}: {_flow(entries[key])}" for key in sorted(entries))
        lines[end.line] = lines[end.line][: end.column] + added + lines[end.line][end.column :]
        return {}
    keys = [key.value for key, _ in value.value]
    ends = [first, *(1 + max(key.start_mark.line, _last_line(one)) for key, one in value.value)]
    is_sorted = keys == sorted(keys)
    indent = value.value[0][0].start_mark.column
    placed: dict[int, list[str]] = {}
    for key in sorted(entries):
        # A list that somebody keeps in order stays in order; any other grows at its end.
        position = ends[bisect(keys, key)] if is_sorted else ends[-1]
        placed.setdefault(position, []).extend(render_entry(key, entries[key], indent, note))
    return placed


def _render(entries: Mapping[str, Any], indent: int, note: str) -> list[str]:
    return [line for key in sorted(entries) for line in render_entry(key, entries[key], indent, note)]


def _find(root: yaml.Node | None, section: str) -> tuple[yaml.Node, yaml.Node] | None:
    if root is None:
        return None
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise ValueError("the whole file is written in braces")
    for key, value in root.value:
        if key.value == section:
            return (key, value)
    return None


def _empty(value: yaml.Node, lines: list[str]) -> None:
    """Remove `{}` or `null`, so that lines can follow."""
    start, end = value.start_mark, value.end_mark
    if start.line == end.line and start.column < end.column:
        line = lines[start.line]
        lines[start.line] = line[: start.column].rstrip() + line[end.column :]


def _last_line(node: yaml.Node) -> int:
    """Return the number of the last line of a value. The parser's own end of a block lies after the comments that follow."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        if not isinstance(last, tuple):
            return _last_line(last)
        key, value = last
        return max(int(key.start_mark.line), _last_line(value))
    end: yaml.Mark = node.end_mark
    line = int(end.line)
    # A block scalar ends at the start of the next line.
    if not end.column and line != node.start_mark.line:
        return line - 1
    return line


def render_entry(key: str, value: Any, indent: int, note: str = "") -> list[str]:
    """Write a key and its data as YAML lines.

    Args:
        value: Its data. Mappings get one key per line; items of lists and mappings of plain values stand in braces.
    """
    head = f"{' ' * indent}{_flow(key)}:"
    comment = ""
    if note:
        comment = f"  # {note}"
    if isinstance(value, Mapping) and any(isinstance(one, Mapping | list) for one in value.values()):
        lines = [head + comment]
        for name, one in value.items():
            lines += render_entry(name, one, indent + INDENT)
        return lines
    if isinstance(value, list) and value:
        return [head + comment, *(f"{' ' * (indent + INDENT)}- {_flow(one)}" for one in value)]
    return [f"{head} {_flow(value)}{comment}"]


def _flow(value: Any) -> str:
    """Write data in one line, as it may stand within braces."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    style: str | None = None
    if isinstance(value, str) and not value.isprintable():
        style = '"'  # only double quotes have escapes
    shown: str = yaml.safe_dump(
        [value], default_flow_style=True, default_style=style, width=float("inf"), allow_unicode=True
    )
    return shown.strip()[1:-1]


def _verify(text: str, wanted: Mapping[str, Any], section: str) -> None:
    """Check that the new text contains what was there and what was added, and nothing else, however it was written."""
    try:
        got, _ = parse_yaml(text)
    except yaml.YAMLError as error:
        raise ValueError(f"'{section}' is written in a way that nothing can be added to") from error
    if got != _as_text(wanted):
        raise ValueError(f"'{section}' is written in a way that nothing can be added to")


def _as_text(data: Any) -> Any:
    """Convert data to the form in which they are read back: all plain values as text."""
    if isinstance(data, Mapping):
        return {key: _as_text(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_as_text(item) for item in data]
    if data is None or isinstance(data, str):
        return data
    return str(data)
