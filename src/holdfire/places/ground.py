"""Ground that changed hands between two drawings of who holds what: pieces, how large at least and at most, and where.

Each drawn line may lie some distance `u` from the true one. Ground surely changed hands only where it lies further
than `u` from all that did not: the least area is that of the pieces shrunk by `u`, so that a strip narrower than twice
`u` may be no change at all. The greatest area is that of the pieces grown by `u`. Where two drawings share a line they
are taken to share its error, and the line itself is no change.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from holdfire.places.area import Areas
from holdfire.places.metric import EARTH, area_km2, grown

TOGETHER_KM = 5.0
NOISE_KM2 = 0.01  # less in all is the drawing's own noise: a hundred metres square
DIGITS = 3


@dataclass(frozen=True)
class Patch:
    """Pieces of ground near each other, in one area: their areas in km2 and the disc around them.

    `area_code` is the first-level area that most of it lies in; null where no area with a polygon reaches it. The
    centre is told to a hundredth of a degree, about a kilometre. The radius, in whole km, covers the pieces and the
    uncertainty.
    """

    shape: BaseGeometry
    area_code: str | None
    area_km2: float
    area_km2_min: float
    area_km2_max: float
    lon: float
    lat: float
    radius_km: float


def taken(before: BaseGeometry, after: BaseGeometry, uncertainty_km: float, areas: Areas) -> list[Patch]:
    """Return the ground of `after` that is not in `before` (polygons in degrees), sorted by area code and place.

    Pieces within 5 km of each other and in the same first-level area are one patch. One of less than 0.01 km2 is left
    out. Raises ValueError where the ground lies at the antimeridian or at a pole.
    """
    pieces = [p for p in shapely.get_parts(shapely.difference(after, before)) if p.geom_type == "Polygon"]
    codes = [area_of(p, areas) for p in pieces]
    patches = []
    for members in _near_each_other(pieces, codes):
        shape = shapely.union_all([pieces[n] for n in members])
        size = area_km2(shape)
        if size >= NOISE_KM2:
            patches.append(_patch(shape, codes[members[0]], size, uncertainty_km))
    return sorted(patches, key=lambda p: (p.area_code or "", p.lon, p.lat, p.area_km2))


def area_of(piece: BaseGeometry, areas: Areas) -> str | None:
    """Return the first-level area, or else the country, that most of a piece lies in; null where none reaches it."""
    for depth in (2, 1):
        shares = []
        for code in areas.codes():
            own = areas.geometry(code) if len(areas.lineage(code)) == depth else None
            if own is not None and own.intersects(piece):
                shares.append((-shapely.intersection(own, piece).area, code))
        if shares:
            return min(shares)[1]
    return None


def _patch(shape: BaseGeometry, code: str | None, size: float, uncertainty_km: float) -> Patch:
    lon, lat = (round(float(c), 2) for c in shapely.get_coordinates(shape.centroid)[0])
    corners = shapely.get_coordinates(shape)
    _, _, metres = EARTH.inv(np.full(len(corners), lon), np.full(len(corners), lat), corners[:, 0], corners[:, 1])
    return Patch(
        shape,
        code,
        round(size, DIGITS),
        round(area_km2(grown(shape, -uncertainty_km)), DIGITS),
        round(area_km2(grown(shape, uncertainty_km)), DIGITS),
        lon,
        lat,
        float(max(1, math.ceil(np.max(metres) / 1000 + uncertainty_km))),
    )


def _near_each_other(pieces: list[BaseGeometry], codes: list[str | None]) -> Iterator[list[int]]:
    """Yield the numbers of pieces that hang together, each within TOGETHER_KM of another of the same area."""
    group = list(range(len(pieces)))

    def root(n: int) -> int:
        while group[n] != n:
            n = group[n]
        return n

    for a, b in _pairs(pieces):
        if codes[a] == codes[b] and root(a) != root(b) and _apart_km(pieces[a], pieces[b]) <= TOGETHER_KM:
            group[max(root(a), root(b))] = min(root(a), root(b))
    members: dict[int, list[int]] = {}
    for n in range(len(pieces)):
        members.setdefault(root(n), []).append(n)
    yield from members.values()


def _pairs(pieces: list[BaseGeometry]) -> Iterable[tuple[int, int]]:
    """Return the pairs that may lie within TOGETHER_KM: none that do is missing."""
    if not pieces:
        return []
    furthest = max(max(abs(p.bounds[1]), abs(p.bounds[3])) for p in pieces)
    degrees = TOGETHER_KM / 110.5 / math.cos(math.radians(min(furthest, 89.0)))
    first, second = shapely.STRtree(pieces).query(pieces, predicate="dwithin", distance=degrees)
    return [(a, b) for a, b in sorted(zip(first.tolist(), second.tolist(), strict=True)) if a < b]


def _apart_km(a: BaseGeometry, b: BaseGeometry) -> float:
    """Return the shortest way between two pieces, found where degrees of longitude are as long as those of latitude."""
    squeeze = math.cos(math.radians((a.centroid.y + b.centroid.y) / 2))

    def squeezed(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return points * [squeeze, 1.0]

    way = shapely.shortest_line(shapely.transform(a, squeezed), shapely.transform(b, squeezed))
    (x, y), (u, v) = shapely.get_coordinates(way)
    return float(EARTH.inv(x / squeeze, y, u / squeeze, v)[2]) / 1000
