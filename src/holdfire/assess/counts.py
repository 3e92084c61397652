"""Two counts of the same nights: where they disagree, and what one has that the other lacks."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from holdfire import tables
from holdfire.assess.nights import KINDS


def compared(nights: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return tables.COUNTS for the nights that at least one of several sources counts.

    Takes `nightly()` of each source by its id. A source that has no row on a night counts nothing there, which is not
    zero; nights before its first and after its last row are left out. Counts of a kind agree where all that were given
    are the same.
    """
    parts = [tables.empty(tables.COUNTS)]
    for source, counted in nights.items():
        told = counted.unpivot(list(KINDS), index="day", variable_name="kind", value_name="munitions")
        parts.append(told.with_columns(pl.lit(source).alias("source_id"), pl.lit(None, pl.Boolean).alias("agree")))
    rows = pl.concat([p.select(c.name for c in tables.COUNTS) for p in parts])
    several = pl.col("munitions").count().over("day", "kind") > 1
    same = pl.col("munitions").drop_nulls().n_unique().over("day", "kind") == 1
    # A source that never counts a kind says nothing of it; its zeros are none.
    counted = rows.filter(pl.col("munitions").sum().over("source_id", "kind") > 0)
    return (
        counted.filter(pl.col("munitions").count().over("day", "kind") > 0)
        .with_columns(pl.when(several).then(same).alias("agree"))
        .sort("day", "kind", "source_id")
    )
