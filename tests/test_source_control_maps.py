"""Control maps: ground gained and lost between dated drawings, with squares near the equator worked by hand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from math import log, pi, radians, sin, sqrt
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import shapely

from holdfire import case as work
from holdfire.monitor import Observed
from holdfire.monitor.memory import remember, snapshots
from holdfire.problems import InputError

U_KM = 0.5
CASE = """\
title: The line
period: {first: 2026-03-01, last: 2026-03-07}
areas: [areas.geojson]
sources:
  - id: maps
    kind: control_maps
    title: Ground held by the rebels
    path: maps
    publisher: A map maker
    group: map-maker
    licence: invented
    holder: rebel_group
    against: state_forces
    place: XA
    uncertainty_km: 0.5
    covers: {place: XA, acts: [taking_of_ground]}
"""
AGREEMENT = """\
id: line
title: The line
announced_on: 2026-02-28
form: written
time_zone: Africa/Kampala
parties:
  - {id: rebels, name: The rebels, actors: [rebel_group]}
  - {id: state, name: The state, actors: [state_forces]}
statements: []
readings:
  - id: signed
    title: As signed
    held_by: rebels
    stated_on: 2026-02-28
    summary: Forces stay where they are.
    clauses:
      - id: stay
        norm: prohibition
        text: Forces stay where they are.
        time: {starts: 2026-03-01, ends: 2026-03-07}
        act: [taking_of_ground]
        place: [XA]
"""
Box = tuple[float, float, float, float]
BASE: Box = (30.2, 0.2, 30.6, 0.6)
GAIN: Box = (30.6, 0.3, 30.64, 0.34)
LOSS: Box = (30.2, 0.2, 30.24, 0.24)
STRIP: Box = (30.64, 0.3, 30.645, 0.34)  # 0.56 km wide: less than twice the uncertainty
NOISE: Box = (30.3, 0.6, 30.3005, 0.6005)  # 56 m by 55 m
MAPS: dict[str, tuple[list[Box], list[Box]]] = {
    "2026-03-01": ([BASE], []),
    "2026-03-02": ([BASE, GAIN], []),
    "2026-03-04": ([BASE, GAIN], [LOSS]),
    "2026-03-05": ([BASE, GAIN, STRIP], [LOSS]),
    "2026-03-06": ([BASE, GAIN, STRIP, NOISE], [LOSS]),
    "2026-03-07": ([BASE, GAIN, STRIP, NOISE], [LOSS]),
}


def drawn(held: list[Box], without: list[Box]) -> dict[str, Any]:
    shape = shapely.difference(
        shapely.union_all([shapely.box(*b) for b in held]), shapely.union_all([shapely.box(*b) for b in without])
    )
    return json.loads(shapely.to_geojson(shape))


def collection(*features: tuple[dict[str, Any], Any]) -> str:
    told = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    return json.dumps({"type": "FeatureCollection", "features": told})


def area(code: str, part_of: str | None, *bounds: float) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"code": code, "name": f"Area {code}", "part_of": part_of}, json.loads(
        shapely.to_geojson(shapely.box(*bounds))
    )


def hand_km2(box: Box) -> float:
    """Return the area between meridians and parallels on WGS 84 (Snyder, Map Projections, USGS PP 1395, eq. 3-12)."""
    a, e = 6378.137, sqrt(0.00669437999014)

    def q(lat: float) -> float:
        s = sin(radians(lat))
        return (1 - e * e) * (s / (1 - e * e * s * s) + log((1 + e * s) / (1 - e * s)) / (2 * e))

    west, south, east, north = box
    return a * a * radians(east - west) * (q(north) - q(south)) / 2


def sides_km(box: Box) -> tuple[float, float]:
    """Return width and height near the equator: a degree is 111.320 km of longitude and 110.574 km of latitude."""
    return (box[2] - box[0]) * 111.320, (box[3] - box[1]) * 110.574


def build(folder: Path) -> Path:
    """Write the invented case: rebels who gain, lose, gain a strip, and gain a speck."""
    (folder / "maps").mkdir(parents=True)
    (folder / "case.yaml").write_text(CASE, encoding="utf-8")
    (folder / "agreement.yaml").write_text(AGREEMENT, encoding="utf-8")
    areas = collection(
        area("XA", None, 30, 0, 32, 1), area("XA-1", "XA", 30, 0, 31, 1), area("XA-2", "XA", 31, 0, 32, 1)
    )
    (folder / "areas.geojson").write_text(areas, encoding="utf-8")
    for day, (held, without) in MAPS.items():
        put(folder, day, held, tuple(without))
    return folder


@pytest.fixture
def line(tmp_path: Path) -> Path:
    return build(tmp_path / "line")


def put(folder: Path, day: str, held: list[Box], without: tuple[Box, ...] = ()) -> None:
    (folder / "maps" / f"{day}.geojson").write_text(collection(({}, drawn(held, list(without)))), encoding="utf-8")


def seen(folder: Path, as_of: date | None = None) -> Observed:
    return work.monitor(work.read_case(folder), as_of=as_of)


def changes(found: Observed) -> dict[str, dict[str, Any]]:
    return {r["report_id"].removeprefix("maps:"): r for r in found.reports.iter_rows(named=True)}


def test_ground_gained_and_lost_with_time_place_and_side(line: Path) -> None:
    found = changes(seen(line))
    assert list(found) == [
        "2026-03-01-to-2026-03-02-gained-1",
        "2026-03-02-to-2026-03-04-lost-1",
        "2026-03-04-to-2026-03-05-gained-1",
    ]
    gain, loss, _ = found.values()
    assert (gain["actor"], loss["actor"]) == ("rebel_group", "state_forces")
    assert gain["acts"] == loss["acts"] == ["taking_of_ground"]
    assert (gain["place_code"], gain["lon"], gain["lat"]) == ("XA-1", 30.62, 0.32)
    # Half the diagonal is 3.14 km; with the uncertainty of 0.5 km, 4 whole ones.
    assert gain["radius_km"] == 4.0
    # Kampala is three hours ahead. The map of 3 March is missing, so the loss lies anywhere in three days.
    assert (gain["start"], gain["end"]) == (datetime(2026, 2, 28, 21, tzinfo=UTC), datetime(2026, 3, 2, 21, tzinfo=UTC))
    assert (loss["start"], loss["end"]) == (datetime(2026, 3, 1, 21, tzinfo=UTC), datetime(2026, 3, 4, 21, tzinfo=UTC))
    assert gain["published"] == date(2026, 3, 2)
    assert (gain["source_groups"], gain["tally"]) == (["map-maker"], False)
    assert gain["account"].startswith("Ground held by Rebel group grew by 19.7 km2 (between ")
    assert gain["account"].endswith(" from 1 to 2 March 2026")


def test_areas_and_their_bounds_are_those_worked_by_hand(line: Path) -> None:
    for change, box in zip(changes(seen(line)).values(), (GAIN, LOSS, STRIP), strict=True):
        wide, high = sides_km(box)
        least = max(0.0, wide - 2 * U_KM) * max(0.0, high - 2 * U_KM)
        most = wide * high + 2 * (wide + high) * U_KM + pi * U_KM**2
        assert change["area_km2"] == pytest.approx(hand_km2(box), abs=0.001)
        assert change["area_km2_min"] == pytest.approx(least, rel=0.002, abs=0.001)
        assert change["area_km2_max"] == pytest.approx(most, rel=0.002)
    assert hand_km2(GAIN) == pytest.approx(19.69, abs=0.01)  # 4.453 km by 4.423 km
    assert least == 0.0  # the strip


def test_a_gain_and_the_same_loss_are_told_alike(line: Path) -> None:
    before = next(iter(changes(seen(line)).values()))
    put(line, "2026-03-01", [BASE, GAIN])
    put(line, "2026-03-02", [BASE])
    after = next(iter(changes(seen(line)).values()))
    assert after["actor"] == "state_forces"
    assert "shrank by" in after["account"]
    same = ("start", "end", "place_code", "lon", "lat", "radius_km", "area_km2", "area_km2_min", "area_km2_max")
    assert [before[c] for c in same] == [after[c] for c in same]


def test_pieces_are_one_report_if_near_each_other_and_in_one_area(line: Path) -> None:
    put(line, "2026-03-01", [BASE])
    # 0.02 degrees of longitude are 2.2 km, 0.06 are 6.7. The last two are near, but in two areas.
    west = [30.70, 30.74, 30.82, 30.96, 31.00]
    put(line, "2026-03-02", [BASE, *((x, 0.3, x + 0.02, 0.32) for x in west)])
    found = [r for key, r in changes(seen(line)).items() if key.startswith("2026-03-01")]
    one = hand_km2((30.70, 0.3, 30.72, 0.32))
    assert [(r["place_code"], r["lon"], round(r["area_km2"] / one, 3)) for r in found] == [
        ("XA-1", 30.73, 2),
        ("XA-1", 30.83, 1),
        ("XA-1", 30.97, 1),
        ("XA-2", 31.01, 1),
    ]


def test_a_day_without_a_map_and_the_one_before_it_are_not_reported(line: Path) -> None:
    days = dict(seen(line).calendar.select("day", "reported").iter_rows())
    # 1 March has no earlier map, 3 March none, 2 March no later one of the next day, 7 March no later one. The map of
    # 7 March is that of the day before.
    assert [d.day for d, reported in days.items() if reported] == [4, 5]
    put(line, "2026-03-03", [BASE, GAIN, NOISE])
    put(line, "2026-03-07", [BASE, GAIN, STRIP], (LOSS,))
    put(line, "2026-03-08", [BASE, GAIN])
    put(line, "2026-02-28", [LOSS])
    assert seen(line).calendar["reported"].all()


def test_a_map_that_nobody_touched_is_no_report_unless_the_source_says_so(line: Path) -> None:
    def reported() -> list[int]:
        return [d.day for d, told in seen(line).calendar.select("day", "reported").iter_rows() if told]

    assert 6 not in reported()
    case = line / "case.yaml"
    case.write_text(case.read_text().replace("uncertainty_km:", "unchanged: no change\n    uncertainty_km:"))
    assert reported() == [4, 5, 6]


def test_lines_hold_the_maps_themselves(line: Path) -> None:
    lines = seen(line).lines
    assert lines["day"].to_list() == [date.fromisoformat(d) for d in MAPS]
    assert set(lines["place_code"]) == {"XA"}
    assert set(lines.select("holder", "against", "uncertainty_km").unique().row(0)) == {
        "rebel_group",
        "state_forces",
        0.5,
    }
    for wkb, (held, without) in zip(lines["held"], MAPS.values(), strict=True):
        assert shapely.from_wkb(wkb).equals(shapely.from_geojson(json.dumps(drawn(held, without))))


def test_one_file_of_dated_features_says_the_same(line: Path) -> None:
    folder = seen(line)
    features = [({"date": day}, drawn([box], without)) for day, (held, without) in MAPS.items() for box in held]
    (line / "maps.geojson").write_text(collection(*reversed(features)), encoding="utf-8")
    case = line / "case.yaml"
    case.write_text(case.read_text().replace("path: maps", "path: maps.geojson"), encoding="utf-8")
    file = seen(line)
    assert file.reports.equals(folder.reports)
    assert file.calendar.equals(folder.calendar)


def test_forces_that_move_violate_a_clause_that_they_stay(line: Path, holdfire: Callable[..., Any]) -> None:
    result = holdfire("run", line)
    assert result.exit_code == 0, result.output
    # A gain and a loss for sure; the strip is narrower than the doubt about the line, and may be no change at all.
    assert "stay violated, 2 to 3 violations" in result.stdout
    incidents = pl.read_parquet(line / "out" / "incidents.parquet")
    verdicts = pl.read_parquet(line / "out" / "verdicts.parquet").join(incidents, on="incident_id")
    told = verdicts.select("verdict", pl.col("missing_facets").list.join(" "), pl.col("area_km2_min") == 0).rows()
    assert sorted(told) == [("undetermined", "act", True), ("violation", "", False), ("violation", "", False)]
    assert incidents["report_ids"].list.len().to_list() == [1, 1, 1]
    assert incidents["area_km2"].sum() == pytest.approx(sum(hand_km2(b) for b in (GAIN, LOSS, STRIP)), abs=0.01)
    inputs = json.loads((line / "out" / "provenance.json").read_text())["inputs"]
    assert {f"maps/{day}.geojson" for day in MAPS} <= set(inputs)


def test_two_runs_and_the_stages_alone_give_the_same_bytes(line: Path, holdfire: Callable[..., Any]) -> None:
    def outputs() -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in sorted((line / "out").iterdir())}

    assert holdfire("run", line).exit_code == 0
    first = outputs()
    shutil.rmtree(line / "out")
    for stage in ("monitor", "verify", "adjudicate", "assess", "publish"):
        result = holdfire(stage, line)
        assert result.exit_code == 0, result.output
    assert outputs() == first


def test_a_run_as_of_an_earlier_day_knows_no_later_map(line: Path, holdfire: Callable[..., Any]) -> None:
    known = seen(line, date(2026, 3, 4))
    assert known.lines["day"].max() == date(2026, 3, 4)
    assert list(changes(known)) == ["2026-03-01-to-2026-03-02-gained-1", "2026-03-02-to-2026-03-04-lost-1"]
    assert not known.calendar["reported"].any()
    assert holdfire("run", line, "--as-of", "2026-03-02").exit_code == 0
    incidents = pl.read_parquet(line / "out" / "as-of-2026-03-02" / "incidents.parquet")
    assert incidents["incident_id"].to_list() == ["maps:2026-03-01-to-2026-03-02-gained-1"]


def test_a_folder_is_remembered_file_by_file(line: Path) -> None:
    case = work.read_case(line)
    assert work.remember_files(case) == ["maps"]
    assert work.remember_files(case) == []
    put(line, "2026-03-02", [BASE])  # a map taken back
    (line / "maps" / "2026-03-07.geojson").unlink()
    assert work.remember_files(case) == ["maps"]
    first, second = snapshots(work.memory_of(case), "maps")
    assert len(first.pages) == len(MAPS)
    assert (list(second.pages), second.withdrawn) == (["2026-03-02.geojson"], ["2026-03-07.geojson"])
    told = work.changes(case).select("report_id", "change").rows()
    assert ("maps:2026-03-01-to-2026-03-02-gained-1", "taken out") in told
    assert seen(line, date.today()).reports.equals(seen(line).reports)


def test_a_run_as_of_a_day_sees_the_map_as_it_was_then(line: Path) -> None:
    case = work.read_case(line)
    (source,) = case.file.sources
    for day in ("04", "05", "06", "07"):
        (line / "maps" / f"2026-03-{day}.geojson").unlink()
    assert remember(work.memory_of(case), source, line / "maps", datetime(2026, 3, 2, 12, tzinfo=UTC))
    put(line, "2026-03-02", [BASE])
    put(line, "2026-03-03", [BASE])
    assert remember(work.memory_of(case), source, line / "maps", datetime(2026, 3, 3, 12, tzinfo=UTC))
    assert list(changes(seen(line, date(2026, 3, 2)))) == ["2026-03-01-to-2026-03-02-gained-1"]
    assert changes(seen(line, date(2026, 3, 3))) == {}


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("2026-03-02.geojson", "{", "not a GeoJSON FeatureCollection"),
        ("2026-03-02.geojson", '{"features": []}', "no features"),
        ("2026-03-02.geojson", collection(({}, None)), "its geometry is not a polygon"),
        (
            "2026-03-02.geojson",
            collection(({}, {"type": "Point", "coordinates": [30, 0]})),
            "its geometry is not a polygon",
        ),
        ("2026-03-02.geojson", collection(({}, drawn([(300, 5, 301, 6)], []))), "it reaches from 300, 5 to 301, 6"),
        ("march.geojson", collection(({}, drawn([BASE], []))), "'march' is no date"),
        ("20260302.geojson", collection(({}, drawn([BASE], []))), "'20260302' is no date"),
        (
            "2026-03-02.geojson",
            collection(({}, {"type": "Polygon", "coordinates": [[[30, 0], [31, 1], [31, 0], [30, 1], [30, 0]]]})),
            "an invalid polygon: Self-intersection",
        ),
    ],
)
def test_a_map_that_cannot_be_read_stops_the_run(line: Path, holdfire, file: str, text: str, found: str) -> None:
    (line / "maps" / file).write_text(text, encoding="utf-8")
    told = holdfire("run", line)
    assert told.exit_code == 2
    assert f"maps/{file}" in told.stderr
    assert found in told.stderr
    assert "Traceback" not in told.output


def test_a_folder_without_maps_is_told(line: Path) -> None:
    for file in (line / "maps").iterdir():
        file.unlink()
    (line / "maps" / "README.md").write_text("none yet")
    with pytest.raises(InputError, match="no map in this folder"):
        seen(line)


def test_a_touch_that_changes_no_area_is_mended_and_noted(line: Path) -> None:
    west, south, east, north = GAIN
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    # A whisker out of a corner and back along the same way encloses nothing.
    ring[3:3] = [[east + 0.01, north], [east, north]]
    touching = {"type": "Polygon", "coordinates": [ring]}
    text = collection(({}, drawn([BASE], [])), ({}, touching))
    (line / "maps" / "2026-03-02.geojson").write_text(text, encoding="utf-8")
    found = seen(line)
    notes = dict(found.lines.select("day", "mended").iter_rows())
    assert notes[date(2026, 3, 2)] is not None
    assert "2026-03-02.geojson, feature 2" in notes[date(2026, 3, 2)]
    assert [n for n in notes.values() if n] == [notes[date(2026, 3, 2)]]
    assert next(iter(changes(found).values()))["area_km2"] == pytest.approx(hand_km2(GAIN), abs=0.001)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("    uncertainty_km: 0.5\n", "", "needs `holder` and `uncertainty_km`"),
        ("    holder: rebel_group\n", "", "needs `holder` and `uncertainty_km`"),
        ("against: state_forces", "against: rebel_group", "`holder` and `against` are the same"),
        ("holder: rebel_group", "holder: rebel_grup", "unknown actor code 'rebel_grup'"),
        ("uncertainty_km: 0.5", "uncertainty_km: 0", "greater than 0"),
        ("path: maps", "path: ../maps", "lies outside the case folder"),
    ],
)
def test_an_entry_that_leaves_something_out_is_told(line: Path, holdfire, old: str, new: str, found: str) -> None:
    case = line / "case.yaml"
    case.write_text(case.read_text().replace(old, new), encoding="utf-8")
    told = holdfire("run", line)
    assert told.exit_code == 2
    assert "case.yaml:" in told.stderr
    assert found in told.stderr


def test_without_a_named_opponent_what_was_lost_has_no_actor(line: Path) -> None:
    case = line / "case.yaml"
    case.write_text(case.read_text().replace("    against: state_forces\n", ""), encoding="utf-8")
    assert [r["actor"] for r in changes(seen(line)).values()] == ["rebel_group", None, "rebel_group"]
