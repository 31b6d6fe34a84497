"""brat standoff: a folder with `NAME.txt` and `NAME.ann` for each document, and a configuration of the annotation tool."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from policy_news.core.atomic_files import EXPORT, new_folder, safe_stem
from policy_news.core.data_files import page
from policy_news.core.errors import GoldError
from policy_news.core.messages import counted
from policy_news.outputs.formats.gold import (
    OFFSETS,
    Expression,
    GoldAttribution,
    GoldDocument,
    GoldEntity,
    GoldSet,
    Spans,
)
from policy_news.tables.corpus import Article, Corpus, read_corpus
from policy_news.tables.labels import TIMEXES
from policy_news.tables.schema import ClaimRow, EntityRow

PARTS = ("Source", "Cue", "Content")
ROLES = "Source?:Source, Content?:Content"
HINT = f"A line is `T1<tab>LABEL 0 5<tab>words`; claims are events with the roles Source and Content: see {page('docs/evaluate.md')}."


def write_brat(out: Path, to: Path, keep: Collection[str] = ()) -> str:
    """Write the tables of a run as a brat folder.

    Args:
        keep: Names of files in it that stay as they are.
    """
    corpus = read_corpus(out)
    with new_folder(to, EXPORT, keep=keep) as folder:
        (folder / "annotation.conf").write_text(make_configuration(corpus), encoding="utf-8", newline="\n")
        for article in corpus.articles:
            stem = safe_stem(article.document.doc_id)
            # Line ends as they are: offsets count both characters of one of Windows.
            files = {"txt": article.document.text, "ann": make_annotations(article, corpus.entities)}
            for ending, text in files.items():
                (folder / f"{stem}.{ending}").write_text(text, encoding="utf-8", errors="replace", newline="")
    return counted(len(corpus.articles), "document")


def make_configuration(corpus: Corpus) -> str:
    """`annotation.conf`: the labels and claim types that occur."""
    labels: set[str] = set()
    dates: set[str] = set()
    types: set[str] = set()
    for article in corpus.articles:
        labels.update(_word(mention.label) for mention in article.mentions)
        dates.update(date.timex_type for date in article.dates)
        types.update(_word(claim.claim_type) for claim in article.claims)
    sections = {
        "entities": [*sorted(labels), *sorted(dates - labels), *PARTS],
        "relations": [],
        "events": [f"{name} {ROLES}" for name in sorted(types)],
        "attributes": ["Negated Arg:<EVENT>", "Truncated Arg:<EVENT>"],
    }
    return "".join("\n".join((f"[{name}]", *own, "", "")) for name, own in sections.items())


def make_annotations(article: Article, entities: Mapping[str, EntityRow]) -> str:
    """Return the lines of an `.ann` file: `T` spans, `N` Wikidata ids, `E` claims, `A` attributes, `#` notes."""
    return "".join(f"{line}\n" for line in _Writer(article.document.text).lines(article, entities))


class _Writer:
    """Numbers the annotations of one document."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans = self.notes = self.attributes = 0

    def lines(self, article: Article, entities: Mapping[str, EntityRow]) -> Iterator[str]:
        for number, mention in enumerate(article.mentions, 1):
            yield self.span(_word(mention.label), [(mention.start, mention.end)])
            entity = entities.get(mention.entity_id)
            if entity and entity.kb_id:
                yield f"N{number}\tReference T{self.spans} Wikidata:{entity.kb_id}\t{_line(entity.name)}"
        for date in article.dates:
            yield self.span(date.timex_type, [(date.start, date.end)])
            if date.value:
                yield self.note(f"T{self.spans}", date.value)
        for number, claim in enumerate(article.claims, 1):
            yield from self.claim(number, claim)

    def claim(self, number: int, claim: ClaimRow) -> Iterator[str]:
        """Yield the parts of a claim and the event that joins them; its trigger is the cue, else the content, else the source."""
        spans = {part.capitalize(): own for part, own in claim.places.items()}
        made = {}
        for part, own in spans.items():
            yield self.span(part, own)
            made[part] = self.spans
        trigger = next((part for part in ("Cue", "Content", "Source") if part in spans), None)
        if trigger is None:
            return
        name = _word(claim.claim_type)
        yield self.span(name, spans[trigger])
        roles = "".join(f" {part}:T{made[part]}" for part in ("Source", "Content") if part in made)
        yield f"E{number}\t{name}:T{self.spans}{roles}"
        for attribute, holds in (("Negated", claim.negated), ("Truncated", claim.truncated)):
            if holds:
                self.attributes += 1
                yield f"A{self.attributes}\t{attribute} E{number}"

    def span(self, label: str, spans: Sequence[tuple[int, int]]) -> str:
        self.spans += 1
        pieces = list(split_lines(self.text, spans))
        offsets = ";".join(f"{start} {end}" for start, end in pieces)
        return f"T{self.spans}\t{label} {offsets}\t{' '.join(self.text[start:end] for start, end in pieces)}"

    def note(self, target: str, text: str) -> str:
        self.notes += 1
        return f"#{self.notes}\tAnnotatorNotes {target}\t{_line(text)}"


def split_lines(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield spans cut at line breaks, which brat's one-line notation cannot hold."""
    for start, end in spans:
        for match in _LINE.finditer(text, start, end):
            yield match.span()


def _word(name: str) -> str:
    """Return a name as brat allows it."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)


def _line(text: str) -> str:
    return " ".join(text.split())


_LINE = re.compile(r"[^\s](?:[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]*[^\s])?")


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
            f"{folder}: contains no .ann file", "A brat folder has NAME.txt and NAME.ann for each document."
        )
    read = []
    has_claims, has_dates = False, False
    others: Counter[str] = Counter()
    for path in files:
        text, lines = _read(path)
        read.append((path.relative_to(folder).with_suffix("").as_posix(), text, lines))
        others += lines.others
        has_claims |= bool(lines.events)
        has_dates |= any(note.label in TIMEXES for note in lines.notes.values())
    notes = []
    for kind, count in sorted(others.items()):
        notes.append(f"{count} lines of the kind {kind} ({_KINDS.get(kind, 'unknown')}) are not read")
    # A layer of which no document has anything is not annotated, rather than empty everywhere.
    documents = tuple(_document(name, text, lines, has_claims, has_dates) for name, text, lines in read)
    return GoldSet(folder, "brat", documents, tuple(notes))


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


def _document(name: str, text: str, lines: _Lines, claims: bool, dates: bool) -> GoldDocument:
    triggers = {trigger for trigger, _ in lines.events}
    entities = (
        GoldEntity(*_outer(note.spans), note.label)
        for key, note in lines.notes.items()
        if key not in triggers and note.label not in PARTS and note.label not in TIMEXES
    )
    document = GoldDocument(name, text, entities=tuple(entities))
    if claims:
        document = replace(document, claims=tuple(_claims(lines)))
    if dates:
        document = replace(document, dates=tuple(_dates(lines)))
    return document


def _outer(spans: Spans) -> tuple[int, int]:
    return min(start for start, _ in spans), max(end for _, end in spans)


def _dates(lines: _Lines) -> Iterator[Expression]:
    for key, note in lines.notes.items():
        if note.label in TIMEXES:
            yield Expression(*_outer(note.spans), note.label, lines.values.get(key, ""))


def _claims(lines: _Lines) -> Iterator[GoldAttribution]:
    """Yield a claim for each event: its type is the claim type, its trigger the cue unless that is its content or source."""
    for trigger, roles in lines.events:
        source, content = (_role(roles, role, lines.notes) for role in ("Source", "Content"))
        own = lines.notes.get(trigger)
        if own is None:
            yield GoldAttribution(source, (), content, ())
            continue
        cue = own.spans
        if cue in (source, content):  # brat wants a trigger also where a claim has no cue
            cue = ()
        yield GoldAttribution(source, cue, content, (own.label,))


def _role(roles: Mapping[str, str], role: str, notes: Mapping[str, _Note]) -> Spans:
    """Return the pieces of all arguments of a role (`Content`, `Content2`)."""
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
