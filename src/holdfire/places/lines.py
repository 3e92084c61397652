"""Lines of control: what ground a party's forces hold on a day, and where the line of contact runs."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, timedelta

import numpy as np
import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from holdfire.places.area import Areas
from holdfire.places.extent import NOTHING, UNKNOWN_GROUND, Extent, either, overlap, sure, without
from holdfire.places.metric import EVERYWHERE, grown, near

LONGEST_GAP = timedelta(days=7)
SLIVER_KM = 3.0
STEP_DEGREES = 0.01
KM_A_DEGREE = 111.2


@dataclass(frozen=True)
class Line:
    """One map: who holds the drawn ground, who holds the rest of the area, and how far the drawing may be off (km)."""

    day: date
    holder: str
    against: str | None
    place_code: str | None
    uncertainty_km: float
    held: BaseGeometry


class Lines:
    """The dated maps of every source of lines of control (tables.LINES).

    A day without a map lies between two states: where the last map before it and the first one after it agree, if
    they are no more than LONGEST_GAP away, that is known of the day; elsewhere nothing is.
    """

    def __init__(self, table: pl.DataFrame, areas: Areas):
        self._areas = areas
        self._maps: dict[str, list[Line]] = defaultdict(list)
        shapes: dict[bytes, BaseGeometry] = {}
        columns = ["source_id", *(f.name for f in fields(Line))]
        for row in table.select(columns).sort("source_id", "day").iter_rows(named=True):
            source = row.pop("source_id")
            row["held"] = shapes.setdefault(row["held"], shapely.from_wkb(row["held"]))
            self._maps[source].append(Line(**row))
        self._known: dict[tuple[object, ...], Extent] = {}
        self._contacts: dict[tuple[int, str | None], BaseGeometry] = {}
        self._abouts: dict[tuple[int, float], Extent] = {}

    def __getstate__(self) -> dict[str, object]:
        # What is known is filed under the ids of shapes, which in another process are those of other things.
        return {**self.__dict__, "_known": {}, "_contacts": {}, "_abouts": {}}

    def sources(self) -> list[str]:
        """Return the sources of lines, sorted."""
        return sorted(self._maps)

    def maps(self, source: str) -> list[Line]:
        """Return the maps of a source in order of their days."""
        return self._maps.get(source, [])

    def held(self, source: str, actor: str, day: date | None) -> Extent:
        """Return the ground that an actor's forces hold on a day; unknown without a day or a map."""
        return self._as_of(source, day, (actor,), lambda m: self._ground(m, actor))

    def front(self, source: str, km: float, held_by: str | None, day: date | None) -> Extent:
        """Return all within a distance (km) of the line of contact on a day, or the part of it that an actor holds."""
        return self._as_of(source, day, (km, held_by), lambda m: self._near_front(m, km, held_by))

    def contact(self, line: Line) -> BaseGeometry:
        """Return the line of contact of one map: the border of the held ground with the rest of the area.

        Where the held ground ends at the border of the area or at the coast, nobody stands against anybody: there, the
        area ends within SLIVER_KM of it, which is also as far as two drawings of one border may lie apart. So a
        stretch belongs to the line if the ground SLIVER_KM beyond it is the rest of the area. An outline of the area
        that takes in the sea takes its coasts for lines of contact too; draw it along the coast where that matters.
        """
        key = id(line.held), line.place_code
        if key not in self._contacts:
            self._contacts[key] = _facing(line.held, self._area(line))
        return self._contacts[key]

    def _as_of(self, source: str, day: date | None, key: tuple[object, ...], draw: Callable[[Line], Extent]) -> Extent:
        maps = self._maps.get(source, [])
        if day is None:
            return UNKNOWN_GROUND
        days = [m.day for m in maps]
        last, following = bisect_right(days, day) - 1, bisect_left(days, day)
        if last < 0 or following == len(maps):
            return UNKNOWN_GROUND
        between = maps[last : following + 1]
        if between[-1].day - between[0].day > LONGEST_GAP:
            return UNKNOWN_GROUND
        return either(self._drawn(m, key, draw) for m in between)

    def _drawn(self, line: Line, key: tuple[object, ...], draw: Callable[[Line], Extent]) -> Extent:
        at = (id(line.held), line.holder, line.against, line.place_code, line.uncertainty_km, *key)
        if at not in self._known:
            self._known[at] = draw(line)
        return self._known[at]

    def _ground(self, line: Line, actor: str) -> Extent:
        if actor == line.holder:
            return self._about(line)
        if actor != line.against:
            return UNKNOWN_GROUND
        rest = without(sure(self._area(line)), self._about(line))
        return Extent(NOTHING, rest.outer) if self._area(line) is EVERYWHERE else rest

    def _about(self, line: Line) -> Extent:
        km = line.uncertainty_km
        key = id(line.held), km
        if key not in self._abouts:
            self._abouts[key] = Extent(grown(line.held, -km), grown(line.held, km)) if km else sure(line.held)
        return self._abouts[key]

    def _near_front(self, line: Line, km: float, held_by: str | None) -> Extent:
        front, off = self.contact(line), line.uncertainty_km
        if front.is_empty:
            return sure(NOTHING)
        outer = near(front, km + off)
        inner = outer if not off else near(front, km - off) if km > off else NOTHING
        strip = Extent(inner, outer)
        return strip if held_by is None else overlap([strip, self._ground(line, held_by)])

    def _area(self, line: Line) -> BaseGeometry:
        area = None if line.place_code is None else self._areas.geometry(line.place_code)
        return EVERYWHERE if area is None else area


def _facing(held: BaseGeometry, area: BaseGeometry) -> BaseGeometry:
    """Return the stretches of the border of held ground (degrees) beyond which an area goes on for SLIVER_KM."""
    stretches = []
    whole = shapely.normalize(held)  # outlines run clockwise and holes the other way: the ground beyond lies left
    for ring in shapely.get_rings(shapely.get_parts(whole)):
        points = shapely.get_coordinates(shapely.segmentize(ring, STEP_DEGREES))
        middle = (points[1:] + points[:-1]) / 2
        narrow = np.cos(np.radians(middle[:, 1]))
        along = (points[1:] - points[:-1]) * np.column_stack([narrow, np.ones(len(middle))])
        aside = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(along[:, 0], along[:, 1])[:, None]
        beyond = middle + aside * (SLIVER_KM / KM_A_DEGREE) / np.column_stack([narrow, np.ones(len(middle))])
        facing = shapely.intersects_xy(area, *beyond.T) & ~shapely.intersects_xy(held, *beyond.T)
        stretches += [points[n : n + 2] for n in np.flatnonzero(facing)]
    if not stretches:
        return shapely.MultiLineString()
    return shapely.line_merge(shapely.multilinestrings([shapely.LineString(s) for s in stretches]))
