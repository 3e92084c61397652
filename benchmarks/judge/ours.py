"""Holdfire on the same files; one process, one line of JSON.

python ours.py judge AGREEMENT.yaml INCIDENTS.parquet...    the counts of every prohibition
python ours.py points ZONES.geojson INCIDENTS.parquet       every exact point in every zone
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from measure import Stages, tell

stages = Stages()
with stages.stage("import"):
    import numpy as np
    import polars as pl
    import shapely

    import holdfire
    from holdfire.engine.here import BATCH_ROWS
    from holdfire.kleene import YES
    from holdfire.places.shape import Discs, Shape


def judge(agreement: Path, paths: list[Path]) -> None:
    with stages.stage("judge"):
        judged = holdfire.judge(paths, agreement)
        judged.findings()
        counts = judged.counts()
    tell(seconds=stages.seconds, counts=counts.to_dicts())


def points(outlines: Path, path: Path) -> None:
    with stages.stage("read"):
        table = pl.read_parquet(path, columns=["lon", "lat"]).drop_nulls()
        lon, lat = (table[c].to_numpy() for c in ("lon", "lat"))
        features = json.loads(outlines.read_text(encoding="utf-8"))["features"]
        zones = {f["properties"]["id"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in features}
    with stages.stage("all points"):
        shapes = {name: Shape(zone) for name, zone in zones.items()}
        counts = dict.fromkeys(shapes, 0)
        for at in range(0, len(lon), BATCH_ROWS):
            batch = slice(at, at + BATCH_ROWS)
            exact = Discs.of(lon[batch], lat[batch], np.zeros(len(lon[batch])))
            for name, shape in shapes.items():
                counts[name] += int((shape.discs(exact) == YES).sum())
    tell(seconds=stages.seconds, points=len(lon), counts=counts)


def main() -> None:
    what, terms, *paths = sys.argv[1], *map(Path, sys.argv[2:])
    if what == "judge":
        judge(terms, paths)
    else:
        points(terms, *paths)


if __name__ == "__main__":
    main()
