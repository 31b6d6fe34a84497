"""What is fuzzed: bytes in, no exception but a refusal, and what holds for any text holds for what comes out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType

from policy_news.core.errors import ReadError
from policy_news.core.settings import IngestSettings, MaskSettings
from policy_news.text.document import Document, Source
from policy_news.text.layout import find_layout
from policy_news.text.masking import compile_patterns, unmask
from policy_news.text.readers import parser_of
from policy_news.text.readers.child import parse_checked
from policy_news.text.readers.decoding import read_text
from policy_news.text.readers.jsonl import read_jsonl
from tests.support.invariants import check_document, check_unmasked

MASKS = MaskSettings()
PATTERNS = compile_patterns(MASKS)
LIMIT = IngestSettings().max_bytes
KINDS = ("txt", "jsonl", "html", "pdf", "docx")
"""The first byte of an input of `readers` chooses among them."""
WORDS = (
    *(
        "***",
        "*** ****",
        "[redacted]",
        "£**.*",
        "\u200b",
        "\u202e",
        "\u00ad",
        "\ufeff",
        "\u2028",
        "\r\n",
        "\x00",
    ),
    *(
        "Published",
        "By ",
        "Comments",
        "<p>",
        "</p>",
        "<h1>",
        "<time datetime=",
        "stream",
        "endobj",
        "/Length",
        "xref",
    ),
    *("<w:p>", "<w:t>", '{"id":', '"text":'),
)
"""Strings that mean something to one of the readers."""
OURS = f"{Path(__file__).resolve().parent.parent / 'policy_news'}/"


def masks(data: bytes) -> None:
    """The mask stage, on what is valid text."""
    _through_masks(Source(data.decode("utf-8", "replace")))


def readers(data: bytes) -> None:
    """A reader, as the child process calls it, then layout and masks."""
    for source in _sources(KINDS[data[0] % len(KINDS)], data[1:]) if data else ():
        for value in (source.text, source.title, source.author, source.published, source.url, source.doc_id):
            (value or "").encode()
        assert source.text.strip(), "silently empty"
        _through_masks(source)


def _sources(kind: str, data: bytes) -> Iterator[Source]:
    try:
        if kind == "jsonl":
            yield from (record for record in read_jsonl(data) if isinstance(record, Source))
        else:
            yield read_text(data) if kind == "txt" else parse_checked(parser_of(kind), data, LIMIT)
    except ReadError as error:
        if not (error.message and error.hint):
            raise
    except (
        Exception
    ) as error:  # the child makes a refusal of what a parser raises; what our own code raises is a find
        if _innermost(error.__traceback__).startswith(OURS):
            raise


def _innermost(traceback: TracebackType | None) -> str:
    """The file that raised."""
    while traceback and traceback.tb_next:
        traceback = traceback.tb_next
    return traceback.tb_frame.f_code.co_filename if traceback else ""


def _through_masks(source: Source) -> None:
    layout = find_layout(source)
    document = Document("d", "d.txt", "txt", "", source.text, layout.sections)
    check_document(document)
    check_unmasked(document, unmask(document, PATTERNS, MASKS.placeholder), PATTERNS.characters)


TARGETS: Mapping[str, Callable[[bytes], None]] = {"masks": masks, "readers": readers}


def seeds(target: str, samples: Path) -> Iterator[bytes]:
    """Inputs to begin with: the sample articles, short enough to mutate quickly."""
    for path in sorted(samples.rglob("*.*")):
        data = path.read_bytes()
        kind = path.suffix[1:].replace("md", "txt")
        if target == "masks":
            yield from (
                (data[at : at + 1_000] for at in range(0, min(len(data), 4_000), 1_000))
                if kind == "txt"
                else ()
            )
        elif kind in KINDS:
            yield bytes([KINDS.index(kind)]) + (
                _stored(data) if kind == "docx" else data[:20_000] if kind != "pdf" else data
            )


def _stored(data: bytes) -> bytes:
    """A Word file without compression, so that a mutation reaches its XML."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(packed, "w") as after:
        for part in before.infolist():
            after.writestr(part.filename, before.read(part))
    return packed.getvalue()


def dictionary() -> str:
    """Strings worth putting in, in the form of libFuzzer."""
    coded = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in WORDS)
    return "".join(f'"{word}"\n' for word in coded)
