"""What the accurate mode needs: known without loading any of it."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

from policy_news.core.errors import ModelError
from policy_news.core.versions import package_version

RUNTIME = "onnxruntime"
"""The package that runs the encoder."""
CUES, ROLES, VOCABULARY = "cues.onnx", "roles.onnx", "vocabulary.txt"
"""Reads a window; reads the roles of a cue in it; the pieces of words."""
FILES = (CUES, ROLES, VOCABULARY)


def check_encoder(folder: Path) -> None:
    """See whether the encoder can be used, without loading it.

    Raises:
        ModelError: The package that runs it is not installed, or a file is missing.
    """
    if find_spec(RUNTIME) is None:
        raise ModelError(
            f"claims.mode is accurate, but the package {RUNTIME} is not installed",
            "In the folder of the clone: pip install -e '.[accurate]'. Or set claims.mode to fast.",
        )
    for name in FILES:
        if not (folder / name).is_file():
            raise ModelError(
                f"claims.mode is accurate, but {folder / name} is missing",
                "Train the encoder (`python -m tools.training encoder` in a clone), or set claims.mode to fast.",
            )


def encoder_stamp(folder: Path) -> str:
    """Return what stands for the encoder: a hash of its files, and the version of what runs it."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((folder / name).read_bytes())
    return f"{digest.hexdigest()} {package_version(RUNTIME)}"
