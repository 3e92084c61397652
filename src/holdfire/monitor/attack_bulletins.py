"""Attack bulletins: how many munitions of a kind were launched in one night or raid, and how many were stopped.

One row is one tally. Times are local: a date, or a date and a time. A night runs from one evening to the next
morning, so a day counts as reported only where the bulletins of both nights that touch it are there. The
published series has no row both for a night on which nothing flew and for one whose bulletin is missing;
neither is read as zero.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from holdfire import tables
from holdfire.monitor.calendar import by_mornings, calendar, days_between
from holdfire.monitor.coding import acts_of, together
from holdfire.monitor.csvfile import Row, rows
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.problems import bad
from holdfire.terms import code_list
from holdfire.terms.instants import midnight

COLUMNS = ("bulletin_id", "time_start", "time_end", "weapon", "target", "launched", "destroyed")


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read bulletins into tallies. Raises InputError with file and line for a row that cannot be read."""
    path = setting.folder / source.path
    reports: list[dict[str, object]] = []
    numbered: Counter[date] = Counter()
    for row in _in_order(list(rows(path, COLUMNS))):
        start, end = _interval(row, setting.zone)
        morning = end.astimezone(setting.zone).date()
        numbered[morning] += 1
        launched, stopped = row.whole("launched"), row.whole("destroyed")
        if launched is not None and stopped is not None and stopped > launched:
            found = f"{stopped} were stopped of {launched} launched"
            raise bad(row.where, found, "no more stopped than launched", "Mend the row.")
        weapons = _weapons(row)
        place_name = row.text("target")
        area = setting.areas.find(place_name) if place_name else None
        reports.append(
            {
                "report_id": f"{source.id}-{morning}-{numbered[morning]}",
                "source_id": source.id,
                "source_groups": [source.group or source.id],
                "outlet": source.publisher,
                "url": row.text("bulletin_id"),
                "published": morning,
                "start": start,
                "end": end,
                "place_name": place_name,
                "place_code": area.code if area else source.place,
                "actor": source.actor,
                "acts": acts_of(weapons, None, source.act),
                "weapons": weapons,
                "munitions": launched,
                "intercepted": stopped,
                "tally": True,
                "account": row.text("weapon"),
            }
        )
    days = days_between(setting.first, setting.last)
    reported = by_mornings(numbered, days)
    covered = [source.covers.place] if source.covers else []
    return Observed(
        reports=tables.frame(reports, tables.REPORTS), calendar=calendar(source.id, covered, days, reported)
    )


def _in_order(read: list[Row]) -> list[Row]:
    """Return the rows by what they say, so that the ids they get do not depend on where they stand in the file."""
    seen: dict[tuple[str, ...], str] = {}
    for row in read:
        said = tuple(row.cells[c].strip() for c in COLUMNS)
        if said in seen:
            found = f"the row says the same as {seen[said].rpartition('/')[2]}"
            raise bad(row.where, found, "each tally once", "Take one of them out, or it counts twice.")
        seen[said] = row.where
    return sorted(read, key=lambda r: tuple(r.cells[c].strip() for c in COLUMNS))


def _interval(row: Row, zone: ZoneInfo) -> tuple[datetime, datetime]:
    bounds = []
    for column in ("time_start", "time_end"):
        text = row.required(column)
        try:
            if len(text) == 10:
                day = date.fromisoformat(text) + timedelta(days=column == "time_end")
                bounds.append(midnight(day, zone))
            else:
                bounds.append(datetime.fromisoformat(text.replace(" ", "T")).replace(tzinfo=zone).astimezone(UTC))
            bounds[-1].astimezone(zone)
        except (ValueError, OverflowError):
            raise bad(
                row.where, f"'{column}' is '{text}'", "2026-01-29 or 2026-01-29T18:00", "Mend the cell."
            ) from None
    if bounds[0] > bounds[1]:
        raise bad(row.where, "time_end lies before time_start", "start, then end", "Swap them.")
    return bounds[0], bounds[1]


def _weapons(row: Row) -> list[str | None] | None:
    listing = code_list("weapon")
    codes = [listing.find(part) for part in row.required("weapon").split(" and ")]
    return together(codes)
