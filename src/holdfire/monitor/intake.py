"""Rows of somebody else's file: each becomes a report, or is refused with the reason; none is lost in between.

A case's own files are held to their format, and a mistake in one stops the run. What a provider publishes is not
the reader's to mend: a row that cannot be read is put aside, told of, and counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from holdfire import tables
from holdfire.monitor.csvfile import Row
from holdfire.monitor.setting import Observed, SourceEntry
from holdfire.problems import InputError, Problem, bad
from holdfire.terms.instants import midnight

Built = dict[str, object]
MOST = 10**9
DIGITS = 2
FINEST_KM = 1.0


def taken(
    source: SourceEntry,
    rows: Iterable[Row],
    build: Callable[[Row], Built],
) -> Observed:
    """Read every row with `build`, which returns columns of tables.REPORTS or raises InputError to refuse the row.

    `build` gives a `report_id` that is the row's own within the source; the source's id is put before it, and a row
    whose id was taken before is refused. Columns that `build` leaves out come from the source's entry: its group,
    publisher, actor and reliability. Points are rounded to a hundredth of a degree, about a kilometre: judging a truce
    needs no finer place, and nobody should aim by it.

    Reports are sorted by id, so the order of rows changes nothing unless two rows share an id: then the first is kept.
    """
    reports: dict[str, Built] = {}
    places: dict[str, str] = {}

    def take(row: Row) -> None:
        built = build(row)
        own = f"{source.id}:{built['report_id']}"
        if own in reports:
            found = f"'{built['report_id']}' was given before, by {places[own].rpartition('/')[2]}"
            raise InputError(Problem(row.where, found, "each row once", "The first is kept."))
        places[own] = row.where
        reports[own] = {
            "source_id": source.id,
            "source_groups": [source.group or source.id],
            "outlet": source.publisher,
            "actor": source.actor,
            "reliability": source.reliability,
            "tally": False,
            **_coarse(built),
            "report_id": own,
        }

    refused, count = each(source.id, rows, take)
    return Observed(
        reports=tables.frame([reports[k] for k in sorted(reports)], tables.REPORTS),
        refused=refused,
        rows=count,
    )


def each(source_id: str, rows: Iterable[Row], take: Callable[[Row], None]) -> tuple[pl.DataFrame, int]:
    """Do something with every row; return the rows that it refused (tables.REFUSED) and how many there were in all."""
    refused: list[Built] = []
    count = 0
    for row in rows:
        count += 1
        try:
            if row.fault is not None:
                raise InputError(row.fault)
            take(row)
        except InputError as error:
            refused.append(_refusal(source_id, error.problems[0]))
    return tables.frame(refused, tables.REFUSED), count


def digest(row: Row) -> str:
    """Return what tells a row from others where it has no id: a digest of all that it says."""
    said = "\x1f".join(f"{c}\x1e{row.cells[c].strip()}" for c in sorted(row.cells))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _coarse(built: Built) -> Built:
    lon, lat, radius = (built.get(c) for c in ("lon", "lat", "radius_km"))
    if not (isinstance(lon, float) and isinstance(lat, float)):
        return built
    wide = max(radius if isinstance(radius, float) else 0.0, FINEST_KM)
    return {**built, "lon": round(lon, DIGITS), "lat": round(lat, DIGITS), "radius_km": wide}


def figure(row: Row, column: str) -> int | None:
    """Return a whole number of 0 to 999,999,999, or null. Raises InputError."""
    value = row.whole(column)
    if value is not None and value >= MOST:
        raise bad(row.where, f"'{column}' is {value}", f"less than {MOST:,}", "Mend the cell.")
    return value


def _refusal(source_id: str, problem: Problem) -> Built:
    """Return the row of tables.REFUSED that tells of a problem."""
    return {
        "source_id": source_id,
        "where": problem.where.rpartition("/")[2],
        "found": problem.found,
        "expected": problem.expected,
        "remedy": problem.remedy,
    }


def days(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants (UTC) at which the first day begins and the last one ends in a time zone.

    Raises ValueError where that lies outside the years 1 to 9999, or the last day lies before the first.
    """
    if last < first:
        raise ValueError("the last day lies before the first")
    try:
        return midnight(first, zone), midnight(last + timedelta(days=1), zone)
    except OverflowError:
        raise ValueError("the day lies outside the calendar") from None


def utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return an instant in UTC; one without offset is local to the zone. Raises ValueError beyond the calendar."""
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise ValueError("the instant lies outside the calendar") from None
