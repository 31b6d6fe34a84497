"""The blocks of an HTML page: its paragraphs, headings, list items, quotations and captions, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from policy_news.text.readers.naming import ElementNames, element_names

_KINDS = {
    "h1": "h1", "li": "li", "figcaption": "caption", "blockquote": "quote", "p": "p", "pre": "p", "dd": "p",
}  # fmt: skip
_SPACE = re.compile(r"[ \t\n\r\f]+")
_EMPTY_LINE = re.compile(r"\n[ \n]*\n")
_LINKED = 0.6
_MAX_FORM = 500
"""Characters of the longest real form; some sites wrap one around the whole page."""
_MARKS = {"li": "- ", "quote": "> ", "caption": "Caption: "}


@dataclass(frozen=True, slots=True)
class Block:
    """A span of text between two breaks.

    Attributes:
        kind: `h1`, `h` (other headings), `p`, `li`, `quote`, `caption` or `div`.
        linked: Number of characters inside links.
        container: Number of the innermost article around it, 0 if there is none.
        comment: Whether it is in the comments.
        noise: Whether it is in a menu, a footer or the like.
        meta: Whether it names an author or a date.
    """

    kind: str
    text: str
    linked: int = 0
    container: int = 0
    comment: bool = False
    noise: bool = False
    meta: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it is neither noise nor a list of links."""
        if self.noise:
            return False
        return self.meta or self.kind in ("h1", "p", "quote") or self.linked < _LINKED * len(self.text)

    @property
    def marked(self) -> str:
        """Its text with the mark of its kind."""
        mark = _MARKS.get(self.kind, "")
        if self.kind == "quote":
            return mark + self.text.replace("\n", f"\n{mark}")
        return mark + self.text


@dataclass(frozen=True, slots=True)
class _Place:
    """What the elements around a text show about it."""

    kind: str = "div"
    container: int = 0
    link: bool = False
    comment: bool = False
    noise: bool = False
    meta: bool = False


def find_blocks(root: Any) -> list[Block]:
    """Return the blocks of a parsed page. White space is collapsed; all other characters stay."""
    return list(_Walker(element_names()).walk(root))


class _Walker:
    """Goes through a page once, without recursion."""

    def __init__(self, names: ElementNames) -> None:
        self._names = names
        self._tags = names.tags
        self._parts: list[str] = []
        self._linked = 0
        self._place: _Place | None = None
        self._containers = 0

    def walk(self, root: Any) -> Iterator[Block]:
        from lxml import etree

        places = [_Place()]
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            breaks = element.tag in self._tags.breaks
            if breaks:
                yield from self._flush()
            if event == "end":
                # The tail of an element is text after it, so it belongs to the place around the element.
                places.pop()
                if element.tag == "br":
                    self._parts.append("\n")
                self._add(element.tail, places[-1])
                continue
            places.append(self._inside(element, places[-1]))
            if element.tag in self._tags.skipped or element.get("hidden") is not None or _is_hidden(element):
                walker.skip_subtree()
                continue
            if not breaks and self._is_apart(element, places[-2]):
                self._parts.append("\n")
            self._add(element.text, places[-1])
        yield from self._flush()

    def _inside(self, element: Any, outer: _Place) -> _Place:
        """Return the place inside an element."""
        tag, names = element.tag, _names(element)
        if tag not in self._tags.breaks:
            meta = outer.meta or tag == "time" or bool(self._names.meta.search(names))
            if meta or tag == "a":
                return replace(outer, link=outer.link or tag == "a", meta=meta)
            return outer
        if tag in self._tags.containers and not outer.comment:
            self._containers += 1
            outer = replace(outer, container=self._containers)
        comment = outer.comment
        # Some sites name the whole page after its comments (`<body class="has-comments">`).
        if tag not in ("body", "html"):
            comment = comment or self._is_part(element, names, self._names.comments)
        return replace(
            outer,
            kind=_kind(tag, outer.kind),
            comment=comment,
            noise=outer.noise or self._is_noise(element, names, comment=comment),
            meta=outer.meta or bool(self._names.meta.search(names)),
        )

    def _is_noise(self, element: Any, names: str, *, comment: bool) -> bool:
        """Return whether an element is beside the article or, within comments, a menu or form."""
        if element.tag in ("body", "html"):
            return False
        if element.tag in self._tags.noise and not (comment and element.tag in ("aside", "footer")):
            return element.tag != "form" or sum(map(len, element.itertext())) < _MAX_FORM
        return self._is_part(element, names, self._names.noise)

    def _is_part(self, element: Any, names: str, words: re.Pattern[str]) -> bool:
        """Return whether the names of an element mark it as such a part of the page, and it does not contain the article."""
        return bool(names and words.search(names)) and not _holds_article(element)

    def _is_apart(self, element: Any, outer: _Place) -> bool:
        """Return whether an inline element begins a line: authors and dates often stand side by side without a break."""
        if not self._parts or element.tag not in self._tags.inline:
            return False
        # Inside a paragraph a date is part of a sentence.
        if outer.kind != "div" and not (outer.comment and outer.kind == "li"):
            return False
        if element.tag != "time" and not self._names.meta.search(_names(element)):
            return False
        return not self._names.intro.search("".join(self._parts[-2:])[-40:])

    def _add(self, text: str | None, place: _Place) -> None:
        if not text:
            return
        folded = _SPACE.sub(" ", text)
        if self._place is None and folded.strip():
            self._place = place
        self._parts.append(folded)
        if place.link:
            self._linked += len(folded.strip())

    def _flush(self) -> Iterator[Block]:
        """Yield the text so far as blocks; an empty line within it ends one."""
        text, linked, place = "".join(self._parts), self._linked, self._place
        self._parts, self._linked, self._place = [], 0, None
        if place is None:
            return
        for part in _EMPTY_LINE.split(text):
            lines = (" ".join(line.split(" ")).strip(" ") for line in part.split("\n"))
            folded = "\n".join(line for line in lines if line.strip())
            if folded:
                yield Block(
                    place.kind,
                    folded,
                    min(linked, len(folded)),
                    place.container,
                    place.comment,
                    place.noise,
                    place.meta,
                )


def _names(element: Any) -> str:
    """Return all names of an element that may say what it contains."""
    names = (element.get("class"), element.get("id"), element.get("itemprop"), element.get("rel"))
    return " ".join(filter(None, names))


def _holds_article(element: Any) -> bool:
    """Return whether an element is a wrapper around the article."""
    return any(element.find(f".//{tag}") is not None for tag in ("h1", "main"))


def _kind(tag: str, outer: str) -> str:
    """Return the kind of block of an element; a paragraph in a quotation or list item takes their kind."""
    if tag in ("h2", "h3", "h4", "h5", "h6"):
        return "h"
    kind = _KINDS.get(tag)
    if kind == "p" and outer in ("quote", "li", "caption"):
        return outer
    if kind:
        return kind
    if outer in ("quote", "caption"):
        return outer
    return "div"


def _is_hidden(element: Any) -> bool:
    style = element.get("style")
    return bool(style) and "display:none" in style.replace(" ", "").lower()
