"""HTML pages: title, article and comments as plain text.

trafilatura tells which blocks of a page are the article. The text itself is taken from the page in its order, so that
masks, captions, bylines and the authors of comments, which an extractor may drop, stay where they stood. Where the
extractor finds nothing or too little, or the page is too large for it, the place with most text is taken.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.core.errors import ReadError
from pipeline.text.document import Source
from pipeline.text.readers.blocks import Block, find_blocks
from pipeline.text.readers.decoding import decode, find_declared
from pipeline.text.readers.naming import document_words, element_names

_MAX_BLOCKS = 4_000
"""With more blocks the extractor takes too long: its time grows faster than the page."""
_MAX_EXTRACTED = 3_000_000
_MAX_DEPTH = 200
_MIN_SHARE = 0.5
_LOOK_BACK = 12
_KEY = 40
_NORMAL = re.compile(r"[^\w*]+")
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')


@dataclass(frozen=True, slots=True)
class Extract:
    """What the extractor makes of a page."""

    lines: tuple[str, ...] = ()
    title: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None


def parse_html(data: bytes) -> Source:
    """The text of a page, its blocks apart by blank lines.

    List items begin with `- `, quotations with `> `, captions with `Caption: `. Comments follow the article.

    Raises:
        ReadError: The page is binary or has no text.
    """
    decoded = decode(data, find_declared(data))
    text = decoded.text
    root = _parse(text)
    blocks = find_blocks(root)
    if _is_extractable(text, root, blocks):
        extract = _extract(text)
    else:
        extract = Extract()
    article = _article(blocks, extract)
    comments = [block for block in blocks if block.comment and not block.noise]
    if not article and not comments:
        raise ReadError("no text in the page", "Save the article itself, or its text as .txt.")
    title = extract.title
    if title is None or not any(_same(block.text, title) for block in article[:_LOOK_BACK]):
        title = _first_heading(article) or title
        if title and not _first_heading(article):
            article = [Block("h", title), *article]
    return Source(
        "".join(_joined([*article, *_headed(comments)])),
        title=title,
        published=_published(root, text) or _with_time(root, extract.published),
        author=extract.author,
        url=extract.url,
        encoding=decoded.encoding,
        notes=decoded.notes,
    )


def _parse(text: str) -> Any:
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"no HTML: {error.msg}", "Save its text as .txt.") from error
    # libxml2 says nothing of what it left out behind a limit of its own but here.
    fatal = next((entry for entry in parser.error_log if entry.level == etree.ErrorLevels.FATAL), None)
    if fatal is not None:
        raise ReadError(f"cannot be read to its end: {fatal.message}"[:200], "Save its text as .txt.")
    if root is None:
        raise ReadError("no text in the page", "Save the article itself, or its text as .txt.")
    return root


def _is_extractable(text: str, root: Any, blocks: Sequence[Block]) -> bool:
    """Whether the extractor can read the page in reasonable time, and to its end: it drops what is nested deeply."""
    return len(blocks) <= _MAX_BLOCKS and len(text) <= _MAX_EXTRACTED and _depth(root) <= _MAX_DEPTH


def _depth(root: Any) -> int:
    """How many elements are nested at most."""
    from lxml import etree

    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _extract(text: str) -> Extract:
    """The lines and metadata that trafilatura finds; empty if it fails."""
    import trafilatura

    try:
        found: Any = trafilatura.bare_extraction(
            text,
            include_comments=False,
            with_metadata=True,
            favor_recall=True,
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Extract()
    if found is None:
        return Extract()
    return Extract(tuple((found.text or "").splitlines()), found.title, found.author, found.date, found.url)


def _article(blocks: Sequence[Block], extract: Extract) -> list[Block]:
    """The blocks of the article."""
    usable = [block for block in blocks if not block.comment]
    chosen = _chosen(usable, extract)
    fallback = _densest(usable)
    enough = _size(chosen) >= _MIN_SHARE * _size(fallback) and _masks(chosen) >= 0.9 * _masks(fallback)
    if chosen and enough:
        return chosen
    return fallback


def _chosen(blocks: Sequence[Block], extract: Extract) -> list[Block]:
    """The blocks between the first and the last that the extractor took, with what belongs to them on both sides."""
    keys = {key for line in extract.lines for key in _keys(line)}
    taken = [index for index, block in enumerate(blocks) if not keys.isdisjoint(_keys(block.text))]
    if not taken:
        return []
    took = frozenset(taken)
    first, last = _begin(blocks, taken[0]), _end(blocks, taken[-1])
    return [
        block for index, block in enumerate(blocks[first : last + 1], first) if index in took or block.is_text
    ]


def _begin(blocks: Sequence[Block], first: int) -> int:
    """Where the article begins: at the main heading shortly before its text."""
    for index in range(first, max(-1, first - _LOOK_BACK - 1), -1):
        if blocks[index].kind == "h1":
            return index
    return first


def _end(blocks: Sequence[Block], last: int) -> int:
    """Where the article ends: text of the same container may follow, such as a masked end."""
    at = last
    for index in range(last + 1, len(blocks)):
        block = blocks[index]
        if block.container != blocks[last].container or not (block.is_text or block.noise):
            break
        if not block.container and "**" not in block.text:
            break
        if block.is_text:
            at = index
    return at


def _densest(blocks: Sequence[Block]) -> list[Block]:
    """The text of the container that has most of it, or of the whole page where none has a good part."""
    sizes: dict[int, int] = {}
    for block in blocks:
        if block.is_text:
            sizes[block.container] = sizes.get(block.container, 0) + len(block.text)
    if not sizes:
        return []
    best = max(sizes, key=lambda container: sizes[container])
    whole = sizes[best] < _MIN_SHARE * sum(sizes.values())
    return [block for block in blocks if block.is_text and (whole or block.container == best)]


def _size(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _masks(blocks: Sequence[Block]) -> int:
    return sum(block.text.count("**") for block in blocks)


def _keys(text: str) -> tuple[str, ...]:
    """What two forms of the same line share: all of it, or its beginning and end where it is long."""
    plain = _NORMAL.sub("", text.casefold())
    if len(plain) > _KEY:
        return (plain[:_KEY], plain[-_KEY:])
    if plain:
        return (plain,)
    return ()


def _same(left: str, right: str) -> bool:
    return _NORMAL.sub("", left.casefold()) == _NORMAL.sub("", right.casefold())


def _first_heading(blocks: Sequence[Block]) -> str | None:
    for block in blocks[:_LOOK_BACK]:
        if block.kind == "h1":
            return block.text
    return None


def _headed(comments: Sequence[Block]) -> list[Block]:
    """The comments with a header that says so."""
    if not comments or element_names().comments.search(comments[0].text):
        return list(comments)
    return [Block("h", "Comments"), *comments]


def _joined(blocks: Sequence[Block]) -> Iterator[str]:
    """The blocks with a blank line between them; list items, and authors and dates of comments, without."""
    before: Block | None = None
    for block in blocks:
        if before is not None:
            close = block.kind == before.kind == "li" or (block.meta and before.meta and block.comment)
            if close:
                yield "\n"
            else:
                yield "\n\n"
        yield block.marked
        before = block


def _published(root: Any, text: str) -> str | None:
    """The date that the page gives in full, as ISO text."""
    names = document_words().dates
    values = [element.get("content") for element in root.iter("meta") if _meta_name(element) in names]
    values += [match[1] for match in _JSON_DATE.finditer(text[:_MAX_EXTRACTED])]
    return next((value for value in values if value and _is_iso(value)), None)


def _with_time(root: Any, day: str | None) -> str | None:
    """A day with the time that an element of the page gives for it, if one does."""
    values = (element.get("datetime") or "" for element in root.iter("time")) if day else ()
    return next((value.strip() for value in values if value.startswith(f"{day}T") and _is_iso(value)), day)


def _meta_name(element: Any) -> str:
    return str(element.get("property") or element.get("name") or element.get("itemprop") or "").lower()


def _is_iso(value: str) -> bool:
    try:
        dt.datetime.fromisoformat(value.strip())
    except ValueError:
        return False
    return True
