"""Daily tables of a monitoring mission: what was observed, by whom, and how long anybody watched."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

HEADER = "observation_id,date,time_from,time_to,area,position,location,means,count,observation,weapon,description\n"
ROW = "o1,2026-01-29,09:00,09:20,Sumy Oblast,Sumy,Shostka,heard,7,explosion,mortar (assessed),2 km north-east\n"
QUIET = "o2,2026-01-29,00:00,24:00,Sumy Oblast,Sumy,,camera,0,,,\n"


@pytest.fixture
def read(observed):
    return lambda *rows: observed("violation_table", HEADER + "".join(rows), verifies=True)


def test_a_row_is_what_was_observed_and_nobody_is_named_for_it(read) -> None:
    found = read(ROW)
    (report,) = found.reports.iter_rows(named=True)
    assert (report["start"], report["end"]) == (
        datetime(2026, 1, 29, 7, tzinfo=UTC),
        datetime(2026, 1, 29, 7, 20, tzinfo=UTC),
    )
    assert (report["count"], report["tally"], report["actor"]) == (7, True, None)
    assert (report["weapons"], report["acts"]) == (["mortar"], ["shelling"])
    assert (report["place_name"], report["place_code"]) == ("Shostka", "UA-59")
    assert report["lon"] == pytest.approx(33.47, abs=0.05)


def test_what_has_no_place_lies_within_earshot_of_the_position(read) -> None:
    (report,) = read(ROW.replace(",Shostka,", ",,")).reports.iter_rows(named=True)
    assert report["place_name"] == "Sumy"
    assert report["radius_km"] >= 10.0


def test_hours_watched_are_kept_and_only_a_day_watched_through_is_reported(read) -> None:
    def watched(found) -> dict[str, Any]:
        return dict(found.conditions.select("fact", "value_min").iter_rows())

    part = read(ROW, ROW.replace("o1", "o3").replace("09:00", "09:10").replace("09:20", "10:00"))
    assert watched(part) == {"observation_hours": 1.0}  # 9:00 to 10:00, once
    assert not part.calendar["reported"].any()
    whole = read(ROW, QUIET)
    assert watched(whole) == {"observation_hours": 24.0}
    assert whole.calendar.filter("reported").select("place_code", "day").rows() == [("UA-59", date(2026, 1, 29))]
    assert (whole.rows, len(whole.reports), whole.used) == (2, 1, 1)  # nothing observed is no report


def test_no_row_at_all_is_no_observation(read) -> None:
    found = read(QUIET.replace("2026-01-29", "2025-01-29"))
    assert found.conditions.is_empty()
    assert not found.calendar["reported"].any()
    assert found.calendar.schema["day"] == pl.Date


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("09:00", "9 o'clock", "'time_from'"),
        ("09:20", "08:20", "time_to lies before time_from"),
        ("09:20", "25:00", "'time_to' is '25:00'"),
        (",7,", ",,", "'date' or 'count' is empty"),
        (",7,", ",7.5,", "'count' is '7.5'"),
        ("Sumy Oblast", "Nowhere", "unknown area"),
        ("2026-01-29", "0001-01-01", "'date' is 0001-01-01"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_the_reason(read, old: str, new: str, found: str) -> None:
    out = read(ROW.replace(old, new, 1))
    assert out.reports.is_empty()
    assert found in out.refused["found"].item()
