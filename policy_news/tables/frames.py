"""Arrow tables in the forms that notebooks work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from policy_news.core.errors import ArgumentError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Engine = Literal["pandas", "polars", "duckdb", "arrow"]


def check_engine(engine: str) -> None:
    """Whether the tables can be had in a form.

    Raises:
        ArgumentError: The format does not exist, or its package is not installed.
    """
    if engine not in CONVERTERS:
        raise ArgumentError(f"unknown engine '{engine}'", f"Engines: {', '.join(CONVERTERS)}.")
    if engine != "arrow" and find_spec(engine) is None:
        raise ArgumentError(
            f"engine '{engine}' needs the package {engine}, which is not installed",
            f"Install it: pip install {engine}.",
        )


def _to_pandas(tables: Mapping[str, pa.Table]) -> dict[str, pd.DataFrame]:
    return {name: to_pandas(table) for name, table in tables.items()}


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Return a frame with typed columns: nullable integers are `Int32`."""
    import pandas as pd
    import pyarrow as pa

    frame: pd.DataFrame = table.to_pandas()
    offsets = {field.name: pd.Int32Dtype() for field in table.schema if field.type == pa.int32()}
    return frame.astype(offsets)


def _to_polars(tables: Mapping[str, pa.Table]) -> dict[str, Any]:
    polars = import_module("polars")
    return {name: polars.from_arrow(table) for name, table in tables.items()}


def _to_duckdb(tables: Mapping[str, pa.Table]) -> dict[str, Any]:
    """Return relations of one connection, which knows each by its name, so that a query on one can join the others."""
    connection = import_module("duckdb").connect()
    for name, table in tables.items():
        connection.register(name, table)
    return {name: connection.view(name) for name in tables}


CONVERTERS: Mapping[str, Callable[[Mapping[str, pa.Table]], dict[str, Any]]] = {
    "pandas": _to_pandas,
    "polars": _to_polars,
    "duckdb": _to_duckdb,
    "arrow": dict,
}
