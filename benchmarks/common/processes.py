"""CPU time, wall time and memory of whole process trees."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process tree took: seconds, and megabytes of its largest process."""

    cpu: float
    wall: float
    peak: float


def measure(command: Sequence[str], cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end.

    Raises:
        CalledProcessError: It failed.
    """
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    own = {**os.environ, **(env or {})}
    own.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its modules compiled
    child = subprocess.Popen(command, cwd=cwd, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = _Peak(child.pid)
    _, errors = child.communicate()
    wall, megabytes = time.monotonic() - begun, peak.stop()
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, list(command), stderr=errors[-2000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, megabytes)


def pipeline(*arguments: str | Path) -> list[str]:
    """A command of the program."""
    return [sys.executable, "-W", "ignore", "-m", "policy_news", *map(str, arguments)]


class _Peak:
    """Watches the resident memory of a process and all that it starts."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peak, self._stopped = pid, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> float:
        """Megabytes of the largest process so far."""
        self._stopped.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._stopped.wait(0.05):
            self._peak = max([self._peak, *(peak_memory(pid) for pid in family(self._pid))])


def family(pid: int) -> list[int]:
    """A process and those below it."""
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        try:
            tasks = list(Path(f"/proc/{found[-1]}/task").iterdir())
            todo += [
                int(child)
                for task in tasks
                for child in (task / "children").read_text(encoding="ascii").split()
            ]
        except OSError:
            continue
    return found


def peak_memory(pid: int) -> float:
    """The largest resident memory of a process so far, in MB; 0 where it is no more."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
