"""Lists of geolocated footage, as of Cen4InfoRes or GeoConfirmed: where a picture was taken, and what it shows.

The place is checked against the ground, the day is that on which the picture came up, which may be days after; so the
event may lie up to a week before. Only groups of rows that show an attack are taken ("Bombing or Explosion", "Civilian
Infrastructure Damage", "Civilian Casualty", ...), and military ones that show one. Presence and losses of troops,
graves and detentions are refused, with that reason. Who did it is not stated in a column, so nobody is named.

What it cannot see: what nobody filmed; whether two pictures show one strike; when, beyond the day.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial

from holdfire.monitor.coding import acts_of, mentions, together
from holdfire.monitor.csvfile import Row
from holdfire.monitor.intake import Built, days, digest, taken
from holdfire.monitor.records import records
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.monitor.whereabouts import point, region
from holdfire.problems import bad

COLUMNS = ("date", "lat", "lon")
IDS = ("entry", "id", "event_id")
GROUPS = ("event_group", "category", "type")
TEXTS = ("brief description", "description", "title", "name")
LINKS = ("link", "source", "url")
TOWNS = ("town/city", "city", "place")
REGIONS = ("province", "region", "oblast")
RADIUS_KM = 2.0
LATE = timedelta(days=7)
ATTACKS: dict[str, tuple[str, ...]] = {
    "bombing or explosion": (),
    "civilian infrastructure damage": (),
    "civilian casualty": ("civilians",),
    "military infrastructure damage": ("military",),
    "munitions": (),
    "ground battle": (),
}
_DATE = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read a list into reports. Raises InputError for a file that cannot be read at all."""
    return taken(source, records(setting.folder / source.path, COLUMNS), partial(_report, source, setting))


def _report(source: SourceEntry, setting: Setting, row: Row) -> Built:
    group, text = row.first(*GROUPS), row.first(*TEXTS)
    known = next((g for g in ATTACKS if (group or "").casefold().startswith(g)), None)
    if group is not None and known is None:
        raise bad(row.where, f"the group '{group[:40]}' shows no attack", "a group that does", "It is left out.")
    day = _day(row)
    try:
        start, end = days(day - LATE, day, setting.zone)
    except (ValueError, OverflowError):
        raise bad(row.where, f"'date' is {day}", "a day of the calendar", "It is left out.") from None
    weapons = together(mentions("weapon", row.first("arms/munition")), mentions("weapon", text))
    shown: list[str | None] = list(ATTACKS[known]) if known else []
    targets = together(shown or None, mentions("target", text))
    link = row.first(*LINKS)
    return {
        "report_id": row.first(*IDS) or digest(row),
        "url": link if link and link.startswith(("http://", "https://")) else None,
        "published": day,
        "start": start,
        "end": end,
        **_where(row, source, setting),
        "acts": acts_of(weapons, text, source.act or "attack"),
        "weapons": weapons,
        "targets": together(targets, [None]) if targets else None,
        "account": "; ".join(part for part in (group, text) if part) or None,
    }


def _day(row: Row) -> date:
    """Read 2026-01-29, or 29/01/2026 and 29.01.2026 with the day first, as these lists write it."""
    text = row.required("date")
    parts = _DATE.fullmatch(text.split(" ")[0])
    try:
        if parts:
            day, month, year = (int(p) for p in parts.groups())
            return date(year, month, day)
        return date.fromisoformat(text[:10])
    except ValueError:
        raise bad(row.where, f"'date' is '{text[:40]}'", "2026-01-29 or 29/01/2026", "It is left out.") from None


def _where(row: Row, source: SourceEntry, setting: Setting) -> Built:
    area = region(setting, row.first(*REGIONS)) or region(setting, row.first("country"))
    name = row.first(*TOWNS) or row.first("district") or row.first(*REGIONS)
    place: Built = {"place_name": name, "place_code": area.code if area else source.place}
    if row.number("lon") == row.number("lat") == 0:
        raise bad(row.where, "longitude and latitude are 0", "the place", "It is left out.")
    return {**place, **point(row, "lon", "lat", RADIUS_KM)}
