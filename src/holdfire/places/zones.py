"""Zones as an agreement draws them, turned into polygons: for good, or as of a day where they follow a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from math import atan2, cos, degrees, radians
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from shapely.ops import split

from holdfire.places.area import LARGEST_FILE, Areas
from holdfire.places.disc import disc
from holdfire.places.extent import Extent, overlap, sure, united, without
from holdfire.places.gazetteer import Gazetteer, Settlement
from holdfire.places.lines import Lines
from holdfire.places.metric import near
from holdfire.problems import bad, suggest
from holdfire.terms import read_text
from holdfire.terms.zones import Buffer, Towns, Zone, crosses_antimeridian

BEARING = {"north": 0.0, "east": 90.0, "south": 180.0, "west": 270.0}
ALONG = 80.0  # degrees off a line's bearing at which its sides can no longer be told by a compass point
CUT = "Cut it there, and draw the parts as zones of their own."
Facts = Callable[[str, str, date], tuple[float | None, float | None]]


class Zones:
    """The zones of an agreement, and what they are drawn from.

    `facts` gives the observed values of a fact in an area on a day, lowest and highest, null where not known.
    """

    def __init__(self, drawn: list[Zone], folder: Path, areas: Areas, gazetteer: Gazetteer, lines: Lines, facts: Facts):
        self._zones = {z.id: z for z in drawn}
        self._folder, self._areas, self._gazetteer = folder, areas, gazetteer
        self._lines, self._facts = lines, facts
        self._known: dict[tuple[str, date | None], Extent] = {}
        self._files: dict[Path, list[tuple[str | None, BaseGeometry]]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._zones

    def __iter__(self) -> Iterator[Zone]:
        return iter(self._zones.values())

    def check(self) -> None:
        """Raise InputError for a zone that is made of itself, of unknown places, or cannot be drawn."""
        for zone in self._zones.values():
            self._in_circle(zone.id, ())
            source = zone.lines()
            if source is not None and self._lines.sources() and source not in self._lines.sources():
                known = self._lines.sources()
                raise bad(f"zone '{zone.id}'", f"no lines of '{source}'", "a source of lines", suggest(source, known))
            self.extent(zone.id, None)

    def _in_circle(self, name: str, above: tuple[str, ...]) -> None:
        if name in above:
            told = " > ".join((*above, name))
            raise bad(f"zone '{name}'", f"it is made of itself ({told})", "zones without a circle", "Redraw one.")
        for part in self._zones[name].names():
            if part in self._zones:
                self._in_circle(part, (*above, name))

    def moves(self, name: str) -> bool:
        """Tell whether a zone is another on another day."""
        zone = self._zones[name]
        if zone.lines() is not None or (zone.towns is not None and zone.towns.condition is not None):
            return True
        return any(self.moves(part) for part in zone.names() if part in self._zones)

    def extent(self, name: str, day: date | None) -> Extent:
        """Return what a zone covers on a day. A zone that moves covers nobody knows what where the day is null."""
        key = name, day if self.moves(name) else None
        if key not in self._known:
            zone = self._zones[name]
            try:
                self._known[key] = getattr(self, f"_{zone.ways()[0]}")(zone, day)
            except ValueError as error:
                where, expected = f"zone '{name}'", "ground away from the antimeridian and the poles"
                raise bad(where, str(error), expected, "Redraw it.") from None
        return self._known[key]

    def _place(self, name: str, zone: Zone, day: date | None) -> Extent:
        """Return the extent of a zone, an area or a settlement."""
        where = f"zone '{zone.id}'"
        if name in self._zones:
            return self.extent(name, day)
        area = self._areas.find(name)
        if area is not None:
            geometry = self._areas.geometry(area.code)
            if geometry is None:
                raise bad(where, f"no outline of '{name}' is known", "an area with a polygon", "Add an area file.")
            return sure(geometry)
        place = self._gazetteer.find(name)
        if place is None or place.lon is None or place.lat is None or place.radius_km is None:
            known = [*self._zones, *self._areas.codes(), *self._gazetteer.names()]
            expected = "a zone, an area or a settlement that only one place is called"
            raise bad(where, f"unknown place '{name}'", expected, suggest(name, known))
        return sure(disc(place.lon, place.lat, place.radius_km))

    def _polygon(self, zone: Zone, day: date | None) -> Extent:
        return sure(_valid(shapely.Polygon(zone.polygon), f"zone '{zone.id}'"))

    def _outline(self, zone: Zone, day: date | None) -> Extent:
        assert zone.outline is not None
        path = self._folder / zone.outline
        shapes = [shape for name, shape in self._features(path) if zone.feature in (None, name)]
        where = f"zone '{zone.id}', {path}"
        if not shapes:
            raise bad(where, f"no feature '{zone.feature}'", "the `id` of a feature's properties", "Check the id.")
        return sure(
            shapely.union_all([_valid(s, where) for s in shapes]) if len(shapes) > 1 else _valid(shapes[0], where)
        )

    def _features(self, path: Path) -> list[tuple[str | None, BaseGeometry]]:
        """Return the shapes of a GeoJSON file with the `id` of each one's properties."""
        if path not in self._files:
            try:
                features = json.loads(read_text(path, LARGEST_FILE, LARGEST_FILE))["features"]
                ids = [None if (i := (f.get("properties") or {}).get("id")) is None else str(i) for f in features]
                shapes = shapely.from_geojson([json.dumps(f["geometry"]) for f in features])
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError, shapely.errors.ShapelyError):
                expected = "`features` with polygons"
                raise bad(str(path), "not a GeoJSON FeatureCollection", expected, "Check the file.") from None
            self._files[path] = list(zip(ids, shapes, strict=True))
        return self._files[path]

    def _corridor(self, zone: Zone, day: date | None) -> Extent:
        assert zone.corridor is not None
        return sure(near(shapely.LineString(zone.corridor.along), zone.corridor.width_km / 2))

    def _buffer(self, zone: Zone, day: date | None) -> Extent:
        buffer = zone.buffer
        assert buffer is not None
        if buffer.front is not None:
            return self._lines.front(buffer.front, buffer.km, buffer.held_by, day)
        if buffer.line is not None:
            return sure(_beside(buffer, f"zone '{zone.id}'"))
        if buffer.border is not None:
            return self._place(buffer.border, zone, day).near_border(buffer.km)
        return united(self._place(n, zone, day) for n in buffer.around).grown(buffer.km)

    def _union(self, zone: Zone, day: date | None) -> Extent:
        return united(self._place(n, zone, day) for n in zone.union)

    def _intersection(self, zone: Zone, day: date | None) -> Extent:
        return overlap(self._place(n, zone, day) for n in zone.intersection)

    def _difference(self, zone: Zone, day: date | None) -> Extent:
        assert zone.difference is not None
        out = united(self._place(n, zone, day) for n in zone.difference.without)
        return without(self._place(zone.difference.of, zone, day), out)

    def _held(self, zone: Zone, day: date | None) -> Extent:
        assert zone.held is not None
        return self._lines.held(zone.held.lines, zone.held.by, day)

    def _towns(self, zone: Zone, day: date | None) -> Extent:
        towns = zone.towns
        assert towns is not None
        surely, perhaps = [], []
        for town in self._gazetteer.settlements:
            if town.population <= towns.over:
                continue
            answer = self._in_set(town, towns, zone, day)
            if answer is not False:
                ground = town.place()
                assert ground.radius_km is not None
                perhaps.append(disc(town.lon, town.lat, ground.radius_km))
                surely += perhaps[-1:] if answer else []
        inner = shapely.union_all(surely) if surely else shapely.MultiPolygon()
        if len(surely) == len(perhaps):
            return sure(inner)
        return Extent(inner, shapely.union_all(perhaps))

    def _in_set(self, town: Settlement, towns: Towns, zone: Zone, day: date | None) -> bool | None:
        within: list[bool | None] = []
        for name in towns.within:
            area = None if name in self._zones else self._areas.find(name)
            if area is not None:
                within.append(area.code in self._areas.lineage(town.area_code))
            else:
                extent, point = self._place(name, zone, day), shapely.Point(town.lon, town.lat)
                within.append(True if extent.inner.covers(point) else None if extent.outer.covers(point) else False)
        if not any(a is not False for a in within):
            return False
        holds: bool | None = True
        if towns.condition is not None:
            fact = towns.condition.fact
            known = (None, None) if day is None else self._facts(fact, town.area_code, day)
            holds = towns.condition.holds(*known)
        return False if holds is False else True if holds and any(a is True for a in within) else None


def _valid(shape: BaseGeometry, where: str) -> BaseGeometry:
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise bad(where, "its geometry is not a polygon", "a Polygon or MultiPolygon", "Mend it.")
    if not shape.is_valid:
        raise bad(where, f"an invalid polygon: {shapely.is_valid_reason(shape)}", "a valid polygon", "Mend it.")
    west, south, east, north = shape.bounds
    if any(crosses_antimeridian(shapely.get_coordinates(r)) for r in shapely.get_rings(shapely.get_parts(shape))):
        found = "an edge spans more than 180 degrees of longitude: it crosses the antimeridian"
        raise bad(
            where, found, "edges of at most 180 degrees", "Cut it there, and draw the parts as zones of their own."
        )
    if west <= -180 or east >= 180 or south <= -89 or north >= 89:
        found, expected = (
            "it touches the antimeridian or a pole",
            "longitudes within 180 and latitudes within 89 degrees",
        )
        raise bad(where, found, expected, CUT)
    return shape


def _beside(buffer: Buffer, where: str) -> BaseGeometry:
    """Return all within a distance of a line, or only what lies on one side of it.

    The line is taken to go on straight beyond its ends. Its side to the east, say, is the one that lies more to the
    east of the straight way from its first point to its last.
    """
    line = shapely.LineString(buffer.line)
    strip = near(line, buffer.km)
    if buffer.side is None:
        return strip
    points = shapely.get_coordinates(line)
    if not line.is_simple or (points[0] == points[-1]).all():
        raise bad(where, "the line crosses itself or is closed", "a line with two sides", "Redraw it, or drop `side`.")
    narrow = cos(radians(float(points[:, 1].mean())))
    scale = np.array([narrow, 1.0])
    whole = (points[-1] - points[0]) * scale
    bearing = degrees(atan2(whole[0], whole[1])) % 360
    off = (BEARING[buffer.side] - bearing + 180) % 360 - 180
    if abs(abs(off) - 90) > ALONG:
        found = f"the line runs along {buffer.side}, so that neither of its sides lies there"
        raise bad(where, found, "a side across the line", "Name the other pair of compass points.")
    reach = 3 * buffer.km / 110.5
    ahead = [(points[-1] - points[-2]) * scale, (points[0] - points[1]) * scale]
    steps = [a / np.hypot(*a) * reach / scale for a in ahead]
    extended = shapely.LineString([points[0] + steps[1], *points, points[-1] + steps[0]])
    if not extended.is_simple:
        found = "straight on beyond its ends, the line crosses itself"
        raise bad(where, found, "a line with two sides", "Draw it further, or drop `side`.")
    pieces = shapely.get_parts(split(strip, extended))
    return shapely.union_all([p for p in pieces if _left_of(points, p) == (off < 0)])


def _left_of(points: NDArray[np.float64], piece: BaseGeometry) -> bool:
    """Tell whether a piece that a line cuts off lies to its left: whether it holds ground just left of the line."""
    steps = np.diff(points, axis=0)
    aside = np.column_stack([-steps[:, 1], steps[:, 0]]) / np.hypot(steps[:, 0], steps[:, 1])[:, None] * 1e-5
    by = [points[:-1] + steps / 2 + side * aside for side in (1, -1)]
    left, right = (int(shapely.intersects_xy(piece, at[:, 0], at[:, 1]).sum()) for at in by)
    return left > right
