"""`pipeline review` in processes that are forked from one with all imports, which take longer than most tests of the pages."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

FORKS = multiprocessing.get_context("forkserver")
IMPORTED = (
    "pyarrow.parquet",
    "policy_news.review.local_server",
    "policy_news.cli.main",
    "policy_news.review.app",
    "policy_news.run.trial",
    "pandas",
    "uvicorn.protocols.http.h11_impl",
)
FORKS.set_forkserver_preload(["policy_news.core.threads", *IMPORTED])


def run_command(arguments: Sequence[str], environment: Mapping[str, str], told: Path, errors: Path) -> None:
    """Run the command `pipeline` in this process.

    Args:
        arguments: Of the command.
        environment: Variables to set.
        told: File for standard output.
        errors: File for standard error.
    """
    for path, number in ((told, 1), (errors, 2)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), number)
    os.environ.update(environment)
    from policy_news.cli.main import main

    sys.argv = ["pipeline", *arguments]
    main()
