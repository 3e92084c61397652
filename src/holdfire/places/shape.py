"""Shapes: polygons that discs of uncertainty and areas are asked against: inside, apart, or neither.

A disc lies inside a polygon if its centre does and the border is at least its radius away, and apart from it if its
centre lies outside and the border is at least that far. Distances are geodesic (WGS 84), and the edges of a polygon
are straight in longitude and latitude, as in GeoJSON (RFC 7946).

Three ways give the same answers, each for what the one before leaves open. A grid knows for each cell how far the
border is, within the width of a cell. A stereographic projection, in which small circles stay circles, has distances
within a known margin. What lies within that margin, and all discs against a shape wider than a continent, is measured
in a projection around the disc itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Proj
from shapely.geometry.base import BaseGeometry

from holdfire.kleene import NO, UNKNOWN, YES, Bytes
from holdfire.places.area import ONE_AT_A_TIME
from holdfire.places.border_grid import REACH_KM, BorderGrid
from holdfire.places.metric import EARTH, around, fine

EARTH_KM = 6371.0
FEW = 512
WIDEST_KM = 5000.0  # from the middle of a shape: beyond, no margin of the projection is worth having
FLATTENED = 0.004  # of scale per radian from the middle: the ellipsoid's conformal latitudes, at most e2/2 = 0.0034
STRAIGHT_M = 0.1  # an edge that is straight in degrees is within half of this of its pieces in the projection

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Discs:
    """Many discs by strips of longitude, west to east: degrees east and north, and km.

    `strip` is the strip of each, and `order` leads back to how they came.

    `sized` is false where all are points. `wide` are those that may lie beyond the box of what they reach: larger than
    a grid looks, or near the antimeridian or a pole.
    """

    lon: Floats
    lat: Floats
    radius_km: Floats
    strip: NDArray[np.uint16]
    order: NDArray[np.intp]
    wide: NDArray[np.intp]
    sized: bool = True

    @classmethod
    def of(cls, lon: Floats, lat: Floats, radius_km: Floats) -> Discs:
        """Sort discs, none of whose values is null."""
        strip = _strip(lon)
        order = np.argsort(strip, kind="stable")  # of small integers, a third of the time that floats take
        lon, lat, radius_km = lon[order], lat[order], radius_km[order]
        wide = (radius_km >= REACH_KM * 0.99) | (np.abs(lat) > 85) | (np.abs(lon) > 176)
        return cls(lon, lat, radius_km, strip[order], order, np.flatnonzero(wide), bool(radius_km.any()))

    def only(self, kept: NDArray[np.bool_]) -> Discs:
        """Return some of the discs, named in the order in which they came."""
        sorted_ = kept[self.order]
        numbers = np.cumsum(kept) - 1
        wide = np.zeros(len(sorted_), dtype=bool)
        wide[self.wide] = True
        return Discs(
            self.lon[sorted_],
            self.lat[sorted_],
            self.radius_km[sorted_],
            self.strip[sorted_],
            numbers[self.order[sorted_]],
            np.flatnonzero(wide[sorted_]),
            self.sized,
        )


class Shape:
    """One polygon or several, in degrees (WGS 84), to be asked about places. It may be empty."""

    def __init__(self, geometry: BaseGeometry):
        self.geometry = geometry
        shapely.prepare(geometry)
        if not geometry.is_empty:
            # GEOS makes an index at the second question within the bounds, and two threads may not make it at once
            # (https://github.com/libgeos/geos/issues/825).
            west, south, east, north = geometry.bounds
            shapely.intersects_xy(geometry, np.full(3, (west + east) / 2), np.full(3, (south + north) / 2))

    def __reduce__(self) -> tuple[type[Shape], tuple[BaseGeometry]]:
        return Shape, (self.geometry,)

    def area(self, area: BaseGeometry) -> bool | None:
        """Tell whether an area (polygons in degrees) lies inside, apart from, or partly in the shape.

        Areas that share a border with the shape should be drawn a little smaller than they are (Areas.core).
        """
        with ONE_AT_A_TIME:
            if self.geometry.is_empty or not shapely.intersects(self.geometry, area):
                return False
            return True if shapely.covers(self.geometry, area) else None

    def discs(self, discs: Discs) -> Bytes:
        """Answer for many discs, in the order in which they came."""
        answers = np.zeros(len(discs.lon), dtype=np.uint8)
        if self.geometry.is_empty:
            return answers
        if len(discs.lon) < FEW and "_grid" not in self.__dict__:
            answers[discs.order] = self._projected(discs.lon, discs.lat, discs.radius_km)
            return answers
        with ONE_AT_A_TIME:
            west, south, east, north = self._grid.box if discs.sized else self.geometry.bounds
        strips = _strip(np.array([west, east]))
        first, last = np.searchsorted(discs.strip, strips[0]), np.searchsorted(discs.strip, strips[1], side="right")
        lon, lat = discs.lon[first:last], discs.lat[first:last]
        near = np.flatnonzero((lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)) + first
        answers[discs.order[near]] = self._by_grid(discs.lon[near], discs.lat[near], discs.radius_km[near])
        if len(wide := discs.wide):
            answers[discs.order[wide]] = self._projected(discs.lon[wide], discs.lat[wide], discs.radius_km[wide])
        return answers

    def _by_grid(self, lon: Floats, lat: Floats, radius_km: Floats) -> Bytes:
        if not radius_km.any():
            answers = self._grid.points(lon, lat)
            open_ = np.flatnonzero(answers == UNKNOWN)
            answers[open_] = np.where(shapely.intersects_xy(self.geometry, lon[open_], lat[open_]), YES, NO)
            return answers
        answers, open_ = self._grid.discs(lon, lat, radius_km)
        if len(open_):
            answers[open_] = self._projected(lon[open_], lat[open_], radius_km[open_])
        return answers

    def disc(self, lon: float, lat: float, radius_km: float) -> bool | None:
        """Answer for one disc, measured in the azimuthal equidistant projection around its own centre."""
        if self.geometry.is_empty:
            return False
        inside = bool(shapely.intersects_xy(self.geometry, lon, lat))
        if radius_km == 0:
            return inside
        local = around(lon, lat)
        distance = math.inf
        for shift in (-360.0, 0.0, 360.0):
            parts = self._edges_near(lon + shift, lat, radius_km)
            if parts.is_empty:
                continue
            points = shapely.get_coordinates(parts)
            metres = np.column_stack(local(points[:, 0] - shift, points[:, 1]))
            distance = min(distance, shapely.distance(shapely.set_coordinates(parts, metres), shapely.Point(0, 0)))
        if distance >= radius_km * 1000:
            return inside
        return None

    def _edges_near(self, lon: float, lat: float, radius_km: float) -> BaseGeometry:
        box = shapely.box(*_bounds(np.array(lon), np.array(lat), np.array(radius_km)))
        near = shapely.intersection(self._border, box)
        lines = [p for p in shapely.get_parts(near, return_index=False) if p.geom_type != "Point"]
        return shapely.segmentize(shapely.multilinestrings(lines), 0.002) if lines else shapely.MultiLineString()

    def _one_by_one(self, lon: Floats, lat: Floats, radius_km: Floats) -> Bytes:
        """Answer by distances around each disc that comes near the border."""
        answers = np.where(shapely.intersects_xy(self.geometry, lon, lat), YES, NO)
        touched = np.zeros(len(lon), dtype=bool)
        for shift in (-360.0, 0.0, 360.0):
            boxes = shapely.box(*_bounds(lon + shift, lat, radius_km))
            touched |= shapely.intersects(self._border, boxes)
        for n in np.flatnonzero(touched & (radius_km > 0)):
            exact = self.disc(float(lon[n]), float(lat[n]), float(radius_km[n]))
            answers[n] = UNKNOWN if exact is None else YES if exact else NO
        return answers

    def _projected(self, lon: Floats, lat: Floats, radius_km: Floats) -> Bytes:
        """Answer by distances in the projection of the shape, and, within their margin, one by one."""
        inside = shapely.intersects_xy(self.geometry, lon, lat)
        answers = np.where(inside, YES, NO)
        ask = np.flatnonzero(radius_km > 0)
        if not len(ask):
            return answers
        with ONE_AT_A_TIME:
            _, _, extent_km = self._middle
        if extent_km > WIDEST_KM:
            with ONE_AT_A_TIME:
                return self._one_by_one(lon, lat, radius_km)
        with ONE_AT_A_TIME:
            there, border = self._stereographic
            x, y = there(lon[ask], lat[ask])
        # On a sphere, the projection doubles the tangent of half the angle.
        tangent = np.hypot(x, y) / (2000 * EARTH_KM)
        far = 2 * EARTH_KM * np.arctan(tangent)
        reaches = far * (1 - FLATTENED) <= extent_km + radius_km[ask] + 1.0
        ask, far, square = ask[reaches], far[reaches], tangent[reaches] ** 2
        points = shapely.points(x[reaches], y[reaches])
        radius = radius_km[ask] * 1000 * (1 + square)
        margin = (far + radius_km[ask]) * radius_km[ask] / (2 * EARTH_KM**2)
        margin += FLATTENED * far / EARTH_KM + 0.02 * square + 2e-6
        off = radius * margin + STRAIGHT_M * (1 + square)
        touched = shapely.dwithin(border, points, radius + off)
        ask, points, radius, off = ask[touched], points[touched], radius[touched], off[touched]
        surely = shapely.dwithin(border, points, np.maximum(radius - off, 0))
        answers[ask[surely]] = UNKNOWN
        ask = ask[~surely]
        if len(ask):
            with ONE_AT_A_TIME:
                answers[ask] = self._one_by_one(lon[ask], lat[ask], radius_km[ask])
        return answers

    @cached_property
    def _border(self) -> BaseGeometry:
        border = self.geometry.boundary
        shapely.prepare(border)
        return border

    @cached_property
    def _middle(self) -> tuple[float, float, float]:
        """The middle of the bounds in degrees, and how far from it the border reaches in km."""
        west, south, east, north = self.geometry.bounds
        lon, lat = (west + east) / 2, (south + north) / 2
        points = shapely.get_coordinates(fine(self._border))
        return lon, lat, float(_far_km(lon, lat, points[:, 0], points[:, 1]).max())

    @cached_property
    def _stereographic(self) -> tuple[Proj, BaseGeometry]:
        lon, lat, _ = self._middle
        there = Proj(proj="stere", lat_0=lat, lon_0=lon, ellps="WGS84", units="m")
        border = fine(self._border)
        points = shapely.get_coordinates(border)
        drawn = shapely.set_coordinates(border, np.column_stack(there(points[:, 0], points[:, 1])))
        shapely.prepare(drawn)
        shapely.dwithin(drawn, shapely.points(np.repeat(shapely.get_coordinates(drawn)[:1], 3, axis=0)), 1.0)
        return there, drawn

    @cached_property
    def _grid(self) -> BorderGrid:
        return BorderGrid(self.geometry)


def _strip(lon: Floats) -> NDArray[np.uint16]:
    """Return the strip of longitude of each place, 0 to 65535 from west to east; those beyond are in the outermost."""
    return np.clip((lon + 180) * (65535 / 360), 0, 65535).astype(np.uint16)


def _far_km(lon: float, lat: float, lons: Floats, lats: Floats) -> Floats:
    """Return the geodesic distances of points from one point, in km."""
    metres: Floats = EARTH.inv(np.full(len(lons), lon), np.full(len(lons), lat), lons, lats)[2]
    return metres / 1000


def _bounds(lon: Floats, lat: Floats, radius_km: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return boxes in degrees around discs, all longitudes where one comes near a pole."""
    high = radius_km / 110.0 + 0.01
    top = np.minimum(np.abs(lat) + high, 90.0)
    wide = np.minimum(np.where(top > 89.5, 180.0, high / np.cos(np.radians(np.minimum(top, 89.5)))), 180.0)
    return lon - wide, lat - high, lon + wide, lat + high
