"""How many files a process may hold open: each file that is mapped into memory is one."""

from __future__ import annotations

from contextlib import suppress

MOST = 65_536
"""As many as are asked for; a system that has a lower limit of its own keeps that."""


def hold_many_files() -> None:
    """Raise the limit of this process to what the system lets it have: a thousand, as many systems begin with, is too few for a large run."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST if hard == resource.RLIM_INFINITY else min(MOST, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
