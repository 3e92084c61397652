"""Open-source incident lists: one row is one outlet's report of one thing that happened, mostly located.

Times are local. `time_precision` tells how far to trust them: an hour, a day, a night (evening date to morning
date; with one date only, it is not known which of the two nights that touch it), or a span of days. A list
says nothing about what it does not list, so it has no reporting calendar.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from holdfire import tables
from holdfire.monitor.coding import acts_of, mentions, together
from holdfire.monitor.csvfile import Row, rows
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.places import Place
from holdfire.problems import InputError, Problem, bad, suggest
from holdfire.terms import code_list
from holdfire.terms.instants import midnight, night

COLUMNS = (
    *("report_id", "source_outlet", "source_url", "published_date", "event_date_start", "event_date_end"),
    *("time_precision", "place_name", "admin1", "place_kind", "lat", "lon", "place_precision", "actor"),
    *("weapon", "target", "target_class", "killed_min", "killed_max", "injured_min", "injured_max"),
    *("launched", "intercepted", "claimed_by", "source_group", "grade", "notes", "same_as"),
)
RADIUS_KM = {"settlement": 5.0, "raion": 30.0}
COARSE = ("oblast", "country")


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read a list into reports. Raises InputError with file and line for a row that cannot be read."""
    path = setting.folder / source.path
    reports: list[dict[str, object]] = []
    problems: list[Problem] = []
    lines: dict[object, str] = {}
    for row in rows(path, COLUMNS):
        try:
            report = _report(row, source, setting)
        except OverflowError:
            found = "a day outside the calendar"
            problems.append(Problem(row.where, found, "days of the years 1 to 9999", "Mend the row."))
            continue
        except InputError as error:
            problems.extend(error.problems)
            continue
        if report["report_id"] in lines:
            found = f"report_id '{report['report_id']}' stands twice"
            problems.append(Problem(row.where, found, "ids that differ", "Rename one."))
        lines[report["report_id"]] = row.where
        reports.append(report)
    if not problems:
        problems = [
            Problem(
                lines[r["report_id"]],
                f"same_as names '{r['same_as']}'",
                "the report_id of a row of this list",
                suggest(str(r["same_as"]), map(str, lines)),
            )
            for r in reports
            if r["same_as"] is not None and r["same_as"] not in lines
        ]
    if problems:
        raise InputError(problems)
    return Observed(reports=tables.frame(reports, tables.REPORTS))


def _report(row: Row, source: SourceEntry, setting: Setting) -> dict[str, object]:
    start, end = interval(row, setting.zone)
    place = _place(row, setting)
    weapon, target = row.text("weapon"), row.text("target")
    weapons = mentions("weapon", weapon)
    actor = row.text("actor")
    groups = row.text("source_group")
    grade = _grade(row)
    return {
        "report_id": row.required("report_id"),
        "source_id": source.id,
        "source_groups": sorted(groups.split(";")) if groups else None,
        "outlet": row.text("source_outlet"),
        "url": row.text("source_url"),
        "published": row.day("published_date"),
        "start": start,
        "end": end,
        "place_name": row.text("place_name"),
        "place_code": place.code,
        "lon": place.lon,
        "lat": place.lat,
        "radius_km": place.radius_km,
        "actor": None if actor in (None, "unknown") else _actor(actor, row),
        "acts": acts_of(weapons, weapon, source.act),
        "weapons": weapons,
        "targets": _targets(row, target),
        "munitions": row.whole("launched"),
        "intercepted": row.whole("intercepted"),
        **_toll(row, "killed"),
        **_toll(row, "injured"),
        "tally": row.required("place_precision") in COARSE,
        "reliability": grade[:1] if grade else source.reliability,
        "credibility": grade[1:] if grade else None,
        "same_as": row.text("same_as"),
        "account": "; ".join(part for part in (weapon, target, row.text("notes")) if part) or None,
    }


def interval(row: Row, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Return the span in which a row's event can lie, in UTC; nulls where it gives no date."""
    first, last = row.text("event_date_start"), row.text("event_date_end")
    precision = row.choice("time_precision", ("hour", "day", "night", "days"))
    if first is None:
        return None, None
    last = last or first
    start, start_has_hour = _instant(row, "event_date_start", first, zone)
    end, end_has_hour = _instant(row, "event_date_end", last, zone)
    if precision == "night":
        evening, morning = date.fromisoformat(first[:10]), date.fromisoformat(last[:10])
        if evening == morning:
            evening -= timedelta(days=1)
        spread = night(evening, zone).earliest, night(morning - timedelta(days=1), zone).latest
        if first[:10] == last[:10]:
            spread = spread[0], night(morning, zone).latest
        return spread
    if not end_has_hour:
        end = midnight(date.fromisoformat(last) + timedelta(days=1), zone)
    elif precision == "hour" and start_has_hour and start == end:
        end += timedelta(hours=1)
    if start > end:
        raise bad(row.where, "event_date_end lies before event_date_start", "start, then end", "Swap them.")
    return start, end


def _instant(row: Row, column: str, text: str, zone: ZoneInfo) -> tuple[datetime, bool]:
    try:
        if len(text) == 10:
            return midnight(date.fromisoformat(text), zone), False
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC), True
    except ValueError:
        raise bad(row.where, f"'{column}' is '{text}'", "2026-01-29 or 2026-01-29T18:00", "Mend the cell.") from None


def _place(row: Row, setting: Setting) -> Place:
    """Return the place: a disc around a point, else an area, else nothing."""
    name, region = row.text("place_name"), row.text("admin1")
    area = setting.areas.find(region) if region else None
    precision = row.required("place_precision")
    lon, lat = row.number("lon"), row.number("lat")
    if (lon is None) != (lat is None):
        raise bad(row.where, "only one of lat and lon is given", "both, or neither", "Mend the row.")
    if lon is not None and lat is not None:
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise bad(row.where, f"lat {lat}, lon {lon}", "degrees of latitude and longitude", "Swap or mend them.")
        radius = RADIUS_KM.get(precision, max(RADIUS_KM.values()))
        return Place(name or "", area.code if area else None, lon, lat, radius)
    if precision == "settlement" and name:
        found = setting.gazetteer.find(name, area.code if area else None)
        if found:
            return found
    named = setting.areas.find(name) if name and precision in COARSE else None
    code = named.code if named else area.code if area else None
    return Place(name or "", code, None, None, None)


def _toll(row: Row, what: str) -> dict[str, object]:
    low, high = row.whole(f"{what}_min"), row.whole(f"{what}_max")
    if low is not None and high is not None and low > high:
        raise bad(row.where, f"{what}_min is {low} and {what}_max {high}", "the lower figure first", "Swap them.")
    return {f"{what}_min": low, f"{what}_max": high}


def _grade(row: Row) -> str | None:
    grade = row.text("grade")
    if grade is not None and not re.fullmatch("[A-F][1-6]", grade):
        raise bad(row.where, f"'grade' is '{grade}'", "A to F and 1 to 6, such as B2", "Mend it, or leave it empty.")
    return grade


def _actor(text: str, row: Row) -> str:
    code = code_list("actor").find(text)
    if code is None:
        known = [n for c in code_list("actor").codes for n in (c.code, *c.names)]
        raise bad(row.where, f"unknown actor '{text}'", "a code or name of the actor list", suggest(text, known))
    return code


def _targets(row: Row, target: str | None) -> list[str | None] | None:
    """Return what the row's class and words name; null where neither is stated."""
    stated = row.text("target_class")
    named = mentions("target", target)
    if stated in (None, "unknown", "other"):
        return named
    code = code_list("target").find(stated)
    if code is None:
        known = [n for c in code_list("target").codes for n in (c.code, *c.names)]
        expected = "a code or name of the target list"
        raise bad(row.where, f"unknown target_class '{stated}'", expected, suggest(stated, known))
    narrower = any(c and code in code_list("target").lineage(c) for c in named or [])
    return named if narrower else together([code], named)
