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
    counted = reports.filter(pl.col("tally") & pl.col("munitions").is_not_null() & pl.col("end").is_not_null())
    nights: dict[date, dict[str, int]] = {}
    for end, codes, number in counted.select("end", "weapons", "munitions").iter_rows():
        of_kind = _kind(codes)
        if of_kind is not None:
            day = end.astimezone(ZoneInfo(zone)).date()
            nights.setdefault(day, dict.fromkeys(KINDS, 0))[of_kind] += number
    schema = {"day": pl.Date, **dict.fromkeys(KINDS, pl.Int64)}
    if not nights:
        return pl.DataFrame(schema=schema)
    days = pl.DataFrame({"day": pl.date_range(min(nights), max(nights), "1d", eager=True)})
    known = pl.DataFrame([{"day": d, **n} for d, n in sorted(nights.items())], schema=schema)
    return days.join(known, on="day", how="left").sort("day")


def counted(nights: pl.DataFrame) -> tuple[str, ...]:
    """Return the kinds of `nightly()` that were counted at least once.

    A source that never counts a kind says nothing of it: that kind's zeros are none.
    """
    return tuple(kind for kind in KINDS if nights[kind].sum())


def stopped(reports: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Return munitions launched and stopped per night and kind, for every night that has a bulletin.

    Takes tally reports (tables.REPORTS) with a figure of what was launched, as `nightly` does. Returns `day`, `kind`,
    `launched`, `stopped`, `stopped_min` and `stopped_max` (munitions). `stopped` is null where any report of that
    night and kind does not tell; the bounds then let none or all of its munitions be stopped.
    """
    counted = reports.filter(pl.col("tally") & pl.col("munitions").is_not_null() & pl.col("end").is_not_null())
    nights: dict[tuple[date, str], list[int]] = {}
    for end, codes, number, caught in counted.select("end", "weapons", "munitions", "intercepted").iter_rows():
        of_kind = _kind(codes)
        if of_kind is None:
            continue
        day = end.astimezone(ZoneInfo(zone)).date()
        for kind in KINDS:
            nights.setdefault((day, kind), [0, 0, 0])
        so_far = nights[day, of_kind]
        least, most = (caught, caught) if caught is not None else (0, number)
        nights[day, of_kind] = [so_far[0] + number, so_far[1] + least, so_far[2] + most]
    names = ("launched", "stopped_min", "stopped_max")
    rows = [{"day": d, "kind": k, **dict(zip(names, v, strict=True))} for (d, k), v in sorted(nights.items())]
    schema = {"day": pl.Date, "kind": pl.String, **dict.fromkeys(names, pl.Int64)}
    whole = pl.when(pl.col("stopped_min") == pl.col("stopped_max")).then(pl.col("stopped_min"))
    return pl.DataFrame(rows, schema=schema).with_columns(whole.alias("stopped"))


def _kind(codes: list[str | None] | None) -> str | None:
    """Return the kind that all weapons of a tally are of; null where they are of several, or of none."""
    weapons = code_list("weapon")
    roots = {next((k for k, r in KINDS.items() if c and r in weapons.lineage(c)), None) for c in codes or [None]}
    return roots.pop() if len(roots) == 1 else None


def first_after(closes: datetime, zone: ZoneInfo) -> date:
    """Return the morning of the first night (18:00 to 08:00 local) that begins when a window has closed."""
    evening = closes.astimezone(zone).replace(tzinfo=None) - EVENING
    return evening.date() + timedelta(days=1 + (evening != datetime.combine(evening.date(), datetime.min.time())))


def nights_within(opens: datetime, closes: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """Return the mornings of the first and the last night (18:00 to 08:00 local) that lie wholly in a window."""
    return first_after(opens, zone), (closes.astimezone(zone).replace(tzinfo=None) - MORNING).date()
