"""Where things are drawn: a map projection for SVG, and places along the axis of days."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from holdfire.places import Areas
from holdfire.terms.instants import Span

Floats = NDArray[np.float64]

MAP_WIDTH = 720
MARGIN = 12
MERCATOR_LIMIT = 80
KM_PER_DEGREE = 111.32  # of longitude at the equator, and a little more than of latitude anywhere


@dataclass(frozen=True)
class Frame:
    """A window on the map in Mercator units, and how it becomes pixels."""

    west: float
    north: float
    scale: float
    height: int
    width: int = MAP_WIDTH

    def pixels(self, lon: float, lat: float) -> tuple[int, int]:
        """Return whole pixels, a kilometre or more each on a map of a country."""
        ((x, y),) = self.pixels_of(np.array([[lon, lat]])).tolist()
        return x, y

    def pixels_of(self, points: Floats) -> NDArray[np.int64]:
        """Return whole pixels of points in degrees; both have a row for each point."""
        x, y = (points[:, 0] - self.west) * self.scale, (self.north - _mercators(points[:, 1])) * self.scale
        return np.asarray(np.round(np.stack([x, y], axis=1)) + MARGIN, dtype=np.int64)

    def at(self, lon: float, lat: float) -> tuple[int, int] | None:
        """Return whole pixels; null for a point outside the frame."""
        x, y = self.pixels(lon, lat)
        return (x, y) if 0 <= x <= self.width and 0 <= y <= self.height else None


def _mercator(lat: float) -> float:
    return float(_mercators(np.array([lat]))[0])


def _mercators(lats: Floats) -> Floats:
    bounded = np.clip(lats, -MERCATOR_LIMIT, MERCATOR_LIMIT)
    return np.asarray(np.degrees(np.log(np.tan(np.pi / 4 + np.radians(bounded) / 2))), dtype=np.float64)


def frame(areas: Areas, points: list[tuple[float, float]]) -> Frame | None:
    """Return a frame around the outlines that the points lie near, and those points; null with nothing to show.

    A point more than 3 degrees from every such outline is left outside, so that one far point does not make
    everything else small; with no outline near, all points are framed.
    """
    if not points:
        return None
    bounds = [
        g.bounds
        for code in areas.codes()
        if (g := areas.geometry(code)) is not None and any(_near(g.bounds, p) for p in points)
    ]
    if bounds:
        west, south = min(b[0] for b in bounds), min(b[1] for b in bounds)
        east, north = max(b[2] for b in bounds), max(b[3] for b in bounds)
        near = [p for p in points if _near((west, south, east, north), p)]
    else:
        near, (west, south, east, north) = points, (points[0][0], points[0][1], points[0][0], points[0][1])
    west, east = min(west, *(p[0] for p in near)) - 0.1, max(east, *(p[0] for p in near)) + 0.1
    low, high = min(south, *(p[1] for p in near)) - 0.1, max(north, *(p[1] for p in near)) + 0.1
    scale = (MAP_WIDTH - 2 * MARGIN) / (east - west)
    height = round((_mercator(high) - _mercator(low)) * scale) + 2 * MARGIN
    return Frame(west, _mercator(high), scale, height)


def close_frame(bounds: tuple[float, float, float, float], around_km: float = 25.0) -> Frame:
    """Return a frame around bounds in degrees, so many km wider on each side; no pixel of it is less than a kilometre.

    The picture may be shown larger than its pixels; what is drawn stays on them.
    """
    west, south, east, north = bounds
    furthest = min(max(abs(south), abs(north)) + around_km / KM_PER_DEGREE, MERCATOR_LIMIT)
    per_degree = KM_PER_DEGREE * math.cos(math.radians(furthest))
    west, east = west - around_km / per_degree, east + around_km / per_degree
    low, high = _mercator(south - around_km / KM_PER_DEGREE), _mercator(north + around_km / KM_PER_DEGREE)
    scale = min(per_degree, (MAP_WIDTH - 2 * MARGIN) / (east - west))
    width, height = (math.ceil(degrees * scale) + 2 * MARGIN for degrees in (east - west, high - low))
    return Frame(west, high, scale, height, width)


def _near(bounds: tuple[float, float, float, float], point: tuple[float, float], degrees: float = 3.0) -> bool:
    west, south, east, north = bounds
    lon, lat = point
    return west - degrees <= lon <= east + degrees and south - degrees <= lat <= north + degrees


def outlines(areas: Areas, onto: Frame) -> list[tuple[str, str]]:
    """Return the name and the SVG path of every area with a polygon of its own that meets the frame."""
    drawn = []
    for code in areas.codes():
        own = areas[code].geometry
        if own is None:
            continue
        corners = (onto.pixels(own.bounds[0], own.bounds[3]), onto.pixels(own.bounds[2], own.bounds[1]))
        (left, top), (right, bottom) = corners
        if right < 0 or bottom < 0 or left > onto.width or top > onto.height:
            continue
        path = [shape for part in shapely.get_parts(own) if (shape := outline(part.exterior, onto)) is not None]
        if path:
            drawn.append((areas[code].name, "".join(path)))
    return drawn


def outline(ring: BaseGeometry, onto: Frame) -> str | None:
    """Return the SVG path of a closed ring in whole pixels; null where it has no extent in them."""
    kept = _in_pixels(ring, onto)
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z" if len(kept) > 3 else None


def region(shape: BaseGeometry, onto: Frame) -> str:
    """Return the SVG path of polygons in whole pixels, holes included; empty where they have no extent in them."""
    rings = [r for p in shapely.get_parts(shape) if p.geom_type == "Polygon" for r in (p.exterior, *p.interiors)]
    return "".join(path for ring in rings if (path := outline(ring, onto)) is not None)


def window_of(onto: Frame) -> BaseGeometry:
    """Return what the frame shows, and a bit more on every side, in degrees."""
    beyond = 2 * MARGIN
    west, east = (onto.west + x / onto.scale for x in (-beyond, onto.width + beyond))
    return shapely.box(west, latitude(onto, onto.height + beyond), east, latitude(onto, -beyond))


def latitude(onto: Frame, y: float) -> float:
    """Return the latitude in degrees of a height in pixels."""
    mercator = onto.north - y / onto.scale
    return math.degrees(2 * math.atan(math.exp(math.radians(mercator))) - math.pi / 2)


def track(line: BaseGeometry, onto: Frame) -> str | None:
    """Return the SVG path of a line in whole pixels; null where it has no extent in them."""
    kept = _in_pixels(line, onto)
    return "M" + "L".join(f"{x} {y}" for x, y in kept) if len(kept) > 1 else None


def _in_pixels(line: BaseGeometry, onto: Frame) -> list[tuple[int, int]]:
    points = onto.pixels_of(shapely.get_coordinates(line))
    moved = np.ones(len(points), dtype=bool)
    moved[1:] = (points[1:] != points[:-1]).any(axis=1)
    return [(x, y) for x, y in points[moved].tolist()]


@dataclass(frozen=True)
class Axis:
    """The days of a period along a line, from 0 to 100 %."""

    first: date
    days: int
    zone: ZoneInfo

    def percent(self, instant: datetime) -> float:
        """Return where an instant lies, held within the period."""
        begins = datetime.combine(self.first, time(), self.zone)
        share = (instant - begins) / timedelta(days=1) / self.days
        return round(100 * max(0.0, min(1.0, share)), 2)


@dataclass(frozen=True)
class Stretch:
    """A part of a window on the axis, in percent: surely in force, or perhaps."""

    left: float
    width: float
    sure: bool


def stretches(start: Span | None, end: Span | None, axis: Axis) -> list[Stretch]:
    """Return the window of a clause: dashed where its bounds are vague, solid between them.

    A bound that nobody gave reaches to the edge of the period, and is vague.
    """

    def at(instant: datetime | None, otherwise: float) -> float:
        return otherwise if instant is None else axis.percent(instant)

    opens = (0.0, 0.0) if start is None else (at(start.earliest, 0.0), at(start.latest, 100.0))
    closes = (100.0, 100.0) if end is None else (at(end.earliest, 100.0), at(end.latest, 100.0))
    parts = [
        (opens[0], min(opens[1], closes[1]), False),
        (opens[1], closes[0], True),
        (max(opens[1], closes[0]), closes[1], False),
    ]
    return [Stretch(a, round(b - a, 2), sure) for a, b, sure in parts if b > a]
