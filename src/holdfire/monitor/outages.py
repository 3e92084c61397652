"""Heat and power: figures of people, buildings or places without them, as somebody stated them on a day.

A figure is kept as it was stated: a number, or a range; "over" or "at least" beside it leave its upper bound open,
"nearly" or "almost" its lower one, and words such as "all" both. What a row measures is
its quantity, in the words of the list; figures of different quantities must not be compared or added up.
"""

from __future__ import annotations

import re

from holdfire import tables
from holdfire.monitor.csvfile import rows
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.problems import bad

COLUMNS = ("date", "place", "quantity", "value", "unit", "url")
_FLOOR = re.compile(r"\b(over|more than|at least)\b")
_CEILING = re.compile(r"\b(nearly|almost|up to)\b")
_RANGE = re.compile(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?$")


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read figures per place and day into conditions. Raises InputError with file and line."""
    found: list[dict[str, object]] = []
    for row in rows(setting.folder / source.path, COLUMNS):
        place = row.required("place")
        area = setting.areas.find(place)
        day = row.day("date")
        if day is None:
            raise bad(row.where, "'date' is empty", "a date 2026-01-29", "Fill the cell.")
        stated = _RANGE.match((row.text("value") or "").replace(",", ""))
        low = float(stated[1]) if stated else None
        high = float(stated[2]) if stated and stated[2] else low
        unit = row.text("unit") or ""
        found.append(
            {
                "fact": row.required("quantity"),
                "place_name": place,
                "place_code": area.code if area else None,
                "day": day,
                "kind": "observed",
                "value_min": None if _CEILING.search(unit) else low,
                "value_max": None if _FLOOR.search(unit) else high,
                "url": row.text("url"),
            }
        )
    return Observed(conditions=tables.frame(found, tables.CONDITIONS))
