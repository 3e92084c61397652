"""Invented incidents, seeded, in Parquet files of the declared table; any number of them in bounded memory.

    python data.py FOLDER ROWS PARTS PART...    writes FOLDER/incidents-PART.parquet, of ROWS rows, for each PART
    python data.py FOLDER SAMPLE                writes FOLDER/sample-SAMPLE.parquet, rows spread evenly over part 0

Rows are in order of `start` over two years, of which a part covers its own stretch; rows of no known time lie among
them, as in a file that grows day by day. Points are uniform over a box and facts independent of each other, so that
hardly two incidents are alike: nothing is gained by asking once per distinct incident.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from measure import tell
from numpy.random import Generator
from numpy.typing import NDArray

from holdfire import tables
from holdfire.places import load_areas
from holdfire.terms import code_list
from holdfire.terms.codelist import ListName

SEED = 20260129
ROW_GROUP = 262_144
BEGINS, ENDS = datetime(2024, 2, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
WEST, EAST, SOUTH, NORTH = 22.0, 40.0, 44.0, 52.5
RADII_KM, RADII_SHARES = (0.0, 1.0, 2.5, 5.0, 25.0), (0.3, 0.4, 0.15, 0.1, 0.05)
POINTS, AREAS_ONLY, COUNTRY_ONLY = 0.7, 0.2, 0.15
NO_TIME, NO_ACTOR, NO_MUNITIONS, NO_TOLL, UNPROVEN, MORE_UNNAMED = 0.03, 0.15, 0.3, 0.88, 0.02, 0.03
# Shares of incidents with no stated code, one, two and three.
SIZES: dict[ListName, tuple[float, ...]] = {
    "act": (0.08, 0.80, 0.10, 0.02),
    "weapon": (0.25, 0.62, 0.10, 0.03),
    "target": (0.20, 0.58, 0.16, 0.06),
}
# What most incidents are of; the rest of each list follows in an order drawn once.
COMMONEST: dict[ListName, tuple[str, ...]] = {
    "actor": ("russia_forces", "ukraine_forces", "state_forces"),
    "act": ("drone_strike", "shelling", "missile_strike", "attack", "air_strike"),
    "weapon": ("one_way_attack_drone", "artillery", "drone", "guided_bomb", "missile", "shahed_136"),
    "target": ("residential_building", "energy", "infrastructure", "military", "apartment_building", "substation"),
}
HOURS, HOURS_SHARES = np.array([0, 1, 2, 4, 8, 14, 24]), (0.05, 0.25, 0.2, 0.15, 0.1, 0.15, 0.1)
MINUTE = 60_000_000


def write(path: Path, rows: int, part: int, parts: int) -> None:
    """Write one part of the incidents; it holds `rows` of them and its share of the two years."""
    with _writer(path) as out:
        for number, at in enumerate(range(0, rows, ROW_GROUP)):
            rng = np.random.default_rng([SEED, part, number])
            place = part * rows + np.arange(at, min(at + ROW_GROUP, rows))
            out.write_table(_incidents(rng, place, rows * parts), row_group_size=ROW_GROUP)


def write_sample(path: Path, whole: Path, rows: int) -> None:
    """Write rows spread evenly over a file, so that every window is met."""
    every = pq.read_metadata(whole).num_rows // rows
    picked = pl.scan_parquet(whole).gather_every(every).head(rows).collect(engine="streaming")
    picked.write_parquet(path, row_group_size=ROW_GROUP)


def _writer(path: Path) -> pq.ParquetWriter:
    # Without the Arrow schema in its header, a column of codes is read as the strings that the table declares.
    coded = ["place_name", "place_code", "actor", "radius_km", "munitions", "munitions_min", "munitions_max"]
    coded += [f"{name}.list.element" for name in ("acts", "weapons", "targets", "unproven_facets")]
    return pq.ParquetWriter(path, _schema(), compression="zstd", use_dictionary=coded, store_schema=False)


def _schema() -> pa.Schema:
    codes = pa.dictionary(pa.int16(), pa.string())
    kinds = {"place_name": codes, "place_code": codes, "actor": codes}
    kinds |= {name: pa.list_(codes) for name in ("acts", "weapons", "targets", "unproven_facets")}
    declared = tables.empty(tables.INCIDENTS).to_arrow().schema
    return pa.schema([pa.field(f.name, kinds.get(f.name, f.type)) for f in declared])


def _incidents(rng: Generator, place: NDArray[np.int64], total: int) -> pa.Table:
    n = len(place)
    numbers = pl.Series(place + 1).cast(pl.String).str.zfill(9)
    ids = ("I" + numbers).to_arrow()
    munitions = _figure(rng, n, NO_MUNITIONS, np.minimum(200, rng.geometric(0.05, n)))
    columns = {
        "incident_id": ids,
        "report_ids": _one_each(("R" + numbers).to_arrow()),
        "groups": pa.array(rng.integers(1, 4, n)),
        **_time(rng, place, total),
        **_place(rng, n),
        "actor": _picked(rng, *_skewed("actor"), n, NO_ACTOR),
        "acts": _listed(rng, "act", n),
        "weapons": _listed(rng, "weapon", n),
        "targets": _listed(rng, "target", n),
        "munitions": munitions,
        "munitions_min": munitions,
        "munitions_max": munitions,
        **_toll(rng, n),
        "tally": pa.array(np.zeros(n, dtype=bool)),
        "unproven_facets": _unproven(rng, n),
    }
    nothing = _lists(np.zeros(n, dtype=np.int64), pa.array([], pa.string()))
    columns |= {"disputes": nothing, "fires": pa.nulls(n, pa.int64()), "part_of": nothing}
    columns |= {name: pa.nulls(n, pa.float64()) for name in ("area_km2", "area_km2_min", "area_km2_max")}
    return pa.table([columns[f.name].cast(f.type) for f in _schema()], schema=_schema())


def _time(rng: Generator, place: NDArray[np.int64], total: int) -> dict[str, pa.Array]:
    span = (ENDS - BEGINS).total_seconds() * 1e6
    since = ((place + rng.random(len(place))) * (span / total)).astype(np.int64) // MINUTE * MINUTE
    start = int(BEGINS.timestamp()) * 1_000_000 + since
    end = start + rng.choice(HOURS, len(place), p=HOURS_SHARES) * 60 * MINUTE
    unknown = rng.random(len(place)) < NO_TIME
    kind = pa.timestamp("us", "UTC")
    return {"start": pa.array(start, mask=unknown).cast(kind), "end": pa.array(end, mask=unknown).cast(kind)}


def _place(rng: Generator, n: int) -> dict[str, pa.Array]:
    drawn = rng.random(n)
    no_point, no_code = drawn >= POINTS, (drawn < POINTS) | (drawn >= POINTS + AREAS_ONLY)
    areas = load_areas()
    codes = ["UA", *areas.below("UA")]
    which = np.where(rng.random(n) < COUNTRY_ONLY, 0, rng.integers(1, len(codes), n)).astype(np.int16)
    lon = np.round(rng.uniform(WEST, EAST, n), 4)
    lat = np.round(rng.uniform(SOUTH, NORTH, n), 4)
    radius = rng.choice(RADII_KM, n, p=RADII_SHARES)
    code = pa.array(which, mask=no_code)
    return {
        "place_name": pa.DictionaryArray.from_arrays(code, pa.array([areas[c].name for c in codes])),
        "place_code": pa.DictionaryArray.from_arrays(code, pa.array(codes)),
        "lon": pa.array(lon, mask=no_point),
        "lat": pa.array(lat, mask=no_point),
        "radius_km": pa.array(radius, mask=no_point),
    }


def _skewed(name: ListName) -> tuple[list[str], NDArray[np.float64]]:
    """Return the codes of a list, broad ones among them, and how often each is drawn: few of them often."""
    first = list(COMMONEST[name])
    rest = [c.code for c in code_list(name).codes if c.code not in first]
    codes = [*first, *np.random.default_rng([SEED, len(rest)]).permutation(rest).tolist()]
    weights = 1.0 / np.arange(1, len(codes) + 1)
    return codes, weights / weights.sum()


def _picked(
    rng: Generator, codes: list[str], weights: NDArray[np.float64], n: int, missing: float
) -> pa.DictionaryArray:
    picks = np.searchsorted(np.cumsum(weights)[:-1], rng.random(n)).astype(np.int16)
    return pa.DictionaryArray.from_arrays(pa.array(picks, mask=rng.random(n) < missing), pa.array(codes))


def _listed(rng: Generator, name: ListName, n: int) -> pa.ListArray:
    sizes = rng.choice(len(SIZES[name]), n, p=SIZES[name])
    return _lists(sizes, _picked(rng, *_skewed(name), int(sizes.sum()), MORE_UNNAMED), empty_is_null=True)


def _unproven(rng: Generator, n: int) -> pa.ListArray:
    facets = [f for f in tables.FACETS if f != "condition"]
    sizes = np.where(rng.random(n) < UNPROVEN, rng.integers(1, 3, n), 0)
    even = np.full(len(facets), 1 / len(facets))
    return _lists(sizes, _picked(rng, facets, even, int(sizes.sum()), 0.0))


def _lists(sizes: NDArray[np.int64], values: pa.Array, empty_is_null: bool = False) -> pa.ListArray:
    offsets = pa.array(np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32))
    mask = pa.array(sizes == 0) if empty_is_null else None
    return pa.ListArray.from_arrays(offsets, values, mask=mask)


def _one_each(values: pa.Array) -> pa.ListArray:
    return _lists(np.ones(len(values), dtype=np.int64), values)


def _figure(rng: Generator, n: int, missing: float, values: NDArray[np.int64]) -> pa.Array:
    return pa.array(values.astype(np.int64), mask=rng.random(n) < missing)


def _toll(rng: Generator, n: int) -> dict[str, pa.Array]:
    columns = {}
    for what in ("killed", "injured"):
        least = _figure(rng, n, NO_TOLL, rng.geometric(0.4, n) - 1)
        columns |= {f"{what}_min": least, f"{what}_max": least}
    return columns


def main() -> None:
    folder, rows = Path(sys.argv[1]), int(sys.argv[2])
    if len(sys.argv) == 3:
        write_sample(folder / f"sample-{rows}.parquet", folder / "incidents-0.parquet", rows)
    for part in sys.argv[4:]:
        write(folder / f"incidents-{part}.parquet", rows, int(part), int(sys.argv[3]))
    tell()


if __name__ == "__main__":
    main()
