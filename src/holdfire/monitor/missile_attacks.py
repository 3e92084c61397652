"""Attack bulletins in the format that circulates on Kaggle: one row a weapon and raid, transcribed from posts.

Times are local, a date or a date and a time. The posts of the national air force (`kpszsu`) count the whole country;
those of regional commands count parts of the same raids again, and only the national ones make the reporting
calendar. A target is "Ukraine", a part of it, or regions. Names of weapons are combined ("X-101/X-555 and Kalibr") and
some are written with Cyrillic letters that look like Latin ones.

What was destroyed changed its meaning in 2025, when losses to electronic warfare were moved in: shares of intercepted
munitions before and after do not compare. Nights on which nothing flew and nights whose bulletin is missing look
the same, no row, and neither is read as zero.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from holdfire.monitor.calendar import by_mornings, calendar, days_between
from holdfire.monitor.coding import acts_of, together
from holdfire.monitor.csvfile import Row
from holdfire.monitor.intake import Built, days, figure, taken, utc
from holdfire.monitor.records import records
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.monitor.whereabouts import region
from holdfire.problems import bad
from holdfire.terms import code_list

COLUMNS = ("time_start", "time_end", "model", "target", "launched", "destroyed", "source")
FURTHER = ("launch_place", "not_reach_goal", "still_attacking", "carrier")
NATIONAL = "kpszsu"
LOOKALIKES = str.maketrans("АВЕКМНОРСТУХаеорсух", "ABEKMHOPCTYXaeopcyx")
_TIME = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T]+([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?)?")


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read rows into tallies. Raises InputError for a file that cannot be read at all."""
    mornings: set[date] = set()
    build = partial(_report, source, setting, mornings)
    observed = taken(source, records(setting.folder / source.path, COLUMNS), build)
    whole = days_between(setting.first, setting.last)
    covered = [source.covers.place] if source.covers else []
    on = calendar(source.id, covered, whole, by_mornings(mornings, whole))
    return replace(observed, calendar=on)


def _report(source: SourceEntry, setting: Setting, mornings: set[date], row: Row) -> Built:
    start, end = _interval(row, setting)
    launched, stopped = (_count(row, c) for c in ("launched", "destroyed"))
    if launched is not None and stopped is not None and stopped > launched:
        found = f"{stopped} were destroyed of {launched} launched"
        raise bad(row.where, found, "no more destroyed than launched", "It is left out.")
    post = row.required("source")
    account, model = post.split("/")[0], row.required("model")
    if account == NATIONAL:
        mornings.add(end.astimezone(setting.zone).date())
    said = "\x1f".join(row.cells[c].strip() for c in COLUMNS) + row.cells.get("launch_place", "")
    weapons = _weapons(model)
    place = row.text("target")
    area = region(setting, place)
    further = [(c, row.cells.get(c, "").strip()) for c in FURTHER]
    return {
        "report_id": hashlib.sha256(said.encode()).hexdigest()[:12],
        "outlet": account,
        "url": post if post.startswith("http") else None,
        "published": end.astimezone(setting.zone).date(),
        "start": start,
        "end": end,
        "place_name": place,
        "place_code": area.code if area else source.place,
        "acts": acts_of(weapons, None, source.act),
        "weapons": weapons,
        "munitions": launched,
        "intercepted": stopped,
        "tally": True,
        "account": "; ".join([model, *(f"{c.replace('_', ' ')}: {text}" for c, text in further if text)]),
    }


def _count(row: Row, column: str) -> int | None:
    return None if (row.text(column) or "").casefold() == "nan" else figure(row, column)


def _weapons(model: str) -> list[str | None] | None:
    """Return the codes of combined names; null among them for a name that is in no list."""
    listing = code_list("weapon")
    parts = [p.strip() for p in re.split(r" and |,", model) if p.strip()]
    return together([listing.find(p) or listing.find(p.translate(LOOKALIKES)) for p in parts])


def _interval(row: Row, setting: Setting) -> tuple[datetime, datetime]:
    (first, at), (last, until) = _moment(row, "time_start"), _moment(row, "time_end")
    try:
        opens, closes = days(first, max(first, last), setting.zone)
        if at is not None:
            opens = utc(at, setting.zone)
        if until is not None:
            closes = utc(until, setting.zone)
        if closes < opens or last < first:
            raise ValueError("it ends before it starts")
    except (ValueError, OverflowError) as error:
        raise bad(row.where, f"{first} to {last}: {error}", "times in order", "It is left out.") from None
    return opens, closes


def _moment(row: Row, column: str) -> tuple[date, datetime | None]:
    """Return the day in a cell, and the local time where it gives one; 24:00 is the end of the day."""
    text = row.required(column)
    parts = _TIME.fullmatch(text)
    try:
        if parts is None:
            raise ValueError
        year, month, number, hour, minute = (int(p) if p else None for p in parts.groups())
        stated = date(year or 0, month or 0, number or 0)
        if hour is None or minute is None:
            return stated, None
        at = datetime(stated.year, stated.month, stated.day) + timedelta(hours=hour, minutes=minute)
        if hour > 24 or minute > 59:
            raise ValueError
    except (ValueError, OverflowError):
        expected = "2026-01-29 or 2026-01-29 18:00"
        raise bad(row.where, f"'{column}' is '{text[:40]}'", expected, "It is left out.") from None
    return stated, at
