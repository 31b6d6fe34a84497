"""Options that several commands share, each with one name, one default and one help text."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer
from typer.core import TyperCommand

from policy_news.cli.exit_codes import errors_shown
from policy_news.core.errors import ArgumentError
from policy_news.outputs.audit import KEYS
from policy_news.outputs.formats import READERS, WRITERS

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
    """A command that refuses devices without end as files or folders, and says in our words which option is wrong."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options."""
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")
            raise

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with errors_shown():
            for value in ctx.params.values():
                for path in value if isinstance(value, list | tuple) else [value]:
                    if isinstance(path, Path) and Path(os.path.realpath(path)) in ENDLESS:
                        raise ArgumentError(f"{path}: is a device without end", "Name a file or folder.")
        return super().invoke(ctx)


FindingsFormat = Literal["text", "json", "junit", "github"]
ListingFormat = Literal["text", "csv", "json"]
NewsFormat = Literal["text", "csv", "jsonl"]
# These come from their registries, so a format that is added there appears in the help and is accepted here.
# That they are strings is all that the type checker needs to know.
if TYPE_CHECKING:
    AuditKey: TypeAlias = str
    ExportFormat: TypeAlias = str
    GoldFormat: TypeAlias = str
else:
    AuditKey = StrEnum("AuditKey", {key: key for key in KEYS})  # typer cannot take a list of literals
    ExportFormat = Literal[*WRITERS]
    GoldFormat = Literal[*READERS]
