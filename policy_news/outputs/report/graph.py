"""A drawing of who spoke about whom: sources in a column at the left, those spoken about at the right. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policy_news.core.grouping import grouped
from policy_news.outputs.report.relations_page import SourceTarget
from policy_news.outputs.report.views import View, clean, plain_words
from policy_news.tables.schema import EntityRow

ROW, TOP = 26, 34
MAX_NAMES, MAX_LINKS = 22, 60


@dataclass(frozen=True, slots=True)
class Shape:
    """How wide a drawing is, how wide its columns of names, and how many letters fit into one."""

    width: int
    column: int
    letters: int


WIDE, NARROW = Shape(960, 330, 36), Shape(345, 136, 13)


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A name beside its dot; `title` is the whole name with its label."""

    name: str
    title: str
    label: str
    x: int
    y: int
    number: int


def draw_graph(links: Sequence[SourceTarget], entities: Mapping[str, EntityRow], shape: Shape = WIDE) -> View:
    """Lay out the most frequent links; each name once per column, placed near its partners.

    Args:
        links: All links, with how often each occurs.

    Returns:
        What the template draws, in units of the drawing, and the number of links left out.
    """
    kept = _choose(links)
    spoke = _sums(kept, source=True)
    sources = sorted(spoke, key=lambda name: (-spoke[name], name))
    targets = _beside(sources, kept)
    rows = max(len(sources), len(targets), 1)
    left = _column(sources, shape.column, rows, entities, spoke, shape.letters)
    right = _column(
        targets, shape.width - shape.column, rows, entities, _sums(kept, source=False), shape.letters
    )
    most = max((link.number for link in kept), default=1)
    return {
        "width": shape.width,
        "height": TOP + rows * ROW,
        "sources": list(left.values()),
        "targets": list(right.values()),
        "edges": [_edge(link, left[link.source], right[link.target], most) for link in reversed(kept)],
        "left_out": len(links) - len(kept),
    }


def _choose(links: Sequence[SourceTarget]) -> list[SourceTarget]:
    """Return the first links, as many as can be distinguished, for which neither column grows too long."""
    kept: list[SourceTarget] = []
    sources: set[str] = set()
    targets: set[str] = set()
    for link in links:
        if len(sources | {link.source}) <= MAX_NAMES and len(targets | {link.target}) <= MAX_NAMES:
            kept.append(link)
            sources.add(link.source)
            targets.add(link.target)
        if len(kept) == MAX_LINKS:
            break
    return kept


def _sums(links: Sequence[SourceTarget], *, source: bool) -> Counter[str]:
    sums: Counter[str] = Counter()
    for link in links:
        sums[link.source if source else link.target] += link.number
    return sums


def _beside(sources: Sequence[str], links: Sequence[SourceTarget]) -> list[str]:
    """Targets in order of the mean place of their sources, so that fewer curves cross."""
    place = {name: index for index, name in enumerate(sources)}
    partners = grouped((link.target, place[link.source]) for link in links)
    return sorted(partners, key=lambda name: (sum(partners[name]) / len(partners[name]), name))


def _column(
    ids: Sequence[str],
    x: int,
    rows: int,
    entities: Mapping[str, EntityRow],
    sums: Mapping[str, int],
    letters: int,
) -> dict[str, GraphNode]:
    first = TOP + (rows - len(ids)) * ROW / 2 + ROW / 2
    alike = Counter(entities[entity_id].name for entity_id in ids if entity_id in entities)
    nodes = {}
    for index, entity_id in enumerate(ids):
        entity = entities.get(entity_id)
        name, label = (clean(entity.name), entity.label) if entity else (clean(entity_id), "")
        shown = _short(name, letters) + (f", {label}" if entity and alike[entity.name] > 1 else "")
        nodes[entity_id] = GraphNode(
            shown, f"{name}, {label}", label, x, round(first + index * ROW), sums[entity_id]
        )
    return nodes


def _short(name: str, letters: int) -> str:
    return name if len(name) <= letters else name[: letters - 1].rstrip() + "…"


def _edge(link: SourceTarget, left: GraphNode, right: GraphNode, most: int) -> View:
    """Return a curve between two dots, as SVG path data."""
    bend = (right.x - left.x) // 2
    path = f"M{left.x} {left.y}C{left.x + bend} {left.y} {right.x - bend} {right.y} {right.x} {right.y}"
    types = ", ".join(f"{number} {plain_words(name)}" for name, number in link.types)
    names = " about ".join(node.title.rpartition(", ")[0] for node in (left, right))
    return {"path": path, "width": round(1 + 5 * link.number / most, 1), "title": f"{names}: {types}"}
