"""Zones of every kind: their ground worked by hand, their days, and what is refused."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from math import pi
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from conftest import Small
from holdfire import tables
from holdfire.adjudicate import compile_plan, judge_batch
from holdfire.adjudicate.kernel import count_batch
from holdfire.case import read_case
from holdfire.engine import run_here
from holdfire.kleene import as_answer
from holdfire.places import (
    Areas,
    Discs,
    Lines,
    Place,
    Scope,
    Zones,
    answer,
    area_km2,
    load_areas,
    load_gazetteer,
    resolve_scope,
)
from holdfire.places.extent import Extent, overlap, sure, united, without
from holdfire.places.metric import near
from holdfire.problems import InputError
from holdfire.terms import Agreement, Zone, agreement_schema
from test_shapes import Plain

EARTH = Geod(ellps="WGS84")
HEADER = "geonameid,name,lat,lon,population,area_code,alternate_names\n"
TOWNS = HEADER + "1,Ada,0.50,30.10,80000,XA-1,\n2,Bor,0.50,30.90,5000,XA-2,\n3,Cle,0.80,30.20,20000,XA-1,\n"
SQUARES = {"XA-1": (30.0, 0.0, 30.5, 1.0), "XA-2": (30.5, 0.0, 31.0, 1.0), "XB": (31.0, 0.0, 32.0, 1.0)}
DEGREE = 111.3195  # km along the equator
HIGH = 110.5745  # km of latitude near it
DAY = [date(2026, 3, n) for n in range(1, 32)]
Facts = Callable[[str, str, date], tuple[float | None, float | None]]


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> tuple[Areas, Any]:
    """Two halves of a country XA on the equator, its neighbour XB, and three towns."""
    folder = tmp_path_factory.mktemp("world")
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": code, "part_of": "XA" if code.startswith("XA") else None},
            "geometry": shapely.geometry.mapping(shapely.box(*box)),
        }
        for code, box in SQUARES.items()
    ]
    (folder / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (folder / "areas.csv").write_text("code,name,names,part_of\nXA,Xanadu,,\n")
    (folder / "towns.csv").write_text(TOWNS)
    return load_areas(folder / "areas.geojson", folder / "areas.csv"), load_gazetteer(folder / "towns.csv")


def line(day: date, held: BaseGeometry, **more: Any) -> dict[str, Any]:
    base = {"source_id": "maps", "holder": "rebel_group", "against": "state_forces", "place_code": "XA"}
    return {**base, "uncertainty_km": 0.0, "day": day, "held": shapely.to_wkb(held), **more}


def unknown(*_: Any) -> tuple[None, None]:
    return None, None


@pytest.fixture
def draw(world, tmp_path: Path) -> Callable[..., Zones]:
    def drawn(*zones: dict[str, Any], lines: tuple[dict[str, Any], ...] = (), facts: Facts = unknown) -> Zones:
        areas, gazetteer = world
        control = Lines(tables.frame(list(lines), tables.LINES), areas)
        named = [Zone.model_validate({"id": f"z{n}", "title": "t", **z}) for n, z in enumerate(zones)]
        made = Zones(named, tmp_path, areas, gazetteer, control, facts)
        made.check()
        return made

    return drawn


@pytest.fixture
def ground(draw) -> Callable[..., BaseGeometry]:
    """Return the ground of the first of some zones, whose bounds are known."""

    def of(*zones: dict[str, Any]) -> BaseGeometry:
        extent: Extent = draw(*zones).extent("z0", None)
        assert extent.known
        return extent.inner

    return of


def km2(width_km: float, height_km: float) -> float:
    return width_km * height_km


def test_a_polygon_is_as_large_as_its_square(ground) -> None:
    square = ground({"polygon": [[30, 0], [30.1, 0], [30.1, 0.1], [30, 0.1]]})
    assert area_km2(square) == pytest.approx(km2(0.1 * DEGREE, 0.1 * HIGH), rel=1e-4)


def test_an_outline_is_a_feature_or_all_of_them(ground, tmp_path: Path) -> None:
    boxes: dict[Any, BaseGeometry] = {7: shapely.box(30, 0, 30.1, 0.1), "b": shapely.box(30.2, 0, 30.4, 0.1)}
    features = [{"properties": {"id": k}, "geometry": shapely.geometry.mapping(b)} for k, b in boxes.items()]
    (tmp_path / "o.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    one = km2(0.1 * DEGREE, 0.1 * HIGH)
    assert area_km2(ground({"outline": "o.geojson", "feature": "7"})) == pytest.approx(one, rel=1e-4)
    assert area_km2(ground({"outline": "o.geojson", "feature": "b"})) == pytest.approx(2 * one, rel=1e-4)
    assert area_km2(ground({"outline": "o.geojson"})) == pytest.approx(3 * one, rel=1e-4)


@pytest.mark.parametrize("lat", [0.0, 50.0, -75.0])
@pytest.mark.parametrize("km", [5.0, 15.0, 100.0, 300.0])
def test_a_drawn_distance_falls_short_by_less_than_a_2500th(lat: float, km: float) -> None:
    winding = shapely.LineString([(30, lat), (30.5, lat + 0.2), (31, lat), (31.2, lat + 0.5), (33, lat + 0.1)])
    edge = shapely.get_coordinates(shapely.segmentize(near(winding, km).boundary, 0.03))
    steps = shapely.get_coordinates(shapely.segmentize(winding, 0.001))  # up to 111 m: half of that, seen from 5 km
    for lon, at in edge[:: max(1, len(edge) // 80)]:
        away = EARTH.inv(np.full(len(steps), lon), np.full(len(steps), at), steps[:, 0], steps[:, 1])[2].min() / 1000
        assert -km / 2500 <= away - km <= 0.001


def test_a_corridor_is_half_its_width_on_each_side_and_round_at_its_ends(ground) -> None:
    corridor = ground({"corridor": {"along": [[30, 0], [30.9, 0]], "width_km": 20}})
    assert area_km2(corridor) == pytest.approx(0.9 * DEGREE * 20 + pi * 10**2, rel=5e-4)
    assert corridor.bounds[3] * HIGH == pytest.approx(10, rel=5e-4)


def test_one_side_of_a_line_is_half_its_strip(ground) -> None:
    zone = {"buffer": {"line": [[30, 0], [30.9, 0]], "km": 15, "side": "north"}}
    north = ground(zone)
    # 15 km by 100.2 km, and a quarter of a circle at each end.
    assert area_km2(north) == pytest.approx(15 * 0.9 * DEGREE + pi * 15**2 / 2, rel=5e-4)
    assert north.bounds[1] == pytest.approx(0, abs=1e-6)
    whole = ground({"buffer": {"line": [[30, 0], [30.9, 0]], "km": 15}})
    assert area_km2(whole) == pytest.approx(2 * area_km2(north), rel=1e-6)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(
    ("end", "side", "inside"),
    [
        ((31.0, 1.0), "east", (30.6, 0.4)),  # towards the north-east: its right side lies east, and south
        ((31.0, 1.0), "south", (30.6, 0.4)),
        ((31.0, 1.0), "west", (30.4, 0.6)),
        ((31.0, 1.0), "north", (30.4, 0.6)),
        ((31.0, -1.0), "east", (30.6, -0.4)),
        ((31.0, -1.0), "west", (30.4, -0.6)),
        ((31.0, 0.25), "north", (30.4, 0.2)),
        ((30.0, 1.0), "east", (30.1, 0.5)),
    ],
)
def test_the_side_of_a_line_does_not_depend_on_which_way_it_was_drawn(ground, end, side, inside, reverse) -> None:
    points = [(30.0, 0.0), end]
    half = ground({"buffer": {"line": points[::-1] if reverse else points, "km": 30, "side": side}})
    assert half.covers(shapely.Point(inside))
    middle = (np.array(points[0]) + np.array(end)) / 2
    assert not half.covers(shapely.Point(2 * middle - np.array(inside)))


def test_the_sides_of_a_winding_line_are_those_along_it(ground) -> None:
    winding = [[30, 0], [30.2, 0.15], [30.4, -0.15], [30.6, 0.15], [30.8, -0.1], [31, 0]]
    north = ground({"buffer": {"line": winding, "km": 10, "side": "north"}})
    south = ground({"buffer": {"line": winding, "km": 10, "side": "south"}})
    whole = ground({"buffer": {"line": winding, "km": 10}})
    assert area_km2(north) + area_km2(south) == pytest.approx(area_km2(whole), rel=1e-6)
    assert shapely.intersection(north, south).area < 1e-9
    assert north.covers(shapely.Point(30.4, -0.1))  # in the bay below the straight way, and above the line
    assert south.covers(shapely.Point(30.6, 0.1))


@pytest.mark.parametrize(
    ("line", "side", "told"),
    [
        ([[30, 0], [30, 1]], "north", "runs along north"),
        ([[30, 0], [31, 0.1]], "east", "runs along east"),
        ([[30, 0], [31, 0], [31, 1], [30.5, -1]], "east", "crosses itself or is closed"),
        ([[30, 0], [31, 0], [31, 1], [30, 0]], "east", "crosses itself or is closed"),
        ([[30, 0], [31, 0], [31, 0.1], [30.5, 0.1], [30.5, 0.05]], "north", "beyond its ends"),
    ],
)
def test_a_line_without_such_a_side_is_refused(ground, line, side, told) -> None:
    with pytest.raises(InputError, match=told):
        ground({"buffer": {"line": line, "km": 15, "side": side}})


def test_ground_around_a_border_lies_on_both_sides_of_it(ground) -> None:
    strip = ground({"buffer": {"border": "XB", "km": 5}})
    around = 2 * (DEGREE + HIGH)
    corners = 4 * (pi / 4 - 1) * 25  # outside a quarter of a circle, inside a square that two sides share
    assert area_km2(strip) == pytest.approx(10 * around + corners, rel=1e-3)
    assert not strip.covers(shapely.Point(31.5, 0.5))


def test_ground_around_places_includes_them(ground) -> None:
    around = ground({"buffer": {"around": ["Bor", "XB"], "km": 3}})
    assert around.covers(shapely.Point(31.5, 0.5))
    # 5,000 people are a circle of 1 km at least, and 3 km around it; those of Bor end where XB's begin.
    bor = ground({"buffer": {"around": "Bor", "km": 3}})
    assert area_km2(bor) == pytest.approx(pi * 4**2, rel=3e-3)


def test_union_intersection_and_difference(ground) -> None:
    square = {"id": "s", "polygon": [[30.25, 0], [30.75, 0], [30.75, 1], [30.25, 1]]}
    strip = 0.25 * DEGREE * HIGH
    assert area_km2(ground({"union": ["XA-1", "s"]}, square)) == pytest.approx(3 * strip, rel=1e-4)
    assert area_km2(ground({"intersection": ["XA-1", "s"]}, square)) == pytest.approx(strip, rel=1e-4)
    assert area_km2(ground({"difference": {"of": "XA-1", "without": ["s"]}}, square)) == pytest.approx(strip, rel=1e-4)
    assert ground({"intersection": ["XA-1", "XA-2"]}).is_empty  # they touch
    edge = ground({"buffer": {"border": "i", "km": 1}}, {"id": "i", "intersection": ["XA-1", "s"]}, square)
    assert area_km2(edge) == pytest.approx(2 * 2 * (0.25 * DEGREE + HIGH) - (4 - pi), rel=1e-3)


def test_towns_over_a_population(draw) -> None:
    zones = draw({"towns": {"within": "XA", "over": 10000}}, {"towns": {"within": ["XA-2"]}})
    large = zones.extent("z0", None).inner
    assert [large.covers(shapely.Point(*at)) for at in ((30.1, 0.5), (30.2, 0.8), (30.9, 0.5))] == [True, True, False]
    # 80,000 and 20,000 people at 5,000 a square km: radii of 2.257 and 1.128 km, told as 2.3 and 1.1.
    assert area_km2(large) == pytest.approx(pi * (2.3**2 + 1.1**2), rel=3e-3)
    assert area_km2(zones.extent("z1", None).inner) == pytest.approx(pi, rel=3e-3)


def test_towns_in_the_cold_of_that_day(draw) -> None:
    cold = {"fact": "temperature_min", "at_most": -10}
    seen = {("XA-1", DAY[0]): (-15.0, -12.0), ("XA-2", DAY[0]): (-9.0, -9.0), ("XA-1", DAY[1]): (-11.0, -9.0)}
    zones = draw(
        {"towns": {"within": "XA", "condition": cold}}, facts=lambda _, code, day: seen.get((code, day), (None, None))
    )
    assert zones.moves("z0")
    ada, bor = shapely.Point(30.1, 0.5), shapely.Point(30.9, 0.5)

    def of(day: date | None, town: shapely.Point) -> bool | None:
        extent = zones.extent("z0", day)
        return True if extent.inner.covers(town) else None if extent.outer.covers(town) else False

    assert [of(DAY[0], ada), of(DAY[0], bor)] == [True, False]
    assert [of(DAY[1], ada), of(DAY[1], bor)] == [None, None]  # -11 to -9; not observed
    assert of(None, ada) is None
    assert not zones.extent("z0", DAY[1]).outer.covers(shapely.Point(30.5, 0.5))  # no town, whatever the weather


def west_of(lon: float) -> BaseGeometry:
    return shapely.box(30, 0, lon, 1)


def at(scope: Scope, lon: float, day: date | None, radius_km: float = 0.1) -> bool | None:
    return answer(Place("x", None, lon, 0.5, radius_km), scope, day)


def scope_of(zones: Zones, world, *certainly: str, **more: list[str]) -> Scope:
    return resolve_scope([*certainly], more.get("possibly", []), more.get("besides", []), *world, "test", zones)


def test_a_missing_day_lies_between_its_neighbours(draw, world) -> None:
    zones = draw(
        {"held": {"lines": "maps", "by": "rebel_group"}},
        {"held": {"lines": "maps", "by": "state_forces"}},
        {"held": {"lines": "maps", "by": "russia_forces"}},
        lines=(line(DAY[0], west_of(30.2)), line(DAY[2], west_of(30.3)), line(DAY[20], west_of(30.3))),
    )
    rebels, state, others = (scope_of(zones, world, f"z{n}") for n in range(3))
    assert [at(rebels, x, DAY[0]) for x in (30.1, 30.25, 30.4)] == [True, False, False]
    assert [at(rebels, x, DAY[1]) for x in (30.1, 30.25, 30.4)] == [True, None, False]
    assert [at(rebels, x, DAY[2]) for x in (30.1, 30.25, 30.4)] == [True, True, False]
    assert [at(state, x, DAY[1]) for x in (30.1, 30.25, 30.4, 31.5)] == [False, None, True, False]
    assert at(rebels, 30.2, DAY[0], 5.0) is None
    assert [at(rebels, 30.1, d) for d in (DAY[10], DAY[21], None)] == [None] * 3  # no map within a week
    assert at(others, 30.1, DAY[0]) is None
    assert answer(Place("x", "XB"), rebels, DAY[0]) is False
    assert answer(Place("x", "XA-1"), rebels, DAY[2]) is None


def test_how_far_a_map_may_be_off_is_not_known(draw, world) -> None:
    zones = draw(
        {"held": {"lines": "maps", "by": "rebel_group"}},
        {"held": {"lines": "maps", "by": "state_forces"}},
        {"buffer": {"front": "maps", "km": 10}},
        {"buffer": {"front": "maps", "km": 10, "held_by": "state_forces"}},
        lines=(line(DAY[0], west_of(30.2), uncertainty_km=2.0),),
    )
    rebels, state, front, ours = (scope_of(zones, world, f"z{n}") for n in range(4))

    def away(scope: Scope, *km: float) -> list[bool | None]:
        return [at(scope, 30.2 + k / DEGREE, DAY[0]) for k in km]

    assert away(rebels, -3, -1, 1, 3) == [True, None, None, False]
    assert away(state, -3, -1, 1, 3) == [False, None, None, True]
    assert away(front, -13, -9, -7, 0, 7, 9, 11, 13) == [False, None, True, True, True, None, None, False]
    assert away(ours, -3, -1, 1, 3, 7, 9, 13) == [False, None, None, True, True, None, False]


def test_only_where_two_sides_meet_is_a_front(draw) -> None:
    zones = draw({"buffer": {"front": "maps", "km": 10}}, lines=(line(DAY[0], west_of(30.2)),))
    strip = zones.extent("z0", DAY[0]).inner
    # The rest of the held ground ends at the border of the country: 1 degree of latitude, 20 km wide, and round ends.
    # Where the line meets the border, the border counts for half a kilometre.
    assert area_km2(strip) == pytest.approx(20 * HIGH + pi * 100, rel=0.01)


def test_lines_tell_the_same_in_another_process(world) -> None:
    lines = Lines(tables.frame([line(DAY[0], west_of(30.2))], tables.LINES), world[0])
    here = [lines.held("maps", "rebel_group", DAY[0]), lines.front("maps", 5, None, DAY[0])]
    sent = pickle.loads(pickle.dumps(lines))
    there = [sent.held("maps", "rebel_group", DAY[0]), sent.front("maps", 5, None, DAY[0])]
    assert all(shapely.equals(a.inner, b.inner) and a.known == b.known for a, b in zip(here, there, strict=True))
    assert not set(lines._known) & set(sent._known)


def test_a_map_on_which_nothing_is_held(draw, world) -> None:
    zones = draw(
        {"held": {"lines": "maps", "by": "rebel_group"}},
        {"held": {"lines": "maps", "by": "state_forces"}},
        {"buffer": {"front": "maps", "km": 10}},
        {"buffer": {"border": "z0", "km": 10}},
        lines=(line(DAY[0], shapely.MultiPolygon(), uncertainty_km=1.0),),
    )
    rebels, state, front, border = (scope_of(zones, world, f"z{n}") for n in range(4))
    assert [at(s, 30.2, DAY[0]) for s in (rebels, state, front, border)] == [False, True, False, False]
    assert [at(s, 30.2, DAY[1]) for s in (rebels, state, front, border)] == [None] * 4


def test_what_codes_tell_goes_before_what_polygons_do(draw, world) -> None:
    """Some discs are settled by their area's code, and the others keep their order."""
    scope = scope_of(draw({"polygon": box(30.6, 0.1, 30.9, 0.9)}), world, "z0", "XA-1", besides=["XB"])
    draws = np.random.default_rng(3)
    lon, lat, radius = draws.uniform(30, 32, 800), draws.uniform(0, 1, 800), draws.uniform(0, 30, 800)
    codes = ["XA-1", "XA-2", "XB", None]
    index = np.where(lon < 30.5, 0, np.where(lon < 31, 1, 2))
    index[::3] = 3
    got = [as_answer(a) for a in scope.of_discs(codes, index, Discs.of(lon, lat, radius), None)]
    places = [Place("x", codes[c], *at) for c, *at in zip(index, lon, lat, radius, strict=True)]
    assert got == [answer(p, scope) for p in places]
    for place, told in zip(places, got, strict=True):
        if place.code in ("XA-1", "XB"):
            assert told is (place.code == "XA-1")


def test_a_map_of_no_stated_area_tells_only_what_its_holder_holds(draw, world) -> None:
    zones = draw(
        {"held": {"lines": "maps", "by": "rebel_group"}},
        {"held": {"lines": "maps", "by": "state_forces"}},
        {"buffer": {"front": "maps", "km": 10}},
        lines=(line(DAY[0], west_of(30.2), place_code=None),),
    )
    rebels, state, front = (scope_of(zones, world, f"z{n}") for n in range(3))
    assert [at(rebels, x, DAY[0]) for x in (30.1, 31.5)] == [True, False]
    assert [at(state, x, DAY[0]) for x in (30.1, 31.5)] == [False, None]
    assert [at(front, x, DAY[0]) for x in (30.15, 31.5)] == [True, False]


def test_maps_alike_of_two_sources_are_not_mixed_up(draw, world) -> None:
    zones = draw(
        {"held": {"lines": "maps", "by": "state_forces"}},
        {"held": {"lines": "more", "by": "state_forces"}},
        lines=(line(DAY[0], west_of(30.2)), line(DAY[0], west_of(30.2), source_id="more", against=None)),
    )
    assert [at(scope_of(zones, world, z), 30.4, DAY[0]) for z in ("z0", "z1")] == [True, None]


def test_what_is_drawn_from_a_line_moves_with_it(draw, world) -> None:
    held = {"id": "h", "held": {"lines": "maps", "by": "rebel_group"}}
    zones = draw(
        {"buffer": {"around": ["h"], "km": 5}},
        {"buffer": {"border": "h", "km": 5}},
        {"difference": {"of": "XA", "without": ["h"]}},
        held,
        lines=(line(DAY[0], west_of(30.2)), line(DAY[2], west_of(30.3)), line(DAY[4], west_of(30.3))),
    )
    around, border, rest = (scope_of(zones, world, f"z{n}") for n in range(3))
    assert all(s.moves for s in (around, border, rest))
    assert [at(around, x, DAY[0]) for x in (30.1, 30.22, 30.3)] == [True, True, False]
    assert [at(border, x, DAY[0]) for x in (30.1, 30.17, 30.22, 30.3)] == [False, True, True, False]
    assert [at(rest, x, DAY[0]) for x in (30.1, 30.22, 31.5)] == [False, True, False]
    # Two maps that agree leave no doubt about the day between them.
    assert [at(border, x, DAY[3]) for x in (30.1, 30.27, 30.33)] == [False, True, True]
    # The line lies somewhere between 30.2 and 30.3; the western border of the country does not move.
    assert [at(border, x, DAY[1]) for x in (30.03, 30.1, 30.17, 30.25, 30.4)] == [True, False, None, None, False]
    assert [at(s, 30.25, DAY[20]) for s in (around, border)] == [None, None]
    assert [at(rest, x, DAY[20]) for x in (30.25, 31.5)] == [None, False]
    assert around.drawn(DAY[20]).nowhere_known


def test_what_is_left_out_is_out_though_nobody_knows_where_the_rest_is(draw, world) -> None:
    zones = draw({"held": {"lines": "maps", "by": "rebel_group"}})
    scope = scope_of(zones, world, "z0", besides=["XA-1"])
    asked = {(30.2, 0.5, 5.0): False, (30.2, 0.5, 80.0): None, (30.7, 0.5, 5.0): None, (180.0, 0.0, 0.0): None}
    got = {at: answer(Place("x", None, *at), scope, DAY[0]) for at in asked}
    assert got == asked
    assert answer(Place("x", None, 179.9, 10.0, 100.0), scope, DAY[0]) is None


BROKEN = ['{"features": null}', "[]", "{", '{"features": ["a"]}', "[" * 100_000]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_file_that_is_no_collection_is_refused(draw, tmp_path: Path, text: str) -> None:
    (tmp_path / "o.geojson").write_text(text)
    with pytest.raises(InputError, match="not a GeoJSON FeatureCollection"):
        draw({"outline": "o.geojson"})


CELLS = [shapely.box(30 + x / 5, y / 5, 30.2 + x / 5, 0.2 + y / 5) for x in range(4) for y in range(3)]
LOOKS = shapely.points(*np.random.default_rng(5).uniform((29.9, -0.1), (30.9, 0.7), (300, 2)).T)
ground_known = st.lists(st.sampled_from([True, False, None]), min_size=len(CELLS), max_size=len(CELLS))


def of_cells(answers: list[bool | None], *kinds: bool | None) -> BaseGeometry:
    chosen = [c for c, a in zip(CELLS, answers, strict=True) if a in kinds]
    return shapely.union_all(chosen) if chosen else shapely.MultiPolygon()


def between(answers: list[bool | None]) -> Extent:
    if None not in answers:
        return sure(of_cells(answers, True))
    return Extent(of_cells(answers, True), of_cells(answers, True, None))


OPERATIONS: dict[str, Callable[[Extent, Extent], Extent]] = {
    "union": lambda a, b: united([a, b]),
    "intersection": lambda a, b: overlap([a, b]),
    "difference": without,
    "grown": lambda a, _: a.grown(4),
    "shrunk": lambda a, _: a.grown(-4),
    "border": lambda a, _: a.near_border(4),
}


@settings(max_examples=15, deadline=None)
@given(first=ground_known, second=ground_known, luck=st.randoms(use_true_random=False))
@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_is_drawn_from_half_known_ground_holds_whatever_the_truth_is(operation, first, second, luck) -> None:
    """Whatever the unknown cells are, the outcome lies between what is told of it for sure and perhaps."""
    operate = OPERATIONS[operation]
    told = operate(between(first), between(second))
    truth = [between([luck.random() < 0.5 if a is None else a for a in answers]) for answers in (first, second)]
    outcome = operate(*truth)
    assert outcome.known
    surely, perhaps, truly = (shapely.intersects(g, LOOKS) for g in (told.inner, told.outer, outcome.inner))
    assert not (surely & ~truly).any()
    assert not (truly & ~perhaps).any()
    if None not in first + second:
        assert told.known


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north]]


def test_scopes_agree_with_plain_geometry(draw, world) -> None:
    """In the core true, beyond the fringe or left out false, and null where a disc is cut by any of their borders."""
    zones = draw(
        {"polygon": box(30.1, 0.1, 30.6, 0.6)},
        {"polygon": box(30.3, 0.3, 31.4, 0.9)},
        {"polygon": box(30.4, 0.4, 30.5, 0.5)},
    )
    scope = scope_of(zones, world, "z0", possibly=["z1"], besides=["z2"])
    core, fringe, out = (
        shapely.box(*b) for b in ((30.1, 0.1, 30.6, 0.6), (30.3, 0.3, 31.4, 0.9), (30.4, 0.4, 30.5, 0.5))
    )
    inner, outer = Plain(core - out), Plain((core | fringe) - out)
    draws = np.random.default_rng(7)
    discs = np.column_stack([draws.uniform(30, 31.6, 700), draws.uniform(0, 1, 700), 10 ** draws.uniform(-1, 2.3, 700)])
    discs[::5, 2] = 0
    expected = []
    for disc in discs.tolist():
        a, b = inner.disc(*disc), outer.disc(*disc)
        expected.append(True if a else False if b is False else None)
    none = np.zeros(len(discs), dtype=np.intp)
    got = [as_answer(a) for a in scope.of_discs([None], none, Discs.of(*np.ascontiguousarray(discs.T)), None)]
    assert got == expected
    assert [answer(Place("x", None, *d), scope) for d in discs[:60].tolist()] == expected[:60]
    assert {*expected} == {True, False, None}


@pytest.mark.parametrize(
    ("polygon", "expected"),
    [
        (box(30, 0, 30.5, 1), [True, False, None, False]),  # the same border as XA-1, which touches XA-2
        (box(29.9, -0.1, 30.6, 1.1), [True, None, None, False]),
        (box(30.1, 0.1, 30.4, 0.9), [None, False, None, False]),
        (box(30.5, 0, 32, 1), [False, True, None, True]),
        (box(40, 0, 41, 1), [False] * 4),
    ],
)
def test_areas_against_zones(draw, world, polygon, expected) -> None:
    scope = scope_of(draw({"polygon": polygon}), world, "z0")
    told = [as_answer(byte) for byte in scope.of_areas(["XA-1", "XA-2", "XA", "XB", None, "UA-80"])]
    assert told == [*expected, None, None]  # nothing is known of the last but one, and no polygon of the last


def test_a_point_on_the_border_and_a_disc_that_just_touches_it(draw, world) -> None:
    scope = scope_of(draw({"polygon": box(30, 0, 31, 1)}), world, "z0")
    away = EARTH.inv(30.0, 0.0, 29.9, 0.0)[2] / 1000  # the equator is a geodesic; the corner is nearest
    assert answer(Place("x", None, 30.0, 0.0, 0.0), scope) is True
    assert answer(Place("x", None, 30.5, 0.0, 0.0), scope) is True
    assert answer(Place("x", None, 30.0, 0.0, 0.001), scope) is None
    assert answer(Place("x", None, 29.9, 0.0, away - 1e-6), scope) is False
    assert answer(Place("x", None, 29.9, 0.0, away + 1e-6), scope) is None


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place("across", None, -179.95, 0.5, 30.0), None),  # 179.9 is 16.7 km away, across the antimeridian
        (Place("just apart", None, -179.95, 0.5, 16.0), False),
        (Place("other side", None, -179.0, 0.5, 10.0), False),
        (Place("within", None, 179.5, 0.5, 20.0), True),
        (Place("the pole", None, 10.0, 89.9, 100.0), False),
        (Place("the pole and more", None, 0.0, 89.9, 12000.0), None),
    ],
)
def test_discs_across_the_antimeridian_and_around_a_pole(draw, world, place, expected) -> None:
    zones = draw({"polygon": box(179.1, 0, 179.9, 1)}, {"polygon": box(20, 84, 60, 88)})
    assert answer(place, scope_of(zones, world, "z0")) is expected


def test_a_disc_that_holds_the_pole_reaches_the_far_side_of_it(draw, world) -> None:
    scope = scope_of(draw({"polygon": box(20, 84, 60, 88)}), world, "z0")
    # 1 degree from the pole, and its near corners 2 degrees, at an angle of 160: sqrt(5 - 4 cos 160) = 2.960 degrees,
    # of 111.69 km each, are 330.6 km.
    assert answer(Place("x", None, -140.0, 89.0, 332.0), scope) is None
    assert answer(Place("x", None, -140.0, 89.0, 329.0), scope) is False


REFUSED = [
    ([{"union": ["z1"]}, {"union": ["z2"]}, {"buffer": {"around": ["z0"], "km": 1}}], "made of itself"),
    ([{"union": ["z0"]}], "made of itself"),
    ([{"union": ["Adda"]}], "Did you mean 'Ada'"),
    (
        [{"intersection": ["z1", "Nowhere"]}, {"held": {"lines": "maps", "by": "rebel_group"}}],
        "unknown place 'Nowhere'",
    ),
    ([{"buffer": {"border": "UA-99", "km": 5}}], "unknown place 'UA-99'"),
    ([{"polygon": [*box(30, 0, 31, 1)[:2], [30, 1], [31, 1]]}], "invalid polygon"),
    ([{"polygon": [[30, 0], [31, 0], [32, 0]]}], "invalid polygon"),
    ([{"outline": "none.geojson"}], "there is no such file"),
    ([{"buffer": {"line": [[179.9, 0], [179.95, 0]], "km": 20}}], "antimeridian or a pole"),
    ([{"buffer": {"line": [[0, 88.5], [10, 88.5]], "km": 100}}], "antimeridian or a pole"),
    ([{"corridor": {"along": [[-179.9, 0], [-179.8, 0]], "width_km": 60}}], "antimeridian or a pole"),
]


@pytest.mark.parametrize(("zones", "told"), REFUSED)
def test_what_cannot_be_drawn_is_refused(draw, zones, told) -> None:
    with pytest.raises(InputError, match=told):
        draw(*zones)


def test_lines_of_no_source_are_refused(draw) -> None:
    with pytest.raises(InputError, match="Did you mean 'maps'"):
        draw({"held": {"lines": "map", "by": "rebel_group"}}, lines=(line(DAY[0], west_of(30.2)),))


@pytest.mark.parametrize(
    ("geometry", "told"),
    [
        ({"type": "Point", "coordinates": [30, 0]}, "not a polygon"),
        ({"type": "Polygon", "coordinates": []}, "not a polygon"),
        ({"type": "Polygon", "coordinates": [[*box(30, 0, 31, 1)[:2], [30, 1], [31, 1], [30, 0]]]}, "invalid polygon"),
        ({"type": "Polygon", "coordinates": [[*box(170, 0, 180, 1), [170, 0]]]}, "antimeridian"),
        ({"type": "Polygon", "coordinates": [[*box(-179, 0, 179, 1), [-179, 0]]]}, "antimeridian"),
        ({"type": "Polygon", "coordinates": [[*box(0, 80, 10, 90), [0, 80]]]}, "pole"),
        ({"type": "Curve"}, "GeoJSON"),
    ],
)
def test_wrong_outlines_are_refused(draw, tmp_path: Path, geometry, told) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": [{"properties": {"id": "a"}, "geometry": geometry}]})
    (tmp_path / "o.geojson").write_text(text)
    with pytest.raises(InputError, match=told):
        draw({"outline": "o.geojson"})


def test_a_feature_that_is_not_there_is_refused(draw, tmp_path: Path) -> None:
    geometry = shapely.geometry.mapping(shapely.box(30, 0, 31, 1))
    text = json.dumps({"type": "FeatureCollection", "features": [{"properties": {"id": "a"}, "geometry": geometry}]})
    (tmp_path / "o.geojson").write_text(text)
    with pytest.raises(InputError, match="no feature 'b'"):
        draw({"outline": "o.geojson", "feature": "b"})


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ({}, "give one of `polygon`"),
        ({"polygon": box(30, 0, 31, 1), "union": ["XA"]}, "give one of `polygon`"),
        ({"polygon": box(30, 0, 31, 1), "feature": "a"}, "only an `outline` has a `feature`"),
        ({"polygon": box(170, 0, 180, 1)}, "away from the antimeridian"),
        ({"polygon": box(0, 80, 10, 90)}, "away from the antimeridian and the poles"),
        ({"polygon": box(-179, 0, 179, 1)}, "cut it at the antimeridian"),
        ({"corridor": {"along": [[179, 0], [-179, 0]], "width_km": 5}}, "cut it at the antimeridian"),
        ({"buffer": {"km": 5}}, "give one of `line`"),
        ({"buffer": {"km": 5, "border": "XA", "front": "maps"}}, "give one of `line`"),
        ({"buffer": {"km": 0, "border": "XA"}}, "greater than 0"),
        ({"buffer": {"km": 5, "front": "maps", "side": "east"}}, "only a `line` has a `side`"),
        ({"buffer": {"km": 5, "border": "XA", "held_by": "rebel_group"}}, "only a `front` has `held_by`"),
        ({"towns": {"within": []}}, "at least 1 item"),
    ],
)
def test_a_zone_is_drawn_in_one_way_that_makes_sense(zone, told) -> None:
    with pytest.raises(ValidationError, match=told):
        Zone.model_validate({"id": "z", "title": "t", **zone})


def agreement(zones: list[dict[str, Any]], **place: list[str]) -> Agreement:
    clause = {"id": "c", "norm": "prohibition", "text": "t", "act": ["drone_strike"], "place": place}
    reading = {"id": "r", "title": "r", "held_by": "p", "stated_on": "2026-03-01", "summary": "s", "clauses": [clause]}
    return Agreement.model_validate(
        {
            "id": "a",
            "title": "A",
            "announced_on": "2026-03-01",
            "form": "written",
            "time_zone": "Africa/Kampala",
            "parties": [{"id": "p", "name": "P"}],
            "zones": [{"title": "t", **z} for z in zones],
            "readings": [reading],
        }
    )


def test_zones_through_a_whole_judgement(world) -> None:
    """Within 10 km of the line certainly, in the east possibly, in the town of Ada and around it not."""
    terms = agreement(
        [
            {"id": "front", "buffer": {"front": "maps", "km": 10}},
            {"id": "east", "polygon": box(30.5, 0, 31, 1)},
            {"id": "spared", "buffer": {"around": ["Ada"], "km": 5}},
        ],
        certainly=["front"],
        possibly=["east"],
        besides=["spared"],
    )
    maps = tables.frame([line(DAY[0], west_of(30.2)), line(DAY[2], west_of(30.4))], tables.LINES)
    incidents: dict[str, tuple[tuple[float, float, float] | str | None, int, int, str]] = {
        "at the line": ((30.22, 0.8, 1.0), 1, 1, "violation"),
        "where it will be": ((30.4, 0.8, 1.0), 1, 1, "outside"),
        "where it has come": ((30.4, 0.8, 1.0), 3, 3, "violation"),
        "between the maps": ((30.4, 0.8, 1.0), 2, 2, "undetermined"),
        "over three days": ((30.22, 0.8, 1.0), 1, 3, "undetermined"),
        "far, over three days": ((30.05, 0.8, 1.0), 1, 3, "outside"),
        "about the line": ((30.22, 0.8, 12.0), 1, 1, "undetermined"),
        "in the east": ((30.8, 0.5, 1.0), 1, 1, "undetermined"),
        "at Ada, by the line": ((30.14, 0.5, 0.5), 1, 1, "outside"),
        "on a day without lines": ((30.22, 0.8, 1.0), 9, 9, "undetermined"),
        "Ada on a day without lines": ((30.1, 0.5, 0.5), 9, 9, "outside"),
        "somewhere in the west": ("XA-1", 1, 1, "undetermined"),
        "somewhere in the neighbour": ("XB", 1, 1, "outside"),
        "somewhere": (None, 1, 1, "undetermined"),
        "no radius": ((30.22, 0.8, float("nan")), 1, 1, "undetermined"),
    }
    rows = []
    for name, (where, first, last, _) in incidents.items():
        lon, lat, radius = where if isinstance(where, tuple) else (None, None, None)
        rows.append(
            {
                "incident_id": name,
                "report_ids": [name],
                "groups": 1,
                "tally": False,
                "unproven_facets": [],
                "disputes": [],
                "acts": ["drone_strike"],
                "start": datetime(2026, 3, first, 9, tzinfo=UTC),
                "end": datetime(2026, 3, last, 10, tzinfo=UTC),
                "place_code": where if isinstance(where, str) else None,
                "lon": lon,
                "lat": lat,
                "radius_km": None if radius != radius else radius,
            }
        )
    plan = compile_plan(terms, *world, tables.empty(tables.CONDITIONS), maps)
    table = tables.frame(rows, tables.INCIDENTS)
    verdicts = run_here(partial(judge_batch, plan=plan), table.sort("incident_id"))
    got = dict(verdicts.select("incident_id", "verdict").iter_rows())
    assert got == {name: verdict for name, (*_, verdict) in incidents.items()}
    for row in verdicts.filter(pl.col("verdict") == "undetermined").iter_rows(named=True):
        assert row["missing_facets"] == ["place"]
    counts = run_here(partial(count_batch, plan=plan), table)
    assert counts.select("violations", "undetermined").sum().row(0) == (2, 8)


ZONES = "statements: data/statements.csv\nzones:\n  - id: z\n    title: Z\n"


def test_an_outline_is_an_input_of_the_case(small: Small) -> None:
    geometry = shapely.geometry.mapping(shapely.box(30, 50, 31, 51))
    small.file("data/z.geojson").write_text(json.dumps({"features": [{"properties": {}, "geometry": geometry}]}))
    small.change("agreement.yaml", "statements: data/statements.csv\n", f"{ZONES}    outline: data/z.geojson\n")
    small.change("agreement.yaml", "place: {certainly: [UA]}", "place: {certainly: [z]}")
    case = read_case(small.folder)
    assert case.inputs()["data/z.geojson"] == hashlib.sha256(small.file("data/z.geojson").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("drawn", "line", "told"),
    [
        ("outline: data/z.geojson", 13, "there is no file"),
        ("outline: ../z.geojson", 13, "lies outside the case folder"),
        ("outline: /z.geojson", 13, "lies outside the case folder"),
        ("buffer: {front: press, km: 5}", 13, "follows 'press', which is no source of lines of control"),
        ("held:\n      by: russia_forces\n      lines: map", 15, "Add a source of that kind to case.yaml"),
    ],
)
def test_what_a_zone_lacks_in_the_case_is_told_with_its_line(small: Small, drawn: str, line: int, told: str) -> None:
    small.change("agreement.yaml", "statements: data/statements.csv\n", f"{ZONES}    {drawn}\n")
    with pytest.raises(InputError, match=told) as caught:
        read_case(small.folder)
    assert [p.where for p in caught.value.problems] == [f"{small.file('agreement.yaml')}:{line}"]


def test_all_that_a_zone_lacks_is_told_at_once(small: Small) -> None:
    drawn = "held: {lines: maps, by: nobody}"
    small.change("agreement.yaml", "statements: data/statements.csv\n", f"{ZONES}    {drawn}\n")
    with pytest.raises(InputError) as caught:
        read_case(small.folder)
    where = str(small.file("agreement.yaml"))
    told = {(p.where.removeprefix(where), p.found) for p in caught.value.problems}
    assert (":11", "unknown actor code 'nobody'") in told
    assert [line for line, found in told if "follows 'maps', which is no source" in found] == [":13"]


def test_the_known_sources_of_lines_are_named(small: Small) -> None:
    small.change("case.yaml", "  - id: press\n", MAPS + "  - id: press\n")
    small.file("data/maps").mkdir()
    small.change("agreement.yaml", "statements: data/statements.csv\n", f"{ZONES}    buffer: {{front: chart, km: 5}}\n")
    with pytest.raises(InputError, match="Use one of: maps"):
        read_case(small.folder)
    small.change("agreement.yaml", "front: chart", "front: maps")
    assert read_case(small.folder).agreement.zones[0].lines() == "maps"


MAPS = """\
  - id: maps
    kind: control_maps
    title: Maps
    path: data/maps
    publisher: P
    licence: invented
    holder: rebel_group
    uncertainty_km: 1
"""


def test_the_schema_knows_zones() -> None:
    schema = agreement_schema()
    assert schema["properties"]["zones"]["items"] == {"$ref": "#/$defs/Zone"}
    assert set(schema["$defs"]["Zone"]["properties"]) > {"polygon", "outline", "corridor", "buffer", "towns", "held"}
