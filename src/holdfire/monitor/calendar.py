"""The reporting calendar: on which place-days a source did report, zeros included."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import polars as pl

from holdfire import tables


def days_between(first: date, last: date) -> list[date]:
    """Return every day from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def by_mornings(mornings: Iterable[date], days: list[date]) -> set[date]:
    """Return the days on which a source of nightly reports did report: both nights that touch the day are there.

    `mornings` are the days on whose morning a reported night ends.
    """
    there = set(mornings)
    return {day for day in days if {day, day + timedelta(days=1)} <= there}


def calendar(source_id: str, place_codes: Iterable[str], days: list[date], reported: set[date]) -> pl.DataFrame:
    """Return a calendar over places and days; a day outside `reported` is one without a report."""
    return tables.frame(
        [
            {"source_id": source_id, "place_code": code, "day": day, "reported": day in reported}
            for code in sorted(place_codes)
            for day in days
        ],
        tables.CALENDAR,
    )
