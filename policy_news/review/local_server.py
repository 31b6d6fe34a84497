"""Starts the local server: loopback only, with a token in its address."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from policy_news.core.errors import ArgumentError, StageError
from policy_news.core.messages import counted
from policy_news.core.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

HOST = "127.0.0.1"
PORT = 8765
MAX_AT_ONCE = 512
"""Number of connections that may wait; more are refused."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Settings of the server."""

    out: Path
    decisions: Path
    settings: Settings
    by: str
    port: int = PORT
    read_only: bool = False


def serve(plan: ServerSettings, ready: Callable[[str], None]) -> None:
    """Serve the pages until the process is interrupted."""
    check_packages()
    from policy_news.decisions.making import Maker
    from policy_news.review.app import Pages
    from policy_news.review.guard import Guard
    from policy_news.review.workspace import Workspace

    space = Workspace(plan.out, plan.decisions, plan.settings)
    app = Pages(space, Maker(plan.by), read_only=plan.read_only).app()
    run_guarded(lambda port, token: Guard(app, port, token), plan.port, ready)


def run_guarded(
    guard: Callable[[int, str], ASGIApp], port: int, ready: Callable[[str], None], *, lifespan: bool = False
) -> None:
    """Serve an app on this machine until the process is interrupted."""
    import uvicorn

    with bind(port) as bound:
        port = bound.getsockname()[1]
        token = secrets.token_urlsafe(24)
        config = uvicorn.Config(
            guard(port, token),
            log_level="error",
            access_log=False,  # addresses contain what people search for, and once the token
            server_header=False,
            limit_concurrency=MAX_AT_ONCE,
            timeout_keep_alive=5,
            h11_max_incomplete_event_size=32 * 1024,
            lifespan="on" if lifespan else "off",
            ws="none",
        )
        ready(f"http://{HOST}:{port}/?token={token}")
        uvicorn.Server(config).run(sockets=[bound])


def look(plan: ServerSettings) -> str:
    """Describe what would be served."""
    check_packages()
    from policy_news.review.workspace import Workspace

    space = Workspace(plan.out, plan.decisions, plan.settings)
    documents = space.query("select count(*) as n from documents")[0]["n"]
    return f"{counted(documents, 'document')}, {counted(len(space.live), 'decision')}"


def check_packages(command: str = "review", packages: Sequence[str] = ("starlette", "uvicorn")) -> None:
    """See whether the packages of a server are installed.

    Raises:
        ArgumentError: One is not.
    """
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        raise ArgumentError(
            f"`pipeline {command}` needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed",
            "In the folder of the clone: pip install -e '.[review,mcp]'.",
        )


def bind(port: int) -> socket.socket:
    """Return a socket that listens on this machine only."""
    own = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own.bind((HOST, port))
        own.listen(MAX_AT_ONCE)  # who comes before the pages are ready waits
    except OSError as error:
        own.close()
        if error.errno in (13, 98, 48):
            raise ArgumentError(
                f"port {port} is in use", "Another server may be running; choose one with --port, or 0."
            ) from error
        raise StageError(f"port {port} cannot be served: {error.strerror or error}") from error
    return own
