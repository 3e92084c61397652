"""Extents: what a zone surely covers and what it may cover, as polygons in degrees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from holdfire.places.metric import EVERYWHERE, border, grown, near

NOTHING: BaseGeometry = shapely.MultiPolygon()


@dataclass(frozen=True)
class Extent:
    """Polygons in degrees (WGS 84): `inner` lies in the zone for sure, and nothing beyond `outer` does."""

    inner: BaseGeometry
    outer: BaseGeometry

    @property
    def known(self) -> bool:
        """Whether it is known of all ground if the zone covers it."""
        return self.inner is self.outer

    def grown(self, km: float) -> Extent:
        """Return the extent of all within a distance (km) of it, or, where that is negative, of what lies deeper."""
        if self.known:
            return sure(grown(self.inner, km))
        return Extent(grown(self.inner, km), grown(self.outer, km))

    def near_border(self, km: float) -> Extent:
        """Return the extent of all within a distance (km) of its border.

        The border passes near for sure where ground that is surely in the zone is near, and ground surely out of it.
        """
        if self.known:
            return sure(near(border(self.inner), km))
        between = shapely.difference(self.outer, self.inner)
        edges = [near(border(side), km) for side in (self.inner, self.outer)]
        inner = shapely.difference(grown(self.inner, km), grown(self.outer, -km))
        return Extent(_filled(inner), shapely.union_all([_filled(between), *edges]))


UNKNOWN_GROUND = Extent(NOTHING, EVERYWHERE)


def sure(geometry: BaseGeometry) -> Extent:
    """Return the extent of a zone whose bounds are known."""
    return Extent(geometry, geometry)


def united(extents: Iterable[Extent]) -> Extent:
    """Return the extent of all together."""
    parts = list(extents)
    if len(parts) == 1:
        return parts[0]
    if all(e.known for e in parts):
        return sure(shapely.union_all([e.inner for e in parts]))
    return Extent(shapely.union_all([e.inner for e in parts]), shapely.union_all([e.outer for e in parts]))


def overlap(extents: Iterable[Extent]) -> Extent:
    """Return the extent of where all overlap."""
    parts = list(extents)
    inner, outer = parts[0].inner, parts[0].outer
    for part in parts[1:]:
        inner, outer = shapely.intersection(inner, part.inner), shapely.intersection(outer, part.outer)
    return sure(_filled(inner)) if all(e.known for e in parts) else Extent(_filled(inner), _filled(outer))


def without(extent: Extent, out: Extent) -> Extent:
    """Return the extent of what is left when another is taken out."""
    if out.outer.is_empty:
        return extent
    if extent.known and out.known:
        return sure(_filled(shapely.difference(extent.inner, out.inner)))
    inner, outer = shapely.difference(extent.inner, out.outer), shapely.difference(extent.outer, out.inner)
    return Extent(_filled(inner), _filled(outer))


def either(extents: Iterable[Extent]) -> Extent:
    """Return the extent of what is one of several, nobody knows which."""
    parts = list(extents)
    first = parts[0]
    if all(p is first or (p.known and first.known and shapely.equals(p.inner, first.inner)) for p in parts):
        return first
    inner, outer = first.inner, first.outer
    for part in parts[1:]:
        inner, outer = shapely.intersection(inner, part.inner), shapely.union(outer, part.outer)
    return Extent(_filled(inner), _filled(outer))


def _filled(geometry: BaseGeometry) -> BaseGeometry:
    """Return the polygons of what an overlay gives, without the lines and points along which its parts only touch."""
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    polygons = [p for p in shapely.get_parts(geometry) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(polygons) if polygons else NOTHING
