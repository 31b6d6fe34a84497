"""Outlets: who published an article, as far as its address or folder shows."""

from __future__ import annotations

import re

UNKNOWN = "unknown"
"""Outlet or month that nothing tells."""
_HOST = re.compile(r"https?://(?:[^/@]*@)?(?:www\.)?([^/:?#]+)")


def outlet_of(url: str | None, path: str) -> str:
    """Return the host of an article's address, else the first folder below the raw folder, else `UNKNOWN`."""
    found = _HOST.match(url or "")
    if found:
        return found[1].lower()
    folder, slash, _ = path.partition("/")
    return folder if slash and folder else UNKNOWN
