"""Every exact point in every zone with SedonaDB, from the Parquet file.

python sedona.py ZONES.geojson INCIDENTS.parquet
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas
import pyarrow as pa
import sedonadb
from measure import Stages, tell

QUERY = """
select zones.id as zone, count(*) as inside
from incidents join zones on ST_Contains(zones.geometry, ST_Point(incidents.lon, incidents.lat))
group by zones.id order by zones.id
"""


def main() -> None:
    zones_path, path = map(Path, sys.argv[1:])
    stages = Stages()
    with stages.stage("connect"):
        connection = sedonadb.connect()
        # Longitude and latitude are taken as a plane, as everywhere here.
        outlines = geopandas.read_file(zones_path).set_crs(None, allow_override=True)
        connection.create_data_frame(outlines[["id", "geometry"]]).to_view("zones")
        connection.read_parquet(str(path)).to_view("incidents")
    with stages.stage("join"):
        found = pa.table(connection.sql(QUERY)).to_pydict()
    tell(seconds=stages.seconds, counts=dict(zip(found["zone"], found["inside"], strict=True)))


if __name__ == "__main__":
    main()
