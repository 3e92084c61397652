"""Discs and areas against shapes: every way of asking gives what plain geometry around each disc gives."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from math import cos, log, radians

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Proj
from shapely.geometry.base import BaseGeometry

from holdfire.kleene import as_answer
from holdfire.places import Discs, load_areas, load_gazetteer
from holdfire.places.shape import FEW, Shape

AREAS, GAZETTEER = load_areas(), load_gazetteer()
EARTH = Geod(ellps="WGS84")
MOST_KM = 200.0
EACH = 560  # discs per shape: enough for the grid, which fewer than FEW do not ask


class Plain:
    """Distances to a border by brute force, in km: in an azimuthal equidistant projection around every point asked.

    Edges are straight in degrees. Those that may be nearest, by spherical distances to points 1 km apart, and then by
    halves, which bend by 10 cm at most, are cut into pieces of some 30 m.
    """

    def __init__(self, shape: BaseGeometry):
        self.shape = shape
        rings = shapely.segmentize(shapely.get_rings(shapely.get_parts(shape)), 0.01)
        points = [shapely.get_coordinates(r) for r in rings]
        self._from = np.concatenate([p[:-1] for p in points])
        self._to = np.concatenate([p[1:] for p in points])
        self._units = _on_sphere(self._from)
        edge = np.linalg.norm(self._units - _on_sphere(self._to), axis=1)
        self._longest = float(edge.max())

    def inside(self, lon: float, lat: float) -> bool:
        return bool(shapely.covers(self.shape, shapely.Point(lon, lat)))

    def km(self, lon: float, lat: float) -> float:
        (unit,) = _on_sphere(np.array([[lon, lat]]))
        away = np.arccos(np.clip(self._units @ unit, -1, 1))
        near = np.flatnonzero(away <= away.min() * 1.015 + self._longest * 2 + 1e-6)
        local = Proj(f"+proj=aeqd +lat_0={lat!r} +lon_0={lon!r} +ellps=WGS84")
        coarse = self._metres(near, 3, local)
        near = near[coarse <= coarse.min() + 1.0]
        return float(self._metres(near, 41, local).min()) / 1000

    def _metres(self, edges: NDArray[np.intp], points: int, local: Proj) -> NDArray[np.float64]:
        """Return how far edges, of which so many points are projected, lie from the middle of the projection."""
        share = np.linspace(0, 1, points)[None, :, None]
        cut = self._from[edges][:, None] * (1 - share) + self._to[edges][:, None] * share
        x, y = local(cut[:, :, 0].ravel(), cut[:, :, 1].ravel())
        lines = shapely.linestrings(np.stack([np.reshape(x, cut.shape[:2]), np.reshape(y, cut.shape[:2])], axis=2))
        metres: NDArray[np.float64] = shapely.distance(lines, shapely.Point(0, 0))
        return metres

    def disc(self, lon: float, lat: float, radius_km: float) -> bool | None:
        inside = self.inside(lon, lat)
        if radius_km == 0 or self.km(lon, lat) >= radius_km:
            return inside
        return None


def _on_sphere(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = np.radians(degrees).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def star(lon: float, lat: float, km: float, seed: int, corners: int = 40) -> BaseGeometry:
    """Return an uneven polygon about so many km wide."""
    draw = np.random.default_rng(seed)
    turn = np.sort(draw.uniform(0, 2 * np.pi, corners))
    far = draw.uniform(0.3, 1.0, corners) * km / 2 / 111
    ring = np.column_stack([lon + far * np.cos(turn) / cos(radians(lat)), lat + far * np.sin(turn)])
    return shapely.make_valid(shapely.Polygon(ring)).buffer(0)


SHAPES: dict[str, BaseGeometry] = {
    "Kyiv": AREAS.geometry("UA-30"),
    "Zaporizhzhia Oblast": AREAS.geometry("UA-23"),
    "Ukraine": AREAS.geometry("UA"),
    "on the equator": star(20.0, 0.1, 150, 1),
    "a triangle across the equator": shapely.Polygon([(10, -2), (14, 0.01), (10.5, 2)]),
    "with holes": star(-60.0, -20.0, 300, 2, 12).difference(star(-60.0, -20.0, 60, 3)),
    "many parts": shapely.union_all([star(100.0 + n / 2, -40.0 + n / 3, 30, n) for n in range(9)]),
    "far north": star(30.0, 78.0, 200, 4),
    "further north": shapely.Polygon([(-60, 70), (20, 71), (25, 84.9), (-50, 83)]),
    "at the edge of the north": star(15.0, 86.0, 150, 5),
    "far south": star(-70.0, -72.0, 250, 6),
    "a village": star(37.0, 48.0, 1.5, 7),
    "a thin strip": shapely.Polygon([(36, 48), (38, 48.5), (38, 48.5005), (36, 48.0005)]),
    "a long parallel": shapely.Polygon([(20, 65), (40, 65), (40, 65.5), (20, 65.5)]),
    "near the antimeridian": shapely.Polygon([(178.6, -17), (179.9, -17.5), (179.8, -16.2)]),
    "east of the antimeridian": star(-179.2, 66.0, 60, 8),
    "an ocean": shapely.Polygon([(-60, 5), (-15, 5), (-5, 35), (-10, 60), (-50, 62), (-70, 35)]),
    "a meridian long": shapely.Polygon([(0, -70), (6, -70), (6, 75), (0, 75)]),
}


def centres(shape: BaseGeometry, seed: int) -> NDArray[np.float64]:
    """Return points around the border of a shape, from on it to beyond what a grid looks at, and some in its middle."""
    draw = np.random.default_rng(seed)
    border = shapely.get_coordinates(shapely.segmentize(shape.boundary, 0.05))
    on = border[draw.integers(0, len(border), EACH)]
    away = 10 ** draw.uniform(log(0.05) / log(10), log(300) / log(10), EACH)
    lon, lat, _ = EARTH.fwd(on[:, 0], on[:, 1], draw.uniform(0, 360, EACH), away * 1000)
    west, south, east, north = shape.bounds
    some = np.arange(EACH) % 7 == 0
    lon = np.where(some, draw.uniform(west, east, EACH), lon)
    lat = np.where(some, draw.uniform(south, north, EACH), lat)
    return np.column_stack([lon, lat])


@cache
def worked(name: str) -> tuple[NDArray[np.float64], list[bool | None]]:
    """Return discs (degrees, km) and what plain geometry says of each; every third is about as wide as its distance."""
    shape = SHAPES[name]
    plain = Plain(shape)
    seed = sorted(SHAPES).index(name)
    draw = np.random.default_rng(1000 + seed)
    discs, answers, close = [], [], 0
    for n, (lon, lat) in enumerate(centres(shape, seed).tolist()):
        km = plain.km(lon, lat)
        radius = 10 ** draw.uniform(-2, 2.3)
        if n % 3 == 0:
            radius = max(km + draw.choice([-1, 1]) * 10 ** draw.uniform(-5.7, -1.5), 0.001)
        radius = 0.0 if n % 8 == 1 else min(float(radius), MOST_KM)
        close += bool(radius) and abs(km - radius) < 1e-6
        inside = plain.inside(lon, lat)
        discs.append((lon, lat, radius))
        answers.append(inside if radius == 0 or km >= radius else None)
    assert close <= 3
    return np.array(discs), answers


def of(discs: NDArray[np.float64]) -> Discs:
    return Discs.of(*np.ascontiguousarray(discs.T))


def told(discs: NDArray[np.float64], got: list[bool | None], expected: list[bool | None]) -> list[str]:
    return [f"{tuple(d)}: {g}, not {e}" for d, g, e in zip(discs.tolist(), got, expected, strict=True) if g is not e]


@pytest.mark.parametrize("name", SHAPES)
def test_every_way_of_asking_agrees_with_plain_geometry(name: str) -> None:
    discs, expected = worked(name)
    assert len({*expected}) > 1
    shape = Shape(SHAPES[name])
    few = [as_answer(a) for part in np.array_split(discs, 2) for a in shape.discs(of(part))]
    assert told(discs, few, expected) == []
    assert "_grid" not in shape.__dict__
    assert told(discs, [as_answer(a) for a in shape.discs(of(discs))], expected) == []
    assert "_grid" in shape.__dict__
    some = slice(None, None, 9)
    one_by_one = [shape.disc(*d) for d in discs[some].tolist()]
    assert told(discs[some], one_by_one, expected[some]) == []


def test_there_are_ten_thousand_discs() -> None:
    assert len(SHAPES) * EACH >= 10_000
    assert FEW > EACH / 2


TOGETHER = """
import sys, threading
import numpy as np, shapely
from holdfire.places.shape import Discs, Shape

sys.setswitchinterval(1e-6)
rng = np.random.default_rng(1)
discs = Discs.of(rng.uniform(29, 33, 300), rng.uniform(49, 51, 300), rng.uniform(0, 20, 300))
around = np.linspace(0, 2 * np.pi, 20000)
far = 1 + 0.1 * np.sin(50 * around)
outline = np.column_stack([31 + far * np.cos(around), 50 + far * np.sin(around)])
alone = Shape(shapely.Polygon(outline)).discs(discs)
for _ in range(40):
    shape, begin, found = Shape(shapely.Polygon(outline)), threading.Barrier(2), []
    def ask():
        begin.wait()
        found.append(shape.discs(discs))
    both = [threading.Thread(target=ask) for _ in range(2)]
    [t.start() for t in both]
    [t.join() for t in both]
    assert len(found) == 2 and all((f == alone).all() for f in found)
"""


def test_two_threads_may_ask_a_shape_first() -> None:
    # In a process of its own: where the index of a shape is made twice at once, the process dies.
    done = subprocess.run([sys.executable, "-c", TOGETHER], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
