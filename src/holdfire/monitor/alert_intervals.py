"""Air-raid alerts: from when to when an area was under threat. An alert is a threat, not a strike.

Yields no reports: hours under alert per area and day as a condition, and the reporting calendar. An interval of
more than 24 hours is a stuck siren: it counts no hours, and an area's days that it touches are not known. A day on
which no area at all has an alert is not read as calm, but as a day without a report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from holdfire import tables
from holdfire.monitor.calendar import calendar, days_between
from holdfire.monitor.csvfile import rows
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.problems import bad
from holdfire.terms.instants import midnight

COLUMNS = ("area", "started_at", "finished_at")
STUCK = timedelta(hours=24)


@dataclass(frozen=True)
class Alert:
    """One alert of an area, or of a part of it, from when to when (with offset)."""

    place_code: str
    start: datetime
    end: datetime
    whole: bool


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read intervals with columns area, started_at, finished_at (UTC). Raises InputError with file and line."""
    alerts = []
    for row in rows(setting.folder / source.path, COLUMNS):
        name = row.required("area")
        area = setting.areas.find(name)
        if area is None:
            raise bad(row.where, f"unknown area '{name}'", "an area of the case", "Mend the name, or add the area.")
        start, end = (_utc(row.required(c), row.where) for c in COLUMNS[1:])
        if start > end:
            raise bad(row.where, "finished_at lies before started_at", "start, then end", "Swap them.")
        alerts.append(Alert(area.code, start, end, True))
    return under_alert(source, setting, alerts)


def under_alert(source: SourceEntry, setting: Setting, alerts: list[Alert]) -> Observed:
    """Return the calendar, and hours per area and day: at least (the whole area) and at most (any part of it)."""
    codes = sorted({a.place_code for a in alerts})
    stuck = {(a.place_code, day) for a in alerts if a.end - a.start > STUCK for day in _days(a.start, a.end, setting)}
    brief = [a for a in alerts if a.end - a.start <= STUCK]
    least = _hours([a for a in brief if a.whole], setting)
    most = _hours(brief, setting)
    days = days_between(setting.first, setting.last)
    reported = {day for _, day in most} & set(days)
    conditions = [
        {
            "fact": "alert_hours",
            "place_code": code,
            "day": day,
            "kind": "observed",
            "value_min": round(least.get((code, day), 0.0), 3),
            "value_max": round(most.get((code, day), 0.0), 3),
        }
        for code in codes
        for day in sorted(reported)
        if (code, day) not in stuck
    ]
    return Observed(
        calendar=calendar(source.id, codes, days, reported),
        conditions=tables.frame(conditions, tables.CONDITIONS),
    )


def _hours(alerts: list[Alert], setting: Setting) -> dict[tuple[str, date], float]:
    intervals: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for alert in alerts:
        intervals[alert.place_code].append((alert.start, alert.end))
    hours: dict[tuple[str, date], float] = defaultdict(float)
    for code, own in intervals.items():
        for start, end in _merged(own):
            for day in _days(start, end, setting):
                hours[code, day] += _hours_on(day, start, end, setting.zone)
    return hours


def _merged(intervals: list[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """Yield intervals that do not overlap: alerts of an area and of its parts are listed beside each other."""
    current: tuple[datetime, datetime] | None = None
    for start, end in sorted(intervals):
        if current is not None and start <= current[1]:
            current = current[0], max(current[1], end)
            continue
        if current is not None:
            yield current
        current = start, end
    if current is not None:
        yield current


def _days(start: datetime, end: datetime, setting: Setting) -> list[date]:
    first = max(start.astimezone(setting.zone).date(), setting.first)
    last = min((end - timedelta(microseconds=1)).astimezone(setting.zone).date(), setting.last)
    return days_between(first, last) if first <= last else []


def _hours_on(day: date, start: datetime, end: datetime, zone: ZoneInfo) -> float:
    opens, closes = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    return max(timedelta(), min(end, closes) - max(start, opens)) / timedelta(hours=1)


def _utc(text: str, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None or not 1 < moment.year < 9999:
        expected = "an instant with offset, 2026-01-29T18:00:00+00:00"
        raise bad(where, f"the time is '{text}'", expected, "Mend the cell.")
    return moment
