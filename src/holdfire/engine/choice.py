"""The choice of an engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import polars as pl
import pyarrow as pa

from holdfire.engine.files import map_here, reduce_here
from holdfire.engine.here import Kernel, run_here
from holdfire.problems import bad

Engine = Literal["here", "spark"]
Run = Callable[[Kernel, pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class Runner:
    """What runs a kernel: over a table (`run`), over Parquet into a folder (`map`) or into one table (`reduce`).

    The rows of the answers come in no order that one may rely on.
    """

    run: Run
    map: Callable[..., None]
    reduce: Callable[..., pa.Table]


def choose(engine: Engine, master: str | None = None) -> Runner:
    """Return this process, or Spark on a master (its own configuration if null).

    Raises InputError if Spark cannot be had, or if a master is named for this process.
    """
    if engine == "here":
        if master is not None:
            raise bad("--master", "a master without Spark", "--engine spark beside it", "Add it, or leave both out.")
        return Runner(run_here, map_here, reduce_here)
    from holdfire.engine.spark import map_spark, reduce_spark, run_spark, session

    spark = session(master)
    return Runner(partial(run_spark, spark=spark), partial(map_spark, spark=spark), partial(reduce_spark, spark=spark))
