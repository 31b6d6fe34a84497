"""The command `mcp`. Mounted by `pipeline.cli.main`."""

from __future__ import annotations

from contextlib import suppress
from importlib.util import find_spec

from pipeline.cli.exit_codes import errors_shown
from pipeline.cli.options import OUT, Tables
from pipeline.core.errors import ArgumentError


def mcp(out: Tables = OUT) -> None:
    """Let an assistant ask about the tables, over standard input and output (Model Context Protocol). Example: pipeline mcp --out tables."""
    with errors_shown():
        if find_spec("mcp") is None:
            raise ArgumentError(
                "`pipeline mcp` needs the package mcp, which is not installed",
                "In the folder of the clone: pip install -e '.[mcp]'.",
            )
        from pipeline.assistants.server import serve

        with suppress(KeyboardInterrupt):  # Ctrl-C ends it as intended
            serve(out)
