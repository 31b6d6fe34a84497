"""Files that appear whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from policy_news.core.atomic_files import new_file


@contextmanager
def open_text(to: Path) -> Iterator[TextIO]:
    """Open a new UTF-8 file with Unix line ends; it replaces `to` when the block ends without an error."""
    with new_file(to) as partial, partial.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        yield file


def write_lines(records: Iterable[dict[str, Any]], to: Path) -> int:
    """Write one JSON object per line; return how many."""
    count = 0
    with open_text(to) as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
            count += 1
    return count
