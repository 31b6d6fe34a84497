"""The marks of the corpus: one JSON object per article and line, in `corpus/<part>.jsonl`.

Offsets are half-open counts of code points in the raw text. A line has no words of the text: spans, labels, numbers of who is who, and a
fingerprint of each line of the text (see `tools.corpus.texts`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from policy_news.core.errors import GoldError
from policy_news.core.messages import first_misfit, unread

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
PARTS = ("train", "dev", "test")
SUMS = "SHA256SUMS"
Label = Literal["COMPANY", "MINISTER", "OFFICE", "COMMITTEE", "DEPARTMENT", "PERSON", "ORG", "GPE"]
ClaimType = Literal[
    "statement", "denial", "call", "allegation", "commitment", "opinion", "question", "non_response"
]
Offset = Annotated[int, Field(ge=0, strict=True)]
Span = tuple[Offset, Offset]
HINT = "See corpus/README.md for the format."


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Entity(_Strict):
    """A mention; mentions with one number of `who` mean one person, body or place in the article."""

    span: Span
    label: Label
    who: int


class Claim(_Strict):
    """An attribution. `source_is` is the `who` of the mention that a pronoun or description stands for."""

    source: list[Span]
    cue: list[Span]
    content: list[Span]
    types: list[ClaimType]
    quote: Literal["direct", "mixed", "indirect"]
    source_is: int | None = None


class TimeExpression(_Strict):
    """A TIMEX3 expression."""

    span: Span
    type: Literal["DATE", "TIME", "DURATION", "SET"]
    value: str


class Article(_Strict):
    """An article with its marks.

    Attributes:
        length: Code points of the text.
        sha256: Of the text in UTF-8.
        mirrors: Addresses of files that have the text too, among others.
        lines: Fingerprint of each line of the text that is not empty.
        breaks: Line breaks before each of those lines, and at the end.
        readers: Number of people who marked it independently; the marks are those of the first.
    """

    doc: str
    title: str
    published: str | None
    url: str | None
    mirrors: list[str]
    licence: str
    attribution: str
    length: int
    sha256: str
    lines: list[str]
    breaks: list[int]
    readers: int = 1
    entities: list[Entity]
    optional_entities: list[Span]
    claims: list[Claim]
    optional_claims: list[list[Span]]
    dates: list[TimeExpression]

    @model_validator(mode="after")
    def _lie_in_the_text(self) -> Article:
        for start, end in self.spans():
            if not start < end <= self.length:
                raise ValueError(f"span {start}-{end} is outside the text of {self.length} characters")
        numbers = {entity.who for entity in self.entities}
        for claim in self.claims:
            if claim.source_is is not None and claim.source_is not in numbers:
                raise ValueError(f"source_is {claim.source_is} is not the number of a mention")
        return self

    def spans(self) -> Iterator[Span]:
        """Yield all spans."""
        for entity in self.entities:
            yield entity.span
        for date in self.dates:
            yield date.span
        yield from self.optional_entities
        for claim in self.claims:
            yield from (*claim.source, *claim.cue, *claim.content)
        for content in self.optional_claims:
            yield from content


def sha256_of(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_part(part: str, folder: Path = CORPUS) -> list[Article]:
    """Read the articles of a part.

    Args:
        part: train, dev or test.
        folder: Folder of the marks.

    Returns:
        The articles, in the order of the file.

    Raises:
        GoldError: The file cannot be read, is not the one that SHA256SUMS names, or a line is wrong.
    """
    path = folder / f"{part}.jsonl"
    try:
        data = path.read_bytes()
        check_sum(path, data)
        lines = data.decode().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(unread(path, error), HINT) from error
    return [_read(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip()]


def check_sum(path: Path, data: bytes) -> None:
    """Check the bytes of a file against SHA256SUMS beside it, if that names the file.

    Raises:
        GoldError: They differ.
    """
    sums = path.parent / SUMS
    if not sums.is_file():
        return
    for line in sums.read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        if name == path.name and digest != hashlib.sha256(data).hexdigest():
            raise GoldError(
                f"{path}: differs from the file that {sums.name} names",
                f"Restore it with git, or update {sums.name} if the marks were corrected on purpose.",
            )


def _read(line: str, place: str) -> Article:
    try:
        return Article.model_validate_json(line)
    except ValidationError as error:
        raise GoldError(f"{place}: {first_misfit(error)}", HINT) from error


def gold_line(article: Article, text: str) -> dict[str, object]:
    """Return an article as a line of a gold file that `pipeline evaluate --gold` reads, with the words of its text.

    Args:
        article: The marks.
        text: Its text.
    """
    names = _longest_names(article, text)
    return {
        "doc": article.doc,
        "published": article.published,
        "text": text,
        "entities": [
            {
                "start": entity.span[0],
                "end": entity.span[1],
                "label": entity.label,
                "text": text[slice(*entity.span)],
                "who": names[entity.who],
            }
            for entity in article.entities
        ],
        "optional_entities": article.optional_entities,
        "claims": [
            claim.model_dump(exclude={"source_is"})
            | {"source_is": None if claim.source_is is None else names[claim.source_is]}
            for claim in article.claims
        ],
        "optional_claims": article.optional_claims,
        "dates": [
            {
                "start": date.span[0],
                "end": date.span[1],
                "type": date.type,
                "value": date.value,
                "text": text[slice(*date.span)],
            }
            for date in article.dates
        ],
    }


def _longest_names(article: Article, text: str) -> dict[int, str]:
    names: dict[int, str] = {}
    for entity in article.entities:
        words = text[slice(*entity.span)]
        if len(words) > len(names.get(entity.who, "")):
            names[entity.who] = words
    return names


def write_part(path: Path, articles: list[Article]) -> None:
    """Write articles and their line of SHA256SUMS."""
    lines = [
        json.dumps(article.model_dump(), ensure_ascii=False, separators=(",", ":")) for article in articles
    ]
    data = ("\n".join(lines) + "\n").encode()
    path.write_bytes(data)
    sums = path.parent / SUMS
    kept = []
    if sums.is_file():
        kept = [
            row for row in sums.read_text(encoding="utf-8").splitlines() if row.split("  ")[1] != path.name
        ]
    rows = sorted(
        [*kept, f"{hashlib.sha256(data).hexdigest()}  {path.name}"], key=lambda row: row.split("  ")[1]
    )
    sums.write_text("\n".join(rows) + "\n", encoding="utf-8")
