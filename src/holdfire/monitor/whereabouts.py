"""Places as providers give them: a region by name, a point in two cells."""

from __future__ import annotations

from holdfire.monitor.csvfile import Row
from holdfire.monitor.intake import Built
from holdfire.monitor.setting import Setting
from holdfire.places import Area
from holdfire.problems import bad


def region(setting: Setting, name: str | None) -> Area | None:
    """Return the area of a name, written with or without "Oblast" and apostrophes; null where none is known by it."""
    if not name:
        return None
    plain = name.replace("'", "").replace("’", "")
    for spelling in (name, f"{plain} Oblast", plain):
        if (area := setting.areas.find(spelling)) is not None:
            return area
    return None


def area_code(setting: Setting, name: str) -> str | None:
    """Return the code of the area that a name is of, or that its settlement lies in; null where neither is known."""
    area = setting.areas.find(name)
    if area is not None:
        return area.code
    place = setting.gazetteer.find(name)
    return None if place is None else place.code or None


def point(row: Row, lon: str, lat: str, radius_km: float) -> Built:
    """Return a disc around the point in two cells, or nothing where both are empty. Raises InputError."""
    east, north = row.number(lon), row.number(lat)
    if east is None and north is None:
        return {}
    if east is None or north is None or not (-180 <= east <= 180 and -90 <= north <= 90):
        found = f"'{lon}' is {east} and '{lat}' is {north}"
        raise bad(row.where, found, "both in degrees, or both empty", "Mend the row.")
    return {"lon": east, "lat": north, "radius_km": radius_km}
