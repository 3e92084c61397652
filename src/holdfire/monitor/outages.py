"""Heat and power: figures of people, buildings or places without them, as somebody stated them on a day.

A figure is kept as it was stated: a number, or a range; "over" or "at least" beside it leave its upper bound open,
"nearly" or "almost" its lower one, and words such as "all" both. What a row measures is
its quantity, in the words of the list; figures of different quantities must not be compared or added up. How long it
lasted on that day is known only where the optional columns `hours_min` and `hours_max` say so.
"""

from __future__ import annotations

import re

from holdfire import tables
from holdfire.monitor.csvfile import Row, rows
from holdfire.monitor.intake import Built
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.monitor.whereabouts import area_code
from holdfire.problems import bad

COLUMNS = ("date", "place", "quantity", "value", "unit", "url")
LONGEST_DAY = 25
_FLOOR = re.compile(r"\b(over|more than|at least)\b")
_CEILING = re.compile(r"\b(nearly|almost|up to)\b")
_RANGE = re.compile(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?$")


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read figures per place and day into conditions. Raises InputError with file and line."""
    found: list[dict[str, object]] = []
    for row in rows(setting.folder / source.path, COLUMNS):
        place = row.required("place")
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
                "place_code": area_code(setting, place),
                "day": day,
                "kind": "observed",
                "value_min": None if _CEILING.search(unit) else low,
                "value_max": None if _FLOOR.search(unit) else high,
                "unit": row.text("unit"),
                **_hours(row),
                "url": row.text("url"),
            }
        )
    return Observed(conditions=tables.frame(found, tables.CONDITIONS))


def _hours(row: Row) -> Built:
    """Return how long it lasted on the day, at least and at most. Raises InputError outside 0 to 25 hours."""
    given: Built = {c: row.number(c) if c in row.cells else None for c in ("hours_min", "hours_max")}
    known = [v for v in given.values() if isinstance(v, float)]
    if known != sorted(known) or any(not 0 <= v <= LONGEST_DAY for v in known):
        expected = f"0 to {LONGEST_DAY}, the lower first"
        raise bad(row.where, f"hours_min and hours_max are {known}", expected, "Mend the cells, or leave them empty.")
    return given
