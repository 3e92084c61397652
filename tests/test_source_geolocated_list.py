"""Geolocated footage, from invented rows with the quirks of the real lists."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from conftest import observe_file

HEADER = (
    "entry,date,event_group,title,brief description,lat,lon,country,province,district,town/city,arms/munition,link\n"
)
ROW = (
    "X1,2026-01-29,Bombing or Explosion January 2026,T,A Shahed hit a warehouse,51.8712,33.4689,"
    "Ukraine,Sumy Oblast,,Shostka,,https://e.org/1\n"
)
SHARED = Path(__file__).parents[2] / "shared" / "data" / "events" / "cen4infores_to_20221208.csv"


@pytest.fixture
def read(observed):
    return lambda *rows, header=HEADER: observed("geolocated_list", header + "".join(rows))


def only(found) -> dict[str, Any]:
    assert found.refused.is_empty(), found.refused.rows()
    (report,) = found.reports.iter_rows(named=True)
    return report


def test_a_row_is_where_a_picture_was_taken_and_up_to_a_week_before_it_came_up(read) -> None:
    report = only(read(ROW))
    assert (report["report_id"], report["published"]) == ("s:X1", date(2026, 1, 29))
    assert (report["start"], report["end"]) == (
        datetime(2026, 1, 21, 22, tzinfo=UTC),
        datetime(2026, 1, 29, 22, tzinfo=UTC),
    )
    assert (report["place_name"], report["place_code"], report["radius_km"]) == ("Shostka", "UA-59", 2.0)
    assert (report["weapons"], report["acts"]) == (["shahed_type"], ["drone_strike"])
    assert report["targets"] == ["warehouse", None]
    assert (report["actor"], report["url"]) == (None, "https://e.org/1")


def test_no_place_is_finer_than_a_hundredth_of_a_degree(read) -> None:
    report = only(read(ROW))
    assert (report["lon"], report["lat"]) == (33.47, 51.87)


def test_casualties_are_civilians_and_damage_is_of_an_attack(read) -> None:
    report = only(
        read(ROW.replace("Bombing or Explosion January 2026", "Civilian Casualty").replace("warehouse", "man"))
    )
    assert (report["targets"], report["acts"]) == (["civilians", None], ["drone_strike"])
    damage = ROW.replace("Bombing or Explosion", "Civilian Infrastructure Damage").replace("A Shahed hit", "Damage to")
    assert only(read(damage))["acts"] == ["attack"]


def test_another_list_has_other_columns(read) -> None:
    header = "id,date,description,lat,lon,category,source\n"
    report = only(read("G7,29/01/2026,Artillery on a market,50.91,34.8,,not a link\n", header=header))
    assert (report["report_id"], report["published"], report["url"]) == ("s:G7", date(2026, 1, 29), None)
    assert report["targets"] == ["market", None]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("Bombing or Explosion", "Russian Military Presence", "shows no attack"),
        ("2026-01-29", "", "'date' is empty"),
        ("2026-01-29", "31/02/2026", "'date' is '31/02/2026'"),
        ("51.8712", "91.8", "'lat' is 91.8"),
        ("51.8712,33.4689", "0,0", "are 0"),
        ("2026-01-29", "0001-01-03", "'date' is 0001-01-03"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_the_reason(read, old: str, new: str, found: str) -> None:
    out = read(ROW.replace(old, new, 1))
    assert out.reports.is_empty()
    assert found in out.refused["found"].item()


def test_the_real_file_is_read_whole() -> None:
    if not SHARED.exists():
        pytest.skip("the shared data is not here")
    found = observe_file("geolocated_list", SHARED)
    assert found.rows == len(found.reports) + len(found.refused)
    assert len(found.reports) > 4000
