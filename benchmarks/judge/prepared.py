"""Every exact point in every zone with prepared shapely geometries.

    python prepared.py ZONES.geojson INCIDENTS.parquet

Twice: asked of all points, and only of those in the zone's box; the counts are the same.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import shapely
from measure import Stages, tell


def main() -> None:
    zones_path, path = map(Path, sys.argv[1:])
    stages = Stages()
    with stages.stage("read"):
        table = pq.read_table(path, columns=["lon", "lat"]).drop_null()
        lon, lat = (table[c].to_numpy() for c in ("lon", "lat"))
        features = json.loads(zones_path.read_text(encoding="utf-8"))["features"]
        zones = {f["properties"]["id"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in features}
        for zone in zones.values():
            shapely.prepare(zone)
    with stages.stage("all points"):
        counts = {name: int(shapely.contains_xy(zone, lon, lat).sum()) for name, zone in zones.items()}
    with stages.stage("points in the box"):
        boxed = {}
        for name, zone in zones.items():
            west, south, east, north = zone.bounds
            near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
            boxed[name] = int(shapely.contains_xy(zone, lon[near], lat[near]).sum())
    if counts != boxed:
        raise SystemExit("the two ways of asking do not agree")
    tell(seconds=stages.seconds, points=len(lon), counts=counts)


if __name__ == "__main__":
    main()
