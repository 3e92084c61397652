"""ACLED: coded events, from invented rows with the quirks of the real ones, and the API's documented answers."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from conftest import Server, export
from holdfire.monitor import SourceEntry
from holdfire.monitor.acled import day, fetch, key
from holdfire.monitor.web import Page, Web
from holdfire.problems import InputError

ROW = {
    **{"event_id_cnty": "UKR900001", "event_date": "2026-01-29", "year": "2026", "time_precision": "1"},
    **{"event_type": "Explosions/Remote violence", "sub_event_type": "Air/drone strike"},
    **{"actor1": "Military Forces of Russia (2000-)", "inter1": "State forces", "civilian_targeting": ""},
    **{"country": "Ukraine", "admin1": "Sumy", "location": "Shostka", "latitude": "51.87", "longitude": "33.47"},
    **{"geo_precision": "1", "source": "An outlet; Another", "notes": "A strike was reported.", "fatalities": "0"},
    **{"timestamp": "1770076800"},
}


@pytest.fixture
def one(observed):
    def run(**change: str) -> dict[str, Any]:
        found = observed("acled", export(ROW | change))
        assert found.refused.is_empty(), found.refused.rows()
        return found.reports.row(0, named=True)

    return run


def refused(observed, **change: str) -> str:
    found = observed("acled", export(ROW | change))
    assert found.reports.is_empty()
    assert found.rows == 1
    return str(found.refused["found"].item())


def test_a_row_is_a_day_and_a_town(one) -> None:
    report = one()
    assert report["report_id"] == "s:UKR900001"
    assert (report["start"], report["end"]) == (
        datetime(2026, 1, 28, 22, tzinfo=UTC),
        datetime(2026, 1, 29, 22, tzinfo=UTC),
    )
    assert (report["lon"], report["lat"], report["radius_km"]) == (33.47, 51.87, 5.0)
    assert (report["place_name"], report["place_code"]) == ("Shostka", "UA-59")
    assert (report["actor"], report["acts"]) == (
        "russia_forces",
        ["attack"],
    )  # of an aircraft or a drone: not said which
    assert report["published"] == date(2026, 2, 3)
    assert report["source_groups"] == ["s"]  # two outlets, coded by one organisation
    assert not report["tally"]


def test_time_precision_2_is_a_week_either_way_and_3_a_month(one) -> None:
    week = one(time_precision="2")
    assert (week["start"], week["end"]) == (datetime(2026, 1, 22, 22, tzinfo=UTC), datetime(2026, 2, 4, 22, tzinfo=UTC))
    month = one(time_precision="3")
    assert (month["start"], month["end"]) == (
        datetime(2025, 12, 31, 22, tzinfo=UTC),
        datetime(2026, 1, 31, 22, tzinfo=UTC),
    )


def test_a_region_has_no_point_and_a_place_near_a_town_a_wide_one(one) -> None:
    near = one(geo_precision="2")
    assert near["radius_km"] == 30.0
    wide = one(geo_precision="3")
    assert (wide["lon"], wide["place_code"], wide["place_name"], wide["tally"]) == (None, "UA-59", "Sumy", True)


def test_no_fatality_may_mean_that_none_was_reported(one) -> None:
    assert one()["killed_min"] is None
    some = one(fatalities="3")
    assert (some["killed_min"], some["killed_max"]) == (3, None)


def test_a_battle_does_not_say_who_attacked(one) -> None:
    assert one(event_type="Battles", sub_event_type="Armed clash")["actor"] is None
    assert (
        one(actor1="Rioters (Ukraine)", inter1="5", event_type="Violence against civilians", sub_event_type="Attack")[
            "actor"
        ]
        == "rioters"
    )
    assert one(actor1="Military Forces of Ukraine (2019-)", inter1="1")["actor"] == "ukraine_forces"
    assert one(actor1="Military Forces of Sudan (2019-)", inter1="1")["actor"] == "state_forces"


def test_ground_is_taken_in_a_fight_or_without_one(one) -> None:
    fought = one(event_type="Battles", sub_event_type="Government regains territory", notes="")
    assert (fought["acts"], fought["actor"]) == (["attack", "taking_of_ground"], None)
    other = one(event_type="Battles", sub_event_type="Non-state actor overtakes territory", notes="")
    assert other["acts"] == ["attack", "taking_of_ground"]
    empty = one(event_type="Strategic developments", sub_event_type="Non-violent transfer of territory", notes="")
    assert empty["acts"] == ["taking_of_ground", "territorial_advance"]
    assert one(event_type="Battles", sub_event_type="Armed clash", notes="")["acts"] == ["attack"]


def test_weapons_in_the_notes_narrow_the_act_and_targets_are_not_read_out_of_them(one) -> None:
    drone = one(notes="Two Shahed drones fell near a substation.")
    assert (drone["weapons"], drone["acts"], drone["targets"]) == (["shahed_type"], ["drone_strike"], None)
    assert one(civilian_targeting="Civilian targeting")["targets"] == ["civilians", None]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"event_type": "Protests", "sub_event_type": "Peaceful protest"}, "no act"),
        ({"time_precision": "4"}, "'time_precision' is '4'"),
        ({"event_date": "29 January 2026"}, "'event_date'"),
        ({"event_date": "0001-01-01", "time_precision": "2"}, "'event_date' is 0001-01-01"),
        ({"latitude": "151.87"}, "'latitude' is 151.87"),
        ({"fatalities": "-3"}, "'fatalities'"),
        ({"timestamp": "1e14"}, "'timestamp'"),
        ({"event_id_cnty": ""}, "'event_id_cnty' is empty"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_the_reason(observed, change, found) -> None:
    assert found in refused(observed, **change)


def test_a_row_given_twice_is_one_report(observed) -> None:
    found = observed("acled", export(ROW, ROW | {"notes": "Again."}))
    assert (len(found.reports), len(found.refused), found.rows) == (1, 1, 2)


@pytest.fixture
def acled(server: Server, monkeypatch: pytest.MonkeyPatch):
    """The API: tokens that run out after three requests, pages, deleted rows, and a busy moment."""
    monkeypatch.setenv("ACLED_EMAIL", "a@example.org")
    monkeypatch.setenv("ACLED_PASSWORD", "hunter2")
    monkeypatch.setattr("holdfire.monitor.acled_api.PAGE", 2)
    state = {"token": 0, "used": 0, "busy": 1}
    rows = [ROW | {"event_id_cnty": f"UKR{n}", "timestamp": 1770076800} for n in range(5)]

    def answer(path: str, query: dict[str, str], headers: dict[str, str], form: dict[str, str]) -> Any:
        if path == "/oauth/token":
            if (form["username"], form["password"], form["grant_type"]) != ("a@example.org", "hunter2", "password"):
                return 401, {"error": "invalid_grant", "message": "hunter2 is wrong"}, {}
            state["token"] += 1
            state["used"] = 0
            return {
                "token_type": "Bearer",
                "expires_in": 86400,
                "access_token": f"T{state['token']}",
                "refresh_token": "R",
            }
        if headers.get("authorization") != f"Bearer T{state['token']}" or state["used"] >= 3:
            return 401, {"message": "The resource owner or authorization server denied the request."}, {}
        if state["busy"]:
            state["busy"] -= 1
            return 429, "", {"Retry-After": "1"}
        state["used"] += 1
        start = (int(query["page"]) - 1) * int(query["limit"])
        data = rows if path == "/api/acled/read" else [{"event_id_cnty": "UKR7", "deleted_timestamp": 1770076801}]
        return {"status": 200, "success": True, "count": 5, "data": data[start : start + int(query["limit"])]}

    server.answer = answer

    def run(done: dict[str, int] | None = None, **entry: Any) -> list[Page]:
        base = {"id": "a", "kind": "acled", "title": "T", "path": "p", "publisher": "P", "licence": "L"}
        source = SourceEntry.model_validate({**base, "api": server.address, **entry})
        with Web(per_second=1000, sleep=lambda s: None) as web:
            return list(fetch(source, date(2026, 1, 25), date(2026, 2, 5), web, done or {}))

    return run


def test_pages_are_fetched_and_a_token_that_ran_out_is_renewed(acled, server: Server, observed) -> None:
    pages = acled(query={"country": "Ukraine"})
    assert [(p.name, len(p.records), p.withdrawn) for p in pages] == [
        ("events-00001", 2, []),
        ("events-00002", 2, []),
        ("events-00003", 1, []),
        ("deleted-00001", 0, ["UKR7"]),
    ]
    assert sum(path == "/oauth/token" for path, _ in server.asked) == 2
    first = next(query for path, query in server.asked if path == "/api/acled/read")
    assert (first["event_date"], first["event_date_where"]) == ("2026-01-25|2026-02-05", "BETWEEN")
    assert first["country"] == "Ukraine"
    record = pages[0].records[0]
    assert (key(record), day(record)) == ("UKR0", "2026-01-29")
    read = observed("acled", json.dumps(record) + "\n", "fetched.jsonl")
    assert read.reports["place_code"].to_list() == ["UA-59"]


def test_a_fetch_goes_on_where_it_stopped(acled, server: Server) -> None:
    pages = acled(done={"events-00001": 2, "events-00002": 2})
    assert [p.name for p in pages] == ["events-00003", "deleted-00001"]
    assert all(query.get("page") != "2" for _, query in server.asked)


def test_wrong_credentials_are_told_without_the_secret(acled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACLED_EMAIL", "b@example.org")
    with pytest.raises(InputError, match="401") as error:
        acled()
    assert "hunter2" not in str(error.value)
    monkeypatch.delenv("ACLED_PASSWORD")
    with pytest.raises(InputError, match="ACLED_PASSWORD"):
        acled()


def test_an_answer_without_data_is_no_empty_window(acled, server: Server) -> None:
    server.answer = lambda path, *_: {"access_token": "T"} if "token" in path else {"success": False, "error": "busy"}
    with pytest.raises(InputError, match="without data"):
        acled()
