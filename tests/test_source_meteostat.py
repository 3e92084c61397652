"""Meteostat: invented bulk files with the quirks of the real ones, old and new."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import observe_file
from holdfire.monitor import Observed, SourceEntry
from holdfire.problems import InputError

HOURLY = "year,month,day,hour,temp,temp_source,rhum,rhum_source\n"
HOUR = "2026,1,28,0,-5.5,isd_lite,80,isd_lite\n"
DAILY = "year,month,day,temp,temp_source,tmin,tmin_source,tmax,tmax_source\n"
STATIONS = [
    {
        "id": "33345",
        "name": {"en": "Kyiv"},
        "country": "UA",
        "location": {"latitude": 50.4, "longitude": 30.5667, "elevation": 166},
        "timezone": "Europe/Kyiv",
    },
    {"id": "UKKK0", "name": {"en": "Zhuliany"}, "location": {"latitude": 50.4, "longitude": 30.45, "elevation": None}},
]


@pytest.fixture
def read(tmp_path: Path):
    (tmp_path / "stations.json").write_text(json.dumps(STATIONS), encoding="utf-8")

    def run(files: dict[str, str | bytes], **entry: Any) -> Observed:
        (tmp_path / "weather").mkdir()
        for name, text in files.items():
            (tmp_path / "weather" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        entry = {"places": ["Kyiv"], "stations": "stations.json", **entry}
        return observe_file("meteostat", tmp_path / "weather", **entry)

    return run


def test_the_source_of_a_value_says_what_it_is(read) -> None:
    rows = (
        HOUR,
        "2026,1,28,1,-6.0,metno_forecast,80,isd_lite\n",
        "2026,1,28,2,-6.5,dwd_mosmix,,\n",
        "2026,1,28,3,-7.0,,,\n",
        "2026,1,28,4,,,,\n",
    )
    found = read({"33345.csv": HOURLY + "".join(rows)})
    assert found.temperatures.select("time", "value_c", "kind").rows() == [
        (datetime(2026, 1, 28, 0, tzinfo=UTC), -5.5, "observed"),
        (datetime(2026, 1, 28, 1, tzinfo=UTC), -6.0, "forecast"),
        (datetime(2026, 1, 28, 2, tzinfo=UTC), -6.5, "forecast"),
        (datetime(2026, 1, 28, 3, tzinfo=UTC), -7.0, "analysed"),  # it may be either
    ]
    assert (found.rows, found.used, len(found.refused)) == (5, 5, 0)
    # 0.0547 degrees south (6.08 km) and 0.0429 degrees east (3.04 km) of GeoNames' Kyiv: 6.8 km.
    assert found.temperatures["distance_km"][0] == pytest.approx(6.8)
    assert found.temperatures["elevation_m"][0] == 166


def test_a_day_is_made_of_its_local_hours_and_is_as_weak_as_its_weakest(read) -> None:
    start = datetime(2026, 1, 28, 22, tzinfo=UTC)  # 29 January begins in Kyiv
    hours = [start + timedelta(hours=n) for n in range(24)]
    rows = [
        f"{t.year},{t.month},{t.day},{t.hour},{-n / 2},{'metno_forecast' if n == 7 else 'metar'},,\n"
        for n, t in enumerate(hours)
    ]
    found = read({"33345-2026.csv": HOURLY + "".join(rows)})
    assert sorted(found.conditions.select("fact", "day", "value_min", "kind").rows()) == [
        ("temperature_max", date(2026, 1, 29), 0.0, "forecast"),
        ("temperature_min", date(2026, 1, 29), -11.5, "forecast"),
    ]


def test_daily_files_give_the_extremes_of_days(read) -> None:
    rows = "2026,1,29,-9,ghcnd,-14.1,ghcnd,-3.2,dwd_daily metno_forecast\n2026,1,30,,,,,-2,ghcnd\n"
    found = read({"33345.csv.gz": gzip.compress((DAILY + rows).encode())})
    assert sorted(found.conditions.select("fact", "day", "value_min", "value_max", "kind").rows()) == [
        ("temperature_max", date(2026, 1, 29), -3.2, -3.2, "forecast"),
        ("temperature_max", date(2026, 1, 30), -2.0, -2.0, "observed"),
        ("temperature_min", date(2026, 1, 29), -14.1, -14.1, "observed"),
    ]


def test_files_without_a_header_are_told_by_their_columns_and_name_no_source(read) -> None:
    hourly = "2026-01-28,0,-5.5,-7,89,0,,270,11,,1020,,3\n2026-01-28,1,,,,,,,,,,,\n"
    daily = "2026-01-29,-9.0,-14.1,-3.2,0,120,270,11,,1020,\n"
    found = read({"33345.csv": hourly, "33345_daily.csv": daily})
    assert found.temperatures.select("value_c", "kind").rows() == [(-5.5, "analysed")]
    assert sorted(found.conditions["value_min"]) == [-14.1, -3.2]
    assert found.conditions["kind"].unique().to_list() == ["analysed"]
    assert (found.rows, found.used) == (3, 3)


def test_the_nearest_station_with_values_is_taken(read) -> None:
    empty = HOURLY + "2025,1,28,0,-1,metar,,\n"  # no value in the period
    found = read({"33345.csv": empty, "UKKK0.csv": HOURLY + HOUR})
    assert found.temperatures.select("value_c", "elevation_m").rows() == [(-5.5, None)]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (",0,", ",24,", "'hour' is 24"),
        ("2026,1,28", "2026,2,30", "2026-2-30"),
        ("2026,1,28", "2026,,28", "2026-None-28"),
        ("-5.5", "cold", "'temp' is 'cold'"),
        ("-5.5", "-999", "-999 degrees C"),
        (",80", "", "the row has 7 cells"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_the_reason(read, old: str, new: str, found: str) -> None:
    seen = read({"33345.csv": HOURLY + HOUR.replace(old, new, 1)})
    assert found in seen.refused["found"].item()
    assert seen.temperatures.is_empty()


def test_a_station_that_is_not_listed_is_refused(read) -> None:
    assert "no station '99999'" in read({"99999.csv": HOURLY + HOUR}).refused["found"].item()


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"33345.csv": "2026-01-28,0,-5\n"}, "3 columns without a header"),
        ({"33345.csv": "a,b\n1,2\n"}, "no columns of Meteostat"),
        ({"33345.csv.gz": b"\x1f\x8bnot"}, "not whole gzip"),
    ],
)
def test_a_file_that_is_none_stops_the_run(read, files: dict[str, Any], found: str) -> None:
    with pytest.raises(InputError, match=found):
        read(files)


def test_a_list_that_is_none_stops_the_run(read, tmp_path: Path) -> None:
    (tmp_path / "stations.json").write_text('[{"id": "33345"}]', encoding="utf-8")
    with pytest.raises(InputError, match="not Meteostat's list"):
        read({"33345.csv": HOURLY + HOUR})


def test_the_list_of_stations_is_asked_for() -> None:
    base = {"id": "w", "kind": "meteostat", "title": "T", "path": "p.csv", "publisher": "P", "licence": "L"}
    with pytest.raises(ValueError, match="needs `stations`"):
        SourceEntry.model_validate({**base, "places": ["Kyiv"]})
