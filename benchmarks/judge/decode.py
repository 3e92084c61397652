"""What nobody can do without: decoding the columns with Polars, and counting answers that are there already.

    python decode.py INCIDENTS.parquet

The answers are 30 columns of small integers, one for each clause-reading and drawn with the shares that verdicts have;
they are made before the clock starts. Counting them is the number of each verdict, and the munitions of two.
"""

from __future__ import annotations

import sys

import numpy as np
import polars as pl
from measure import Stages, tell

COLUMNS = ["start", "end", "place_code", "lon", "lat", "radius_km", "actor", "acts", "weapons", "targets"]
COLUMNS += ["munitions", "unproven_facets"]
CLAUSES = 30
# violation, undetermined, permitted, outside
SHARES = (0.001, 0.009, 0.0001, 0.9899)


def main() -> None:
    stages = Stages()
    with stages.stage("decode"):
        incidents = pl.read_parquet(sys.argv[1], columns=COLUMNS)
    rng = np.random.default_rng(1)
    bounds = np.cumsum(SHARES)[:-1]
    drawn = {f"c{n}": np.searchsorted(bounds, rng.random(len(incidents))).astype(np.int8) for n in range(CLAUSES)}
    answered = pl.DataFrame(drawn).with_columns(incidents["munitions"])
    del incidents, drawn
    counts = [(pl.col(f"c{n}") == v).sum().alias(f"{n} {v}") for n in range(CLAUSES) for v in range(len(SHARES))]
    munitions = [
        pl.col("munitions").filter(pl.col(f"c{n}") == v).sum().alias(f"{n} {v} munitions")
        for n in range(CLAUSES)
        for v in range(2)
    ]
    with stages.stage("aggregate"):
        answered.select(counts + munitions)
    tell(seconds=stages.seconds)


if __name__ == "__main__":
    main()
