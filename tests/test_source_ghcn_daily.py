"""GHCN-Daily: invented stations in the three forms of the real files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from conftest import observe_file
from holdfire.monitor import Observed
from holdfire.problems import InputError

STATION = "UPM00033345"
# ID 1-11, latitude 13-20, longitude 22-30, elevation 32-37, state, name, flags, WMO id.
LIST = (
    f"{STATION}  50.4000   30.5667  166.0    KYIV                           GSN     33345\n"
    "UPM00099999  49.9240   36.2900 -999.9    NOWHERE                                    \n"
)
LONG = "ID,DATE,ELEMENT,DATA_VALUE,M_FLAG,Q_FLAG,S_FLAG,OBS_TIME\n"
WIDE = '"STATION","DATE","LATITUDE","LONGITUDE","ELEVATION","NAME","TMAX","TMAX_ATTRIBUTES","TMIN","TMIN_ATTRIBUTES"\n'


def fixed(month: str, element: str, values: dict[int, str]) -> str:
    """Return a line of a .dly file; a value is five characters and three flags, and -9999 where there is none."""
    return f"{STATION}{month}{element}" + "".join(values.get(d, "-9999   ") for d in range(1, 32)) + "\n"


def wide(day: str, high: str, low: str, flags: str = ",,S") -> str:
    place = '"50.4","30.5667","166.0","KYIV, UP"'
    return f'"{STATION}","{day}",{place},"{high}",",,S","{low}","{flags}"\n'


@pytest.fixture
def read(tmp_path: Path):
    (tmp_path / "ghcnd-stations.txt").write_text(LIST, encoding="utf-8")

    def run(text: str, name: str, **entry: Any) -> Observed:
        (tmp_path / name).write_text(text, encoding="utf-8")
        entry = {"places": ["Kyiv"], "stations": "ghcnd-stations.txt", **entry}
        return observe_file("ghcn_daily", tmp_path / name, **entry)

    return run


def lows(found: Observed) -> dict[date, float]:
    rows = found.conditions.filter(pl.col("fact") == "temperature_min")
    assert rows["kind"].unique().to_list() in ([], ["observed"])
    return dict(rows.select("day", "value_min").iter_rows())


def test_fixed_width_is_in_tenths_and_drops_what_failed_a_check(read) -> None:
    text = (
        fixed("202601", "TMIN", {27: " -300  S", 28: " -105  S", 29: " -142 IS", 30: "    0  S"})
        + fixed("202601", "PRCP", {28: "   12  S"})
        + fixed("202601", "TMAX", {28: "  -37H S"})
    )
    found = read(text, f"{STATION}.dly")
    assert lows(found) == {date(2026, 1, 28): -10.5, date(2026, 1, 30): 0.0}  # the 27th lies before the period
    high = found.conditions.filter(pl.col("fact") == "temperature_max").row(0, named=True)
    assert (high["value_min"], high["day"], high["elevation_m"]) == (-3.7, date(2026, 1, 28), 166.0)
    assert found.refused["found"].to_list() == [
        "TMIN failed a check of quality (I: the values of the day contradict each other)"
    ]
    assert (found.rows, found.used) == (5, 4)  # four values of TMIN and one of TMAX


def test_a_line_cut_short_has_fewer_days(read) -> None:
    line = fixed("202601", "TMIN", {28: " -105  S", 29: " -142  S"})
    assert lows(read(line[: 21 + 8 * 28] + "\n", "a.dly")) == {date(2026, 1, 28): -10.5}
    assert lows(read(line[: 21 + 8 * 28 + 5] + "\n", "a.dly"))[date(2026, 1, 29)] == -14.2  # flags stripped


def test_one_value_a_line_with_a_header_or_without(read) -> None:
    rows = (
        f"{STATION},20260129,TMIN,-142,,,S,\n{STATION},20260130,TMIN,-150,,X,S,0700\n{STATION},20260130,PRCP,5,,,S,\n"
    )
    for text in (LONG + rows, rows):
        found = read(text, f"{STATION}.csv")
        assert lows(found) == {date(2026, 1, 29): -14.2}
        assert "X: beyond what was ever measured" in found.refused["found"].item()
        assert (found.rows, found.used) == (3, 2)


def test_one_day_a_line_says_where_the_station_is(read) -> None:
    text = WIDE + wide("2026-01-29", "  -32", " -142") + wide("2026-01-30", "", " -150", ",S,S")
    found = read(text + wide("1950-01-30", "1", "-1"), "x.csv", stations=None)
    assert lows(found) == {date(2026, 1, 29): -14.2}
    assert "TMIN failed a check of quality (S: far from stations nearby)" in found.refused["found"].item()
    assert found.conditions["distance_km"].to_list() == [6.8, 6.8]  # as in the test of Meteostat: the same point
    assert (found.rows, found.used) == (3, 2)


def test_a_failed_value_does_not_take_the_other_one_of_the_day_with_it(read) -> None:
    found = read(WIDE + wide("2026-01-29", "  -32", " -142", ",G,S"), "x.csv")
    assert found.conditions.select("fact", "value_min").rows() == [("temperature_max", -3.2)]
    assert (found.rows, found.used, len(found.refused)) == (1, 0, 1)


def test_minus_9999_is_missing(read) -> None:
    found = read(LONG + f"{STATION},20260129,TMIN,-9999,,,,\n", "x.csv")
    assert found.conditions.is_empty()
    assert found.refused.is_empty()


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (f"{STATION},2026-02-30,TMIN,-142,,,S,\n", "a day '20260230'"),
        (f"{STATION},20260129,TMIN,cold,,,S,\n", "'data_value' is 'cold'"),
        (f"{STATION},20260129,TMIN,-1420,,,S,\n", "-142 degrees C"),
        ("UPM00000000,20260129,TMIN,-142,,,S,\n", "where is station 'UPM00000000'"),
        (f"{STATION},20260129,TMIN,-142\n", "the row has 4 cells"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_the_reason(read, row: str, found: str) -> None:
    seen = read(LONG + row, "x.csv")
    assert found in seen.refused["found"].item()
    assert seen.conditions.is_empty()


def test_a_line_that_is_no_month_is_refused(read) -> None:
    seen = read("UPM00033345 2026 TMIN\n" + fixed("202601", "TMIN", {29: " -142  S"}), "a.dly")
    assert "not a month of a station" in seen.refused["found"].item()
    assert lows(seen) == {date(2026, 1, 29): -14.2}


def test_a_file_or_a_list_that_is_none_stops_the_run(read, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no values of a station"):
        read("a,b\n", "x.csv")
    (tmp_path / "ghcnd-stations.txt").write_text("33345 Kyiv\n", encoding="utf-8")
    with pytest.raises(InputError, match="not a station"):
        read(LONG, "x.csv")
