"""Invented terms, seeded: zones, and agreements of many readings about them.

    python terms.py FOLDER

Writes `zones.geojson` (40 zones of 45,000 vertices in all), `agreement-30.yaml` and `agreement-600.yaml`, named after
how many prohibitions they have, and what a script needs that does not know holdfire: `clauses-30.json`, `codes.json`
and `areas.geojson`.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from data import BEGINS, EAST, ENDS, NORTH, SEED, SOUTH, WEST
from numpy.random import Generator
from numpy.typing import NDArray

from holdfire.places import load_areas
from holdfire.terms import Window, code_list, write_yaml

ZONES, VERTICES = 40, 45_000
HOLED, IN_TWO = frozenset(range(0, 40, 5)), frozenset({7, 23})
RADIUS_KM = (20.0, 150.0)
KM_A_DEGREE = 111.2
ZONE = "Europe/Kyiv"
CLAUSES_A_READING = 3
TIMELESS_EVERY, PLACELESS_EVERY = 15, 8

ACTORS: list[Any] = [
    "russia_forces",
    "ukraine_forces",
    "state_forces",
    {"certainly": ["russia_forces"], "possibly": ["proxy_force", "private_military_company"]},
    {"certainly": ["state_forces", "non_state_armed_group"], "besides": ["criminal_group"]},
]
ACTS: list[Any] = [
    "attack",
    ["air_strike", "missile_strike", "drone_strike", "shelling"],
    {"certainly": ["missile_strike", "drone_strike"], "possibly": ["air_strike"]},
    {"certainly": ["attack"], "besides": ["mine_or_explosive"]},
    {"certainly": ["shelling"], "possibly": ["ground_assault"]},
    {"certainly": ["attack"], "possibly": ["overflight"], "besides": ["small_arms_fire"]},
]
WEAPONS: list[Any] = [
    ["drone", "missile"],
    "artillery",
    {"certainly": ["missile"], "besides": ["surface_to_air_missile"]},
    {"certainly": ["one_way_attack_drone"], "possibly": ["drone"], "besides": ["reconnaissance_drone"]},
    {"possibly": ["aerial_bomb", "artillery"]},
]
TARGETS: list[Any] = [
    "energy",
    ["populated_area", "infrastructure"],
    {"certainly": ["electricity"], "possibly": ["energy"], "besides": ["nuclear_power_plant"]},
    ["medical", "education"],
    {"certainly": ["civilians", "populated_area"], "possibly": ["industry"]},
    {"certainly": ["infrastructure"], "besides": ["port", "airport"]},
]
EXEMPTED: list[Any] = [
    ["military", "oil_facility"],
    {"certainly": ["military", "transport"], "possibly": ["industry"], "besides": ["railway_station"]},
    ["military", "power_grid", "apartment_building"],
]


def zones() -> dict[str, Any]:
    """Return a GeoJSON of zones: noisy stars, of about a thousand corners each, over the box of the incidents."""
    rng = np.random.default_rng([SEED, 40])
    features = []
    for number in range(ZONES):
        shape = _zone(rng, VERTICES // ZONES, number in HOLED, number in IN_TWO)
        if not shape.is_valid or len(shapely.get_coordinates(shape)) != VERTICES // ZONES:
            raise ValueError(f"zone {number + 1}: {shapely.is_valid_reason(shape)}")
        properties = {"id": f"z{number + 1:02}"}
        features.append(
            {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
        )
    return {"type": "FeatureCollection", "features": features}


def _zone(rng: Generator, vertices: int, holed: bool, in_two: bool) -> shapely.Geometry:
    radius = rng.uniform(*RADIUS_KM)
    up = rng.uniform(SOUTH, NORTH)
    right = rng.uniform(WEST, EAST)
    if in_two:
        away = 3.2 * radius / KM_A_DEGREE
        whole = _star(rng, right, up, radius, vertices // 2), _star(rng, right, up + away, radius, -(-vertices // 2))
        return shapely.MultiPolygon([shapely.Polygon(r) for r in whole])
    if holed:
        inner = vertices // 4
        hole = _star(rng, right, up, radius / 4, inner)
        return shapely.Polygon(_star(rng, right, up, radius, vertices - inner), [hole])
    return shapely.Polygon(_star(rng, right, up, radius, vertices))


def _star(rng: Generator, right: float, up: float, radius_km: float, vertices: int) -> NDArray[np.float64]:
    """Return a closed ring between 0.5 and 1.5 of a radius, whose corners go once around; the last is the first."""
    angle = np.linspace(0, 2 * np.pi, vertices)[:-1]
    waves = range(2, 7)
    wave = sum(rng.uniform(0, 0.09) * np.sin(k * angle + rng.uniform(0, 2 * np.pi)) for k in waves)
    far = radius_km * (1 + wave + rng.normal(0, 0.01, len(angle)).clip(-0.05, 0.05)) / KM_A_DEGREE
    lon = right + far * np.cos(angle) / np.cos(np.radians(up))
    ring = np.column_stack([lon, up + far * np.sin(angle)]).round(6)
    return np.vstack([ring, ring[:1]])


def agreement(clauses: int, outlines: dict[str, Any]) -> dict[str, Any]:
    """Return an agreement of so many prohibitions, three to a reading, each with a permission beside them."""
    rng = np.random.default_rng([SEED, clauses])
    places = _places(rng, clauses, outlines)
    readings = []
    for first in range(0, clauses, CLAUSES_A_READING):
        numbers = range(first, first + CLAUSES_A_READING)
        reading = f"r{first // CLAUSES_A_READING + 1:03}"
        permission = {
            "id": "may",
            "norm": "permission",
            "text": "Strikes on these targets stay allowed.",
            "actor": _drawn(rng, ACTORS),
            "target": _drawn(rng, EXEMPTED),
        }
        readings.append(
            {
                "id": reading,
                "title": f"Reading {reading}",
                "held_by": "observer",
                "stated_on": "2024-02-01",
                "summary": "An invented reading.",
                "clauses": [*(_prohibition(rng, n, clauses, places[n]) for n in numbers), permission],
            }
        )
    ids = [f["properties"]["id"] for f in outlines["features"]]
    return {
        "id": f"invented-{clauses}",
        "title": f"An invented agreement of {clauses} clause-readings",
        "announced_on": "2024-02-01",
        "form": "written",
        "time_zone": ZONE,
        "parties": [{"id": "observer", "name": "An observer"}],
        "zones": [{"id": i, "title": f"Zone {i}", "outline": "zones.geojson", "feature": i} for i in ids],
        "readings": readings,
    }


def _prohibition(rng: Generator, number: int, clauses: int, place: dict[str, Any] | None) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "actor": _drawn(rng, ACTORS) if rng.random() < 0.8 else None,
        "act": _drawn(rng, ACTS) if rng.random() < 0.8 else None,
        "weapon": _drawn(rng, WEAPONS) if rng.random() < 0.4 else None,
        "target": _drawn(rng, TARGETS),
        "place": place,
    }
    if number % TIMELESS_EVERY != TIMELESS_EVERY - 1:
        asked["time"] = _window(rng, number / clauses)
    plain = {"id": f"c{number + 1:03}", "norm": "prohibition", "text": "An invented prohibition."}
    return plain | {k: v for k, v in asked.items() if v is not None}


def _window(rng: Generator, along: float) -> dict[str, Any]:
    """Return a window of 2 to 10 weeks that starts so far along the two years; starts and ends may be vague."""
    days = (ENDS - BEGINS).days
    start = BEGINS.date() + timedelta(days=int(along * (days - 21)))
    kind = rng.integers(4)
    starts: Any = start.isoformat()
    if kind == 1:
        starts = {"no_earlier": starts, "no_later": f"{start + timedelta(days=int(rng.integers(1, 5)))}T08:00"}
    elif kind == 2:
        starts = f"night of {starts}"
    weeks = int(rng.integers(2, 11))
    if rng.random() < 0.5:
        return {"starts": starts, "lasts": f"{weeks} weeks"}
    last = start + timedelta(weeks=weeks)
    if rng.random() < 0.5:
        return {"starts": starts, "ends": last.isoformat()}
    return {"starts": starts, "ends": {"no_earlier": f"{last}T00:00", "no_later": f"{last + timedelta(days=3)}T00:00"}}


def _places(rng: Generator, clauses: int, outlines: dict[str, Any]) -> list[dict[str, Any] | None]:
    """Return where each clause applies: a zone; a zone and, vaguely, its neighbour; or two less a third; or anywhere.

    Zones that no clause has named yet go first, so that all are asked about.
    """
    shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in outlines["features"]]
    middles = shapely.get_coordinates(shapely.centroid(shapes)) * [np.cos(np.radians(48)), 1]
    unnamed: list[int] = []
    kinds = cycle(("one", "vague", "less"))
    found: list[dict[str, Any] | None] = []
    for number in range(clauses):
        if number % PLACELESS_EVERY == PLACELESS_EVERY - 1:
            found.append(None)
            continue
        unnamed = unnamed or rng.permutation(ZONES).tolist()
        kind = next(kinds)
        one = unnamed[0]
        two, three = np.argsort(np.hypot(*(middles - middles[one]).T))[1:3].tolist()
        name = [f"z{z + 1:02}" for z in (one, two, three)]
        if kind == "one":
            found.append({"certainly": name[:1]})
        elif kind == "vague":
            found.append({"certainly": name[:1], "possibly": name[1:2]})
        else:
            found.append({"certainly": name[:2], "besides": name[2:]})
        named = {"one": {one}, "vague": {one, two}, "less": {one, two, three}}[kind]
        unnamed = [z for z in unnamed if z not in named]
    return found


def _drawn(rng: Generator, terms: list[Any]) -> dict[str, Any]:
    term = terms[int(rng.integers(len(terms)))]
    plain = {"certainly": term} if isinstance(term, str | list) else term
    return {side: [codes] if isinstance(codes, str) else list(codes) for side, codes in plain.items()}


def plainly(agreement: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the clauses as a script would hold them: windows as four instants in UTC, all else as it is written."""
    clauses = []
    for reading in agreement["readings"]:
        for clause in reading["clauses"]:
            plain = {k: v for k, v in clause.items() if k not in ("text", "time")}
            if "time" in clause:
                bounds = Window.model_validate(clause["time"]).bounds(ZoneInfo(agreement["time_zone"]))
                instants = [x for span in bounds for x in (span.earliest, span.latest)]
                plain["time"] = [x.isoformat() for x in instants if x is not None]
            clauses.append({"reading_id": reading["id"], **plain})
    return clauses


def code_lineages() -> dict[str, dict[str, list[str]]]:
    """Return every code of every list with itself and all broader ones, narrowest first."""
    lists = {name: code_list(name) for name in ("actor", "act", "weapon", "target")}
    return {name: {c.code: list(listing.lineage(c.code)) for c in listing.codes} for name, listing in lists.items()}


def area_outlines() -> dict[str, Any]:
    """Return a GeoJSON of the country and its parts."""
    areas = load_areas()
    features = []
    for code in ("UA", *areas.below("UA")):
        geometry = json.loads(shapely.to_geojson(areas.geometry(code)))
        features.append({"type": "Feature", "properties": {"code": code}, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def write(folder: Path) -> None:
    outlines = zones()
    written: dict[str, Any] = {
        "zones.geojson": outlines,
        "codes.json": code_lineages(),
        "areas.geojson": area_outlines(),
    }
    for clauses in (30, 600):
        promised = agreement(clauses, outlines)
        (folder / f"agreement-{clauses}.yaml").write_text(write_yaml(promised), encoding="utf-8")
        written[f"clauses-{clauses}.json"] = plainly(promised)
    for name, content in written.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
