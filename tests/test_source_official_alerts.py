"""Raw air-raid alerts, from invented rows with the quirks of the real ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from conftest import observe_file

HEADER = "oblast,raion,hromada,level,started_at,finished_at,source\n"
OBLAST = "Sumska oblast,,,oblast,2026-01-29 10:00:00+00:00,2026-01-29 11:30:00+00:00,official\n"
RAION = "Sumska oblast,Shostkynskyi raion,,raion,2026-01-29 11:00:00+00:00,2026-01-29 13:00:00+00:00,official\n"
STUCK = "Kyiv City,,,oblast,2024-06-01 00:00:00+00:00,2026-01-26 00:00:00+00:00,official\n"  # 604 days
SHARED = Path(__file__).parents[2] / "shared" / "data" / "alerts" / "official_data_en_to_20240422.csv"


@pytest.fixture
def read(observed):
    return lambda *rows: observed("official_alerts", HEADER + "".join(rows))


def hours(found, code: str) -> dict[date, tuple[float, float]]:
    mine = found.conditions.filter(pl.col("place_code") == code)
    return {d: (low, high) for d, low, high in mine.select("day", "value_min", "value_max").iter_rows()}


def test_alerts_of_a_part_make_the_hours_of_the_whole_uncertain(read) -> None:
    found = read(OBLAST, RAION)
    # The oblast for an hour and a half; some part of it from 10 to 13.
    assert hours(found, "UA-59") == {date(2026, 1, 29): (1.5, 3.0)}
    assert found.reports.is_empty()
    assert (found.rows, found.used, len(found.refused)) == (2, 2, 0)


def test_an_alert_of_604_days_counts_no_hours_and_makes_its_days_unknown(read) -> None:
    still = STUCK.replace("2026-01-26", "2026-01-29")
    found = read(OBLAST, still, OBLAST.replace("Sumska", "Kyiv City").replace(" oblast,,,", ",,,").replace("29", "30"))
    assert date(2026, 1, 28) not in hours(found, "UA-30")
    assert hours(found, "UA-30") == {date(2026, 1, 30): (1.5, 1.5)}


def test_a_day_without_any_alert_is_a_day_without_a_report(read) -> None:
    assert read(OBLAST).calendar.filter("reported")["day"].to_list() == [date(2026, 1, 29)]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("Sumska oblast", "Lubenskyi raion", "unknown oblast"),
        ("2026-01-29 10:00:00+00:00", "2026-01-29 12:00:00+00:00", "finished_at lies before"),
        ("2026-01-29 10:00:00+00:00", "2026-01-29 10:00:00", "'started_at'"),
        (",oblast,", ",city,", "'level' is 'city'"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_the_reason(read, old: str, new: str, found: str) -> None:
    out = read(OBLAST.replace(old, new))
    assert (out.used, out.rows) == (0, 1)
    assert found in out.refused["found"].item()


def test_the_real_file_is_read_whole() -> None:
    if not SHARED.exists():
        pytest.skip("the shared data is not here")
    found = observe_file("official_alerts", SHARED)
    assert found.rows == found.used + len(found.refused)
    assert len(found.refused) < 10
