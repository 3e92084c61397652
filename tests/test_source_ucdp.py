"""UCDP: deadly events, from invented rows with the quirks of the real ones, and the API's documented answers."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from conftest import Server, export
from holdfire.monitor import SourceEntry
from holdfire.monitor.ucdp import day, fetch, key
from holdfire.monitor.web import Page, Web
from holdfire.problems import InputError

ROW = {
    **{"id": "600001", "type_of_violence": "1", "side_a": "Government of Russia (Soviet Union)"},
    **{"side_b": "Government of Ukraine", "source_office": "An agency", "source_date": "2026-01-30;2026-01-31"},
    **{"where_prec": "1", "where_coordinates": "Shostka town", "adm_1": "Sumy oblast", "latitude": "51.87"},
    **{"longitude": "33.47", "country": "Ukraine", "event_clarity": "1", "date_prec": "1"},
    **{"date_start": "2026-01-29 00:00:00.000", "date_end": "2026-01-29 00:00:00.000"},
    **{"best": "3", "high": "5", "low": "2"},
}
DAY = (datetime(2026, 1, 28, 22, tzinfo=UTC), datetime(2026, 1, 29, 22, tzinfo=UTC))


@pytest.fixture
def one(observed):
    def run(**change: str) -> dict[str, Any]:
        found = observed("ucdp", export(ROW | change))
        assert found.refused.is_empty(), found.refused.rows()
        return found.reports.row(0, named=True)

    return run


def test_a_row_is_an_event_with_a_range_of_deaths(one) -> None:
    report = one()
    assert (report["report_id"], report["start"], report["end"]) == ("s:600001", *DAY)
    assert (report["killed_min"], report["killed_max"]) == (2, 5)
    assert "best estimate of deaths: 3" in report["account"]
    assert (report["place_code"], report["radius_km"], report["published"]) == ("UA-59", 5.0, date(2026, 1, 30))
    assert (report["acts"], report["actor"], report["targets"]) == (["attack"], None, None)


@pytest.mark.parametrize("text", ["2026-01-29", "2026-01-29T00:00:00", "1/29/2026 12:00:00 AM", "01/29/2026"])
def test_dates_come_in_several_formats(one, text: str) -> None:
    report = one(date_start=text, date_end="2026-01-29 00:00:00.000")
    assert (report["start"], report["end"]) == DAY


def test_where_prec_6_is_a_country_and_its_point_a_stand_in(one) -> None:
    country = one(where_prec="6", adm_1="")
    assert (country["lon"], country["place_code"], country["tally"]) == (None, "UA", True)
    oblast = one(where_prec="4")
    assert (oblast["lon"], oblast["place_code"], oblast["tally"]) == (None, "UA-59", True)
    assert one(where_prec="2")["radius_km"] == 25.0
    at_sea = one(where_prec="7")
    assert (at_sea["lon"], at_sea["place_code"]) == (None, None)


def test_one_sided_violence_has_an_actor_and_a_sum_is_a_tally(one) -> None:
    report = one(type_of_violence="3", side_b="Civilians", event_clarity="2")
    assert (report["actor"], report["targets"], report["tally"]) == ("russia_forces", ["civilians", None], True)
    assert one(type_of_violence="3", side_a="RSF")["actor"] == "non_state_armed_group"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"type_of_violence": "9"}, "'type_of_violence' is '9'"),
        ({"where_prec": "8"}, "'where_prec' is '8'"),
        ({"date_end": "2026-01-27"}, "the last day lies before the first"),
        ({"date_start": "29/1/2026", "date_end": "29/1/2026"}, "'date_start' is '29/1/2026'"),
        ({"date_end": "9999-12-31"}, "outside the calendar"),
        ({"low": "7"}, "'low' is 7 and 'high' is 5"),
        ({"latitude": ""}, "'latitude' is None"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_the_reason(observed, change, found) -> None:
    out = observed("ucdp", export(ROW | change))
    assert out.reports.is_empty()
    assert found in out.refused["found"].item()


def test_it_can_never_cover_an_act(observed) -> None:
    with pytest.raises(InputError, match="deadly events only"):
        observed("ucdp", export(ROW), covers={"place": "UA", "acts": ["attack"]})


@pytest.fixture
def pages(server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UCDP_TOKEN", "secret-token")
    monkeypatch.setattr("holdfire.monitor.ucdp.PAGE", 2)
    failing = [500]

    def answer(path: str, query: dict[str, str], headers: dict[str, str], form: dict[str, str]) -> Any:
        if headers.get("x-ucdp-access-token") != "secret-token":
            return 401, "Unauthorized: secret-token?", {}
        if failing:
            return failing.pop(), "", {}
        number, size = int(query["page"]), int(query["pagesize"])
        rows = [ROW | {"id": n} for n in range(5)][number * size : (number + 1) * size]
        after = f"{server.address}{path}?pagesize={size}&page={number + 1}" if (number + 1) * size < 5 else ""
        return {"TotalCount": 5, "TotalPages": 3, "PreviousPageUrl": "", "NextPageUrl": after, "Result": rows}

    server.answer = answer

    def run(done: dict[str, int] | None = None) -> list[Page]:
        base = {"id": "u", "kind": "ucdp", "title": "T", "path": "p", "publisher": "P", "licence": "L"}
        source = SourceEntry.model_validate({**base, "api": f"{server.address}/api/gedevents/26.0.1"})
        with Web(per_second=1000, sleep=lambda s: None) as web:
            return list(fetch(source, date(2026, 1, 25), date(2026, 2, 5), web, done or {}))

    return run


def test_pages_are_fetched_after_a_failure_and_not_twice(pages, server: Server, observed) -> None:
    fetched = pages()
    assert [(p.name, len(p.records)) for p in fetched] == [
        ("events-00000", 2),
        ("events-00001", 2),
        ("events-00002", 1),
    ]
    assert server.asked[0] == server.asked[1]
    path, query = server.asked[0]
    assert (path, query["StartDate"], query["EndDate"]) == ("/api/gedevents/26.0.1", "2026-01-25", "2026-02-05")
    record = fetched[0].records[0]
    assert (key(record), day(record)) == ("0", "2026-01-29")
    assert len(observed("ucdp", json.dumps(record) + "\n", "f.jsonl").reports) == 1
    assert [p.name for p in pages({"events-00000": 2, "events-00001": 2})] == ["events-00002"]


def test_a_refused_token_is_told_without_the_secret(pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UCDP_TOKEN", "wrong")
    with pytest.raises(InputError, match="401"):
        pages()
    monkeypatch.delenv("UCDP_TOKEN")
    with pytest.raises(InputError, match="UCDP_TOKEN"):
        pages()
