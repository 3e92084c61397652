"""Air-raid alerts: from when to when an area was under threat. An alert is a threat, not a strike.

Yields no reports: hours under alert per area and day as a condition, and the reporting calendar. Intervals over
24 hours are stuck sirens and are left out. A day on which no area at all has an alert is not read as calm, but as
a day without a report.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from holdfire import tables
from holdfire.monitor.calendar import calendar, days_between
from holdfire.monitor.csvfile import rows
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.problems import bad
from holdfire.terms.instants import midnight

STUCK = timedelta(hours=24)


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read intervals with columns area, started_at, finished_at (UTC). Raises InputError with file and line."""
    hours: dict[tuple[str, date], float] = defaultdict(float)
    for row in rows(setting.folder / source.path, ("area", "started_at", "finished_at")):
        name = row.required("area")
        area = setting.areas.find(name)
        if area is None:
            raise bad(row.where, f"unknown area '{name}'", "an area of the case", "Mend the name, or add the area.")
        start, end = (_utc(row.required(c), row.where) for c in ("started_at", "finished_at"))
        if start > end:
            raise bad(row.where, "finished_at lies before started_at", "start, then end", "Swap them.")
        if end - start > STUCK:
            continue
        day = start.astimezone(setting.zone).date()
        while midnight(day, setting.zone) < end:
            opens, closes = midnight(day, setting.zone), midnight(day + timedelta(days=1), setting.zone)
            hours[area.code, day] += (min(end, closes) - max(start, opens)) / timedelta(hours=1)
            day += timedelta(days=1)
    days = days_between(setting.first, setting.last)
    reported = {day for _, day in hours}
    conditions = [
        {
            "fact": "alert_hours",
            "place_code": code,
            "day": day,
            "kind": "observed",
            "value_min": round(value, 3),
            "value_max": round(value, 3),
        }
        for (code, day), value in sorted(hours.items())
        if setting.first <= day <= setting.last
    ]
    return Observed(
        calendar=calendar(source.id, {code for code, _ in hours}, days, reported),
        conditions=tables.frame(conditions, tables.CONDITIONS),
    )


def _utc(text: str, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        raise bad(
            where,
            f"the time is '{text}'",
            "an instant with offset, 2026-01-29T18:00:00+00:00",
            "Mend the cell.",
        )
    return moment
