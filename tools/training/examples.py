"""Lines of training texts with their claims, checked before hours of work begin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from policy_news.core.errors import GoldError
from policy_news.core.messages import first_misfit, unread

HINT = 'A line is {"doc", "text", "claims": [{"source": [[start, end]], "cue": [...], "content": [...]}]}.'
Offset = Annotated[int, Field(ge=0, strict=True)]
Spans = list[tuple[Offset, Offset]]


class _Claim(BaseModel):
    model_config = ConfigDict(extra="allow")
    source: Spans
    cue: Spans
    content: Spans


class _Line(BaseModel):
    model_config = ConfigDict(extra="allow")
    doc: str
    text: Annotated[str, Field(min_length=1)]
    claims: list[_Claim] | None
    names: list[tuple[Offset, Offset, str]] = []
    optional_claims: list[Spans] = []
    weight: float = 1.0

    @model_validator(mode="after")
    def _lie_in_the_text(self) -> _Line:
        spans: list[tuple[int, int]] = []
        for claim in self.claims or ():
            spans += [*claim.source, *claim.cue, *claim.content]
        spans += [(start, end) for start, end, _ in self.names]
        for optional in self.optional_claims:
            spans += optional
        for start, end in spans:
            if not start < end <= len(self.text):
                raise ValueError(f"span {start}-{end} is outside the text of {len(self.text)} characters")
        return self


_LINE = TypeAdapter(_Line)


def read_examples(path: Path) -> list[dict[str, Any]]:
    """Read the lines of a file and check them.

    Returns:
        The lines as they are, with all their keys.

    Raises:
        GoldError: The file cannot be read, is empty, or a line is wrong; names the line.
    """
    try:
        lines = path.read_bytes().decode().split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(unread(path, error), HINT) from error
    rows = [_read(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise GoldError(f"{path}: is empty", HINT)
    return rows


def _read(line: str, place: str) -> dict[str, Any]:
    try:
        row: dict[str, Any] = json.loads(line)
        _LINE.validate_python(row)
    except ValidationError as error:
        raise GoldError(f"{place}: {first_misfit(error)}", HINT) from error
    except (ValueError, RecursionError) as error:
        raise GoldError(f"{place}: is not JSON: {error}", HINT) from error
    return row
