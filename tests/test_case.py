"""The bundled cases by their findings, and that the order of things and a second run change nothing."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ruamel.yaml import YAML

from conftest import CASES, Small
from holdfire import case as work
from holdfire.problems import InputError

Verdicts = Callable[[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def cold():
    opened = work.read_case(CASES / "cold-spell-2026")
    observed = work.monitor(opened)
    verified = work.verify(opened, observed.reports)
    found = verified.incidents
    return found, work.adjudicate(opened, observed, found, verified.alternatives)


@pytest.fixture(scope="module")
def verdict(cold) -> Verdicts:
    _, judged = cold
    rows = {(r["incident_id"], r["clause_id"], r["reading_id"]): r for r in judged.verdicts.iter_rows(named=True)}

    def of(incident: str, reading: str) -> dict[str, Any]:
        clause = {
            "announcement": "no-fire-on-towns",
            "sunday-to-sunday": "no-fire-on-towns",
            "kremlin": "no-strategic-strikes-on-kyiv",
            "energy": "russia-spares-energy",
        }[reading]
        return rows[incident, clause, reading]

    return of


BIG_NIGHT = "CS-045"  # 450 drones and 71 missiles in the night to 3 February, energy sites among the targets
APARTMENTS = ("CS-129", "CS-264")  # Zaporizhzhia region, 29 January: homes, three dead; and an apartment block


def test_the_air_force_is_one_witness_in_its_bulletins_and_in_the_press_that_quotes_it(cold) -> None:
    found, _ = cold
    # The night to 31 January, 85 drones: the bulletin, and outlets that name nobody but the Air Force.
    night = found.row(by_predicate=pl.col("incident_id") == "CS-001", named=True)
    assert night["report_ids"] == ["CS-001", "CS-002", "CS-003", "bulletins-2026-01-31-1"]
    assert night["groups"] == 1


def test_the_energy_minister_is_one_witness_by_his_office_and_by_his_name(cold) -> None:
    found, _ = cold
    # The power plant of Burshtyn, 7 February: the minister, a mayor, and the minister again under his name.
    plant = found.row(by_predicate=pl.col("incident_id") == "CS-094", named=True)
    assert plant["report_ids"] == ["CS-094", "CS-097", "CS-153"]
    assert plant["groups"] == 2


def test_the_night_to_3_february_is_what_the_readings_part_over(cold, verdict: Verdicts) -> None:
    found, judged = cold
    incident = found.row(by_predicate=pl.col("incident_id") == BIG_NIGHT, named=True)
    assert incident["munitions"] == 450 + 71
    assert verdict(BIG_NIGHT, "energy")["verdict"] == "violation"
    for reading in ("kremlin", "sunday-to-sunday"):
        row = verdict(BIG_NIGHT, reading)
        assert (row["verdict"], "time" in row["deciding_facets"]) == ("outside", True)
    rows = judged.contested.filter(pl.col("incident_id") == BIG_NIGHT)
    against_energy = rows.filter((pl.col("reading_a") == "energy") | (pl.col("reading_b") == "energy"))
    assert against_energy["turning_facets"].to_list() == [["time"], ["time"]]


@pytest.mark.parametrize("incident", APARTMENTS)
def test_the_homes_hit_on_the_day_itself(incident: str, verdict: Verdicts) -> None:
    announced, kremlin = verdict(incident, "announcement"), verdict(incident, "kremlin")
    assert (announced["verdict"], announced["missing_facets"]) == ("undetermined", ["time"])
    assert (kremlin["verdict"], "place" in kremlin["deciding_facets"]) == ("outside", True)


def test_a_tally_without_a_target_is_neither_violation_nor_innocence(cold) -> None:
    found, judged = cold
    tallies = found.filter(pl.col("tally") & pl.col("targets").is_null())["incident_id"]
    naming_targets = judged.verdicts.filter(
        pl.col("incident_id").is_in(tallies.implode()) & pl.col("reading_id").is_in(["announcement", "energy"])
    )
    assert naming_targets["target"].null_count() == len(naming_targets)
    assert set(naming_targets["verdict"]) == {"undetermined", "outside"}
    open_ = naming_targets.filter(pl.col("verdict") == "undetermined")
    assert len(open_) > 20
    assert open_["missing_facets"].list.contains("target").all()
    decided = naming_targets.filter(pl.col("verdict") == "outside")["deciding_facets"]
    assert not decided.list.contains("target").any()


def test_no_incident_is_judged_but_once_by_each_clause(cold) -> None:
    found, judged = cold
    assert len(judged.verdicts) == len(found) * 5
    assert not judged.verdicts.select("incident_id", "reading_id", "clause_id").is_duplicated().any()


def test_findings_add_up_to_the_verdicts(cold) -> None:
    _, judged = cold
    for finding in judged.findings:
        mine = judged.verdicts.filter(
            (pl.col("reading_id") == finding.reading_id) & (pl.col("clause_id") == finding.clause_id)
        )
        counts = dict(mine.group_by("verdict").len().iter_rows())
        assert finding.violations == counts.get("violation", 0)
        assert finding.undetermined == counts.get("undetermined", 0)
        assert finding.status == ("violated" if finding.violations else "unproven")


def test_victory_day_needs_no_code_and_shows_its_missing_nights() -> None:
    opened = work.read_case(CASES / "victory-day-2025")
    observed = work.monitor(opened)
    verified = work.verify(opened, observed.reports)
    judged = work.adjudicate(opened, observed, verified.incidents, verified.alternatives)
    days = observed.calendar.filter(pl.col("source_id") == "bulletins")
    silent = [d.isoformat() for d in days.filter(~pl.col("reported"))["day"]]
    # No bulletin ends on the mornings of 8, 9 or 10 May: the days that touch those nights are without a report.
    assert silent == ["2025-05-07", "2025-05-08", "2025-05-09", "2025-05-10"]
    statuses = {(f.reading_id, f.clause_id): f.status for f in judged.findings}
    assert statuses == {
        ("declared", "russia-ceases"): "unproven",  # every attack may have answered a violation
        ("declared", "ukraine-ceases"): "violated",
        ("taken-at-its-word", "russia-ceases"): "violated",
    }
    bombs = judged.verdicts.filter((pl.col("incident_id") == "VD-012") & (pl.col("clause_id") == "russia-ceases"))
    assert dict(bombs.select("reading_id", "verdict").iter_rows()) == {
        "declared": "undetermined",
        "taken-at-its-word": "violation",
    }


def without_digests(outputs: dict[str, bytes]) -> dict[str, bytes]:
    return {n: re.sub(rb"\b[0-9a-f]{64}\b", b"digest", raw) for n, raw in outputs.items()}


def test_two_runs_are_identical(small: Small, holdfire) -> None:
    assert holdfire("run", small.folder).exit_code == 0
    first = small.outputs()
    shutil.rmtree(small.folder / "out")
    assert holdfire("run", small.folder).exit_code == 0
    assert small.outputs() == first
    assert {"report.html", "verdicts.parquet", "findings.json", "contested.csv", "provenance.json"} <= set(first)


def shuffle(folder: Path, seed: int) -> None:
    """Put the rows of every table, the sources and the readings into another order."""
    rng = random.Random(seed)
    for path in sorted((folder / "data").glob("*.csv")):
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        rng.shuffle(rows)
        path.write_text(header + "".join(rows), encoding="utf-8")
    yaml = YAML()
    for name, key in (("case.yaml", "sources"), ("agreement.yaml", "readings")):
        data = yaml.load((folder / name).read_text(encoding="utf-8"))
        rng.shuffle(data[key])
        with (folder / name).open("w", encoding="utf-8") as file:
            yaml.dump(data, file)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_sources_and_readings_changes_nothing(small: Small, holdfire, seed: int) -> None:
    assert holdfire("run", small.folder).exit_code == 0
    first = small.outputs()
    shuffle(small.folder, seed)
    assert holdfire("run", small.folder).exit_code == 0
    # The digests of the shuffled files differ, as they must; nothing else does.
    assert without_digests(small.outputs()) == without_digests(first)


def test_the_same_with_the_bundled_case(tmp_path: Path, cold_spell: Path, holdfire) -> None:
    folder = tmp_path / "cold"
    shutil.copytree(CASES / "cold-spell-2026", folder, ignore=shutil.ignore_patterns("out", "*.csv"))
    for path in sorted((CASES / "cold-spell-2026" / "data").glob("*.csv")):
        shutil.copy(path, folder / "data" / path.name)
    for path in sorted((folder / "data").glob("*.csv")):
        if '"' not in path.read_text(encoding="utf-8"):  # a quoted cell may hold a line end
            header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
            path.write_text(header + "".join(reversed(rows)), encoding="utf-8")
    assert holdfire("run", folder).exit_code == 0
    first = {p.name: p.read_bytes() for p in sorted(cold_spell.iterdir())}
    assert without_digests(Small(folder).outputs()) == without_digests(first)


def test_the_stages_alone_give_what_the_run_gives(small: Small, holdfire) -> None:
    assert holdfire("run", small.folder).exit_code == 0
    whole = small.outputs()
    shutil.rmtree(small.folder / "out")
    for stage in ("monitor", "verify", "adjudicate", "assess", "publish"):
        result = holdfire(stage, small.folder)
        assert result.exit_code == 0, result.output
    assert small.outputs() == whole


def test_a_stage_without_the_one_before_says_so(small: Small, holdfire) -> None:
    result = holdfire("adjudicate", small.folder)
    assert result.exit_code == 2
    assert "Run `holdfire verify` first" in result.stderr


def test_findings_json_has_the_names_that_others_rely_on(small: Small, holdfire) -> None:
    holdfire("run", small.folder)
    document = json.loads((small.folder / "out" / "findings.json").read_text(encoding="utf-8"))
    names = {
        *("reading_id", "clause_id", "start", "end", "status", "violations", "undetermined"),
        *("munitions_violating", "munitions_undetermined", "coverage"),
    }
    assert all(names <= set(f) for f in document["findings"])
    assert set(document["provenance"]["inputs"]) >= {"case.yaml", "agreement.yaml", "data/reports.csv"}


def test_a_stricter_standard_of_proof_only_ever_unsettles(small: Small, holdfire) -> None:
    def settled() -> dict[tuple[str, str], str]:
        holdfire("run", small.folder)
        table = pl.read_parquet(small.folder / "out" / "verdicts.parquet")
        keys = zip(table["incident_id"], table["reading_id"], strict=True)
        return dict(zip(keys, table["verdict"], strict=True))

    before = settled()
    small.change("case.yaml", "standard: reported", "standard: corroborated")
    after = settled()
    assert before["R1", "announced"] == after["R1", "announced"] == "violation"  # two source groups
    assert all(after[k] in (before[k], "undetermined") for k in before)
    assert before != after


def test_outlets_that_retell_one_origin_are_one_witness(small: Small) -> None:
    def groups() -> dict[str, list[str] | None]:
        opened = work.read_case(small.folder)
        return dict(work.monitor(opened).reports.select("report_id", "source_groups").iter_rows())

    def proven() -> bool:
        opened = work.read_case(small.folder)
        found = work.verify(opened, work.monitor(opened).reports).incidents
        unproven = found.row(by_predicate=pl.col("incident_id") == "R1", named=True)["unproven_facets"]
        return "target" not in unproven

    small.change("case.yaml", "standard: reported", "standard: corroborated")
    assert (groups()["R1"], groups()["R2"]) == (["governor"], ["wire"])
    assert proven()
    file = small.file("case.yaml")
    file.write_text(file.read_text() + "retells: {wire: An agency, An agency: governor, Paper: nobody}\n")
    assert (groups()["R1"], groups()["R2"]) == (["governor"], ["governor"])
    assert not proven()
    file.write_text(file.read_text().replace("Paper: nobody", "governor: wire"))
    with pytest.raises(InputError, match="comes to retell itself"):
        work.read_case(small.folder)


def test_a_report_without_an_origin_gets_that_of_its_outlet(small: Small) -> None:
    small.change("data/reports.csv", "mayor,mayor,,,R3", "mayor,,,,R3")
    file = small.file("case.yaml")
    file.write_text(file.read_text() + "retells: {Paper: mayor}\n")
    reports = work.monitor(work.read_case(small.folder)).reports
    assert reports.filter(pl.col("report_id") == "R3")["source_groups"].to_list() == [["mayor"]]


def test_links_that_a_person_decided_stand_in_a_file_of_the_case(small: Small, holdfire) -> None:
    def incidents() -> set[str]:
        opened = work.read_case(small.folder)
        return set(work.verify(opened, work.monitor(opened).reports).incidents["incident_id"])

    assert "R2" not in incidents()
    file = small.file("case.yaml")
    file.write_text(file.read_text() + "links: links.csv\n")
    small.file("links.csv").write_text("report_a,report_b,same,by,why\nR1,R2,no,desk,two strikes\n")
    assert {"R1", "R2"} <= incidents()
    assert "links.csv" in work.read_case(small.folder).inputs()
    small.change("links.csv", "R2", "R22")
    told = holdfire("run", small.folder)
    assert told.exit_code == 2
    assert "links.csv:2: no report 'R22'" in told.stderr
    small.change("case.yaml", "links: links.csv", "links: ../links.csv")
    assert "outside the case folder" in holdfire("run", small.folder).stderr


def test_weights_of_an_earlier_run_can_be_used_again(small: Small, holdfire) -> None:
    assert holdfire("run", small.folder).exit_code == 0
    before = small.outputs()
    shutil.copyfile(small.file("out/weights.json"), small.file("weights.json"))
    file = small.file("case.yaml")
    file.write_text(file.read_text() + "weights: weights.json\n")
    assert holdfire("run", small.folder).exit_code == 0
    assert small.outputs()["links.parquet"] == before["links.parquet"]


def test_the_page_names_reports_that_may_be_old_ones(cold_spell: Path) -> None:
    assert "CS-029: same place and targets as in CS-129" in (cold_spell / "report.html").read_text()
