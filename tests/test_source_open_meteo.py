"""Open-Meteo: invented answers in the form of the archive API, and a local server that answers as it does."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from conftest import Server
from holdfire.monitor import Observed, SourceEntry
from holdfire.monitor.open_meteo import day, fetch, key
from holdfire.monitor.web import Page, Web
from holdfire.problems import InputError

KYIV, KHARKIV = (50.474, 30.566), (50.0, 36.25)
FIRST = datetime(2026, 1, 28)


def answer(
    values: list[Any], at: tuple[float, float] = KYIV, offset: int = 0, start: datetime = FIRST, **more: Any
) -> dict[str, Any]:
    """Return what the API answers for one place: hours from `start`, local to the offset."""
    times = [(start + timedelta(hours=n)).strftime("%Y-%m-%dT%H:%M") for n in range(len(values))]
    return {
        "latitude": at[0],
        "longitude": at[1],
        "generationtime_ms": 0.2,
        "utc_offset_seconds": offset,
        "timezone": "Europe/Kyiv" if offset else "GMT",
        "timezone_abbreviation": "GMT+2" if offset else "GMT",
        "elevation": 169.0,
        "hourly_units": {"time": "iso8601", "temperature_2m": "°C"},
        "hourly": {"time": times, "temperature_2m": values},
        **more,
    }


@pytest.fixture
def read(observed):
    def run(*answers: dict[str, Any], **entry: Any) -> Observed:
        text = json.dumps(answers[0] if len(answers) == 1 else answers, ensure_ascii=False)
        return observed("open_meteo", text, "weather.json", **{"places": ["Kyiv"], **entry})

    return run


def days(found: Observed, fact: str = "temperature_min") -> dict[date, float]:
    return dict(found.conditions.filter(pl.col("fact") == fact).select("day", "value_min").iter_rows())


def test_a_reanalysis_is_analysed_and_says_how_far_off_its_cell_lies(read) -> None:
    found = read(answer([-5.0, None, -7.5]))
    assert found.temperatures.select("time", "value_c", "kind").rows() == [
        (datetime(2026, 1, 28, 0, tzinfo=UTC), -5.0, "analysed"),
        (datetime(2026, 1, 28, 2, tzinfo=UTC), -7.5, "analysed"),  # the null in between is missing, not zero
    ]
    row = found.temperatures.row(0, named=True)
    assert (row["place_name"], row["place_code"], row["elevation_m"]) == ("Kyiv", "UA-30", 169.0)
    # 0.0193 degrees north (2.15 km) and 0.0422 degrees east of GeoNames' point (3.00 km at that latitude): 3.7 km.
    assert row["distance_km"] == pytest.approx(3.7)
    assert found.conditions.is_empty()  # a day of three hours has no extremes
    assert (found.rows, found.used, len(found.refused)) == (1, 1, 0)


def test_the_day_is_that_of_the_case_and_whole(read) -> None:
    # 28 January in Kyiv began at 22:00 UTC on the 27th; hour n has -n degrees.
    found = read(answer([-float(n) for n in range(30)], start=datetime(2026, 1, 27, 22)))
    assert days(found) == {date(2026, 1, 28): -23.0}  # 24 hours: 0 to -23; the six of the next day are not a day
    assert days(found, "temperature_max") == {date(2026, 1, 28): 0.0}


def test_one_offset_holds_for_the_whole_answer(read) -> None:
    found = read(answer([-1.0], offset=7200, start=datetime(2026, 1, 28, 3)))
    assert found.temperatures["time"].to_list() == [datetime(2026, 1, 28, 1, tzinfo=UTC)]
    seconds = answer([-1.0], offset=7200)
    seconds["hourly"]["time"] = [1769562000]  # 28 January 2026, 01:00 UTC, whatever the offset
    assert read(seconds).temperatures["time"].to_list() == [datetime(2026, 1, 28, 1, tzinfo=UTC)]


def test_daily_values_count_only_for_days_of_the_case(read) -> None:
    daily = {
        "daily_units": {"time": "iso8601", "temperature_2m_min": "°C"},
        "daily": {"time": ["2026-01-29", "2026-01-30"], "temperature_2m_min": [-14.2, None]},
    }
    assert days(read(answer([], offset=7200, **daily))) == {date(2026, 1, 29): -14.2}
    assert days(read(answer([-3.0], offset=0, **daily))) == {}
    alone = answer([], offset=0, **daily)
    del alone["hourly"]
    assert "not those of the case" in read(alone).refused["found"].item()


def test_fahrenheit_is_turned_into_celsius(read) -> None:
    found = read(answer([14.0], hourly_units={"temperature_2m": "°F"}))
    assert found.temperatures["value_c"].to_list() == [-10.0]  # (14 - 32) * 5 / 9


def test_each_place_takes_its_nearest_cell_and_none_that_is_too_far(read) -> None:
    found = read(answer([-5.0]), answer([-9.0], KHARKIV, location_id=1), places=["Kyiv", "Kharkiv", "Odesa"])
    assert found.temperatures.select("place_name", "value_c").rows() == [("Kyiv", -5.0), ("Kharkiv", -9.0)]
    with pytest.raises(InputError, match="nothing within 25 km of Odesa"):
        read(answer([-5.0]), places=["Odesa"])
    with pytest.raises(InputError, match="unknown place 'Kyyiv'"):
        read(answer([-5.0]), places=["Kyyiv"])


def test_an_answer_of_a_forecast_api_is_a_forecast(read) -> None:
    found = read(answer([-5.0]), api="https://historical-forecast-api.open-meteo.com/v1/forecast")
    assert found.temperatures["kind"].to_list() == ["forecast"]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"error": True, "reason": "Parameter 'end_date' is out of allowed range"}, "out of allowed range"),
        ({"utc_offset_seconds": None}, "utc_offset_seconds is None"),
        ({"latitude": None}, "latitude None"),
        ({"hourly_units": {"temperature_2m": "K"}}, "the unit of 'temperature_2m' is K"),
        ({"hourly": {"time": ["2026-01-28T00:00"], "temperature_2m_era5": [-5.0]}}, "no 'temperature_2m'"),
        ({"hourly": {"time": [], "temperature_2m": [-5.0]}}, "not as many times as values"),
        ({"hourly": {"time": ["28.1.2026"], "temperature_2m": [-5.0]}}, "a time '28.1.2026'"),
        ({"hourly": {"time": ["2026-01-28T00:00"], "temperature_2m": [268.15]}}, "268.15 degrees C"),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused_with_the_reason(read, change: dict[str, Any], found: str) -> None:
    seen = read(answer([-5.0]) | change, answer([-6.0]))
    assert found in seen.refused["found"].item()
    assert seen.temperatures["value_c"].to_list() == [-6.0]
    assert (seen.rows, seen.used) == (2, 1)


def test_places_are_asked_for() -> None:
    base = {"id": "w", "kind": "open_meteo", "title": "T", "path": "p.json", "publisher": "P", "licence": "L"}
    with pytest.raises(ValueError, match="needs `places`"):
        SourceEntry.model_validate(base)


@pytest.fixture
def archive(server: Server):
    """The archive: hours of each day that is asked for, in UTC, the last of them not there yet."""

    def answers(path: str, query: dict[str, str], *_: Any) -> Any:
        if path != "/v1/archive" or query["hourly"] != "temperature_2m":
            return 400, {"error": True, "reason": "unknown variable"}, {}
        first, last = (date.fromisoformat(query[k]) for k in ("start_date", "end_date"))
        hours = 24 * ((last - first).days + 1)
        start = datetime(first.year, first.month, first.day)
        lats, lons = ([float(v) for v in query[k].split(",")] for k in ("latitude", "longitude"))
        told = [answer([*[-4.0] * (hours - 1), None], at, start=start) for at in zip(lats, lons, strict=True)]
        return told[0] if len(told) == 1 else [t | {"location_id": n} for n, t in enumerate(told)]

    server.answer = answers

    def run(done: dict[str, int] | None = None, **query: str) -> list[Page]:
        base = {"id": "w", "kind": "open_meteo", "title": "T", "path": "p", "publisher": "P", "licence": "L"}
        source = SourceEntry.model_validate(
            {**base, "places": ["Kyiv"], "api": f"{server.address}/v1/archive", "query": query}
        )
        with Web(per_second=1000, sleep=lambda s: None) as web:
            return list(fetch(source, date(2026, 1, 29), date(2026, 5, 2), web, done or {}))

    return run


TWO = {"latitude": "50.474,50.0", "longitude": "30.566,36.25"}


def test_a_window_is_fetched_in_pages_of_days_and_cells(archive, server: Server, observed) -> None:
    pages = archive(**TWO)
    # A day before the first one: in Kyiv, the day begins at 22:00 UTC. 92 days end on 29 April.
    assert [(p.name, len(p.records)) for p in pages] == [("2026-01-28 2026-04-29", 184), ("2026-04-30 2026-05-02", 6)]
    asked = server.asked[0][1]
    assert (asked["models"], asked["timezone"], asked["latitude"]) == ("era5", "GMT", TWO["latitude"])
    records = [r for p in pages for r in p.records]
    assert len({key(r) for r in records}) == len(records)
    assert day(records[0]) == "2026-01-28"
    read = observed("open_meteo", "".join(json.dumps(r) + "\n" for r in records), "w.jsonl", places=["Kyiv", "Kharkiv"])
    assert read.refused.is_empty()
    # Seven days of two towns, without the first two hours: the period begins on the 27th, at 22:00 UTC.
    assert len(read.temperatures) == 2 * (7 * 24 - 2)


def test_a_page_that_came_is_not_asked_for_again(archive, server: Server) -> None:
    assert [p.name for p in archive({"2026-01-28 2026-04-29": 184}, **TWO)] == ["2026-04-30 2026-05-02"]
    assert len(server.asked) == 1


def test_a_fetch_needs_a_place_and_tells_what_the_provider_said(archive, server: Server) -> None:
    with pytest.raises(InputError, match="no latitude and longitude"):
        archive()
    with pytest.raises(InputError, match="unknown variable"):
        archive(**TWO, hourly="rain")
    server.answer = lambda *_: {"error": True, "reason": "busy"}
    with pytest.raises(InputError, match="without hours busy"):
        archive(**TWO)
