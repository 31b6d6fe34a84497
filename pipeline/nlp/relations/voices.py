"""One accuser in the words of several outlets: the indictment, the prosecutors, the grand jury; the lawsuit and who filed it."""

from __future__ import annotations

from functools import lru_cache

ASKED = 20_000
"""Sources of which is kept whose voice they are."""
VOICES = {
    "charge": (
        "affidavit", "charging document", "charging documents", "court document", "court documents", "court filings", "court papers",
        "criminal complaint", "department of justice", "doj", "grand jury", "indictment", "indictments", "justice department", "prosecutor",
        "prosecutors",
    ),
    "suit": ("lawsuit", "plaintiff", "plaintiffs", "suit"),
}  # fmt: skip
"""Who accuses somebody before a court, by the words that name it."""
_EMPTY = frozenset(
    {"a", "an", "and", "by", "charges", "document", "documents", "federal", "filed", "for", "from", "in", "monday", "new", "of", "on", "s",
     "saturday", "state", "sunday", "that", "the", "thursday", "tuesday", "u", "unsealed", "us", "wednesday", "friday"}
)  # fmt: skip


@lru_cache(ASKED)
def read_voice(source: str) -> tuple[str, frozenset[str]] | None:
    """Whose voice a source in lower case is, and what else it says of it; None for anybody else.

    Args:
        source: The words of a source.
    """
    padded = f" {source} "
    for voice, names in VOICES.items():
        found = [name for name in names if f" {name} " in padded]
        if found:
            own = {word for name in found for word in name.split()}
            return voice, frozenset(source.split()) - own - _EMPTY
    return None


def are_one_voice(one: str, other: str) -> bool:
    """Whether two sources may be one accuser: `the indictment`, `federal prosecutors`, not prosecutors of two places.

    Args:
        one: The words of a source.
        other: Those of another.
    """
    first, second = read_voice(one), read_voice(other)
    if first is None or second is None or first[0] != second[0]:
        return False
    return not (first[1] and second[1]) or bool(first[1] & second[1])
