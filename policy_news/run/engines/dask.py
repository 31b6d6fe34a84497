"""Runs shards on a Dask cluster: the same function as on one machine, the same tables (extra `dask`)."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from policy_news.core.errors import ArgumentError, PipelineError, SettingsError, StageError

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")
_ADDRESS = re.compile(r"(?:(?:tcp|tls)://)?(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.%]+\]):(\d{1,5})", re.ASCII)
CONNECT_SECONDS = 10
LOOK_SECONDS, WATCH_SECONDS = 0.05, 1.0
PATIENCE_SECONDS = 600
"""So long a run goes on without any worker: a cluster may still be starting."""
_LOG = logging.getLogger(__name__)


class DaskEngine:
    """A cluster, or one that is started on this machine for the run.

    The output folder and the built pipeline must stand under the same paths on all machines, and the package must be
    installed on each.

    Args:
        address: `HOST:PORT` of a scheduler, `tls://HOST:PORT` of an encrypted one; None starts one here.
        workers: Processes of the one that is started here.
        patience: Seconds without any worker after which the run ends.

    Raises:
        SettingsError: Dask is not installed.
        ArgumentError: The address is none.
    """

    is_apart = True

    def __init__(
        self, address: str | None = None, workers: int = 1, patience: float = PATIENCE_SECONDS
    ) -> None:
        if find_spec("distributed") is None:
            raise SettingsError(
                "--engine dask: Dask is not installed", "In the folder of the clone: pip install -e '.[dask]'"
            )
        if address is not None:
            match = _ADDRESS.fullmatch(address)
            if match is None or not 0 < int(match[1]) < 65_536:
                raise ArgumentError(
                    f"--address {address}: is not the address of a scheduler",
                    "Write HOST:PORT, or tls://HOST:PORT.",
                )
        self.address, self.workers, self.patience = address, workers, patience
        self._stack: ExitStack | None = None
        self._client: Client | None = None

    @contextmanager
    def session(self) -> Iterator[DaskEngine]:
        """Yield the same, whose connection, or whose cluster on this machine, stays from one call to the next."""
        if self._stack is not None:
            yield self
            return
        try:
            with _quiet(), ExitStack() as self._stack:
                yield self
        finally:
            self._stack = self._client = None

    def __call__(self, work: Callable[[T], None], tasks: Sequence[T]) -> Iterator[tuple[T, bool]]:
        """Run `work` on every task; yields each when it is done, with False if it killed its workers.

        Raises:
            PipelineError: A task raised it, a worker is of another version, or scheduler or workers were lost.
        """
        if not tasks:
            return
        from distributed import as_completed

        with self.session():
            assert self._stack is not None
            if self._client is None:
                self._client = self._stack.enter_context(self.connect())
            futures = {self._client.submit(work, task, pure=False): task for task in tasks}
            waiting: Any = as_completed(futures)
            watch = _Watch(self._client, self.patience)
            while not waiting.is_empty():
                if not waiting.has_ready():
                    time.sleep(LOOK_SECONDS)
                    watch.look()
                    continue
                for future in waiting.next_batch(block=False):
                    yield futures[future], _is_done(future)

    @contextmanager
    def connect(self) -> Iterator[Client]:
        """Yield a client; closing it also ends the cluster that it started.

        Raises:
            SettingsError: There is no scheduler at the address.
        """
        from distributed import Client

        if self.address is None:
            with Client(
                n_workers=self.workers,
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            ) as client:
                yield client
            return
        try:
            # Asked first, since a client waits for ever for the answer of a server that is none of Dask.
            asyncio.run(asyncio.wait_for(_ask(self.address), CONNECT_SECONDS))
            client = Client(self.address, timeout=f"{CONNECT_SECONDS}s")
        except PipelineError:
            raise
        except (Exception, asyncio.CancelledError) as error:
            hint = "Start one with `dask scheduler`."
            if self.address.startswith("tls://"):
                hint = "Give certificate, key and authority in Dask's configuration (distributed.comm.tls)."
            raise SettingsError(f"--address {self.address}: no Dask scheduler answers", hint) from error
        try:
            yield client
        finally:
            client.close(timeout=CONNECT_SECONDS)


class _Watch:
    """Sees that there are workers: without any, Dask waits for ever.

    Args:
        patience: Seconds without any worker after which it raises.
    """

    def __init__(self, client: Client, patience: float) -> None:
        self._client = client
        self._patience = patience
        self._worked = self._looked = time.monotonic()

    def look(self) -> None:
        """Look, unless that was just done.

        Raises:
            StageError: There has been no worker for too long.
        """
        now = time.monotonic()
        if now - self._looked < WATCH_SECONDS:
            return
        self._looked = now
        try:
            info: Mapping[str, Any] = self._client.scheduler_info()
        except Exception:  # a scheduler that is gone: its tasks come back as lost
            return
        if info.get("workers"):
            self._worked = now
        elif now - self._worked > self._patience:
            raise StageError(
                f"no Dask worker for {self._patience:.0f} seconds",
                "Start some with `dask worker`, and run again: what is done is kept.",
            )


async def _ask(address: str) -> None:
    """See whether a Dask scheduler answers."""
    from distributed.core import rpc
    from distributed.security import Security

    place = address if "://" in address else f"tcp://{address}"
    security: Any = Security()
    kind: Any = rpc
    scheduler = kind(place, connection_args=security.get_connection_args("client"))
    try:
        identity = await scheduler.identity()
    finally:
        await scheduler.close_rpc()
    if identity.get("type") != "Scheduler":
        raise SettingsError(f"--address {address}: is not a Dask scheduler but a {identity.get('type')}")


def _is_done(future: Any) -> bool:
    """Return whether a task was done; False if it killed its workers.

    Raises:
        PipelineError: The task raised it, the worker has another version, or the task was lost.
    """
    from distributed.scheduler import KilledWorker

    if future.status == "finished":
        return True
    if future.status != "error":
        raise StageError(
            "the Dask scheduler was lost", "Start it again, and run again: what is done is kept."
        )
    error = future.exception()
    if isinstance(error, KilledWorker):
        return False
    # Of a scheduler that cannot read the tasks the cause tells; of a worker the error itself.
    reason = error.__cause__ if isinstance(error, RuntimeError) and error.__cause__ else error
    if isinstance(reason, ImportError | AttributeError):
        hint = "Install and build the same version on all machines, and restart scheduler and workers."
        raise StageError(f"the Dask cluster has another version of this program: {reason}", hint) from error
    raise error


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence Dask's own log, which tells of each lost connection with a traceback; what matters is raised."""
    log = logging.getLogger("distributed")
    usual = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(usual)
