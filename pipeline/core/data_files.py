"""Where the rules and weights are that come with the program."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = _PACKAGE / "_models"

MODELS_DIR = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "models"
"""`models/` of the clone; in an installed package, its copy."""

RULES_DIR = MODELS_DIR / "rules"
"""The rules of this project; components read them from here unless they get a folder of their own."""

ENCODER_DIR = MODELS_DIR / "encoder"
"""The weights of the accurate mode of the claims; a built pipeline has no copy of them."""
