"""Context tables: what was measured of a place on a day, observations and forecasts kept apart."""

from __future__ import annotations

from holdfire import tables
from holdfire.monitor.csvfile import rows
from holdfire.monitor.setting import Observed, Setting, SourceEntry

FACTS = {"tmin_c": "temperature_min", "tmax_c": "temperature_max"}


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read temperatures in degrees C per place and day. Raises InputError with file and line."""
    found: list[dict[str, object]] = []
    for row in rows(
        setting.folder / source.path,
        ("date", "place", "kind", "measure", "value_c_min", "value_c_max", "url"),
    ):
        place = row.required("place")
        area = setting.areas.find(place)
        found.append(
            {
                "fact": FACTS[row.choice("measure", tuple(FACTS))],
                "place_name": place,
                "place_code": area.code if area else None,
                "day": row.day("date"),
                "kind": row.choice("kind", ("observed", "forecast")),
                "value_min": row.number("value_c_min"),
                "value_max": row.number("value_c_max"),
                "url": row.text("url"),
            }
        )
    return Observed(conditions=tables.frame(found, tables.CONDITIONS))
