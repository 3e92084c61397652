"""Context tables: what a place was like on a day, as it was observed, analysed afterwards or forecast, kept apart.

A bound alone is a value too: the lowest temperature of a month bounds that of each of its days from below. The optional
column `issued_on` says when a value was stated. A settlement's value carries the code of the area around it.
"""

from __future__ import annotations

from holdfire import tables
from holdfire.monitor.csvfile import rows
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.monitor.whereabouts import area_code
from holdfire.problems import bad

COLUMNS = ("date", "place", "kind", "measure", "value_c_min", "value_c_max", "url")
FACTS = {"tmin_c": "temperature_min", "tmax_c": "temperature_max"}


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read temperatures in degrees C per place and day. Raises InputError with file and line."""
    found: list[dict[str, object]] = []
    for row in rows(setting.folder / source.path, COLUMNS):
        place = row.required("place")
        low, high = row.number("value_c_min"), row.number("value_c_max")
        if low is not None and high is not None and low > high:
            raise bad(row.where, f"value_c_min {low} lies above value_c_max {high}", "the lower first", "Swap them.")
        day = row.day("date")
        if day is None:
            raise bad(row.where, "'date' is empty", "a date 2026-01-29", "Fill the cell.")
        found.append(
            {
                "fact": FACTS[row.choice("measure", tuple(FACTS))],
                "place_name": place,
                "place_code": area_code(setting, place),
                "day": day,
                "kind": row.choice("kind", ("observed", "analysed", "forecast")),
                "value_min": low,
                "value_max": high,
                "published": row.day("issued_on") if "issued_on" in row.cells else None,
                "url": row.text("url"),
            }
        )
    return Observed(conditions=tables.frame(found, tables.CONDITIONS))
