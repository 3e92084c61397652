"""Heat and power: figures of people, buildings or places without them, as somebody stated them on a day.

A figure is kept as it was stated: a number, or a range; "over" or "at least" beside it leave its upper bound open,
"nearly" or "almost" its lower one, and words such as "all" both. What a row measures is
its quantity, in the words of the list; figures of different quantities must not be compared or added up. Quantity and
unit must count the same: people are not the customers of a grid. How long it lasted on that day is known only where
the optional columns `hours_min` and `hours_max` say so.

Two more columns are optional. `said_by` is whose figure it is. `attributed_to` is what the source says caused it:
`attack`, `grid_failure`, `weather` or `other`; empty or `unstated` where it does not tell. That is neither: nobody said
that an attack caused it, and nobody said that none did.
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
CAUSES = ("attack", "grid_failure", "weather", "other")
UNTOLD = "unstated"
UNITS = {
    "people": re.compile(r"\b(people|persons?|residents?|inhabitants?)\b"),
    "buildings": re.compile(r"\b(buildings?|houses?)\b"),
    "customers": re.compile(r"\b(customers?|consumers?|subscribers?)\b"),
    "households": re.compile(r"\b(households?|families)\b"),
}
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
        quantity = row.required("quantity")
        _same_count(row, quantity, unit)
        found.append(
            {
                "fact": quantity,
                "place_name": place,
                "place_code": area_code(setting, place),
                "day": day,
                "kind": "observed",
                "value_min": None if _CEILING.search(unit) else low,
                "value_max": None if _FLOOR.search(unit) else high,
                "unit": row.text("unit"),
                **_hours(row),
                "attributed_to": _cause(row),
                "said_by": row.first("said_by"),
                "url": row.text("url"),
            }
        )
    return Observed(conditions=tables.frame(found, tables.CONDITIONS))


def unit_of(text: str | None) -> str | None:
    """Return what a unit counts, by its words; null where that is neither people nor where they live."""
    return next((unit for unit, words in UNITS.items() if words.search((text or "").casefold())), None)


def _same_count(row: Row, quantity: str, unit: str) -> None:
    """Refuse a row whose quantity names people and whose unit names customers, or the like: one of them is wrong."""
    named = [name for name, words in UNITS.items() if words.search(quantity.casefold())]
    counted = unit_of(unit)
    if named and counted is not None and counted not in named:
        raise bad(
            row.where,
            f"the quantity '{quantity}' counts {named[0]}, the unit '{unit}' {counted}",
            "the same in both",
            "Look up what the source counted, and say that in both.",
        )


def _cause(row: Row) -> str | None:
    """Return what the source says caused it; null where it does not tell."""
    if row.first("attributed_to") is None:
        return None
    told = row.choice("attributed_to", (*CAUSES, UNTOLD))
    return None if told == UNTOLD else told


def _hours(row: Row) -> Built:
    """Return how long it lasted on the day, at least and at most. Raises InputError outside 0 to 25 hours."""
    given: Built = {c: row.number(c) if c in row.cells else None for c in ("hours_min", "hours_max")}
    known = [v for v in given.values() if isinstance(v, float)]
    if known != sorted(known) or any(not 0 <= v <= LONGEST_DAY for v in known):
        expected = f"0 to {LONGEST_DAY}, the lower first"
        raise bad(row.where, f"hours_min and hours_max are {known}", expected, "Mend the cells, or leave them empty.")
    return given
