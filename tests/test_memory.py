"""What sources said, and when: snapshots, revisions, deletions, runs as of an earlier day, fetches that go on."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from conftest import CASES, Server, Small
from holdfire.case import case_as_of, changes, memory_of, monitor, read_case
from holdfire.monitor import SourceEntry
from holdfire.monitor.fetching import fetching
from holdfire.monitor.memory import remember, restore, snapshots
from holdfire.monitor.web import Web
from holdfire.problems import InputError

EVENT = {
    **{"event_date": "2026-01-29", "time_precision": 1, "event_type": "Battles", "sub_event_type": "Armed clash"},
    **{"actor1": "A", "inter1": "State forces", "country": "Ukraine", "admin1": "Sumy", "location": "Shostka"},
    **{"latitude": "51.87", "longitude": "33.47", "geo_precision": 1, "source": "S", "notes": "N", "fatalities": 0},
}
ENTRY = {"id": "acled", "kind": "acled", "title": "T", "path": "data/acled.jsonl", "publisher": "P", "licence": "L"}


def event(name: str, **change: Any) -> dict[str, Any]:
    return {**EVENT, "event_id_cnty": name, **change}


@pytest.fixture
def api(server: Server, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """ACLED with two events a page; what it has and has deleted can be changed, and it can break down."""
    monkeypatch.setenv("ACLED_EMAIL", "a@example.org")
    monkeypatch.setenv("ACLED_PASSWORD", "secret")
    monkeypatch.setattr("holdfire.monitor.acled_api.PAGE", 2)
    world: dict[str, Any] = {"events": [event(f"E{n}") for n in range(5)], "deleted": [], "fails_from": None}

    def answer(path: str, query: dict[str, str], headers: Any, form: Any) -> Any:
        if path == "/oauth/token":
            return {"access_token": "T"}
        start, size = (int(query["page"]) - 1) * 2, 2
        if path == "/api/deleted/read":
            return {"success": True, "data": world["deleted"][start : start + size]}
        if world["fails_from"] is not None and int(query["page"]) >= world["fails_from"]:
            return 403, {"message": "quota"}, {}
        first, last = query["event_date"].split("|")
        mine = [e for e in world["events"] if first <= e["event_date"] <= last]
        return {"success": True, "data": mine[start : start + size]}

    server.answer = answer
    return world


@pytest.fixture
def fetch(server: Server, tmp_path: Path):
    source = SourceEntry.model_validate({**ENTRY, "api": server.address})
    said: list[str] = []

    def run(first: str = "2026-01-25", last: str = "2026-02-05") -> list[str]:
        with Web(per_second=1000, sleep=lambda s: None) as web:
            ends = date.fromisoformat(first), date.fromisoformat(last)
            fetching(tmp_path / "memory", source, tmp_path / "data" / "acled.jsonl", *ends, said.append, web)
        lines = (tmp_path / "data" / "acled.jsonl").read_text(encoding="utf-8").strip().split("\n")
        return [json.loads(line)["event_id_cnty"] for line in lines]

    run.said = said  # type: ignore[attr-defined]
    run.source = source  # type: ignore[attr-defined]
    return run


def test_a_fetch_is_a_snapshot_with_progress(api, fetch, tmp_path: Path) -> None:
    assert fetch() == ["E0", "E1", "E2", "E3", "E4"]
    (snapshot,) = snapshots(tmp_path / "memory", "acled")
    assert (snapshot.first, snapshot.last) == (date(2026, 1, 25), date(2026, 2, 5))
    assert fetch.said[0] == "acled: events-00001, 2 records"
    assert len(list(snapshot.bodies())) == 4


def test_an_interrupted_fetch_goes_on_where_it_stopped(api, fetch, server: Server, tmp_path: Path) -> None:
    api["fails_from"] = 3
    with pytest.raises(InputError, match="quota"):
        fetch()
    assert not (tmp_path / "data").exists()
    server.asked.clear()
    api["fails_from"] = None
    assert fetch() == ["E0", "E1", "E2", "E3", "E4"]
    pages = [q["page"] for path, q in server.asked if path == "/api/acled/read"]
    assert pages == ["3"]
    assert "going on after 2 pages" in " ".join(fetch.said)
    assert len(snapshots(tmp_path / "memory", "acled")) == 1


def test_a_revision_and_a_deletion_are_new_facts_and_nothing_is_overwritten(api, fetch, tmp_path: Path) -> None:
    fetch()
    first = datetime.now(UTC)
    api["events"][0] = event("E0", fatalities=3, notes="one\u2028two\x85three")
    api["events"] = [e for e in api["events"] if e["event_id_cnty"] not in ("E1", "E2")]  # one deleted, one vanished
    api["deleted"] = [{"event_id_cnty": "E1", "deleted_timestamp": 1}]
    assert fetch() == ["E0", "E3", "E4"]
    then = tmp_path / "then.jsonl"
    assert restore(tmp_path / "memory", fetch.source, first, then)
    before = [json.loads(line) for line in then.read_text(encoding="utf-8").strip().split("\n")]
    assert [(e["event_id_cnty"], e["fatalities"]) for e in before][:2] == [("E0", 0), ("E1", 0)]
    assert len(before) == 5
    assert not restore(tmp_path / "memory", fetch.source, first - timedelta(days=1), then)


def test_a_fetch_of_other_days_takes_nothing_out(api, fetch) -> None:
    fetch()
    api["events"].append(event("F0", event_date="2026-02-09"))
    assert fetch("2026-02-06", "2026-02-12") == ["E0", "E1", "E2", "E3", "E4", "F0"]


def test_a_page_that_was_changed_by_hand_is_noticed(api, fetch, tmp_path: Path) -> None:
    fetch()
    (snapshot,) = snapshots(tmp_path / "memory", "acled")
    page = snapshot.folder / "page-00001.jsonl"
    page.write_text(page.read_text().replace("Shostka", "Sumy"))
    with pytest.raises(InputError, match="not what was remembered"):
        fetch()
    page.unlink()
    with pytest.raises(InputError, match="it is missing"):
        fetch()
    (snapshot.folder / "snapshot.json").write_text("{")
    with pytest.raises(InputError, match="not a readable note"):
        fetch()


def test_a_file_is_remembered_once_a_change(tmp_path: Path) -> None:
    source = SourceEntry.model_validate({**ENTRY, "path": "a.csv"})
    path, memory = tmp_path / "a.csv", tmp_path / "memory"
    now = datetime(2026, 2, 1, tzinfo=UTC)
    assert not remember(memory, source, path, now)
    path.write_text("a\n1\n")
    assert remember(memory, source, path, now)
    assert not remember(memory, source, path, now + timedelta(hours=1))
    path.write_text("a\n2\n")
    assert remember(memory, source, path, now + timedelta(hours=2))
    then = tmp_path / "then.csv"
    assert restore(memory, source, now + timedelta(hours=1), then)
    assert then.read_text() == "a\n1\n"


def test_the_command_fetches_and_the_case_reads_what_came(api, small: Small, server: Server, holdfire) -> None:
    entry = "".join(f"    {k}: {v}\n" for k, v in ENTRY.items() if k != "id")
    small.file("case.yaml").write_text(
        small.file("case.yaml").read_text() + f"  - id: acled\n{entry}    api: {server.address}\n"
    )
    done = holdfire("monitor", small.folder, "--source", "acled", "--since", "2026-01-25", "--until", "2026-02-05")
    assert done.exit_code == 0, done.output
    assert "5 records fetched of acled" in done.stdout
    reports = pl.read_parquet(small.file("out/reports.parquet"))
    assert len(reports.filter(pl.col("source_id") == "acled")) == 5
    assert "secret" not in done.output
    assert "remembered press" in done.stderr
    assert "remembered acled" not in done.stderr  # the fetch itself is what was remembered
    for wrong, said in (
        (("--source", "acld", "--since", "2026-01-25"), "Did you mean 'acled'"),
        (("--source", "press", "--since", "2026-01-25"), "which has no API"),
        (("--source", "acled", "--since", "25 January"), "'25 January'"),
        (("--source", "acled"), "only one of --source and --since"),
    ):
        told = holdfire("monitor", small.folder, *wrong)
        assert (told.exit_code, said in told.stderr) == (2, True), told.output


def test_changes_after_the_fact_are_listed(small: Small, holdfire) -> None:
    assert holdfire("monitor", small.folder).exit_code == 0
    small.change("data/reports.csv", "1,2,3,1,governor", "2,4,3,1,governor")
    rows = small.file("data/reports.csv").read_text().splitlines(keepends=True)
    late = rows[1].replace("R1,", "R9,", 1)
    small.file("data/reports.csv").write_text("".join([*rows[:3], late]))  # R3 is taken out, R9 comes late
    done = holdfire("monitor", small.folder, "--changes")
    assert done.exit_code == 0, done.output
    told = {line.split(" ", 2)[2] for line in done.stdout.splitlines() if ": " in line and line[0] == "2"}
    assert told == {
        "R1: revised (injured_min, injured_max)",
        "R3: taken out",
        "R9: added later",
    }
    with small.file("out/changes.csv").open() as file:
        listed = {r["report_id"]: r for r in csv.DictReader(file)}
    assert listed["R1"]["before"] == "injured_min: 1; injured_max: 2"
    assert listed["R1"]["after"] == "injured_min: 2; injured_max: 4"


def test_a_run_as_of_a_day_knows_what_was_known_then(small: Small, holdfire) -> None:
    done = holdfire("run", small.folder, "--as-of", "2026-01-30")
    assert done.exit_code == 0, done.output
    folder = small.file("out/as-of-2026-01-30")
    reports = pl.read_parquet(folder / "reports.parquet")
    assert set(reports["report_id"]) == {"R3", *(i for i in reports["report_id"] if i.startswith("bulletins"))}
    assert reports["published"].max() == date(2026, 1, 30)
    assert json.loads((folder / "provenance.json").read_text())["as_of"] == "2026-01-30"
    calendar = pl.read_parquet(folder / "calendar.parquet")
    assert calendar.filter("reported")["day"].max() < date(2026, 1, 30)
    assert "as known on 30 January 2026" in (folder / "report.html").read_text()
    assert not small.file("out/report.html").exists()


def test_what_was_remembered_goes_before_the_present_file(small: Small) -> None:
    case = read_case(small.folder)
    source = next(s for s in case.file.sources if s.id == "press")
    remember(memory_of(case), source, small.file("data/reports.csv"), datetime(2026, 1, 31, 9, tzinfo=UTC))
    small.change("data/reports.csv", "mayor,mayor,,,R3", "mayor,mayor,,a note of today,R3")
    then = monitor(case, as_of=date(2026, 1, 31)).reports.filter(pl.col("report_id") == "R3")
    assert "a note of today" not in then["account"].item()
    assert "a note of today" in monitor(case).reports.filter(pl.col("report_id") == "R3")["account"].item()
    # Before the first snapshot the present file stands in.
    earlier = monitor(case, as_of=date(2026, 1, 30)).reports.filter(pl.col("report_id") == "R3")
    assert "a note of today" in earlier["account"].item()


def test_a_row_of_which_nobody_knows_when_it_was_known_is_refused(small: Small) -> None:
    small.change("data/reports.csv", "r3,2026-01-30,", "r3,,")
    observed = monitor(read_case(small.folder), as_of=date(2026, 1, 31))
    assert "R3" not in observed.reports["report_id"].to_list()
    assert observed.refused["where"].to_list() == ["R3"]


def test_readings_that_nobody_had_stated_yet_are_left_out() -> None:
    case = read_case(CASES / "cold-spell-2026")
    stated = {r.id: r.stated_on for r in case.agreement.readings}
    first = min(stated.values())
    assert {r.id for r in case_as_of(case, first).agreement.readings} == {i for i, d in stated.items() if d <= first}
    assert len(case_as_of(case, date(2026, 2, 3)).agreement.readings) == 4
    with pytest.raises(InputError, match="no reading had been stated"):
        case_as_of(case, first - timedelta(days=1))


def test_nothing_remembered_is_no_change(small: Small) -> None:
    assert changes(read_case(small.folder)).is_empty()
