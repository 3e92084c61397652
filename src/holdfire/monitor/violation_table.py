"""Daily tables of a monitoring mission, in the manner of the OSCE in Ukraine until 2022: what was seen from where.

One row is one observation from one position: between two hours, so many explosions, shots or projectiles, heard, seen
or recorded. A row with a count of 0 says that somebody watched and observed nothing. How long was watched is part of
the record: the hours of each area and day are kept as a condition (`observation_hours`), and only a day that was
watched all through counts as reported. Distances and directions are from the position, so the place is a disc around
the event where it is named, else around the position as far as one hears. A mission does not say who did it.

What it cannot see: what happened where and when nobody watched, above all at night and beyond earshot; who did it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import partial

import polars as pl

from holdfire import tables
from holdfire.monitor.calendar import calendar, days_between
from holdfire.monitor.coding import acts_of, mentions
from holdfire.monitor.csvfile import Row
from holdfire.monitor.intake import Built, days, figure, taken, utc
from holdfire.monitor.records import records
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.monitor.whereabouts import region
from holdfire.problems import bad
from holdfire.terms.instants import midnight

COLUMNS = (
    *("observation_id", "date", "time_from", "time_to", "area", "position", "location", "means", "count"),
    *("observation", "weapon", "description"),
)
EARSHOT_KM = 10.0
Watched = dict[tuple[str, date], list[tuple[datetime, datetime]]]


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read a table into reports, hours watched and a calendar. Raises InputError for a file that is none."""
    watched: Watched = defaultdict(list)
    silent: list[str] = []
    build = partial(_report, source, setting, watched, silent)
    found = taken(source, records(setting.folder / source.path, COLUMNS), build)
    whole = days_between(setting.first, setting.last)
    hours = {key: _hours(own) for key, own in watched.items()}
    conditions = [
        {
            "fact": "observation_hours",
            "place_code": code,
            "day": day,
            "kind": "observed",
            "value_min": round(value, 3),
            "value_max": round(value, 3),
        }
        for (code, day), value in sorted(hours.items())
        if setting.first <= day <= setting.last
    ]
    calendars = [tables.empty(tables.CALENDAR)]
    for code in sorted({code for code, _ in hours}):
        full = {day for (c, day), value in hours.items() if c == code and value >= _length(day, setting)}
        calendars.append(calendar(source.id, [code], whole, full))
    seen = found.reports.filter(~pl.col("report_id").is_in(silent))
    return Observed(
        reports=seen,
        calendar=pl.concat(calendars),
        conditions=tables.frame(conditions, tables.CONDITIONS),
        refused=found.refused,
        rows=found.rows,
        used=len(found.reports) - len(seen),
    )


def _length(day: date, setting: Setting) -> float:
    """Return how many hours a day has: 23 or 25 where the clocks change."""
    return (midnight(day + timedelta(days=1), setting.zone) - midnight(day, setting.zone)) / timedelta(hours=1)


def _hours(spans: list[tuple[datetime, datetime]]) -> float:
    """Return the hours that spans cover together."""
    total, reached = timedelta(), datetime.min
    for start, end in sorted((s.replace(tzinfo=None), e.replace(tzinfo=None)) for s, e in spans):
        total += max(timedelta(), end - max(start, reached))
        reached = max(reached, end)
    return total / timedelta(hours=1)


def _report(source: SourceEntry, setting: Setting, watched: Watched, silent: list[str], row: Row) -> Built:
    day, number = row.day("date"), figure(row, "count")
    if day is None or number is None:
        raise bad(row.where, "'date' or 'count' is empty", "a date, and a count of 0 or more", "Mend the row.")
    start, end = _times(row, day, setting)
    area = region(setting, row.required("area"))
    if area is None:
        raise bad(row.where, f"unknown area '{row.required('area')[:40]}'", "an area of the case", "Add the area.")
    own = row.required("observation_id")
    watched[area.code, day].append((start, end))
    if number == 0:
        silent.append(f"{source.id}:{own}")
    text = " ".join(part for part in (row.text("observation"), row.text("description")) if part)
    weapons = mentions("weapon", row.text("weapon"))
    return {
        "report_id": own,
        "published": day,
        "start": start,
        "end": end,
        **_where(row, area.code, setting),
        "actor": None,
        "acts": acts_of(weapons, row.text("weapon"), source.act),
        "weapons": weapons,
        "count": number,
        "tally": number > 1,
        "account": "; ".join(part for part in (text, row.text("weapon"), row.text("means")) if part) or None,
    }


def _times(row: Row, day: date, setting: Setting) -> tuple[datetime, datetime]:
    """Return the hours watched; 24:00 is the end of the day. Hours past midnight belong to a row of their own."""
    bounds = []
    for column in ("time_from", "time_to"):
        text = row.required(column)
        hour, _, minute = text.partition(":")
        if not (hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit() and len(text) <= 5):
            raise bad(row.where, f"'{column}' is '{text[:20]}'", "a local time 09:15", "Mend the cell.")
        minutes = int(hour) * 60 + int(minute)
        if int(minute) > 59 or minutes > 24 * 60:
            raise bad(row.where, f"'{column}' is '{text}'", "a local time 09:15", "Mend the cell.")
        try:
            at = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
            days(day, day, setting.zone)
            bounds.append(utc(at, setting.zone))
        except (ValueError, OverflowError):
            raise bad(row.where, f"'date' is {day}", "a day of the calendar", "Mend the cell.") from None
    if bounds[0] > bounds[1]:
        raise bad(row.where, "time_to lies before time_from", "one day", "Make two rows of it, one a day.")
    return bounds[0], bounds[1]


def _where(row: Row, code: str, setting: Setting) -> Built:
    """Return a disc around the event's place, or, where that is not named, as far around the position as one hears."""
    for column, least in (("location", 0.0), ("position", EARSHOT_KM)):
        name = row.text(column)
        if name is None:
            continue
        found = setting.gazetteer.find(name, code)
        if found is not None and found.lon is not None:
            radius = max(found.radius_km or 0.0, least)
            return {"place_name": name, "place_code": code, "lon": found.lon, "lat": found.lat, "radius_km": radius}
        return {"place_name": name, "place_code": code}
    return {"place_code": code}
