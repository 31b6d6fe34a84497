"""Makes the id of a document from its path or JSONL record, and the id of a claim from its place."""

from __future__ import annotations

from pathlib import PurePosixPath

UNSAFE = "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
"""Characters that break a line, reverse its direction, or are not characters at all: not allowed in paths and ids."""
_PLAIN = "txt"


def document_id(name: str, has_twin: bool = False) -> str:
    """Return the id of a file's document: its path without the ending.

    The extension is kept if the rest still looks like the name of an article (`a.md.txt`), or if another article differs only
    in the extension. A text file never needs it: `a.txt` is `a`, and a new `a.html` beside it is `a.html`. So ids are unique.

    Args:
        name: Path below the raw folder, with forward slashes.
        has_twin: Whether another article has the same path except for the ending.
    """
    stem, _, ending = name.rpartition(".")
    if ends_as_article(stem) or (has_twin and ending != _PLAIN):
        return name
    return stem or name


def claim_id(doc_id: str, start: int, *, by_content: bool) -> str:
    """Return the id of a claim.

    Args:
        start: First code point of the cue, or of the content.
        by_content: Whether it is the place of the content: there is no cue, or an earlier claim has its place.
    """
    return f"{doc_id}#c{start}" + ("q" if by_content else "")


def ends_as_article(name: str) -> bool:
    """Return whether a file of this name is one article, by its ending."""
    from policy_news.text.readers import readers  # here: a run that finds nothing new reads nothing

    return PurePosixPath(name).suffix.lower() in readers().keys() - {".jsonl"}
