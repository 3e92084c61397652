"""Old reports that may be told again as new."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from holdfire import tables
from holdfire.verify.candidates import distance_km, hours

AFTER_HOURS = 48.0
FIGURES_WITHIN = 24.0 * 400
TARGETS_WITHIN = 24.0 * 30


def repeated(reports: pl.DataFrame) -> pl.DataFrame:
    """Return suspected repetitions (tables.REPEATED): a report of the same place, said to be more than two days later.

    Suspected where it gives the same figures of people killed and injured (three or more in all) within 400 days, names
    the same two or more targets within 30, or refers to the same page. It is a suspicion for a person to look into;
    nothing is taken out.
    """
    located = reports.filter(pl.col("start").is_not_null() & ~pl.col("tally")).sort("start", "report_id")
    harmed = (pl.col("killed_min").fill_null(0) + pl.col("injured_min").fill_null(0)) >= 3
    several = pl.col("targets").list.drop_nulls().list.len() >= 2
    placed = located.filter(pl.col("lon").is_not_null())
    rows = [
        *_again(placed.filter(harmed), ["killed_min", "injured_min"], FIGURES_WITHIN, "same place, killed and injured"),
        *_again(placed.filter(several), ["targets"], TARGETS_WITHIN, "same place and targets"),
        *_again(placed.filter(pl.col("url").is_not_null()), ["url"], FIGURES_WITHIN, "same place and page"),
    ]
    return pl.DataFrame(sorted(set(rows)), schema=tables.schema(tables.REPEATED), orient="row")


def _again(reports: pl.DataFrame, shared: list[str], within: float, why: str) -> Iterator[tuple[str, str, str]]:
    """Yield each report with the first earlier one near it that shares some columns."""
    several = reports.filter(pl.len().over(shared) > 1)
    timed = several.with_columns(pl.Series(c, hours(several[c])) for c in ("start", "end"))
    for _, same in timed.group_by(shared, maintain_order=True):
        start, end, lon, lat, radius = (same[c].to_numpy() for c in ("start", "end", "lon", "lat", "radius_km"))
        for later in range(1, len(same)):
            gap = start[later] - end[:later]
            apart = distance_km(lon[:later], lat[:later], lon[later], lat[later])
            near = apart <= np.fmax(radius[:later], radius[later])
            hits = np.flatnonzero(near & (gap > AFTER_HOURS) & (gap < within))
            if len(hits):
                yield same["report_id"][later], same["report_id"][int(hits[0])], why
