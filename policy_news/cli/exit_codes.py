"""How a command ends when something is wrong: with a message and an exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from policy_news.core.errors import EmptyError, PipelineError, SettingsError
from policy_news.core.messages import printable_lines

EXIT_CHECK, EXIT_USAGE, EXIT_RUN = 1, 2, 3
"""1: a check failed, or every input failed. 2: an option or setting is invalid. 3: the work could not be done."""
INTERRUPTED = "interrupted; the next run resumes where this one stopped"


class Debugging:
    """Whether errors show their traceback."""

    on = False


@contextmanager
def errors_shown() -> Iterator[None]:
    """Turn our errors into a message and an exit code."""
    try:
        yield
    except PipelineError as error:
        if Debugging.on:
            raise
        message, code = str(error), _exit_code(error)
    except (OSError, RuntimeError, UnicodeEncodeError) as error:
        environment = of_environment(error)
        if Debugging.on or environment is None:
            raise
        message, code = environment, EXIT_RUN
    except KeyboardInterrupt:
        message, code = INTERRUPTED, EXIT_RUN
    else:
        return
    # After the handlers, so that the error is not shown as the context of another one.
    show_error(message)
    raise typer.Exit(code)


def show_error(message: str) -> None:
    """Print what is wrong to standard error."""
    typer.echo(f"error: {printable_lines(message)}", err=True)


def of_environment(error: Exception) -> str | None:
    """Describe an error of a path or the disk; return None for any other error."""
    if isinstance(error, OSError) and error.errno is not None:
        place = f"{error.filename}: " if error.filename is not None else ""
        return f"{place}{error.strerror}\n  Check the path, its permissions and the disk."
    if isinstance(error, UnicodeEncodeError) and error.reason == "surrogates not allowed":
        return "a path is not valid UTF-8\n  Rename it."
    if isinstance(error, RuntimeError) and str(error).startswith("Symlink loop from"):
        return f"{error}\n  Name the folder itself."
    return None


def _exit_code(error: PipelineError) -> int:
    if isinstance(error, EmptyError):
        return EXIT_CHECK
    if isinstance(error, SettingsError):
        return EXIT_USAGE
    return EXIT_RUN
