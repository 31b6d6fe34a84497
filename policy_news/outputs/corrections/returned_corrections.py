"""Compares what a tool returns with the tables, and makes a decision of each difference.

Tools shift offsets: some count UTF-16 units, some change line breaks. So each span is checked by the words that the tool gives
for it, and found again in our text by its context in the tool's. Spans without a place are reported and skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy_news.core.atomic_files import safe_stem
from policy_news.core.errors import ArgumentError
from policy_news.decisions.anchor import Place, look_for_quote, make_quote
from policy_news.decisions.decision_format import Decision
from policy_news.decisions.decisions_file import DecisionFile, Numbered
from policy_news.decisions.making import Maker, QuotedDocument
from policy_news.outputs.corrections.label_studio import from_utf16, read_label_studio
from policy_news.outputs.formats.brat import read_brat
from policy_news.outputs.formats.gold import GoldAttribution, GoldDocument, GoldSet
from policy_news.tables.corpus import Article, Corpus, read_corpus
from policy_news.tables.labels import CLAIMS
from policy_news.tables.schema import ClaimRow, MentionRow

READERS: Mapping[str, Callable[[Path], GoldSet]] = {"brat": read_brat, "labelstudio": read_label_studio}


@dataclass(frozen=True, slots=True)
class Imported:
    """The decisions of a file, and notes on what was skipped."""

    decisions: tuple[Decision, ...]
    notes: tuple[str, ...]


def import_corrections(path: Path, form: str, out: Path, maker: Maker, known: DecisionFile) -> Imported:
    """Make decisions of the differences between what a tool returns and the tables.

    Args:
        path: File or folder of the tool.
        form: One of `READERS`.
        maker: Maker of decisions, in the name of the person who made the corrections.
        known: Existing decisions; one with the same content is not made again.

    Raises:
        ArgumentError: None of its documents is in the tables.
        GoldError: It cannot be read in this format.
        StageError: The run is not finished.
    """
    gold, corpus = READERS[form](path), read_corpus(out)
    articles = _by_name(corpus)
    decisions: list[Decision] = []
    notes = list(gold.notes)
    found = 0
    for document in gold.documents:
        article = articles.get(document.name)
        if article is None:
            notes.append(f"{document.name}: there is no such document")
            continue
        found += 1
        comparison = _Comparison(article, document, maker)
        decisions += comparison.decisions()
        notes += comparison.notes
    if not found:
        raise ArgumentError(
            f"{path}: none of its {len(gold.documents)} documents is in {out}",
            "Name the tables that were exported, with --out.",
        )
    said = {_said(one) for one in known.live}
    return Imported(tuple(one for one in decisions if _said(Numbered(0, one)) not in said), tuple(notes))


def _by_name(corpus: Corpus) -> dict[str, Article]:
    """Map all names that tools may use for articles to them."""
    names: dict[str, Article] = {}
    for article in corpus.articles:
        row = article.document
        own = (row.doc_id, safe_stem(row.doc_id), row.url)
        names |= {name: article for name in own if name}
    return names


def _said(one: Numbered) -> str:
    """Return the content of a decision, without who made it and when."""
    return str(one.decision.model_dump(exclude={"id", "by", "when", "why", "replaces", "was"}))


class _Comparison:
    """Compares one document of a tool with its rows."""

    def __init__(self, article: Article, document: GoldDocument, maker: Maker) -> None:
        row = article.document
        self._article = article
        self._document = document
        self._maker = maker
        self._source = QuotedDocument(row.doc_id, row.sha256, row.text)
        self._text = document.text if document.text is not None else row.text
        self.notes: list[str] = []

    def decisions(self) -> list[Decision]:
        """Make a decision for each difference."""
        made: list[Decision] = []
        if self._document.entities is not None:
            made += self._mentions()
        if self._document.claims is not None:
            made += self._claims()
        if self._document.dates is not None:
            made += self._dates()
        return made

    def _place(self, start: int, end: int, words: str | None = None) -> Place | None:
        """Find the place of a span of the tool in our text."""
        if words is not None and self._text[start:end] != words:
            moved = from_utf16(self._text, start, end)
            if moved is None or self._text[slice(*moved)] != words:
                self.notes.append(f"{self._document.name}: at {start}-{end} there is not '{words[:60]}'")
                return None
            start, end = moved
        # Selecting with the mouse often takes a space in, which a span of ours never has.
        while start < end and self._text[start].isspace():
            start += 1
        while start < end and self._text[end - 1].isspace():
            end -= 1
        if start == end:
            if self._text != self._source.text:
                self.notes.append(f"{self._document.name}: '' is not found in our text")
            return None
        own = self._source.text
        if self._text == own:
            return start, end
        found = look_for_quote(own, make_quote(self._text, start, end), same=False)
        if found is None:
            self.notes.append(
                f"{self._document.name}: '{self._text[start:end][:60]}' is not found in our text"
            )
        return found

    def _make(self, do: str, **content: Any) -> Decision:
        return self._maker.make(do, doc=self._source.ref, **content)

    def _wanted(self) -> dict[Place, str]:
        """Return the labels of the tool's entities by their places in our text."""
        wanted: dict[Place, str] = {}
        for entity in self._document.entities or ():
            place = self._place(entity.start, entity.end, entity.text)
            if place is not None:
                wanted[place] = entity.label
        return wanted

    def _mentions(self) -> Iterator[Decision]:
        wanted = self._wanted()
        rows = {(row.start, row.end): row for row in self._article.mentions}
        moved: set[Place] = set()
        for place, label in sorted(wanted.items()):
            if place in rows:
                yield from self._relabel(place, label, rows[place])
                continue
            # One row that overlaps and is not wanted any more was moved; otherwise the new one has its own origin.
            near = [own for own in rows if own not in wanted and own[0] < place[1] and place[0] < own[1]]
            if len(near) == 1 and near[0] not in moved:
                moved.add(near[0])
                target = self._source.quote(*near[0])
                yield self._make("mention.move", target=target, to=self._source.quote(*place), label=label)
            else:
                yield self._make("mention.add", target=self._source.quote(*place), label=label)
        for place, row in rows.items():
            if place not in wanted and place not in moved:
                yield self._make("mention.reject", target=self._source.quote(*place), was=row.label)

    def _relabel(self, place: Place, label: str, row: MentionRow) -> Iterator[Decision]:
        # Tools do not allow all characters in a label, so only the plain ones are compared.
        if _plain(row.label) != _plain(label):
            target = self._source.quote(*place)
            yield self._make("mention.relabel", target=target, label=label, was=row.label)

    def _dates(self) -> Iterator[Decision]:
        found = (self._place(date.start, date.end) for date in self._document.dates or ())
        wanted = {place for place in found if place is not None}
        rows = {(row.start, row.end) for row in self._article.dates}
        for place in sorted(rows - wanted):
            yield self._make("date.reject", target=self._source.quote(*place))
        for start, end in sorted(wanted - rows):
            words = self._source.text[start:end]
            self.notes.append(f"{self._document.name}: a date cannot be added: '{words}'")

    def _claims(self) -> Iterator[Decision]:
        left = list(self._article.claims)
        new: list[_Parts] = []
        for claim in self._document.claims or ():
            parts = self._parts(claim)
            if parts is None:
                continue
            row = next((row for row in left if _is_same(row, parts)), None)
            if row is None:
                new.append(parts)
                continue
            left.remove(row)
            change = self._change(row, parts)
            if change:
                yield self._make("claim.change", claim=self._source.parts(row), set=change)
        for parts in new:
            yield self._make("claim.add", claim=self._added(parts))
        for row in left:
            yield self._make("claim.reject", claim=self._source.parts(row))

    def _parts(self, claim: GoldAttribution) -> _Parts | None:
        source, cue, content = (self._pieces(spans) for spans in (claim.source, claim.cue, claim.content))
        if source is None or cue is None or content is None or not (cue or content):
            return None
        kind = next((kind for kind in claim.types if kind in CLAIMS), None)
        return _Parts(_outer(source), _outer(cue), content, kind)

    def _pieces(self, spans: Sequence[tuple[int, int]]) -> tuple[Place, ...] | None:
        """Find the places of spans, and join those with only white space between them."""
        pieces: list[Place] = []
        for start, end in sorted(spans):
            place = self._place(start, end)
            if place is None:
                return None
            if pieces and not self._source.text[pieces[-1][1] : place[0]].strip():
                pieces[-1] = (pieces[-1][0], place[1])
            else:
                pieces.append(place)
        return tuple(pieces)

    def _change(self, row: ClaimRow, parts: _Parts) -> dict[str, Any]:
        change: dict[str, Any] = {}
        if parts.type and parts.type != row.claim_type:
            change["type"] = parts.type
        own = row.places
        if parts.source != _outer(own.get("source", ())):
            change["source"] = self._source.quote(*parts.source) if parts.source else None
        if parts.cue and parts.cue != _outer(own.get("cue", ())):
            change["cue"] = self._source.quote(*parts.cue)
        if parts.content and list(parts.content) != own.get("content"):
            change["content"] = self._source.quotes(parts.content)
        return change

    def _added(self, parts: _Parts) -> dict[str, Any]:
        return {
            "source": self._source.quote(*parts.source) if parts.source else None,
            "cue": self._source.quote(*parts.cue) if parts.cue else None,
            "content": self._source.quotes(parts.content),
            "type": parts.type or "statement",
        }


@dataclass(frozen=True, slots=True)
class _Parts:
    source: Place | None
    cue: Place | None
    content: tuple[Place, ...]
    type: str | None


def _is_same(row: ClaimRow, parts: _Parts) -> bool:
    """Return whether a row is the claim: by its cue, or, if one of them has none, by the beginning of the content."""
    cue = _outer(row.places.get("cue", ()))
    if cue and parts.cue:
        return cue[0] < parts.cue[1] and parts.cue[0] < cue[1]
    return bool(row.content_spans and parts.content and row.content_start == parts.content[0][0])


def _outer(pieces: Sequence[Place]) -> Place | None:
    if pieces:
        return (pieces[0][0], pieces[-1][1])
    return None


def _plain(label: str) -> str:
    return "".join(c if c.isalnum() or c in "_-" else "_" for c in label)
