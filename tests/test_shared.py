"""Against the real data that the cases were compiled from, where it lies beside the project; skipped without it."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from conftest import CASES
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
