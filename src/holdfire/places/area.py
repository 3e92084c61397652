"""Administrative areas: codes, names, what they are part of, and polygons where there are any."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from threading import RLock
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from holdfire.problems import bad
from holdfire.terms import read_text

# Geometries keep notes of what they were asked, and projections their state: no two threads may share them at a time.
ONE_AT_A_TIME = RLock()
BUNDLED = ("areas.csv", "ukraine_areas.geojson")
LARGEST_FILE = 200_000_000
NOISE_DEGREES = 1e-7


@dataclass(frozen=True)
class Area:
    """One area. `part_of` is the code of the area around it, null for a country."""

    code: str
    name: str
    names: tuple[str, ...] = ()
    part_of: str | None = None
    outline: str | None = field(default=None, repr=False)

    @cached_property
    def geometry(self) -> BaseGeometry | None:
        """The polygon in degrees (WGS 84), or null where none is known."""
        return None if self.outline is None else shapely.from_geojson(self.outline)


class Areas:
    """All areas of a case, by code and by name."""

    def __init__(self, areas: list[Area]):
        self._areas = {a.code: a for a in areas}
        self._names: dict[str, str] = {}
        self._geometry: dict[str, BaseGeometry | None] = {}
        self._cores: dict[str, BaseGeometry | None] = {}
        for area in areas:
            for name in (area.code, area.name, *area.names):
                self._names.setdefault(_key(name), area.code)

    def codes(self) -> list[str]:
        """Return every code, sorted."""
        return sorted(self._areas)

    def find(self, name: str) -> Area | None:
        """Return the area of a code or a name; null if none is known by it."""
        code = self._names.get(_key(name))
        if code is None and name.rstrip().endswith(")"):
            # "Belgorod Oblast (RU)": a country mark behind the name.
            bare, _, mark = name.rstrip(" )").rpartition("(")
            code = self._names.get(_key(bare))
            if code is not None and mark and self.lineage(code)[-1] != mark:
                return None
        return None if code is None else self._areas[code]

    def __getitem__(self, code: str) -> Area:
        return self._areas[code]

    def lineage(self, code: str) -> tuple[str, ...]:
        """Return the code and those of all areas around it, narrowest first.

        A code that is not known is still below what it begins with: UA-80 is in UA.
        """
        line = [code]
        while (around := self._around(line[-1])) is not None:
            line.append(around)
        return tuple(line)

    def _around(self, code: str) -> str | None:
        if code in self._areas:
            return self._areas[code].part_of
        return code.rpartition("-")[0] or None

    def below(self, code: str) -> tuple[str, ...]:
        """Return the codes of all areas within an area, sorted; none if it has no parts."""
        return tuple(c for c in self.codes() if c != code and code in self.lineage(c))

    def geometry(self, code: str) -> BaseGeometry | None:
        """Return the polygon of an area, or the union of its parts'; null where it or a part has none."""
        with ONE_AT_A_TIME:
            if code not in self._geometry:
                area = self._areas.get(code)
                own = area.geometry if area else None
                if own is None:
                    parts = [self.geometry(c) for c in self.below(code)]
                    own = shapely.coverage_union_all(parts) if parts and None not in parts else None
                if own is not None:
                    shapely.prepare(own)
                self._geometry[code] = own
            return self._geometry[code]

    def core(self, code: str) -> BaseGeometry | None:
        """Return the polygon of an area without the centimetre along its border; null where there is none.

        Neighbours share that border, and so may a zone drawn along it: what overlaps it by less comes from arithmetic.
        """
        with ONE_AT_A_TIME:
            if code not in self._cores:
                whole = self.geometry(code)
                core = None if whole is None else whole.buffer(-NOISE_DEGREES)
                self._cores[code] = whole if core is None or core.is_empty else core
            return self._cores[code]


def _key(name: str) -> str:
    return " ".join(name.casefold().replace("’", "'").replace("ʼ", "'").split())


def load_areas(*more: Path) -> Areas:
    """Load the areas that ship with holdfire, and those of a case's own files.

    A file is a CSV with `code,name,names,part_of` or a GeoJSON with the same properties; `names` are separated
    by |. Raises InputError where a file is wrong.
    """
    return _loaded(more) if more else _bundled()


@cache
def _bundled() -> Areas:
    return _loaded(())


def _loaded(more: tuple[Path, ...]) -> Areas:
    areas: dict[str, Area] = {}
    for name in BUNDLED:
        text = resources.files("holdfire.places").joinpath("data", name).read_text(encoding="utf-8")
        areas.update((a.code, a) for a in _parse(text, name))
    for path in more:
        areas.update((a.code, a) for a in _parse(read_text(path, LARGEST_FILE, LARGEST_FILE), str(path)))
    for area in areas.values():
        if area.part_of is not None and area.part_of not in areas:
            raise bad(f"area '{area.code}'", f"it is part of '{area.part_of}'", "a known area", "Add that area.")
        seen, around = {area.code}, area.part_of
        while around is not None:
            if around in seen:
                raise bad(f"area '{area.code}'", "it is part of itself", "a hierarchy", "Mend its `part_of`.")
            seen.add(around)
            around = areas[around].part_of
    return Areas([areas[c] for c in sorted(areas)])


def _parse(text: str, where: str) -> Iterator[Area]:
    return _from_geojson(text, where) if where.endswith("json") else _from_csv(text, where)


def _from_csv(text: str, where: str) -> Iterator[Area]:
    reader = csv.DictReader(io.StringIO(text))
    if missing := {"code", "name", "names", "part_of"} - set(reader.fieldnames or []):
        raise bad(f"{where}:1", f"no column {', '.join(sorted(missing))}", "code,name,names,part_of", "Add it.")
    for row in reader:
        if not row["code"] or not row["name"] or None in row or None in row.values():
            raise bad(f"{where}:{reader.line_num}", "not a whole row", "code,name,names,part_of", "Mend the row.")
        names = tuple(n for n in row["names"].split("|") if n)
        yield Area(row["code"], row["name"], names, row["part_of"] or None)


def _from_geojson(text: str, where: str) -> Iterator[Area]:
    try:
        features: list[Any] = json.loads(text)["features"]
    except (ValueError, KeyError, TypeError):
        raise bad(where, "not a GeoJSON FeatureCollection", "`features`", "Check the file.") from None
    for number, feature in enumerate(features, 1):
        at = f"{where}, feature {number}"
        try:
            properties, shape = feature["properties"], feature["geometry"]
            area = Area(
                str(properties["code"]),
                str(properties["name"]),
                tuple(properties.get("names") or ()),
                properties.get("part_of"),
                json.dumps(shape),
            )
        except (KeyError, TypeError):
            raise bad(at, "no code, name or geometry", "properties code and name, and a geometry", "Add it.") from None
        if not where.startswith("ukraine_areas"):
            _check(area, at)
        yield area


def _check(area: Area, at: str) -> None:
    try:
        geometry = area.geometry
    except shapely.errors.ShapelyError:
        geometry = None
    if geometry is None or geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
        raise bad(at, "its geometry is not a polygon", "a Polygon or MultiPolygon", "Mend the feature.")
    if not geometry.is_valid:
        raise bad(at, f"an invalid polygon: {shapely.is_valid_reason(geometry)}", "a valid polygon", "Mend it.")
