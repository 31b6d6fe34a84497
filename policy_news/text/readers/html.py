"""HTML pages: title, article and comments as plain text.

trafilatura decides which blocks of a page are the article. The text itself comes from the page in its order, so that masks,
captions, bylines and authors of comments, which an extractor may drop, stay in place. If the extractor finds nothing or
too little, or the page is too large for it, the container with most text is the article.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from policy_news.core.errors import ReadError
from policy_news.text.document import Source
from policy_news.text.readers.blocks import Block, find_blocks
from policy_news.text.readers.decoding import decode, find_declared
from policy_news.text.readers.naming import document_words, element_names

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
    """What the extractor finds in a page."""

    lines: tuple[str, ...] = ()
    title: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None


def parse_html(data: bytes) -> Source:
    """Read the text of a page, with blank lines between its blocks.

    List items begin with `- `, quotations with `> `, captions with `Caption: `. Comments follow the article.

    Raises:
        ReadError: The page is binary or does not contain text.
    """
    decoded = decode(data, find_declared(data))
    text = decoded.text
    root = _parse(text)
    blocks = find_blocks(root)
    extract = Extract()
    if _is_extractable(text, root, blocks):
        extract = _extract(text)
    article = _article(blocks, extract)
    comments = [block for block in blocks if block.comment and not block.noise]
    if not article and not comments:
        raise ReadError("no text in the page", "Save the article itself, or its text as .txt.")
    title = extract.title
    # The title of the extractor may come from the head of the page and name the site; the heading on the page wins.
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
        raise ReadError(f"not HTML: {error.msg}", "Save its text as .txt.") from error
    # When libxml2 stops at one of its own limits, it drops the rest of the page and only notes it here.
    for entry in parser.error_log:
        if entry.level == etree.ErrorLevels.FATAL:
            raise ReadError(f"cannot be read to its end: {entry.message}"[:200], "Save its text as .txt.")
    if root is None:
        raise ReadError("no text in the page", "Save the article itself, or its text as .txt.")
    return root


def _is_extractable(text: str, root: Any, blocks: Sequence[Block]) -> bool:
    """Return whether the extractor can read the page in reasonable time and completely: it drops deeply nested elements."""
    return len(blocks) <= _MAX_BLOCKS and len(text) <= _MAX_EXTRACTED and _depth(root) <= _MAX_DEPTH


def _depth(root: Any) -> int:
    """Return the greatest depth of nested elements."""
    from lxml import etree

    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest


def _extract(text: str) -> Extract:
    """Return the lines and metadata that trafilatura finds; empty if it fails."""
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
    """Return the blocks of the article."""
    usable = [block for block in blocks if not block.comment]
    chosen = _chosen(usable, extract)
    fallback = _densest(usable)
    # An extractor takes masked paragraphs for junk; then the densest container is closer to the article.
    enough = _size(chosen) >= _MIN_SHARE * _size(fallback) and _masks(chosen) >= 0.9 * _masks(fallback)
    if chosen and enough:
        return chosen
    return fallback


def _chosen(blocks: Sequence[Block], extract: Extract) -> list[Block]:
    """Return the blocks from the first to the last that the extractor took, extended to heading and end."""
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
    """Return the index where the article begins: at the main heading shortly before its text."""
    for index in range(first, max(-1, first - _LOOK_BACK - 1), -1):
        if blocks[index].kind == "h1":
            return index
    return first


def _end(blocks: Sequence[Block], last: int) -> int:
    """Return the index where the article ends: text of the same container may follow, such as a masked end."""
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
    """Return the text of the container that has most of it, or of the whole page if none has much of it."""
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
    """Return what two versions of the same line share: all of it, or its beginning and end if it is long."""
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
    """Put a header before comments that do not have one."""
    if not comments or element_names().comments.search(comments[0].text):
        return list(comments)
    return [Block("h", "Comments"), *comments]


def _joined(blocks: Sequence[Block]) -> Iterator[str]:
    """Join blocks with a blank line; list items, and authors and dates of comments, with a line break."""
    before: Block | None = None
    for block in blocks:
        if before is not None:
            # The layout reads an author and a date on neighbouring lines as the head of a comment.
            if block.kind == before.kind == "li" or (block.meta and before.meta and block.comment):
                yield "\n"
            else:
                yield "\n\n"
        yield block.marked
        before = block


def _published(root: Any, text: str) -> str | None:
    """Return the date that the page gives in full, as ISO text."""
    names = document_words().dates
    values = [element.get("content") for element in root.iter("meta") if _meta_name(element) in names]
    values += [match[1] for match in _JSON_DATE.finditer(text[:_MAX_EXTRACTED])]
    for value in values:
        if value and _is_iso(value):
            return str(value)
    return None


def _with_time(root: Any, day: str | None) -> str | None:
    """Add to a day the time that an element of the page gives for it, if one does."""
    if not day:
        return day
    for element in root.iter("time"):
        value = str(element.get("datetime") or "")
        if value.startswith(f"{day}T") and _is_iso(value):
            return value.strip()
    return day


def _meta_name(element: Any) -> str:
    return str(element.get("property") or element.get("name") or element.get("itemprop") or "").lower()


def _is_iso(value: str) -> bool:
    try:
        dt.datetime.fromisoformat(value.strip())
    except ValueError:
        return False
    return True
