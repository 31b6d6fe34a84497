"""Gold as columns: a word a line, its name tag in the last column, an empty line behind each sentence (CoNLL-2003)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core.errors import GoldError
from pipeline.evaluation.gold import Document, Entity, GoldSet

START = "-DOCSTART-"
TAG = re.compile(r"O|([BIESLU])-(\S+)")
HINT = "A line is a word, any further columns, and a tag such as B-ORG, I-ORG or O; all lines have the same number of columns."
NOTE = "the gold holds words, no text: without --out, the pipeline read a text made of them"


@dataclass(slots=True)
class _Draft:
    """A document in the making."""

    sentences: list[list[tuple[str, str]]] = field(default_factory=lambda: [[]])

    def is_empty(self) -> bool:
        return not any(self.sentences)


def read_conll(path: Path) -> GoldSet:
    """Read the documents, named by their numbers; tags may follow any of the schemes IOB, IOB2, BIOES and BILUO.

    Raises:
        GoldError: A line has another number of columns, or its last column is no tag; names the line.
    """
    drafts = [draft for draft in _drafts(path) if not draft.is_empty()]
    documents = tuple(_document(str(number), draft.sentences) for number, draft in enumerate(drafts, 1))
    return GoldSet(path, "conll", documents, (NOTE,))


def _drafts(path: Path) -> list[_Draft]:
    drafts, width = [_Draft()], 0
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        columns = line.split()
        if not columns:
            drafts[-1].sentences.append([])
        elif columns[0] == START:
            drafts.append(_Draft())
        else:
            width = width or len(columns)
            _check(f"{path} line {number}", columns, width)
            drafts[-1].sentences[-1].append((columns[0], columns[-1]))
    return drafts


def _check(where: str, columns: Sequence[str], width: int) -> None:
    if len(columns) != width or width < 2:
        expected = f"the first line has {width}" if width > 1 else "a word and a tag are needed"
        raise GoldError(f"{where}: {len(columns)} columns, {expected}", HINT)
    if not TAG.fullmatch(columns[-1]):
        raise GoldError(f"{where}: '{columns[-1]}' in the last column is no tag", HINT)


def _document(name: str, sentences: Sequence[Sequence[tuple[str, str]]]) -> Document:
    text, entities = "", []
    for sentence in sentences:
        words = join_words([word for word, _ in sentence])
        spans = [(start + len(text), end + len(text)) for start, end in words.spans]
        entities += [
            Entity(spans[first][0], spans[last][1], label)
            for first, last, label in find_names([tag for _, tag in sentence])
        ]
        text += words.text + "\n" if sentence else ""
    return Document(name, text, entities=tuple(entities))


def find_names(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """First word, last word and label of each name of a sentence."""
    begun, label = -1, ""
    for i, tag in enumerate([*tags, "O"]):
        scheme, own = tag[:1], tag[2:]
        if begun >= 0 and (scheme in "OBSU" or own != label):
            yield begun, i - 1, label
            begun = -1
        if scheme != "O" and begun < 0:
            begun, label = i, own
        if begun >= 0 and scheme in "ESLU":
            yield begun, i, label
            begun = -1


@dataclass(frozen=True, slots=True)
class Words:
    """A text made of words, and where each of them stands in it."""

    text: str
    spans: tuple[tuple[int, int], ...]


def join_words(words: Sequence[str]) -> Words:
    """Words as running text: no blank before a closing mark or behind an opening one."""
    text, spans, quoted = "", [], False
    glue = True
    for word in words:
        closing = bool(_CLOSING.fullmatch(word)) or (word == '"' and quoted)
        if not glue and not closing:
            text += " "
        spans.append((len(text), len(text) + len(word)))
        text += word
        glue = bool(_OPENING.fullmatch(word)) or (word == '"' and not quoted)
        quoted = quoted != (word == '"')
    return Words(text, tuple(spans))


_CLOSING = re.compile(r"[.,;:!?%)\]}”’]+|\.\.\.|n['’]t|['’](?:s|re|ve|ll|d|m)?", re.IGNORECASE)
_OPENING = re.compile(r"[(\[{“‘$£€#]+")
