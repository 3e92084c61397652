"""GDELT 2.0 events: what a machine reads, every 15 minutes, out of the world's news in English.

Only acts of force are taken (CAMEO roots 18 assault, 19 fight, 20 mass violence). The day is what the machine made of
the text and, where that names none, the day of publication: then the day before is possible too. A day four weeks or
more before the event was added is an old story, or misread (often by just a month or a year): it can have been any
time up to then. No zone is stated, so the local day and that in UTC are both covered. An event that is said again
under a new id is refused.

What it cannot see: whether a text tells of an attack, a threat or a memory; who struck whom, beyond the grammar of a
sentence; whether sites share one agency's story. The place is often that of the speaker, such as a capital.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from holdfire.monitor.csvfile import Row
from holdfire.monitor.gdelt_files import COLUMNS, FORCE, day, event_rows, fetch, key
from holdfire.monitor.intake import Built, days, figure, taken
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.problems import bad
from holdfire.terms import code_list

__all__ = ["APPENDS", "COLUMNS", "day", "fetch", "key", "read"]

# Files are asked for by the day on which events were added, and never change: a fetch replaces nothing.
APPENDS = True

SAME = (
    *("SQLDATE", "Actor1Code", "Actor2Code", "EventCode"),
    *("ActionGeo_FeatureID", "ActionGeo_Lat", "ActionGeo_Long", "SOURCEURL"),
)
COUNTS = {"NumMentions": "mentions", "NumSources": "sources", "NumArticles": "articles"}
CITY_KM = 15.0
OLD = timedelta(days=28)
STATES = {"RUS": "russia_forces", "UKR": "ukraine_forces"}
ROLES = {
    **{"MIL": "state_forces", "COP": "state_forces", "REB": "rebel_group", "CVL": "civilians"},
    **dict.fromkeys(("INS", "SEP", "UAF"), "non_state_armed_group"),
}
# The regions of Ukraine, in the order of their FIPS 10-4 codes UP01 to UP27.
_UP = "71 74 77 12 14 26 63 65 68 35 43 30 32 09 46 48 51 53 56 40 59 61 05 07 21 23 18"
REGIONS = {f"UP{n:02}": f"UA-{code}" for n, code in enumerate(_UP.split(), 1)}
_SECOND_LEVEL = {"ac", "co", "com", "edu", "gov", "in", "net", "or", "org"}


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read an export (tab separated, or its .zip), or fetched records. Raises InputError for a file that is none."""
    said: dict[tuple[str, ...], str] = {}

    def build(row: Row) -> Built:
        built = _report(row, source, setting)
        own = row.required("GLOBALEVENTID")
        first = said.setdefault(tuple(row.cells[c].strip() for c in SAME), own)
        if first != own:
            raise bad(row.where, f"event {first} said again", "each event once", "The first is kept.")
        return built

    return taken(source, event_rows(setting.folder / source.path), build)


def _report(row: Row, source: SourceEntry, setting: Setting) -> Built:
    root, code = row.required("EventRootCode"), row.text("EventCode")
    if root not in FORCE:
        raise bad(row.where, f"not an act of force (CAMEO root {root[:9]})", "root 18, 19 or 20", "It is left out.")
    acts = (code_list("act").of_scheme("cameo", c) for c in (code, row.text("EventBaseCode"), root) if c)
    act = next((a for a in acts if a is not None), source.act)
    start, end, note = _interval(row, setting.zone)
    who = " to ".join(row.text(f"Actor{n}Name") or "nobody named" for n in (1, 2))
    counts = [f"{_count(row, column)} {word}" for column, word in COUNTS.items()]
    url = row.text("SOURCEURL")
    site = _site(url or "")
    built: Built = {
        "report_id": row.required("GLOBALEVENTID"),
        "source_groups": [site] if site else None,
        "outlet": site or url,
        "url": url if site else None,
        "published": _date(row, "DATEADDED"),
        "start": start,
        "end": end,
        **_where(row, source, setting),
        "acts": [act] if act else None,
        "account": "; ".join(part for part in (f"CAMEO {code or root}", who, ", ".join(counts), note) if part),
    }
    if row.text("Actor1Code"):
        built["actor"] = _actor(row)
    return built


def _interval(row: Row, zone: ZoneInfo) -> tuple[datetime, datetime, str | None]:
    """Return the span in which it can have happened, in UTC, and a note where the day is in doubt."""
    stated, added = _date(row, "SQLDATE"), _date(row, "DATEADDED")
    age = added - stated
    if age < timedelta(days=-1):
        raise bad(row.where, f"dated {stated}, but added on {added}", "a day before it was added", "It is left out.")
    try:
        first = stated - timedelta(days=1) if age <= timedelta() else stated
        last = added if age >= OLD else stated
        spans = [days(first, last, z) for z in (zone, ZoneInfo("UTC"))]
    except (OverflowError, ValueError):
        raise bad(row.where, f"'SQLDATE' is {stated}", "a day of the calendar", "Mend the cell.") from None
    note = f"dated {age.days} days before it was added: an old story, or misread" if age >= OLD else None
    return min(s for s, _ in spans), max(e for _, e in spans), note


def _date(row: Row, column: str) -> date:
    value = row.required(column)
    if re.fullmatch(r"[0-9]{8}([0-9]{6})?", value):
        try:
            return date.fromisoformat(value[:8])
        except ValueError:
            pass
    raise bad(row.where, f"'{column}' is '{value[:40]}'", "a date 20260129", "Mend the cell.")


def _where(row: Row, source: SourceEntry, setting: Setting) -> Built:
    """Return the place: a city as a disc, a country or its region as an area, or nothing."""
    kind, name = row.text("ActionGeo_Type"), row.text("ActionGeo_FullName")
    if kind in (None, "0"):
        return {"place_name": name, "place_code": source.place}
    # Country codes are FIPS 10-4, in which RS is Russia: the name is safer.
    country = setting.areas.find((name or "").rpartition(",")[2].strip())
    region = setting.areas.find(REGIONS.get(row.text("ActionGeo_ADM1Code") or "", ""))
    area = country if kind == "1" else region or country
    place: Built = {"place_name": name, "place_code": area.code if area else None}
    if kind in ("1", "2", "5"):
        return {**place, "tally": True}
    lon, lat = row.number("ActionGeo_Long"), row.number("ActionGeo_Lat")
    if kind not in ("3", "4") or lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        found = f"place of type '{kind[:9]}' at longitude {lon}, latitude {lat}"
        raise bad(row.where, found, "type 0 to 5, and a city in degrees", "Mend the row.")
    return {**place, "lon": lon, "lat": lat, "radius_km": CITY_KM}


def _actor(row: Row) -> str | None:
    """Return who did it, by country and role; null for a government, a people, or anybody else who has no code."""
    country, role = row.text("Actor1CountryCode"), row.text("Actor1Type1Code")
    general = ROLES.get(role or "")
    if country in STATES and (role is None or general == "state_forces"):
        return STATES[country]
    return general


def _site(url: str) -> str | None:
    """Return the domain under which a site is registered: its last two labels, or three below com.ua and the like."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    labels = host.rstrip(".").split(".")
    if parts.scheme not in ("http", "https") or len(labels) < 2:
        return None
    if labels[-1].isdigit():
        return host
    deep = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if deep else -2 :])


def _count(row: Row, column: str) -> str:
    number = figure(row, column)
    return "no figure of" if number is None else str(number)
