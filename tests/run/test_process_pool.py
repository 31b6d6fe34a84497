"""The pool goes on when a process dies, and says which task kills."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from policy_news.run.engines.process_pool import run_tasks


def touch_or_die(task: tuple[Path, str]) -> None:
    folder, name = task
    if name == "kills":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "dies once" and not (folder / "died").exists():
        (folder / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    (folder / name).touch()


def test_all_tasks_are_done_but_the_one_that_kills(tmp_path: Path) -> None:
    names = ["a", "kills", "b", "dies once", "c"]
    done = {
        name: well for (_, name), well in run_tasks(touch_or_die, [(tmp_path, name) for name in names], 2)
    }
    assert done == {"a": True, "kills": False, "b": True, "dies once": True, "c": True}
    assert all((tmp_path / name).exists() for name in names if name != "kills")
