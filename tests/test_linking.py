"""Which reports are of one incident: edges, what people decide, what cannot be, and how sure it is."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import CASES
from holdfire import tables
from holdfire.case import monitor, read_case
from holdfire.problems import InputError
from holdfire.verify import (
    Decision,
    Practice,
    alternatives,
    check_decisions,
    link,
    read_decisions,
    read_weights,
    reasons,
    repeated,
)
from holdfire.verify.candidates import candidates, distance_km, hours
from holdfire.verify.tallies import with_tallies

ROOT = Path(__file__).parents[1]
DAY = datetime(2026, 1, 29, tzinfo=UTC)
TOWNS = [(30.5 + 0.4 * n, 50.4 - 0.3 * n) for n in range(8)]


def report(name: str, **facts: Any) -> dict[str, Any]:
    return {"report_id": name, "source_id": "press", "tally": False, **facts}


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    return tables.frame(list(rows), tables.REPORTS)


def world(incidents: int = 60, sources: int = 3, seed: int = 5) -> tuple[pl.DataFrame, dict[str, int]]:
    """Incidents that every source reports, each a little differently."""
    rng = random.Random(seed)
    rows, truth = [], {}
    for n in range(incidents):
        lon, lat = rng.choice(TOWNS)
        start = DAY + timedelta(hours=rng.randrange(24 * 20))
        weapon, dead = rng.choice(["shahed_136", "iskander_m", "artillery"]), rng.randrange(9)
        for s in range(sources):
            name = f"{'cab'[s]}-{n:03d}"
            truth[name] = n
            rows.append(
                report(
                    name,
                    source_id=f"source-{s}",
                    outlet=f"outlet {s}",
                    start=start + timedelta(hours=rng.choice([-1, 0, 0, 1])),
                    end=start + timedelta(hours=2),
                    lon=lon + rng.gauss(0, 0.005),
                    lat=lat + rng.gauss(0, 0.005),
                    radius_km=3.0,
                    weapons=[weapon],
                    killed_min=dead,
                    killed_max=dead,
                )
            )
    rng.shuffle(rows)
    return table(*rows), truth


ONCE = Practice(once=frozenset({"source-0", "source-1", "source-2"}))


def score(links: pl.DataFrame, truth: dict[str, int]) -> tuple[float, float]:
    """Return precision and recall over pairs of reports."""
    joined = links.join(links, on="incident_id").filter(pl.col("report_id") < pl.col("report_id_right"))
    pairs = {(a, b) for a, b in joined.select("report_id", "report_id_right").iter_rows()}
    true = {(a, b) for a in truth for b in truth if a < b and truth[a] == truth[b]}
    return len(pairs & true) / max(len(pairs), 1), len(pairs & true) / len(true)


def test_reports_of_one_incident_are_found_without_labels() -> None:
    reports, truth = world()
    precision, recall = score(link(reports, ONCE).links, truth)
    assert precision > 0.98
    assert recall > 0.98


def test_the_order_of_the_rows_changes_nothing() -> None:
    reports, _ = world(30)
    first = link(reports, ONCE)
    second = link(reports.sample(fraction=1.0, shuffle=True, seed=3), ONCE)
    assert first.links.equals(second.links)
    assert reasons(first).equals(reasons(second))


def test_a_source_that_lists_an_incident_once_has_at_most_one_report_in_each() -> None:
    linked = link(world(80)[0], ONCE)
    per_list = linked.links.join(linked.reports.select("report_id", "source_id"), on="report_id")
    assert per_list.group_by("incident_id", "source_id").len()["len"].max() == 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 179.9, -89.0, 30.0]))
def test_no_pair_is_lost_at_the_edge_of_a_cell(seed: int, origin: float) -> None:
    rng = np.random.default_rng(seed)
    rows = []
    for n in range(40):
        start = DAY + timedelta(hours=float(rng.uniform(-100, 100)))
        # At an origin of 180 degrees, on either side of the date line.
        lon = (origin + float(rng.uniform(-1, 1)) + 180) % 360 - 180
        lat = float(rng.uniform(-1, 1)) + (origin / 2 if abs(origin) < 90 else 0)
        rows.append(
            report(
                f"{n:02d}",
                start=start,
                end=start + timedelta(hours=float(rng.choice([0, 1, 24, 100, 300, 2000, 20000]))),
                lon=None if n % 9 == 0 else lon,
                lat=None if n % 9 == 0 else lat,
                radius_km=None if n % 9 == 0 else float(rng.uniform(0, 20)),
            )
        )
    reports = table(*rows)
    got = set(zip(*(side.tolist() for side in candidates(reports, 30.0, 40.0)), strict=True))
    start, end = hours(reports["start"]), hours(reports["end"])
    lon, lat = (reports[c].fill_null(float("nan")).to_numpy() for c in ("lon", "lat"))
    radius = reports["radius_km"].fill_null(0.0).to_numpy()
    expected = set()
    for a in range(40):
        for b in range(a + 1, 40):
            gap = max(start[a], start[b]) - min(end[a], end[b])
            apart = distance_km(lon[[a]], lat[[a]], lon[[b]], lat[[b]])[0] - radius[a] - radius[b]
            if not gap > 30.0 and not apart > 40.0:
                expected.add((a, b))
    assert got == expected


def test_pairs_across_the_date_line_are_found() -> None:
    rows = [
        report(n, start=DAY, end=DAY, lon=lon, lat=0.0, radius_km=1.0) for n, lon in (("A", 179.99), ("B", -179.99))
    ]
    assert [side.tolist() for side in candidates(table(*rows))] == [[0], [1]]


def test_what_a_person_decides_is_respected_whatever_the_reports_say(tmp_path: Path) -> None:
    reports, _ = world(30)
    before = dict(link(reports, ONCE).links.iter_rows())
    assert before["a-000"] == before["b-000"]
    assert before["a-000"] != before["a-001"]
    path = tmp_path / "links.csv"
    path.write_text("report_a,report_b,same,by,why\nb-000,a-000,no,desk,two strikes\na-001,c-002,yes,desk,one film\n")
    decided = Practice(once=ONCE.once, decisions=read_decisions(path))
    linked = link(reports, decided)
    after = dict(linked.links.iter_rows())
    assert after["a-000"] != after["b-000"]
    assert after["a-001"] == after["c-002"]
    told = reasons(linked).filter(pl.col("decided"))
    assert told.select("report_a", "report_b", "linked", "probability").rows() == [("a-001", "c-002", True, 1.0)]
    for other in alternatives(linked, 20, seed=1):
        drawn = dict(other.iter_rows())
        assert drawn["a-000"] != drawn["b-000"]
        assert drawn["a-001"] == drawn["c-002"]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("A,B,yes,x,y\nB,A,no,x,y\n", "decided the other way"),
        ("A,A,yes,x,y\n", "on both sides"),
        ("A,B,perhaps,x,y\n", "perhaps"),
        ("A,,yes,x,y\n", "report_b"),
        ("A,B,yes,,y\n", "by"),
    ],
)
def test_a_mistake_in_a_file_of_decisions_is_told(tmp_path: Path, rows: str, found: str) -> None:
    path = tmp_path / "links.csv"
    path.write_text("report_a,report_b,same,by,why\n" + rows)
    with pytest.raises(InputError, match=found):
        read_decisions(path)


def test_a_decision_on_an_unknown_report_is_a_mistake() -> None:
    with pytest.raises(InputError, match="Did you mean"):
        check_decisions((Decision("CS-01", "CS-2", True, "x", "y", "f:2"),), {"CS-001", "CS-2"})


def tally(name: str, **facts: Any) -> dict[str, Any]:
    span = {"start": DAY, "end": DAY + timedelta(hours=14), "place_code": "UA"}
    return report(name, **{**span, "tally": True, "outlet": name, **facts})


def apart(*rows: dict[str, Any], per_page: frozenset[str] = frozenset()) -> bool:
    linked = link(table(*rows), Practice(per_page=per_page))
    return len(linked.pairs.i) == 0 and linked.links["incident_id"].n_unique() == len(rows)


@pytest.mark.parametrize(
    ("other", "impossible"),
    [
        ({"munitions": 100}, False),
        ({"munitions": 60}, True),
        ({"munitions": 100, "place_code": "UA-30"}, True),
        ({"munitions": 100, "start": DAY + timedelta(hours=14), "end": DAY + timedelta(hours=28)}, True),
        ({"munitions": 110, "weapons": ["drone", "missile"]}, True),
        ({"munitions": 100, "weapons": ["drone", "missile"], "source_id": "other"}, False),
        ({"munitions": 100, "weapons": ["shahed_136_or_131"]}, False),
        ({"weapons": None}, True),
        ({"intercepted": 80}, False),
        ({"intercepted": 50}, True),
        ({"munitions": 100, "end": DAY + timedelta(hours=4)}, True),
    ],
)
def test_tallies_that_count_different_things_are_never_one(other: dict[str, Any], impossible: bool) -> None:
    assert (
        apart(
            tally("A", munitions=100, intercepted=90, weapons=["drone"]), tally("B", **{"weapons": ["drone"], **other})
        )
        is impossible
    )


def test_rows_of_one_page_stay_apart_where_the_list_says_so() -> None:
    rows = [report(n, start=DAY, end=DAY, lon=30.0, lat=50.0, radius_km=1.0, url="https://a.example/1") for n in "AB"]
    assert apart(*rows, per_page=frozenset({"press"}))
    assert not apart(*rows)


def test_weights_are_a_file_that_gives_the_same_links_again(tmp_path: Path) -> None:
    reports, _ = world(40)
    linked = link(reports, ONCE)
    path = tmp_path / "weights.json"
    path.write_text(linked.pairs.weights.text())
    again = link(reports, Practice(once=ONCE.once, weights=read_weights(path)))
    assert again.links.equals(linked.links)
    assert again.pairs.weights.text() == path.read_text()
    path.write_text(path.read_text().replace('"m": ', '"m": "x', 1).replace(",\n", '",\n', 1))
    with pytest.raises(InputError, match="weights"):
        read_weights(path)


def test_every_linked_pair_says_which_facts_agree_and_by_how_much() -> None:
    told = reasons(link(world(40)[0], ONCE)).filter(pl.col("linked"))
    first = told.row(0, named=True)
    assert first["probability"] > 0.9
    assert any(r.startswith("place within ") and " bits" in r for r in first["reasons"])
    assert any(r.startswith("time ") for r in first["reasons"])
    sizes = [abs(float(r.split()[-2])) for r in first["reasons"]]
    assert sizes == sorted(sizes, reverse=True)


def test_other_linkings_differ_where_links_are_doubtful_and_repeat_with_the_seed() -> None:
    reports, _ = world(60)
    linked = link(reports, ONCE)
    first = [a.rows() for a in alternatives(linked, 5, seed=2)]
    assert first == [a.rows() for a in alternatives(linked, 5, seed=2)]
    sure = dict(linked.links.iter_rows())
    kept = np.mean([[dict(a)[k] == v for k, v in sure.items()] for a in first])
    assert kept > 0.9


def test_a_tally_absorbs_what_lies_within_its_area_period_and_weapons() -> None:
    def incident(name: str, **facts: Any) -> dict[str, Any]:
        span = {"start": DAY + timedelta(hours=2), "end": DAY + timedelta(hours=3), "place_code": "UA-30"}
        return {"incident_id": name, "tally": False, "weapons": ["shahed_136"], **span, **facts}

    rows = [
        incident(
            "whole",
            tally=True,
            place_code="UA",
            weapons=["drone", "missile"],
            munitions=120,
            start=DAY,
            end=DAY + timedelta(hours=14),
        ),
        incident("a part"),
        incident("of no known weapon", weapons=None),
        incident("another weapon", weapons=["artillery"]),
        incident("too late", end=DAY + timedelta(hours=15)),
        incident("elsewhere", place_code="RU-BEL"),
        incident("somewhere", place_code=None),
        incident("a tally of an oblast", tally=True),
        incident("a tally of the same area", tally=True, place_code="UA"),
        incident("drones alone", tally=True, place_code="UA", munitions=80),
        incident("more than the whole", tally=True, place_code="UA", munitions=130),
    ]
    found = with_tallies(tables.frame(rows, tables.INCIDENTS)).filter(pl.col("part_of").list.contains("whole"))
    assert found["incident_id"].to_list() == ["a part", "of no known weapon", "a tally of an oblast", "drones alone"]


def test_an_old_report_told_again_is_suspected_and_not_taken_out() -> None:
    def at(name: str, days: float, **facts: Any) -> dict[str, Any]:
        start = DAY + timedelta(days=days)
        spot = {"lon": 30.0, "lat": 50.0, "radius_km": 2.0, "place_name": "Irpin"}
        return report(name, **{**spot, "start": start, "end": start, "killed_min": 3, "injured_min": 7, **facts})

    rows = [at("A", 0), at("B", 30), at("C", 1), at("D", 40, injured_min=8), at("E", 50, lon=31.0)]
    none = {"killed_min": 0, "injured_min": 0}
    rows += [at("H", 0, targets=["bridge", "school"], **none), at("I", 20, targets=["bridge", "school"], **none)]
    rows += [at("J", 70, targets=["bridge", "school"], **none), at("K", 75, targets=["bridge"], **none)]
    rows += [at("F", 0, url="u", killed_min=0, injured_min=0), at("G", 9, url="u", killed_min=0, injured_min=0)]
    assert repeated(table(*rows)).rows() == [
        ("B", "A", "same place, killed and injured"),
        ("G", "F", "same place and page"),
        ("I", "H", "same place and targets"),
    ]


def test_no_reports_and_one_report_are_no_trouble() -> None:
    assert len(link(table()).links) == 0
    assert link(table(report("A"))).links.rows() == [("A", "A")]
    assert link(table(report("A"), report("B"))).links["incident_id"].n_unique() == 2


def test_the_cold_spell_list_is_linked_without_its_own_judgement_and_the_docs_list_every_difference() -> None:
    opened = read_case(CASES / "cold-spell-2026")
    reports = monitor(opened).reports.filter(pl.col("source_id") == "open-source")
    judged = dict(link(reports, opened.practice).links.iter_rows())
    found = dict(link(reports, replace(opened.practice, as_listed=False)).links.iter_rows())
    ids = sorted(judged)
    pairs = [(a, b) for n, a in enumerate(ids) for b in ids[n + 1 :]]
    both = sum(judged[a] == judged[b] and found[a] == found[b] for a, b in pairs)
    listed, made = (sum(of[a] == of[b] for a, b in pairs) for of in (judged, found))
    assert 2 * both / (listed + made) >= 0.90
    told = (ROOT / "docs" / "linking.md").read_text(encoding="utf-8")
    differ = {r for a, b in pairs if (judged[a] == judged[b]) != (found[a] == found[b]) for r in (a, b)}
    assert {r for r in differ if r not in told} == set()


def test_the_recycled_report_of_the_cold_spell_is_suspected() -> None:
    reports = monitor(read_case(CASES / "cold-spell-2026")).reports
    assert repeated(reports).rows() == [("CS-029", "CS-129", "same place and targets")]
