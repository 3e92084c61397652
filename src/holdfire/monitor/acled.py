"""ACLED: political violence by place and day, coded by people from many sources, revised every week.

Reads the CSV export and records fetched from the API. A day may be approximate (`time_precision`): 2 is some day within
the same week, 3 some day of the month. So may a place (`geo_precision`): 2 is near a town, 3 a region of which only the
capital is given. Fatalities are the lowest credible figure, and 0 may mean that none was reported. Rows are revised
and withdrawn: the API tells of both.

Actor 1 did it only where violence is one-sided: for a battle, and for weapons that were stopped, it does not say who
attacked, so nobody is named. What was hit stands in the notes, beside what merely was near; no target is read out of
them, but that the row targets civilians. However many outlets a row names, it is one record of one organisation.

What it cannot see: what no outlet reported; the hour; the target. Protests, riots and politics are refused.
"""

from __future__ import annotations

import calendar as months
from datetime import UTC, date, datetime, timedelta
from functools import partial

from holdfire.monitor.acled_api import day, fetch, key
from holdfire.monitor.coding import acts_of, mentions, together
from holdfire.monitor.csvfile import Row
from holdfire.monitor.intake import Built, days, figure, taken
from holdfire.monitor.records import records
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.monitor.whereabouts import point, region
from holdfire.problems import bad
from holdfire.terms import code_list

__all__ = ["COLUMNS", "day", "fetch", "key", "read"]

COLUMNS = (
    *("event_id_cnty", "event_date", "time_precision", "event_type", "sub_event_type", "actor1", "inter1"),
    *("country", "admin1", "location", "latitude", "longitude", "geo_precision", "source", "notes", "fatalities"),
)
RADIUS_KM = {"1": 5.0, "2": 30.0}
WEEK = timedelta(days=6)
GROUND = "taking_of_ground"
# What ACLED's classes are beside, or in place of, the act that files under them: an attack on people is one, whatever
# the means, and ground is taken in a fight or without one.
ACTS = {
    "Violence against civilians": "attack",
    "Government regains territory": "attack",
    "Non-state actor overtakes territory": "attack",
    "Non-violent transfer of territory": "territorial_advance",
}
WITHOUT_A_SIDE = ("Battles", "Disrupted weapons use")
# Until 2024 the kinds of actors were numbers.
KINDS = {"1": "State forces", "2": "Rebel group", "3": "Political militia", "4": "Identity militia"}
KINDS |= {"5": "Rioters", "6": "Protesters", "7": "Civilians"}


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read an export (.csv) or fetched records (.jsonl). Raises InputError for a file that is none."""
    return taken(source, records(setting.folder / source.path, COLUMNS), partial(_report, source, setting))


def _report(source: SourceEntry, setting: Setting, row: Row) -> Built:
    kind, narrow = row.required("event_type"), row.text("sub_event_type")
    act = _act(kind, narrow) or source.act
    if act is None:
        found = f"no act that an agreement speaks of ({kind[:40]}: {(narrow or 'nothing narrower')[:40]})"
        raise bad(row.where, found, "an event type that maps to an act", "It is left out.")
    notes = row.text("notes")
    weapons = mentions("weapon", notes)
    start, end = _interval(row, setting)
    killed = figure(row, "fatalities")
    built: Built = {
        "report_id": row.required("event_id_cnty"),
        "outlet": row.text("source") or source.publisher,
        "published": _written(row),
        "start": start,
        "end": end,
        **_where(row, source, setting),
        "acts": together(_narrowed(act, weapons), [GROUND] if _took_ground(narrow) else None),
        "weapons": weapons,
        "targets": ["civilians", None] if row.cells.get("civilian_targeting", "").strip() else None,
        "killed_min": killed or None,
        "account": notes,
    }
    if kind in WITHOUT_A_SIDE or narrow in WITHOUT_A_SIDE:
        return {**built, "actor": None}
    if row.text("actor1"):
        built["actor"] = _actor(row)
    return built


def _act(kind: str, narrow: str | None) -> str | None:
    listing = code_list("act")
    for value in (narrow, kind):
        act = value and (ACTS.get(value) or listing.of_scheme("acled", value))
        if act:
            return act
    return None


def _took_ground(narrow: str | None) -> bool:
    return narrow is not None and code_list("act").of_scheme("acled", narrow) == GROUND


def _narrowed(act: str, weapons: list[str | None] | None) -> list[str | None]:
    """Return the act, or the narrower ones that the weapons in the notes make of it."""
    lineage = code_list("act").lineage
    narrower = [a for a in acts_of(weapons, None) or [] if a is None or (a != act and act in lineage(a))]
    return narrower if narrower and None not in narrower else [act]


def _interval(row: Row, setting: Setting) -> tuple[datetime, datetime]:
    stated = row.day("event_date")
    if stated is None:
        raise bad(row.where, "'event_date' is empty", "a date 2026-01-29", "It is left out.")
    precision = row.text("time_precision")
    first = last = stated
    try:
        if precision == "2":
            first, last = stated - WEEK, stated + WEEK
        elif precision == "3":
            first, last = stated.replace(day=1), stated.replace(day=months.monthrange(stated.year, stated.month)[1])
        elif precision != "1":
            raise bad(row.where, f"'time_precision' is '{(precision or '')[:20]}'", "1, 2 or 3", "Mend the cell.")
        return days(first, last, setting.zone)
    except (ValueError, OverflowError):
        raise bad(row.where, f"'event_date' is {stated}", "a day of the calendar", "Mend the cell.") from None


def _written(row: Row) -> date | None:
    """Return the day on which ACLED last wrote the row."""
    value = row.number("timestamp") if "timestamp" in row.cells else None
    try:
        return None if value is None else datetime.fromtimestamp(value, UTC).date()
    except (ValueError, OverflowError, OSError):
        raise bad(row.where, f"'timestamp' is {value}", "seconds since 1970", "Mend the cell.") from None


def _where(row: Row, source: SourceEntry, setting: Setting) -> Built:
    precision, country = row.text("geo_precision"), setting.areas.find(row.text("country") or "")
    area = region(setting, row.text("admin1")) or country
    place: Built = {"place_name": row.text("location"), "place_code": area.code if area else source.place}
    if precision == "3":
        return {**place, "place_name": row.text("admin1") or row.text("country"), "tally": True}
    if precision not in RADIUS_KM:
        raise bad(row.where, f"'geo_precision' is '{(precision or '')[:20]}'", "1, 2 or 3", "Mend the cell.")
    return {**place, **point(row, "longitude", "latitude", RADIUS_KM[precision])}


def _actor(row: Row) -> str | None:
    name, kind = row.required("actor1"), row.text("inter1") or ""
    kind = KINDS.get(kind, kind)
    for state, code in (("Russia", "russia_forces"), ("Ukraine", "ukraine_forces")):
        if kind == "State forces" and f" of {state}" in name:
            return code
    if kind == "State forces":
        return "state_forces"
    return code_list("actor").of_scheme("acled", kind)
