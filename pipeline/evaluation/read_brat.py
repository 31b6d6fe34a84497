"""Gold as brat standoff: a folder with `NAME.txt` and `NAME.ann`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core.errors import GoldError
from pipeline.evaluation.gold import OFFSETS, Claim, Document, Entity, Expression, GoldSet, Spans

PARTS = frozenset({"Source", "Cue", "Content"})
TYPES = frozenset({"DATE", "TIME", "DURATION", "SET"})
HINT = "A line is `T1<tab>LABEL 0 5<tab>words`; claims are events with the roles Source and Content: see docs/evaluate.md."


@dataclass(frozen=True, slots=True)
class _Note:
    """A `T` line: a label and its pieces."""

    label: str
    spans: Spans


@dataclass(slots=True)
class _Lines:
    """The lines of an `.ann` file by kind."""

    notes: dict[str, _Note] = field(default_factory=dict)
    events: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)


def read_brat(folder: Path) -> GoldSet:
    """Read the documents. Spans in pieces count from their first character to their last.

    Raises:
        GoldError: There is no `.ann` file, a text is missing, or a line does not fit it.
    """
    files = sorted(folder.rglob("*.ann"))
    if not files:
        raise GoldError(
            f"{folder}: holds no .ann file", "A brat folder has NAME.txt and NAME.ann for each document."
        )
    read = [(path, *_read(path)) for path in files]
    others = sum((lines.others for _, _, lines in read), Counter[str]())
    notes = tuple(
        f"{count} lines of the kind {kind} ({_KINDS.get(kind, 'unknown')}) are not read"
        for kind, count in sorted(others.items())
    )
    names = [path.relative_to(folder).with_suffix("").as_posix() for path in files]
    claims = any(lines.events for _, _, lines in read)
    dates = any(note.label in TYPES for _, _, lines in read for note in lines.notes.values())
    documents = tuple(
        _document(name, text, lines, claims, dates)
        for name, (_, text, lines) in zip(names, read, strict=True)
    )
    return GoldSet(folder, "brat", documents, notes)


def _read(path: Path) -> tuple[str, _Lines]:
    source = path.with_suffix(".txt")
    if not source.is_file():
        raise GoldError(f"{path}: there is no {source.name} beside it", HINT)
    text = source.read_bytes().decode("utf-8")
    lines = _Lines()
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            _take(lines, f"{path} line {number}", line.rstrip("\r"), text)
    return text, lines


def _take(lines: _Lines, where: str, line: str, text: str) -> None:
    name, _, rest = line.partition("\t")
    match name[:1]:
        case "T":
            lines.notes[name] = _note(where, rest, text)
        case "E":
            trigger, *arguments = (part.partition(":")[::2] for part in rest.split())
            lines.events.append((trigger[1], dict(arguments)))
        case "#" if (target := rest.split("\t")[0].split())[:1] == ["AnnotatorNotes"] and len(target) == 2:
            lines.values[target[1]] = rest.partition("\t")[2].strip()
        case kind:
            lines.others[kind] += 1


def _note(where: str, rest: str, text: str) -> _Note:
    match = _SPANS.fullmatch(rest)
    if match is None:
        raise GoldError(f"{where}: cannot be read as a span", HINT)
    pieces = [piece.split() for piece in match["spans"].split(";")]
    spans = tuple((int(start), int(end)) for start, end in pieces)
    if any(end > len(text) for _, end in spans):
        raise GoldError(
            f"{where}: {match['spans']} goes beyond the text, which has {len(text)} characters", OFFSETS
        )
    found = " ".join(text[start:end] for start, end in spans)
    if match["words"] is not None and _squeezed(found) != _squeezed(match["words"]):
        raise GoldError(
            f"{where}: the text at {match['spans']} is {found!r}, not {match['words']!r}", OFFSETS
        )
    return _Note(match["label"], spans)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _document(name: str, text: str, lines: _Lines, claims: bool, dates: bool) -> Document:
    triggers = {trigger for trigger, _ in lines.events}
    entities = [
        note for key, note in lines.notes.items() if key not in triggers and note.label not in PARTS | TYPES
    ]
    return Document(
        name,
        text,
        entities=tuple(Entity(*_outer(note.spans), note.label) for note in entities),
        claims=tuple(_claims(lines)) if claims else None,
        dates=tuple(_dates(lines)) if dates else None,
    )


def _outer(spans: Spans) -> tuple[int, int]:
    return min(start for start, _ in spans), max(end for _, end in spans)


def _dates(lines: _Lines) -> Iterator[Expression]:
    for key, note in lines.notes.items():
        if note.label in TYPES:
            yield Expression(*_outer(note.spans), note.label, lines.values.get(key, ""))


def _claims(lines: _Lines) -> Iterator[Claim]:
    """An event is a claim: its type is the claim type, its trigger the cue unless that is its content or source."""
    for trigger, roles in lines.events:
        source, content = (_role(roles, role, lines.notes) for role in ("Source", "Content"))
        own = lines.notes.get(trigger)
        cue = own.spans if own and own.spans not in (source, content) else ()
        yield Claim(source, cue, content, (own.label,) if own else ())


def _role(roles: Mapping[str, str], role: str, notes: Mapping[str, _Note]) -> Spans:
    """The pieces of all arguments of a role (`Content`, `Content2`)."""
    keys: Iterable[str] = (key for name, key in roles.items() if name.rstrip("0123456789") == role)
    return tuple(span for key in keys if key in notes for span in notes[key].spans)


_SPANS = re.compile(r"(?<!\S)(?P<label>\S+) (?P<spans>\d+ \d+(?:;\d+ \d+)*)(?:\t(?P<words>.*))?")
_KINDS = {
    "R": "relation",
    "A": "attribute",
    "M": "attribute",
    "N": "reference to a knowledge base",
    "#": "note",
    "*": "equivalence",
}
