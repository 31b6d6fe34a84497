"""Reads WebAnno TSV 3, the text format of INCEpTION and WebAnno: the named entities of its standard layer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import GoldError
from pipeline.core.messages import unread
from pipeline.outputs.formats.gold import Document, Entity, GoldSet
from pipeline.tables.labels import TIMEXES

HINT = "Export the documents from INCEpTION as WebAnno TSV v3.3; name documents by their id, as the brat export does."
_LAYER = re.compile(r"#T_SP=([^|]+)\|(.*)")
_CHAINED = re.compile(r"^(.*?)(?:\[(\d+)\])?$", re.DOTALL)
_ENTITY = "NamedEntity"
_TOKEN = re.compile(r"\d+-\d+\t(\d+)-\d+\t")
_UNSAID = ("*", "_", "")


@dataclass(slots=True)
class _Span:
    label: str
    start: int
    end: int


def read_webanno(path: Path) -> GoldSet:
    """Read one file, or all `.tsv` files of a folder. The name of a file, without its ending, is that of the document.

    Raises:
        GoldError: There is none, or one is not WebAnno TSV 3 with named entities.
    """
    if path.is_dir():
        files = sorted(path.rglob("*.tsv"))
    else:
        files = [path]
    if not files:
        raise GoldError(f"{path}: contains no .tsv file", HINT)
    return GoldSet(path, "inception", tuple(_read(file) for file in files))


def _read(file: Path) -> Document:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(unread(file, error), HINT) from error
    if not lines[0].startswith("#FORMAT=WebAnno TSV 3"):
        raise GoldError(f"{file}: is not WebAnno TSV 3", HINT)
    column = _column(lines)
    if column is None:
        raise GoldError(f"{file}: has no layer of named entities", HINT)
    rows = [
        (number, line.split("\t")) for number, line in enumerate(lines, 1) if re.match(r"\d+-\d+\t", line)
    ]
    text = _text(lines)
    spans: dict[str, _Span] = {}
    for number, cells in rows:
        try:
            first, last = _units(text, cells[1])
            labels = cells[column].split("|")
        except (IndexError, ValueError) as error:
            raise GoldError(f"{file} line {number}: cannot be read: {error}", HINT) from error
        for key, label in _labels(labels, number):
            own = spans.setdefault(key, _Span(label, first, last))
            own.start, own.end = min(own.start, first), max(own.end, last)
    entities = tuple(
        Entity(span.start, span.end, span.label, text[span.start : span.end])
        for span in spans.values()
        if span.label not in TIMEXES
    )
    stem = file.name.removesuffix(".tsv").removesuffix(".txt")
    return Document(stem, text, entities=entities)


def _column(lines: Sequence[str]) -> int | None:
    """Return the column of the label; three columns precede those of the layers."""
    at = 3
    for line in lines:
        layer = _LAYER.match(line)
        if layer:
            features = layer[2].split("|")
            if layer[1].endswith(_ENTITY) and "value" in features:
                return at + features.index("value")
            at += len(features)
    return None


def _labels(cells: Sequence[str], number: int) -> Iterator[tuple[str, str]]:
    """Key and label of each annotation of a token; a number in brackets joins the tokens of one."""
    for cell in cells:
        chained = _CHAINED.match(cell)
        if chained and chained[1] not in _UNSAID:
            label = chained[1].replace("\\", "")
            yield (f"[{chained[2]}]" if chained[2] else f"line {number}"), label


def _text(lines: Sequence[str]) -> str:
    """Return the text, joined from its sentences with white space between them.

    A sentence precedes its tokens; the first token gives its offset.
    """
    text, length = "", 0
    sentence: list[str] = []
    for line in lines:
        token = _TOKEN.match(line)
        if line.startswith("#Text="):
            sentence.append(line.removeprefix("#Text="))
        elif token and sentence:
            own = _unescaped("\n".join(sentence))
            text += " " * (int(token[1]) - length) + own
            length = int(token[1]) + _length(own)
            sentence = []
    return text


def _unescaped(text: str) -> str:
    return re.sub(
        r"\\([\\\[\]|_\->;*tnr])",
        lambda found: {"t": "\t", "n": "\n", "r": "\r"}.get(found[1], found[1]),
        text,
    )


def _length(text: str) -> int:
    """Length in UTF-16 units, which the format counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _units(text: str, cell: str) -> tuple[int, int]:
    """Return the offsets in code points of a cell of offsets in UTF-16 units."""
    start, _, end = cell.partition("-")
    data = text.encode("utf-16-le", "surrogatepass")
    first = len(data[: 2 * int(start)].decode("utf-16-le", "replace"))
    return first, first + len(data[2 * int(start) : 2 * int(end)].decode("utf-16-le", "replace"))
