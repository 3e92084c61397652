"""What happened? Reports merged into incidents: ranges, disputes, source groups and the standard of proof."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from holdfire import tables
from holdfire.verify import incidents, link

DAY = datetime(2026, 1, 29, 22, tzinfo=UTC)


def report(id: str, **facts: Any) -> dict[str, Any]:
    return {"report_id": id, "source_id": "press", "outlet": f"outlet {id}", "tally": False, "same_as": "A", **facts}


def merged(*reports: dict[str, Any], **options: Any) -> dict[str, Any]:
    table = incidents(tables.frame(list(reports), tables.REPORTS), **options)
    assert len(table) == 1
    return table.row(0, named=True)


def test_reports_are_linked_as_the_list_judged_and_chains_are_followed() -> None:
    rows = [report("A"), report("B"), report("C", same_as="B"), report("D", same_as=None), report("E", same_as="gone")]
    links = dict(link(tables.frame(rows, tables.REPORTS)).links.iter_rows())
    assert links == {"A": "A", "B": "A", "C": "A", "D": "D", "E": "E"}


def test_the_order_of_reports_changes_nothing() -> None:
    rows = [report(i, same_as=s, munitions=n) for n, (i, s) in enumerate(["AA", "BA", "CB", "DD", "ED"])]
    shuffled = rows[:]
    random.Random(4).shuffle(shuffled)
    first, second = (incidents(tables.frame(r, tables.REPORTS)) for r in (rows, shuffled))
    assert first.equals(second)
    assert first["incident_id"].to_list() == ["A", "D"]


def test_figures_keep_their_range() -> None:
    one = merged(
        report("A", killed_min=12, killed_max=12),
        report("B", killed_min=14, killed_max=16),
        report("C", killed_min=None),
    )
    assert (one["killed_min"], one["killed_max"]) == (12, 16)
    assert "killed" in one["disputes"]
    open_ended = merged(report("A", killed_min=3))
    assert (open_ended["killed_min"], open_ended["killed_max"]) == (3, None)
    assert merged(report("A"))["killed_min"] is None


def test_one_governor_retold_by_three_outlets_is_one_source_group() -> None:
    rows = [report(i, source_groups=["governor"]) for i in "ABC"]
    assert merged(*rows)["groups"] == 1
    assert merged(*rows, report("D", source_groups=["police"]))["groups"] == 2


def test_munitions_are_the_figure_most_reports_give_and_the_others_stay_visible() -> None:
    one = merged(report("A", munitions=521), report("B", munitions=521), report("C", munitions=510))
    assert (one["munitions"], one["munitions_min"], one["munitions_max"]) == (521, 510, 521)
    assert one["disputes"] == ["munitions"]


def test_ground_keeps_the_widest_bounds_and_a_figure_without_bounds_is_its_own() -> None:
    def km2(id: str, figure: float, least: float | None = None, most: float | None = None) -> dict[str, Any]:
        return report(id, area_km2=figure, area_km2_min=least, area_km2_max=most)

    one = merged(km2("A", 10.0, 8.0, 12.0), km2("B", 10.0, 9.0, 11.0), km2("C", 20.0))
    assert (one["area_km2"], one["area_km2_min"], one["area_km2_max"]) == (10.0, 8.0, 20.0)
    assert one["disputes"] == ["ground"]
    assert merged(report("A"))["area_km2_min"] is None


def test_times_that_agree_are_narrowed_and_times_that_do_not_are_spanned() -> None:
    def at(a: int, b: int) -> dict[str, datetime]:
        return {"start": DAY + timedelta(hours=a), "end": DAY + timedelta(hours=b)}

    narrow = merged(report("A", **at(0, 24)), report("B", **at(2, 3)))
    assert (narrow["start"], narrow["end"]) == (DAY + timedelta(hours=2), DAY + timedelta(hours=3))
    assert narrow["disputes"] == []
    spanned = merged(report("A", **at(0, 1)), report("B", **at(5, 6)))
    assert (spanned["start"], spanned["end"]) == (DAY, DAY + timedelta(hours=6))
    assert spanned["disputes"] == ["time"]
    tally = merged(
        report("A", tally=True, **at(0, 14)), report("B", tally=True, **at(0, 14)), report("C", tally=True, **at(2, 3))
    )
    assert (tally["start"], tally["end"]) == (DAY, DAY + timedelta(hours=14))


def test_places_that_do_not_agree_become_one_disc_around_them_all() -> None:
    def at(lon: float) -> dict[str, Any]:
        return {"lon": lon, "lat": 0.0, "radius_km": 5.0, "place_name": str(lon), "place_code": "X"}

    near = merged(report("A", **at(0.0)), report("B", **at(0.05)))  # 5.6 km apart: the discs overlap
    assert near["radius_km"] == 5.0
    far = merged(report("A", **at(0.0)), report("B", **at(1.0)))  # 111.3 km apart
    assert far["radius_km"] == pytest.approx(116.3, abs=0.1)
    assert far["disputes"] == ["place"]
    area = merged(report("A", **at(0.0)), report("B", place_code="X", place_name="somewhere in X"))
    assert (area["lon"], area["radius_km"]) == (0.0, 5.0)


def test_who_did_it_is_null_where_reports_differ_and_the_narrower_where_they_agree() -> None:
    assert merged(report("A", actor="state_forces"), report("B", actor="russia_forces"))["actor"] == "russia_forces"
    disputed = merged(report("A", actor="ukraine_forces"), report("B", actor="russia_forces"))
    assert disputed["actor"] is None
    assert disputed["disputes"] == ["actor"]


def test_every_target_that_was_named_stays_but_a_broader_name_for_it() -> None:
    one = merged(report("A", targets=["energy"]), report("B", targets=["substation", "hospital", None]))
    assert one["targets"] == ["hospital", "substation", None]


def test_an_incredible_report_carries_no_fact_but_is_not_dropped() -> None:
    one = merged(
        report("A", killed_min=2, reliability="B", credibility="2"),
        report("B", killed_min=90, reliability="E", credibility="5"),
    )
    assert one["killed_min"] == 2
    assert one["report_ids"] == ["A", "B"]
    alone = merged(report("A", targets=["energy"], reliability="E", credibility="5"))
    assert "target" in alone["unproven_facets"]


@pytest.mark.parametrize(
    ("standard", "groups", "verifying", "met"),
    [
        ("reported", ["a"], frozenset(), True),
        ("corroborated", ["a"], frozenset(), False),
        ("corroborated", ["a", "b"], frozenset(), True),
        ("verified", ["a", "b", "c"], frozenset(), False),
        ("verified", ["a"], frozenset({"press"}), True),
    ],
)
def test_a_fact_needs_as_many_groups_as_the_standard_asks(standard, groups, verifying, met) -> None:
    rows = [report("A", same_as="A", source_groups=[g], targets=["energy"]) | {"report_id": g} for g in groups]
    rows = [r | {"same_as": groups[0]} for r in rows]
    unproven = merged(*rows, standard=standard, verifying=verifying)["unproven_facets"]
    assert ("target" not in unproven) is met


def test_only_the_reports_that_state_a_fact_count_for_it() -> None:
    one = merged(
        report("A", source_groups=["a"], targets=["energy"], start=DAY, end=DAY),
        report("B", source_groups=["b"], start=DAY, end=DAY),
        standard="corroborated",
    )
    assert "target" in one["unproven_facets"]
    assert "time" not in one["unproven_facets"]


def test_no_reports_are_no_incidents() -> None:
    assert incidents(tables.empty(tables.REPORTS)).schema == pl.Schema(tables.schema(tables.INCIDENTS))
