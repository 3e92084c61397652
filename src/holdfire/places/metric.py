"""Lengths and areas on the ground: geometry in degrees, grown and measured in kilometres.

Degrees are not lengths, and no one projection keeps lengths over a country. So a line is cut into short pieces, and
each is handled in an azimuthal equidistant projection around a point nearby, where lengths are true to 1 in 10,000.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Proj
from shapely.geometry.base import BaseGeometry

EARTH = Geod(ellps="WGS84")
PIECE_KM = 60.0
STEP_DEGREES = 0.02  # an edge this long, straight in degrees, is within 0.3 m of straight in the projection
EVERYWHERE: BaseGeometry = shapely.box(-180, -90, 180, 90)
QUADRANT = 32  # segments per quarter: a circle drawn so falls short by 0.03 % of its radius


@lru_cache(maxsize=4096)
def around(lon: float, lat: float) -> Proj:
    """Return the azimuthal equidistant projection around a point: degrees to metres, and back with `inverse=True`."""
    return Proj(proj="aeqd", lat_0=lat, lon_0=lon, ellps="WGS84", units="m")


def area_km2(geometry: BaseGeometry) -> float:
    """Return the area on the ellipsoid (WGS 84) of a geometry in degrees, in square kilometres.

    Karney, Algorithms for geodesics, J. Geodesy 87 (2013), doi 10.1007/s00190-012-0578-z. Edges are geodesics; they
    are made short first, so that they follow those that are straight in degrees. The area of a ring has the sign of its
    sense, so that holes are turned against their outlines first, whichever way they were drawn.
    """
    if geometry.is_empty:
        return 0.0
    return sum(abs(EARTH.geometry_area_perimeter(p)[0]) for p in _polygons(shapely.normalize(fine(geometry)))) / 1e6


def distance_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the geodesic distance of two points in degrees (WGS 84), in kilometres."""
    return float(EARTH.inv(lon, lat, other_lon, other_lat)[2]) / 1000


def fine(geometry: BaseGeometry) -> BaseGeometry:
    """Return the geometry with no edge longer than STEP_DEGREES."""
    return shapely.segmentize(geometry, STEP_DEGREES)


def near(line: BaseGeometry, km: float) -> BaseGeometry:
    """Return all that lies within a distance of a line or a border (degrees; km), as polygons in degrees.

    Raises ValueError where the result would touch the antimeridian or a pole, which degrees cannot hold in one piece.
    """
    if km <= 0:
        raise ValueError("a distance of more than 0 km is needed")
    if line.is_empty:
        return shapely.MultiPolygon()
    _refuse_edges(line, km)
    rounds = []
    for piece in _pieces(line):
        lon, lat = (round(2 * float(c)) / 2 for c in piece.mean(axis=0))
        local = around(lon, lat)
        metres = np.column_stack(local(piece[:, 0], piece[:, 1]))
        drawn: BaseGeometry = shapely.LineString(metres) if len(metres) > 1 else shapely.Point(metres[0])
        for part in shapely.get_parts(drawn.buffer(km * 1000, quad_segs=QUADRANT)):
            rings = [_back(r, local) for r in (part.exterior, *part.interiors)]
            rounds.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.make_valid(shapely.union_all(rounds))


def border(geometry: BaseGeometry) -> BaseGeometry:
    """Return the border of polygons in degrees, without that of EVERYWHERE, beyond which there is no other ground."""
    at_the_end = np.isclose(geometry.bounds, EVERYWHERE.bounds, rtol=0, atol=1e-9).any()
    return shapely.difference(geometry.boundary, EVERYWHERE.boundary) if at_the_end else geometry.boundary


def grown(geometry: BaseGeometry, km: float) -> BaseGeometry:
    """Return polygons grown by a distance, or, where it is negative, shrunk by it (degrees; km)."""
    if km == 0 or geometry.is_empty:
        return geometry
    edge = near(border(geometry), abs(km))
    return shapely.union(geometry, edge) if km > 0 else shapely.difference(geometry, edge)


def _polygons(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    return (p for p in shapely.get_parts(geometry) if p.geom_type == "Polygon")


def _back(ring: BaseGeometry, local: Proj) -> NDArray[np.float64]:
    metres = shapely.get_coordinates(ring)
    return np.column_stack(local(metres[:, 0], metres[:, 1], inverse=True))


def _refuse_edges(geometry: BaseGeometry, km: float) -> None:
    west, south, east, north = geometry.bounds
    reach = km / 110.5
    highest = max(abs(south), abs(north)) + reach
    if highest >= 89 or max(abs(west), abs(east)) + reach / np.cos(np.radians(highest)) >= 180:
        raise ValueError(f"all that lies within {km:g} km of it touches the antimeridian or a pole")


def _pieces(line: BaseGeometry) -> Iterator[NDArray[np.float64]]:
    """Cut lines into pieces of at most PIECE_KM, which share their ends."""
    if line.geom_type in ("Point", "MultiPoint"):
        yield from (point.reshape(1, 2) for point in shapely.get_coordinates(line))
        return
    for whole in shapely.get_parts(line):
        points = shapely.get_coordinates(fine(whole))
        steps = np.hypot(np.diff(points[:, 0]) * np.cos(np.radians(points[1:, 1])), np.diff(points[:, 1])) * 111.2
        of_piece = (np.concatenate([[0.0], np.cumsum(steps)]) // PIECE_KM).astype(int)
        starts = np.flatnonzero(np.diff(of_piece, prepend=-1))
        for at, until in zip(starts, [*starts[1:], len(points) - 1], strict=True):
            yield points[at : until + 1]
