"""Meteostat: temperatures of weather stations by hour or by day, from the bulk files of a year or of a whole station.

One file a station (STATION.csv or STATION.csv.gz, also STATION-2026.csv), or a folder of them; `stations` names
Meteostat's list of stations, which says where each is. Read are files with a header (since 2025: `temp`, `temp_source`,
hours in UTC, and `tmin`, `tmax` of days) and those of before, which have none and are told apart by their number of
columns: 13 by hour, 11 by day.

Meteostat fills gaps with the output of weather models. Where the source of a value is one (MOSMIX, MET Norway), it is a
`forecast`; where sources are named and none of them is, it is `observed`; where none is named it may be either, and
counts as `analysed`. An empty cell is missing.

What it cannot see: what no station near the place measured. Its days are cut at UTC midnight or as the station reports
them, and are taken for days of the case; hours are cut exactly, so that they are to be preferred.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from holdfire.monitor.csvfile import LARGEST_FILE, Row, loose_rows, text_of
from holdfire.monitor.intake import each
from holdfire.monitor.memory import files_of
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.monitor.weather import HIGH, LOW, Series, Spot, plausible, spot, told
from holdfire.problems import bad

BY_HOUR = ("date", "hour", "temp", "dwpt", "rhum", "prcp", "snow", "wdir", "wspd", "wpgt", "pres", "tsun", "coco")
BY_DAY = ("date", "tavg", "tmin", "tmax", "prcp", "snow", "wdir", "wspd", "wpgt", "pres", "tsun")
MODELS = ("mosmix", "forecast", "model")
EXTREMES = {"tmin": LOW, "tmax": HIGH}
STATION = re.compile(r"[$A-Za-z0-9]+")


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read the files of one or several stations. Raises InputError for a file or a list that is none."""
    assert source.stations is not None
    spots = _stations(setting.folder / source.stations)
    stations: dict[str, Series] = {}

    def take(row: Row) -> None:
        name = row.cells[""]
        if name not in spots:
            raise bad(row.where, f"no station '{name}' in {source.stations}", "its position", "Add it to the list.")
        _into(stations.setdefault(name, Series(spots[name])), row)

    refused, count = each(source.id, _rows(source, setting), take)
    return told(source, setting, stations.values(), refused, count)


def _rows(source: SourceEntry, setting: Setting) -> Iterator[Row]:
    """Yield the rows of all files; a cell without a name holds the station."""
    for name in files_of(setting.folder, source.path):
        path = setting.folder / name
        station = STATION.match(path.name)
        if ".csv" not in path.name or station is None:
            continue
        for row in loose_rows(path, (), header=_header(path)):
            yield row if row.fault else Row(row.where, {**row.cells, "": station[0]})


def _header(path: Path) -> tuple[str, ...] | None:
    """Return the columns of a file that has no header; null for one that has. Raises InputError."""
    first = text_of(path).split("\n", 1)[0].split(",")
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", first[0]):
        for columns in (BY_HOUR, BY_DAY):
            if len(first) == len(columns):
                return columns
        raise bad(f"{path}:1", f"{len(first)} columns without a header", "13 by hour, 11 by day", "Fetch it again.")
    named = {c.strip().strip('"') for c in first}
    if not ({"temp", "hour"} <= named or {"tmin", "tmax"} & named) or not ({"date"} <= named or {"year"} <= named):
        expected = "year, month, day, and hour with temp, or tmin and tmax"
        raise bad(f"{path}:1", "no columns of Meteostat", expected, "Fetch it again.")
    return None


def _into(series: Series, row: Row) -> None:
    day = _day(row)
    if "hour" not in row.cells:
        for column, fact in EXTREMES.items():
            if column in row.cells and (value := row.number(column)) is not None:
                series.days[fact, day] = _kind(row, column), plausible(row.where, value)
        return
    hour, value = row.whole("hour"), row.number("temp")
    if hour is None or hour > 23:
        raise bad(row.where, f"'hour' is {hour}", "0 to 23, UTC", "Mend the cell.")
    if value is not None:
        time = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        series.hours[time] = _kind(row, "temp"), plausible(row.where, value)


def _day(row: Row) -> date:
    if "date" in row.cells:
        row.required("date")
        day = row.day("date")
        assert day is not None
        return day
    parts = [row.whole(c) if c in row.cells else None for c in ("year", "month", "day")]
    try:
        return date(*(p or 0 for p in parts))
    except (ValueError, OverflowError):
        told = "-".join(str(p) for p in parts)
        raise bad(row.where, f"year, month and day are {told[:40]}", "a day that exists", "Mend the row.") from None


def _kind(row: Row, column: str) -> str:
    named = row.first(f"{column}_source")
    if named is None:
        return "analysed"
    return "forecast" if any(model in named.casefold() for model in MODELS) else "observed"


def _stations(path: Path) -> dict[str, Spot]:
    """Return where the stations of Meteostat's list are, by id. Raises InputError."""
    try:
        listed = json.loads(text_of(path, LARGEST_FILE))
        found = {}
        for entry in listed:
            place = entry["location"]
            own = str(entry["id"])
            at = (place.get(k) for k in ("longitude", "latitude", "elevation"))
            found[own] = spot(f"{path}, station {own}", own, *at)
        return found
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        expected = "a list of objects with id and location"
        raise bad(str(path), "not Meteostat's list of stations", expected, "Fetch it again.") from None
