"""How many violations verdicts come to, with nothing counted twice: bounds, in incidents and in munitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from holdfire import tables
from holdfire.engine import as_batch

Row = tuple[str, str, int | None]  # incident, verdict, munitions


@dataclass(frozen=True)
class Count:
    """How many incidents violate a clause, and how many may. Unknown figures of munitions add none.

    `absorbed` is how many of the violations are tallies of which another violation is a part, so that violations lie
    in [violations - absorbed, violations + undetermined]. Munitions lie in [violating, violating + undetermined].
    """

    violations: int
    undetermined: int
    absorbed: int
    munitions_violating: int
    munitions_undetermined: int


def parts(incidents: pl.DataFrame) -> dict[str, list[str]]:
    """Return, for each incident that some tally counts, those tallies."""
    return {i: tallies for i, tallies in incidents.select("incident_id", "part_of").iter_rows() if tallies}


def absorbed(violating: list[str], part_of: Mapping[str, list[str]]) -> set[str]:
    """Return the tallies among violating incidents of which another of them is a part."""
    return {t for i in violating for t in part_of.get(i, [])} & set(violating)


def counted(verdicts: pl.DataFrame, part_of: Mapping[str, list[str]]) -> Count:
    """Count the verdicts under one clause (tables.VERDICT_ROWS), as `count` does."""
    return count(verdicts.select("incident_id", "verdict", "munitions").rows(), part_of)


def count(rows: Iterable[Row], part_of: Mapping[str, list[str]]) -> Count:
    """Count the verdicts under one clause, each with the incident it is of and its munitions.

    A tally that violates may be no violation besides the located one that is a part of it. The munitions of a part are
    those of its tally, and are added once.
    """
    known = list(rows)
    violating = [i for i, verdict, _ in known if verdict == "violation"]
    open_ = [i for i, verdict, _ in known if verdict == "undetermined"]
    told = {i: munitions for i, _, munitions in known if munitions is not None}
    absorbing = absorbed(violating, part_of)

    def munitions(among: list[str], counting: set[str]) -> int:
        return sum(told[i] for i in among if i in told and not counting.intersection(part_of.get(i, [])))

    return Count(
        len(violating),
        len(open_),
        len(absorbing),
        munitions(violating, set(violating) & told.keys()),
        munitions(open_, told.keys() & {*violating, *open_}),
    )


def part_rows(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the incidents of a batch that some tally counts, with those tallies: a kernel of PART_ROWS."""
    table = pl.DataFrame(pl.from_arrow(batch)).select(pl.col(c.name).cast(c.dtype) for c in tables.PART_ROWS)
    return as_batch(table.filter(pl.col("part_of").list.len() > 0))
