"""What was observed? Each kind of source, by small invented files that have its real quirks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from conftest import FILES
from holdfire.monitor import Observed, Setting, SourceEntry, observe
from holdfire.monitor.coding import acts_of, mentions
from holdfire.places import load_areas, load_gazetteer
from holdfire.problems import InputError

KYIV = ZoneInfo("Europe/Kyiv")  # UTC+2 in January
LIST_HEADER = FILES["data/reports.csv"].splitlines()[0]


@pytest.fixture
def read(tmp_path: Path):
    def run(kind: str, text: str, **entry: Any) -> Observed:
        (tmp_path / "file.csv").write_text(text, encoding="utf-8")
        setting = Setting(tmp_path, KYIV, date(2026, 1, 28), date(2026, 2, 1), load_areas(), load_gazetteer())
        base = {"id": "s", "kind": kind, "title": "T", "path": "file.csv", "publisher": "P", "licence": "L"}
        return observe(SourceEntry.model_validate({**base, **entry}), setting)

    return run


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


BULLETIN = "bulletin_id,time_start,time_end,weapon,target,launched,destroyed\n"
SEES = {"place": "UA", "actor": "russia_forces", "covers": {"place": "UA", "acts": ["drone_strike", "missile_strike"]}}


def test_bulletins_have_two_formats_of_time_and_combined_and_cyrillic_names(read) -> None:
    rows = (
        "b1,2026-01-28T18:00,2026-01-29T08:00,X-101/X-555 and Kalibr,Ukraine,7,5\n"
        "b2,2026-01-29,2026-01-29,Орлан-10,south,3,\n"
    )
    first, second = read("attack_bulletins", BULLETIN + rows, **SEES).reports.sort("url").iter_rows(named=True)
    assert (first["start"], first["end"]) == (utc("2026-01-28T16:00"), utc("2026-01-29T06:00"))
    assert (first["acts"], first["munitions"], first["intercepted"]) == (["missile_strike"], 7, 5)
    assert len(first["weapons"]) == 2
    assert None not in first["weapons"]
    assert (second["start"], second["end"]) == (utc("2026-01-28T22:00"), utc("2026-01-29T22:00"))
    assert second["acts"] == ["overflight"]
    assert second["intercepted"] is None
    assert (second["place_name"], second["place_code"]) == ("south", "UA")


def test_a_day_is_reported_only_if_both_nights_that_touch_it_are(read) -> None:
    nights = [("27", "28"), ("28", "29"), ("30", "31"), ("31", "01")]
    rows = "".join(
        f"b{a},2026-01-{a}T19:00,2026-{'02' if b == '01' else '01'}-{b}T08:00,Shahed-136/131,Ukraine,1,1\n"
        for a, b in nights
    )
    table = read("attack_bulletins", BULLETIN + rows, **SEES).calendar
    # The night of 29 January has no bulletin; nor, in this file, has that of 1 February.
    reported = {d.day: r for d, r in table.select("day", "reported").iter_rows()}
    assert reported == {28: True, 29: False, 30: False, 31: True, 1: False}


def test_a_bulletin_names_no_target_and_none_is_made_up(read) -> None:
    row = "b1,2026-01-28T18:00,2026-01-29T08:00,Shahed-136/131,Ukraine,105,80\n"
    report = read("attack_bulletins", BULLETIN + row, **SEES).reports.row(0, named=True)
    assert report["targets"] is None
    assert (report["tally"], report["munitions"]) == (True, 105)


def listed(**cells: str) -> str:
    base = {
        **dict.fromkeys(LIST_HEADER.split(","), ""),
        **{"report_id": "R1", "source_outlet": "O", "time_precision": "day", "place_precision": "settlement"},
        **cells,
    }
    return f"{LIST_HEADER}\n" + ",".join(f'"{v}"' for v in base.values()) + "\n"


@pytest.mark.parametrize(
    ("cells", "start", "end"),
    [
        ({"event_date_start": "2026-01-29"}, "2026-01-28T22:00", "2026-01-29T22:00"),
        (
            {"event_date_start": "2026-01-29", "event_date_end": "2026-01-30", "time_precision": "night"},
            "2026-01-29T16:00",
            "2026-01-30T06:00",
        ),
        # One date of a night: it is not known which of the two nights that touch it is meant.
        ({"event_date_start": "2026-01-29", "time_precision": "night"}, "2026-01-28T16:00", "2026-01-30T06:00"),
        (
            {"event_date_start": "2026-01-29T22:00", "event_date_end": "2026-01-29T22:00", "time_precision": "hour"},
            "2026-01-29T20:00",
            "2026-01-29T21:00",
        ),
        (
            {"event_date_start": "2026-01-29", "event_date_end": "2026-01-31", "time_precision": "days"},
            "2026-01-28T22:00",
            "2026-01-31T22:00",
        ),
    ],
)
def test_how_far_a_time_is_trusted(read, cells: dict[str, str], start: str, end: str) -> None:
    report = read("incident_list", listed(**cells)).reports.row(0, named=True)
    assert (report["start"], report["end"]) == (utc(start), utc(end))


def test_no_date_is_no_time(read) -> None:
    report = read("incident_list", listed()).reports.row(0, named=True)
    assert report["start"] is None
    assert report["end"] is None


def test_a_figure_that_nobody_gave_is_null_and_none_killed_is_zero(read) -> None:
    report = read("incident_list", listed(killed_min="0", killed_max="0", injured_min="12")).reports.row(0, named=True)
    assert (report["killed_min"], report["killed_max"]) == (0, 0)
    assert (report["injured_min"], report["injured_max"]) == (12, None)
    assert report["munitions"] is None


@pytest.mark.parametrize(
    ("cells", "code", "radius"),
    [
        (
            {"place_name": "Zaporizhzhia", "admin1": "Zaporizhzhia Oblast", "lat": "47.8388", "lon": "35.1396"},
            "UA-23",
            5.0,
        ),
        ({"place_name": "Sumy Oblast", "admin1": "Sumy Oblast", "place_precision": "oblast"}, "UA-59", None),
        ({"place_name": "Belgorod", "admin1": "Belgorod Oblast (RU)", "place_precision": "oblast"}, "RU-BEL", None),
        ({"place_name": "Front line", "admin1": "(front line)", "place_precision": "country"}, None, None),
    ],
)
def test_where_a_row_places_it(read, cells: dict[str, str], code: str | None, radius: float | None) -> None:
    report = read("incident_list", listed(**cells)).reports.row(0, named=True)
    assert (report["place_code"], report["radius_km"]) == (code, radius)


def test_a_settlement_without_coordinates_is_looked_up(read) -> None:
    row = listed(place_name="Запорожье", admin1="Запорізька область")
    report = read("incident_list", row).reports.row(0, named=True)
    assert report["place_code"] == "UA-23"
    assert report["lon"] == pytest.approx(35.14, abs=0.1)
    assert report["radius_km"] > 5


def test_a_list_says_nothing_of_days_that_it_does_not_list(read) -> None:
    assert read("incident_list", listed()).calendar.is_empty()


def test_words_become_codes_only_as_far_as_they_say() -> None:
    assert mentions("target", "substation, thermal power plant") == ["substation", "thermal_power_plant"]
    assert mentions("target", "not stated") is None
    assert mentions("target", "gibberish") is None
    assert mentions("weapon", "mixed incl. 689 drones") == ["drone", None]
    assert acts_of(["drone"], "drone") == ["drone_strike"]
    assert acts_of(None, None, "attack") == ["attack"]
    assert acts_of(["drone", None], "mixed incl. drones", "attack") == ["attack", "drone_strike"]


ALERTS = "area,started_at,finished_at\n"


def test_alerts_are_hours_under_threat_merged_and_cut_at_midnight(read) -> None:
    rows = (
        "Kyiv City,2026-01-29T20:00:00Z,2026-01-29T23:00:00Z\n"  # 22:00 to 01:00 local
        "Kyiv City,2026-01-29T21:00:00Z,2026-01-29T22:30:00Z\n"  # within the first
        "Sumska oblast,2026-01-30T10:00:00Z,2026-01-30T10:30:00Z\n"
    )
    observed = read("alert_intervals", ALERTS + rows)
    hours = {(c, d.day): v for c, d, v in observed.conditions.select("place_code", "day", "value_min").iter_rows()}
    assert hours == {("UA-30", 29): 2.0, ("UA-30", 30): 1.0, ("UA-59", 29): 0.0, ("UA-59", 30): 0.5}
    assert observed.reports.is_empty()
    reported = observed.calendar.filter(pl.col("place_code") == "UA-30")
    # A day on which no area at all has an alert is a day without a report, not a calm one.
    assert [d.day for d in reported.filter(pl.col("reported"))["day"]] == [29, 30]


def test_a_stuck_siren_leaves_the_hours_of_its_days_unknown(read) -> None:
    rows = (
        "Sumska oblast,2026-01-28T10:00:00Z,2026-01-30T10:00:00Z\nKyiv City,2026-01-29T10:00:00Z,2026-01-29T11:00:00Z\n"
    )
    conditions = read("alert_intervals", ALERTS + rows).conditions
    assert conditions.select("place_code", "value_min").rows() == [("UA-30", 1.0)]


def test_a_forecast_stays_a_forecast(read) -> None:
    text = "date,place,kind,measure,value_c_min,value_c_max,url\n2026-02-01,Kyiv,forecast,tmin_c,-26,-24,u\n"
    (row,) = read("conditions", text).conditions.iter_rows(named=True)
    assert (row["kind"], row["fact"], row["place_code"]) == ("forecast", "temperature_min", "UA-30")
    assert (row["value_min"], row["value_max"]) == (-26, -24)


@pytest.mark.parametrize(
    ("value", "unit", "low", "high"),
    [
        ("1170", "buildings", 1170, 1170),
        ("6000", "buildings (nearly)", None, 6000),
        ("200000", "consumers (over)", 200000, None),
        ("4.5-5", "stages", 4.5, 5),
        ("all", "districts", None, None),
    ],
)
def test_outages_keep_how_sure_their_figure_is(
    read, value: str, unit: str, low: float | None, high: float | None
) -> None:
    text = f"date,place,quantity,value,unit,url\n2026-02-01,Kyiv,without heat,{value},{unit},u\n"
    (row,) = read("outages", text).conditions.iter_rows(named=True)
    assert (row["value_min"], row["value_max"]) == (low, high)
    assert (row["unit"], row["hours_min"], row["hours_max"]) == (unit, None, None)


def test_an_outage_lasts_as_long_as_was_stated(read) -> None:
    text = "date,place,quantity,value,unit,url,hours_min,hours_max\n2026-02-01,Kharkiv,without heat,9,people,u,{}\n"
    (row,) = read("outages", text.format("6,")).conditions.iter_rows(named=True)
    assert (row["hours_min"], row["hours_max"]) == (6, None)
    assert (row["place_name"], row["place_code"]) == ("Kharkiv", "UA-63")
    for hours in ("8,6", "-1,", ",26"):
        with pytest.raises(InputError, match="hours_min and hours_max"):
            read("outages", text.format(hours))


def test_an_outage_is_attributed_to_what_the_source_says_and_silence_to_nothing(read) -> None:
    head = "date,place,quantity,value,unit,url,attributed_to,said_by\n"
    for written, told in (("attack", "attack"), ("grid_failure", "grid_failure"), ("unstated", None), ("", None)):
        text = f"{head}2026-02-01,Kyiv,without heat,9,people,u,{written},A mayor\n"
        (row,) = read("outages", text).conditions.iter_rows(named=True)
        assert (row["attributed_to"], row["said_by"]) == (told, "A mayor")
    with pytest.raises(InputError, match=r"'attributed_to' is 'grid failure'.*grid_failure"):
        read("outages", f"{head}2026-02-01,Kyiv,without heat,9,people,u,grid failure,A mayor\n")


def test_an_outage_that_counts_people_in_words_and_customers_in_units_is_refused(read) -> None:
    text = "date,place,quantity,value,unit,url\n2026-02-01,Kyiv,{},9,{},u\n"
    with pytest.raises(InputError, match="counts people, the unit 'consumers' customers"):
        read("outages", text.format("people without power", "consumers"))
    for quantity, unit in (("subscribers without power", "consumers"), ("without power", "people"), ("homes", "homes")):
        assert len(read("outages", text.format(quantity, unit)).conditions) == 1
