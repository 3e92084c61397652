"""UCDP: georeferenced events of organised violence with at least one death (GED), and its monthly candidates.

Reads the CSV files and records fetched from the API. `best`, `low` and `high` are deaths on all sides. A day is bounded
by `date_start` and `date_end`, written in several formats. A place is as good as `where_prec` says: 1 exact, 2 within
25 km, 3 a district, 4 a region, 5 along a line or in a wider area, 6 the country alone, 7 the sea or air. From 4 on
the coordinates are those of a stand-in and are not used. An event of `event_clarity` 2 is a sum over several.

What it cannot see: any attack in which nobody died, which is most of them. It can therefore never show that a clause
held, so an entry of this kind that claims to cover acts is a mistake. Who struck first is not told either: only
one-sided violence has an actor. Candidate events are preliminary and are revised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from holdfire.monitor.csvfile import Row
from holdfire.monitor.intake import Built, days, figure, taken
from holdfire.monitor.records import parsed, records
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.monitor.web import Page, Web, credential
from holdfire.monitor.whereabouts import point, region
from holdfire.problems import bad
from holdfire.terms import code_list

API = "https://ucdpapi.pcr.uu.se/api/gedevents/25.1"
PAGE = 1000
COLUMNS = (
    *("id", "type_of_violence", "side_a", "side_b", "where_prec", "where_coordinates", "adm_1", "latitude"),
    *("longitude", "country", "event_clarity", "date_prec", "date_start", "date_end", "best", "high", "low"),
)
RADIUS_KM = {"1": 5.0, "2": 25.0, "3": 50.0}
ONE_SIDED = "3"
STATES = {"Government of Russia": "russia_forces", "Government of Ukraine": "ukraine_forces"}
AMERICAN = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?: .*)?")


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read a file of events. Raises InputError for a file that is none, and for an entry that claims to cover acts."""
    if source.covers is not None:
        found = f"source '{source.id}' claims to cover acts"
        expected = "no `covers`: UCDP tells of deadly events only"
        raise bad(str(setting.folder / source.path), found, expected, "Take `covers` out of its entry.")
    return taken(source, records(setting.folder / source.path, COLUMNS), partial(_report, source, setting))


def _report(source: SourceEntry, setting: Setting, row: Row) -> Built:
    kind = row.required("type_of_violence")
    act = code_list("act").of_scheme("ucdp", kind)
    if act is None:
        raise bad(row.where, f"'type_of_violence' is '{kind[:20]}'", "1, 2 or 3", "Mend the cell.")
    start, end = _interval(row, setting)
    low, high = figure(row, "low"), figure(row, "high")
    if low is not None and high is not None and low > high:
        raise bad(row.where, f"'low' is {low} and 'high' is {high}", "low no higher than high", "Mend the row.")
    sides = " and ".join(side for side in (row.text("side_a"), row.text("side_b")) if side)
    notes = [
        f"{sides}; best estimate of deaths: {figure(row, 'best')}",
        row.first("source_headline", "where_description"),
    ]
    built: Built = {
        "report_id": row.required("id"),
        "outlet": row.first("source_office") or source.publisher,
        "published": _published(row),
        "start": start,
        "end": end,
        **_where(row, source, setting),
        "acts": [act],
        "targets": ["civilians", None] if kind == ONE_SIDED else None,
        "killed_min": low,
        "killed_max": high,
        "actor": _actor(row) if kind == ONE_SIDED else None,
        "account": "; ".join(note for note in notes if note),
    }
    return built | {"tally": True} if row.text("event_clarity") == "2" else built


def _actor(row: Row) -> str | None:
    """Return the perpetrator of one-sided violence: a state, or a group that is none."""
    side = row.text("side_a") or ""
    for name, code in STATES.items():
        if side.startswith(name):
            return code
    if side.startswith("Government of "):
        return "state_forces"
    return "non_state_armed_group" if side else None


def _interval(row: Row, setting: Setting) -> tuple[datetime, datetime]:
    first, last = (_day(row, c, row.required(c)) for c in ("date_start", "date_end"))
    try:
        return days(first, last, setting.zone)
    except ValueError as error:
        raise bad(row.where, f"{first} to {last}: {error}", "days in order", "Mend the row.") from None


def _published(row: Row) -> date | None:
    """Return the day of the first source, where it is one that can be read: the column often holds several."""
    text = (row.first("source_date") or "").split(";")[0].strip()
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _day(row: Row, column: str, value: str) -> date:
    """Read 2026-01-29, 2026-01-29 00:00:00.000, 2026-01-29T00:00:00 or 1/29/2026 12:00:00 AM (month first)."""
    american = AMERICAN.fullmatch(value)
    try:
        if american:
            month, day_of_month, year = (int(part) for part in american.groups())
            return date(year, month, day_of_month)
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T].*)?", value):
            return date.fromisoformat(value[:10])
    except ValueError:
        pass
    raise bad(row.where, f"'{column}' is '{value[:40]}'", "a date 2026-01-29", "Mend the cell.")


def _where(row: Row, source: SourceEntry, setting: Setting) -> Built:
    precision, country = row.required("where_prec"), setting.areas.find(row.text("country") or "")
    name = row.text("where_coordinates")
    area = country if precision == "6" else region(setting, row.text("adm_1")) or country
    code = area.code if area else source.place
    if precision in RADIUS_KM:
        return {"place_name": name, "place_code": code, **point(row, "longitude", "latitude", RADIUS_KM[precision])}
    if precision in ("4", "5", "6"):
        return {"place_name": area.name if area else name, "place_code": code, "tally": True}
    if precision == "7":
        return {"place_name": name}
    raise bad(row.where, f"'where_prec' is '{precision[:20]}'", "1 to 7", "Mend the cell.")


def key(record: Mapping[str, Any]) -> str:
    """Return the id of an event, which its revisions share."""
    return str(record.get("id", ""))


def day(record: Mapping[str, Any]) -> str:
    """Return the day on which an event began."""
    return str(record.get("date_start", ""))[:10]


def fetch(source: SourceEntry, first: date, last: date, web: Web, done: Mapping[str, int]) -> Iterator[Page]:
    """Yield the events of a window page by page. `api` names the dataset and version (.../gedevents/25.1).

    The token stands in the environment as UCDP_TOKEN. Raises InputError.
    """
    token = credential("UCDP_TOKEN", "the access token that UCDP gives on request")
    web.keep_secret(token)
    url = source.api or API
    number = 0
    while True:
        name = f"events-{number:05}"
        if name in done:
            more = done[name] >= PAGE
        else:
            asked = {"StartDate": first.isoformat(), "EndDate": last.isoformat(), **source.query}
            asked |= {"pagesize": str(PAGE), "page": str(number)}
            answer = parsed(web.get(url, asked, {"x-ucdp-access-token": token}), url)
            rows = answer.get("Result") if isinstance(answer, dict) else None
            if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
                raise bad(url, "an answer without events", "a list under 'Result'", "Check `api` and `query`.")
            yield Page(name, rows)
            more = bool(answer.get("NextPageUrl")) and bool(rows)
        if not more:
            return
        number += 1
