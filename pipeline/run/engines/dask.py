"""Runs shards on a Dask cluster: the same function as on one machine, the same tables (extra `dask`)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pipeline.core.errors import SettingsError

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DaskEngine:
    """A cluster, or one that is started on this machine for the run.

    The output folder and the built pipeline must stand under the same paths on all machines, and the package must be
    installed on each.

    Attributes:
        address: `HOST:PORT` of a scheduler; None starts one here.
        workers: Processes of the one that is started here.
    """

    address: str | None = None
    workers: int = 1

    def __call__(self, work: Callable[[T], None], tasks: Sequence[T]) -> Iterator[tuple[T, bool]]:
        """Run `work` on every task; yields each when it is done, with False if it killed its workers."""
        if not tasks:
            return
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        with self._connect() as client:
            futures = {client.submit(work, task, pure=False): task for task in tasks}
            for future in as_completed(futures):
                error = future.exception()
                if error is not None and not isinstance(error, KilledWorker):
                    raise error
                yield futures[future], error is None

    def _connect(self) -> Client:
        """A client; closing it also ends the cluster that it started.

        Raises:
            SettingsError: Dask is not installed, or there is no scheduler at the address.
        """
        try:
            from distributed import Client
        except ImportError as error:
            raise SettingsError(
                "--engine dask: Dask is not installed", "pip install 'policy-news-pipeline[dask]'"
            ) from error
        if self.address is None:
            return Client(
                n_workers=self.workers,
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            )
        try:
            return Client(self.address, timeout="10s")
        except OSError as error:
            raise SettingsError(
                f"--address {self.address}: no Dask scheduler answers", "Start one with `dask scheduler`."
            ) from error
