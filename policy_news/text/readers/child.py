"""The child process of `isolation`: reads messages from standard input, answers on standard output.

Started as `python -m policy_news.text.readers.child MEGABYTES MAX_CHARACTERS`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pkgutil import resolve_name
from typing import IO, Any

from policy_news.core.errors import ReadError
from policy_news.core.messages import without_addresses
from policy_news.text.document import Source
from policy_news.text.readers.decoding import check_text, valid_text
from policy_news.text.readers.isolation import HINT, receive, send

_SPARE_SECONDS = 5.0


def main() -> None:
    """Answer until the parent closes the pipe."""
    megabytes, max_characters = int(sys.argv[1]), int(sys.argv[2])
    requests, answers = _take_pipes()
    _set_limits(megabytes)
    send(answers, b"{}")
    while (head := receive(requests)) is not None and (data := receive(requests)) is not None:
        request = json.loads(head)
        # The parent kills a child that takes too long; a child without a parent ends by itself.
        _set_alarm(request["seconds"] + _SPARE_SECONDS)
        answer, healthy = _parse(request["kind"], request["parser"], data, max_characters)
        _set_alarm(0)
        send(answers, json.dumps(answer).encode())
        if not healthy:
            return


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Return the pipes to the parent, and send what libraries print to standard error, so that it cannot break a message."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, answers


def _set_alarm(seconds: float) -> None:
    """End this process after some seconds; 0 means never. Windows lacks the signal: there only the parent watches the time."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _set_limits(megabytes: int) -> None:
    """Limit memory, and forbid writing files, because a parser does not need to."""
    try:
        import resource
    except ImportError:  # Windows: the time limit still holds
        return
    size = min(megabytes << 20, sys.maxsize)
    for kind, limit in ((resource.RLIMIT_AS, size), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        with suppress(ValueError, OSError):  # some systems refuse one of them
            resource.setrlimit(kind, (limit, limit))


def _parse(kind: str, parser: str, data: bytes, max_characters: int) -> tuple[dict[str, object], bool]:
    """Return the answer to one request, and whether the process can take another one."""
    try:
        return asdict(parse_checked(parser, data, max_characters)), True
    except ReadError as error:
        return {"error": error.message, "hint": error.hint}, True
    except (MemoryError, RecursionError) as error:
        return _refusal(
            kind, "needs too much memory" if isinstance(error, MemoryError) else "is nested too deeply"
        ), False
    except Exception as error:  # Whatever a parser raises is a defect of this file.
        reason = without_addresses(str(error))[:200]
        return _refusal(kind, f"cannot be parsed: {type(error).__name__}: {reason}"), True


def parse_checked(parser: str, data: bytes, max_characters: int) -> Source:
    """Return what a parser makes of the bytes of a file, as valid text of a bounded length.

    Args:
        parser: `module:function`, as in the registry of formats; imported only now, so that a child loads one library.

    Raises:
        ReadError: The parser refused the file, or its text is empty, binary or too long.
    """
    parse: Callable[[bytes], Source] = resolve_name(parser)
    return _checked(parse(data), max_characters)


def _refusal(kind: str, reason: str) -> dict[str, object]:
    return {"error": f"{kind} {reason}", "hint": HINT}


def _checked(source: Source, max_characters: int) -> Source:
    check_text(source.text)
    if len(source.text) > max_characters:
        raise ReadError(
            f"{len(source.text)} characters of text, the limit is {max_characters}", "Split the file."
        )
    values: dict[str, Any] = {
        key: valid_text(value) if isinstance(value, str) else value for key, value in asdict(source).items()
    }
    return Source(**values)


if __name__ == "__main__":
    main()
