"""The kernel in this process, batch by batch."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pyarrow as pa

Kernel = Callable[[pa.RecordBatch], pa.RecordBatch]
BATCH_ROWS = 262_144


def run_here(kernel: Kernel, table: pl.DataFrame, batch_rows: int = BATCH_ROWS) -> pl.DataFrame:
    """Run a kernel over a table in this process, in batches; an empty table is one empty batch."""
    pieces = [table.slice(at, batch_rows) for at in range(0, max(len(table), 1), batch_rows)]
    answers = [kernel(as_batch(piece)) for piece in pieces]
    return pl.DataFrame(pl.from_arrow(pa.Table.from_batches(answers)))


def as_batch(table: pl.DataFrame) -> pa.RecordBatch:
    """Return a table as one Arrow batch; one of no rows is a batch of no rows."""
    whole = table.to_arrow(compat_level=pl.CompatLevel.oldest()).combine_chunks()
    if batches := whole.to_batches():
        return batches[0]
    return pa.RecordBatch.from_arrays([pa.array([], f.type) for f in whole.schema], schema=whole.schema)
