"""Which pairs of reports are worth comparing: those near enough in time and place, with none lost at an edge."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EARTH_KM = 6371.0088
REACH_HOURS = 36.0
REACH_KM = 50.0
NARROWEST = 0.4
NARROW_HOURS = 48.0
CHUNK = 4_000_000
ENOUGH = 30
PLENTY = 300_000
MANY = 20_000
WIDENINGS = 6


def hours(instants: pl.Series) -> Floats:
    """Return instants as hours since 1970; NaN for null."""
    since = instants.dt.epoch("ms").cast(pl.Float64) / 3_600_000
    return since.fill_null(float("nan")).to_numpy()


def distance_km(lon_a: Floats, lat_a: Floats, lon_b: Floats, lat_b: Floats) -> Floats:
    """Return great-circle distances (degrees in, km out); NaN where a point is missing."""
    a, b = np.radians(lat_a), np.radians(lat_b)
    east = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lon_b - lon_a) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(east, 0, 1))))


def enough(reports: pl.DataFrame) -> tuple[Ints, Ints]:
    """Return candidate pairs, reaching further where reports are sparse, and less far where they are many.

    What unlike pairs look like is learnt from the pairs that are not of one incident, so there must be some.
    """
    if len(reports) > MANY:
        i, j = candidates(reports, REACH_HOURS, REACH_KM * NARROWEST)
        if len(i) >= PLENTY:
            return i, j
    wanted = min(ENOUGH * len(reports), len(reports) * (len(reports) - 1) // 4)
    reach = 1.0
    for _ in range(WIDENINGS):
        i, j = candidates(reports, REACH_HOURS * reach, REACH_KM * reach)
        if len(i) >= wanted:
            break
        reach *= 2.0
    return i, j


def candidates(
    reports: pl.DataFrame, reach_hours: float = REACH_HOURS, reach_km: float = REACH_KM
) -> tuple[Ints, Ints]:
    """Return the pairs (i < j) of row numbers whose times and places come within reach of each other.

    The gap between two intervals must be at most `reach_hours`, that between two discs at most `reach_km`. A report
    with no point is paired by time alone, and one with no time by place alone. Pairs are sorted. Cells are as wide
    as the reach and each is joined with its neighbours, so that no pair is lost at an edge.
    """
    start, end = hours(reports["start"]), hours(reports["end"])
    lon, lat = (reports[c].fill_null(float("nan")).to_numpy() for c in ("lon", "lat"))
    radius = reports["radius_km"].fill_null(0.0).to_numpy()
    placed = ~np.isnan(lon) & ~np.isnan(lat)
    narrow = (end - start) <= NARROW_HOURS  # false where no time is known
    grid = np.flatnonzero(placed & narrow)
    parts = list(_in_grid(grid, start, lon, lat, radius, reach_hours, reach_km))
    parts += list(_by_time(np.flatnonzero(~placed & narrow), np.flatnonzero(narrow), start, reach_hours))
    wide = np.flatnonzero(~narrow)
    everyone = np.arange(len(reports))
    parts += [_crossed(np.array([w]), everyone) for w in wide]
    kept = []
    for i, j in parts:
        for at in range(0, len(i), CHUNK):
            a, b = i[at : at + CHUNK], j[at : at + CHUNK]
            gap = np.maximum(start[a], start[b]) - np.minimum(end[a], end[b])
            apart = distance_km(lon[a], lat[a], lon[b], lat[b]) - radius[a] - radius[b]
            near = ~(gap > reach_hours) & ~(apart > reach_km) & (a != b)
            kept.append(np.stack([np.minimum(a, b)[near], np.maximum(a, b)[near]]))
    if not kept:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    pairs = np.concatenate(kept, axis=1)
    keys = distinct(pairs[0] * np.int64(len(reports)) + pairs[1])
    return keys // len(reports), keys % len(reports)


def distinct(numbers: Ints) -> Ints:
    """Return the numbers sorted, each once."""
    ordered = np.sort(numbers)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def _in_grid(
    rows: Ints, start: Floats, lon: Floats, lat: Floats, radius: Floats, reach_hours: float, reach_km: float
) -> Iterator[tuple[Ints, Ints]]:
    """Yield pairs of rows in the same or in neighbouring cells of latitude, longitude and time."""
    if len(rows) < 2:
        return
    side = (reach_km + 2 * float(radius[rows].max())) / 111.0
    # A degree of longitude is shortest at the latitude furthest from the equator.
    widest = min(float(np.abs(lat[rows]).max()) + side, 89.0)
    width = side / np.cos(np.radians(widest))
    # What lies just west of the date line lies just east of it too.
    beyond = lon[rows] > 180 - width
    turned = np.concatenate([lon[rows], lon[rows[beyond]] - 360])
    rows = np.concatenate([rows, rows[beyond]])
    east = np.floor((turned + 180) / width).astype(np.int64) + 1
    north = np.floor((lat[rows] + 90) / side).astype(np.int64)
    when = np.floor((start[rows] - start[rows].min()) / (reach_hours + NARROW_HOURS)).astype(np.int64)
    spans = np.array([1, 3 + int(when.max()), (3 + int(when.max())) * (3 + int(north.max()))], np.int64)
    key = when + 1 + (north + 1) * spans[1] + (east + 1) * spans[2]
    order = np.argsort(key, kind="stable")
    sorted_key, sorted_rows = key[order], rows[order]
    for step in product((-1, 0, 1), repeat=3):
        if step < (0, 0, 0):
            continue
        shift = step[2] + step[1] * spans[1] + step[0] * spans[2]
        low = np.searchsorted(sorted_key, sorted_key + shift, "left")
        high = np.searchsorted(sorted_key, sorted_key + shift, "right")
        if step == (0, 0, 0):
            low = np.maximum(low, np.arange(len(rows)) + 1)
        yield expanded(sorted_rows, sorted_rows, low, high)


def _by_time(left: Ints, right: Ints, start: Floats, reach_hours: float) -> Iterator[tuple[Ints, Ints]]:
    """Yield pairs of rows whose starts lie within reach, whatever their place."""
    order = right[np.argsort(start[right], kind="stable")]
    span = reach_hours + NARROW_HOURS
    low = np.searchsorted(start[order], start[left] - span, "left")
    high = np.searchsorted(start[order], start[left] + span, "right")
    yield expanded(left, order, low, high)


def expanded(left: Ints, right: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of every left row with the right rows from low to high."""
    many = np.maximum(high - low, 0)
    first = np.repeat(np.cumsum(many) - many, many)
    at = np.repeat(low, many) + np.arange(int(many.sum())) - first
    return np.repeat(left, many), right[at]


def _crossed(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    return np.repeat(left, len(right)), np.tile(right, len(left))
