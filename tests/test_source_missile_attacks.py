"""Bulletins in the format that circulates on Kaggle, from invented rows with the quirks of the real ones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from conftest import observe_file

HEADER = "time_start,time_end,model,launch_place,target,launched,destroyed,not_reach_goal,source\n"
ROW = "2026-01-28 18:00,2026-01-29 08:00,Shahed-136/131,Kursk oblast,Ukraine,105,90,5,kpszsu/posts/a\n"
SHARED = Path(__file__).parents[2] / "shared" / "data" / "attacks" / "missile_attacks_daily.csv"
ENTRY: dict[str, Any] = {"place": "UA", "group": "ua-air-force", "actor": "russia_forces"}
COVERS = {"place": "UA", "acts": ["drone_strike", "missile_strike"]}


@pytest.fixture
def read(observed):
    return lambda *rows: observed("missile_attacks", HEADER + "".join(rows), **ENTRY, covers=COVERS)


def only(found) -> dict[str, Any]:
    assert found.refused.is_empty(), found.refused.rows()
    (report,) = found.reports.iter_rows(named=True)
    return report


def test_a_row_is_a_tally_of_one_weapon_in_one_raid(read) -> None:
    report = only(read(ROW))
    assert (report["start"], report["end"]) == (
        datetime(2026, 1, 28, 16, tzinfo=UTC),
        datetime(2026, 1, 29, 6, tzinfo=UTC),
    )
    assert (report["weapons"], report["acts"]) == (["shahed_136_or_131"], ["drone_strike"])
    assert (report["munitions"], report["intercepted"], report["tally"]) == (105, 90, True)
    assert (report["place_code"], report["outlet"], report["source_groups"]) == ("UA", "kpszsu", ["ua-air-force"])
    assert "launch place: Kursk oblast; not reach goal: 5" in report["account"]


@pytest.mark.parametrize("text", ["2026-01-29", "2026-1-29", "2026-01-29 "])
def test_a_bare_date_is_a_whole_local_day(read, text: str) -> None:
    report = only(read(f"{text},{text},Unknown UAV,,south,3.0,3.0,,PvKPivden/posts/b\n"))
    assert (report["start"], report["end"]) == (
        datetime(2026, 1, 28, 22, tzinfo=UTC),
        datetime(2026, 1, 29, 22, tzinfo=UTC),
    )
    assert (report["weapons"], report["place_name"], report["place_code"]) == (["drone"], "south", "UA")


@pytest.mark.parametrize(
    ("model", "weapons"),
    [
        ("X-101/X-555 and Kalibr", ["kalibr", "kh_101_or_kh_555"]),
        ("Х-59", ["kh_59"]),  # the first letter is Cyrillic
        ("Орлан-10", ["orlan_10"]),
        ("Iskander-M and Unheard-of", ["iskander_m", None]),
    ],
)
def test_names_are_combined_and_some_are_cyrillic(read, model: str, weapons: list[str | None]) -> None:
    assert only(read(ROW.replace("Shahed-136/131", model)))["weapons"] == weapons


def test_only_national_bulletins_make_the_calendar_and_a_day_needs_both_its_nights(read) -> None:
    second = ROW.replace("01-29", "01-30").replace("01-28", "01-29")
    regional = "2026-01-31,2026-01-31,Lancet,,south,1,1,,PvKPivden/posts/c\n"
    found = read(ROW, second, regional)
    assert found.calendar.filter("reported")["day"].to_list() == [date(2026, 1, 29)]


def test_a_row_given_twice_counts_once(read) -> None:
    found = read(ROW, ROW, ROW.replace("Kursk oblast", "Oryol oblast"))
    assert (len(found.reports), len(found.refused), found.rows) == (2, 1, 3)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("2026-01-28 18:00", "28.01.2026", "'time_start' is '28.01.2026'"),
        ("2026-01-28 18:00", "2026-01-30 18:00", "it ends before it starts"),
        ("2026-01-29 08:00", "2026-01-29 08:75", "'time_end'"),
        (",105,90,", ",90,105,", "105 were destroyed of 90"),
        (",105,", ",many,", "'launched' is 'many'"),
        ("kpszsu/posts/a", "", "'source' is empty"),
        ("2026-01-29 08:00", "9999-12-31", "outside the calendar"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_the_reason(read, old: str, new: str, found: str) -> None:
    out = read(ROW.replace(old, new))
    assert out.reports.is_empty()
    assert found in out.refused["found"].item()


def test_the_real_file_is_read_whole() -> None:
    if not SHARED.exists():
        pytest.skip("the shared data is not here")
    found = observe_file("missile_attacks", SHARED, **ENTRY, covers=COVERS)
    assert found.rows == len(found.reports) + len(found.refused)
    assert len(found.refused) < 20
    assert found.reports["weapons"].list.contains(None).sum() < 40
