"""PDF files: the lines of the pages, joined into paragraphs."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low
from typing import Any

from policy_news.core.errors import ReadError
from policy_news.core.messages import without_addresses
from policy_news.core.settings import MaskSettings
from policy_news.text.document import Source
from policy_news.text.ligatures import LIGATURES
from policy_news.text.readers.naming import real_property

_CONTROLS = {number: None for number in range(32) if chr(number) not in "\n\t"} | {127: "•"} | LIGATURES
"""Control characters, which text does not have; unused codes print as bullets. Ligatures are a matter of the font."""
_HINT = "Print it to a new PDF, or save its text as .txt."
_WIDE_GAP = 1.35
_SHORT_LINE = 0.75
_MAX_WORD = 100
_ENDS = re.compile(r"[.!?…][\"'”’)\]]{0,3}$")
_MASKS = frozenset(MaskSettings().characters)
_ITEM = re.compile(r"(?:[•◦‣▪●○■·–-]|\d{1,3}[.)])\s+\S")
_PAGE_NUMBER = re.compile(r"(?:page )?\d{1,4}(?: ?(?:/|of) ?\d{1,4})?", re.IGNORECASE)
_PRINTED = re.compile(
    r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}, \d{1,2}:\d{2}(?::\d{2})?(?:\s?[AP]M)?\b.*|(?:https?|file)://\S+(?: \d{1,4}/\d{1,4})?",
    re.IGNORECASE,
)
"""What a browser prints at head and foot of a page: when it was printed, with the title, and the address."""
_FILE_TITLE = re.compile(r"\S+\.(?:html?|php|aspx?|docx?|pdf|txt)", re.IGNORECASE)
"""A title that is the name of a file: browsers and word processors put it there."""
_SPLIT_WORD = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,})-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A printed line.

    Attributes:
        y: Height above the foot of the page, in points.
        size: Font size in points.
        top: Whether it is the first line of a page.
    """

    text: str
    y: float
    size: float
    top: bool = False


def parse_pdf(data: bytes) -> Source:
    """Read the text of a PDF file, with blank lines between paragraphs, and title and author of its properties.

    Raises:
        ReadError: It cannot be opened, is encrypted, or does not contain text.
    """
    import pypdf

    faults = _Faults()
    try:
        with faults.collected():
            reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
            if reader.is_encrypted and not reader.decrypt(""):
                raise ReadError("encrypted PDF: needs a password", "Remove the password.")
            pages = [list(_read_lines(page)) for page in reader.pages]
            title, author = _properties(reader)
    except pypdf.errors.DependencyError as error:
        raise ReadError(f"encrypted PDF: {error}", "Remove the encryption.") from error
    except (
        pypdf.errors.PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        AssertionError,
    ) as error:
        reason = without_addresses(str(error))[:200]
        raise ReadError(f"broken PDF: {type(error).__name__}: {reason}", _HINT) from error
    lines = [line for page in _without_furniture(pages) for line in page]
    if not lines and faults.first:
        raise ReadError(f"broken PDF without text: {faults.first}", _HINT)
    if not lines:
        raise ReadError("no text in the PDF: its pages are pictures", "Run it through OCR first.")
    return Source("\n\n".join(join_paragraphs(lines)), title=title, author=author, notes=faults.note)


class _Faults(logging.Handler):
    """The faults that pypdf logs and works around: some of them lose text."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.first = ""
        self._count = 0

    @property
    def note(self) -> str | None:
        """A note on the faults, if there are any."""
        if self._count:
            return f"faults in the PDF: {self._count}, the first: {self.first}"
        return None

    def emit(self, record: logging.LogRecord) -> None:
        self.first = self.first or without_addresses(record.getMessage())[:200]
        self._count += 1

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Collect faults within the `with` block."""
        logger = logging.getLogger("pypdf")
        logger.addHandler(self)
        try:
            yield
        finally:
            logger.removeHandler(self)


def join_paragraphs(lines: Sequence[PdfLine]) -> Iterator[str]:
    """Join printed lines to paragraphs, and words that are split at the end of a line."""
    # Counted in the whole text first: whether a hyphen belongs to a word shows elsewhere in the same text.
    words = Counter(word.lower() for line in lines for word in _WORDS.findall(line.text))
    leading, width, size = _leading(lines), _width(lines), median_low([line.size for line in lines] or [0])
    paragraph = ""
    for index, line in enumerate(lines):
        larger = max(line.size / size, 1) if size else 1  # the lines of a headline stand farther apart
        if index and _begins(lines[index - 1], line, larger * leading, width):
            yield paragraph
            paragraph = line.text
        else:
            paragraph = _append(paragraph, line.text, words)
    if paragraph:
        yield paragraph


def _properties(reader: Any) -> tuple[str | None, str | None]:
    found = reader.metadata
    if not found:
        return None, None
    title, author = (
        real_property(str(value or "").translate(_CONTROLS)) for value in (found.title, found.author)
    )
    return None if title and _FILE_TITLE.fullmatch(title) else title, author


def _read_lines(page: Any) -> Iterator[PdfLine]:
    """Yield the printed lines of a page in the order of its content."""
    parts: list[str] = []
    y = size = 0.0
    top = True
    # A line break at the end closes the last line.
    for text, height, points in (*_segments(page), ("\n", 0.0, 0.0)):
        for number, piece in enumerate(text.split("\n")):
            if number:
                line = " ".join("".join(parts).translate(_CONTROLS).split())
                parts = []
                if line:
                    yield PdfLine(line, y, size, top)
                    top = False
            # The first visible text of a line gives its height: white space is often placed anywhere.
            if piece.strip() and not "".join(parts).strip():
                y, size = height, points
            parts.append(piece)


def _segments(page: Any) -> list[tuple[str, float, float]]:
    """Return the pieces of text of a page with their height and font size, both in points on the page."""
    segments: list[tuple[str, float, float]] = []

    def visit(text: str, matrix: Sequence[float], place: Sequence[float], font: object, size: float) -> None:
        # Both matrices scale: many programs set the font size to 1 and scale by the matrix.
        y = place[4] * matrix[1] + place[5] * matrix[3] + matrix[5]
        segments.append((text, y, size * abs(place[3] * matrix[3]) or size))

    page.extract_text(visitor_text=visit)
    return segments


def _without_furniture(pages: Sequence[list[PdfLine]]) -> Iterator[list[PdfLine]]:
    """Remove page numbers, and lines at the head or foot of three or more pages."""
    edges = Counter(_edge(line) for page in pages if page for line in {page[0], page[-1]})
    for page in pages:
        first, last = 0, len(page)
        while last > first and _is_furniture(page[last - 1], edges):
            last -= 1
        while first < last and _is_furniture(page[first], edges):
            first += 1
        kept = page[first:last]
        if kept:
            yield [PdfLine(kept[0].text, kept[0].y, kept[0].size, top=True), *kept[1:]]
        else:
            yield []


def _edge(line: PdfLine) -> str:
    return re.sub(r"\d+", "0", line.text)


def _is_furniture(line: PdfLine, edges: Counter[str]) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(line.text) or _PRINTED.fullmatch(line.text)) or edges[_edge(line)] >= 3


def _leading(lines: Sequence[PdfLine]) -> float:
    """Return the usual distance between the lines of a paragraph in points; 0 if there are no neighbouring lines."""
    near: list[float] = []
    for left, right in pairwise(lines):
        gap = left.y - right.y
        if not right.top and 0 < gap <= 3 * max(right.size, 1):
            near.append(gap)
    if not near:
        return 0.0
    # The lower third, not the middle: distances between paragraphs are larger, and a text may have many of them.
    return sorted(near)[len(near) // 3]


def _width(lines: Sequence[PdfLine]) -> int:
    lengths = sorted(len(line.text) for line in lines)
    return lengths[int(0.9 * (len(lengths) - 1))]


def _begins(left: PdfLine, right: PdfLine, leading: float, width: int) -> bool:
    """Return whether a line begins a paragraph."""
    gap = left.y - right.y
    if not right.top and abs(left.size - right.size) > 0.5:
        return True
    if _ITEM.match(right.text) and (_ENDS.search(left.text) or not right.text[0].isdigit()):
        return True
    if not right.top and leading and gap > _WIDE_GAP * leading:
        return True
    if right.top or gap <= 0:  # a new page or column: an open sentence continues
        return bool(_ENDS.search(left.text)) or not (right.text[0].islower() or right.text[0] in _MASKS)
    return bool(_ENDS.search(left.text)) and len(left.text) < _SHORT_LINE * width


def _append(paragraph: str, line: str, words: Counter[str]) -> str:
    """Add the next line to a paragraph."""
    if not paragraph:
        return line
    split, first = _SPLIT_WORD.search(paragraph[-_MAX_WORD:]), _FIRST_WORD.match(line)
    if not split or not first or not first.group()[0].islower():
        if paragraph[-1] == "-" and line[0].isalnum():
            return paragraph + line
        return f"{paragraph} {line}"
    # `gov-` + `ernment` or `co-` + `operation`: the form that the text has elsewhere decides.
    whole, hyphened = f"{split[1]}{first.group()}".lower(), f"{split[1]}-{first.group()}".lower()
    keeps = words[hyphened] > words[whole] or (not words[whole] and not split[1].islower())
    if keeps:
        return paragraph + line
    return paragraph[:-1] + line
