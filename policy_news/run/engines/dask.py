"""Runs shards on a Dask cluster: the same function as on one machine, the same tables (extra `dask`)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from policy_news.core.errors import SettingsError, StageError

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")
CONNECT_SECONDS = 10
PATIENCE_SECONDS = 600
"""So long a run waits for the first worker: a cluster may still be starting."""


class DaskEngine:
    """A cluster, or one that is started on this machine for the run.

    The output folder and the built pipeline must stand under the same paths on all machines, and the package must be
    installed on each.

    Args:
        address: `HOST:PORT` of a scheduler, `tls://HOST:PORT` of an encrypted one; None starts one here.
        workers: Processes of the one that is started here.
        patience: Seconds without any worker after which the run ends.
    """

    is_apart = True

    def __init__(
        self, address: str | None = None, workers: int = 1, patience: float = PATIENCE_SECONDS
    ) -> None:
        if find_spec("distributed") is None:
            raise SettingsError(
                "--engine dask: Dask is not installed", "In the folder of the clone: pip install -e '.[dask]'"
            )
        self.address, self.workers, self.patience = address, workers, patience
        self._client: Client | None = None

    @contextmanager
    def session(self) -> Iterator[DaskEngine]:
        """Yield the same, whose connection, or whose cluster on this machine, stays from one call to the next."""
        if self._client is not None:
            yield self
            return
        with self._connect() as client:
            try:
                client.wait_for_workers(1, timeout=self.patience)
            except TimeoutError as error:
                hint = "Start some with `dask worker`, and run again."
                raise StageError(f"no Dask worker for {self.patience:.0f} seconds", hint) from error
            self._client = client
            try:
                yield self
            finally:
                self._client = None

    def __call__(self, work: Callable[[T], None], tasks: Sequence[T]) -> Iterator[tuple[T, bool]]:
        """Run `work` on every task; yields each when it is done, with False if it killed its workers."""
        from distributed import as_completed

        if not tasks:
            return
        with self.session():
            assert self._client is not None
            futures = {self._client.submit(work, task, pure=False): task for task in tasks}
            waiting: Any = as_completed(futures)
            for future in waiting:
                yield futures[future], _is_done(future)

    def _connect(self) -> Client:
        """Return a client; closing it also ends the cluster that it started."""
        from distributed import Client

        # Dask's own log tells of each lost connection with a traceback; what matters is raised.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        if self.address is None:
            return Client(
                n_workers=self.workers,
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            )
        try:
            # Asked first, since a client waits for ever for the answer of a server that is none of Dask.
            asyncio.run(asyncio.wait_for(_ask(self.address), CONNECT_SECONDS))
            return Client(self.address, timeout=f"{CONNECT_SECONDS}s")
        except (Exception, asyncio.CancelledError) as error:
            hint = "Give HOST:PORT of one that `dask scheduler` started; for tls:// also distributed.comm.tls in Dask's configuration."
            raise SettingsError(f"--address {self.address}: no Dask scheduler answers", hint) from error


async def _ask(address: str) -> None:
    """See whether a server of Dask answers."""
    from distributed.core import rpc
    from distributed.security import Security

    security, kind = Security(), rpc  # type: Any, Any
    scheduler = kind(address, connection_args=security.get_connection_args("client"))
    try:
        await scheduler.identity()
    finally:
        await scheduler.close_rpc()


def _is_done(future: Any) -> bool:
    """Return whether a task was done; False if it killed its workers."""
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
