"""Why a verdict is so: the chain from the clause to reports, pages and statements, from what a run wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from conftest import CASES, Small, written

OBLIGATION = """\
      - {id: release, norm: obligation, text: Release prisoners., act: [prisoner_exchange], deadline: 2026-02-02}
  - id: shorter
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory, holdfire) -> Small:
    """A case that was run once, to be explained and never changed."""
    small = written(tmp_path_factory.mktemp("ran") / "small")
    small.change("agreement.yaml", "  - id: shorter\n", OBLIGATION)
    assert holdfire("run", small.folder).exit_code == 0
    return small


@pytest.fixture
def copied(ran: Small, tmp_path: Path) -> Small:
    return Small(shutil.copytree(ran.folder, tmp_path / "small"))


def test_one_verdict_is_told_from_the_clause_to_the_page(ran: Small, holdfire) -> None:
    lines = holdfire("explain", ran.folder, "R1/announced/no-strikes").stdout.splitlines()
    assert lines[0] == "Incident R1: drone strike and missile strike, Kharkiv (Kharkiv Oblast), 3 Feb, 01:00 to 02:00"
    assert "  2 reports, 2 independent source groups. Standard of proof: reported." in lines
    assert "Under announced/no-strikes (As announced): violation" in lines
    assert "  Prohibition: No strikes on energy for a week." in lines
    assert "  Every part of the clause applies, and no exemption does." in lines
    assert "    actor     yes     asked: Russian forces. Reported: Russian forces." in lines
    (target,) = [line for line in lines if line.startswith("    target ")]
    assert target.startswith("    target    yes     asked: energy. Reported: ")
    assert "substation" in target
    (time,) = [line for line in lines if line.startswith("    time ")]
    assert time.endswith("(1 week from the start). Reported: 3 Feb, 01:00 to 02:00.")
    assert "    exempted  no      by: “Except at the front”." in lines
    assert (
        "    S1, 29 Jan 2026, A president: A week without strikes. O, https://example.org/s1"
        in lines[lines.index("  The clause rests on:") :]
    )
    reports = lines[lines.index("Reports") + 1 :]
    assert reports[0] == ("  R1: Paper; 3 Feb 2026; https://example.org/r1; source group governor; not graded")
    assert reports[1].startswith("  R2: Wire; 3 Feb 2026; https://example.org/r2; source group wire;")
    why = lines[lines.index("Why they are taken to be of one incident") + 1]
    assert why.startswith("  R1 and R2: decided by the list, or by a person; ")
    assert "place within 0.1 km" in why
    assert lines[-1].startswith("  press: data/reports.csv, SHA-256 ")
    # One reading was asked for, and not the other.
    assert not [line for line in lines if "shorter" in line]


def test_an_incident_alone_is_told_under_every_reading(ran: Small, holdfire) -> None:
    told = holdfire("explain", ran.folder, "R3").stdout
    assert "Under announced/no-strikes (As announced): undetermined" in told
    assert "Target: what was hit was not stated; the clause speaks of energy." in told
    assert "    target    unknown asked: energy. Reported: not stated." in told
    assert "Under shorter/no-strikes (Shorter): undetermined" in told
    assert "It has one report, so that nothing had to be linked." in told
    assert "Under shorter" not in holdfire("explain", ran.folder, "R3/announced").stdout


def test_a_report_leads_to_its_incident(ran: Small, holdfire) -> None:
    own, other = (holdfire("explain", ran.folder, f"{r}/shorter").stdout for r in ("R1", "R2"))
    assert own == other
    assert own.startswith("Incident R1: ")
    # Kharkiv is not Kyiv, and 3 February is after 31 January.
    assert "Under shorter/no-strikes (Shorter): outside" in own
    assert "Place: Kharkiv (Kharkiv Oblast) is beyond Kyiv city, and beyond even the fringe (Kyiv Oblast)." in own


def test_a_finding_is_told_with_its_incidents(ran: Small, holdfire) -> None:
    lines = holdfire("explain", ran.folder, "announced/no-strikes").stdout.splitlines()
    assert lines[0] == "Finding announced/no-strikes (As announced): violated"
    verdicts = pl.read_parquet(ran.folder / "out" / "verdicts.parquet").filter(pl.col("reading_id") == "announced")
    for verdict in ("violation", "undetermined"):
        ids = verdicts.filter(pl.col("verdict") == verdict)["incident_id"].to_list()
        word = "incident" if len(ids) == 1 else "incidents"
        at = lines.index(f"  {verdict.capitalize()}, {len(ids)} {word}:")
        assert [line.split(":")[0].strip() for line in lines[at + 1 : at + 1 + len(ids)]] == ids
    outside = verdicts.filter(pl.col("verdict") == "outside")
    assert any(line.startswith(f"  Outside of it for sure: {len(outside)} incident") for line in lines)


def test_an_obligation_is_told_as_a_whole(ran: Small, holdfire) -> None:
    told = holdfire("explain", ran.folder, "announced/release").stdout
    assert told.startswith("Finding announced/release (As announced): unproven\n  Obligation: Release prisoners.")
    assert "It rests on no report and no map." in told
    refused = holdfire("explain", ran.folder, "R1/announced/release")
    assert refused.exit_code == 2
    assert "which is an obligation or a permission" in refused.output


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("R1/announced/no-strike", "no reading or clause 'announced/no-strike'"),
        ("R1/announced/no-strike", "Did you mean 'announced/no-strikes'?"),
        ("R1/anounced", "Did you mean 'announced'?"),
        ("announced", "Name one of its clauses: announced/no-strikes"),
        ("anounced/no-strikes", "Did you mean 'announced/no-strikes'?"),
        ("bulletins-2026-01-28-11", "Did you mean 'bulletins-2026-01-28-1'?"),
        ("R11/announced/no-strikes", "no incident or report 'R11'"),
        ("", "nothing of the run is called ''"),
    ],
)
def test_a_name_that_is_not_there_gets_the_nearest(ran: Small, holdfire, name: str, told: str) -> None:
    result = holdfire("explain", ran.folder, name)
    assert result.exit_code == 2
    assert told in result.output


def test_an_old_verdict_is_not_explained_by_a_new_clause(copied: Small, holdfire) -> None:
    copied.change("agreement.yaml", "text: No strikes on energy for a week.", "text: No strikes on anything.")
    result = holdfire("explain", copied.folder, "R1")
    assert result.exit_code == 2
    assert "'agreement.yaml' has changed since that run" in result.output
    assert "Run `holdfire run` again." in result.output


def test_without_a_run_there_is_nothing_to_explain(small: Small, holdfire) -> None:
    result = holdfire("explain", small.folder, "R1")
    assert result.exit_code == 2
    assert "there is no such file; expected what `holdfire run` writes" in result.output
    (small.folder / "out").mkdir()
    (small.folder / "out" / "findings.json").write_text("[]", encoding="utf-8")
    assert "these are no findings" in holdfire("explain", small.folder, "R1").output


def test_a_run_as_of_a_day_is_explained_by_what_was_known_then(copied: Small, holdfire) -> None:
    assert holdfire("run", copied.folder, "--as-of", "2026-01-29").exit_code == 0
    out = copied.folder / "out" / "as-of-2026-01-29"
    told = holdfire("explain", copied.folder, "announced/no-strikes", "--out", out)
    assert told.stdout.startswith("Finding announced/no-strikes (As announced): unproven")
    unknown = holdfire("explain", copied.folder, "shorter/no-strikes", "--out", out)
    assert unknown.exit_code == 2


def test_every_verdict_of_a_real_case_is_explained(tmp_path: Path, holdfire) -> None:
    assert holdfire("run", CASES / "victory-day-2025", "--out", tmp_path).exit_code == 0
    # Eleven verdicts are violations and ten at least count: the difference has to be told.
    told = holdfire("explain", CASES / "victory-day-2025", "taken-at-its-word/russia-ceases", "--out", tmp_path).stdout
    assert "  Violations among the reported incidents: 10 to 15.\n  Of the 11 below, 1 is a tally" in told
    verdicts = pl.read_parquet(tmp_path / "verdicts.parquet")
    for incident in verdicts["incident_id"].unique().sort().head(12):
        told = holdfire("explain", CASES / "victory-day-2025", incident, "--out", tmp_path).stdout
        for row in verdicts.filter(pl.col("incident_id") == incident).iter_rows(named=True):
            assert f"Under {row['reading_id']}/{row['clause_id']} (" in told
            assert f"): {row['verdict']}\n" in told
