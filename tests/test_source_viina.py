"""VIINA: machine-made events by place and day, from invented files with the quirks of the real ones."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from holdfire.monitor import Observed, Setting, SourceEntry
from holdfire.monitor.viina import read as read_viina
from holdfire.places import load_areas, load_gazetteer
from holdfire.problems import InputError

SHARED = Path(__file__).parents[2] / "shared" / "data" / "events"
ONE_A_DAY = {
    **{"event_id_1pd": "7", "date": "20260129", "n_reports": "3", "sources": "unian, liga", "asciiname": "Sumy"},
    **{"ADM1_NAME": "Sumy", "longitude": "34.80", "latitude": "50.91", "GEO_PRECISION": "ADM3", "t_mil_b": "1"},
    **{"a_rus_b": "1", "a_ukr_b": "1", "a_rus_init_b": "1", "a_ukr_init_b": "0", "a_other_b": "0"},
    **{"t_airstrike_b": "0", "t_artillery_b": "1", "t_uav_b": "0", "t_airalert_b": "0", "t_ied_b": "0"},
}
AUC = "label,auc\nt_mil,.97\na_rus_init,.94\na_ukr_init,.95\nt_artillery,.96\nt_uav,.94\nt_airalert,1\nt_ied,.42\n"


@pytest.fixture
def read(tmp_path: Path):
    def run(*rows: dict[str, str], auc: str | None = AUC, **entry: Any) -> Observed:
        out = io.StringIO()
        table = csv.DictWriter(out, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
        (tmp_path / "events.csv").write_text(out.getvalue(), encoding="utf-8")
        if auc is not None:
            (tmp_path / "auc.csv").write_text(auc, encoding="utf-8")
        return run_on(tmp_path, "events.csv", **entry)

    return run


def run_on(folder: Path, path: str, **entry: Any) -> Observed:
    zone = ZoneInfo("Europe/Kyiv")
    setting = Setting(folder, zone, date(2026, 1, 28), date(2026, 2, 1), load_areas(), load_gazetteer())
    base = {"id": "v", "kind": "viina", "title": "T", "path": path, "publisher": "P", "licence": "ODbL"}
    return read_viina(SourceEntry.model_validate({**base, **entry}), setting)


def only(observed: Observed) -> dict[str, Any]:
    assert observed.refused.is_empty(), observed.refused.rows()
    (report,) = observed.reports.iter_rows(named=True)
    return report


def refusal(observed: Observed) -> str:
    assert observed.reports.is_empty()
    return str(observed.refused["found"].item())


def test_a_row_is_a_place_and_a_local_day(read) -> None:
    report = only(read(ONE_A_DAY))
    assert report["report_id"] == "v:7"
    assert report["start"] == datetime(2026, 1, 28, 22, tzinfo=UTC)  # Kyiv is two hours ahead
    assert report["end"] == datetime(2026, 1, 29, 22, tzinfo=UTC)
    assert report["published"] == date(2026, 1, 29)
    assert (report["place_name"], report["place_code"]) == ("Sumy", "UA-59")
    assert (report["lon"], report["lat"]) == (34.80, 50.91)
    assert 5.0 <= report["radius_km"] < 10.0  # a town of a quarter of a million
    assert report["source_groups"] == ["liga", "unian"]
    assert (report["actor"], report["acts"], report["weapons"]) == ("russia_forces", ["shelling"], None)
    assert "reports: 3" in report["account"]
    assert not report["tally"]


def test_a_label_is_worth_as_much_as_its_auc(read) -> None:
    unlikely = only(read({**ONE_A_DAY, "t_artillery_b": "0", "t_ied_b": "1"}))
    assert unlikely["acts"] is None
    assert "labels refused: t_ied (AUC 0.42)" in unlikely["account"]
    weak = only(read(ONE_A_DAY, auc=AUC.replace("t_artillery,.96", "t_artillery,.63")))
    assert weak["acts"] is None
    assert "labels not relied on: t_artillery (AUC 0.63)" in weak["account"]


def test_without_an_auc_no_label_states_anything(read) -> None:
    report = only(read(ONE_A_DAY, auc=None))
    assert (report["actor"], report["acts"]) == (None, None)
    assert "not used, as their AUC is not known: t_mil, a_rus_init, t_artillery" in report["account"]
    fallen_back = only(read(ONE_A_DAY, auc=None, act="attack", actor="russia_forces"))
    assert (fallen_back["actor"], fallen_back["acts"]) == ("russia_forces", ["attack"])


def test_the_publishers_own_table_of_auc_is_understood(read) -> None:
    table = "variable,auc,n_p10\nt_artillery_pred,.96,1\n"
    assert only(read(ONE_A_DAY, auc=table))["acts"] == ["shelling"]


@pytest.mark.parametrize(
    "auc", ["label,auc\nt_mil,1.2\n", "label,auc\nt_mil,\n", "label,auc\nt_mil,.9\nt_mil_b,.8\n", "label\nt_mil\n"]
)
def test_a_wrong_table_of_auc_stops_the_run(read, auc: str) -> None:
    with pytest.raises(InputError, match=r"auc\.csv:"):
        read(ONE_A_DAY, auc=auc)


def test_involved_is_not_the_same_as_began_it(read) -> None:
    auc = AUC + "a_rus,.95\na_ukr,.9\n"
    neither = {**ONE_A_DAY, "a_rus_init_b": "0"}
    assert only(read(neither, auc=auc))["actor"] is None
    both = {**ONE_A_DAY, "a_ukr_init_b": "1"}
    assert only(read(both, auc=auc, actor="russia_forces"))["actor"] is None
    first_release = {k: v for k, v in ONE_A_DAY.items() if "_init" not in k} | {"a_ukr_b": "0"}
    assert only(read(first_release, auc=auc))["actor"] == "russia_forces"


def test_what_is_not_about_the_war_and_an_alert_alone_are_refused(read) -> None:
    assert "not about the war" in refusal(read({**ONE_A_DAY, "t_mil_b": "0"}))
    assert "air-raid alert" in refusal(read({**ONE_A_DAY, "t_artillery_b": "0", "t_airalert_b": "1"}))
    assert only(read({**ONE_A_DAY, "t_airalert_b": "1"}))["acts"] == ["shelling"]


def test_single_reports_have_probabilities_a_cutoff_and_a_headline(read) -> None:
    row = {
        **{"event_id": "90", "event_id_1pd": "7", "date": "20260129", "time": "06:10", "location": "2"},
        **{"asciiname": "Odesa", "ADM1_NAME": "Odessa", "longitude": "30.73", "latitude": "46.48"},
        **{"GEO_PRECISION": "STREET", "source": "nv", "url": "https://example.org/1", "lang": "ua"},
        **{"text": "Удар ракетою Х-101 по порту", "t_mil": "0.99", "t_mil_b": "1"},
        **{"t_uav": "0.7", "t_uav_b": "0", "t_artillery": "2.92e-05", "t_artillery_b": "0"},
    }
    report = only(read(row))
    assert (report["report_id"], report["place_code"], report["radius_km"]) == ("v:90", "UA-51", 2.0)
    # The drone is likelier than not, but below the publisher's own cutoff.
    assert (report["weapons"], report["acts"]) == (["kh_101"], ["missile_strike"])
    assert (report["url"], report["outlet"]) == ("https://example.org/1", "nv")
    assert report["start"] == datetime(2026, 1, 28, 22, tzinfo=UTC)  # the hour is that of the news
    drone = only(read({**row, "t_uav_b": "1", "text": "Атака БПЛА"}))
    assert (drone["weapons"], drone["acts"]) == (["drone"], ["drone_strike"])


def test_a_screened_list_is_read_too(read) -> None:
    row = {
        **{"event_id_1pd": "8", "date": "20260129", "n_reports": "2", "sources_matching": "liga|pravdaua"},
        **{"source_urls": "https://example.org/b|https://example.org/a", "target_classes": "FUEL_STORAGE_TERMINAL"},
        **{"asciiname": "Feodosiya", "ADM1_NAME": "Crimea", "longitude": "35.38", "latitude": "45.03"},
        **{"a_ukr_init_field": "a_ukr_init_b", "a_ukr_init": "1", "a_rus_init_field": "a_rus_init_b"},
        **{"a_rus_init": "", "representative_text": 'Горить ""нафтобаза"" || Горить нафтобаза'},
    }
    report = only(read(row, act="attack"))
    assert (report["actor"], report["acts"], report["targets"]) == ("ukraine_forces", ["attack"], None)
    assert (report["place_code"], report["radius_km"]) == ("UA-43", 30.0)  # no precision is stated
    assert report["source_groups"] == ["liga", "pravdaua"]
    assert report["account"].startswith("Горить")


@pytest.mark.parametrize(
    ("region", "code"),
    [
        *[("Kiev", "UA-32"), ("Kiev City", "UA-30"), ("Donets'k", "UA-14"), ("Khmel'nyts'kyy", "UA-68")],
        *[("Crimea", "UA-43"), ("Sevastopol'", "UA-40"), ("Transcarpathia", "UA-21"), ("Zaporizhzhya", "UA-23")],
        *[("", None), ("Elsewhere", None)],
    ],
)
def test_regions_in_an_older_spelling(read, region: str, code: str | None) -> None:
    assert only(read({**ONE_A_DAY, "ADM1_NAME": region}))["place_code"] == code


def test_a_region_has_no_point(read) -> None:
    report = only(read({**ONE_A_DAY, "GEO_PRECISION": "ADM1", "asciiname": "Konotop"}))
    assert (report["place_name"], report["place_code"], report["tally"]) == ("Sumy", "UA-59", True)
    assert (report["lon"], report["lat"], report["radius_km"]) == (None, None, None)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"date": "20260230"}, "'date'"),
        ({"date": "00010101"}, "outside the calendar"),
        ({"date": "2026-W05"}, "'date'"),
        ({"date": ""}, "'date' is empty"),
        ({"latitude": "91"}, "latitude 91"),
        ({"latitude": "nan"}, "'latitude'"),
        ({"longitude": ""}, "longitude None"),
        ({"t_mil_b": "2"}, "'t_mil_b' is 2"),
        ({"n_reports": "99999999999999999999"}, "'n_reports'"),
        ({"n_reports": "1000000000"}, "'n_reports'"),
        ({"event_id_1pd": ""}, "no id"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused(read, cells: dict[str, str], found: str) -> None:
    observed = read({**ONE_A_DAY, **cells}, {**ONE_A_DAY, "event_id_1pd": "8"})
    assert (observed.reports.height, observed.refused.height, observed.rows) == (1, 1, 2)
    assert found in observed.refused["found"].item()


def test_an_id_that_stands_twice_is_refused(read) -> None:
    assert "given before" in read(ONE_A_DAY, ONE_A_DAY).refused["found"].item()


def test_fetched_records_read_the_same(read, tmp_path: Path) -> None:
    expected = read(ONE_A_DAY).reports
    record = {**ONE_A_DAY, "date": 20260129, "n_reports": 3, "longitude": 34.8, "t_mil_b": 1}
    (tmp_path / "events.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    assert run_on(tmp_path, "events.jsonl").reports.equals(expected)


def test_a_missing_column_stops_the_run(read) -> None:
    with pytest.raises(InputError, match="no column 'longitude'"):
        read({k: v for k, v in ONE_A_DAY.items() if k != "longitude"})


@pytest.mark.parametrize(("year", "rows"), [(2022, 2060), (2025, 325)])
def test_a_real_screened_list(year: int, rows: int) -> None:
    if not SHARED.exists():
        pytest.skip("the shared data is not here")
    observed = run_on(SHARED, f"VIINA_{year}_REBUILD.csv", act="attack")
    assert (observed.rows, observed.reports.height, observed.refused.height) == (rows, rows, 0)
    assert observed.reports["start"].dt.convert_time_zone("Europe/Kyiv").dt.year().unique().to_list() == [year]
    assert observed.reports["lon"].is_between(20, 60).all()
