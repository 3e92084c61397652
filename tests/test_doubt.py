"""Nothing is counted twice, and what other linkings of the reports would make of findings and verdicts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from conftest import CASES
from holdfire import tables
from holdfire.adjudicate.counting import Count, counted, parts
from holdfire.verify import redrawn


def verdicts(*rows: tuple[str, str, int | None]) -> pl.DataFrame:
    named = [{"incident_id": i, "verdict": v, "munitions": m} for i, v, m in rows]
    return tables.frame(named, tables.VERDICT_ROWS)


@pytest.mark.parametrize(
    ("rows", "part_of", "expected"),
    [
        # Two located violations, one of them of the tally of 100: one tally more may hold a third.
        ([("T", "violation", 100), ("A", "violation", 3), ("B", "violation", 4)], {"A": ["T"]}, Count(3, 0, 1, 104, 0)),
        # The tally alone violates, and the incident it counts is open.
        ([("T", "violation", 100), ("A", "undetermined", 3)], {"A": ["T"]}, Count(1, 1, 0, 100, 0)),
        # The tally is open and a part of it violates: its other munitions may all be in violation.
        ([("T", "undetermined", 100), ("A", "violation", 3)], {"A": ["T"]}, Count(1, 1, 0, 3, 100)),
        # A tally without a figure cannot stand for the figures of its parts.
        ([("T", "undetermined", None), ("A", "undetermined", 3)], {"A": ["T"]}, Count(0, 2, 0, 0, 3)),
        # A tally that is outside absorbs nothing.
        ([("T", "outside", 100), ("A", "violation", 3)], {"A": ["T"]}, Count(1, 0, 0, 3, 0)),
        ([("T", "violation", 9), ("U", "violation", 5), ("A", "violation", None)], {"U": ["T"]}, Count(3, 0, 1, 9, 0)),
        ([], {}, Count(0, 0, 0, 0, 0)),
    ],
)
def test_what_a_tally_counts_is_counted_once(rows, part_of, expected) -> None:
    assert counted(verdicts(*rows), part_of) == expected


def test_other_linkings_are_merged_anew_and_the_rest_is_left_alone() -> None:
    def report(name: str, **facts: Any) -> dict[str, Any]:
        return {"report_id": name, "source_id": "s", "tally": False, **facts}

    reports = tables.frame([report("A", munitions=1), report("B", munitions=2), report("C")], tables.REPORTS)
    chosen = tables.frame(
        [{"incident_id": "A", "report_ids": ["A", "B"]}, {"incident_id": "C", "report_ids": ["C"]}], tables.INCIDENTS
    )
    draws = tables.frame(
        [
            {"draw": 0, "report_id": "B", "incident_id": "B"},
            {"draw": 1},
            {"draw": 2, "report_id": "C", "incident_id": "A"},
        ],
        tables.ALTERNATIVES,
    )
    found = redrawn(chosen, reports, draws, "reported", frozenset())
    assert found.gone == [{"A"}, set(), {"A", "C"}]
    assert found.come == [{"0/A", "0/B"}, set(), {"2/A"}]
    assert dict(found.incidents.select("incident_id", "munitions").iter_rows()) == {"0/A": 1, "0/B": 2, "2/A": 2}


@pytest.fixture(scope="module")
def unlisted(tmp_path_factory, holdfire) -> Path:
    """The cold-spell case without what its list judged of its own rows."""
    folder = tmp_path_factory.mktemp("case") / "cold"
    shutil.copytree(CASES / "cold-spell-2026", folder, ignore=shutil.ignore_patterns("out"))
    file = folder / "case.yaml"
    file.write_text(file.read_text() + "same_as: ignored\n")
    assert holdfire("run", folder).exit_code == 0
    return folder / "out"


def test_findings_and_verdicts_say_how_they_would_change(unlisted: Path) -> None:
    findings = json.loads((unlisted / "findings.json").read_text())["findings"]
    spread = 0
    for finding in findings:
        linking = finding["linking"]
        assert linking["draws"] == 40
        assert linking["least"][0] <= linking["least"][1] <= linking["most"][1]
        spread += linking["most"][1] - linking["most"][0]
        assert linking["violated"] == (1.0 if finding["status"] == "violated" else 0.0)
    assert spread > 0
    stable = pl.read_parquet(unlisted / "verdicts.parquet")["stable"]
    assert stable.is_between(0, 1).all()
    assert 0 < (stable < 1).mean() < 0.5
    assert "other plausible ways" in (unlisted / "report.html").read_text()


def test_the_stages_one_by_one_draw_the_same_linkings(unlisted: Path, holdfire) -> None:
    before = (unlisted / "findings.json").read_bytes()
    for stage in ("verify", "adjudicate"):
        assert holdfire(stage, unlisted.parent).exit_code == 0
    assert (unlisted / "findings.json").read_bytes() == before


def test_parts_of_incidents_without_tallies_are_none() -> None:
    assert parts(tables.frame([{"incident_id": "A"}, {"incident_id": "B", "part_of": []}], tables.INCIDENTS)) == {}
