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
# Two days, nine days, forty days, and a bit over a year.
LENGTHS = (48.0, 216.0, 960.0, 9600.0)
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
    kept = [np.empty(0, np.int64)]
    for i, j in _worth_a_look(start, end, lon, lat, radius, reach_hours, reach_km):
        for at in range(0, len(i), CHUNK):
            a, b = i[at : at + CHUNK], j[at : at + CHUNK]
            gap = np.maximum(start[a], start[b]) - np.minimum(end[a], end[b])
            a, b = (side[~(gap > reach_hours) & (a != b)] for side in (a, b))
            apart = distance_km(lon[a], lat[a], lon[b], lat[b]) - radius[a] - radius[b]
            near = ~(apart > reach_km)
            kept.append(np.minimum(a, b)[near] * np.int64(len(reports)) + np.maximum(a, b)[near])
    keys = distinct(np.concatenate(kept))
    return keys // max(len(reports), 1), keys % max(len(reports), 1)


def distinct(numbers: Ints) -> Ints:
    """Return the numbers sorted, each once."""
    ordered = np.sort(numbers)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def _worth_a_look(
    start: Floats, end: Floats, lon: Floats, lat: Floats, radius: Floats, reach_hours: float, reach_km: float
) -> Iterator[tuple[Ints, Ints]]:
    """Yield pairs, some twice, among which are all within reach: by how long their intervals are, then by cell."""
    placed = ~np.isnan(lon) & ~np.isnan(lat)
    # Reports of no time, or of years, are in a class of their own and meet everybody.
    length = np.searchsorted(np.array(LENGTHS), np.nan_to_num(end - start, nan=np.inf), "left")
    for n, longest in enumerate(LENGTHS):
        own, shorter = length == n, length < n
        span = reach_hours + longest
        pairs = ((own, own), (own, shorter)) if shorter.any() else ((own, own),)
        for left, right in pairs:
            here, there = np.flatnonzero(left & placed), np.flatnonzero(right & placed)
            yield from _in_grid(here, there, start, lon, lat, radius, span, reach_km)
            yield _by_time(np.flatnonzero(left & ~placed), np.flatnonzero(right), start, span)
        yield _by_time(np.flatnonzero(own & placed), np.flatnonzero(shorter & ~placed), start, span)
    everyone = np.arange(len(start))
    for row in np.flatnonzero(length == len(LENGTHS)):
        yield np.full(len(start), row), everyone


def _in_grid(
    left: Ints, right: Ints, start: Floats, lon: Floats, lat: Floats, radius: Floats, span: float, reach_km: float
) -> Iterator[tuple[Ints, Ints]]:
    """Yield pairs in the same or in neighbouring cells of latitude, longitude and time (as long as `span`)."""
    if not len(left) or not len(right):
        return
    side = (reach_km + float(radius[left].max()) + float(radius[right].max())) / 111.0
    # A degree of longitude is shortest at the latitude furthest from the equator.
    furthest = max(float(np.abs(lat[left]).max()), float(np.abs(lat[right]).max()))
    width = side / np.cos(np.radians(min(furthest + side, 89.0)))
    # What lies just beyond the date line lies just on this side of it too.
    west, east = right[lon[right] > 180 - width], right[lon[right] < width - 180]
    turned = np.concatenate([lon[right], lon[west] - 360, lon[east] + 360])
    others = np.concatenate([right, west, east])
    first = min(float(start[left].min()), float(start[right].min()))
    longest = max(float(start[left].max()), float(start[right].max())) - first
    times = 4 + int(longest / span)
    norths = 4 + int(180 / side)

    def cells(rows: Ints, at: Floats) -> Ints:
        when = np.floor((start[rows] - first) / span).astype(np.int64) + 1
        north = np.floor((lat[rows] + 90) / side).astype(np.int64) + 1
        across = np.floor((at + 360) / width).astype(np.int64) + 1
        return np.asarray(when + times * (north + norths * across))

    mine, theirs = cells(left, lon[left]), cells(others, turned)
    order = np.argsort(theirs, kind="stable")
    theirs, others = theirs[order], others[order]
    alike = np.array_equal(left, right) and not len(west) and not len(east)
    for step in product((-1, 0, 1), repeat=3):
        # Where both sides are the same rows, the steps one way find what those the other way would.
        if alike and step < (0, 0, 0):
            continue
        shift = step[2] + times * (step[1] + norths * step[0])
        low = np.searchsorted(theirs, mine + shift, "left")
        high = np.searchsorted(theirs, mine + shift, "right")
        yield expanded(left, others, low, high)


def _by_time(left: Ints, right: Ints, start: Floats, span: float) -> tuple[Ints, Ints]:
    """Return pairs of rows whose starts lie within a span of each other, whatever their place."""
    order = right[np.argsort(start[right], kind="stable")]
    low = np.searchsorted(start[order], start[left] - span, "left")
    high = np.searchsorted(start[order], start[left] + span, "right")
    return expanded(left, order, low, high)


def expanded(left: Ints, right: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of every left row with the right rows from low to high."""
    many = np.maximum(high - low, 0)
    first = np.repeat(np.cumsum(many) - many, many)
    at = np.repeat(low, many) + np.arange(int(many.sum())) - first
    return np.repeat(left, many), right[at]
