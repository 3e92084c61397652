"""Where incidents come from, when they come from outside: a table of any library, or Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from holdfire import tables
from holdfire.engine import Kernel, Runner, as_batch, parts
from holdfire.problems import bad, suggest

Absent = Literal["refuse", "unknown"]
DECLARED = {c.name: c.dtype for c in tables.INCIDENTS}


@dataclass(frozen=True)
class Source:
    """Incidents in a table, or in Parquet at paths; of `absent` columns either refuse, or take nothing to be known."""

    table: pl.DataFrame | None
    paths: tuple[str, ...]
    absent: Absent

    @classmethod
    def of(cls, incidents: Any, absent: Absent) -> Source:
        """Take a Polars, pandas or Arrow table, a lazy frame, a path, or paths. Raises InputError for anything else."""
        if isinstance(incidents, str | Path):
            return cls(None, (str(incidents),), absent)
        if isinstance(incidents, Sequence) and incidents and all(isinstance(p, str | Path) for p in incidents):
            return cls(None, tuple(str(p) for p in incidents), absent)
        if isinstance(incidents, pl.LazyFrame):
            incidents = incidents.collect()
        if isinstance(incidents, pl.DataFrame):
            return cls(incidents, (), absent)
        if hasattr(incidents, "__arrow_c_stream__"):
            return cls(pl.DataFrame(pl.from_arrow(pa.table(incidents))), (), absent)
        expected = "a Polars, pandas or Arrow table, or paths of Parquet"
        raise bad("incidents", f"a {type(incidents).__name__}", expected, "Turn it into one of these.")

    def run(self, runner: Runner, kernel: Kernel, wanted: Sequence[str], out: pa.Schema, **hints: Any) -> pa.Table:
        """Run a kernel over the wanted columns; returns its answers, in no order, as one table."""
        held = self._held(wanted)
        filled = partial(_filled, kernel=kernel, schema=_schema(wanted))
        if self.table is not None:
            given = self.table.select(_as_declared(self.table, name) for name in held)
            return runner.run(filled, given).to_arrow(compat_level=pl.CompatLevel.oldest()).cast(out)
        return runner.reduce(filled, _schema(held), out, self.paths, **hints)

    def write(
        self, runner: Runner, kernel: Kernel, wanted: Sequence[str], out: pa.Schema, to: Path, **hints: Any
    ) -> None:
        """Run a kernel over the wanted columns of Parquet into a folder of Parquet."""
        held = self._held(wanted)
        filled = partial(_filled, kernel=kernel, schema=_schema(wanted))
        runner.map(filled, _schema(held), out, self.paths, to, **hints)

    def has(self, name: str) -> bool:
        """Tell whether there is a column."""
        return name in self._names()

    def _held(self, wanted: Sequence[str]) -> list[str]:
        names = self._names()
        missing = [n for n in wanted if n not in names]
        if missing and self.absent == "refuse":
            hints = "; ".join(suggest(n, names) for n in missing if suggest(n, names).startswith("Did"))
            remedy = 'Add it; or say absent="unknown", if nothing is known of it.'
            raise bad(
                "incidents", f"no column {', '.join(missing)}", "the columns of docs/python.md", f"{hints} {remedy}"
            )
        return [n for n in wanted if n in names]

    def _names(self) -> Iterable[str]:
        if self.table is not None:
            return self.table.columns
        local = [p for p in self.paths if "://" not in p]
        if not local:
            return DECLARED
        (first, *_) = parts(local)
        return {*pq.read_schema(first.path).names, *first.values}


def schema_of(columns: list[tables.Column]) -> pa.Schema:
    """Return the Arrow schema of a declared table."""
    return as_batch(tables.empty(columns)).schema


def _schema(names: Sequence[str]) -> pa.Schema:
    declared = {c.name: c for c in tables.INCIDENTS}
    return schema_of([declared[n] for n in names])


def _as_declared(table: pl.DataFrame, name: str) -> pl.Series:
    column, kind = table[name], DECLARED[name]
    if column.dtype == pl.Datetime and column.dtype.time_zone is None:  # type: ignore[attr-defined]
        remedy = "Say which zone it is in: an instant without one may be hours off."
        raise bad(f"incidents, column '{name}'", "instants without a time zone", "instants with one", remedy)
    try:
        return column.cast(kind)
    except pl.exceptions.PolarsError as error:
        found = f"{column.dtype}: {str(error).splitlines()[0]}"
        raise bad(f"incidents, column '{name}'", found, f"{kind}", "Convert it.") from None


def _filled(batch: pa.RecordBatch, kernel: Kernel, schema: pa.Schema) -> pa.RecordBatch:
    """Run a kernel over a batch with its absent columns added, of which nothing is known."""
    there = {name: batch.column(n) for n, name in enumerate(batch.schema.names)}
    arrays = [there.get(f.name, pa.nulls(batch.num_rows, f.type)) for f in schema]
    return kernel(pa.RecordBatch.from_arrays(arrays, schema.names))
