"""Against the real data that the cases were compiled from, where it lies beside the project; skipped without it."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from math import isfinite
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import shapely

from conftest import CASES
from holdfire.assess import net_change
from holdfire.monitor import Setting, SourceEntry, days_between, observe
from holdfire.places import area_km2, load_areas, load_gazetteer
from holdfire.terms import code_list

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the real data is not on this machine")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_weapon_of_the_bulletins_has_a_code() -> None:
    names = {part for r in rows(SHARED / "attacks/missile_attacks_daily.csv") for part in r["model"].split(" and ")}
    assert len(names) > 40
    assert {n for n in names if code_list("weapon").find(n) is None} == set()


def national_by_night(path: Path, weapon: str) -> Counter[tuple[str, str]]:
    """Sum the launches of national bulletins by the end of their night and by weapon."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows(path):
        source, launched = row.get("source") or row.get("bulletin_id") or "", row["launched"]
        if source.startswith("kpszsu") and launched:
            counts[row["time_end"][:10], row[weapon]] += int(float(launched))
    return counts


@pytest.mark.parametrize(
    ("case", "first", "last"),
    [("cold-spell-2026", "2025-07-02", "2026-03-31"), ("victory-day-2025", "2025-03-02", "2025-05-31")],
)
def test_the_compiled_launches_add_up_to_the_bulletins(case: str, first: str, last: str) -> None:
    theirs = national_by_night(SHARED / "attacks/missile_attacks_daily.csv", "model")
    ours = national_by_night(CASES / case / "data/launches.csv", "weapon")

    def within(counts: Counter[tuple[str, str]]) -> dict[tuple[str, str], int]:
        return {k: n for k, n in counts.items() if first <= k[0] <= last}

    assert within(ours) == within(theirs)
    assert sum(within(ours).values()) > 5_000


@pytest.mark.parametrize("case", ["cold-spell-2026", "victory-day-2025"])
def test_no_report_was_left_out(case: str) -> None:
    theirs = rows(SHARED / "cases" / case / "incidents.csv")
    ours = {r["report_id"]: r for r in rows(CASES / case / "data/reports.csv")}
    assert [r["report_id"] for r in theirs] == list(ours)
    for row in theirs:
        mine = ours[row["report_id"]]
        for column in (
            "event_date_start",
            "event_date_end",
            "actor",
            "killed_min",
            "launched",
            "same_as",
            "source_url",
        ):
            assert mine[column] == row.get(column, mine[column]), (row["report_id"], column)
        if "UNRELIABLE" in row["notes"]:
            assert mine["grade"][:1] in "EF"


def test_ground_in_early_2026_adds_up_day_by_day(tmp_path: Path) -> None:
    first, last = date(2026, 1, 20), date(2026, 2, 12)
    (tmp_path / "maps").mkdir()
    for day in days_between(first, last):
        (tmp_path / "maps" / f"{day}.geojson").symlink_to(SHARED / "control_map" / f"{day}.geojson")
    entry = {"id": "maps", "kind": "control_maps", "title": "T", "path": "maps", "publisher": "P", "licence": "theirs"}
    sides = {"holder": "russia_forces", "against": "ukraine_forces", "uncertainty_km": 0.5}
    areas = load_areas()
    setting = Setting(tmp_path, ZoneInfo("Europe/Kyiv"), first, last, areas, load_gazetteer())
    seen = observe(SourceEntry.model_validate({**entry, **sides}), setting)
    (ground,) = net_change(seen.lines, seen.reports, first, last, areas)
    changes = [day.change for day in ground.days[1:] if day.change is not None]
    assert len(changes) == 23
    for change in (*changes, ground.change):
        for amount in (change.gained, change.lost, change.net):
            assert isfinite(amount.km2)
            assert amount.least <= amount.km2 <= amount.most
    held = [area_km2(shapely.from_wkb(wkb)) for wkb in seen.lines["held"]]
    assert sum(c.net.km2 for c in changes) == pytest.approx(held[-1] - held[0], abs=0.1)
    assert ground.change.net.km2 == pytest.approx(held[-1] - held[0], abs=0.1)
    assert seen.lines["mended"].null_count() == len(seen.lines)
