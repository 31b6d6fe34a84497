"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Raw = Annotated[Path, typer.Option("--raw", help="Folder with the articles.")]

Out = Annotated[Path, typer.Option("--out", help="Folder for the tables.")]

Config = Annotated[Path | None, typer.Option("--config", help="TOML file with settings.")]

Workers = Annotated[int, typer.Option("--workers", min=0, help="Processes; 0 for one a core.")]

Expect = Annotated[Path | None, typer.Option("--expect", help="YAML file with what the tables must hold.")]

RAW, OUT = Path("data/raw"), Path("data/out")
