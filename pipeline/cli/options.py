"""Options that several commands share, each with one name, one default and one help text."""

from __future__ import annotations

import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer
from typer.core import TyperCommand

from pipeline.cli.exit_codes import errors_shown
from pipeline.core.errors import ArgumentError
from pipeline.outputs.audit import KEYS
from pipeline.outputs.formats import export_formats, gold_formats
from pipeline.outputs.listing import FORMS as LISTING_FORMATS
from pipeline.outputs.news import FORMS as NEWS_FORMATS
from pipeline.rules.importers import LIST_FORMATS

RAW, OUT = Path("data/raw"), Path("data/out")
"""Default folders of articles and tables."""

Raw = Annotated[Path, typer.Option("--raw", help="Folder with the articles.")]

Out = Annotated[Path, typer.Option("--out", help="Folder for the tables.")]

Tables = Annotated[Path, typer.Option("--out", help="Folder with the tables.")]

Config = Annotated[Path | None, typer.Option("--config", help="TOML file with settings.")]

Workers = Annotated[int, typer.Option("--workers", min=0, help="Number of processes; 0 means one per core.")]

Expect = Annotated[
    Path | None, typer.Option("--expect", help="YAML file with expectations about the tables.")
]


ENDLESS = frozenset(Path("/dev", name) for name in ("zero", "full", "random", "urandom"))
"""Devices that have no end: whoever reads one fills the memory."""


class Command(TyperCommand):
    """A command that refuses devices without end as files or folders."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with errors_shown():
            for value in ctx.params.values():
                for path in value if isinstance(value, list | tuple) else [value]:
                    if isinstance(path, Path) and Path(os.path.realpath(path)) in ENDLESS:
                        raise ArgumentError(f"{path}: is a device without end", "Name a file or folder.")
        return super().invoke(ctx)


def _choices(name: str, values: Iterable[str]) -> Any:
    """Return an enumeration of the values, which typer shows in the help and checks arguments against."""
    return StrEnum(name, {value: value for value in values})


# The formats come from their registries, so a format that is added there appears in the help and is accepted here.
# A member of such an enumeration is a string, and that is all that the type checker needs to know.
if TYPE_CHECKING:
    ExportFormat: TypeAlias = str
    GoldFormat: TypeAlias = str
    ListFormat: TypeAlias = str
    NewsFormat: TypeAlias = str
    ListingFormat: TypeAlias = str
    AuditKey: TypeAlias = str
else:
    ExportFormat = _choices("ExportFormat", export_formats())
    GoldFormat = _choices("GoldFormat", gold_formats())
    ListFormat = _choices("ListFormat", LIST_FORMATS)
    NewsFormat = _choices("NewsFormat", NEWS_FORMATS)
    ListingFormat = _choices("ListingFormat", LISTING_FORMATS)
    AuditKey = _choices("AuditKey", KEYS)
