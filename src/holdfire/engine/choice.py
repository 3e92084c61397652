"""The choice of an engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

import polars as pl

from holdfire.engine.here import Kernel, run_here
from holdfire.problems import bad

Engine = Literal["here", "spark"]
Run = Callable[[Kernel, pl.DataFrame], pl.DataFrame]


def choose(engine: Engine, master: str | None = None) -> Run:
    """Return what runs a kernel over a table: this process, or Spark on a master (its own configuration if null).

    The rows of the answer come in no order that one may rely on. Raises InputError if Spark cannot be had, or if a
    master is named for this process.
    """
    if engine == "here":
        if master is not None:
            raise bad("--master", "a master without Spark", "--engine spark beside it", "Add it, or leave both out.")
        return run_here
    from holdfire.engine.spark import run_spark, session

    return partial(run_spark, spark=session(master))
