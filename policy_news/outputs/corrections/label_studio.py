"""Writes tasks of Label Studio with our predictions, and reads annotations from it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from policy_news.core.errors import GoldError
from policy_news.core.messages import counted
from policy_news.core.plain_data import parse_json
from policy_news.outputs.formats.files import open_text, write_json
from policy_news.outputs.formats.gold import (
    Expression,
    GoldAttribution,
    GoldDocument,
    GoldEntity,
    GoldSet,
    Spans,
)
from policy_news.tables.corpus import Article, read_corpus
from policy_news.tables.labels import CLAIMS, POLICY
from policy_news.tables.schema import ClaimRow

Json = dict[str, Any]
MODEL = "policy-news-pipeline"
PARTS = ("Source", "Cue", "Content")
DATES = ("DATE", "TIME", "DURATION", "SET")
HINT = "Export the project from Label Studio as JSON (not JSON-MIN)."


def write_label_studio(out: Path, to: Path) -> str:
    """Write tasks with predictions, and beside them `NAME.config.xml`, the labelling interface for the project.

    Raises:
        StageError: There is no finished run, or the file cannot be written.
    """
    corpus = read_corpus(out)
    labels = {row.label for article in corpus.articles for row in article.mentions} | POLICY
    write_json([make_task(article) for article in corpus.articles], to)
    with open_text(to.with_name(f"{to.stem}.config.xml")) as file:
        file.write(make_config(sorted(labels)))
    return counted(len(corpus.articles), "task")


def make_config(labels: list[str]) -> str:
    """Write the labelling interface: names and dates, parts of claims with relations, the type of a claim at its cue."""
    names = "".join(f"    <Label value={quoteattr(label)}/>\n" for label in [*labels, *DATES])
    parts = "".join(f'    <Label value="{part}"/>\n' for part in PARTS)
    types = "".join(f'    <Choice value="{kind}"/>\n' for kind in sorted(CLAIMS))
    return (
        "<View>\n"
        f'  <Labels name="names" toName="text">\n{names}  </Labels>\n'
        f'  <Labels name="parts" toName="text">\n{parts}  </Labels>\n'
        '  <Relations>\n    <Relation value="source"/>\n    <Relation value="content"/>\n  </Relations>\n'
        '  <Choices name="type" toName="text" perRegion="true" whenTagName="parts" whenLabelValue="Cue,Content">\n'
        f"{types}  </Choices>\n"
        '  <Text name="text" value="$text" granularity="word"/>\n'
        "</View>\n"
    )


def make_task(article: Article) -> Json:
    """Make a task with one prediction."""
    result: list[Json] = []
    write = _Writer(article.document.text, result)
    for mention in article.mentions:
        write.region(f"m{mention.start}", "names", mention.label, (mention.start, mention.end))
    for date in article.dates:
        write.region(f"d{date.start}", "names", date.timex_type, (date.start, date.end))
    for number, claim in enumerate(article.claims, 1):
        write.claim(f"c{number}", claim)
    scores = [claim.score for claim in article.claims]
    row = article.document
    data = {"text": row.text, "doc_id": row.doc_id, "sha256": row.sha256, "title": row.title or row.doc_id}
    prediction: Json = {"model_version": MODEL, "result": result}
    if scores:
        prediction["score"] = round(sum(scores) / len(scores), 4)
    return {"data": data, "predictions": [prediction]}


class _Writer:
    """Writes the regions of one text, with offsets in UTF-16 units, because the tool's pages count these."""

    def __init__(self, text: str, result: list[Json]) -> None:
        self._text = text
        self._result = result
        self._values: dict[str, Json] = {}
        self._wide = [at for at, character in enumerate(text) if ord(character) > 0xFFFF]

    def region(
        self, own: str, name: str, label: str, place: tuple[int, int], score: float | None = None
    ) -> str:
        """Write a span with a label and return its id."""
        start, end = place
        value = {
            "start": self._units(start),
            "end": self._units(end),
            "text": self._text[start:end],
            "labels": [label],
        }
        region: Json = {"id": own, "from_name": name, "to_name": "text", "type": "labels", "value": value}
        if score is not None:
            region["score"] = score
        self._result.append(region)
        self._values.setdefault(own, value)
        return own

    def claim(self, own: str, claim: ClaimRow) -> None:
        """Write the parts of a claim, with relations from its head: its cue, else its first span of content."""
        parts: list[tuple[str, str]] = []
        for name in ("cue", "content", "source"):
            for number, place in enumerate(claim.places.get(name, ())):
                region = f"{own}-{name}{number if name == 'content' else ''}"
                parts.append((name, self.region(region, "parts", name.capitalize(), place, claim.score)))
        head = next((part for part in parts if part[0] != "source"), None)
        if head is None:
            return
        value = {
            **{key: self._values[head[1]][key] for key in ("start", "end", "text")},
            "choices": [claim.claim_type],
        }
        self._result.append(
            {"id": head[1], "from_name": "type", "to_name": "text", "type": "choices", "value": value}
        )
        for name, region in parts:
            if region != head[1]:
                link = {
                    "type": "relation",
                    "from_id": head[1],
                    "to_id": region,
                    "direction": "right",
                    "labels": [name],
                }
                self._result.append(link)

    def _units(self, offset: int) -> int:
        return offset + bisect_left(self._wide, offset)


def read_label_studio(path: Path) -> GoldSet:
    """Read an export of Label Studio, in its JSON format.

    Raises:
        GoldError: It is not such an export, or an annotation is wrong.
    """
    try:
        tasks = parse_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GoldError(f"{path}: cannot be read as JSON: {error}", HINT) from error
    if not isinstance(tasks, list) or not all(isinstance(task, dict) and "data" in task for task in tasks):
        raise GoldError(f"{path}: does not contain tasks of Label Studio", HINT)
    documents, notes = [], []
    for number, task in enumerate(tasks, 1):
        annotation = _last(task)
        name = str(task["data"].get("doc_id") or f"task {number}")
        if annotation is None:
            notes.append(f"{name}: nobody has annotated it")
        else:
            documents.append(_document(path, name, task["data"], annotation))
    return GoldSet(path, "labelstudio", tuple(documents), tuple(notes))


def _last(task: Mapping[str, Any]) -> Json | None:
    """Return the annotation that was submitted last and not cancelled."""
    kept = [one for one in task.get("annotations", ()) if not one.get("was_cancelled")]
    if not kept:
        return None
    last: Json = max(kept, key=lambda one: str(one.get("updated_at", "")))
    return last


def _document(path: Path, name: str, data: Mapping[str, Any], annotation: Mapping[str, Any]) -> GoldDocument:
    result = annotation.get("result", [])
    try:
        regions = {item["id"]: item for item in result if item.get("type") == "labels"}
        text = str(data["text"])
        spans = {own: _span(item["value"], text) for own, item in regions.items()}
        labels = {own: str(item["value"]["labels"][0]) for own, item in regions.items()}
        claims = tuple(_claims(result, spans, labels))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise GoldError(f"{path}: {name}: an annotation is not as expected: {error!r}", HINT) from error
    names = [(own, label) for own, label in labels.items() if label not in PARTS]
    entities = tuple(
        GoldEntity(*spans[own], label, str(regions[own]["value"].get("text") or text[slice(*spans[own])]))
        for own, label in names
        if label not in DATES
    )
    dates = tuple(Expression(*spans[own], label) for own, label in names if label in DATES)
    return GoldDocument(name, text, entities=entities, claims=claims, dates=dates)


def _span(value: Mapping[str, Any], text: str) -> tuple[int, int]:
    """Return the offsets in code points: as given if the words fit, else converted from UTF-16 units."""
    start, end, words = int(value["start"]), int(value["end"]), value.get("text")
    if words is None or text[start:end] == words:
        return start, end
    moved = from_utf16(text, start, end)
    return moved if moved and text[slice(*moved)] == words else (start, end)


def from_utf16(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Convert offsets in UTF-16 units, as scripts in browsers count, to code points; None if they are not in the text."""
    data = text.encode("utf-16-le", "surrogatepass")
    if 2 * end > len(data):
        return None
    try:
        before, inside = data[: 2 * start].decode("utf-16-le"), data[2 * start : 2 * end].decode("utf-16-le")
    except UnicodeDecodeError:
        return None
    return len(before), len(before) + len(inside)


def _claims(
    result: list[Json], spans: Mapping[str, tuple[int, int]], labels: Mapping[str, str]
) -> Iterator[GoldAttribution]:
    """Yield a claim for each cue, and for each content that no cue or content leads to."""
    links = _links(result, labels)
    chosen = (item for item in result if item.get("type") == "choices")
    types = {str(item["id"]): tuple(item["value"]["choices"]) for item in chosen}
    heads = (links[head] for head in links if labels.get(head) in ("Cue", "Content"))
    led = set(chain.from_iterable(heads))
    for own, label in labels.items():
        near = links.get(own, [])
        source: Spans = tuple(spans[other] for other in near if labels.get(other) == "Source")
        content = [spans[other] for other in near if labels.get(other) == "Content"]
        if label == "Cue":
            yield GoldAttribution(source, (spans[own],), tuple(sorted(content)), types.get(own, ()))
        elif label == "Content" and own not in led:
            content.append(spans[own])
            yield GoldAttribution(source, (), tuple(sorted(content)), types.get(own, ()))


def _links(result: list[Json], labels: Mapping[str, str]) -> dict[str, list[str]]:
    """Map each region to those that relations lead to from it."""
    links: dict[str, list[str]] = {}
    for item in result:
        if item.get("type") != "relation":
            continue
        first, second = str(item["from_id"]), str(item["to_id"])
        if item.get("direction") == "left":
            first, second = second, first
        links.setdefault(first, []).append(second)
        # People also draw relations towards the cue; both directions mean the same.
        if labels.get(second) == "Cue":
            links.setdefault(second, []).append(first)
    return links
