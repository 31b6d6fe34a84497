"""The command `review`. Mounted by `policy_news.cli.main`."""

from __future__ import annotations

import getpass
import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from policy_news.cli.exit_codes import errors_shown
from policy_news.cli.options import OUT, Config, Out
from policy_news.core.messages import printable
from policy_news.core.settings import read_settings


def review(
    out: Out = OUT,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="Decisions file; default: decisions.jsonl beside the raw folder."),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who decides; default: your user name.")] = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0 for any free one.")
    ] = 8765,
    read_only: Annotated[bool, typer.Option("--read-only", help="Allow searching and reading only.")] = False,
    browser: Annotated[bool, typer.Option(help="Open a browser, or not.")] = True,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read everything, report what would be served, and exit.")
    ] = False,
    config: Config = None,
) -> None:
    """Serve a local page for correcting what a run found. Example: pipeline review --out tables."""
    from policy_news.review.local_server import ServerSettings, look, serve
    from policy_news.run.finished_run import run_settings
    from policy_news.run.trial import find_decisions

    with errors_shown():
        settings = read_settings(config) if config else run_settings(out)
        path = file or find_decisions(out, settings)
        plan = ServerSettings(out, path, settings, by or _user(), port, read_only)
        if dry_run:
            typer.echo(f"review: {look(plan)} in {printable(str(path))}")
            return
        with suppress(KeyboardInterrupt):  # Ctrl+C or SIGTERM ends it as intended
            serve(plan, lambda address: _ready(address, path, browser=browser, read_only=read_only))


def _ready(address: str, path: Path, *, browser: bool, read_only: bool) -> None:
    typer.echo(f"review: open {address}")
    if not read_only:
        typer.echo(f"review: decisions go to {printable(str(path))}; stop with Ctrl+C")
    if browser and not _open(address):
        typer.echo("review: no browser found: open the address yourself")


def _open(address: str) -> bool:
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and os.name == "posix":
        return False  # without a screen a browser for terminals would take this one
    import webbrowser

    return webbrowser.open(address)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "someone"
