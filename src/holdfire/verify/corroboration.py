"""What sensors saw where and when an incident is said to have happened."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import timedelta

import numpy as np
import polars as pl

from holdfire.verify.candidates import distance_km

# A fire goes on after the strike, and satellites pass a few times a day.
AFTER = timedelta(hours=24)
WIDEST_KM = 25.0


def with_fires(incidents: pl.DataFrame, detections: pl.DataFrame) -> pl.DataFrame:
    """Return incidents (tables.INCIDENTS) with `fires`: detections (tables.DETECTIONS) that fit each in place and time.

    A detection fits where its pixel and the incident's disc touch, from the incident's start to a day after its end. No
    fire is evidence of nothing: cloud, and the hours between passes, hide most. Nor does a fire count for the standard
    of proof: fields burn too. Null where the incident has no time or point, or a point too wide to tell (25 km).
    """
    if detections.is_empty():
        return incidents.with_columns(pl.lit(None, pl.Int64).alias("fires"))
    seen = detections.sort("detected")
    times = seen["detected"].to_list()
    lon, lat, radius = (seen[c].to_numpy() for c in ("lon", "lat", "radius_km"))
    fires: list[int | None] = []
    for row in incidents.select("start", "end", "lon", "lat", "radius_km").iter_rows(named=True):
        if row["start"] is None or row["lon"] is None or row["radius_km"] > WIDEST_KM:
            fires.append(None)
            continue
        low, high = bisect_left(times, row["start"]), bisect_right(times, row["end"] + AFTER)
        here = np.full(high - low, row["lon"]), np.full(high - low, row["lat"])
        apart = distance_km(lon[low:high], lat[low:high], *here)
        fires.append(int((apart <= radius[low:high] + row["radius_km"]).sum()))
    return incidents.with_columns(pl.Series("fires", fires, pl.Int64))
