"""Judging from Python: any table of incidents under any number of agreements, here or on Spark.

import holdfire
judged = holdfire.judge("incidents.parquet", "agreement.yaml")
judged.findings()
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from holdfire import tables
from holdfire.adjudicate import Plan, compile_plan, count_batch, count_unread, counted, judge_batch, part_rows, together
from holdfire.adjudicate.kernel import CODED, COLUMNS, COUNTED, WINDOWED
from holdfire.engine import Engine, Runner, as_batch, choose
from holdfire.incident_source import Absent, Source, schema_of
from holdfire.places import load_areas, load_gazetteer
from holdfire.problems import bad
from holdfire.terms import Agreement, read_agreement

KEY = ("reading_id", "clause_id")


def judge(
    incidents: Any,
    agreements: Agreement | str | Path | Sequence[Agreement | str | Path],
    *,
    conditions: pl.DataFrame | None = None,
    lines: pl.DataFrame | None = None,
    areas: Sequence[str | Path] = (),
    gazetteers: Sequence[str | Path] = (),
    absent: Absent = "refuse",
    engine: Engine = "here",
    master: str | None = None,
) -> Judgement:
    """Judge incidents under every prohibition of every reading of one or more agreements.

    `incidents` have the columns COLUMNS of tables.INCIDENTS (others are ignored): a Polars, pandas or Arrow table, a
    Polars lazy frame, or paths of Parquet files and folders, which are read in bounded memory. Nothing is read or
    judged before it is asked for. Instants need a time zone; a null always means "not known".

    Of the agreements (their files, or as read), ids must differ. `conditions` (tables.CONDITIONS) are what conditions
    ask of, `lines` (tables.LINES) what zones follow; `areas` and `gazetteers` are files beside those that ship with
    holdfire. A column that is `absent` is refused, or, on demand, taken as one of which nothing is known. `engine` and
    `master` say where it runs; tables are the same on either.

    Raises InputError for a mistake in an agreement, a column that is absent or of another type, or a path that is not
    there. See docs/python.md.
    """
    single = isinstance(agreements, Agreement | str | Path)
    listed = [agreements] if isinstance(agreements, Agreement | str | Path) else list(agreements)
    known = load_areas(*map(Path, areas)), load_gazetteer(*map(Path, gazetteers))
    facts = tables.empty(tables.CONDITIONS) if conditions is None else conditions
    plans: dict[str, Plan] = {}
    for one in listed:
        agreement = one if isinstance(one, Agreement) else read_agreement(Path(one))
        if agreement.id in plans:
            raise bad("agreements", f"id '{agreement.id}' stands twice", "ids that differ", "Rename one.")
        plans[agreement.id] = compile_plan(agreement, *known, facts, lines)
    if not plans:
        raise bad("agreements", "none was given", "at least one agreement", "Name one.")
    plan = next(iter(plans.values())) if single else together(plans)
    return Judgement(plan, not single, Source.of(incidents, absent), engine, master)


@dataclass(frozen=True)
class Judgement:
    """Incidents and the agreements to judge them under; each method reads and judges when it is called.

    Where several agreements were given, as a list, tables begin with the column `agreement_id`.
    """

    plan: Plan
    several: bool
    source: Source
    engine: Engine
    master: str | None

    @cached_property
    def _runner(self) -> Runner:
        return choose(self.engine, self.master)

    def counts(self) -> pl.DataFrame:
        """Return tables.VERDICT_COUNTS: for every prohibition, how many incidents got which verdict.

        In the order of agreements, readings and clauses. Munitions of tallies and of their parts are both counted.
        """
        return self._told(self._counts)

    def findings(self) -> pl.DataFrame:
        """Return what every prohibition came to: tables.JUDGED, in the order of agreements, readings and clauses.

        A clause is violated if an incident violates it for sure. Otherwise it is unproven: that it held would have to
        be shown by sources that cover it, which only a case knows.
        """
        counts = self._counts.with_columns(pl.lit(0, pl.Int64).alias("absorbed"))
        corrections = self._tallies()
        if corrections is not None:
            counts = counts.drop("absorbed").join(corrections, on=KEY, how="left", maintain_order="left")
            shared = [f"munitions_{w}" for w in ("violating", "undetermined")]
            counts = counts.with_columns(pl.col(c) - pl.col(f"{c}_twice") for c in shared)
        windows = pl.DataFrame(
            [
                {
                    "reading_id": c.reading_id,
                    "clause_id": c.clause_id,
                    "start": c.start.earliest if c.start else None,
                    "end": c.end.latest if c.end else None,
                }
                for c in self.plan.of_norm("prohibition")
            ],
            schema={"reading_id": pl.String, "clause_id": pl.String, "start": tables.INSTANT, "end": tables.INSTANT},
        )
        status = (
            pl.when(pl.col("violations") > 0).then(pl.lit("violated")).otherwise(pl.lit("unproven")).alias("status")
        )
        table = windows.join(counts, on=KEY, how="left", maintain_order="left").with_columns(status)
        return self._told(table.select(c.name for c in tables.JUDGED))

    def verdicts(self) -> pl.DataFrame:
        """Return tables.VERDICT_ROWS, one row per prohibition and incident, sorted by incident, reading and clause.

        They come all at once; `write_verdicts` is for more than fit into memory.
        """
        kernel, out = partial(judge_batch, plan=self.plan), schema_of(tables.VERDICT_ROWS)
        told = self.source.run(self._runner, kernel, COLUMNS, out, coded=CODED)
        return self._told(pl.DataFrame(pl.from_arrow(told)).sort("incident_id", *KEY))

    def write_verdicts(self, folder: str | Path) -> None:
        """Write tables.VERDICT_ROWS as Parquet into a new folder, which appears whole or not at all.

        Rows come in the order of the incidents' files and batches. Readings of several agreements are named
        `AGREEMENT/READING` there. Raises InputError if the folder exists, or if the incidents are no Parquet.
        """
        if self.source.table is not None:
            raise bad("incidents", "a table in memory", "paths of Parquet", "Call `verdicts()`, or write it first.")
        kernel, out = partial(judge_batch, plan=self.plan), schema_of(tables.VERDICT_ROWS)
        self.source.write(self._runner, kernel, COLUMNS, out, Path(folder), coded=CODED)

    @cached_property
    def _counts(self) -> pl.DataFrame:
        kernel, out = partial(count_batch, plan=self.plan), schema_of(tables.VERDICT_COUNTS)
        unread = partial(count_unread, plan=self.plan), WINDOWED
        told = self.source.run(self._runner, kernel, COUNTED, out, coded=CODED, unread=unread)
        sums = pl.DataFrame(pl.from_arrow(told)).group_by(KEY).agg(pl.all().sum())
        order = [{"reading_id": c.reading_id, "clause_id": c.clause_id} for c in self.plan.of_norm("prohibition")]
        listed = pl.DataFrame(order, schema=dict.fromkeys(KEY, pl.String))
        return listed.join(sums, on=KEY, how="left", maintain_order="left").with_columns(pl.exclude(KEY).fill_null(0))

    def _tallies(self) -> pl.DataFrame | None:
        """Return, per prohibition, which violations are tallies of others, and the munitions that are counted twice."""
        if not self.source.has("part_of"):
            return None
        columns = [c.name for c in tables.PART_ROWS]
        unread = _no_parts, ("part_of",)
        told = self.source.run(self._runner, part_rows, columns, schema_of(tables.PART_ROWS), unread=unread)
        part_of: dict[str, list[str]] = dict(pl.DataFrame(pl.from_arrow(told)).rows())
        if not part_of:
            return None
        involved = sorted({*part_of, *(t for tallies in part_of.values() for t in tallies)})
        kernel = partial(_judge_some, plan=self.plan, ids=pa.array(involved, pa.large_string()))
        verdicts = self.source.run(self._runner, kernel, COLUMNS, schema_of(tables.VERDICT_ROWS))
        groups = pl.DataFrame(pl.from_arrow(verdicts)).partition_by(KEY, as_dict=True)
        rows = []
        for key, mine in groups.items():
            once = counted(mine, part_of)
            sums = {v: m or 0 for v, m in mine.group_by("verdict").agg(pl.col("munitions").sum()).iter_rows()}
            rows.append(
                {
                    **dict(zip(KEY, key, strict=True)),
                    "absorbed": once.absorbed,
                    "munitions_violating_twice": sums.get("violation", 0) - once.munitions_violating,
                    "munitions_undetermined_twice": sums.get("undetermined", 0) - once.munitions_undetermined,
                }
            )
        return pl.DataFrame(rows)

    def _told(self, table: pl.DataFrame) -> pl.DataFrame:
        if not self.several:
            return table
        both = pl.col("reading_id").str.split_exact("/", 1)
        names = both.struct.field("field_0").alias("agreement_id"), both.struct.field("field_1").alias("reading_id")
        return table.select(*names, pl.exclude("reading_id"))


def _judge_some(batch: pa.RecordBatch, plan: Plan, ids: pa.Array) -> pa.RecordBatch:
    """Judge the incidents of a batch that are among some ids."""
    own = batch.column("incident_id").cast(pa.large_string())
    return judge_batch(batch.filter(pc.is_in(own, value_set=ids)), plan)


def _no_parts(rows: int, known: Any) -> pa.RecordBatch | None:
    """Answer for rows of which the head of the file says that none is a part of a tally."""
    bounds = known.get("part_of")
    if bounds is None or bounds.greatest is not None or bounds.nulls < rows:
        return None
    return as_batch(tables.empty(tables.PART_ROWS))
