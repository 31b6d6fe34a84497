"""Invented articles with gold: which claims report one statement, which are about which. Written before the rules were tuned.

A claim of the gold is `[document, source, cue, content ...]`, each as words of the text; the first place counts at which they stand behind one
another closely. `same` and `pairs` are scored; their `optional_` ones count neither way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "events"
Span = tuple[int, int]


def read_events(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """The events of a folder by name, as they stand in the files.

    Args:
        folder: `events`, `fresh` and `later`, which rules were mended by, `unseen`, whose errors were read afterwards, or `held`, whose errors nobody reads.
    """
    return {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yml"))
    }


def documents(events: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Id, day and text of each document."""
    for name, event in events.items():
        for doc, own in event["docs"].items():
            yield f"{name}_{doc}", str(own["published"]), own["text"]


def gold(events: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The gold, in the form of `pipeline evaluate`."""
    return [_gold(name, event) for name, event in events.items()]


MARK = re.compile(r"\{(\d+)(?:>(\d+)([ads]))?(!?):")
RELATIONS = {"a": "answers", "d": "denies", "s": "supports"}
Documents = list[tuple[str, str, str]]


@dataclass(frozen=True)
class Marked:
    """A marked place of a text.

    Attributes:
        statement: Number of its statement.
        span: Where it stands.
        about: Number of the statement that it is about, or empty.
        relation: How it is.
        bare: It is a cue without content.
    """

    statement: str
    span: Span
    about: str
    relation: str
    bare: bool

    def claim(self, doc: str) -> dict[str, Any]:
        """The claim of the gold."""
        spans = [self.span]
        return {
            "doc": doc,
            "source": [],
            "cue": spans if self.bare else [],
            "content": [] if self.bare else spans,
        }


def read_outlets(name: str) -> tuple[Documents, list[dict[str, Any]]]:
    """Events that several outlets tell in words of their own: id, day and text of each document, and the gold.

    A content stands in braces behind the number of its statement, of which each event has its own: `said that {1:the ferry was safe}`. What it is about
    stands behind the number (`{2>1d:it was not}` denies the first, `a` answers, `s` supports it), and `!` marks a cue without content.

    Args:
        name: `learned`, which the weights were learned from; `told`, which nobody learned from; `voices`, of who speaks, which rules were mended by; or `held`, `kept`, `sealed` and `spared`, whose errors nobody reads
            (the last three have links too).
    """
    found: Documents = []
    events: list[dict[str, Any]] = []
    whole = (FOLDER.parent / "outlets" / f"{name}.txt").read_text(encoding="utf-8")
    for part in re.split(r"(?m)^# e(?=\d)", whole)[1:]:
        number, *outlets = part.split("## ")
        event = f"e{number.split()[0]}"
        marks: list[tuple[str, str, Marked]] = []
        own: Documents = []
        for outlet in outlets:
            head, _, marked = outlet.partition("\n")
            title, day = head.split()
            text, contents = _unmark(marked.strip() + "\n")
            doc = f"{event}_{title}"
            own.append((doc, day, text))
            marks += [(f"{title}{mark.statement}_{mark.span[0]}", doc, mark) for mark in contents]
        same: dict[str, list[str]] = {}
        for key, _, mark in marks:
            same.setdefault(mark.statement, []).append(key)
        found += own
        events.append(
            {
                "event": event,
                "docs": [doc for doc, *_ in own],
                "claims": {key: mark.claim(doc) for key, doc, mark in marks},
                "same": [{"members": keys, "optional": False} for keys in same.values() if len(keys) > 1],
                "pairs": list(_marked_pairs(marks)),
            }
        )
    return found, events


def _marked_pairs(marks: Sequence[tuple[str, str, Marked]]) -> Iterator[dict[str, Any]]:
    """The links of an event: to the report in the same document that stands nearest before, or after, else to the first in another."""
    for key, doc, mark in marks:
        ends = [(other, at, one.span[0]) for other, at, one in marks if one.statement == mark.about]
        place = mark.span[0]
        # Before it and near; behind it; elsewhere.
        ends.sort(
            key=lambda end: (end[1] != doc, end[2] > place, abs(end[2] - place) if end[1] == doc else 0)
        )
        if ends:
            yield {"from": key, "to": ends[0][0], "relation": RELATIONS[mark.relation], "optional": False}


def _unmark(marked: str) -> tuple[str, list[Marked]]:
    """A text without its marks, and the marked places."""
    text, contents = "", []
    for before in re.split(r"(?=\{\d+[:>])", marked):
        mark = MARK.match(before)
        if mark is None:
            text += before
            continue
        content, _, rest = before[mark.end() :].partition("}")
        span = len(text), len(text) + len(content)
        contents.append(Marked(mark[1], span, mark[2] or "", mark[3] or "", bool(mark[4])))
        text += content + rest
    return text, contents


def _gold(name: str, event: dict[str, Any]) -> dict[str, Any]:
    return {
        "event": name,
        "docs": [f"{name}_{doc}" for doc in event["docs"]],
        "published": {f"{name}_{doc}": str(own["published"]) for doc, own in event["docs"].items()},
        "claims": {key: _claim(name, event, *words) for key, words in event["claims"].items()},
        "same": [
            *({"members": members, "optional": False} for members in event["same"]),
            *({"members": members, "optional": True} for members in event["optional_same"]),
        ],
        "pairs": [
            *({"from": a, "to": b, "relation": r, "optional": False} for a, b, r in event["pairs"]),
            *(
                {"from": a, "to": b, "relation": "answers", "optional": True}
                for a, b in event["optional_pairs"]
            ),
        ],
    }


def _claim(
    name: str, event: dict[str, Any], doc: str, source: str, cue: str, *content: str
) -> dict[str, Any]:
    text = event["docs"][doc]["text"]
    spans = _closest(text, [words for words in (source, cue, *content) if words])
    own = iter(spans)
    return {
        "doc": f"{name}_{doc}",
        "source": [next(own)] if source else [],
        "cue": [next(own)] if cue else [],
        "content": list(own),
    }


def _closest(text: str, parts: Sequence[str]) -> list[Span]:
    """A place for each part, so that all stand as close together as they can."""
    places = [list(_places(text, part)) for part in parts]
    if not all(places):
        raise ValueError(f"not in the text: {parts}")
    return list(
        min(product(*places), key=lambda spans: (max(b for _, b in spans) - min(a for a, _ in spans), spans))
    )


def _places(text: str, part: str) -> Iterator[Span]:
    at = text.find(part)
    while at >= 0:
        yield at, at + len(part)
        at = text.find(part, at + 1)


if __name__ == "__main__":
    import sys

    folder = Path(sys.argv[1])
    (folder / "raw").mkdir(parents=True, exist_ok=True)
    found = read_events(Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER)
    rows = [{"id": doc, "published": day, "text": text} for doc, day, text in documents(found)]
    (folder / "raw" / "corpus.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8"
    )
    (folder / "gold.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in gold(found)), encoding="utf-8"
    )
