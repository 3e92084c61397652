"""Extents: what a zone surely covers and what it may cover, as polygons in degrees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from holdfire.places.metric import grown

NOTHING: BaseGeometry = shapely.MultiPolygon()
EVERYWHERE: BaseGeometry = shapely.box(-179.999, -88.999, 179.999, 88.999)


@dataclass(frozen=True)
class Extent:
    """Polygons in degrees (WGS 84): `inner` lies in the zone for sure, and nothing beyond `outer` does."""

    inner: BaseGeometry
    outer: BaseGeometry

    def grown(self, km: float) -> Extent:
        """Return the extent of all within a distance (km) of it, or, where that is negative, of what lies deeper."""
        if self.inner is self.outer:
            return sure(grown(self.inner, km))
        outer = self.outer if self.outer is EVERYWHERE else grown(self.outer, km)
        return Extent(grown(self.inner, km), outer)


UNKNOWN_GROUND = Extent(NOTHING, EVERYWHERE)


def sure(geometry: BaseGeometry) -> Extent:
    """Return the extent of a zone whose bounds are known."""
    return Extent(geometry, geometry)


def united(extents: Iterable[Extent]) -> Extent:
    """Return the extent of all together."""
    parts = list(extents)
    if all(e.inner is e.outer for e in parts):
        return sure(shapely.union_all([e.inner for e in parts]))
    return Extent(shapely.union_all([e.inner for e in parts]), shapely.union_all([e.outer for e in parts]))


def overlap(extents: Iterable[Extent]) -> Extent:
    """Return the extent of where all overlap."""
    parts = list(extents)
    inner, outer = parts[0].inner, parts[0].outer
    for part in parts[1:]:
        inner, outer = shapely.intersection(inner, part.inner), shapely.intersection(outer, part.outer)
    return Extent(_filled(inner), _filled(outer))


def without(extent: Extent, out: Extent) -> Extent:
    """Return the extent of what is left when another is taken out."""
    if extent.inner is extent.outer and out.inner is out.outer:
        return sure(_filled(shapely.difference(extent.inner, out.inner)))
    inner, outer = shapely.difference(extent.inner, out.outer), shapely.difference(extent.outer, out.inner)
    return Extent(_filled(inner), _filled(outer))


def either(extents: Iterable[Extent]) -> Extent:
    """Return the extent of what is one of several, nobody knows which."""
    parts = list(extents)
    inner, outer = parts[0].inner, parts[0].outer
    for part in parts[1:]:
        inner, outer = shapely.intersection(inner, part.inner), shapely.union(outer, part.outer)
    return Extent(_filled(inner), _filled(outer))


def _filled(geometry: BaseGeometry) -> BaseGeometry:
    """Return the polygons of what an overlay gives, without the lines and points along which its parts only touch."""
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    polygons = [p for p in shapely.get_parts(geometry) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(polygons) if polygons else NOTHING
