"""Claims of drones shot down, from invented posts with the quirks of the real ones."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conftest import observe_file

COLUMNS = ["date", "datetime", "drone_count", "oblasts", "text_snippet"]
TEXT = "С 08.00 мск до 14.00 мск **перехвачены и уничтожены 58 украинских беспилотных аппаратов**: 32 – там."
SHARED = Path(__file__).parents[2] / "shared" / "data" / "claims" / "mod_russia.csv"
ENTRY: dict[str, Any] = {"place": "RU", "actor": "ukraine_forces", "group": "ru-mod"}


@pytest.fixture
def read(observed):
    def run(text: str = TEXT, count: str = "58", oblasts: str = "belgorod", at: str = "2026-01-29 12:10", **_: Any):
        out = io.StringIO()
        table = csv.writer(out)
        table.writerows([COLUMNS, [at[:10], at, count, oblasts, text]])
        return observed("ministry_claims", out.getvalue(), **ENTRY)

    return run


def only(found) -> dict[str, Any]:
    assert found.refused.is_empty(), found.refused.rows()
    (report,) = found.reports.iter_rows(named=True)
    return report


def test_a_claim_is_of_what_was_stopped_and_not_of_what_was_launched(read) -> None:
    report = only(read())
    assert (report["intercepted"], report["munitions"], report["tally"]) == (58, None, True)
    assert (report["actor"], report["weapons"], report["acts"]) == ("ukraine_forces", ["drone"], ["drone_strike"])
    assert report["place_code"] == "RU-BEL"
    assert (report["start"], report["end"]) == (
        datetime(2026, 1, 29, 5, tzinfo=UTC),  # Moscow is three hours ahead
        datetime(2026, 1, 29, 11, tzinfo=UTC),
    )


def test_the_sum_in_the_text_goes_before_the_machines_count(read) -> None:
    report = only(read(count="32"))
    assert report["intercepted"] == 58
    assert "the machine read 32, the text says 58" in report["account"]


def test_a_post_cut_at_400_characters_says_so(read) -> None:
    cut = only(read(text=(TEXT + " " * 400)[:399] + "x"))
    assert "cut at 400 characters" in cut["account"]
    assert "cut at" not in only(read())["account"]


def test_a_period_may_reach_over_midnight_or_be_unsaid(read) -> None:
    night = "В период с 23.00 мск 28 января до 7.00 мск 29 января сбит 41 украинский беспилотник"
    report = only(read(text=night, at="2026-01-29 05:55"))
    assert (report["start"], report["end"], report["intercepted"]) == (
        datetime(2026, 1, 28, 20, tzinfo=UTC),
        datetime(2026, 1, 29, 4, tzinfo=UTC),
        41,
    )
    past = only(read(text="В течение прошедшей ночи уничтожены 12 украинских БПЛА", count="12", at="2026-01-29 05:20"))
    assert (past["start"], past["end"]) == (
        datetime(2026, 1, 28, 15, tzinfo=UTC),
        datetime(2026, 1, 29, 5, 20, tzinfo=UTC),
    )
    unsaid = only(read(text="Сбит беспилотник", count="1"))
    assert (unsaid["start"], unsaid["end"]) == (
        datetime(2026, 1, 28, 12, 10, tzinfo=UTC),
        datetime(2026, 1, 29, 12, 10, tzinfo=UTC),
    )


def test_several_regions_are_the_country_and_an_unknown_one_the_entrys_place(read) -> None:
    several = only(read(oblasts="bryansk|kursk"))
    assert (several["place_code"], several["place_name"]) == ("RU", "Bryansk, Kursk")
    assert only(read(oblasts="unknown"))["place_code"] == "RU"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"text": "Сводка", "count": "0"}, "claims no drone"),
        ({"text": "Сводка", "count": ""}, "claims no drone"),
        ({"at": "29 January"}, "'datetime' is '29 January'"),
        ({"at": "0001-01-01 00:00"}, "'datetime'"),
        ({"count": "many"}, "'drone_count'"),
    ],
)
def test_a_post_that_cannot_be_read_is_refused_with_the_reason(read, change: dict[str, str], found: str) -> None:
    out = read(**change)
    assert out.reports.is_empty()
    assert found in out.refused["found"].item()


def test_the_real_file_is_read_whole() -> None:
    if not SHARED.exists():
        pytest.skip("the shared data is not here")
    found = observe_file("ministry_claims", SHARED, **ENTRY)
    assert found.rows == len(found.reports) + len(found.refused)
    assert set(found.refused["found"]) == {"the post claims no drone"}
    assert found.reports["account"].str.contains("the machine read").any()
