"""Dates, nights, durations and fuzzy bounds as people write them, turned into instants in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from holdfire.problems import UnfitError

NIGHT_BEGINS = time(18)
NIGHT_ENDS = time(8)
UNSAID = "unsaid"

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")
_NIGHT = re.compile(r"night of (\d{4}-\d{2}-\d{2})$")
_LENGTH = re.compile(r"(\d+) (hours?|days?|weeks?)$")
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "ten": 10}

EXPECTED = "a date 2026-01-29, a local time 2026-01-29T18:00, 'night of 2026-01-29' or 'unsaid'"


@dataclass(frozen=True)
class Span:
    """A bound that lies somewhere in [earliest, latest], in UTC; null is unbounded on that side."""

    earliest: datetime | None
    latest: datetime | None


@dataclass(frozen=True)
class Length:
    """A duration: days are calendar days in the time zone, hours are hours that pass."""

    days: int = 0
    hours: int = 0

    def after(self, instant: datetime | None, zone: ZoneInfo) -> datetime | None:
        """Return the instant that lies this much later; null stays null."""
        if instant is None:
            return None
        local = instant.astimezone(zone).replace(tzinfo=None) + timedelta(days=self.days)
        return local.replace(tzinfo=zone).astimezone(UTC) + timedelta(hours=self.hours)


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name. Raises UnfitError where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        found, remedy = f"unknown time zone '{name}'", "Write the zone of the place, or UTC."
        raise UnfitError(found, "an IANA name such as Europe/Kyiv", remedy) from None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins in a time zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def night(evening: date, zone: ZoneInfo) -> Span:
    """Return the night that begins on the evening of a day: 18:00 to 08:00, local time."""
    return Span(
        datetime.combine(evening, NIGHT_BEGINS, zone).astimezone(UTC),
        datetime.combine(evening + timedelta(days=1), NIGHT_ENDS, zone).astimezone(UTC),
    )


def span(text: str, zone: ZoneInfo) -> Span:
    """Turn one written time into the span it may mean.

    A bare date is the day in the zone, a night runs 18:00 to 08:00, a time without offset is local.
    Raises ValueError for anything else.
    """
    text = text.strip()
    if text == UNSAID:
        return Span(None, None)
    if _DATE.match(text):
        day = date.fromisoformat(text)
        return Span(midnight(day, zone), midnight(day + timedelta(days=1), zone))
    if found := _NIGHT.match(text):
        return night(date.fromisoformat(found[1]), zone)
    moment = datetime.fromisoformat(text.replace(" ", "T"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    moment = moment.astimezone(UTC)
    return Span(moment, moment)


def later(text: str, days: int, zone: ZoneInfo) -> str:
    """Return a written time so many calendar days later, at the same time of day in the zone; `unsaid` stays unsaid."""
    text = text.strip()
    if text == UNSAID:
        return text
    if _DATE.match(text):
        return (date.fromisoformat(text) + timedelta(days=days)).isoformat()
    if found := _NIGHT.match(text):
        return f"night of {date.fromisoformat(found[1]) + timedelta(days=days)}"
    moment = datetime.fromisoformat(text.replace(" ", "T"))
    if moment.tzinfo is not None:
        moment = moment.astimezone(zone).replace(tzinfo=None)
    return (moment + timedelta(days=days)).isoformat()


def length(text: str) -> Length:
    """Turn '1 week', 'a week', '72 hours' or '30 days' into a duration. Raises ValueError otherwise."""
    words = text.strip().lower().split(" ", 1)
    if words[0] in _NUMBERS and len(words) == 2:
        words[0] = str(_NUMBERS[words[0]])
    found = _LENGTH.match(" ".join(words))
    if not found or int(found[1]) == 0:
        raise ValueError(f"'{text}' is not a length of time")
    number, unit = int(found[1]), found[2].rstrip("s")
    return {"hour": Length(hours=number), "day": Length(days=number), "week": Length(days=7 * number)}[unit]
