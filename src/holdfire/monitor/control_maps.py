"""Control maps: dated drawings of the ground that one side holds, and what changed hands between one and the next.

`path` is a folder with a DATE.geojson for every map, or one GeoJSON FeatureCollection whose features have a `date`. All
polygons of a date together are the ground held by `holder`; everything else in `place` counts as held by `against`.

A map shows some moment of its day. Between the maps of days A and B the change can have come at any time from the
beginning of A to the end of B, so a report spans both days whole. Ground gained is reported of `holder`, ground lost of
`against`; both are drawn, measured and judged alike. Pieces within 5 km of each other, in one first-level area, are one
report. Its place is told to a hundredth of a degree, with a radius in whole km that covers the pieces and the
uncertainty. Less than 0.01 km2 is noise of the drawing, and no report. The date of the map stands for the day of
publication.

A day counts as reported where it and the next have a map, and some day before has one: what changed on it is then told.
A map that is equal to the one before may be one that nobody touched, and is no report unless the source says otherwise.

What it cannot see: a map is a judgement of its makers. A correction looks like a movement, a change that was drawn late
has the wrong day.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from holdfire import tables
from holdfire.monitor.calendar import by_mornings, calendar, days_between
from holdfire.monitor.csvfile import LARGEST_FILE
from holdfire.monitor.intake import Built, days
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.places import Patch, area_km2, taken
from holdfire.problems import InputError, bad
from holdfire.terms import code_list, read_text

ACT = "taking_of_ground"
MENDED_SHARE = 1e-4  # of the area: what mending a drawing may change


@dataclass(frozen=True)
class Map:
    """The ground held on a day, in degrees, and what was mended of its drawing (null: nothing)."""

    day: date
    held: BaseGeometry
    mended: str | None
    where: str


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read maps into lines, reports of what changed hands, and a calendar. Raises InputError for one that is none."""
    maps = _maps(setting.folder / source.path)
    reports = [report for pair in pairwise(maps) for report in _reports(*pair, source, setting)]
    whole = days_between(setting.first, setting.last)
    covered = [source.covers.place] if source.covers else []
    told = source.unchanged == "no change"
    compared = [b.day for a, b in pairwise(maps) if told or not b.held.equals_exact(a.held)]
    lines: list[Built] = [
        {
            "source_id": source.id,
            "day": m.day,
            "holder": source.holder,
            "against": source.against,
            "place_code": source.place,
            "uncertainty_km": source.uncertainty_km,
            "held": shapely.to_wkb(m.held, byte_order=1),
            "mended": m.mended,
        }
        for m in maps
    ]
    return Observed(
        reports=tables.frame(reports, tables.REPORTS).sort("report_id"),
        calendar=calendar(source.id, covered, whole, by_mornings(compared, whole)),
        lines=tables.frame(lines, tables.LINES),
    )


def _reports(earlier: Map, later: Map, source: SourceEntry, setting: Setting) -> list[Built]:
    try:
        start, end = days(earlier.day, later.day, setting.zone)
    except ValueError as error:
        raise bad(later.where, f"{later.day}: {error}", "a day of the calendar", "Mend the date.") from None
    built: list[Built] = []
    for word, before, after, actor in (
        ("gained", earlier.held, later.held, source.holder),
        ("lost", later.held, earlier.held, source.against),
    ):
        try:
            patches = taken(before, after, source.uncertainty_km or 0.0, setting.areas)
        except ValueError as error:
            remedy = "Cut the map off before it, or lower `uncertainty_km`."
            raise bad(later.where, str(error), "ground away from both", remedy) from None
        for number, patch in enumerate(patches, 1):
            built.append(
                {
                    "report_id": f"{source.id}:{earlier.day}-to-{later.day}-{word}-{number}",
                    "source_id": source.id,
                    "source_groups": [source.group or source.id],
                    "outlet": source.publisher,
                    "url": source.url,
                    "published": later.day,
                    "start": start,
                    "end": end,
                    "place_code": patch.area_code,
                    "lon": patch.lon,
                    "lat": patch.lat,
                    "radius_km": patch.radius_km,
                    "actor": actor,
                    "acts": [ACT],
                    "area_km2": patch.area_km2,
                    "area_km2_min": patch.area_km2_min,
                    "area_km2_max": patch.area_km2_max,
                    "tally": False,
                    "reliability": source.reliability,
                    "account": _account(patch, word, source, earlier.day, later.day),
                }
            )
    return built


def _account(patch: Patch, word: str, source: SourceEntry, first: date, last: date) -> str:
    changed = "grew" if word == "gained" else "shrank"
    since = f"{first.day}" if (first.year, first.month) == (last.year, last.month) else f"{first.day} {first:%B}"
    until = f"{last.day} {last:%B %Y}"
    bounds = f"between {patch.area_km2_min:.1f} and {patch.area_km2_max:.1f}"
    holder = code_list("actor").label(source.holder or "")
    return f"Ground held by {holder} {changed} by {patch.area_km2:.1f} km2 ({bounds}) from {since} to {until}"


def _maps(path: Path) -> list[Map]:
    """Return the maps by day. Raises InputError with every mistake in them."""
    if not path.is_dir():
        features = _features(path)
        drawn: dict[date, list[Any]] = defaultdict(list)
        problems = []
        for number, feature in enumerate(features, 1):
            at = f"{path}, feature {number}"
            try:
                drawn[_day((feature.get("properties") or {}).get("date"), at)].append((at, feature))
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(problems)
        return _drawn(drawn)
    files = [f for f in sorted(path.iterdir()) if f.suffix == ".geojson" and not f.name.startswith(".")]
    if not files:
        raise bad(str(path), "no map in this folder", "files named 2026-01-29.geojson", "Put the maps there.")
    problems = []
    of_file: dict[date, list[Any]] = {}
    for file in files:
        try:
            day = _day(file.stem, str(file))
            of_file[day] = [(f"{file}, feature {n}", f) for n, f in enumerate(_features(file), 1)]
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return _drawn(of_file)


def _drawn(features: dict[date, list[Any]]) -> list[Map]:
    maps, problems = [], []
    for day in sorted(features):
        try:
            maps.append(_map(day, features[day]))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return maps


def _day(text: Any, where: str) -> date:
    try:
        day = date.fromisoformat(text)
        if day.isoformat() != text:
            raise ValueError
        return day
    except (TypeError, ValueError):
        found = "no date" if text is None else f"'{str(text)[:40]}' is no date"
        remedy = "Name the file by its day, or give every feature a `date` property."
        raise bad(where, found, "a day 2026-01-29", remedy) from None


def _features(file: Path) -> list[dict[str, Any]]:
    remedy = "Check the file. Where nothing is held, write a feature with an empty MultiPolygon."
    try:
        features = json.loads(read_text(file, LARGEST_FILE, LARGEST_FILE))["features"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise bad(str(file), "not a GeoJSON FeatureCollection", "`features`", remedy) from None
    if not isinstance(features, list) or not features or not all(isinstance(f, dict) for f in features):
        raise bad(str(file), "no features", "at least one, with polygons", remedy)
    return features


def _map(day: date, features: list[tuple[str, dict[str, Any]]]) -> Map:
    shapes = [_polygons(feature.get("geometry"), where) for where, feature in features]
    held = shapely.normalize(shapely.union_all([shape for shape, _ in shapes]))
    notes = "; ".join(note for _, note in shapes if note)
    return Map(day, held, notes or None, features[0][0].rpartition(",")[0])


def _polygons(geometry: Any, where: str) -> tuple[BaseGeometry, str | None]:
    """Return a feature's polygons, and what was mended. Raises InputError where mending would change the area."""
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except (shapely.errors.ShapelyError, ValueError, TypeError):
        shape = None
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon"):
        remedy = "Take the feature out, or draw it as polygons."
        raise bad(where, "its geometry is not a polygon", "a Polygon or MultiPolygon", remedy)
    west, south, east, north = (0.0,) * 4 if shape.is_empty else shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        found = f"it reaches from {west:g}, {south:g} to {east:g}, {north:g}"
        raise bad(where, found, "degrees of longitude and latitude", "Save it in WGS 84 (EPSG:4326).")
    if shape.is_valid:
        return shape, None
    why = shapely.is_valid_reason(shape)
    mended = shapely.make_valid(shape)
    parts = [p for p in shapely.get_parts(mended) if p.geom_type in ("Polygon", "MultiPolygon")]
    whole = shapely.union_all(parts)
    if not parts or abs(area_km2(whole) - area_km2(shape)) > MENDED_SHARE * area_km2(shape):
        remedy = "Mend the drawing: the ground that it means cannot be told."
        raise bad(where, f"an invalid polygon: {why}", "a valid polygon", remedy)
    return whole, f"{Path(where).name}: {why}"
