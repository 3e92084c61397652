"""Where the windows of a draft lie when it is laid so many days later: each reading's, and the frame around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from holdfire.adjudicate.plan import ClausePlan, Plan
from holdfire.terms.instants import Span, midnight

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Reach:
    """From when to when something is or may be in force, in UTC, and its length in days.

    A vague bound counts in its middle for the length. `unbounded` tells that a bound was not said: it is taken where
    the other readings begin or end.
    """

    opens: datetime
    closes: datetime
    days: float
    unbounded: bool = False

    def local_days(self, zone: ZoneInfo) -> list[date]:
        """Return the local days that it touches."""
        first = self.opens.astimezone(zone).date()
        last = (self.closes - timedelta(microseconds=1)).astimezone(zone).date()
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@dataclass(frozen=True)
class Laid:
    """The reach of every reading that forbids something, and the frame: from the first opening to the last close."""

    frame: Reach
    readings: Mapping[str, Reach]


def laid(plan: Plan, days: int, otherwise: date) -> Laid:
    """Lay the windows of a plan so many calendar days later, at the same local times.

    A draft of which no reading says when it begins and when it ends has a frame of a week, from the day `otherwise`.
    """
    windows: dict[str, list[tuple[Span, Span]]] = {}
    for clause in plan.of_norm("prohibition"):
        windows.setdefault(clause.reading_id, []).append(_window(clause, days, plan.zone))
    every = [w for own in windows.values() for w in own]
    opens = min((s.earliest for s, _ in every if s.earliest), default=None)
    closes = max((e.latest for _, e in every if e.latest), default=None)
    if opens is None:
        opens = midnight(otherwise + days * DAY, plan.zone) if closes is None else closes - WEEK
    if closes is None or closes <= opens:
        closes = opens + WEEK
    frame = Reach(opens, closes, (closes - opens) / DAY)
    return Laid(frame, {reading: _reach(own, frame) for reading, own in windows.items()})


def _window(clause: ClausePlan, days: int, zone: ZoneInfo) -> tuple[Span, Span]:
    time = clause.clause.time
    return (Span(None, None), Span(None, None)) if time is None else time.later(days, zone).bounds(zone)


def _reach(windows: list[tuple[Span, Span]], frame: Reach) -> Reach:
    """Return from the first to the last of a reading's windows."""
    opens = min(s.earliest or frame.opens for s, _ in windows)
    closes = max(e.latest or frame.closes for _, e in windows)
    begins = min(_middle(s, frame.opens) for s, _ in windows)
    ends = max(_middle(e, frame.closes) for _, e in windows)
    # Bounds so vague that the end may come before the start have no middle between them.
    length = ends - begins if ends > begins else closes - opens
    bounds = (b for window in windows for span in window for b in (span.earliest, span.latest))
    return Reach(opens, closes, length / DAY, any(b is None for b in bounds))


def _middle(span: Span, otherwise: datetime) -> datetime:
    earliest, latest = span.earliest or otherwise, span.latest or otherwise
    return earliest + (latest - earliest) / 2
