"""Parses a file in a child process that can be killed: the parent outlives bombs, hangs and crashes of a parser.

One child is kept for many files. It gets a memory limit when it starts and a time limit for every file; it is started
again after it was killed or has died.
"""

from __future__ import annotations

import atexit
import json
import os
import struct
import subprocess
import sys
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from policy_news.core.errors import ReadError
from policy_news.text.document import Source
from policy_news.text.readers import parser_of

LENGTH = struct.Struct(">Q")
_ROOT = Path(__file__).resolve().parents[3]
_START_SECONDS = 60.0
_LEAST_SECONDS = 0.1
_BYTES_A_CHARACTER = 12
"""Of JSON in ASCII, where a character may be two escapes."""
_SPARE_ANSWER = 1_000_000
HINT = "Open the file, save its text as .txt, and use that."


class Parser:
    """A child process that parses files.

    Args:
        max_characters: A longer text is refused.
    """

    def __init__(self, seconds: float, megabytes: int, max_characters: int) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._max_characters = max_characters
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()
        self._served = 0

    def parse(self, kind: str, data: bytes) -> Source:
        """Return what the reader of `kind` makes of the bytes of a file.

        Raises:
            ReadError: The reader refused the file, took too long or too much memory, or crashed.
        """
        deadline = time.monotonic() + self._seconds
        with self._lock:
            answer = self._ask(kind, data, self._seconds)
            if answer is None and self._served:
                # An old child may have died of what earlier files left after: a new one gets the file once more.
                self._stop()
                answer = self._ask(kind, data, max(deadline - time.monotonic(), _LEAST_SECONDS))
            if answer is None:
                self._stop()
                raise ReadError(
                    f"the {kind} parser ran out of memory ({self._megabytes} MB) or crashed", HINT
                )
        if "error" in answer:
            raise ReadError(answer["error"], answer["hint"])
        return Source(**answer)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._stop()

    def _ask(self, kind: str, data: bytes, seconds: float) -> dict[str, Any] | None:
        """Return the answer of the child, or None if it died; ReadError if it took too long."""
        process = self._running()
        expired = threading.Event()

        def kill() -> None:
            expired.set()
            process.kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            head = {"kind": kind, "parser": parser_of(kind), "seconds": seconds}
            send(process.stdin, json.dumps(head).encode())
            send(process.stdin, data)
            answer = receive(process.stdout, _SPARE_ANSWER + _BYTES_A_CHARACTER * self._max_characters)
        except OSError:
            answer = None  # the child died while it was written to
        finally:
            timer.cancel()
        if expired.is_set():
            self._stop()
            raise ReadError(f"the {kind} parser took more than {self._seconds:g} seconds", HINT)
        if answer is None:
            return None
        self._served += 1
        parsed: dict[str, Any] = json.loads(answer)
        return parsed

    def _running(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # A forked copy must not talk to its parent's child.
            self._process, self._owner = None, os.getpid()
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = self._start()
            self._served = 0
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        process = subprocess.Popen(  # noqa: S603 - our own module, with two numbers
            [
                sys.executable,
                "-P",
                "-m",
                f"{__package__}.child",
                str(self._megabytes),
                str(self._max_characters),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # an interrupt from the keyboard is for the parent only
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        timer = threading.Timer(_START_SECONDS, process.kill)
        timer.daemon = True
        timer.start()
        try:
            ready = receive(process.stdout)
        finally:
            timer.cancel()
        if ready is None:
            _end(process)
            raise ReadError("the parser process does not start", "Check the installation: `pip check`.")
        return process

    def _stop(self) -> None:
        if self._process is not None and self._owner == os.getpid():
            _end(self._process)
        self._process = None


@lru_cache(maxsize=8)
def shared_parser(seconds: float, megabytes: int, max_characters: int) -> Parser:
    """Return the parser with these limits; it lives until the program ends.

    Args:
        seconds: Time limit per file.
        max_characters: Longest text that a parser may return.
    """
    parser = Parser(seconds, megabytes, max_characters)
    atexit.register(parser.close)
    return parser


def receive(stream: IO[bytes] | None, limit: int | None = None) -> bytes | None:
    """Read the next message of a stream: its length in eight bytes, then its bytes.

    Args:
        limit: Bytes of the longest message to accept; None for any.

    Returns:
        The message; None at the end of the stream, or if it is too long.
    """
    if stream is None:
        return None
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    if limit is not None and length > limit:
        return None
    body = stream.read(length)
    if len(body) == length:
        return body
    return None


def send(stream: IO[bytes] | None, message: bytes) -> None:
    """Write a message as `receive` reads it."""
    if stream is not None:
        stream.write(LENGTH.pack(len(message)))
        stream.write(message)
        stream.flush()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a child and free all that belongs to it."""
    process.kill()
    for stream in (process.stdin, process.stdout):
        try:
            if stream is not None:
                stream.close()
        except OSError:  # Nobody reads what was not written yet.
            pass
    process.wait()
