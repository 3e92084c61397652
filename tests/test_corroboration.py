"""What sensors saw there, and where two counts of the same nights disagree."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from conftest import Small
from holdfire import tables
from holdfire.assess import compared, nightly
from holdfire.verify import with_fires
from test_source_table import EXAMPLES

AT = datetime(2026, 1, 29, 1, tzinfo=UTC)
SHARED = Path(__file__).parents[2] / "shared" / "data" / "second_count" / "drones_compare_daily.csv"


def test_fires_fit_in_place_and_time_and_none_is_no_evidence() -> None:
    def incident(name: str, **facts: Any) -> dict[str, Any]:
        spot = {"start": AT, "end": AT + timedelta(hours=1), "lon": 34.8, "lat": 50.9, "radius_km": 2.0}
        return {"incident_id": name, **spot, **facts}

    def fire(hours: float, lat: float = 50.9) -> dict[str, Any]:
        moment = AT + timedelta(hours=hours)
        return {"source_id": "f", "detected": moment, "lon": 34.8, "lat": lat, "radius_km": 0.3}

    # A tenth of a degree of latitude is 11.1 km; the last fire is a day and a half after the end.
    fires = [fire(-0.5), fire(0.5), fire(20), fire(0.5, 51.0), fire(37)]
    rows = [
        incident("here"),
        incident("wide", radius_km=11.0),
        incident("too wide to tell", radius_km=40.0),
        incident("no point", lon=None, lat=None, radius_km=None),
        incident("elsewhere", lat=48.0),
    ]
    table = with_fires(tables.frame(rows, tables.INCIDENTS), tables.frame(fires, tables.DETECTIONS))
    assert table["fires"].to_list() == [2, 3, None, None, 0]
    assert table.schema == pl.Schema(tables.schema(tables.INCIDENTS))
    none = with_fires(tables.frame(rows, tables.INCIDENTS), tables.empty(tables.DETECTIONS))
    assert none["fires"].null_count() == 5


def tally(day: int, number: int, weapon: str = "drone") -> dict[str, Any]:
    end = datetime(2026, 1, day, 6, tzinfo=UTC)
    row = {"report_id": f"{weapon}{day}", "source_id": "s", "weapons": [weapon], "munitions": number, "tally": True}
    return {**row, "start": end - timedelta(hours=14), "end": end}


def test_two_counts_agree_differ_or_one_has_what_the_other_lacks() -> None:
    first = tables.frame([tally(26, 138), tally(27, 165), tally(29, 105), tally(29, 1, "missile")], tables.REPORTS)
    second = tables.frame([tally(26, 138), tally(27, 160), tally(28, 146), tally(29, 105)], tables.REPORTS)
    table = compared({"a": nightly(first, "Europe/Kyiv"), "b": nightly(second, "Europe/Kyiv")})
    drones = table.filter(pl.col("kind") == "drones").drop("kind")
    assert drones.rows() == [
        (date(2026, 1, 26), "a", 138, True),
        (date(2026, 1, 26), "b", 138, True),
        (date(2026, 1, 27), "a", 165, False),
        (date(2026, 1, 27), "b", 160, False),
        (date(2026, 1, 28), "a", None, None),
        (date(2026, 1, 28), "b", 146, None),
        (date(2026, 1, 29), "a", 105, True),
        (date(2026, 1, 29), "b", 105, True),
    ]
    # The second never counts missiles: that it has none says nothing.
    assert set(table.filter(pl.col("kind") == "missiles")["source_id"]) == {"a"}
    assert compared({}).is_empty()


SECOND = """\
  - id: second
    kind: table
    title: A second count
    path: data/second.csv
    mapping: data/second.yaml
    publisher: Volunteers
    licence: invented
    group: air-force
    covers: {place: UA, acts: [drone_strike, missile_strike]}
"""


@pytest.fixture
def two(small: Small) -> Small:
    """The small case, whose bulletins lack the night to 1 February, with a second count that has it."""
    small.file("case.yaml").write_text(small.file("case.yaml").read_text() + SECOND)
    small.file("data/second.yaml").write_text(EXAMPLES["second.yaml"])
    rows = [f"2026-01-{28 + n},{100 + n + (n == 2)}\n" for n in range(4)] + [
        f"2026-02-0{n},{90 + n}\n" for n in (1, 2, 3)
    ]
    small.file("data/second.csv").write_text("date,launched\n" + "".join(rows))
    return small


def covered(small: Small) -> dict[date, bool]:
    calendar = pl.read_parquet(small.file("out/calendar.parquet"))
    days = calendar.filter(pl.col("source_id").is_in(["bulletins", "second"]))
    return dict(days.group_by("day").agg(pl.col("reported").any()).iter_rows())


def test_a_night_that_one_count_lacks_is_covered_by_the_other_and_a_difference_is_shown(two: Small, holdfire) -> None:
    done = holdfire("run", two.folder)
    assert done.exit_code == 0, done.output
    with two.file("out/counts.csv").open() as file:
        rows = [(r["day"], r["source_id"], r["munitions"], r["agree"]) for r in csv.DictReader(file)]
    assert ("2026-01-30", "bulletins", "102", "false") in rows
    assert ("2026-01-30", "second", "103", "false") in rows
    assert ("2026-02-01", "bulletins", "", "") in rows
    assert ("2026-02-01", "second", "91", "") in rows
    page = two.file("out/report.html").read_text()
    assert "Night to 30 Jan, drones: Bulletins: 102; A second count: 103." in page
    assert "Night to 1 Feb, drones: Bulletins: no report; A second count: 91." in page
    both = covered(two)
    assert both[date(2026, 1, 31)]
    two.change("case.yaml", SECOND, "")
    assert holdfire("run", two.folder).exit_code == 0
    assert not covered(two)[date(2026, 1, 31)]


def test_rows_that_were_refused_are_told_on_the_page(two: Small, holdfire) -> None:
    two.file("data/second.csv").write_text(two.file("data/second.csv").read_text() + "yesterday,5\nsoon,6\n")
    assert holdfire("run", two.folder).exit_code == 0
    page = two.file("out/report.html").read_text()
    assert "2 rows not taken" in page
    assert "is …: 2 rows" in page
    with two.file("out/refused.csv").open() as file:
        assert [r["where"] for r in csv.DictReader(file)] == ["second.csv:10", "second.csv:9"]


def test_the_real_second_count_differs_on_few_nights() -> None:
    if not SHARED.exists():
        pytest.skip("the shared data is not here")
    from conftest import CASES
    from holdfire.case import counting, monitor, read_case

    case = read_case(CASES / "cold-spell-2026")
    first = counting(case, monitor(case).reports)["bulletins"].filter(
        pl.col("start") > datetime(2026, 1, 1, tzinfo=UTC)
    )
    with SHARED.open() as file:
        rows = [r for r in csv.DictReader(file) if r["genstab_launched"]]
    dated = [(date.fromisoformat(r["date"]), int(r["genstab_launched"])) for r in rows]
    ends = [datetime(d.year, d.month, d.day, 6, tzinfo=UTC) for d, _ in dated]
    named = [
        {**tally(1, n), "report_id": str(e), "start": e - timedelta(hours=14), "end": e}
        for (_, n), e in zip(dated, ends, strict=True)
    ]
    second = tables.frame(named, tables.REPORTS)
    table = compared({"bulletins": nightly(first, "Europe/Kyiv"), "second": nightly(second, "Europe/Kyiv")})
    drones = table.filter(pl.col("kind") == "drones")
    nights = drones.group_by("day").agg(pl.col("agree").first()).drop_nulls()
    assert len(nights) > 60
    differ = drones.filter(~pl.col("agree")).select("day", "source_id", "munitions").rows()
    assert differ == [
        (date(2026, 1, 14), "bulletins", 123),
        (date(2026, 1, 14), "second", 113),
        # The bulletins count a large raid by day as well.
        (date(2026, 3, 24), "bulletins", 948),
        (date(2026, 3, 24), "second", 392),
    ]
