"""Versions of installed packages."""

from __future__ import annotations

from importlib import metadata


def package_version(package: str) -> str | None:
    """The version of a package, or None if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
