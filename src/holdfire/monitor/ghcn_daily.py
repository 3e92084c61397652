"""GHCN-Daily: the lowest and highest temperature of days at weather stations (NOAA NCEI, doi:10.7289/V5D21VHZ).

Reads a station's file in any of its three forms: fixed width (.dly), or CSV by station, one value a line (with or
without a header) or one day a line. Of the first two, `stations` names `ghcnd-stations.txt`, which says where stations
are; the last says it itself. TMIN and TMAX are whole tenths of a degree C; -9999 is missing. Menne et al. 2012,
doi:10.1175/JTECH-D-11-00103.1.

A value that failed a check of its quality (any quality flag) is dropped, and told among the refused rows with the
check that it failed. Days outside the case's period and other quantities tell nothing that is asked.

What it cannot see: hours. A day is that of the observer, which may end in the morning, or one of UTC where values come
from synoptic reports (source flag S), whose extremes are those of the hours reported; it is taken for the case's day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from holdfire.monitor.csvfile import Row, loose_rows, text_of
from holdfire.monitor.intake import each
from holdfire.monitor.memory import files_of
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.monitor.weather import HIGH, LOW, Series, Spot, plausible, spot, told
from holdfire.problems import bad

ELEMENTS = {"TMIN": LOW, "TMAX": HIGH}
LONG = ("id", "date", "element", "data_value", "m_flag", "q_flag", "s_flag", "obs_time")
WIDE = ("STATION", "DATE", "LATITUDE", "LONGITUDE", "ELEVATION")
MISSING = -9999
CHECKS = {
    "D": "the same values were given before",
    "G": "a gap to all other values",
    "I": "the values of the day contradict each other",
    "K": "the same value too many days in a row",
    "L": "it covers several days",
    "M": "impossible beside the station's record",
    "N": "a suspicious zero",
    "O": "far from what is usual there",
    "R": "impossible beside the days around it",
    "S": "far from stations nearby",
    "T": "a jump from day to day",
    "W": "too warm for the snow of that day",
    "X": "beyond what was ever measured",
    "Z": "found wrong by hand",
}


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read the files of one or several stations. Raises InputError for a file that is none."""
    spots = _stations(setting.folder / source.stations) if source.stations else {}
    stations: dict[str, Series] = {}

    def take(row: Row) -> None:
        day = _day(row)
        values = list(_values(row))
        if not values or not setting.first <= day <= setting.last:
            return
        own = row.required("id")
        if own not in stations:
            stations[own] = Series(_where(row, own, spots, source))
        failed = []
        for element, tenths, flag in values:
            if tenths is None or tenths == MISSING:
                continue
            if flag:
                failed.append(f"{element} failed a check of quality ({flag}: {CHECKS.get(flag, 'not documented')})")
            else:
                stations[own].days[ELEMENTS[element], day] = "observed", plausible(row.where, tenths / 10)
        if failed:
            raise bad(row.where, "; ".join(failed), "values without a quality flag", "It is left out.")

    refused, count = each(source.id, _rows(source, setting), take)
    return told(source, setting, stations.values(), refused, count)


def _rows(source: SourceEntry, setting: Setting) -> Iterator[Row]:
    for name in files_of(setting.folder, source.path):
        path = setting.folder / name
        if ".dly" in path.name:
            yield from _fixed(path)
        elif ".csv" in path.name:
            yield from _table(path)


def _table(path: Path) -> Iterator[Row]:
    """Yield the rows of a CSV by station, their columns named as in LONG or WIDE."""
    first = [c.strip().strip('"').upper() for c in text_of(path).split("\n", 1)[0].split(",")]
    if set(WIDE) <= set(first):
        for row in loose_rows(path, WIDE):
            yield (
                row
                if row.fault
                else Row(row.where, {**row.cells, "id": row.cells["STATION"], "date": row.cells["DATE"]})
            )
        return
    headed = "ELEMENT" in first
    if len(first) != len(LONG) or not (headed or re.fullmatch("[0-9]{8}", first[1])):
        expected = f"{len(LONG)} columns, one value a line, or {', '.join(WIDE)}, one day a line"
        raise bad(f"{path}:1", "no values of a station", expected, "Fetch the file again.")
    for n, row in enumerate(loose_rows(path, (), header=LONG)):
        if not (headed and n == 0):
            yield row


def _fixed(path: Path) -> Iterator[Row]:
    """Yield a row for every day of the months of TMIN and TMAX in a file of fixed width."""
    for number, line in enumerate(text_of(path).split("\n"), 1):
        where, line = f"{path}:{number}", line.rstrip("\r")
        if not line.strip():
            continue
        if not (line[11:17].isdecimal() and line[11:17].isascii()) or len(line) < 26:
            remedy = "Fetch the file again."
            yield Row(where, {}, bad(where, "not a month of a station", "id, year, month, element", remedy).problems[0])
        elif line[17:21] in ELEMENTS:
            for day in range(31):
                cell = line[21 + 8 * day : 29 + 8 * day]
                if cell[:5].strip() in ("", str(MISSING)):
                    continue
                told = (
                    line[:11],
                    f"{line[11:15]}{line[15:17]}{day + 1:02}",
                    line[17:21],
                    cell[:5],
                    *f"{cell[5:]:3}",
                    "",
                )
                yield Row(where, dict(zip(LONG, told, strict=True)))


def _day(row: Row) -> date:
    text = row.required("date").replace("-", "")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        raise bad(row.where, f"a day '{text[:40]}'", "20260129 or 2026-01-29", "Mend the row.") from None


def _values(row: Row) -> Iterator[tuple[str, float | None, str]]:
    """Yield element, tenths of a degree and quality flag of the temperatures of a row."""
    if "element" in row.cells:
        if (element := row.required("element")) in ELEMENTS:
            yield element, row.number("data_value"), row.text("q_flag") or ""
        return
    for element in ELEMENTS:
        if element in row.cells:
            flags = row.first(f"{element}_ATTRIBUTES") or ""
            yield element, row.number(element), ([*flags.split(","), "", ""])[1].strip()


def _where(row: Row, own: str, spots: dict[str, Spot], source: SourceEntry) -> Spot:
    if "LATITUDE" in row.cells:
        return spot(row.where, own, *(row.number(c) for c in ("LONGITUDE", "LATITUDE", "ELEVATION")))
    if own not in spots:
        listed = source.stations or "no list of stations"
        raise bad(
            row.where, f"where is station '{own[:40]}'? ({listed})", "its line in ghcnd-stations.txt", "Set `stations`."
        )
    return spots[own]


def _stations(path: Path) -> dict[str, Spot]:
    """Return where the stations of `ghcnd-stations.txt` are, by id. Raises InputError."""
    found = {}
    for number, line in enumerate(text_of(path).split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            lat, lon, height = (float(line[a:b]) for a, b in ((12, 20), (21, 30), (31, 37)))
        except ValueError:
            raise bad(where, "not a station", "id, latitude, longitude, elevation", "Fetch the list again.") from None
        found[line[:11]] = spot(where, line[:11], lon, lat, None if height < -900 else height)
    return found
