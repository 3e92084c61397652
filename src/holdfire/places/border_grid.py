"""A grid over a polygon: which side of its border a cell lies on, and how far the border is, within a cell's width."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from holdfire.kleene import NO, UNKNOWN, YES, Bytes, as_bits

REACH_KM = 30.0
CELL_KM = 1.0
MOST_CELLS = 1_000_000
KM_OF_LATITUDE = (110.5, 111.8)  # of a degree of latitude, least and most on the ellipsoid

Floats = NDArray[np.float64]


class BorderGrid:
    """What a regular grid in longitude and latitude knows of a polygon and REACH_KM around it.

    Each cell holds the distance in km from its middle to that of the nearest cell through which the border runs, with
    a minus outside. Any point of the cell is that far from the border, give or take `slack`; where it is 0, the border
    runs through the cell itself.
    """

    def __init__(self, geometry: BaseGeometry):
        west, south, east, north = geometry.bounds
        high = REACH_KM / KM_OF_LATITUDE[0]
        south, north = south - high, north + high
        narrow = math.cos(math.radians(min(max(abs(south), abs(north)), 89.0)))
        wide = math.cos(math.radians(0.0 if south <= 0 <= north else min(abs(south), abs(north))))
        west, east = west - high / narrow, east + high / narrow
        self.box = west, south, east, north
        size_km = (east - west) * 111.3 * wide, (north - south) * KM_OF_LATITUDE[1]
        cell = max(CELL_KM, math.sqrt(size_km[0] * size_km[1] / MOST_CELLS))
        self.columns, self.rows = (max(8, math.ceil(s / cell)) for s in size_km)
        self._step = (east - west) / self.columns, (north - south) / self.rows
        height = tuple(k * self._step[1] for k in KM_OF_LATITUDE)
        width = 110.5 * narrow * self._step[0], 111.7 * wide * self._step[0]
        self._stretch = max(width[1] / width[0], height[1] / height[0])
        self.slack = math.hypot(width[1], height[1])
        self._cell_km = height[0], width[0]
        self._crossed, self._inside = self._drawn(geometry)
        self._points = np.where(self._crossed, UNKNOWN, np.where(self._inside, YES, NO)).ravel()

    def _drawn(self, geometry: BaseGeometry) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return the cells through which the border runs, and those whose middle lies inside."""
        rings = shapely.segmentize(shapely.get_rings(shapely.get_parts(geometry)), min(self._step) / 2)
        points, ring = shapely.get_coordinates(rings, return_index=True)
        x = (points[:, 0] - self.box[0]) * (1 / self._step[0])
        y = (points[:, 1] - self.box[1]) * (1 / self._step[1])
        column, row = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
        crossed = np.zeros((self.rows, self.columns), dtype=bool)
        crossed[row, column] = True
        # An edge is shorter than a cell. Between cells that meet at a corner, it may run through either neighbour.
        on = np.flatnonzero(ring[1:] == ring[:-1])
        crossed[row[on], column[on + 1]] = True
        crossed[row[on + 1], column[on]] = True
        # Along the middles of a row, every crossing of the border changes sides.
        above = np.floor(y - 0.5).astype(np.intp)
        on = on[above[on] != above[on + 1]]
        middle = np.maximum(above[on], above[on + 1])
        share = (middle + 0.5 - y[on]) / (y[on + 1] - y[on])
        first = np.ceil(x[on] + share * (x[on + 1] - x[on]) - 0.5).astype(np.intp)
        turns = np.bincount(middle * (self.columns + 1) + first, minlength=self.rows * (self.columns + 1))
        turns = turns.reshape(self.rows, self.columns + 1)[:, : self.columns]
        return crossed, np.cumsum(turns, axis=1) % 2 == 1

    def points(self, lon: Floats, lat: Floats) -> Bytes:
        """Answer for points in the box (degrees); null where the border runs through their cell."""
        return self._points[self._cell(lon, lat)]

    def discs(self, lon: Floats, lat: Floats, radius_km: Floats) -> tuple[Bytes, NDArray[np.intp]]:
        """Answer for discs (degrees; km) whose centres lie in the box, and tell which ones the grid leaves open."""
        signed = self._signed[self._cell(lon, lat)]
        away = np.abs(signed)
        sure = np.where(radius_km == 0, away > 0, radius_km < away - self.slack)
        cut = radius_km > away * self._stretch + self.slack
        answers = as_bits(sure & (signed > 0), ~sure | (signed > 0))
        return answers, np.flatnonzero(~sure & ~cut)

    def _cell(self, lon: Floats, lat: Floats) -> NDArray[np.intp]:
        column = ((lon - self.box[0]) * (1 / self._step[0])).astype(np.intp)
        row = ((lat - self.box[1]) * (1 / self._step[1])).astype(np.intp)
        return np.minimum(row, self.rows - 1) * self.columns + np.minimum(column, self.columns - 1)

    @cached_property
    def _signed(self) -> NDArray[np.float32]:
        distance = _distances(self._crossed, *self._cell_km, REACH_KM + 2 * self.slack)
        signed: NDArray[np.float32] = np.where(self._inside, distance, -distance).ravel()
        return signed


def _distances(crossed: NDArray[np.bool_], high: float, wide: float, reach: float) -> NDArray[np.float32]:
    """Return how far each cell is from the nearest crossed one, middle to middle; cells are so high and so wide.

    Beyond `reach` the distance may come out larger than it is, up to infinity. The exact distance transform of
    Felzenszwalb and Huttenlocher (Theory of Computing 8, 2012, doi 10.4086/toc.2012.v008a019) in its two passes: along
    rows to the nearest crossed cell of the row, then over the rows within reach.
    """
    rows, columns = crossed.shape
    place = np.arange(columns, dtype=np.float32)
    left = np.maximum.accumulate(np.where(crossed, place, -np.inf), axis=1)
    right = np.minimum.accumulate(np.where(crossed, place, np.inf)[:, ::-1], axis=1)[:, ::-1]
    along = np.square(np.minimum(place - left, right - place) * np.float32(wide))
    nearest = along.copy()
    for n in range(1, min(rows, int(reach / high) + 2)):
        off = np.float32((n * high) ** 2)
        np.minimum(nearest[n:], along[:-n] + off, out=nearest[n:])
        np.minimum(nearest[:-n], along[n:] + off, out=nearest[:-n])
    return np.sqrt(nearest)
