"""The series of nights: how many munitions of each kind the bulletins report, and null where there is none."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from holdfire.terms import code_list

EVENING, MORNING = timedelta(hours=18), timedelta(hours=8)
KINDS = {"drones": "drone", "missiles": "missile"}


def nightly(reports: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Return munitions launched per night, by the local day of its morning.

    Takes tally reports (tables.REPORTS) with a figure. Returns `day`, `drones`, `missiles` (munitions), one row
    per day from the first to the last. Null: no bulletin for that night. Zero: a bulletin, but none of the kind.
    """
    weapons = code_list("weapon")

    def kind(codes: list[str | None]) -> str | None:
        roots = {next((k for k, root in KINDS.items() if c and root in weapons.lineage(c)), None) for c in codes}
        return roots.pop() if len(roots) == 1 else None

    counted = reports.filter(pl.col("tally") & pl.col("munitions").is_not_null() & pl.col("end").is_not_null())
    nights: dict[date, dict[str, int]] = {}
    for end, codes, number in counted.select("end", "weapons", "munitions").iter_rows():
        of_kind = kind(codes or [None])
        if of_kind is not None:
            day = end.astimezone(ZoneInfo(zone)).date()
            nights.setdefault(day, dict.fromkeys(KINDS, 0))[of_kind] += number
    schema = {"day": pl.Date, **dict.fromkeys(KINDS, pl.Int64)}
    if not nights:
        return pl.DataFrame(schema=schema)
    days = pl.DataFrame({"day": pl.date_range(min(nights), max(nights), "1d", eager=True)})
    known = pl.DataFrame([{"day": d, **n} for d, n in sorted(nights.items())], schema=schema)
    return days.join(known, on="day", how="left").sort("day")


def nights_within(opens: datetime, closes: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """Return the mornings of the first and the last night (18:00 to 08:00 local) that lie wholly in a window."""
    evening = opens.astimezone(zone).replace(tzinfo=None) - EVENING
    first = evening.date() + timedelta(days=1 + (evening != datetime.combine(evening.date(), datetime.min.time())))
    return first, (closes.astimezone(zone).replace(tzinfo=None) - MORNING).date()
