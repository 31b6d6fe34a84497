"""A drawing of who spoke about whom: sources in a column at the left, those spoken about at the right. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.report.relations import Link
from pipeline.report.views import clean, plain_words
from pipeline.schema import EntityRow

WIDTH, ROW, TOP = 720, 26, 34
LEFT, RIGHT = 262, 458
MAX_NAMES = 22
MAX_LETTERS = 34


@dataclass(frozen=True, slots=True)
class Node:
    """A name beside its dot."""

    name: str
    label: str
    x: int
    y: int
    number: int


@dataclass(frozen=True, slots=True)
class Edge:
    """A curve between two dots; `path` is SVG path data."""

    path: str
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class Graph:
    """A whole drawing in its own units."""

    width: int
    height: int
    sources: tuple[Node, ...]
    targets: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int


def draw_graph(links: Sequence[Link], entities: Mapping[str, EntityRow]) -> Graph:
    """Lay out the most frequent links; each name once a column, placed near its partners."""
    kept = _choose(links)
    sources = _ranked(Counter({link.source: 0 for link in kept}), kept, source=True)
    targets = _beside(sources, kept)
    rows = max(len(sources), len(targets), 1)
    left = _column(sources, LEFT, rows, entities, Counter(_sums(kept, source=True)))
    right = _column(targets, RIGHT, rows, entities, Counter(_sums(kept, source=False)))
    most = max((link.number for link in kept), default=1)
    edges = tuple(_edge(link, left[link.source], right[link.target], most) for link in reversed(kept))
    return Graph(WIDTH, TOP + rows * ROW, tuple(left.values()), tuple(right.values()), edges, len(links) - len(kept))


def _choose(links: Sequence[Link]) -> list[Link]:
    """The first links for which neither column grows too long."""
    kept: list[Link] = []
    sources: set[str] = set()
    targets: set[str] = set()
    for link in links:
        if len(sources | {link.source}) <= MAX_NAMES and len(targets | {link.target}) <= MAX_NAMES:
            kept.append(link)
            sources.add(link.source)
            targets.add(link.target)
    return kept


def _sums(links: Sequence[Link], *, source: bool) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for link in links:
        sums[link.source if source else link.target] += link.number
    return dict(sums)


def _ranked(names: Counter[str], links: Sequence[Link], *, source: bool) -> list[str]:
    sums = _sums(links, source=source)
    return sorted(names, key=lambda name: (-sums[name], name))


def _beside(sources: Sequence[str], links: Sequence[Link]) -> list[str]:
    """Targets in order of the mean place of their sources, so that fewer curves cross."""
    place = {name: index for index, name in enumerate(sources)}
    partners: dict[str, list[int]] = {}
    for link in links:
        partners.setdefault(link.target, []).append(place[link.source])
    return sorted(partners, key=lambda name: (sum(partners[name]) / len(partners[name]), name))


def _column(names: Sequence[str], x: int, rows: int, entities: Mapping[str, EntityRow], sums: Counter[str]) -> dict[str, Node]:
    first = TOP + (rows - len(names)) * ROW / 2 + ROW / 2
    nodes = {}
    for index, entity_id in enumerate(names):
        entity = entities.get(entity_id)
        name = clean(entity.name if entity else entity_id)
        nodes[entity_id] = Node(_short(name), entity.label if entity else "", x, round(first + index * ROW), sums[entity_id])
    return nodes


def _short(name: str) -> str:
    return name if len(name) <= MAX_LETTERS else name[: MAX_LETTERS - 1] + "…"


def _edge(link: Link, left: Node, right: Node, most: int) -> Edge:
    bend = (RIGHT - LEFT) // 2
    path = f"M{left.x} {left.y}C{left.x + bend} {left.y} {right.x - bend} {right.y} {right.x} {right.y}"
    types = ", ".join(f"{number} {plain_words(name)}" for name, number in link.types)
    return Edge(path, round(1 + 4 * link.number / most, 1), f"{left.name} about {right.name}: {types}")
