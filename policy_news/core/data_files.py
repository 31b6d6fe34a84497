"""Where the rules, weights and pages are that come with the program."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = _PACKAGE / "_models"

IS_INSTALLED = _INSTALLED.is_dir()
"""Whether this is an installed package; else it is a clone."""

MODELS_DIR = _INSTALLED if IS_INSTALLED else _PACKAGE.parent / "models"
"""`models/` of the clone; in an installed package, its copy."""

RULES_DIR = MODELS_DIR / "rules"
"""The rules of this project; components read them from here unless they get a folder of their own."""

ENCODER_DIR = MODELS_DIR / "encoder"
"""The weights of the accurate mode of the claims; a built pipeline has no copy of them."""


def page(name: str) -> str:
    """Return where a page of the documentation is, for messages: as in the clone, or its copy in the installed package."""
    if IS_INSTALLED:
        return str(_PACKAGE / f"_{name}")
    return name
