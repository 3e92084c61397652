"""Wording in the agreement's own time zone and days; what it does not say stays in brackets, for its drafter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from holdfire.terms.instants import Span, midnight
from holdfire.terms.lint.rule import clauses
from holdfire.terms.model import Agreement

ZONE, FIRST_DAY, LAST_DAY = "[time zone]", "[first day]", "[last day]"


def worded(wording: str, agreement: Agreement) -> str:
    """Return wording with the zone, the first and the last day that the prohibitions of all readings name.

    Where readings or a vague bound leave several days, all of them stay in brackets: to choose is the drafter's.
    """
    windows = [c.time.bounds(agreement.zone) for _, _, c in clauses(agreement, "prohibition") if c.time is not None]
    first = _local((start for start, _ in windows), agreement)
    # A bound that is midnight closes the day before it.
    last = _local((end for _, end in windows), agreement, timedelta(microseconds=1))
    own = first if FIRST_DAY in wording else last if LAST_DAY in wording else first + last
    told = wording.replace(ZONE, _zone(agreement, own))
    for placeholder, days in ((FIRST_DAY, first), (LAST_DAY, last)):
        told = told.replace(placeholder, _days(days) if days else placeholder)
    return told


def _local(bounds: Iterable[Span], agreement: Agreement, less: timedelta = timedelta()) -> list[date]:
    moments = [m for bound in bounds for m in (bound.earliest, bound.latest) if m is not None]
    return [(m - less).astimezone(agreement.zone).date() for m in moments]


def _zone(agreement: Agreement, days: list[date]) -> str:
    """Return 'Kyiv time (UTC+2)'; without an offset where clocks change between these days."""
    key = agreement.zone.key
    noons = (midnight(d, agreement.zone) + timedelta(hours=12) for d in days or [agreement.announced_on])
    offsets = {_offset(noon.astimezone(agreement.zone)) for noon in noons}
    city = None if "/" not in key or key.startswith("Etc/") else key.rsplit("/", 1)[1].replace("_", " ")
    if city is None:
        return offsets.pop() if len(offsets) == 1 else key
    return f"{city} time ({offsets.pop()})" if len(offsets) == 1 else f"{city} time"


def _offset(local: datetime) -> str:
    """Return 'UTC', 'UTC+2' or 'UTC+5:30'."""
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}{f':{rest:02}' if rest else ''}"


def _days(days: list[date]) -> str:
    """Return '30 January 2026', or in brackets those among which to choose."""
    low, high = min(days), max(days)
    if low == high:
        return f"{low.day} {low:%B %Y}"
    begin = f"{low.day}"
    if (low.year, low.month) != (high.year, high.month):
        begin += f" {low:%B}" if low.year == high.year else f" {low:%B %Y}"
    end = f"{high.day} {high:%B %Y}"
    return f"[{begin} or {end}]" if high - low == timedelta(days=1) else f"[a day from {begin} to {end}]"
