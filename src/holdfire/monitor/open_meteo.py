"""Open-Meteo's archive: air temperature by hour and the extremes of days, at the cells of a reanalysis.

A reanalysis (ERA5, Hersbach et al. 2020, doi:10.1002/qj.3803) is worked out afterwards, by a weather model that is
held to the observations of the time. It is neither an observation of the place nor a forecast: its values are
`analysed`. They decide a condition only where nothing was observed. Where `api` names one of the forecast APIs of
Open-Meteo, whose answers look the same, they are `forecast`, and decide nothing.

Reads an answer of the API as it was saved (.json: one place, or a list of several), or fetched records (.jsonl: one
place and day a line). Degrees C or F. Times are those of `utc_offset_seconds`, one offset for the whole answer, also
across a change of the clocks; or seconds since 1970, UTC. A null is a missing value: the archive lags by days.

What it cannot see: anything smaller than a cell (ERA5: about 25 km), such as cold air in a valley or a warm town.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from holdfire.monitor.csvfile import LARGEST_FILE, Row, text_of
from holdfire.monitor.intake import each
from holdfire.monitor.records import parsed
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.monitor.weather import HIGH, LOW, Series, plausible, spot, told
from holdfire.monitor.web import Page, Web
from holdfire.problems import bad
from holdfire.terms.instants import midnight

API = "https://archive-api.open-meteo.com/v1/archive"
HOURLY = "temperature_2m"
DAILY = {"temperature_2m_min": LOW, "temperature_2m_max": HIGH}
UNITS = {"°C": (1.0, 0.0), "°F": (5 / 9, -160 / 9)}  # degrees C are factor times value plus shift
DAYS_AT_ONCE = 92
LONGEST_OFFSET_S = 18 * 3600
REFETCH = "Fetch it again."


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read answers of the API. Raises InputError for a file that is none, and for unknown `places`."""
    kind = "forecast" if "forecast" in (source.api or API) else "analysed"
    cells: dict[str, Series] = {}

    def take(row: Row) -> None:
        one = _series(json.loads(row.cells["answer"]), row.where, kind, setting)
        cell = cells.setdefault(one.spot.id, one)
        cell.hours |= one.hours
        cell.days |= one.days

    refused, count = each(source.id, _answers(source, setting), take)
    return told(source, setting, cells.values(), refused, count)


def _answers(source: SourceEntry, setting: Setting) -> Iterator[Row]:
    path = setting.folder / source.path
    if path.suffix == ".jsonl":
        if path.is_file() and path.stat().st_size == 0:
            return
        lines = text_of(path).split("\n")
        numbered = [(f"{path}:{n}", line) for n, line in enumerate(lines, 1) if line.strip()]
    else:
        try:
            whole = json.loads(text_of(path, LARGEST_FILE))
        except (ValueError, RecursionError):
            raise bad(str(path), "not JSON", "an answer of the archive API", REFETCH) from None
        answers = whole if isinstance(whole, list) else [whole]
        numbered = [(f"{path}, place {n}", json.dumps(answer)) for n, answer in enumerate(answers, 1)]
    for where, text in numbered:
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            yield Row(where, {}, bad(where, "not JSON", "one answer a line", REFETCH).problems[0])
        else:
            yield Row(where, {"answer": text})


def _series(answer: Any, where: str, kind: str, setting: Setting) -> Series:
    """Return what one answer says of its cell. Raises InputError."""
    if not isinstance(answer, dict) or answer.get("error"):
        said = answer.get("reason") if isinstance(answer, dict) else None
        found = f"an error: {str(said)[:120]}" if said else "no answer of the API"
        raise bad(where, found, "latitude, longitude and temperatures", REFETCH)
    place = [answer.get(k) for k in ("longitude", "latitude", "elevation")]
    series = Series(spot(where, " ".join(f"{v}" for v in place), *place))
    offset = answer.get("utc_offset_seconds")
    if not isinstance(offset, int) or isinstance(offset, bool) or abs(offset) > LONGEST_OFFSET_S:
        raise bad(where, f"utc_offset_seconds is {str(offset)[:40]}", "seconds east of UTC", REFETCH)
    shift = timedelta(seconds=offset)
    if "hourly" in answer:
        for time, value in _column(answer, "hourly", HOURLY, where):
            series.hours[_instant(time, shift, where)] = kind, value
    daily, others = answer.get("daily"), 0
    for name, fact in DAILY.items():
        if isinstance(daily, dict) and name in daily:
            for time, value in _column(answer, "daily", name, where):
                begins = _instant(time, shift, where)
                day = (begins + shift).date()
                if _begins(day, setting) == begins:
                    series.days[fact, day] = kind, value
                else:
                    others += 1
    if "hourly" not in answer and (others or not isinstance(daily, dict)):
        found = "days that are not those of the case" if others else "neither hourly nor daily values"
        remedy = f"Ask for timezone={setting.zone.key}, or for hours." if others else "Ask for them in the request."
        raise bad(where, found, f"hourly {HOURLY}, or days of {setting.zone.key}", remedy)
    return series


def _begins(day: date, setting: Setting) -> datetime | None:
    try:
        return midnight(day, setting.zone)
    except OverflowError:
        return None


def _column(answer: Mapping[str, Any], part: str, name: str, where: str) -> Iterator[tuple[object, float]]:
    """Yield times and degrees C of a column, nulls left out. Raises InputError."""
    columns, units = answer.get(part), answer.get(f"{part}_units")
    if not isinstance(columns, dict) or not isinstance(columns.get(name), list):
        remedy = "Ask for it, and for one model only: several have names of their own."
        raise bad(where, f"no '{name}' under '{part}'", "a list of values", remedy)
    unit = units.get(name) if isinstance(units, dict) else None
    if not isinstance(unit, str) or unit not in UNITS:
        raise bad(where, f"the unit of '{name}' is {str(unit)[:40]}", "°C or °F", REFETCH)
    times, values = columns.get("time"), columns[name]
    if not isinstance(times, list) or len(times) != len(values):
        raise bad(where, f"'{part}' has not as many times as values", "lists of one length", REFETCH)
    factor, shift = UNITS[unit]
    for time, value in zip(times, values, strict=True):
        if value is None:
            continue
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise bad(where, f"'{name}' holds {str(value)[:40]}", "numbers and nulls", REFETCH)
        yield time, plausible(where, factor * value + shift)


def _instant(time: object, shift: timedelta, where: str) -> datetime:
    """Return an instant (UTC): of local text without an offset, or of seconds since 1970. Raises InputError."""
    try:
        if isinstance(time, int) and not isinstance(time, bool):
            return datetime.fromtimestamp(time, UTC)
        if isinstance(time, str) and len(time) in (10, 16):
            return datetime.fromisoformat(time).replace(tzinfo=UTC) - shift
    except (ValueError, OverflowError, OSError):
        pass
    raise bad(where, f"a time '{str(time)[:40]}'", "2026-01-29T18:00, or seconds since 1970", REFETCH)


def key(record: Mapping[str, Any]) -> str:
    """Return what tells a record from others: the cell and the day."""
    return " ".join(str(record.get(k, "")) for k in ("latitude", "longitude", "elevation", "day"))


def day(record: Mapping[str, Any]) -> str:
    """Return the day of a record, in the time zone that was asked for: 2026-01-29."""
    return str(record.get("day", ""))


def fetch(source: SourceEntry, first: date, last: date, web: Web, done: Mapping[str, int]) -> Iterator[Page]:
    """Yield the cells of the source's `query` (latitude, longitude: lists with commas), day by day, 92 days a page.

    Asks for ERA5 in UTC, and for a day more at the beginning, which holds the first hours of a zone east of Greenwich;
    `query` may say otherwise. Raises InputError.
    """
    query = source.query
    if not query.get("latitude") or not query.get("longitude"):
        found, expected = "no latitude and longitude", "query: {latitude: '50.45,49.99', longitude: '30.52,36.25'}"
        raise bad(f"query of source '{source.id}'", found, expected, "Name the places in degrees.")
    asked = {"hourly": HOURLY, "daily": ",".join(DAILY), "timezone": "GMT", "models": "era5"}
    start = first - timedelta(days=1)
    while start <= last:
        end = min(start + timedelta(days=DAYS_AT_ONCE - 1), last)
        name = f"{start} {end}"
        if name not in done:
            window = {"start_date": start.isoformat(), "end_date": end.isoformat()}
            url = source.api or API
            answer = parsed(web.get(url, {**asked, **query, **window}), url)
            yield Page(name, [r for one in _several(answer, url) for r in _by_day(one, url)])
        start = end + timedelta(days=1)


def _several(answer: Any, where: str) -> list[dict[str, Any]]:
    """Return the answers for each place: one place is answered by itself, several by a list."""
    answers = answer if isinstance(answer, list) else [answer]
    if not answers or not all(isinstance(a, dict) and isinstance(a.get("hourly"), dict) for a in answers):
        said = answer.get("reason") if isinstance(answer, dict) else None
        found = f"an answer without hours {str(said or '')[:200]}".strip()
        raise bad(where, found, "hourly values of each place", "Check `query`, or try later.")
    return answers


def _by_day(answer: dict[str, Any], where: str) -> Iterator[dict[str, Any]]:
    """Yield an answer cut into its days, each in the form of an answer, with its day beside."""
    shared = {k: v for k, v in answer.items() if k not in ("hourly", "daily", "generationtime_ms", "location_id")}
    parts: dict[str, dict[str, dict[str, list[Any]]]] = {}
    for part in ("hourly", "daily"):
        columns = answer.get(part)
        if not isinstance(columns, dict):
            continue
        times = columns.get("time")
        if not isinstance(times, list) or any(
            not isinstance(v, list) or len(v) != len(times) for v in columns.values()
        ):
            raise bad(where, f"'{part}' has columns of several lengths", "as many times as values", "Try again.")
        for n, time in enumerate(times):
            own = parts.setdefault(str(time)[:10], {}).setdefault(part, {c: [] for c in columns})
            for name, values in columns.items():
                own[name].append(values[n])
    for name in sorted(parts):
        yield {**shared, **parts[name], "day": name}
