"""CoNLL-2003 columns: a word a line, its name tag in the last column, an empty line after each sentence.

We have neither part of speech nor chunk to write: those columns hold `-X-` and `O`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from policy_news.core.errors import GoldError
from policy_news.core.messages import counted
from policy_news.outputs.formats.files import open_text
from policy_news.outputs.formats.gold import GoldDocument, GoldEntity, GoldSet
from policy_news.outputs.formats.raw_words import find_words, without_overlaps
from policy_news.tables.corpus import Article, Corpus, read_corpus
from policy_news.tables.schema import MentionRow

HEAD = "-DOCSTART- -X- -X- O\n\n"
START = "-DOCSTART-"
TAG = re.compile(r"O|([BIESLU])-(\S+)")
HINT = (
    "A line is a word, any further columns, and a tag such as B-ORG, I-ORG or O; "
    "all lines have the same number of columns."
)
NOTE = "the gold holds words, no text: the pipeline read a text made of them"


def write_conll(out: Path, to: Path) -> str:
    """Write the tables of a run as columns; return what was written, in words."""
    corpus = read_corpus(out)
    with open_text(to) as file:
        file.writelines(make_lines(corpus))
    return counted(len(corpus.articles), "document")


def make_lines(corpus: Corpus) -> Iterator[str]:
    """Yield the lines of the documents in order of their ids; one block of words per section."""
    for article in corpus.articles:
        yield HEAD
        mentions = without_overlaps(article.mentions)
        for start, end in _stretches(article):
            inside = [mention for mention in mentions if mention.start < end and mention.end > start]
            lines = list(_lines(article.document.text, start, end, inside))
            if lines:
                yield from lines
                yield "\n"


def _stretches(article: Article) -> Iterator[tuple[int, int]]:
    """Yield the sections, each character once."""
    at = 0
    for section in sorted(article.sections, key=lambda row: (row.start, row.end)):
        if section.end > at:
            yield max(at, section.start), section.end
            at = section.end


def _lines(text: str, start: int, end: int, mentions: Sequence[MentionRow]) -> Iterator[str]:
    edges = [mention.start for mention in mentions] + [mention.end for mention in mentions]
    begun, place = "", 0
    for left, right in find_words(text, edges, start, end):
        while place < len(mentions) and mentions[place].end <= left:
            place += 1
        if place == len(mentions) or mentions[place].start > left:
            begun, tag = "", "O"
        else:
            mention, scheme = mentions[place], "B"
            if begun == mention.mention_id:
                scheme = "I"
            begun, tag = mention.mention_id, f"{scheme}-{mention.label}"
        yield f"{text[left:right]} -X- O {tag}\n"


def read_conll(path: Path) -> GoldSet:
    """Read the documents, named by their numbers; tags may be IOB, IOB2, BIOES or BILUO."""
    drafts = [sentences for sentences in _drafts(path) if any(sentences)]
    documents = tuple(_document(str(number), sentences) for number, sentences in enumerate(drafts, 1))
    return GoldSet(path, "conll", documents, (NOTE,))


def _drafts(path: Path) -> list[list[list[tuple[str, str]]]]:
    """Return the words with their tags, by document and sentence; both may be empty."""
    drafts: list[list[list[tuple[str, str]]]] = [[[]]]
    width = 0
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        columns = line.split()
        if not columns:
            drafts[-1].append([])
        elif columns[0] == START:
            drafts.append([[]])
        else:
            width = width or len(columns)
            _check(f"{path} line {number}", columns, width)
            drafts[-1][-1].append((columns[0], columns[-1]))
    return drafts


def _check(where: str, columns: Sequence[str], width: int) -> None:
    if width < 2:
        raise GoldError(f"{where}: {len(columns)} columns, a word and a tag are needed", HINT)
    if len(columns) != width:
        raise GoldError(f"{where}: {len(columns)} columns, the first line has {width}", HINT)
    if not TAG.fullmatch(columns[-1]):
        raise GoldError(f"{where}: '{columns[-1]}' in the last column is not a tag", HINT)


def _document(name: str, sentences: Sequence[Sequence[tuple[str, str]]]) -> GoldDocument:
    text, entities = "", []
    for sentence in sentences:
        if not sentence:
            continue
        words, spans = join_words([word for word, _ in sentence])
        for first, last, label in find_names([tag for _, tag in sentence]):
            start, end = spans[first][0], spans[last][1]
            entities.append(GoldEntity(len(text) + start, len(text) + end, label))
        text += words + "\n"
    return GoldDocument(name, text, entities=tuple(entities))


def find_names(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """First word, last word and label of each name of a sentence."""
    begun, label = -1, ""
    for i, tag in enumerate([*tags, "O"]):  # one more, which closes a name at the end
        scheme, own = tag[:1], tag[2:]
        if begun >= 0 and (scheme in "OBSU" or own != label):
            yield begun, i - 1, label
            begun = -1
        if scheme != "O" and begun < 0:
            begun, label = i, own
        if begun >= 0 and scheme in "ESLU":
            yield begun, i, label
            begun = -1


def join_words(words: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Return words as running text, with no blank before a closing mark, and the place of each word."""
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
    return text, spans


_CLOSING = re.compile(r"[.,;:!?%)\]}”’]+|\.\.\.|n['’]t|['’](?:s|re|ve|ll|d|m)?", re.IGNORECASE)
_OPENING = re.compile(r"[(\[{“‘$£€#]+")
